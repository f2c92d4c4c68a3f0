"""Findings as intervals: what begins a new row, what does not, and what ends one."""

from datetime import UTC, datetime, timedelta

import pytest

from camera_registry.database import writing
from camera_registry.models import FindingRecord
from camera_registry.store import findings
from standards import Verdict
from tests.camera_registry.registered import device

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=1)


@pytest.fixture
def session(engine):
    """A registry with one device of one channel, both with id 1."""
    with writing(engine) as session:
        device(session)
        yield session


def _row(since=NOW, **values):
    known = {"outcome": "unknown", "decides": True, "edition": "x@1", "sha256": "a", "expected": "{}", **values}
    return FindingRecord(device_id=1, channel_id=1, subject="channel", rule="r", since=since, **known)


@pytest.mark.parametrize(
    "change",
    [
        {"outcome": "pass"},
        {"fix": "survey"},
        {"expected": "25"},
        {"edition": "x@2"},
        {"sha256": "b"},
        {"decides": False},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_change_of_what_a_finding_says_begins_a_new_row(session, change):
    """The row before ends at that moment; the same again begins none."""
    assert findings.put(session, 1, [_row()], NOW) == 1
    assert findings.put(session, 1, [_row(LATER)], LATER) == 0
    before = findings.now_open(session, 1)[0]
    assert findings.put(session, 1, [_row(LATER, **change)], LATER) == 1
    (after,) = findings.now_open(session, 1)
    assert (before.until, after.since, after.until) == (LATER, LATER, None)


@pytest.mark.parametrize(("outcome", "shown"), [("fail", "9.0"), ("pass", "8.0")])
def test_only_what_fails_is_kept_fresh(session, outcome, shown):
    """The list shows the newest number of what fails; of what passes the measurements tell."""
    findings.put(session, 1, [_row(outcome=outcome, seen="8.0")], NOW)
    findings.put(session, 1, [_row(LATER, outcome=outcome, seen="9.0")], LATER)
    assert [(f.seen, f.since) for f in findings.now_open(session, 1)] == [(shown, NOW)]


def test_a_finding_that_is_no_longer_made_ends(session):
    """A rule or a channel that is gone leaves no open row."""
    findings.put(session, 1, [_row()], NOW)
    assert findings.put(session, 1, [], LATER) == 0
    assert findings.now_open(session, 1) == []


@pytest.mark.parametrize(
    ("verdict", "edition", "begins"),
    [
        (Verdict("repair", complete=True), "x@1", 0),
        (Verdict("repair", complete=False), "x@1", 1),
        (Verdict("replace", complete=True), "x@1", 1),
        (Verdict("repair", complete=True), "x@2", 1),
    ],
)
def test_a_verdict_begins_when_name_completeness_or_edition_change(session, verdict, edition, begins):
    """The same verdict of the same edition goes on."""
    findings.put_verdicts(session, 1, {1: Verdict("repair", complete=True)}, "x@1", NOW)
    assert findings.put_verdicts(session, 1, {1: verdict}, edition, LATER) == begins
    (now,) = findings.verdicts_now(session, 1).values()
    assert (now.name, now.complete, now.edition) == (verdict.name, verdict.complete, edition)
