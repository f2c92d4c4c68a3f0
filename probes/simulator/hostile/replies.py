"""Hostile HTTP at the ONVIF port: replies without end, slow ones, bombs, and connections that are not kept."""

from __future__ import annotations

import asyncio
import gzip
import itertools
import random
import secrets
import zlib
from collections.abc import Mapping

from probes.simulator.hostile.mode import Mode
from probes.simulator.hostile.talk import Say, cut_off, dripped, each_request, for_ever, said, unasked
from probes.simulator.messages import Request, reply
from probes.simulator.state import CameraState

NOISE = random.Random(4).randbytes(65_536)  # noqa: S311  (the same noise in every run)  # nosec B311
OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
_BOMB = 50_000_000


def _whole(body: bytes, headers: bytes) -> Say:
    return said(OK + headers + b"Content-Length: %d\r\n\r\n" % len(body) + body)


async def _elsewhere(_: CameraState, request: Request, writer: asyncio.StreamWriter) -> None:
    writer.write(reply("HTTP/1.1", 302, [("Location", f"{request.target}x")]))


async def _another_nonce(_: CameraState, __: Request, writer: asyncio.StreamWriter) -> None:
    challenge = f'Digest realm="r", nonce="{secrets.token_hex(8)}", qop="auth", stale=TRUE'
    writer.write(reply("HTTP/1.1", 401, [("WWW-Authenticate", challenge)]))


async def _at_once(writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()


def _mode(does: str, say: Say) -> Mode:
    return Mode(does, "onvif", each_request(say))


REPLIES: Mapping[str, Mode] = {
    "header-without-end": _mode("one header line goes on for ever", said(OK + b"X: ", for_ever(b"y"))),
    "headers-without-end": _mode("header lines go on for ever", said(OK, for_ever(b"X: y\r\n"))),
    "body-without-end": _mode("a body of no stated length goes on for ever", said(OK + b"\r\n", for_ever(b"<a>"))),
    "body-of-10-gb": _mode(
        "a body of 10 GB, with its length", said(OK + b"Content-Length: 10000000000\r\n\r\n", for_ever(b"x"))
    ),
    "chunks-without-end": _mode(
        "chunks of 512 bytes go on for ever", said(CHUNKED, for_ever(b"200\r\n" + b"x" * 512 + b"\r\n"))
    ),
    "chunks-of-one-byte": _mode("chunks of one byte go on for ever", said(CHUNKED, for_ever(b"1\r\nx\r\n"))),
    "chunk-of-10-gb": _mode("one chunk of 10 GB, with its length", said(CHUNKED + b"2540be400\r\n", for_ever(b"x"))),
    "chunk-extension-without-end": _mode(
        "the extension of a chunk goes on for ever", said(CHUNKED + b"5;a=", for_ever(b"y"))
    ),
    "trailer-without-end": _mode(
        "headers behind the last chunk go on for ever", said(CHUNKED + b"0\r\n", for_ever(b"X: y\r\n"))
    ),
    "interim-replies-without-end": _mode(
        "100 Continue again and again", said(for_ever(b"HTTP/1.1 100 Continue\r\n\r\n"))
    ),
    "blank-lines-without-end": _mode("blank lines instead of a reply", said(for_ever(b"\r\n"))),
    "noise": _mode("random bytes instead of a reply", said(itertools.repeat(NOISE))),
    "slow-header": _mode("one byte a second, in a header", dripped(OK + b"X: ", b"y" * 3600)),
    "slow-body": _mode("one byte a second, in the body", dripped(OK + b"Content-Length: 3600\r\n\r\n", b"y" * 3600)),
    "quick-drip": _mode(
        "a byte of the body every 40 ms", dripped(OK + b"Content-Length: 999\r\n\r\n", b"y" * 999, 0.04)
    ),
    "gzip-bomb": _mode(
        "50 MB of zeros in 50 kB of gzip", _whole(gzip.compress(bytes(_BOMB)), b"Content-Encoding: gzip\r\n")
    ),
    "deflate-bomb": _mode(
        "50 MB of zeros in 50 kB of deflate", _whole(zlib.compress(bytes(_BOMB), 9), b"Content-Encoding: deflate\r\n")
    ),
    "redirects-without-end": _mode("each reply sends on to another path", _elsewhere),
    "nonce-without-end": _mode("each reply asks for the login again, with another nonce", _another_nonce),
    "closes-at-once": Mode("a connection is closed as soon as it is there", "onvif", unasked(_at_once)),
    "closes-unanswered": _mode("a connection is closed after each request, without a reply", cut_off()),
    "closes-inside": _mode(
        "a connection is closed in the middle of each reply", cut_off(OK + b"Content-Length: 99\r\n\r\n<a>")
    ),
}
