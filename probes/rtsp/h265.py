"""Reads H.265 parameter sets and the first bits of slices (ITU-T H.265, RFC 7798).

Strategy: pure. One NAL unit in (two header bytes first; Annex B start codes are tolerated), a frozen value out, or
`MalformedReply`. Everything before the VUI is read properly, because the VUI has no mark to find it by; a VUI that
breaks off costs the rate and not the size.
"""

from __future__ import annotations

from dataclasses import dataclass

from probes.errors import MalformedReply
from probes.rtsp import sei
from probes.rtsp.bits import PARAMETER_SET_LIMIT, BitReader, bare_nal, malformed, one_nal, unescape
from probes.rtsp.h264 import LARGEST_SIDE, stated_rate

VPS, SPS, PPS, SEI = 32, 33, 34, 39  # SEI: the one before the picture
_IRAP = range(16, 22)  # BLA, IDR, CRA; 22 and 23 are reserved
_RANDOM_ACCESS = range(16, 24)  # types with no_output_of_prior_pics_flag in the slice header
_VCL = range(32)
_HEADER_BYTES = 2
_SLICE_HEADER_BYTES = 24
_EXTENDED_ASPECT = 255
_MOST_REFERENCES = 16

_PROFILES = {
    1: "Main",
    2: "Main 10",
    3: "Main Still Picture",
    4: "Rext",
    5: "High Throughput",
    6: "Multiview Main",
    7: "Scalable Main",
    9: "Screen Content",
}
_SUB_WIDTH, _SUB_HEIGHT = {1: 2, 2: 2}, {1: 2}  # by ChromaArrayType, else 1


@dataclass(frozen=True)
class Sps:
    """A sequence parameter set. Sizes are cropped, in pixels, with both fields; `fps` (frames/s) is only what the VUI
    states. `field_seq`: every coded picture is one field, so two of them make a frame.
    """

    width: int
    height: int
    profile: str
    tier: str
    level: str
    fps: float | None
    interlaced: bool
    field_seq: bool
    sps_id: int


@dataclass(frozen=True)
class Vps:
    """A video parameter set. `fps` is pictures/s as stated, or None: fields count where the pictures are fields."""

    profile: str
    tier: str
    level: str
    fps: float | None


@dataclass(frozen=True)
class _ProfileTierLevel:
    profile: str
    tier: str
    level: str
    interlaced: bool


@dataclass(frozen=True)
class _Vui:
    fps: float | None = None
    field_seq: bool = False


def nal_type(nal: bytes) -> int:
    """nal_unit_type, 0 to 63 (H.265 table 7-1); MalformedReply for an empty unit."""
    nal = bare_nal(nal)
    if not nal:
        raise malformed("an empty NAL unit")
    return (nal[0] >> 1) & 0x3F


def is_irap(type_: int) -> bool:
    """True for the types of slices that begin a key frame: BLA, IDR, CRA (16 to 21)."""
    return type_ in _IRAP


def first_slice_segment_in_pic(nal: bytes) -> bool:
    """True for the first slice segment of a picture (H.265 7.3.6.1); MalformedReply when `nal` is no slice."""
    nal = bare_nal(nal)
    if nal_type(nal) not in _VCL or len(nal) <= _HEADER_BYTES:
        raise malformed(f"NAL unit type {nal_type(nal)} of {len(nal)} bytes is no slice")
    return nal[_HEADER_BYTES] >= 0x80


def parse_pps(nal: bytes) -> tuple[int, int]:
    """(pps_pic_parameter_set_id, pps_seq_parameter_set_id) of a picture parameter set (H.265 7.3.2.3.1). Raises
    MalformedReply.
    """
    nal = one_nal(nal)
    if nal_type(nal) != PPS:
        raise malformed(f"NAL unit type {nal_type(nal)} is no picture parameter set")
    bits = BitReader(unescape(nal[_HEADER_BYTES:_SLICE_HEADER_BYTES]))
    return bits.ue(63, "pps_pic_parameter_set_id"), bits.ue(15, "pps_seq_parameter_set_id")


def picture_set_of(nal: bytes) -> int:
    """slice_pic_parameter_set_id of the first slice segment of a picture (H.265 7.3.6.1). Raises MalformedReply."""
    nal = bare_nal(nal)
    if not first_slice_segment_in_pic(nal):
        raise malformed("this slice segment is not the first of its picture")
    bits = BitReader(unescape(nal[_HEADER_BYTES:_SLICE_HEADER_BYTES]))
    bits.skip(2 if nal_type(nal) in _RANDOM_ACCESS else 1)  # first_slice_segment…, no_output_of_prior_pics_flag
    return bits.ue(63, "slice_pic_parameter_set_id")


