"""A shared tape is, byte by byte, what a tape of one's own would be."""

import random

from probes.simulator.fleet.tapes import ROUNDS, Tapes, anywhere
from probes.simulator.spec import StreamSpec
from probes.simulator.tape import Tape

STREAM = StreamSpec("s", width=320, height=180, fps=10, gop=10)


def test_kept_pictures_are_those_of_a_plain_tape():
    """In the rounds that are kept, beyond them, and on another channel."""
    tapes = Tapes()
    shared = tapes.of(STREAM)
    count = len(shared.packets.pictures)
    for index in (0, 1, count, ROUNDS * count - 1, ROUNDS * count, 99 * count + 3):
        for channel in (0, 4):
            assert shared.block(index, channel) == Tape.block(shared, index, channel)
            assert shared.block(index, channel) == Tape.block(shared, index, channel)  # the second time it was kept
    assert tapes.of(STREAM) is shared


def test_numbers_go_on_over_the_end_of_the_clip():
    """Sequence numbers leave no gap, and time stamps grow by one picture each."""
    tape = Tapes().of(STREAM)
    pictures = tape.packets.pictures
    for index in range(3 * len(pictures)):
        packets = len(pictures[index % len(pictures)].offsets)
        assert (tape.sequence(index + 1) - tape.sequence(index)) & 0xFFFF == packets
        assert (tape.timestamp(index + 1) - tape.timestamp(index)) & 0xFFFFFFFF == 9000


def test_viewers_begin_with_the_first_picture_of_different_rounds():
    """Each begins with a key frame, and two looks at one camera do not get the same bytes."""
    random.seed(1)
    tape = Tapes().of(STREAM)
    begun = {anywhere(tape, STREAM) for _ in range(50)}
    assert begun == {n * len(tape.packets.pictures) for n in range(ROUNDS // 2)}
