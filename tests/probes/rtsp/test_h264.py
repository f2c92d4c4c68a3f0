"""H.264 parameter sets and slice headers, against FFmpeg's own reading of real streams."""

from fractions import Fraction
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probes.errors import MalformedReply
from probes.rtsp import h264
from tests.probes.image.streams import BitWriter, decoded, encode, ffprobed, nals, plain

NTSC = Fraction(30000, 1001)
STREAMS = {
    "laptop size, cropped": ((1366, 768), {}),
    "odd size, NTSC": ((322, 242), {"fps": NTSC}),
    "1080p, cropped rows": ((1920, 1080), {"fps": 30, "params": "cqm=jvt"}),
    "constrained baseline": ((640, 480), {"fps": 15, "profile": "baseline"}),
    "main": ((704, 480), {"profile": "main", "fps": Fraction(25, 2)}),
    "interlaced D1": ((704, 576), {"params": "interlaced=1:tff=1"}),
    "interlaced 1080": ((1920, 1080), {"params": "interlaced=1:bff=1"}),
    "high 10": ((640, 360), {"pix_fmt": "yuv420p10le"}),
    "high 10 intra": ((640, 360), {"pix_fmt": "yuv420p10le", "g": "1"}),
    "high 4:2:2": ((650, 362), {"pix_fmt": "yuv422p"}),
    "high 4:4:4": ((651, 363), {"pix_fmt": "yuv444p"}),
    "grey": ((642, 362), {"pix_fmt": "gray"}),
    "low rate": ((352, 288), {"fps": 1}),
}


@cache
def _stream(name: str) -> bytes:
    size, options = STREAMS[name]
    return encode("libx264", plain(*size), **options)


def _sps_of(name: str) -> bytes:
    return next(nal for nal in nals(_stream(name)) if h264.nal_type(nal) == h264.SPS)


def written(
    *, profile=77, constraints=0, level=41, chroma=None, order=(0, 4), mbs=(40, 23), frames_only=1, crop=None, vui=None
) -> bytes:
    """A parameter set with fields that encoders do not write; `chroma` and `vui` write their own part."""
    bits = BitWriter().u(8, profile).u(8, constraints).u(8, level).ue(0)
    if chroma:
        chroma(bits)
    bits.ue(4).ue(*order[:1])
    if order[0] == 1:
        bits.u(1, 0).se(-3, 4).ue(len(order) - 1).se(*order[1:])
    else:
        bits.ue(*order[1:])
    bits.ue(1).u(1, 0).ue(mbs[0] - 1, mbs[1] - 1).u(1, frames_only).u(1 if frames_only else 2, 1)
    bits.u(1, 1 if crop else 0).ue(*(crop or ()))
    bits.u(1, 1 if vui else 0)
    if vui:
        vui(bits)
    return bits.nal(b"\x67")


@pytest.mark.parametrize("name", STREAMS)
def test_size_profile_rate_and_fields_are_those_that_ffmpeg_reads(name):
    """The parameter sets of real streams give the same facts as FFmpeg's decoder gives of the whole stream."""
    sps = h264.parse_sps(_sps_of(name))
    assert {key: getattr(sps, key) for key in ("width", "height", "profile", "fps", "interlaced")} == decoded(
        "h264", _stream(name)
    )


@pytest.mark.parametrize("name", ["1080p, cropped rows", "constrained baseline", "low rate", "high 10"])
def test_level_is_the_one_that_ffprobe_reads(name, tmp_path):
    """The level is level_idc with a point."""
    sps = h264.parse_sps(_sps_of(name))
    assert sps.level.replace(".", "") == str(ffprobed(_stream(name), "h264", tmp_path)["level"])


@pytest.mark.parametrize("name", STREAMS)
def test_a_parameter_set_cut_short_never_gives_another_size(name):
    """Every beginning of a real parameter set is refused, or read with the same size and no other rate."""
    nal = _sps_of(name)
    whole = h264.parse_sps(nal)
    for end in range(len(nal)):
        try:
            part = h264.parse_sps(nal[:end])
        except MalformedReply:
            continue
        assert (part.width, part.height, part.profile) == (whole.width, whole.height, whole.profile)
        assert part.fps in (whole.fps, None)


def test_the_size_survives_a_vui_that_breaks_off():
    """A parameter set that ends within the VUI still has a size; the rate is not known."""
    sps = h264.parse_sps(written(vui=lambda bits: bits.u(3, 0)))
    assert (sps.width, sps.height, sps.fps) == (640, 368, None)


@pytest.mark.parametrize("name", STREAMS)
def test_flipped_bytes_give_a_value_or_our_own_error(name):
    """Every byte of a real parameter set may be any other byte."""
    nal = _sps_of(name)
    for at in range(len(nal)):
        for mask in (0x01, 0x10, 0x80, 0xFF):
            _value_or_malformed(nal[:at] + bytes([nal[at] ^ mask]) + nal[at + 1 :])


