"""Proof: an erased school is in no table and in no byte of the files, and nothing of another school is touched."""

import json
import re
import zlib
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select
from sqlmodel import col

from camera_registry import cli, daylight
from camera_registry.audit.doing import Actor, Doing
from camera_registry.database import open_database, reading, writing
from camera_registry.models import (
    Acceptance,
    AcceptanceChannel,
    AcceptanceLook,
    Account,
    Agent,
    AgentOrder,
    AgentSite,
    AnswerRecord,
    ApiToken,
    Assignment,
    AuditValues,
    Batch,
    BundleRecord,
    ChangeRecord,
    Channel,
    Delivery,
    Device,
    Discovery,
    FoundUnit,
    GivenAnswer,
    Handover,
    LaptopKey,
    LoginSession,
    Mailbox,
    Mailed,
    Maintenance,
    NewsItem,
    NotSame,
    OnSiteRecord,
    Outage,
    Period,
    Photo,
    ProposedPair,
    Reply,
    ReplyPhoto,
    School,
    Sending,
    Site,
    Sweep,
    SweepItem,
    SweepSite,
    Table,
    UnitRecord,
    WaiverRecord,
    Webhook,
)
from camera_registry.services import acceptance as services
from camera_registry.services import audit
from camera_registry.services.audit import recorded
from camera_registry.services.period_figures import Source, figures
from camera_registry.services.period_values import sha256_of
from camera_registry.services.periods import freeze, frozen
from camera_registry.services.record import record
from camera_registry.services.waivers import Desk
from camera_registry.store import credentials, erasing
from camera_registry.store.edits import begin_batch
from camera_registry.store.erasing import ERASED, LET_GO, SCHOOL
from camera_registry.vault import open_vault
from probes.login import LoginState
from probes.target import Remembered
from standards.waiving.waivers import Terms
from tests.camera_registry import fleet
from tests.camera_registry.new_registry import new_registry
from tests.standards.sheets import EDITIONS, NOW, observed

GONE, STAYS = "79760001", "79760002"
MARKS = {
    "name": "Mầm non Đánh Dấu", "contact_name": "Nguyễn Đánh Dấu", "contact_phone": "0987650001",
    "contact_email": "danhdau@example.vn", "address": "1 Đường Đánh Dấu", "device": "DANHDAU-01",
    "username": "danhdau-user", "host": "10.98.76.54", "answer": "Ghi chú đánh dấu", "attachment": "danhdau.pdf",
    "earlier": "0987651111", "login": "danhdau.truong", "person": "Lê Thị Đánh Dấu",
}  # fmt: skip
"""Texts that stand, or stood, in the registry for the erased school alone."""


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """The files of a registry with two schools, of which one is marked and has a row in every table."""
    folder = tmp_path_factory.mktemp("town")
    engine = new_registry(folder / "registry.db")
    vault = open_vault(folder / "registry.key", {}, sealed_exist=False)
    with writing(engine) as session:
        for code in (GONE, STAYS):
            _register(session, vault, code)
        _mark(session)
        _say(session)
        _accept(session)
        _people(session)
    with writing(engine) as session:  # the sums of schools stand when what they are made of is committed
        _report(session)
    _changed_before(engine)
    person = MARKS["login"]
    with recorded(engine, Doing(Actor(person, MARKS["person"]), "login"), NOW):
        pass
    with recorded(engine, Doing(Actor("quan.tri"), "account_create", {"account": person}), NOW):
        pass
    for school in (GONE, STAYS):
        with recorded(engine, Doing(Actor("an"), "seen_on_site", {"school": school}, {"by": "Lê An"}), NOW):
            pass
    engine.dispose()
    return folder


