"""Messages: each survives the way, and whatever else comes is our own error."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camera_registry.agents import messages
from camera_registry.agents.messages import (
    GivenUp,
    Greeting,
    HandedBack,
    Learned,
    MessageError,
    Order,
    OrderItem,
    Refused,
    Seen,
    read_result,
    read_work,
    to_bytes,
)
from probes.errors import Failure
from probes.facts import Channel, Device, Identity, Ledger, Observation
from probes.login import LoginState
from probes.outgoing import Networks
from probes.target import Address, Credential, Limits, Need, Remembered, Target

AT = datetime(2026, 11, 30, 1, 2, 3, tzinfo=UTC)
TARGET = Target(
    "7",
    Address("host", "192.168.1.64", rtsp_port=8554),
    (Credential("3", "admin", "mật khẩu 7"),),
    Remembered({"3": LoginState(onvif="good")}, fingerprints={"443": "ab"}, pictures={"1": {"hash": "x"}}),
    (Need("stream.measured.fps", (15.0, 25.0), 4.0, 60),),
    replace(Limits(), picture_nights=3),
    networks=Networks(("192.168.1.0/24",), ("10.0.0.1",)),
)
ORDER = Order("o-1", AT, 2, 4_000, (OrderItem(5, 1, "192.168.1.64", TARGET),))
SEEN = Observation(
    target="7",
    observed_at=AT,
    device=Device(identity=Identity(at=AT, how="onvif", manufacturer="Hãng")),
    channels=(Channel(index=1),),
    failures=(Failure("timeout", "rtsp.play", "đợi lâu", 1, "1/main", ("stream.measured.fps",)),),
    remembered=Remembered({"3": LoginState(rtsp="refused", onvif="withheld")}, next_channel="2"),
    ledger=Ledger(),
)
FROM_AGENT = [
    Seen("o-1", 5, 1, SEEN, {"3": LoginState(onvif="good", unanswered=1)}),
    GivenUp("o-1", 5, 2, "too_large"),
    Learned("o-1", 5, 1, "3", LoginState(onvif="refused")),
    HandedBack("o-1"),
    Greeting("0.1.0", 1, "i-1", 12),
]
TO_AGENT = [ORDER, replace(ORDER, line_kbps=None), Refused({"vi": "Quá cũ", "en": "Too old"}, 2)]


@pytest.mark.parametrize("message", TO_AGENT)
def test_what_the_registry_says_is_read(message):
    """Every value of it, targets with their logins included."""
    assert read_work(to_bytes(message)) == message


@pytest.mark.parametrize("message", FROM_AGENT)
def test_what_an_agent_says_is_read(message):
    """Every value of it; what a look saw is the same on the other side."""
    assert read_result(to_bytes(message)) == message


def test_no_side_takes_what_the_other_one_says():
    """A message that comes back to whom it is of changes nothing."""
    with pytest.raises(MessageError, match="of a kind"):
        read_result(to_bytes(ORDER))
    with pytest.raises(MessageError, match="of a kind"):
        read_work(to_bytes(HandedBack("o-1")))


def test_no_password_is_printed_with_an_order():
    """Logs hold orders, and no logins."""
    assert "mật khẩu" not in repr(ORDER)


def test_an_order_of_another_protocol_says_what_to_do():
    """An agent that is too old is updated."""
    with pytest.raises(MessageError, match="speaks protocol 2, and this program 1; update it"):
        read_work(to_bytes(replace(ORDER, protocol=2)))


@pytest.mark.parametrize("message", FROM_AGENT)
@given(st.data())
def test_whatever_an_agent_says_is_read_or_our_own_error(message, data):
    """One value anywhere in it is another one."""
    said = json.loads(to_bytes(message))
    anything = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.just([]) | st.just({})
    _put(said, data, data.draw(anything))
    try:
        read_result(json.dumps(said).encode())
    except MessageError:
        return


@pytest.mark.parametrize(
    "changed", [{"item": -1}, {"item": 2**64}, {"attempt": True}, {"order": "a.b"}, {"why": "because"}, {"item": "5"}]
)
def test_what_cannot_be_is_refused(changed):
    """Numbers that no column holds, ids that are none, reasons that nobody knows."""
    said = json.loads(to_bytes(FROM_AGENT[1])) | changed
    with pytest.raises(MessageError):
        read_result(json.dumps(said).encode())


def test_an_order_of_no_device_or_of_too_many_is_none(monkeypatch):
    """It would only wait for its end."""
    monkeypatch.setattr(messages, "MOST_ITEMS", 1)
    for items in ((), ORDER.items * 2):
        with pytest.raises(MessageError):
            read_work(to_bytes(replace(ORDER, items=items)))


def _put(value, data, anything):
    """`anything` stands somewhere in `value`."""
    while True:
        keys = list(value) if isinstance(value, dict) else list(range(len(value)))
        key = data.draw(st.sampled_from(keys))
        below = value[key]
        if not isinstance(below, dict | list) or not below or data.draw(st.booleans()):
            value[key] = anything
            return
        value = below