def _value_or_malformed(data: bytes) -> None:
    for read in (h264.parse_sps, h264.peek_slice, h264.has_recovery_point, h264.nal_type):
        try:
            value = read(data)
        except MalformedReply:
            continue
        if isinstance(value, h264.Sps):
            assert 0 < value.width <= h264.LARGEST_SIDE
            assert 0 < value.height <= h264.LARGEST_SIDE
            assert value.fps is None or 0 < value.fps <= h264.FASTEST


@given(st.binary(max_size=400), st.sampled_from([b"", b"\x67", b"\x06", b"\x41", b"\x00\x00\x01\x67"]))
def test_any_bytes_give_a_value_or_our_own_error(data, start):
    """Nothing but MalformedReply leaves the parsers, whatever comes."""
    _value_or_malformed(start + data)


@given(st.data())
def test_a_damaged_parameter_set_gives_a_value_or_our_own_error(data):
    """Real parameter sets with bytes put in, taken out and changed."""
    nal = bytearray(_sps_of(data.draw(st.sampled_from(sorted(STREAMS)))))
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(nal)))
        stop = data.draw(st.integers(start, min(len(nal), start + 4)))
        nal[start:stop] = data.draw(st.binary(max_size=6))
    _value_or_malformed(bytes(nal))


def test_a_long_run_of_nothing_is_refused_at_once():
    """A megabyte of zeros, or of ones, is not read to its end."""
    for filler in (b"\x00", b"\xff", b"\x00\x00\x03", b"\x80"):
        _value_or_malformed(b"\x67\x64\x00\x29" + filler * 1_000_000)


def test_scaling_lists_of_every_form_are_stepped_over():
    """Lists that are absent, ended by a zero scale, and written in full stand before the size (H.264 7.3.2.1.1.1)."""

    def chroma(bits: BitWriter) -> None:
        bits.ue(1, 0, 0).u(1, 0).u(1, 1)
        bits.u(1, 0)  # absent
        bits.u(1, 1).se(-8)  # the default list: the first scale is zero
        bits.u(1, 1).se(*([1] * 16))  # in full
        bits.u(1, 1).se(2, 2, -12)  # ends after three
        bits.u(2, 0)
        bits.u(1, 1).se(*([-1] * 3 + [1] * 61))
        bits.u(1, 1).se(120, 127, 1)  # 256 is zero: ends after three

    sps = h264.parse_sps(written(profile=100, chroma=chroma, mbs=(80, 45)))
    assert (sps.width, sps.height, sps.profile) == (1280, 720, "High")


def test_four_colour_planes_have_twelve_lists_and_crop_by_single_pixels():
    """With 4:4:4 twelve lists may stand, and with separate planes the crop unit is one pixel (H.264 7.4.2.1.1)."""
    nal = written(
        profile=244,
        chroma=lambda bits: bits.ue(3).u(1, 1).ue(0, 0).u(1, 0).u(1, 1).u(12, 0),
        crop=(0, 1, 0, 3),
    )
    sps = h264.parse_sps(nal)
    assert (sps.width, sps.height, sps.separate_planes) == (639, 365, True)


@pytest.mark.parametrize("order", [(0, 12), (1, 5, -5, 700), (1,), (2,)])
def test_every_kind_of_picture_order_is_stepped_over(order):
    """pic_order_cnt_type 0, 1 (with and without a cycle) and 2 leave the size where it is."""
    assert h264.parse_sps(written(order=order)).width == 640


def test_a_full_vui_is_stepped_over_up_to_the_timing():
    """Aspect, overscan, signal, colours and chroma location may stand before the timing (H.264 E.1.1)."""

    def vui(bits: BitWriter) -> None:
        bits.u(1, 1).u(8, 255).u(16, 40).u(16, 33).u(1, 1).u(1, 0)
        bits.u(1, 1).u(4, 5).u(1, 1).u(24, 0x010101).u(1, 1).ue(2, 2)
        bits.u(1, 1).u(32, 1001).u(32, 60000).u(1, 1)

    assert h264.parse_sps(written(vui=vui)).fps == pytest.approx(29.97, abs=0.001)


@pytest.mark.parametrize(("units", "scale"), [(0, 50), (1, 0), (1, 180000)])
def test_a_rate_that_no_camera_has_is_no_rate(units, scale):
    """Zero ticks, and the 90 kHz clock written where the rate belongs, state nothing."""
    assert h264.parse_sps(written(vui=lambda bits: bits.u(4, 0).u(1, 1).u(32, units).u(32, scale))).fps is None


@pytest.mark.parametrize(
    ("profile", "constraints", "level", "name", "number"),
    [
        (66, 0x00, 30, "Baseline", "3.0"),
        (66, 0x50, 11, "Constrained Baseline", "1b"),
        (77, 0x10, 11, "Main", "1b"),
        (77, 0x00, 11, "Main", "1.1"),
        (88, 0x00, 22, "Extended", "2.2"),
        (99, 0x00, 52, "other:99", "5.2"),
    ],
)
def test_profile_and_level_are_named_with_their_constraint_flags(profile, constraints, level, name, number):
    """constraint_set1_flag makes Baseline constrained, constraint_set3_flag makes level 11 level 1b (H.264 A.3.1)."""
    sps = h264.parse_sps(written(profile=profile, constraints=constraints, level=level))
    assert (sps.profile, sps.level) == (name, number)