@pytest.fixture
def folder(kept, tmp_path, monkeypatch):
    """A copy of that registry in the folder where commands run."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "var").mkdir()
    for name in ("registry.db", "registry.key"):
        (tmp_path / "var" / name).write_bytes((kept / name).read_bytes())
    return tmp_path


def _one(session, model, **values):
    conditions = [getattr(model, name) == value for name, value in values.items()]
    return session.exec(select(model).where(*conditions).limit(1)).scalars().one()


def _changed_before(engine):
    """A telephone number that was another one, in a database that does not overwrite what it lets go."""
    for phone in (MARKS["earlier"] * 40, MARKS["contact_phone"]):
        with writing(engine) as session:
            session.connection().exec_driver_sql("PRAGMA secure_delete=OFF")
            _one(session, School, code=GONE).contact_phone = phone


def _register(session, vault, code):
    """A school with a recorder and a camera; the recorder has a login, was looked at and judged."""
    school = fleet.school(session, code)
    recorder = fleet.device(session, school, "DG-01", kind="nvr")
    fleet.device(session, school, "CAM-01")
    login = credentials.put(session, vault, recorder.id, "quansat", "secret", NOW)
    taken = Remembered(logins={credentials.name_of(login): LoginState().succeeded("onvif")})
    seen = replace(observed({}, NOW), remembered=taken)
    record(session, recorder.id, seen, EDITIONS, NOW, daylight.always)
    fleet.finding(session, recorder, 1)


def _mark(session):
    school = _one(session, School, code=GONE)
    school.name, school.contact_name = MARKS["name"], MARKS["contact_name"]
    school.contact_phone, school.contact_email = MARKS["contact_phone"], MARKS["contact_email"]
    _one(session, Site, school_id=school.id).address = MARKS["address"]
    device = _one(session, Device, school_id=school.id, code="DG-01")
    device.code, device.username, device.host = MARKS["device"], MARKS["username"], MARKS["host"]
    session.flush()


def _say(session):
    """What people say of the school, and of its neighbour; the neighbour's camera is recorded by a recorder of it."""
    school, device, channel = _marked(session)
    other = _one(session, School, code=STAYS)
    theirs = _one(session, Channel, device_id=_one(session, Device, school_id=other.id, code="CAM-01").id)
    theirs.recorded_as = channel.id
    said = {"by": "Lê An", "at": NOW, "note": MARKS["answer"], "attachment_name": MARKS["attachment"]}
    waiver = {"rule": "codec-main", "reason": MARKS["answer"], "begins": date(2026, 11, 1), "ends": date(2027, 1, 1),
              "zone": "UTC", "level": "school", "asked_by": "Lê An", "asked_at": NOW}  # fmt: skip
    session.add_all(
        [
            AnswerRecord(rule="retention", subject="school", school_id=school.id, met=True, **said),
            OnSiteRecord(channel_id=channel.id, **said),
            ChangeRecord(device_id=device.id, at=NOW, kind="reset"),
            UnitRecord(device_id=device.id, since=NOW, seen_at=NOW, serial="DANHDAU-SN"),
            *(WaiverRecord(scope=kind, **{f"{kind}_id": row.id}, **waiver)
              for kind, row in (("school", school), ("device", device), ("channel", channel))),
            WaiverRecord(scope="district", district_id=school.managed_by, **{**waiver, "reason": "Cả phường"}),
            WaiverRecord(scope="model", make="Dahua", model="NVR4216-16P", **{**waiver, "reason": "Cả dòng"}),
            WaiverRecord(scope="school", school_id=other.id, **{**waiver, "reason": "Trường khác"}),
        ]
    )  # fmt: skip
    asked = Sweep(night="asked", kind="asked", state="done", scope=f"device:{GONE}/{MARKS['device']}", planned_at=NOW)
    session.add(asked)
    session.flush()
    session.add(SweepSite(sweep_id=asked.id, site_id=device.site_id, state="done"))
    session.add(SweepItem(sweep_id=asked.id, site_id=device.site_id, device_id=device.id, state="done", ended_at=NOW))
    session.flush()


