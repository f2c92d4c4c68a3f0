"""The values of facts on a page; what they are called stands in `standards.names`."""

from __future__ import annotations

from camera_registry.services.device_values import Named
from standards.names import HOWS, NAMES, VALUES, how_of, name_of

__all__ = ["HOWS", "NAMES", "VALUES", "how_of", "name_of", "value_of"]


def value_of(fact: Named, lang: str) -> str:
    """The value of a fact as a person reads it."""
    words = VALUES.get(fact.path, {}).get(fact.told.text["en"])
    return words[lang] if words else fact.told.text[lang]
