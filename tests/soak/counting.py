"""Counting: what the witness wrote down against what the database holds."""

import json
from collections import Counter
from dataclasses import dataclass

from sqlmodel import select

from camera_registry.database import reading
from camera_registry.models import AuditRecord, Measurement, SweepItem
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
        """Nothing lost, nothing twice, nobody locked out; and the witness has seen what it should see."""
        blind = self.acknowledged < self.devices
        return not any((blind, self.unfinished, self.lost, self.twice, self.refused_too_often, self.faults))

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
        looks = session.exec(select(Measurement.device_id, Measurement.at)).all()
        measured = {(device, int(at.timestamp() * 1000)) for device, at in looks}
        entries = dict(session.exec(select(AuditRecord.number, AuditRecord.hash)).all())
        intact = audit.verify(session).intact
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
        twice=_given_twice(lines) + _measured_too_often(items, measured) + sum(n - 1 for n in looked_at.values()),
        refused_too_often=sum(max(0, seen - UNANSWERED_TRIES) for seen in refusals),
        faults=pages["500"],
    )  # fmt: skip


def _is_lost(line, states, measured, entries):
    """It was acknowledged, and the database does not hold it, or holds another."""
    if "item" in line:
        return states.get(line["item"]) != line["state"]
    if "device" in line:
        return (line["device"], line["at"]) not in measured
    return entries.get(line["entry"]) != line["hash"]


def _given_twice(lines):
    """How often an item got a final state after it had one."""
    given = Counter(line["item"] for line in lines if "item" in line)
    return sum(times - 1 for times in given.values())


def _measured_too_often(items, measured):
    """Measurements of a device beyond the looks at it that came to an answer."""
    answered = Counter(device for _, _, device, state in items if state == "done")
    times = Counter(device for device, _ in measured)
    return sum(max(0, often - answered[device]) for device, often in times.items())


def _told(counter):
    return ", ".join(f"{times} {name}" for name, times in sorted(counter.items()))
