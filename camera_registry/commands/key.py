"""`key`: changes the key with which passwords are sealed."""

from __future__ import annotations

import argparse
import os
from contextlib import AbstractContextManager
from pathlib import Path

from sqlalchemy import Engine
from sqlmodel import Session

from camera_registry import app
from camera_registry.commands.acting import doing
from camera_registry.commands.options import Commands, UsageError, add_common, add_language
from camera_registry.config import load
from camera_registry.services.audit import recorded
from camera_registry.services.key_rotation import rotate, seal_with
from camera_registry.vault import KEY_VARIABLE, read_vault
from probes.visit import utc_now

SAID = {
    "file": {
        "vi": "Đã đổi khóa: {count} mật khẩu được niêm phong lại bằng khóa mới trong {file}.\n"
        "Hãy sao khóa mới ra nơi khác ngay.\n"
        "Bản sao lưu cũ của cơ sở dữ liệu vẫn cần khóa cũ: giữ bản sao của khóa đó.\n"
        "Chương trình đang chạy tự dùng khóa mới, không phải khởi động lại.",
        "en": "The key is changed: {count} passwords are sealed with the new one, in {file}.\n"
        "Copy the new key to another place now. Old backups of the database still need the old key: keep its copy.\n"
        "What runs uses the new key by itself; nothing has to be started again.",
    },
    "environment": {
        "vi": "Đã đổi khóa: {count} mật khẩu được niêm phong lại bằng khóa trong {file}.\n"
        f"Hãy đặt {KEY_VARIABLE} theo nội dung tệp đó, rồi khởi động lại serve và work.\n"
        "Bản sao lưu cũ của cơ sở dữ liệu vẫn cần khóa cũ: giữ bản sao của khóa đó.",
        "en": "The key is changed: {count} passwords are sealed with that in {file}.\n"
        f"Set {KEY_VARIABLE} to what stands in that file, then start serve and work again.\n"
        "Old backups of the database still need the old key: keep its copy.",
    },
}


def add(commands: Commands[argparse.ArgumentParser]) -> None:
    """The command and the one below it."""
    parser = commands.add_parser("key", help="change the key with which passwords are sealed")
    below = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    rotating = below.add_parser(
        "rotate",
        help="seal everything with a new key",
        description="Makes a new key and seals every password with it, all or nothing. A crash loses nothing: start\n"
        "the program again. Copy the old key first, if backups of the database are to stay of use.",
        epilog="examples:\n  camera-registry key rotate\n  camera-registry key rotate --new-key-file new.key",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    rotating.add_argument(
        "--new-key-file",
        metavar="F",
        type=Path,
        help=f"file that holds the new key (32 bytes in base64), where the present one stands in {KEY_VARIABLE}",
    )
    add_language(rotating)
    add_common(rotating)
    rotating.set_defaults(run=_rotate)


def _rotate(options: argparse.Namespace) -> int:
    """0 when everything is sealed with the new key."""
    settings, _ = load(options.config)
    given: Path | None = options.new_key_file
    if (KEY_VARIABLE in os.environ) != (given is not None):
        raise UsageError(_how_to(in_environment=given is None))
    with app.existing(settings) as engine:
        if given is None:
            kind, file, count = "file", settings.registry.key_file, rotate(engine, settings.registry.key_file, _logged)
        else:
            old, new = app.vault(settings, engine), read_vault(given)
            kind, file, count = "environment", given, seal_with(engine, old, new, _logged)
    print(SAID[kind][options.lang or settings.language].format(count=count, file=file))
    return 0


def _logged(engine: Engine) -> AbstractContextManager[Session]:
    """A writing session with its entry in the audit log."""
    return recorded(engine, doing("key_change"), utc_now())


def _how_to(*, in_environment: bool) -> str:
    if in_environment:
        return (
            f"the key stands in {KEY_VARIABLE}, which only you can change. Stop serve and work; make the new key: "
            "(umask 077; head -c 32 /dev/urandom | base64 > new.key); run: camera-registry key rotate --new-key-file "
            f"new.key; then set {KEY_VARIABLE} to what stands in that file"
        )
    return f"--new-key-file is for a key in {KEY_VARIABLE}; that of the key file is made by `key rotate` itself"
