"""Proof: odd session descriptions and odd RTSP headers cost no fact (item 23 of the field notes).

Strategy: the packets are always those of one H.264 stream with its parameter sets, so what is measured is always the
same; a description may lose what it does not say, and nothing else.
"""

import pytest

from tests.acceptance.field.scripted import H264_SDP, PICTURES, SPROP, look
from tests.probes.rtsp.scripted_server import cseq_of, play, reply

FMTP = f"a=fmtp:96 packetization-mode=1;profile-level-id=64001E;sprop-parameter-sets={SPROP}\r\n"
SPS, PPS = SPROP.split(",")
ANNEX_B = "AAAAAWdkAB6s2UCgL/lhAAADAAEAAAMAMg8WLZYAAAABaOvjyyLA"
"""Both parameter sets with start codes, in one Base64 text."""
WHOLE = ("h264", (640, 360), 25.0)
NO_SETS = ("h264", None, None)


def described(seen):
    """Codec, size and rate by the description alone."""
    return seen.stream.sdp.codec, seen.stream.sdp.size, seen.stream.sdp.fps


def measured(seen):
    """Codec and size by the packets, the failures, and what was asked for."""
    found = seen.stream.measured
    return (found and (found.codec, found.size)), seen.kinds, seen.server.methods()


RIGHT = (("h264", (640, 360)), [], ["OPTIONS", "DESCRIBE", "SETUP", "PLAY", "TEARDOWN"])


def instead(old, new):
    """The description with `new` instead of `old`."""
    assert old in H264_SDP
    return H264_SDP.replace(old, new)


DESCRIPTIONS = {
    "as it should be": (H264_SDP, WHOLE),
    "HIK Media Server: no fmtp": (instead(FMTP, ""), NO_SETS),
    "no sprop": (instead(f";sprop-parameter-sets={SPROP}", ""), NO_SETS),
    "empty sprop": (instead(SPROP, ""), NO_SETS),
    "no PPS": (instead(SPROP, SPS), WHOLE),
    "a comma and no PPS": (instead(SPROP, f"{SPS},"), WHOLE),
    "V380: Annex B in sprop": (instead(SPROP, ANNEX_B), WHOLE),
    "sprop that is no Base64": (instead(SPROP, "%%%,***"), NO_SETS),
    "macro-video: Base64 instead of profile-level-id": (instead("64001E", "TeAo"), WHOLE),
    "two session names": (instead("s=Session\r\n", "s=Media\r\ns=Session\r\n"), WHOLE),
    "no session name": (instead("s=Session\r\n", ""), WHOLE),
    "a bad c=": (instead("c=IN IP4 0.0.0.0", "c=IN IP4"), WHOLE),
    "no c=": (instead("c=IN IP4 0.0.0.0\r\n", ""), WHOLE),
    "a short o=": (instead("o=- 1 1 IN IP4 127.0.0.1", "o=-"), WHOLE),
    "no v=": (instead("v=0\r\n", ""), WHOLE),
    "TP-LINK: its own track first": (
        instead("m=video", "m=application/TP-LINK 0 RTP/AVP smart/1/90000\r\na=control:trackID=9\r\nm=video"),
        WHOLE,
    ),
    "ONVIF metadata first": (
        instead("m=video", "m=application 0 RTP/AVP 107\r\na=rtpmap:107 vnd.onvif.metadata/90000\r\nm=video"),
        WHOLE,
    ),
    "sound first": (instead("m=video", "m=audio 0 RTP/AVP 8\r\na=rtpmap:8 PCMA/8000\r\nm=video"), WHOLE),
    "fmtp under the sound": (
        instead(FMTP, "") + f"m=audio 0 RTP/AVP 8\r\na=rtpmap:8 PCMA/8000\r\n{FMTP}a=control:trackID=2\r\n",
        WHOLE,
    ),
    "H264DVR: a rate of nothing and then of 25": (
        instead(f";sprop-parameter-sets={SPROP}", "").replace("a=fmtp", "a=framerate:0S\r\na=framerate:25\r\na=fmtp"),
        ("h264", None, 25.0),
    ),
    "H264DVR: a rate of nothing alone": (instead("a=fmtp", "a=framerate:0S\r\na=fmtp"), WHOLE),
    "bare line feeds": (H264_SDP.replace("\r\n", "\n"), WHOLE),
    "carriage returns twice": (H264_SDP.replace("\r\n", "\r\r\n"), WHOLE),
    "blanks behind and around": (H264_SDP.replace("\r\n", "  \r\n").replace("a=rtpmap:", "a=rtpmap: "), WHOLE),
    "a zero at the end": (H264_SDP + "\0", WHOLE),
    "a byte-order mark": (b"\xef\xbb\xbf" + H264_SDP.encode(), WHOLE),
    "a name in GB2312": (instead("s=Session", "s=@@").encode().replace(b"@@", "前门".encode("gb2312")), WHOLE),
    "the name of the codec in lower case": (instead("H264/90000", "h264/90000"), WHOLE),
    "no rtpmap rate": (instead("H264/90000", "H264"), WHOLE),
    "another number in fmtp": (instead("a=fmtp:96", "a=fmtp:97"), WHOLE),
    "no number in fmtp": (instead("a=fmtp:96 ", "a=fmtp:"), WHOLE),
    "blanks between the parameters": (instead("packetization-mode=1;", " ; packetization-mode = 1 ; "), WHOLE),
}


