"""A registry of a whole city with everything that pages read: 3,600 schools in 170 units, all judged, with a past.

Strategy: some hundred devices are seen as `benchmarks.city` has it, and judged by the real services; all others are
copies of their rows in other schools. Rows are written in bulk, by the tables of the models. A fifth of the findings
and a third of the verdicts have a closed interval before them; some nights have their measurements and ledgers
(`city_past`).
"""

import json
import zlib
from dataclasses import dataclass
from datetime import timedelta
from itertools import count, islice
from random import Random

from sqlalchemy import insert

from benchmarks import city
from camera_registry import models
from camera_registry.database import reading, writing
from camera_registry.daylight import always
from camera_registry.services.judge_places import judge_school
from camera_registry.services.record import judge_again
from camera_registry.store import kept
from standards import Editions, load_edition

SCHOOLS, DISTRICTS, INPUTS = 3_600, 170, 16
RECORDERS, CAMERAS = 24, 96
FAULTY = 0.55
"""Of so many channels something is wrong: more than in the other benchmarks, because lists are of these."""
NOT_JUDGED = 0.02
NOW, NIGHT = city.NOW, city.NIGHT
DAY = timedelta(days=1)
AT_ONCE = 20_000
EDITIONS = Editions.of(load_edition("hcmc-3288"))
LEVELS = (("Mầm non", "MN"), ("Tiểu học", "TH"), ("THCS", "THCS"), ("THPT", "THPT"))
NAMES = ("Hoa Sen", "Nguyễn Bỉnh Khiêm", "Đuốc Sống", "Văn Lang", "Võ Trường Toản", "Kỳ Đồng", "Lương Định Của",
         "Trưng Vương", "Nguyễn Thị Minh Khai", "Lê Hồng Phong", "Chu Văn An", "Phan Đăng Lưu", "Hùng Vương",
         "Trần Hưng Đạo", "Lý Tự Trọng", "Đinh Tiên Hoàng", "Nguyễn Du", "Bạch Đằng")  # fmt: skip
PLACES = (("Cổng chính", "gate"), ("Sân trường", "yard"), ("Hành lang tầng 1", "corridor"), ("Nhà xe", "parking"),
          ("Lớp 1A", "classroom"), ("Bếp ăn bán trú", "kitchen"), ("Cầu thang B", "stairs"))  # fmt: skip
SCOPES = ("offered", "internal", "undecided")


@dataclass(frozen=True)
class Box:
    """What copies of a device have in common: its sheet, what it says it is, how many channels it has."""

    body: bytes
    model: str
    channels: int


@dataclass(frozen=True)
class Standing:
    """A copy of the box `box` that stands in a school, whose id is that of its site; the ids of its channels."""

    device: int
    school: int
    box: int
    channels: tuple[int, ...]


@dataclass(frozen=True)
class City:
    """What has been registered."""

    schools: int
    boxes: tuple[Box, ...]
    standing: tuple[Standing, ...]


def put(engine, table, rows):
    """These rows are in the table, many in one statement."""
    rows = iter(rows)
    while part := list(islice(rows, AT_ONCE)):
        with writing(engine) as session:
            session.connection().execute(insert(table.__table__), part)


def fill(engine, channels, seed=7):
    """The registry gets about `channels` channels, judged; what stands there."""
    random = Random(seed)
    made = _registered(engine, random, channels)
    first = {}
    for stands in made.standing:
        first.setdefault(stands.box, stands)
    with writing(engine) as session:
        for stands in first.values():
            judge_again(session, stands.device, EDITIONS, NOW, always)
        judge_school(session, 1, EDITIONS, NOW)
    others = [s for s in made.standing if first[s.box] is not s and random.random() > NOT_JUDGED]
    for table in (models.FindingRecord, models.VerdictRecord):
        with reading(engine) as session:
            patterns = {box: _pattern(session, table, stands) for box, stands in first.items()}
        put(engine, table, (row for s in others for row in _copies(random, table, patterns[s.box], s)))
    _judge_places(engine, made.schools)
    with writing(engine) as session:
        kept.make_anew(session.connection())
    return made


