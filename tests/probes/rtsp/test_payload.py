"""Payloads of H.264, H.265 and JPEG: what begins in them, and the bytes that are put together again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probes.errors import ProbeError
from probes.rtsp.jpeg_images import JpegReader
from probes.rtsp.nal_units import H264Reader, H265Reader
from probes.rtsp.payload import OpaqueReader, reader_for, sniff
from probes.rtsp.units import COLLECT_LIMIT, START_CODE
from tests.probes.rtsp.packet_maker import (
    H264_PPS,
    H264_SPS,
    aggregation,
    h264_fragments,
    h265_fragments,
    jpeg_fragments,
    slice_264,
    slice_265,
    stap_a,
    stap_b,
)

SEI = b"\x06\x05\x01\x55\x80"
RECOVERY = b"\x06\x06\x01\xc4\x80"
I_SLICE = b"\x61\x88\x80\xaa\x55"
VPS, SPS, PPS = b"\x40\x01vps", b"\x42\x01sps", b"\x44\x01pps"


def _read(reader, *payloads: bytes):
    """The types of the units that begin in the payloads, and the bytes collected."""
    reader.collect = True
    types = [unit.type for payload in payloads for unit in reader.push(payload)]
    return types, reader.collected()


def _annex_b(*nals: bytes) -> bytes:
    return b"".join(START_CODE + nal for nal in nals)


KEY, DELTA = slice_264(key=True, size=5000), slice_264(key=False, size=900)
KEY5, DELTA5 = slice_265(key=True, size=5000), slice_265(key=False, size=900)


@pytest.mark.parametrize(
    ("payloads", "types", "nals"),
    [
        ([DELTA], [1], [DELTA]),
        (h264_fragments(KEY), [5], [KEY]),
        (h264_fragments(KEY, don=True), [5], [KEY]),
        ([stap_a([H264_SPS, H264_PPS, SEI])], [7, 8, 6], [H264_SPS, H264_PPS, SEI]),
        ([stap_b([H264_SPS, H264_PPS])], [7, 8], [H264_SPS, H264_PPS]),
        ([stap_a([H264_SPS]) + b"\0\0"], [7], [H264_SPS]),
        ([stap_a([H264_SPS, H264_PPS])[:-1]], [7], [H264_SPS]),
        ([stap_a([H264_SPS]), *h264_fragments(KEY), DELTA], [7, 5, 1], [H264_SPS, KEY, DELTA]),
    ],
    ids=["single", "FU-A", "FU-B", "STAP-A", "STAP-B", "empty unit at the end", "cut off", "mixed"],
)
def test_h264_payloads_become_the_units_they_were(payloads, types, nals):
    """RFC 6184 5.6 to 5.8: types in order, and Annex B of the same bytes."""
    assert _read(H264Reader(), *payloads) == (types, _annex_b(*nals))


@pytest.mark.parametrize(
    ("payloads", "types", "nals", "donl"),
    [
        ([DELTA5], [1], [DELTA5], False),
        (h265_fragments(KEY5), [19], [KEY5], False),
        ([aggregation([VPS, SPS, PPS])], [32, 33, 34], [VPS, SPS, PPS], False),
        ([aggregation([VPS, SPS, PPS], don=True)], [32, 33, 34], [VPS, SPS, PPS], True),
        (h265_fragments(KEY5, donl=b"\x12\x34"), [19], [KEY5], True),
        ([DELTA5[:2] + b"\x12\x34" + DELTA5[2:]], [1], [DELTA5], True),
        ([aggregation([VPS, SPS])[:-1]], [32], [VPS], False),
    ],
    ids=["single", "FU", "AP", "AP with DONL", "FU with DONL", "single with DONL", "cut off"],
)
def test_h265_payloads_become_the_units_they_were(payloads, types, nals, donl):
    """RFC 7798 4.4; with sprop-max-don-diff above 0, decoding order numbers stand between and are left out."""
    reader = reader_for("h265", {"sprop-max-don-diff": "1"} if donl else {})
    assert _read(reader, *payloads) == (types, _annex_b(*nals))


def test_jpeg_fragments_become_a_picture():
    """RFC 2435: one unit where a picture begins; header and scan make a file."""
    types, file = _read(JpegReader(), *jpeg_fragments(b"\x12\x34" * 2000))
    assert types == [0]
    assert file.startswith(b"\xff\xd8")
    assert file.endswith(b"\x12\x34" * 2000 + b"\xff\xd9")


def test_nothing_is_collected_unless_it_is_asked_for():
    """Only for the one key frame that is looked at; `drop` forgets it."""
    for reader, payload in ((H264Reader(), KEY), (H265Reader(), KEY5)):
        reader.push(payload)
        assert reader.collected() == b""
        reader.collect = True
        reader.push(payload)
        assert reader.collected()
        reader.drop()
        assert reader.collected() == b""


def test_a_picture_without_end_is_not_collected_without_end():
    """A camera that never ends a unit fills no memory."""
    reader = H264Reader(collect=True)
    fragment = h264_fragments(slice_264(key=True, size=3000))[1]
    for _ in range(2 * COLLECT_LIMIT // len(fragment)):
        reader.push(fragment)
    assert len(reader.collected()) < COLLECT_LIMIT + len(fragment)


def test_v380_start_code_in_the_payload():
    """V380 sends Annex B in RTP: a start code of either length before the unit is left out."""
    for code in (b"\0\0\0\1", b"\0\0\1"):
        assert _read(H264Reader(), code + DELTA) == ([1], _annex_b(DELTA))
        assert _read(H265Reader(), code + DELTA5) == ([1], _annex_b(DELTA5))


def test_v380_several_units_in_one_payload():
    """V380 puts parameter sets and picture into one payload with start codes between: each unit is seen."""
    expected = ([7, 8, 5], _annex_b(H264_SPS, H264_PPS, KEY))
    assert _read(H264Reader(), _annex_b(H264_SPS, H264_PPS, KEY)) == expected
    fragments = h264_fragments(_annex_b(H264_SPS, H264_PPS, KEY))
    assert _read(H264Reader(), *fragments) == expected


def test_tiandy_type_that_changes_within_fragments():
    """Tiandy changes the NAL type in the FU header of later fragments: the first one counts."""
    first, *rest = h264_fragments(KEY)
    changed = [bytes([part[0], part[1] & 0xE0 | 1]) + part[2:] for part in rest]
    assert _read(H264Reader(), first, *changed) == ([5], _annex_b(KEY))


def test_reolink_bytes_behind_the_parameter_set():
    """Reolink sends further bytes behind an SPS (retina issue 102), as if another unit followed: it is told apart."""
    assert _read(H264Reader(), H264_SPS + START_CODE + H264_PPS) == ([7, 8], _annex_b(H264_SPS, H264_PPS))


@pytest.mark.parametrize(
    ("nals", "is_key", "has_picture", "from_the_top"),
    [
        ([KEY], True, True, True),
        ([H264_SPS, H264_PPS, SEI, KEY], True, True, True),
        ([DELTA], False, True, True),
        ([RECOVERY, I_SLICE], True, True, True),
        ([SEI, I_SLICE], False, True, True),
        ([RECOVERY, DELTA], False, True, True),  # intra refresh: a recovery point without a whole I-picture
        ([RECOVERY, I_SLICE, DELTA], False, True, True),
        ([RECOVERY], False, False, False),
        ([H264_SPS, H264_PPS], False, False, False),
        ([b"\x65\x40\x88\x80"], True, True, False),
        ([b"\x65"], True, True, False),
        ([], False, False, False),
    ],
)
def test_an_h264_key_frame_is_idr_or_intra_with_a_recovery_point(nals, is_key, has_picture, from_the_top):
    """Field notes, evidence; what only describes pictures is none; a first macroblock above 0 is not the top."""
    reader = H264Reader()
    units = [unit for nal in nals for unit in reader.push(stap_a([nal]))]
    assert reader.is_key(units) is is_key
    assert reader.has_picture(units) is has_picture
    assert reader.from_the_top(units) is from_the_top


@pytest.mark.parametrize("kind", range(64))
def test_an_h265_key_frame_is_of_types_16_to_21(kind):
    """Rec. ITU-T H.265 table 7-1; types below 32 are slices."""
    reader = H265Reader()
    units = reader.push(bytes([kind << 1, 1, 0x80, 0])) if kind < 48 else []
    assert reader.is_key(units) is (16 <= kind <= 21)
    assert reader.has_picture(units) is (kind < 32)
    assert reader.from_the_top(units) is (kind < 32)


def test_an_h265_slice_that_is_not_the_first_is_not_the_top():
    """first_slice_segment_in_pic_flag, H.265 7.3.6.1."""
    reader = H265Reader()
    assert not reader.from_the_top(reader.push(b"\x26\x01\x40\x00"))


def test_every_jpeg_is_a_key_frame():
    """Each image stands alone; a later fragment begins nothing."""
    reader = JpegReader()
    first, later = jpeg_fragments(b"\x12" * 2000)[:2]
    begun = reader.push(first)
    assert reader.is_key(begun)
    assert reader.has_picture(begun)
    assert reader.from_the_top(begun)
    assert reader.push(later) == []


def test_a_codec_that_cannot_be_read_has_pictures_and_no_key_frames():
    """MPEG-4 and the like: the rate can be told, and nothing else."""
    reader = reader_for("mpeg4", {})
    assert isinstance(reader, OpaqueReader)
    units = reader.push(b"\0\0\1\xb6")
    assert reader.has_picture(units)
    assert not reader.is_key(units)
    assert reader.collected() == b""


@pytest.mark.parametrize(
    ("described", "payload", "real"),
    [
        ("h264", VPS, "h265"),
        ("h264", SPS, "h265"),
        ("h264", aggregation([VPS, SPS]), "h265"),
        ("h264", h265_fragments(KEY5)[1], "h265"),
        ("h264", START_CODE + VPS, "h265"),
        ("h264", H264_SPS, "h264"),
        ("h264", KEY, "h264"),
        ("h264", stap_a([H264_SPS]), "h264"),
        ("h264", h264_fragments(KEY)[0], "h264"),
        ("h265", H264_SPS, "h264"),
        ("h265", b"\x27\x42\x00\x1e", "h264"),
        ("h265", h264_fragments(KEY)[0], "h264"),
        ("h265", h264_fragments(DELTA, 500)[0], "h264"),
        ("h265", VPS, "h265"),
        ("h265", DELTA5, "h265"),
        ("h265", aggregation([VPS, SPS]), "h265"),
        ("h265", b"", "h265"),
        ("mjpeg", VPS, "mjpeg"),
    ],
)
def test_the_real_codec_shows_in_the_payload(described, payload, real):
    """Some recorders describe H.264 and send H.265, or the reverse; a camera that is honest is never doubted."""
    assert sniff(described, payload) == real


def test_an_honest_stream_is_never_taken_for_the_other(h264_units, h265_units):
    """Every packet of real streams, in every packing."""
    for nal in (nal for unit in h264_units for nal in unit):
        assert all(sniff("h264", p) == "h264" for p in (nal, stap_a([nal]), *h264_fragments(nal, 400)))
    for nal in (nal for unit in h265_units for nal in unit):
        assert all(sniff("h265", p) == "h265" for p in (nal, aggregation([nal]), *h265_fragments(nal, 400)))


@given(st.sampled_from(["h264", "h265", "mjpeg", "mpeg4"]), st.lists(st.binary(max_size=40)))
def test_no_payload_can_break_a_reader(codec, payloads):
    """One bad packet does not spoil a sample: units or none; only putting a picture together may say that there is
    none.
    """
    reader = reader_for(codec, {"sprop-max-don-diff": "2"})
    reader.collect = True
    units = [unit for payload in payloads for unit in reader.push(payload)]
    reader.is_key(units)
    reader.has_picture(units)
    reader.from_the_top(units)
    for payload in payloads:
        sniff(codec, payload)
    try:
        reader.collected()
    except ProbeError:
        return


def test_interleaved_packets_are_refused_by_name():
    """MTAP16 and MTAP24 need an order that this reader does not make: no unit, and the reason in words."""
    for kind in (26, 27):
        reader = H264Reader()
        assert reader.push(bytes([kind]) + bytes(40)) == []
        assert "MTAP" in reader.refused
    assert H264Reader().refused == ""


def test_units_that_begin_in_a_later_fragment_are_found():
    """Annex B in fragments: a start code in the second one begins the picture, and its bytes are kept whole."""
    body = START_CODE.join([H264_SPS, H264_PPS, KEY])
    fragments = h264_fragments(body, 24)
    assert _read(H264Reader(), *fragments)[0] == [7, 8, 5]
    assert _read(H264Reader(), *fragments)[1] == _annex_b(H264_SPS, H264_PPS, KEY)


def test_a_set_that_turns_into_a_picture_within_fragments_is_a_picture():
    """The type in the header of a later fragment is that of a slice, and that of the first one is not."""
    first, *rest = h264_fragments(H264_SPS + KEY)
    changed = [bytes([part[0], part[1] & 0xE0 | 5]) + part[2:] for part in rest]
    assert _read(H264Reader(), first, *changed)[0] == [7, 5]
