"""The meter: synthetic streams on a synthetic clock in, the numbers of a report out."""

import random
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probes.rtsp.meter import UNREAD, Meter
from probes.rtsp.mjpeg import parse_jpeg_size
from probes.target import Need
from tests.probes.image.streams import encode, nals, plain
from tests.probes.rtsp.packet_maker import (
    H264_PPS,
    H264_SPS,
    Packets,
    Sender,
    h264_payloads,
    jittered,
    jpeg_fragments,
    rtp,
    same,
    sender_report,
    shipped,
    slice_264,
    stream,
)

STARTED = 9.9


def _metered(packets: Packets, codec: str = "h264", **options) -> Meter:
    meter = Meter(codec, STARTED, **options)
    for data, at in packets:
        meter.rtp(data, at)
    return meter


def _report(packets: Packets, codec: str = "h264", **options):
    return _metered(packets, codec, **options).report()


def test_a_clean_stream_is_reported_in_full():
    """25 frames/s, a key frame every 2 s, 101 frames of which the last is not over: every field of `Measured`."""
    packets = stream()
    sizes = [len(data) for data, _ in packets]
    report = _report(packets)
    assert report == {
        "codec": "h264",
        "profile": "High",
        "level": "3.0",
        "interlaced": False,
        "width": 640,
        "height": 360,
        "fps": 25.0,
        "fps_rtp": 25.0,
        "fps_wall": 25.0,
        "fps_method": "rtp",
        "bitrate_kbps": pytest.approx(8 * sum(len(d) - 12 for d, at in packets if at < 12) / 2000, abs=0.1),
        "keyframe_interval_s": 2.0,
        "keyframe_gap_s": 2.0,
        "intra_refresh": False,
        "keyframes": 2,
        "seconds": 4.0,
        "frames": 100,
        "packets": len(packets),
        "packets_lost": 0,
        "longest_gap_s": 0.04,
        "first_packet_ms": 100.0,
        "first_keyframe_ms": 100.0,
        "bytes": sum(sizes),
        "stop_reason": None,
    }


def test_nothing_came_and_nothing_is_known():
    """Counts are 0, everything else is unknown."""
    report = Meter("h264", STARTED).report("deadline")
    known = {name: value for name, value in report.items() if value not in (None, 0, 0.0)}
    assert known == {"fps_method": "none", "stop_reason": "deadline"}


@pytest.mark.parametrize("fps", [1, 5, 12.5, 15, 20, 25, 29.97, 30, 60])
def test_even_rates_are_exact(fps):
    """Night mode and low rates too, as soon as there are 10 intervals."""
    report = _report(stream(fps=fps, seconds=max(4, 12 / fps), gop=25))
    assert report["fps"] == pytest.approx(fps, rel=0.001)
    assert report["fps_method"] == "rtp"


@pytest.mark.parametrize(("fps", "share"), [(25, 0.005), (12.5, 0.01), (1, 0.02)])
def test_arrival_jitter_of_40_ms_is_evened_out(fps, share):
    """Field notes, evidence: regression and not end points; the time stamps are believed and are exact."""
    report = _report(stream(fps=fps, seconds=max(4, 12 / fps), arrive=jittered(0.04)))
    assert report["fps"] == pytest.approx(fps, rel=0.001)
    assert report["fps_wall"] == pytest.approx(fps, rel=share)


@pytest.mark.parametrize("burst_s", [0.5, 1, 1.9])
def test_a_start_up_burst_does_not_make_the_camera_faster(burst_s):
    """Cameras first send what they have buffered, all at once: the wall clock's rate begins behind it."""
    report = _report(stream(seconds=4 + burst_s, arrive=lambda s: same(max(s, burst_s))))
    assert report["fps_wall"] == pytest.approx(25, rel=0.01)
    assert (report["fps"], report["fps_method"]) == (25.0, "rtp")


def test_a_burst_that_is_not_over_makes_no_rate_of_hundreds():
    """60 frames in a tenth of a second, and then nothing: the wall clock alone is not believed."""
    report = _report(stream(seconds=2.4, arrive=lambda s: same(s / 24)))
    assert (report["fps"], report["fps_method"]) == (None, "none")
    longer = _report(stream(seconds=10, arrive=lambda s: same(0.4 * s if s < 8 else s - 4.8)))
    assert longer["fps"] in (None, 25.0)