@pytest.mark.parametrize("nal", [written(mbs=(1100, 20)), written(mbs=(2**31, 20)), written(crop=(0, 320, 0, 0))])
def test_a_size_without_sense_is_refused(nal):
    """Wider than 16,384 pixels, or cropped to nothing, is a damaged parameter set."""
    with pytest.raises(MalformedReply):
        h264.parse_sps(nal)


@pytest.mark.parametrize("start", [b"\x00\x00\x01", b"\x00\x00\x00\x01"])
def test_v380_start_codes_within_rtp_are_left_out(start):
    """V380 cameras put Annex B start codes into RTP and sprop-parameter-sets, and the PPS behind the SPS."""
    nal = _sps_of("odd size, NTSC")
    assert h264.parse_sps(start + nal + start + b"\x68\xee\x3c\x80") == h264.parse_sps(nal)
    assert h264.nal_type(start + nal) == h264.SPS
    assert h264.is_idr(start + b"\x65\x88")


@pytest.mark.parametrize("tail", [b"\x00", b"\x00\x00\x03\x00\x00\x03", b"\xff\x17\x00\x41"])
def test_reolink_bytes_behind_the_parameter_set_are_tolerated(tail):
    """Reolink cameras send further bytes behind the SPS; encoders may add cabac_zero_words."""
    for name in STREAMS:
        assert h264.parse_sps(_sps_of(name) + tail) == h264.parse_sps(_sps_of(name))


def test_the_first_slice_of_each_picture_and_its_type_are_seen():
    """x264 with two slices a picture: one slice in two starts a picture, and the I picture stands first."""
    units = nals(encode("libx264", plain(320, 256, 3), params="bframes=0:scenecut=0", slices="2"))
    units = [nal for nal in units if h264.nal_type(nal) in (h264.SLICE, h264.IDR)]
    slices = [h264.peek_slice(nal) for nal in units]
    assert [found.starts_picture for found in slices] == [True, False] * 3
    assert [found.intra for found in slices] == [True, True, False, False, False, False]
    assert [h264.is_idr(nal) for nal in units] == [True, True, False, False, False, False]


def test_field_and_bottom_field_are_read_with_the_parameter_set():
    """field_pic_flag stands behind frame_num, whose length the parameter set says (H.264 7.3.3)."""
    sps = h264.parse_sps(written(frames_only=0, mbs=(44, 18)))
    frame = BitWriter().ue(0, 7, 0).u(8, 3).u(1, 0).u(8, 0)
    bottom = BitWriter().ue(0, 7, 0).u(8, 3).u(2, 0b11).u(8, 0)
    assert (sps.height, sps.interlaced) == (576, True)
    assert (h264.peek_slice(frame.nal(b"\x65"), sps).field, h264.peek_slice(frame.nal(b"\x65"), sps).bottom) == (
        False,
        False,
    )
    assert h264.peek_slice(bottom.nal(b"\x65"), sps).bottom is True
    assert h264.peek_slice(bottom.nal(b"\x65")).field is None


def test_a_stream_of_frames_has_no_fields():
    """Without fields in the parameter set, no slice is a field."""
    nal = next(nal for nal in nals(_stream("main")) if h264.is_idr(nal))
    assert h264.peek_slice(nal, h264.parse_sps(_sps_of("main"))).field is False


def test_intra_refresh_is_known_by_its_recovery_points():
    """A stream with periodic intra refresh has no second IDR, but SEI recovery points (H.264 D.1.8)."""
    units = nals(encode("libx264", plain(320, 240, 12), params="intra-refresh=1:keyint=5:bframes=0"))
    assert sum(h264.has_recovery_point(nal) for nal in units) >= 2
    assert not any(h264.has_recovery_point(nal) for nal in units if h264.nal_type(nal) != h264.SEI)


@pytest.mark.parametrize(
    ("sei", "found"),
    [
        (b"\x06\x06\x01\xc4\x80", True),
        (b"\x06\x05\x02\xaa\xbb\x06\x01\xc4\x80", True),
        (b"\x06\x05\xff\x01" + bytes(range(1, 129)) * 2 + b"\x06\x01\xc4\x80", True),
        (b"\x06\xff\x06\x01\xc4\x80", False),
        (b"\x06\x06\x09\xc4", False),
        (b"\x06", False),
    ],
)
def test_a_recovery_point_is_found_among_other_messages(sei, found):
    """Types and sizes of SEI messages are sums with 255 (H.264 7.3.2.3.1); a message cut short is none."""
    assert h264.has_recovery_point(sei) is found


def test_another_unit_is_no_parameter_set_and_no_slice():
    """A PPS is refused by both readers, and an empty unit by all."""
    for read, nal in ((h264.parse_sps, b"\x68\xee"), (h264.peek_slice, b"\x68\xee"), (h264.nal_type, b"")):
        with pytest.raises(MalformedReply):
            read(nal)
