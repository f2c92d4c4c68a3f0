"""Proof: how a stream is carried, as real cameras carry it (items 15, 25 and 26 of the field notes)."""

import asyncio
import contextlib
import socket
import threading
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from probes import run
from probes.login import LoginState
from probes.simulator import presets, running
from probes.target import DEFAULT_PORTS, Address, Credential, Limits, Need, Remembered, Target, parse_address

LIMITS = Limits(connect_s=2, read_s=5, sample_s=4, deadline_s=40, picture=False)
QUICK = (Need("measured.codec", frames=10),)


def camera_spec(*faults, **fields):
    """A small camera, so that a test costs little: 640x360 at 25 pictures a second."""
    spec = presets.good_h264(faults=frozenset(faults), **fields)
    return replace(spec, channels=(replace(spec.channels[0], streams=spec.channels[0].streams[1:]),))


def seen(camera, *, needs=QUICK, limits=LIMITS, remembered=None, scheme="rtsp"):
    """The observation of the one stream of `camera`, asked for by its address."""
    address = parse_address(camera.rtsp_url("sub").replace("rtsp", scheme, 1))
    login = Credential("1", camera.spec.username, camera.spec.password)
    target = Target("k", address, (login,), remembered or Remembered(), needs, limits)
    return asyncio.run(run.look(target))


def stream_of(observation):
    """The one stream."""
    return observation.channels[0].streams[0]


def kinds(observation):
    """Kind and step of the failures of the stream."""
    return [(f.kind, f.step) for f in observation.failures if f.stream]


@pytest.mark.field(25)
def test_a_camera_that_refuses_tcp_is_measured_over_udp():
    """461, then a pair of UDP ports: measured, torn down, one session, and the flag says that TCP was refused."""
    with running(camera_spec("no_interleaved")) as (camera,):
        stream = stream_of(seen(camera))
        assert camera.counters.sessions_open == 0
        assert camera.counters.teardowns == 1
    assert (stream.rtsp.transport, stream.rtsp.interleaved) == ("udp", False)
    assert (stream.measured.codec, stream.measured.size, stream.measured.how) == ("h264", (640, 360), "rtp over udp")


@pytest.mark.field(25)
def test_packets_lost_over_udp_are_counted():
    """The meter is the same: what does not arrive leaves a gap in the numbers."""
    spec = camera_spec("no_interleaved")
    lossy = replace(spec.channels[0].streams[0], lose_every=20)
    spec = replace(spec, channels=(replace(spec.channels[0], streams=(lossy,)),))
    with running(spec) as (camera,):
        measured = stream_of(seen(camera, needs=(Need("measured.codec", frames=40),))).measured
    assert measured.packets_lost > 0
    assert measured.packets_lost / (measured.packets + measured.packets_lost) == pytest.approx(0.05, abs=0.03)


@pytest.mark.field(25)
def test_silence_over_udp_is_no_answer_of_the_camera():
    """A firewall between us and the camera never fails a rule: not `no_media`, and the words say UDP."""
    with running(camera_spec("no_interleaved", "udp_blocked")) as (camera,):
        observation = seen(camera)
        assert camera.counters.sessions_open == 0
    failure = next(f for f in observation.failures if f.stream)
    assert (failure.kind, failure.step, failure.definite) == ("unreachable", "rtsp.sample", False)
    assert "UDP" in failure.meaning.words["vi"]


@pytest.mark.field(25)
def test_channels_that_are_given_anew_and_packets_of_strangers_change_nothing():
    """Other interleaved ids in the reply, reports of an unknown source, a channel nobody set up: the stream is read."""
    with running(camera_spec("other_channels", "stray_packets")) as (camera,):
        observation = seen(camera, needs=(Need("measured.codec", frames=60),))
    stream = stream_of(observation)
    assert kinds(observation) == []
    assert (stream.rtsp.transport, stream.measured.size, stream.measured.packets_lost) == ("tcp", (640, 360), 0)


@pytest.mark.field(26)
@pytest.mark.parametrize("transport", [(), ("no_interleaved",)], ids=["tcp", "udp"])
@pytest.mark.parametrize("keepalive", ["any", "get_parameter", "options"])
def test_a_session_that_lives_two_seconds_survives_a_sample(keepalive, transport):
    """The sign of life is the one that the camera says it knows, in time."""
    needs = (Need("measured.codec", seconds=3.5, frames=80),)
    limits = replace(LIMITS, sample_s=8)
    with running(camera_spec(*transport, session_timeout_s=2, keepalive=keepalive)) as (camera,):
        measured = stream_of(seen(camera, needs=needs, limits=limits)).measured
    assert (measured.stop_reason, measured.seconds > 3) == ("needs_met", True)


@pytest.mark.field(26)
def test_a_redirect_on_the_camera_itself_is_followed_once():
    """302 to another path of the same host and port; with a login once that is known to be good."""
    good = Remembered(logins={"1": LoginState(rtsp="good")})
    with running(camera_spec(redirect="rtsp://{host}:{port}/moved{path}")) as (camera,):
        observation = seen(camera, remembered=good)
    assert stream_of(observation).measured is not None
    assert kinds(observation) == []


