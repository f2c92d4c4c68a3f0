"""Proof: nothing but the cameras of a school is connected to, whatever is registered, looked up or handed out.

Strategy: real sockets. What must not be reached is a `Trap` at an address of its own, which counts whoever comes. Where
the device is the liar, its trap lies in networks that are allowed, so that the rule of networks hides nothing.
"""

import ast
import asyncio
import contextlib
import json
import socket
from dataclasses import replace
from ipaddress import IPv4Network
from pathlib import Path

import pytest

from camera_registry import cli
from camera_registry.database import reading, writing
from camera_registry.models import Device
from camera_registry.store import history, schools
from probes import run
from probes.discovery.plan import Plan
from probes.discovery.scan import scan
from probes.outgoing import ANYWHERE, Networks
from probes.simulator import presets, running, running_async
from probes.target import Address, Credential, Limits, Need, Remembered, Target
from probes.visit import Visit
from tests.acceptance.field import scripted
from tests.acceptance.fleet import TYPED, Fleet
from tests.probes.rtsp.scripted_server import cseq_of, reply

ROOT = Path(__file__).parents[2]
LIMITS = Limits(connect_s=2, read_s=5, sample_s=2, deadline_s=30, picture=False)
NEEDS = (Need("measured.codec", frames=3),)
ALL_LOOPBACK = Networks(("127.0.0.0/8",), loopback=True)


class Trap:
    """Listens at `host` over TCP and UDP; `seen` counts connections and datagrams."""

    def __init__(self, host):
        self.host, self.port, self.seen, self.heard = host, 0, 0, b""

    @contextlib.asynccontextmanager
    async def set_up(self):
        """Counts until the block ends."""

        async def take(reader, writer):
            self.seen += 1
            with contextlib.suppress(OSError, TimeoutError):
                async with asyncio.timeout(0.2):
                    self.heard += await reader.read(65_536)
            writer.close()

        server = await asyncio.start_server(take, self.host, 0)
        self.port = server.sockets[0].getsockname()[1]
        datagrams = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        datagrams.bind((self.host, self.port))
        datagrams.setblocking(False)
        try:
            yield self
            await asyncio.sleep(0.05)  # whoever is on the way arrives
            with contextlib.suppress(BlockingIOError):
                while datagrams.recv(65_536):
                    self.seen += 1
        finally:
            datagrams.close()
            server.close()
            await server.wait_closed()


def small(**fields):
    """A small camera: 640x360 at 25 pictures a second."""
    spec = presets.good_h264(**fields)
    return replace(spec, channels=(replace(spec.channels[0], streams=spec.channels[0].streams[1:]),))


def target(camera, host=None, networks=ALL_LOOPBACK):
    """The target of a registered camera, with its login, by its address or by a name."""
    login = Credential("1", camera.spec.username, camera.spec.password)
    address = Address("host", host or camera.host, onvif_port=camera.onvif_port, rtsp_port=camera.rtsp_port)
    return Target("k", address, (login,), Remembered(), NEEDS, LIMITS, networks=networks)


class Names:
    """A name server whose answers change: the first is given first, the last for ever; `asked` counts."""

    def __init__(self, *answers):
        self.answers, self.asked = list(answers), 0

    async def __call__(self, name):
        """The next answer."""
        self.asked += 1
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


def look_by_name(camera, *answers, networks=ALL_LOOPBACK):
    """What a look at the name of `camera` sees, and the name server."""
    names = Names(*answers)
    visit = Visit(target(camera, "camera.truong.example", networks), resolve=names)
    return asyncio.run(run.look_on(visit)), names


def connections(camera):
    """How many connections a camera has taken."""
    return camera.counters.onvif_connections + camera.counters.rtsp_connections


def test_a_worker_looks_within_the_networks_of_the_site_and_tells_what_it_left_out(tmp_path, monkeypatch, capsys):
    """Inside: looked at. Beside the networks, and in a network of the server: no connection, no try of the login, ended
    with a kind of its own, and told under what could not be checked.
    """
    fleet = Fleet(tmp_path, OUTGOING__REFUSED='["127.9.60.8/29"]', PROBE__PICTURE="false", PROBE__SAMPLE_S="1")
    monkeypatch.chdir(tmp_path)
    for name in (name for name in fleet.environment if name.startswith("CAMERA_REGISTRY_")):
        monkeypatch.setenv(name, fleet.environment[name])
    specs = [small(host=host, password=TYPED) for host in ("127.9.60.1", "127.9.61.1", "127.9.60.9")]
    with running(*specs) as cameras:
        fleet.register(cameras)
        with writing(fleet.engine) as session:
            schools.site(session, session.get_one(Device, fleet.devices[0]).site_id).networks = "127.9.60.0/28"
        assert cli.main(["probe", "--all", "--json"]) == 0
        reached = [connections(camera) for camera in cameras]
    with reading(fleet.engine) as session:
        ended = [history.looks(session, device, 1)[0][0] for device in fleet.devices]
    fleet.close()
    assert (reached[0] > 0, reached[1:]) == (True, [0, 0])
    assert [(item.state, item.reason, item.tries) for item in ended[1:]] == [("failed", "not_allowed", 0)] * 2
    assert (ended[0].state, ended[0].reason) == ("done", "")
    assert "127.9.61.1: it is in none of the networks" in ended[1].failures
    capsys.readouterr()
    cli.main(["report", "--not-checked", "--json"])
    rows = {row["device"]["code"]: row for row in json.loads(capsys.readouterr().out)["rows"]}
    assert (rows["IP-01"]["kind"], rows["IP-01"]["fix"]) == ("not_allowed", "network")


