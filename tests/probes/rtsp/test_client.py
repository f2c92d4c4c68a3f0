"""The RTSP client against a server that does what a test tells it to: one field oddity each."""

import asyncio
import ssl
from contextlib import suppress
from dataclasses import replace
from time import monotonic

import pytest
import trustme

from probes import reach
from probes.errors import MalformedReply
from probes.login import LoginState
from probes.rtsp.client import RtspClient
from probes.rtsp.connection import Connection
from probes.rtsp.looks import StreamRequest
from probes.rtsp.session import UNREADABLE
from probes.target import Address, Credential, Limits, Need, Remembered, Target
from probes.visit import Visit
from tests.probes.rtsp.packet_maker import rtp
from tests.probes.rtsp.scripted_server import SDP, ScriptedServer, cseq_of, play, reply

CHALLENGE = 'Digest realm="cam", nonce="n1"'
QUICK = Limits(connect_s=2, read_s=1.5, sample_s=1, deadline_s=20, picture=False)
LOGINS = (Credential("1", "admin", "secret"),)
NEEDS = (Need("measured.codec", frames=5),)


def visit_to(server, *, limits=QUICK, remembered=None, credentials=LOGINS, speed=1.0):
    """A visit to the scripted server; its clock goes `speed` times as fast as that of the machine."""
    address = Address("rtsp", "127.0.0.1", rtsp_port=server.port, stream_path="/live")
    target = Target("k", address, credentials, remembered or Remembered(), NEEDS, limits)
    return Visit(target, seconds=lambda: speed * monotonic())


def looked(script, *paths, tls=None, sample=True, **options):
    """The looks at `paths` of a server that follows `script`, the visit, and the server."""

    async def run():
        async with ScriptedServer(script).running(tls) as server:
            visit = visit_to(server, **options)
            client = RtspClient(visit, server.port, tls=tls is not None)
            try:
                requests = [StreamRequest(p, server.url(p), sample) for p in paths or ("/live",)]
                looks = [(await client.look([request]))[0] for request in requests]
            finally:
                await client.close()
            return looks, visit, server

    return asyncio.run(run())


def authorized(good, bad=None):
    """An answer that is `good` with an Authorization header, and a challenge without."""

    async def answer(server, writer, request):
        text = good if b"\r\nauthorization:" in request.lower() else bad or reply(401, "No", WWW_Authenticate=CHALLENGE)
        writer.write(text.replace(b"{cseq}", cseq_of(request)))

    return answer


def signed(server):
    """The methods that were asked for with a login."""
    return [r.split(b" ", 1)[0].decode() for r in server.requests if b"\r\nauthorization:" in r.lower()]


async def hang(server, writer, request):
    """No answer, ever."""


async def hang_up(server, writer, request):
    """The connection is closed instead of an answer."""
    writer.transport.abort()


def test_one_connection_in_the_order_of_the_field_notes():
    """OPTIONS, DESCRIBE of the sub and of the main stream, SETUP of the video alone, PLAY, TEARDOWN: one connection."""

    async def run():
        async with ScriptedServer({}).running() as server:
            client = RtspClient(visit_to(server), server.port)
            await client.look([StreamRequest("sub", server.url("/sub")), StreamRequest("main", server.url(), True)])
            await client.close()
            return server

    server = asyncio.run(run())
    assert server.methods() == ["OPTIONS", "DESCRIBE", "DESCRIBE", "SETUP", "PLAY", "TEARDOWN"]
    assert server.connections == 1
    assert b"/live/track1 RTSP" in server.requests[3]
    assert b"Session: 12345678\r\n" in server.requests[5]


def test_what_arrives_is_measured():
    """Codec and size of the packets, loss, and the transport that was accepted."""
    (look,), _, _ = looked({})
    assert look.error is None
    assert (look.measured.codec, look.measured.size, look.measured.packets_lost) == ("mjpeg", (640, 480), 0)
    assert (look.rtsp.transport, look.rtsp.interleaved) == ("tcp", True)
    assert look.rtsp.steps["play"].status == 200


def test_channel_ids_that_the_camera_changes_are_followed():
    """The reply to SETUP may give other interleaved channels than were asked for."""
    changed = reply(Session="1", Transport="RTP/AVP/TCP;unicast;interleaved=4-5;ssrc= 00000007")
    (look,), _, _ = looked({"SETUP": changed, "PLAY": play(channel=4)})
    assert look.measured.frames > 0


