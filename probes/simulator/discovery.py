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
    """The ProbeMatches for a probe that this camera matches by type and scope; None for anything else."""
    try:
        root = etree.fromstring(datagram, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError:
        return None
    probe = root.find(f"{{{ENV}}}Body/{{{_WSD}}}Probe")
    message = root.findtext(f"{{{ENV}}}Header/{{{_WSA}}}MessageID")
    if probe is None or not message or not _types_match(probe) or not _scopes_match(state, probe):
        return None
    return _matches(state, message.strip())


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
    own = uuid.uuid5(uuid.NAMESPACE_URL, f"{state.spec.mac}@{state.host}")
    header = node(
        "env:Header",
        node("a:MessageID", f"urn:uuid:{uuid.uuid4()}"),
        node("a:RelatesTo", relates_to),
        node("a:To", f"{_WSA}/role/anonymous"),
        node("a:Action", f"{_WSD}/ProbeMatches"),
    )
    match = node(
        "d:ProbeMatch",
        node("a:EndpointReference", node("a:Address", f"urn:uuid:{own}")),
        node("d:Types", "dn:NetworkVideoTransmitter tds:Device"),
        node("d:Scopes", " ".join(scopes(state))),
        node("d:XAddrs", state.service_url(PATH)),
        node("d:MetadataVersion", 1),
    )
    body = node("env:Body", node("d:ProbeMatches", match))
    return Xml(
        f'<?xml version="1.0" encoding="UTF-8"?>\n<env:Envelope {_DECLARED}>{header}{body}</env:Envelope>'
    ).encode()


class Responder:
    """The sockets through which a discoverable camera hears probes."""

    def __init__(self, state: CameraState) -> None:
        self._state = state
        self._transports: list[asyncio.DatagramTransport] = []

    async def start(self, own: socket.socket) -> None:
        """Probes sent to the socket `own` (port 3702 of the camera) or to the group on loopback are answered."""
        await self._listen(own.dup())
        await self._listen(_group_socket())

    async def stop(self) -> None:
        """No probe is answered any more."""
        for transport in self._transports:
            transport.close()
        await asyncio.sleep(0)  # the sockets are closed in the next turn of the loop

    async def _listen(self, bound: socket.socket) -> None:
        bound.setblocking(False)
        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_datagram_endpoint(lambda: _Ear(self), sock=bound)
        self._transports.append(transport)

    def heard(self, datagram: bytes, sender: tuple[str, int]) -> None:
        """A probe from `sender` has its answer, from the camera's own address."""
        found = answer(self._state, datagram)
        if found is not None:
            self._state.counters.probed()
            self._transports[0].sendto(found, sender)


class _Ear(asyncio.DatagramProtocol):
    def __init__(self, responder: Responder) -> None:
        self._responder = responder

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """Hand on one datagram."""
        self._responder.heard(data, addr)


def _group_socket() -> socket.socket:
    """A socket in the multicast group on the loopback interface; many cameras may have one."""
    heard = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    heard.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    heard.bind((GROUP, PORT))
    membership = socket.inet_aton(GROUP) + socket.inet_aton("127.0.0.1")
    heard.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, membership)
    return heard