@pytest.mark.field(23)
@pytest.mark.parametrize(("sdp", "says"), DESCRIPTIONS.values(), ids=DESCRIPTIONS)
def test_an_odd_description_is_read_and_its_stream_measured(sdp, says):
    """By vendor; the video is set up, and only the video."""
    seen = look(sdp=sdp)
    assert (described(seen), measured(seen)) == (says, RIGHT)


def answer(head, body=H264_SDP):
    """A description with `head` as its headers, CSeq included."""
    return f"RTSP/1.0 200 OK\r\n{head}Content-Length: {len(body)}\r\n\r\n{body}".encode()


HEADERS = {
    "no Content-Type": answer("CSeq: {cseq}\r\n"),
    "another Content-Type": answer("CSeq: {cseq}\r\nContent-Type: application/octet-stream\r\n"),
    "Cseq": answer("Cseq: {cseq}\r\nContent-Type: application/sdp\r\n"),
    "cseq": answer("cseq: {cseq}\r\n"),
    "Longse: a blank behind CSeq": answer("CSeq: {cseq} \r\n"),
    "a blank in front of the colon": answer("CSeq : {cseq}\r\n"),
    "no blank behind the colon": answer("CSeq:{cseq}\r\n"),
    "no CSeq": answer(""),
    "an empty CSeq": answer("CSeq: \r\n"),
    "a folded header": answer("CSeq: {cseq}\r\nServer: Hik\r\n\tvision\r\n"),
    "headers twice": answer("CSeq: {cseq}\r\nCSeq: {cseq}\r\nServer: a\r\nServer: b\r\n"),
    "a line that is no header": answer("CSeq: {cseq}\r\nnonsense\r\n"),
    "bytes that are no UTF-8": answer("CSeq: {cseq}\r\nServer: @@\r\n").replace(b"@@", "前门".encode("gb2312")),
    "bare line feeds": answer("CSeq: {cseq}\r\n").replace(b"\r\n", b"\n", 3),
    "no phrase": answer("CSeq: {cseq}\r\n").replace(b"200 OK", b"200"),
    "bytes behind the body": answer("CSeq: {cseq}\r\n") + b"\r\n\r\n",
}


@pytest.mark.field(23)
@pytest.mark.parametrize("reply_", HEADERS.values(), ids=HEADERS)
def test_odd_headers_around_a_description_cost_no_fact(reply_):
    """The reply belongs to its request, and the body is read whole."""
    if b"\r\n\r\n" not in reply_:
        reply_ = reply_.replace(b"\n\n", b"\r\n\r\n", 1)
    seen = look(script={"DESCRIBE": reply_})
    assert (described(seen), measured(seen)) == (WHOLE, RIGHT)