@pytest.mark.parametrize(
    "networks",
    [
        Networks(("127.0.0.0/8",)),
        Networks(("127.77.0.0/16",), loopback=True),
        Networks(("127.0.0.0/8",), ("127.0.0.0/8",), loopback=True),
        Networks(),
    ],
    ids=["loopback", "outside", "server", "no networks"],
)
def test_a_refused_address_sees_no_packet(networks):
    """Neither door, nor the ports of telnet and FTP; every failure says so, and none may fail a rule."""
    with running(small()) as (camera,):
        limits = replace(LIMITS, open_ports=True)
        seen = asyncio.run(run.look(replace(target(camera, networks=networks), limits=limits)))
        assert connections(camera) == camera.counters.with_credentials == 0
    kinds = {f.kind for f in seen.failures if f.step == "connect"}
    assert kinds == {"not_allowed"}
    assert not any(f.definite for f in seen.failures)
    assert (seen.ledger.connections, seen.ledger.tries, seen.channels) == (0, 0, ())


@pytest.mark.parametrize("spelling", ["2130706689", "0x7f.1.1", "0177.0.01.1", "127.0.257", "::ffff:127.0.1.1"])
def test_another_spelling_of_a_refused_address_is_refused(spelling):
    """Decimal, hexadecimal, octal, shortened and mapped: the address counts, and nobody comes to its port."""

    async def go():
        async with Trap("127.0.1.1").set_up() as trap:
            address = Address("host", spelling, onvif_port=trap.port, rtsp_port=trap.port)
            seen = await run.look(Target("k", address, limits=LIMITS, networks=Networks(("0.0.0.0/0", "::/0"))))
        return seen, trap.seen

    seen, reached = asyncio.run(go())
    assert reached == 0
    assert {f.kind for f in seen.failures if f.step == "connect"} == {"not_allowed"}


def test_a_name_is_held_to_the_addresses_it_stands_for():
    """One allowed answer: looked at, and asked for once. A refused one beside it: the name is refused as a whole."""
    with running(small()) as (camera,):
        seen, names = look_by_name(camera, [camera.host])
        assert seen.channels[0].streams[0].measured is not None
        before = connections(camera)
        for answers in ([camera.host, "169.254.169.254"], ["fd00:ec2::254", camera.host], ["8.8.8.8"]):
            refused, _ = look_by_name(camera, answers)
            assert {f.kind for f in refused.failures if f.step == "connect"} == {"not_allowed"}
        assert connections(camera) == before
    assert names.asked == 1


def test_a_name_that_changes_its_answer_leads_nowhere_new():
    """Rebinding: the first answer is the camera, all later ones lead elsewhere; every connection goes to the camera."""

    async def go():
        async with Trap("127.9.62.1").set_up() as trap, running_async(small(onvif_port=None)) as (camera,):
            names = Names([camera.host], [trap.host])
            seen = await run.look_on(Visit(target(camera, "camera.truong.example"), resolve=names))
        return seen, trap.seen, names.asked

    seen, reached, asked = asyncio.run(go())
    assert (reached, asked) == (0, 1)
    assert seen.channels[0].streams[0].measured is not None, seen.failures


LIES = {
    "the address of a service": {"xaddr": "http://{trap}{path}"},
    "the address of a stream": {"stream_uri": "rtsp://{trap}{path}"},
    "a redirect over HTTP": {"http_redirect": "http://{trap}{path}"},
    "a redirect over RTSP": {"redirect": "rtsp://{trap}{path}"},
}


