"""Session: calls to one device, signed in when it demands a login, and silent after it has refused.

Strategy: every call goes without a login until the device demands one. Then one call is signed: that is the *try*
(probes.login). Accepted, every further call is signed the same way. Refused, the session is closed and nothing more is
sent. Answered with neither a yes nor a no, it may have been counted as a refusal all the same: no login is sent any
more in this visit (`Visit.unanswered`). The one second try is a UsernameToken dated in true UTC, where the clock of the
device is off by a time zone and it did not speak of locking.
After a success a fault is about the operation (`not_permitted`), not about the login. An HTTP 401 may be about the
nonce, about what this account may not ask for, or about the login: a call that it was good for before is asked again,
and tells. Refused there too, the login is good no more.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import NoReturn

from probes.auth import Challenge
from probes.errors import KINDS, CameraFault, KindName, NetworkFault, ProbeError
from probes.http import Reply
from probes.onvif.client import Call, Client, Service
from probes.onvif.faults import LoginDemanded, NoSoap, answer
from probes.onvif.signer import TOKEN, Signer, off_by_a_zone
from probes.onvif.soap import Element
from probes.visit import Visit

_UNCLEAR = 2
"""So many unclear answers to a login that was good in an earlier visit, and it is sent no more in this one."""


class Session:
    """The state of one conversation. `paths` says where each service is; the first path that answers is kept."""

    def __init__(self, visit: Visit, client: Client, *, secure: bool) -> None:
        self.paths: dict[Service, tuple[str, ...]] = {}
        self.clock_offset = timedelta()
        """The clock of the device less ours."""
        self.demands: dict[str, LoginDemanded] = {}
        """The first demand for a login, by operation."""
        self.closed: ProbeError | None = None
        """Why nothing more is sent, or None while the conversation goes on."""
        self._visit, self._client, self._secure = visit, client, secure
        self._signer: Signer | None = None
        self._signed_in = self._try_spent = self._renewed = False
        self._unclear = self._refused_in_row = 0
        self._proof: tuple[Call, str] | None = None  # the first call that the login was good for
        self._nonces_once = self._forbids_by_401 = False  # what a 401 after a success turned out to be about
        self._useless: dict[tuple[str, str], ProbeError] = {}
        self._timeouts = 0

    async def send(self, call: Call) -> Reply:
        """The reply to `call` without a login, unread."""
        return await self._client.send(call, self.paths[call.service][0])

    async def ask_anonymously(self, call: Call) -> Element:
        """The answer to `call` without a login; raises LoginDemanded where the device wants one."""
        return answer(await self.send(call), call.operation, call.step)

    async def ask(self, call: Call) -> Element:
        """The answer to `call`, signed in when that is demanded.

        Raises ProbeError. An operation that is unsupported or not permitted is asked once only; after a refused login,
        a second timeout or a lost device every call fails with the reason, and nothing is sent.
        """
        key = (call.service.name, call.operation)
        known = self.closed or self._useless.get(key)
        if known is not None:
            raise ProbeError(known.kind, known.step, known.detail)
        try:
            return await self._along_paths(call)
        except NetworkFault as error:
            self._timeouts += 1
            if error.kind != "timeout" or self._timeouts > 1:
                self.closed = error
            raise
        except CameraFault as error:
            if error.kind in ("unsupported", "not_permitted"):
                self._useless[key] = error
            raise

    async def _along_paths(self, call: Call) -> Element:
        *others, last = self.paths[call.service]
        for path in others:
            try:
                return self._keep(call, path, await self._at(call, path))
            except NoSoap as error:
                if not error.clearly or self._try_spent or self.closed is not None:
                    raise
        return self._keep(call, last, await self._at(call, last))

    def _keep(self, call: Call, path: str, found: Element) -> Element:
        self.paths[call.service] = (path,)
        return found

    async def _at(self, call: Call, path: str) -> Element:
        if self._signer is not None and self._signed_in:
            return await self._signed(call, path, self._signer)
        try:
            return answer(await self._client.send(call, path), call.operation, call.step)
        except LoginDemanded as demand:
            self.demands.setdefault(call.operation, demand)
            self._signer = self._sign_in(demand)
        return await self._signed(call, path, self._signer)

    def _sign_in(self, demand: LoginDemanded) -> Signer:
        if demand.locked:
            self._close("auth_locked", demand)
        try:
            credential = self._visit.credential("onvif", "onvif.login")
            return Signer(self._visit, credential, demand, self.clock_offset, secure=self._secure)
        except CameraFault as error:
            self.closed = error
            raise

    async def _signed(self, call: Call, path: str, signer: Signer) -> Element:
        try:
            return await self._send_signed(call, path, signer)
        except LoginDemanded as demand:
            if demand.locked:
                self._locked(signer, demand)
            if self._signed_in:
                return await self._after_success(call, path, signer, demand)
            return await self._second_try(call, path, signer, demand)

    async def _send_signed(self, call: Call, path: str, signer: Signer) -> Element:
        is_try = signer.is_try
        self._visit.sending("onvif", signer.credential)
        try:
            reply = await self._client.send(call, path, signer.signature(), once=not self._signed_in)
            found = answer(reply, call.operation, call.step)
        except LoginDemanded:
            raise
        except ProbeError as error:
            if self._client.sent and not self._signed_in:
                self._no_clear_answer(signer, error, is_try=is_try)
            raise
        self._renewed, self._refused_in_row, self._proof = False, 0, self._proof or (call, path)
        if not self._signed_in:
            self._signed_in = True
            signer.accepted()
        return found

    def _no_clear_answer(self, signer: Signer, error: ProbeError, *, is_try: bool) -> None:
        """A login that is not known to be right has left, and nobody can say what the device made of it."""
        self._unclear += 1
        if is_try:
            self._try_spent = True
            self._visit.unanswered(signer.credential)
        elif self._unclear >= _UNCLEAR:
            kind: KindName = "auth_refused" if KINDS[error.kind].definite else error.kind
            self.closed = ProbeError(kind, "onvif.login", error.detail)

    async def _after_success(self, call: Call, path: str, signer: Signer, demand: LoginDemanded) -> Element:
        """The answer with a new nonce, where that may be what was wrong; else CameraFault not_permitted, or the end."""
        fresh = signer.renewed(demand)
        if demand.of_the_login and not (fresh is not None and (fresh.stale or self._nonces_once)):
            await self._prove(signer, demand, fresh)
            chances = 0 if fresh is None or self._forbids_by_401 else 2
        else:
            self._count_refusal(signer, demand)
            chances = 0 if fresh is None or self._renewed else 1
            self._renewed = True
        for left in reversed(range(chances)):
            if fresh is not None:
                signer.answer(fresh)
            try:
                found = await self._send_signed(call, path, signer)
                self._nonces_once = self._nonces_once or (chances > 1 and not left)
                return found
            except LoginDemanded as again:
                demand, fresh = again, signer.renewed(again)
                if again.locked:
                    self._locked(signer, again)
                if chances == 1:
                    self._count_refusal(signer, again)
        self._forbids_by_401 = self._forbids_by_401 or chances > 1
        raise CameraFault("not_permitted", call.step, demand.detail)

    async def _prove(self, signer: Signer, demand: LoginDemanded, fresh: Challenge | None) -> None:
        """The login is still good: what it was good for before is answered again. A device whose web server says 401 to
        what a viewer may not ask for would look like one whose password has changed; that one ends the conversation.
        """
        if fresh is not None:
            signer.answer(fresh)
        if self._proof is None:
            self._refuse(signer, demand)
        try:
            await self._send_signed(*self._proof, signer)
        except LoginDemanded as again:
            self._refuse(signer, again)

    def _count_refusal(self, signer: Signer, demand: LoginDemanded) -> None:
        self._refused_in_row += demand.of_the_login
        if self._refused_in_row > 1:
            self._refuse(signer, demand)

    async def _second_try(self, call: Call, path: str, signer: Signer, demand: LoginDemanded) -> Element:
        """The answer to a UsernameToken dated in true UTC, where that may be tried; a refusal otherwise."""
        version = signer.credential.version
        state = self._visit.remembered.login(version)
        dated_by_device = signer.scheme == TOKEN and signer.clock_as == "device"
        never_good = state.onvif == "unknown" and not state.zone_try_used
        if not (dated_by_device and never_good and off_by_a_zone(self.clock_offset)) or demand.counting:
            self._refuse(signer, demand)
        if self._visit.ledger.refusals + 1 >= self._visit.target.limits.refusals:  # this one is the last of the day
            self._refuse(signer, demand)
        self._visit.remembered = self._visit.remembered.with_login(version, state.second_zone_try())
        self._visit.ledger = replace(self._visit.ledger, refusals=self._visit.ledger.refusals + 1)
        signer.date_in_utc()
        try:
            return await self._send_signed(call, path, signer)
        except LoginDemanded as again:
            self._refuse(signer, again)
        except ProbeError:
            if self._try_spent:  # it was refused once, and that stands
                self._refuse(signer, demand)
            raise

    def _refuse(self, signer: Signer, demand: LoginDemanded) -> NoReturn:
        if demand.locked:
            self._locked(signer, demand)
        self._visit.refused("onvif", signer.credential)
        self._close("auth_refused", demand)

    def _locked(self, signer: Signer, demand: LoginDemanded) -> NoReturn:
        """The end: whether the login is right was not looked at, and no door is tried while the device is locked."""
        if signer.is_try:
            self._visit.unanswered(signer.credential)
        self._close("auth_locked", demand)

    def _close(self, kind: KindName, demand: LoginDemanded) -> NoReturn:
        self._visit.heard(demand.lock)
        self.closed = CameraFault(kind, "onvif.login", demand.detail)
        raise self.closed
