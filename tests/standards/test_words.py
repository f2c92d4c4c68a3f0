"""Numbers and values as people read them."""

from __future__ import annotations

from typing import Any

import pytest

from standards.words import show, span


@pytest.mark.parametrize(
    ("value", "unit", "vi", "en"),
    [
        (12.5, "frames/s", "12,5 hình/giây", "12.5 frames/s"),
        (15.0, "frames/s", "15 hình/giây", "15 frames/s"),
        (4096, "kbit/s", "4,1 Mbps", "4.1 Mbps"),
        (220.0, "ms", "220 ms", "220 ms"),
        (2200.0, "ms", "2,2 giây", "2.2 s"),
        (-0.001, "s", "0 giây", "0 s"),
        (0.5, "%", "0,5%", "0.5%"),
        ((1920, 1080), "px", "1920×1080", "1920×1080"),
        ((0.41, 0.92), "MP", "0,41 MP; 0,92 MP", "0.41 MP; 0.92 MP"),
        ((), "MP", "không có", "none"),
        (None, "", "không có", "none"),
        (True, "", "có", "yes"),
        ("h265", "", "H.265", "H.265"),
        ("other:svac", "", "other:svac", "other:svac"),
        (("S", "T"), "", "S; T", "S; T"),
    ],
)
def test_a_value_reads_in_both_languages(value: Any, unit: str, vi: str, en: str) -> None:
    """Two decimals at most, the decimal comma in Vietnamese, units that people use."""
    assert (show(value, unit, "vi"), show(value, unit, "en")) == (vi, en)


@pytest.mark.parametrize(
    ("lowest", "highest", "unit", "vi", "en"),
    [
        (24.8, 25.0, "frames/s", "24,8 đến 25 hình/giây", "24.8 to 25 frames/s"),
        (2369.4, 2369.4, "kbit/s", "2,37 Mbps", "2.37 Mbps"),
        (-0.466, -0.4659, "s", "-0,47 giây", "-0.47 s"),
        (-0.466, 0.4, "s", "-0,47 đến 0,4 giây", "-0.47 to 0.4 s"),
        (800.0, 1200.0, "ms", "800 ms đến 1,2 giây", "800 ms to 1.2 s"),
        (0.0, 2.5, "%", "0 đến 2,5%", "0 to 2.5%"),
        (1, 3, "", "1 đến 3", "1 to 3"),
        (100, 150, "frames", "100 đến 150 khung hình", "100 to 150 frames"),
    ],
)
def test_a_span_reads_in_both_languages(lowest: float, highest: float, unit: str, vi: str, en: str) -> None:
    """The unit once, a value that reads alike once."""
    assert (span(lowest, highest, unit, "vi"), span(lowest, highest, unit, "en")) == (vi, en)
