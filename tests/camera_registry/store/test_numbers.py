"""Numbers of looks: packed and unpacked, and found again by channel."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from camera_registry.database import reading, writing
from camera_registry.models import Measurement, Stream
from camera_registry.store import channels, numbers
from camera_registry.store.numbers import Numbers, packed, unpacked
from tests.camera_registry.registered import device

ROOT = Path(__file__).parents[3]
NOW = datetime(2026, 11, 23, 3, 0, 0, 4000, tzinfo=UTC)
WHOLE = Numbers(7, NOW, "h265", 2560, 1440, 24.97, 3912.3, 2.04, 6.2, 2600, 3, 0.061, "night")


def _again(*rows):
    return list(unpacked(*packed(rows), NOW))


def test_numbers_come_back_to_the_precision_that_is_kept():
    """Hundredths of a frame, tenths of a kbit/s, thousandths of a gap; what is unknown stays unknown."""
    nothing = Numbers(8, NOW)
    assert _again(WHOLE, nothing) == [WHOLE, nothing]
    assert _again(Numbers(9, NOW, fps=12.3456, bitrate_kbps=0.04)) == [Numbers(9, NOW, fps=12.35, bitrate_kbps=0.0)]


def test_a_stream_takes_thirty_bytes():
    """That is what the size of a night is reckoned with; the document says the same layout."""
    body, words = packed([WHOLE, WHOLE])
    assert (len(body), words) == (60, "")
    told = (ROOT / "docs/registry.md").read_text(encoding="utf-8")
    assert f'struct.iter_unpack("{numbers.RECORD.format}", streams)' in told


@pytest.mark.parametrize("codec", [None, "h264", "av1", "other:vc1", "other:a\nb"])
def test_every_codec_stays_readable(codec):
    """The known ones are codes, another one is a word of the row, whatever it is called; two streams share it."""
    rows = _again(Numbers(1, NOW, codec), Numbers(2, NOW, codec), Numbers(3, NOW, "other:rle"))
    assert [row.codec for row in rows] == [*[codec and codec.replace("\n", " ")] * 2, "other:rle"]


def test_what_does_not_fit_is_the_largest_that_does_and_never_unknown():
    """A gap of two minutes is more than there is room for; a camera that counts below zero has none."""
    (row,) = _again(Numbers(1, NOW, longest_gap_s=120.0, fps=9999.0, packets_lost=-5))
    assert (row.longest_gap_s, row.fps, row.packets_lost) == (65.534, 655.34, 0)


@pytest.fixture
def recorder(engine):
    """The engine, the id of a device of two channels, its stream ids: main and sub of the first, main of the other."""
    with writing(engine) as session:
        made = device(session, channels=(1, 2))
        first, other = (c.id for c in channels.of_device(session, made.id))
        streams = [Stream(channel_id=c, key=key, role=role) for c, key, role in
                   ((first, "a", "main"), (first, "b", "sub"), (other, "c", "main"))]  # fmt: skip
        session.add_all(streams)
        session.flush()
        return engine, made.id, [stream.id for stream in streams]


def test_the_newest_numbers_of_main_streams_are_found_by_channel(recorder):
    """Of each channel the newest first, so many at most, however long ago; of a sub stream none."""
    engine, camera, (main, sub, other) = recorder
    with writing(engine) as session:
        for day in range(20):
            at, seen = NOW + timedelta(days=day), (main, sub) if day else (main, other)
            assert numbers.put(session, camera, at, [Numbers(s, at, fps=float(day)) for s in seen])
        found = numbers.of_main_streams(session, camera, 3)
    assert sorted([row.fps for row in rows] for rows in found.values()) == [[0.0], [19.0, 18.0, 17.0]]


def test_the_same_look_twice_is_one_row(recorder):
    """To the millisecond: the times of a look are longer than what is kept of them."""
    engine, camera, (main, *_) = recorder
    at = NOW.replace(microsecond=4321)
    with writing(engine) as session:
        assert numbers.put(session, camera, at, [Numbers(main, at)])
    with writing(engine) as session:
        assert not numbers.put(session, camera, at, [Numbers(main, at)])
        assert not numbers.put(session, camera, at, [])
    with reading(engine) as session:
        assert session.get(Measurement, (camera, NOW)).at == NOW
