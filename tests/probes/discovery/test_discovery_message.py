"""WS-Discovery messages: what is asked, and replies as cameras write them."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from probes.discovery.message import FORMS, Said, elsewhere, port_at, probe, read
from probes.errors import ProbeError

SCOPES = (
    "onvif://www.onvif.org/type/video_encoder onvif://www.onvif.org/Profile/Streaming onvif://www.onvif.org/Profile/T "
    "onvif://www.onvif.org/MAC/a4:14:37:0b:22:c1 onvif://www.onvif.org/hardware/DS-2CD2143 "
    "onvif://www.onvif.org/name/HIKVISION%20DS-2CD2143 onvif://www.onvif.org/location/city/saigon"
)
UUID = "3fa1fe68-b915-4053-a3e1-a4143 70b22c1".replace(" ", "")


def _match(scopes=SCOPES, xaddrs="http://192.168.1.64/onvif/device_service", endpoint=f"urn:uuid:{UUID}", types=""):
    return (
        f"<d:ProbeMatch><a:EndpointReference><a:Address>{endpoint}</a:Address></a:EndpointReference>"
        f"<d:Types>{types}</d:Types><d:Scopes>{scopes}</d:Scopes><d:XAddrs>{xaddrs}</d:XAddrs></d:ProbeMatch>"
    )


def _reply(*matches, around="d:ProbeMatches", declared=True, before=""):
    names = (
        ' xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing"'
        ' xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery"'
    )
    body = "".join(matches)
    inner = f"<{around}>{body}</{around}>" if around else body
    return (
        f'{before}<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"{names if declared else ""}>'
        f"<s:Header/><s:Body>{inner}</s:Body></s:Envelope>"
    ).encode()


@pytest.mark.parametrize("form", FORMS)
def test_a_question_is_whole_xml_with_its_own_id(form):
    """Any parser reads it, and the types asked for are in a namespace that is declared where they stand."""
    root = etree.fromstring(probe(form, "urn:uuid:1"))
    types = root.find(".//{*}Types")
    assert root.findtext(".//{*}MessageID") == "urn:uuid:1"
    assert root.findtext(".//{*}To") == "urn:schemas-xmlsoap-org:ws:2005:04:discovery"
    if form == "any":
        assert types is None
    else:
        prefix, _, name = types.text.partition(":")
        assert types.nsmap[prefix].startswith("http://www.onvif.org/ver10/")
        assert name == {"transmitter": "NetworkVideoTransmitter", "device": "Device"}[form]


def test_what_a_hikvision_camera_says_of_itself():
    """Scopes carry name, model, place, MAC and profiles; %20 is a blank."""
    (said,) = read(_reply(_match(types="dn:NetworkVideoTransmitter tds:Device")))
    assert said == Said(
        endpoint=UUID,
        name="HIKVISION DS-2CD2143",
        hardware="DS-2CD2143",
        location="city/saigon",
        mac="a4:14:37:0b:22:c1",
        profiles=("S", "T"),
        addresses=("http://192.168.1.64/onvif/device_service",),
        is_video=True,
    )


def test_a_uniview_camera_writes_its_mac_without_colons_and_under_another_name():
    """`macaddr`, upper case, and a maker of its own scope."""
    scopes = "onvif://www.onvif.org/macaddr/48EA631BAE10 onvif://www.onvif.org/manufacturer/UNIVIEW"
    (said,) = read(_reply(_match(scopes=scopes)))
    assert (said.mac, said.manufacturer) == ("48:ea:63:1b:ae:10", "UNIVIEW")


@pytest.mark.parametrize(
    "reply",
    [
        _reply(_match(), declared=False),
        _reply(_match(), before="\ufeff"),
        _reply(_match(), before='<?xml version="1.0" encoding="GB2312"?>'),
        _reply(_match()) + b"\r\n\0\0",
        _reply(_match(), around=""),
        _reply(_match().replace("ProbeMatch>", "Hello>"), around=""),
        _reply(_match().replace("ProbeMatch>", "ResolveMatch>"), around="d:ResolveMatches"),
        _reply(_match())
        .replace(b"<d:", b"<wsdd7:")
        .replace(b"</d:", b"</wsdd7:")
        .replace(b"xmlns:d=", b"xmlns:wsdd7="),
        _reply(_match()).replace(b"2003/05/soap-envelope", b"2001/12/soap-envelope"),
    ],
    ids=["undeclared", "bom", "charset", "zeros", "bare", "hello", "resolved", "prefix", "old-soap"],
)
def test_odd_replies_say_the_same(reply):
    """Undeclared prefixes, a byte-order mark, zeros at the end, no element around the matches, a Hello."""
    (said,) = read(reply)
    assert (said.endpoint, said.mac) == (UUID, "a4:14:37:0b:22:c1")


def test_several_devices_may_stand_in_one_reply():
    """A recorder answers for its cameras too; an element that is no match is passed over."""
    found = read(_reply(_match(), "<d:Unknown/>", _match(endpoint="uuid:00000000-1111-2222-3333-444444444444")))
    assert [said.endpoint for said in found] == [UUID, "00000000-1111-2222-3333-444444444444"]
    assert len(read(_reply(*[_match()] * 80))) == 64


def test_printers_and_computers_are_no_video_devices():
    """They answer a question without types; ONVIF scopes or types are what tells a camera."""
    (printer,) = read(_reply(_match(scopes="http://printer.example/floor/1", types="wsdp:Device wprt:PrinterService")))
    (camera,) = read(_reply(_match(scopes="", types="dn:NetworkVideoTransmitter")))
    assert (printer.is_video, camera.is_video) == (False, True)


def test_the_port_is_believed_only_where_the_host_is_the_one_that_was_heard():
    """An Axis camera names a link-local address first; a factory address names another host altogether."""
    both = "http://169.254.119.177/onvif/services http://192.168.1.125:8899/onvif/services"
    (said,) = read(_reply(_match(xaddrs=both)))
    assert port_at(said, "192.168.1.125") == ("http", 8899, "/onvif/services")
    assert elsewhere(said, "192.168.1.125") == ("http://169.254.119.177/onvif/services",)
    assert port_at(said, "192.168.1.9") is None
    assert len(elsewhere(said, "192.168.1.9")) == 2


@pytest.mark.parametrize(
    "address", ["http://[fe80::1", "http://192.168.1.9:99999/", "rtsp://192.168.1.9/", "//", "http://192.168.1.9:0/"]
)
def test_an_address_that_is_none_gives_no_port(address):
    """It is kept as words, and nothing is raised."""
    said = Said(addresses=(address,))
    assert port_at(said, "192.168.1.9") is None
    assert elsewhere(said, "192.168.1.9") in ((address,), ())


def test_a_login_in_an_address_is_taken_out():
    """What is shown and stored holds no password."""
    (said,) = read(_reply(_match(xaddrs="http://admin:geheim@192.168.1.64/onvif")))
    assert "geheim" not in repr(said)


@pytest.mark.parametrize(
    "said",
    [
        {"endpoint": "urn:schemas-xmlsoap-org:ws:2005:04:discovery"},
        {"endpoint": ""},
        {"scopes": "onvif://www.onvif.org/MAC/not-a-mac onvif://www.onvif.org/name/"},
    ],
)
def test_what_cannot_be_an_identity_is_none(said):
    """A UUID that is none, a hardware address that is none, an empty name."""
    (found,) = read(_reply(_match(**said)))
    if "endpoint" in said:
        assert found.endpoint is None
    else:
        assert (found.mac, found.name) == (None, None)


@pytest.mark.parametrize("element", ["d:Bye", "d:Probe", "d:Whatever"])
def test_a_message_of_no_use_gives_nothing(element):
    """Somebody leaves, or asks: that is no device that was found."""
    assert read(_reply(around=element)) == ()


@pytest.mark.parametrize(
    "datagram",
    [
        b"",
        bytes(range(256)),
        b"HTTP/1.1 200 OK\r\n\r\n<html></html>",
        _reply(_match())[:300],
        b"x" * 70_000,
        b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>' + _reply(_match(scopes="&b;")),
        _reply("<s:Fault><s:Code><s:Value>s:Sender</s:Value></s:Code></s:Fault>", around=""),
    ],
    ids=["empty", "bytes", "http", "cut", "long", "entities", "fault"],
)
def test_what_is_no_message_is_refused(datagram):
    """Nothing but our own error comes out."""
    with pytest.raises(ProbeError):
        read(datagram)


@given(st.binary(max_size=400))
def test_any_bytes_give_values_or_our_own_error(data):
    """Whatever comes: a tuple, or an error of ours."""
    for datagram in (data, b'<e:Envelope xmlns:e="e"><e:Body>' + data + b"</e:Body></e:Envelope>"):
        with suppress(ProbeError):
            assert isinstance(read(datagram), tuple)


@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=60))
def test_any_words_in_the_right_places_do_no_harm(endpoint, scopes, xaddrs):
    """What is shown of a device is printable and on one line."""
    words = [
        w.translate({ord(c): None for c in "<>&"}) for w in (endpoint, f"onvif://www.onvif.org/name/{scopes}", xaddrs)
    ]
    try:
        found = read(
            _reply(_match(endpoint=words[0], scopes=words[1], xaddrs=words[2])).decode().encode("utf-8", "replace")
        )
    except (ProbeError, UnicodeError):
        return
    for said in found:
        assert (said.name or "").isprintable()
        assert all(address.isprintable() for address in said.addresses)
        port_at(said, "192.168.1.1")
        elsewhere(said, "192.168.1.1")
