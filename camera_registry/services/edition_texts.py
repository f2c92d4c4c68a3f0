"""Edition texts: which text a name means, in the settings, on the command line, and over HTTP.

Strategy: a path is a path, where who names it may read it anyway; over HTTP it is none. An id means the newest edition
of that id which people made in this registry, else the one of the product; `id@version` means that version, of the
registry, of the product, or one that judged here before. A file that the settings name is known by its id, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from sqlmodel import Session

from camera_registry.models import EditionRecord
from camera_registry.store import editions
from standards import Edition, EditionError, available, load_edition, load_texts

_NAME = re.compile(r"[a-z0-9-]{1,100}(@[^/@]{1,100})?")


def resolve(session: Session | None, name: str | Path) -> Edition:
    """The edition that `name` means in the settings and on the command line, a file, too; in this registry or (None)
    where there is none.

    Raises EditionError, which says which there are.
    """
    text = str(name)
    if isinstance(name, Path) or "/" in text or text.endswith(".toml"):
        return load_edition(name)
    return _of_id(session, text)


def known(session: Session, name: str, in_force: Iterable[Edition]) -> Edition:
    """The edition that `name` means over HTTP: an id or `id@version`, of those kept here, of the product, and of those
    `in_force`, which may be files that the settings name. Never opens a file that `name` says.

    Raises EditionError.
    """
    if not _NAME.fullmatch(name) or not name.isprintable():
        raise EditionError(("edition: write its id, or id@version; it is no file here",))
    try:
        return _of_id(session, name)
    except EditionError:
        found = next((edition for edition in in_force if name in (edition.id, edition.name)), None)
        if found is None:
            raise
        return load_texts(found.texts, found.name)  # as it stands, though it may only advise


def _of_id(session: Session | None, name: str) -> Edition:
    edition_id, _, version = name.partition("@")
    kept = editions.kept(session, edition_id) if session is not None else []
    made = [row for row in kept if row.made_from is not None]
    if not version:
        return loaded(made[0]) if made else load_edition(edition_id)
    pinned = next((row for row in made if row.version == version), None)
    if pinned is not None:
        return loaded(pinned)
    return _version(edition_id, version, kept)


def newest(session: Session, edition_id: str, in_force: Iterable[Edition]) -> Edition | None:
    """The newest edition of this id that is known here: the last that people made, else that of the product, else the
    file of the settings (`in_force`) where its id is new. None when there is none.
    """
    made = editions.newest_made(session, edition_id)
    if made is not None:
        return by_sha256(session, made)
    if edition_id in available():
        return load_edition(edition_id)
    found = next((edition for edition in in_force if edition.id == edition_id), None)
    return None if found is None else load_texts(found.texts, found.name)


def by_sha256(session: Session, sha256: str) -> Edition | None:
    """The edition with this SHA-256, as it was when it judged; None when nothing here was judged with it."""
    row = editions.by_sha256(session, sha256)
    return None if row is None else loaded(row)


def every(session: Session, in_force: Iterable[Edition] = ()) -> list[Edition]:
    """The editions `in_force`, those of the product, and those that people made here, the newest of them first."""
    made = [loaded(row) for row in editions.kept(session) if row.made_from is not None]
    return list({edition.sha256: edition for edition in (*in_force, *map(load_edition, available()), *made)}.values())


def loaded(row: EditionRecord) -> Edition:
    """The edition of a kept text."""
    return load_texts(editions.texts(row), f"{row.edition}@{row.version}")


def _version(edition_id: str, version: str, kept: list[EditionRecord]) -> Edition:
    """The version that the product holds, or the newest text of it that judged here."""
    product = load_edition(edition_id) if edition_id in available() else None
    if product is not None and product.version == version:
        return product
    found = next((row for row in kept if row.version == version), None)
    if found is not None:
        return loaded(found)
    if product is None and not kept:
        return load_edition(edition_id)  # raises, with the ids there are
    there = dict.fromkeys([*(row.version for row in kept), *([product.version] if product else [])])
    raise EditionError((f"{edition_id}@{version}: there is no such version; write one of {', '.join(there)}",))