def test_b_frames_are_counted_by_shown_time():
    """Stamps come out of order, as 3 0 1 2 7 4 5 6: sorted they are 25 a second."""
    report = _report(stream(order=(3, -1, -1, -1), gop=48))
    assert report["fps"] == pytest.approx(25, rel=0.002)
    assert report["keyframe_interval_s"] == 1.92


@pytest.mark.parametrize("frames", [125, 126, 127, 128])
def test_a_recorder_with_b_frames_is_found_out_too(frames):
    """The last pictures may not have come yet, wherever the sample ends: that hole is no uneven step."""
    report = _report(stream(seconds=frames / 25, order=(3, -1, -1, -1), arrive=shipped(21, 25)))
    assert (report["fps"], report["fps_method"]) == (pytest.approx(21, rel=0.001), "wall")


def test_a_recorder_that_stamps_25_and_ships_21_is_found_out():
    """Steps are constant, nothing was lost, reading kept up: the wall clock is believed, and stretches the key-frame
    interval and the bit rate too.
    """
    report = _report(stream(seconds=5, arrive=shipped(21, 25)))
    assert (report["fps"], report["fps_method"]) == (pytest.approx(21, rel=0.001), "wall")
    assert report["fps_rtp"] == 25.0
    assert report["keyframe_interval_s"] == pytest.approx(50 / 21, abs=0.002)
    honest = _report(stream(seconds=5))
    assert report["bitrate_kbps"] == pytest.approx(honest["bitrate_kbps"] * 21 / 25, rel=0.001)


@pytest.mark.parametrize("burst_s", [0.5, 1, 2])
def test_a_recorder_that_stamps_25_and_ships_21_is_found_out_behind_a_burst(burst_s):
    """Both at once: the burst ends where the lag is least, and the rate behind it is 21."""
    report = _report(stream(seconds=6, arrive=lambda s: same(max(s * 25 / 21, burst_s))))
    assert (report["fps"], report["fps_method"]) == (pytest.approx(21, rel=0.005), "wall")


def test_under_four_seconds_the_wall_clock_alone_is_not_believed():
    """There may be a burst in it."""
    report = _report(stream(seconds=3, arrive=shipped(21, 25)))
    assert (report["fps"], report["fps_method"]) == (None, "none")


def test_without_constant_steps_or_with_loss_or_slow_reading_a_mismatch_is_unknown():
    """Then nothing tells which clock is wrong."""
    packets = stream(seconds=5, arrive=shipped(21, 25))
    assert _report([p for n, p in enumerate(packets) if n != 30])["fps"] is None
    slow = _metered(packets)
    slow.kept_up = False
    assert slow.report()["fps"] is None
    uneven = stream(seconds=5, arrive=shipped(21, 25), order=(0, 0.2, 0, 0))
    assert _report(uneven)["fps"] is None


def _with_reports(packets: Packets, reports: list[bytes], after: float = 0.0) -> Meter:
    """The first report comes before the first packet, the others behind the last."""
    meter = Meter("h264", STARTED)
    if reports:
        meter.rtcp(reports[0])
    for data, at in packets:
        meter.rtp(data, at)
    for report in reports[1:]:
        meter.rtcp(report)
    return meter


@pytest.mark.parametrize(("ticks_a_second", "fps"), [(90_000 * 21 / 25, 21), (90_000, 25)])
@pytest.mark.parametrize("first_tick", [900_000, 2**32 - 1000])
def test_two_sender_reports_four_seconds_apart_decide(ticks_a_second, fps, first_tick):
    """The camera's own clock says how fast its time stamps run; one report often comes before the first packet."""
    sender = Sender(first_tick=first_tick)
    packets = stream(seconds=5, arrive=shipped(21, 25), sender=sender)
    reports = [sender_report(sender.ssrc, 1e9 + s, first_tick + round(s * ticks_a_second)) for s in (0, 2, 5)]
    report = _with_reports(packets, reports).report()
    assert (report["fps"], report["fps_method"]) == (pytest.approx(fps, rel=0.001), "rtcp")


