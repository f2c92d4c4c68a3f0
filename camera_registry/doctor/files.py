"""Files: who may read settings, key, database and passwords, and whether the folder can be written to."""

from __future__ import annotations

import os
import shlex
import stat
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from camera_registry.doctor.checked import Around, Checked, bad, both, left_out, well
from camera_registry.owning import owner_of, running_as
from camera_registry.vault import KEY_VARIABLE

_OTHERS, _OTHERS_WRITE = 0o077, 0o022


def settings_file(around: Around) -> Iterator[Checked]:
    """Nobody else may change the settings, or read them where they hold a password."""
    if around.file is None:
        yield left_out("settings-file", "không có tệp cấu hình: dùng mặc định", "no file of settings: defaults count")
        return
    mode = _mode(around.file)
    if mode & _OTHERS_WRITE or (_holds_password(around) and mode & _OTHERS):
        yield _open_to_others("settings-file", around.file)
    else:
        yield well("settings-file", f"{around.file}", f"{around.file}")


def folder(around: Around) -> Iterator[Checked]:
    """The folder of a database in a file can be written to by us, and by nobody else."""
    file = database_file(around)
    if file is None:
        yield left_out("folder", "cơ sở dữ liệu nằm trên máy chủ riêng", "the database is on a server")
        return
    where = file.absolute().parent
    theirs = owner_of([where], by=running_as())
    if theirs is not None:
        yield _of_another(*theirs)
    elif not where.is_dir() or not os.access(where, os.W_OK | os.X_OK):
        yield bad(
            "folder",
            {"vi": f"không ghi được vào {where}", "en": f"{where} is not there, or cannot be written to"},
            {
                "vi": "chạy bằng tài khoản sở hữu thư mục này, hoặc camera-registry init",
                "en": "run as the user who owns it, or make it: camera-registry init",
            },
        )
    elif _mode(where) & _OTHERS_WRITE:
        yield _open_to_others("folder", where, "700")
    else:
        yield well("folder", f"ghi được vào {where}", f"{where} can be written to")


def _of_another(path: Path, name: str) -> Checked:
    seen = {"vi": f"{path} là của riêng {name}, không phải của root", "en": f"{path} is {name}'s alone, and not root's"}
    to_do = {
        "vi": f"chạy mọi lệnh bằng tài khoản đó: sudo -u {shlex.quote(name)} camera-registry …",
        "en": f"run every command as that user: sudo -u {shlex.quote(name)} camera-registry …",
    }
    return bad("folder", seen, to_do)


def private_files(around: Around) -> Iterator[Checked]:
    """Key, database and password of mail are read by their owner alone; those that are there."""
    settings = around.settings
    named = [] if KEY_VARIABLE in around.environment else [settings.registry.key_file]
    file = database_file(around)
    named += [] if file is None else [file, *(file.with_name(file.name + end) for end in ("-wal", "-shm"))]
    named += [Path(settings.mail.password_file)] if settings.mail.password_file else []
    named.append(settings.agents.seed_file)
    open_ones = [path for path in named if path.is_file() and _mode(path) & _OTHERS]
    for path in open_ones:
        yield _open_to_others("private-files", path)
    if not open_ones:
        yield well("private-files", "khóa, cơ sở dữ liệu: chỉ chủ sở hữu đọc được", "only their owner reads them")


def database_file(around: Around) -> Path | None:
    """The file of the database; None where it is on a server, or is no file."""
    url = database_address(around)
    if url is None or url.get_backend_name() != "sqlite" or url.database in (None, "", ":memory:"):
        return None
    return Path(str(url.database))


def database_address(around: Around) -> URL | None:
    """The address of the database; None for what is no address."""
    try:
        return make_url(around.settings.registry.database)
    except ArgumentError:
        return None


def _holds_password(around: Around) -> bool:
    url = database_address(around)
    return url is None or bool(url.password or url.query.get("password"))


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def _open_to_others(name: str, path: Path, mode: str = "600") -> Checked:
    seen = {"vi": f"người khác trên máy này đọc hoặc ghi được {path}", "en": f"others may read or write {path}"}
    return bad(name, seen, both(f"chmod {mode} {path}"))
