"""Where may be connected to: what is refused whatever its spelling, and what a site allows."""

import json
import socket
from contextlib import suppress
from dataclasses import asdict
from ipaddress import IPv4Address, IPv4Network, IPv6Address, ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probes.outgoing import ANYWHERE, PRIVATE_ONLY, REASONS, Networks, literal, network, refusal, wholly_refused

EVERYTHING = Networks(("0.0.0.0/0", "::/0"), loopback=True)
SERVER = ("10.1.0.0/24", "172.20.0.5/32", "fd12:3456::/48")
FORMS = {
    "dotted": str,
    "decimal": lambda a: str(int(a)),
    "hexadecimal": lambda a: hex(int(a)),
    "octal": lambda a: f"0{int(a):o}",
    "octal parts": lambda a: ".".join(f"0{part:o}" for part in a.packed),
    "two parts": lambda a: f"{a.packed[0]}.{int(a) & 0xFFFFFF}",
    "mapped": lambda a: f"::ffff:{a}",
    "mapped in full": lambda a: IPv6Address(f"::ffff:{a}").exploded.upper(),
    "compatible": lambda a: f"::{a}",
    "translated": lambda a: f"::ffff:0:{a}",
    "6to4": lambda a: f"2002:{int(a) >> 16:x}:{int(a) & 0xFFFF:x}::7",
    "NAT64": lambda a: f"64:ff9b::{a}",
    "ISATAP": lambda a: f"fd00:1::200:5efe:{a}",
}
"""How an IPv4 address may be written, or led to."""


def inside(text):
    """Addresses of a network."""
    known = ip_network(text)
    first, last = int(known.network_address), int(known.broadcast_address)
    return st.integers(first, last).map(type(known.network_address))


@pytest.mark.parametrize(
    "address",
    [
        *("169.254.169.254", "169.254.0.1", "fe80::1", "fe80::1%eth0", "fd00:ec2::254", "100.100.100.200"),
        *("224.0.0.1", "239.255.255.250", "ff02::1", "0.0.0.0", "0.1.2.3", "::", "255.255.255.255", "240.0.0.1"),
        *("2001:0:a00:1::", "64:ff9b:1::a00:1", "fec0::1", "camera.local", ""),
    ],
)
def test_what_no_camera_has_is_refused_even_where_everything_is_registered(address):
    """Link-local, metadata, multicast, unspecified, reserved; tunnels that hide an address; a text that is none."""
    assert refusal(address, EVERYTHING) == "special"


def test_loopback_is_refused_unless_a_setting_allows_it():
    """In both families, and inside an IPv6 address; allowed, it still has to be in the networks of the site."""
    strict, open_ = Networks(("127.0.0.0/8", "::/0")), Networks(("127.0.9.0/24",), loopback=True)
    assert [refusal(a, strict) for a in ("127.0.0.1", "127.255.1.1", "::ffff:127.0.0.1")] == ["loopback"] * 3
    assert refusal("::1", strict) == "loopback"
    assert [refusal(a, open_) for a in ("127.0.9.1", "127.0.8.1", "::1")] == [None, "outside", "outside"]


def test_a_site_without_networks_has_private_addresses_alone():
    """RFC 1918 and RFC 4193, and loopback where it is allowed; nothing of the internet."""
    for address in ("10.9.9.9", "172.16.0.1", "192.168.1.64", "fd12::1", "::ffff:10.0.0.1"):
        assert refusal(address, PRIVATE_ONLY) is None
    for address in ("8.8.8.8", "172.32.0.1", "100.64.0.1", "2a00::1"):
        assert refusal(address, PRIVATE_ONLY) == "public"
    assert refusal("127.0.0.9", Networks(loopback=True)) is None


def test_a_site_with_networks_has_no_other_addresses():
    """The neighbour network is another school's; the broadcast address of a network is nobody's."""
    site = Networks(("192.168.1.0/24", "10.4.0.0/30", "10.9.9.9/32"))
    for address in ("192.168.1.64", "10.4.0.1", "10.9.9.9", "::ffff:192.168.1.64"):
        assert refusal(address, site) is None
    assert [refusal(a, site) for a in ("192.168.2.1", "10.4.0.4", "fd12::1")] == ["outside"] * 3
    assert [refusal(a, site) for a in ("192.168.1.255", "10.4.0.3")] == ["special"] * 2


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
@given(data=st.data())
def test_no_address_of_a_refused_network_is_ever_allowed_whatever_its_spelling(form, data):
    """The server's own networks, what no setting allows, and loopback: refused where all the world is registered."""
    refused = data.draw(st.sampled_from(["10.1.0.0/24", "172.20.0.5/32", "169.254.0.0/16", "224.0.0.0/4"]))
    address = data.draw(inside(refused))
    assert refusal(form(address), Networks(("0.0.0.0/0", "::/0"), SERVER, loopback=True)) is not None
    loopback = data.draw(inside("127.0.0.0/8"))
    assert refusal(form(loopback), Networks(("0.0.0.0/0", "::/0"))) is not None


