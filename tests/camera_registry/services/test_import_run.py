"""An import from beginning to end: what was seen is what is written, whatever others do meanwhile."""

from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from sqlmodel import select

from camera_registry.access.viewer import Viewer
from camera_registry.audit.doing import Actor, Doing
from camera_registry.database import reading, writing
from camera_registry.models import Batch, Device, Edit
from camera_registry.services.audit import recorded
from camera_registry.services.import_csv import import_files
from camera_registry.services.import_run import MovedError, Office, open_file
from camera_registry.vault import Vault
from probes.outgoing import PRIVATE_ONLY
from tests.camera_registry.csv_files import FILES
from tests.camera_registry.people import account_of
from tests.standards.sheets import EDITIONS

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
LAN = Viewer(1, "lan", "Lan", "city")
CHANGED = FILES["devices.csv"].replace("NVR4216", "NVR5216")


@pytest.fixture
def filled(engine):
    """Two schools, and the account that imports."""
    with writing(engine) as session:
        account_of(session, "city", "Lan", now=NOW)
        import_files(session, {name: text.encode() for name, text in FILES.items()}, NOW)
    return engine


def _office(engine, before_writing=lambda: None):
    """An office; `before_writing` is done when everything was looked at and nothing is written yet."""

    @contextmanager
    def write(action, **_):
        before_writing()
        with recorded(engine, Doing(Actor("lan", "Lan"), action), NOW) as session:
            yield session

    return Office(
        reading=lambda: reading(engine), writing=write, editions=lambda: EDITIONS, now=lambda: NOW,
        outgoing=lambda: PRIVATE_ONLY, vault=lambda: Vault(bytes(32)),
    )  # fmt: skip


def _file(text=CHANGED):
    return open_file("devices.csv", {"devices.csv": text.encode()})


def _set(engine, **values):
    with writing(engine) as session:
        device = session.exec(select(Device).where(Device.code == "DG-01")).one()
        for name, value in values.items():
            setattr(device, name, value)


def _model(engine):
    with reading(engine) as session:
        return session.exec(select(Device.model).where(Device.code == "DG-01")).one()


def test_what_was_seen_is_written_as_one_batch_with_its_edits(filled):
    """The numbers of the file and of the changes stand in it."""
    office, file = _office(filled), _file()
    look = office.look(LAN, file.books, {})
    number, _ = office.write(LAN, file, {}, look.examined.plan.digest)
    with reading(filled) as session:
        batch = session.get_one(Batch, number)
        edits = session.exec(select(Edit).where(Edit.batch_id == number)).all()
    assert (batch.name, batch.by, batch.sha256, len(edits)) == ("devices.csv", "Lan", file.sha256, 1)
    assert _model(filled) == "NVR5216"


def test_what_a_person_did_not_see_is_not_written(filled):
    """The row has changed since they looked: how it stands now is told, and nothing is written."""
    office, file = _office(filled), _file()
    look = office.look(LAN, file.books, {})
    _set(filled, model="NVR9999")
    with pytest.raises(MovedError) as moved:
        office.write(LAN, file, {}, look.examined.plan.digest)
    (change,) = moved.value.look.examined.plan.changes
    assert (change.before["model"], _model(filled)) == ("NVR9999", "NVR9999")


def test_a_change_between_looking_and_writing_is_seen(filled):
    """One of the same cell is refused; one of another is looked at once more, and then it is written."""
    file = _file()
    digest = _office(filled).look(LAN, file.books, {}).examined.plan.digest
    others = iter([{"tags": "x"}, {"model": "NVR7777"}])

    def other():
        if (values := next(others, None)) is not None:
            _set(filled, **values)

    with pytest.raises(MovedError):
        _office(filled, other).write(LAN, file, {}, digest)
    assert _model(filled) == "NVR7777"
    with reading(filled) as session:
        assert session.exec(select(Batch)).all() == []


def test_a_register_that_never_stands_still_is_given_up_on(filled):
    """After some tries; nothing is written."""
    file, names = _file(), iter(range(100))
    digest = _office(filled).look(LAN, file.books, {}).examined.plan.digest
    with pytest.raises(MovedError) as moved:
        _office(filled, lambda: _set(filled, tags=str(next(names)))).write(LAN, file, {}, digest)
    assert (moved.value.look, _model(filled)) == (None, "NVR4216")


def test_rows_with_mistakes_have_no_plan_and_are_not_written(filled):
    """Whatever is asked for."""
    file = _file(CHANGED.replace("0790123,,DG-01", "790123,,DG-01"))
    assert _office(filled).look(LAN, file.books, {}).examined.plan is None
    with pytest.raises(MovedError):
        _office(filled).write(LAN, file, {})
    assert _model(filled) == "NVR4216"
