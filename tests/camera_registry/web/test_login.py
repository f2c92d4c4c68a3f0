"""Signing in: what opens, what does not, how long it lasts, and what happens to many tries."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pyotp
import pytest
from argon2 import PasswordHasher
from argon2.profiles import CHEAPEST
from sqlmodel import select

from camera_registry.access import passwords, throttle, tokens
from camera_registry.database import reading, writing
from camera_registry.models import Account, LoginSession, LoginThrottle
from camera_registry.services import accounts, signing_in
from camera_registry.services.accounts import AccountError, Wanted
from camera_registry.services.signing_in import Terms
from camera_registry.store import accounts as store
from camera_registry.web.pages.login import local
from tests.camera_registry.people import account_of
from tests.camera_registry.registered import device
from tests.camera_registry.web.served import NOW, client

PASSWORD = "con trâu đi trước cái cày"
NEW = "bầu ơi thương lấy bí cùng"


class Clock:
    """A clock that a test sets."""

    def __init__(self):
        self.at = NOW

    def __call__(self):
        """The moment."""
        return self.at


@pytest.fixture
def full_cost():
    """Hashes cost in this test what they cost in service."""


@pytest.fixture(autouse=True)
def _cost(request, monkeypatch):
    """Hashes cost next to nothing: the tests here sign in some two hundred times."""
    if "full_cost" not in request.fixturenames:
        monkeypatch.setattr(passwords, "_hasher", PasswordHasher.from_parameters(CHEAPEST))


@pytest.fixture
def clock():
    """The clock of the pages."""
    return Clock()


@pytest.fixture
def person(engine):
    """A person of the city who knows the password."""
    with writing(engine) as session:
        account, _ = accounts.make(session, Wanted(login="lan.nt", name="Lan", role="city"), "", NOW, PASSWORD)
        return account.id


@pytest.fixture
def visitor(engine, clock, person):
    """A browser in which nobody is signed in."""
    with client(engine, role="", now=clock) as made:
        yield made


def _sign_in(browser, password=PASSWORD, login="lan.nt", **more):
    return browser.post("/login", data={"login": login, "password": password, **more})


def test_a_visitor_is_sent_to_sign_in_and_then_to_where_they_wanted(visitor):
    """Whatever the address, one that is not there too; the API says 401 and how."""
    for path in ("/non-compliant?rule=clock", "/schools/x", "/nothing", "/accounts"):
        assert visitor.get(path).headers["location"].startswith("/login?next=")
    answer = visitor.get("/api/v1/totals")
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
    assert visitor.get("/static/pages.css").status_code == 200
    page = visitor.get("/login?next=/non-compliant")
    assert 'name="next" value="/non-compliant"' in page.text
    assert 'href="/non-compliant"' not in page.text, "no menu for a visitor"
    assert _sign_in(visitor, next="/non-compliant?rule=clock").headers["location"] == "/non-compliant?rule=clock"
    assert visitor.get("/non-compliant").status_code == 200


def test_the_cookie_is_for_this_server_alone(engine, clock, person):
    """HttpOnly and SameSite; behind TLS Secure, with the prefix that no other site can set, and HSTS."""
    with client(engine, role="", now=clock) as plain:
        cookie = _sign_in(plain).headers["set-cookie"]
        assert cookie.startswith("session=")
        assert {"HttpOnly", "SameSite=lax", "Path=/"} <= set(cookie.split("; "))
        assert "strict-transport-security" not in plain.get("/login").headers
    with client(engine, role="", now=clock, https=True) as secure:
        answer = _sign_in(secure)
        assert answer.headers["set-cookie"].startswith("__Host-session=")
        assert "Secure" in answer.headers["set-cookie"].split("; ")
        assert answer.headers["strict-transport-security"] == "max-age=31536000"


def test_only_the_digest_of_a_session_is_kept_and_each_login_has_its_own(engine, visitor):
    """A copy of the database opens nothing; a token from before the login is worth nothing after it."""
    visitor.cookies.set("session", "planted")
    _sign_in(visitor)
    token = visitor.cookies.get("session", domain="localhost.local")
    with reading(engine) as session:
        (row,) = session.exec(select(LoginSession)).all()
    assert (row.token, row.token == token) == (tokens.digest(token), False)
    assert token != "planted"


@pytest.mark.parametrize(
    ("login", "password"),
    [
        ("lan.nt", "wrong password 123"),
        ("nobody", PASSWORD),
        ("lan.nt", ""),
        ("", ""),
        ("lan.nt\0", "wrong password 9"),
        ("é" * 500, "wrong password 9"),
    ],
    ids=range(6),
)
def test_what_is_wrong_says_the_same_whoever_it_is(visitor, login, password):
    """Nobody learns whether a login is there."""
    answer = _sign_in(visitor, password, login)
    assert answer.status_code == 401
    assert "Tên đăng nhập hoặc mật khẩu không đúng." in answer.text
    assert password not in answer.text or not password
    assert visitor.get("/").status_code == 303


def test_many_tries_are_slowed_and_then_wait(engine, visitor, clock):
    """Four are free; then the right password is not looked at either, until the time is over."""
    for _ in range(5):
        assert _sign_in(visitor, "wrong").status_code == 401
    waiting = _sign_in(visitor)
    assert waiting.status_code == 429
    assert "Hãy thử lại sau" in waiting.text
    clock.at += timedelta(seconds=29)
    assert _sign_in(visitor).status_code == 429
    clock.at += timedelta(seconds=2)
    assert _sign_in(visitor).status_code == 303
    with reading(engine) as session:
        rows = {row.key: row.failures for row in session.exec(select(LoginThrottle)).all()}
    assert rows == {throttle.key_of("address", "testclient"): 5}, (
        "the login is free again; the address remembers what failed"
    )


def test_a_login_that_is_not_there_is_slowed_as_one_that_is(visitor):
    """Else the wait would tell which there are."""
    assert [_sign_in(visitor, "wrong", "nobody").status_code for _ in range(6)] == [401] * 5 + [429]


def test_one_address_that_tries_many_logins_waits(visitor):
    """Twenty are free: a school has many people behind one address."""
    answers = [_sign_in(visitor, "wrong", f"nobody{n}").status_code for n in range(22)]
    assert answers == [401] * 21 + [429]


@pytest.mark.usefixtures("full_cost")  # else no try lasts until the next begins
def test_tries_at_once_count_as_many(engine, clock, person):
    """A hundred at the same time are no way around the count."""
    with client(engine, role="", now=clock) as browser, ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda n: _sign_in(browser, f"guess {n}").status_code, range(16)))
    assert answers.count(401) == 5
    assert answers.count(429) == 11


def test_a_clock_that_is_set_back_opens_no_session_and_locks_nobody_out(engine, visitor, clock, person):
    """A session that had run out stays closed; who waited by the wrong clock may try at once. A little is no jump."""
    _sign_in(visitor)
    clock.at -= timedelta(minutes=4)
    assert visitor.get("/account").status_code == 200
    clock.at -= timedelta(hours=1)
    assert visitor.get("/account").headers["location"].startswith("/login")
    clock.at += timedelta(days=1)
    assert [_sign_in(visitor, "nothing").status_code for _ in range(6)][-1] == 429
    clock.at -= timedelta(days=1)
    assert _sign_in(visitor).status_code == 303


def test_a_session_ends_by_time_by_signing_out_and_by_closing(engine, visitor, clock, person):
    """Left alone too long, too old, signed out here, ended elsewhere, account closed."""
    terms = Terms()
    for end in ("idle", "longest", "out", "elsewhere", "closed"):
        assert _sign_in(visitor).status_code == 303, end
        assert visitor.get("/").status_code == 200, end
        if end == "idle":
            clock.at += terms.idle + timedelta(minutes=2)
        elif end == "longest":
            for _ in range(14):
                clock.at += timedelta(hours=1)
                visitor.get("/")
        elif end == "out":
            kept = visitor.cookies.get("session", domain="localhost.local")
            assert visitor.post("/logout", headers={"Content-Length": "0"}).headers["location"] == "/login"
            visitor.cookies.set("session", kept, domain="localhost.local")
        else:
            with writing(engine) as session:
                account = store.by_id(session, person)
                if end == "closed":
                    accounts.close(session, account, clock.at)
                else:
                    accounts.reset(session, account, clock.at)
                    account.password, account.must_change = accounts.passwords.hashed(PASSWORD), False
        assert visitor.get("/").headers["location"] == "/login", end
    assert _sign_in(visitor).status_code == 401


def test_a_first_password_must_be_changed_before_anything_else(engine, clock):
    """It opens the page for that, and no other; the new one is one of one's own."""
    with writing(engine) as session:
        _, first = accounts.make(session, Wanted(login="binh", name="Bình", role="city"), "", NOW)
    with client(engine, role="", now=clock) as browser:
        _sign_in(browser, first, "binh")
        assert browser.get("/non-compliant").headers["location"] == "/login/password"
        assert browser.get("/api/v1/totals").status_code == 401
        same = browser.post("/login/password", data={"old": first, "new": first})
        assert (same.status_code, "chọn mật khẩu khác" in same.text) == (422, True)
        assert browser.post("/login/password", data={"old": "wrong", "new": NEW}).status_code == 422
        assert browser.post("/login/password", data={"old": first, "new": "binh binh binh"}).status_code == 422
        assert browser.post("/login/password", data={"old": first, "new": NEW}).status_code == 303
        assert browser.get("/").status_code == 200
        assert browser.post("/login/password", data={"old": NEW, "new": PASSWORD}).headers["location"] == "/"
    with client(engine, role="", now=clock) as browser:
        assert _sign_in(browser, first, "binh").status_code == 401
        assert _sign_in(browser, NEW, "binh").status_code == 303


