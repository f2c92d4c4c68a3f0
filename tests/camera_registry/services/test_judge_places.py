"""Judging places: a site and its school are judged from what the registry holds, stored as intervals, once a site."""

from dataclasses import replace

from sqlmodel import col, select

from camera_registry import daylight
from camera_registry.database import reading, writing
from camera_registry.models import Channel, Device, FindingRecord, Site
from camera_registry.services.judge_places import judge_changed, judge_school, judge_site, site_facts
from camera_registry.services.record import record
from camera_registry.services.rejudge import rejudge
from camera_registry.store import findings, schools
from standards import Editions
from standards.places import Taken
from tests.camera_registry.registered import device
from tests.standards.sheets import DAY, HCMC, NOW, Missing, observed

EDITIONS = Editions.of(HCMC)
NO_RATE = {"measured": Missing("no_media")}


def _school(session, *changes, uplink=20.0, offered=True):
    """The site of a school with one camera for each of `changes`, each looked at once."""
    first = device(session, channels=())
    site = session.get_one(Site, first.site_id)
    site.uplink_mbps = uplink
    for n, changed in enumerate(changes, 1):
        made = Device(school_id=first.school_id, site_id=site.id, code=f"CAM-{n}", kind="ip_camera", host="10.0.0.1")
        session.add(made)
        session.flush()
        session.add(Channel(device_id=made.id, index=1, scope="offered" if offered else "undecided"))
        session.flush()
        if changed is not None:
            record(session, made.id, observed(changed), EDITIONS, NOW, daylight.always)
    return site


def _uplink(session, site):
    """The open finding of the uplink rule."""
    return next(row for row in findings.now_open_at(session, "site", site.id) if row.rule == "uplink")


def _judged(session, site, now=NOW):
    judge_site(session, site.id, EDITIONS, now)
    return _uplink(session, site)


def test_the_measured_rates_of_all_devices_are_held_against_the_line(engine):
    """3.9 Mbps each: three of them leave 30 % of 20 Mbps, four do not; the carrier acts."""
    with writing(engine) as session:
        site = _school(session, {}, {}, {})
        assert _judged(session, site).outcome == "pass"
        site.uplink_mbps = 16.0
        row = _judged(session, site)
        assert (row.outcome, row.fix, row.actor) == ("fail", "network", "carrier")
        assert (row.site_id, row.school_id, row.device_id, row.subject) == (site.id, site.school_id, None, "site")


def test_what_was_not_measured_counts_with_the_limit_the_device_declares(engine):
    """The sheet is asked only there; without either the rate is not known."""
    with writing(engine) as session:
        site = _school(session, {}, NO_RATE, {**NO_RATE, "declared": None}, None)
        taken = site_facts(session, site).offered
        assert [(t.measured and t.measured.value, t.declared and t.declared.value) for t in taken] == [
            (3900.0, None),
            (None, 4096),
            (None, None),
            (None, None),
        ]
        row = _judged(session, site)
        assert (row.outcome, "2/4" in row.why) == ("unknown", True)


def test_a_camera_that_is_registered_twice_is_taken_once_and_stands_at_the_recorder(engine):
    """Its own channel and that of the recorder are one camera."""
    with writing(engine) as session:
        site = _school(session, {}, {})
        own, recorded = session.exec(select(Channel).order_by(col(Channel.id))).all()
        assert len(site_facts(session, site).offered) == 2
        own.recorded_as = recorded.id
        session.add(own)
        assert len(site_facts(session, site).offered) == 1


def test_channels_that_are_not_offered_take_nothing(engine):
    """Then the rule does not apply."""
    with writing(engine) as session:
        site = _school(session, {}, offered=False)
        assert site_facts(session, site).offered == ()
        assert _judged(session, site).outcome == "not_applicable"


def test_judged_twice_is_one_interval_and_a_change_begins_another(engine):
    """The row goes on while nothing changes, and ends when the register does."""
    with writing(engine) as session:
        site = _school(session, {})
        judge_site(session, site.id, EDITIONS, NOW)
        assert judge_site(session, site.id, EDITIONS, NOW) == 0
        site.uplink_mbps = 2.0
        code = schools.every(session)["079-DG-01"].code
        assert judge_changed(session, [code], EDITIONS, NOW + DAY) == 1
        uplink = select(FindingRecord).where(FindingRecord.rule == "uplink")
        rows = session.exec(uplink.order_by(col(FindingRecord.since))).all()
        assert [(row.outcome, row.until) for row in rows] == [("pass", NOW + DAY), ("fail", None)]


def test_a_school_nobody_judged_is_not_judged_by_an_import(engine):
    """A first import of a whole city is no reason to judge places of which nothing is known."""
    with writing(engine) as session:
        site = _school(session, None)
        assert judge_changed(session, ["079-DG-01"], EDITIONS, NOW) == 0
        assert judge_school(session, site.school_id, EDITIONS, NOW) > 0


def test_findings_of_places_stand_beside_those_of_devices(engine):
    """Judging a device ends no finding of its site, and the other way round."""
    with writing(engine) as session:
        site = _school(session, {})
        judge_site(session, site.id, EDITIONS, NOW)
        camera = session.exec(select(Device).where(Device.code == "CAM-1")).one()
        before = len(findings.now_open(session, camera.id))
        record(session, camera.id, observed({}, NOW + DAY), EDITIONS, NOW + DAY, daylight.always)
        assert _uplink(session, site).until is None
        judge_site(session, site.id, EDITIONS, NOW + DAY)
        assert len(findings.now_open(session, camera.id)) == before


def test_an_unknown_rate_is_not_nought(engine):
    """A camera nobody looked at is offered all the same."""
    with reading(engine) as session:
        assert session.exec(select(Site)).all() == []
    with writing(engine) as session:
        site = _school(session, None)
        assert site_facts(session, site).offered == (Taken(),)


def test_another_edition_judges_places_again(engine):
    """After a rule was confirmed no school goes on with findings of the text before."""
    another = Editions.of(replace(HCMC, sha256="f" * 64))
    with writing(engine) as session:
        site = _school(session, {})
        judge_site(session, site.id, EDITIONS, NOW)
        session.flush()
        school_id, site_id = site.school_id, site.id
    rejudge(engine, lambda: another, daylight.always, lambda: NOW + DAY)
    with reading(engine) as session:
        rows = findings.of_places(session, school_id)
        assert {row.sha256 for row in rows} == {"f" * 64}
        assert findings.now_open_at(session, "site", site_id)
        assert findings.schools_judged_by_others(session, [HCMC.sha256]) == [school_id]
