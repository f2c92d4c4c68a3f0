"""Taking bundles: each look once, at its own time, for the right device; and nothing of a bundle that cannot be."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import func, select

from camera_registry import daylight
from camera_registry.bundles import document
from camera_registry.bundles.errors import BundleError
from camera_registry.database import reading, rehearsing, writing
from camera_registry.models import (
    Acceptance,
    AcceptanceChannel,
    AcceptanceLook,
    BundleRecord,
    Channel,
    Device,
    LaptopKey,
    SheetRecord,
    Sweep,
    SweepItem,
    Table,
)
from camera_registry.services.bundles import OLDEST, Judging, Taker, take
from camera_registry.store import credentials, observations
from camera_registry.store.editions import keep
from camera_registry.vault import Vault
from probes.facts import Device as SeenDevice
from probes.login import LoginState
from probes.target import Remembered
from tests.camera_registry.bundles.packed import HOST, KEY, OTHER_KEY, bundle, look
from tests.camera_registry.people import account_of
from tests.camera_registry.registered import device
from tests.standards.sheets import EDITIONS, HCMC, NOW, size

SCHOOL = "079-DG-01"
LATER = NOW + timedelta(hours=5)
HOUR = timedelta(hours=1)


@pytest.fixture
def camera(engine):
    """The id of DG-01 at 192.168.1.64; the school has DG-02 at another address, whose MAC is registered."""
    with writing(engine) as session:
        made = device(session)
        other = {"school_id": made.school_id, "site_id": made.site_id, "kind": "ip_camera"}
        session.add(Device(code="DG-02", host="192.168.1.70", mac="00-40-8C-99-99-99", **other))
        session.flush()
        return made.id


def _take(engine, content, chosen=None, now=LATER, account=None, rehearsal=False, confirmed=""):
    packed = document.read(content)
    taker = Taker(account, "An", None if rehearsal else confirmed or packed.fingerprint)
    with (rehearsing if rehearsal else writing)(engine) as session:
        return take(session, packed, taker, Judging(EDITIONS, now, daylight.always), chosen)


def _rows(engine):
    with reading(engine) as session:
        return {
            t.name: session.connection().execute(select(func.count()).select_from(t)).scalar()
            for t in Table.metadata.sorted_tables
        }


def _wrong(engine, content, **others):
    before = _rows(engine)
    with pytest.raises(BundleError) as caught:
        _take(engine, content, **others)
    assert _rows(engine) == before
    return caught.value.kind


def test_a_look_is_recorded_at_its_own_time_and_says_where_it_comes_from(engine, camera):
    """The facts are of the look and not of the upload, by a laptop; the ledger has it as a sweep of the bundle."""
    done = _take(engine, bundle(look(), school=SCHOOL))
    assert [(one.device, one.by, one.verdict.name) for one in done.looks] == [("DG-01", "address", "compliant")]
    with reading(engine) as session:
        sheet, at = observations.sheet(session, camera)
        assert at == NOW
        fact = sheet.channels[0].streams[0].facts["measured.fps"]
        assert (fact.at, fact.how) == (NOW, "a test, laptop")
        item, sweep = session.exec(select(SweepItem, Sweep).join(Sweep)).one()
        assert (item.state, item.started_at, item.ended_at, item.connections) == ("done", NOW, NOW, 3)
        assert (sweep.kind, sweep.state, sweep.scope, sweep.asked_by) == ("bundle", "done", f"school:{SCHOOL}", "An")
        record = session.exec(select(BundleRecord)).one()
        assert (record.looks, record.taken, record.made_by, record.at) == (1, 1, "an", LATER)
        assert session.get(Device, camera).last_answered_at == NOW


def test_the_same_bundle_twice_and_one_that_grew_change_only_what_is_new(engine, camera):
    """No row is written for what was taken before."""
    content = bundle(look(), school=SCHOOL)
    _take(engine, content)
    before = _rows(engine)
    again = _take(engine, content)
    assert (again.changed, again.new, again.looks[0].before) == (False, 0, True)
    assert _rows(engine) == before
    grown = _take(engine, bundle(look(), look(at=NOW + HOUR), school=SCHOOL))
    assert [one.before for one in grown.looks] == [True, False]
    with reading(engine) as session:
        assert len(session.exec(select(SweepItem)).all()) == 2


def test_a_device_that_was_looked_at_twice_has_both_looks(engine, camera):
    """Whatever the order in the file, the newest look says how it is; each is in the ledger."""
    _take(engine, bundle(look(), look(size(1280, 720), at=NOW - HOUR), school=SCHOOL))
    with reading(engine) as session:
        sheet, at = observations.sheet(session, camera)
        assert (at, sheet.channels[0].streams[0].value("measured.size")) == (NOW, (1920, 1080))
        sweeps = session.exec(select(Sweep.night).order_by(Sweep.id)).all()
    assert [name.count("-") for name in sweeps] == [1, 2]


def test_a_look_that_is_older_than_what_is_known_changes_no_fact(engine, camera):
    """It came late, and counts as what came late from anywhere."""
    _take(engine, bundle(look(at=NOW + HOUR), school=SCHOOL))
    _take(engine, bundle(look(size(1280, 720)), school=SCHOOL))
    with reading(engine) as session:
        assert observations.sheet(session, camera)[1] == NOW + HOUR


def test_the_device_is_found_by_code_by_what_it_says_and_by_its_address(engine, camera):
    """In this order; of what nothing tells a person decides, and it is not lost."""
    content = bundle(
        ("DG-02", HOST, look()),
        ("", HOST, look(at=NOW + HOUR, mac="00:40:8c:99:99:99")),
        ("", "10.0.0.1", look(at=NOW + 2 * HOUR, mac="00:40:8c:77:77:77", serial="NEW1")),
        ("XX-99", HOST, look(at=NOW + 3 * HOUR)),
        school=SCHOOL,
    )
    seen = _take(engine, content, rehearsal=True)
    assert [(one.device, one.by) for one in seen.looks] == [("DG-02", "code"), ("DG-02", "mac"), ("", ""), ("", "code")]
    assert (seen.new, seen.left) == (2, 2)
    done = _take(engine, content, {1: "DG-01", 4: ""})
    assert [(one.device, one.by) for one in done.looks[:2]] == [("DG-01", "person"), ("DG-02", "mac")]
    rest = _take(engine, content, {3: "DG-01"})
    assert (rest.new, rest.changed, [one.before for one in rest.looks]) == (1, True, [True, True, False, False])
    assert rest.looks[0].device == "DG-01"
    with reading(engine) as session:
        assert session.exec(select(BundleRecord.taken)).one() == 3


def test_another_unit_at_the_address_is_said(engine, camera):
    """The address tells the device; that it was another box before stands beside it."""
    _take(engine, bundle(look(), school=SCHOOL))
    changed = bundle(look(at=NOW + HOUR, mac="00:40:8c:77:77:77", serial="NEW12345"), school=SCHOOL)
    assert [(one.by, one.another) for one in _take(engine, changed, rehearsal=True).looks] == [("address", True)]


def test_what_two_devices_share_tells_nothing(engine, camera):
    """A serial number that both have is none of either."""
    with writing(engine) as session:
        for row in session.exec(select(Device)).all():
            row.serial = "SAME1234"
    seen = _take(engine, bundle(("", "10.0.0.1", look(mac="", serial="SAME1234")), school=SCHOOL), rehearsal=True)
    assert [(one.device, one.by) for one in seen.looks] == [("", "")]


def test_a_rehearsal_says_the_verdict_and_leaves_nothing(engine, camera):
    """Nobody has confirmed the laptop yet."""
    before = _rows(engine)
    seen = _take(engine, bundle(look({**size(1280, 720), "capable.encodings": None}), school=SCHOOL), rehearsal=True)
    assert seen.looks[0].verdict.name == "repair"
    assert seen.trusted_since is None
    assert _rows(engine) == before


def test_what_is_remembered_of_the_device_stays_as_it_is(engine, camera):
    """Neither login states, of whatever version a bundle speaks, nor certificates, nor albums."""
    vault = Vault(bytes(32))
    kept = Remembered(fingerprints={"443": "aa"}, pictures={"v1": {"x": 1}})
    with writing(engine) as session:
        login = credentials.put(session, vault, camera, "admin", "secret", NOW)
        session.get(Device, camera).remembered = observations.remembered_text(kept)
        name = credentials.name_of(login)
        credentials.learned(session, camera, {name: LoginState().succeeded("onvif")})
    forged = look(
        remembered=Remembered({name: LoginState("refused", "refused", "refused")}, fingerprints={"443": "bb"})
    )
    _take(engine, bundle(forged, school=SCHOOL))
    with reading(engine) as session:
        assert credentials.login_states(session, camera)[name].onvif == "good"
        assert json.loads(session.get(Device, camera).remembered)["fingerprints"] == {"443": "aa"}
        assert json.loads(session.get(Device, camera).remembered)["pictures"] == {"v1": {"x": 1}}


def test_a_bundle_that_names_logins_itself_is_read_without_them():
    """What stands in the place of what is remembered is nobody's to say."""
    line = document.look_line("", document.Address("host", HOST), look())
    forged = line.replace(b'"observation":{', b'"observation":{"remembered":{"logins":{"1":{"onvif":"refused"}}},')
    assert forged != line
    content = bundle(look(), school=SCHOOL).splitlines(keepends=True)
    read = document.read(document.signed([content[0], forged], NOW, KEY))
    assert read.looks[0].observation.remembered == Remembered()


