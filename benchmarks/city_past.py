"""The past of a city that is judged: measurements and ledgers of some nights, and what people said of it."""

import json
from random import Random

from benchmarks import city
from benchmarks.judged_city import DAY, DISTRICTS, NIGHT, NOW, put
from camera_registry import models
from camera_registry.store.numbers import Numbers, packed
from probes.errors import Failure

NIGHTS = 5
WAIVERS, ON_SITE = 400, 2_000
SCOPES = ("channel", "device", "school")
RULES = ("resolution-main", "frame-rate-main", "codec-main", "keyframe-interval", "picture")
FAILED = json.dumps([Failure("timeout", "onvif.connect", "").to_json()])


def fill(engine, made, seed=8):
    """The registry has the past of the city that was made."""
    random = Random(seed)
    for night in range(NIGHTS, 0, -1):
        _night(engine, random, made, NIGHTS + 1 - night, NIGHT - (night - 1) * DAY)
    _said_by_devices(engine, made)
    _said_by_people(engine, random, made)


def _night(engine, random, made, number, at):
    """What was measured in a night, and its ledger."""
    put(engine, models.Measurement, (_measured(stands, at) for stands in made.standing))
    told = {"id": number, "night": f"{at:%Y-%m-%d}", "state": "done", "planned_at": at, "started_at": at}
    put(engine, models.Sweep, [{**told, "ended_at": at + DAY / 4}])
    sites = ({"sweep_id": number, "site_id": n, "state": "done"} for n in range(1, made.schools + 1))
    put(engine, models.SweepSite, sites)
    put(engine, models.SweepItem, (_item(random, stands, number, at) for stands in made.standing))


def _measured(stands, at):
    rows = (
        Numbers(2 * channel - 1 + place, at, "h264", 1920, 1080, 24.9, kbps, 2.0, 6.2, 2600, 0, 0.06, "night")
        for channel in stands.channels
        for place, kbps in enumerate((3900.0, 500.0))
    )
    body, words = packed(rows)
    return {"device_id": stands.device, "at": at, "streams": body, "words": words}


def _item(random, stands, sweep, at):
    failed = random.random() < 0.05
    return {"sweep_id": sweep, "site_id": stands.school, "device_id": stands.device, "attempts": 1, "started_at": at,
            "ended_at": at + DAY / 8, "state": "failed" if failed else "done", "reason": "timeout" if failed else "",
            "failures": FAILED if failed else "[]"}  # fmt: skip


def _said_by_devices(engine, made):
    since = NOW - 90 * DAY
    units = (
        {"device_id": s.device, "since": since, "seen_at": NIGHT, "manufacturer": city.MAKER,
         "model": made.boxes[s.box].model, "serial": f"S{s.device}"}
        for s in made.standing
    )  # fmt: skip
    put(engine, models.UnitRecord, units)
    changes = ({"device_id": s.device, "at": NOW - s.device % 90 * DAY, "kind": "restarted"} for s in made.standing)
    put(engine, models.ChangeRecord, changes)


def _said_by_people(engine, random, made):
    some = [random.choice(made.standing) for _ in range(WAIVERS)]
    for number, stands in enumerate(some):
        put(engine, models.WaiverRecord, [_waiver(random, number, stands)])
    seen = (random.choice(random.choice(made.standing).channels) for _ in range(ON_SITE))
    put(engine, models.OnSiteRecord, ({"channel_id": c, "by": "Nguyễn Văn A", "at": NOW - DAY} for c in seen))


def _waiver(random, number, stands):
    """Most are for a channel, a device or a school; one of forty for a model, and one for a unit."""
    scope = {7: "model", 11: "district"}.get(number % 40, SCOPES[number % 3])
    of = {"channel": stands.channels[0], "device": stands.device, "school": stands.school,
          "district": 1 + stands.school % DISTRICTS}  # fmt: skip
    about = {f"{scope}_id": of[scope]} if scope in of else {"make": city.MAKER, "model": "DS-2CD1001-I"}
    return {
        "scope": scope, "rule": RULES[number % len(RULES)], "state": ("asked", "approved")[number % 2], **about,
        "begins": (NOW - 30 * DAY).date(), "ends": (NOW + random.randrange(-20, 200) * DAY).date(),
        "reason": "Chờ ngân sách", "zone": "Asia/Ho_Chi_Minh", "level": "district", "asked_by": "Trần Thị B",
        "asked_at": NOW - 30 * DAY,
    }  # fmt: skip
