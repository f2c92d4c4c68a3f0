"""Acceptances in the registry: which looks are kept, when more are due, what the result holds."""

import json
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from camera_registry import daylight
from camera_registry.database import reading, writing
from camera_registry.people import NO_NAME
from camera_registry.reports.acceptance import acceptance_text
from camera_registry.reports.listing_columns import Shown
from camera_registry.services import acceptance as services
from camera_registry.services.acceptance import AcceptanceError, Asked
from camera_registry.services.record import record
from probes.facts import Identity
from tests.camera_registry.registered import device
from tests.standards.sheets import EDITIONS, HCMC, NOW, observed

ASKED = Asked("HD-1", "Gói 1", ("079-DG-01/DG-01",), HCMC, looks=2, hours=4.0, by="Lê An")


@pytest.fixture
def camera(engine):
    """The id of a device that is chosen for an acceptance which runs."""
    with writing(engine) as session:
        camera = device(session).id
        services.start(session, ASKED, NOW)
    return camera


def _at(hours):
    return NOW + timedelta(hours=hours)


def _look(engine, camera, hours, serial, firmware="1.0"):
    """The good camera answers as a unit with this serial number."""
    seen = observed({}, _at(hours))
    unit = Identity(at=_at(hours), how="onvif", manufacturer="M", model="IPC-1", serial=serial, firmware=firmware)
    with writing(engine) as session:
        record(session, camera, replace(seen, device=replace(seen.device, identity=unit)), EDITIONS, _at(hours),
               daylight.always)  # fmt: skip


def _due(engine, hours):
    with reading(engine) as session:
        return [ids for _, ids in services.due(session, _at(hours))]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"hours": 1e-300}, "hours: 1e-300: write 1 to 168"),
        ({"hours": float("nan")}, "hours: nan: write 1 to 168"),
        ({"hours": 168.1}, "hours: 168.1: write 1 to 168"),
        ({"looks": 1}, "looks: 1: write 2 to 48"),
        ({"name": "G" * 201}, "name: write at most 200 characters, without control signs"),
        ({"by": "L\x00"}, f"by: {NO_NAME['en']}"),
        ({"code": "H" * 9999}, f"{'H' * 50}: is no code; write letters, digits, dots and hyphens, at most 40"),
        ({"code": "hd-1"}, "hd-1: this code is used as HD-1; write another one"),
        ({"code": "HD-1"}, "HD-1: this code is used; write another one"),
    ],
)
def test_what_no_acceptance_can_be_is_refused_in_one_line(engine, camera, change, said):
    """With what to write instead, and what was written cut short."""
    with reading(engine) as session, pytest.raises(AcceptanceError) as error:
        services.start(session, replace(ASKED, **{"code": "HD-2", **change}), NOW)
    assert error.value.mistakes == (said,)


def test_an_acceptance_is_found_by_its_code_in_capitals_and_without(engine, camera):
    """As it is said aloud; texts are kept on one line."""
    with writing(engine) as session:
        services.start(session, replace(ASKED, code="hd-2", name=" Gói\u00a0thầu\n 12 "), NOW)
        shown = services.show(session, "HD-2", NOW)
        assert (shown["code"], shown["name"]) == ("hd-2", "Gói thầu 12")
        with pytest.raises(AcceptanceError, match="by: write the name"):
            services.close(session, "HD-1", "Lê An" * 100, NOW)


def test_the_result_names_the_unit_of_every_look(engine, camera):
    """With its firmware as it was seen; null where it said nothing."""
    _look(engine, camera, 0.1, "SN-4711", "1.0")
    _look(engine, camera, 3.6, "SN-4711", "1.1")
    with writing(engine) as session:
        record(session, camera, observed({}, _at(3.7)), EDITIONS, _at(3.7), daylight.always)
        closed = services.close(session, "HD-1", "Lê An", _at(4))
    assert closed["result"] == "accepted"
    (one,) = closed["devices"]
    assert one["device"] == "079-DG-01/DG-01"
    assert [each["unit"] and (each["unit"]["serial"], each["unit"]["firmware"]) for each in one["looks"]] == [
        ("SN-4711", "1.0"),
        ("SN-4711", "1.1"),
        None,
    ]
    assert one["looks"][0]["unit"] == {
        "manufacturer": "M", "model": "IPC-1", "firmware": "1.0", "serial": "SN-4711", "mac": "", "endpoint": "",
    }  # fmt: skip
    with reading(engine) as session:
        assert "SN-4711" in json.dumps(services.show(session, "HD-1", _at(9)))


def test_a_unit_that_came_later_is_not_accepted_by_the_looks_at_the_one_before(engine, camera):
    """It is said, and more looks are due for the new one."""
    _look(engine, camera, 0.1, "SN-4711")
    assert _due(engine, 1) == []
    _look(engine, camera, 1, "SN-4712")
    assert _due(engine, 1.1) == [], "one look is due until the second at 3.6 hours"
    _look(engine, camera, 3.6, "SN-4713")
    assert _due(engine, 3.7) == [{camera}], "the third unit has answered one look of two"
    with writing(engine) as session:
        closed = services.close(session, "HD-1", "Lê An", _at(4))
    assert [each["counts"] for each in closed["devices"][0]["looks"]] == [False, False, True]
    (channel,) = closed["channels"]
    assert (channel["result"], channel["looks"], channel["looks_that_told"]) == ("not_accepted", 3, 1)
    assert [reason["text"]["en"] for reason in channel["reasons"]] == [
        "Another unit than in the look before: serial number sn4711 → sn4712. "
        "Only the looks at the unit that was seen last count.",
        "Another unit than in the look before: serial number sn4712 → sn4713. "
        "Only the looks at the unit that was seen last count.",
        "1 of 2 looks told something.",
    ]


def test_a_cancelled_acceptance_says_so_first_and_has_no_result(engine, camera):
    """Whatever was seen until then, and however late it is asked for."""
    _look(engine, camera, 0.1, "SN-4711")
    _look(engine, camera, 3.6, "SN-4711")
    with writing(engine) as session:
        assert services.show(session, "HD-1", _at(3.7))["result"] == "accepted"
        services.cancel(session, "HD-1", "Trần Bình", _at(3.8))
        shown = services.show(session, "HD-1", _at(30))
    results = (shown["result"], *(channel["result"] for channel in shown["channels"]))
    assert (shown["state"], results) == ("cancelled", ("not_finished", "not_finished"))
    assert shown["channels"][0]["reasons"] == [], "nothing is said to be late that nobody waits for"
    said = acceptance_text(shown, Shown("vi", ZoneInfo("Asia/Ho_Chi_Minh"))).splitlines()
    assert said[1].startswith("Đã hủy: Trần Bình, 23/11/2026 13:48. Không có kết luận nghiệm thu")