def test_packets_on_channels_nobody_asked_for_are_ignored():
    """Audio or data of another channel, before and between, changes nothing."""
    (look,), _, _ = looked({"PLAY": play(before=b"$\x09\x00\x04abcd" * 3)})
    assert look.measured.frames > 0


def test_a_message_of_the_server_between_the_packets_is_no_error():
    """Some recorders send OPTIONS or ANNOUNCE themselves."""
    (look,), _, _ = looked({"PLAY": play(before=b"OPTIONS rtsp://x RTSP/1.0\r\nCSeq: 77\r\n\r\n")})
    assert look.measured.frames > 0


@pytest.mark.parametrize(
    ("script", "kind", "step"),
    [
        ({"DESCRIBE": reply(404, "Not Found")}, "no_such_stream", "rtsp.describe"),
        ({"DESCRIBE": reply(453, "Not Enough Bandwidth")}, "busy", "rtsp.describe"),
        ({"DESCRIBE": reply(503, "Service Unavailable")}, "busy", "rtsp.describe"),
        ({"DESCRIBE": reply(400, "Bad Request")}, "malformed_reply", "rtsp.describe"),
        ({"DESCRIBE": reply(501, "Not Implemented")}, "unsupported", "rtsp.describe"),
        ({"DESCRIBE": reply(403, "Forbidden")}, "not_permitted", "rtsp.describe"),
        ({"DESCRIBE": reply(200, "OK", b"<html>")}, "malformed_reply", "rtsp.describe"),
        ({"DESCRIBE": reply(200, "OK", SDP.replace(b"video", b"data"))}, "no_media", "rtsp.describe"),
        ({"DESCRIBE": reply(302, "Moved", Location="rtsp://192.0.2.1/x")}, "malformed_reply", "rtsp.describe"),
        ({"DESCRIBE": reply(200, "OK", b"v=0\r\ns=x\r\n")}, "malformed_reply", "rtsp.describe"),
        ({"DESCRIBE": reply(302, "Moved", Location="rtsp://[::1")}, "malformed_reply", "rtsp.describe"),
        ({"DESCRIBE": reply(302, "Moved", Location="http://127.0.0.1/x")}, "malformed_reply", "rtsp.describe"),
        ({"SETUP": reply(500, "Internal Server Error")}, "busy", "rtsp.setup"),
        ({"SETUP": reply(461, "Unsupported Transport")}, "malformed_reply", "rtsp.setup"),
        ({"SETUP": reply(459, "Aggregate")}, "malformed_reply", "rtsp.setup"),
        ({"PLAY": reply(454, "Session Not Found")}, "malformed_reply", "rtsp.play"),
    ],
)
def test_a_refusal_is_a_typed_failure_at_its_step(script, kind, step):
    """Each status has one meaning; the step says where it came."""
    (look,), _, _ = looked(script)
    assert (look.error.kind, look.error.step) == (kind, step)


def test_tcp_refused_is_a_fact_of_its_own():
    """461 to an interleaved SETUP says that TCP does not work, whatever else does."""
    (look,), _, _ = looked({"SETUP": reply(461, "Unsupported Transport")})
    assert look.rtsp.interleaved is False
    assert look.measured is None


@pytest.mark.parametrize("script", [{"PLAY": reply(454, "x")}, {"PLAY": play(count=3)}, {}])
def test_a_session_is_always_torn_down(script):
    """Refused, stalled or well: whoever has sent SETUP sends TEARDOWN."""
    *_, server = looked(script)
    assert server.methods()[-1] == "TEARDOWN"


@pytest.mark.parametrize("cseq", ["²".encode(), b"1" * 5000, b"-1"])
def test_a_cseq_that_is_no_number_is_left_out_of_account(cseq):
    """Some cameras leave CSeq out, which must do: so must one that nobody can read."""
    (look,), _, _ = looked({"OPTIONS": b"RTSP/1.0 200 OK\r\nCSeq: " + cseq + b"\r\n\r\n"}, sample=False)
    assert look.error is None


