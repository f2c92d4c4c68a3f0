"""Frames out of packets: what is one picture, what is lost, what is whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probes.rtsp.frames import RESTART_JUMP, FrameList, Loss
from probes.rtsp.h264 import parse_sps
from probes.rtsp.jpeg_images import JpegReader
from probes.rtsp.nal_units import H264Reader, H265Reader
from probes.rtsp.rtp import parse_rtp
from tests.probes.image.streams import BitWriter, encode, nals, plain
from tests.probes.rtsp.packet_maker import (
    H264_PPS,
    H264_SPS,
    Packets,
    Sender,
    h264_fragments,
    jpeg_fragments,
    slice_264,
    stream,
)

KEY, DELTA = slice_264(key=True, size=3000), slice_264(key=False, size=2000)
ENDING = [slice_264(key=False, size=100)]


def _list(packets: Packets, reader=None, sps=None) -> FrameList:
    frames = FrameList(reader or H264Reader(), 90_000, sps=sps)
    for data, at in packets:
        frames.push(parse_rtp(data), at)
    return frames


def _taken(*sequences: int) -> tuple[list[bool | None], int]:
    loss = Loss()
    return [loss.take(sequence) for sequence in sequences], loss.lost


@pytest.mark.parametrize(
    ("sequences", "follows", "lost"),
    [
        ((7, 8, 9), [True, True, True], 0),
        ((65534, 65535, 0, 1), [True] * 4, 0),
        ((1, 3), [True, False], 1),
        ((65535, 2), [True, False], 2),
        ((1, 1 + RESTART_JUMP + 1), [True, False], RESTART_JUMP),
        ((1, 1 + RESTART_JUMP + 2), [True, False], 0),
        ((1, 30_000, 30_001), [True, False, True], 0),
        ((1, 3, 2, 4), [True, False, None, True], 0),
        ((1, 4, 3, 5), [True, False, None, True], 1),
        ((1, 4, 6, 2, 3, 5, 7), [True, False, False, None, None, None, True], 0),
        ((1, 2, 2, 3), [True, True, None, True], 0),
        ((1, 3, 3, 4), [True, False, None, True], 1),
        ((200, 202, 100, 101, 102), [True, False, None, False, True], 1),
    ],
    ids=[
        "in order",
        "the number wraps",
        "one lost",
        "lost where it wraps",
        "500 lost",
        "a jump over 500",
        "a restart",
        "one late",
        "one late, one lost",
        "several late",
        "one twice",
        "one twice after a loss",
        "a restart a little way back",
    ],
)
def test_sequence_numbers_tell_loss_from_late_packets_and_restarts(sequences, follows, lost):
    """Standards, stream-steady: per SSRC, jumps over 500 are restarts; what comes late was not lost."""
    assert _taken(*sequences) == (follows, lost)


@given(st.lists(st.integers(0, 65535), max_size=50))
def test_no_numbers_can_make_a_negative_loss(sequences):
    """Whatever the order."""
    assert _taken(*sequences)[1] >= 0


def test_a_frame_is_what_shares_a_time_stamp_and_holds_a_picture():
    """Time stamp and arrival of the first packet, arrival of the last, bytes of all; the last one is not over yet."""
    sender = Sender()
    packets = [(data, 5.0 + n / 1000) for n, (data, _) in enumerate(sender.send(h264_fragments(KEY), 0.0, 0))]
    packets += sender.send([DELTA], 0.04, 5.04) + sender.send([DELTA], 0.08, 5.08)
    frames = _list(packets).frames
    assert [(f.stamp, f.arrival, f.end, f.key) for f in frames] == [(0.0, 5.0, 5.002, True), (0.04, 5.04, 5.04, False)]
    assert frames[0].size == sum(len(payload) for payload in h264_fragments(KEY))


def test_parameter_sets_with_marker_bits_and_stamps_of_their_own_are_no_frames():
    """Some cameras set the marker on SPS, PPS and SEI, and some stamp them otherwise: neither makes a picture."""
    sender = Sender()
    packets: Packets = []
    for number in range(3):
        for nal in (H264_SPS, H264_PPS, b"\x06\x05\x01\x55\x80"):
            packets += sender.send([nal], number / 25 - 0.001, 5.0)
        packets += sender.send([KEY], number / 25, 5.0)
    assert len(_list(packets).frames) == 2


def test_several_slices_are_one_frame():
    """They share a time stamp."""
    sender = Sender()
    packets = sender.send([KEY, b"\x65\x44\x88\x80", b"\x65\x45\x88\x80"], 0, 5) + sender.send(ENDING, 0.04, 5)
    assert len(_list(packets).frames) == 1


def test_time_stamps_wrap():
    """At 2**32, which at 90 kHz comes every 13 hours."""
    found = _list(stream(sender=Sender(first_tick=2**32 - 90_000))).frames
    assert [f.stamp for f in found] == pytest.approx([n / 25 for n in range(100)])


@pytest.mark.parametrize("jump_s", [-3600, 11, 20_000])
def test_a_jump_of_time_stamps_is_bridged_by_the_arrival(jump_s):
    """A clock that is set anew: after it, seconds go on as the packets arrived."""
    sender = Sender()
    packets = stream(seconds=1, sender=sender)
    sender.first_tick += jump_s * 90_000
    packets += stream(seconds=1, sender=sender, start=26)
    stamps = [f.stamp for f in _list(packets).frames]
    assert stamps == pytest.approx([n / 25 for n in range(len(stamps))], abs=1e-6)


def test_a_new_ssrc_is_counted_on_its_own():
    """Its sequence numbers begin elsewhere; nothing is lost."""
    packets = stream(seconds=1) + stream(seconds=1, start=26, sender=Sender(sequence=40_000, ssrc=9, first_tick=5))
    found = _list(packets)
    assert found.lost == 0
    assert len(found.frames) == 51


def test_late_and_doubled_packets_make_no_frames():
    """They belong to pictures that are over."""
    packets = stream(seconds=1)
    swapped = [*packets[:40], packets[41], packets[40], packets[41], *packets[42:]]
    assert len(_list(swapped).frames) == len(_list(packets).frames)
    assert _list(swapped).lost == 0


def _kept(packets: Packets) -> int | None:
    """The number of the frame whose bytes were kept: key frames are of different sizes."""
    found = _list(packets)
    if found.first_key_bytes is None:
        return None
    return [f for f in found.frames if f.key].index(found.first_key)  # type: ignore[arg-type]


def _key_frames(count: int, sender: Sender) -> list[Packets]:
    """Key frames of three packets each."""
    return [sender.send(h264_fragments(KEY), n / 25, 5 + n / 25) for n in range(count)]


def test_the_first_key_frame_is_kept_when_it_is_whole():
    """With all of its bytes, in Annex B, and no more than it; later ones are not kept."""
    found = _list(stream())
    sets = b"\0\0\0\1" + H264_SPS + b"\0\0\0\1" + H264_PPS
    assert found.first_key_bytes == sets + b"\0\0\0\1" + slice_264(key=True, size=12_000)
    assert found.first_key is found.frames[0]
    assert found.reader.collect is False


@pytest.mark.parametrize(("lost", "kept"), [(0, 1), (1, 1), (2, 1), (3, 2)])
def test_a_key_frame_that_lost_a_packet_is_not_kept(lost, kept):
    """The first, a middle or the last packet; and the picture after a gap may lack its beginning."""
    packets = [p for frame in _key_frames(6, Sender()) for p in frame]
    del packets[lost]
    found = _list(packets)
    assert found.first_key is not None
    whole = [f for f in found.frames if f.key and f.size == found.first_key.size]
    assert found.first_key.stamp >= 0
    assert found.first_key in whole
    if lost in (1, 2):
        assert found.first_key is not found.frames[0]


def test_a_sample_that_begins_in_the_middle_of_a_key_frame_does_not_keep_the_rest_of_it():
    """Slices that are there do not make a picture when the first one is missing."""
    sender = Sender()
    packets = sender.send([b"\x65\x44\x88\x80", b"\x65\x45\x88\x80"], 0, 5) + sender.send([DELTA], 0.04, 5)
    assert _kept(packets + sender.send([DELTA], 0.08, 5)) is None


def test_a_key_frame_that_is_cut_off_by_a_new_sender_is_not_kept():
    """When the SSRC changes, the end of the last picture may be missing."""
    packets = Sender().send(h264_fragments(KEY)[:2], 0, 5)
    assert _kept(packets + Sender(ssrc=9).send([DELTA], 0.04, 5)) is None


def test_jpeg_images_are_frames_and_the_first_whole_one_is_kept():
    """An image that lost a fragment, and be it the first, is a frame, and is not kept."""
    sender = Sender(payload_type=26)
    images = [sender.send(jpeg_fragments(bytes([n]) * 3000), n / 10, 5 + n / 10) for n in range(1, 6)]
    packets = images[0][:1] + images[0][2:] + images[1][1:] + images[2] + images[3] + images[4]
    found = _list(packets, JpegReader())
    assert len(found.frames) == 4
    assert found.first_key_bytes is not None
    assert found.first_key_bytes.endswith(b"\3" * 3000 + b"\xff\xd9")


def _field(*, bottom: bool, key: bool, frame_num_bits: int) -> bytes:
    """The beginning of a slice of one field (H.264 7.3.3)."""
    writer = BitWriter().ue(0, 7 if key else 5, 0).u(frame_num_bits, 0).u(1, 1).u(1, int(bottom))
    return writer.nal(b"\x65" if key else b"\x41") + b"\xaa" * 100


@pytest.mark.parametrize("bottom_first", [False, True])
@pytest.mark.parametrize("own_stamps", [False, True])
def test_two_fields_are_one_frame(bottom_first, own_stamps):
    """Analogue recorders code fields: top first or bottom first, with one time stamp or two. 25 frames, 50 fields; the
    bytes of both count, and the frame is a key frame when one of them is.
    """
    (sps, *_) = [n for n in nals(encode("libx264", plain(704, 576), params="interlaced=1")) if n[0] & 31 == 7]
    parsed = parse_sps(sps)
    sender, packets = Sender(), Packets()
    for number in range(26):
        for second in (False, True):
            key = number % 5 == 0 and not second
            nal = _field(bottom=second != bottom_first, key=key, frame_num_bits=parsed.frame_num_bits)
            packets += sender.send([nal], number / 25 + (0.02 if second and own_stamps else 0), 5 + number / 25)
    found = _list(packets, sps=parsed)
    whole = found.frames[:25]
    assert [f.stamp for f in whole] == pytest.approx([n / 25 for n in range(25)])
    assert [n for n, f in enumerate(whole) if f.key] == [0, 5, 10, 15, 20]
    assert len({f.size for f in whole}) == 1


@given(st.lists(st.tuples(st.integers(0, 65535), st.integers(0, 2**32 - 1), st.integers(0, 2), st.binary(max_size=9))))
def test_no_packets_can_break_the_list(packets):
    """Any numbers, stamps, senders and payloads, for both readers; stamps stay finite."""
    for reader in (H264Reader(), H265Reader()):
        made = [(Sender(n, ssrc, ticks).send([payload], 0, 5)[0][0], 5.0) for n, ticks, ssrc, payload in packets]
        found = _list(made, reader, parse_sps(H264_SPS))
        assert len(found.frames) <= len(made)


def test_frames_that_lost_their_beginning_are_frames():
    """The header of a later fragment says that it belongs to a picture, and whether to a key frame."""
    sender, packets = Sender(), Packets()
    for number in range(6):
        nal = KEY if number == 3 else DELTA
        packets += sender.send(h264_fragments(nal), number / 25, 5 + number / 25)[1:]
    found = _list(packets).frames
    assert [f.key for f in found] == [False, False, False, True, False]
    assert not any(f.whole for f in found[1:])


def test_pictures_under_one_time_stamp_are_frames_of_their_own():
    """A clock that stands still: every first slice begins a picture, and the first key frame is kept alone."""
    sender, packets = Sender(), Packets()
    for number in range(5):
        nals = [H264_SPS, H264_PPS, KEY] if number == 0 else [DELTA]
        packets += sender.send([p for nal in nals for p in h264_fragments(nal, 4000) or [nal]], 0, 5 + number / 25)
    found = _list(packets)
    assert [f.arrival for f in found.frames] == pytest.approx([5, 5.04, 5.08, 5.12])
    assert {f.stamp for f in found.frames} == {0.0}
    assert found.first_key_bytes is not None
    assert found.first_key_bytes.endswith(KEY)


@pytest.mark.parametrize(("jump_s", "bridged"), [(-0.8, True), (3, True), (-40, True), (0.4, False)])
def test_a_small_jump_is_told_by_the_usual_step_and_the_arrival(jump_s, bridged):
    """More than half a second and eight usual steps, and arrival shows nothing of it."""
    sender = Sender()
    packets = stream(seconds=1, sender=sender)
    sender.first_tick += round(jump_s * 90_000)
    packets += stream(seconds=1, sender=sender, start=26)
    last = _list(packets).frames[-1].stamp
    assert last == pytest.approx(2.0 + (0 if bridged else jump_s), abs=0.01)


def test_a_pause_is_no_jump():
    """Time stamps and arrival both show three seconds."""
    sender = Sender()
    packets = stream(seconds=1, sender=sender) + stream(seconds=1, sender=sender, start=101)
    assert _list(packets).frames[-1].stamp == pytest.approx(5.0, abs=0.001)
