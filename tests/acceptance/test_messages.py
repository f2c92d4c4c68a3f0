"""Proof: a digest by e-mail on working days and signed webhooks; quiet when nothing changed; one line for a school that
nobody could reach; nothing in maintenance or before days without lessons; unsubscribing by kind; nothing comes twice.

Strategy: a mail server and a receiver of webhooks of our own on loopback, and the jobs of the timetable called by hand
at the moments that matter.
"""

import base64
import hashlib
import hmac
import json
import re
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import lxml.html
import pytest
import trustme
from sqlmodel import select

from camera_registry.config import MailSettings, WebhookSettings
from camera_registry.database import reading, writing
from camera_registry.models import AuditValues, Delivery, Mailed, Maintenance, Outage, Sweep, SweepItem, Webhook
from camera_registry.sending.mail import Post
from camera_registry.sending.post import Rules
from camera_registry.services import mailboxes
from camera_registry.services.deliveries import Deliverer
from camera_registry.services.digest_news import DigestNews
from camera_registry.services.mailing import Mailing
from camera_registry.services.noticing import Noticing
from camera_registry.services.waivers import Desk
from camera_registry.store import webhooks
from camera_registry.store.webhooks import WebhookPlace
from probes.outgoing import Networks
from standards.waiving.waivers import Terms
from tests.acceptance.pages import Watched, served
from tests.camera_registry import fleet
from tests.camera_registry.hook_server import hook_server
from tests.camera_registry.mail_server import mail_server
from tests.camera_registry.new_registry import new_registry
from tests.camera_registry.people import account_of, signed_in
from tests.camera_registry.web.served import VAULT, client
from tests.standards.sheets import EDITIONS

pytestmark = [pytest.mark.xdist_group("messages"), pytest.mark.timeout(120)]
MORNING = datetime(2026, 11, 26, 0, 35, tzinfo=UTC)
"""Thursday, 07:35 in Ho Chi Minh City."""
NIGHT, DAY = MORNING - timedelta(hours=5), timedelta(days=1)
LINKS = "https://camera.example"
PASSWORD = "m4rked-of-the-mail-server"
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
GOLDEN = Path(__file__).with_name("messages")


@pytest.fixture(scope="module")
def authority():
    """Contexts of a mail server and of a client that trusts it."""
    made, server, client_ = (
        trustme.CA(),
        ssl.create_default_context(ssl.Purpose.CLIENT_AUTH),
        ssl.create_default_context(),
    )
    made.issue_cert("localhost").configure_cert(server)
    made.configure_trust(client_)
    return server, client_


@pytest.fixture
def engine(tmp_path):
    """Two units with a school each; an officer of the first and its school want their digests."""
    made = new_registry(tmp_path / "registry.db")
    with writing(made) as session:
        first = fleet.school(session, "A-01", "Trường Tiểu học Đuốc Sống", district="26740")
        second = fleet.school(session, "B-02", "Trường THCS <Văn> Lang", district="26741")
        fleet.device(session, first, "DG-01", kind="nvr", host="192.168.1.64", username="quansat")
        fleet.device(session, first, "CAM-01", host="192.168.1.65")
        fleet.device(session, second, "DG-01", kind="nvr", host="192.168.2.64")
        for role, name, where, kind in (
            ("district", "Trần Văn Bình", {"district": "26740"}, "digest_district"),
            ("school", "Lê Thị Hoa", {"schools": ("A-01",)}, "digest_school"),
        ):
            account = account_of(session, role, name, now=MORNING - DAY, **where)
            mailboxes.put(session, account.id, role, f"{role}@truong.example", [kind, "waivers"], name, MORNING - DAY)
    yield made
    made.dispose()


