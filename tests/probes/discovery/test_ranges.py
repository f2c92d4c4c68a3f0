"""Ranges: what may be asked, and what is refused with what to write instead."""

from ipaddress import IPv4Network, ip_network

import pytest

from probes.discovery.ranges import LARGEST, RangeError, addresses, allowed, parse_network
from probes.outgoing import PRIVATE_ONLY, Networks


@pytest.mark.parametrize(
    ("text", "network"),
    [("192.168.1.0/24", "192.168.1.0/24"), (" 192.168.1.7/24 ", "192.168.1.0/24"), ("10.0.0.9", "10.0.0.9/32")],
)
def test_a_network_is_read_as_people_write_it(text, network):
    """An address inside it, blanks around it, one address alone."""
    assert parse_network(text) == IPv4Network(network)


@pytest.mark.parametrize(
    ("text", "words"),
    [("192.168.1", "write it like"), ("", "write it like"), ("camera.local", "write it like"), ("fd00::/64", "IPv6")],
)
def test_what_is_no_network_is_said(text, words):
    """With what to write."""
    with pytest.raises(RangeError, match=words):
        parse_network(text)


@pytest.mark.parametrize(
    "text", ["8.8.8.0/24", "169.254.0.0/24", "127.0.0.0/28", "224.0.0.0/24", "0.0.0.0/0", "100.64.0.0/24", "10.0.0.0/7"]
)
def test_only_private_networks_may_be_asked(text):
    """Public, link-local, loopback, multicast and what reaches beyond a private network are refused."""
    with pytest.raises(RangeError, match="no private network"):
        allowed([ip_network(text)], PRIVATE_ONLY)


def test_loopback_may_be_asked_where_the_settings_say_so():
    """For simulated cameras; the rest is refused as before."""
    loopback = ip_network("127.0.9.0/28")
    assert allowed([loopback], Networks(loopback=True)) == (loopback,)
    with pytest.raises(RangeError):
        allowed([ip_network("8.8.8.0/24")], Networks(loopback=True))


def test_networks_that_overlap_count_once():
    """Every address is asked once, and neither the address of the network nor that of all."""
    told = allowed([ip_network("192.168.1.0/29"), ip_network("192.168.1.4/30")], PRIVATE_ONLY)
    assert [str(a) for a in addresses(told)] == [f"192.168.1.{n}" for n in (1, 2, 3, 4, 5, 6)]


def test_a_network_in_which_every_address_is_refused_is_said_to_be():
    """The server's own network, or a part of it; one that only holds some refused addresses may be asked."""
    outgoing = Networks(refused=("10.1.0.0/24",))
    with pytest.raises(RangeError, match=r"10\.1\.0\.64/26 is refused by the setting"):
        allowed([ip_network("10.1.0.64/26")], outgoing)
    assert allowed([ip_network("10.1.0.0/16")], outgoing) == (IPv4Network("10.1.0.0/16"),)


def test_too_many_addresses_are_refused_with_what_to_do():
    """A /16 is not gone through; a /20 is the most, also in pieces."""
    with pytest.raises(RangeError, match=r"--network 10\.1\.0\.0/24"):
        addresses([IPv4Network("10.1.0.0/16")])
    assert len(addresses([IPv4Network("10.1.0.0/20")])) == LARGEST - 2
    with pytest.raises(RangeError):
        addresses([IPv4Network("10.1.0.0/20"), IPv4Network("10.9.0.0/30")])