def test_an_error_that_no_parser_foresaw_is_a_malformed_reply():
    """Whoever waits for the answer is told, the connection is closed, and nothing reaches the event loop."""

    class Odd(Connection):
        def _take(self, item, at):
            raise RecursionError("bytes nobody thought of")

    async def run():
        async with ScriptedServer({}).running() as server:
            _, connection = await reach.connect(
                visit := visit_to(server), server.port, tls=False, protocol=lambda: Odd(visit)
            )
            with pytest.raises(MalformedReply) as raised:
                await connection.request("OPTIONS", server.url(), {}, "rtsp.options")
            assert connection.closed.is_set()
            return raised.value

    error = asyncio.run(run())
    assert (error.step, error.detail) == ("rtsp.options", "what came could not be read (RecursionError)")


def test_a_session_that_comes_too_late_dies_with_its_connection():
    """SETUP answered after our limit: the connection is closed, no TEARDOWN, and the next stream has a new one."""

    async def late(server, writer, request):
        await asyncio.sleep(0.6)
        writer.write(server.script["TEARDOWN"].replace(b"{cseq}", cseq_of(request)))

    limits = Limits(connect_s=2, read_s=0.3, sample_s=1, deadline_s=20, picture=False)
    looks, _, server = looked({"SETUP": late}, "/a", "/b", limits=limits)
    assert [(look.error.kind, look.error.step) for look in looks] == [("timeout", "rtsp.setup")] * 2
    assert server.connections == 2
    assert "TEARDOWN" not in server.methods()


def test_a_play_that_hangs_until_the_deadline_is_torn_down():
    """The time of the probe is used up; ending the session has a limit of its own."""
    limits = Limits(connect_s=2, read_s=20, sample_s=1, deadline_s=1, picture=False)
    (look,), _, server = looked({"PLAY": hang}, limits=limits)
    assert (look.error.kind, look.error.step) == ("our_limit", "rtsp.play")
    assert server.methods()[-1] == "TEARDOWN"
    assert look.steps["teardown"].status == 200


async def slow_setup(server, writer, request):
    """A session after half a second."""
    await asyncio.sleep(0.5)
    answer = reply(Session="12345678", Transport="RTP/AVP/TCP;unicast;interleaved=0-1")
    writer.write(answer.replace(b"{cseq}", cseq_of(request)))


@pytest.mark.parametrize(
    ("script", "last", "named"),
    [
        ({"SETUP": slow_setup}, "SETUP", True),
        ({"SETUP": hang}, "SETUP", False),
        ({"PLAY": hang}, "PLAY", True),
        ({}, "PLAY", True),
    ],
    ids=["a session under way", "no session comes", "PLAY under way", "the sample"],
)
@pytest.mark.parametrize("times", [1, 2])
def test_a_look_that_is_cancelled_ends_its_session(script, last, named, times):
    """A signal cancels the look, perhaps twice: TEARDOWN is sent before the connection closes, in little time."""

    async def run():
        limits = Limits(connect_s=2, read_s=9, sample_s=9, deadline_s=20, picture=False)
        async with ScriptedServer(script).running() as server:
            visit = visit_to(server, limits=limits)
            visit.target = replace(visit.target, needs=(Need("measured.codec", frames=10_000),))
            client = RtspClient(visit, server.port)
            looking = asyncio.ensure_future(client.look([StreamRequest("main", server.url(), True)]))
            while last not in server.methods():  # noqa: ASYNC110  (the server has no event for it)
                await asyncio.sleep(0.01)
            await asyncio.sleep(0.1)
            began = monotonic()
            for _ in range(times):
                looking.cancel()
                await asyncio.sleep(0.05)
            with pytest.raises(asyncio.CancelledError):
                await looking
            await client.close()
            return server, monotonic() - began

    server, seconds = asyncio.run(run())
    assert server.methods()[-1] == "TEARDOWN"
    assert (b"Session: 12345678" in server.requests[-1]) is named
    assert seconds < 2.5


def test_a_redirect_on_the_same_host_is_followed_once():
    """302 to another path of the camera is asked again there; a second 302 is not followed."""

    async def moved(server, writer, request):
        there = reply(body=SDP) if b"/there" in request else reply(302, "Moved", Location=server.url("/there"))
        writer.write(there.replace(b"{cseq}", cseq_of(request)))

    (look,), _, server = looked({"DESCRIBE": moved})
    assert look.error is None
    assert b"/there/track1" in server.requests[3]


