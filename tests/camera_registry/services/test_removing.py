"""Taking out of the register: only what was never seen."""

import pytest
from sqlmodel import select

from camera_registry.database import reading, writing
from camera_registry.models import Channel, Credential, Device, Measurement
from camera_registry.services.as_cells import NoSuchRowError, standing
from camera_registry.services.registering import StaleError
from camera_registry.services.removing import RemoveRefusedError, removal, remove
from camera_registry.store import devices, removing
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
