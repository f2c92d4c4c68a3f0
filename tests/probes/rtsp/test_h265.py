"""H.265 parameter sets and slice headers, against FFmpeg's own reading of real streams."""

from fractions import Fraction
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probes.errors import MalformedReply
from probes.rtsp import h265
from tests.probes.image.streams import BitWriter, decoded, encode, ffprobed, nals, plain

NTSC = Fraction(30000, 1001)
STREAMS = {
    "laptop size, cropped": ((1366, 768), {}),
    "odd size, NTSC": ((322, 242), {"fps": NTSC}),
    "1080p": ((1920, 1080), {"fps": 15, "params": "level-idc=4.1:high-tier=0"}),
    "high tier and scaling lists": ((1920, 1080), {"params": "scaling-list=default:level-idc=4.1"}),
    "main 10": ((640, 360), {"pix_fmt": "yuv420p10le"}),
    "4:2:2": ((650, 362), {"pix_fmt": "yuv422p"}),
    "4:4:4": ((650, 362), {"pix_fmt": "yuv444p"}),
    "two layers in time": ((640, 480), {"params": "temporal-layers=2:bframes=4:b-pyramid=1"}),
    "display window": ((640, 480), {"fps": 20, "params": "overscan=crop:display-window=2,2,2,2"}),
    "colours and aspect": ((704, 576), {"params": "sar=4:colorprim=bt470bg:chromaloc=1"}),
    "low rate": ((352, 288), {"fps": 1}),
}


@cache
def _stream(name: str) -> bytes:
    size, options = STREAMS[name]
    return encode("libx265", plain(*size, count=6), **options)


def _unit_of(name: str, type_: int) -> bytes:
    return next(nal for nal in nals(_stream(name)) if h265.nal_type(nal) == type_)


def _sps_of(name: str) -> bytes:
    return _unit_of(name, h265.SPS)


def opened(sub_layers=0, profile=1, compatible=0x60000000, flags=0b1001, level=123, present=()) -> BitWriter:
    """The beginning of a parameter set up to and with profile, tier and level."""
    bits = BitWriter().u(4, 0).u(3, sub_layers).u(1, 1).u(3, 0).u(5, profile).u(32, compatible)
    bits.u(4, flags).u(44, 0).u(8, level)
    for profile_too, level_too in present:
        bits.u(1, profile_too).u(1, level_too)
    bits.u(2 * (8 - sub_layers) if sub_layers else 0, 0)
    for profile_too, level_too in present:
        bits.u(88 * profile_too, 0).u(8 * level_too, 0)
    return bits


def written(bits=None, *, chroma=(1,), size=(640, 360), crop=None, lists=None, pcm=False, sets=None, long=0, vui=None):
    """A parameter set with fields that encoders do not write; `lists`, `sets` and `vui` write their own part."""
    bits = (bits or opened()).ue(0).ue(*chroma[:1])
    if chroma[0] == 3:
        bits.u(1, chroma[1])
    bits.ue(*size).u(1, 1 if crop else 0).ue(*(crop or ())).ue(0, 0, 4)
    bits.u(1, 0).ue(4, 2, 0).ue(0, 3, 0, 3, 1, 1)
    bits.u(1, 1 if lists else 0)
    if lists:
        lists(bits.u(1, 1))
    bits.u(2, 0b11).u(1, int(pcm))
    if pcm:
        bits.u(8, 0x77).ue(0, 2).u(1, 1)
    if sets:
        sets(bits)
    else:
        bits.ue(0)
    bits.u(1, 1 if long else 0)
    if long:
        bits.ue(long).u(9 * long, 0)
    bits.u(2, 0b11).u(1, 1 if vui else 0)
    (vui or (lambda _: None))(bits)
    return bits.nal(b"\x42\x01")


def rate_25(bits: BitWriter) -> None:
    """A VUI with nothing but 25 frames/s."""
    bits.u(4, 0).u(3, 0).u(1, 0).u(1, 1).u(32, 1).u(32, 25).u(3, 0)


