"""`backup`: everything into one file, while the program runs; the key apart."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from sqlalchemy import Engine

from camera_registry import app
from camera_registry.backups import folder, key_apart
from camera_registry.backups.making import make, wanted
from camera_registry.commands.acting import doing
from camera_registry.commands.options import Commands, add_common, add_language
from camera_registry.config import Settings, load
from camera_registry.numbers import number_of
from camera_registry.services.audit import recorded
from probes.visit import utc_now
from standards.model import Text

SAID: dict[str, Text] = {
    "made": {
        "vi": "Đã sao lưu: {path}\n  {tables} bảng, {rows} dòng, {size} MB; mọi dòng đều có mã kiểm tra.",
        "en": "Backed up: {path}\n  {tables} tables, {rows} rows, {size} MB; every row is covered by a digest.",
    },
    "key": {
        "vi": "Đã chép khóa mật khẩu ra {place}. Hãy cất ở nơi khác với bản sao lưu.",
        "en": "The key of the passwords is copied to {place}. Keep it in another place than the backup.",
    },
    "no_key": {
        "vi": "Khóa mật khẩu KHÔNG nằm trong bản sao lưu: cần giữ riêng một bản ({key_file}; --key-to-file chép giúp).",
        "en": "The key of the passwords is NOT in it: keep a copy of it apart ({key_file}; --key-to-file makes one).",
    },
    "gone": {"vi": "Đã xóa bản sao lưu cũ: {names}", "en": "Old backups deleted: {names}"},
}


def add(commands: Commands[argparse.ArgumentParser]) -> None:
    """The command and its options."""
    parser = commands.add_parser(
        "backup",
        help="put everything into one file, while the program runs",
        description="Puts the registry, as it is at this moment, and the settings into one file, while serve and work\n"
        "go on. The key of the passwords is never in it (docs/backup.md).",
        epilog="examples:\n  camera-registry backup\n"
        "  camera-registry backup --to /mnt/backup --keep 30 --key-to-file /mnt/key/registry.key",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--to", type=Path, metavar="FOLDER", help="where to (default: backup.folder of the settings)")
    parser.add_argument(
        "--key-to-file", type=Path, metavar="FILE", help="copy the key, too: apart, to this file (or into this folder)"
    )
    parser.add_argument(
        "--keep",
        type=_count,
        metavar="N",
        help="then delete all but the newest N there; 0: none (default: backup.keep of the settings, with --to 0)",
    )
    add_language(parser)
    add_common(parser)
    parser.set_defaults(run=backup)


def backup(options: argparse.Namespace) -> int:
    """0 when the backup is there, whole; what was asked for beside it is there, too."""
    settings, _ = load(options.config)
    lang: str = options.lang or settings.language
    asked = wanted(settings, options.to)
    with app.existing(settings) as engine:
        key = _key_copied(settings, engine, options.key_to_file, asked.folder)
        made = make(engine, asked, utc_now())
        with recorded(engine, doing("backup", rows=made.manifest.rows, sha256=made.sha256), utc_now()):
            pass  # that it was made is all there is to say
    size = f"{made.path.stat().st_size / 1e6:.1f}"
    tables, rows = len(made.manifest.tables), made.manifest.rows
    _say("made", lang, path=made.path, tables=tables, rows=rows, size=size)
    if key is None:
        _say("no_key", lang, key_file=settings.registry.key_file)
    else:
        _say("key", lang, place=key)
    gone = folder.forget(asked.folder, folder.ORDERED, _kept(options, settings))
    if gone:
        _say("gone", lang, names=", ".join(gone))
    return 0


def _key_copied(settings: Settings, engine: Engine, to: Path | None, backups: Path) -> Path | None:
    """Where the key was copied to, once it has opened what is sealed; None where nobody asked for it."""
    if to is None:
        return None
    app.vault(settings, engine)
    return key_apart.copy(settings.registry.key_file, os.environ, to, backups)


def _kept(options: argparse.Namespace, settings: Settings) -> int:
    if options.keep is not None:
        return int(options.keep)
    return 0 if options.to else settings.backup.keep


def _count(text: str) -> int:
    number = number_of(text)
    if number is None:
        raise argparse.ArgumentTypeError(f"{text[:50]!r} is no number; write it like 14")
    return number


def _say(key: str, lang: str, **values: object) -> None:
    print(SAID[key][lang].format(**values))
