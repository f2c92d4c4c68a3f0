"""The roll of a fleet: every camera that a mix comes to, in order.

Strategy: pure, and a function of the mix alone. Shares are met to the nearest whole camera and then dealt out by the
seed, so that a small fleet has its dead cameras too, and the same mix gives the same fleet again. A `Member` is small;
its `CameraSpec` is made when somebody comes by.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from probes.simulator.fleet.makes import MAKES
from probes.simulator.fleet.mix import Mix, Sent, State
from probes.simulator.spec import CameraSpec, ChannelSpec, EncodingSpec, Fault, Size, StreamSpec

_Name = TypeVar("_Name", bound=str)
_FAULTS: Mapping[State, frozenset[Fault]] = {"silent": frozenset({"silent"}), "busy": frozenset({"full"})}


@dataclass(frozen=True)
class Member:
    """One camera of a fleet: its place in the roll, its address, and what was drawn for it. `main` and `sub` are the
    sizes that it sends (None: as the make has it).
    """

    number: int
    host: str
    make: str
    state: State
    delay_s: float
    main: Size | None
    sub: Size | None

    @property
    def kind(self) -> tuple[str, Size | None, Size | None]:
        """What it has in common with others that differ from it only in address, serial number, MAC and state."""
        return self.make, self.main, self.sub


def roll(mix: Mix) -> tuple[Member, ...]:
    """All cameras of `mix`, the same ones whenever it is asked."""
    draw = random.Random(mix.seed)  # noqa: S311  # nosec B311  a fleet is no secret
    well = max(0.0, 1.0 - sum(share for state, share in mix.states.items() if state != "well"))
    states: list[State] = _dealt(draw, mix.cameras, {**mix.states, "well": well})
    makes = _dealt(draw, mix.cameras, mix.makes)
    mains = [_size(one) for one in _dealt(draw, mix.cameras, mix.main.sizes or {"": 1.0})]
    subs = [_size(one) for one in _dealt(draw, mix.cameras, mix.sub.sizes or {"": 1.0})]
    return tuple(
        Member(n, str(mix.first + n), makes[n], states[n], round(draw.uniform(*mix.delay_s), 4), mains[n], subs[n])
        for n in range(mix.cameras)
    )


def spec_of(member: Member, mix: Mix) -> CameraSpec:
    """What `member` is, but for its ports."""
    made = MAKES[member.make]()
    own: dict[str, Any] = {
        "host": member.host,
        "channels": tuple(_channel(one, member, mix) for one in made.channels),
        "serial": f"{made.serial[:-6]}{member.number:06}",
        "mac": f"{made.mac[:8]}:{member.number.to_bytes(3).hex(':')}",
        "password": f"not-{mix.password}" if member.state == "refusing" else mix.password,
        "answer_after_s": mix.slow_s if member.state == "slow" else member.delay_s,
        "faults": made.faults | _FAULTS.get(member.state, frozenset()),
    }
    return replace(made, **own)


def _channel(channel: ChannelSpec, member: Member, mix: Mix) -> ChannelSpec:
    lose = mix.lose_every if member.state == "lossy" else 0
    streams = tuple(
        _stream(stream, *((mix.main, member.main) if n == 0 else (mix.sub, member.sub)), lose)
        for n, stream in enumerate(channel.streams)
    )
    return replace(channel, streams=streams)


def _stream(stream: StreamSpec, sent: Sent, size: Size | None, lose_every: int) -> StreamSpec:
    """`stream` with what the mix says of it."""
    said = {"fps": sent.fps, "gop": sent.gop, "sent_kbps": sent.kbps}
    own: dict[str, Any] = {name: value for name, value in said.items() if value is not None}
    if size is not None:
        own |= {"width": size[0], "height": size[1], "encodings": _able(stream, size)}
    return replace(stream, lose_every=lose_every or stream.lose_every, **own)


def _able(stream: StreamSpec, size: Size) -> tuple[EncodingSpec, ...] | None:
    """What the encoder could do, the size that it sends among it."""
    if stream.encodings is None:
        return None
    return tuple(one if size in one.sizes else replace(one, sizes=(size, *one.sizes)) for one in stream.encodings)


def _dealt(draw: random.Random, count: int, weights: Mapping[_Name, float]) -> list[_Name]:
    """`count` names, as often as their weights say to the nearest whole number, in an order that `draw` decides."""
    total = sum(weights.values())
    exact = {name: count * weight / total for name, weight in weights.items()}
    dealt = [name for name, share in exact.items() for _ in range(int(share))]
    rest = sorted(exact, key=lambda name: int(exact[name]) - exact[name])
    dealt += rest[: count - len(dealt)]
    draw.shuffle(dealt)
    return dealt


def _size(text: Sequence[str] | str) -> Size | None:
    width, _, height = str(text).partition("x")
    return (int(width), int(height)) if height else None
