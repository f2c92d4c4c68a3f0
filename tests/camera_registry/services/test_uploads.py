"""Files in work: each for its account, for hours, and no more of them than the memory holds."""

import threading
from datetime import UTC, datetime, timedelta

from camera_registry.services.uploads import KEPT, MOST, Uploads

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


def _keep(uploads, account, at=NOW):
    made = uploads.keep(account, "a.xlsx", {"a.xlsx": b"x"}, at)
    made.stage = "looked_at"
    return made


def test_a_file_is_there_for_its_account_alone_and_for_hours():
    """Then it is forgotten."""
    uploads = Uploads()
    made = _keep(uploads, 1)
    assert uploads.find(made.token, 1, NOW + KEPT) is made
    assert uploads.find(made.token, 2, NOW) is None
    assert uploads.find(made.token, 1, NOW + KEPT + timedelta(seconds=1)) is None
    assert uploads.find(made.token, 1, NOW) is None


def test_an_account_has_one_file_and_all_together_have_so_many():
    """The oldest goes; one that is being written stays."""
    uploads = Uploads()
    first = _keep(uploads, 0)
    first.stage = "writing"
    made = [_keep(uploads, account) for account in range(1, MOST + 3)]
    assert uploads.find(first.token, 0, NOW) is first
    there = [each for each in made if uploads.find(each.token, each.account_id, NOW)]
    assert there == made[-len(there) :]
    assert len(there) == MOST - 1
    again = _keep(uploads, made[-1].account_id)
    assert uploads.find(made[-1].token, made[-1].account_id, NOW) is None
    assert uploads.find(again.token, again.account_id, NOW) is again


def test_what_a_thread_raises_is_a_failure_that_the_page_tells():
    """The file is still there; the next one gets its turn."""
    uploads, turn = Uploads(), threading.Event()
    made, other = _keep(uploads, 1), _keep(uploads, 2)
    uploads.start(made, "reading", lambda: 1 / 0).join(5)
    uploads.start(other, "reading", turn.set).join(5)
    assert (made.stage, turn.is_set()) == ("failed", True)
