"""A look that a person waits for: each step in words while it goes on, and where it ended."""

import json
from dataclasses import asdict
from datetime import UTC, datetime, timedelta

import pytest

from camera_registry.database import reading, writing
from camera_registry.models import Sweep, SweepItem
from camera_registry.services.look_now import look_now
from probes.errors import Failure
from tests.camera_registry.registered import device

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


def _looked(engine, failures=(), after=timedelta(0), **item):
    with writing(engine) as session:
        of = device(session)
        sweep = Sweep(night="asked", kind="asked", planned_at=NOW)
        session.add(sweep)
        session.flush()
        told = json.dumps([asdict(each) for each in failures])
        session.add(SweepItem(sweep_id=sweep.id, site_id=of.site_id, device_id=of.id, failures=told, **item))
    with reading(engine) as session:
        return look_now(session, "079-DG-01", "DG-01", NOW + after)


def _states(look):
    return {step.name: step.state for step in look.steps}


def test_a_device_that_nobody_has_looked_at_waits_for_everything(engine):
    """No look, and it is over: nothing is under way."""
    with writing(engine) as session:
        device(session)
    with reading(engine) as session:
        look = look_now(session, "079-DG-01", "DG-01", NOW)
        assert look_now(session, "079-DG-01", "DG-02", NOW) is None
    assert (look.state, look.over, look.lonely) == ("none", True, False)
    assert set(_states(look).values()) == {"later"}


@pytest.mark.parametrize(("after", "lonely"), [(timedelta(seconds=19), False), (timedelta(seconds=21), True)])
def test_a_look_that_no_worker_takes_up_is_lonely(engine, after, lonely):
    """After a while in which one would have."""
    look = _looked(engine, after=after)
    assert (look.state, look.over, look.lonely) == ("waiting", False, lonely)


@pytest.mark.parametrize(
    ("step", "going", "words"),
    [(None, "address", ""), ("onvif", "onvif", ""), ("stream/5", "stream", "Luồng thứ 5"), ("picture", "picture", "")],
)
def test_what_goes_on_is_told_and_what_comes_before_it_is_done(engine, step, going, words):
    """As the worker says it; of the streams which one."""
    look = _looked(engine, state="leased", step=step)
    states = list(_states(look).items())
    place = [name for name, _ in states].index(going)
    assert [state for _, state in states] == ["done"] * place + ["going"] + ["later"] * (4 - place)
    assert look.steps[place].words["vi"] == words


@pytest.mark.parametrize(
    ("state", "failure", "failed", "rest"),
    [
        ("failed", Failure("unreachable", "connect"), "address", "not_tried"),
        ("failed", Failure("auth_refused", "onvif.login"), "login", "not_tried"),
        ("done", Failure("auth_refused", "rtsp.describe"), "login", "not_tried"),
        ("done", Failure("not_onvif", "onvif.services"), "onvif", "done"),
        ("done", Failure("no_media", "rtsp.sample"), "stream", "not_tried"),
        ("done", Failure("malformed_reply", "image.decode"), "picture", "done"),
    ],
)
def test_where_a_look_ended_is_told_with_why_and_what_to_do(engine, state, failure, failed, rest):
    """What comes after a step that could not be taken was not tried."""
    look = _looked(engine, [failure], state=state, ended_at=NOW, reason=failure.kind)
    by_name = {step.name: step for step in look.steps}
    assert by_name[failed].state == "failed"
    assert by_name[failed].words["vi"]
    assert by_name[failed].advice["vi"]
    order = [step.name for step in look.steps]
    assert {by_name[name].state for name in order[order.index(failed) + 1 :]} <= {rest}
    assert {by_name[name].state for name in order[: order.index(failed)]} <= {"done"}


def test_a_look_without_failures_is_done_in_every_step(engine):
    """All five."""
    assert set(_states(_looked(engine, state="done", ended_at=NOW)).values()) == {"done"}