def _registered(engine, random, channels):
    """Units, schools, sites, devices with their sheets, channels and streams."""
    each = max(3, round(channels / SCHOOLS))
    schools = min(SCHOOLS, max(1, channels // each))
    boxes = (*(_box(random, INPUTS) for _ in range(RECORDERS)), *(_box(random, 1) for _ in range(CAMERAS)))
    units = ({"id": n, "code": f"26{n:03}", "name": f"UBND phường {n}"} for n in _to(DISTRICTS))
    put(engine, models.District, units)
    put(engine, models.School, map(_school, _to(schools)))
    sites = ({"id": n, "school_id": n, "address": f"{n} Lê Lợi", "uplink_mbps": 50.0} for n in _to(schools))
    put(engine, models.Site, sites)
    put(engine, models.ModelEncoding, (city.learned(*each).model_dump(exclude={"id"}) for each in city.MODELS.items()))
    made = City(schools, boxes, tuple(_stand(random, schools, each, boxes)))
    put(engine, models.Device, (_device(random, s, boxes[s.box]) for s in made.standing))
    sheets = ({"device_id": s.device, "at": NIGHT, "body": boxes[s.box].body} for s in made.standing)
    put(engine, models.SheetRecord, sheets)
    put(engine, models.Channel, (row for s in made.standing for row in _channels(random, s)))
    put(engine, models.Stream, (row for s in made.standing for row in _streams(s)))
    return made


def _stand(random, schools, each, boxes):
    """A third of the channels of a school are cameras of their own, the others hang on recorders."""
    devices, channels = count(1), count(1)
    for school in _to(schools):
        wanted = each * 2 / 3 / INPUTS
        recorders = int(wanted) + (random.random() < wanted % 1)
        pool = [random.randrange(RECORDERS) for _ in range(recorders)]
        for box in (*pool, *(RECORDERS + random.randrange(CAMERAS) for _ in range(max(1, round(each / 3))))):
            mine = tuple(next(channels) for _ in range(boxes[box].channels))
            yield Standing(next(devices), school, box, mine)


def _school(number):
    level, code = LEVELS[number % 4]
    name = f"Trường {level} {NAMES[number % len(NAMES)]} {number}"
    return {"id": number, "code": f"79{number:06}", "name": name, "levels": code, "kind": "public",
            "managed_by": 1 + number % DISTRICTS}  # fmt: skip


def _device(random, stands, box):
    n, school = stands.device, stands.school
    silent = random.choice((0,) * 19 + (1, 3, 9))
    return {
        "id": n, "school_id": school, "site_id": school, "make": city.MAKER, "model": box.model, "username": "quansat",
        "code": f"{'DG' if box.channels > 1 else 'CAM'}-{n:05}", "kind": "nvr" if box.channels > 1 else "ip_camera",
        "serial": f"{box.model}{20190000 + n}AAWR{n * 7919 % 1_000_003}", "owner": "school",
        "mac": f"44:19:b6:{n >> 16:02x}:{n >> 8 & 255:02x}:{n & 255:02x}",
        "host": f"10.{school >> 8}.{school & 255}.{10 + n % 240}", "maintainer": random.choice(("", "Công ty B")),
        "silent_nights": silent, "last_answered_at": NIGHT - silent * DAY,
    }  # fmt: skip


def _channels(random, stands):
    for index, number in enumerate(stands.channels, 1):
        name, area = PLACES[number % len(PLACES)]
        yield {"id": number, "device_id": stands.device, "index": index, "token": f"VideoSource_{index}", "area": area,
               "name": f"{name} {index}", "scope": random.choice(SCOPES),
               "outdoor": random.choice((True, False, None))}  # fmt: skip


def _streams(stands):
    for channel in stands.channels:
        for place, key in enumerate(("main", "sub")):
            yield {"id": 2 * channel - 1 + place, "channel_id": channel, "key": key, "role": key, "uri": "rtsp://x/"}


def _pattern(session, table, stands):
    """The rows of a judged device, each with the place of its channel."""
    places = {channel: place for place, channel in enumerate(stands.channels)} | {None: None}
    of = table.__table__
    found = session.connection().execute(of.select().where(of.c.device_id == stands.device)).mappings()
    return [(places[row["channel_id"]], {k: v for k, v in row.items() if k != "id"}) for row in found]


def _copies(random, table, pattern, stands):
    """The same rows of another device, begun at other times, some of them with another one before."""
    share, before = (0.2, "unknown") if table is models.FindingRecord else (0.3, "unverified")
    for place, values in pattern:
        channel = None if place is None else stands.channels[place]
        began = NOW - random.randrange(1, 400) * DAY
        row = {**values, "device_id": stands.device, "channel_id": channel, "since": began}
        if random.random() < share:
            name = "outcome" if table is models.FindingRecord else "name"
            yield {**row, "since": began - 90 * DAY, "until": began, name: before}
        if row.get("outcome") == "fail":
            row |= {"nights": random.randrange(1, 9), "fails_since": began,
                    "seen_at": NIGHT + random.randrange(20_000) * timedelta(seconds=1)}  # fmt: skip
        yield row


def _judge_places(engine, schools):
    """Every school and site is judged as the first one is."""
    of = models.FindingRecord.__table__
    with reading(engine) as session:
        found = session.connection().execute(of.select().where(of.c.school_id == 1)).mappings().all()
    rows = ({**row, "school_id": n, "site_id": row["site_id"] and n} for n in range(2, schools + 1) for row in found)
    put(engine, models.FindingRecord, ({k: v for k, v in row.items() if k != "id"} for row in rows))


def _box(random, inputs):
    seen = city.seen_device(random, inputs, FAULTY)
    body = zlib.compress(json.dumps(seen, separators=(",", ":")).encode())
    return Box(body, seen["facts"]["identity.model"][0], inputs)


def _to(number):
    return range(1, number + 1)
