"""The measured rate and bit rate of a channel over the nights, drawn, with the least that is required. Pure."""

from __future__ import annotations

from datetime import tzinfo

from markupsafe import Markup

from camera_registry.services.device_values import Numbers
from camera_registry.web.charts import Level, line_chart
from standards import Edition
from standards.model import Text

RATE: Text = {"vi": "Tốc độ khung hình đo được", "en": "Measured frame rate"}
RATE_UNIT: Text = {"vi": "hình/giây", "en": "frames/s"}
BIT_RATE: Text = {"vi": "Tốc độ bit đo được", "en": "Measured bit rate"}
BIT_RATE_UNIT = "Mbps"
LEAST: Text = {"vi": "Mức tối thiểu", "en": "Minimum"}
KBIT = 1000


def charts(rows: tuple[Numbers, ...], edition: Edition, lang: str, zone: tzinfo) -> tuple[Markup, Markup]:
    """Both charts of these numbers, of which the newest stands first."""
    old_first = rows[::-1]
    rate = tuple((row.at, row.fps) for row in old_first)
    bits = tuple((row.at, None if row.bitrate_kbps is None else row.bitrate_kbps / KBIT) for row in old_first)
    levels = [Level(LEAST[lang], value) for value in least(edition, "measured.fps")]
    return (
        line_chart(RATE[lang], [(RATE[lang], rate)], RATE_UNIT[lang], lang=lang, zone=zone, levels=levels),
        line_chart(BIT_RATE[lang], [(BIT_RATE[lang], bits)], BIT_RATE_UNIT, lang=lang, zone=zone),
    )


def least(edition: Edition, fact: str) -> list[float]:
    """What the edition requires of this fact of a main stream at least; nothing where no rule says so."""
    deciding = (rule for rule in edition.rules if rule.decides and rule.source.state != "N")
    return [
        float(wanted.argument)
        for rule in deciding
        for wanted in rule.expect
        if (wanted.fact, wanted.operator) == (fact, "at_least") and all(r.argument == "main" for r in rule.roles)
    ][:1]