@pytest.mark.parametrize("name", STREAMS)
def test_size_profile_and_rate_are_those_that_ffmpeg_reads(name):
    """The parameter sets of real streams give the same facts as FFmpeg's decoder gives of the whole stream."""
    sps = h265.parse_sps(_sps_of(name))
    assert {key: getattr(sps, key) for key in ("width", "height", "profile", "fps", "interlaced")} == decoded(
        "hevc", _stream(name)
    )


@pytest.mark.parametrize("name", ["1080p", "low rate", "main 10", "4:2:2"])
def test_level_is_the_one_that_ffprobe_reads(name, tmp_path):
    """The level is general_level_idc over 30."""
    level = ffprobed(_stream(name), "hevc", tmp_path)["level"]
    assert h265.parse_sps(_sps_of(name)).level == f"{level / 30:.1f}"


def test_the_tier_is_named():
    """x265 takes the High tier for level 4.1 unless it is told not to."""
    assert h265.parse_sps(_sps_of("high tier and scaling lists")).tier == "High"
    assert h265.parse_sps(_sps_of("1080p")).tier == "Main"


@pytest.mark.parametrize("name", STREAMS)
def test_the_video_parameter_set_says_the_same_level_and_profile(name):
    """VPS and SPS of one stream agree; x265 states no rate in the VPS."""
    vps, sps = h265.parse_vps(_unit_of(name, h265.VPS)), h265.parse_sps(_sps_of(name))
    assert (vps.profile, vps.tier, vps.level) == (sps.profile, sps.tier, sps.level)
    assert vps.fps is None


def test_a_rate_in_the_video_parameter_set_is_read_behind_its_layer_sets():
    """The timing of the VPS stands behind one flag for each layer of each layer set (H.265 7.3.2.1)."""
    bits = BitWriter().u(4, 0).u(2, 3).u(6, 0).u(3, 0).u(1, 1).u(16, 0xFFFF)
    bits.u(3, 0).u(5, 1).u(32, 0).u(4, 0).u(44, 0).u(8, 93).u(1, 0).ue(4, 2, 0)
    bits.u(6, 2).ue(2).u(6, 0).u(1, 1).u(32, 1001).u(32, 30000)
    vps = h265.parse_vps(bits.nal(b"\x40\x01"))
    assert (vps.level, vps.fps) == ("3.1", pytest.approx(29.97, abs=0.001))


@pytest.mark.parametrize("name", STREAMS)
def test_a_parameter_set_cut_short_never_gives_another_size(name):
    """Every beginning of a real parameter set is refused, or read with the same size and no other rate."""
    nal = _sps_of(name)
    whole = h265.parse_sps(nal)
    for end in range(len(nal)):
        try:
            part = h265.parse_sps(nal[:end])
        except MalformedReply:
            continue
        assert (part.width, part.height, part.profile) == (whole.width, whole.height, whole.profile)
        assert part.fps in (whole.fps, None)


def _value_or_malformed(data: bytes) -> None:
    for read in (h265.parse_sps, h265.parse_vps, h265.first_slice_segment_in_pic, h265.nal_type):
        try:
            value = read(data)
        except MalformedReply:
            continue
        if isinstance(value, h265.Sps):
            assert 0 < value.width <= 16384
            assert 0 < value.height <= 2 * 16384


@pytest.mark.parametrize("name", STREAMS)
def test_flipped_bytes_give_a_value_or_our_own_error(name):
    """Every byte of a real parameter set may be any other byte."""
    for nal in (_sps_of(name), _unit_of(name, h265.VPS)):
        for at in range(len(nal)):
            for mask in (0x01, 0x10, 0x80, 0xFF):
                _value_or_malformed(nal[:at] + bytes([nal[at] ^ mask]) + nal[at + 1 :])


@given(st.binary(max_size=400), st.sampled_from([b"", b"\x42\x01", b"\x40\x01", b"\x26\x01", b"\x00\x00\x01\x42\x01"]))
def test_any_bytes_give_a_value_or_our_own_error(data, start):
    """Nothing but MalformedReply leaves the parsers, whatever comes."""
    _value_or_malformed(start + data)


