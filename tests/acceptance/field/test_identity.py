"""Field items 9 and 20, and identity: the same unit and channel through an update, and another unit told as such."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from camera_registry import daylight
from camera_registry.database import reading, writing
from camera_registry.models import Device, Stream
from camera_registry.services.other_unit import other_unit
from camera_registry.services.record import record
from camera_registry.store import channels, observations, units
from probes.facts.identity import compare, known_by
from probes.simulator import presets, recorders
from tests.acceptance.field.looking import at, look
from tests.camera_registry.registered import device
from tests.standards.sheets import EDITIONS

NIGHT = datetime(2026, 11, 20, 22, tzinfo=UTC)
MAC, OTHER_MAC = "4c:11:bf:01:02:03", "4c:11:bf:0a:0b:0c"


def _registered(engine, numbers=()):
    with writing(engine) as session:
        return device(session, channels=numbers).id


def _beside(engine, device_id):
    """Another device at the same site."""
    with writing(engine) as session:
        first = session.get(Device, device_id)
        second = Device(school_id=first.school_id, site_id=first.site_id, code="CAM-2", kind=first.kind, host="x")
        session.add(second)
        session.flush()
        return second.id


def _record(engine, device_id, spec, night):
    when = NIGHT + timedelta(days=night)
    seen, _ = look(spec)
    with writing(engine) as session:
        return record(session, device_id, at(seen, when), EDITIONS, when, daylight.always)


def _rows(engine, device_id):
    """Name -> index and token of every channel in the registry."""
    with reading(engine) as session:
        return {c.name: (c.index, c.token) for c in channels.of_device(session, device_id)}


@pytest.mark.field(9)
def test_channels_keep_their_place_through_an_update_that_renames_every_token(engine):
    """Same unit, same order: index, streams and facts go on under the new tokens."""
    box, spec = _registered(engine), recorders.nvr(3, mac=MAC)
    _record(engine, box, spec, 0)
    before = _rows(engine, box)
    _record(engine, box, recorders.renamed(spec), 1)
    after = _rows(engine, box)
    assert {name: row[0] for name, row in after.items()} == {name: row[0] for name, row in before.items()}
    assert [token for _, token in after.values()] == ["SRC000", "SRC001", "SRC002"]
    with reading(engine) as session:
        keys = [s.key for s in session.exec(select(Stream).order_by(Stream.id)).all()]
        stored, _ = observations.sheet(session, box)
    assert keys == ["P000_mai", "P000_sub", "P001_mai", "P001_sub", "P002_mai", "P002_sub"]
    assert stored.channels[0].main().facts["measured.codec"].before is not None


@pytest.mark.field(9)
def test_channels_that_were_moved_and_renamed_at_once_are_known_by_their_names(engine):
    """The order changed too: no channel silently becomes another."""
    box, spec = _registered(engine), recorders.nvr(3, mac=MAC)
    _record(engine, box, spec, 0)
    before = _rows(engine, box)
    _record(engine, box, recorders.renamed(spec, order=(2, 0, 1)), 1)
    after = _rows(engine, box)
    assert {name: row[0] for name, row in after.items()} == {name: row[0] for name, row in before.items()}
    assert after["Camera 03"][1] == "SRC000"


@pytest.mark.field(9)
def test_what_cannot_be_told_is_a_new_channel_with_a_note(engine):
    """One channel fewer, all tokens and names other: nothing is swapped."""
    box, spec = _registered(engine), recorders.nvr(3, mac=MAC)
    _record(engine, box, spec, 0)
    fewer = recorders.renamed(spec, order=(0, 1))
    named = replace(fewer, channels=tuple(replace(c, name="IPC") for c in fewer.channels))
    _record(engine, box, named, 1)
    with reading(engine) as session:
        rows = channels.of_device(session, box)
    assert [(r.index, r.token, bool(r.note)) for r in rows] == [
        (1, "VideoSource_1", False), (2, "VideoSource_2", False), (3, "VideoSource_3", False),
        (4, "SRC000", True), (5, "SRC001", True),
    ]  # fmt: skip


@pytest.mark.field(20)
def test_a_slot_that_was_never_used_is_not_judged_and_a_live_one_gone_dark_is_repair(engine):
    """The same answer, 404, means two things: what was live before tells them apart."""
    box, spec = _registered(engine), recorders.nvr(3, mac=MAC)
    spec = replace(spec, channels=(*spec.channels[:2], replace(spec.channels[2], connected=False)))
    first = _record(engine, box, spec, 0)
    assert set(first.verdicts) == {1, 2}
    gone = replace(spec, channels=(spec.channels[0], replace(spec.channels[1], connected=False), spec.channels[2]))
    second = _record(engine, box, gone, 1)
    assert set(second.verdicts) == {1, 2}
    assert second.verdicts[2].name == "repair"


@pytest.mark.field(20)
def test_a_slot_that_a_person_registered_is_judged(engine):
    """Somebody says that there is a camera: that it shows nothing is a fault, though no look ever saw it live."""
    box, spec = _registered(engine, numbers=(1, 2)), recorders.nvr(2, mac=MAC)
    spec = replace(spec, channels=(spec.channels[0], replace(spec.channels[1], connected=False)))
    assert _record(engine, box, spec, 0).verdicts[2].name == "repair"


@pytest.mark.field(20)
def test_another_unit_is_told_with_both_identities_and_nothing_of_the_old_one_counts(engine):
    """A camera was swapped for one of the same model: its capability and its past are not those of the old one."""
    box = _registered(engine)
    _record(engine, box, presets.hd720_cannot(mac=MAC, serial="A1B2C3D4"), 0)
    mute = presets.hd720_silent(mac=OTHER_MAC, serial="E5F6G7H8", model="SIM-720")
    _record(engine, box, mute, 1)
    with reading(engine) as session:
        change = other_unit(session, box)
        stored, _ = observations.sheet(session, box)
    assert (change.before.mac, change.now.mac) == (MAC, OTHER_MAC)
    assert (change.before.since, change.now.since) == (NIGHT, NIGHT + timedelta(days=1))
    assert "MAC" in change.why["vi"]
    facts = stored.channels[0].main().facts
    assert "capable.encodings" not in facts
    assert facts["measured.codec"].before is None


@pytest.mark.field(20)
def test_new_firmware_is_the_same_unit(engine):
    """The hardware address stayed."""
    box = _registered(engine)
    _record(engine, box, presets.good_h264(mac=MAC), 0)
    _record(engine, box, presets.good_h264(mac=MAC, firmware="V9", serial="reset0001"), 1)
    with reading(engine) as session:
        assert other_unit(session, box) is None
        assert [u.firmware for u in units.of_device(session, box, 9)] == ["V9"]


@pytest.mark.field(20)
def test_a_serial_that_two_devices_share_identifies_neither(engine):
    """Clones, without a usable hardware address: which unit it is cannot be told, and nothing is said."""
    first = _registered(engine)
    boxes = (first, _beside(engine, first))
    clone = presets.good_h264(mac="00:00:00:00:00:00", serial="CLONE77001")
    for box in boxes:
        _record(engine, box, clone, 0)
    with reading(engine) as session:
        assert units.shared(session, boxes[0], {"serial": "CLONE77001"}) == {"clone77001"}
    _record(engine, boxes[0], replace(clone, serial="OTHER88002"), 1)
    with reading(engine) as session:
        assert units.shared(session, boxes[1], {"serial": "CLONE77001"}) == frozenset()


@pytest.mark.field(20)
def test_the_endpoint_stands_in_for_a_placeholder_mac():
    """GetEndpointReference is asked only where the hardware address is nobody's."""
    uuid = "urn:uuid:5f5a69c2-e0ae-504f-829b-00fcdb1c6a11"
    seen, camera = look(presets.good_h264(mac="02:00:00:00:00:01", endpoint=uuid))
    assert known_by(vars(seen.device.identity))["endpoint"] == "5f5a69c2e0ae504f829b00fcdb1c6a11"
    _, own = look(presets.good_h264(mac=MAC, endpoint=uuid))
    assert "GetEndpointReference" in camera.counters.requests
    assert "GetEndpointReference" not in own.counters.requests


