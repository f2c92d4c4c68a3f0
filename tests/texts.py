"""Every text that a person reads: of the pages' catalogue, of code and of editions, with where it stands.

`python -m tests.texts km` lists the texts of code and editions that lack a language.
"""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[1]
ROOMS = ("camera_registry", "standards", "probes")
PLACE = re.compile(r"%\(\w+\)s|%%|\{\w*\}")
"""Where something is filled in when the text is shown."""


@dataclass(frozen=True)
class Said:
    """A text in several languages: `place` is its file and line, or the file and the path within."""

    place: str
    words: dict[str, str]


def texts() -> list[Said]:
    """Every text of the code, of the editions and of the catalogue."""
    return [*of_code(), *of_editions(), *of_catalogue()]


def of_catalogue() -> Iterator[Said]:
    """The messages of templates: English ids with their Vietnamese words."""
    with (ROOT / "camera_registry/web/locales/vi/LC_MESSAGES/messages.po").open("rb") as file:
        messages = [message for message in read_po(file, locale="vi") if message.id]
    for message in messages:
        ids, words = ([text] if isinstance(text, str) else [*text] for text in (message.id, message.string))
        yield from (Said("messages.po", {"en": each, "vi": words[0]}) for each in ids)


def of_code() -> Iterator[Said]:
    """Texts that are written as a dictionary of languages; `{}` where code fills something in."""
    for room in ROOMS:
        for file in sorted((ROOT / room).rglob("*.py")):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Dict) and (words := _words(node)):
                    yield Said(f"{file.relative_to(ROOT)}:{node.lineno}", words)


def _words(node: ast.Dict) -> dict[str, str]:
    keys = [key.value if isinstance(key, ast.Constant) else None for key in node.keys]
    return {str(key): _text(value) for key, value in zip(keys, node.values, strict=True)} if "vi" in keys else {}


def _text(node: ast.expr) -> str:
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else "{}"


def of_editions() -> Iterator[Said]:
    """Texts of the editions."""
    for file in sorted((ROOT / "standards/editions").glob("*.toml")):
        yield from _within(tomllib.loads(file.read_text(encoding="utf-8")), str(file.relative_to(ROOT)))


def _within(value: object, place: str) -> Iterator[Said]:
    if isinstance(value, dict) and isinstance(value.get("vi"), str):
        yield Said(place, value)
    elif isinstance(value, dict):
        for key, part in value.items():
            yield from _within(part, f"{place}:{key}")
    elif isinstance(value, list):
        for part in value:
            name = part.get("id", "") if isinstance(part, dict) else ""
            yield from _within(part, f"{place}:{name}")


def lacking(lang: str) -> list[Said]:
    """The texts of code and editions that are not there in this language."""
    return [said for said in (*of_code(), *of_editions()) if lang not in said.words]


def shown_as(text: str) -> re.Pattern[str]:
    """What this text looks like when it is shown, whatever was filled in."""
    return re.compile(".+".join(map(re.escape, PLACE.split(text))))


def main() -> None:
    """Prints what lacks the language of the command line, one text a line."""
    for said in lacking(sys.argv[1]):
        print(f"{said.place}: {said.words.get('en', said.words['vi'])}")


if __name__ == "__main__":
    main()
