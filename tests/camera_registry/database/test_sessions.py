"""Sessions: what holds on either database when it is read and written."""

import threading
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone
from itertools import product

import pytest
from sqlalchemy.exc import IntegrityError, StatementError
from sqlmodel import func, select

from camera_registry.database import DatabaseUnusableError, reading, rehearsing, writing
from camera_registry.lists import has_words, plain
from camera_registry.models import District, School, Sweep, SweepItem
from tests.camera_registry.registered import device

WORDS = (
    "Trường Tiểu học Nguyễn Bỉnh Khiêm", "TRƯỜNG THCS  Đuốc\tSống", "Đ", "đ", "Straße", "İstanbul", "ΣΊΣΥΦΟΣ", "ﬁn",
    "Tru\u031bo\u031b\u0300ng", "\u00a0Cơ sở\u2003hai\u3000", "", " ", "\x1f", "DS-2CD1021", "Ǆ", "\u1e9e", "한국어",
    "ẛ̣", "a\nb", "%_\\", "Đường Đỗ Đức Dục", "\U0001f4f7 Camera", "Ⅷ", "K\u212a",
)  # fmt: skip
"""Texts in which letters, marks and spaces are less simple than they look."""
ASKED = (
    ("truong dong", "Trường Đông", None),
    ("truong", "Tru\u031bo\u031b\u0300ng", "x"),
    ("duoc song", "Đuốc", "Sống"),
    ("duocsong", "Đuốc", "Sống"),
    ("", "a"),
    ("  ", None, None),
    ("a", None, ""),
    ("a_c", "abc"),
    ("c\u00a0b", "abc"),
    ("khiêm 079", "Nguyễn Bỉnh Khiêm", "079-DG-01"),
)
"""What is looked for, and in what."""


def test_a_block_that_fails_writes_nothing(engine):
    """What was added before the error is not there; the error comes out as it is."""
    with suppress(ZeroDivisionError), writing(engine) as session:
        session.add(District(code="a", name="A"))
        session.flush()
        raise ZeroDivisionError
    with reading(engine) as session:
        assert session.exec(select(District)).all() == []


def test_a_row_that_points_nowhere_is_refused(engine):
    """Foreign keys hold; a fault of the program is not called a fault of the database."""
    with pytest.raises(IntegrityError), writing(engine) as session:
        session.add(School(code="1", name="x", managed_by=99))


def test_a_reading_session_cannot_write(engine):
    """A write in a reading session is an error at once, and the next writer is not hindered."""
    with pytest.raises(DatabaseUnusableError, match="cannot be opened or written"):
        _add_in_a_reading_session(engine)
    with writing(engine) as session:
        session.add(District(code="b", name="B"))


def _add_in_a_reading_session(engine):
    with reading(engine) as session:
        session.add(District(code="a", name="A"))
        session.flush()


def test_writers_wait_for_each_other_and_none_fails(engine):
    """Read, add one, write, by four threads at once: no update is lost and none is refused."""
    with writing(engine) as session:
        session.add(District(code="a", name="0"))

    def count():
        for _ in range(10):
            with writing(engine) as session:
                district = session.exec(select(District)).one()
                district.name = str(int(district.name) + 1)

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with reading(engine) as session:
        assert session.exec(select(District.name)).one() == "40"


def test_times_come_back_as_the_same_moment_in_utc(engine):
    """A moment with another zone is the same moment in UTC when it is read."""
    hanoi = datetime(2026, 11, 23, 22, 0, tzinfo=timezone(timedelta(hours=7)))
    with writing(engine) as session:
        session.add(Sweep(night="2026-11-23", planned_at=hanoi))
    with reading(engine) as session:
        planned = session.exec(select(Sweep.planned_at)).one()
    assert planned == hanoi
    assert planned.tzinfo is UTC


def test_a_time_without_a_zone_is_refused(engine):
    """It could mean any moment, so it is not stored."""
    with pytest.raises(StatementError, match="has no zone"), writing(engine) as session:
        session.add(Sweep(night="x", planned_at=datetime(2026, 11, 23, 22, 0)))  # noqa: DTZ001


def test_nothing_of_a_rehearsal_stays(engine):
    """What a rehearsing session wrote is seen by it and by nobody after it."""
    with rehearsing(engine) as session:
        session.add(District(code="a", name="A"))
        session.flush()
        assert session.exec(select(District.code)).all() == ["a"]
    with reading(engine) as session:
        assert session.exec(select(District.code)).all() == []


def test_a_reading_session_sees_one_moment(engine):
    """What is committed while it reads is not there for it, and is there for the next one."""
    with reading(engine) as before:
        assert before.exec(select(District.code)).all() == []
        with writing(engine) as session:
            session.add(District(code="a", name="A"))
        assert before.exec(select(District.code)).all() == []
    with reading(engine) as after:
        assert after.exec(select(District.code)).all() == ["a"]


def test_text_is_sorted_byte_by_byte(engine):
    """The order of lists is the same on either database: that of the bytes of UTF-8."""
    with writing(engine) as session:
        session.add_all(District(code=f"{n}", name=name) for n, name in enumerate(WORDS))
    with reading(engine) as session:
        found = session.exec(select(District.name).order_by(District.name)).all()
    assert found == sorted(WORDS, key=lambda text: text.encode())


def test_makes_are_compared_alike_by_the_database_and_by_python(engine):
    """`plain` in a query gives what `plain` in Python gives, for every letter that Unicode folds and every space."""
    letters = [chr(n) for n in (*range(1, 0xD800), *range(0xE000, 0x1F000))]
    folding = [letter for letter in letters if letter.casefold() != letter or letter.isspace()]
    texts = (*WORDS, *("".join(("a", *folding[n : n + 50], "b")) for n in range(0, len(folding), 50)))
    with reading(engine) as session:
        for text in texts:
            assert session.exec(select(func.plain(text))).one() == plain(text), text


def test_words_are_found_alike_by_the_database_and_by_python(engine):
    """`has_words` in a query finds what `has_words` in Python finds: without marks, in any case, in any part."""
    with reading(engine) as session:
        for words, *parts in (*ASKED, *product(WORDS, WORDS)):
            found = session.exec(select(func.has_words(words, *parts))).one()
            assert bool(found) is has_words(words, *parts), (words, parts)


def test_a_sign_that_no_text_may_hold_does_not_stop_a_search(engine):
    """U+0000 comes from a camera or an address: it is found nowhere, and is no error."""
    with writing(engine) as session:
        session.add(District(code="a", name="A\0B"))
    with reading(engine) as session:
        assert session.exec(select(District.code).where(District.code == "\0")).all() == []
        assert session.exec(select(District.name)).one() in {"A\0B", "A\ufffdB"}


def test_more_than_two_thousand_million_bytes_are_counted(engine):
    """A long look at a recorder passes 2³¹ bytes."""
    with writing(engine) as session:
        of = device(session)
        sweep = Sweep(night="x", planned_at=datetime(2026, 11, 23, tzinfo=UTC))
        session.add(sweep)
        session.flush()
        session.add(SweepItem(sweep_id=sweep.id, site_id=of.site_id, device_id=of.id, bytes_in=2**40, bytes_out=2**31))
    with reading(engine) as session:
        assert session.exec(select(SweepItem.bytes_in, SweepItem.bytes_out)).one() == (2**40, 2**31)
