"""The RTSP server of simulated cameras: states, logins, media on the wire, and counts."""

import itertools
import struct
from dataclasses import replace

import pytest

from probes.simulator import CameraSpec, ChannelSpec, StreamSpec, presets, running
from tests.probes.simulator.simulator_client import ask, digest, rtsp

TCP = "RTP/AVP/TCP;unicast;interleaved=0-1"
SMALL = StreamSpec("main", width=322, height=242, fps=25, gop=5, path="/live/1")


def one(stream=SMALL, **fields):
    """A camera with one small stream."""
    return CameraSpec(channels=(ChannelSpec("source", "Yard", (stream,)),), **fields)


@pytest.fixture(scope="module")
def cameras():
    """Cameras for the tests that only ask."""
    specs = {
        "digest": one(),
        "open": one(rtsp_auth="none"),
        "sound": one(replace(SMALL, audio=True), rtsp_auth="none"),
        "sha": one(digest_algorithms=("SHA-256",), rtsp_qop=True),
        "other login": one(rtsp_password="another"),
        "locked": one(locked=True),
        "no tcp": one(rtsp_auth="none", faults=frozenset({"no_interleaved"})),
        "one session": one(rtsp_auth="none", faults=frozenset({"one_session"})),
        "lossy": one(replace(SMALL, lose_every=3), rtsp_auth="none"),
        "mid group": one(replace(SMALL, start_at=3), rtsp_auth="none"),
        "absolute": one(replace(SMALL, control="absolute", sprop=False), rtsp_auth="none"),
        "silent media": one(rtsp_auth="none", faults=frozenset({"no_media"})),
        "hanging": one(rtsp_auth="none", faults=frozenset({"hang_mid_stream"})),
    }
    with running(*specs.values()) as found:
        yield dict(zip(specs, found, strict=True))


def numbers(packets):
    """Sequence numbers and time stamps of RTP packets."""
    return [struct.unpack_from("!HI", packet, 2) for packet in packets]


def test_a_session_goes_from_describe_to_teardown_and_is_counted():
    """Each step is answered, media flow, and the counters saw everything."""
    with running(one()) as (camera,):
        with rtsp(camera) as client:
            assert client.play() == (200, 200, 200)
            assert camera.counters.sessions_open == 1
            client.packets(3)
            assert client.ask("GET_PARAMETER")[0] == 200
            assert client.ask("TEARDOWN")[0] == 200
        counters = camera.counters
        assert (counters.sessions_open, counters.sessions_peak, counters.teardowns) == (0, 1, 1)
        assert (counters.rtsp_with_credentials, counters.rtsp_refused) == (5, 0)
        assert counters.requests == {"DESCRIBE": 2, "SETUP": 1, "PLAY": 1, "GET_PARAMETER": 1, "TEARDOWN": 1}
        assert (counters.rtsp_connections, counters.bytes_sent > 0) == (1, True)


def test_an_input_without_a_camera_is_listed_and_not_there():
    """ONVIF tells of both inputs; the stream of the one that is not connected gets 404."""
    gone = ChannelSpec("gone", "Gate", (replace(SMALL, token="other", path="/live/2"),), connected=False)
    with running(CameraSpec(channels=(*one().channels, gone), rtsp_auth="none")) as (camera,):
        for path, status in (("/live/1", 200), ("/live/2", 404)):
            with rtsp(camera) as client:
                url = f"rtsp://{camera.host}:{camera.rtsp_port}{path}"
                assert client.ask("DESCRIBE", url)[0] == status
        assert ask(camera, "trt:GetProfiles").texts("tt:SourceToken") == ["source", "gone"]


def test_packets_count_on_over_the_end_of_the_clip(cameras):
    """Numbers never jump and pictures are 3600 ticks apart, over more pictures than the clip has."""
    with rtsp(cameras["open"]) as client:
        client.play()
        packets = client.packets(40)
        found = numbers(packets)
        assert [(b[0] - a[0]) & 0xFFFF for a, b in itertools.pairwise(found)] == [1] * 39
        steps = [(b[1] - a[1]) & 0xFFFFFFFF for a, b in itertools.pairwise(found)]
        assert set(steps) == {0, 3600}
        marked = [packet[1] >> 7 for packet in packets[:-1]]
        assert marked == [1 if step else 0 for step in steps]


