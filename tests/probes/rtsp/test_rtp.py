"""RTP and RTCP headers, against packets made from RFC 3550 by the packet maker."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probes.errors import MalformedReply, ProbeError
from probes.rtsp.rtp import RtpPacket, SenderReport, parse_rtp, parse_sender_report
from tests.probes.rtsp.packet_maker import rtp, sender_report


def test_a_plain_packet_is_read():
    """RFC 3550 5.1: every field of the fixed header."""
    packet = rtp(65535, 2**32 - 1, b"data", marker=True, payload_type=127, ssrc=0xDEADBEEF)
    assert parse_rtp(packet) == RtpPacket(127, True, 65535, 2**32 - 1, 0xDEADBEEF, b"data")


@pytest.mark.parametrize("csrcs", [(), (1,), tuple(range(15))])
@pytest.mark.parametrize("extension", [None, b"", b"12345678"])
@pytest.mark.parametrize("padding", [0, 1, 200])
def test_the_payload_stands_without_sources_extension_and_padding(csrcs, extension, padding):
    """RFC 3550 5.1 and 5.3.1, in every combination; an empty payload too."""
    for payload in (b"data", b""):
        packet = rtp(1, 2, payload, csrcs=csrcs, extension=extension, padding=padding)
        assert parse_rtp(packet).payload == payload


@pytest.mark.parametrize(
    ("packet", "words"),
    [
        (b"", "of 0 bytes"),
        (rtp(1, 2, b"")[:11], "of 11 bytes"),
        (b"\x40" + rtp(1, 2, b"")[1:], "version 1"),
        (b"\x82" + rtp(1, 2, b"abcd")[1:], "shorter than its header"),
        (b"\x90" + rtp(1, 2, b"ab")[1:], "extension is cut off"),
        (rtp(1, 2, b"", extension=b"1234")[:-1], "shorter than its header"),
        (b"\xa0" + rtp(1, 2, b"ab\x09")[1:], "shorter than its header"),
    ],
)
def test_a_packet_that_breaks_off_is_an_error(packet, words):
    """The error says what is wrong."""
    with pytest.raises(MalformedReply, match=words):
        parse_rtp(packet)


@given(st.binary(max_size=80))
def test_no_bytes_can_break_reading_a_packet(data):
    """A packet within the bytes, or our own error."""
    try:
        assert len(parse_rtp(data).payload) <= len(data) - 12
    except ProbeError:
        return


@pytest.mark.parametrize("more", [b"", b"\x81\xca\x00\x01abcd"])
def test_a_sender_report_gives_both_clocks(more):
    """RFC 3550 6.4.1: NTP time as Unix seconds and the RTP time stamp of the same moment; more may follow (6.1)."""
    assert parse_sender_report(sender_report(7, 1_763_900_000.5, 123, more=more)) == SenderReport(
        7, 1_763_900_000.5, 123
    )


@pytest.mark.parametrize(
    "data",
    [
        b"",
        sender_report(7, 0.0, 0)[:27],
        struct.pack(">BBHI", 0x80, 201, 1, 7) + bytes(24),
        b"\x40" + sender_report(7, 0.0, 0)[1:],
    ],
)
def test_anything_else_is_no_sender_report(data):
    """Receiver reports, cut packets and other versions: None, never an error."""
    assert parse_sender_report(data) is None


@given(st.binary(max_size=60))
def test_no_bytes_can_break_reading_a_report(data):
    """A report or None."""
    report = parse_sender_report(data)
    assert report is None or 0 <= report.timestamp < 2**32
