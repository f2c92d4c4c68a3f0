"""Addresses that a device hands out never lead away from the registered host."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probes.errors import MalformedReply
from probes.onvif.address import service_path, stream_address
from probes.target import Address

CAMERA = Address("host", "192.0.2.10")
REGISTERED = Address("host", "192.0.2.10", rtsp_port=10554)


@pytest.mark.parametrize(
    ("said", "protocol_port", "expected"),
    [
        ("rtsp://192.0.2.10:8554/a?b=1&c=2", None, "rtsp://192.0.2.10:8554/a?b=1&c=2"),
        ("rtsp://10.0.0.5:8554/a", None, "rtsp://192.0.2.10/a"),
        ("rtsp://10.0.0.5:8554/a", 9554, "rtsp://192.0.2.10:9554/a"),
        ("rtsp://192.0.2.10/a", 9554, "rtsp://192.0.2.10:9554/a"),
        ("rtsp://192.0.2.10/a", None, "rtsp://192.0.2.10/a"),
        ("  rtsp://192.0.2.10:554/a\n", None, "rtsp://192.0.2.10/a"),
        ("RTSP://192.0.2.10/a?x=1&amp;y=2", None, "rtsp://192.0.2.10/a?x=1&y=2"),
        (
            "rtsp://192.0.2.10/a?params=1&timestamp=2&amp;copy=3",
            None,
            "rtsp://192.0.2.10/a?params=1&timestamp=2&copy=3",
        ),
        ("rtsp://192.0.2.10/a&#38;region=1&not=2", None, "rtsp://192.0.2.10/a&region=1&not=2"),
        ("rtsp://192.0.2.10:80:554/a", None, "rtsp://192.0.2.10/a"),
        ("rtsp://admin:se@cr@192.0.2.10:8554/a", None, "rtsp://192.0.2.10:8554/a"),
        ("rtsp://admin:s/e@c?r@192.0.2.10:8554/a", None, "rtsp://192.0.2.10:8554/a"),
        ("rtsp://192.0.2.10:8554/a?mail=b@10.0.0.5", None, "rtsp://192.0.2.10:8554/a?mail=b@10.0.0.5"),
        ("rtsp://192.0.2.10/a:b@10.0.0.5/c", None, "rtsp://192.0.2.10/a:b@10.0.0.5/c"),
        ("rtsp://[2001:db8::1]:8554/a", None, "rtsp://192.0.2.10/a"),
        ("rtsp://::ffff:10.0.0.5/a/", None, "rtsp://192.0.2.10/a/"),
        ("rtsp://::ffff:192.0.2.10:8554/a", None, "rtsp://192.0.2.10:8554/a"),
        ("rtsp://[::ffff:192.0.2.10]:8554/a", None, "rtsp://192.0.2.10:8554/a"),
        ("rtsp://2001:db8::a:8554/a", None, "rtsp://192.0.2.10/a"),
        ("rtsp://192.0.2.10:0/a", None, "rtsp://192.0.2.10/a"),
        ("rtsp:///a", None, "rtsp://192.0.2.10/a"),
        ("rtsp://192.0.2.10", None, "rtsp://192.0.2.10/"),
        ("rtsps://192.0.2.10/a", None, "rtsps://192.0.2.10/a"),
    ],
)
def test_the_host_is_the_registered_one(said: str, protocol_port: int | None, expected: str) -> None:
    """The port is the device's only where it named the registered host, else GetNetworkProtocols', else 554."""
    assert stream_address(said, CAMERA, protocol_port) == expected


def test_a_registered_port_wins() -> None:
    """Behind NAT the port is the device."""
    assert stream_address("rtsp://192.0.2.10:554/a", REGISTERED, 554) == "rtsp://192.0.2.10:10554/a"


def test_an_ipv6_host_keeps_its_brackets() -> None:
    """The registered host is an IPv6 address."""
    camera = Address("host", "2001:db8::1")
    assert stream_address("rtsp://[2001:DB8::1]:8554/a", camera, None) == "rtsp://[2001:db8::1]:8554/a"


@pytest.mark.parametrize("between", ["&", "_"])
def test_a_password_inside_the_path_is_taken_out(between: str) -> None:
    """Xiongmai hands out the login in the path, without a question mark; channel and stream stay."""
    said = "rtsp://10.0.0.5:554/user=admin&password=tlJwpbo6&channel=1&stream=0.sdp?real_stream"
    expected = "rtsp://192.0.2.10/user=admin&password=&channel=1&stream=0.sdp?real_stream"
    assert stream_address(said.replace("&", between), CAMERA, None) == expected.replace("&", between)


@pytest.mark.parametrize("said", ["", "http://192.0.2.10/a", "/a", "rtsp:192.0.2.10", "rtsp//x"])
def test_what_is_no_rtsp_address_is_malformed(said: str) -> None:
    """Asked for RTSP, some devices give the address of something else."""
    with pytest.raises(MalformedReply):
        stream_address(said, CAMERA, None)


@given(st.text(max_size=60))
def test_no_text_leads_to_another_host(rest: str) -> None:
    """Whatever stands in the address, what comes out begins with the registered host."""
    try:
        found = stream_address(f"rtsp://{rest}", CAMERA, None)
    except MalformedReply:
        return
    assert found.startswith(("rtsp://192.0.2.10/", "rtsp://192.0.2.10:"))


@pytest.mark.parametrize(
    ("xaddr", "path"),
    [
        ("http://169.254.1.2/onvif/media_service", "/onvif/media_service"),
        (" http://x:8899/onvif/Media?a=1 ", "/onvif/Media?a=1"),
        ("/onvif/Media", "/onvif/Media"),
        ("http://169.254.1.2/onvif/Media http://192.0.2.3/onvif/other", "/onvif/Media"),
        ("http://192.0.2.10", None),
        ("", None),
        ("http://[bad/", None),
    ],
)
def test_of_a_service_address_only_the_path_counts(xaddr: str, path: str | None) -> None:
    """Host and port of a service address are wrong too often to be used."""
    assert service_path(xaddr) == path