@pytest.mark.parametrize(
    "reports",
    [
        [(0x1234, 0.0, 0), (0x1234, 3.9, 1)],  # too near each other
        [(0x1234, 0.0, 0), (0x1234, 5.0, 5)],  # a time stamp that is no clock of these packets
        [(0x1234, 0.0, 0), (0x1234, 0.0, 378_000)],  # a camera without a clock
        [(0x1234, 9.0, 0), (0x1234, 0.0, 378_000)],  # a clock that was set back
    ],
)
def test_reports_that_do_not_tell_are_passed_over(reports):
    """They may decide between the two clocks, and not bring in a third."""
    packets = stream(seconds=5, arrive=shipped(21, 25))
    meter = _with_reports(packets, [sender_report(ssrc, 1e9 + s, ticks) for ssrc, s, ticks in reports])
    assert meter.report()["fps_method"] == "wall"


def test_tapo_reports_of_an_unknown_ssrc():
    """Tapo C320WS sends RTCP with an SSRC of its own (field notes 25): it is ignored, before the packets and after."""
    packets = stream(seconds=5, arrive=shipped(21, 25))
    reports = [sender_report(0x9999, 1e9 + s, round(s * 90_000)) for s in (0, 5)]
    assert _with_reports(packets, reports).report()["fps_method"] == "wall"


def test_reports_of_an_earlier_ssrc_do_not_count():
    """After the sender began anew, its old reports say nothing of the new time stamps."""
    early = Sender(ssrc=1)
    packets = stream(seconds=1, sender=early, arrive=shipped(21, 25))
    late = Sender(ssrc=2, sequence=9, first_tick=77)
    packets += stream(seconds=5, sender=late, start=26, arrive=shipped(21, 25))
    reports = [sender_report(1, 1e9 + s, round(900_000 + s * 90_000)) for s in (0, 5)]
    assert _with_reports(packets, reports).report()["fps_method"] != "rtcp"


def test_lost_packets_are_counted_and_do_not_change_the_rate():
    """Three packets from the middle of frames: 3 lost, 25 frames/s."""
    packets = stream()
    report = _report([p for n, p in enumerate(packets) if n not in (20, 50, 80)])
    assert (report["packets_lost"], report["packets"]) == (3, len(packets) - 3)
    assert report["fps"] == pytest.approx(25, rel=0.001)


def test_late_packets_are_not_lost():
    """A packet that overtakes another costs nothing."""
    packets = stream()
    packets[20], packets[21] = packets[21], packets[20]
    report = _report(packets)
    assert (report["packets_lost"], report["frames"], report["fps"]) == (0, 100, 25.0)


def test_a_restart_of_the_sequence_is_no_loss():
    """A jump over 500 is a restart."""
    sender = Sender()
    packets = stream(seconds=2, sender=sender)
    sender.sequence += 5000
    report = _report(packets + stream(seconds=2, sender=sender, start=51))
    assert (report["packets_lost"], report["fps"]) == (0, 25.0)


def test_time_stamps_that_wrap_change_nothing():
    """At 2**32 the stream goes on."""
    report = _report(stream(sender=Sender(first_tick=2**32 - 180_000)))
    assert (report["fps"], report["keyframe_interval_s"]) == (25.0, 2.0)


def test_a_jump_of_time_stamps_changes_nothing():
    """A camera that sets its clock in the middle of a sample."""
    sender = Sender()
    packets = stream(seconds=2, sender=sender)
    sender.first_tick += 3600 * 90_000
    report = _report(packets + stream(seconds=2, sender=sender, start=51))
    assert report["fps"] == pytest.approx(25, rel=0.001)
    assert report["keyframe_interval_s"] == pytest.approx(2, abs=0.001)


def test_a_change_of_ssrc_changes_nothing():
    """A sender that begins anew: other number, other stamps, same stream."""
    other = Sender(ssrc=0x9999, sequence=60_000, first_tick=1)
    report = _report(stream(seconds=2) + stream(seconds=2, sender=other, start=51))
    assert report["fps"] == pytest.approx(25, rel=0.001)
    assert (report["packets_lost"], report["frames"]) == (0, 101)


def test_packets_of_another_payload_type_are_not_measured():
    """Retransmission or redundancy on the same channel: bytes, and nothing else."""
    packets = stream()
    other = [(rtp(n, 1, b"x" * 100, payload_type=97, ssrc=7), 10.5) for n in range(50)]
    mixed = packets[:5] + other + packets[5:]
    assert _report(mixed) == {**_report(packets), "bytes": _report(packets)["bytes"] + 50 * 112}


