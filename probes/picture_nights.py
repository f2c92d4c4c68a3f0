"""Which channels are decoded tonight: at most every so many nights, and at once where anything is not as it was.

Strategy: before the stream is sampled it is known whose turn it is, whose settings were changed, whose last picture had
a fault, and whose left something open. Its size, codec and encoded sizes are known after; a key frame is at hand then,
because streams begin with one. What a channel was like is remembered in `Remembered.pictured`, as plain JSON; what
cannot be read counts as never seen. A person's own look always decodes (`Limits.picture_nights` 0).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from probes.facts import Channel, Declared, Image, Measured
from probes.nights import is_due
from probes.pictures import MOST_CHANNELS, Pictures, key_of
from probes.rtsp.looks import StreamLook
from probes.visit import Visit

MOST_OPEN = 2
"""So many pictures in a row may leave something open, and the next night has another; one that never tells does not."""
_FAULTS = ("no_signal", "covered", "blurred", "frozen", "moved", "overexposed", "smeared", "combed", "cast")
_FAULTS_BY_DAY = ("black", "underexposed", "colourless")
"""What night does to a healthy picture too."""
_DECIDING = ("no_signal", "covered", "blurred", "frozen", "black")


@dataclass(frozen=True, kw_only=True)
class Pictured:
    """The last picture of a channel. `at`: when (UTC). `settings`: of its main stream, as a digest. `seen`: codec,
    width and height of the packets. `fault`: something was wrong with it. `open`: so many in a row left something open.
    """

    at: datetime
    settings: str
    seen: tuple[str | None, int | None, int | None]
    fault: bool
    open: int


class PictureNights:
    """Says which channels of one device are decoded in this look."""

    def __init__(self, visit: Visit, pictures: Pictures) -> None:
        self._visit, self._pictures = visit, pictures
        self._taken: dict[str, Pictured] = {}

    def due(self, channel: Channel) -> bool:
        """True when a picture of `channel` is wanted, whatever its packets show."""
        last = self._last(channel)
        if last is None or last.fault or 0 < last.open <= MOST_OPEN or last.settings != _settings(_main(channel)):
            return True
        target = self._visit.target
        return is_due(f"{target.key}/{key_of(channel)}", last.at, self._visit.now(), target.limits.picture_nights)

    def changed(self, channel: Channel, look: StreamLook, measured: Measured) -> bool:
        """True when the packets are not those of the last picture, or all too much like them."""
        last = self._last(channel)
        other = last is None or last.seen != _seen(measured)
        return other or not look.proven or self._pictures.same_sizes(channel, look.sizes)

    def taken(self, channel: Channel, measured: Measured, image: Image) -> None:
        """`image` is the newest picture of `channel`; one whose size is not that of the packets has a fault."""
        last = self._last(channel)
        told = all(getattr(image, name) is not None for name in _DECIDING)
        faults = (*_FAULTS, *(_FAULTS_BY_DAY if image.light == "day" else ()))
        self._taken[key_of(channel)] = Pictured(
            at=self._visit.now(),
            settings=_settings(_main(channel)),
            seen=_seen(measured),
            fault=measured.size is None or any(getattr(image, name) for name in faults),
            open=0 if told else 1 + (last.open if last else 0),
        )

    def remembered(self, channels: Iterable[Channel]) -> dict[str, Any]:
        """The last pictures of `channels` as plain JSON; as they were brought where there are no channels."""
        listed = tuple(channels)[:MOST_CHANNELS]
        if not listed:
            return dict(self._visit.remembered.pictured)
        kept = {key_of(channel): self._last(channel) for channel in listed}
        return {key: _reader().dump_python(last, mode="json") for key, last in kept.items() if last is not None}

    def _last(self, channel: Channel) -> Pictured | None:
        key = key_of(channel)
        return self._taken.get(key) or _read(self._visit.remembered.pictured.get(key))


def _read(data: Mapping[str, Any] | None) -> Pictured | None:
    try:
        last = None if data is None else _reader().validate_python(data)
    except ValidationError:
        return None
    return last if last is not None and last.at.tzinfo is not None else None


@cache
def _reader() -> TypeAdapter[Pictured]:
    return TypeAdapter(Pictured)


def _main(channel: Channel) -> Declared | None:
    return next((s.declared for s in channel.streams if s.info and s.info.role == "main"), None)


def _settings(declared: Declared | None) -> str:
    said = () if declared is None else [f"{path}={value}" for path, value in declared.present()]
    return hashlib.sha256("\n".join(said).encode("utf-8", "replace")).hexdigest()[:16]


def _seen(measured: Measured) -> tuple[str | None, int | None, int | None]:
    return measured.codec, measured.width, measured.height
