"""Registering: one row as a person changes it, with its version, and what each role may register."""

from datetime import UTC, datetime

import pytest
from sqlmodel import select

from camera_registry.access.viewer import Viewer
from camera_registry.database import reading, writing
from camera_registry.importing.columns import FILES as COLUMNS
from camera_registry.importing.permit import Permit
from camera_registry.models import Channel, District, School
from camera_registry.services.as_cells import NoSuchRowError, of_schools, standing
from camera_registry.services.import_csv import import_files
from camera_registry.services.registering import (
    ImportRefusedError,
    Said,
    StaleError,
    Terms,
    permit_of,
    put,
)
from camera_registry.store import devices
from camera_registry.store.rows import limit
from tests.camera_registry.csv_files import FILES

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
TERMS = Terms(NOW, by="Lan")
DEVICE, CHANNEL = ("device", "0790123", "DG-01"), ("channel", "0790123", "DG-01", "1")


@pytest.fixture
def filled(engine):
    """Two schools with their devices and channels, from the files of the import."""
    with writing(engine) as session:
        import_files(session, {name: text.encode() for name, text in FILES.items()}, NOW)
    return engine


def _put(engine, *said, terms=TERMS):
    with writing(engine) as session:
        return put(session, said, terms)


def _wrong(engine, *said, terms=TERMS):
    with pytest.raises(ImportRefusedError) as caught:
        _put(engine, *said, terms=terms)
    return [(m.file, m.column, m.kind) for m in caught.value.mistakes]


def _cells(engine, key):
    with reading(engine) as session:
        return standing(session, key)


def test_what_is_not_said_stays_and_what_is_emptied_is_gone(filled):
    """A form that sends two fields changes these two; an empty one clears."""
    before = _cells(filled, DEVICE).cells
    imported, _ = _put(filled, Said("devices.csv", {"make": "Axis", "serial": ""}, DEVICE))
    assert imported.counts["device"] == {"new": 0, "changed": 1, "same": 0}
    assert _cells(filled, DEVICE).cells == {**before, "make": "Axis", "serial": ""}


_KEYS = frozenset({"school.code", "site", "school", "device", "device.code", "index", "lat", "lon"})
_STAY = {"onvif_port": "80", "power": "always", "scope": "offered"}
"""What stands where nobody says anything; positions go in pairs, and keys stay."""


@pytest.mark.parametrize(
    ("file", "key"),
    [("schools.csv", ("school", "0790123", "")), ("devices.csv", DEVICE), ("channels.csv", CHANNEL)],
)
def test_every_field_that_may_be_empty_can_be_emptied(filled, file, key):
    """Each alone; those that are required say so, and nothing is written."""
    columns, before = COLUMNS[file], _cells(filled, key).cells
    for field in set(before) - _KEYS:
        said = Said(file, {field: ""}, key)
        if columns[field].required:
            assert _wrong(filled, said) == [(file, field, "required")]
        elif field == "host":
            assert _wrong(filled, said) == [(file, field, "no_host")]
        else:
            _put(filled, said)
            assert _cells(filled, key).cells[field] == _STAY.get(field, ""), field


def test_a_camera_that_no_recorder_records_any_more_is_said_to_be_so(filled):
    """The cell is emptied, and the camera points at no channel."""
    key = ("channel", "0790123", "CAM-1", "1")
    assert _cells(filled, key).cells["recorded_as"] == "DG-01/5"
    _put(filled, Said("channels.csv", {"recorded_as": ""}, key))
    assert _cells(filled, key).cells["recorded_as"] == ""


def test_a_row_that_somebody_changed_meanwhile_is_not_changed(filled):
    """Whoever saves says which version they saw; the one that stands is told."""
    version = _cells(filled, CHANNEL).version
    _put(filled, Said("channels.csv", {"name": "Cổng sau"}, CHANNEL, version))
    with pytest.raises(StaleError) as stale:
        _put(filled, Said("channels.csv", {"name": "Cổng bên"}, CHANNEL, version))
    assert (stale.value.key, stale.value.version) == (CHANNEL, version + 1)
    assert _cells(filled, CHANNEL).cells["name"] == "Cổng sau"


def test_a_new_device_gets_its_code_and_its_channels_in_one_go(filled):
    """A recorder with its grid of channels: all of it, or nothing."""
    device = {"school": "0790123", "kind": "nvr", "host": "192.168.1.90", "device.code": "DG-09"}
    place = {"school": "0790123", "device": "DG-09"}
    grid = [Said("channels.csv", {**place, "index": str(n), "name": f"Sân {n}", "area": "yard"}) for n in range(1, 17)]
    twice = _wrong(filled, Said("devices.csv", device), *grid[:1] * 2)
    assert twice == [("channels.csv", "index", "row_twice")]
    _put(filled, Said("devices.csv", device), *grid)
    with reading(filled) as session:
        made = devices.by_code(session, "0790123", "DG-09")
        rows = session.exec(select(Channel).where(Channel.device_id == made.id)).all()
    assert [(row.index, row.name, row.found) for row in rows] == [(n, f"Sân {n}", False) for n in range(1, 17)]