def test_a_closed_connection_between_two_streams_is_opened_again_and_is_no_try():
    """A camera that closes after DESCRIBE gets a new connection, not another try with the login."""

    async def close_after(server, writer, request):
        await authorized(reply(body=SDP))(server, writer, request)
        if b"uthorization" in request:
            await writer.drain()
            writer.close()

    looks, visit, server = looked({"DESCRIBE": close_after}, "/a", "/b", sample=False)
    assert [look.error for look in looks] == [None, None]
    assert server.connections == 2
    assert (visit.ledger.tries, visit.ledger.refusals) == (1, 0)


def test_a_camera_that_closes_after_its_challenge_sees_one_try():
    """The login goes out on a new connection, once."""

    async def challenge_and_close(server, writer, request):
        await authorized(reply(body=SDP))(server, writer, request)
        if b"uthorization" not in request:
            await writer.drain()
            writer.close()

    (look,), visit, server = looked({"DESCRIBE": challenge_and_close}, sample=False)
    assert look.error is None
    assert sum(b"uthorization" in request for request in server.requests) == 1
    assert (server.connections, visit.ledger.tries) == (2, 1)


def test_a_wrong_login_is_sent_once_over_several_streams():
    """After a refusal the next stream is asked without a login, and nothing with one leaves."""
    looks, visit, server = looked({"DESCRIBE": reply(401, "No", WWW_Authenticate=CHALLENGE)}, "/a", "/b")
    assert [look.error.kind for look in looks] == ["auth_refused", "auth_refused"]
    assert sum(b"uthorization" in request for request in server.requests) == 1
    assert (visit.ledger.tries, visit.ledger.refusals) == (1, 1)
    assert visit.remembered.login("1").rtsp == "refused"


def test_a_lock_text_is_told_from_a_wrong_password():
    """A 401 whose words speak of a lock is `auth_locked`: no refusal, and no second try at the next stream. One that
    says so before a login was sent gets none.
    """
    locked = reply(401, "Unauthorized", b"user is locked, retry later", WWW_Authenticate=CHALLENGE)
    for replies, sent in ([locked], 0), ([reply(401, "No", WWW_Authenticate=CHALLENGE), locked], 1):
        looks, visit, server = looked({"DESCRIBE": replies}, "/a", "/b")
        assert [look.error.kind for look in looks] == ["auth_locked", "auth_locked"]
        assert sum(b"uthorization" in request for request in server.requests) == sent
        assert (visit.ledger.refusals, visit.remembered.login("1").rtsp) == (0, "unknown")
        assert visit.remembered.lock_ends(visit.now()) is not None


def test_a_count_of_attempts_left_is_a_refusal_and_no_lock():
    """Imou: "You still have 5 attempt(s)"."""
    counted = reply(401, "Unauthorized", b"You still have 5 attempt(s)", WWW_Authenticate=CHALLENGE)
    (look,), visit, _ = looked({"DESCRIBE": counted})
    assert (look.error.kind, visit.ledger.refusals) == ("auth_refused", 1)


def test_a_session_without_a_name_is_torn_down_too():
    """A reply to SETUP without a Session header still holds a session in the camera."""
    *_, server = looked({"SETUP": reply(Transport="RTP/AVP/TCP;interleaved=0-1")})
    assert server.methods()[-1] == "TEARDOWN"


def test_a_nonce_that_grew_old_after_a_success_is_signed_once_more():
    """401 with a fresh nonce after the login was good is no refusal (RFC 7616 3.3)."""

    async def setup(server, writer, request):
        fresh = b'nonce="n2"' in request
        good = reply(Session="1", Transport="RTP/AVP/TCP;interleaved=0-1")
        stale = reply(401, "No", WWW_Authenticate='Digest realm="cam", nonce="n2", stale=TRUE')
        writer.write((good if fresh else stale).replace(b"{cseq}", cseq_of(request)))

    (look,), visit, _ = looked({"DESCRIBE": authorized(reply(body=SDP)), "SETUP": setup})
    assert look.error is None
    assert (visit.ledger.tries, visit.ledger.refusals) == (1, 0)
    assert visit.remembered.login("1").rtsp == "good"


