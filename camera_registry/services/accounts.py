"""Accounts: they are made, closed, given a new first password; people change their own. The edge commits.

Strategy: nobody chooses a password for another. An account begins with one that is made up, is shown once, and must be
changed at the first login. Whatever changes what a login is worth (password, second factor, closing) ends the sessions.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from camera_registry.access import passwords, second_factor, throttle, tokens
from camera_registry.access.roles import MAY, ROLES, Role
from camera_registry.access.second_factor import TotpPlace
from camera_registry.models import Account, ApiToken
from camera_registry.people import NO_NAME, is_name, seen
from camera_registry.services.days import ZONE, day_of
from camera_registry.store import accounts, districts, schools, sessions
from camera_registry.vault import Vault
from probes.told import ToldError
from standards.model import Text

LONGEST_TOKEN_DAYS = 366
MOST_TOKENS = 20
_LOGIN = re.compile(r"[a-z0-9][a-z0-9._@-]{2,59}")


class AccountError(ToldError):
    """Something about an account cannot be done; `field` names what is wrong, `said` says what to do."""

    def __init__(self, field: str, said: Text) -> None:
        self.field, self.said = field, said
        super().__init__(f"{field}: {said['en']}")


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """An account to be made: `district` and `school` are codes, of an officer of a unit and of a school."""

    login: str
    name: str
    role: str
    district: str = ""
    school: str = ""


def make(session: Session, wanted: Wanted, by: str, now: datetime, password: str | None = None) -> tuple[Account, str]:
    """The account that was made, and its first password: one made up, which has to be changed, unless it was typed by
    the person. Raises AccountError.
    """
    role, login, name = _role(wanted.role), wanted.login.strip().casefold(), wanted.name.strip()
    if not _LOGIN.fullmatch(login):
        raise AccountError("login", _text("3 đến 60 ký tự a–z, 0–9, dấu . _ - @", "write 3 to 60 of a-z, 0-9, . _ - @"))
    if accounts.by_login(session, login) is not None:
        raise AccountError("login", _text("tên đăng nhập này đã có; chọn tên khác.", "is taken; choose another."))
    if not is_name(name):
        raise AccountError("name", NO_NAME)
    if accounts.by_seen_name(session, seen(name)) is not None:
        raise AccountError(
            "name",
            _text(
                "đã có tài khoản mang tên này; thêm đơn vị vào sau họ tên để phân biệt.",
                "another account bears this name; write the unit behind it to tell them apart.",
            ),
        )
    first = password or passwords.made_up()
    if password is not None:
        _refuse(passwords.why_not(password, login))
    made = Account(
        login=login,
        name=name,
        seen_name=seen(name),
        role=role,
        password=passwords.hashed(first),
        must_change=password is None,
        made_by=by,
        made_at=now,
    )
    made.district_id, made.school_id = _place(session, role, wanted)
    session.add(made)
    session.flush()
    return made, first


def close(session: Session, account: Account, now: datetime) -> None:
    """Nobody signs in with this account any more, and it is assigned nowhere; what was done by it stays.

    Raises AccountError for the last administrator.
    """
    if account.role == "admin" and account.closed_at is None and accounts.open_ones(session, "admin") == 1:
        raise AccountError(
            "login",
            _text(
                "đây là quản trị viên cuối cùng; tạo người khác trước.",
                "is the last administrator; make another first.",
            ),
        )
    account.closed_at = account.closed_at or now
    session.add(account)
    accounts.end_assignments(session, account.id or 0, day_of(now, ZONE))
    _end_everything(session, account, now)


def reset(session: Session, account: Account, now: datetime) -> str:
    """The new first password of an account whose person has forgotten theirs, or lost the phone: the second factor is
    set up anew. Raises AccountError for a closed one.
    """
    if account.closed_at is not None:
        raise AccountError(
            "login", _text("tài khoản đã khóa; hãy tạo tài khoản mới.", "is closed; make a new account.")
        )
    first = passwords.made_up()
    account.password, account.must_change, account.totp, account.totp_step = passwords.hashed(first), True, None, 0
    session.add(account)
    _end_everything(session, account, now)
    sessions.forget_failures(session, throttle.key_of("login", account.login))
    return first


def new_hash(login: str, old: str, new: str) -> str:
    """The hash of the new password of a person. Takes its time: no transaction of the database should wait for it.

    Raises AccountError for one that cannot be it.
    """
    if old == new:
        raise AccountError(
            "new", _text("chọn mật khẩu khác với mật khẩu đang dùng.", "choose another than the old one.")
        )
    _refuse(passwords.why_not(new, login))
    return passwords.hashed(new)


def change_password(session: Session, account: Account, kept: str, new: str, now: datetime, keep: int) -> None:
    """The person has the password with the hash `new`; every other session of theirs but `keep` has ended.

    Raises AccountError when the one with the hash `kept` was changed meanwhile.
    """
    if account.password != kept:
        raise AccountError("old", WRONG_PASSWORD)
    account.password, account.must_change = new, False
    session.add(account)
    sessions.end_all(session, account.id or 0, now, keep)


def set_second_factor(
    session: Session, vault: Vault, account: Account, secret: str, code: str, now: datetime, keep: int
) -> None:
    """The phone that made `code` from `secret` is the second factor from now on; every other session of the person but
    `keep` has ended. Raises AccountError.
    """
    step = second_factor.step_of(secret, code, now, 0) if second_factor.is_secret(secret) else None
    if step is None:
        raise AccountError("code", WRONG_CODE)
    account.totp = vault.seal(secret, TotpPlace(account.id or 0))
    account.totp_step = step
    session.add(account)
    sessions.end_all(session, account.id or 0, now, keep)


def make_token(session: Session, account: Account, name: str, scope: str, days: int, now: datetime) -> str:
    """The token of a program, which is shown this once. Raises AccountError."""
    if not name.strip() or len(name) > 100 or not name.isprintable():
        raise AccountError(
            "name", _text("ghi tên chương trình, tối đa 100 ký tự.", "name the program, at most 100 signs.")
        )
    if scope not in tokens.SCOPES or (scope == tokens.METRICS and role_of(account) not in MAY["watch"]):
        raise AccountError("scope", _text("chọn chỉ đọc hoặc đọc và ghi.", "choose read or write."))
    if not 1 <= days <= LONGEST_TOKEN_DAYS:
        raise AccountError("days", _text(f"từ 1 đến {LONGEST_TOKEN_DAYS} ngày.", f"1 to {LONGEST_TOKEN_DAYS} days."))
    if sum(token.ended_at is None for token in sessions.programs(session, account.id or 0)) >= MOST_TOKENS:
        raise AccountError(
            "name", _text(f"đã có {MOST_TOKENS} mã; thu hồi bớt.", f"{MOST_TOKENS} are there; end some.")
        )
    token = f"{tokens.PREFIX}{tokens.new()}"
    ends = now + timedelta(days=days)
    kept = tokens.digest(token)
    session.add(
        ApiToken(account_id=account.id or 0, name=name.strip(), token=kept, scope=scope, made_at=now, ends_at=ends)
    )
    return token


TOO_MANY: Text = {"vi": "đã sai quá nhiều lần; chờ rồi thử lại.", "en": "was wrong too often; wait, then try again."}
WRONG_PASSWORD: Text = {"vi": "mật khẩu hiện tại không đúng.", "en": "is not your password of now."}
WRONG_CODE: Text = {
    "vi": "mã không đúng hoặc đã dùng; chờ mã mới trên điện thoại rồi nhập lại.",
    "en": "is not right, or was used; wait for the next one and type it.",
}


def _end_everything(session: Session, account: Account, now: datetime) -> None:
    sessions.end_all(session, account.id or 0, now)
    sessions.end_programs(session, account.id or 0, now)


def role_of(account: Account) -> Role:
    """The role of an account."""
    return _role(account.role)


def _role(name: str) -> Role:
    for role in ROLES:
        if role == name:
            return role
    raise AccountError("role", _text("chọn vai trò trong danh sách.", f"choose one of {', '.join(ROLES)}."))


def _place(session: Session, role: Role, wanted: Wanted) -> tuple[int | None, int | None]:
    """The ids of the unit and of the school of the account."""
    if role == "district":
        district = districts.by_code(session, wanted.district) or districts.by_name(session, wanted.district)
        if district is None:
            there = "; ".join(f"{each.code} ({each.name})" for each in districts.every(session)[:20])
            raise AccountError("district", _text(f"chọn đơn vị đã đăng ký: {there}", f"write one of: {there}"))
        return district.id, None
    if role == "school":
        school = schools.by_code(session, wanted.school)
        if school is None:
            raise AccountError("school", _text("chọn trường đã đăng ký.", "no registered school has this code."))
        return None, school.id
    return None, None


def _refuse(why: Text | None) -> None:
    if why is not None:
        raise AccountError("new", why)


def _text(vi: str, en: str) -> Text:
    return {"vi": vi, "en": en}
