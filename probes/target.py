"""Target: all that a probe is given. JSON both ways, no callbacks.

A target is where to look (`Address`), how to log in (`Credential`), what was learned before (`Remembered`), what is
wanted (`Need`), what it may cost (`Limits`) and which addresses may be connected to (`Networks`). `parse_address` reads
what a person types.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from ipaddress import ip_address
from typing import Any, Literal
from urllib.parse import quote, unquote, urlsplit

from probes.locks import LONGEST_LOCK_S
from probes.login import LoginState
from probes.outgoing import ANYWHERE, Networks
from probes.told import ToldError

AddressKind = Literal["host", "onvif", "rtsp"]
Role = Literal["main", "sub", "third", "extra"]

ONVIF_PATH = "/onvif/device_service"
DEFAULT_PORTS = {"http": 80, "https": 443, "rtsp": 554, "rtsps": 322}
_LOGIN_INSIDE = (
    "the address holds a login, which other users of this machine can read: use --username and --password-file instead"
)


SHORTEST_SECRET = 4
"""A password of fewer characters stands in too many words by chance to be looked for in what a device says."""
MOST_CHANNELS = 64
"""So many channels add to the deadline of a device."""


class TargetError(ToldError, ValueError):
    """What was typed is no address of a camera; the text says what to write instead."""


@dataclass(frozen=True)
class Address:
    """Where a device is. `kind` says what the person gave: a host, an ONVIF address, or one RTSP stream.

    `rtsp_port` is None where nobody registered one: then the port the device itself names is used only if it names the
    registered host, else 554. `stream_path` (with query) and `rtsp_scheme` only matter for a bare RTSP stream.
    """

    kind: AddressKind
    host: str
    onvif_scheme: Literal["http", "https"] = "http"
    onvif_port: int = 80
    onvif_path: str = ONVIF_PATH
    rtsp_scheme: Literal["rtsp", "rtsps"] = "rtsp"
    rtsp_port: int | None = None
    stream_path: str = ""

    def text(self) -> str:
        """The address as a person would write it; never holds a login."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        if self.kind == "rtsp":
            port = self.rtsp_port or DEFAULT_PORTS[self.rtsp_scheme]
            shown = "" if port == DEFAULT_PORTS[self.rtsp_scheme] else f":{port}"
            return f"{self.rtsp_scheme}://{host}{shown}{self.stream_path}"
        if self.kind == "onvif":
            shown = "" if self.onvif_port == DEFAULT_PORTS[self.onvif_scheme] else f":{self.onvif_port}"
            return f"{self.onvif_scheme}://{host}{shown}{self.onvif_path}"
        return host if self.onvif_port == 80 else f"{host}:{self.onvif_port}"


@dataclass(frozen=True)
class Credential:
    """One version of a login. `version` is stable for the same username and password; `doors` says where it may go.

    `basic_in_clear` allows HTTP/RTSP Basic without TLS, which shows the password to the network.
    """

    version: str
    username: str
    password: str = field(repr=False)
    doors: tuple[str, ...] = ("onvif", "rtsp", "https")
    basic_in_clear: bool = False


@dataclass(frozen=True)
class Need:
    """What a standard wants to know of a stream: the fact, the values at which its judgement changes (`cuts`, in the
    unit of the fact) and the least evidence (`seconds`, `frames`, `packets`) below which the fact may not be used.
    """

    fact: str
    cuts: tuple[float, ...] = ()
    seconds: float = 0.0
    frames: int = 0
    packets: int = 0