def test_play_says_where_the_media_begin(cameras):
    """RTP-Info names the first sequence number and time stamp."""
    with rtsp(cameras["open"]) as client:
        client.ask("SETUP", client.url + "/trackID=0", Transport=TCP)
        said = dict(client.ask("PLAY")[1])["rtp-info"]
        (sequence, stamp), *_ = numbers(client.packets(1))
        assert said.endswith(f"seq={sequence};rtptime={stamp}")


def test_sender_reports_come_with_the_media(cameras):
    """The second channel carries RTCP sender reports about the same source, with a CNAME behind them."""
    with rtsp(cameras["open"]) as client:
        client.play()
        reports = client.packets(2, channel=1)
        source = client.packets(1)[0][8:12]
        assert [(one[1], one[4:8] == source, one[29]) for one in reports] == [(200, True, 202)] * 2


def test_a_lossy_camera_leaves_gaps_in_the_numbers(cameras):
    """Every third packet is missing, and its number with it."""
    with rtsp(cameras["lossy"]) as client:
        client.play()
        found = [number for number, _ in numbers(client.packets(20))]
        steps = [(b - a) & 0xFFFF for a, b in itertools.pairwise(found)]
        assert set(steps) == {1, 2}


def test_a_camera_may_begin_inside_a_group(cameras):
    """With `start_at` the first picture is not a key picture."""
    with rtsp(cameras["open"]) as usual, rtsp(cameras["mid group"]) as odd:
        usual.play()
        odd.play()
        kinds = [client.packets(1)[0][12] & 0x1F for client in (usual, odd)]
        assert kinds == [24, 1]


def test_the_description_names_tracks_rate_and_parameter_sets(cameras):
    """The SDP says control, frame rate and sprop, absolute and bare where the camera is so."""
    with rtsp(cameras["sound"]) as client:
        _, headers, body = client.plain("DESCRIBE", Accept="application/sdp")
        assert dict(headers)["content-base"] == client.url + "/"
        lines = body.decode().split("\r\n")
        assert [line for line in lines if line.startswith("m=")] == ["m=video 0 RTP/AVP 96", "m=audio 0 RTP/AVP 8"]
        assert "a=framerate:25" in lines
        assert any("sprop-parameter-sets=Z" in line for line in lines)
    with rtsp(cameras["absolute"]) as client:
        text = client.plain("DESCRIBE")[2].decode()
        assert f"a=control:{client.url}/trackID=0" in text
        assert "sprop" not in text


def test_wrong_moves_get_the_status_the_rfc_names(cameras):
    """404, 405-class, 406, 454, 455, 459, 460, 461, 501, 505, 551: each where it is due."""
    with rtsp(cameras["sound"]) as client:
        track = client.url + "/trackID=0"
        assert client.plain("DESCRIBE", client.url + "/none")[0] == 404
        assert client.plain("DESCRIBE", Accept="text/html")[0] == 406
        assert client.plain("SETUP", client.url + "/trackID=7", Transport=TCP)[0] == 404
        assert client.plain("SETUP", client.url, Transport=TCP)[0] == 459
        assert client.plain("SETUP", track, Transport="RTP/AVP;unicast;client_port=5000-5001")[0] == 461
        assert client.plain("PLAY", Session="nothing")[0] == 454
        assert client.plain("RECORD")[0] == 501
        assert client.plain("OPTIONS", version="RTSP/2.0")[0] == 505
        assert client.plain("OPTIONS", Require="funky")[0] == 551
        assert client.plain("SETUP", track, Transport=TCP)[0] == 200
        assert client.ask("SETUP", client.url + "/trackID=1", Transport="RTP/AVP/TCP;unicast")[0] == 200
        assert client.ask("PLAY", track)[0] == 460
        assert client.ask("PLAY")[0] == 200
        assert client.ask("SETUP", track, Transport=TCP)[0] == 455


def test_wanted_channels_are_granted(cameras):
    """The client's channel numbers are used, and sound flows on its own."""
    with rtsp(cameras["sound"]) as client:
        client.ask(
            "SETUP", client.url + "/trackID=0", Transport="RTP/AVP;unicast;client_port=9-10,RTP/AVP/TCP;interleaved=4-5"
        )
        reply = client.ask("SETUP", client.url + "/trackID=1", Transport="RTP/AVP/TCP;unicast;interleaved=6-7")
        assert "interleaved=6-7" in dict(reply[1])["transport"]
        client.ask("PLAY")
        assert [len(client.packets(1, channel)) for channel in (4, 6)] == [1, 1]
        assert client.packets(1, channel=6)[0][1] & 0x7F == 8


