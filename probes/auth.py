"""Basic and Digest logins for HTTP and RTSP (RFC 2069, RFC 2617, RFC 7616, RFC 7617).

Strategy: pure. Header values in, challenges out; a challenge and a login in, the header value out. Headers are read
leniently, because cameras leave out the realm, the quotes or the commas. Values hold the bytes that came, those that
are no UTF-8 as lone surrogates ("surrogateescape"), so that what is hashed and sent back is what the camera wrote.
Which challenge is answered is decided by `choose` alone: the scheme that was good before; else MD5, which is ONVIF's
default; else SHA-256, because some cameras offer SHA-256 and then fail it, and each failure counts as a refused login
at the camera.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from base64 import b64encode
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from probes.errors import CameraFault, Step

_TOKEN = re.compile(
    r"""([A-Za-z][A-Za-z0-9!#$%&'*+.^_`|~-]*)      # a scheme, or the name of a parameter with
    (?:\s*=\s*("(?:[^"\\]|\\.)*(?:"|$)            # a value in quotes (the last one may be missing), or
      |[^\s,"]*(?:[ ](?!(?:basic|digest)\b|[\w-]+\s*=)[^\s,"=]+)*))?  # a bare one, in which cameras leave blanks
    """,
    re.VERBOSE | re.IGNORECASE,
)
_HASHES: dict[str, Callable[[bytes], str]] = {
    "md5": lambda data: hashlib.md5(data, usedforsecurity=False).hexdigest(),
    "sha-256": lambda data: hashlib.sha256(data).hexdigest(),
    "sha-512-256": lambda data: hashlib.new("sha512_256", data).hexdigest(),
}
_ORDER = ("digest-md5", "digest-md5-sess", "digest-sha-256", "digest-sha-256-sess", "digest-sha-512-256", "basic")


@dataclass(frozen=True)
class Challenge:
    """One challenge of a 401 reply. `scheme` is lower case: basic, digest, or another that we cannot answer."""

    scheme: str
    params: dict[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The scheme with its algorithm, as facts name it: basic, digest-md5, digest-sha-256."""
        if self.scheme != "digest":
            return self.scheme
        return f"digest-{(self.params.get('algorithm') or 'MD5').lower()}"

    @property
    def answerable(self) -> bool:
        """True when `Login` can answer it. A digest without a nonce would only be a wasted try."""
        asked = _words(self.params.get("qop", ""))
        signable = self.scheme == "basic" or "nonce" in self.params
        return self.name in _ORDER and signable and (not asked or "auth" in asked)

    @property
    def stale(self) -> bool:
        """True when the camera says that only the nonce was too old (RFC 7616 3.3): no refusal."""
        return self.params.get("stale", "").lower() == "true"


def parse_challenges(values: Iterable[str]) -> tuple[Challenge, ...]:
    """Every challenge in the WWW-Authenticate header `values`, in order; what cannot be read is left out."""
    found: list[Challenge] = []
    for value in values:
        current: Challenge | None = None
        for match in _TOKEN.finditer(value):
            name, given = match.group(1).lower(), match.group(2)
            if given is None:
                current = Challenge(name)
                found.append(current)
            elif current is not None:
                current.params.setdefault(name, _unquote(given))
    return tuple(found)


def choose(challenges: tuple[Challenge, ...], step: Step, *, remembered: str | None, basic_allowed: bool) -> Challenge:
    """The challenge to answer.

    Raises CameraFault auth_scheme_unsupported when there is none that we can answer, or only Basic where
    `basic_allowed` is false (no TLS, and nobody marked the device for it).
    """
    usable = {c.name: c for c in reversed(challenges) if c.answerable and (c.scheme != "basic" or basic_allowed)}
    if remembered in usable:
        return usable[remembered]
    for name in _ORDER:
        if name in usable:
            return usable[name]
    offered = ", ".join(c.name for c in challenges) or "nothing"
    why = " (Basic would show the password to the network)" if any(c.scheme == "basic" for c in challenges) else ""
    raise CameraFault("auth_scheme_unsupported", step, f"the device offers {offered}{why}")


class Login:
    """Answers one challenge with one login, request after request. `cnonce` is the client's nonce, made when None."""

    def __init__(self, challenge: Challenge, username: str, password: str, cnonce: str | None = None) -> None:
        self.challenge = challenge
        latin = _speaks_latin_1(challenge) and _has_latin_1(username + password)
        self._username = _in_latin_1(username) if latin else username
        self._password = _in_latin_1(password) if latin else password
        self._count = 0
        self._cnonce = cnonce or secrets.token_hex(8)

    def header(self, method: str, uri: str) -> str:
        """The value of the Authorization header for one request; `uri` is exactly what the request line holds."""
        if self.challenge.scheme == "basic":
            return "Basic " + b64encode(_bytes(f"{self._username}:{self._password}")).decode()
        return self._digest(method, uri)

    def _digest(self, method: str, uri: str) -> str:
        params = self.challenge.params
        algorithm = params.get("algorithm") or "MD5"
        digest = _HASHES[algorithm.lower().removesuffix("-sess")]
        realm, nonce = params.get("realm", ""), params.get("nonce", "")
        self._count += 1
        count = f"{self._count:08x}"

        def hashed(*parts: str) -> str:
            return digest(_bytes(":".join(parts)))

        secret = hashed(self._username, realm, self._password)
        if algorithm.lower().endswith("-sess"):
            secret = hashed(secret, nonce, self._cnonce)
        request = hashed(method, uri)
        with_qop = "auth" in _words(params.get("qop", ""))
        response = (
            hashed(secret, nonce, count, self._cnonce, "auth", request) if with_qop else hashed(secret, nonce, request)
        )
        quoted = {"username": self._username, "realm": realm, "nonce": nonce, "uri": uri, "response": response}
        if "opaque" in params:
            quoted["opaque"] = params["opaque"]
        plain = {"algorithm": algorithm} if params.get("algorithm") else {}
        if with_qop:
            plain |= {"qop": "auth", "nc": count}
        if with_qop or algorithm.lower().endswith("-sess"):
            quoted["cnonce"] = self._cnonce
        fields = [f'{k}="{_escape(v)}"' for k, v in quoted.items()] + [f"{k}={v}" for k, v in plain.items()]
        return "Digest " + ", ".join(fields)


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _speaks_latin_1(challenge: Challenge) -> bool:
    """True where the realm is no UTF-8 and UTF-8 is not asked for (`charset`, RFC 7616 3.3)."""
    lone = any("\udc80" <= letter <= "\udcff" for letter in challenge.params.get("realm", ""))
    return lone and challenge.params.get("charset", "").lower() != "utf-8"


def _has_latin_1(text: str) -> bool:
    return all(letter <= "\xff" for letter in text)


def _in_latin_1(text: str) -> str:
    """`text` as its bytes in Latin-1."""
    return text.encode("latin-1").decode("utf-8", "surrogateescape")


def _unquote(value: str) -> str:
    return re.sub(r"\\(.)", r"\1", value[1:].removesuffix('"')) if value.startswith('"') else value


def _escape(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\r", "").replace("\n", "")


def _words(value: str) -> list[str]:
    return value.replace(",", " ").lower().split()