BASES = {
    "none": (None, "rtsp://127.0.0.1:{port}/live?a=1&b=2/trackID=1"),
    "Anjvision: without a scheme": ("127.0.0.1:{port}/live/", "rtsp://127.0.0.1:{port}/live?a=1&b=2/trackID=1"),
    "the scheme twice": ("rtsp://rtsp://127.0.0.1:{port}/x/", "rtsp://127.0.0.1:{port}/live?a=1&b=2/trackID=1"),
    "as it should be": ("rtsp://127.0.0.1:{port}/other/", "rtsp://127.0.0.1:{port}/other/trackID=1"),
    "without a last slash": ("rtsp://127.0.0.1:{port}/other", "rtsp://127.0.0.1:{port}/other/trackID=1"),
    "empty": ("", "rtsp://127.0.0.1:{port}/live?a=1&b=2/trackID=1"),
}


@pytest.mark.field(23)
@pytest.mark.parametrize(("base", "track"), BASES.values(), ids=BASES)
def test_a_content_base_that_is_no_address_is_left_out_of_account(base, track):
    """The track is set up at the address that was asked for instead."""

    async def describe(server, writer, request):
        said = {} if base is None else {"Content_Base": base.format(port=server.port)}
        writer.write(reply(body=H264_SDP.encode(), **said).replace(b"{cseq}", cseq_of(request)))

    seen = look(script={"DESCRIBE": describe})
    assert measured(seen) == RIGHT
    setup = next(r for r in seen.server.requests if r.startswith(b"SETUP"))
    assert setup.split()[1].decode() == track.format(port=seen.server.port)


TRANSPORTS = {
    "Hikvision: a blank in front of the ssrc": "RTP/AVP/TCP;unicast;interleaved=0-1;ssrc= 4a5b6c7d;mode=play",
    "blanks everywhere": "RTP/AVP/TCP; unicast; interleaved = 0 - 1",
    "no channels": "RTP/AVP/TCP;unicast",
    "one channel": "RTP/AVP/TCP;unicast;interleaved=0",
    "upper case": "RTP/AVP/TCP;UNICAST;INTERLEAVED=0-1",
    "none": "",
}


@pytest.mark.field(23)
@pytest.mark.parametrize("transport", TRANSPORTS.values(), ids=TRANSPORTS)
@pytest.mark.parametrize("session", ["12345678", "  12345678 ; timeout=60", "12345678;timeout=", "12345678;timeout=1"])
def test_odd_answers_to_setup_start_the_stream(transport, session):
    """The session is the one of the answer, without its parameters."""
    seen = look(script={"SETUP": reply(Session=session, Transport=transport)})
    found, kinds, methods = measured(seen)
    assert (found, kinds) == RIGHT[:2]
    assert methods[-1] == "TEARDOWN"
    assert all(b"\r\nSession: 12345678\r\n" in r for r in seen.server.requests if r[:4] in (b"PLAY", b"TEAR"))


@pytest.mark.field(23)
def test_the_session_of_the_last_answer_counts():
    """A camera that refuses TCP names one session in the refusal and another one for UDP: PLAY and TEARDOWN hold it."""
    answers = [
        reply(461, "Unsupported Transport", Session="1111"),
        reply(Session="2222", Transport="RTP/AVP;unicast;client_port=50000-50001;server_port=50002-50003"),
    ]
    seen = look(script={"SETUP": answers, "PLAY": reply(454, "Session Not Found")})
    assert seen.kinds[0][1] == "rtsp.play"
    held = [r for r in seen.server.requests if r[:4] in (b"PLAY", b"TEAR")]
    assert len(held) == 2
    assert all(b"\r\nSession: 2222\r\n" in r for r in held)


@pytest.mark.field(23)
@pytest.mark.parametrize(
    "between",
    [
        b"\r\n",
        b"\0\0",
        b"$\x07\x00\x03abc",
        b"OPTIONS * RTSP/1.0\r\nCSeq: 9\r\n\r\n",
        b"RTSP/1.0 200 OK\r\nCSeq: 99\r\n\r\n",
    ],
    ids=["a blank line", "zeros", "a packet of a strange channel", "a question of the camera", "a late answer"],
)
def test_what_stands_between_a_reply_and_the_packets_is_read_over(between):
    """After the answer to PLAY, in front of the first packet."""
    assert measured(look(script={"PLAY": play(packets=PICTURES, every=0.002, before=between)})) == RIGHT