def recovery_pictures(nal: bytes) -> int | None:
    """recovery_poc_cnt of a recovery point (H.265 D.2.8), in pictures: more than 0 is a refresh bit by bit. None where
    there is no recovery point.
    """
    nal = bare_nal(nal)
    payload = sei.message(nal[_HEADER_BYTES:], sei.RECOVERY_POINT) if nal_type(nal) == SEI else None
    if payload is None:
        return None
    try:
        return BitReader(payload).se()
    except MalformedReply:
        return 0


def parse_vps(nal: bytes) -> Vps:
    """The video parameter set in `nal` (H.265 7.3.2.1); MalformedReply when it is none."""
    bits = _open(nal, VPS, "video")
    bits.skip(4 + 2 + 6)
    sub_layers = bits.u(3)
    bits.skip(1 + 16)
    general = _profile_tier_level(bits, sub_layers)
    try:
        fps = _vps_rate(bits, sub_layers)
    except MalformedReply:
        fps = None
    return Vps(general.profile, general.tier, general.level, fps)


def _vps_rate(bits: BitReader, sub_layers: int) -> float | None:
    _skip_sub_layer_ordering(bits, sub_layers)
    layers = bits.u(6) + 1
    bits.skip(layers * bits.ue(1023, "vps_num_layer_sets_minus1"))
    return stated_rate(bits.u(32), bits.u(32), ticks=1) if bits.flag() else None


def parse_sps(nal: bytes) -> Sps:
    """The sequence parameter set in `nal` (H.265 7.3.2.2.1); MalformedReply when it is none or has no sane size."""
    bits = _open(nal, SPS, "sequence")
    bits.skip(4)
    sub_layers = bits.u(3)
    bits.skip(1)
    general = _profile_tier_level(bits, sub_layers)
    sps_id = bits.ue(15, "sps_seq_parameter_set_id")
    width, height = _size(bits)
    try:
        _skip_to_vui(bits, sub_layers)
        vui = _vui(bits) if bits.flag() else _Vui()
    except MalformedReply:
        vui = _Vui()
    return Sps(
        width=width,
        height=height * (2 if vui.field_seq else 1),
        profile=general.profile,
        tier=general.tier,
        level=general.level,
        fps=vui.fps,
        interlaced=vui.field_seq or general.interlaced,
        field_seq=vui.field_seq,
        sps_id=sps_id,
    )


def _open(nal: bytes, type_: int, name: str) -> BitReader:
    nal = one_nal(nal)
    if nal_type(nal) != type_:
        raise malformed(f"NAL unit type {nal_type(nal)} is no {name} parameter set")
    bits = BitReader(unescape(nal[:PARAMETER_SET_LIMIT]))
    bits.skip(7)
    if bits.u(6):
        raise malformed(f"a {name} parameter set of an upper layer")
    bits.skip(3)
    return bits


def _profile_tier_level(bits: BitReader, sub_layers: int) -> _ProfileTierLevel:
    """H.265 7.3.3; `sub_layers` is sps_max_sub_layers_minus1."""
    bits.skip(2)
    tier = "High" if bits.flag() else "Main"
    profile_idc, compatible = bits.u(5), bits.u(32)
    progressive, interlaced = bits.flag(), bits.flag()
    bits.skip(2 + 43 + 1)
    level_idc = bits.u(8)
    present = [(bits.flag(), bits.flag()) for _ in range(sub_layers)]
    bits.skip(2 * (8 - sub_layers) if sub_layers else 0)
    for profile, level in present:
        bits.skip((88 if profile else 0) + (8 if level else 0))
    return _ProfileTierLevel(
        profile=_profile(profile_idc, compatible),
        tier=tier,
        level=f"{level_idc // 30}.{level_idc % 30 // 3}",
        interlaced=interlaced and not progressive,
    )


def _profile(idc: int, compatible: int) -> str:
    """The profile; one left at 0 is the least one that the stream says it is compatible with (H.265 A.3)."""
    if idc == 0:
        idc = next((j for j in _PROFILES if compatible >> (31 - j) & 1), 0)
    return _PROFILES.get(idc, f"other:{idc}")


