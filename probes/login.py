"""Which door may be tried with which credential: the state that keeps a camera from locking us out.

Strategy: pure values. A *door* is a service of the device that asks for a login: `onvif`, `rtsp`, `https`. A *try* is a
request that carries a credential not yet known to be good. Every transition below is one sentence of the rule: one
version of a credential costs a device at most one refused request, whichever door is first.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

Door = Literal["onvif", "rtsp", "https"]
DoorState = Literal["unknown", "good", "refused", "withheld", "asked"]
"""`asked`: another door has refused, and a person said to try here too, which buys one try."""
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
        """True when the credential may go through `door`: it is good there; or a person asked for a try there, or it is
        unknown and no door has refused, and tries that got neither a yes nor a no are not used up.
        """
        if self.state(door) == "good":
            return True
        open_now = self.state(door) == "asked" or (self.state(door) == "unknown" and not self._refused_anywhere())
        return open_now and self.unanswered < UNANSWERED_TRIES

    def is_try(self, door: Door) -> bool:
        """True when sending through `door` now would be a try, not the use of a login known to be good."""
        return self.state(door) != "good"

    def succeeded(self, door: Door) -> LoginState:
        """The state after `door` has accepted the credential; where no door refuses it any more, none is withheld."""
        after = replace(self._with(door, "good"), unanswered=0)
        if after._refused_anywhere():
            return after
        for other in DOORS:
            if after.state(other) == "withheld":
                after = after._with(other, "unknown")
        return after

    def again(self) -> LoginState:
        """The state after a person said to try once more: what refused is unknown, and the others wait for it. Exactly
        one try is bought, answered or not.
        """
        after = replace(self, unanswered=UNANSWERED_TRIES - 1)
        only_unanswered = not self._refused_anywhere()
        for door in DOORS:
            if self.state(door) == "refused" or (only_unanswered and self.state(door) == "withheld"):
                after = after._with(door, "unknown")
        return after

    def again_at(self, door: Door) -> LoginState:
        """The state after a person said to try at `door` too, although another has refused: one try, there alone."""
        if self.state(door) == "good":
            return self
        return replace(self._with(door, "asked"), unanswered=UNANSWERED_TRIES - 1)

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
            open_now = self.state(other) in ("unknown", "asked") or (was_good and self.state(other) == "good")
            if other != door and open_now:
                after = after._with(other, "withheld")
        return after

    def second_zone_try(self) -> LoginState:
        """The state after the one permitted second try: a UsernameToken signed again in true UTC."""
        return replace(self, zone_try_used=True)

    def _refused_anywhere(self) -> bool:
        return any(self.state(door) == "refused" for door in DOORS)

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
