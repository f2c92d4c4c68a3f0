"""Load: an edition file in, an `Edition` out, or one error that lists every mistake at once.

Editions that come with the product are package data; any other is a path, or bytes. An edition may extend one: the
keys of its rules replace those of the rules with the same id, key by key, and further rules come after.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from hashlib import sha256
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from probes.told import ToldError
from standards.model import Confirmed, Edition, Rule
from standards.reading.files import UnreadableError, content_of
from standards.reading.parse import parse_conditions, parse_rule
from standards.reading.table import NO_TEXT, Table, closest

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_VERSION = re.compile(r"[^/@]{1,100}")

LARGEST_FILE = 1_000_000
LONGEST_NAME = 1_000
MOST_MISTAKES = 100
MOST_RULES = 1_000
_EXTENDED = "write the id of another edition, or the name of a file beside it (`standards export` writes one)"


class EditionError(ToldError):
    """An edition cannot be used. `mistakes` holds one line for each: file, rule, key, what to write instead."""

    def __init__(self, mistakes: tuple[str, ...]) -> None:
        self.mistakes = mistakes
        super().__init__("\n".join(mistakes))


@dataclass(frozen=True)
class _File:
    name: str
    data: dict[str, Any]
    content: bytes
    base: _File | None = None


def available() -> tuple[str, ...]:
    """The ids of the editions that come with the product, in the order of the alphabet."""
    names = (entry.name for entry in _folder().iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml")))


def load_edition(id_or_path: str | Path) -> Edition:
    """The edition of the product with this id, or the one in the file at this path (a name with `/` or `.toml`).

    Raises EditionError with all mistakes of the file.
    """
    where, folder = _find(id_or_path)
    return _loaded(where.name, lambda: _read(where, folder, (where.name.removesuffix(".toml"),)))


def load_bytes(content: bytes, name: str) -> Edition:
    """The edition of these bytes, called `name` in its mistakes; it may extend one of the product.

    Raises EditionError with all mistakes.
    """
    return _loaded(name, lambda: _parsed(content, name, _folder(), ()))


def load_texts(texts: Sequence[bytes], name: str) -> Edition:
    """The edition whose `Edition.texts` were these, whatever the product holds now; called `name` in its mistakes.

    Raises EditionError with all mistakes.
    """
    return _loaded(name, lambda: _chained(texts, name))


def tables(edition: Edition) -> dict[str, Any]:
    """The tables that the text of an edition is made of, laid over those it extends."""
    return tables_of(edition.texts)


def tables_of(texts: Sequence[bytes]) -> dict[str, Any]:
    """The tables of texts that were loaded once, each laid over the one before it."""
    return _merged(_chained(texts, "edition"))


def _loaded(name: str, read: Callable[[], _File]) -> Edition:
    try:
        file = read()
        mistakes: list[str] = []
        top = Table(file.name, _merged(file), mistakes)
        edition = _edition(top, file)
    except RecursionError:
        raise EditionError((f"{name}: nested too deep; write it plainly",)) from None
    if mistakes:
        shown = tuple(mistakes[:MOST_MISTAKES])
        more = len(mistakes) - len(shown)
        raise EditionError((*shown, f"{name}: and {more} more mistakes") if more else shown)
    return edition


def _folder() -> Traversable:
    return resources.files("standards") / "editions"


def _find(id_or_path: str | Path) -> tuple[Traversable | Path, Traversable | Path]:
    text = str(id_or_path)
    if not text.isprintable() or len(text) > LONGEST_NAME:
        raise EditionError((f"no edition has a name like that; {closest('', available())}",))
    if isinstance(id_or_path, Path) or "/" in text or text.endswith(".toml"):
        path = Path(id_or_path)
        return path, path.parent
    return _named(text, _folder(), text)


def _named(edition_id: str, folder: Traversable | Path, asker: str) -> tuple[Traversable | Path, Traversable | Path]:
    """The file of `edition_id` in `folder`, else among those of the product."""
    for place in (folder, _folder()):
        if (place / f"{edition_id}.toml").is_file():
            return place / f"{edition_id}.toml", place
    raise EditionError((f'{asker}: there is no edition "{edition_id}"; {closest(edition_id, available())}',))


def _read(where: Traversable | Path, folder: Traversable | Path, extending: tuple[str, ...]) -> _File:
    try:
        content = content_of(where, LARGEST_FILE, "edition") if isinstance(where, Path) else where.read_bytes()
    except UnreadableError as error:
        raise EditionError((f"{where.name}: {error}",)) from None
    return _parsed(content, where.name, folder, extending)


def _parsed(content: bytes, name: str, folder: Traversable | Path, extending: tuple[str, ...]) -> _File:
    """The file of this content, with the one that it extends from `folder`, else from the product; `extending` are the
    ids and the names of the files on the way here.
    """
    data = _toml(content, name)
    base_id = data.get("extends")
    if base_id is None:
        return _File(name, data, content)
    if not isinstance(base_id, str) or not _ID.fullmatch(base_id):
        raise EditionError((f"{name}: extends: {base_id!r} is no id; {_EXTENDED}",))
    if base_id in (*extending, data.get("id")):
        raise EditionError((f"{name}: extends: {base_id!r} leads back here; write the id of another edition",))
    found, place = _named(base_id, folder, f"{name}: extends")
    base = _read(found, place, (*extending, base_id, str(data.get("id"))))
    return _File(name, data, content, base)


def _chained(texts: Sequence[bytes], name: str) -> _File:
    """The file of the last of `texts`, extending the one before it, and so on."""
    file: _File | None = None
    for content in texts:
        file = _File(name, _toml(content, name), content, file)
    if file is None:
        raise EditionError((f"{name}: holds no text",))
    return file


def _toml(content: bytes, name: str) -> dict[str, Any]:
    if len(content) > LARGEST_FILE:
        raise EditionError((f"{name}: is larger than {LARGEST_FILE} bytes, which no edition is",))
    try:
        return tomllib.loads(content.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise EditionError((f"{name}: is not UTF-8 at byte {error.start}; save it as UTF-8",)) from None
    except tomllib.TOMLDecodeError as error:
        raise EditionError((f"{name}: is no TOML: {error}",)) from None
    except ValueError:  # a whole number of more digits than Python reads
        raise EditionError((f"{name}: holds a number that is too large; write it plainly",)) from None


def _merged(file: _File) -> dict[str, Any]:
    """The tables of the file laid over those it extends."""
    if file.base is None:
        return file.data
    base = _merged(file.base)
    own = file.data.get("rule", [])
    if not _are_tables(own) or not _are_tables(base.get("rule", [])):
        return base | file.data
    differences = {_id_of(rule): rule for rule in own}
    inherited = [_laid_over(rule, differences.get(_id_of(rule), {})) for rule in base.get("rule", [])]
    known = {_id_of(rule) for rule in inherited}
    return base | file.data | {"rule": [*inherited, *(rule for rule in own if _id_of(rule) not in known)]}


def _are_tables(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, dict) for item in value)


def _id_of(rule: dict[str, Any]) -> str:
    """The id of the table of a rule, empty when it has none that is a text."""
    rule_id = rule.get("id")
    return rule_id if isinstance(rule_id, str) else ""


def _laid_over(base: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    """The keys of `own` over those of `base`; a fix takes the place of a within, and the other way round."""
    instead = {("fix", "within"), ("within", "fix")}
    gone = {old for new, old in instead if new in own and old not in own}
    return {key: value for key, value in base.items() if key not in gone} | own


def _edition(top: Table, file: _File) -> Edition:
    edition_id = top.text("id")
    if edition_id and not _ID.fullmatch(edition_id):
        top.wrong("id", f'"{edition_id}" is no id; write small letters, digits and hyphens')
    date, version = top.day("date"), top.text("version")
    if version.strip() and not (_VERSION.fullmatch(version) and version.isprintable()):
        top.wrong("version", f"{version!r} is no version; write it like draft-1 or 26.06, without / and @, on one line")
    edition = Edition(
        id=edition_id,
        version=version,
        title=top.words("title") or NO_TEXT,
        issuer=top.text("issuer"),
        date=date,
        sha256=sha256(b"".join(_texts(file))).hexdigest(),
        rules=_rules(top, file),
        extends=top.text("extends", "") or None,
        history=_history(top),
        texts=_texts(file),
    )
    top.done()
    return edition


def _history(top: Table) -> tuple[Confirmed, ...]:
    """Who confirmed which rule: every key of every line is a text."""
    lines: list[Confirmed] = []
    for table in top.tables("history"):
        texts = {key.name: table.text(key.name) for key in fields(Confirmed) if key.name != "confirmed_on"}
        lines.append(Confirmed(**texts, confirmed_on=table.day("confirmed_on")))
        table.done()
    return tuple(lines)


def _rules(top: Table, file: _File) -> tuple[Rule, ...]:
    everywhere = parse_conditions(top, "unless")
    if not top.data.get("rule"):
        top.wrong("rule", "missing; write at least one [[rule]]")
    tables = list(top.tables("rule"))
    if len(tables) > MOST_RULES:
        top.wrong("rule", f"{len(tables)} are too many; write at most {MOST_RULES}")
        return ()
    rules: list[Rule] = []
    used = _ids_used_twice(file)
    for place, table in enumerate(tables, 1):
        rule_id = _id_of(table.data)
        table.where = f"{top.where}: " + (f'rule "{rule_id}"' if rule_id else f"rule number {place}")
        if rule_id and not _ID.fullmatch(rule_id):
            table.wrong("id", "is no id; write small letters, digits and hyphens")
        if rule_id in used:
            table.wrong("id", "is used twice; write another one")
        used |= {rule_id} - {""}
        rules.append(parse_rule(table, everywhere))
    return tuple(rules)


def _ids_used_twice(file: _File) -> set[str]:
    """Ids that stand twice in an extending file: laid over one another, they would not be seen."""
    if file.base is None or not _are_tables(file.data.get("rule")):
        return set()
    return {i for i, number in Counter(map(_id_of, file.data["rule"])).items() if i and number > 1}


def _texts(file: _File) -> tuple[bytes, ...]:
    return (*(_texts(file.base) if file.base else ()), file.content)
