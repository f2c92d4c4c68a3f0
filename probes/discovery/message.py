"""WS-Discovery messages (April 2005) as ONVIF uses them (Core specification, chapter 7): bytes in, values out.

Strategy: pure. `probe` makes the question in three forms, because cameras differ in the types they answer to: as a
network video transmitter, as a device, and as anything at all. `read` takes what came back as leniently as the replies
of ONVIF services are taken (`onvif.soap`): any prefix, RelatesTo missing, several matches, a Hello instead of a
ProbeMatches. To whom a reply belongs is not decided by what it says but by where it came from, which is not known here.
MalformedReply means: nothing to be read in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Literal
from urllib.parse import unquote, urlsplit

from probes.errors import MalformedReply, Step, clean_detail, clean_text
from probes.onvif.soap import Element, Fault, children, local, text
from probes.onvif.soap import read as read_soap

GROUP, PORT = "239.255.255.250", 3702
STEP: Step = "discovery"
DATAGRAM_LIMIT = 65_535
MATCHES = 64
"""So many matches of one message are read at most."""
_ADDRESSES = 8
_SCOPES = 64
_SCOPE_LIMIT = 500
Form = Literal["transmitter", "device", "any"]
FORMS: tuple[Form, ...] = ("transmitter", "device", "any")
_TYPES: dict[Form, str] = {
    "transmitter": '<d:Types xmlns:dn="http://www.onvif.org/ver10/network/wsdl">dn:NetworkVideoTransmitter</d:Types>',
    "device": '<d:Types xmlns:tds="http://www.onvif.org/ver10/device/wsdl">tds:Device</d:Types>',
    "any": "",
}
_WSD = "http://schemas.xmlsoap.org/ws/2005/04/discovery"
_PROBE = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"'
    ' xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing" xmlns:d="{wsd}">'
    "<s:Header><a:MessageID>{message_id}</a:MessageID>"
    "<a:To>urn:schemas-xmlsoap-org:ws:2005:04:discovery</a:To><a:Action>{wsd}/Probe</a:Action></s:Header>"
    "<s:Body><d:Probe>{types}</d:Probe></s:Body></s:Envelope>"
)
_LISTS = frozenset({"ProbeMatches", "ResolveMatches"})
_MATCHES = frozenset({"ProbeMatch", "ResolveMatch", "Hello"})
_ONVIF_SCOPE = re.compile(r"onvif://www\.onvif\.org/([^/]+)/(.*)", re.IGNORECASE)
_CAMERA_TYPES = frozenset({"NetworkVideoTransmitter", "NetworkVideoStorage", "NetworkVideoDisplay"})
_UUID = re.compile(r"(?:urn:)?(?:uuid:)?\{?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\}?", re.IGNORECASE)


@dataclass(frozen=True)
class Said:
    """What one device says of itself. None: it does not say, or says what cannot be one. Whether an identity is a
    placeholder or a clone's is not decided here (`facts.identity`).

    `endpoint` is a UUID in lower case, `mac` aa:bb:cc:dd:ee:ff, `profiles` letters (S, T, G …). `addresses` are where
    it says that its device service is, as it wrote them but without logins: to be shown, and never to be believed.
    """

    endpoint: str | None = None
    name: str | None = None
    hardware: str | None = None
    manufacturer: str | None = None
    location: str | None = None
    mac: str | None = None
    profiles: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    is_video: bool = False
    """It calls itself a video device of ONVIF, or has scopes of ONVIF: printers and computers answer probes too."""


def probe(form: Form, message_id: str) -> bytes:
    """The question "who is there?" in one of FORMS; `message_id` is a URI of one's own (`urn:uuid:…`)."""
    return _PROBE.format(wsd=_WSD, message_id=message_id, types=_TYPES[form]).encode()