def after_challenge(answer):
    """A challenge without a login; with one, `answer`."""

    async def either(server, writer, request):
        if b"\r\nauthorization:" not in request.lower():
            writer.write(reply(401, "No", WWW_Authenticate=CHALLENGE).replace(b"{cseq}", cseq_of(request)))
        elif callable(answer):
            await answer(server, writer, request)
        else:
            writer.write(answer.replace(b"{cseq}", cseq_of(request)))

    return either


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (reply(400, "Bad Request"), "malformed_reply"),
        (reply(404, "Not Found"), "no_such_stream"),
        (reply(407, "Proxy"), "malformed_reply"),
        (reply(453, "Not Enough Bandwidth"), "busy"),
        (reply(454, "Session Not Found"), "malformed_reply"),
        (reply(500, "Internal Server Error"), "malformed_reply"),
        (reply(503, "Service Unavailable"), "busy"),
        (reply(302, "Moved", Location="rtsp://127.0.0.1/there"), "malformed_reply"),
        (b"\x01\x02 rubbish\r\n\r\n", "malformed_reply"),
        (hang_up, "malformed_reply"),
        (hang, "timeout"),
    ],
)
def test_a_try_without_a_clear_answer_is_the_only_one_of_the_visit(answer, kind):
    """One credential in the visit, over all streams; one more in the next one, by what was remembered; then none."""
    limits = Limits(connect_s=2, read_s=0.4, sample_s=1, deadline_s=20, picture=False)
    script, remembered = {"DESCRIBE": after_challenge(answer), "OPTIONS": reply()}, Remembered()
    sent = []
    for _ in range(3):
        looks, visit, server = looked(script, "/a", "/b", "/c", limits=limits, remembered=remembered)
        sent.append(signed(server))
        remembered = visit.remembered
        if len(sent) == 1:
            assert [look.error.kind for look in looks] == [kind, "auth_refused", "auth_refused"]
        assert visit.ledger.refusals == 0
    assert sent == [["DESCRIBE"], ["DESCRIBE"], []]


def test_a_login_that_was_good_before_is_not_spent_by_a_path_that_is_not_there():
    """404 to the first stream, the second is asked for all the same: the login is known to be good."""

    async def describe(server, writer, request):
        there = reply(404, "Not Found") if b"/a " in request else reply(body=SDP)
        await after_challenge(there)(server, writer, request)

    remembered = Remembered(logins={"1": LoginState(rtsp="good")})
    looks, visit, _ = looked({"DESCRIBE": describe}, "/a", "/b", sample=False, remembered=remembered)
    assert [look.error and look.error.kind for look in looks] == ["no_such_stream", None]
    assert visit.remembered.login("1").unanswered == 0


def test_a_port_that_is_closed_is_no_try():
    """A camera that stops listening between the challenge and the login has not seen it."""

    async def last_words(server, writer, request):
        writer.write(reply(401, "No", WWW_Authenticate=CHALLENGE).replace(b"{cseq}", cseq_of(request)))
        await writer.drain()
        server.listener.close()
        writer.transport.close()

    (look,), visit, server = looked({"DESCRIBE": last_words})
    assert (look.error.kind, signed(server)) == ("refused_connection", [])
    assert visit.remembered.login("1").unanswered == 0


@pytest.mark.parametrize("stale", ["", ", stale=true"])
def test_two_refusals_in_a_row_after_a_success_end_the_login(stale):
    """DESCRIBE accepted once, then 401 with a new nonce for ever: two refused requests in all, over eight channels."""
    accepted = []
    count = 0

    async def describe(server, writer, request):
        nonlocal count
        count += 1
        fresh = f'Digest realm="cam", nonce="n{count}"{stale}'
        good = b"\r\nauthorization:" in request.lower() and not accepted
        accepted.extend([request] * good)
        answer = reply(body=SDP) if good else reply(401, "No", WWW_Authenticate=fresh)
        writer.write(answer.replace(b"{cseq}", cseq_of(request)))

    looks, visit, server = looked({"DESCRIBE": describe}, *(f"/{n}" for n in range(8)), sample=False)
    assert [look.error and look.error.kind for look in looks] == [None, *["auth_refused"] * 7]
    assert signed(server) == ["DESCRIBE"] * 3
    assert visit.ledger.refusals == 1
    login = visit.remembered.login("1")
    assert (login.rtsp, login.onvif) == ("refused", "withheld")


