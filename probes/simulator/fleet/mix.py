"""A mix: what a fleet is made of, as values, and how it is read from a file.

Strategy: a mix is a table of weights and shares in TOML or JSON (docs/fleet.md). Unknown keys are errors. What it comes
to, camera by camera, is worked out in `roll`.
"""

from __future__ import annotations

import json
import tomllib
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path
from typing import Annotated, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from probes.simulator.fleet.makes import MAKES

State = Literal["well", "dead", "unreachable", "silent", "slow", "refusing", "busy", "lossy"]
STATES: dict[State, str] = {
    "well": "nothing is wrong with it",
    "dead": "both ports refuse a connection at once",
    "unreachable": "nobody answers when a connection is asked for, as with a camera whose cable is out",
    "silent": "both ports accept a connection and never say anything",
    "slow": "it thinks for `slow_s` about each request",
    "refusing": "the login that is registered is wrong",
    "busy": "others have all its RTSP sessions (453 or 503)",
    "lossy": "of its packets every `lose_every`-th is lost",
}
assert set(STATES) == set(get_args(State))  # noqa: S101  a table of a closed set is complete  # nosec B101

LOOPBACK = IPv4Network("127.0.0.0/8")
Share = Annotated[float, Field(ge=0, le=1)]
Weight = Annotated[float, Field(ge=0)]
Size = Annotated[str, Field(pattern=r"^\d{2,5}x\d{2,5}$")]


class Sent(BaseModel):
    """What a stream sends where the make leaves it open: `sizes` by weight, frames a second, key frame distance in
    frames, and the rate that it is encoded at. None: as the make has it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    sizes: dict[Size, Weight] = Field(default_factory=dict)
    fps: float | None = Field(None, gt=0, le=60)
    gop: int | None = Field(None, ge=1, le=600)
    kbps: int | None = Field(None, ge=16, le=50_000)

    @field_validator("sizes")
    @classmethod
    def some(cls, sizes: dict[Size, Weight]) -> dict[Size, Weight]:
        """Weights that are not all nothing."""
        return _weighed(sizes, "sizes")


class Mix(BaseModel):
    """A whole fleet. `makes` by weight; `states` by share, and who is left is well; `delay_s` from least to most, drawn
    for each camera, is what it thinks about every request.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    cameras: int = Field(100, ge=1, le=100_000)
    seed: int = 1
    first: IPv4Address = IPv4Address("127.16.0.1")
    password: str = Field("fleet-Pa55word", min_length=1)
    makes: dict[str, Weight] = Field(default_factory=lambda: {"good_h264": 1.0})
    states: dict[State, Share] = Field(default_factory=dict)
    delay_s: tuple[float, float] = (0.0, 0.0)
    slow_s: float = Field(1.0, ge=0, le=60)
    lose_every: int = Field(50, ge=2)
    main: Sent = Field(default_factory=Sent)
    sub: Sent = Field(default_factory=Sent)

    @field_validator("makes")
    @classmethod
    def known(cls, makes: dict[str, Weight]) -> dict[str, Weight]:
        """Makes that there are; raises ValueError for another name."""
        unknown = sorted(set(makes) - set(MAKES))
        if unknown:
            raise ValueError(f"no make is called {', '.join(unknown)}; there are {', '.join(sorted(MAKES))}")
        if not makes:
            raise ValueError("one make at least is needed")
        return _weighed(makes, "makes")

    @field_validator("delay_s")
    @classmethod
    def in_order(cls, delay: tuple[float, float]) -> tuple[float, float]:
        """The least and the most; raises ValueError otherwise."""
        if not 0 <= delay[0] <= delay[1] <= 60:
            raise ValueError("write the least and the most, like [0.0, 0.05], at most 60")
        return delay

    @model_validator(mode="after")
    def fits(self) -> Mix:
        """Shares of no more than all, and a loopback address for everybody; raises ValueError otherwise."""
        if sum(share for state, share in self.states.items() if state != "well") > 1 + 1e-9:
            raise ValueError("the shares of states come to more than 1")
        if self.first not in LOOPBACK or self.first + self.cameras not in LOOPBACK:
            raise ValueError("a fleet is at addresses of 127.0.0.0/8 alone")
        return self


def read(path: Path) -> Mix:
    """The mix in a file, TOML or (named .json) JSON. Raises OSError, or ValueError with what is wrong with it."""
    text = path.read_text(encoding="utf-8")
    return Mix.model_validate(json.loads(text) if path.suffix == ".json" else tomllib.loads(text))


def _weighed(weights: dict[str, float], what: str) -> dict[str, float]:
    if weights and not any(weights.values()):
        raise ValueError(f"one of the {what} needs a weight above 0")
    return weights
