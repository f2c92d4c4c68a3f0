"""The key frame that a sample keeps, from real encoders, decoded by FFmpeg."""

import cv2
import numpy as np
import pytest

from probes.rtsp.meter import Meter
from tests.probes.rtsp.encoded import SIZE, Units, decoded_size
from tests.probes.rtsp.packet_maker import (
    Packets,
    Sender,
    aggregation,
    h264_fragments,
    h264_payloads,
    h265_fragments,
    h265_payloads,
    jpeg_fragments,
    same,
    stap_a,
)

H264_SETS, H265_SETS = (7, 8), (32, 33, 34)


def _type(codec: str, nal: bytes) -> int:
    return nal[0] & 31 if codec == "h264" else nal[0] >> 1 & 63


def _packed(codec: str, units: Units, packing: str) -> list[bytes]:
    """The payloads of one access unit: alone, in small fragments, or with the parameter sets in one packet."""
    if packing == "fragments":
        fragments = h264_fragments if codec == "h264" else h265_fragments
        return [part for nal in units for part in (fragments(nal, 100) if len(nal) > 100 else [nal])]
    pack = h264_payloads if codec == "h264" else h265_payloads
    sets = [nal for nal in units if _type(codec, nal) in (*H264_SETS, *H265_SETS) and codec_sets(codec, nal)]
    if packing == "aggregated" and sets:
        together = stap_a(sets) if codec == "h264" else aggregation(sets)
        return [together, *(part for nal in units if nal not in sets for part in pack(nal))]
    return [part for nal in units for part in pack(nal)]


def codec_sets(codec: str, nal: bytes) -> bool:
    """True for a parameter set of that codec."""
    return _type(codec, nal) in (H264_SETS if codec == "h264" else H265_SETS)


def _sent(codec: str, pictures: list[Units], packing: str = "alone", *, in_band: bool = True) -> Packets:
    """The pictures at 25 a second; without parameter sets when these are not `in_band`."""
    sender, packets = Sender(), Packets()
    for number, units in enumerate(pictures):
        kept = [nal for nal in units if in_band or not codec_sets(codec, nal)]
        packets += sender.send(_packed(codec, kept, packing), number / 25, same(number / 25))
    return packets


def _metered(packets: Packets, described: str, **options) -> Meter:
    meter = Meter(described, 10.0, **options)
    for data, at in packets:
        meter.rtp(data, at)
    return meter


def _decoded(meter: Meter) -> tuple[int, int]:
    key = meter.key_frame()
    assert key is not None
    return decoded_size(meter.codec, key)


@pytest.mark.parametrize("packing", ["alone", "fragments", "aggregated"])
@pytest.mark.parametrize("codec", ["h264", "h265"])
def test_the_key_frame_decodes_to_the_right_size(codec, packing, h264_units, h265_units):
    """Single units, FU-A and FU, STAP-A and AP: FFmpeg shows one picture, of the size that the report says."""
    meter = _metered(_sent(codec, h264_units if codec == "h264" else h265_units, packing), codec)
    assert _decoded(meter) == SIZE == meter.size
    assert meter.report()["keyframe_interval_s"] is None or meter.report()["keyframes"] >= 2
    assert meter.report()["keyframes"] == 2


@pytest.mark.parametrize("codec", ["h264", "h265"])
def test_parameter_sets_that_only_the_description_has_are_put_in_front(codec, h264_units, h265_units):
    """Many cameras send them in sprop alone: the key frame decodes all the same."""
    pictures = h264_units if codec == "h264" else h265_units
    sets = [nal for nal in pictures[0] if codec_sets(codec, nal)]
    packets = _sent(codec, pictures, in_band=False)
    assert _decoded(_metered(packets, codec, parameter_sets=sets)) == SIZE


def test_several_picture_parameter_sets_are_all_put_in_front(h264_units):
    """A second PPS with another number does not push the first one out."""
    sps, pps = (next(n for n in h264_units[0] if n[0] & 31 == kind) for kind in H264_SETS)
    other = bytes([pps[0], 0x5B, 0x20, *pps[2:]])
    packets = _sent("h264", h264_units, in_band=False)
    assert _decoded(_metered(packets, "h264", parameter_sets=[sps, pps, other])) == SIZE


