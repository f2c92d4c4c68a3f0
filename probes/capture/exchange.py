"""What one probe and a device said to each other, as values: the content of a capture folder.

Strategy: a request is kept as what it asked for and how it was logged in, never as its bytes, for those hold the login.
A reply is kept as it came. `Recorder` is the tap of a probe under way.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from lxml import etree

from probes.errors import ProbeError
from probes.onvif.soap import Fault, local, read
from probes.tap import Headers
from probes.target import Address

Door = Literal["onvif", "rtsp"]
LoginName = Literal["none", "basic", "digest", "usernametoken"]
_TOKEN = b"UsernameToken"


@dataclass(frozen=True)
class Reply:
    """What came back: status, headers (names in lower case), body, and seconds until its last byte."""

    status: int
    headers: Headers = ()
    body: bytes = b""
    seconds: float = 0.0


@dataclass(frozen=True)
class Packet:
    """One packet of the stream: interleaved channel, seconds after the answer to PLAY, bytes."""

    channel: int
    at: float
    data: bytes


@dataclass
class Exchange:
    """One question and its answer. `what` is the ONVIF operation or the RTSP method, `where` the path or the address,
    `arguments` the texts of an ONVIF request by element. `packets` follow an answer to PLAY.
    """

    door: Door
    port: int
    what: str
    where: str
    reply: Reply
    arguments: Mapping[str, str] = field(default_factory=dict)
    login: LoginName = "none"
    packets: list[Packet] = field(default_factory=list)


@dataclass
class Capture:
    """All exchanges of one probe in order, the address it was given, and when it began (UTC)."""

    address: Address
    began: datetime
    exchanges: list[Exchange] = field(default_factory=list)


class Recorder:
    """A tap (probes.tap) that keeps everything in a `Capture`."""

    def __init__(self, capture: Capture, seconds: Callable[[], float]) -> None:
        self.capture = capture
        self._seconds = seconds
        self._playing: Exchange | None = None
        self._played_at = 0.0

    def http(
        self, port: int, path: str, sent: tuple[Mapping[str, str], bytes], reply: tuple[int, Headers, bytes, float]
    ) -> None:
        """Keeps one call."""
        headers, body = sent
        operation, arguments = asked(body)
        login = "usernametoken" if _TOKEN in body else login_of(headers.get("Authorization"))
        self.capture.exchanges.append(Exchange("onvif", port, operation, path, Reply(*reply), arguments, login))

    def rtsp(
        self, port: int, method: str, uri: str, sent: Mapping[str, str], reply: tuple[int, Headers, bytes, float]
    ) -> None:
        """Keeps one request; packets that come after PLAY belong to it."""
        told = Exchange("rtsp", port, method, uri, Reply(*reply), {}, login_of(sent.get("Authorization")))
        self.capture.exchanges.append(told)
        if method == "PLAY" and 200 <= told.reply.status < 300:
            self._playing, self._played_at = told, self._seconds()

    def packet(self, channel: int, data: bytes, arrival: float) -> None:
        """Keeps one packet; those before any PLAY belong to nothing."""
        if self._playing is not None:
            at = max(0.0, arrival - self._played_at)
            self._playing.packets.append(Packet(channel, round(at, 5), data))


def login_of(authorization: str | None) -> LoginName:
    """Which login an `Authorization` header carries."""
    scheme = (authorization or "none").split(" ", 1)[0].lower()
    return "digest" if scheme == "digest" else "basic" if scheme == "basic" else "none"


def asked(body: bytes) -> tuple[str, dict[str, str]]:
    """The operation of an ONVIF request, and its texts by element name; empty when it is none."""
    try:
        found = read(body, "onvif.services")
    except ProbeError:
        return "", {}
    if isinstance(found, Fault):
        return "Fault", {}
    return local(found), {
        local(e): str(e.text).strip() for e in found.iter(etree.Element) if len(e) == 0 and (e.text or "").strip()
    }