def test_a_camera_without_tcp_says_461(cameras):
    """Some cameras speak UDP only."""
    with rtsp(cameras["no tcp"]) as client:
        assert client.ask("SETUP", client.url + "/trackID=0", Transport=TCP)[0] == 461


def test_a_camera_with_one_session_is_busy_until_it_is_torn_down(cameras):
    """The second SETUP gets 453, and passes after the first session ended."""
    with rtsp(cameras["one session"]) as first, rtsp(cameras["one session"]) as second:
        first.play()
        track = second.url + "/trackID=0"
        assert second.ask("SETUP", track, Transport=TCP)[0] == 453
        first.ask("TEARDOWN")
        assert second.ask("SETUP", track, Transport=TCP)[0] == 200


def test_a_wrong_password_is_refused_with_a_fresh_challenge(cameras):
    """Digest without qop: the right password passes, a wrong one does not, and only that one is counted."""
    camera = cameras["digest"]
    with rtsp(camera) as client:
        assert client.ask("DESCRIBE")[0] == 200
    before = camera.counters.rtsp_refused
    with rtsp(camera, password="wrong") as client:
        status, headers, _ = client.ask("DESCRIBE")
        assert (status, "qop" in dict(headers)["www-authenticate"]) == (401, False)
        assert client.plain("OPTIONS")[0] == 200
    assert camera.counters.rtsp_refused == before + 1
    with rtsp(cameras["other login"]) as client:
        assert client.ask("DESCRIBE")[0] == 401


def test_sha_256_with_qop_counts_nonces(cameras):
    """A count that was used before is stale, which is not a refusal; one header per algorithm is offered."""
    camera = cameras["sha"]
    with rtsp(camera) as client:
        challenge = dict(client.plain("DESCRIBE")[1])["www-authenticate"]

        def status(count):
            login = digest(challenge, "admin", camera.spec.password, "DESCRIBE", client.url, count)
            return client.plain("DESCRIBE", Authorization=login)[0]

        assert [status(1), status(1), status(2)] == [200, 401, 200]
    assert camera.counters.rtsp_refused == 0


def test_a_locked_camera_says_so(cameras):
    """Nobody gets in, and the body says why."""
    with rtsp(cameras["locked"]) as client:
        status, _, body = client.plain("DESCRIBE", Authorization="Digest x")
        assert (status, body.decode()) == (403, cameras["locked"].spec.lock_text)


def test_media_may_never_come_or_stop_while_the_connection_lives(cameras):
    """PLAY is answered, and so is what follows, but packets are missing or end."""
    with rtsp(cameras["silent media"]) as client:
        assert client.play() == (200, 200, 200)
        assert client.ask("GET_PARAMETER")[0] == 200
        assert client.ask("TEARDOWN")[0] == 200
    assert cameras["silent media"].counters.bytes_sent == 0
    with rtsp(cameras["hanging"]) as client:
        client.play()
        stamps = {stamp for _, stamp in numbers(client.packets(26))}
        assert 0 < len(stamps) <= 26
        assert client.ask("TEARDOWN")[0] == 200


def test_a_client_that_vanishes_leaves_no_session():
    """A closed connection ends its session without a TEARDOWN."""
    with running(one(rtsp_auth="none")) as (camera,):
        with rtsp(camera) as client:
            client.play()
            client.packets(1)
        with rtsp(camera) as client:  # the server has read the end of the first connection, or does so meanwhile
            while camera.counters.sessions_open:
                client.plain("OPTIONS")
        assert (camera.counters.sessions_open, camera.counters.teardowns) == (0, 0)


def test_presets_are_what_their_names_say():
    """Each preset has the main stream that the demo and the rules are tested with."""
    sizes = {
        make.__name__: make().channels[0].streams[0].said_size
        for make in (presets.hd720_cannot, presets.hd720_can_1080)
    }
    assert sizes == {"hd720_cannot": (1280, 720), "hd720_can_1080": (1280, 720)}