@pytest.mark.field(24)
@pytest.mark.parametrize("nonce", ["n1", "m{}"])
def test_what_a_viewer_may_not_see_does_not_end_the_login(nonce):
    """A camera that says 401 with a new nonce (or the same) to every stream but the first: only these are missing."""
    count = 0

    async def describe(server, writer, request):
        nonlocal count
        count += 1
        challenge = f'Digest realm="cam", nonce="{nonce.format(count)}"'
        good = b"\r\nauthorization:" in request.lower() and b"/1 " not in request and b"/2 " not in request
        answer = reply(body=SDP) if good else reply(401, "No", WWW_Authenticate=challenge)
        writer.write(answer.replace(b"{cseq}", cseq_of(request)))

    looks, visit, _ = looked({"DESCRIBE": describe}, *(f"/{n}" for n in range(4)), sample=False)
    assert [look.error and look.error.kind for look in looks] == [None, "not_permitted", "not_permitted", None]
    assert visit.ledger.refusals == 0
    assert visit.remembered.login("1").rtsp == "good"


def test_options_are_never_signed():
    """Also not on a second connection, when the login is good."""

    async def run():
        async with ScriptedServer({"DESCRIBE": authorized(reply(body=SDP))}).running() as server:
            client = RtspClient(visit_to(server), server.port)
            for path in ("/a", "/b"):
                await client.look([StreamRequest(path, server.url(path))])
                await client.close()
            return server

    server = asyncio.run(run())
    assert server.methods().count("OPTIONS") == 2
    assert signed(server) == ["DESCRIBE", "DESCRIBE"]


def test_an_operation_that_is_refused_after_a_success_is_not_permitted():
    """A viewer account that may DESCRIBE and not SETUP keeps its good login."""
    script = {"DESCRIBE": authorized(reply(body=SDP)), "SETUP": reply(401, "No", WWW_Authenticate=CHALLENGE)}
    (look,), visit, _ = looked(script)
    assert look.error.kind == "not_permitted"
    assert visit.remembered.login("1").rtsp == "good"


def test_basic_in_clear_is_not_sent_unless_the_device_is_marked_for_it():
    """Only Basic without TLS: unsupported, nothing sent; marked: sent."""
    basic = authorized(reply(body=SDP), reply(401, "No", WWW_Authenticate='Basic realm="cam"'))
    (look,), _, server = looked({"DESCRIBE": basic}, sample=False)
    assert look.error.kind == "auth_scheme_unsupported"
    assert not any(b"uthorization" in request for request in server.requests)
    marked = (Credential("1", "admin", "secret", basic_in_clear=True),)
    (look,), _, _ = looked({"DESCRIBE": basic}, sample=False, credentials=marked)
    assert look.error is None


def test_no_packet_after_play_is_no_media():
    """PLAY accepted and silence: a definite answer, once twice the limit of the rule has gone by."""
    limits = Limits(connect_s=20, read_s=20, sample_s=1, deadline_s=60, picture=False)
    (look,), _, _ = looked({"PLAY": reply()}, limits=limits, speed=10)
    assert (look.error.kind, look.error.step) == ("no_media", "rtsp.sample")


def test_silence_that_our_own_deadline_cut_short_is_no_answer():
    """A definite kind needs the whole wait: here the time of the probe ended first."""
    limits = Limits(connect_s=2, read_s=2, sample_s=1, deadline_s=3, picture=False)
    (look,), _, server = looked({"PLAY": reply()}, limits=limits)
    assert (look.error.kind, look.error.step) == ("our_limit", "rtsp.sample")
    assert server.methods()[-1] == "TEARDOWN"


def test_packets_on_foreign_channels_alone_are_not_silence():
    """Something came, so that "no picture comes" would be said too soon."""
    limits = Limits(connect_s=20, read_s=20, sample_s=1, deadline_s=60, picture=False)
    (look,), _, _ = looked({"PLAY": play(channel=6)}, limits=limits, speed=10)
    assert look.error.kind == "malformed_reply"


