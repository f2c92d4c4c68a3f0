"""Reads H.264 parameter sets and the first fields of slices (ITU-T H.264, RFC 6184).

Strategy: pure. One NAL unit in (header byte first; Annex B start codes are tolerated), a frozen value out, or
`MalformedReply`. Only what an inventory needs is kept. The VUI comes last and is often wrong, so a VUI that breaks
off costs the rate and not the size.
"""

from __future__ import annotations

from dataclasses import dataclass

from probes.errors import MalformedReply
from probes.rtsp import sei
from probes.rtsp.bits import PARAMETER_SET_LIMIT, BitReader, bare_nal, malformed, one_nal, unescape

SLICE, IDR, SEI, SPS, PPS, AUD = 1, 5, 6, 7, 8, 9

LARGEST_SIDE = 16384  # pixels; level 6.2 ends at 16,880, and no camera comes near
FASTEST = 1000.0  # frames/s; a stated rate above is a clock (90,000) and no rate
_SLICE_HEADER_BYTES = 24  # enough for the fields of `peek_slice`, emulation prevention included
_EXTENDED_ASPECT = 255
_TOP_SLICE_TYPE = 9
_I_SLICES = frozenset({2, 4, 7, 9})  # I and SI, H.264 table 7-6

_PROFILES = {
    44: "CAVLC 4:4:4 Intra",
    66: "Baseline",
    77: "Main",
    83: "Scalable Baseline",
    86: "Scalable High",
    88: "Extended",
    100: "High",
    110: "High 10",
    118: "Multiview High",
    122: "High 4:2:2",
    128: "Stereo High",
    244: "High 4:4:4 Predictive",
}
# Profiles whose parameter set carries the chroma format, H.264 7.3.2.1.1.
_WITH_CHROMA = frozenset({44, 83, 86, 100, 110, 118, 122, 128, 134, 135, 138, 139, 244})
_SUB_WIDTH, _SUB_HEIGHT = {1: 2, 2: 2}, {1: 2}  # by ChromaArrayType, else 1


@dataclass(frozen=True)
class Sps:
    """A sequence parameter set. Sizes are cropped, in pixels, with both fields; `fps` (frames/s) is only what the VUI
    states. `interlaced`: the stream may hold fields. The last two fields are what a slice header needs to be read.
    """

    width: int
    height: int
    profile: str
    level: str
    fps: float | None
    interlaced: bool
    sps_id: int
    frame_num_bits: int
    separate_planes: bool


@dataclass(frozen=True)
class Slice:
    """The first fields of a slice header. `field` and `bottom` are None when no `Sps` was given."""

    first_mb: int
    slice_type: int
    pps_id: int
    field: bool | None = None
    bottom: bool | None = None

    @property
    def starts_picture(self) -> bool:
        """True for the first slice of a picture (or of a field)."""
        return self.first_mb == 0

    @property
    def intra(self) -> bool:
        """True for an I or SI slice."""
        return self.slice_type in _I_SLICES


def nal_type(nal: bytes) -> int:
    """nal_unit_type, 0 to 31 (H.264 table 7-1); MalformedReply for an empty unit."""
    nal = bare_nal(nal)
    if not nal:
        raise malformed("an empty NAL unit")
    return nal[0] & 0x1F


def is_idr(nal: bytes) -> bool:
    """True for a slice of an IDR picture."""
    return nal_type(nal) == IDR


def peek_slice(nal: bytes, sps: Sps | None = None) -> Slice:
    """The first fields of a slice (types 1, 2 and 5); with `sps` also whether it is a field (H.264 7.3.3)."""
    nal = bare_nal(nal)
    if nal_type(nal) not in (SLICE, 2, IDR):
        raise malformed(f"NAL unit type {nal_type(nal)} is no slice")
    bits = BitReader(unescape(nal[1:_SLICE_HEADER_BYTES]))
    first_mb = bits.ue(what="first_mb_in_slice")
    slice_type = bits.ue(_TOP_SLICE_TYPE, "slice_type")
    pps_id = bits.ue(255, "pic_parameter_set_id")
    if sps is None:
        return Slice(first_mb, slice_type, pps_id)
    if not sps.interlaced:
        return Slice(first_mb, slice_type, pps_id, field=False, bottom=False)
    bits.skip(2 if sps.separate_planes else 0)
    bits.skip(sps.frame_num_bits)
    field = bits.flag()
    return Slice(first_mb, slice_type, pps_id, field, bottom=field and bits.flag())


def has_recovery_point(nal: bytes) -> bool:
    """True when an SEI unit holds a recovery point (H.264 7.3.2.3.1); False for other units and for one cut short."""
    return recovery_frames(nal) is not None


def recovery_frames(nal: bytes) -> int | None:
    """recovery_frame_cnt of a recovery point (H.264 D.1.8): after so many frames the picture is right. More than 0 is a
    refresh bit by bit. None where there is no recovery point.
    """
    nal = bare_nal(nal)
    payload = sei.message(nal[1:], sei.RECOVERY_POINT) if nal_type(nal) == SEI else None
    if payload is None:
        return None
    try:
        return BitReader(payload).ue(what="recovery_frame_cnt")
    except MalformedReply:
        return 0


