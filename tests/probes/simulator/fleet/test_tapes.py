"""A shared tape is, byte by byte, what a tape of one's own would be."""

from itertools import pairwise

from probes.simulator.fleet.tapes import ROUNDS, Tapes
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
            plain = Tape.block(shared, index, channel, frozen=True)
            assert shared.block(index, channel, frozen=True) == plain
            assert without_filling(shared.block(index, channel, frozen=False), plain)
    assert shared.block(3, 0, frozen=False) is shared.block(3, 0, frozen=False)
    assert tapes.of(STREAM) is shared


def test_numbers_go_on_over_the_end_of_the_clip():
    """Sequence numbers leave no gap, and time stamps grow by one picture each."""
    tape = Tapes().of(STREAM)
    pictures = tape.packets.pictures
    for index in range(3 * len(pictures)):
        packets = len(pictures[index % len(pictures)].offsets)
        assert (tape.sequence(index + 1) - tape.sequence(index)) & 0xFFFF == packets
        assert (tape.timestamp(index + 1) - tape.timestamp(index)) & 0xFFFFFFFF == 9000


def without_filling(block, plain):
    """True when `block` is `plain` with nothing but filling behind its last packet, whose length says so."""
    filling = block[len(plain) :]
    changed = [at for at in range(len(plain)) if block[at] != plain[at]]
    return filling in (b"", b"\0\0\3", b"\0\0\3" * 2, b"\0\0\3" * 3) and len(changed) <= 2


def test_viewers_begin_with_the_first_picture_of_different_rounds():
    """Each begins with a key frame, and two looks at one camera in turn do not get the same bytes."""
    tape = Tapes().of(STREAM)
    count = len(tape.packets.pictures)
    begun = [tape.begin(viewer) for viewer in range(2 * ROUNDS)]
    assert set(begun) == {n * count for n in range(ROUNDS // 2)}
    sizes = [[len(tape.block(first + n, 0, frozen=False)) for n in range(count)] for first in sorted(set(begun))]
    assert all(one != other for one, other in pairwise(sizes))
    assert all(one != other for one, other in pairwise(begun))