@pytest.fixture
def post(tmp_path, authority):
    """A mail server, and what hands letters to it: STARTTLS with a login."""
    (tmp_path / "password").write_text(PASSWORD)
    with mail_server(authority[0]) as received:
        settings = MailSettings(host="localhost", port=received.port, username="camera", sender="camera@c.example",
                                password_file=str(tmp_path / "password"), links=LINKS, timeout_s=5,
                                tries=3)  # fmt: skip
        yield received, Post(settings, authority[1])


def _mail(engine, post, now=MORNING, lang="vi"):
    """The job of the mails at this moment; how many were sent."""
    return Mailing(engine, post.settings, post.send, lambda: EDITIONS, lambda: _desk(now), lang).run()


def _desk(now):
    return Desk(now, Terms(), "Asia/Ho_Chi_Minh")


def _night(engine, out=(), at=NIGHT, *, school_day=True):
    """A night that ended: devices of the schools `out` were out of reach; what comes of it is noticed."""
    with writing(engine) as session:
        sweep = Sweep(night=at.isoformat(), state="done", school_day=school_day, planned_at=at - timedelta(hours=3),
                      started_at=at - timedelta(hours=3), ended_at=at)  # fmt: skip
        session.add(sweep)
        session.flush()
        for device in session.exec(select(fleet.Device)).all():
            code = session.get_one(fleet.School, device.school_id).code
            state = {"state": "failed", "reason": "unreachable"} if code in out else {"state": "done"}
            item = {"sweep_id": sweep.id, "site_id": device.site_id, "device_id": device.id, "ended_at": at, **state}
            session.add(SweepItem(**item))
    return Noticing(engine, lambda: at + timedelta(minutes=1)).after_sweeps()


def _fails(engine, code="A-01", at=NIGHT, rule="resolution-main", **values):
    with writing(engine) as session:
        school = session.exec(select(fleet.School).where(fleet.School.code == code)).one()
        device = session.exec(select(fleet.Device).where(fleet.Device.school_id == school.id)).first()
        return fleet.finding(session, device, 1, rule, since=at, seen_at=at, **values).id


def _texts(received):
    return [came.get_body(("plain",)).get_content().replace("\r\n", "\n") for came in received.messages]


def _window(engine, begins, ends, **place):
    with writing(engine) as session:
        session.add(Maintenance(begins=begins, ends=ends, why="Cắt điện", by="x", at=begins, **place))