def test_a_device_without_a_code_is_given_one_that_is_told(filled):
    """The rows come back with the codes that were given."""
    device = {"school": "0790123", "kind": "ip_camera", "host": "192.168.1.91"}
    _, (row,) = _put(filled, Said("devices.csv", device))
    assert row.get("device.code") == "TB-01"


def test_a_key_that_is_not_there_is_said(filled):
    """A row of another school, or of nobody."""
    for key in (("device", "0790123", "DG-77"), ("school", "1", ""), ("channel", "0790123", "DG-01", "x")):
        with pytest.raises(NoSuchRowError):
            _put(filled, Said("devices.csv", {}, key))


def test_what_a_technician_and_an_officer_may_register(filled):
    """A technician no school that is new, an officer of a unit none of another; each is told where it stands."""
    school = {"name": "Trường X", "levels": "TH", "kind": "public", "managed_by": "UBND phường A", "school.code": "9"}
    technician = Terms(NOW, permit=Permit(new_schools=False, units=frozenset()))
    officer = Terms(NOW, permit=Permit(units=frozenset({_unit(filled)})))
    other = Said("schools.csv", {"managed_by": "UBND phường Khác"}, ("school", "0790123", ""))
    assert _wrong(filled, Said("schools.csv", school), terms=technician) == [
        ("schools.csv", "school.code", "not_your_school")
    ]
    for terms in (technician, officer):
        assert _wrong(filled, other, terms=terms) == [("schools.csv", "managed_by", "other_unit")]
    _put(filled, Said("schools.csv", school), terms=officer)
    _put(filled, Said("schools.csv", {"address": "2 Đường C"}, ("school", "0790123", "")), terms=technician)


@pytest.mark.parametrize(
    ("field", "text"),
    [("name", "Trường Khác"), ("levels", "TH"), ("kind", "private"), ("former_district", ""), ("contact", "Lan"),
     ("phone", ""), ("email", "b@hcm.edu.vn"), ("located_in", "26743"), ("tags", "gấp")],
)  # fmt: skip
def test_a_technician_changes_nothing_of_a_school_itself(filled, field, text):
    """What the form denies is denied in a list too; what stands may be said again, and an officer may say more."""
    technician = Terms(NOW, permit=Permit(new_schools=False, units=frozenset()))
    said = Said("schools.csv", {field: text}, ("school", "0790123", ""))
    assert _wrong(filled, said, terms=technician) == [("schools.csv", field, "not_your_field")]
    _put(filled, Said("schools.csv", {}, ("school", "0790123", "")), terms=technician)
    _put(filled, said, terms=Terms(NOW, permit=Permit(units=frozenset({_unit(filled)}))))


def test_a_code_that_a_school_of_others_has_is_refused_without_a_fault(filled):
    """An officer who does not see that school is told that the code is taken, and nothing else."""
    with writing(filled) as session:
        unit = District(code="27000", name="UBND phường B")
        session.add(unit)
        session.flush()
        unit_id = unit.id
    viewer = Viewer(1, "b", "B", "district", district_id=unit_id)
    school = {"name": "Trường X", "levels": "TH", "kind": "public", "managed_by": "27000", "school.code": "0790123"}
    with writing(filled) as session:
        limit(session, viewer)
        terms = Terms(NOW, permit=permit_of(session, viewer))
        with pytest.raises(ImportRefusedError) as caught:
            put(session, [Said("schools.csv", school)], terms)
    assert [(m.column, m.kind) for m in caught.value.mistakes] == [("school.code", "code_taken")]


def test_what_is_registered_can_be_imported_as_it_is_written(filled):
    """All rows of all schools, read again, change nothing."""
    with reading(filled) as session:
        rows = of_schools(session, [school.code for school in session.exec(select(School))])
    imported, _ = _put(filled, *(Said(file, cells) for file, each in rows.items() for cells in each))
    assert imported.changed_nothing
    assert {kind: count["same"] for kind, count in imported.counts.items()} == {
        "district": 1, "school": 2, "site": 3, "device": 3, "channel": 5,
    }  # fmt: skip


def _unit(engine):
    with reading(engine) as session:
        return session.exec(select(District.code)).one()