def _people(session):
    """Somebody of the school who has signed in, with a token; a technician who works there."""
    school = _one(session, School, code=GONE)
    known = {"login": MARKS["login"], "name": MARKS["person"], "seen_name": "x", "password": "x", "made_at": NOW}
    person = Account(role="school", school_id=school.id, **known)
    technician = Account(login="ktv", name="KTV", seen_name="ktv", role="technician", password="x", made_at=NOW)
    session.add_all([person, technician])
    session.flush()
    session.add(LoginSession(account_id=person.id, token="a", begun_at=NOW, seen_at=NOW))
    session.add(ApiToken(account_id=person.id, name="x", token="b", made_at=NOW, ends_at=NOW))
    channel = _one(session, Channel, device_id=_one(session, Device, code=MARKS["device"]).id)
    reply = Reply(school_id=school.id, channel_id=channel.id, rule="x", note="x", by=MARKS["person"], at=NOW)
    session.add(reply)
    session.flush()
    session.add(ReplyPhoto(reply_id=reply.id, sha256="x", width=1, height=1, sealed=b"x", at=NOW))
    session.add(Photo(channel_id=channel.id, sha256="x", width=1, height=1, sealed=b"x", by=MARKS["person"], at=NOW))
    handed = {"by": MARKS["person"], "reason": MARKS["answer"], "day": date(2026, 11, 1), "at": NOW}
    session.add(Handover(school_id=school.id, channel_id=channel.id, state="returned", **handed))
    session.add(Mailbox(account_id=person.id, address="danhdau@example.vn", secret="x", set_by="x", set_at=NOW))
    session.add(Mailed(account_id=person.id, kind="digest_school", day=date(2026, 11, 1), state="sent", at=NOW))
    session.add(Outage(school_id=school.id, began_at=NOW, noticed_at=NOW))
    session.add(Maintenance(school_id=school.id, begins=NOW, ends=NOW, why=MARKS["answer"], by="x", at=NOW))
    hook = Webhook(name="x", address="https://x.example", made_by="x", made_at=NOW, active=False)
    news = NewsItem(key="x", kind="school_back", at=NOW, school_id=school.id, body=MARKS["name"])
    session.add_all([hook, news])
    session.flush()
    session.add(Delivery(news_id=news.id, webhook_id=hook.id, next_at=NOW))
    agent = Agent(code="TRAM-1", name="x", made_by="x", made_at=NOW)
    session.add(agent)
    session.flush()
    site, sweep = _one(session, Site, school_id=school.id), session.scalars(select(Sweep)).first()
    session.add(AgentSite(site_id=site.id, agent_id=agent.id))
    order = {"agent_id": agent.id, "sweep_id": sweep.id, "site_id": site.id, "made_at": NOW, "ends_by": NOW}
    session.add(AgentOrder(id=7, owner="agent/TRAM-1/x", **order))
    keys = [LaptopKey(account_id=each.id, public=b"x", fingerprint="x", since=NOW) for each in (person, technician)]
    session.add_all(keys)
    session.flush()
    made = {"school_id": school.id, "key_id": keys[1].id, "by": MARKS["person"], "at": NOW, "made_at": NOW}
    session.add(BundleRecord(sha256="x", made_by=MARKS["login"], looks=1, taken=1, **made))
    session.add(GivenAnswer(account_id=person.id, key="k", digest="x", status=200, body="{}", at=NOW))
    several = f'{{"changes": [{{"school": "{GONE}", "device": "{MARKS["device"]}"}}, {{"school": "{STAYS}"}}]}}'
    session.add(GivenAnswer(account_id=technician.id, key="k", digest="y", status=200, body=several, at=NOW))
    _look_alikes(session)
    begin_batch(session, Batch(kind="bulk", account_id=person.id, by=MARKS["person"], at=NOW))
    session.add(Assignment(account_id=technician.id, school_id=school.id, begins=date(2026, 11, 1)))
    session.flush()


def _report(session):
    """Somebody said that the school has sent its report; figures of its unit are frozen with its name in them."""
    school = _one(session, School, code=GONE)
    days = dict.fromkeys(("cut_off", "due_unit", "due_city"), date(2026, 10, 4))
    period = Period(school_year="2026-2027", kind="plan", **days)
    session.add(period)
    session.flush()
    session.add(Sending(period_id=period.id, school_id=school.id, by=MARKS["person"], at=NOW))
    made = figures(session, Source(EDITIONS, None, Desk(NOW, Terms(), "Asia/Ho_Chi_Minh")), None)
    freeze(session, ("2026-2027", "plan"), made, "Lê An", date(2026, 10, 4))


def _look_alikes(session):
    """What a discovery found at the school, and what somebody said of two of its devices."""
    school, device, channel = _marked(session)
    at = {"school_id": school.id, "site_id": device.site_id}
    session.add(FoundUnit(address="10.99.0.7", mac=MARKS["person"], first_seen_at=NOW, last_seen_at=NOW, **at))
    session.add(Discovery(by=MARKS["person"], asked_at=NOW, state="done", **at))
    pair = {"channel_id": channel.id, "recorded_id": channel.id}
    session.add(ProposedPair(school_id=school.id, reason="name", said=MARKS["name"], at=NOW, **pair))
    session.add(NotSame(device_id=device.id, other_id=device.id, by=MARKS["person"], at=NOW))


