"""Visit: the running state of one probe, shared by the ONVIF and the RTSP side of it.

Strategy: one place decides whether a credential may leave, counts what the camera had to bear, and collects failures.
A visit is the only mutable thing in a probe; when it is over, what it learned is a `Remembered` and a `Ledger`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import TypeVar

from probes.errors import CameraFault, Failure, OurFault, ProbeError, Step
from probes.facts import Ledger
from probes.line import Room
from probes.locks import Lock
from probes.login import UNANSWERED_TRIES, Door, LoginState
from probes.names import Resolve, look_up
from probes.tap import Tap
from probes.target import MOST_CHANNELS, Credential, Target

T = TypeVar("T")
Now = Callable[[], datetime]
Learned = Callable[[str, LoginState], None]


def utc_now() -> datetime:
    """The time of this machine, in UTC."""
    return datetime.now(UTC)


class Visit:
    """One probe of one device, under way. `now` gives UTC; `seconds` is a clock that only goes forward; `learned` is
    told the state of a credential version at once: as one without an answer when a try leaves, and when a device has
    taken or refused it. `resolve` gives the addresses of a host name. `line`: where samples
    take room; None: they need not ask.
    """

    def __init__(
        self,
        target: Target,
        now: Now = utc_now,
        seconds: Callable[[], float] = monotonic,
        learned: Learned = lambda _version, _state: None,
        tap: Tap | None = None,
        resolve: Resolve = look_up,
        line: Room | None = None,
    ) -> None:
        self.target = target
        self.now = now
        self.seconds = seconds
        self.tap = tap
        self.resolve = resolve
        self.addresses: tuple[str, ...] = ()
        """Where the host is, once it was looked up: the only addresses that this probe connects to."""
        self.remembered = target.remembered
        self.failures: list[Failure] = []
        self.tls_version: str | None = None
        """The oldest version of TLS that was agreed on, like TLSv1.2; None without a connection over TLS."""
        self._ledger = Ledger()
        self._bytes_in = self._bytes_out = 0
        self._learned = learned
        self._line = line
        self._unanswered = False
        self._allowed = target.limits.deadline_s
        self._deadline = seconds() + self._allowed
        self._channels = 1

    def time_left(self, step: Step) -> float:
        """Seconds until the deadline of the whole probe; raises OurFault when there are none."""
        left = self.seconds_left()
        if left <= 0:
            raise OurFault(step, f"the {self._allowed:g} s of this probe are used up")
        return left

    def seconds_left(self) -> float:
        """Seconds until the deadline of the whole probe; none or fewer when it is over."""
        return self._deadline - self.seconds()

    @asynccontextmanager
    async def room(self, kbps: int) -> AsyncIterator[None]:
        """Room on the line for a sample of `kbps`, while the block goes on. To wait for it costs none of the time of
        this probe.
        """
        if self._line is None:
            yield
            return
        began = self.seconds()
        async with self._line.room(kbps):
            self._deadline += self.seconds() - began
            yield

    def has_channels(self, channels: int) -> None:
        """The device has so many channels: each further one adds to the deadline, once."""
        channels = min(channels, MOST_CHANNELS)
        more = max(0, channels - self._channels) * self.target.limits.channel_s
        self._allowed, self._deadline = self._allowed + more, self._deadline + more
        self._channels = max(channels, self._channels)

    def in_turn(self, channels: Sequence[T], token: Callable[[T], str | None]) -> list[T]:
        """`channels` beginning with the one at which the last look was cut off, so that no end is never reached."""
        first = next((n for n, c in enumerate(channels) if token(c) == self.remembered.next_channel is not None), 0)
        return [*channels[first:], *channels[:first]]

    def credential(self, door: Door, step: Step) -> Credential:
        """The credential that may be sent through `door` now.

        Raises CameraFault auth_missing when there is none, auth_locked while the device takes no login, right or wrong,
        at any door, and auth_refused when this one must not be sent any more.
        """
        credential = self.target.credential(door)
        if credential is None:
            raise CameraFault("auth_missing", step)
        until = self.remembered.lock_ends(self.now())
        if until is not None:
            raise CameraFault("auth_locked", step, f"the device takes no login before {until:%Y-%m-%d %H:%M:%S} UTC")
        login = self.remembered.login(credential.version)
        if login.state(door) != "good" and (self._unanswered or login.unanswered >= UNANSWERED_TRIES):
            words = "the device gave no clear answer to this login, and it is not sent again"
            raise CameraFault("auth_refused", step, words)
        if login.state(door) != "good" and not self.may_be_refused:
            raise CameraFault("auth_refused", step, "not tried: the device has refused often enough for one day")
        if login.may_send(door):
            return credential
        if login.state(door) == "refused":
            raise CameraFault("auth_refused", step, "this login was refused before and is not sent again")
        raise CameraFault("auth_refused", step, "not tried: the login was refused at another door of this device")

    @property
    def may_be_refused(self) -> bool:
        """True while the device may refuse one more login today."""
        return self.ledger.refusals < self.target.limits.refusals

    def sending(self, door: Door, credential: Credential) -> None:
        """Counts a request that carries `credential`; call it before the request leaves."""
        state = self.remembered.login(credential.version)
        is_try = state.is_try(door)
        self.ledger = replace(self.ledger, logins=self.ledger.logins + 1, tries=self.ledger.tries + is_try)
        if is_try:
            self._learned(credential.version, state.left_unanswered())

    def accepted(self, door: Door, credential: Credential, scheme: str) -> None:
        """Writes down that `door` accepted `credential` by `scheme`."""
        before = self.remembered.login(credential.version)
        state = before.succeeded(door)
        self.remembered = replace(
            self.remembered.with_login(credential.version, state),
            schemes={**self.remembered.schemes, door: scheme},
            locked_until=None,
            tries_left=None,
        )
        if state != before:
            self._learned(credential.version, state)

    def refused(self, door: Door, credential: Credential) -> None:
        """Writes down that `door` refused `credential`; no further try follows from here."""
        state = self.remembered.login(credential.version).refused_at(door)
        self.remembered = self.remembered.with_login(credential.version, state)
        self.ledger = replace(self.ledger, refusals=self.ledger.refusals + 1)
        self._learned(credential.version, state)

    def heard(self, lock: Lock) -> None:
        """Writes down what the device says of locking: while a lock lasts no login is sent, at whichever door."""
        if lock.locked:
            until = self.now().astimezone(UTC) + timedelta(seconds=lock.lasts_s)
            self.remembered = replace(self.remembered, locked_until=until.isoformat())
        if lock.tries_left is not None:
            self.remembered = replace(self.remembered, tries_left=lock.tries_left)

    def unanswered(self, credential: Credential) -> None:
        """Writes down that a try got neither a yes nor a no; no further try follows in this visit."""
        state = self.remembered.login(credential.version).left_unanswered()
        self.remembered = self.remembered.with_login(credential.version, state)
        self._unanswered = True

    @property
    def ledger(self) -> Ledger:
        """What this probe has cost the camera so far."""
        if self._bytes_in or self._bytes_out:
            known, more_in, more_out = self._ledger, self._bytes_in, self._bytes_out
            self._bytes_in = self._bytes_out = 0
            self._ledger = replace(known, bytes_in=known.bytes_in + more_in, bytes_out=known.bytes_out + more_out)
        return self._ledger

    @ledger.setter
    def ledger(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def bore(self, *, connections: int = 0, session_s: float = 0.0, bytes_in: int = 0, bytes_out: int = 0) -> None:
        """Adds to what this probe has cost the camera. Bytes come with each read, so they are only added up here."""
        self._bytes_in += bytes_in
        self._bytes_out += bytes_out
        if connections or session_s:
            known = self.ledger
            self.ledger = replace(
                known, connections=known.connections + connections, session_s=known.session_s + session_s
            )

    def agreed_on(self, version: str) -> None:
        """Writes down the version of TLS of one more connection."""
        self.tls_version = min(self.tls_version or version, version)

    def failed(
        self, error: ProbeError, facts: Iterable[str], channel: int | None = None, stream: str | None = None
    ) -> None:
        """Writes down that the `facts` (paths, or names of whole groups) could not be had, and why."""
        failure = error.failure(channel, stream)
        self.failures.append(replace(failure, detail=self.target.without_passwords(failure.detail), facts=tuple(facts)))
