"""Numbers of looks: what each stream of a device was measured to send, packed into one row a device and look.

Strategy: a look at a recorder measures thirty streams, every night for years, so a row holds all of them in 30 bytes
each, whole numbers in the order of bytes of the network (`RECORD`, the same in docs/registry.md):

    stream          4 bytes   the id of the row in `stream`
    codec           1         1 h264, 2 h265, 3 mjpeg, 4 mpeg4, 5 av1; 100 + n: word n of the row (from 0); 0 unknown
    light           1         1 day, 2 night, 3 dark; 0 unknown
    width, height   2, 2      pixels
    fps             2         hundredths of a frame per second
    bit rate        4         tenths of a kbit/s
    key frames      2         hundredths of a second from one to the next
    seconds         2         tenths of a second that were measured
    packets, lost   4, 4      how many
    longest gap     2         milliseconds

The largest number of a field (all bits set) is unknown; what does not fit is kept as the one below it. The words of a
row are separated by line ends.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, insert
from sqlalchemy import select as sa_select
from sqlmodel import Session, col, select

from camera_registry.models import Channel, Measurement, Stream
from probes.facts import Stream as SeenStream

RECORD = struct.Struct(">IBBHHHIHHIIH")
CODECS = ("h264", "h265", "mjpeg", "mpeg4", "av1")
LIGHTS = ("day", "night", "dark")
_AT_ONCE = 8
"""Looks that are read together: the newest is nearly always enough."""
_FIRST_WORD = 100
_MOST_WORDS = 255 - _FIRST_WORD
_NAMES = ("width", "height", "fps", "bitrate_kbps", "keyframe_interval_s", "seconds", "packets", "packets_lost",
          "longest_gap_s")  # fmt: skip
_SCALES = (1, 1, 100, 10, 100, 10, 1, 1, 1000)
_BYTES = (2, 2, 2, 4, 2, 2, 4, 4, 2)
_UNKNOWN = tuple((1 << 8 * size) - 1 for size in _BYTES)


@dataclass(frozen=True)
class Numbers:
    """What the look at `at` measured of one stream; None is unknown."""

    stream_id: int
    at: datetime
    codec: str | None = None
    width: int | None = None
    height: int | None = None
    fps: float | None = None
    bitrate_kbps: float | None = None
    keyframe_interval_s: float | None = None
    seconds: float | None = None
    packets: int | None = None
    packets_lost: int | None = None
    longest_gap_s: float | None = None
    light: str | None = None


def measured(stream_id: int, at: datetime, stream: SeenStream) -> Numbers | None:
    """The numbers of a stream that the look at `at` saw; None when it measured none."""
    seen = stream.measured
    if seen is None:
        return None
    light = stream.image.light if stream.image else None
    return Numbers(stream_id, at, seen.codec, light=light, **{name: getattr(seen, name) for name in _NAMES})


def packed(rows: Iterable[Numbers]) -> tuple[bytes, str]:
    """`rows` of one look as they are kept: the records, and the words they point at."""
    words: list[str] = []
    return b"".join(_record(row, words) for row in rows), "\n".join(words)


def unpacked(body: bytes, words: str, at: datetime, only: Collection[int] | None = None) -> Iterator[Numbers]:
    """The inverse of `packed`, to the precision that is kept; of the streams `only` (ids), or of all."""
    known = words.split("\n")
    for stream_id, codec, light, *values in RECORD.iter_unpack(body):
        if only is None or stream_id in only:
            found = {name: _value(*each) for name, *each in zip(_NAMES, values, _UNKNOWN, _SCALES, strict=True)}
            yield Numbers(stream_id, at, _codec(codec, known), light=_word(light, LIGHTS), **found)  # type: ignore[arg-type]  # pixels and packets are whole: their scale is 1


def put(session: Session, device_id: int, at: datetime, rows: Collection[Numbers]) -> bool:
    """True when the look at `at` has measured something, and its numbers were not stored before."""
    key = {"device_id": device_id, "at": at}
    if not rows or session.execute(_STORED, key).first() is not None:
        return False
    body, words = packed(rows)
    session.connection().execute(_PUT, {**key, "streams": body, "words": words})
    return True


def of_main_streams(session: Session, device_id: int, most: int) -> dict[int, list[Numbers]]:
    """The newest numbers of the main stream of each channel of a device, under whichever id the device gave it: at most
    so many of each, the newest first, by channel id.
    """
    wanted = select(Stream.id, Stream.channel_id).join(Channel).where(Channel.device_id == device_id)
    channels = {stream_id or 0: channel for stream_id, channel in session.exec(wanted.where(Stream.role == "main"))}
    found: dict[int, list[Numbers]] = {channel: [] for channel in channels.values()}
    for row in newest(session, device_id, channels, lambda: all(len(rows) >= most for rows in found.values())):
        rows = found[channels[row.stream_id]]
        if len(rows) < most:
            rows.append(row)
    return found


def newest(
    session: Session, device_id: int, only: Mapping[int, object], enough: Callable[[], bool], looks: int | None = None
) -> Iterator[Numbers]:
    """The numbers of the streams `only` (ids) of a device, those of the newest look first, until it is `enough`, or at
    most of so many looks.
    """
    wanted = select(Measurement.at, Measurement.streams, Measurement.words).where(Measurement.device_id == device_id)
    wanted = wanted.order_by(col(Measurement.at).desc()).limit(looks).execution_options(yield_per=_AT_ONCE)
    with session.exec(wanted) as found:
        for at, body, words in found:
            yield from unpacked(body, words, at, only)
            if enough():
                return


def _record(row: Numbers, words: list[str]) -> bytes:
    values = [_whole(getattr(row, name), *rest) for name, *rest in zip(_NAMES, _UNKNOWN, _SCALES, strict=True)]
    light = LIGHTS.index(row.light) + 1 if row.light in LIGHTS else 0
    return RECORD.pack(row.stream_id, _code(row.codec, words), light, *values)


def _whole(value: float | None, unknown: int, scale: int) -> int:
    return unknown if value is None else min(max(0, round(value * scale)), unknown - 1)


def _value(whole: int, unknown: int, scale: int) -> float | None:
    if whole == unknown:
        return None
    return whole if scale == 1 else whole / scale


def _code(codec: str | None, words: list[str]) -> int:
    """The code of a codec; of one that is in no table it is a new word of the row."""
    if codec is None:
        return 0
    if codec in CODECS:
        return CODECS.index(codec) + 1
    word = codec.replace("\n", " ")
    if word not in words:
        if len(words) > _MOST_WORDS:
            return 0
        words.append(word)
    return _FIRST_WORD + words.index(word)


def _codec(code: int, words: list[str]) -> str | None:
    return words[code - _FIRST_WORD] if code >= _FIRST_WORD else _word(code, CODECS)


def _word(code: int, known: tuple[str, ...]) -> str | None:
    return known[code - 1] if code else None


_STORED = sa_select(col(Measurement.at)).where(
    col(Measurement.device_id) == bindparam("device_id"), col(Measurement.at) == bindparam("at")
)
_PUT = insert(Measurement.__table__)  # type: ignore[attr-defined]  # SQLModel gives it to every table
