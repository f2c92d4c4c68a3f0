"""Numbers, sizes and codes as people read them, in Vietnamese and in English."""

from __future__ import annotations

from typing import Any

from standards.model import Text

UNITS: dict[str, Text] = {
    "frames/s": {"vi": "hình/giây", "en": "frames/s"},
    "frames": {"vi": "khung hình", "en": "frames"},
    "packets": {"vi": "gói tin", "en": "packets"},
    "s": {"vi": "giây", "en": "s"},
    "ms": {"vi": "giây", "en": "s"},
    "kbit/s": {"vi": "Mbps", "en": "Mbps"},
    "Mbit/s": {"vi": "Mbps", "en": "Mbps"},
    "px": {"vi": "điểm ảnh", "en": "pixels"},
    "MP": {"vi": "MP", "en": "MP"},
    "d": {"vi": "ngày", "en": "days"},
    "deg": {"vi": "độ", "en": "degrees"},
    "m": {"vi": "m", "en": "m"},
    "characters": {"vi": "ký tự", "en": "characters"},
    "octets": {"vi": "byte", "en": "octets"},
    "profiles": {"vi": "cấu hình hình ảnh", "en": "profiles"},
    "px/m": {"vi": "điểm ảnh/m", "en": "pixels/m"},
    "%": {"vi": "%", "en": "%"},
}
_SHOWN_PER_UNIT = {"ms": 1000.0, "kbit/s": 1000.0}
CODES = {"h264": "H.264", "h265": "H.265", "mjpeg": "MJPEG", "mpeg4": "MPEG-4", "av1": "AV1"}
FLAGS: dict[bool, Text] = {True: {"vi": "có", "en": "yes"}, False: {"vi": "không", "en": "no"}}
_TO: Text = {"vi": "đến", "en": "to"}
NOTHING: Text = {"vi": "không có", "en": "none"}


def number(value: float, language: str) -> str:
    """At most two decimals, without zeros at the end, with the decimal comma of Vietnamese."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    text = "0" if text == "-0" else text
    return text.replace(".", ",") if language == "vi" else text


def with_unit(value: float, unit: str, language: str) -> str:
    """`value` of a fact in `unit` as a person reads it: bit rates in Mbps, a second and more in seconds."""
    if unit == "ms" and value < _SHOWN_PER_UNIT["ms"]:
        return f"{value:.0f} ms"
    shown = number(value / _SHOWN_PER_UNIT.get(unit, 1.0), language)
    word = UNITS.get(unit, {}).get(language, unit)
    return shown + word if word == "%" else f"{shown} {word}".strip()


def span(lowest: float, highest: float, unit: str, language: str) -> str:
    """From the lowest to the highest as a person reads it, with the unit once where both have the same; one value where
    both read alike.
    """
    low, high = (with_unit(value, unit, language) for value in (lowest, highest))
    if low == high:
        return low
    figure, word = (text.lstrip("-0123456789.,") for text in (low, high))
    return f"{low.removesuffix(word).strip() if figure == word else low} {_TO[language]} {high}"


def show(value: Any, unit: str, language: str) -> str:
    """Any value of a fact as a person reads it."""
    match value:
        case None | ():
            return NOTHING[language]
        case bool():
            return FLAGS[value][language]
        case int() | float():
            return with_unit(value, unit, language)
        case (int(), int()) if unit == "px":
            return f"{value[0]}×{value[1]}"
        case tuple() | list():
            return "; ".join(show(v, unit, language) for v in value)
        case _:
            return CODES.get(value, str(value))


def either(values: tuple[Any, ...], unit: str, language: str) -> str:
    """The values as alternatives: `H.264 or H.265`."""
    return {"vi": " hoặc ", "en": " or "}[language].join(show(v, unit, language) for v in values)
