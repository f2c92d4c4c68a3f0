"""Scans over real sockets on loopback: who is found, and what a device has to bear for it."""

import asyncio
import socket
from dataclasses import replace
from ipaddress import IPv4Interface, IPv4Network

import pytest

from probes.discovery.datagrams import ask
from probes.discovery.found import Found, OpenPort
from probes.discovery.message import Said
from probes.discovery.plan import Plan
from probes.discovery.scan import scan, within
from probes.outgoing import Networks
from probes.simulator import running_async
from probes.simulator.discovery import answer
from probes.simulator.presets import good_h264

CLONE = "12345678-aaaa-4bbb-8ccc-1234567890ab"


def _plan(network, *ports, answer_s=0.5):
    told = IPv4Network(network)
    return Plan(
        tuple(told.hosts()), (told,), Networks((network,), loopback=True), ports, answer_s=answer_s, per_second=1000
    )


def _look(plan, *specs):
    """What a scan finds while cameras of `specs` run, by address; and what they counted."""

    async def run():
        async with running_async(*specs) as cameras:
            found = {one.address: one for one in await scan(plan)}
            counted = {c.host: c.counters for c in cameras}
        return found, counted

    return asyncio.run(run())


def _camera(host, *faults, **fields):
    known = {"onvif_port": 18080, "rtsp_port": 18554, "discoverable": True, **fields}
    return good_h264(host=host, faults=frozenset(faults), **known)


def test_cameras_are_found_and_told_apart_from_other_servers():
    """WS-Discovery, ONVIF and streams each count; a web page is a web page; where nobody is, nothing is found."""
    found, counted = _look(
        _plan("127.9.1.0/28", 18080, 18554),
        _camera("127.9.1.2"),
        _camera("127.9.1.3", "html_404", "offline_rtsp", discoverable=False),
        _camera("127.9.1.4", "offline_onvif", discoverable=False),
    )
    assert set(found) == {"127.9.1.2", "127.9.1.3", "127.9.1.4"}
    assert found["127.9.1.2"].ports == (OpenPort(18080, "onvif"), OpenPort(18554, "rtsp"))
    assert found["127.9.1.2"].make == "Simulated SIM-1080"
    assert found["127.9.1.3"].ports == (OpenPort(18080, "web"),)
    assert found["127.9.1.4"].ports == (OpenPort(18554, "rtsp"),)
    assert [found[a].is_video for a in sorted(found)] == [True, False, True]
    assert all(c.onvif_with_credentials == c.rtsp_with_credentials == 0 for c in counted.values())
    assert counted["127.9.1.2"].requests == {"GetSystemDateAndTime": 1, "POST": 1, "OPTIONS": 1}


def test_a_registered_port_is_asked_at_its_own_address_alone():
    """A camera at an unusual port that says nothing over UDP is found where that port is registered for it."""
    plan = replace(_plan("127.9.14.0/29"), known_ports={"127.9.14.2": (18080, 18554)})
    quiet = [_camera(f"127.9.14.{number}", discoverable=False) for number in (2, 3)]
    found, counted = _look(plan, *quiet)
    assert {address: one.ports for address, one in found.items()} == {
        "127.9.14.2": (OpenPort(18080, "onvif"), OpenPort(18554, "rtsp"))
    }
    assert counted["127.9.14.3"].onvif_connections == 0


@pytest.mark.parametrize(
    ("host", "fault"),
    [
        ("127.9.2.1", "discovery_two_addresses"),
        ("127.9.2.5", "discovery_undeclared"),
        ("127.9.2.9", "discovery_any_only"),
        ("127.9.2.13", "discovery_as_hello"),
    ],
)
def test_odd_answers_to_a_probe_count(host, fault):
    """Two addresses, undeclared prefixes, a Hello, only a question without types: the camera is found."""
    found, _ = _look(_plan(f"{host}/32"), _camera(host, fault))
    assert found[host].said[0].hardware == "SIM-1080"
    assert found[host].onvif_port == 18080


def test_garbage_is_no_device():
    """Bytes that are no message, and a message that breaks off, say nothing; the ports still do."""
    found, _ = _look(_plan("127.9.3.0/30", 18554), _camera("127.9.3.1", "discovery_garbage"))
    assert found["127.9.3.1"] == Found("127.9.3.1", (), (OpenPort(18554, "rtsp"),))


def test_where_a_camera_says_it_is_is_kept_and_never_asked():
    """The other address it names, in the range or not, sees no connection and no datagram because of it."""
    found, counted = _look(
        _plan("127.9.4.0/30", 18080),
        _camera("127.9.4.1", xaddr_host="127.9.5.1"),
        _camera("127.9.5.1"),
    )
    assert set(found) == {"127.9.4.1"}
    assert found["127.9.4.1"].says_it_is_at == ("http://127.9.5.1:18080/onvif/device_service",)
    assert counted["127.9.5.1"].onvif_connections == counted["127.9.5.1"].probes_answered == 0


