"""Signer: which login a device gets, and how each request carries it.

Strategy: the demand of the device decides. Digest where it challenges for it, else a UsernameToken, because Basic shows
the password to the network; the scheme that was good before goes first. A token is dated by the clock of the device.
Nothing is sent here; `session` sends and judges what comes back.
"""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import timedelta

from probes.auth import Challenge, Login, choose
from probes.onvif.client import Signature
from probes.onvif.faults import LoginDemanded
from probes.onvif.soap import Element
from probes.onvif.token import security_header
from probes.target import Credential
from probes.visit import Visit

TOKEN = "usernametoken"  # noqa: S105  the name of a scheme  # nosec B105
_QUARTER_S = 900.0
_ZONE_TOLERANCE_S = 120.0


class Signer:
    """Signs requests of one visit with one credential by one scheme."""

    def __init__(
        self, visit: Visit, credential: Credential, demand: LoginDemanded, clock_offset: timedelta, *, secure: bool
    ) -> None:
        """The scheme is chosen; raises CameraFault auth_scheme_unsupported when there is none that may be used.

        `clock_offset` is the clock of the device less ours; `secure` is true over TLS.
        """
        self.credential = credential
        self.clock_as = visit.remembered.clock_as
        """How a token is dated: by the clock of the device, or in true UTC."""
        self._visit, self._clock_offset = visit, clock_offset
        self._login: Login | None = None
        known = visit.remembered.schemes.get("onvif")
        digest = any(c.scheme == "digest" and c.answerable for c in demand.challenges)
        if not demand.takes_token or (digest and known != TOKEN):
            basic = secure or credential.basic_in_clear
            self.answer(choose(demand.challenges, "onvif.login", remembered=known, basic_allowed=basic))

    @property
    def scheme(self) -> str:
        """The name of the scheme as facts name it."""
        return self._login.challenge.name if self._login else TOKEN

    @property
    def is_try(self) -> bool:
        """True when the login is not known to be good."""
        return self._visit.remembered.login(self.credential.version).is_try("onvif")

    def answer(self, challenge: Challenge) -> None:
        """Requests from now on answer `challenge`."""
        self._login = Login(challenge, self.credential.username, self.credential.password)

    def renewed(self, demand: LoginDemanded) -> Challenge | None:
        """The challenge in `demand` that says that only the nonce was at fault: a new nonce, or `stale`; else None."""
        if self._login is None:
            return None
        known = self._login.challenge
        every = (c for c in demand.challenges if c.name == known.name and c.scheme == "digest" and c.answerable)
        return next((c for c in every if c.stale or c.params["nonce"] != known.params["nonce"]), None)

    def date_in_utc(self) -> None:
        """Tokens from now on are dated in true UTC."""
        self.clock_as = "utc"

    def signature(self) -> Signature:
        """The login for one request."""
        return Signature(http=self._login.header) if self._login else Signature(soap=self._header)

    def accepted(self) -> None:
        """The visit remembers that the login is good by this scheme, and how its token was dated."""
        self._visit.accepted("onvif", self.credential, self.scheme)
        if self.scheme == TOKEN:
            self._visit.remembered = replace(self._visit.remembered, clock_as=self.clock_as)

    def _header(self) -> Element:
        created = self._visit.now() + (self._clock_offset if self.clock_as == "device" else timedelta())
        return security_header(self.credential.username, self.credential.password, created, secrets.token_bytes(16))


def off_by_a_zone(clock_offset: timedelta) -> bool:
    """True when a clock is off by whole quarters of an hour (within 2 minutes), as one is that shows local time."""
    off = clock_offset.total_seconds()
    quarters = round(off / _QUARTER_S)
    return quarters != 0 and abs(off - quarters * _QUARTER_S) <= _ZONE_TOLERANCE_S
