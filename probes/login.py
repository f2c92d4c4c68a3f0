"""Which door may be tried with which credential: the state that keeps a camera from locking us out.

Strategy: pure values. A *door* is a service of the device that asks for a login: `onvif`, `rtsp`, `https`. A *try* is a
request that carries a credential not yet known to be good. Every transition below is one sentence of the rule: one
version of a credential costs a device at most one refused request, whichever door is first.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

Door = Literal["onvif", "rtsp", "https"]
DoorState = Literal["unknown", "good", "refused", "withheld"]
UNANSWERED_TRIES = 2
"""Tries without an answer, ever: the first, and one more in a later visit. The device may count them."""
DOORS: tuple[Door, ...] = ("onvif", "rtsp", "https")


@dataclass(frozen=True)
class LoginState:
    """The doors of one device for one version of one credential, the one second try there is, and how many tries in a
    row were never answered.
    """

    onvif: DoorState = "unknown"
    rtsp: DoorState = "unknown"
    https: DoorState = "unknown"
    zone_try_used: bool = False
    unanswered: int = 0

    def state(self, door: Door) -> DoorState:
        """The state of `door`."""
        return {"onvif": self.onvif, "rtsp": self.rtsp, "https": self.https}[door]

    def may_send(self, door: Door) -> bool:
        """True when the credential may go through `door`: it is good there, or it is unknown, no door has refused, and
        tries that got neither a yes nor a no are not used up.
        """
        if self.state(door) == "good":
            return True
        refused = any(self.state(d) == "refused" for d in DOORS)
        return self.state(door) == "unknown" and not refused and self.unanswered < UNANSWERED_TRIES

    def is_try(self, door: Door) -> bool:
        """True when sending through `door` now would be a try, not the use of a login known to be good."""
        return self.state(door) != "good"

    def succeeded(self, door: Door) -> LoginState:
        """The state after `door` has accepted the credential."""
        return replace(self._with(door, "good"), unanswered=0)

    def left_unanswered(self) -> LoginState:
        """The state after a try that got neither a yes nor a no: closed, timed out, busy, or no sense."""
        return replace(self, unanswered=self.unanswered + 1)

    def refused_at(self, door: Door) -> LoginState:
        """The state after `door` has refused.

        A first refusal withholds every unknown door and leaves good ones open; when a door that was good refuses, the
        credential has changed, and all other doors are withheld. A door that has refused stays refused.
        """
        was_good = self.state(door) == "good"
        after = self._with(door, "refused")
        for other in DOORS:
            open_now = self.state(other) == "unknown" or (was_good and self.state(other) == "good")
            if other != door and open_now:
                after = after._with(other, "withheld")
        return after

    def second_zone_try(self) -> LoginState:
        """The state after the one permitted second try: a UsernameToken signed again in true UTC."""
        return replace(self, zone_try_used=True)

    def _with(self, door: Door, state: DoorState) -> LoginState:
        match door:
            case "onvif":
                return replace(self, onvif=state)
            case "rtsp":
                return replace(self, rtsp=state)
            case "https":
                return replace(self, https=state)

    def to_json(self) -> dict[str, Any]:
        """The state as a JSON object."""
        return {
            "onvif": self.onvif,
            "rtsp": self.rtsp,
            "https": self.https,
            "zone_try_used": self.zone_try_used,
            "unanswered": self.unanswered,
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> LoginState:
        """The inverse of `to_json`."""
        return cls(**data)
