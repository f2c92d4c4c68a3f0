"""Inspect: look at one camera and judge it. No database, no registration.

Strategy: read what is remembered of the login, probe, judge by pure calls, write what was learned of the login.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime

from camera_registry.store.login_memory import LoginMemory
from probes import facts, run
from probes.facts import Observation
from probes.target import Address, Credential, Limits, Remembered, Role, Target
from standards import Edition, Finding, RegisterFacts, Verdict, evaluate, for_channel, needs, sum_up, worst

_EVERYWHERE = ("onvif", "rtsp", "https")


@dataclass(frozen=True)
class Login:
    """A username and password as a person gave them."""

    username: str
    password: str

    def __repr__(self) -> str:
        """Never shows the password."""
        return f"Login({self.username!r})"


@dataclass(frozen=True)
class Inspection:
    """What was seen and what it is worth. `verdicts` is by channel index; `verdict` is the device's."""

    address: Address
    observation: Observation
    edition: Edition
    findings: tuple[Finding, ...]
    verdicts: dict[int, Verdict]
    verdict: Verdict

    @property
    def exit_status(self) -> int:
        """1: a deciding rule failed; else 3: unverified or no channels; else 0."""
        if any(f.decides and f.outcome == "fail" for f in self.findings):
            return 1
        return 3 if self.verdict.name == "unverified" or not self.observation.channels else 0


class Inspector:
    """Looks at cameras for a person at a prompt."""

    def __init__(
        self, logins: LoginMemory, looker: run.Looker | None, now: Callable[[], datetime], limits: Limits
    ) -> None:
        self._logins = logins
        self._looker = looker
        self._now = now
        self._limits = limits

    async def inspect(
        self,
        address: Address,
        edition: Edition,
        *,
        login: Login | None = None,
        onvif_login: Login | None = None,
        role: Role | None = None,
        onvif_ports: tuple[int, ...] = (),
        try_again: bool = False,
        progress: run.Progress | None = None,
    ) -> Inspection:
        """The inspection of one address; `onvif_login` goes to ONVIF alone, where that has an account of its own;
        `onvif_ports` are asked in turn where the port of the address has no ONVIF.

        Raises StateError when the state folder cannot be used.
        """
        credentials = self._credentials(address, login, onvif_login)
        with ExitStack() as stack:
            for version in sorted({c.version for c in credentials}):
                stack.enter_context(self._logins.alone(version))
                if try_again:
                    self._logins.again(version)
            target = Target(
                key=address.text(),
                address=address,
                credentials=credentials,
                remembered=self._remembered(address, credentials),
                needs=needs(edition),
                limits=self._limits,
                role=role,
                onvif_ports=onvif_ports,
            )
            observation = await self._look(target, progress)
        return self._judge(address, edition, observation)

    async def _look(self, target: Target, progress: run.Progress | None) -> Observation:
        versions = {c.version for c in target.credentials}
        for version in versions:
            self._logins.trying(version)
        observation = await run.look(target, self._looker, progress)
        for version in versions:
            self._logins.learned(version, observation.remembered.login(version))
        if versions:
            self._logins.keep_lock(target.address.host, observation.remembered)
        return observation

    def _credentials(self, address: Address, login: Login | None, onvif_login: Login | None) -> tuple[Credential, ...]:
        """The logins with the doors they may go to; the same one twice is one login."""
        if onvif_login is None or onvif_login == login:
            given: list[tuple[Login | None, tuple[str, ...]]] = [(login, _EVERYWHERE)]
        else:
            given = [(onvif_login, ("onvif",)), (login, ("rtsp", "https"))]
        return tuple(
            Credential(
                self._logins.version(address.host, one.username, one.password), one.username, one.password, doors
            )
            for one, doors in given
            if one is not None
        )

    def _remembered(self, address: Address, credentials: tuple[Credential, ...]) -> Remembered:
        """What earlier inspections learned of these logins, and of the lock of the device."""
        if not credentials:
            return Remembered()
        remembered = self._logins.with_lock(address.host, Remembered())
        for credential in credentials:
            remembered = remembered.with_login(credential.version, self._logins.state(credential.version))
        return remembered

    def _judge(self, address: Address, edition: Edition, observation: Observation) -> Inspection:
        sheet = facts.merge(None, observation)
        findings = evaluate(edition, sheet, RegisterFacts(), (), self._now())
        verdicts = {c.index: sum_up(for_channel(findings, c.index)) for c in sheet.channels}
        verdict = worst(verdicts.values()) if verdicts else sum_up(findings)
        return Inspection(address, observation, edition, findings, verdicts, verdict)
