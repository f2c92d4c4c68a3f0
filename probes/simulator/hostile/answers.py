"""Hostile RTSP before a stream: replies without end, slow ones, and session descriptions that are garbage."""

from __future__ import annotations

import asyncio
import itertools
import secrets
from collections.abc import Mapping

from probes.simulator import messages
from probes.simulator.hostile.mode import Mode
from probes.simulator.hostile.replies import NOISE
from probes.simulator.hostile.streams import STEADY
from probes.simulator.hostile.talk import (
    SDP_264,
    SETS,
    Parts,
    Say,
    cut_off,
    described,
    dripped,
    for_ever,
    rtsp_reply,
    rtsp_talk,
    said,
    unasked,
    write,
)
from probes.simulator.messages import Request
from probes.simulator.state import CameraState

OK = b"RTSP/1.0 200 OK\r\n"
_MEDIA = 40_000  # lines of 6 bytes: as many as a description of 256 kB holds


def _describing(length: int | None, *parts: Parts) -> Say:
    """A description of this stated length, whatever it is, that is `parts`."""

    async def say(_: CameraState, request: Request, writer: asyncio.StreamWriter) -> None:
        stated = f"Content-Length: {length}\r\n" if length is not None else ""
        await write(writer, f"RTSP/1.0 200 OK\r\nCSeq: {request.header('cseq')}\r\n{stated}\r\n".encode(), *parts)

    return say


def _slow_description() -> Say:
    async def say(state: CameraState, request: Request, writer: asyncio.StreamWriter) -> None:
        head = f"RTSP/1.0 200 OK\r\nCSeq: {request.header('cseq')}\r\nContent-Length: {len(SDP_264)}\r\n\r\n"
        await dripped(head.encode(), SDP_264)(state, request, writer)

    return say


async def _broken_off(state: CameraState, request: Request, writer: asyncio.StreamWriter) -> None:
    await _describing(len(SDP_264), SDP_264[:100])(state, request, writer)
    writer.transport.abort()


async def _elsewhere(_: CameraState, request: Request, writer: asyncio.StreamWriter) -> None:
    headers = [("CSeq", request.header("cseq") or "0"), ("Location", f"{request.target}x")]
    writer.write(messages.reply("RTSP/1.0", 302, headers))


async def _another_nonce(_: CameraState, request: Request, writer: asyncio.StreamWriter) -> None:
    challenge = f'Digest realm="r", nonce="{secrets.token_hex(8)}", stale=TRUE'
    headers = [("CSeq", request.header("cseq") or "0"), ("WWW-Authenticate", challenge)]
    writer.write(messages.reply("RTSP/1.0", 401, headers))


async def _at_once(writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()


def _options(does: str, say: Say) -> Mode:
    return Mode(does, "rtsp", rtsp_talk({"OPTIONS": say}))


def _describe(does: str, say: Say) -> Mode:
    return Mode(does, "rtsp", rtsp_talk({"DESCRIBE": say}, STEADY))


ANSWERS: Mapping[str, Mode] = {
    "rtsp-header-without-end": _options("one header line goes on for ever", said(OK + b"X: ", for_ever(b"y"))),
    "rtsp-headers-without-end": _options("header lines go on for ever", said(OK, for_ever(b"X: y\r\n"))),
    "rtsp-blank-lines-without-end": _options("blank lines instead of a reply", said(for_ever(b"\r\n"))),
    "rtsp-questions-without-end": _options(
        "questions instead of a reply", said(for_ever(b"OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\n"))
    ),
    "rtsp-replies-without-end": _options(
        "replies to what was never asked", said(for_ever(b"RTSP/1.0 200 OK\r\nCSeq: 99\r\n\r\n"))
    ),
    "rtsp-packets-without-end": _options("packets instead of a reply", said(for_ever(b"$\x09\x04\x00" + bytes(1024)))),
    "rtsp-noise": _options("random bytes instead of a reply", said(itertools.repeat(NOISE))),
    "rtsp-slow-header": _options("one byte a second, in a header", dripped(OK + b"X: ", b"y" * 3600)),
    "rtsp-slow-description": _describe("one byte a second, in the description", _slow_description()),
    "rtsp-body-of-900-mb": _describe(
        "a description of 900 MB, with its length", _describing(900_000_000, for_ever(b"a=x\r\n"))
    ),
    "rtsp-body-of-10-gb": _describe(
        "a description of 10 GB, with its length", _describing(10_000_000_000, for_ever(b"a=x\r\n"))
    ),
    "rtsp-body-without-end": _describe(
        "a description of no stated length goes on for ever", _describing(None, for_ever(b"a=x\r\n"))
    ),
    "rtsp-negative-length": _describe("a description of -1 bytes", _describing(-1, SDP_264)),
    "rtsp-redirects-without-end": _describe("each reply sends on to another path", _elsewhere),
    "rtsp-nonce-without-end": _describe("each reply asks for the login again, with another nonce", _another_nonce),
    "rtsp-closes-at-once": Mode("a connection is closed as soon as it is there", "rtsp", unasked(_at_once)),
    "rtsp-closes-unanswered": _describe("a connection is closed at DESCRIBE, without a reply", cut_off()),
    "rtsp-closes-inside": _describe("a connection is closed in the middle of the description", _broken_off),
    "sdp-100000-media": _describe("a description of 100,000 media lines", described(b"v=0\r\n" + b"m=x\r\n" * 100_000)),
    "sdp-40000-media": _describe(
        "a description of 40,000 media lines, which is as many as are read", described(b"v=0\r\n" + b"m=x\r\n" * _MEDIA)
    ),
    "sdp-40000-attributes": _describe(
        "a video track of 40,000 lines of attributes", described(SDP_264 + b"a=x\r\n" * _MEDIA)
    ),
    "sdp-huge-numbers": _describe(
        "ports, payload types, clock rates and frame rates of a thousand digits",
        described(
            f"v=0\r\nm=video {'9' * 1000} RTP/AVP {'9' * 1000}\r\na=rtpmap:{'9' * 1000} H264/{'9' * 1000}\r\n"
            f"a=framerate:{'9' * 1000}\r\na=control:x\r\n".encode()
        ),
    ),
    "sdp-nuls": _describe(
        "a description with NUL behind every letter", described(b"\0".join(bytes([b]) for b in SDP_264))
    ),
    "sdp-only-nuls": _describe("a description of 100 kB of NUL", described(bytes(100_000))),
    "sdp-bad-base64": _describe(
        "parameter sets that are no Base64", described(SDP_264.replace(SETS.encode(), b"%%%=,====,A,\xff\xfe" * 500))
    ),
    "sdp-long-line": _describe("a line of 200 kB", described(SDP_264 + b"a=fmtp:96 " + b";x=y" * 50_000 + b"\r\n")),
    "rtsp-setup-garbage": Mode(
        "a session name of 20 kB and channels that are no numbers",
        "rtsp",
        rtsp_talk(
            {
                "SETUP": rtsp_reply(
                    200, b"", ("Session", "9" * 20_000), ("Transport", f"RTP/AVP/TCP;interleaved={'9' * 999}-x")
                )
            },
            STEADY,
        ),
    ),
}
