"""The server side of HTTP logins: Basic (RFC 7617) and Digest (RFC 7616, 2617, 2069), for HTTP and for RTSP.

Strategy: pure but for the nonces it gave out. A `Gate` makes challenges and judges one `Authorization` header. Nothing
is tolerated that the RFCs do not ask for: a client that is careless here fails at some real camera.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from probes.simulator.spec import Algorithm

Judgement = Literal["accepted", "refused", "stale"]
_HASHES = {"MD5": hashlib.md5, "SHA-256": hashlib.sha256}
_FIELD = re.compile(r'([a-zA-Z0-9_-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))')


@dataclass
class Gate:
    """One protection space: what it asks for, who may pass, and the nonces it knows with the count last used."""

    realm: str
    username: str
    password: str
    scheme: Literal["digest", "basic"]
    algorithms: Sequence[Algorithm] = ("MD5",)
    qop: bool = True
    _counts: dict[str, int] = field(default_factory=dict)

    def challenges(self, *, stale: bool = False) -> list[str]:
        """The values of the `WWW-Authenticate` headers of a refusal, each with a fresh nonce."""
        if self.scheme == "basic":
            return [f'Basic realm="{self.realm}"']
        return [self._digest_challenge(algorithm, stale=stale) for algorithm in self.algorithms]

    def judge(self, header: str, method: str, uri: str) -> Judgement:
        """What becomes of a request for exactly `uri` with this `Authorization` value.

        `stale`: the login is right but the nonce is unknown (the camera was restarted) or its count was used before.
        """
        scheme, _, rest = header.strip().partition(" ")
        if scheme.lower() != self.scheme:
            return "refused"
        if self.scheme == "basic":
            return "accepted" if self._basic_is_right(rest) else "refused"
        return self._judge_digest(_fields(rest), method, uri)

    def _digest_challenge(self, algorithm: Algorithm, *, stale: bool) -> str:
        nonce = secrets.token_hex(16)
        self._counts[nonce] = 0
        qop = ', qop="auth"' if self.qop else ""
        again = ", stale=true" if stale else ""
        return f'Digest realm="{self.realm}", nonce="{nonce}", algorithm={algorithm}{qop}{again}'

    def _basic_is_right(self, coded: str) -> bool:
        try:
            said = base64.b64decode(coded.strip(), validate=True)
        except ValueError:
            return False
        return hmac.compare_digest(said, f"{self.username}:{self.password}".encode())

    def _judge_digest(self, said: dict[str, str], method: str, uri: str) -> Judgement:
        """The judgement on the fields of a Digest header: first whether the proof is right, then whether it is new."""
        algorithm = said.get("algorithm", "MD5").upper()
        if algorithm not in self.algorithms or ("qop" in said) != self.qop or said.get("qop", "auth") != "auth":
            return "refused"
        who = (said.get("realm"), said.get("username"), said.get("uri"))
        if who != (self.realm, self.username, uri):
            return "refused"
        if not hmac.compare_digest(said.get("response", "").lower(), self._proof(said, algorithm, method, uri)):
            return "refused"
        return self._freshness(said)

    def _freshness(self, said: dict[str, str]) -> Judgement:
        nonce = said.get("nonce", "")
        if nonce not in self._counts:
            return "stale"
        if not self.qop:
            return "accepted"
        count = int(said["nc"], 16)
        if count <= self._counts[nonce]:
            return "stale"
        self._counts[nonce] = count
        return "accepted"

    def _proof(self, said: dict[str, str], algorithm: str, method: str, uri: str) -> str:
        """The response that proves knowledge of the password (RFC 7616 section 3.4.1, RFC 2069 without qop)."""
        first = _hash(algorithm, f"{self.username}:{self.realm}:{self.password}")
        second = _hash(algorithm, f"{method}:{uri}")
        nonce = said.get("nonce", "")
        if not self.qop:
            return _hash(algorithm, f"{first}:{nonce}:{second}")
        count, own = said.get("nc", ""), said.get("cnonce", "")
        if not re.fullmatch(r"[0-9a-fA-F]{8}", count) or not own:
            return "-"  # what qop=auth asks for is missing: no response can be right
        return _hash(algorithm, f"{first}:{nonce}:{count}:{own}:auth:{second}")


def said_in(header: str) -> tuple[str, str]:
    """Who an `Authorization` value says it is, and its password where that can be read (Basic)."""
    scheme, _, rest = header.strip().partition(" ")
    if scheme.lower() != "basic":
        return _fields(rest).get("username", ""), ""
    try:
        name, _, password = base64.b64decode(rest.strip(), validate=True).decode().partition(":")
    except ValueError:
        return "", ""
    return name, password


def _hash(algorithm: str, text: str) -> str:
    return _HASHES[algorithm](text.encode()).hexdigest()


def _fields(text: str) -> dict[str, str]:
    """The name=value pairs of a Digest header, quotes and backslashes removed, names in lower case."""
    found = _FIELD.findall(text)
    return {name.lower(): re.sub(r"\\(.)", r"\1", quoted) or plain for name, quoted, plain in found}
