"""Messages in SEI units: found whole, among others, and not when they are cut short."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probes.rtsp import h264, h265, sei


@pytest.mark.parametrize(
    ("body", "payload"),
    [
        (b"\x06\x01\xa0\x80", b"\xa0"),
        (b"\x05\x02\x06\x01\x06\x01\xc0\x80", b"\xc0"),  # behind another whose bytes look like one
        (b"\xff\x01\x00\x06\x01\x80", b"\x80"),
        (b"\x06\x04\xa0\x80", None),
        (b"\x01\x01\x55\x80", None),
        (b"", None),
    ],
)
def test_the_message_of_a_type_is_found(body, payload):
    """H.264 7.3.2.3.1: type and size in bytes of 255 and a last one."""
    assert sei.message(body, sei.RECOVERY_POINT) == payload


@pytest.mark.parametrize(("bits", "count"), [(b"\x80", 0), (b"\x40", 1), (b"\x28", 4), (b"", 0)])
def test_a_recovery_point_says_after_how_many_pictures_it_is_right(bits, count):
    """H.264 D.1.8; H.265 D.2.8 has a sign. More than none is a refresh bit by bit; one that cannot be read is none."""
    body = bytes([6, len(bits)]) + bits + b"\x80"
    assert h264.recovery_frames(b"\x06" + body) == count
    assert h264.recovery_frames(b"\x67" + body) is None
    assert bool(h265.recovery_pictures(b"\x4e\x01" + body)) is bool(count)
    assert h265.recovery_pictures(b"\x40\x01" + body) is None


@given(st.binary(max_size=80), st.integers(0, 300))
def test_no_bytes_can_break_the_search(body, kind):
    """Whatever stands there: bytes, or nothing."""
    assert isinstance(sei.message(body, kind), bytes | None)
