"""`user`: people who may sign in, from the command line: the first administrator, and whoever is locked out."""

from __future__ import annotations

import argparse
import getpass

from sqlmodel import Session

from camera_registry import app
from camera_registry.access.roles import ROLE_WORDS, ROLES
from camera_registry.commands.acting import doing
from camera_registry.commands.options import Commands, UsageError, add_common, add_language
from camera_registry.commands.passwords import password
from camera_registry.config import load
from camera_registry.database import reading
from camera_registry.models import Account
from camera_registry.services import accounts as services
from camera_registry.services.accounts import AccountError, Wanted
from camera_registry.services.audit import recorded
from camera_registry.store import accounts
from probes.visit import utc_now

SAID = {
    "made": {"vi": "Đã tạo tài khoản {login} ({role}).", "en": "The account {login} ({role}) is made."},
    "first": {
        "vi": "Mật khẩu tạm, chỉ hiện một lần này và phải đổi khi đăng nhập: {password}",
        "en": "First password, shown this once, to be changed at the first login: {password}",
    },
    "closed": {"vi": "Đã khóa tài khoản {login}.", "en": "The account {login} is closed."},
    "none": {
        "vi": "Chưa có tài khoản nào. Tạo quản trị viên: camera-registry user add TÊN --name 'Họ tên' --role admin",
        "en": "There is no account. Make one: camera-registry user add LOGIN --name 'Full name' --role admin",
    },
}


def add(commands: Commands[argparse.ArgumentParser]) -> None:
    """The command and its options."""
    parser = commands.add_parser(
        "user",
        help="people who may sign in",
        description="Makes, lists, closes accounts and gives new first passwords. There is no default account: begin\n"
        "with `user add LOGIN --name 'Full name' --role admin`.",
        epilog="examples:\n  camera-registry user add lan.nt --name 'Nguyễn Thị Lan' --role admin\n"
        "  camera-registry user add p.tandinh --name 'Trần Văn Bình' --role district --district 'UBND phường A'\n"
        "  camera-registry user reset lan.nt",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parts = parser.add_subparsers(required=True, metavar="WHAT")
    adding = parts.add_parser("add", help="a new account")
    adding.add_argument("login", metavar="LOGIN", help="3 to 60 of a-z, 0-9, . _ - @")
    adding.add_argument("--name", required=True, metavar="N", help="full name, as others see it")
    adding.add_argument("--role", required=True, choices=ROLES, help="what the person may do")
    adding.add_argument("--district", default="", metavar="CODE", help="of an officer of a unit")
    adding.add_argument("--school", default="", metavar="CODE", help="of a person of a school")
    adding.add_argument(
        "--type-password", action="store_true", help="the person is here and types the password; else one is made up"
    )
    adding.add_argument("--password-file", metavar="F", help="file that holds the password; - reads standard input")
    adding.set_defaults(run=add_user)
    for name, run, text in (
        ("reset", reset_user, "a new first password; the second factor is set up anew"),
        ("close", close_user, "the person signs in no more"),
    ):
        one = parts.add_parser(name, help=text)
        one.add_argument("login", metavar="LOGIN")
        one.set_defaults(run=run)
        add_language(one)
        add_common(one)
    listing = parts.add_parser("list", help="all accounts")
    listing.set_defaults(run=list_users)
    for one in (adding, listing):
        add_language(one)
        add_common(one)


def add_user(options: argparse.Namespace) -> int:
    """0 when the account is made."""
    settings, _ = load(options.config)
    lang = options.lang or settings.language
    typed = password(options.password_file) if options.password_file else None
    if options.type_password:
        typed = _typed_twice()
    wanted = Wanted(
        login=options.login, name=options.name, role=options.role, district=options.district, school=options.school
    )
    act, now = doing("account_create", {"account": options.login}, role=options.role), utc_now()
    with app.registry(settings) as engine, recorded(engine, act, now) as session:
        account, first = services.make(session, wanted, "", now, typed)
        login, role = account.login, ROLE_WORDS[options.role][lang]
    print(SAID["made"][lang].format(login=login, role=role))
    if typed is None:
        print(SAID["first"][lang].format(password=first))
    return 0


def reset_user(options: argparse.Namespace) -> int:
    """0 when there is a new first password."""
    settings, _ = load(options.config)
    act, now = doing("password_reset", {"account": options.login}), utc_now()
    with app.existing(settings) as engine, recorded(engine, act, now) as session:
        first = services.reset(session, _found(session, options.login), now)
    print(SAID["first"][options.lang or settings.language].format(password=first))
    return 0


def close_user(options: argparse.Namespace) -> int:
    """0 when the account is closed."""
    settings, _ = load(options.config)
    act, now = doing("account_close", {"account": options.login}), utc_now()
    with app.existing(settings) as engine, recorded(engine, act, now) as session:
        services.close(session, _found(session, options.login), now)
    print(SAID["closed"][options.lang or settings.language].format(login=options.login))
    return 0


def list_users(options: argparse.Namespace) -> int:
    """0: one line for each account."""
    settings, _ = load(options.config)
    lang = options.lang or settings.language
    with app.existing(settings) as engine, reading(engine) as session:
        rows = accounts.every(session)
        units, schools = accounts.places(session)
        for row in rows:
            place = units.get(row.district_id or 0) or schools.get(row.school_id or 0) or ""
            closed = f"closed {row.closed_at:%Y-%m-%d}" if row.closed_at else ""
            print("\t".join((row.login, row.name, ROLE_WORDS[services.role_of(row)][lang], place, closed)).rstrip())
    if not rows:
        print(SAID["none"][lang])
    return 0


def _found(session: Session, login: str) -> Account:
    account = accounts.by_login(session, login)
    if account is None:
        raise AccountError("login", {"vi": "không có tài khoản này.", "en": f"there is no account {login[:60]}."})
    return account


def _typed_twice() -> str:
    typed = getpass.getpass("Password: ")
    if getpass.getpass("Again: ") != typed:
        raise UsageError("the two passwords are not the same; run it again")
    return typed
