"""Counting: what the witness wrote down against what the database holds."""

import json
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlmodel import func, select

from camera_registry.database import reading
from camera_registry.models import AuditRecord, Channel, Measurement, Stream, SweepItem
from camera_registry.services import audit
from probes.login import UNANSWERED_TRIES

FINAL = ("done", "failed", "skipped")


@dataclass(frozen=True)
class Count:
    """What came of a soak; every number from `unfinished` on has to be 0."""

    on: str
    kills: str
    sweeps: int
    devices: int
    acknowledged: int
    ended: str
    pages: str
    unfinished: int
    lost: int
    twice: int
    refused_too_often: int
    faults: int

    @property
    def well(self) -> bool:
        """Nothing lost, nothing twice, nobody locked out."""
        return not any((self.unfinished, self.lost, self.twice, self.refused_too_often, self.faults))

    @staticmethod
    def table(rows) -> str:
        """The counts as a table of Markdown, one column a database."""
        lines = [("", *(row.on for row in rows)), *([("---",) * (len(rows) + 1)])]
        lines += [
            (name.replace("_", " "), *(str(getattr(row, name)) for row in rows))
            for name in list(Count.__annotations__)[1:]
        ]
        return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def count(on, fleet, killing, cameras) -> Count:
    """The numbers of a soak whose sweeps are over."""
    lines = [json.loads(line) for line in killing.journal.read_text().splitlines()]
    with reading(fleet.engine) as session:
        items = session.exec(select(SweepItem.id, SweepItem.sweep_id, SweepItem.device_id, SweepItem.state)).all()
        measured = Counter(session.exec(select(Measurement.stream_id, Measurement.at)).all())
        entries = dict(session.exec(select(AuditRecord.number, AuditRecord.hash)).all())
        intact = audit.verify(session).intact
        twice_measured = _measured_too_often(session)
    states = {item: state for item, _, _, state in items}
    refusals = [len(camera.counters.refusals) for camera in cameras[-2:]]
    looked_at = Counter((sweep, device) for _, sweep, device, _ in items)
    pages = killing.answers
    return Count(
        on=on,
        kills=_told(killing.kills),
        sweeps=len(killing.sweeps),
        devices=len(looked_at),
        acknowledged=len(lines),
        ended=_told(killing.ended) or "none",
        pages=_told(pages),
        unfinished=sum(state not in FINAL for state in states.values())
        + len(killing.sweeps) * len(fleet.devices) - len(looked_at),
        lost=sum(_is_lost(line, states, measured, entries) for line in lines) + (not intact),
        twice=_given_twice(lines) + twice_measured + sum(n - 1 for n in looked_at.values()),
        refused_too_often=sum(max(0, seen - UNANSWERED_TRIES) for seen in refusals),
        faults=pages["500"],
    )  # fmt: skip


def _is_lost(line, states, measured, entries):
    """It was acknowledged, and the database does not hold it, or holds another."""
    if "item" in line:
        return states.get(line["item"]) != line["state"]
    if "stream" in line:
        return (line["stream"], datetime.fromisoformat(line["at"]).replace(tzinfo=UTC)) not in measured
    return entries.get(line["entry"]) != line["hash"]


def _given_twice(lines):
    """How often an item got a final state after it had one."""
    given = Counter(line["item"] for line in lines if "item" in line)
    return sum(times - 1 for times in given.values())


def _measured_too_often(session):
    """Measurements of a stream beyond the looks at its device that came to an answer."""
    counted = (
        select(Channel.device_id, Measurement.stream_id, func.count())
        .join(Stream, Stream.id == Measurement.stream_id)
        .join(Channel, Channel.id == Stream.channel_id)
        .group_by(Channel.device_id, Measurement.stream_id)
    )
    ended = select(SweepItem.device_id, func.count()).where(SweepItem.state == "done").group_by(SweepItem.device_id)
    looks = dict(session.exec(ended).all())
    return sum(max(0, times - looks.get(device, 0)) for device, _, times in session.exec(counted).all())


def _told(counter):
    return ", ".join(f"{times} {name}" for name, times in sorted(counter.items()))
