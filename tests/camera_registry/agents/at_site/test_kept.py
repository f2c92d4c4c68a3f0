"""Kept: what is said to be kept is on the disk, for one process, and faults of the disk are said."""

import asyncio
import sqlite3

import pytest

from camera_registry.agents.at_site import rows
from camera_registry.agents.at_site.kept import KeptError, kept_in
from camera_registry.agents.at_site.rows import Of


def test_what_was_kept_is_there_after_the_next_start(tmp_path):
    """Also what was asked for `later` just before the end; the folder and its files are for their owner alone."""

    async def put():
        with kept_in(tmp_path / "state") as kept:
            await kept.do(lambda db: rows.post(db, Of("o-1"), b"1"))
            kept.later(lambda db: rows.post(db, Of("o-1"), b"2"))

    async def read():
        with kept_in(tmp_path / "state") as kept:
            return await kept.do(rows.waiting), await kept.do(rows.oldest)

    asyncio.run(put())
    waiting, oldest = asyncio.run(read())
    assert (waiting, oldest.content) == (2, b"1")
    assert all(path.stat().st_mode & 0o077 == 0 for path in (tmp_path / "state", *(tmp_path / "state").iterdir()))


def test_a_change_that_fails_leaves_nothing(tmp_path):
    """And the next one is made; its own error is raised as it is."""

    def broken(db):
        rows.post(db, Of("o-1"), b"1")
        raise ZeroDivisionError

    async def doing():
        with kept_in(tmp_path) as kept:
            with pytest.raises(ZeroDivisionError):
                await kept.do(broken)
            return await kept.do(rows.waiting)

    assert asyncio.run(doing()) == 0


def test_changes_are_made_in_their_order(tmp_path):
    """Whether somebody waits for them or not."""

    async def doing():
        with kept_in(tmp_path) as kept:
            for number in range(20):
                kept.later(lambda db, number=number: rows.post(db, Of(str(number)), b""))
            await kept.do(lambda db: rows.post(db, Of("last"), b""))
            found = await kept.do(lambda db: db.execute("SELECT order_id FROM outbox ORDER BY number").fetchall())
            return [order for (order,) in found]

    assert asyncio.run(doing()) == [*map(str, range(20)), "last"]


def test_a_full_disk_is_said_at_once_or_with_the_next_change(tmp_path):
    """With the folder and what to do; nothing that was kept before is gone."""

    def full(db):
        db.execute("PRAGMA max_page_count = 1")
        for _ in range(100):
            rows.post(db, Of("o-1"), bytes(100_000))

    async def fails(asked):
        with kept_in(tmp_path) as kept:
            await asked(kept)
            await kept.do(rows.waiting)

    async def later(kept):
        kept.later(full)

    for asked in (lambda kept: kept.do(full), later):
        with pytest.raises(KeptError, match="database or disk is full"):
            asyncio.run(fails(asked))


def test_a_damaged_file_is_said(tmp_path):
    """Instead of an agent that forgets what it had."""
    (tmp_path / "agent.db").write_bytes(b"no database" * 1_000)
    with pytest.raises(KeptError, match="file is not a database"), kept_in(tmp_path):
        pass


def test_a_folder_that_cannot_be_is_said(tmp_path):
    """A file stands where it should be."""
    (tmp_path / "state").write_text("")
    with pytest.raises(KeptError, match="cannot be used"), kept_in(tmp_path / "state"):
        pass


def test_one_folder_has_one_process(tmp_path):
    """The second is told so, and may have it when the first is gone."""
    with kept_in(tmp_path), pytest.raises(KeptError, match="another agent works with"), kept_in(tmp_path):
        pass
    with kept_in(tmp_path):
        pass


def test_every_commit_is_brought_to_the_disk(tmp_path):
    """A power cut takes back nothing that was said to be kept: FULL, in WAL."""

    async def doing():
        with kept_in(tmp_path) as kept:
            ask = "SELECT * FROM pragma_synchronous, pragma_journal_mode"
            return await kept.do(lambda db: db.execute(ask).fetchone())

    assert asyncio.run(doing()) == (2, "wal")
    assert sqlite3.threadsafety