@pytest.mark.parametrize("networks", [ALL_LOOPBACK, ANYWHERE], ids=["worker", "inspect"])
@pytest.mark.parametrize("lie", LIES.values(), ids=LIES)
def test_where_a_device_sends_us_nobody_comes(lie, networks):
    """Whatever it hands out over ONVIF, HTTP and RTSP: no connection, and so no login, reaches that host."""

    async def go():
        async with Trap("127.9.62.2").set_up() as trap:
            said = {name: text.replace("{trap}", f"{trap.host}:{trap.port}") for name, text in lie.items()}
            async with running_async(small(**said)) as (camera,):
                await run.look(target(camera, networks=networks))
                return trap, camera.counters.onvif_connections

    trap, came = asyncio.run(go())
    assert (trap.seen, trap.heard) == (0, b"")
    assert came > 0


@pytest.mark.parametrize("name", ["Content_Base", "Content_Location", "Location"])
def test_a_base_of_another_host_is_no_reason_to_go_there(name):
    """An answer to DESCRIBE that says it belongs to another host, and tracks that stand there."""

    async def go():
        async with Trap("127.9.62.3").set_up() as trap:
            there = f"rtsp://{trap.host}:{trap.port}/live/"
            sdp = scripted.H264_SDP.replace("a=control:trackID=1", f"a=control:{there}trackID=1")
            answer = reply(body=sdp.encode(), Content_Type="application/sdp", **{name: there})
            login = (Credential("1", "admin", "secret-Pa55"),)
            seen = await scripted.asking(script={"DESCRIBE": answer}, credentials=login)
        return trap, seen

    trap, seen = asyncio.run(go())
    assert (trap.seen, trap.heard) == (0, b"")
    assert "DESCRIBE" in seen.server.methods()


def test_rtp_over_udp_opens_the_way_to_the_camera_alone():
    """`source` and `destination` name another host, with a port that is open there: no datagram goes to it."""

    async def go():
        async with Trap("127.9.62.4").set_up() as trap:

            async def setup(_server, writer, request):
                if b"interleaved" in request:
                    answer = reply(461, "Unsupported Transport")
                else:
                    ports = f"source={trap.host};destination={trap.host};server_port={trap.port}-{trap.port + 1}"
                    answer = reply(Session="1", Transport=f"RTP/AVP;unicast;{ports}")
                writer.write(answer.replace(b"{cseq}", cseq_of(request)))

            async def play(_server, writer, request):
                writer.write(reply(Session="1").replace(b"{cseq}", cseq_of(request)))
                writer.close()

            seen = await scripted.asking(script={"SETUP": setup, "PLAY": play})
        return trap, seen

    trap, seen = asyncio.run(go())
    assert trap.seen == 0
    assert (seen.server.methods().count("SETUP"), "PLAY" in seen.server.methods()) == (2, True)


def test_discovery_does_not_go_where_an_answer_points():
    """A device in the network names a host outside it: told as words, and nobody comes there."""

    async def go():
        async with Trap("127.9.64.1").set_up() as trap:
            lie = {"xaddr": f"http://{trap.host}:{trap.port}{{path}}", "onvif_port": 18080, "discoverable": True}
            async with running_async(small(host="127.9.63.1", **lie)):
                network = IPv4Network("127.9.63.0/30")
                allowed = Networks((str(network),), loopback=True)
                found = await scan(Plan(tuple(network.hosts()), (network,), allowed, (18080,), answer_s=0.3))
        return trap, found

    trap, (found,) = asyncio.run(go())
    assert trap.seen == 0
    assert (found.address, found.onvif_port) == ("127.9.63.1", 18080)


def _calls(folder, *names):
    """Every call of one of these names in the code below `folder`, with its file."""
    for file in sorted((ROOT / folder).rglob("*.py")):
        text = file.read_text(encoding="utf-8")
        if "simulator" not in file.parts and any(f"{name}(" in text for name in names):
            for node in ast.walk(ast.parse(text)):
                if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in names:
                    yield file.relative_to(ROOT).as_posix(), node


def test_there_is_one_place_that_connects():
    """Whoever adds another one finds this test, and has to ask the rule first. Beside cameras there are receivers of
    webhooks, whose addresses are judged where they are posted to, and what `doctor` asks: addresses of the settings.
    """
    opening = ("create_connection", "open_connection", "create_datagram_endpoint", "sock_connect", "connect_ex")
    found = {file for folder in ("probes", "camera_registry") for file, _ in _calls(folder, *opening)}
    cameras = {"probes/reach.py", "probes/rtsp/udp.py", "probes/discovery/datagrams.py"}
    doctor = {"camera_registry/doctor/nats.py", "camera_registry/doctor/outside.py"}
    assert found == {*cameras, *doctor, "camera_registry/sending/post.py"}


def test_whoever_makes_a_target_says_where_may_be_connected_to():
    """The default is for a prompt; no part of the application relies on it."""
    made = [call for folder in ("probes/discovery", "camera_registry") for call in _calls(folder, "Target")]
    assert len(made) >= 5
    assert [file for file, call in made if "networks" not in {word.arg for word in call.keywords}] == []
