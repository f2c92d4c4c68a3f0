"""What hostile modes are made of: parts that are written, slowly or without end, as answers to requests.

Strategy: a `Say` writes one answer. `each_request` makes a server of one that it gives to every request;
`rtsp_talk` one that answers as a camera should, but for the methods that a mode changes. Bytes leave as fast as the
other side takes them, and never wait in memory: whoever closes the connection ends them.
"""

from __future__ import annotations

import asyncio
import base64
import itertools
from collections.abc import Awaitable, Callable, Iterable, Mapping

from probes.simulator import messages
from probes.simulator.hostile.mode import Serve, Server
from probes.simulator.messages import Request
from probes.simulator.state import CameraState

Say = Callable[[CameraState, Request, asyncio.StreamWriter], Awaitable[None]]
Parts = bytes | Iterable[bytes] | Callable[[], Iterable[bytes]]
_AT_LEAST = 32_768
SPS = bytes.fromhex("6764001eacd940a02ff961000003000100000300320f162d96")  # 640x360, High 3.0, 25 frames a second
PPS = bytes.fromhex("68ebe3cb22c0")
SETS = ",".join(base64.b64encode(one).decode() for one in (SPS, PPS))


def for_ever(piece: bytes) -> Iterable[bytes]:
    """`piece`, at least 32 kB of it at once, again and again."""
    return itertools.repeat(piece * (_AT_LEAST // len(piece) + 1))


def said(*parts: Parts) -> Say:
    """Writes `parts`, as fast as the other side takes them; an endless one among them is written for ever, one that
    is called is made anew for each answer.
    """

    async def say(_: CameraState, __: Request, writer: asyncio.StreamWriter) -> None:
        await write(writer, *parts)

    return say


async def write(writer: asyncio.StreamWriter, *parts: Parts) -> None:
    """All of `parts` has been taken; ConnectionError where the other side had enough."""
    for part in parts:
        for piece in (part,) if isinstance(part, bytes) else part() if callable(part) else part:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0.001)  # other cameras of this process want to speak too


def dripped(fast: bytes, slow: bytes, every_s: float = 1.0) -> Say:
    """Writes `fast` at once, and `slow` byte by byte: one a second, if nothing else was said."""

    async def say(_: CameraState, __: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(fast)
        for byte in slow:
            writer.write(bytes([byte]))
            await writer.drain()
            await asyncio.sleep(every_s)

    return say


def cut_off(*parts: Parts) -> Say:
    """Writes `parts`, and resets the connection."""

    async def say(_: CameraState, __: Request, writer: asyncio.StreamWriter) -> None:
        await write(writer, *parts)
        writer.transport.abort()

    return say


def each_request(say: Say) -> Server:
    """Every request is answered by `say`; what was asked is counted by method and target."""

    def server(state: CameraState) -> Serve:
        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            while request := await messages.read(reader):
                state.counters.requested("onvif", f"{request.method} {request.target}", with_credentials=False)
                await say(state, request, writer)

        return serve

    return server


def unasked(say: Callable[[asyncio.StreamWriter], Awaitable[None]]) -> Server:
    """Every connection is met with `say`, before anything was asked."""

    def server(_: CameraState) -> Serve:
        async def serve(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await say(writer)

        return serve

    return server


def rtsp_reply(status: int = 200, body: bytes = b"", *headers: tuple[str, str]) -> Say:
    """One whole RTSP reply."""

    async def say(_: CameraState, request: Request, writer: asyncio.StreamWriter) -> None:
        sequence = ("CSeq", request.header("cseq") or "0")
        writer.write(messages.reply("RTSP/1.0", status, [sequence, *headers], body))

    return say


def described(lines: bytes) -> Say:
    """A DESCRIBE that is answered with the session description `lines`."""
    return rtsp_reply(200, lines, ("Content-Type", "application/sdp"))


def sdp(
    media: str = "m=video 0 RTP/AVP 96",
    rtpmap: str = "96 H264/90000",
    fmtp: str = f"96 packetization-mode=1;sprop-parameter-sets={SETS}",
) -> bytes:
    """A session description with one track; that of H.264 with its parameter sets, if nothing else was said."""
    lines = ["v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=Session", "c=IN IP4 0.0.0.0", "t=0 0", media]
    lines += [f"a=rtpmap:{rtpmap}"] if rtpmap else []
    lines += [f"a=fmtp:{fmtp}"] if fmtp else []
    return ("\r\n".join([*lines, "a=control:trackID=0"]) + "\r\n").encode()


SDP_264 = sdp()
SDP_264_BARE = sdp(fmtp="")
SDP_265 = sdp(rtpmap="96 H265/90000", fmtp="")
SDP_JPEG = sdp("m=video 0 RTP/AVP 26", "", "")
_ANSWERS: Mapping[str, Say] = {
    "OPTIONS": rtsp_reply(200, b"", ("Public", "OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN, GET_PARAMETER")),
    "DESCRIBE": described(SDP_264),
    "SETUP": rtsp_reply(200, b"", ("Session", "1;timeout=60"), ("Transport", "RTP/AVP/TCP;unicast;interleaved=0-1")),
    "PLAY": rtsp_reply(200, b"", ("Session", "1")),
    "TEARDOWN": rtsp_reply(200, b"", ("Session", "1")),
    "GET_PARAMETER": rtsp_reply(200, b"", ("Session", "1")),
}


def rtsp_talk(changed: Mapping[str, Say], after_play: Say | None = None) -> Server:
    """An RTSP server whose answers are right but for those that are `changed`; `after_play` goes on beside them."""
    answers = {**_ANSWERS, **changed}

    def server(state: CameraState) -> Serve:
        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            beside: list[asyncio.Future[None]] = []
            try:
                while True:
                    request = await messages.read(reader)
                    if request is None:
                        continue  # a report of the client
                    state.counters.requested("rtsp", request.method, with_credentials=False)
                    await answers[request.method](state, request, writer)
                    if request.method == "PLAY" and after_play is not None:
                        beside.append(asyncio.ensure_future(after_play(state, request, writer)))
            finally:
                for task in beside:
                    task.cancel()
                await asyncio.gather(*beside, return_exceptions=True)

        return serve

    return server
