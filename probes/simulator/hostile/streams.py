"""Hostile media behind a right PLAY (RFC 3550, 6184, 7798, 2435): packets that are none, units that never end.

Strategy: everything is a stream of bytes without end, in pieces of about 32 kB, the same in every run; a client that
goes away ends it. One stream is slow instead.
"""

from __future__ import annotations

import itertools
import random
import struct
from collections.abc import Callable, Iterator, Mapping

from probes.simulator.hostile.mode import Mode
from probes.simulator.hostile.replies import NOISE
from probes.simulator.hostile.talk import (
    PPS,
    SDP_264,
    SDP_264_BARE,
    SDP_265,
    SDP_JPEG,
    SPS,
    Parts,
    described,
    dripped,
    for_ever,
    rtsp_talk,
    said,
)
from probes.simulator.packets import framed

_FILL = b"\xaa" * 1_000
_PIECE = 32  # packets that are written at once
Payloads = Iterator[bytes]


def rtp(number: int, ticks: int, payload: bytes, *, first: int = 0x80, kind: int = 96, marker: bool = False) -> bytes:
    """One RTP packet (RFC 3550 5.1) of the source 7, `number` and `ticks` modulo what their fields hold."""
    head = struct.pack("!BBHII", first, marker << 7 | kind, number & 0xFFFF, ticks & 0xFFFFFFFF, 7)
    return head + payload


def sent(
    payloads: Payloads, *, kind: int = 96, ticks: Callable[[int], int] = lambda n: n // 8 * 3600
) -> Iterator[bytes]:
    """`payloads` as packets, eight a picture, at 25 pictures a second by their stamps if nothing else was said."""
    for first in itertools.count(0, _PIECE):
        numbered = zip(range(first, first + _PIECE), payloads, strict=False)
        yield b"".join(framed(0, rtp(n, ticks(n), one, kind=kind, marker=n % 8 == 7)) for n, one in numbered)


def _bent(bend: Callable[[int, random.Random], bytes]) -> Iterator[bytes]:
    """What `bend` makes for each number, between the lengths of RTSP."""
    chance = random.Random(6)  # noqa: S311  the same in every run  # nosec B311
    for first in itertools.count(0, _PIECE):
        yield b"".join(framed(0, bend(n, chance)) for n in range(first, first + _PIECE))


def _fragments(begin: bytes, go_on: bytes) -> Payloads:
    yield begin + _FILL
    yield from itertools.repeat(go_on + _FILL)


def _begun_again() -> Payloads:
    return itertools.repeat(b"\x7c\x85" + _FILL)


def _aggregates(head: bytes) -> Payloads:
    """Aggregation packets whose units are said to be longer or shorter than they are."""
    for size in itertools.cycle((0xFFFF, 0, 1, 2, 500, 0x8000)):
        yield head + struct.pack("!H", size) + _FILL[:300] + struct.pack("!H", 0xFFFF - size)


def _wide_jpeg() -> Payloads:
    """Fragments of a JPEG that begin at every offset that 24 bits can hold (RFC 2435 3.1.2)."""
    for offset in itertools.cycle(range(0, 1 << 24, 99_991)):
        yield b"\0" + offset.to_bytes(3, "big") + b"\x01\x32\xff\xff" + b"\x11" * 1_000