def _is_golden(name, text):
    text = re.sub(r"/unsubscribe/\d+/(\w+)/[0-9a-f]{64}", r"/unsubscribe/N/\1/SIGNATURE", text)
    assert text == (GOLDEN / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_digest_is_the_golden_one(engine, post, lang):
    """New failures, resolved ones, a school out of reach and one that is back: by school, with links, for what the
    person sees; neither an address of a device, nor a login, nor an account stands in it.
    """
    received, sender = post
    with writing(engine) as session:
        unit = session.exec(select(fleet.District).where(fleet.District.code == "26740")).one()
        fleet.device(session, fleet.school(session, "A-03", "Trường Mầm non 6"), "DG-01", host="192.168.3.64")
        back = fleet.school(session, "A-04", "Trường Mầm non 7")
        fleet.device(session, back, "DG-01", host="192.168.4.64")
        session.add(Outage(school_id=back.id, began_at=NIGHT - 3 * DAY, noticed_at=NIGHT - 3 * DAY))
        assert unit.id == back.managed_by
    for rule in ("resolution-main", "codec-main"):
        _fails(engine, rule=rule)
    with writing(engine) as session:
        row = session.get_one(fleet.FindingRecord, _fails_before(session))
        row.until = NIGHT
        session.add(row)
        device = session.get_one(fleet.Device, row.device_id)
        fleet.finding(session, device, 1, row.rule, outcome="pass", since=NIGHT)
    _fails(engine, "B-02")
    _night(engine, out=("A-03",))
    assert _mail(engine, sender, lang=lang) == 2
    whole = next(came for came in received.messages if came["to"].startswith("district"))
    text, html = (whole.get_body((kind,)).get_content().replace("\r\n", "\n") for kind in ("plain", "html"))
    _is_golden(f"digest.{lang}.txt", f"{whole['subject']}\n\n{text}")
    _is_golden(f"digest.{lang}.html", html)
    for each in (*_texts(received), html):
        assert not re.search(r"192\.168|quansat|DG-01|CAM-01|Lang", each)


def _fails_before(session):
    device = session.exec(select(fleet.Device).where(fleet.Device.code == "CAM-01")).one()
    return fleet.finding(session, device, 1, "bit-rate-main", since=NIGHT - 9 * DAY).id


def test_nothing_is_sent_when_nothing_changed(engine, post):
    """Not even that nothing changed; the next day brings what came since."""
    received, sender = post
    _night(engine)
    assert _mail(engine, sender) == 0
    assert received.messages == []
    with reading(engine) as session:
        assert {row.state for row in session.exec(select(Mailed)).all()} == {"quiet"}
    _fails(engine, at=NIGHT + DAY)
    assert _mail(engine, sender, MORNING + DAY) == 2
    assert "1 tiêu chí mới chưa đạt" in received.messages[0]["subject"]


def test_it_is_sent_once_whatever_is_restarted_and_made_up_for_the_same_day(engine, post):
    """Before 07:30 nothing; at noon, after a morning that was missed, once; then not again that day."""
    received, sender = post
    _fails(engine)
    assert _mail(engine, sender, MORNING - timedelta(minutes=6)) == 0
    noon = MORNING + timedelta(hours=5)
    assert _mail(engine, sender, noon) == 2
    for later in range(3):  # each a new program, with nothing but the database
        assert _mail(engine, sender, noon + timedelta(hours=later)) == 0
    assert len(received.messages) == 2
    with writing(engine) as session:  # a program that died while it handed a letter over
        row = session.exec(select(Mailed).where(Mailed.kind == "digest_district")).one()
        row.day, row.state = row.day + DAY, "sending"
        session.add(row)
    _fails(engine, at=NIGHT + DAY, rule="codec-main")
    _mail(engine, sender, MORNING + DAY)
    assert [came["to"] for came in received.messages[2:]] == ["school@truong.example"]


def test_no_mail_on_days_without_work(engine, post):
    """Sunday, and the second of September."""
    _, sender = post
    _fails(engine, at=datetime(2026, 9, 1, 20, tzinfo=UTC))
    for now in (datetime(2026, 11, 29, 1, tzinfo=UTC), datetime(2026, 9, 2, 1, tzinfo=UTC)):
        assert _mail(engine, sender, now) == 0


def test_a_server_that_does_not_take_it_is_tried_later_and_not_for_ever(engine, post, caplog):
    """Three tries here; what failed is not lost for the next day, and the log holds no password."""
    received, sender = post
    _fails(engine)
    with writing(engine) as session:
        session.delete(session.exec(select(mailboxes.Mailbox).where(mailboxes.Mailbox.address.like("school%"))).one())
    received.refuse = 1
    assert _mail(engine, sender) == 0
    assert _mail(engine, sender, MORNING + timedelta(seconds=30)) == 0
    assert _mail(engine, sender, MORNING + timedelta(minutes=1)) == 1
    received.refuse = 3
    _fails(engine, at=NIGHT + DAY, rule="codec-main")
    for minute in range(5):
        _mail(engine, sender, MORNING + DAY + timedelta(minutes=minute))
    assert (len(received.messages), received.refuse) == (1, 0)
    assert _mail(engine, sender, MORNING + 4 * DAY) == 1
    assert "1 tiêu chí mới" in received.messages[1]["subject"]
    assert "451" in caplog.text
    assert PASSWORD not in caplog.text


def test_a_whole_school_is_one_line_and_back_another(engine, post):
    """No line for each of its devices; nothing the days between; "hết" when it is back."""
    received, sender = post
    _night(engine)
    _night(engine, out=("A-01",), at=NIGHT + timedelta(minutes=9))
    _fails(engine, at=NIGHT + timedelta(minutes=9), outcome="unknown")
    assert _mail(engine, sender) == 2
    assert _texts(received)[0].count("Đuốc Sống") == 1
    assert "không tới được thiết bị nào" in _texts(received)[0]
    friday, monday = MORNING + DAY, MORNING + 4 * DAY
    _night(engine, out=("A-01",), at=NIGHT + DAY)
    assert _mail(engine, sender, friday) == 0
    _night(engine, at=NIGHT + 4 * DAY)
    assert _mail(engine, sender, monday) == 2
    assert "hết mất liên lạc" in _texts(received)[2]


@pytest.mark.parametrize("place", ["all", "district", "school", "holiday"])
def test_announced_maintenance_is_no_news(engine, post, place):
    """Of a school, of its unit, of all; nor is a night before a day without lessons. Another unit's is no excuse."""
    _, sender = post
    with reading(engine) as session:
        school = session.exec(select(fleet.School).where(fleet.School.code == "A-01")).one()
        other = session.exec(select(fleet.School).where(fleet.School.code == "B-02")).one()
    where = {"all": {}, "district": {"district_id": school.managed_by}, "school": {"school_id": school.id}}
    if place in where:
        _window(engine, NIGHT - timedelta(hours=1), NIGHT + timedelta(hours=1), **where[place])
        _fails(engine)
    _window(engine, NIGHT - timedelta(hours=1), NIGHT + timedelta(hours=1), school_id=other.id)
    _night(engine, out=("A-01", "B-02"), school_day=place != "holiday")
    assert _mail(engine, sender) == 0
    with reading(engine) as session:
        assert session.exec(select(Outage)).all() == []


def test_a_kind_ends_with_one_click_and_without_signing_in(engine, post):
    """The link of the mail: GET asks and changes nothing; POST, as a program of e-mail sends it (RFC 8058), ends this
    kind and no other, written down. A link of another kind or person is worth nothing.
    """
    received, sender = post
    _fails(engine)
    _mail(engine, sender)
    came = next(each for each in received.messages if each["to"].startswith("school"))
    assert came["list-unsubscribe-post"] == "List-Unsubscribe=One-Click"
    path = came["list-unsubscribe"].strip(" <>").removeprefix(LINKS)
    with client(engine, role="") as browser:
        del browser.headers["sec-fetch-site"]
        assert browser.get(path).status_code == 200
        assert _kinds(engine, "school") == ("digest_school", "waivers")
        for wrong in (path.replace("digest_school", "waivers"), f"{path[:-1]}{'1' if path[-1] == '0' else '0'}",
                      re.sub(r"/unsubscribe/\d+", "/unsubscribe/1", path)):  # fmt: skip
            assert browser.post(wrong, data={"List-Unsubscribe": "One-Click"}).status_code == 404
        assert browser.post(path, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    assert _kinds(engine, "school") == ("waivers",)
    assert _kinds(engine, "district") == ("digest_district", "waivers")
    with reading(engine) as session:
        told = [json.loads(row.body) for row in session.exec(select(AuditValues)).all()]
    assert [each["details"] for each in told if each["details"].get("what") == "digest_school"] == [
        {"what": "digest_school"}]  # fmt: skip
    assert "@" not in json.dumps(told)


def _kinds(engine, role):
    with reading(engine) as session:
        wanted = select(mailboxes.Mailbox).where(mailboxes.Mailbox.address == f"{role}@truong.example")
        return mailboxes.kinds_of(session.exec(wanted).one())


def _hook(engine, address, kinds, district=None):
    with writing(engine) as session:
        unit = session.exec(select(fleet.District.id).where(fleet.District.code == district)).first()
        made = Webhook(name="Trung tâm", address=address, kinds="; ".join(kinds), made_by="x", made_at=MORNING)
        made.district_id = unit
        session.add(made)
        session.flush()
        made.sealed = VAULT.seal(SECRET, WebhookPlace(made.id))
        session.add(made)


def _deliver(engine, now=MORNING, rules=None):
    open_ = rules or Rules(lambda: Networks(loopback=True), http=True, timeout_s=5)
    return Deliverer(engine, lambda: VAULT, open_, WebhookSettings(tries=3), lambda: now).run()


def test_webhooks_are_told_once_signed_and_by_unit(engine):
    """A school out of reach, the sweep, the digest: each to whoever asked for it; independent code verifies the
    signature; a restart sends nothing twice.
    """
    with hook_server() as everything, hook_server() as unit:
        _hook(engine, everything.address, ("sweep_ended", "school_unreachable", "digest"))
        _hook(engine, unit.address, ("sweep_ended", "school_unreachable", "school_back", "digest"), "26741")
        _fails(engine)
        _night(engine, out=("A-01",))
        assert Noticing(engine, lambda: MORNING).after_sweeps() == 0
        assert DigestNews(engine, "07:30", lambda: EDITIONS, lambda: _desk(MORNING)).run() == 1
        assert DigestNews(engine, "07:30", lambda: EDITIONS, lambda: _desk(MORNING)).run() == 0
        assert (_deliver(engine), _deliver(engine)) == (3, 0)
        assert unit.came == []
        told = [json.loads(body) for _, _, body in everything.came]
        assert sorted(each["type"] for each in told) == ["digest", "school.unreachable", "sweep.ended"]
        for _, headers, body in everything.came:
            text = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
            expected = hmac.digest(base64.b64decode(SECRET[6:]), text, hashlib.sha256)
            assert headers["webhook-signature"] == f"v1,{base64.b64encode(expected).decode()}"
            assert int(headers["webhook-timestamp"]) == MORNING.timestamp()
            assert not re.search(rb"192\.168|quansat", body)
        assert len({headers["webhook-id"] for _, headers, _ in everything.came}) == 3
        assert next(each for each in told if each["type"] == "school.unreachable")["data"]["school_code"] == "A-01"


def test_a_receiver_that_fails_is_tried_later_and_not_for_ever(engine):
    """After one minute, then two: three tries here; 410 switches it off; a redirect counts as a failure."""
    with hook_server() as hook:
        _hook(engine, hook.address, ("sweep_ended",))
        _night(engine)
        hook.answers += [(500, {}), (302, {"location": "http://127.0.0.1:1/"}), (200, {})]
        moments = [MORNING + timedelta(seconds=s) for s in (0, 30, 60, 100, 180)]
        assert [_deliver(engine, now) for now in moments] == [0, 0, 0, 0, 1]
        assert len({headers["webhook-id"] for _, headers, _ in hook.came}) == 1
        hook.answers += [(410, {})]
        _night(engine, at=NIGHT + DAY)
        assert _deliver(engine, MORNING + DAY) == 0
    with reading(engine) as session:
        assert [row.state for row in session.exec(select(Delivery)).all()] == ["sent", "failed"]
        assert not session.exec(select(Webhook)).one().active


def test_a_webhook_reaches_nobody_who_is_refused(engine):
    """This machine and metadata addresses, unless the settings say otherwise: nothing is sent, and it is said why."""
    with hook_server() as hook:
        _hook(engine, hook.address.replace("http:", "https:"), ("sweep_ended",))
        _hook(engine, "https://169.254.169.254/latest", ("sweep_ended",))
        _night(engine)
        assert _deliver(engine, rules=Rules(lambda: Networks(), timeout_s=2)) == 0
        assert hook.came == []
    with reading(engine) as session:
        errors = {row.error for row in session.exec(select(Delivery)).all()}
    assert {word for error in errors for word in ("loopback", "metadata") if word in error} == {"loopback", "metadata"}


def test_a_dead_program_is_made_up_for(engine):
    """One that died between counting a try and its answer: the message is tried again with the same id."""
    with hook_server() as hook:
        _hook(engine, hook.address, ("sweep_ended",))
        _night(engine)
        with writing(engine) as session:
            webhooks.plan(session, MORNING)
            row = session.exec(select(Delivery)).one()
            row.attempts, row.next_at = 1, MORNING + timedelta(minutes=1)
            session.add(row)
        assert (_deliver(engine), _deliver(engine, MORNING + timedelta(minutes=1))) == (0, 1)
        assert hook.came[0][1]["webhook-id"] == f"msg_{row.id}"


def test_the_pages_of_messages(tmp_path, browser):
    """A person chooses kinds, an officer announces maintenance, an administrator adds a webhook whose secret is shown
    once and sealed; on a phone, too; roles that may not do not see it.
    """
    (tmp_path / "var").mkdir()
    engine, now = new_registry(tmp_path / "var" / "registry.db"), datetime.now(UTC)
    with writing(engine) as session:
        fleet.school(session, "A-01")
    with served(tmp_path, {"CAMERA_REGISTRY_WEBHOOKS__HTTP": "true"}) as address:
        watched = Watched(browser, address, 1280, "vi", signed_in(engine, "admin", "Quản Trị", now=now))
        page = watched.open("/webhooks")
        page.fill("#name", "Trung tâm")
        page.fill("#address", "http://trung-tam.example/hook")
        page.get_by_label("Mất liên lạc").check()
        page.get_by_role("button", name="Thêm", exact=True).click()
        secret = page.locator("code", has_text="whsec_").inner_text()
        _fits(watched)
        assert secret not in watched.open("/webhooks").content()
        page = watched.open("/maintenance")
        page.fill("#begins", "2026-11-30T08:00")
        page.fill("#ends", "2026-12-01T17:00")
        page.fill("#why", "Cắt điện")
        page.fill("#school", "A-01")
        page.get_by_role("button", name="Lưu").click()
        page.get_by_text("Đã lưu").wait_for()
        _fits(watched)
        page = watched.open("/account")
        page.fill("[name=address]", "quan.tri@hcm.example")
        page.get_by_label("Bản tin sáng").check()
        page.locator("form[action='/account/messages'] button").click()
        page.get_by_text("Đã lưu địa chỉ").wait_for()
        _fits(watched)
        assert watched.wrong == []
        watched.context.close()
    with reading(engine) as session:
        row = session.exec(select(Maintenance)).first()
        assert row.begins == datetime(2026, 11, 30, 1, tzinfo=UTC)  # 08:00 in the zone of the settings
        told = json.dumps([row.body for row in session.exec(select(AuditValues)).all()])
    assert "whsec_" not in told
    assert secret.encode() not in (tmp_path / "var" / "registry.db").read_bytes()
    for role, paths in (("school", ("/webhooks", "/maintenance")), ("district", ("/webhooks",))):
        where = {"schools": ("A-01",)} if role == "school" else {"district": "26740"}
        with client(engine, role, f"Người {role}", **where) as one:
            assert [one.get(path).status_code for path in paths] == [404] * len(paths)
    engine.dispose()


def _fits(watched):
    """The page is no wider than a screen, nor than a phone."""
    for width in (360, 1280):
        watched.page.set_viewport_size({"width": width, "height": 900})
        assert watched.overflow() == 0


def test_letters_can_be_parsed_by_others():
    """The golden HTML is one document, whose links are absolute."""
    for lang in ("vi", "en"):
        html = (GOLDEN / f"digest.{lang}.html").read_text(encoding="utf-8")
        assert html.startswith(f'<!doctype html><html lang="{lang}">')
        assert lxml.html.document_fromstring(html).xpath("count(//body//a[starts-with(@href, 'https://')])") > 3
