"""Proof: addresses that devices hand out, behind a forwarded port or simply wrong (items 5, 6, 11 and 27)."""

import asyncio
import contextlib
from dataclasses import replace

import pytest

from probes import run
from probes.simulator import presets, running, running_async
from probes.target import Address, Credential, Limits, Need, Target

LIMITS = Limits(connect_s=2, read_s=5, sample_s=3, deadline_s=30, picture=False)
QUICK = (Need("measured.codec", frames=10),)


def camera_spec(**fields):
    """A small camera: 640x360 at 25 pictures a second."""
    spec = presets.good_h264(**fields)
    return replace(spec, channels=(replace(spec.channels[0], streams=spec.channels[0].streams[1:]),))


def target(host, onvif_port, rtsp_port, camera):
    """The target of a device that people registered at `host` with these ports."""
    login = Credential("1", camera.spec.username, camera.spec.password)
    address = Address("host", host, onvif_port=onvif_port, rtsp_port=rtsp_port)
    return Target("k", address, (login,), needs=QUICK, limits=LIMITS)


@contextlib.asynccontextmanager
async def forwarded(camera, host="127.0.0.9"):
    """The two ports at `host` that a router forwards to `camera`, and how many connections came through each."""
    through = {"onvif": 0, "rtsp": 0}

    def taker(name, port):
        async def take(reader, writer):
            through[name] += 1
            inner, outer = await asyncio.open_connection(camera.host, port)
            await asyncio.gather(_pipe(reader, outer), _pipe(inner, writer))

        return take

    async with contextlib.AsyncExitStack() as stack:
        ports = []
        for name, port in (("onvif", camera.onvif_port), ("rtsp", camera.rtsp_port)):
            server = await stack.enter_async_context(await asyncio.start_server(taker(name, port), host, 0))
            ports.append(server.sockets[0].getsockname()[1])
        yield host, *ports, through
        await asyncio.sleep(0.05)  # the last connections end


async def _pipe(reader, writer):
    with contextlib.suppress(OSError):
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
    writer.close()


XADDRS = {
    "its own private address": None,
    "the factory's": "http://192.168.1.88{path}",
    "link-local": "http://169.254.10.1:8000{path}",
    "two at once": "http://169.254.10.1{path} http://192.168.1.64{path}",
    "the device service for all": "http://192.168.1.10:5000/onvif/device_service",
    "a path that is not there": "http://192.168.1.10/onvif/nothing",
    "no address": "onvif",
}


@pytest.mark.field(5)
@pytest.mark.parametrize("said", XADDRS.values(), ids=XADDRS)
def test_behind_a_forwarded_port_host_and_port_are_the_registered_ones(said):
    """Whatever the device says of itself: every connection goes to the registered host and ports, and all is had."""

    async def go():
        faults = frozenset({"one_address"} if said == XADDRS["the device service for all"] else ())
        async with running_async(camera_spec(xaddr=said, media=("media1",), faults=faults)) as (camera,):
            async with forwarded(camera) as (host, onvif_port, rtsp_port, through):
                observation = await run.look(target(host, onvif_port, rtsp_port, camera))
            seen = camera.counters.onvif_connections, camera.counters.rtsp_connections
            return observation, through, seen

    observation, through, seen = asyncio.run(go())
    stream = observation.channels[0].streams[0]
    assert stream.measured is not None, observation.failures
    assert stream.measured.size == (640, 360)
    assert (through["onvif"], through["rtsp"]) == seen  # none went around the router


URIS = {
    "no port": "rtsp://{host}{path}",
    "a wrong port": "rtsp://{host}:9{path}",
    "a wrong host": "rtsp://192.168.1.88:554{path}",
    "ports glued together": "rtsp://{host}:80:554{path}",
    "blanks and a line end": "  rtsp://{host}:{port}\n{path} \n",
    "an escaped ampersand": "rtsp://{host}:{port}{path}?a=1&amp;b=2",
    "a login inside": "rtsp://admin:secret@{host}:{port}{path}",
}