@pytest.mark.parametrize("rubbish", [b"", b"\x80", b"\x00" * 40, b"RTSP"])
def test_what_is_no_rtp_is_counted_as_bytes_and_passed_over(rubbish):
    """One bad packet does not spoil a sample."""
    packets = stream()
    report = _report([packets[0], (rubbish, 10.0), *packets[1:]])
    assert report == {**_report(packets), "bytes": _report(packets)["bytes"] + len(rubbish)}


def test_one_key_frame_alone_leaves_interval_and_bit_rate_unknown():
    """H.264+ and H.265+ send key frames ten times as rarely: one is no interval, and no whole group of pictures."""
    report = _report(stream(seconds=10, gop=1000))
    assert (report["keyframes"], report["keyframe_interval_s"], report["bitrate_kbps"]) == (1, None, None)
    assert report["fps"] == 25.0


def test_groups_of_different_length_give_their_mean():
    """Variable groups: key frames at 0, 1, 4 and 5 s are 5/3 s apart."""
    sender, packets = Sender(), Packets()
    for number in range(131):
        key = number in (0, 25, 100, 125)
        nals = [H264_SPS, H264_PPS] if key else []
        payloads = [p for nal in (*nals, slice_264(key=key, size=2000)) for p in h264_payloads(nal)]
        packets += sender.send(payloads, number / 25, same(number / 25))
    assert _report(packets)["keyframe_interval_s"] == pytest.approx(5 / 3, abs=0.001)


def test_bit_rate_is_that_of_whole_groups_even_when_they_come_in_one_burst():
    """When the first group and the next key frame come in one read, all arrivals are alike: order still tells."""
    report = _report(stream(seconds=8, gop=25, arrive=lambda s: same(max(s, 3.0))))
    honest = _report(stream(seconds=8, gop=25))
    assert report["bitrate_kbps"] == honest["bitrate_kbps"]


def test_a_gap_in_mid_stream_is_the_longest_gap():
    """The stream pauses for 3 s and goes on."""
    sender = Sender()
    packets = stream(seconds=2, sender=sender) + stream(seconds=2, sender=sender, start=125)
    assert _report(packets)["longest_gap_s"] == pytest.approx(3.0, abs=0.001)


def test_silence_at_the_end_is_a_gap():
    """When packets stop, the time until now counts, though no frame ends it."""
    meter = _metered(stream())
    meter.silence(20.0)
    assert meter.report("stalled")["longest_gap_s"] == pytest.approx(20.0 - 13.96)


SMALL_SPS, SMALL_PPS = (
    next(n for n in nals(encode("libx264", plain(320, 240))) if n[0] & 31 == kind) for kind in (7, 8)
)


def _pictures(*access_units: list[bytes], sets=()) -> Meter:
    """A meter that has seen these access units, 25 a second, and the beginning of one more."""
    sender = Sender()
    meter = Meter("h264", STARTED, parameter_sets=sets)
    for number, units in enumerate([*access_units, [slice_264(key=False, size=100)]]):
        for data, at in sender.send([p for nal in units for p in h264_payloads(nal)], number / 25, same(number / 25)):
            meter.rtp(data, at)
    return meter


IDR, DELTA = slice_264(key=True, size=3000), slice_264(key=False, size=900)


def _size(meter: Meter) -> tuple[int | None, int | None]:
    report = meter.report()
    return report["width"], report["height"]


def test_a_parameter_set_that_no_slice_uses_does_not_change_the_size():
    """320x240 pictures, each followed by a larger set of the same time stamp: the size is that of the pictures, and the
    key frame is kept with the sets that were in force.
    """
    meter = _pictures([SMALL_SPS, SMALL_PPS, IDR, H264_SPS], [DELTA, H264_SPS], [SMALL_SPS, SMALL_PPS, IDR, H264_SPS])
    assert _size(meter) == (320, 240)
    key = meter.key_frame()
    assert key is not None
    assert key.index(SMALL_SPS) < key.index(IDR)
    assert H264_SPS not in key[: key.index(IDR)]


