"""Registering by hand: what is new never changes what is there, and who was first is told."""

import pytest

from camera_registry.audit.doing import Actor, Doing
from camera_registry.database import reading, writing
from camera_registry.services.as_cells import standing
from camera_registry.services.audit import recorded
from camera_registry.services.by_hand import change, last_change, make
from camera_registry.services.registering import ImportRefusedError, Said
from tests.camera_registry.services.hands import HAND, NOW, fill

DEVICE = ("device", "0790123", "DG-01")


@pytest.fixture
def filled(engine):
    """A registry of two schools."""
    with writing(engine) as session:
        fill(session)
    return engine


RECORDER = {"school": "0790123", "kind": "nvr"}
SECOND = {"name": "Trường TH Số 2", "levels": "TH", "kind": "private", "managed_by": "UBND phường A"}


@pytest.mark.parametrize(
    ("kind", "file", "cells", "field"),
    [
        ("device", "devices.csv", {**RECORDER, "device.code": "DG-01", "host": "192.168.1.9"}, "device.code"),
        ("device", "devices.csv", {**RECORDER, "host": "192.168.1.64", "rtsp_port": "554"}, "device.code"),
        ("site", "schools.csv", {**SECOND, "school.code": "0790124", "address": "9 Đường D"}, "site"),
        ("school", "schools.csv", SECOND, "school.code"),
    ],
)
def test_what_is_there_already_is_refused_and_stays(filled, kind, file, cells, field):
    """By its code, by the address or the name by which a file would be told to mean it, and as the main site."""
    with pytest.raises(ImportRefusedError) as refused, writing(filled) as session:
        make(session, Said(file, cells), HAND, kind)
    assert [(mistake.column, mistake.kind) for mistake in refused.value.mistakes] == [(field, "is_there")]
    with reading(filled) as session:
        assert standing(session, DEVICE).cells["host"] == "192.168.1.64"
        assert standing(session, ("school", "0790124", "")).cells["address"] == ""


def test_who_has_changed_a_row_last_is_told(filled):
    """The person whom the audit log names; of a school and its site whoever was last."""
    doing = Doing(Actor("lan", "Nguyễn Thị Lan"), "device_change")
    with recorded(filled, doing, NOW) as session:
        change(session, [Said("devices.csv", {"make": "Axis"}, DEVICE)], HAND)
        change(session, [Said("schools.csv", {"address": "2 Đường C"}, ("school", "0790123", ""))], HAND)
    with reading(filled) as session:
        assert last_change(session, DEVICE).by == "Nguyễn Thị Lan"
        assert last_change(session, ("school", "0790123", "")).by == "Nguyễn Thị Lan"
        assert last_change(session, ("channel", "0790123", "DG-01", "1")).by == ""
        assert last_change(session, ("device", "0790123", "NONE")) is None