@given(address=inside("fd12:3456::/48"))
def test_no_spelling_of_an_ipv6_address_gets_around_a_refusal(address):
    """Short, in full, in capitals, with an interface."""
    known = Networks(("::/0",), SERVER)
    for text in (str(address), address.exploded, str(address).upper(), f"{address}%eth0"):
        assert refusal(text, known) == "server"


@given(
    address=st.one_of(st.ip_addresses(v=4), st.ip_addresses(v=6)),
    allowed=st.lists(st.sampled_from(["10.0.0.0/8", "192.168.1.0/24", "fd00::/8", "127.0.0.0/8", "8.0.0.0/6"])),
    loopback=st.booleans(),
)
def test_what_is_allowed_lies_in_the_networks_and_in_none_that_is_refused(address, allowed, loopback):
    """Whatever is asked: there is no third way to be allowed."""
    known = Networks(tuple(allowed), SERVER, loopback)
    if refusal(str(address), known) is None:
        plain = getattr(address, "ipv4_mapped", None) or address
        assert not allowed or any(plain in ip_network(text) for text in allowed)
        assert allowed or plain.is_private
        assert not any(plain in ip_network(text) for text in SERVER)
        assert loopback or not plain.is_loopback
        assert not any((plain.is_multicast, plain.is_link_local, plain.is_unspecified))


SPELLING = st.lists(st.text("0123456789abcdefxX", max_size=5), min_size=1, max_size=5).map(".".join)


@given(st.one_of(SPELLING, st.integers(0, 2**33).map(str), st.integers(0, 2**33).map(hex)))
def test_an_address_is_read_as_the_system_reads_it(text):
    """Every spelling of inet_aton, and no other: what is checked is what would be connected to."""
    read = None
    with suppress(OSError):
        read = IPv4Address(socket.inet_aton(text))
    assert literal(text) == read


@given(st.text())
def test_any_text_is_an_address_or_none(text):
    """Nothing is raised for what a person typed, or a name server answered."""
    assert literal(text) is None or refusal(text, EVERYTHING) in {None, *REASONS}
    assert literal("9" * 5_000) is None


def test_networks_are_read_strictly_and_those_that_map_are_what_they_map_to():
    """A text that is no network is an error when the rule is made, not a rule that refuses nothing."""
    with pytest.raises(ValueError, match="10"):
        Networks(refused=("10.1.0.0/33",))
    assert network("10.1.0.7/24") == IPv4Network("10.1.0.0/24")
    assert refusal("10.1.0.7", Networks(refused=("::ffff:10.1.0.0/120",))) == "server"


def test_a_network_is_wholly_refused_only_when_all_of_it_is():
    """A site's network that holds the server's address is a site's network all the same."""
    known = Networks(refused=SERVER)
    for text in ("169.254.0.0/24", "10.1.0.0/25", "127.0.0.0/8", "fd12:3456:0:1::/64", "ff00::/8"):
        assert wholly_refused(ip_network(text), known)
    for text in ("10.1.0.0/16", "172.20.0.0/16", "192.168.1.0/24", "fd12::/16"):
        assert not wholly_refused(ip_network(text), known)
    assert not wholly_refused(ip_network("127.0.0.0/8"), Networks(loopback=True))


def test_the_rule_travels_as_json():
    """To a worker elsewhere and back; one that says nothing is not taken for one that allows everything."""
    known = Networks(("10.0.0.0/8",), SERVER, loopback=True)
    assert Networks.from_json(json.loads(json.dumps(asdict(known)))) == known
    with pytest.raises(KeyError):
        Networks.from_json({"allowed": []})


def test_whoever_points_somewhere_by_hand_is_refused_nothing():
    """`inspect` looks where its user says."""
    assert refusal("127.0.0.1", ANYWHERE) is refusal("8.8.8.8", ANYWHERE) is None
    assert ip_address("8.8.8.8") == literal("8.8.8.8")
