"""Logging in over RTSP without ever locking a camera: when a login is sent, and what a 401 means.

Strategy: the first DESCRIBE goes without a login, always: its answer is the `authentication` fact and brings the
challenge. Then at most one try: neither a yes nor a no, or a word of a lock, leaves the login untested, and nothing
signed follows in this visit. After a success a 401 is no refusal where the nonce was too old (sign once more), or the
account may not ask for this: what it was good for before is asked again, and tells. Refused there too, it is a refusal.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import NoReturn

from probes.auth import Challenge, Login, choose, parse_challenges
from probes.errors import CameraFault, ProbeError, Step, clean_text
from probes.facts import Access
from probes.locks import Lock, read_lock
from probes.rtsp.message import Response
from probes.rtsp.sdp import NAME_LIMIT
from probes.target import Credential
from probes.visit import Visit

UNCLEAR = 2
"""So many unclear answers in a row to a login that was good in an earlier visit, and it is sent no more in this one."""
_OF_THE_PATH = 404
"""From this status on an answer is about what was asked for, not about the login."""
Send = Callable[[str, str, Step, dict[str, str]], Awaitable[Response]]


class RtspLogin:
    """The login of one visit at the `rtsp` door."""

    def __init__(self, visit: Visit, *, tls: bool) -> None:
        self.visit = visit
        self._tls = tls
        self._login: Login | None = None
        self._credential: Credential | None = None
        self.only_known = False
        """True while a path is guessed: then only a login that is known to be good here is sent, or that a person said
        to try here.
        """
        self.good = False
        """True once the camera has accepted the login in this visit."""
        self._required: bool | None = None
        self._refused_before = False  # a 401 came since the last success
        self._left_open_once = False
        self._unclear = 0
        self._proof: str | None = None  # the first address that the login was good for
        self._forbids_by_401 = False  # this camera says 401 to what an account may not ask for
        self._challenges: tuple[Challenge, ...] = ()

    async def ask(self, send: Send, method: str, uri: str, step: Step, headers: dict[str, str]) -> Response:
        """The reply to one request, logged in where the camera asks for it.

        Raises CameraFault auth_refused, auth_locked, auth_scheme_unsupported or not_permitted, and what `send` raises.
        """
        if method == "OPTIONS":  # never signed, and any status will do: OPTIONS only opens the conversation
            return await send(method, uri, step, headers)
        if self._login is not None:
            return await self._ask_logged_in(send, method, uri, step, headers)
        response = await send(method, uri, step, headers)
        if response.status != 401:
            self._raise_locked(response, step)
            if method == "DESCRIBE" and response.status < 300:
                self._required = False
            return _permitted(response, step)
        self._required = True
        self._challenges = parse_challenges(response.headers.get("www-authenticate", ()))
        self._raise_locked(response, step)
        if self._unclear >= UNCLEAR:
            raise CameraFault(
                "auth_refused", step, "the device gave no clear answers to this login; it is not sent again"
            )
        credential = self.visit.credential("rtsp", step)
        if self.only_known and self.visit.remembered.login(credential.version).rtsp not in ("good", "asked"):
            raise CameraFault("auth_missing", "rtsp.paths", "no login is tried at a path that was guessed")
        remembered = self.visit.remembered.schemes.get("rtsp")
        basic = self._tls or credential.basic_in_clear
        challenge = choose(self._challenges, step, remembered=remembered, basic_allowed=basic)
        self._credential = credential
        self._login = Login(challenge, credential.username, credential.password)
        return await self._try(send, method, uri, step, headers)

    def signed(self, method: str, uri: str) -> dict[str, str]:
        """The login for a request whose reply nobody reads; none unless it was accepted in this visit."""
        if self._login is None or self._credential is None or not self.good:
            return {}
        self.visit.sending("rtsp", self._credential)
        return {"Authorization": self._login.header(method, uri)}

    @property
    def realm(self) -> str:
        """The names by which the camera asked for a login; makers write theirs there."""
        return " ".join(challenge.params.get("realm", "") for challenge in self._challenges)

    @property
    def left_open(self) -> bool:
        """True when a try was sent in this visit and got neither a yes nor a no."""
        return self._left_open_once

    def access(self) -> Access | None:
        """The RTSP half of the `access` facts, or None when no DESCRIBE was answered."""
        if self._required is None:
            return None
        names = tuple(dict.fromkeys(clean_text(c.name)[:NAME_LIMIT] for c in self._challenges))
        only_basic = names == ("basic",) and not self._tls
        return Access(
            at=self.visit.now(),
            how="rtsp describe",
            rtsp_login_required=self._required,
            rtsp_schemes=names if self._required else None,
            basic_in_clear=only_basic if self._required else None,
        )

    async def _try(self, send: Send, method: str, uri: str, step: Step, headers: dict[str, str]) -> Response:
        """The reply to the first signed request of this visit. Neither a yes nor a no: nothing signed follows."""
        try:
            response = await self._send_signed(send, method, uri, step, headers)
        except BaseException as error:
            self._left_open(sent=not (isinstance(error, ProbeError) and error.step in ("connect", "tls")))
            raise
        if response.status in (401, 403):
            self._refused(response, step)
        elif 200 <= response.status < 300:
            self._proof = uri if method == "DESCRIBE" else None
            self._accepted()
        else:
            self._left_open(sent=True, clear=response.status >= _OF_THE_PATH)
        return _permitted(response, step)

    async def _ask_logged_in(self, send: Send, method: str, uri: str, step: Step, headers: dict[str, str]) -> Response:
        """The reply to a request with a login that was good in this visit."""
        response = await self._send_signed(send, method, uri, step, headers)
        self._raise_locked(response, step)
        if response.status == 401:
            response = await self._asked_again(response, send, method, uri, step, headers)
        if 200 <= response.status < 300:
            self._refused_before = False
            self._proof = self._proof or (uri if method == "DESCRIBE" else None)
        return _permitted(response, step)

    async def _asked_again(
        self, response: Response, send: Send, method: str, uri: str, step: Step, headers: dict[str, str]
    ) -> Response:
        """The reply to the same request signed anew, where the nonce was at fault. Elsewhere a DESCRIBE that the login
        was good for is asked again: refused there too, it is good no longer; else the account may not ask for this.
        """
        stale, fresh = self._is_stale(response), self._sign_anew(response)
        if stale and fresh and not self._refused_before:
            self._refused_before = True
            return await self._or_refused(send, method, uri, step, headers)
        if self._proof is None or self._refused_before:
            self._refused(response, step)
        await self._or_refused(send, "DESCRIBE", self._proof, step, {"Accept": "application/sdp"})
        chances = 0 if self._forbids_by_401 or not fresh else 2
        for _ in range(chances):
            response = await self._send_signed(send, method, uri, step, headers)
            if response.status != 401:
                return response
            self._sign_anew(response)
        self._forbids_by_401 = self._forbids_by_401 or chances > 0
        raise CameraFault("not_permitted", step, f"{method}: 401 after the login was good")

    async def _or_refused(self, send: Send, method: str, uri: str, step: Step, headers: dict[str, str]) -> Response:
        response = await self._send_signed(send, method, uri, step, headers)
        self._raise_locked(response, step)
        if response.status == 401:
            self._refused(response, step)
        return response

    def _is_stale(self, response: Response) -> bool:
        return any(c.stale for c in parse_challenges(response.headers.get("www-authenticate", ())))

    async def _send_signed(self, send: Send, method: str, uri: str, step: Step, headers: dict[str, str]) -> Response:
        credential, login = self._credential, self._login
        assert credential is not None and login is not None  # noqa: S101, PT018  (set together in `ask`)  # nosec B101
        self.visit.sending("rtsp", credential)
        return await send(method, uri, step, {**headers, "Authorization": login.header(method, uri)})

    def _sign_anew(self, response: Response) -> bool:
        """True when the camera gave a fresh nonce, or said that the old one was stale; the next request uses it."""
        challenges = parse_challenges(response.headers.get("www-authenticate", ()))
        login, credential = self._login, self._credential
        assert credential is not None and login is not None  # noqa: S101, PT018  (set together in `ask`)  # nosec B101
        same = next((c for c in challenges if c.name == login.challenge.name), login.challenge)
        fresh = same.stale or same.params.get("nonce") != login.challenge.params.get("nonce")
        if fresh and same.answerable:
            self._login = Login(same, credential.username, credential.password)
        return fresh and same.answerable

    def _left_open(self, *, sent: bool, clear: bool = False) -> None:
        """Nothing signed leaves any more; a try that was `sent` and got neither a yes nor a no is written down."""
        credential, self._login = self._credential, None
        assert credential is not None  # noqa: S101  (set together in `ask`)  # nosec B101
        self._unclear += sent and not clear
        if sent and self.visit.remembered.login(credential.version).is_try("rtsp"):
            self._left_open_once = True
            self.visit.unanswered(credential)

    def _accepted(self) -> None:
        assert self._credential is not None and self._login is not None  # noqa: S101, PT018  (set together in `ask`)  # nosec B101
        self.good, self._unclear = True, 0
        self.visit.accepted("rtsp", self._credential, self._login.challenge.name)

    def _refused(self, response: Response, step: Step) -> NoReturn:
        credential = self._credential
        assert credential is not None  # noqa: S101  (set together in `ask`)  # nosec B101
        self._login, self.good = None, False
        lock = _lock_of(response)
        if lock.locked and self.visit.remembered.login(credential.version).is_try("rtsp"):
            self.visit.unanswered(credential)
        self._raise_locked(response, step)
        self.visit.refused("rtsp", credential)
        self.visit.heard(lock)
        raise CameraFault("auth_refused", step, _told(response, lock))

    def _raise_locked(self, response: Response, step: Step) -> None:
        """CameraFault auth_locked where a refusal speaks of a lock; a count of tries that are left is none."""
        lock = _lock_of(response)
        if lock.locked:
            self._login, self.good = None, False
            self.visit.heard(lock)
            raise CameraFault("auth_locked", step, _told(response, lock))


def _lock_of(response: Response) -> Lock:
    if response.status not in (401, 403):
        return Lock()
    return read_lock(f"{response.phrase}\n{response.body.decode('utf-8', 'replace')}")


def _told(response: Response, lock: Lock) -> str:
    return f"{response.status} {response.phrase} {lock}".strip()


def _permitted(response: Response, step: Step) -> Response:
    if response.status == 403:
        raise CameraFault("not_permitted", step, f"403 {response.phrase}")
    return response
