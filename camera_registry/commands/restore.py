"""`restore`: a registry from a backup, on an empty machine."""

from __future__ import annotations

import argparse
import os
import tempfile
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from camera_registry import app
from camera_registry.backups import archive, key_apart
from camera_registry.backups.errors import told
from camera_registry.backups.later import erased_since
from camera_registry.backups.making import SETTINGS
from camera_registry.backups.manifest import Manifest
from camera_registry.backups.restoring import Restored, Taken, checked, restore
from camera_registry.backups.settings_kept import names_of, text_of
from camera_registry.commands.acting import doing
from camera_registry.commands.options import Commands, add_common, add_language, complain
from camera_registry.config import FILE_NAME, FILE_VARIABLE, Settings, load
from camera_registry.config_file import write_new
from camera_registry.database import name_of, open_database
from camera_registry.owning import refuse_as_root
from camera_registry.reports.restoring import restored_text, unopened_text
from probes.visit import utc_now

NOT_ALL = 1


@dataclass(frozen=True)
class _Place:
    """The settings, their file, and what is to be put there; None where they stand there already."""

    settings: Settings
    file: Path
    text: str | None


def add(commands: Commands[argparse.ArgumentParser]) -> None:
    """The command and its options."""
    parser = commands.add_parser(
        "restore",
        help="make a registry from a backup, on an empty machine",
        description="Checks every byte of a backup and the key, makes the registry that the settings name from it,\n"
        "and compares every row. A registry that is there is never touched (docs/backup.md).",
        epilog="example:\n  camera-registry restore camera-registry-20261130T200000Z.tar --key-file registry.key",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="the backup")
    parser.add_argument("--key-file", type=Path, metavar="FILE", help="the key of the passwords that was kept apart")
    add_language(parser)
    add_common(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """0 when everything is as in the backup and opens; 1 when some sealed values do not open with this key."""
    manifest = checked(options.file)
    vault, key = key_apart.given(options.key_file, os.environ)
    with _settings(options) as place:
        engine = open_database(place.settings.registry.database)
        refuse_as_root(app.places_of(place.settings, engine))
        try:
            act = doing("restore", before=manifest.made_at.isoformat())
            beside = partial(_put_beside, options.file, manifest, place, key)
            done = restore(Taken(options.file, manifest, vault, act, utc_now(), beside), engine)
        finally:
            engine.dispose()
        return _told(options, place, done)


def _told(options: argparse.Namespace, place: _Place, done: Restored) -> int:
    lang: str = options.lang or place.settings.language
    erased = erased_since(options.file, done.manifest.made_at)
    print(restored_text(name_of(place.settings.registry.database), done, erased, lang))
    if not done.unopened:
        return 0
    complain(unopened_text(done, lang))
    return NOT_ALL


@contextmanager
def _settings(options: argparse.Namespace) -> Iterator[_Place]:
    """The settings that are there, else those of the backup."""
    file = options.config or Path(os.environ.get(FILE_VARIABLE) or FILE_NAME)
    if file.exists():
        yield _Place(load(file)[0], file, None)
        return
    with tempfile.TemporaryDirectory(prefix="camera-registry-") as folder:
        kept = Path(folder) / SETTINGS
        archive.extract(options.file, SETTINGS, kept)
        settings, _ = load(kept)
        yield _Place(settings, file, _text(settings, kept.read_text(encoding="utf-8")))


def _text(settings: Settings, kept: str) -> str:
    """The settings as they were kept; where the environment says something else (another place for the registry), with
    that in them: else the next command would mean the registry from which the backup is.
    """
    now = text_of(settings)
    return kept if tomllib.loads(now) == tomllib.loads(kept) else now


def _put_beside(path: Path, manifest: Manifest, place: _Place, key: bytes | None) -> None:
    """The key, the settings and the files that they name stand where they belong, where nothing stands there yet.
    Raises BackupError.
    """
    named = names_of(place.settings)
    parts = {Path(name): part for name, part in manifest.files.items() if name in named}
    for file, part in parts.items():
        with told(file):
            if not file.exists():
                file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                archive.extract(path, part, file)
    if place.text is not None:
        with told(place.file):
            place.file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_new(place.file, place.text)
    if key is not None:
        key_file = place.settings.registry.key_file
        with told(key_file):
            key_file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            key_apart.write(key_file, key)
