"""Logins: an agent trusts what it has tried itself until the registry must have heard of it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from camera_registry.agents.at_site.logins import HEARD_AFTER, beginning, being_tried
from camera_registry.agents.at_site.rows import KeptLogin, Of
from probes.login import UNANSWERED_TRIES, LoginState

NOW = datetime(2026, 11, 30, tzinfo=UTC)
NEW = LoginState()
MARKED = LoginState(unanswered=1)
REFUSED = NEW.refused_at("onvif")
GOOD = NEW.succeeded("onvif")
KEPT = KeptLogin("3", Of("o-1", 5, 1), NEW, REFUSED, told=True)


def _told(ago):
    return replace(KEPT, told_at=NOW - ago)


@pytest.mark.parametrize(
    ("given", "kept", "order", "begins"),
    [
        (NEW, None, "o-1", NEW),
        (NEW, replace(KEPT, state=MARKED), "o-1", MARKED),  # a crash in this order
        (NEW, _told(timedelta(days=2)), "o-1", REFUSED),  # however long ago it was told
        (MARKED, KEPT, "o-2", REFUSED),  # the registry has not heard: the line was cut
        (MARKED, _told(timedelta(seconds=1)), "o-2", REFUSED),  # it was made while the result was on its way
        (MARKED, _told(HEARD_AFTER), "o-2", MARKED),  # it has heard, and a person said to try again
        (REFUSED.again(), _told(timedelta(seconds=1)), "o-2", REFUSED.again()),  # a person said so, at once
        (REFUSED, replace(KEPT, state=GOOD), "o-2", REFUSED),  # refused elsewhere
        (GOOD, KEPT, "o-2", GOOD),  # it knows more than when it gave the last order
    ],
)
def test_a_look_begins_with_what_is_known_last(given, kept, order, begins):
    """By what the registry gave, what is kept here, and whether the registry may know of it."""
    assert beginning(given, kept, order, NOW) == begins


@pytest.mark.parametrize(
    ("state", "doors", "marked"),
    [
        (NEW, ("onvif",), MARKED),
        (MARKED, ("onvif",), LoginState(unanswered=2)),
        (LoginState(unanswered=UNANSWERED_TRIES), ("onvif",), None),
        (GOOD, ("onvif", "rtsp"), None),
        (REFUSED, ("onvif", "rtsp", "https"), None),
        (LoginState(rtsp="asked", onvif="refused", unanswered=1), ("rtsp",), None),
    ],
)
def test_a_try_is_marked_where_one_may_leave(state, doors, marked):
    """As beside the registry: a good login is none, and what may not be sent either."""
    if state.rtsp == "asked":
        marked = state.left_unanswered()
    assert being_tried(state, doors) == marked
