"""Packets without pictures: lengths and headers stay, slices go; lines of text and back."""

from hypothesis import given
from hypothesis import strategies as st

from probes.capture.blank import FILLER, HEAD, blanked, line, read_line

RTP = bytes.fromhex("8060000100000002000000ff")
SLICE = bytes(range(1, 200))
SPS = bytes.fromhex("674d0029e2900a00b7")


@given(st.binary(max_size=300), st.integers(0, 255), st.floats(0, 100))
def test_a_line_is_read_back(data, channel, at):
    """Whatever the bytes are, runs of filler among them."""
    data += FILLER * 20 + data[:3]
    assert read_line(line(channel, at, data)) == (channel, round(at, 5), data)


@given(st.sampled_from(["h264", "h265", "mjpeg", "mpeg4", "av1", ""]), st.binary(max_size=200))
def test_a_packet_keeps_its_length(codec, payload):
    """No payload is longer or shorter, and none is an error."""
    assert len(blanked(codec, RTP + payload)) == len(RTP + payload)


def test_slices_go_and_parameter_sets_stay():
    """H.264: single units, an aggregation packet, and both ends of a fragmented unit."""
    assert blanked("h264", RTP + SPS) == RTP + SPS
    assert blanked("h264", RTP + b"\x65" + SLICE) == RTP + b"\x65" + SLICE[:HEAD] + FILLER * (len(SLICE) - HEAD)
    listed = b"\x78" + len(SPS).to_bytes(2, "big") + SPS + (1 + len(SLICE)).to_bytes(2, "big") + b"\x65"
    assert blanked("h264", RTP + listed + SLICE) == RTP + listed + SLICE[:HEAD] + FILLER * (len(SLICE) - HEAD)
    assert blanked("h264", RTP + b"\x7c\x85" + SLICE).startswith(RTP + b"\x7c\x85" + SLICE[:HEAD] + FILLER * 9)
    assert blanked("h264", RTP + b"\x7c\x05" + SLICE) == RTP + b"\x7c\x05" + FILLER * len(SLICE)


def test_a_picture_behind_a_parameter_set_goes():
    """V380 writes start codes into RTP: a set, and behind it a slice that nothing announces, whole or in parts."""
    said, mark = SLICE[:HEAD] + FILLER * (len(SLICE) - HEAD), b"\0\0\0\1"
    assert blanked("h264", RTP + SPS + mark + b"\x65" + SLICE) == RTP + SPS + mark + b"\x65" + said
    begun = b"\x7c\x87" + SPS[1:] + mark + b"\x65"
    assert blanked("h264", RTP + begun + SLICE) == RTP + begun + said
    assert blanked("h264", RTP + b"\x7c\x07" + SLICE) == RTP + b"\x7c\x07" + FILLER * len(SLICE)
    listed = b"\x78" + (len(SPS) + 5 + len(SLICE)).to_bytes(2, "big") + SPS + mark + b"\x65"
    assert blanked("h264", RTP + listed + SLICE) == RTP + listed + said
    vps = b"\x62\x01\xa0\x0c\x01" + mark + b"\x26\x01"
    assert blanked("h265", RTP + vps + SLICE) == RTP + vps + said


def test_what_calls_itself_a_parameter_set_and_is_as_long_as_a_picture_is_none():
    """Nothing longer than any set stays."""
    assert blanked("h264", RTP + b"\x67" + b"\x11" * 5000).endswith(FILLER * 3900)


def test_a_picture_under_the_name_of_a_parameter_set_goes_too():
    """V380 sends a whole access unit as fragments of its first unit, start codes and all."""
    access_unit = SPS[1:] + b"\0\0\0\1\x65" + SLICE * 4
    kept = blanked("h264", RTP + b"\x7c\x87" + access_unit)
    begun = RTP + b"\x7c\x87" + SPS[1:] + b"\0\0\0\1\x65" + SLICE[:HEAD]
    assert kept == begun + FILLER * (4 * len(SLICE) - HEAD)
    assert blanked("h264", RTP + b"\x7c\x07" + SLICE * 4) == RTP + b"\x7c\x07" + FILLER * 4 * len(SLICE)


def test_what_is_not_known_keeps_its_header_alone():
    """Sound and private data."""
    assert blanked("pcma", RTP + SLICE) == RTP + FILLER * len(SLICE)


def test_of_a_report_the_clocks_stay_and_the_names_go():
    """A sender report with a source description behind it; any other report goes whole."""
    report = bytes.fromhex("81c8000c") + bytes(range(24)) + b"\x81\xca\x00\x06camera@192.168.1.64"
    kept = blanked("h264", report, report=True)
    assert kept == bytes.fromhex("80c80006") + bytes(range(24))
    assert blanked("h264", b"\x81\xca\x00\x01name", report=True) == b""