def test_an_answer_from_outside_the_range_does_not_count():
    """A datagram that comes from elsewhere, whatever it says, is nobody's."""

    async def run():
        async with running_async(_camera("127.9.6.1")) as (camera,):
            relay = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            relay.bind(("127.9.7.1", 3702))
            relay.setblocking(False)
            looking = asyncio.create_task(ask(_plan("127.9.7.0/30"), (), lambda _: None))
            question, sender = await asyncio.get_running_loop().sock_recvfrom(relay, 65_535)
            stranger = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            stranger.bind(("127.9.8.1", 0))
            stranger.sendto(answer(camera.state, question), sender)
            found = await looking
            relay.close()
            stranger.close()
            return found

    assert asyncio.run(run()) == {}


def test_clones_are_both_found():
    """Two units that go by one UUID are two addresses; each says the same."""
    found, _ = _look(
        _plan("127.9.10.0/29"), _camera("127.9.10.1", endpoint=CLONE), _camera("127.9.10.2", endpoint=CLONE)
    )
    assert [one.endpoint for one in found.values()] == [CLONE, CLONE]


@pytest.mark.parametrize(
    ("host", "fault"), [("127.9.11.1", "silent"), ("127.9.11.5", "garbage"), ("127.9.11.9", "drip_headers")]
)
def test_a_port_that_says_nothing_useful_is_open_and_ends_in_time(host, fault):
    """Silence, bytes, and headers that never end cost a limited time and are told as an open port."""
    found, _ = _look(_plan(f"{host}/32", 18080, answer_s=0.3), _camera(host, fault, discoverable=False))
    assert found[host].ports == (OpenPort(18080, "open"),)
    assert not found[host].is_video


def test_a_scan_that_is_cancelled_leaves_nothing_open():
    """The task ends, and with it every socket (an open one would be a warning, which is an error here)."""

    async def run():
        async with running_async(_camera("127.9.12.1", "silent")):
            seen = asyncio.Event()
            plan = _plan("127.9.12.0/28", 18080, answer_s=5)
            looking = asyncio.create_task(scan(plan, lambda *_: seen.set()))
            await seen.wait()
            looking.cancel()
            with pytest.raises(asyncio.CancelledError):
                await looking

    asyncio.run(run())


def test_progress_counts_every_address_once_a_round():
    """Two rounds of datagrams, then the ports; each ends at the whole."""
    told = []
    asyncio.run(scan(_plan("127.9.13.0/29", answer_s=0.1), lambda *one: told.append(one)))
    assert told.count(("datagrams", 6, 6)) == 2
    assert told[-1] == ("ports", 6, 6)


def test_the_group_is_asked_only_where_all_who_hear_it_may_be_asked():
    """An interface whose network is wider than what is registered is left out."""
    interfaces = [IPv4Interface(text) for text in ("192.168.1.5/24", "10.0.0.5/8", "192.168.7.1/25")]
    networks = [IPv4Network(text) for text in ("192.168.1.0/24", "10.0.0.0/24", "192.168.7.0/24")]
    assert within(interfaces, networks) == (interfaces[0], interfaces[2])


def test_the_group_is_not_asked_beside_networks_that_are_refused():
    """Part of the interface's network is the server's own: nobody there hears the question. An own address is no such
    network.
    """
    interfaces = [IPv4Interface("192.168.1.5/24")]
    networks = [IPv4Network("192.168.1.0/24")]
    assert within(interfaces, networks, [IPv4Network("192.168.1.128/25")]) == ()
    assert within(interfaces, networks, [IPv4Network("192.168.1.5/32")]) == tuple(interfaces)


def test_addresses_that_are_refused_hear_nothing():
    """Neither a datagram nor a connection, although the plan names them; their neighbour is found."""
    plan = _plan("127.9.15.0/29", 18080)
    plan = replace(plan, outgoing=replace(plan.outgoing, refused=("127.9.15.2/32",)))
    found, counted = _look(plan, _camera("127.9.15.1"), _camera("127.9.15.2"))
    assert set(found) == {"127.9.15.1"}
    assert counted["127.9.15.2"].probes_answered == counted["127.9.15.2"].onvif_connections == 0


def test_two_identities_at_one_address_are_none():
    """A router that hands on the answers of several devices has no identity of its own."""
    mixed = Found("10.0.0.1", (Said(endpoint="a", mac="m"), Said(endpoint="b", mac="m")))
    assert (mixed.endpoint, mixed.mac) == (None, "m")