def test_the_size_is_that_of_the_first_whole_key_frame():
    """A larger key frame later on does not make the first one larger; one that lost a packet does not count."""
    assert _size(_pictures([SMALL_SPS, SMALL_PPS, IDR], [H264_SPS, H264_PPS, IDR], [DELTA])) == (320, 240)
    sender, meter = Sender(), Meter("h264", STARTED)
    for number, units in enumerate([[H264_SPS, H264_PPS, IDR], [SMALL_SPS, SMALL_PPS, IDR], [DELTA], [DELTA]]):
        packets = sender.send([p for nal in units for p in h264_payloads(nal)], number / 25, same(number / 25))
        for data, at in packets[:-1] if number == 0 else packets:
            meter.rtp(data, at)
    assert _size(meter) == (320, 240)


def test_the_picture_parameter_set_names_the_sequence_parameter_set():
    """Two sequence parameter sets with numbers of their own: the one that the slice asks for, and not the last one."""
    other = _with_number(H264_SPS, 1)
    assert _size(_pictures([SMALL_SPS, SMALL_PPS, other, IDR], [DELTA])) == (320, 240)
    assert _size(_pictures([other, SMALL_SPS, b"\x68\xa8", IDR], [DELTA])) == (640, 360)


def _with_number(sps: bytes, number: int) -> bytes:
    """A High profile SPS with another seq_parameter_set_id: three bits instead of one, and the rest moved."""
    assert number == 1
    bits = "".join(f"{byte:08b}" for byte in sps[4:].replace(b"\0\0\3", b"\0\0"))
    moved = "010" + bits[1:]
    moved += "0" * (-len(moved) % 8)
    return sps[:4] + bytes(int(moved[at : at + 8], 2) for at in range(0, len(moved), 8))


def test_a_description_alone_says_nothing_of_what_is_sent():
    """Packets that are no pictures under a description with parameter sets: no codec, no size, no rate; the packets and
    the gaps stay.
    """
    noise = random.Random(5)
    sender, packets = Sender(), Packets()
    for number in range(300):
        packets += sender.send([noise.randbytes(900)], number / 25, same(number / 25))
    for sets in ((), (H264_SPS, H264_PPS)):
        meter = _metered([p for p in packets if p[0][12] & 31 != 5], parameter_sets=sets)
        report = meter.report()
        assert not meter.readable
        assert {name: report[name] for name in UNREAD} == UNREAD
        assert (report["packets"], report["packets_lost"]) == (meter.packets, meter.report()["packets_lost"])


def test_jpeg_packets_under_a_description_of_h264_give_no_codec():
    """RFC 2435 payloads begin with zeros: no unit of H.264."""
    sender, packets = Sender(), Packets()
    for number in range(40):
        packets += sender.send(jpeg_fragments(b"\x12" * 3000), number / 10, same(number / 10))
    meter = _metered(packets, parameter_sets=[H264_SPS, H264_PPS])
    assert (meter.readable, meter.report()["codec"], meter.report()["width"]) == (False, None, None)


def test_a_set_of_a_profile_that_does_not_exist_is_no_evidence():
    """Random bytes look like a set by chance; a profile and a level that exist are seldom among them."""
    strange = H264_SPS[:1] + b"\x07" + H264_SPS[2:]
    assert not _pictures([strange, H264_PPS, IDR], [DELTA]).readable
    assert _pictures([H264_SPS, H264_PPS, IDR], [DELTA]).readable


def test_sets_of_the_description_are_told_from_sets_that_came_with_the_pictures():
    """Where they stand in the description alone, only a decoded picture shows that they belong to the packets."""
    assert _pictures([H264_SPS, H264_PPS, IDR], [DELTA], sets=(H264_SPS, H264_PPS)).proven
    described = _pictures([IDR], [DELTA], sets=(H264_SPS, H264_PPS))
    assert (_size(described), described.readable, described.proven) == ((640, 360), True, False)


def test_size_and_stated_rate_are_known_from_the_description_alone():
    """DESCRIBE of a stream that is not sampled still gives its size."""
    meter = Meter("h264", STARTED, parameter_sets=[b"", b"\x67", H264_SPS, H264_PPS])
    assert (meter.size, meter.stated_fps()) == ((640, 360), 25.0)
    assert Meter("h264", STARTED).stated_fps() is None


def test_jpeg_is_measured_by_its_own_headers():
    """Each image is a key frame; the size stands in each."""
    sender, packets = Sender(payload_type=26), Packets()
    for number in range(41):
        packets += sender.send(jpeg_fragments(b"\x12" * 3000), number / 10, same(number / 10))
    meter = _metered(packets, "mjpeg")
    report = meter.report()
    assert (report["codec"], report["width"], report["height"], report["fps"]) == ("mjpeg", 64, 48, 10.0)
    assert (report["keyframes"], report["keyframe_interval_s"]) == (40, 0.1)
    key = meter.key_frame()
    assert key is not None
    assert key.startswith(b"\xff\xd8")


