"""The composition root: the registry and its vault, made from settings."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from camera_registry import app, terms
from camera_registry.config import OutgoingSettings, ProbeSettings, RegistrySettings, Settings
from camera_registry.database import reading, writing
from camera_registry.services import key_rotation
from camera_registry.store import credentials, editions
from camera_registry.vault import VaultError
from probes.interfaces import own_addresses
from probes.outgoing import Networks
from standards import EditionError, load_bytes
from tests.camera_registry.registered import device
from tests.standards.sheets import HCMC


def _settings(folder):
    database = f"sqlite:///{folder / 'var' / 'registry.db'}"
    return Settings(registry=RegistrySettings(database=database, key_file=folder / "var" / "registry.key"))


def test_a_first_start_makes_database_and_key_and_a_second_uses_them(tmp_path):
    """What was sealed at the first start opens at the second."""
    settings = _settings(tmp_path)
    with app.registry(settings) as engine, writing(engine) as session:
        credentials.put(session, app.vault(settings, engine), device(session).id, "u", "secret", datetime.now(UTC))
    with app.registry(settings) as engine, writing(engine) as session:
        assert credentials.opened(session, app.vault(settings, engine), 1)[0].password == "secret"


def test_where_may_be_connected_to_comes_from_the_settings_and_this_machine():
    """What is named, and every address of the machine; loopback where it is allowed."""
    outgoing = app.outgoing(Settings(outgoing=OutgoingSettings(refused=("10.1.0.0/24",))))
    assert outgoing == Networks(refused=("10.1.0.0/24", *own_addresses()))
    assert app.outgoing(Settings(outgoing=OutgoingSettings(loopback=True))).loopback


def test_another_key_is_noticed_at_the_start(tmp_path):
    """Not in the middle of the night, at the first camera."""
    settings = _settings(tmp_path)
    with app.registry(settings) as engine:
        vault = app.vault(settings, engine)
        with writing(engine) as session:
            credentials.put(session, vault, device(session).id, "u", "secret", datetime.now(UTC))
        settings.registry.key_file.unlink()
        with pytest.raises(VaultError, match="the key is missing"):
            app.vault(settings, engine)
        other = RegistrySettings(database=settings.registry.database, key_file=tmp_path / "other.key")
        with app.registry(Settings(registry=RegistrySettings(database="sqlite://"))) as empty:
            app.vault(Settings(registry=other), empty)
        with pytest.raises(VaultError, match="does not open with this key"):
            app.vault(Settings(registry=other), engine)


def test_an_edition_is_that_of_the_registry_where_there_is_one(tmp_path):
    """A look at one camera judges by what is in force here, and makes no registry to find out."""
    settings = _settings(tmp_path)
    assert app.edition(settings, None).name == app.edition(settings, f"hcmc-3288@{HCMC.version}").name == HCMC.name
    assert not (tmp_path / "var").exists()
    made = load_bytes(HCMC.texts[0].replace(b'"draft-1"', b'"draft-2"'), "made here")
    with app.registry(settings) as engine, writing(engine) as session:
        editions.keep(session, made, datetime.now(UTC), made_from=HCMC.sha256)
    assert app.edition(settings, None).name == "hcmc-3288@draft-2"
    assert app.edition(settings, HCMC.name).name == HCMC.name
    with pytest.raises(EditionError, match="there is no such version"):
        app.edition(settings, "hcmc-3288@draft-9")


def test_a_worker_that_runs_opens_what_was_sealed_anew(tmp_path):
    """The key is changed behind its back, and it needs no other start."""
    settings = _settings(tmp_path).model_copy(update={"probe": ProbeSettings(picture=False)})

    async def opened(engine):
        async with app.worker(settings, engine) as worker:
            assert key_rotation.rotate(engine, settings.registry.key_file) == 1
            with reading(engine) as session:
                return credentials.opened(session, worker._judging.asking.vault, 1)[0].password

    with app.registry(settings) as engine:
        with writing(engine) as session:
            credentials.put(session, app.vault(settings, engine), device(session).id, "u", "secret", datetime.now(UTC))
        assert asyncio.run(opened(engine)) == "secret"


def test_what_was_decided_in_light_is_renewed_before_it_is_too_old():
    """Four days before the shortest age that the edition has; with a short one half of it; never where facts last."""
    rules = tuple(replace(rule, max_age=timedelta(days=6)) for rule in HCMC.rules)
    for edition, days in ((HCMC, 10), (replace(HCMC, rules=rules), 3)):
        assert terms.planning(Settings(), edition)[1].light_lasts == timedelta(days=days)
    for_ever = replace(HCMC, rules=tuple(replace(rule, max_age=None) for rule in HCMC.rules))
    assert terms.planning(Settings(), for_ever)[1].light_lasts is None
