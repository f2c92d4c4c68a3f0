"""What the looks of an acceptance saw, as a person reads it: values, who answered, moments. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from camera_registry.reports.listing_columns import Shown
from camera_registry.reports.words import word
from camera_registry.services.explained import shown
from standards.model import STATES, SourceState, Text
from standards.view import known_paths
from standards.words import span

_SEEN: Text = {"vi": "đo thực tế", "en": "measured"}
_REQUIRED: Text = {"vi": "yêu cầu", "en": "required"}


def seen(look: Mapping[str, Any], to: Shown) -> str:
    """The value that one look saw, with its unit; the words of a definite answer that came instead and failed."""
    if look["seen"] is not None:
        return shown(look["fact"], look["seen"])[to.lang]
    return str(look["why"][to.lang]).rstrip(".") if look["outcome"] == "fail" else ""


def over_all(rule: Mapping[str, Any], to: Shown) -> str:
    """How often each outcome came; then what was seen of each fact, from the lowest to the highest, with what was
    required of it; or, where no look had a value, why not.
    """
    counts = ", ".join(f"{word(f'outcome.{name}', to.lang)} {number}" for name, number in rule["counts"].items())
    looks = [look for look in rule["looks"] if look.get("counts", True) and look["outcome"] != "not_applicable"]
    compared: dict[tuple[str, str], list[Any]] = {}
    for look in looks:
        if look["seen"] is not None:
            compared.setdefault((look["fact"], look["expected"][to.lang]), []).append(look["seen"])
    values = [
        f"{_SEEN[to.lang]}: {_all(fact, seen_of_it, to)}; {_REQUIRED[to.lang]}: {required}"
        for (fact, required), seen_of_it in compared.items()
    ]
    whys = dict.fromkeys(look["why"][to.lang].rstrip(".") for look in looks)
    return "; ".join([counts, *(values or whys)])


def unit(said: Mapping[str, Any] | None, to: Shown) -> str:
    """Who answered, as it said itself: maker and model, serial number, MAC address and firmware."""
    if not said:
        return word("not_known", to.lang)
    parts = [make(said), *(f"{word(n, to.lang)} {said[n]}" for n in ("serial", "mac", "firmware") if said[n])]
    return "; ".join(filter(None, parts))


def make(said: Mapping[str, Any]) -> str:
    """Maker and model."""
    return " ".join(filter(None, (said["manufacturer"], said["model"])))


def state(rule: Mapping[str, Any], to: Shown) -> str:
    """How well the value of the rule is known, as it stands behind it."""
    name: SourceState = rule["source"]["state"]
    return f" [{name}: {STATES[name][to.lang]}]"


def moment(text: str | None, to: Shown) -> str:
    """A moment of the JSON; empty for none."""
    return to.moment(datetime.fromisoformat(text) if text else None)


def _all(fact: str, values: list[Any], to: Shown) -> str:
    """Numbers from the lowest to the highest, other values each once."""
    if all(isinstance(value, (int, float)) and not isinstance(value, bool) for value in values):
        path = known_paths().get(fact)
        return span(min(values), max(values), path.unit if path else "", to.lang)
    return ", ".join(dict.fromkeys(shown(fact, value)[to.lang] for value in values))
