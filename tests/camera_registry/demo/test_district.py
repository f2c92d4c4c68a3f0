"""The district of the demo: it runs, it is registered as everybody's schools are, and it knows no rule."""

import ast
from datetime import UTC, datetime
from pathlib import Path

import pytest

from camera_registry import demo
from camera_registry.database import reading, writing
from camera_registry.services.import_csv import import_files
from camera_registry.services.registering import ImportRefusedError
from camera_registry.store import channels, credentials, devices, districts, schools
from camera_registry.vault import Vault
from probes.simulator.clips import key_of
from standards import load_edition
from standards.verdict import VERDICT_OF_FIX, WORST_FIRST

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
VAULT = Vault(bytes(32))


@pytest.fixture(scope="module")
def cameras():
    """The cameras of the district."""
    with demo.running() as found:
        yield found


def test_the_district_is_registered_with_addresses_and_passwords(engine, cameras):
    """Every device is where its camera listens, and has a login; the wrong one is the registered one."""
    with writing(engine) as session:
        imported = demo.register(session, VAULT, cameras, NOW)
    assert [str(notice) for notice in imported.notices] == []
    with reading(engine) as session:
        assert {d.name for d in districts.every(session)} == {s.managed_by for s in demo.DISTRICT}
        for (school, code), camera in cameras.items():
            device = devices.by_code(session, school, code)
            (login,) = credentials.opened(session, VAULT, device.id)
            wrong = (school, code) == ("0799003", "CAM-01")
            assert device.host == camera.host
            assert (login.password != camera.spec.password) is wrong
        recorder = devices.by_code(session, "0799002", "DG-01")
        assert [c.index for c in channels.of_device(session, recorder.id)] == list(range(1, 8))
        bare = devices.by_code(session, "0799003", "CAM-04")
        assert (bare.stream_path, bare.rtsp_port) == (
            "/Streaming/Channels/101",
            cameras["0799003", "CAM-04"].rtsp_port,
        )


def test_the_district_is_registered_twice_without_a_change(engine, cameras):
    """Neither rows nor versions of passwords are added."""
    for _ in range(2):
        with writing(engine) as session:
            imported = demo.register(session, VAULT, cameras, NOW)
    assert imported.changed_nothing
    with reading(engine) as session:
        every = devices.of_schools(session, [s.id for s in schools.every(session).values()]).values()
        assert {login.version for d in every for login in credentials.current(session, d.id)} == {1}


def test_nobody_else_may_register_an_address_of_loopback(engine, cameras):
    """The same files are refused without the demo's own setting."""
    with writing(engine) as session, pytest.raises(ImportRefusedError) as refused:
        import_files(session, demo.files(cameras), NOW)
    assert {m.kind for m in refused.value.mistakes} == {"refused_network", "loopback_host"}


def test_few_clips_are_sent_by_many_streams():
    """What is encoded at the first start stays small, because streams share clips."""
    streams = [s for school in demo.DISTRICT for box in school.devices for _, s in box.camera.streams()]
    assert len({key_of(stream) for stream in streams}) <= 12 < len(streams)


def test_the_demo_knows_no_rule_and_no_verdict():
    """Nothing in its code says what a camera must come to: that is the table of the test, and the standard."""
    words = {rule.id for rule in load_edition("hcmc-3288").rules if "-" in rule.id}
    words |= {*WORST_FIRST, *VERDICT_OF_FIX}
    for file in Path(demo.__file__).parent.glob("*.py"):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        texts = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)}
        assert not words & texts, file.name
        assert "standards" not in {getattr(node, "module", None) for node in ast.walk(tree)}