def _many_macroblocks() -> Payloads:
    """Parameter sets that declare 2**31 macroblocks a row, then pictures."""
    bits = f"1{'001101'}111{'00100'}0{('0' * 31 + '1' + '0' * 31) * 2}11001"
    sps = b"\x67\x42\x00\x1e" + int(bits.ljust(-(-len(bits) // 8) * 8, "0"), 2).to_bytes(-(-len(bits) // 8), "big")
    yield from itertools.cycle([sps, b"\x68\xce\x38\x80", b"\x65\x88\x80" + _FILL[:500]])


def _many_sets() -> Payloads:
    """Parameter sets that are others each time."""
    for n in itertools.count():
        yield (SPS[:-2] + struct.pack("!H", n & 0xFFFF)) if n % 2 else (PPS + struct.pack("!H", n & 0xFFFF))


def _pictures() -> Payloads:
    return itertools.cycle([SPS, PPS, b"\x65\x88\x80" + _FILL, *[b"\x41\x9a" + _FILL] * 5])


def _any_version(number: int, chance: random.Random) -> bytes:
    return rtp(number, number * 450, b"\x41\x9a" + _FILL[:500], first=chance.randrange(4) << 6)


def _lying_header(number: int, chance: random.Random) -> bytes:
    """Padding, an extension and sources that are longer than the packet."""
    return rtp(number, number * 450, chance.randbytes(40), first=0xB0 | chance.randrange(16))


def _any_bytes(_: int, chance: random.Random) -> bytes:
    return chance.randbytes(chance.randrange(900))


def _wrong_lengths() -> Iterator[bytes]:
    """Interleaved frames whose stated length is another one than theirs (RFC 2326 10.12)."""
    chance = random.Random(8)  # noqa: S311  the same in every run  # nosec B311
    while True:
        parts = [rtp(n, n * 450, _FILL[:400]) for n in range(_PIECE)]
        yield b"".join(b"$\0" + struct.pack("!H", chance.randrange(1 << 16)) + one for one in parts)


def _mode(does: str, stream: Parts, description: bytes = SDP_264) -> Mode:
    return Mode(does, "rtsp", rtsp_talk({"DESCRIBE": described(description)}, said(stream)))


def _noise_in_rtp() -> Payloads:
    return (NOISE[n : n + 900] for n in itertools.cycle(range(60_000)))


STEADY = said(lambda: sent(_pictures()))
"""Right packets of pictures, faster than their time stamps say."""
_CHANNEL_9 = b"$\x09\x04\x00" + bytes(1024)
STREAMS: Mapping[str, Mode] = {
    "rtp-strange-channels": _mode("packets on a channel that nobody set up", for_ever(_CHANNEL_9)),
    "rtp-noise": _mode("random bytes after PLAY", itertools.repeat(NOISE)),
    "rtp-noise-in-frames": _mode("random bytes in frames of RTSP", for_ever(b"$\x00\x04\x00" + NOISE[:1024])),
    "rtp-noise-in-packets": _mode("random bytes in right packets", lambda: sent(_noise_in_rtp()), SDP_264_BARE),
    "rtp-random-packets": _mode("random packets of random lengths", lambda: _bent(_any_bytes)),
    "rtp-bad-versions": _mode("packets of the versions 0 to 3", lambda: _bent(_any_version)),
    "rtp-lying-headers": _mode(
        "padding, extensions and sources that are longer than their packet", lambda: _bent(_lying_header)
    ),
    "rtp-wrong-lengths": _mode("frames of RTSP that state a wrong length", _wrong_lengths),
    "rtp-unit-without-end": _mode(
        "fragments of one unit that never ends (H.264)", lambda: sent(_fragments(b"\x7c\x85", b"\x7c\x05"))
    ),
    "rtp-unit-without-end-265": _mode(
        "fragments of one unit that never ends (H.265)",
        lambda: sent(_fragments(b"\x62\x01\x93", b"\x62\x01\x13")),
        SDP_265,
    ),
    "rtp-units-begun-again": _mode("fragments that each begin a unit", lambda: sent(_begun_again())),
    "rtp-lying-aggregates": _mode(
        "aggregation packets that lie about sizes (H.264)", lambda: sent(_aggregates(b"\x78"))
    ),
    "rtp-lying-aggregates-265": _mode(
        "aggregation packets that lie about sizes (H.265)", lambda: sent(_aggregates(b"\x60\x01")), SDP_265
    ),
    "rtp-jumping-stamps": _mode(
        "right pictures whose time stamps jump to and fro",
        lambda: sent(_pictures(), ticks=lambda n: (n // 8) * 2_654_435_761),
    ),
    "rtp-standing-stamps": _mode("pictures that all have one time stamp", lambda: sent(_pictures(), ticks=lambda _: 0)),
    "rtp-sets-without-end": _mode("other parameter sets in each packet", lambda: sent(_many_sets()), SDP_264_BARE),
    "rtp-jpeg-of-every-offset": _mode(
        "a JPEG whose fragments begin anywhere in 16 MB", lambda: sent(_wide_jpeg(), kind=26), SDP_JPEG
    ),
    "rtp-many-macroblocks": _mode(
        "parameter sets of 2**31 macroblocks a row", lambda: sent(_many_macroblocks()), SDP_264_BARE
    ),
    "rtp-slow-frame": Mode(
        "one byte a second, in a frame after PLAY",
        "rtsp",
        rtsp_talk({}, dripped(b"$\x00\xff\xff", rtp(1, 1, _FILL * 60))),
    ),
}
