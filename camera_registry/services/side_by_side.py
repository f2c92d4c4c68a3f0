"""Declared, capable and measured side by side, from the merged sheet. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from camera_registry.services.device_values import Line, Named, StreamSeen, Told
from camera_registry.services.explained import shown
from probes.facts import Encoding, Fact, Sheet, StreamSheet
from standards import reasons
from standards.model import LANGUAGES, Text
from standards.words import show

AT_MOST: Text = {"vi": "tối đa", "en": "at most"}
LIMIT: Text = {"vi": "giới hạn", "en": "limit"}
LESS: Text = {"vi": "thấp hơn khai báo", "en": "less than declared"}
MORE: Text = {"vi": "cao hơn khai báo", "en": "more than declared"}
OTHER: Text = {"vi": "khác khai báo", "en": "other than declared"}
_SAME = 0.1
"""Two numbers that differ by no more than this part are not told apart."""
_PROPERTIES = {
    "codec": "codec",
    "size": "size",
    "fps": "fps",
    "bitrate": "bitrate_kbps",
    "keyframe": "keyframe_interval_s",
}
"""Key in `reports.words` -> name of the fact in the groups `declared` and `measured`."""
_FURTHER = (
    "stream.role_source", "declared.gop", "declared.rate_control", "sdp.codec", "sdp.size", "sdp.fps",
    "rtsp.interleaved", "measured.profile", "measured.level", "measured.seconds", "measured.packets",
    "measured.packets_lost", "measured.longest_gap_s", "measured.first_packet_ms", "image.light", "image.black",
    "image.covered", "image.blurred", "image.no_signal", "image.frozen", "image.moved", "image.overexposed",
    "image.underexposed", "image.colourless", "image.cast", "image.smeared", "image.combed", "image.compared",
    "image.compared_days", "image.shift_percent", "image.turn_deg", "image.sharpness_share",
)  # fmt: skip


def stream_seen(sheet: StreamSheet, uri: str) -> StreamSeen:
    """What is known of one stream."""
    role, source = (_value(sheet, f"stream.{name}") for name in ("role", "role_source"))
    lines = tuple(_line(sheet, name, fact) for name, fact in _PROPERTIES.items())
    return StreamSeen(sheet.id, role or "extra", source or "", uri, lines, named(sheet, _FURTHER))


def named(sheet: Sheet, paths: tuple[str, ...]) -> tuple[Named, ...]:
    """Those of these facts that are known, in this order."""
    return tuple(Named(path, told(path, sheet.facts[path])) for path in paths if path in sheet.facts)


def told(path: str, fact: Fact) -> Told:
    """One fact as a person reads it."""
    return Told(shown(path, fact.value), fact.at, fact.how)


def _line(sheet: StreamSheet, name: str, fact: str) -> Line:
    measured = _told(sheet, f"measured.{fact}")
    failure = None if measured else sheet.why_missing(f"measured.{fact}")
    declared = _told(sheet, f"declared.{fact}")
    if declared and name == "bitrate":
        declared = Told(
            {lang: f"{declared.text[lang]} ({LIMIT[lang]})" for lang in LANGUAGES}, declared.at, declared.how
        )
    why = reasons.failed(failure) if failure else None
    differs = _differs(name, *(_value(sheet, f"{group}.{fact}") for group in ("declared", "measured")))
    return Line(name, declared, _capable(sheet, name), measured, why, differs, _could_more(sheet, name, fact))


def _differs(name: str, declared: Any, measured: Any) -> Text | None:
    """How what was measured differs from what is declared; None where it does not, or one of them is not known."""
    if declared is None or measured is None or declared == measured:
        return None
    if name == "codec":
        return OTHER
    before, now = _number(declared), _number(measured)
    if abs(now - before) <= _SAME * before or (name == "bitrate" and now < before):  # a limit is not reached
        return None
    return LESS if now < before else MORE


def _could_more(sheet: StreamSheet, name: str, fact: str) -> bool:
    """True when the device says that it could send clearly more than arrived: a larger picture, or more frames."""
    measured, encodings = _value(sheet, f"measured.{fact}"), _value(sheet, "capable.encodings")
    if name not in ("size", "fps") or measured is None or encodings is None:
        return False
    most = _MOST[name](encodings)[0]
    return most is not None and _number(most) > (1 + _SAME) * _number(measured)


def _number(value: Any) -> float:
    return float(value[0] * value[1]) if isinstance(value, tuple | list) else float(value)


def _told(sheet: Sheet, path: str) -> Told | None:
    return told(path, sheet.facts[path]) if path in sheet.facts else None


def _value(sheet: Sheet, path: str) -> Any:
    return sheet.facts[path].value if path in sheet.facts else None


def _capable(sheet: StreamSheet, name: str) -> Told | None:
    """What the device says it could send: all its codecs, else the most over all of them."""
    fact = sheet.facts.get("capable.encodings")
    if fact is None or name not in _MOST:
        return None
    value, unit = _MOST[name](fact.value)
    if value is None:
        return None
    before = {lang: "" if name == "codec" else f"{AT_MOST[lang]} " for lang in LANGUAGES}
    return Told({lang: before[lang] + show(value, unit, lang) for lang in LANGUAGES}, fact.at, fact.how)


def _codecs(encodings: tuple[Encoding, ...]) -> tuple[Any, str]:
    return tuple(e.codec for e in encodings) or None, ""


def _largest(encodings: tuple[Encoding, ...]) -> tuple[Any, str]:
    sizes = [size for e in encodings for size in e.sizes]
    return max(sizes, key=lambda size: size[0] * size[1], default=None), "px"


def _end_of(name: str, unit: str) -> Callable[[tuple[Encoding, ...]], tuple[Any, str]]:
    def most(encodings: tuple[Encoding, ...]) -> tuple[Any, str]:
        return max(_ends(encodings, name), default=None), unit

    return most


def _ends(encodings: tuple[Encoding, ...], name: str) -> Iterator[float]:
    return (getattr(e, name)[1] for e in encodings if getattr(e, name))


_MOST: Mapping[str, Callable[[tuple[Encoding, ...]], tuple[Any, str]]] = {
    "codec": _codecs,
    "size": _largest,
    "fps": _end_of("fps", "frames/s"),
    "bitrate": _end_of("bitrate_kbps", "kbit/s"),
}
