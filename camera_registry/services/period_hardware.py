"""What the cameras of a place are and send: size, codec, year, owner; and which of them are ready. Reading only.

Strategy: a camera that is registered itself and seen through a recorder is one, and what it is stands where it is
registered itself. Cameras are grouped, and called ready, as the overview does it (`store.school_numbers`), so that the
list of what can be connected has as many rows as the overview says.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from camera_registry.services.period_values import Codec, Hardware, Proposed, Size
from camera_registry.store import channels, observations, period_rows
from camera_registry.store.school_numbers import LINES
from camera_registry.store.totals import WORTH
from probes.facts import DeviceSheet

_CLASSES: tuple[tuple[int, Size], ...] = (
    (1280 * 720, "below_720p"),
    (1920 * 1080, "720p"),
    (3_600_000, "1080p"),
)
"""Fewer pixels than this are of this class. What is sold as 4 MP has 2560 × 1440, which is 3.69 million."""


@dataclass(frozen=True)
class Sent:
    """What the main stream of a channel was measured to send, else what the device says; 0, "" and None: not known."""

    width: int = 0
    height: int = 0
    codec: str = ""
    fps: float | None = None


NOTHING = Sent()


def size_class(width: int, height: int) -> Size:
    """The class of a picture by its pixels."""
    pixels = width * height
    if not pixels:
        return "unknown"
    return next((name for below, name in _CLASSES if pixels < below), "4mp")


def codec_class(codec: str) -> Codec:
    """The class of a codec."""
    known: dict[str, Codec] = {"h264": "h264", "h265": "h265", "": "unknown"}
    return known.get(codec, "other")


def of_place(session: Session, district: str | None) -> tuple[dict[str, Hardware], tuple[Proposed, ...]]:
    """The hardware of each school by its code, and the cameras that are offered and ready, by school and channel."""
    found = period_rows.cameras(session, district)
    sent = _sent(session, found)
    lines = period_rows.lines(session)
    counted: dict[str, list[tuple[Any, Sent]]] = {}
    proposed: list[Proposed] = []
    for group in _grouped(found):
        itself = next((row for row in group if row.recorded_as is not None), group[0])
        seen = sent.get(itself.id) or next((sent[row.id] for row in group if row.id in sent), NOTHING)
        counted.setdefault(itself.school_code, []).append((itself, seen))
        line = max(lines.get(row.site_id, LINES["unknown"]) for row in group)
        if _ready(group) and line != LINES["fail"]:
            proposed.append(_proposed(group[0], seen, known=line != LINES["unknown"]))
    return {code: _hardware(each) for code, each in counted.items()}, tuple(proposed)


def _grouped(found: Sequence[Any]) -> Iterator[list[Any]]:
    """The rows of each camera of a school, the recorder's channel first."""
    groups: dict[tuple[str, int], list[Any]] = {}
    for row in found:
        groups.setdefault((row.school_code, row.recorded_as or row.id), []).append(row)
    for group in groups.values():
        yield sorted(group, key=lambda row: row.recorded_as is not None)


def _ready(group: Iterable[Any]) -> bool:
    rows = list(group)
    worth = max(WORTH.get(row.verdict, WORTH["unverified"]) for row in rows)
    return worth == WORTH["compliant"] and any(row.scope == "offered" for row in rows)


def _hardware(cameras: Iterable[tuple[Any, Sent]]) -> Hardware:
    sizes, codecs, years, owners = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    for row, seen in cameras:
        sizes[size_class(seen.width, seen.height)] += 1
        codecs[codec_class(seen.codec)] += 1
        years[str(row.in_use_since or "")] += 1
        owners[row.owner] += 1
    return Hardware(*(dict(sorted(each.items())) for each in (sizes, codecs, years, owners)))


def _proposed(row: Any, seen: Sent, *, known: bool) -> Proposed:
    return Proposed(
        school_code=row.school_code,
        school=row.school,
        site=row.site,
        channel=f"{row.device}/{row.index}",
        place=row.name,
        area=row.area,
        codec=seen.codec,
        width=seen.width,
        height=seen.height,
        fps=seen.fps,
        line_known=known,
    )


def _sent(session: Session, found: Sequence[Any]) -> dict[int, Sent]:
    """What each channel sends, by its id, as far as it was ever seen."""
    of_device: dict[int, list[Any]] = {}
    for row in found:
        of_device.setdefault(row.device_id, []).append(row)
    made: dict[int, Sent] = {}
    for part in period_rows.in_parts(list(of_device)):
        for device_id, sheet in observations.sheets(session, part).items():
            made |= _of_sheet(of_device[device_id], sheet)
    return made


def _of_sheet(rows: Sequence[Any], sheet: DeviceSheet) -> dict[int, Sent]:
    known = channels.known(rows, sheet.channels)
    made: dict[int, Sent] = {}
    for each in sheet.channels:
        main = each.main()
        if each.index not in known or main is None:
            continue
        said = {name: _best(main, name) for name in ("size", "codec", "fps")}
        width, height = said["size"] or (0, 0)
        fps = None if said["fps"] is None else round(float(said["fps"]), 2)
        made[known[each.index].id] = Sent(int(width), int(height), str(said["codec"] or ""), fps)
    return made


def _best(main: Any, name: str) -> Any:
    """The value as it was measured, else as the device says it."""
    values = (main.value(f"{group}.{name}") for group in ("measured", "declared", "sdp"))
    return next((value for value in values if value is not None), None)
