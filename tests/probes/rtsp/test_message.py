"""RTSP messages: each fed whole, byte by byte and with bytes behind, and what cameras get wrong in them."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probes.errors import MalformedReply, ProbeError
from probes.rtsp.message import (
    BODY_LIMIT,
    HEAD_LIMIT,
    SESSION_TIMEOUT_S,
    Packet,
    Request,
    Response,
    Splitter,
    request_bytes,
    rtp_channel,
    session_of,
)

Item = Response | Request | Packet


def _interleaved(channel: int, data: bytes) -> bytes:
    return struct.pack(">cBH", b"$", channel, len(data)) + data


def _items(splitter: Splitter) -> list[Item]:
    found = []
    while (item := splitter.next()) is not None:
        found.append(item)
    return found


def _split(data: bytes, step: int = 0) -> list[Item]:
    """The items of `data`, fed in pieces of `step` bytes (0: whole)."""
    splitter, found = Splitter(), []
    for at in range(0, len(data), step or len(data)):
        splitter.feed(data[at : at + (step or len(data))])
        found += _items(splitter)
    return found


OK = Response(200, "OK", {"cseq": ("2",)})
CASES = {
    "plain": (b"RTSP/1.0 200 OK\r\nCSeq: 2\r\n\r\n", OK),
    "no phrase": (b"RTSP/1.0 200\r\nCSeq: 2\r\n\r\n", Response(200, "", {"cseq": ("2",)})),
    "no headers": (b"RTSP/1.0 404 Not Found\r\n\r\n", Response(404, "Not Found")),
    "bare line feeds": (b"RTSP/1.0 200 OK\nCSeq: 2\n\n", OK),
    "mixed line ends": (b"RTSP/1.0 200 OK\r\nCSeq: 2\n\r\n", OK),
    "lower case": (b"rtsp/1.0 200 OK\r\ncseq: 2\r\n\r\n", OK),
    "Cseq of many cameras": (b"RTSP/1.0 200 OK\r\nCseq: 2\r\n\r\n", OK),
    "blank before the colon": (b"RTSP/1.0  200  OK \r\nCSeq : 2\r\n\r\n", OK),
    "line of no header": (b"RTSP/1.0 200 OK\r\nnonsense\r\nCSeq: 2\r\n\r\n", OK),
    "line ends in front": (b"\r\n\0\r\n RTSP/1.0 200 OK\r\nCSeq: 2\r\n\r\n", OK),
    "body": (
        b"RTSP/1.0 200 OK\r\nContent-Length: 4\r\n\r\nv=0\n",
        Response(200, "OK", {"content-length": ("4",)}, b"v=0\n"),
    ),
    "folded header": (
        b"RTSP/1.0 200 OK\r\nPublic: OPTIONS,\r\n\tPLAY\r\n\r\n",
        Response(200, "OK", {"public": ("OPTIONS, PLAY",)}),
    ),
    "header twice": (
        b"RTSP/1.0 401 Unauthorized\r\nWWW-Authenticate: a\r\nwww-authenticate: b\r\n\r\n",
        Response(401, "Unauthorized", {"www-authenticate": ("a", "b")}),
    ),
    "letters that are no UTF-8": (
        b"RTSP/1.0 200 \xe9\r\nServer: \xff\r\n\r\n",
        Response(200, "é", {"server": ("\udcff",)}),
    ),
    "request of the server": (b"OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\n", Request("OPTIONS")),
    "announce with body": (b"ANNOUNCE rtsp://h/ RTSP/1.0\r\nContent-Length: 3\r\n\r\nabc", Request("ANNOUNCE")),
    "packet": (_interleaved(0, b"abc"), Packet(0, b"abc")),
    "empty packet": (_interleaved(3, b""), Packet(3, b"")),
    "longest packet": (_interleaved(255, b"x" * 65535), Packet(255, b"x" * 65535)),
    "packet like a reply": (_interleaved(1, b"RTSP/1.0 200 OK\r\n\r\n"), Packet(1, b"RTSP/1.0 200 OK\r\n\r\n")),
}


@pytest.mark.parametrize(("data", "item"), CASES.values(), ids=CASES)
def test_an_item_is_read_whole(data, item):
    """Fed at once, one item comes out and nothing is left."""
    assert _split(data) == [item]


@pytest.mark.parametrize(("data", "item"), [c for n, c in CASES.items() if n != "longest packet"])
def test_an_item_is_read_byte_by_byte(data, item):
    """However TCP cuts the bytes, the item is the same, and comes with its last byte and not before."""
    splitter = Splitter()
    for byte in data[:-1]:
        splitter.feed(bytes([byte]))
        assert splitter.next() is None
    splitter.feed(data[-1:])
    assert _items(splitter) == [item]


@pytest.mark.parametrize(("data", "item"), CASES.values(), ids=CASES)
@pytest.mark.parametrize(("behind", "next_item"), [CASES["plain"], CASES["packet"], (b"RTSP/1.0 2", None)])
def test_bytes_behind_an_item_belong_to_the_next(data, item, behind, next_item):
    """A reply may stand between packets, and the other way round."""
    assert _split(data + behind) == [item] + ([next_item] if next_item else [])


@given(st.lists(st.sampled_from([c for n, c in CASES.items() if n != "longest packet"]), max_size=6), st.data())
def test_any_mixture_cut_anywhere_gives_its_items_in_order(cases, data):
    """Replies, requests and packets, in pieces of any length."""
    wire = b"".join(piece for piece, _ in cases)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(wire)), max_size=8)))
    splitter, found = Splitter(), []
    for start, end in zip([0, *cuts], [*cuts, len(wire)], strict=True):
        splitter.feed(wire[start:end])
        found += _items(splitter)
    assert found == [item for _, item in cases]


@given(st.lists(st.binary(max_size=60) | st.sampled_from([b"RTSP/1.0 200 OK\r\n", b"$\0", b"\r\n\r\n", b"A: "])))
def test_no_bytes_can_break_the_splitter(pieces):
    """Items, or our own error."""
    splitter = Splitter()
    try:
        for piece in pieces:
            splitter.feed(piece)
            _items(splitter)
    except ProbeError:
        return


@pytest.mark.parametrize(
    "data",
    [
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
        b"<html>",
        b"\x16\x03\x01\x02\x00",
        b"SSH-2.0-dropbear\r\n",
        b"220 FTP ready\r\n",
        b"RTSP/1.0 OK\r\n\r\n",
        b"RTSPX\r\n\r\n",
        b"hello world\r\n",
        b"A" * 3000,
    ],
)
def test_another_protocol_is_an_error_as_soon_as_it_shows(data):
    """A web server or SSH on the port is named, with what it said; nothing waits for a deadline."""
    with pytest.raises(MalformedReply, match="not an RTSP reply"):
        _split(data)


def test_the_error_names_the_step_under_way():
    """The step is set by whoever asks."""
    splitter = Splitter("rtsp.setup")
    splitter.feed(b"HTTP/1.1 400")
    with pytest.raises(MalformedReply) as caught:
        splitter.next()
    assert caught.value.step == "rtsp.setup"


def test_endless_headers_are_an_error():
    """A head over the limit is refused, so that no camera fills our memory."""
    with pytest.raises(MalformedReply, match=f"longer than {HEAD_LIMIT} bytes"):
        _split(b"RTSP/1.0 200 OK\r\n" + b"A: b\r\n" * HEAD_LIMIT)


@pytest.mark.parametrize(
    ("length", "words"),
    [("-1", "Content-Length is '-1'"), ("many", "is 'many'"), ("9" * 30, "is '999"), (f"{BODY_LIMIT + 1}", "is over")],
)
def test_a_body_length_that_cannot_be_is_an_error(length, words):
    """Refused before a byte of the body is waited for."""
    with pytest.raises(MalformedReply, match=words):
        _split(f"RTSP/1.0 200 OK\r\nContent-Length: {length}\r\n\r\n".encode())


def test_longse_trailing_blank_after_cseq():
    """Longse cameras write `CSeq: 2 ` (field notes 23): blanks after a value are no part of it."""
    (reply,) = _split(b"RTSP/1.0 200 OK\r\nCSeq: 2 \r\nContent-Length: 0 \r\n\r\n")
    assert isinstance(reply, Response)
    assert (reply.first("cseq"), reply.first("content-length")) == ("2", "0")


def test_missing_content_type():
    """Several cameras leave Content-Type out of the reply to DESCRIBE (field notes 23): the body is there anyhow."""
    (reply,) = _split(b"RTSP/1.0 200 OK\r\nCSeq: 3\r\nContent-Length: 5\r\n\r\nv=0\r\n")
    assert isinstance(reply, Response)
    assert (reply.first("content-type"), reply.body) == (None, b"v=0\r\n")


@pytest.mark.parametrize(
    ("header", "session"),
    [
        ("66334873", ("66334873", SESSION_TIMEOUT_S)),
        ("66334873;timeout=30", ("66334873", 30.0)),
        ("66334873 ; Timeout = 20 ", ("66334873", 20.0)),
        ("66334873;timeout=60;x=1", ("66334873", 60.0)),
        ("66334873;timeout=0", ("66334873", SESSION_TIMEOUT_S)),
        ("66334873;timeout=-5", ("66334873", SESSION_TIMEOUT_S)),
        ("66334873;timeout=99999999999", ("66334873", SESSION_TIMEOUT_S)),
        ("66334873;timeout=", ("66334873", SESSION_TIMEOUT_S)),
        ("", (None, SESSION_TIMEOUT_S)),
    ],
)
def test_the_session_id_stands_without_its_timeout(header, session):
    """RFC 2326 12.37: 60 s unless said; some say less than 30 (field notes 26). The id alone is sent back."""
    assert session_of(Response(200, "OK", {"session": (header,)})) == session


def test_no_session_header_is_no_session():
    """A server that keeps no state gives none."""
    assert session_of(Response(200, "OK")) == (None, SESSION_TIMEOUT_S)


@pytest.mark.parametrize(
    ("transport", "channel"),
    [
        ("RTP/AVP/TCP;unicast;interleaved=0-1", 0),
        ("RTP/AVP/TCP;unicast;interleaved=2-3;ssrc=1234ABCD", 2),
        ("RTP/AVP/TCP;unicast;Interleaved = 4-5", 4),
        ("RTP/AVP/TCP;interleaved=6", 6),
        ("RTP/AVP/TCP;unicast", 0),
        ("RTP/AVP/TCP;interleaved=256-257", 0),
        ("RTP/AVP/TCP;interleaved=1234-1", 0),
        ("RTP/AVP/TCP;interleaved=a-b", 0),
        ("", 0),
    ],
)
def test_the_channel_of_the_packets_is_the_one_the_server_names(transport, channel):
    """Field notes 25: the ids that were asked for may be changed in the reply."""
    assert rtp_channel(Response(200, "OK", {"transport": (transport,)})) == channel


def test_hikvision_ssrc_with_a_leading_blank():
    """Hikvision writes `ssrc= 5A3B2C1D` in Transport (field notes 23): what stands beside it is read all the same."""
    (reply,) = _split(
        b'RTSP/1.0 200 OK\r\nTransport: RTP/AVP/TCP;unicast;interleaved=2-3;ssrc= 5A3B2C1D;mode="play"\r\n\r\n'
    )
    assert isinstance(reply, Response)
    assert rtp_channel(reply) == 2


def test_a_request_is_written_line_by_line():
    """RFC 2326 6: the method, CSeq and our name; then what was asked for."""
    assert request_bytes("PLAY", "rtsp://h/1", 7, {"Session": "12"}) == (
        b"PLAY rtsp://h/1 RTSP/1.0\r\nCSeq: 7\r\nUser-Agent: camera-registry\r\nSession: 12\r\n\r\n"
    )


@given(st.text(max_size=20), st.text(max_size=20))
def test_no_value_can_add_a_line_to_a_request(uri, value):
    """A line end that comes from a camera's address or session does not make a header of ours."""
    data = request_bytes("PLAY", uri, 1, {"Session": value})
    assert data.count(b"\n") == data.count(b"\r") == 5