@pytest.mark.field(20)
@pytest.mark.parametrize(
    "serial", ["0000000", "123456789", "SerialNumber", "", "none", "1111111111", "N/A", "987654321"]
)
def test_what_a_factory_forgot_to_fill_in_is_no_serial(serial):
    """YooSee sends 0000000 from every camera."""
    assert known_by({"serial": serial}) == {}


@pytest.mark.field(20)
@pytest.mark.parametrize(
    "mac",
    ["00:00:00:00:00:00", "ff:ff:ff:ff:ff:ff", "02:11:22:33:44:55", "00:11:22:33:44:55", "01:00:5e:00:00:01"],
)
def test_what_no_single_unit_has_is_no_hardware_address(mac):
    """All zeros or ones, made up, a group address, a sample that a whole series was sold with."""
    assert known_by({"mac": mac}) == {}


@pytest.mark.field(20)
def test_the_best_key_that_both_looks_have_decides():
    """The hardware address over the serial; without any, another model is another unit; no key, no guess."""
    same = compare({"mac": MAC, "serial": "A1B2C3"}, {"mac": MAC.upper().replace(":", "-"), "serial": "D4E5F6"})
    assert (same.same, same.key) == (True, "mac")
    assert compare({"mac": MAC, "serial": "A1B2C3"}, {"serial": "D4E5F6"}).same is False
    assert compare({"serial": "A1B2C3"}, {"serial": "D4E5F6"}, shared={"a1b2c3"}).same is None
    assert compare({"model": "X1"}, {"model": "X2"}).same is False
    assert compare({"model": "X1"}, {"model": "X1"}).same is None


@pytest.mark.field(20)
def test_a_slot_that_was_only_not_reached_at_first_is_not_judged_later(engine):
    """A look cut off at its deadline registers what it did not reach; that this shows nothing later is no fault."""
    box, spec = _registered(engine), recorders.nvr(2, mac=MAC)
    spec = replace(spec, channels=(spec.channels[0], replace(spec.channels[1], connected=False)))
    seen, _ = look(spec)
    far = seen.channels[1]
    cut = replace(seen, channels=(seen.channels[0], replace(far, info=replace(far.info, state="unknown"))))
    for night, each in enumerate((cut, seen)):
        when = NIGHT + timedelta(days=night)
        with writing(engine) as session:
            verdict = record(session, box, at(each, when), EDITIONS, when, daylight.always).verdicts[2]
    assert verdict.name == "unverified"