def test_a_key_frame_of_several_slices_is_kept_whole(h264_slices):
    """Every slice of the picture."""
    assert sum(nal[0] & 31 == 5 for nal in h264_slices[0]) > 1
    assert _decoded(_metered(_sent("h264", h264_slices), "h264")) == SIZE


@pytest.mark.parametrize("codec", ["h264", "h265"])
def test_a_key_frame_with_a_lost_packet_is_left_for_the_next_one(codec, h264_units, h265_units):
    """Whichever packet of it is lost, what is kept is a later one, and decodes; first_keyframe_ms says when it came."""
    packets = _sent(codec, h264_units if codec == "h264" else h265_units)
    first = sum(at == packets[0][1] for _, at in packets)
    for lost in range(1, first):
        meter = _metered(packets[:lost] + packets[lost + 1 :], codec)
        assert _decoded(meter) == SIZE
        assert meter.report()["first_keyframe_ms"] == 160.0


@pytest.mark.parametrize(("described", "sent"), [("h264", "h265"), ("h265", "h264")])
@pytest.mark.parametrize("from_picture", [0, 1])
@pytest.mark.parametrize("packing", ["alone", "fragments", "aggregated"])
def test_a_recorder_that_describes_one_codec_and_sends_the_other(
    described, sent, from_picture, packing, h264_units, h265_units
):
    """The report names the codec of the packets, though the sample may begin between key frames; and the parameter sets
    of the other codec, out of the description, are forgotten.
    """
    units = {"h264": h264_units, "h265": h265_units}
    wrong = [nal for nal in units[described][0] if codec_sets(described, nal)]
    packets = _sent(sent, units[sent][from_picture:], packing)
    meter = _metered(packets, described, parameter_sets=wrong)
    assert meter.report()["codec"] == sent
    assert _decoded(meter) == SIZE


def test_open_groups_have_key_frames_with_a_recovery_point(h264_open):
    """x264 --open-gop: one IDR, then I-pictures with a recovery point every 6 pictures; B-frames about them."""
    idr = [n for n, units in enumerate(h264_open) if any(nal[0] & 31 == 5 for nal in units)]
    assert idr == [0]
    packets = _sent("h264", h264_open)
    report = _metered(packets, "h264").report()
    assert report["keyframes"] == 4
    assert _decoded(_metered(packets, "h264")) == SIZE


def test_parameter_sets_with_marker_bits_do_not_break_the_picture(h264_units):
    """Some cameras set the marker on every parameter set and SEI: frames are told by time stamp."""
    sender, packets = Sender(), Packets()
    for number, units in enumerate(h264_units):
        for nal in units:
            packets += sender.send(h264_payloads(nal), number / 25, same(number / 25))
    meter = _metered(packets, "h264")
    assert _decoded(meter) == SIZE
    assert meter.report()["frames"] == len(h264_units) - 1


def test_v380_start_codes_do_not_break_the_picture(h264_units):
    """V380 sends each access unit as Annex B in one chain of fragments."""
    sender, packets = Sender(), Packets()
    for number, units in enumerate(h264_units):
        annex_b = b"".join(b"\0\0\0\1" + nal for nal in units)
        packets += sender.send(h264_fragments(annex_b), number / 25, same(number / 25))
    meter = _metered(packets, "h264")
    assert _decoded(meter) == SIZE == meter.size
    assert meter.report()["keyframes"] == 2


def test_a_jpeg_is_a_whole_file():
    """The image decodes to its size."""
    picture = cv2.GaussianBlur(np.random.default_rng(7).integers(0, 255, (48, 64, 3), np.uint8), (0, 0), 3)
    done, file = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 60])
    assert done
    data = file.tobytes()
    start = data.index(b"\xff\xda")
    scan = data[start + 2 + int.from_bytes(data[start + 2 : start + 4], "big") :]
    sender, packets = Sender(), Packets()
    for number in range(3):
        packets += sender.send(jpeg_fragments(scan, 500), number / 10, same(number / 10))
    key = _metered(packets, "mjpeg").key_frame()
    assert key is not None
    shown = cv2.imdecode(np.frombuffer(key, np.uint8), cv2.IMREAD_COLOR)
    assert shown.shape == (48, 64, 3)


def test_without_a_whole_key_frame_there_is_none(h264_units):
    """Nothing is made up."""
    assert _metered(_sent("h264", h264_units[1:4]), "h264").key_frame() is None
    assert Meter("h264", 10.0).key_frame() is None
