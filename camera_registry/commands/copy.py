"""`copy`: the whole registry into another, empty database; the way from SQLite to PostgreSQL."""

from __future__ import annotations

import argparse

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from camera_registry import app
from camera_registry.commands.options import Commands, UsageError, add_common, add_language
from camera_registry.config import load
from camera_registry.database import name_of, open_database, refuse_none
from camera_registry.services import copying
from standards.model import Text

SAID: Text = {
    "vi": "Đã chép {tables} bảng, {rows} dòng từ {source} sang {target}, và đối chiếu từng bảng: giống hệt.\n"
    "Bản gốc không thay đổi. Bây giờ, trong config.toml, mục [registry], hãy đặt:\n"
    '  database = "{address}"\n'
    "rồi khởi động lại serve và work. Việc đã làm ở bản gốc sau lúc chép không có trong bản mới.",
    "en": "Copied {tables} tables, {rows} rows from {source} to {target}, and compared each table: all the same.\n"
    "The source has not changed. Now set in config.toml, in [registry]:\n"
    '  database = "{address}"\n'
    "and start serve and work again. What was done in the source after the copy is not in the new one.",
}


def add(commands: Commands[argparse.ArgumentParser]) -> None:
    """The command and its options."""
    parser = commands.add_parser(
        "copy",
        help="copy the registry into another, empty database (SQLite to PostgreSQL)",
        description="Copies everything from the registry of the settings into an empty database, compares every\n"
        "table, and says what to change in the settings. Stop serve and work first (docs/backup.md).",
        epilog="example:\n  camera-registry copy --to postgresql+psycopg://camera_registry@db.example/camera_registry",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--to", metavar="ADDRESS", required=True, help="the address of the other, as settings name it")
    add_language(parser)
    add_common(parser)
    parser.set_defaults(run=copy)


def copy(options: argparse.Namespace) -> int:
    """0 when everything is in the other database."""
    settings, _ = load(options.config)
    _refuse_password(options.to)
    refuse_none(settings.registry.database)
    target = open_database(options.to)
    try:
        with app.registry(settings) as source:
            _refuse_itself(name_of(source), name_of(target))
            copied = copying.copy(source, target)
        rows = sum(each.rows for each in copied.values())
        told = {"source": name_of(settings.registry.database), "target": name_of(target), "address": options.to}
        print(SAID[options.lang or settings.language].format(tables=len(copied), rows=rows, **told))
    finally:
        target.dispose()
    return 0


def _refuse_itself(source: str, target: str) -> None:
    if source == target:
        raise UsageError(f"--to: {target} is the registry itself; name an empty database")


def _refuse_password(address: str) -> None:
    """Raises UsageError for an address with a password in it."""
    try:
        url = make_url(address)
    except ArgumentError:
        return  # which is told when it is opened
    if url.password or "password" in url.query:
        raise UsageError(
            "--to: a password among arguments can be read by others; put it into ~/.pgpass and leave it out"
        )
