"""Session: calls to one device, signed in when it demands a login, and silent after it has refused.

Strategy: every call goes without a login until the device demands one. Then one call is signed: that is the *try*
(probes.login). Accepted, every further call is signed the same way. Refused, the session is closed and nothing more is
sent. The one second try is a UsernameToken dated in true UTC, where the clock of the device is off by a time zone and
it did not speak of locking. After a success a refusal is about the operation (`not_permitted`), never about the login;
a Digest refusal is first answered with the fresh nonce, because that is what it may be about.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import NoReturn

from probes.errors import CameraFault, KindName, NetworkFault, ProbeError
from probes.http import Reply
from probes.onvif.client import Call, Client, Service
from probes.onvif.faults import LoginDemanded, NoSoap, answer
from probes.onvif.signer import TOKEN, Signer, off_by_a_zone
from probes.onvif.soap import Element
from probes.visit import Visit


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
        self._signed_in = False
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
                if not error.clearly:
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
            found = await self._send_signed(call, path, signer)
        except LoginDemanded as demand:
            if demand.locked:
                self._close("auth_locked", demand)
            if self._signed_in:
                return await self._with_fresh_nonce(call, path, signer, demand)
            return await self._second_try(call, path, signer, demand)
        if not self._signed_in:
            self._signed_in = True
            signer.accepted()
        return found

    async def _send_signed(self, call: Call, path: str, signer: Signer) -> Element:
        once = signer.is_try
        self._visit.sending("onvif", signer.credential)
        reply = await self._client.send(call, path, signer.signature(), once=once)
        return answer(reply, call.operation, call.step)

    async def _with_fresh_nonce(self, call: Call, path: str, signer: Signer, demand: LoginDemanded) -> Element:
        fresh = next((c for c in demand.challenges if c.name == signer.scheme and c.scheme == "digest"), None)
        if fresh is not None:
            signer.answer(fresh)
            try:
                return await self._send_signed(call, path, signer)
            except LoginDemanded as again:
                demand = again
        raise CameraFault("not_permitted", call.step, demand.detail)

    async def _second_try(self, call: Call, path: str, signer: Signer, demand: LoginDemanded) -> Element:
        """The answer to a UsernameToken dated in true UTC, where that may be tried; a refusal otherwise."""
        version = signer.credential.version
        state = self._visit.remembered.login(version)
        dated_by_device = signer.scheme == TOKEN and signer.clock_as == "device"
        never_good = state.onvif == "unknown" and not state.zone_try_used
        if not (dated_by_device and never_good and off_by_a_zone(self.clock_offset)) or demand.counting:
            self._refuse(signer, demand)
        self._visit.remembered = self._visit.remembered.with_login(version, state.second_zone_try())
        self._visit.ledger = replace(self._visit.ledger, refusals=self._visit.ledger.refusals + 1)
        signer.date_in_utc()
        try:
            found = await self._send_signed(call, path, signer)
        except LoginDemanded as again:
            self._refuse(signer, again)
        self._signed_in = True
        signer.accepted()
        return found

    def _refuse(self, signer: Signer, demand: LoginDemanded) -> NoReturn:
        if demand.locked:
            self._close("auth_locked", demand)
        self._visit.refused("onvif", signer.credential)
        self._close("auth_refused", demand)

    def _close(self, kind: KindName, demand: LoginDemanded) -> NoReturn:
        self.closed = CameraFault(kind, "onvif.login", demand.detail)
        raise self.closed