@pytest.mark.field(23)
@pytest.mark.parametrize("replay", [b"", b"\xab\xac\0\x03" + bytes(12)])
@pytest.mark.parametrize("mark", [b"\xff\xd8", b"\xff\xff"])
def test_a_jpeg_over_2040_pixels_tells_its_size_in_a_header_extension(replay, mark):
    """RFC 2435 writes 0 for more than 2040; ONVIF cameras send the JPEG's own segments before each image (Streaming
    Specification 5.1.3), also behind a replay extension. The image that is kept has that size.
    """
    segments = b"\xff\xc0\0\x11\x08" + (1520).to_bytes(2, "big") + (2688).to_bytes(2, "big") + b"\x03" + bytes(9)
    segments += bytes(-len(segments) % 4)
    sender, packets = Sender(payload_type=26), Packets()
    for number in range(14):
        for place, payload in enumerate(jpeg_fragments(b"\x12" * 3000, width=0, height=0)):
            body = replay + mark + (len(segments) // 4).to_bytes(2, "big") + segments
            whole = (replay and body[4:]) or segments
            made = rtp(sender.sequence, sender.ticks(number / 10), payload, payload_type=26)
            if place == 0:
                head = bytes([made[0] | 0x10]) + made[1:12]
                shown = replay[:2] or mark
                made = head + shown + (len(whole) // 4).to_bytes(2, "big") + whole + payload
            packets.append((made, same(number / 10)))
            sender.sequence += 1
    meter = _metered(packets, "mjpeg")
    report = meter.report()
    assert (report["width"], report["height"], report["fps"]) == (2688, 1520, 10.0)
    key = meter.key_frame()
    assert key is not None
    assert parse_jpeg_size(key) == (2688, 1520)


def test_a_jpeg_that_says_no_size_has_none():
    """Neither in its header nor in an extension: frames are counted, the size is unknown."""
    sender, packets = Sender(payload_type=26), Packets()
    for number in range(14):
        packets += sender.send(jpeg_fragments(b"\x12" * 3000, width=0, height=0), number / 10, same(number / 10))
    assert _report(packets, "mjpeg")["width"] is None


def test_a_stream_that_refreshes_bit_by_bit_has_groups_without_key_frames():
    """A recovery point of 24 frames every second, and P-slices alone: size, rate and bit rate, and it is named."""
    sender, packets = Sender(), Packets()
    for number in range(76):
        nals = [H264_SPS, H264_PPS, b"\x06\x06\x02\x0c\xc0\x80"] if number % 25 == 0 else []
        nals.append(slice_264(key=False, size=1000))
        packets += sender.send(nals, number / 25, same(number / 25))
    report = _report(packets)
    assert (report["intra_refresh"], report["keyframes"], report["keyframe_interval_s"]) == (True, 0, None)
    assert (report["width"], report["fps"]) == (640, 25.0)
    assert report["bitrate_kbps"] == pytest.approx(8 * 25 * 1001.5 / 1000, rel=0.01)
    assert _metered(packets).met([Need("measured.keyframe_interval_s", (4.4,))], picture=True)


@pytest.mark.parametrize("described", [True, False])
def test_a_stream_that_is_joined_far_from_a_key_frame_is_read_by_a_row_of_slices(described):
    """H.264+ sends a key frame in 20 s: 30 P-slices that name the described set are pictures of it, as it is said."""
    packets = stream(gop=1000, start=1, seconds=5)
    meter = _metered(packets, parameter_sets=(H264_SPS, H264_PPS) if described else ())
    report = meter.report()
    assert (meter.readable, meter.proven, meter.key_frame()) == (described, False, None)
    assert (report["width"], report["fps"]) == ((640, 25.0) if described else (None, None))
    assert report["keyframe_gap_s"] == (4.96 if described else None)
    assert not _metered(packets[:60], parameter_sets=(H264_SPS, H264_PPS)).readable


def test_a_time_without_key_frames_is_known_as_far_as_the_sample_goes():
    """One at the beginning, and none for 3.96 s; lost packets may have been one, and then nothing is known."""
    packets = stream(gop=1000)
    assert _report(packets)["keyframe_gap_s"] == 3.96
    assert _report(packets[:40] + packets[41:])["keyframe_gap_s"] is None


PACKET = st.tuples(st.integers(0, 40), st.integers(0, 9000), st.sampled_from([1, 1, 1, 2]), st.binary(max_size=12))


@given(st.sampled_from(["h264", "h265", "mjpeg", "mpeg4"]), st.lists(PACKET, max_size=60), st.binary(max_size=30))
def test_no_packets_can_break_the_meter(codec, packets, rtcp):
    """Any numbers, stamps, senders and payloads, at any time: a report, an answer, and nothing raised but our own."""
    meter = Meter(codec, STARTED, parameter_sets=[rtcp])
    at = 10.0
    for number, ticks, ssrc, payload in packets:
        at += number / 100
        meter.rtp(rtp(number, ticks * 100, payload, ssrc=ssrc), at)
        meter.rtcp(sender_report(ssrc, 1e9 + number, ticks))
        meter.rtcp(rtcp)
    assert meter.report()["packets"] == len(packets)
    meter.met([Need("measured.fps", (14.0,)), Need("measured.bitrate_kbps", (1.0,))], picture=True)
    meter.key_frame()


def test_a_codec_that_cannot_be_read_still_has_a_rate():
    """MPEG-4: frames and loss are known, size and key frames are not; a picture is not waited for."""
    meter = _metered(stream(), "mpeg4")
    report = meter.report()
    assert (report["fps"], report["width"], report["keyframes"]) == (25.0, None, 0)
    assert meter.met([], picture=True)


@pytest.mark.parametrize(
    ("described", "payload", "codec"),
    [
        ("mpeg4", b"\0\0\1\xb6\x10" + b"\x55" * 90, "mpeg4"),
        ("mpeg4", b"\x55" * 90, None),
        ("other:vp8", b"\x10\x02" * 40, None),
    ],
)
def test_a_codec_that_is_not_read_is_believed_when_its_packets_show_it(described, payload, codec):
    """MPEG-4 pictures begin with a start code (RFC 6416 5.1); of others nobody can tell what the packets are."""
    sender, packets = Sender(), Packets()
    for number in range(30):
        packets += sender.send([payload], number / 25, same(number / 25))
    assert _report(packets, described)["codec"] == codec


@pytest.mark.parametrize(
    ("packet", "count", "megabytes"),
    [
        pytest.param(lambda n: rtp(0, 0, b"\x41\x9a", ssrc=n), 30000, 5, id="a sender a packet"),
        pytest.param(lambda n: rtp(n, n * 3600, b"\x41\x9a"), 60000, 5, id="a frame a packet"),
        pytest.param(lambda n: rtp(n, 0, b"\x78" + b"\0\2\x41\x9a" * 300), 375, 5, id="units of two bytes"),
        pytest.param(lambda n: rtp(n, 0, b"\x41\x9a" + b"\0\0\1\x41\x9b" * 300), 375, 5, id="start codes"),
        pytest.param(lambda n: rtp(n, 0, b"\x67\x64\0\x1f" + n.to_bytes(4, "big") * 500), 10000, 20, id="large sets"),
        pytest.param(lambda n: rtp(n, 0, b"\x41\x9a" + b"\x55" * 1200), 20000, 20, id="slices of one frame"),
    ],
)
def test_no_packets_can_fill_the_memory(packet, count, megabytes):
    """Senders, frames, units and what is kept of them are bounded, whatever
    thousands of packets hold: 8 MB of a key frame that may be wanted, and little else.
    """
    meter = Meter("h264", STARTED)
    tracemalloc.start()
    for number in range(count):
        meter.rtp(packet(number), 10 + number / 10_000)
    taken = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert taken < megabytes * 1_000_000


def test_loss_of_senders_that_are_forgotten_is_kept():
    """Only the last few SSRCs are remembered; what the others lost stays lost."""
    meter = Meter("h264", STARTED)
    for ssrc in range(100):
        meter.rtp(rtp(1, 0, b"\x41\x9a", ssrc=ssrc), 10)
        meter.rtp(rtp(3, 0, b"\x41\x9a", ssrc=ssrc), 10)
    assert meter.report()["packets_lost"] == 100
