"""Messages: what the registry and an agent tell each other. Bytes both ways, values in between; pure.

Strategy: one JSON object a message; `kind` says which. Both sides read strictly: what is not exactly one of ours is
`MessageError`, whoever has sealed it. A target holds passwords, so the bytes of an order are for sealing alone.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from math import isfinite
from typing import Any, Literal

from pydantic import TypeAdapter, ValidationError

from camera_registry.bundles.document import possible
from camera_registry.sane_json import LARGEST, NotSaneError
from camera_registry.sane_json import read as read_json
from probes import facts
from probes.facts import Observation
from probes.login import LoginState
from probes.target import Target
from probes.told import ToldError
from standards.model import Text

PROTOCOL = 1
"""The newest protocol that this program speaks."""
MOST_ITEMS = 2_000
"""Devices of one order."""
MOST_LOGINS = 20
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)
_LOGIN = TypeAdapter(LoginState)
MOST_UNANSWERED = 1_000
WhyGivenUp = Literal["our_limit", "too_large", "killed"]
"""`our_limit`: the fault is ours; `too_large`: what was seen is more than the broker carries, or cannot be told;
`killed`: the agent died during each look.
"""
WHYS: tuple[WhyGivenUp, ...] = ("our_limit", "too_large", "killed")


class MessageError(ToldError, ValueError):
    """Bytes that are no message of ours; the text holds nothing of them."""


@dataclass(frozen=True)
class OrderItem:
    """One device to look at: its item and attempt in the registry, its host, and all that a probe is given."""

    item: int
    attempt: int
    host: str
    target: Target = field(repr=False)


@dataclass(frozen=True)
class Order:
    """The lease of one site: its devices, until when (UTC), how many at once, and what samples may use of its line in
    kbit/s (None: all of it).
    """

    id: str
    ends_by: datetime
    site_at_once: int
    line_kbps: int | None
    items: tuple[OrderItem, ...]
    protocol: int = PROTOCOL


@dataclass(frozen=True)
class Refused:
    """The agent gets no work, for the reason that `words` say; `least_protocol` is the oldest that is taken."""

    words: Text
    least_protocol: int


@dataclass(frozen=True)
class Seen:
    """What one look saw. `logins`: what became of each login that it had, by version."""

    order: str
    item: int
    attempt: int
    observation: Observation
    logins: Mapping[str, LoginState] = field(default_factory=dict)


@dataclass(frozen=True)
class GivenUp:
    """The item could not be looked at for a reason that lies with the agent."""

    order: str
    item: int
    attempt: int
    why: WhyGivenUp


@dataclass(frozen=True)
class Learned:
    """What became of a login, at once, whatever becomes of the look."""

    order: str
    item: int
    attempt: int
    version: str
    state: LoginState


@dataclass(frozen=True)
class HandedBack:
    """The order was begun by an agent that is not this one, or by this one before it lost its folder: nothing is known
    of it here.
    """

    order: str


@dataclass(frozen=True)
class Greeting:
    """The agent is there: its version, its protocol, a name that each start makes anew, how many results wait."""

    version: str
    protocol: int
    instance: str
    waiting: int


ToAgent = Order | Refused
FromAgent = Seen | GivenUp | Learned | HandedBack | Greeting
_KINDS: Mapping[type[ToAgent | FromAgent], str] = {
    Order: "order",
    Refused: "refused",
    Seen: "seen",
    GivenUp: "given_up",
    Learned: "learned",
    HandedBack: "handed_back",
    Greeting: "greeting",
}


def to_bytes(message: ToAgent | FromAgent) -> bytes:
    """The message as bytes, for sealing."""
    said = {"kind": _KINDS[type(message)], **_plain(message)}
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def read_work(content: bytes) -> ToAgent:
    """What the registry says to an agent. Raises MessageError."""
    said = _object(content)
    try:
        match said.pop("kind", None):
            case "order":
                return _order(said)
            case "refused":
                return Refused(
                    {lang: _text(said["words"][lang]) for lang in ("vi", "en")}, _count(said["least_protocol"])
                )
    except MessageError:
        raise
    except (KeyError, TypeError, ValueError, AttributeError):
        raise MessageError("what the registry sent cannot be read") from None
    raise MessageError("what the registry sent is of a kind that this program does not know; update it")


def read_result(content: bytes) -> FromAgent:
    """What an agent says to the registry. Raises MessageError."""
    said = _object(content)
    try:
        match said.pop("kind", None):
            case "seen":
                return _seen(said)
            case "given_up":
                return GivenUp(*_of_item(said), WHYS[WHYS.index(said["why"])])
            case "learned":
                return Learned(*_of_item(said), _id(said["version"]), _login(said["state"]))
            case "handed_back":
                return HandedBack(_id(said["order"]))
            case "greeting":
                counts = _count(said["protocol"]), _id(said["instance"]), _count(said["waiting"])
                return Greeting(_text(said["version"])[:40], *counts)
    except MessageError:
        raise
    except (KeyError, TypeError, ValueError, AttributeError):
        raise MessageError("what the agent sent cannot be read") from None
    raise MessageError("what the agent sent is of a kind that this program does not know")


def _plain(message: ToAgent | FromAgent) -> dict[str, Any]:
    match message:
        case Order():
            items = [{**asdict(each), "target": each.target.to_json()} for each in message.items]
            return {**vars(message), "ends_by": message.ends_by.isoformat(), "items": items}
        case Seen():
            logins = {version: state.to_json() for version, state in message.logins.items()}
            return {**vars(message), "observation": _finite(facts.to_json(message.observation)), "logins": logins}
    return asdict(message)


def _order(said: dict[str, Any]) -> Order:
    protocol = _count(said["protocol"])
    if protocol != PROTOCOL:
        raise MessageError(f"the registry speaks protocol {protocol}, and this program {PROTOCOL}; update it")
    items = tuple(
        OrderItem(_count(each["item"]), _count(each["attempt"]), _text(each["host"]), Target.from_json(each["target"]))
        for each in said["items"]
    )
    if not 1 <= len(items) <= MOST_ITEMS:
        raise ValueError
    line = said["line_kbps"]
    kbps = None if line is None else _count(line)
    return Order(_id(said["id"]), _moment(said["ends_by"]), max(1, _count(said["site_at_once"])), kbps, items)


def _seen(said: dict[str, Any]) -> Seen:
    try:
        observation = facts.from_json(said["observation"])
        logins = {_id(version): _login(state) for version, state in said["logins"].items()}
    except ValidationError:
        raise MessageError("what the agent saw cannot be read") from None
    if not possible(observation) or len(logins) > MOST_LOGINS:
        raise MessageError("what the agent saw holds values that cannot be")
    return Seen(*_of_item(said), observation, logins)


def _object(content: bytes) -> dict[str, Any]:
    try:
        said = read_json(content)
    except NotSaneError as error:
        raise MessageError(f"the message {error}") from None
    if not isinstance(said, dict):
        raise MessageError("the message is no object")
    return said


def _of_item(said: Mapping[str, Any]) -> tuple[str, int, int]:
    return _id(said["order"]), _count(said["item"]), _count(said["attempt"])


def _id(value: object) -> str:
    if not isinstance(value, str) or not _ID.fullmatch(value):
        raise ValueError
    return value


def _login(value: object) -> LoginState:
    state = _LOGIN.validate_python(value)
    if not 0 <= state.unanswered <= MOST_UNANSWERED:
        raise ValueError
    return state


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _count(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= LARGEST:
        raise ValueError
    return value


def _moment(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError
    return at


def _finite(value: Any) -> Any:
    """`value` without a number that is none."""
    if isinstance(value, dict):
        return {name: _finite(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_finite(each) for each in value]
    return None if isinstance(value, float) and not isfinite(value) else value
