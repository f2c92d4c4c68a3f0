"""Answering WS-Discovery probes (April 2005, as ONVIF Core section 7 uses it) at a camera's own address.

Strategy: `answer` is pure: a datagram in, a datagram out, or None for what is not a probe for this camera. The sockets
belong to the loop: one at the camera's address, from which every answer leaves, and one in the multicast group, joined
on the loopback interface only, so that nothing of this is seen outside the machine.
"""

from __future__ import annotations

import asyncio
import socket
import uuid

from lxml import etree

from probes.simulator.device import PATH, scopes
from probes.simulator.soap import ENV, Xml, node
from probes.simulator.state import CameraState

GROUP, PORT = "239.255.255.250", 3702
_WSA = "http://schemas.xmlsoap.org/ws/2004/08/addressing"
_WSD = "http://schemas.xmlsoap.org/ws/2005/04/discovery"
_OURS = {
    ("http://www.onvif.org/ver10/network/wsdl", "NetworkVideoTransmitter"),
    ("http://www.onvif.org/ver10/device/wsdl", "Device"),
}
_DECLARED = (
    f'xmlns:env="{ENV}" xmlns:a="{_WSA}" xmlns:d="{_WSD}" xmlns:dn="http://www.onvif.org/ver10/network/wsdl" '
    'xmlns:tds="http://www.onvif.org/ver10/device/wsdl"'
)


def answer(state: CameraState, datagram: bytes) -> bytes | None:
    """What is sent for a probe that this camera matches by type and scope; None for anything else."""
    try:
        root = etree.fromstring(datagram, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError:
        return None
    probe = root.find(f"{{{ENV}}}Body/{{{_WSD}}}Probe")
    message = root.findtext(f"{{{ENV}}}Header/{{{_WSA}}}MessageID")
    if probe is None or not message or not _types_match(probe) or not _scopes_match(state, probe):
        return None
    if state.has("discovery_any_only") and probe.find(f"{{{_WSD}}}Types") is not None:
        return None
    whole = _matches(state, message.strip())
    return whole[: len(whole) // 2] if state.has("discovery_garbage") else whole


def _types_match(probe: etree._Element) -> bool:
    """True when every type asked for is one of a camera's; prefixes are those in force at the element."""
    types = probe.find(f"{{{_WSD}}}Types")
    if types is None:
        return True
    names = [name.rpartition(":") for name in (types.text or "").split()]
    return all((types.nsmap.get(prefix or None), local) in _OURS for prefix, _, local in names)


def _scopes_match(state: CameraState, probe: etree._Element) -> bool:
    """True when each scope asked for is a prefix of one of the camera's, segment by segment (RFC 3986 rule)."""
    wanted = (probe.findtext(f"{{{_WSD}}}Scopes") or "").split()
    mine = [one.rstrip("/") + "/" for one in scopes(state)]
    return all(any(one.startswith(want.rstrip("/") + "/") for one in mine) for want in wanted)


def _matches(state: CameraState, relates_to: str) -> bytes:
    hello, undeclared = state.has("discovery_as_hello"), state.has("discovery_undeclared")
    header = node(
        "env:Header",
        node("a:MessageID", f"urn:uuid:{uuid.uuid4()}"),
        None if hello or undeclared else node("a:RelatesTo", relates_to),
        node("a:To", f"{_WSA}/role/anonymous"),
        node("a:Action", f"{_WSD}/Hello" if hello else f"{_WSD}/ProbeMatches"),
    )
    match = node("d:Hello" if hello else "d:ProbeMatch", *_description(state))
    body = node("env:Body", match if hello else node("d:ProbeMatches", match))
    declared = f'xmlns:env="{ENV}"' if undeclared else _DECLARED
    return Xml(
        f'<?xml version="1.0" encoding="UTF-8"?>\n<env:Envelope {declared}>{header}{body}</env:Envelope>'
    ).encode()


def _description(state: CameraState) -> tuple[Xml, ...]:
    """What a camera says of itself."""
    own = state.spec.endpoint or str(uuid.uuid5(uuid.NAMESPACE_URL, f"{state.spec.mac}@{state.host}"))
    places = [state.service_url(PATH)]
    if state.has("discovery_two_addresses"):
        places.insert(0, f"http://169.254.119.177{PATH}")
    return (
        node("a:EndpointReference", node("a:Address", f"urn:uuid:{own.removeprefix('urn:uuid:')}")),
        node("d:Types", "dn:NetworkVideoTransmitter tds:Device"),
        node("d:Scopes", " ".join(scopes(state))),
        node("d:XAddrs", " ".join(places)),
        node("d:MetadataVersion", 1),
    )


class Responder:
    """The sockets through which a discoverable camera hears probes."""

    def __init__(self, state: CameraState) -> None:
        self._state = state
        self._transports: list[asyncio.DatagramTransport] = []

    async def start(self, own: socket.socket) -> None:
        """Probes sent to the socket `own` (port 3702 of the camera) or to the group on loopback are answered."""
        await self._listen(own.dup(), deaf=self._state.has("discovery_group_only"))
        await self._listen(_group_socket())

    async def stop(self) -> None:
        """No probe is answered any more."""
        for transport in self._transports:
            transport.close()
        await asyncio.sleep(0)  # the sockets are closed in the next turn of the loop

    async def _listen(self, bound: socket.socket, *, deaf: bool = False) -> None:
        bound.setblocking(False)
        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_datagram_endpoint(lambda: _Ear(None if deaf else self), sock=bound)
        self._transports.append(transport)

    def heard(self, datagram: bytes, sender: tuple[str, int]) -> None:
        """A probe from `sender` has its answer, from the camera's own address."""
        found = answer(self._state, datagram)
        if found is not None:
            self._state.counters.probed()
            if self._state.has("discovery_garbage"):
                self._transports[0].sendto(bytes(range(256)), sender)
            self._transports[0].sendto(found, sender)


class _Ear(asyncio.DatagramProtocol):
    def __init__(self, responder: Responder | None) -> None:
        self._responder = responder

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """Hand on one datagram."""
        if self._responder is not None:
            self._responder.heard(data, addr)


def _group_socket() -> socket.socket:
    """A socket in the multicast group on the loopback interface; many cameras may have one."""
    heard = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    heard.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    heard.bind((GROUP, PORT))
    membership = socket.inet_aton(GROUP) + socket.inet_aton("127.0.0.1")
    heard.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, membership)
    return heard
