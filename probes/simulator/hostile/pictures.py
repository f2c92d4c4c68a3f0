"""Hostile key frames in right packets: garbage for the decoder, and pictures that are too large for it.

Strategy: real key frames of this camera's own encoder, changed at the same places in every run. The decoders of today
survive them; so there are also pictures that hold one word. A decoder that a test has prepared does what the word says
(crash, hang, eat memory, …), as one would that such a stream has taken over; to any other it is garbage.
"""

from __future__ import annotations

import asyncio
import itertools
import random
from collections.abc import Callable, Iterator, Mapping
from typing import Literal, get_args

from probes.simulator import clips, cuts
from probes.simulator.hostile.mode import SMALL, Mode
from probes.simulator.hostile.streams import rtp
from probes.simulator.hostile.talk import SDP_264_BARE, SDP_265, SDP_JPEG, Say, described, rtsp_talk
from probes.simulator.messages import Request
from probes.simulator.packets import framed
from probes.simulator.spec import Codec
from probes.simulator.state import CameraState

Word = Literal["crash", "abort", "hang", "spin", "eat", "files", "fork", "write", "leave"]
_DOES: Mapping[Word, str] = {
    "crash": "crashes a prepared decoder (SIGSEGV)",
    "abort": "lets a prepared decoder abort (SIGABRT)",
    "hang": "lets a prepared decoder sleep for ever",
    "spin": "lets a prepared decoder compute for ever",
    "eat": "lets a prepared decoder take all memory",
    "files": "lets a prepared decoder open files without end",
    "fork": "lets a prepared decoder start processes",
    "write": "lets a prepared decoder write a file",
    "leave": "lets a prepared decoder end without an answer",
}
assert set(_DOES) == set(get_args(Word))  # noqa: S101  a table of a closed set is complete  # nosec B101
_FPS = 25
_SDP: Mapping[Codec, bytes] = {"h264": SDP_264_BARE, "h265": SDP_265, "mjpeg": SDP_JPEG}


def marked(word: Word) -> bytes:
    """What stands in a picture that makes a prepared decoder do `word`."""
    return f"<<{word}>>".encode()


def _key_frame(codec: Codec) -> bytes:
    """A key frame of the small stream with its parameter sets; made when it is first asked for."""
    key = clips.ClipKey(codec, SMALL.width, SMALL.height, _FPS, _FPS, 400, 0, "day")
    return clips.load(key).units[0].data


def _mutated(codec: Codec) -> Iterator[bytes]:
    """A key frame with 40 other bytes in each picture; in half of them the first kilobyte is whole."""
    whole = _key_frame(codec)
    for seed in itertools.count():
        chance, frame = random.Random(seed), bytearray(whole)  # noqa: S311  the same damage each time  # nosec B311
        for _ in range(40):
            frame[chance.randrange(64 if seed % 2 else 1024, len(frame))] = chance.randrange(256)
        yield bytes(frame)


def _bits(*values: int) -> str:
    """Exp-Golomb codes (H.264 9.1)."""
    return "".join(f"{value + 1:b}".zfill(2 * (value + 1).bit_length() - 1) for value in values)


def _sps(side: int) -> bytes:
    """H.264 High, level 6.2, `side` by `side` pixels (7.3.2.1.1)."""
    blocks = side // 16 - 1
    bits = _bits(0, 1, 0, 0) + "00" + _bits(0, 0, 0, 4) + "0" + _bits(blocks, blocks) + "1100" + "1"
    body = int(bits.ljust(-(-len(bits) // 8) * 8, "0"), 2).to_bytes(-(-len(bits) // 8), "big")
    raw = b"\x67\x64\x00\x3e" + body
    return raw.replace(b"\0\0\0", b"\0\0\3\0").replace(b"\0\0\1", b"\0\0\3\1")


def _huge(side: int) -> Callable[[], Iterator[bytes]]:
    """Real slices behind a parameter set of `side` by `side` pixels."""

    def frames() -> Iterator[bytes]:
        units = cuts.nal_units(_key_frame("h264"))
        whole = b"".join(b"\0\0\0\1" + (_sps(side) if unit[0] & 31 == 7 else unit) for unit in units)
        return itertools.repeat(whole)

    return frames


def _worded(word: Word) -> Callable[[], Iterator[bytes]]:
    """RFC 2435: one packet with a picture of 640x480 whose scan is the word."""
    return lambda: itertools.repeat(bytes((0, 0, 0, 0, 1, 50, 80, 60)) + marked(word) * 20)


def _playing(frames: Callable[[], Iterator[bytes]], payloads: Callable[[bytes], Iterator[bytes]], kind: int) -> Say:
    """The frames in real time, each cut into packets."""

    async def say(_: CameraState, __: Request, writer: asyncio.StreamWriter) -> None:
        number = 0
        for shown, frame in enumerate(frames()):
            parts = list(payloads(frame))
            for part in parts:
                last = part is parts[-1]
                writer.write(framed(0, rtp(number, shown * 90_000 // _FPS, part, kind=kind, marker=last)))
                number += 1
            await writer.drain()
            await asyncio.sleep(1 / _FPS)

    return say


def _mode(
    does: str,
    codec: Codec,
    frames: Callable[[], Iterator[bytes]],
    payloads: Callable[[bytes], Iterator[bytes]] | None = None,
) -> Mode:
    kind = 26 if codec == "mjpeg" else 96
    after = _playing(frames, payloads or cuts.cutter(codec), kind)
    return Mode(does, "rtsp", rtsp_talk({"DESCRIBE": described(_SDP[codec])}, after))


PICTURES: Mapping[str, Mode] = {
    "picture-garbage-264": _mode("H.264 key frames with 40 wrong bytes each", "h264", lambda: _mutated("h264")),
    "picture-garbage-265": _mode("H.265 key frames with 40 wrong bytes each", "h265", lambda: _mutated("h265")),
    "picture-garbage-jpeg": _mode("JPEG pictures with 40 wrong bytes each", "mjpeg", lambda: _mutated("mjpeg")),
    "picture-of-16384": _mode("an H.264 key frame that claims 16,384x16,384 pixels", "h264", _huge(16_384)),
    "picture-of-65535": _mode("an H.264 key frame that claims 65,536x65,536 pixels", "h264", _huge(65_536)),
    **{
        f"picture-{word}": _mode(f"a picture that {does}", "mjpeg", _worded(word), lambda frame: iter((frame,)))
        for word, does in _DOES.items()
    },
}