def read(datagram: bytes) -> tuple[Said, ...]:
    """What the devices in one message say of themselves; empty for a message that is of no use here (Bye, Probe).

    Raises MalformedReply for what is no SOAP message, and OurFault for one over a limit.
    """
    if len(datagram) > DATAGRAM_LIMIT:
        raise MalformedReply(STEP, f"longer than {DATAGRAM_LIMIT} bytes")
    if b"<!DOCTYPE" in datagram:  # SOAP 1.2 part 1, section 5: a message holds none
        raise MalformedReply(STEP, "a SOAP message holds no document type")
    first = _soap_body(datagram)
    return tuple(_said(match) for match in islice(_matches(first), MATCHES))


def port_at(said: Said, address: str) -> tuple[str, int, str] | None:
    """Scheme, port and path of the device service, where `said` names `address` itself; else None.

    A port that is said to be at another host is not believed: that host may be anybody's.
    """
    for each in said.addresses:
        parts = _split(each)
        if parts is not None and parts[1] == address.lower():
            return parts[0], parts[2], parts[3]
    return None


def elsewhere(said: Said, address: str) -> tuple[str, ...]:
    """The addresses in `said` that name another host than `address`, where it was heard."""
    return tuple(each for each in said.addresses if (parts := _split(each)) is None or parts[1] != address.lower())


def _split(address: str) -> tuple[str, str, int, str] | None:
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0:
        return None
    return parts.scheme, parts.hostname, port or (443 if parts.scheme == "https" else 80), parts.path


def _soap_body(datagram: bytes) -> Element:
    found = read_soap(datagram.rstrip(b"\0 \r\n\t"), STEP)
    if isinstance(found, Fault):
        raise MalformedReply(STEP, f"a fault: {found}")
    return found


def _matches(first: Element) -> Iterator[Element]:
    """The matches in a Body that begins with `first`; some devices leave out the element around them."""
    if local(first) in _LISTS:
        yield from (each for each in children(first) if local(each) in _MATCHES)
    elif local(first) in _MATCHES:
        yield first
        yield from (each for each in first.itersiblings("{*}*") if local(each) in _MATCHES)


def _said(match: Element) -> Said:
    scopes = _scopes(match)
    types = {name.rpartition(":")[2] for name in (text(match, "Types") or "").split()}
    macs = (_mac(value) for name in ("mac", "macaddr", "macaddress") for value in scopes.get(name, ()))
    return Said(
        endpoint=_endpoint(text(match, "EndpointReference", "Address")),
        name=_first(scopes, "name"),
        hardware=_first(scopes, "hardware", "model"),
        manufacturer=_first(scopes, "manufacturer", "mfr"),
        location=_first(scopes, "location"),
        mac=next((mac for mac in macs if mac), None),
        profiles=_profiles(scopes.get("profile", ())),
        addresses=tuple(clean_detail(a) for a in (text(match, "XAddrs") or "").split()[:_ADDRESSES]),
        is_video=bool(types & _CAMERA_TYPES or scopes),
    )


def _scopes(match: Element) -> dict[str, list[str]]:
    """The values of the ONVIF scopes by their name in lower case, in order."""
    found: dict[str, list[str]] = {}
    whole = "".join(str(each.text or "") + " " for each in islice(children(match, "Scopes"), 4))
    for scope in islice(whole.split(), _SCOPES):
        told = _ONVIF_SCOPE.fullmatch(scope[:_SCOPE_LIMIT])
        if told:
            found.setdefault(told.group(1).lower(), []).append(told.group(2))
    return found


def _first(scopes: dict[str, list[str]], *names: str) -> str | None:
    values = (clean_text(unquote(value.strip("/"))) for name in names for value in scopes.get(name, ()))
    return next((value for value in values if value), None)


def _profiles(values: list[str] | tuple[str, ...]) -> tuple[str, ...]:
    claimed = {clean_text(value.strip("/").upper()[:20]) for value in values} - {""}
    return tuple(sorted({"S" if name == "STREAMING" else name for name in claimed}))


def _mac(value: str) -> str | None:
    digits = re.sub(r"[^0-9a-f]", "", unquote(value).lower())
    return ":".join(digits[i : i + 2] for i in range(0, 12, 2)) if len(digits) == 12 else None


def _endpoint(address: str | None) -> str | None:
    found = _UUID.fullmatch((address or "").strip())
    return found.group(1).lower() if found else None
