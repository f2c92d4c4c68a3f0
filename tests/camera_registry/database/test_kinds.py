"""Addresses of databases: which are known, and that no password is told."""

import re

import pytest

from camera_registry.database import DatabaseUnusableError, name_of, open_database

WRITE = "write sqlite:///FILE or postgresql+psycopg://USER@HOST/DATABASE"


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("nonsense", f"registry.database is no address of a database; {WRITE}"),
        ("mysql://u:secret@h/d", f"registry.database: mysql is not supported; {WRITE}"),
    ],
)
def test_an_address_that_is_not_supported_is_said(url, words):
    """The words, and never a password inside the address."""
    with pytest.raises(DatabaseUnusableError, match=f"^{re.escape(words)}$"):
        open_database(url)


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("sqlite:///var/registry.db", "var/registry.db"),
        ("postgresql+psycopg://u:secret@db.example:5433/cameras", "postgresql://db.example:5433/cameras"),
        ("postgresql://u@/cameras?host=/run/postgresql&password=secret", "postgresql:///run/postgresql/cameras"),
        ("postgresql://", "postgresql://local/"),
    ],
)
def test_a_database_is_told_without_who_asks_it(url, name):
    """File, or server and name; neither user nor password."""
    assert name_of(url) == name
    assert "secret" not in repr(open_database(url).url).replace(name, "")