@pytest.mark.field(11)
@pytest.mark.parametrize("said", URIS.values(), ids=URIS)
def test_a_stream_address_that_is_wrong_is_mended(said):
    """The registered host and RTSP port, the path as it is meant; nothing of a login is kept."""
    path = "/live?a=1&b=2" if "a=1" in said else "/live"
    spec = camera_spec(stream_uri=said.replace("{path}?a=1", "/live?a=1"))
    spec = replace(
        spec, channels=(replace(spec.channels[0], streams=(replace(spec.channels[0].streams[0], path=path),)),)
    )
    with running(spec) as (camera,):
        observation = asyncio.run(run.look(target(camera.host, camera.onvif_port, camera.rtsp_port, camera)))
        stream = observation.channels[0].streams[0]
        assert stream.uri == f"rtsp://{camera.host}:{camera.rtsp_port}{path}"
    assert stream.measured is not None, observation.failures


@pytest.mark.field(6)
def test_an_onvif_port_that_is_that_of_the_streams_is_said_so():
    """RTSP answers at the port that was registered for ONVIF: clear words, and no login is sent."""
    with running(camera_spec()) as (camera,):
        observation = asyncio.run(run.look(target(camera.host, camera.rtsp_port, camera.rtsp_port, camera)))
        assert camera.counters.with_credentials == 0
    failure = observation.failures[0]
    assert failure.kind == "not_onvif"
    assert "RTSP" in failure.detail


@pytest.mark.field(6)
def test_only_the_registered_port_is_asked():
    """Nothing at the registered port: the device is not searched for elsewhere, and no login leaves."""
    with running(camera_spec()) as (camera,):
        observation = asyncio.run(run.look(target(camera.host, 1, 1, camera)))
        assert camera.counters.onvif_connections == 0
        assert camera.counters.rtsp_connections == 0
    assert observation.failures[0].kind == "refused_connection"


@pytest.mark.field(6)
def test_where_a_person_named_the_host_alone_the_usual_ports_are_asked_in_turn():
    """No ONVIF at the first two ports, a camera at the third: one login leaves, at the third, and the port is told."""
    with running(camera_spec()) as (camera,):
        asked = target(camera.host, 1, camera.rtsp_port, camera)
        asked = replace(asked, onvif_ports=(camera.rtsp_port, camera.onvif_port, 2))
        observation = asyncio.run(run.look(asked))
        assert camera.counters.rtsp_refused == camera.counters.onvif_refused == 0
    assert observation.remembered.onvif_port == camera.onvif_port
    assert observation.device.identity.model == camera.spec.model
    assert not [f for f in observation.failures if f.kind in ("refused_connection", "not_onvif")]


@pytest.mark.field(6)
def test_a_device_without_onvif_anywhere_is_told_by_the_port_that_was_asked_for_first():
    """The other ports leave no failures of their own, and nothing signed leaves over ONVIF."""
    with running(camera_spec(faults=frozenset({"html_404"}), rtsp_auth="none")) as (camera,):
        asked = replace(target(camera.host, camera.onvif_port, camera.rtsp_port, camera), onvif_ports=(1, 2))
        observation = asyncio.run(run.look(asked))
        assert camera.counters.onvif_with_credentials == 0
    assert {f.kind for f in observation.failures if f.step in ("connect", "onvif.clock")} == {"not_onvif"}


@pytest.mark.field(6)
def test_where_nothing_is_open_every_port_that_was_asked_is_named():
    """A person who named the host alone sees that ONVIF was looked for elsewhere, and streams too."""
    with running(camera_spec(faults=frozenset({"offline_onvif", "offline_rtsp"}))) as (camera,):
        asked = replace(target(camera.host, camera.onvif_port, camera.rtsp_port, camera), onvif_ports=(1, 2))
        failures = asyncio.run(run.look(asked)).failures
    (detail,) = {f.detail for f in failures if f.kind == "refused_connection"}
    assert detail.endswith(f"; also asked: ONVIF at 1, 2; RTSP at {camera.rtsp_port}")


@pytest.mark.field(27)
@pytest.mark.parametrize("offset_s", [-90.0, 0.0, 7.0])
def test_the_clock_is_compared_with_half_the_round_trip_taken_off(offset_s):
    """A device that thinks for half a second is off by its clock, not by its slowness; source and zone are told."""
    with running(camera_spec(clock_offset_s=offset_s, answer_after_s=0.5)) as (camera,):
        clock = asyncio.run(run.look(target(camera.host, camera.onvif_port, camera.rtsp_port, camera))).device.clock
    assert clock.offset_s == pytest.approx(offset_s, abs=0.8)
    assert (clock.time_source, clock.zone) == ("ntp", "ICT-7")
