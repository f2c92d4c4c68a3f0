"""`init`: a folder with everything that a registry needs: settings, database, key, and the first administrator.

Strategy: each step looks whether its thing is there, and makes it when it is not. So a run that was cut off is finished
by the next, and one over a whole folder changes nothing. Nothing is ever overwritten.
"""

from __future__ import annotations

import argparse
import shlex
from pathlib import Path

from sqlalchemy import Engine

from camera_registry import app
from camera_registry.commands.acting import doing
from camera_registry.commands.options import Commands, UsageError, add_common, add_language
from camera_registry.config import FILE_NAME, RegistrySettings, Settings, load
from camera_registry.config_file import settings_in, write_new
from camera_registry.database import is_made, name_of, open_database, reading
from camera_registry.services import accounts as services
from camera_registry.services.accounts import Wanted
from camera_registry.services.audit import recorded
from camera_registry.store import accounts
from probes.visit import utc_now

NOBODY_YET = 1
OURS = frozenset({FILE_NAME, "var", "backups", "lost+found"})
"""What may stand in a folder that was begun before, beside names with a dot at their beginning."""
SAID = {
    "made": {"vi": "đã tạo   {what}", "en": "made      {what}"},
    "there": {"vi": "đã có    {what}", "en": "is there  {what}"},
    "folder": {"vi": "thư mục {name}", "en": "folder {name}"},
    "settings": {"vi": "tệp cấu hình {name}", "en": "settings {name}"},
    "database": {"vi": "cơ sở dữ liệu {name}", "en": "database {name}"},
    "key": {
        "vi": "khóa {name} (hãy sao ra nơi khác, không để cùng bản sao lưu)",
        "en": "key {name} (copy it elsewhere, never beside a backup)",
    },
    "admin": {"vi": "quản trị viên {name}", "en": "administrator {name}"},
    "some admin": {"vi": "quản trị viên", "en": "an administrator"},
    "not another": {
        "vi": "          (không tạo thêm {name}; để tạo: camera-registry user add --role admin)",
        "en": "          ({name} was not made beside; for that: camera-registry user add --role admin)",
    },
    "password": {
        "vi": "\nMật khẩu tạm của {name}, chỉ hiện một lần này và phải đổi khi đăng nhập: {password}",
        "en": "\nFirst password of {name}, shown this once, to be changed at the first login: {password}",
    },
    "nobody": {
        "vi": "\nChưa có quản trị viên. Chạy lại: {command} --admin TÊN --name 'Họ và tên'",
        "en": "\nThere is no administrator yet. Run again: {command} --admin LOGIN --name 'Full name'",
    },
    "next": {
        "vi": "\nCác lệnh tiếp theo:\n"
        "  {serve}   # mở trang web, lên lịch kiểm tra mỗi đêm\n"
        "  {doctor}  # kiểm tra mọi thứ và chỉ cách sửa\n"
        "  {imports} DANH_SÁCH.xlsx  # nhập trường và thiết bị",
        "en": "\nNext commands:\n"
        "  {serve}   # the pages, and the timetable of the nights\n"
        "  {doctor}  # checks everything and says what to do\n"
        "  {imports} LIST.xlsx  # schools and devices",
    },
}


