"""docs/settings.md, written from the code: types, defaults and ranges of `config.py`, meanings of `config.toml`."""

import json
import re
from pathlib import Path

from camera_registry.config import PREFIX, Settings

ROOT = Path(__file__).parents[1]
HEAD = f"""\
# Settings

Every key, as the code takes it: this page is written from `camera_registry/config.py` and [config.toml](../config.toml)
by a test, which fails when it is not true any more (delete this file, run `pytest tests/test_settings_page.py`, read
what it wrote).

The file is looked for at `--config FILE`, else at `$CAMERA_REGISTRY_CONFIG`, else as `config.toml` in the working
folder. `camera-registry init` writes one with every key. The environment goes over the file: section and key in
capitals, two `_` between them, lists in JSON. A key or a variable `{PREFIX}…` that is not known is an error, and so is
a value outside its range; all mistakes are told at once, without the values. `camera-registry doctor` says them, too.

`CAMERA_REGISTRY_KEY` (32 bytes in base64) is no setting: it is the key of the passwords in place of the file, read
where it is needed and kept nowhere. What is changed counts from the next start on.
"""
SAID_TWICE = re.compile(r" (Above )?-?[\d.]+(,? at most| to) [\d.]+\.$")
"""A range at the end of a comment, which has a column of its own here."""


def page():
    """The whole page."""
    schema = Settings.model_json_schema()
    sections = {"": {}}
    for name, field in schema["properties"].items():
        if "$ref" in field:
            sections[name] = schema["$defs"][field["$ref"].rpartition("/")[2]]["properties"]
        else:
            sections[""][name] = field
    said = meanings((ROOT / "config.toml").read_text(encoding="utf-8"))
    defaults = Settings.model_construct().model_dump(mode="json")
    parts = [_section(name, keys, defaults[name] if name else defaults, said) for name, keys in sections.items()]
    return "\n".join([HEAD, *parts])


def meanings(text):
    """The comment above each key, by section and key, in one line."""
    found, section, comment = {}, "", []
    for line in text.splitlines():
        key = re.match(r"(?:# )?(\w+) = ", line)
        if heading := re.fullmatch(r"\[(\w+)\]", line):
            section, comment = heading[1], []
        elif key:
            found[section, key[1]] = " ".join(comment)
            comment = []
        elif line.startswith("# "):
            comment.append(line[2:])
        else:
            comment = []
    return found


def _section(name, keys, defaults, said):
    title = f"## [{name}]" if name else "## At the top of the file"
    rows = [_row(name, key, field, defaults[key], said[name, key]) for key, field in keys.items()]
    return "\n".join([title, "| key | type | default | range | what it is for |", "|---|---|---|---|---|", *rows, ""])


def _row(section, key, field, default, meaning):
    cells = [f"`{key}`", _type(field), _default(default), _range(field), SAID_TWICE.sub("", meaning)]
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _default(value):
    return "none" if value is None else f"`{json.dumps(value, ensure_ascii=False)}`"


def _type(field):
    if "anyOf" in field:
        return _type(field["anyOf"][0])
    if "enum" in field:
        return "one of " + ", ".join(f"`{json.dumps(value)}`" for value in field["enum"])
    if field["type"] == "array":
        return f"list: {_type(field['items'])}"
    words = {"integer": "whole number", "number": "number", "boolean": "true or false", "string": "text"}
    return {"path": "path", "date": "date"}.get(field.get("format"), words[field["type"]])


def _range(field):
    if "items" in field:
        each = _range(field["items"])
        return f"each {each}" if each else ""
    low = field.get("minimum", field.get("exclusiveMinimum"))
    high = field.get("maximum", field.get("exclusiveMaximum"))
    if low is None and high is None:
        return "not empty" if field.get("minLength") == 1 else ""
    above = "above " if "exclusiveMinimum" in field else ""
    return f"{above}{low:g} to {high:g}" if high is not None else f"{above}{low:g} or more"
