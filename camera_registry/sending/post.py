"""A message posted to an address of others: the status, or why there was none.

Strategy: the name is looked up once, every address it has is judged before anything is sent, and the connection goes to
the one that was judged, so that a name that changes its address between the two gains nothing. TLS is verified against
the name. No redirect is followed, no proxy is asked, and of the answer nothing is read but its head. All of it has one
deadline, at which the line is cut, however slowly the other side says something.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from probes.outgoing import REASONS, Networks, refusal

_ANYWHERE = ("0.0.0.0/0", "::/0")
"""Receivers are public or private; what is refused for every address (link-local, metadata, this server) stays so."""
LONGEST_ADDRESS = 500


class PostError(Exception):
    """Nothing was answered, or the address may not be posted to; the text holds no secret."""


@dataclass(frozen=True)
class Rules:
    """Where may be posted to: `networks` says what is refused; `http`: without TLS, too; `timeout_s` (seconds) is for
    all of a message. `context` verifies TLS.
    """

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


@dataclass
class _Line:
    """The connection of one message, which is cut at its deadline: `left` seconds from now."""

    ends: float
    cut: bool = False
    _held: list[socket.socket] = field(default_factory=list)

    @property
    def left(self) -> float:
        return max(self.ends - time.monotonic(), 0.001)

    def hold(self, made: socket.socket) -> None:
        """The socket is cut at the deadline, whatever wraps it: a copy of it is kept."""
        self._held.append(made.dup())

    def cut_now(self) -> None:
        self.cut = True
        for each in self._held:
            try:
                each.shutdown(socket.SHUT_RDWR)
            except OSError:  # it is closed
                continue

    def close(self) -> None:
        while self._held:
            self._held.pop().close()


def post(address: str, body: bytes, headers: Mapping[str, str], rules: Rules) -> int:
    """The status of the answer. Raises PostError."""
    scheme, host, port, path = check(address, rules)
    line = _Line(time.monotonic() + rules.timeout_s)
    number = _looked_up(host, port, rules, line)
    connection = _connection(scheme, host, port, number, rules, line)
    timer = threading.Timer(line.left, line.cut_now)
    timer.daemon = True
    timer.start()
    try:
        sent = {"Content-Type": "application/json", "User-Agent": "camera-registry", **headers}
        connection.request("POST", path, body, sent)
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise PostError("no answer in time" if line.cut else f"{type(error).__name__}: no answer came") from None
    finally:
        timer.cancel()
        timer.join()  # it cuts nothing that is opened after this
        line.close()
        connection.close()
    if line.cut:  # the head of the answer ended by it
        raise PostError("no answer in time")
    return status


def _found(host: str, port: int, line: _Line) -> list[str]:
    """The addresses of the name. The library waits for them as long as it likes, so it does so beside."""
    found: list[str] = []

    def look() -> None:
        try:
            answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            return
        found.extend(str(each[4][0]).partition("%")[0] for each in answers)

    looking = threading.Thread(target=look, daemon=True)
    looking.start()
    looking.join(line.left)
    return list(found)


def _looked_up(host: str, port: int, rules: Rules, line: _Line) -> str:
    """The address that is connected to: the first of the name; all that it has must be allowed."""
    numbers = _found(host, port, line)
    if not numbers:
        raise PostError("the name is not known")
    allowed = replace(rules.networks(), allowed=_ANYWHERE)
    for number in numbers:
        reason = refusal(number, allowed)
        if reason is not None:
            raise PostError(REASONS[reason].replace("[outgoing]", "[webhooks]"))
    return numbers[0]


def _connection(
    scheme: str, host: str, port: int, number: str, rules: Rules, line: _Line
) -> http.client.HTTPConnection:
    """A connection to the number, which speaks to the name."""

    def dial(_name: tuple[str, int], _timeout: float, _source: object = None) -> socket.socket:
        made = socket.create_connection((number, port), line.left)
        line.hold(made)
        return made

    made: http.client.HTTPConnection
    if scheme == "https":
        context = rules.context or ssl.create_default_context()
        made = http.client.HTTPSConnection(host, port, timeout=rules.timeout_s, context=context)
    else:
        made = http.client.HTTPConnection(host, port, timeout=rules.timeout_s)
    made._create_connection = dial  # type: ignore[attr-defined]  # the library has no other way to say where to connect to
    return made