@pytest.mark.parametrize("head", [b"$\x09", b"$\x01", b"$\x00"])
def test_whatever_comes_in_a_sample_counts_towards_its_limit_of_bytes(head):
    """Foreign channels, RTCP and what is no RTP: a flood of any of them ends the sample."""

    async def flood(server, writer, request):
        writer.write(reply().replace(b"{cseq}", cseq_of(request)))
        with suppress(OSError):
            for _ in range(100):
                writer.write(head + b"\xff\xff" + bytes(65535))
                await writer.drain()

    limits = Limits(connect_s=2, read_s=1.5, sample_s=9, sample_bytes=1_000_000, deadline_s=20, picture=False)
    (look,), visit, _ = looked({"PLAY": flood}, limits=limits)
    assert look.error.kind == "malformed_reply"
    assert visit.ledger.session_s < 3


def h264_play(payload):
    """An answer to PLAY: 60 packets of `payload`, one a frame."""

    async def answer(server, writer, request):
        writer.write(reply().replace(b"{cseq}", cseq_of(request)))
        for number in range(60):
            packet = rtp(number, number * 3600, payload)
            writer.write(b"$\0" + len(packet).to_bytes(2, "big") + packet)

    return answer


@pytest.mark.parametrize(
    "payload", [b"\xff" * 300, b"\x00\0\0\0\1\x32\x50\x3c" + b"\x11" * 200, b"\x41" + b"\xff" * 99]
)
def test_packets_without_a_picture_prove_no_codec(payload):
    """Rubbish or JPEG under a description of H.264: malformed, and nothing is measured but packets and gaps."""
    described = SDP.replace(b"RTP/AVP 26\r\n", b"RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n")
    (look,), _, _ = looked({"DESCRIBE": reply(body=described), "PLAY": h264_play(payload)})
    assert (look.error.kind, look.error.step, look.error.detail) == ("malformed_reply", "rtsp.sample", UNREADABLE)
    measured = look.measured
    assert (measured.codec, measured.size, measured.fps, measured.keyframes, measured.packets) == (
        None,
        None,
        None,
        0,
        60,
    )


def test_names_that_a_camera_made_up_are_cleaned_and_cut():
    """A codec, a scheme or a phrase with control signs, or without end, is fit to print."""
    body = SDP.replace(
        b"RTP/AVP 26\r\n", b"RTP/AVP 96\r\na=rtpmap:96 \x1b[31mEvil\xe2\x80\xae" + b"x" * 900 + b"/90000\r\n"
    )
    (look,), _, _ = looked({"DESCRIBE": reply(body=body)}, sample=False)
    assert look.sdp.codec.startswith("other:[31mevil")
    assert look.sdp.codec.isprintable()
    assert len(look.sdp.codec) < 60


def test_a_stream_that_ends_early_is_measured_as_far_as_it_went():
    """A camera that closes in mid-stream leaves facts and the reason why the sample ended."""

    async def play_and_close(server, writer, request):
        await play(count=8)(server, writer, request)
        await asyncio.sleep(0.3)
        writer.transport.abort()

    (look,), _, _ = looked({"PLAY": play_and_close})
    assert look.measured.stop_reason in ("closed", "needs_met")
    assert look.measured.frames >= 5


@pytest.mark.parametrize("junk", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\xff\xfb\x01" * 50, b"RTSP/1.0 x\r\n\r\n"])
def test_a_server_that_talks_no_rtsp_is_malformed(junk):
    """Another protocol at the port is `malformed_reply`, at once."""
    (look,), _, _ = looked({"OPTIONS": junk})
    assert look.error.kind == "malformed_reply"


def test_a_server_that_drips_a_header_is_given_up():
    """Bytes that never make a whole reply end at the deadline of the request."""

    async def drip(server, writer, request):
        writer.write(b"RTSP/1.0 200 OK\r\n")
        for _ in range(40):
            writer.write(b"X: y\r\n")
            await asyncio.sleep(0.1)

    (look,), _, _ = looked({"OPTIONS": drip})
    assert look.error.kind == "timeout"


def test_rtsps_pins_the_certificate_and_refuses_another():
    """The first certificate is remembered; a changed one ends the visit before a login leaves."""
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(tls)
    (look,), visit, server = looked({}, tls=tls, sample=False)
    assert look.error is None
    assert len(visit.remembered.fingerprints[str(server.port)]) == 64

    class Everything(dict):
        def get(self, key, default=None):
            return "0" * 64

    (look,), _, server = looked({}, tls=tls, sample=False, remembered=Remembered(fingerprints=Everything()))
    assert (look.error.kind, server.requests) == ("tls", [])
