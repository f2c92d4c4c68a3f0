"""A visit: taken once however often it is sent, never over what somebody else changed, no password ever seen."""

from datetime import UTC, datetime

import pytest
from sqlmodel import select

from camera_registry.database import reading, writing
from camera_registry.models import Batch, Channel, Credential, Device, Edit
from camera_registry.services.as_cells import NoSuchRowError
from camera_registry.services.import_csv import import_files
from camera_registry.services.registering import ImportRefusedError, Said, Terms, put
from camera_registry.services.visits import ConflictsError, LoginSaid, RowSaid, Visit, enter
from camera_registry.store import channels, credentials, devices
from camera_registry.vault import Vault
from tests.camera_registry.csv_files import FILES
from tests.camera_registry.people import account_of

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
SCHOOL = "0790123"
VAULT = Vault(bytes(32))
RECORDER = {"kind": "nvr", "device.code": "DG-09", "host": "192.168.1.90", "make": "Dahua"}
GRID = tuple(RowSaid({"index": str(n), "name": f"Sân {n}", "area": "yard"}) for n in range(1, 5))


@pytest.fixture
def filled(engine):
    """Two schools with their devices, and a technician."""
    with writing(engine) as session:
        import_files(session, {name: text.encode() for name, text in FILES.items()}, NOW)
        account_of(session, "technician", "Lan", schools=[SCHOOL])
    return engine


def _enter(engine, device=RECORDER, channels=GRID, seen=None, login=None, school=SCHOOL):
    with writing(engine) as session:
        visit = Visit("visit-0001", school, RowSaid(device, seen), channels, login)
        return enter(session, visit, VAULT, Terms(NOW, by="Lan"), 1)


def _conflicts(engine, **said):
    with pytest.raises(ConflictsError) as caught:
        _enter(engine, **said)
    return [(c.key, c.version, [(d.field, d.said, d.stands) for d in c.differences]) for c in caught.value.conflicts]


def _rows(engine):
    with reading(engine) as session:
        return [len(session.exec(select(table)).all()) for table in (Device, Channel, Credential)]


def test_a_recorder_its_channels_and_its_login_stand_there_in_one_go(filled):
    """The code that was given, the versions now; a batch that can be undone; the password opens for this device."""
    done = _enter(filled, login=LoginSaid("quansat", "bí mật"))
    with reading(filled) as session:
        device = devices.by_code(session, SCHOOL, done.code)
        (login,) = credentials.opened(session, VAULT, device.id)
        (batch,) = session.exec(select(Batch)).all()
        edits = session.exec(select(Edit).where(Edit.batch_id == batch.id)).all()
    assert (done.code, done.changed, done.channels) == ("DG-09", True, {str(n): 1 for n in range(1, 5)})
    assert (login.username, login.password) == ("quansat", "bí mật")
    assert (batch.kind, batch.name, len(edits)) == ("entry", f"{SCHOOL}/DG-09", 5)
    assert not any("bí mật" in edit.after for edit in edits)


def test_the_same_visit_sent_again_changes_nothing(filled):
    """The answer was lost on the way: the phone sends it once more, as it was."""
    login = LoginSaid("quansat", "bí mật")
    first = _enter(filled, login=login)
    before = _rows(filled)
    again = _enter(filled, login=login)
    assert (again.code, again.version, again.channels, again.changed) == (
        first.code,
        first.version,
        first.channels,
        False,
    )
    assert _rows(filled) == before


def test_a_device_without_a_code_is_given_one_and_so_are_its_channels_a_device(filled):
    """A phone that knows no code."""
    done = _enter(filled, device={name: text for name, text in RECORDER.items() if name != "device.code"})
    assert done.code == "TB-01"
    assert set(done.channels) == {"1", "2", "3", "4"}


def test_what_somebody_else_made_under_this_code_is_told_and_not_touched(filled):
    """Both texts of every field that differs, and nothing is written."""
    _enter(filled)
    other = {**RECORDER, "host": "192.168.1.91", "make": ""}
    before = _rows(filled)
    told = _conflicts(filled, device=other, channels=(RowSaid({"index": "1", "name": "Cổng", "area": "yard"}),))
    assert told == [
        (("device", SCHOOL, "DG-09"), 1, [("host", "192.168.1.91", "192.168.1.90")]),
        (("channel", SCHOOL, "DG-09", "1"), 1, [("name", "Cổng", "Sân 1")]),
    ]
    assert _rows(filled) == before


def test_a_row_that_changed_since_it_was_seen_is_told_and_with_the_new_version_taken(filled):
    """The person has decided: what they send then, with the version that stands, counts; an emptied field, too."""
    done = _enter(filled)
    key = ("device", SCHOOL, "DG-09")
    with writing(filled) as session:
        put(session, [Said("devices.csv", {"make": "Hikvision"}, key)], Terms(NOW))
    mine = {**RECORDER, "make": ""}
    assert _conflicts(filled, device=mine, seen=done.version, channels=()) == [(key, 2, [("make", "", "Hikvision")])]
    _enter(filled, device=mine, seen=2, channels=())
    with reading(filled) as session:
        assert devices.by_code(session, SCHOOL, "DG-09").make == ""


def test_a_channel_that_a_probe_alone_has_found_is_named_without_asking(filled):
    """Nobody has said anything of it before."""
    _enter(filled, channels=())
    with writing(filled) as session:
        device = devices.by_code(session, SCHOOL, "DG-09")
        session.add(Channel(device_id=device.id, index=1, name="Channel 1", found=True, token="P1"))
    _enter(filled)
    with reading(filled) as session:
        first = channels.of_device(session, device.id)[0]
    assert (first.name, first.found, first.token) == ("Sân 1", False, "P1")


def test_a_channel_that_a_colleague_named_without_an_area_is_told_and_not_touched(filled):
    """A person has spoken of it, however little was said."""
    _enter(filled, channels=())
    with writing(filled) as session:
        device = devices.by_code(session, SCHOOL, "DG-09")
        session.add(Channel(device_id=device.id, index=1, name="Cổng chính"))
    key = ("channel", SCHOOL, "DG-09", "1")
    assert _conflicts(filled, channels=GRID[:1]) == [
        (key, 1, [("name", "Sân 1", "Cổng chính"), ("area", "yard", "")]),
    ]
    with reading(filled) as session:
        assert channels.of_device(session, device.id)[0].name == "Cổng chính"


def test_every_mistake_of_device_and_channels_is_told_at_once(filled):
    """With the row as it was sent: the device is the first."""
    wrong = (
        RowSaid({"index": "1", "name": "", "area": "nowhere"}),
        RowSaid({"index": "2", "name": "Sân", "area": "yard"}),
    )
    with pytest.raises(ImportRefusedError) as caught:
        _enter(filled, device={**RECORDER, "host": "8.8.8.8"}, channels=wrong)
    told = [(m.file, m.row, m.column, m.kind) for m in caught.value.mistakes]
    assert told == [
        ("devices.csv", 1, "host", "public_host"),
        ("channels.csv", 2, "name", "required"),
        ("channels.csv", 2, "area", "not_in_list"),
    ]


def test_a_school_that_is_not_seen_is_none(filled):
    """As if it did not exist."""
    with pytest.raises(NoSuchRowError):
        _enter(filled, school="99")
