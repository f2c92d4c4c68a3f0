"""Proof: no input makes a look longer than its limit, or hold more than its size limit.

Strategy: servers that never stop, in every place where a reply could go on for ever. Each look says what was wrong,
ends by the deadline that it promises, and its memory is traced (that of libxml2 is not: it is bound by the number of
tags). Those that only wait for the end of a limit run at once, and all together hold no more than one may.
"""

import asyncio
import contextlib
import gzip
import itertools
import random
import tracemalloc

import pytest

from probes import run
from probes.onvif.client import warm_up
from probes.rtsp.message import BODY_LIMIT
from probes.rtsp.session import TEARDOWN_S
from probes.target import Address, Limits, Need, Target
from tests.acceptance.field.scripted import H264_SDP, SPROP
from tests.probes.onvif.onvif_replies import envelope
from tests.probes.rtsp.packet_maker import rtp
from tests.probes.rtsp.scripted_server import ScriptedServer, cseq_of, interleaved, reply

LIMITS = Limits(
    connect_s=1, read_s=3, sample_s=2, deadline_s=8, reply_bytes=600_000, sample_bytes=1_000_000, picture=False
)
NEEDS = (Need("measured.fps", seconds=2, frames=20),)
CLOSING_S = 1.0
"""How long an HTTP connection may take to close."""
CONSTANT = 2_000_000
"""What a look holds besides what came: buffers, parsers, and the server of the test."""
NOISE = random.Random(4).randbytes(65_536)
OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"