@pytest.mark.field(26)
@pytest.mark.parametrize("there", ["rtsp://{trap}/x", "rtsp://{host}:{trap_port}{path}", "http://{host}:{port}{path}"])
def test_a_redirect_to_anywhere_else_is_never_followed(there):
    """Another host, another port than the registered one, another scheme: nobody connects there."""
    with socket.create_server(("127.0.0.1", 0)) as trap:
        port = trap.getsockname()[1]
        there = there.replace("{trap}", f"127.0.0.1:{port}").replace("{trap_port}", str(port))
        with running(camera_spec(redirect=there, rtsp_auth="none")) as (camera,):
            observation = seen(camera)
            assert not [name for name in camera.counters.requests if "SETUP" in name]
        trap.settimeout(0.2)
        with pytest.raises(TimeoutError):
            trap.accept()
    assert kinds(observation) == [("malformed_reply", "rtsp.describe")]


@pytest.mark.field(26)
@pytest.mark.parametrize(
    "odd",
    [{}, {"tls_days": -400}, {"tls_bits": 1024}, {"tls_newest": "1.0", "tls_bits": 1024}, {"tls_newest": "1.2"}],
    ids=["new", "expired", "1024 bits", "TLS 1.0", "TLS 1.2"],
)
def test_cameras_with_certificates_of_their_own_are_looked_at(odd):
    """RTSP over TLS and ONVIF over HTTPS, both pinned by port, with the date."""
    with running(camera_spec(tls=("rtsp", "onvif"), **odd)) as (camera,):
        observation = asyncio.run(run.look(by_onvif(camera)))
        ports = {str(camera.onvif_port), str(camera.rtsp_port)}
    stream = stream_of(observation)
    assert stream.uri.startswith("rtsps://")
    assert stream.measured.size == (640, 360)
    learned = observation.remembered
    assert set(learned.fingerprints) == set(learned.pinned_on) == ports
    assert {len(one) for one in learned.fingerprints.values()} == {64}


def by_onvif(camera, remembered=None):
    """The target of `camera` by its ONVIF address."""
    address = parse_address(camera.onvif_url, camera.rtsp_port)
    login = Credential("1", camera.spec.username, camera.spec.password)
    return Target("k", address, (login,), remembered or Remembered(), QUICK, LIMITS)


@pytest.mark.field(26)
def test_nothing_is_sent_to_a_certificate_that_has_changed():
    """No login, no question; the words hold both fingerprints and dates, and what may be accepted is remembered."""
    with running(camera_spec(tls=("rtsp", "onvif"))) as (camera,):
        pinned = Remembered(
            fingerprints={str(camera.onvif_port): "ab" * 32}, pinned_on={str(camera.onvif_port): "2026-10-01"}
        )
        observation = asyncio.run(run.look(by_onvif(camera, pinned)))
        assert camera.counters.requests == {}
        found = observation.remembered.new_fingerprints[str(camera.onvif_port)]
    failure = next(f for f in observation.failures if f.kind == "tls")
    assert not failure.definite
    for part in ("ab" * 32, "2026-10-01", found, observation.observed_at.date().isoformat()):
        assert part in failure.detail
    assert observation.remembered.fingerprints == pinned.fingerprints


@pytest.mark.field(26)
def test_an_http_redirect_on_the_camera_itself_is_followed_once():
    """Another path of the same port, as some web servers in cameras have it; nothing signed left before."""
    with running(camera_spec(http_redirect="http://{host}:{port}/moved{path}")) as (camera,):
        observation = asyncio.run(run.look(by_onvif(camera)))
    assert observation.device.identity.model == camera.spec.model


@contextlib.contextmanager
def web_server(host, there):
    """The port of a web server at `host` that sends every POST on to `there`."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            assert "Authorization" not in self.headers
            self.send_response(302)
            self.send_header("Location", there)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_):
            """Says nothing."""

    with ThreadingHTTPServer((host, 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


@pytest.mark.field(26)
def test_from_port_80_a_camera_may_send_us_to_https(monkeypatch):
    """HTTP at 80 answers with a redirect to HTTPS at 443 of the same host; the login goes over TLS alone."""
    with running(camera_spec(tls=("onvif",))) as (camera,), web_server(camera.host, camera.onvif_url) as port:
        monkeypatch.setitem(DEFAULT_PORTS, "http", port)
        monkeypatch.setitem(DEFAULT_PORTS, "https", camera.onvif_port)
        target = replace(by_onvif(camera), address=Address("host", camera.host, onvif_port=port))
        observation = asyncio.run(run.look(target))
        monkeypatch.setitem(DEFAULT_PORTS, "http", 80)
        forwarded = asyncio.run(run.look(target))
    assert observation.device.identity.model == camera.spec.model
    assert str(camera.onvif_port) in observation.remembered.fingerprints
    assert forwarded.device.identity is None  # a port that somebody forwards: another port is another device
    assert {f.kind for f in forwarded.failures if "identity" in f.facts} == {"malformed_reply"}


@pytest.mark.field(15)
@pytest.mark.parametrize("status", [406, 453, 500, 503])
def test_a_camera_without_a_free_session_is_busy_and_not_down(status):
    """Whatever status says it at SETUP: `busy`, which fails nothing, and no session is left open."""
    with running(camera_spec("one_session", full_status=status)) as (camera,):
        camera.counters.session_opened()  # somebody watches
        observation = seen(camera)
        assert camera.counters.sessions_open == 1
    assert kinds(observation) == [("busy", "rtsp.setup")]
    assert not any(f.definite for f in observation.failures)
