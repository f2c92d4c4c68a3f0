"""What is remembered of the views of one channel between looks: references and the last sketch. Pure.

Strategy: one album a channel, plain JSON in `Remembered.pictures`, which the registry stores unread. It keeps one
reference for each kind of light (day or night, in colour or infrared), because a view looks another by night; they are
made and renewed only by healthy pictures. A reference that agrees is renewed once a week, so that seasons do not part
from it; one that nothing has agreed with for a month is given up: nobody turned the camera back, so this is its view
now. The album of another device is thrown away: `unit` says whose it is. Nothing here is trusted: what cannot be read
counts as not there, and every part has its largest size.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from probes.image import reference, sketch
from probes.image.checks import KINDS, Look

VERSION = 1
RENEWED = timedelta(days=7)
GIVEN_UP = timedelta(days=30)
APART = timedelta(minutes=10)
"""Two looks must be this far apart before the same picture means that it stands still."""
SAME = 0.5  # mean grey levels between two pictures that count as one
CLOCK = 4.0  # grey levels that one block may differ by: a digit that changes is over 10
SIZES = 32  # encoded sizes that are kept
FEW_SIZES = 8  # fewer are no evidence


@dataclass(frozen=True)
class Unit:
    """Which device an album is of, as far as the device says it."""

    mac: str | None = None
    serial: str | None = None

    def is_another(self, than: Unit) -> bool:
        """True when something that both say differs; the MAC address decides where both have one."""
        if self.mac and than.mac:
            return self.mac != than.mac
        return bool(self.serial and than.serial and self.serial != than.serial)


@dataclass(frozen=True)
class Kept:
    """One reference: when it was made, when a picture last agreed with it, and its bytes."""

    at: datetime
    agreed: datetime
    body: bytes


@dataclass(frozen=True)
class Last:
    """The look that the next one is compared with: its sketch, and the encoded sizes (bytes) from its key frame on."""

    at: datetime
    sketch: bytes
    sizes: tuple[int, ...] = ()


@dataclass(frozen=True)
class Album:
    """The memory of one channel; `unit` is the device it was made of."""

    unit: Unit = field(default_factory=Unit)
    references: Mapping[str, Kept] = field(default_factory=dict)
    last: Last | None = None

    def of_unit(self, unit: Unit) -> Album:
        """This album; an empty one when the device is another one than it was made of."""
        if self.unit.is_another(unit):
            return Album(unit)
        return replace(self, unit=Unit(unit.mac or self.unit.mac, unit.serial or self.unit.serial))

    def bodies(self) -> dict[str, bytes]:
        """The references by kind of light, as `Looker.look` takes them."""
        return {kind: kept.body for kind, kept in self.references.items()}

    def days(self, kind: str | None, at: datetime) -> float | None:
        """Days from the making of the reference of `kind` to `at`."""
        kept = self.references.get(kind or "")
        return None if kept is None else round((at - kept.at) / timedelta(days=1), 2)

    def frozen(self, seen: Look, sizes: Sequence[int], at: datetime) -> bool | None:
        """True when the picture, its clock and the encoded sizes are those of a look at least ten minutes ago; False
        when the picture has changed; None when one look, or half of the evidence, is all there is.
        """
        if self.last is None or seen.sketch is None:
            return None
        apart = sketch.difference(seen.sketch, self.last.sketch)
        if apart is None:
            return None
        if apart.mean >= SAME or apart.most >= CLOCK:
            return False
        return True if self.same_sizes(sizes) and at - self.last.at >= APART else None

    def same_sizes(self, sizes: Sequence[int]) -> bool:
        """True when encoded `sizes` are those of the last look, and enough of them to be no chance."""
        last = self.last.sizes if self.last else ()
        common = min(len(sizes), len(last), SIZES)
        return common >= FEW_SIZES and tuple(sizes[:common]) == last[:common]

    def after(self, seen: Look, sizes: Sequence[int], at: datetime) -> Album:
        """The album after the look at `at`."""
        return replace(self, references=self._references(seen, at), last=self._last(seen, sizes, at))

    def _references(self, seen: Look, at: datetime) -> Mapping[str, Kept]:
        kind, old = seen.kind, self.references.get(seen.kind or "")
        if kind not in KINDS or seen.reference is None:
            return self.references
        new = Kept(at, at, seen.reference)
        if old is not None and seen.agrees:
            new = new if at - old.at >= RENEWED else replace(old, agreed=max(at, old.agreed))
        elif old is not None and at - old.agreed < GIVEN_UP:
            return self.references
        return {**self.references, kind: new}

    def _last(self, seen: Look, sizes: Sequence[int], at: datetime) -> Last | None:
        """The newest look; the one before while that is less than ten minutes old, or two quick looks would hide it."""
        if seen.sketch is None or (self.last is not None and at - self.last.at < APART):
            return self.last
        return Last(at, seen.sketch, tuple(sizes[:SIZES]))

    def to_json(self) -> dict[str, Any]:
        """The album as a JSON object."""
        kept = {
            kind: {"at": k.at.isoformat(), "agreed": k.agreed.isoformat(), "body": _text(k.body)}
            for kind, k in self.references.items()
        }
        last = self.last and {
            "at": self.last.at.isoformat(),
            "sketch": _text(self.last.sketch),
            "sizes": list(self.last.sizes),
        }
        return {"version": VERSION, "unit": [self.unit.mac, self.unit.serial], "references": kept, "last": last}


def from_json(data: Any) -> Album:
    """The inverse of `Album.to_json`; what cannot be read is left out."""
    if not isinstance(data, Mapping) or data.get("version") != VERSION:
        return Album()
    unit, stored = data.get("unit"), data.get("references")
    references = {}
    for kind in KINDS:
        kept = _kept(stored.get(kind)) if isinstance(stored, Mapping) else None
        if kept is not None:
            references[kind] = kept
    return Album(_unit(unit), references, _last(data.get("last")))


def _unit(data: Any) -> Unit:
    parts = data if isinstance(data, Sequence) and len(data) == 2 else (None, None)
    return Unit(*(part if isinstance(part, str) else None for part in parts))


def _kept(data: Any) -> Kept | None:
    try:
        kept = Kept(_time(data["at"]), _time(data["agreed"]), _bytes(data["body"], reference.LARGEST))
    except (TypeError, ValueError, KeyError):
        return None
    return kept


def _last(data: Any) -> Last | None:
    try:
        sizes = tuple(int(size) for size in data["sizes"][:SIZES])
        return Last(_time(data["at"]), _bytes(data["sketch"], sketch.SIZE), sizes)
    except (TypeError, ValueError, KeyError):
        return None


def _time(text: str) -> datetime:
    time = datetime.fromisoformat(text)
    if time.tzinfo is None:
        raise ValueError("a time without a zone")
    return time


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _bytes(text: str, most: int) -> bytes:
    try:
        data = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError(str(error)) from None
    if len(data) > most:
        raise ValueError("too long")
    return data