@dataclass(frozen=True)
class Remembered:
    """What earlier probes learned; returned in every observation and stored unread by the registry.

    `logins`: login state per credential version. `schemes`: the login scheme that was good, per door.
    `fingerprints`: SHA-256 of the TLS certificate, per port. `clock_as`: how the last good UsernameToken was dated.
    `locked_until`: when the lock ends of which the device spoke (UTC, ISO 8601, because this travels as JSON);
    `tries_left`: how many tries it said are left before it locks. Both are of the device, whichever login it was.
    `onvif_port`: where ONVIF answered, when it was looked for at several ports.
    `pinned_on`: the date (UTC) of each fingerprint; `new_fingerprints`: changed ones that no person has accepted yet.
    `stream_paths`: paths of streams that were there, each with its channel and role ("1 main").
    `next_channel`: the source token at which the last look was cut off. `unit`: what the device is known by
    (probes.facts.identity).
    `asked`: what the last look was told that asked everything (probes.onvif.told_before). `pictured`: when each channel
    was last decoded, and what it showed (probes.picture_nights).
    """

    logins: Mapping[str, LoginState] = field(default_factory=dict)
    schemes: Mapping[str, str] = field(default_factory=dict)
    fingerprints: Mapping[str, str] = field(default_factory=dict)
    onvif_path: str | None = None
    clock_as: Literal["device", "utc"] = "device"
    session_limit: int | None = None
    locked_until: str | None = None
    tries_left: int | None = None
    pictures: Mapping[str, Any] = field(default_factory=dict)
    stream_paths: Mapping[str, str] = field(default_factory=dict)
    pinned_on: Mapping[str, str] = field(default_factory=dict)
    new_fingerprints: Mapping[str, str] = field(default_factory=dict)
    onvif_port: int | None = None
    next_channel: str | None = None
    unit: Mapping[str, str] = field(default_factory=dict)
    asked: Mapping[str, Any] = field(default_factory=dict)
    pictured: Mapping[str, Any] = field(default_factory=dict)

    def login(self, version: str) -> LoginState:
        """The login state of a credential version; all doors unknown when it was never used."""
        return self.logins.get(version, LoginState())

    def lock_ends(self, now: datetime) -> datetime | None:
        """When the device takes logins again; None when it does so now. A lock of more than a day is a wrong clock."""
        until = datetime.fromisoformat(self.locked_until) if self.locked_until else now
        return until if now < until <= now + timedelta(seconds=LONGEST_LOCK_S) else None

    def with_login(self, version: str, state: LoginState) -> Remembered:
        """A copy in which `version` has `state`."""
        return replace(self, logins={**self.logins, version: state})


@dataclass(frozen=True)
class Limits:
    """What one probe may cost: seconds, bytes of memory or wire, and `refusals`: of what the device may refuse in a day
    over all its logins, so many are left. `open_ports`: two more connections, to see whether telnet and FTP are open.
    `deadline_s` is for one channel; each further one adds `channel_s`. `picture_nights`: a channel is decoded at most
    every so many nights, unless something changed; `ask_nights`: so it is with questions whose answers hardly ever
    change. With 0 nothing is left out.
    """

    connect_s: float = 5.0
    read_s: float = 15.0
    sample_s: float = 12.0
    sample_bytes: int = 24_000_000
    reply_bytes: int = 2_000_000
    deadline_s: float = 90.0
    channel_s: float = 10.0
    picture: bool = True
    open_ports: bool = False
    refusals: int = 2
    picture_nights: int = 0
    ask_nights: int = 0

    @property
    def longest_s(self) -> float:
        """What a probe may take at most, however many channels the device turns out to have."""
        return self.deadline_s + (MOST_CHANNELS - 1) * self.channel_s