def test_a_laptop_is_trusted_once_its_fingerprint_was_read_there(engine, camera):
    """For the account that has read it; another account reads it itself, and an ended key is read again."""
    with writing(engine) as session:
        an, binh = (account_of(session, "technician", name, schools=(SCHOOL,)).id for name in ("An", "Bình"))
    content = bundle(look(), school=SCHOOL)
    assert _wrong(engine, content, account=an, confirmed="0000-0000") == "key_not_confirmed"
    shown = document.read(content).fingerprint
    assert _take(engine, content, account=an, confirmed=shown.lower().replace("-", " ")).trusted_since is None
    more = bundle(look(at=NOW + HOUR), school=SCHOOL)
    assert _take(engine, more, account=an, confirmed="not asked").trusted_since == LATER
    assert (
        _wrong(engine, bundle(look(at=NOW + 2 * HOUR), school=SCHOOL), account=binh, confirmed="x")
        == "key_not_confirmed"
    )
    with writing(engine) as session:
        session.exec(select(LaptopKey)).one().ended_at = LATER
    assert (
        _wrong(engine, bundle(look(at=NOW + 3 * HOUR), school=SCHOOL), account=an, confirmed="x") == "key_not_confirmed"
    )
    assert (
        _wrong(engine, bundle(look(), school=SCHOOL, key=OTHER_KEY), account=an, confirmed=shown) == "key_not_confirmed"
    )


