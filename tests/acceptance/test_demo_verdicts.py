"""Proof: the district of the demo comes to the verdicts that were written down before it was first looked at."""

import asyncio
import json
import tomllib
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from camera_registry import app, demo
from camera_registry.config import LightSettings, OutgoingSettings, RegistrySettings, Settings, SweepSettings
from camera_registry.database import reading, writing
from camera_registry.daylight import always
from camera_registry.services import sweeps
from camera_registry.services.checking import explanation
from camera_registry.services.sweeps import Scope
from camera_registry.store import channels, devices, findings, schools
from probes.errors import AT_STEP, KINDS
from probes.visit import utc_now
from standards import load_edition, reasons

TABLE = tomllib.loads(Path(__file__).with_name("demo_district.toml").read_text(encoding="utf-8"))["channel"]
REASONS = {
    **{name: f"{kind.words['en']}." for name, kind in KINDS.items()},
    "one_stream": f"{AT_STEP['our_limit', 'target'].words['en']}.",
    "night": reasons.NIGHT["en"],
    "evidence": "Not enough evidence",
}
pytestmark = [pytest.mark.xdist_group("demo"), pytest.mark.timeout(400)]


def _registered(session):
    """Every device, with the code of its school."""
    codes = {school.id: code for code, school in schools.every(session).items()}
    return [(codes[school], device) for (school, _), device in devices.of_schools(session, codes).items()]


def _settings(folder):
    """The demo's own: its registry, the sun always up, and a whole site looked at at a time."""
    return Settings(
        registry=RegistrySettings(database=f"sqlite:///{folder / 'registry.db'}", key_file=folder / "registry.key"),
        light=LightSettings(sun="always"),
        outgoing=OutgoingSettings(loopback=True),
        sweep=SweepSettings(site_at_once=16),
    )


async def _sweep(settings, engine):
    """One sweep over everything that is registered, until it is over."""
    with writing(engine) as session:
        number = sweeps.ask(session, Scope(), "a test", utc_now()).id
    async with app.worker(settings, engine, number) as worker:
        await worker.run()


@pytest.fixture(scope="module")
def looked_at(tmp_path_factory):
    """The registry after one look at every device, and the cameras' counters."""
    settings = _settings(tmp_path_factory.mktemp("demo"))
    with app.registry(settings) as engine, demo.running() as cameras:
        vault = app.vault(settings, engine)
        with writing(engine) as session:
            demo.register(session, vault, cameras, utc_now())
        asyncio.run(_sweep(settings, engine))
        yield engine, {key: camera.counters for key, camera in cameras.items()}


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


def test_every_verdict_of_the_district_is_explained_as_it_was_found(looked_at):
    """Outcome, fix and seen of every explained rule are those of its finding, and the verdict is the stored one."""
    edition, zone = load_edition("hcmc-3288"), ZoneInfo("Asia/Ho_Chi_Minh")
    with reading(looked_at[0]) as session:
        for school, device in _registered(session):
            stored = findings.verdicts_now(session, device.id)
            for channel in channels.of_device(session, device.id):
                said = explanation(session, school, device.code, channel.index, edition, utc_now(), always, zone)
                assert said.verdict.name == stored[channel.id].name, (device.code, channel.index)
                for each in said.findings:
                    found, came = each.finding, each.came
                    assert (came.outcome, came.fix, came.seen) == (found.outcome, found.fix, found.seen), found


def test_no_device_bore_more_than_it_should(looked_at):
    """One session at a time, each torn down, and one refused login at most."""
    for key, counters in looked_at[1].items():
        assert counters.sessions_peak <= 1, key
        assert counters.teardowns == counters.requests.get("PLAY", 0), key
        assert counters.refused_in_all <= 1, key