def test_a_second_factor_is_set_up_where_it_is_needed_and_asked_for_from_then_on(engine, clock, person):
    """By the picture; a code opens once; a wrong one says so and counts."""
    needed = Terms(second_factor=frozenset({"city"}))
    with client(engine, role="", now=clock, access=needed) as browser:
        _sign_in(browser)
        assert browser.get("/").headers["location"] == "/login/second-factor"
        page = browser.get("/login/second-factor").text
        secret = page.split('name="secret" value="')[1].split('"')[0]
        wrong = browser.post("/login/second-factor", data={"secret": secret, "code": "000000"})
        assert (wrong.status_code, "mã không đúng" in wrong.text) == (422, True)
        assert browser.post("/login/second-factor", data={"secret": "x", "code": "000000"}).status_code == 422
        code = pyotp.TOTP(secret).at(clock.at)
        assert browser.post("/login/second-factor", data={"secret": secret, "code": code}).status_code == 303
        assert browser.get("/").status_code == 200
    with client(engine, role="", now=clock) as browser:
        _sign_in(browser)
        assert browser.get("/").headers["location"] == "/login/code"
        assert browser.post("/login/code", data={"code": code}).status_code == 401, "it was used"
        clock.at += timedelta(seconds=30)
        assert browser.post("/login/code", data={"code": pyotp.TOTP(secret).at(clock.at)}).status_code == 303
        assert browser.get("/").status_code == 200
    with client(engine, role="", now=clock) as browser:
        _sign_in(browser)
        answers = [browser.post("/login/code", data={"code": "123456"}).status_code for _ in range(6)]
        assert answers == [401] * 4 + [429] * 2, "the password itself was the first try"
    with reading(engine) as session:
        assert secret.encode() not in store.by_id(session, person).totp


