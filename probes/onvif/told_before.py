"""What the last look that asked everything was told: where services are, how the encoders were set, what channels are.

Strategy: pure. Most of what a device can be asked never changes, so a look may leave it out (`Limits.ask_nights`) while
the device is the same, with the same firmware, and its encoders are set as they were. Facts that were not asked again
keep the time at which they were had. It travels in `Remembered.asked` as plain JSON, and is not trusted: what cannot be
read, or is due again, counts as nothing, and then everything is asked.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from probes.errors import Failure
from probes.facts import Identity
from probes.facts.groups import ChannelKind
from probes.nights import is_due
from probes.onvif.media import Media, PlannedChannel
from probes.target import Target

_WHO = ("manufacturer", "model", "firmware", "serial", "hardware")
_PASSING = frozenset(
    {
        "unreachable",
        "refused_connection",
        "timeout",
        "busy",
        "tls",
        "auth_missing",
        "auth_refused",
        "auth_locked",
        "auth_scheme_unsupported",
        "not_allowed",
    }
)
"""Failures that another night may not have: a look with one of them has not been told everything."""


@dataclass(frozen=True, kw_only=True)
class ToldBefore:
    """The answers of one look. `at`: when (UTC). `who`: the device and its firmware. `clock`: by what the clock is set.
    `paths`: of the services, by their names. `sources`: all video sources. `settings`: of all encoders, as a digest.
    `kinds`: what the channels are, by video source (`ChannelInfo.kind` and `via`).
    """

    at: datetime
    who: tuple[str | None, ...]
    clock: str | None
    paths: Mapping[str, str]
    rtsp_port: int | None
    sources: tuple[str, ...]
    settings: str
    kinds: Mapping[str, tuple[ChannelKind, str | None]] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """The answers as a JSON object."""
        plain: dict[str, Any] = _reader().dump_python(self, mode="json")
        return plain


def read(target: Target, now: datetime) -> ToldBefore | None:
    """What need not be asked again at `now`; None when everything is to be asked."""
    if not target.remembered.asked:
        return None
    try:
        told = _reader().validate_python(target.remembered.asked)
        due = is_due(target.key, told.at, now, target.limits.ask_nights)
    except (ValidationError, TypeError):  # the latter: a time without a zone
        return None
    return None if due else told


def who(identity: Identity) -> tuple[str | None, ...]:
    """The device and its firmware, as it says them."""
    return tuple(getattr(identity, name) for name in _WHO)


def settings(media: Iterable[Media], channels: Iterable[PlannedChannel]) -> str:
    """A digest of how all encoders are set, and of which services say so."""
    return hashlib.sha256(repr((sorted(media), tuple(channels))).encode("utf-8", "replace")).hexdigest()[:32]


def is_whole(failures: Iterable[Failure]) -> bool:
    """True when another look tonight would hardly be told more: no answer failed to come for a passing reason."""
    return not any(f.kind in _PASSING for f in failures)


@cache
def _reader() -> TypeAdapter[ToldBefore]:
    return TypeAdapter(ToldBefore)
