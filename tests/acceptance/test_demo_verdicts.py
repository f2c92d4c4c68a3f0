"""Proof: the district of the demo comes to the verdicts that were written down before it was first looked at."""

import asyncio
import json
import tomllib
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from camera_registry import daylight, demo
from camera_registry.database import open_database, reading, upgrade, writing
from camera_registry.services.record import record
from camera_registry.store import channels, credentials, devices, findings, schools
from camera_registry.vault import Vault
from probes import run
from probes.errors import KINDS
from probes.image.decode import Looker
from probes.target import Address, Limits, Target
from standards import load_edition, needs, reasons

TABLE = tomllib.loads(Path(__file__).with_name("demo_district.toml").read_text(encoding="utf-8"))["channel"]
EDITION = load_edition("hcmc-3288")
REASONS = {
    **{name: f"{kind.words['en']}." for name, kind in KINDS.items()},
    "night": reasons.NIGHT["en"],
    "evidence": "Not enough evidence",
}
SECONDS_A_CHANNEL, SECONDS_A_DEVICE = 10, 60
pytestmark = [pytest.mark.xdist_group("demo"), pytest.mark.timeout(400)]


def _registered(session):
    """Every device, with the code of its school."""
    codes = {school.id: code for code, school in schools.every(session).items()}
    return [(codes[school], device) for (school, _), device in devices.of_schools(session, codes).items()]


def _target(session, vault, device, views):
    """A registered device as a target: what the sweep makes of it."""
    address = Address("host", device.host, onvif_port=device.onvif_port, rtsp_port=device.rtsp_port)
    if device.stream_path:
        address = replace(address, kind="rtsp", stream_path=device.stream_path)
    limits = Limits(deadline_s=SECONDS_A_DEVICE + SECONDS_A_CHANNEL * views)
    logins = credentials.opened(session, vault, device.id)
    return Target(device.code, address, logins, needs=needs(EDITION), limits=limits)


async def _look_at_all(targets):
    """What was seen of every target, all of them looked at at once."""
    looker = Looker()
    try:
        seen = await asyncio.gather(*(run.look(target, looker) for target in targets.values()))
    finally:
        await looker.aclose()
    return dict(zip(targets, seen, strict=True))


def _judge_all(engine, vault):
    """Every registered device was looked at once and judged."""
    with writing(engine) as session:
        known = [device for _, device in _registered(session)]
        targets = {d.id: _target(session, vault, d, len(channels.of_device(session, d.id))) for d in known}
    for device, seen in asyncio.run(_look_at_all(targets)).items():
        with writing(engine) as session:
            record(session, device, seen, EDITION, datetime.now(UTC), daylight.always)


@pytest.fixture(scope="module")
def looked_at(tmp_path_factory):
    """The registry after one look at every device, and the cameras' counters."""
    engine = open_database(f"sqlite:///{tmp_path_factory.mktemp('demo') / 'registry.db'}")
    upgrade(engine)
    vault = Vault(bytes(32))
    with demo.running() as cameras:
        with writing(engine) as session:
            demo.register(session, vault, cameras, datetime.now(UTC))
        _judge_all(engine, vault)
        counted = {key: camera.counters for key, camera in cameras.items()}
    yield engine, counted
    engine.dispose()


def _came_to(engine, row):
    """What the registry says of one channel, in the form of the table, and why rules could not be told."""
    with reading(engine) as session:
        device = devices.by_code(session, row["school"], row["device"])
        channel = next((c for c in channels.of_device(session, device.id) if c.index == row["index"]), None)
        if channel is None:
            return {"verdict": ""}, []
        verdict = findings.verdicts_now(session, device.id)[channel.id]
        mine = [f for f in findings.now_open(session, device.id) if f.channel_id in (None, channel.id) and f.decides]
    unknown = [f for f in mine if f.outcome == "unknown"]
    said = {
        "verdict": verdict.name,
        "complete": verdict.complete,
        "fails": {f.rule: f.fix for f in mine if f.outcome == "fail"},
        "unknown": {f.rule for f in unknown},
    }
    return said, [json.loads(f.why)["en"] for f in unknown]


@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row['school']}-{row['device']}-{row['index']}")
def test_a_channel_comes_to_what_the_table_says(looked_at, row):
    """Verdict, whether it is complete, what fails with which cure, what could not be told, and why."""
    said, whys = _came_to(looked_at[0], row)
    expected = {"verdict": row["verdict"]}
    if row["verdict"]:
        unknown = set(row.get("unknown", ()))
        expected |= {"complete": row["complete"], "fails": row.get("fails", {}), "unknown": unknown}
    assert said == expected, whys
    assert [why for why in whys if REASONS[row["reason"]] not in why] == []


def test_the_table_speaks_of_every_channel_of_the_district(looked_at):
    """No channel that is registered, by a person or after the look, is without a row."""
    with reading(looked_at[0]) as session:
        known = {
            (school, device.code, channel.index)
            for school, device in _registered(session)
            for channel in channels.of_device(session, device.id)
        }
    assert known == {(row["school"], row["device"], row["index"]) for row in TABLE if row["verdict"]}


def test_no_device_bore_more_than_it_should(looked_at):
    """One session at a time, each torn down, and one refused login at most."""
    for key, counters in looked_at[1].items():
        assert counters.sessions_peak <= 1, key
        assert counters.teardowns == counters.requests.get("PLAY", 0), key
        assert counters.refused_in_all <= 1, key
