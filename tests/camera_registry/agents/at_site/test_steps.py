"""Steps: an item ends once, with what was posted of it, and no try is forgotten."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from camera_registry.agents.at_site import rows, steps
from camera_registry.agents.at_site.rows import Of
from camera_registry.agents.at_site.steps import MOST_DEATHS, Telling
from camera_registry.agents.messages import GivenUp, HandedBack, Learned, OrderItem, Seen, read_result, to_bytes
from camera_registry.agents.seals import SealError
from probes.facts import Observation
from probes.login import LoginState
from probes.target import Address, Credential, Remembered, Target

NOW = datetime(2026, 11, 30, tzinfo=UTC)
TARGET = Target("7", Address("host", "192.168.1.64"), (Credential("3", "admin", "secret-7"),))
ITEM = OrderItem(5, 1, "192.168.1.64", TARGET)
OF = Of("o-1", 5, 1)
TELLING = Telling(to_bytes)
NEW, MARKED, GOOD = LoginState(), LoginState(unanswered=1), LoginState(onvif="good")
SEEN = Observation(target="7", observed_at=NOW, remembered=Remembered({"3": GOOD}))


@pytest.fixture
def db():
    """The database of an agent with one order of one device."""
    with closing(sqlite3.connect(":memory:")) as made:
        made.executescript(rows.TABLES)
        rows.put_order(made, "o-1", NOW + timedelta(hours=1), b"sealed", [5])
        yield made


def _begin(db, order="o-1"):
    return steps.begin(db, order, ITEM, TELLING, NOW)


def _posted(db):
    return [read_result(content) for (content,) in db.execute("SELECT content FROM outbox ORDER BY number")]


def test_a_try_is_marked_before_the_target_is_handed_out(db):
    """The target has the state from before; what is kept counts the try as one without an answer."""
    target = _begin(db)
    assert target.remembered.login("3") == NEW
    assert rows.login(db, "3").state == MARKED
    assert _posted(db) == []


def test_after_a_death_the_try_is_told_and_counts(db):
    """The next look begins with it, and the one after that has no try left."""
    _begin(db)
    assert _begin(db).remembered.login("3") == MARKED
    assert _begin(db).remembered.login("3") == LoginState(unanswered=2)
    assert [each.state.unanswered for each in _posted(db)] == [1, 2]


def test_a_look_that_was_stopped_counts_as_none(db):
    """A login that has not left is as it was, and however often that is, the item is not given up."""
    for _ in range(MOST_DEATHS + 2):
        target = _begin(db)
        steps.put_back(db, OF, target.remembered.logins)
    assert _begin(db).remembered.login("3") == NEW
    assert _posted(db) == []


def test_a_login_that_has_left_stays_tried_when_the_look_is_stopped(db):
    """What was learned is told, and the next look begins with it."""
    _begin(db)
    steps.learned(db, OF, NEW, "3", MARKED, TELLING)
    steps.put_back(db, OF, {})
    assert _begin(db).remembered.login("3") == MARKED
    assert _posted(db) == [Learned("o-1", 5, 1, "3", MARKED)]


def test_a_result_ends_its_item_once(db):
    """One that comes late changes nothing; nor does an end without a result after it."""
    _begin(db)
    for _ in range(2):
        steps.finish(db, OF, {"3": NEW}, SEEN, TELLING)
        steps.give_up(db, OF, "our_limit", TELLING)
    assert _posted(db) == [Seen("o-1", 5, 1, SEEN, {"3": GOOD})]
    assert _begin(db) is None
    assert rows.items_left(db, "o-1") == set()


def test_a_device_that_kills_the_agent_is_given_up(db):
    """After three deaths."""
    for _ in range(MOST_DEATHS):
        assert _begin(db) is not None
    assert _begin(db) is None
    assert _posted(db)[-1] == GivenUp("o-1", 5, 1, "killed")


def test_a_result_that_is_too_large_changes_nothing(db):
    """So it can be given up instead."""

    def refuses(message):
        raise SealError(type(message).__name__)

    _begin(db)
    db.commit()
    with pytest.raises(SealError), db:
        steps.finish(db, OF, {"3": NEW}, SEEN, Telling(refuses))
    assert rows.items_left(db, "o-1") == {5}
    steps.give_up(db, OF, "too_large", TELLING)
    assert _posted(db) == [GivenUp("o-1", 5, 1, "too_large")]


def test_what_is_known_of_a_login_goes_on_into_the_next_order(db):
    """The device refused it while the line was cut; the next order, which was made before, says nothing of that."""
    _begin(db)
    steps.learned(db, OF, NEW, "3", NEW.refused_at("onvif"), TELLING)
    steps.close(db, "o-1", TELLING)
    rows.put_order(db, "o-2", NOW + timedelta(days=1), b"sealed", [5])
    assert not _begin(db, "o-2").remembered.login("3").may_send("rtsp")


def test_what_a_device_has_refused_counts_after_a_death(db):
    """The registry gave so many refusals for today: one that it cannot know of is taken off."""
    assert _begin(db).limits.refusals == 2
    steps.learned(db, OF, NEW, "3", NEW.refused_at("onvif"), TELLING)
    assert _begin(db).limits.refusals == 1


def test_an_order_that_ends_tells_what_is_known_of_its_logins(db):
    """The agent had died in the look, and the end came first; of the order stays only that it was here."""
    _begin(db)
    steps.close(db, "o-1", TELLING)
    assert _posted(db) == [Learned("o-1", 5, 1, "3", MARKED)]
    assert (rows.known(db, "o-1"), rows.open_orders(db), rows.known(db, "o-2")) == ("over", [], "never")
    steps.finish(db, OF, {"3": NEW}, SEEN, TELLING)
    assert len(_posted(db)) == 1
    rows.forget_orders(db, NOW + timedelta(days=3))
    assert rows.known(db, "o-1") == "never"


def test_a_login_that_is_good_is_not_marked(db):
    """It may be used however often the agent dies."""
    item = replace(ITEM, target=replace(TARGET, remembered=Remembered({"3": GOOD})))
    for _ in range(2):
        assert steps.begin(db, "o-1", item, TELLING, NOW).remembered.login("3") == GOOD
    assert _posted(db) == []


def test_what_is_sent_is_forgotten_and_its_logins_are_told(db):
    """The oldest goes first; a message can be put in the place of another."""
    steps.hand_back(db, "o-9", TELLING)
    steps.learned(db, OF, NEW, "3", GOOD, TELLING)
    first = rows.oldest(db)
    rows.put_instead(db, first.number, b"other")
    assert rows.oldest(db).content == b"other"
    assert read_result(first.content) == HandedBack("o-9")
    rows.sent(db, first.number, NOW)
    assert rows.login(db, "3").told_at is None
    rows.sent(db, rows.oldest(db).number, NOW)
    assert (rows.login(db, "3").told_at, rows.waiting(db)) == (NOW, 0)


def test_a_login_that_the_registry_has_heard_of_long_ago_is_forgotten(db):
    """With its order, and not before: so a folder does not grow for ever. What waits to be told stays."""
    steps.learned(db, OF, NEW, "3", GOOD, TELLING)
    steps.learned(db, OF, NEW, "4", GOOD, TELLING)
    rows.sent(db, rows.oldest(db).number, NOW)
    later = NOW + timedelta(days=9)
    rows.forget_orders(db, later)
    assert rows.login(db, "3") is not None
    steps.close(db, "o-1", TELLING)
    rows.forget_orders(db, later)
    assert (rows.login(db, "3"), rows.known(db, "o-1")) == (None, "never")
    assert rows.login(db, "4") is not None
