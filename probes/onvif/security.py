"""The security side of a look: what a device says of how it keeps others out.

Strategy: two questions over the connection there is, the very last ones: does Media2 offer streams over TLS, and what
must a password have. Few devices know the second, so they are asked when nothing else can suffer; each question that
fails is written down, and that is all.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from probes.errors import MalformedReply, ProbeError
from probes.onvif import parse
from probes.onvif.client import DEVICE, MEDIA2, PASSWORDS, Call
from probes.onvif.session import Session
from probes.onvif.soap import Element
from probes.visit import Visit

PASSWORD_FACTS = tuple(f"security.password_{name}" for name in ("length", "uppercase", "digits", "special"))
SECURITY_FACTS = ("security.https", "security.rtsps", "security.firmware_told", *PASSWORD_FACTS)
"""What is had over ONVIF of the group `Security`."""
_STREAMS = Call(MEDIA2, "GetServiceCapabilities", "onvif.media")
_PASSWORDS = Call(PASSWORDS, "GetPasswordComplexityConfiguration", "onvif.password")


class SecurityReader:
    """Asks one device, which has answered what else there was to ask."""

    def __init__(self, visit: Visit, session: Session) -> None:
        self._visit, self._session = visit, session

    async def streams_over_tls(self) -> bool | None:
        """Whether Media2 says that streams are sent over TLS; None without Media2, and where it does not say."""
        if MEDIA2 not in self._session.paths:
            return None
        reply = await self._asked(_STREAMS, ("security.rtsps",))
        return None if reply is None else parse.streams_over_tls(reply)

    async def password_rules(self) -> dict[str, Any]:
        """What a password must have, by the names of `Security`; what is not told is written down."""
        self._session.paths[PASSWORDS] = self._session.paths[DEVICE]
        reply = await self._asked(_PASSWORDS, PASSWORD_FACTS)
        if reply is None:
            return {}
        rules = parse.password_rules(reply)
        untold = [f"security.{name}" for name, value in rules.items() if value is None]
        if untold:
            self._visit.failed(MalformedReply("onvif.password", "the reply does not say it"), untold)
        return rules

    async def _asked(self, call: Call, facts: Iterable[str]) -> Element | None:
        try:
            return await self._session.ask(call)
        except ProbeError as error:
            self._visit.failed(error, facts)
            return None