def test_a_program_asks_with_a_token_within_its_scope_until_its_end(engine, visitor, clock, person):
    """Shown once; only reading is 403 for what changes; after the end 401; a cookie beside it counts for nothing."""
    _sign_in(visitor)
    page = visitor.post("/account/tokens", data={"name": "Báo cáo", "scope": "read", "days": "7"}).text
    token = page.split("crt_")[1].split("<")[0]
    assert f"crt_{token}" not in visitor.get("/account").text
    program = {"Authorization": f"Bearer crt_{token}"}
    with client(engine, role="", now=clock) as browser:
        del browser.headers["Sec-Fetch-Site"]
        assert browser.get("/api/v1/totals", headers=program).status_code == 200
        assert browser.post("/api/v1/waivers", json={}, headers=program).status_code == 403
        assert browser.get("/api/v1/totals", headers={"Authorization": "Bearer crt_x"}).status_code == 401
        assert browser.get("/api/v1/totals", headers={"Authorization": f"Basic {token}"}).status_code == 401
        clock.at += timedelta(days=7)
        assert browser.get("/api/v1/totals", headers=program).status_code == 401
        clock.at -= timedelta(days=7)
    foreign = {"Authorization": "Bearer crt_x", "Sec-Fetch-Site": "cross-site"}
    assert visitor.post("/logout", headers={**foreign, "Content-Length": "0"}).status_code == 403
    answer = visitor.post("/api/v1/waivers", json={}, headers=foreign)
    assert answer.status_code == 401, "the cookie is not looked at beside a token"
    assert visitor.post("/account/tokens/1/end", headers={"Content-Length": "0"}).status_code == 303
    with client(engine, role="", now=clock) as browser:
        assert browser.get("/api/v1/totals", headers=program).status_code == 401


