"""Inspect: look at one camera and judge it. No database, no registration.

Strategy: read what is remembered of the login, probe, judge by pure calls, write what was learned of the login. Whoever
points at a camera here says where to connect to, so no address is refused.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime
from time import monotonic

from camera_registry.store.login_memory import LoginMemory
from probes import facts, run
from probes.capture.exchange import Capture, Recorder
from probes.facts import Observation
from probes.key_frames import Looker, Progress
from probes.outgoing import ANYWHERE
from probes.target import Address, Credential, Limits, Need, Remembered, Role, Target
from probes.visit import Visit
from standards import Edition, Finding, RegisterFacts, Verdict, evaluate, for_channel, needs, sum_up, worst
from standards.places import unseen_places

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
    """What was seen and what it is worth. `verdicts` is by channel index; `verdict` is the device's. `replayed`: out of
    a folder, which holds no pictures.
    """

    address: Address
    observation: Observation
    edition: Edition
    findings: tuple[Finding, ...]
    verdicts: dict[int, Verdict]
    verdict: Verdict
    replayed: bool = False

    @property
    def exit_status(self) -> int:
        """1: a deciding rule failed; else 3: unverified or no channels; else 0."""
        if any(f.decides and f.outcome == "fail" for f in self.findings):
            return 1
        return 3 if self.verdict.name == "unverified" or not self.observation.channels else 0


class Inspector:
    """Looks at cameras for a person at a prompt."""

    def __init__(self, logins: LoginMemory, looker: Looker | None, now: Callable[[], datetime], limits: Limits) -> None:
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
        progress: Progress | None = None,
    ) -> Inspection:
        """The inspection of one address; `onvif_login` goes to ONVIF alone, where that has an account of its own;
        `onvif_ports` are asked in turn where the port of the address has no ONVIF.

        Raises StateError when the state folder cannot be used.
        """
        target = Target(
            key=address.text(),
            address=address,
            credentials=self._credentials(address, login, onvif_login),
            needs=needs(edition),
            limits=self._limits,
            role=role,
            onvif_ports=onvif_ports,
            networks=ANYWHERE,
        )
        observation = await self._alone(target, None, progress, try_again=try_again)
        return judged(address, edition, observation, self._now())

    async def capture(
        self,
        address: Address,
        *,
        login: Login | None = None,
        onvif_login: Login | None = None,
        try_again: bool = False,
        sample_s: float,
    ) -> tuple[Capture, Observation]:
        """Everything that one probe and the device say to each other, and what the probe saw; nothing is judged.

        The stream is sampled for `sample_s` seconds. Raises StateError when the state folder cannot be used.
        """
        target = Target(
            key=address.text(),
            address=address,
            credentials=self._credentials(address, login, onvif_login),
            needs=(Need("measured.seconds", seconds=sample_s),),
            limits=self._limits,
            networks=ANYWHERE,
        )
        kept = Capture(address, self._now())
        return kept, await self._alone(target, kept, None, try_again=try_again)

    async def _alone(
        self, target: Target, kept: Capture | None, progress: Progress | None, *, try_again: bool
    ) -> Observation:
        """The observation of `target`; no other process tries its logins meanwhile."""
        with ExitStack() as stack:
            for version in sorted({c.version for c in target.credentials}):
                stack.enter_context(self._logins.alone(version))
                if try_again:
                    self._logins.again(version)
            remembered = self._remembered(target.address, target.credentials)
            return await self._look(replace(target, remembered=remembered), kept, progress)

    async def _look(self, target: Target, kept: Capture | None, progress: Progress | None) -> Observation:
        versions = {c.version for c in target.credentials}
        for version in versions:
            self._logins.trying(version)
        tap = Recorder(kept, monotonic) if kept is not None else None
        observation = await run.look_on(Visit(target, tap=tap), self._looker, progress)
        for version in versions:
            self._logins.learned(version, observation.remembered.login(version))
        if versions:
            self._logins.keep_host(target.address.host, observation.remembered)
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
        """What earlier inspections learned of these logins and of the device."""
        if not credentials:
            return Remembered()
        remembered = self._logins.with_host(address.host, Remembered())
        for credential in credentials:
            remembered = remembered.with_login(credential.version, self._logins.state(credential.version))
        return remembered


def judged(address: Address, edition: Edition, observation: Observation, now: datetime) -> Inspection:
    """What was seen, and what it is worth by `edition`."""
    sheet = facts.merge(None, observation)
    findings = (*evaluate(edition, sheet, RegisterFacts(), (), now), *unseen_places(edition, now))
    verdicts = {c.index: sum_up(for_channel(findings, c.index)) for c in sheet.channels}
    verdict = worst(verdicts.values()) if verdicts else sum_up(findings)
    return Inspection(address, observation, edition, findings, verdicts, verdict)