@given(st.data())
def test_a_damaged_parameter_set_gives_a_value_or_our_own_error(data):
    """Real parameter sets with bytes put in, taken out and changed."""
    name, type_ = data.draw(st.sampled_from(sorted(STREAMS))), data.draw(st.sampled_from([h265.SPS, h265.VPS]))
    nal = bytearray(_unit_of(name, type_))
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(nal)))
        stop = data.draw(st.integers(start, min(len(nal), start + 4)))
        nal[start:stop] = data.draw(st.binary(max_size=6))
    _value_or_malformed(bytes(nal))


def test_a_long_run_of_nothing_is_refused_at_once():
    """A megabyte of zeros, or of ones, is not read to its end."""
    for start in (b"\x42\x01\x01", b"\x40\x01\x0c"):
        for filler in (b"\x00", b"\xff", b"\x00\x00\x03", b"\x80"):
            _value_or_malformed(start + filler * 1_000_000)


def test_reference_sets_coded_as_changes_are_followed_to_the_rate():
    """A set may be a change of the one before, and its length then depends on the numbers (H.265 7.3.7, 7-61)."""

    def sets(bits: BitWriter) -> None:
        bits.ue(4)
        bits.ue(2, 1).ue(0).u(1, 1).ue(1).u(1, 1).ue(2).u(1, 0)  # -1 -3 | +3
        # A step of +1 gives 0 (left out), -2, +4, +1: three are left.
        bits.u(1, 1).u(1, 0).ue(0).u(4, 0b1111)
        # A step of -1 on -2, +1, +4: -3, 0 (left out), +3, -1; the first is dropped by use_delta_flag.
        bits.u(1, 1).u(1, 1).ue(0).u(2, 0b00).u(3, 0b111)
        # Two are left, so three flags follow.
        bits.u(1, 1).u(1, 1).ue(6).u(3, 0b111)

    assert h265.parse_sps(written(sets=sets, vui=rate_25)).fps == 25


def test_scaling_lists_pcm_and_long_term_references_are_stepped_over():
    """All that may stand before the VUI is read by its own length (H.265 7.3.2.2.1, 7.3.4)."""

    def lists(bits: BitWriter) -> None:
        for size in range(4):
            for matrix in range(2 if size == 3 else 6):
                if matrix % 2:
                    bits.u(1, 0).ue(1)
                else:
                    bits.u(1, 1).se(*([4] if size > 1 else []), *([-1, 1] * (8 if size == 0 else 32)))

    assert h265.parse_sps(written(lists=lists, pcm=True, long=3, vui=rate_25)).fps == 25


def test_sub_layers_have_their_own_profile_and_level():
    """88 bits of profile and 8 of level may stand for every layer in time (H.265 7.3.3)."""
    bits = opened(sub_layers=3, present=((1, 1), (0, 1), (1, 0)))
    sps = h265.parse_sps(written(bits, vui=rate_25))
    assert (sps.width, sps.height, sps.level, sps.fps) == (640, 360, "4.1", 25)


@pytest.mark.parametrize(
    ("chroma", "size"),
    [((0,), (637, 355)), ((1,), (634, 350)), ((2,), (634, 355)), ((3, 0), (637, 355)), ((3, 1), (637, 355))],
)
def test_cropping_is_counted_in_units_of_chroma(chroma, size):
    """The conformance window counts in chroma samples (H.265 7.4.3.2.1, table 6-1)."""
    sps = h265.parse_sps(written(chroma=chroma, crop=(1, 2, 3, 2)))
    assert (sps.width, sps.height) == size


def test_two_fields_make_one_frame():
    """field_seq_flag: every picture is a field, so a frame has twice the rows and half the rate (H.265 E.3.1)."""
    sps = h265.parse_sps(written(size=(704, 288), vui=lambda bits: bits.u(4, 0).u(3, 0b010).u(2, 1).u(32, 1).u(32, 50)))
    assert (sps.height, sps.fps, sps.interlaced, sps.field_seq) == (576, 25, True, True)


