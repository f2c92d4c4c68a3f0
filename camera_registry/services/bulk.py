"""One change of many rows: what it would change, and doing it in one go that can be told and undone as a whole.

Strategy: a wish names fields with their new text, and tags to add and to take away; for each row it becomes the cells
that differ from what stands. What was previewed is written, or nothing: every row carries the version that was seen.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlmodel import Session

from camera_registry.importing.cells import tags as read_tags
from camera_registry.lists import plain
from camera_registry.models import Batch
from camera_registry.services.as_cells import Key, NoSuchRowError, standing
from camera_registry.services.by_hand import Hand, change
from camera_registry.services.registering import Said
from camera_registry.store import edits

MOST = 500
"""So many rows are changed in one go."""
_FILES = {"device": "devices.csv", "channel": "channels.csv"}


@dataclass(frozen=True)
class Wish:
    """What is to stand in each of these rows: fields with their text (empty: nothing), tags that come and go."""

    fields: Mapping[str, str] = field(default_factory=dict)
    add: str = ""
    remove: str = ""

    @property
    def is_empty(self) -> bool:
        """True when nothing is wished."""
        return not (self.fields or self.add or self.remove)


@dataclass(frozen=True)
class Line:
    """A row that would become another: its version, and by field what stands and what would."""

    key: Key
    version: int
    before: Mapping[str, str]
    after: Mapping[str, str]

    @property
    def seen(self) -> str:
        """Which row in which version, for a form to carry."""
        return f"{'/'.join(self.key[1:])}@{self.version}"


def preview(session: Session, keys: Sequence[Key], wish: Wish) -> list[Line]:
    """The rows that would become others, in the order of `keys`; what there is not any more is left out.

    Raises WrongCell for tags that cannot be kept.
    """
    lines = []
    for key in keys:
        try:
            row = standing(session, key)
        except NoSuchRowError:
            continue
        after = {**wish.fields, "tags": _tags(row.cells["tags"], wish)}
        different = {name: text for name, text in after.items() if text != row.cells[name]}
        if different:
            before = {name: row.cells[name] for name in different}
            lines.append(Line(key, row.version, before, different))
    return lines


def write(session: Session, lines: Sequence[Line], hand: Hand) -> int:
    """The rows are as the lines say; the number of the batch that they are.

    Raises StaleError, ImportRefusedError, NoSuchRowError.
    """
    counts = json.dumps({lines[0].key[0]: {"changed": len(lines)}} if lines else {})
    batch = edits.begin_batch(
        session,
        Batch(kind="bulk", account_id=hand.viewer.account_id, by=hand.viewer.name, at=hand.now, counts=counts),
    )
    change(session, said(lines), hand)
    return batch.id or 0


def said(lines: Sequence[Line]) -> list[Said]:
    """The lines as rows that are said."""
    return [Said(_FILES[line.key[0]], line.after, line.key, line.version) for line in lines]


def _tags(now: str, wish: Wish) -> str:
    """The tags of a row after the wish, each once however it is written."""
    gone = {plain(tag) for tag in wish.remove.split(";")}
    kept = [tag for tag in now.split("; ") if tag and plain(tag) not in gone]
    return str(read_tags("; ".join([*kept, *(tag for tag in wish.add.split(";") if tag.strip())])))