def _accept(session):
    """An acceptance of the school alone, and a closed one of both schools."""
    _, device, channel = _marked(session)
    theirs = _one(session, Device, school_id=_one(session, School, code=STAYS).id, code="CAM-01")
    result = {
        "code": "HD-2",
        "result": "accepted",
        "channels": [{"channel": f"{GONE}/{MARKS['device']}/1", "name": "a"}, {"channel": f"{STAYS}/CAM-01/1"}],
        "devices": [{"device": f"{GONE}/{MARKS['device']}", "looks": []}, {"device": f"{STAYS}/CAM-01", "looks": []}],
    }
    text = services.canonical(result)
    known = {"edition_sha256": "a", "asked_by": "Lê An", "begins": NOW, "ends": NOW + timedelta(days=1), "looks": 4}
    alone = Acceptance(code="HD-1", name=MARKS["name"], **known)
    both = Acceptance(code="HD-2", name="Gói thầu", state="closed", result=zlib.compress(text),
                      result_sha256="before", **known)  # fmt: skip
    session.add_all([alone, both])
    session.flush()
    of = _one(session, Channel, device_id=theirs.id)
    pairs = ((alone.id, channel.id), (both.id, channel.id), (both.id, of.id))
    session.add_all(AcceptanceChannel(acceptance_id=a, channel_id=c) for a, c in pairs)
    session.add_all(
        AcceptanceLook(acceptance_id=both.id, device_id=d.id, at=NOW, body=zlib.compress(b"{}"))
        for d in (device, theirs)
    )
    session.flush()


def _marked(session):
    school = _one(session, School, code=GONE)
    device = _one(session, Device, school_id=school.id, code=MARKS["device"])
    return school, device, _one(session, Channel, device_id=device.id, index=1)


def _rows(folder):
    """How many rows there are in each table."""
    engine = open_database(f"sqlite:///{folder / 'var/registry.db'}")
    with reading(engine) as session:
        tables = Table.metadata.tables.values()
        return {t.name: session.connection().execute(select(func.count()).select_from(t)).scalar_one() for t in tables}


def _session(folder):
    return reading(open_database(f"sqlite:///{folder / 'var/registry.db'}"))


def _found(folder):
    """The marks of the school that stand anywhere in a file of the folder."""
    files = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    marks = {**MARKS, "code": GONE}
    return {(name, path.name) for name, mark in marks.items() for path, body in files.items() if mark.encode() in body}


def _erase(*more):
    return cli.main(["erase", GONE, "--yes", GONE, *more])


def test_every_table_that_leads_to_a_school_is_erased():
    """A table with a key to a school, a site, a device, a channel, a stream, or to a table of these, stands in ERASED,
    after all that hang on it; every column that leads there is named, or is one that is emptied.
    """
    leading, grown = {SCHOOL}, True
    while grown:
        found = {
            t.name for t in Table.metadata.tables.values() if {k.column.table.name for k in t.foreign_keys} & leading
        }
        grown, leading = not found <= leading, leading | found
    assert {each.table for each in ERASED} == leading
    for position, each in enumerate(ERASED):
        table = Table.metadata.tables[each.table]
        keys = {k.parent.name: k.column.table.name for k in table.foreign_keys if k.column.table.name in leading}
        emptied = {column: to for name, column, to in LET_GO if name == each.table}
        assert keys == {**each.by, **emptied}, each.table
        later = {e.table for e in ERASED[position + 1 :]}
        assert set(each.by.values()) <= later, each.table


def test_nothing_of_an_erased_school_is_in_a_table_or_a_file(folder, capsys):
    """Name, address, contact, codes, user name, host and what people wrote are in no byte of the database, its log or
    anything else in the folder; before, all of them were.
    """
    assert {name for name, _ in _found(folder)} == {*MARKS, "code"}
    assert _erase() == 0
    assert _found(folder) == set()
    assert "không còn dữ liệu đã xóa trong tệp" in capsys.readouterr().out


def test_a_dry_run_counts_what_is_erased_and_changes_nothing(folder, capsys):
    """Each table is named with its rows, of which there are some in every one; the real one deletes as many."""
    before = _rows(folder)
    assert cli.main(["erase", GONE, "--dry-run", "--lang", "en"]) == 0
    told = dict(re.findall(r"^  (\w+): (\d+)$", capsys.readouterr().out, re.MULTILINE))
    assert _rows(folder) == before
    assert set(told) == {*(each.table for each in ERASED), "acceptance", "sweep", "auditvalues"}
    assert _erase() == 0
    left = {name: n - int(told.get(name, 0)) for name, n in before.items()}
    assert _rows(folder) == left | {"auditrecord": 5, "auditvalues": 2, "auditerased": 3}


