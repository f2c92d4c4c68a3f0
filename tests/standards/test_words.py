"""Numbers and values as people read them."""

from __future__ import annotations

from typing import Any

import pytest

from standards.words import show


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