@pytest.mark.parametrize(
    ("at", "kind"),
    [(LATER + timedelta(minutes=6), "ahead"), (LATER - OLDEST - HOUR, "past"), (NOW - timedelta(days=20000), "past")],
)
def test_a_clock_that_is_wrong_is_said(engine, camera, at, kind):
    """Of one look among others; nothing of the bundle is taken."""
    assert _wrong(engine, bundle(look(), look(at=at), school=SCHOOL)) == kind


def test_one_group_of_facts_in_the_future_is_enough(engine, camera):
    """It would outlast truth."""
    seen = look()
    clock = replace(seen.device.clock, at=LATER + HOUR)
    assert _wrong(engine, bundle(replace(seen, device=replace(seen.device, clock=clock)), school=SCHOOL)) == "ahead"


def test_a_school_and_a_device_that_are_not_there_are_said(engine, camera):
    """Nothing is written, and the code stands in the answer."""
    assert _wrong(engine, bundle(look())) == "no_such_school"
    assert _wrong(engine, bundle(look(), school=SCHOOL), chosen={1: "DG-77"}) == "no_such_device"


def test_a_look_that_a_laptop_brought_counts_for_no_acceptance(engine, camera):
    """There a contractor is paid by what is seen, and may have carried the laptop."""
    with writing(engine) as session:
        channel = session.exec(select(Channel.id)).first()
        keep(session, HCMC, NOW)
        times = {"begins": NOW - HOUR, "ends": NOW + HOUR, "asked_by": "an", "edition_sha256": HCMC.sha256}
        row = Acceptance(code="HD-1", name="Gói 1", looks=4, **times)
        session.add(row)
        session.flush()
        session.add(AcceptanceChannel(acceptance_id=row.id, channel_id=channel))
    _take(engine, bundle(look(), school=SCHOOL))
    with reading(engine) as session:
        assert session.exec(select(AcceptanceLook)).all() == []
        assert observations.sheet(session, camera)[1] == NOW


def test_a_device_that_did_not_answer_is_in_the_ledger_too(engine, camera):
    """Its address told which it was."""
    silent = look(device=SeenDevice(), channels=(), failures=())
    done = _take(engine, bundle(silent, school=SCHOOL))
    assert (done.looks[0].answered, done.looks[0].verdict.name) == (False, "unverified")
    with reading(engine) as session:
        assert session.exec(select(SweepItem.state)).one() == "failed"
        assert session.exec(select(SheetRecord.at)).one() == NOW