def test_what_is_of_others_stays(folder):
    """Exceptions for a unit, a model and another school stand; the neighbour's camera has only lost its recorder."""
    assert _erase() == 0
    with _session(folder) as session:
        scopes = session.exec(select(col(WaiverRecord.scope), col(WaiverRecord.reason))).all()
        theirs = session.exec(select(Channel).where(col(Channel.recorded_as).is_not(None))).all()
        codes = session.exec(select(School.code, Device.code).join(Device)).all()
    assert sorted(map(tuple, scopes)) == [("district", "Cả phường"), ("model", "Cả dòng"), ("school", "Trường khác")]
    assert theirs == []
    assert sorted(map(tuple, codes)) == [(STAYS, "CAM-01"), (STAYS, "DG-01")]


def test_what_is_deleted_is_overwritten_at_once(folder):
    """Where the files cannot be rewritten yet, the pages that SQLite lets go are zeros already."""
    with writing(open_database("sqlite:///var/registry.db")) as session:
        session.connection().exec_driver_sql("PRAGMA secure_delete=OFF")
        erasing.erase(session, _one(session, School, code=GONE).id, GONE)
        assert session.connection().exec_driver_sql("PRAGMA secure_delete").scalar() == 1


def test_frozen_figures_are_without_the_school_and_say_so(folder):
    """The rows of the school are gone, those of its neighbour and the numbers of the whole stay; the digest is that of
    the new text, and the old one is kept.
    """
    before = _frozen(folder)
    assert MARKS["name"].encode() in before.body
    assert _erase() == 0
    after = _frozen(folder)
    assert [mark for mark in (*MARKS.values(), GONE) if mark.encode() in after.body] == []
    assert [each.code for each in after.figures.schools] == [STAYS]
    assert (after.figures.counts, after.figures.cut) == (before.figures.counts, 1)
    assert (after.sha256, after.sha256_before) == (sha256_of(after.body), before.sha256)


def _frozen(folder):
    with _session(folder) as session:
        return frozen(session, "CS-2026-0001")


def test_a_closed_acceptance_of_several_schools_is_cut_and_says_so(folder, capsys):
    """The part of the school is gone, the rest stands; the digest is that of the new text, and the old one is kept."""
    assert _erase() == 0
    assert "Nghiệm thu HD-2: phần của trường bị cắt" in capsys.readouterr().out
    with _session(folder) as session:
        shown = services.show(session, "HD-2", NOW)
        assert session.exec(select(Acceptance.code)).scalars().all() == ["HD-2"]
    digest = shown.pop("sha256")
    assert [each["channel"] for each in shown["channels"]] == [f"{STAYS}/CAM-01/1"]
    assert [each["device"] for each in shown["devices"]] == [f"{STAYS}/CAM-01"]
    ((gone),) = shown["erased"]
    assert (gone["channels"], gone["sha256_before"], shown["result"]) == (1, "before", "accepted")
    assert digest == services.hashlib.sha256(services.canonical(shown)).hexdigest()


def test_the_log_says_that_a_school_was_erased_and_not_which(folder):
    """Values about it are gone, the chain is intact, and the entry has who, by whom and how many rows."""
    assert _erase("--by", "Lê An", "--decision", "QĐ 12/2026") == 0
    with _session(folder) as session:
        report = audit.verify(session)
        _, (last, *earlier) = audit.page(session, audit.AuditWanted())
        assert session.exec(select(AuditValues.school).order_by(col(AuditValues.number))).scalars().all() == [STAYS, ""]
    assert (report.intact, report.erased) == (True, 3)
    assert (last.kept.entry.action, last.kept.values["what"]) == ("school_erase", {})
    assert last.kept.values["details"].keys() == {"by", "decision", "rows"}
    assert (earlier[-1].kept.values, earlier[-1].erased_why) == (None, "school_erase")
    assert GONE not in json.dumps(last.kept.values)


@pytest.mark.parametrize("words", [[GONE], [GONE, "--yes", STAYS], ["1", "--yes", "1"], [], [GONE, "--scrub"]])
def test_nothing_is_erased_without_the_code_typed_again(folder, words):
    """No terminal to ask at, another code, a school that there is not, nothing named: status 2, and all is there."""
    before = _rows(folder)
    assert cli.main(["erase", *words]) == 2
    assert _rows(folder) == before


def test_files_that_another_program_reads_are_told_and_rewritten_later(folder, capsys, monkeypatch):
    """While somebody reads, the rows are gone and the files are not clean: exit status 1 says what to do, and that
    then does it.
    """
    monkeypatch.setattr("camera_registry.database.sqlite.BUSY_S", 0.2)
    with _session(folder) as session:
        session.exec(select(School)).first()
        assert _erase() == 1
    assert "erase --scrub" in capsys.readouterr().err
    assert _found(folder)
    assert cli.main(["erase", "--scrub"]) == 0
    assert _found(folder) == set()
