"""Whole replies, damaged in every way: nothing but our own errors comes out of a reader.

Strategy: replies as makes write them, from which pieces are cut, written twice, exchanged or replaced by any bytes. The
readers of one kind of reply are all asked, one behind the other, as a look does.
"""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probes.auth import Login, choose, parse_challenges
from probes.errors import ProbeError
from probes.onvif import parse
from probes.onvif.soap import Fault, read
from probes.rtsp import sdp
from probes.rtsp.message import Response, Splitter, rtp_channel, session_of
from probes.rtsp.meter import Meter
from tests.acceptance.field.scripted import H264_SDP, PICTURES, onvif
from tests.probes.onvif.onvif_replies import OPTIONS2, encoder2, fault, fault11, profile2, profiles2
from tests.probes.onvif.scripted_camera import Said
from tests.probes.rtsp.packet_maker import aggregation, h264_fragments, h265_fragments, jpeg_fragments, stap_b

READERS = (
    *(parse.device_time, parse.services, parse.capabilities, parse.device_information, parse.mac, parse.endpoint),
    *(parse.rtsp_port, parse.has_time_server, parse.profiles_claimed, parse.profiles, parse.video_sources),
    *(parse.scope_words, parse.encoders, parse.options, parse.stream_uri),
)
REPLIES = [answer.body for answer in onvif().values() if isinstance(answer, Said)]
REPLIES += [OPTIONS2, profiles2(profile2("P1", encoder2())), fault(), fault11()]
CHALLENGES = [
    'Digest realm="IP Camera(C1234)", nonce="4d5a6b", algorithm=SHA-256, qop="auth", opaque="x", stale=FALSE',
    'Digest realm="Login to 3K01", nonce="1", Basic realm="Login to 3K01"',
    "Basic realm=camera, Digest realm=camera,nonce=ab12",
]
HEADS = [
    b"RTSP/1.0 200 OK\r\nCSeq: 1\r\nContent-Base: rtsp://h/x/\r\nContent-Length: %d\r\n\r\n" % len(H264_SDP)
    + H264_SDP.encode(),
    b"RTSP/1.0 200 OK\r\nCSeq: 3 \r\nSession: 12;timeout=60\r\nTransport: RTP/AVP/TCP;interleaved=0-1;ssrc= 1\r\n\r\n",
    b"RTSP/1.0 401 Unauthorized\r\nCSeq: 2\r\nWWW-Authenticate: " + CHALLENGES[0].encode() + b"\r\n\r\n",
    b"".join(PICTURES[:6]),
]
UNIT = bytes(range(1, 200)) * 20
PAYLOADS = [
    *h264_fragments(b"\x65" + UNIT, don=True),
    stap_b([b"\x67" + UNIT[:30], b"\x68\xce"]),
    *h265_fragments(b"\x26\x01" + UNIT),
    aggregation([b"\x42\x01" + UNIT[:40], b"\x44\x01\x02"], don=True),
    *jpeg_fragments(UNIT),
]


@st.composite
def damaged(draw, whole):
    """One of `whole`, with a few pieces cut out, written twice, exchanged, or replaced by any bytes."""
    data = draw(st.sampled_from(whole))
    for _ in range(draw(st.integers(1, 4))):
        a, b, c = sorted(draw(st.tuples(*[st.integers(0, len(data))] * 3)))
        first, second = data[a:b], data[b:c]
        middle = draw(st.sampled_from(["cut", "twice", "swap", "noise"]))
        new = {"cut": second, "twice": first + first + second, "swap": second + first}.get(middle)
        noise = draw(st.binary(max_size=12)) + second if new is None else new
        data = (data[:a] + noise + data[c:])[:20_000]
    return data


@given(damaged(REPLIES))
def test_no_damage_to_an_onvif_reply_breaks_a_reader(data):
    """Every reader over whatever is left."""
    with contextlib.suppress(ProbeError):
        found = read(data, "onvif.device")
        for reader in READERS:
            if not isinstance(found, Fault):
                reader(found)


@given(damaged(HEADS), st.integers(1, 500))
def test_no_damage_to_an_rtsp_reply_breaks_a_reader(data, size):
    """Cut anywhere; each reply is asked for all that a look asks for."""
    splitter = Splitter()
    with contextlib.suppress(ProbeError):
        for at in range(0, len(data), size):
            splitter.feed(data[at : at + size])
            while (item := splitter.next()) is not None:
                if isinstance(item, Response):
                    session_of(item)
                    assert 0 <= rtp_channel(item) < 256
                    parse_challenges(item.headers.get("www-authenticate", ()))


@given(damaged([H264_SDP.encode()]))
def test_no_damage_to_a_description_breaks_a_reader(data):
    """Sets, codec and addresses of every track; and a meter can be made of the video."""
    with contextlib.suppress(ProbeError):
        found = sdp.parse(data)
        for media in found.media:
            assert media.codec
            assert sdp.track_address("rtsp://h/", [found.control], media.control)
            Meter(media.codec, 0.0, clock_rate=media.clock_rate, fmtp=media.fmtp, parameter_sets=media.parameter_sets())


@given(damaged([c.encode() for c in CHALLENGES]))
def test_no_damage_to_a_challenge_breaks_the_answer(data):
    """What is chosen can be signed."""
    challenges = parse_challenges([data.decode("utf-8", "surrogateescape")])
    with contextlib.suppress(ProbeError):
        chosen = choose(challenges, "rtsp.describe", remembered=None, basic_allowed=True)
        assert "\n" not in Login(chosen, "ngườidùng", "mật khẩu").header("DESCRIBE", "rtsp://h/")


@pytest.mark.parametrize("codec", ["h264", "h265", "mjpeg", "mpeg4"])
@given(st.lists(damaged(PAYLOADS), max_size=8), st.binary(max_size=4))
def test_no_damage_to_payloads_breaks_the_meter(codec, payloads, first):
    """Each in a packet of its own, in order; the numbers and the key frame can be asked for."""
    meter = Meter(codec, 0.0)
    for number, payload in enumerate(payloads):
        head = bytes([0x80, 0x60 | number % 2 << 7]) + number.to_bytes(2, "big") + bytes(8)
        meter.rtp(first[: number % 3] + head[len(first[: number % 3]) :] + payload, number / 25)
    meter.report()
    meter.key_frame()
    meter.sizes()
