"""A small fleet, registered and judged in a few words: schools, devices, channels, findings, verdicts, looks."""

import json
from datetime import timedelta

from sqlmodel import select

from camera_registry.models import (
    Channel,
    Device,
    District,
    FindingRecord,
    School,
    Site,
    Sweep,
    SweepItem,
    VerdictRecord,
)
from tests.standards.sheets import NOW


def school(session, code, name="Trường THCS Số 1", district="26740"):
    """A school with its main site, in a unit that is made when it is not there."""
    unit = session.exec(select(District).where(District.code == district)).first()
    unit = unit or _added(session, District(code=district, name=f"UBND phường {district}"))
    made = _added(session, School(code=code, name=name, managed_by=unit.id))
    _added(session, Site(school_id=made.id))
    return made


def device(session, of, code, channels=(1,), **values):
    """A device of the school `of` with its channels."""
    site = session.exec(select(Site).where(Site.school_id == of.id)).one()
    known = {"kind": "ip_camera", "host": "192.168.1.64", **values}
    made = _added(session, Device(school_id=of.id, site_id=site.id, code=code, **known))
    for index in channels:
        _added(session, Channel(device_id=made.id, index=index, name=f"Camera {index}"))
    return made


def channel(session, of, index=1):
    """The channel of the device `of` with this index."""
    return session.exec(select(Channel).where(Channel.device_id == of.id, Channel.index == index)).one()


def finding(session, of, index=1, rule="resolution-main", **values):
    """A finding in force: that a deciding rule fails on a channel, or on the device where `index` is None."""
    known = {"outcome": "fail", "decides": True, "fix": "replace", "actor": "manager", "fact": "measured.size",
             "seen": "[1280, 720]", "seen_at": NOW, "since": NOW - timedelta(days=3), "state": "A",
             "edition": "hcmc-3288@draft-1", "sha256": "a"}  # fmt: skip
    texts = {"expected": {"vi": "từ 1920×1080", "en": "1920×1080 or more"}, "why": {"vi": "Nhỏ.", "en": "Small."}}
    texts = {name: json.dumps(text, ensure_ascii=False) for name, text in texts.items()}
    channel_id = None if index is None else channel(session, of, index).id
    subject = "device" if index is None else "channel"
    whole = {**known, **texts, **values}
    whole["fails_since"] = whole["since"] if whole["outcome"] == "fail" else None
    return _added(session, FindingRecord(device_id=of.id, channel_id=channel_id, subject=subject, rule=rule, **whole))


def verdict(session, of, name, index=1, **values):
    """The verdict in force of a channel, or of a device without channels where `index` is None."""
    channel_id = None if index is None else channel(session, of, index).id
    known = {"edition": "hcmc-3288@draft-1", "complete": True, "since": NOW - timedelta(days=3), **values}
    return _added(session, VerdictRecord(device_id=of.id, channel_id=channel_id, name=name, **known))


def look(session, of, state="done", reason="", failures=(), at=NOW, **values):
    """One look at a device in a sweep of its own, with its failures (`probes.errors.Failure`)."""
    sweep = _added(session, Sweep(night=f"{at.isoformat()}-{of.id}", planned_at=at))
    told = json.dumps([failure.to_json() for failure in failures])
    item = SweepItem(sweep_id=sweep.id, site_id=of.site_id, device_id=of.id, state=state, reason=reason,
                     started_at=at, ended_at=at, attempts=1, failures=told, **values)  # fmt: skip
    return _added(session, item)


def _added(session, row):
    session.add(row)
    session.flush()
    return row
