"""A message posted to an address of others: the status, or why there was none.

Strategy: the name is looked up once, every address it has is judged before anything is sent, and the connection goes to
the one that was judged, so that a name that changes its address between the two gains nothing. TLS is verified against
the name. No redirect is followed, no proxy is asked, and of the answer little is read and nothing kept.
"""

from __future__ import annotations

import http.client
import socket
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from probes.outgoing import REASONS, Networks, refusal

_ANYWHERE = ("0.0.0.0/0", "::/0")
"""Receivers are public or private; what is refused for every address (link-local, metadata, this server) stays so."""
_MOST_READ = 16 * 1024
LONGEST_ADDRESS = 500


class PostError(Exception):
    """Nothing was answered, or the address may not be posted to; the text holds no secret."""


@dataclass(frozen=True)
class Rules:
    """Where may be posted to: `networks` says what is refused; `http`: without TLS, too. `context` verifies TLS."""

    networks: Callable[[], Networks]
    http: bool = False
    timeout_s: float = 10.0
    context: ssl.SSLContext | None = None


def check(address: str, rules: Rules) -> tuple[str, str, int, str]:
    """Scheme, host, port and path of an address that may be posted to. Raises PostError for another."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        raise PostError("this is no address") from None
    if parts.scheme not in ("https", *(("http",) if rules.http else ())) or not parts.hostname:
        raise PostError("write an address that begins with https://")
    if (
        parts.username
        or parts.password
        or parts.fragment
        or not address.isprintable()
        or " " in address
        or len(address) > LONGEST_ADDRESS
    ):
        raise PostError("an address has no login, no # and no blanks")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return parts.scheme, parts.hostname, port or {"https": 443, "http": 80}[parts.scheme], path


def post(address: str, body: bytes, headers: Mapping[str, str], rules: Rules) -> int:
    """The status of the answer. Raises PostError."""
    scheme, host, port, path = check(address, rules)
    numbers = _looked_up(host, port, rules)
    connection = _connection(scheme, host, port, numbers, rules)
    try:
        sent = {"Content-Type": "application/json", "User-Agent": "camera-registry", **headers}
        connection.request("POST", path, body, sent)
        answer = connection.getresponse()
        answer.read(_MOST_READ)
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise PostError(f"{type(error).__name__}: no answer came") from None
    else:
        return answer.status
    finally:
        connection.close()


def _looked_up(host: str, port: int, rules: Rules) -> str:
    """The address that is connected to: the first of the name; all that it has must be allowed."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise PostError("the name is not known") from None
    allowed = replace(rules.networks(), allowed=_ANYWHERE)
    numbers = [str(each[4][0]).partition("%")[0] for each in found]
    for number in numbers:
        reason = refusal(number, allowed)
        if reason is not None:
            raise PostError(REASONS[reason].replace("[outgoing]", "[webhooks]"))
    return numbers[0]


def _connection(scheme: str, host: str, port: int, number: str, rules: Rules) -> http.client.HTTPConnection:
    """A connection to the number, which speaks to the name."""

    def dial(_name: tuple[str, int], timeout: float, _source: object = None) -> socket.socket:
        return socket.create_connection((number, port), timeout)

    made: http.client.HTTPConnection
    if scheme == "https":
        context = rules.context or ssl.create_default_context()
        made = http.client.HTTPSConnection(host, port, timeout=rules.timeout_s, context=context)
    else:
        made = http.client.HTTPConnection(host, port, timeout=rules.timeout_s)
    made._create_connection = dial  # type: ignore[attr-defined]  # the library has no other way to say where to connect to
    return made