def test_a_source_that_calls_itself_interlaced_is():
    """general_interlaced_source_flag without the progressive one: frames that hold fields."""
    assert h265.parse_sps(written(opened(flags=0b0100))).interlaced is True
    assert h265.parse_sps(written(opened(flags=0b1100))).interlaced is False


def test_old_encoders_without_a_display_window_flag_still_have_a_rate():
    """Encoders after an early draft leave default_display_window_flag out; FFmpeg knows them by the same bits."""
    sps = h265.parse_sps(written(vui=lambda bits: bits.u(7, 0).u(1, 1).u(32, 1).u(32, 15).u(8, 0)))
    assert sps.fps == 15


@pytest.mark.parametrize(
    ("profile", "compatible", "name"),
    [
        (2, 0, "Main 10"),
        (3, 0, "Main Still Picture"),
        (0, 0x20000000, "Main 10"),
        (0, 0, "other:0"),
        (30, 0, "other:30"),
    ],
)
def test_profiles_are_named(profile, compatible, name):
    """A profile left at zero is known by the compatibility flags (H.265 A.3)."""
    assert h265.parse_sps(written(opened(profile=profile, compatible=compatible))).profile == name


@pytest.mark.parametrize(
    "nal", [written(size=(16400, 20)), written(size=(0, 20)), written(size=(640, 360), crop=(0, 320, 0, 0))]
)
def test_a_size_without_sense_is_refused(nal):
    """Wider than 16,384 pixels, none at all, or cropped to nothing is a damaged parameter set."""
    with pytest.raises(MalformedReply):
        h265.parse_sps(nal)


def test_a_parameter_set_of_an_upper_layer_is_refused():
    """nuh_layer_id over 0 belongs to multi-layer streams, whose parameter sets look different (H.265 F.7.3.2.2.1)."""
    with pytest.raises(MalformedReply):
        h265.parse_sps(b"\x42\x09" + _sps_of("1080p")[2:])


def test_v380_start_codes_within_rtp_are_left_out():
    """V380 cameras put Annex B start codes into RTP, with the next unit behind."""
    nal = _sps_of("1080p")
    assert h265.parse_sps(b"\x00\x00\x00\x01" + nal + b"\x00\x00\x00\x01" + b"\x44\x01\xc0") == h265.parse_sps(nal)
    assert h265.nal_type(b"\x00\x00\x00\x01" + nal) == h265.SPS


def test_reolink_bytes_behind_the_parameter_set_are_tolerated():
    """Reolink cameras send further bytes behind the SPS."""
    for name in STREAMS:
        assert h265.parse_sps(_sps_of(name) + b"\xff\x17\x00\x41") == h265.parse_sps(_sps_of(name))


def test_key_frames_and_first_slices_are_seen():
    """x265 with two slices a picture: every second slice starts a picture, and only the first picture is a key."""
    units = nals(encode("libx265", plain(256, 256, 3), params="slices=2:bframes=0:scenecut=0"))
    slices = [nal for nal in units if h265.nal_type(nal) < 32]
    assert [h265.first_slice_segment_in_pic(nal) for nal in slices] == [True, False] * 3
    assert [h265.is_irap(h265.nal_type(nal)) for nal in slices] == [True, True, False, False, False, False]


def test_types_16_to_21_begin_key_frames():
    """BLA, IDR and CRA; 22 and 23 are reserved (H.265 table 7-1)."""
    assert [type_ for type_ in range(64) if h265.is_irap(type_)] == [16, 17, 18, 19, 20, 21]


def test_another_unit_is_no_parameter_set_and_no_slice():
    """A PPS is refused by all readers, and an empty unit too."""
    for read in (h265.parse_sps, h265.parse_vps, h265.first_slice_segment_in_pic):
        for nal in (b"\x44\x01\xc0", b""):
            with pytest.raises(MalformedReply):
                read(nal)