def _size(bits: BitReader) -> tuple[int, int]:
    chroma = bits.ue(3, "chroma_format_idc")
    array_type = 0 if chroma == 3 and bits.flag() else chroma
    width, height = bits.ue(what="the width"), bits.ue(what="the height")
    if max(width, height) > LARGEST_SIDE:
        raise malformed(f"the picture would be {width}x{height}")
    if bits.flag():
        left, right, top, bottom = bits.ue(), bits.ue(), bits.ue(), bits.ue()
        width -= _SUB_WIDTH.get(array_type, 1) * (left + right)
        height -= _SUB_HEIGHT.get(array_type, 1) * (top + bottom)
    if width <= 0 or height <= 0:
        raise malformed("the cropping leaves no picture")
    return width, height


def _skip_to_vui(bits: BitReader, sub_layers: int) -> None:
    bits.ue(8, "bit_depth_luma_minus8")
    bits.ue(8, "bit_depth_chroma_minus8")
    poc_bits = 4 + bits.ue(12, "log2_max_pic_order_cnt_lsb_minus4")
    _skip_sub_layer_ordering(bits, sub_layers)
    for _ in range(6):  # block sizes and transform depths
        bits.ue()
    if bits.flag() and bits.flag():
        _skip_scaling_lists(bits)
    bits.skip(2)
    if bits.flag():  # PCM
        bits.skip(8)
        bits.ue()
        bits.ue()
        bits.skip(1)
    _skip_reference_sets(bits)
    if bits.flag():  # long-term references
        bits.skip((poc_bits + 1) * bits.ue(32, "num_long_term_ref_pics_sps"))
    bits.skip(2)


def _skip_sub_layer_ordering(bits: BitReader, sub_layers: int) -> None:
    for _ in range(sub_layers + 1 if bits.flag() else 1):
        bits.ue()
        bits.ue()
        bits.ue()


def _skip_scaling_lists(bits: BitReader) -> None:
    """H.265 7.3.4."""
    for size in range(4):
        for _ in range(2 if size == 3 else 6):
            if not bits.flag():
                bits.ue()
                continue
            for _ in range(min(64, 16 << 2 * size) + (1 if size > 1 else 0)):
                bits.se()


def _skip_reference_sets(bits: BitReader) -> None:
    """H.265 7.3.7: a set may be coded as a change of the one before, so the numbers themselves must be kept."""
    previous: list[int] = []
    for index in range(bits.ue(64, "num_short_term_ref_pic_sets")):
        previous = _predicted_set(bits, previous) if index and bits.flag() else _written_set(bits)
        if len(previous) > _MOST_REFERENCES:
            raise malformed(f"a reference set of {len(previous)} pictures")


def _written_set(bits: BitReader) -> list[int]:
    counts = bits.ue(_MOST_REFERENCES, "num_negative_pics"), bits.ue(_MOST_REFERENCES, "num_positive_pics")
    deltas = []
    for count, sign in zip(counts, (-1, 1), strict=True):
        delta = 0
        for _ in range(count):
            delta += sign * (bits.ue() + 1)
            bits.skip(1)
            deltas.append(delta)
    return deltas


def _predicted_set(bits: BitReader, previous: list[int]) -> list[int]:
    """H.265 7-61 and 7-62: negative deltas first, each side from the nearest on."""
    negative = bits.flag()
    step = (bits.ue() + 1) * (-1 if negative else 1)
    # For every delta: used_by_curr_pic_flag, and only when that is 0 use_delta_flag.
    kept = [delta + step for delta in (*previous, 0) if bits.flag() or bits.flag()]
    return sorted(d for d in kept if d < 0)[::-1] + sorted(d for d in kept if d > 0)


def _vui(bits: BitReader) -> _Vui:
    """H.265 E.2.1, as far as the timing."""
    if bits.flag() and bits.u(8) == _EXTENDED_ASPECT:
        bits.skip(32)
    if bits.flag():  # overscan
        bits.skip(1)
    if bits.flag():  # video signal
        bits.skip(4)
        bits.skip(24 if bits.flag() else 0)
    if bits.flag():  # chroma location
        bits.ue()
        bits.ue()
    bits.skip(1)
    field_seq = bits.flag()
    bits.skip(1)
    try:
        return _Vui(_vui_rate(bits, ticks=2 if field_seq else 1), field_seq)
    except MalformedReply:
        return _Vui(None, field_seq)


def _vui_rate(bits: BitReader, ticks: int) -> float | None:
    # Encoders after an early draft leave the display window flag out: then a timing flag and a small count stand here.
    draft = bits.left >= 68 and bits.peek(21) == 0x100000
    if not draft and bits.flag():
        for _ in range(4):
            bits.ue()
    return stated_rate(bits.u(32), bits.u(32), ticks) if bits.flag() else None
