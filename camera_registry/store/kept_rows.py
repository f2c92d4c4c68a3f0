"""The rows of the list of what is not compliant, as they are made of findings, verdicts and places."""

from __future__ import annotations

from sqlalchemy import case, func, select

from camera_registry.models import Table
from camera_registry.store.searched import Sql
from standards.verdict import WORST_FIRST

_T = Table.metadata.tables
_FINDING, _CHANNEL, _DEVICE = _T["findingrecord"], _T["channel"], _T["device"]
_SCHOOL, _UNIT, _LISTED = _T["school"], _T["district"], _T["listedfinding"]
_WORST = {name: place for place, name in enumerate(WORST_FIRST, start=1)}


def failing(device_ids: Sql) -> Sql:
    """The rows of the list about these devices, as they are to be kept: its columns, in their order."""
    columns = _columns()
    chosen = select(*(columns[column.name].label(column.name) for column in _LISTED.columns))
    joined = _FINDING.join(_DEVICE, _FINDING.c.device_id == _DEVICE.c.id)
    joined = joined.join(_SCHOOL, _DEVICE.c.school_id == _SCHOOL.c.id)
    joined = joined.join(_UNIT, _SCHOOL.c.managed_by == _UNIT.c.id)
    joined = joined.outerjoin(_CHANNEL, _FINDING.c.channel_id == _CHANNEL.c.id)
    fails = (_FINDING.c.until.is_(None), _FINDING.c.outcome == "fail", _FINDING.c.decides)
    return chosen.select_from(joined).where(_FINDING.c.device_id.in_(device_ids), *fails)


def _columns() -> dict[str, Sql]:
    f, d, s, u, c = _FINDING.c, _DEVICE.c, _SCHOOL.c, _UNIT.c, _CHANNEL.c
    words = s.search + "\n" + d.search + "\n"
    return {
        "finding_id": f.id,
        "district_id": u.id,
        "district_code": u.code,
        "school_id": s.id,
        "school_code": s.code,
        "device_id": d.id,
        "device_code": d.code,
        "channel_id": f.channel_id,
        "channel_index": func.coalesce(c.index, 0),
        "camera": func.coalesce(c.recorded_as, c.id, -d.id),
        "worst": case(_WORST, value=func.coalesce(c.verdict, d.verdict), else_=_WORST["unverified"]),
        "rule": f.rule,
        "fix": func.coalesce(f.fix, "survey"),
        "actor": f.actor,
        "nights": f.nights,
        "seen_at": f.seen_at,
        "since": f.fails_since,
        "model": func.plain(d.make) + "\n" + func.plain(d.model),
        "search": func.coalesce(words + c.search, words),
    }
