"""The registry: the database is of this version and whole, the key opens what is sealed, somebody administers it."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Engine

from camera_registry.database import is_made, name_of, reading
from camera_registry.database.examined import damage, version
from camera_registry.doctor.checked import Around, Checked, bad, both, left_out, mind, well
from camera_registry.doctor.machine import AHEAD, SET_CLOCK
from camera_registry.store import accounts, examined
from camera_registry.vault import Vault, VaultError, open_vault

_RESTORE = {
    "vi": "dừng serve và work, giữ lại tệp này, rồi khôi phục bản sao lưu mới nhất (docs/backup.md)",
    "en": "stop serve and work, keep this file apart, and restore the newest backup (docs/backup.md)",
}


def database(_around: Around, engine: Engine) -> Iterator[Checked]:
    """It is there, of the version of this program, and whole. Raises DatabaseUnusableError."""
    name = name_of(engine)
    if not is_made(engine):
        yield bad(
            "database",
            {"vi": f"{name}: chưa có", "en": f"{name}: is not there"},
            {
                "vi": "camera-registry init, hoặc khôi phục bản sao lưu",
                "en": "camera-registry init, or restore a backup",
            },
        )
        return
    found = version(engine)
    if not found.is_right:
        yield _of_another_version(name, found.has, known=found.known)
    broken = damage(engine)
    if broken:
        yield bad("database", {"vi": f"{name}: hỏng: {broken}", "en": f"{name}: damaged: {broken}"}, _RESTORE)
    elif found.is_right:
        yield well("database", f"{name} ({found.has}), nguyên vẹn", f"{name} ({found.has}), whole")


def key(around: Around, engine: Engine) -> Iterator[Checked]:
    """The key is there, and opens every sealed value. None is made by asking."""
    try:
        vault = open_vault(around.settings.registry.key_file, around.environment, sealed_exist=True)
    except VaultError as error:
        yield _key_lost(str(error))
        return
    tried, lost = _tried(engine, vault)
    if lost:
        yield bad(
            "key",
            {
                "vi": f"{lost} trong {tried} giá trị niêm phong không mở được bằng khóa này",
                "en": f"{lost} of {tried} sealed values do not open with this key",
            },
            {
                "vi": "đặt lại đúng tệp khóa; nếu đã mất khóa: camera-registry credential --forget-unreadable",
                "en": "put the right key back; where it is lost: camera-registry credential --forget-unreadable",
            },
        )
    else:
        yield well("key", f"mở được cả {tried} giá trị niêm phong", f"opens all {tried} sealed values")


def administrator(_around: Around, engine: Engine) -> Iterator[Checked]:
    """Somebody can sign in and make accounts."""
    with reading(engine) as session:
        count = accounts.open_ones(session, "admin")
    if count:
        yield well("administrator", f"{count} quản trị viên", f"{count} of them")
        return
    yield bad(
        "administrator",
        {"vi": "chưa có quản trị viên", "en": "there is none"},
        {
            "vi": "camera-registry user add TÊN --name 'Họ và tên' --role admin",
            "en": "camera-registry user add LOGIN --name 'Full name' --role admin",
        },
    )


def order_of_time(around: Around, engine: Engine) -> Iterator[Checked]:
    """Nothing was written at a time that is still to come: then the clock was wrong, or is."""
    with reading(engine) as session:
        newest = examined.newest_entry(session)
    if newest is not None and newest - around.now > AHEAD:
        at = f"{newest:%Y-%m-%d %H:%M} UTC"
        seen = {
            "vi": f"nhật ký có mục ghi lúc {at}, sau giờ hiện tại",
            "en": f"the log has an entry of {at}: later than now",
        }
        yield bad("clock-of-log", seen, SET_CLOCK)
    elif newest is None:
        yield left_out("clock-of-log", "nhật ký chưa có mục nào", "the log has no entry yet")
    else:
        yield well("clock-of-log", "không mục nào đi trước đồng hồ", "no entry is ahead of the clock")


def _tried(engine: Engine, vault: Vault) -> tuple[int, int]:
    with reading(engine) as session:
        return examined.unreadable(session, vault)


def _of_another_version(name: str, has: str | None, *, known: bool) -> Checked:
    seen = {"vi": f"{name}: thuộc phiên bản khác ({has})", "en": f"{name}: of another version ({has})"}
    if known:
        to_do = {
            "vi": "sao lưu, rồi khởi động serve: cơ sở dữ liệu được nâng cấp khi khởi động",
            "en": "make a backup, then start serve: it brings the database forward",
        }
        return mind("database", seen, to_do)
    return bad(
        "database",
        seen,
        {"vi": "cài phiên bản mới hơn của chương trình", "en": "install the newer version of the program"},
    )


def _key_lost(told: str) -> Checked:
    to_do = {
        "vi": "đặt lại bản sao của tệp khóa (chmod 600), hoặc biến CAMERA_REGISTRY_KEY",
        "en": "put the copy of the key file back (chmod 600), or set CAMERA_REGISTRY_KEY",
    }
    return bad("key", both(told), to_do)
