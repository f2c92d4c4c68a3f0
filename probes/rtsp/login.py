"""Logging in over RTSP without ever locking a camera: when a login is sent, and what a 401 means.

Strategy: the first DESCRIBE goes without a login, always: its answer is the `authentication` fact and brings the
challenge. Then at most one try. A device that says it is locked has not judged the login: it stays untested, and
nothing more is sent in this visit. After a success a 401 is no refusal: the nonce was too old (sign once more), or the
account may not ask for this.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable

from probes.auth import Challenge, Login, choose, parse_challenges
from probes.errors import CameraFault, Step
from probes.facts import Access
from probes.rtsp.message import Response
from probes.target import Credential
from probes.visit import Visit

Send = Callable[[str, str, Step, dict[str, str]], Awaitable[Response]]
LOCK_WORDS = re.compile(rb"\block(?:ed|ing|out)?\b|too many|suspend", re.IGNORECASE)
"""A count of attempts that are left ("You still have 5 attempt(s)", Imou) is a refusal and no lock."""


class RtspLogin:
    """The login of one visit at the `rtsp` door."""

    def __init__(self, visit: Visit, *, tls: bool) -> None:
        self.visit = visit
        self._tls = tls
        self._login: Login | None = None
        self._credential: Credential | None = None
        self.good = False
        """True once the camera has accepted the login in this visit."""
        self._required: bool | None = None
        self._locked: str | None = None
        self._challenges: tuple[Challenge, ...] = ()

    async def ask(self, send: Send, method: str, uri: str, step: Step, headers: dict[str, str]) -> Response:
        """The reply to one request, logged in where the camera asks for it.

        Raises CameraFault auth_refused, auth_locked, auth_scheme_unsupported or not_permitted, and what `send` raises.
        """
        if self._login is not None:
            return await self._ask_logged_in(send, method, uri, step, headers)
        response = await send(method, uri, step, headers)
        if method == "OPTIONS":  # any status will do: OPTIONS only opens the conversation
            return response
        if response.status != 401:
            if method == "DESCRIBE" and response.status < 300:
                self._required = False
            return _permitted(response, step)
        self._required = True
        self._challenges = parse_challenges(response.headers.get("www-authenticate", ()))
        if self._locked is not None:
            raise CameraFault("auth_locked", step, self._locked)
        credential = self.visit.credential("rtsp", step)
        remembered = self.visit.remembered.schemes.get("rtsp")
        basic = self._tls or credential.basic_in_clear
        challenge = choose(self._challenges, step, remembered=remembered, basic_allowed=basic)
        self._credential = credential
        self._login = Login(challenge, credential.username, credential.password)
        return await self._ask_logged_in(send, method, uri, step, headers)

    def access(self) -> Access | None:
        """The RTSP half of the `access` facts, or None when no DESCRIBE was answered."""
        if self._required is None:
            return None
        names = tuple(dict.fromkeys(c.name for c in self._challenges))
        only_basic = names == ("basic",) and not self._tls
        return Access(
            at=self.visit.now(),
            how="rtsp describe",
            rtsp_login_required=self._required,
            rtsp_schemes=names if self._required else None,
            basic_in_clear=only_basic if self._required else None,
        )

    async def _ask_logged_in(self, send: Send, method: str, uri: str, step: Step, headers: dict[str, str]) -> Response:
        response = await self._send_signed(send, method, uri, step, headers)
        if response.status == 401 and self.good:
            self._sign_anew(response)
            response = await self._send_signed(send, method, uri, step, headers)
            if response.status == 401:
                raise CameraFault("not_permitted", step, f"{method}: 401 after the login was good")
        elif response.status == 401 or (response.status == 403 and not self.good):
            self._refused(response, step)
        elif response.status < 300 and not self.good:
            self._accepted()
        return _permitted(response, step)

    async def _send_signed(self, send: Send, method: str, uri: str, step: Step, headers: dict[str, str]) -> Response:
        credential, login = self._credential, self._login
        assert credential is not None and login is not None  # noqa: S101, PT018  (set together in `ask`)
        self.visit.sending("rtsp", credential)
        return await send(method, uri, step, {**headers, "Authorization": login.header(method, uri)})

    def _sign_anew(self, response: Response) -> None:
        challenges = parse_challenges(response.headers.get("www-authenticate", ()))
        login, credential = self._login, self._credential
        assert credential is not None and login is not None  # noqa: S101, PT018
        same = next((c for c in challenges if c.name == login.challenge.name), login.challenge)
        self._login = Login(same, credential.username, credential.password)

    def _accepted(self) -> None:
        assert self._credential is not None and self._login is not None  # noqa: S101, PT018
        self.good = True
        self.visit.accepted("rtsp", self._credential, self._login.challenge.name)

    def _refused(self, response: Response, step: Step) -> None:
        assert self._credential is not None  # noqa: S101
        self._login = None
        words = f"{response.status} {response.phrase}"
        if LOCK_WORDS.search(response.body) or LOCK_WORDS.search(response.phrase.encode()):
            self._locked = words
            raise CameraFault("auth_locked", step, words)
        self.visit.refused("rtsp", self._credential)
        raise CameraFault("auth_refused", step, words)


def _permitted(response: Response, step: Step) -> Response:
    if response.status == 403:
        raise CameraFault("not_permitted", step, f"403 {response.phrase}")
    return response
