"""Inspect: look at one camera and judge it. No database, no registration.

Strategy: read what is remembered of the login, probe, judge by pure calls, write what was learned of the login.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from camera_registry.store.login_memory import LoginMemory
from probes import facts, run
from probes.facts import Observation
from probes.target import Address, Credential, Limits, Remembered, Role, Target
from standards import Edition, Finding, RegisterFacts, Verdict, evaluate, for_channel, needs, sum_up, worst


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
        role: Role | None = None,
        try_again: bool = False,
        progress: run.Progress | None = None,
    ) -> Inspection:
        """The inspection of one address. Raises StateError when the state folder cannot be used."""
        credential = self._credential(address, login)
        if credential is None:
            observation = await self._look(address, edition, None, role, progress)
        else:
            with self._logins.alone(credential.version):
                if try_again:
                    self._logins.forget(credential.version)
                observation = await self._look(address, edition, credential, role, progress)
        return self._judge(address, edition, observation)

    async def _look(
        self,
        address: Address,
        edition: Edition,
        credential: Credential | None,
        role: Role | None,
        progress: run.Progress | None,
    ) -> Observation:
        target = Target(
            key=address.text(),
            address=address,
            credentials=(credential,) if credential else (),
            remembered=self._remembered(credential),
            needs=needs(edition),
            limits=self._limits,
            role=role,
        )
        if credential is not None:
            self._logins.trying(credential.version)
        observation = await run.look(target, self._looker, progress)
        if credential is not None:
            self._logins.learned(credential.version, observation.remembered.login(credential.version))
        return observation

    def _credential(self, address: Address, login: Login | None) -> Credential | None:
        if login is None:
            return None
        version = self._logins.version(address.host, login.username, login.password)
        return Credential(version, login.username, login.password)

    def _remembered(self, credential: Credential | None) -> Remembered:
        if credential is None:
            return Remembered()
        return Remembered().with_login(credential.version, self._logins.state(credential.version))

    def _judge(self, address: Address, edition: Edition, observation: Observation) -> Inspection:
        sheet = facts.merge(None, observation)
        findings = evaluate(edition, sheet, RegisterFacts(), (), self._now())
        verdicts = {c.index: sum_up(for_channel(findings, c.index)) for c in sheet.channels}
        verdict = worst(verdicts.values()) if verdicts else sum_up(findings)
        return Inspection(address, observation, edition, findings, verdicts, verdict)