def add(commands: Commands[argparse.ArgumentParser]) -> None:
    """The command and its options."""
    parser = commands.add_parser(
        "init",
        help="make a folder with settings, database, key and the first administrator",
        description="Makes what is not there yet: the folder, a commented config.toml, the database, the key, and the\n"
        "first administrator, whose first password is printed once. What is there stays as it is.",
        epilog="example:\n  camera-registry init /var/lib/camera-registry --admin lan.nt --name 'Nguyễn Thị Lan'",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("folder", nargs="?", type=Path, default=Path(), metavar="FOLDER", help="default: this folder")
    parser.add_argument("--admin", metavar="LOGIN", help="who administers it: 3 to 60 of a-z, 0-9, . _ - @")
    parser.add_argument("--name", metavar="N", help="full name of the administrator, as others see it")
    add_language(parser)
    add_common(parser)
    parser.set_defaults(run=init)


def init(options: argparse.Namespace) -> int:
    """0 when all is there; 1 when an administrator is still to be made."""
    if options.config is not None:
        raise UsageError(f"init makes {FILE_NAME} in FOLDER; leave out --config")
    if (options.admin is None) != (options.name is None):
        raise UsageError("--admin LOGIN and --name 'Full name' go together")
    folder = Path(options.folder).absolute()
    file = folder / FILE_NAME
    made_folder, made_file = _folder(folder), _settings_file(file, options.lang or "vi")
    settings, _ = load(file)
    lang: str = options.lang or settings.language
    _say_step("folder", lang, folder, made=made_folder)
    _say_step("settings", lang, file, made=made_file)
    _refuse_elsewhere(settings.registry, folder)
    made = not _is_there(settings)
    with app.registry(settings) as engine:
        _say_step("database", lang, name_of(engine), made=made)
        _say_step("key", lang, settings.registry.key_file, made=_key(settings, engine))
        has_admin = _administrator(engine, options, lang)
    if has_admin:
        _say_next(file, lang)
    return 0 if has_admin else NOBODY_YET


def _folder(folder: Path) -> bool:
    """True when it was made. Raises UsageError where it cannot be, or where it holds what is not ours."""
    try:
        if not folder.exists():
            folder.mkdir(mode=0o700, parents=True)
            return True
        held = {path.name for path in folder.iterdir() if not path.name.startswith(".")}
    except OSError as error:
        raise UsageError(f"{folder}: cannot be made or read: {error.strerror}; name another folder") from None
    if held - OURS and FILE_NAME not in held:
        raise UsageError(f"{folder}: holds other things ({min(held - OURS)}); name an empty folder, or a new one")
    return False


def _settings_file(file: Path, lang: str) -> bool:
    """True when it was made."""
    if file.exists():
        return False
    text = settings_in(file.parent, lang)
    try:
        write_new(file, text)
    except FileExistsError:  # another call was faster
        return False
    except OSError as error:
        raise UsageError(f"{file}: cannot be written: {error.strerror}; make room, or allow it") from None
    return True


def _refuse_elsewhere(registry: RegistrySettings, folder: Path) -> None:
    """Raises UsageError where paths of the settings mean another folder than the one that is named."""
    relative = registry.database.startswith("sqlite:///") and not registry.database.startswith("sqlite:////")
    if (relative or not registry.key_file.is_absolute()) and folder.resolve() != Path.cwd():
        raise UsageError(
            f"{folder / FILE_NAME} names files of the working folder; run: cd {shlex.quote(str(folder))} && "
            "camera-registry init"
        )


def _is_there(settings: Settings) -> bool:
    engine = open_database(settings.registry.database)
    try:
        return is_made(engine)
    finally:
        engine.dispose()


def _key(settings: Settings, engine: Engine) -> bool:
    there = settings.registry.key_file.exists()
    app.vault(settings, engine)
    return not there and settings.registry.key_file.exists()


def _administrator(engine: Engine, options: argparse.Namespace, lang: str) -> bool:
    """True when there is one: made now and told, or before."""
    with reading(engine) as session:
        there = accounts.open_ones(session, "admin") > 0
    if there:
        print(SAID["there"][lang].format(what=SAID["some admin"][lang]))
        if options.admin is not None:
            print(SAID["not another"][lang].format(name=options.admin))
        return True
    if options.admin is None:
        command = f"camera-registry init {shlex.quote(str(options.folder))}"
        print(SAID["nobody"][lang].format(command=command))
        return False
    wanted = Wanted(login=options.admin, name=options.name, role="admin")
    act, now = doing("account_create", {"account": options.admin}, role="admin"), utc_now()
    with recorded(engine, act, now) as session:
        account, first = services.make(session, wanted, "", now)
        login = account.login
    _say_step("admin", lang, login, made=True)
    print(SAID["password"][lang].format(name=login, password=first))
    return True


def _say_step(step: str, lang: str, name: object, *, made: bool) -> None:
    what = SAID[step][lang].format(name=name)
    print(SAID["made" if made else "there"][lang].format(what=what))


def _say_next(file: Path, lang: str) -> None:
    words = (("serve", "serve"), ("doctor", "doctor"), ("imports", "import"))
    config = shlex.quote(str(file))
    commands = {name: f"camera-registry --config {config} {word}" for name, word in words}
    print(SAID["next"][lang].format(**commands))
