"""The writer: many changes in one transaction, each answered after its commit, each failing alone."""

import asyncio
import sqlite3
import threading

import pytest
from sqlalchemy import event
from sqlalchemy.exc import IntegrityError, OperationalError

from camera_registry.database import DatabaseUnusableError, open_database, reading
from camera_registry.models import District, School
from camera_registry.store import districts
from camera_registry.sweep.writer import Writer, WriterGoneError


def _add(code):
    return lambda session: session.add(District(code=code, name=code)) or code


async def _with(writer, *changes):
    running = asyncio.create_task(writer.run())
    results = await asyncio.gather(*(writer.do(c) for c in changes), return_exceptions=True)
    writer.close()
    await running
    return results


def _codes(engine):
    with reading(engine) as session:
        return [d.code for d in districts.every(session)]


def test_what_was_asked_for_together_is_committed_together(engine):
    """One transaction, and everybody has an answer."""
    commits = []
    writer = Writer(engine)
    commit = writer._commit
    writer._commit = lambda changes: commits.append(len(changes)) or commit(changes)
    assert asyncio.run(_with(writer, _add("1"), _add("2"), _add("3"))) == ["1", "2", "3"]
    assert (_codes(engine), commits) == (["1", "2", "3"], [3])


def test_a_full_batch_does_not_wait_for_time(engine):
    """With room for two, three changes take two commits, though the clock would allow an hour."""
    assert asyncio.run(_with(Writer(engine, every_s=3600, at_most=2), _add("1"), _add("2"))) == ["1", "2"]


def test_what_keeps_a_lease_is_written_before_all_that_waits(engine):
    """Even where hundreds of changes were asked for before it."""
    order = []

    def noted(code):
        return lambda session: order.append(code)

    async def run():
        writer = Writer(engine, every_s=3600, at_most=3)
        running = asyncio.create_task(writer.run())
        waiting = [asyncio.create_task(writer.do(noted(n))) for n in range(2)]
        await asyncio.sleep(0)
        lease = asyncio.create_task(writer.first(noted("lease")))
        await asyncio.sleep(0)
        writer.close()
        await asyncio.gather(lease, *waiting)
        await running

    asyncio.run(run())
    assert order == ["lease", 0, 1]


def test_a_transaction_ends_after_a_while_whatever_waits(engine):
    """Others need the database too. What it did not take is written with the next one, in its order; and a change that
    takes longer than that by itself is written.
    """
    commits, passed = [], [0.0]
    writer = Writer(engine, seconds=lambda: passed[0])
    commit = writer._commit
    writer._commit = lambda changes: (results := commit(changes)) and (commits.append(len(results)) or results)

    def slow(code, lasts):
        def change(session):
            passed[0] += lasts
            return _add(code)(session)

        return change

    changes = [slow(str(n), 0.6) for n in range(3)] + [slow("3", 9.0), slow("4", 0.1)]
    assert asyncio.run(_with(writer, *changes)) == ["0", "1", "2", "3", "4"]
    assert (_codes(engine), commits) == (["0", "1", "2", "3", "4"], [2, 2, 1])


def test_a_change_that_fails_takes_back_only_itself(engine):
    """The others are written; the one who asked is told."""

    def broken(session):
        session.add(District(code="9", name="half"))
        session.flush()
        raise LookupError("nothing there")

    first, failed, twice, last = asyncio.run(_with(Writer(engine), _add("1"), broken, _add("1"), _add("2")))
    assert (first, last) == ("1", "2")
    assert isinstance(failed, LookupError)
    assert isinstance(twice, IntegrityError)
    assert _codes(engine) == ["1", "2"]


def test_a_value_that_the_database_cannot_keep_fails_alone(engine):
    """A number beyond every column comes from one camera; what was seen of the others is written."""

    def monstrous(session):
        session.add(School(code="s", name="x", managed_by=2**70))
        session.flush()

    first, failed, last = asyncio.run(_with(Writer(engine), _add("1"), monstrous, _add("2")))
    assert (first, last) == ("1", "2")
    assert isinstance(failed, Exception)
    assert _codes(engine) == ["1", "2"]


def test_an_error_of_the_database_fails_the_whole_batch(engine):
    """Nobody is told that it is safe when it is not."""

    def full(session):
        raise OperationalError("", {}, Exception("database or disk is full"))

    results = asyncio.run(_with(Writer(engine), _add("1"), full, _add("2")))
    assert [type(r) for r in results] == [DatabaseUnusableError] * 3
    assert _codes(engine) == []


def test_what_was_asked_for_before_the_end_is_written(engine):
    """`later` waits for nothing, and is not lost."""

    async def run():
        writer = Writer(engine)
        running = asyncio.create_task(writer.run())
        writer.later(_add("1"))
        writer.close()
        await running

    asyncio.run(run())
    assert _codes(engine) == ["1"]


def test_a_change_that_nobody_waits_for_is_logged_when_it_fails(engine, caplog):
    """The others go on."""

    def broken(session):
        raise LookupError("nothing there")

    async def run():
        writer = Writer(engine)
        running = asyncio.create_task(writer.run())
        writer.later(broken)
        writer.close()
        await running

    asyncio.run(run())
    assert "A change was not written" in caplog.text


def test_a_cancelled_wait_loses_no_change(engine):
    """The change is written although nobody waits any more."""

    async def run():
        writer = Writer(engine)
        asked = asyncio.ensure_future(writer.do(_add("1")))
        await asyncio.sleep(0)
        asked.cancel()
        running = asyncio.create_task(writer.run())
        writer.close()
        await running
        with pytest.raises(asyncio.CancelledError):
            await asked

    asyncio.run(run())
    assert _codes(engine) == ["1"]


def test_whoever_waits_for_a_writer_that_is_gone_is_told(engine):
    """Cancelled in the middle, it leaves nobody waiting for ever; what is asked for afterwards fails at once."""

    async def run():
        writer = Writer(engine, every_s=3600)
        running = asyncio.create_task(writer.run())
        asked = asyncio.ensure_future(writer.do(_add("1")))
        await asyncio.sleep(0.05)
        running.cancel()
        with pytest.raises(WriterGoneError):
            await asked
        with pytest.raises(WriterGoneError):
            await writer.do(_add("2"))
        writer.later(_add("3"))

    asyncio.run(run())
    assert _codes(engine) == []


@pytest.mark.only("sqlite")
def test_a_database_that_is_held_for_a_while_is_waited_for(engine, tmp_path):
    """An import that takes long costs no result."""
    other = sqlite3.connect(tmp_path / "registry.db", isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    impatient = open_database(str(engine.url))
    event.listen(impatient, "connect", lambda connection, _: connection.execute("PRAGMA busy_timeout=100"))
    threading.Timer(0.25, other.execute, ["ROLLBACK"]).start()
    assert asyncio.run(_with(Writer(impatient), _add("1"))) == ["1"]
    impatient.dispose()
    other.close()
