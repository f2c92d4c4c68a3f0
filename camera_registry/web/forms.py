"""Forms over rows of the register: fields made from the columns of the files, what was typed, and what stands now.

Strategy: a form carries the version that the person saw and the cells as they were shown, so that only what the person
changed is sent on. When somebody else was first, the form comes back with what was typed and, beside it, what stands
now; what the person did not touch is as it stands. Pure.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from starlette.datastructures import FormData

from camera_registry.importing.columns import FILES
from camera_registry.importing.mistakes import Mistake
from camera_registry.importing.names import in_words, name_of
from camera_registry.services.by_hand import LastChange
from camera_registry.web.language import N_
from standards.model import Text

Cells = Mapping[str, str]
Choices = tuple[tuple[str, Text], ...]
_LONG = frozenset({"note", "address"})
_DIGITS = frozenset({"onvif_port", "rtsp_port", "in_use_since", "heading"})
_DECIMAL = frozenset({"lat", "lon", "uplink", "height", "scene_width", "price"})
HINTS: Mapping[str, str] = {
    "tags": N_("Several with a semicolon between them."),
    "networks": N_("Several with a semicolon between them, like 192.168.1.0/24; 10.1.0.0/16"),
    "warranty_until": N_("Day/month/year, like 31/12/2026"),
    "recorded_as": N_("Device/channel of the recorder that records it, like DG-01/5"),
    "device.code": N_("Left empty, a code is given."),
    "school.code": N_("Left empty, a code is given that may be replaced later."),
    "host": N_("The address alone; empty for a device that is seen through the maker's cloud only."),
    "note": N_("The reason, where a camera in a classroom is offered."),
}
"""What to write, as message ids."""


@dataclass(frozen=True)
class Entry:
    """One field of a form. `form`: text, long, choice or several. `wrong` is what is wrong with what was typed; `now`
    is what stands, where that is another than when the form was opened; `is_taken`: the field holds it.
    """

    field: str
    label: Text
    form: str
    value: str
    choices: Choices = ()
    required: bool = False
    wrong: tuple[Mistake, ...] = ()
    now: Text | None = None
    is_taken: bool = False
    hint: str = ""
    keys: str = "text"

    @property
    def parts(self) -> list[str]:
        """The values of a field of several."""
        return self.value.split("; ")


@dataclass(frozen=True)
class Form:
    """The fields, what they held when the form was opened, and the version of that. `wrong` is what is wrong with no
    field of the form; `late` says who was first, `is_late` that somebody was.
    """

    entries: tuple[Entry, ...]
    before: Cells = field(default_factory=dict)
    version: int | None = None
    wrong: tuple[Mistake, ...] = ()
    is_late: bool = False
    late: LastChange | None = None

    @property
    def opened(self) -> str:
        """The cells as they were shown, for the form to carry."""
        return json.dumps(dict(self.before), ensure_ascii=False)


@dataclass(frozen=True)
class Fields:
    """Which fields of a file a form has; `choices` are those that the file does not know (sites, units)."""

    file: str
    names: tuple[str, ...]
    choices: Mapping[str, Choices] = field(default_factory=dict)

    def form(self, cells: Cells, version: int | None = None, wrong: Sequence[Mistake] = ()) -> Form:
        """The form over these cells."""
        entries = tuple(self._entry(name, cells.get(name, ""), wrong) for name in self.names)
        others = tuple(mistake for mistake in wrong if mistake.column not in self.names)
        shown = {name: cells.get(name, "") for name in self.names}
        return Form(entries, shown, version, others)

    def late(self, typed: Cells, opened: Cells, now: Cells, version: int, by: LastChange | None) -> Form:
        """The form after somebody else was first: what was typed, over what stands now."""
        mine = changed(typed, opened)
        form = self.form({**now, **mine}, version)
        other = {name for name in self.names if now.get(name, "") != opened.get(name, "")}
        entries = tuple(
            replace(e, now=self.words(e.field, now), is_taken=e.field not in mine) if e.field in other else e
            for e in form.entries
        )
        shown = {name: now.get(name, "") for name in self.names}
        return replace(form, entries=entries, before=shown, is_late=True, late=by)

    def words(self, name: str, cells: Cells) -> Text:
        """What a cell says."""
        value = cells.get(name, "")
        return dict(self.choices.get(name, ())).get(value) or in_words(FILES[self.file][name], value)

    def _entry(self, name: str, value: str, wrong: Iterable[Mistake]) -> Entry:
        column = FILES[self.file][name]
        own = self.choices.get(name)
        listed = tuple((code, {"vi": words["vi"], "en": words["en"]}) for code, words in (column.choices or {}).items())
        form = "several" if column.several else "choice" if own or listed else "long" if name in _LONG else "text"
        return Entry(
            field=name,
            label=name_of(self.file, name),
            form=form,
            value=value,
            choices=own or listed,
            required=column.required,
            wrong=tuple(mistake for mistake in wrong if mistake.column == name),
            hint=HINTS.get(name, ""),
            keys="numeric" if name in _DIGITS else "decimal" if name in _DECIMAL else "text",
        )


def typed(form: FormData, names: Iterable[str], suffix: str = "") -> dict[str, str]:
    """What stands in these fields of a form that was sent."""
    told = {name: [str(part) for part in form.getlist(name + suffix)] for name in names}
    return {name: " ".join("; ".join(part for part in parts if part).split()) for name, parts in told.items()}


def opened(form: FormData, suffix: str = "") -> dict[str, str]:
    """The cells that the form carried; none, where it carries what no form of ours does."""
    try:
        found = json.loads(str(form.get(f"opened{suffix}", "")))
    except ValueError:
        return {}
    return {str(k): str(v) for k, v in found.items()} if isinstance(found, dict) else {}


def changed(now: Cells, before: Cells) -> dict[str, str]:
    """The cells that are others than before."""
    return {name: value for name, value in now.items() if value != " ".join(before.get(name, "").split())}
