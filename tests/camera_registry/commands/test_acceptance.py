"""The command `acceptance` on the registry."""

from pathlib import Path

import pytest

from camera_registry import cli
from camera_registry.database import open_database, reading, upgrade, writing
from camera_registry.store import acceptances
from tests.camera_registry.registered import device
from tests.standards.sheets import HCMC

START = ("acceptance", "start", "HD-1", "--name", "Gói 1", "--channels", "079-DG-01/DG-01", "--by", "Lê An")


@pytest.fixture
def registry(tmp_path, monkeypatch):
    """A registry with one device, in the folder where commands run."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "var").mkdir()
    engine = open_database("sqlite:///var/registry.db")
    upgrade(engine)
    with writing(engine) as session:
        device(session)
    yield engine
    engine.dispose()


def _row(engine, code="HD-1"):
    with reading(engine) as session:
        return acceptances.by_code(session, code)


def test_an_acceptance_without_a_standard_goes_by_the_edition_that_the_settings_name(registry):
    """A file with an id of its own, too."""
    text = HCMC.texts[-1].replace(b'= "hcmc-3288"', b'= "own"', 1)
    Path("own.toml").write_bytes(text)
    Path("config.toml").write_text('[standard]\ndecides = "own.toml"\n', encoding="utf-8")
    assert cli.main(list(START)) == 0
    assert _row(registry).edition_sha256 not in ("", HCMC.sha256)
