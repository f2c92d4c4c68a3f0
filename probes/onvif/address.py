"""Addresses that a device hands out, made safe to use.

Strategy: pure. A device behind NAT, or one set up on another desk, names hosts and ports that are not its own. So its
word counts for paths only: the host is always the registered one, because a login goes to no other, and an advertised
port is used only where the device also named the registered host. Logins inside an address are taken out.
"""

from __future__ import annotations

import html
import re
from dataclasses import replace
from urllib.parse import urlsplit

from probes.errors import MalformedReply
from probes.target import DEFAULT_PORTS, Address

_HOST = r"\[[^\]/?#]*\]|[^:/?#\[]*|[0-9a-f:.]+?"  # the last one: an IPv6 address without its brackets
_LOGIN = r"[^/?#@:]*:(?!\d*[/?]).*@(?=\d{1,3}(?:\.\d{1,3}){3}(?:[:/?]|$))|[^/?#]*@"  # a password may hold a slash
_URI = re.compile(rf"(rtsps?)://(?:{_LOGIN})?({_HOST})((?::\d*)*)([/?].*)?$", re.IGNORECASE | re.DOTALL)
_ENTITY = re.compile(r"&(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9a-f]{1,6});", re.IGNORECASE)
_BLANK = re.compile(r"[\s\x00-\x1f\x7f]+")
_PATH_PASSWORD = re.compile(
    r"(?<![a-z])((?:password|passwd|passwort|psw|pwd|pass|loginpass?)=)(?:(?!_(?:channel|stream)=)[^&/?#])*",
    re.IGNORECASE,
)
"""Xiongmai: `_` may stand where others have `&`, and what follows the password chooses the stream."""


def service_path(xaddr: str) -> str | None:
    """The path (with query) of a service address; None when there is none to be seen. Of several the first counts."""
    try:
        parts = urlsplit(next(iter(_unescaped(xaddr).split()), ""))
    except ValueError:
        return None
    if not parts.path.startswith("/"):
        return None
    return parts.path + (f"?{parts.query}" if parts.query else "")


def moved_to(location: str, address: Address) -> Address | None:
    """Where a device sends us on to by HTTP, if we may follow: another path at the registered port; or from port 80 to
    HTTPS at 443, for there no forwarding router stands between. None for any other host or port.
    """
    try:
        parts = urlsplit(_unescaped(location).strip())
        port = parts.port or DEFAULT_PORTS.get(parts.scheme, 0)
    except ValueError:
        return None
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    if not path.startswith("/"):
        path = address.onvif_path
    there = (parts.scheme, port) if parts.netloc else (address.onvif_scheme, address.onvif_port)
    if parts.netloc and (parts.hostname or "").lower() != address.host.lower():
        return None
    here = (address.onvif_scheme, address.onvif_port)
    if there == here:
        return replace(address, onvif_path=path) if path != address.onvif_path else None
    to_https = here == ("http", DEFAULT_PORTS["http"]) and there == ("https", DEFAULT_PORTS["https"])
    return replace(address, onvif_scheme="https", onvif_port=port, onvif_path=path) if to_https else None


def stream_address(said: str, address: Address, protocol_port: int | None) -> str:
    """The stream address `said` by the device, on the registered host and without a login.

    The port is the registered RTSP port, else the advertised one if the advertised host is the registered one, else
    `protocol_port` (GetNetworkProtocols), else the default. Raises MalformedReply when `said` is no RTSP address.
    """
    plain = _BLANK.sub("", _unescaped(said))
    match = _URI.match(plain)
    if match is None or not plain.isprintable():
        raise MalformedReply("onvif.stream_uri", f"no RTSP address: {said[:80]!r}")
    scheme, host, ports, path = match.group(1).lower(), match.group(2), match.group(3), match.group(4) or ""
    advertised = next((int(p) for p in reversed(ports.split(":")) if p and 0 < int(p) < 65_536), None)
    own = host.strip("[]").lower().removeprefix("::ffff:") == address.host.lower()
    port = address.rtsp_port or (advertised if own else None) or protocol_port or DEFAULT_PORTS[scheme]
    shown = f"[{address.host}]" if ":" in address.host else address.host
    suffix = "" if port == DEFAULT_PORTS[scheme] else f":{port}"
    return f"{scheme}://{shown}{suffix}" + without_login(path if path.startswith("/") else f"/{path}")


def _unescaped(said: str) -> str:
    """`said` without a second escaping. Only whole entities: `&timestamp=1` names a value and is no `&times`."""
    return _ENTITY.sub(lambda found: html.unescape(found.group()), said)


def without_login(path: str) -> str:
    """`path` with an empty value wherever a parameter of it holds a password."""
    return _PATH_PASSWORD.sub(r"\1", path)
