"""Devices at another address: a saved login never goes along, and nothing else costs a device its login."""

from datetime import UTC, datetime

import pytest

from camera_registry.database import reading, rehearsing, writing
from camera_registry.models import Device
from camera_registry.services.device_login import set_login
from camera_registry.services.import_csv import import_files
from camera_registry.services.registering import Said, Terms, put
from camera_registry.services.visits import LoginSaid, RowSaid, Visit, enter
from camera_registry.store import credentials, devices
from camera_registry.vault import Vault
from tests.camera_registry.csv_files import FILES
from tests.camera_registry.people import account_of

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
VAULT = Vault(bytes(32))
SCHOOL, CODE = "0790123", "DG-01"


@pytest.fixture
def filled(engine):
    """Two schools with their devices; one of them has a login."""
    with writing(engine) as session:
        import_files(session, {name: text.encode() for name, text in FILES.items()}, NOW)
        account_of(session, "technician", "Lan", schools=[SCHOOL])
        set_login(session, VAULT, _device(session), "quansat", "bí mật", NOW)
    return engine


def _device(session):
    return devices.by_code(session, SCHOOL, CODE)


def _in_force(engine):
    with reading(engine) as session:
        return [c.password for c in credentials.opened(session, VAULT, _device(session).id)]


@pytest.mark.parametrize(
    ("column", "value"),
    [("host", "192.168.1.99"), ("onvif_port", 8081), ("rtsp_port", 8554), ("stream_path", "/elsewhere")],
)
def test_a_device_at_another_address_has_no_login_in_force(filled, column, value):
    """Whichever part of it has changed; a person who may only try again buys no try by it."""
    with writing(filled) as session:
        setattr(_device(session), column, value)
    assert _in_force(filled) == []
    with writing(filled) as session:
        assert not credentials.try_again(session, _device(session).id)
        assert credentials.in_trial(session, _device(session).id, NOW).logins == []


def test_a_device_that_stays_where_it_is_keeps_its_login(filled):
    """Another make or name; the same host written once more; what a probe remembers; a change that is only rehearsed;
    another device that moves.
    """
    with writing(filled) as session:
        device = _device(session)
        session.expire(device)
        device.host = str(_host(session))
        device.make, device.remembered = "Another", '{"schemes": {}}'
    with writing(filled) as session:
        other = next(d for d in devices.of_schools(session, [_device(session).school_id]).values() if d.code != CODE)
        other.host = "192.168.1.98"
    with rehearsing(filled) as session:
        _device(session).host = "192.168.1.99"
        session.flush()
    assert _in_force(filled) == ["bí mật"]


def test_the_login_that_is_typed_for_the_new_address_is_new_and_is_tried(filled):
    """The same password, too; in the transaction of the change, or later."""
    with writing(filled) as session:
        device = _device(session)
        credentials.learned(session, device.id, {_name(session): _refused(session)})
        device.host = "192.168.1.99"
        set_login(session, VAULT, device, "quansat", "bí mật", NOW)
    assert _in_force(filled) == ["bí mật"]
    with writing(filled) as session:
        (login,) = credentials.in_force(session, _device(session).id)
        assert (login.version, login.state.may_send("onvif")) == (2, True)


def test_an_import_that_moves_a_device_takes_no_login_along(filled):
    """Rows of a table, and those of a form or the API, which go the same way."""
    key = ("device", SCHOOL, CODE)
    with writing(filled) as session:
        put(session, [Said("devices.csv", {"make": "Hikvision"}, key)], Terms(NOW))
    assert _in_force(filled) == ["bí mật"]
    with writing(filled) as session:
        put(session, [Said("devices.csv", {"host": "192.168.1.99"}, key)], Terms(NOW))
    assert _in_force(filled) == []


@pytest.mark.parametrize("login", [LoginSaid("quansat", "bí mật"), None])
def test_a_visit_that_moves_a_device_keeps_the_login_that_it_sends(filled, login):
    """And no other."""
    with writing(filled) as session:
        seen = _device(session).version
        cells = {"device.code": CODE, "host": "192.168.1.99"}
        enter(session, Visit("visit-0001", SCHOOL, RowSaid(cells, seen), (), login), VAULT, Terms(NOW, by="Lan"), 1)
    assert _in_force(filled) == (["bí mật"] if login else [])


def _host(session):
    table = Device.metadata.tables["device"]
    return session.connection().execute(table.select().where(table.c.code == CODE)).first().host


def _name(session):
    return next(iter(credentials.login_states(session, _device(session).id)))


def _refused(session):
    return credentials.login_states(session, _device(session).id)[_name(session)].refused_at("onvif")
