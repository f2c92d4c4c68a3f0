"""The settings in a backup."""

import pytest

from camera_registry.backups.settings_kept import files_of, text_of
from camera_registry.config import Settings, load


@pytest.mark.parametrize(
    "address",
    [
        "postgresql+psycopg://registry:of-the-Server-9@db/registry?sslmode=verify-full",
        "postgresql+psycopg://registry@db/registry?password=of-the-Server-9&sslmode=verify-full",
    ],
)
def test_the_password_of_the_database_is_left_out(address):
    """Wherever it stands in the address; what else stands there is kept, and a line says what is missing."""
    text = text_of(Settings(registry={"database": address}))
    assert "of-the-Server-9" not in text
    assert 'database = "postgresql+psycopg://registry@db/registry?sslmode=verify-full"' in text
    assert text.startswith("# The password of the database is not kept in backups")


def test_what_was_said_is_kept_and_nothing_else(tmp_path):
    """The text loads to the same settings; what was left to the program is left to it."""
    said = Settings(language="en", sweep={"light": ()}, waiver={"holidays": ("2026-02-13",)})
    file = tmp_path / "config.toml"
    file.write_text(text_of(said), encoding="utf-8")
    assert load(file, {})[0] == said
    assert "at_once" not in file.read_text(encoding="utf-8")
    assert text_of(Settings()) == ""


def test_files_that_the_settings_name_are_found(tmp_path):
    """A price book and an edition of one's own; what is built in is no file."""
    for name in ("prices.toml", "own.toml"):
        (tmp_path / name).touch()
    prices, own = str(tmp_path / "prices.toml"), str(tmp_path / "own.toml")
    asked = Settings(plan={"prices": prices}, standard={"advises": (own, "hcmc-3288")})
    assert set(files_of(asked)) == {prices, own}
