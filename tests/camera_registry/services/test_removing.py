"""Taking out of the register: only what was never seen."""

import pytest
from sqlmodel import select

from camera_registry.database import reading, writing
from camera_registry.models import Channel, Credential, Device, Measurement, NotSame, Photo, ProposedPair, Table
from camera_registry.services.as_cells import NoSuchRowError, standing
from camera_registry.services.registering import StaleError
from camera_registry.services.removing import RemoveRefusedError, removal, remove
from camera_registry.store import devices, removing
from camera_registry.web.pages.remove import WORDS
from tests.camera_registry.services.hands import HAND, NOW, fill
from tests.camera_registry.town import fill as fill_town
from tests.camera_registry.web.served import VAULT

RECORDER, CAMERA = ("device", "0790123", "DG-01"), ("channel", "0790123", "CAM-1", "1")


@pytest.fixture
def filled(engine):
    """A registry of two schools, of which nothing was seen; a recorder with a login."""
    with writing(engine) as session:
        fill(session)
        device = devices.by_code(session, *RECORDER[1:])
        session.add(Credential(device_id=device.id, version=1, username="u", sealed=b"x", made_at=NOW))
    return engine


def test_a_device_goes_with_its_channels_and_logins(filled):
    """What was recorded as one of its channels is recorded as nothing."""
    with writing(filled) as session:
        found = removal(session, RECORDER)
        assert (found.channels, found.hanging) == (3, {})
        remove(session, RECORDER, found.version, HAND)
    with reading(filled) as session:
        assert standing(session, CAMERA).cells["recorded_as"] == ""
        assert session.exec(select(Credential)).all() == []
        assert {device.code for device in session.exec(select(Device))} == {"CAM-1"}
        with pytest.raises(NoSuchRowError):
            removal(session, RECORDER)


def test_one_that_somebody_has_changed_meanwhile_stays(filled):
    """And so does a channel with another version."""
    for key in (RECORDER, CAMERA):
        with pytest.raises(StaleError), writing(filled) as session:
            remove(session, key, 99, HAND)


@pytest.mark.parametrize("key", [("device", "79760001", "DG-01"), ("channel", "79760001", "DG-01", "1")])
def test_what_was_seen_stays_and_is_counted(engine, key):
    """A device and a channel that were looked at and judged."""
    with writing(engine) as session:
        fill_town(session, VAULT)
    with pytest.raises(RemoveRefusedError) as refused, writing(engine) as session:
        remove(session, key, None, HAND)
    assert refused.value.hanging["results"] > 0
    with reading(engine) as session:
        assert session.exec(select(Channel)).first() is not None
        device = devices.by_code(session, "79760001", "DG-01")
        assert removing.hanging(session, device.id)["measurements"] >= len(
            session.exec(select(Measurement).where(Measurement.device_id == device.id)).all()
        )


def _channel(session, key):
    device = devices.by_code(session, *key[1:3])
    return session.exec(select(Channel).where(Channel.device_id == device.id).order_by(Channel.index)).first()


@pytest.mark.parametrize("key", [RECORDER, ("device", "0790123", "CAM-1"), CAMERA])
def test_what_was_said_or_proposed_of_two_goes_with_either(filled, key):
    """A pair that was proposed, and one of which a person said that it is none."""
    with writing(filled) as session:
        camera, recorder = _channel(session, CAMERA), _channel(session, RECORDER)
        pair = {"channel_id": camera.id, "recorded_id": recorder.id}
        school = devices.by_code(session, *RECORDER[1:]).school_id
        session.add(ProposedPair(school_id=school, reason="name", said="x", at=NOW, **pair))
        at = {"device_id": recorder.device_id, "other_id": camera.device_id, "at": NOW}
        session.add(NotSame(channel_id=recorder.id, other_channel_id=camera.id, **at))
    with writing(filled) as session:
        remove(session, key, None, HAND)
    with reading(filled) as session:
        assert session.exec(select(ProposedPair)).all() == session.exec(select(NotSame)).all() == []
        with pytest.raises(NoSuchRowError):
            removal(session, key)


@pytest.mark.parametrize("key", [("device", "0790123", "CAM-1"), CAMERA])
def test_a_photo_stands_against_it(filled, key):
    """Somebody was there; whoever may take the camera out may delete the photo first."""
    with writing(filled) as session:
        of = _channel(session, CAMERA).id
        session.add(Photo(channel_id=of, sha256="x", width=1, height=1, sealed=b"x", at=NOW))
    with pytest.raises(RemoveRefusedError) as refused, writing(filled) as session:
        remove(session, key, None, HAND)
    assert refused.value.hanging == {"photos": 1}


def test_every_key_that_leads_to_a_device_or_a_channel_is_thought_of():
    """What points at them stands against taking out, goes with them, is emptied, or hangs on what stands against it."""
    against = {table.__name__.lower() for tables in removing.HANGS.values() for table in tables}
    goes = {(table.__name__.lower(), column) for of in removing.GOES.values() for table, column in of}
    goes |= {("channel", "device_id"), ("channel", "recorded_as")}
    for table in Table.metadata.tables.values():
        counted = table.name in against or any(key.column.table.name in against for key in table.foreign_keys)
        for key in table.foreign_keys:
            if key.column.table.name in ("device", "channel"):
                assert counted or (table.name, key.parent.name) in goes, (table.name, key.parent.name)
                assert not counted or key.parent.name in ("device_id", "channel_id"), (table.name, key.parent.name)


def test_every_kind_that_stands_against_it_has_its_words():
    """On the page that asks."""
    assert set(WORDS) == set(removing.HANGS)