def parse_sps(nal: bytes) -> Sps:
    """The sequence parameter set in `nal` (H.264 7.3.2.1.1); MalformedReply when it is none or has no sane size."""
    nal = one_nal(nal)
    if nal_type(nal) != SPS:
        raise malformed(f"NAL unit type {nal_type(nal)} is no sequence parameter set")
    bits = BitReader(unescape(nal[1:PARAMETER_SET_LIMIT]))
    profile_idc, constraints, level_idc = bits.u(8), bits.u(8), bits.u(8)
    sps_id = bits.ue(31, "seq_parameter_set_id")
    chroma, separate_planes = _chroma(bits) if profile_idc in _WITH_CHROMA else (1, False)
    frame_num_bits = 4 + bits.ue(12, "log2_max_frame_num_minus4")
    _skip_picture_order(bits)
    bits.ue(16, "max_num_ref_frames")
    bits.skip(1)
    columns, rows = bits.ue(what="the width") + 1, bits.ue(what="the height") + 1
    frames_only = bits.flag()
    bits.skip(1 if frames_only else 2)
    array_type = 0 if separate_planes else chroma
    units = _SUB_WIDTH.get(array_type, 1), _SUB_HEIGHT.get(array_type, 1) * (2 - frames_only)
    width, height = _cropped(bits, 16 * columns, 16 * rows * (2 - frames_only), units)
    return Sps(
        width=width,
        height=height,
        profile=_profile(profile_idc, constraints),
        level=_level(profile_idc, constraints, level_idc),
        fps=_vui_rate(bits) if bits.flag() else None,
        interlaced=not frames_only,
        sps_id=sps_id,
        frame_num_bits=frame_num_bits,
        separate_planes=separate_planes,
    )


def has_known_profile(sps: bytes) -> bool:
    """True for a sequence parameter set whose profile_idc and level_idc exist: what random bytes seldom have."""
    return len(sps) > 3 and sps[1] in _PROFILES and 9 <= sps[3] <= 62


def parse_pps(nal: bytes) -> tuple[int, int]:
    """(pic_parameter_set_id, seq_parameter_set_id) of a picture parameter set (H.264 7.3.2.2). Raises
    MalformedReply.
    """
    nal = one_nal(nal)
    if nal_type(nal) != PPS:
        raise malformed(f"NAL unit type {nal_type(nal)} is no picture parameter set")
    bits = BitReader(unescape(nal[1:_SLICE_HEADER_BYTES]))
    return bits.ue(255, "pic_parameter_set_id"), bits.ue(31, "seq_parameter_set_id")


def _profile(idc: int, constraints: int) -> str:
    if idc == 66 and constraints & 0x40:  # constraint_set1_flag, H.264 A.2.1.1
        return "Constrained Baseline"
    name = _PROFILES.get(idc, f"other:{idc}")
    return f"{name} Intra" if idc in (110, 122) and constraints & 0x10 else name  # constraint_set3_flag, A.2.8


def _level(profile_idc: int, constraints: int, level_idc: int) -> str:
    old_1b = level_idc == 11 and profile_idc in (66, 77, 88) and constraints & 0x10  # H.264 A.3.1
    return "1b" if old_1b or level_idc == 9 else f"{level_idc // 10}.{level_idc % 10}"


def _chroma(bits: BitReader) -> tuple[int, bool]:
    chroma = bits.ue(3, "chroma_format_idc")
    separate_planes = chroma == 3 and bits.flag()
    bits.ue(6, "bit_depth_luma_minus8")
    bits.ue(6, "bit_depth_chroma_minus8")
    bits.skip(1)
    if bits.flag():
        for index in range(12 if chroma == 3 else 8):
            if bits.flag():
                _skip_scaling_list(bits, 16 if index < 6 else 64)
    return chroma, separate_planes


def _skip_scaling_list(bits: BitReader, size: int) -> None:
    """H.264 7.3.2.1.1.1: after a scale of zero, no more deltas are sent."""
    last = upcoming = 8
    for _ in range(size):
        if upcoming:
            upcoming = (last + bits.se()) % 256
        last = upcoming or last


def _skip_picture_order(bits: BitReader) -> None:
    kind = bits.ue(2, "pic_order_cnt_type")
    if kind == 0:
        bits.ue(12, "log2_max_pic_order_cnt_lsb_minus4")
    elif kind == 1:
        bits.skip(1)
        bits.se()
        bits.se()
        for _ in range(bits.ue(255, "num_ref_frames_in_pic_order_cnt_cycle")):
            bits.se()


def _cropped(bits: BitReader, width: int, height: int, units: tuple[int, int]) -> tuple[int, int]:
    if max(width, height) > LARGEST_SIDE + 16:
        raise malformed(f"the picture would be {width}x{height}")
    if bits.flag():
        left, right, top, bottom = bits.ue(), bits.ue(), bits.ue(), bits.ue()
        width -= units[0] * (left + right)
        height -= units[1] * (top + bottom)
    if not (0 < width <= LARGEST_SIDE and 0 < height <= LARGEST_SIDE):
        raise malformed("the cropping leaves no picture")
    return width, height


def _vui_rate(bits: BitReader) -> float | None:
    """Frames/s as the VUI states them (H.264 E.1.1, E.2.1: two ticks a frame), or None."""
    try:
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
        if not bits.flag():
            return None
        return stated_rate(bits.u(32), bits.u(32), ticks=2)
    except MalformedReply:
        return None


def stated_rate(num_units: int, time_scale: int, ticks: int) -> float | None:
    """Frames/s of the timing fields of a parameter set; None when they state no rate a camera can have."""
    if num_units == 0 or time_scale == 0:
        return None
    rate = time_scale / (ticks * num_units)
    return rate if rate <= FASTEST else None
