"""Backups: there is a new one, and the key does not lie beside it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from camera_registry.backups.folder import last
from camera_registry.doctor.checked import Around, Checked, bad, mind, well

OLD, TOO_OLD = timedelta(hours=26), timedelta(days=8)


def newest(around: Around) -> Iterator[Checked]:
    """The newest backup in the folder of backups was made within a day; those of before upgrades are none."""
    folder = backup_folder(around)
    if _is_closed(folder):
        yield _closed(folder)
        return
    found = last(folder)
    if found is None:
        yield bad("backup", {"vi": f"{folder}: chưa có bản sao lưu nào", "en": f"{folder}: there is none"}, _MAKE)
        return
    file, made = found
    seen = {"vi": f"{file.name}, {made:%Y-%m-%d %H:%M} UTC", "en": f"{file.name}, {made:%Y-%m-%d %H:%M} UTC"}
    age = around.now - made
    if age > TOO_OLD:
        yield bad("backup", seen, _MAKE)
    elif age > OLD:
        yield mind("backup", seen, _MAKE)
    else:
        yield well("backup", seen["vi"], seen["en"])


def _is_closed(folder: Path) -> bool:
    """True where it is there, or may be, and we may not use it."""
    try:
        folder.stat()
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return not os.access(folder, os.R_OK | os.W_OK | os.X_OK)


def _closed(folder: Path) -> Checked:
    seen = {"vi": f"không đọc hoặc không ghi được vào {folder}", "en": f"{folder} cannot be read or written to"}
    to_do = {
        "vi": f"giao lại cho tài khoản chạy phần mềm: chown -R camera-registry: {folder}",
        "en": f"give it to the user of the service: chown -R camera-registry: {folder}",
    }
    return bad("backup", seen, to_do)


def key_apart(around: Around) -> Iterator[Checked]:
    """No copy of the key lies in the folder of backups: who takes one would have both."""
    folder = backup_folder(around)
    beside = sorted(path.name for path in folder.glob("*.key")) if os.access(folder, os.R_OK) else []
    if beside:
        seen = {"vi": f"khóa nằm cạnh bản sao lưu: {beside[0]}", "en": f"a key lies beside the backups: {beside[0]}"}
        yield bad("backup-key", seen, {"vi": "chuyển khóa sang nơi khác", "en": "move it to another place"})
    else:
        yield well("backup-key", "khóa không nằm cạnh bản sao lưu", "the key does not lie beside them")


_MAKE = {
    "vi": "camera-registry backup; hằng đêm: systemctl enable --now camera-registry-backup.timer",
    "en": "camera-registry backup; every night: systemctl enable --now camera-registry-backup.timer",
}


def backup_folder(around: Around) -> Path:
    """Where backups are."""
    return around.settings.backup.folder