def test_sessions_are_listed_and_ended_and_only_ones_own(engine, clock, visitor, person):
    """Another's number is not there."""
    _sign_in(visitor)
    with client(engine, name="Người khác", now=clock) as other, client(engine, role="", now=clock) as phone:
        _sign_in(phone)
        page = visitor.get("/account").text
        assert page.count("/account/sessions/") == 1
        number = page.split("/account/sessions/")[1].split("/")[0]
        assert other.post(f"/account/sessions/{number}/end", headers={"Content-Length": "0"}).status_code == 404
        assert phone.get("/").status_code == 200
        assert visitor.post(f"/account/sessions/{number}/end", headers={"Content-Length": "0"}).status_code == 303
        assert phone.get("/").status_code == 303


def test_a_changed_password_ends_the_other_sessions(engine, clock, visitor, person):
    """The one in which it was changed goes on."""
    _sign_in(visitor)
    with client(engine, role="", now=clock) as phone:
        _sign_in(phone)
        assert visitor.post("/account/password", data={"old": PASSWORD, "new": NEW}).status_code == 303
        assert (visitor.get("/").status_code, phone.get("/").status_code) == (200, 303)


@pytest.mark.parametrize(
    "address",
    [
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "\\\\evil",
        "javascript:alert(1)",
        "/a\nb",
        "x",
        "/" * 3,
    ],
)
def test_nobody_is_sent_elsewhere(visitor, address):
    """An address that is not one of our pages is left out."""
    assert local(address) == ""
    assert _sign_in(visitor, next=address).headers["location"] == "/"


def test_a_technician_sees_a_school_from_the_first_day_to_the_last(engine, clock):
    """Access ends with the assignment, in the zone of the settings, at midnight."""
    with writing(engine) as session:
        device(session)
        account = account_of(session, "technician", "Kỹ thuật viên", schools=("079-DG-01",), now=NOW)
        (row,) = store.assignments(session, account.id)
        row.begins, row.ends = NOW.date(), NOW.date() + timedelta(days=1)
    clock.at = NOW - timedelta(hours=11)
    with client(
        engine,
        "technician",
        "Kỹ thuật viên",
        now=clock,
        access=Terms(longest=timedelta(days=9), idle=timedelta(days=9)),
    ) as browser:
        before, seen = browser.get("/schools/079-DG-01").status_code, []
        for hours in (-4, -2, 0, 24, 37, 39):  # 3:00 UTC is 10:00 there: the day began 10 h before and ends 38 h later
            clock.at = NOW + timedelta(hours=hours)
            seen.append(browser.get("/schools/079-DG-01").status_code)
    assert (seen, before) == ([200, 200, 200, 200, 200, 404], 404)


def test_the_last_administrator_stays_and_names_are_told_apart(engine):
    """Nobody is locked out for good; two people never look like one."""
    with writing(engine) as session:
        admin, _ = accounts.make(session, Wanted(login="quan.tri", name="Quản Trị", role="admin"), "", NOW)
        with pytest.raises(AccountError, match="last administrator"):
            accounts.close(session, admin, NOW)
        for login, name, field in (
            ("quan.tri", "Khác", "login"), ("QUAN.TRI", "Khác", "login"), ("x", "Khác", "login"),
            ("a b c", "Khác", "login"), ("khac", "quản  trị", "name"), ("khac", "Ｑuản Trị", "name"),
            ("khac", "Quản\u200b Trị", "name"), ("khac", " ", "name"),
        ):  # fmt: skip
            with pytest.raises(AccountError) as error:
                accounts.make(session, Wanted(login=login, name=name, role="city"), "", NOW)
            assert error.value.field == field, (login, name)
        for role, field in (("district", "district"), ("school", "school"), ("boss", "role")):
            with pytest.raises(AccountError) as error:
                accounts.make(session, Wanted(login="khac", name="Khác", role=role), "", NOW)
            assert error.value.field == field
        assert [row.login for row in session.exec(select(Account)).all()] == ["quan.tri"]


def _secret_of(page):
    return page.split('name="secret" value="')[1].split('"')[0]


def test_a_session_that_waits_replaces_no_second_factor(engine, clock, person):
    """Who knows the password and waits at the set-up is asked for the code as soon as the person has set up a phone."""
    needed = Terms(second_factor=frozenset({"city"}))
    with (
        client(engine, role="", now=clock, access=needed) as thief,
        client(engine, role="", now=clock, access=needed) as owner,
    ):
        _sign_in(thief)
        secret = _secret_of(thief.get("/login/second-factor").text)
        _sign_in(owner)
        own = _secret_of(owner.get("/login/second-factor").text)
        assert owner.post(
            "/login/second-factor", data={"secret": own, "code": pyotp.TOTP(own).at(clock.at)}
        ).is_redirect
        code = pyotp.TOTP(secret).at(clock.at)
        assert thief.post("/login/second-factor", data={"secret": secret, "code": code}).status_code == 303
        assert thief.get("/accounts").headers["location"].startswith("/login")
        assert owner.get("/").status_code == 200
    with reading(engine) as session:
        assert own.encode() not in store.by_id(session, person).totp