@contextlib.asynccontextmanager
async def http_server(say):
    """The port of a server that answers each request with what `say` writes."""

    async def serve(reader, writer):
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = next(
                    int(h.split(b":")[1]) for h in head.split(b"\r\n") if h.lower().startswith(b"content-len")
                )
                await reader.readexactly(length)
                await say(writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # cancelled at the end of the loop: asyncio would print it
        finally:
            writer.transport.abort()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


def said(*parts):
    """Writes `parts`, as fast as the other side takes them; an endless iterable among them is written for ever."""

    async def say(writer):
        for part in parts:
            for piece in (part,) if isinstance(part, bytes) else part:
                writer.write(piece)
                await writer.drain()
                await asyncio.sleep(0.001)  # others want to speak too

    return say


def dripped(data, every=0.2):
    """Writes `data`, byte by byte."""

    async def say(writer):
        for byte in data:
            writer.write(bytes([byte]))
            await asyncio.sleep(every)

    return say


def for_ever(piece):
    """`piece`, at least 32 kB of it at once, again and again."""
    return itertools.repeat(piece * (32_768 // len(piece) + 1))


def whole(body, headers=b""):
    """A reply as it should be, with any body."""
    return said(OK + headers + b"Content-Length: %d\r\n\r\n" % len(body) + body)


def answered(inside, before=""):
    """A GetSystemDateAndTime answer with `inside`, and `before` the envelope."""
    body = envelope(f"<tds:GetSystemDateAndTimeResponse>{inside}</tds:GetSystemDateAndTimeResponse>")
    return whole(body.replace(b"?>\n", b"?>\n" + before.encode(), 1))


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
OVER_HTTP = {
    "a header without end": (said(OK + b"X: ", for_ever(b"y")), "malformed_reply"),
    "headers without end": (said(OK, for_ever(b"X: y\r\n")), "malformed_reply"),
    "a body without end": (said(OK + b"\r\n", for_ever(b"<a>")), "our_limit"),
    "10 GB": (said(OK + b"Content-Length: 10000000000\r\n\r\n", for_ever(b"x")), "our_limit"),
    "chunks without end": (said(CHUNKED, for_ever(b"200\r\n" + b"x" * 512 + b"\r\n")), "our_limit"),
    "a chunk extension without end": (said(CHUNKED + b"5;a=", for_ever(b"y")), "malformed_reply"),
    "a trailer without end": (said(CHUNKED + b"0\r\n", for_ever(b"X: y\r\n")), "malformed_reply"),
    "interim replies without end": (said(for_ever(b"HTTP/1.1 100 Continue\r\n\r\n")), "malformed_reply"),
    "blank lines without end": (said(for_ever(b"\r\n")), "malformed_reply"),
    "noise": (said(itertools.repeat(NOISE)), "malformed_reply"),
    "dripped headers": (dripped(OK + b"X: " + b"y" * 99), "timeout"),
    "a dripped body": (dripped(OK + b"Content-Length: 99\r\n\r\n" + b"y" * 99, 0.04), "timeout"),
    "a gzip bomb": (whole(gzip.compress(bytes(50_000_000)), b"Content-Encoding: gzip\r\n"), "malformed_reply"),
    "an entity bomb": (answered("&l9;", f"<!DOCTYPE a [<!ENTITY l0 'lol'>{LAUGHS}]>"), "malformed_reply"),
    "deep nesting": (answered("<a>" * 50_000), "malformed_reply"),
    "deep nesting, closed": (answered("<a>" * 20_000 + "</a>" * 20_000), "malformed_reply"),
    "100 000 elements": (answered("<a/>" * 100_001), "our_limit"),
    "many attributes": (answered("<a " + " ".join(f'b{n}=""' for n in range(40_000)) + "/>"), "malformed_reply"),
    "redirects without end": (said(b"HTTP/1.1 302 x\r\nLocation: /a\r\nContent-Length: 0\r\n\r\n"), "malformed_reply"),
}


async def timed(address):
    """What one look saw, and the seconds that it took by the clock that it goes by."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    observation = await run.look(Target("k", address, needs=NEEDS, limits=LIMITS))
    return observation, loop.time() - began


async def over_http(say):
    """A look at a device whose ONVIF port says what `say` writes."""
    async with http_server(say) as port:
        return await timed(Address("onvif", "127.0.0.1", onvif_port=port, rtsp_port=1))


def all_at_once(looks):
    """The results of `looks`, and the most bytes that they held together, those of their servers included."""

    async def together():
        return await asyncio.gather(*looks)

    warm_up()
    tracemalloc.start()
    try:
        tracemalloc.reset_peak()
        before = tracemalloc.get_traced_memory()[0]
        results = asyncio.run(together())
        return results, tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()


def waiting(cases):
    """The names of the cases that end by a time limit alone."""
    return [name for name, (_, kind) in cases.items() if kind in ("timeout", "our_limit: time")]


def others(cases):
    """The cases that end at once, for `parametrize`."""
    return [pytest.param(*case, id=name) for name, case in cases.items() if name not in waiting(cases)]


def kind_of(observation):
    """The kind of the first failure of the ONVIF side or of the stream; None when there is none."""
    return next((f.kind for f in observation.failures if f.step != "target"), None)


def at_most(held, results, closing_s):
    """The looks held no more than one may, together with their servers, and ended in time."""
    assert held < 4 * LIMITS.reply_bytes + CONSTANT
    assert all(seconds <= LIMITS.deadline_s + closing_s for _, seconds in results)


@pytest.mark.field(17)
@pytest.mark.parametrize(("say", "kind"), others(OVER_HTTP))
def test_an_http_reply_without_end_is_given_up_at_its_limit(say, kind):
    """At the ONVIF door: the kind, the bytes read for each question, one look at an end in time."""
    results, held = all_at_once([over_http(say)])
    observation = results[0][0]
    assert kind_of(observation) == kind
    at_most(held, results, CLOSING_S)
    questions = observation.ledger.bytes_out // 500 + 1
    assert observation.ledger.bytes_in <= questions * (LIMITS.reply_bytes + 2 * 65_536)


@pytest.mark.field(16)
def test_what_is_dripped_over_http_ends_in_time():
    """The limit is on the whole reply, not on each read."""
    results, held = all_at_once([over_http(OVER_HTTP[name][0]) for name in waiting(OVER_HTTP)])
    assert {kind_of(observation) for observation, _ in results} == {"timeout"}
    at_most(held, results, CLOSING_S)


def describing(body, length=None):
    """An answer to DESCRIBE: its headers with this length, then `body` in parts."""

    async def answer(server, writer, request):
        said_length = f"Content-Length: {length}\r\n" if length else ""
        writer.write(f"RTSP/1.0 200 OK\r\nCSeq: {cseq_of(request).decode()}\r\n{said_length}\r\n".encode())
        await body(writer)

    return answer


def playing(parts):
    """An answer to PLAY: 200, and then `parts` as fast as they are taken."""

    async def answer(server, writer, request):
        writer.write(reply().replace(b"{cseq}", cseq_of(request)))

        async def send():
            with contextlib.suppress(OSError):
                await said(parts)(writer)

        task = asyncio.create_task(send())
        server._tasks.add(task)
        task.add_done_callback(server._tasks.discard)

    return answer


def anything(body):
    """An answer that is only `body`."""

    async def answer(server, writer, request):
        await body(writer)

    return answer


def moved():
    """Sends on and on, to another path each time."""

    async def answer(server, writer, request):
        there = server.url(f"/{len(server.requests)}")
        writer.write(reply(302, "Moved", Location=there).replace(b"{cseq}", cseq_of(request)))

    return answer


def packets(payloads):
    """RTP packets of one stream without end, in pieces of about 32 kB."""
    for first in itertools.count(0, 32):
        made = [rtp(n, n // 8 * 3600, next(payloads), marker=n % 8 == 7) for n in range(first, first + 32)]
        yield b"".join(interleaved(made))


def fragments():
    """An FU-A unit without end (RFC 6184 5.8)."""
    yield b"\x7c\x85" + b"\xaa" * 1_000
    yield from itertools.repeat(b"\x7c\x05" + b"\xaa" * 1_000)


def wide_jpeg():
    """Fragments of a JPEG that begin at every offset that 24 bits can hold (RFC 2435 3.1.2)."""
    for offset in itertools.cycle(range(0, 1 << 24, 99_991)):
        yield b"\0" + offset.to_bytes(3, "big") + b"\x01\x32\xff\xff" + b"\x11" * 1_000


def huge_sps():
    """H.264 parameter sets that declare 2**31 macroblocks a row, then pictures."""
    bits = (
        "1" + "001101" + "1" + "1" + "1" + "00100" + "0" + ("0" * 31 + "1" + "0" * 31) * 2 + "1" + "1" + "0" + "0" + "1"
    )
    sps = b"\x67\x42\x00\x1e" + int(bits.ljust(-(-len(bits) // 8) * 8, "0"), 2).to_bytes(-(-len(bits) // 8), "big")
    yield from itertools.cycle([sps, b"\x68\xce\x38\x80", b"\x65\x88\x80" + b"\xaa" * 500])


JPEG_SDP = H264_SDP.replace("RTP/AVP 96", "RTP/AVP 26").replace("a=rtpmap:96 H264/90000\r\n", "")
NO_SETS = H264_SDP.replace(f";sprop-parameter-sets={SPROP}", "")
ANSWER = reply(body=H264_SDP.encode())
OVER_RTSP = {
    "a header without end": ({"OPTIONS": anything(said(b"RTSP/1.0 200 OK\r\nX: ", for_ever(b"y")))}, "malformed_reply"),
    "headers without end": (
        {"OPTIONS": anything(said(b"RTSP/1.0 200 OK\r\n", for_ever(b"X: y\r\n")))},
        "malformed_reply",
    ),
    "blank lines without end": ({"OPTIONS": anything(said(for_ever(b"\r\n")))}, "timeout"),
    "questions without end": (
        {"OPTIONS": anything(said(for_ever(b"OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\n")))},
        "timeout",
    ),
    "replies to nothing without end": (
        {"OPTIONS": anything(said(for_ever(b"RTSP/1.0 200 OK\r\nCSeq: 99\r\n\r\n")))},
        "timeout",
    ),
    "packets instead of a reply": ({"OPTIONS": anything(said(for_ever(b"$\x09\x04\x00" + bytes(1024))))}, "timeout"),
    "noise": ({"OPTIONS": anything(said(itertools.repeat(NOISE)))}, "malformed_reply"),
    "a dripped header": ({"OPTIONS": anything(dripped(b"RTSP/1.0 200 OK\r\nX: " + b"y" * 99))}, "timeout"),
    "a description of 900 MB": ({"DESCRIBE": describing(said(for_ever(b"a=x\r\n")), 900_000_000)}, "malformed_reply"),
    "a description of 10 GB": ({"DESCRIBE": describing(said(for_ever(b"a=x\r\n")), 10_000_000_000)}, "malformed_reply"),
    "a description without end": ({"DESCRIBE": describing(said(for_ever(b"a=x\r\n")))}, "malformed_reply"),
    "a dripped description": ({"DESCRIBE": describing(dripped(H264_SDP.encode()), 400)}, "timeout"),
    "a description of tracks": ({"DESCRIBE": reply(body=b"v=0\r\n" + b"m=x\r\n" * 50_000)}, "no_media"),
    "redirects without end": ({"DESCRIBE": moved()}, "malformed_reply"),
    "packets of strange channels": ({"PLAY": playing(for_ever(b"$\x09\x04\x00" + bytes(1024)))}, "malformed_reply"),
    "noise after PLAY": ({"PLAY": playing(itertools.repeat(NOISE))}, "malformed_reply"),
    "a packet that never ends": ({"PLAY": playing([b"$\x00\xff\xff" + bytes(9)])}, "our_limit: time"),
    "noise in packets": ({"PLAY": playing(for_ever(b"$\x00\x04\x00" + NOISE[:1024]))}, "malformed_reply"),
    "noise in RTP": (
        {
            "DESCRIBE": reply(body=NO_SETS.encode()),
            "PLAY": playing(packets(NOISE[n : n + 900] for n in itertools.cycle(range(60_000)))),
        },
        "our_limit",
    ),
    "a unit without end": ({"PLAY": playing(packets(fragments()))}, "malformed_reply"),
    "a JPEG of every offset": (
        {"DESCRIBE": reply(body=JPEG_SDP.encode()), "PLAY": playing(packets(wide_jpeg()))},
        None,
    ),
    "2**31 macroblocks": (
        {"DESCRIBE": reply(body=NO_SETS.encode()), "PLAY": playing(packets(huge_sps()))},
        "malformed_reply",
    ),
}


async def over_rtsp(script):
    """A look at one stream of a server that follows `script`."""
    server = ScriptedServer({"DESCRIBE": ANSWER, **script})
    async with server.running():
        address = Address("rtsp", "127.0.0.1", rtsp_port=server.port, stream_path="/live")
        return await timed(address)


@pytest.mark.field(23)
@pytest.mark.parametrize(("script", "kind"), others(OVER_RTSP))
def test_an_rtsp_answer_or_a_stream_without_end_is_given_up_at_its_limit(script, kind):
    """At the door of the streams; after PLAY what comes is counted, whatever it is, and no more is taken."""
    results, held = all_at_once([over_rtsp(script)])
    observation = results[0][0]
    assert kind_of(observation) == kind
    at_most(held, results, TEARDOWN_S)
    found = observation.channels[0].streams[0].measured
    if "PLAY" not in script:
        assert observation.ledger.bytes_in < BODY_LIMIT + 4 * 65_536
    elif found is not None:
        assert (found.stop_reason in ("byte_limit", "deadline"), found.fps) == (True, None)
        assert found.bytes <= LIMITS.sample_bytes + 65_536


@pytest.mark.field(16)
def test_what_answers_no_question_over_rtsp_ends_in_time():
    """Floods and drips: neither is an answer, and what comes meanwhile is not kept."""
    results, held = all_at_once([over_rtsp(OVER_RTSP[name][0]) for name in waiting(OVER_RTSP)])
    assert [kind_of(o) for o, _ in results] == [OVER_RTSP[name][1].partition(":")[0] for name in waiting(OVER_RTSP)]
    at_most(held, results, TEARDOWN_S)
