"""The logins of an ONVIF service: WS-UsernameToken (Web Services Security UsernameToken Profile 1.0) and HTTP Digest.

Strategy: `check` lets a call pass or raises `Refused` with the status and challenges that belong to it. A UsernameToken
is good once: its time must be near the camera's own, and its nonce must be new (ONVIF Core, "User-based access
control").
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass, field
from datetime import UTC, datetime

from probes.simulator.digest import Gate, said_in
from probes.simulator.messages import Request
from probes.simulator.refusals import Refusal
from probes.simulator.soap import Call, Fault, not_authorized
from probes.simulator.state import CameraState

_WSS = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-"
_WSSE = f"{{{_WSS}wssecurity-secext-1.0.xsd}}"
_WSU = f"{{{_WSS}wssecurity-utility-1.0.xsd}}"
_DIGEST_TYPE = f"{_WSS}username-token-profile-1.0#PasswordDigest"


@dataclass
class Refused(Exception):
    """The sender was sent away: HTTP status, fault, and the challenges if Digest is spoken."""

    status: int
    fault: Fault
    challenges: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Token:
    """A UsernameToken as sent."""

    username: str
    password: str
    password_type: str
    nonce: str
    created: str


class Login:
    """Who may call the ONVIF services of one camera."""

    def __init__(self, state: CameraState) -> None:
        spec = state.spec
        self._state = state
        self._gate = Gate(spec.model, spec.username, spec.password, "digest", spec.digest_algorithms, qop=spec.http_qop)
        self._seen: set[str] = set()

    def count(self, call: Call, request: Request) -> None:
        """The request is counted, with or without a credential."""
        carried = _token(call) is not None or request.header("authorization") is not None
        self._state.counters.requested("onvif", call.operation, with_credentials=carried)

    def check(self, call: Call, request: Request, *, needed: bool) -> None:
        """The sender may go on; Refused otherwise. Without `needed`, only a wrong credential is refused."""
        token, header = _token(call), request.header("authorization")
        if token is None and header is None:
            if needed and "none" not in self._state.spec.onvif_auth:
                raise self._refused("missing")
            return
        judged = "locked" if self._state.locked else self._judge(token, header, request)
        username = token.username if token else said_in(header or "")[0]
        if judged == "accepted":
            self._state.counters.accepted(username)
            return
        shown = header or f"UsernameToken {token}"
        created = token.created if token else ""
        self._state.counters.refused(
            Refusal("onvif", call.operation, shown, username, created=created, only_stale=judged == "stale")
        )
        raise self._refused(judged, by_token=token is not None)

    def _judge(self, token: Token | None, header: str | None, request: Request) -> str:
        """What becomes of the credentials: of two, both must be right."""
        schemes = self._state.spec.onvif_auth
        if token is not None and not ("usernametoken" in schemes and self._token_is_good(token)):
            return "refused"
        if header is None:
            return "accepted"
        return self._gate.judge(header, request.method, request.target) if "digest" in schemes else "refused"

    def _refused(self, judged: str, *, by_token: bool = False) -> Refused:
        spec = self._state.spec
        fault = not_authorized(text=spec.lock_text) if self._state.locked else not_authorized()
        if "digest" in spec.onvif_auth and not by_token:
            return Refused(401, fault, self._gate.challenges(stale=judged == "stale"))
        return Refused(spec.refused_status, fault)

    def _token_is_good(self, token: Token) -> bool:
        """True once for a token made with the right password, close to the camera's time."""
        if token.password_type != _DIGEST_TYPE or token.username != self._state.spec.username:
            return False
        created, nonce = _time(token.created), _nonce(token.nonce)
        if created is None or nonce is None:
            return False
        made = hashlib.sha1(nonce + token.created.encode() + self._state.spec.password.encode()).digest()  # noqa: S324  the profile asks for SHA-1  # nosec B324
        if not hmac.compare_digest(base64.b64encode(made).decode(), token.password):
            return False
        if abs((self._state.now() - created).total_seconds()) > self._state.spec.created_window_s:
            return False
        seen = token.nonce if self._state.spec.replay == "nonce" else f"{token.nonce} {token.created}"
        if seen in self._seen:
            return False
        self._seen.add(seen)
        return True


def _token(call: Call) -> Token | None:
    """The UsernameToken in the header of a call, if there is one."""
    found = None if call.header is None else call.header.find(f"{_WSSE}Security/{_WSSE}UsernameToken")
    if found is None:
        return None
    password = found.find(f"{_WSSE}Password")
    return Token(
        username=(found.findtext(f"{_WSSE}Username") or "").strip(),
        password="" if password is None else (password.text or "").strip(),
        password_type="" if password is None else password.get("Type", ""),
        nonce=(found.findtext(f"{_WSSE}Nonce") or "").strip(),
        created=(found.findtext(f"{_WSU}Created") or "").strip(),
    )


def _time(text: str) -> datetime | None:
    """An xs:dateTime as a time; without a zone it is UTC (UsernameToken Profile: UTC is meant)."""
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        return None
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def _nonce(text: str) -> bytes | None:
    try:
        return base64.b64decode(text, validate=True) or None
    except binascii.Error:
        return None