def test_a_wrong_code_keeps_the_picture_that_the_phone_has_read(engine, clock, person):
    """Else no later code could be right."""
    with client(engine, role="", now=clock, access=Terms(second_factor=frozenset({"city"}))) as browser:
        _sign_in(browser)
        secret = _secret_of(browser.get("/login/second-factor").text)
        again = browser.post("/login/second-factor", data={"secret": secret, "code": "000000"})
        assert _secret_of(again.text) == secret


def test_another_phone_needs_the_password_and_ends_the_other_sessions(engine, clock, visitor, person):
    """A browser that was borrowed is no lasting way in; a wrong password counts as a failed login."""
    _sign_in(visitor)
    with client(engine, role="", now=clock) as phone:
        _sign_in(phone)
        secret = _secret_of(visitor.get("/account/second-factor").text)
        form = {"secret": secret, "code": pyotp.TOTP(secret).at(clock.at)}
        assert visitor.post("/account/second-factor", data={**form, "password": "wrong"}).status_code == 422
        assert phone.get("/").status_code == 200
        assert visitor.post("/account/second-factor", data={**form, "password": PASSWORD}).status_code == 303
        assert (visitor.get("/").status_code, phone.get("/").status_code) == (200, 303)
        answers = [visitor.post("/account/password", data={"old": f"x{n}", "new": NEW}).text for n in range(6)]
    assert ["sai quá nhiều lần" in answer for answer in answers] == [False] * 5 + [True]


def test_a_token_opens_the_api_and_no_page(engine, clock, visitor, person):
    """So it makes no other token, no account and no second factor; an empty one lets no cookie count either."""
    _sign_in(visitor)
    page = visitor.post("/account/tokens", data={"name": "Báo cáo", "scope": "write", "days": "1"}).text
    program = {"Authorization": f"Bearer crt_{page.split('crt_')[1].split('<')[0]}"}
    with client(engine, role="", now=clock) as browser:
        assert browser.get("/api/v1/totals", headers=program).status_code == 200
        for path in ("/", "/account", "/account/second-factor"):
            assert browser.get(path, headers=program).status_code == 303
        assert browser.post("/account/tokens", data={"name": "x"}, headers=program).headers["location"] == "/login"
    empty = {"Authorization": "", "Sec-Fetch-Site": "cross-site"}
    assert visitor.post("/api/v1/waivers", json={}, headers=empty).status_code == 403
    assert visitor.get("/api/v1/totals", headers={"Authorization": ""}).status_code == 401


def test_a_login_that_began_with_the_old_password_opens_nothing(engine, person):
    """The password was changed while it was compared."""
    with reading(engine) as session:
        kept = signing_in.kept_of(session, "lan.nt")
    with writing(engine) as session:
        account = store.by_id(session, person)
        accounts.change_password(session, account, kept, accounts.new_hash("lan.nt", PASSWORD, NEW), NOW, 0)
    with writing(engine) as session:
        assert signing_in.begin(session, "lan.nt", kept, Terms(), "a", "b", NOW) is None


def test_many_logins_with_a_code_from_one_address_do_not_wait(engine, clock, person):
    """What was right counts nowhere."""
    with client(engine, role="", now=clock, access=Terms(second_factor=frozenset({"city"}))) as browser:
        _sign_in(browser)
        secret = _secret_of(browser.get("/login/second-factor").text)
        form = {"secret": secret, "code": pyotp.TOTP(secret).at(clock.at)}
        browser.post("/login/second-factor", data=form)
        for _ in range(3):
            clock.at += timedelta(minutes=1)
            assert _sign_in(browser).status_code == 303
            assert browser.post("/login/code", data={"code": pyotp.TOTP(secret).at(clock.at)}).status_code == 303
    with reading(engine) as session:
        assert {row.failures for row in session.exec(select(LoginThrottle)).all()} <= {0}


def test_who_is_closed_works_nowhere_any_more(engine):
    """Assignments end with the account, so that the passwords it knew are listed; there is no first password for it."""
    with writing(engine) as session:
        device(session)
        account = account_of(session, "technician", "Kỹ thuật viên", schools=("079-DG-01",), now=NOW)
        accounts.close(session, account, NOW)
        (row,) = store.assignments(session, account.id)
        assert row.ends == NOW.date() - timedelta(days=1)
        with pytest.raises(AccountError, match="is closed"):
            accounts.reset(session, account, NOW)