@dataclass(frozen=True)
class Target:
    """All that a probe is given. `key` is the caller's own name for the device, `maker` what people call its maker.
    `onvif_ports` are asked in turn where the port of the address has no ONVIF: a person pointed at the host alone.
    `networks`: where the host may be; whoever makes a target of what others registered says it.
    """

    key: str
    address: Address
    credentials: tuple[Credential, ...] = ()
    remembered: Remembered = field(default_factory=Remembered)
    needs: tuple[Need, ...] = ()
    limits: Limits = field(default_factory=Limits)
    role: Role | None = None
    maker: str = ""
    onvif_ports: tuple[int, ...] = ()
    networks: Networks = ANYWHERE

    def credential(self, door: str) -> Credential | None:
        """The first credential that may go to `door`, or None."""
        return next((c for c in self.credentials if door in c.doors), None)

    def without_passwords(self, text: str) -> str:
        """`text` without the passwords of this target, plain or as in an address: a device may tell them anywhere."""
        for password in {p for c in self.credentials for p in (c.password, quote(c.password, safe=""))}:
            text = text.replace(password, "…") if len(password) >= SHORTEST_SECRET else text
        return text

    def to_json(self) -> dict[str, Any]:
        """The target as a JSON object, passwords included: for a worker, never for a log."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Target:
        """The inverse of `to_json`; raises KeyError, TypeError or ValueError where the object is not one of ours."""
        remembered = {**data["remembered"]}
        remembered["logins"] = {v: LoginState.from_json(s) for v, s in remembered["logins"].items()}
        return cls(
            key=data["key"],
            address=Address(**data["address"]),
            credentials=tuple(Credential(**{**c, "doors": tuple(c["doors"])}) for c in data["credentials"]),
            remembered=Remembered(**remembered),
            needs=tuple(Need(**{**n, "cuts": tuple(n["cuts"])}) for n in data["needs"]),
            limits=Limits(**data["limits"]),
            role=data["role"],
            maker=data["maker"],
            onvif_ports=tuple(data["onvif_ports"]),
            networks=Networks.from_json(data["networks"]),
        )


def parse_address(text: str, rtsp_port: int | None = None) -> Address:
    """Reads `HOST[:PORT]`, an ONVIF device-service URL, or an `rtsp://` URL.

    A login inside the address is an error, because an argument list is seen by every user of the machine.
    Raises TargetError, whose text says what to write.
    """
    text = text.strip()
    if not text:
        raise TargetError("the target is empty: give HOST[:PORT], an ONVIF address, or an rtsp:// address")
    url = text if "://" in text else f"//[{text}]" if _is_ipv6(text) else f"//{text}"
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        if "@" in text:  # a password with a / in it; the error would quote a part of it
            raise TargetError(_LOGIN_INSIDE) from None
        raise TargetError(f"{_shown(text)!r} is no address: {error}") from None
    if "@" in parts.netloc or ("@" in text and not parts.path):  # the second: a password with a # or ? in it
        raise TargetError(_LOGIN_INSIDE)
    if parts.fragment:
        raise TargetError(f"{_shown(text)!r}: what follows # would be lost; write %23 for it")
    if not parts.hostname or any(c.isspace() or not c.isprintable() for c in text):
        raise TargetError(f"{_shown(text)!r} has no host: give HOST[:PORT], an ONVIF address, or an rtsp:// address")
    if port == 0:
        raise TargetError(f"{_shown(text)!r}: port 0 is no port; use 1 to 65535")
    path = parts.path + (f"?{parts.query}" if parts.query or text.endswith("?") else "")  # Xiongmai paths end in ?
    match parts.scheme:
        case "rtsp" | "rtsps":
            return Address(
                "rtsp", parts.hostname, rtsp_scheme=parts.scheme, rtsp_port=port or rtsp_port, stream_path=path or "/"
            )
        case "http" | "https":
            known = path if path not in ("", "/") else ONVIF_PATH
            scheme: Literal["http", "https"] = "https" if parts.scheme == "https" else "http"
            port = port or DEFAULT_PORTS[scheme]
            return Address("onvif", parts.hostname, scheme, port, known, rtsp_port=rtsp_port)
        case "":
            if path:
                raise TargetError(f"{_shown(text)!r}: write http:// or rtsp:// before an address with a path")
            return Address("host", parts.hostname, onvif_port=port or 80, rtsp_port=rtsp_port)
    raise TargetError(f"{_shown(text)!r}: {parts.scheme}:// is not looked at; use http://, https:// or rtsp://")


def _is_ipv6(text: str) -> bool:
    try:
        return ip_address(text).version == 6
    except ValueError:
        return False


def _shown(text: str) -> str:
    return unquote(text.rsplit("@", 1)[-1])[:80]
