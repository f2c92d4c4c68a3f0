"""Findings and failures in words, as the registry says them."""

import pytest

from camera_registry.services.explained import advice, measured
from probes.errors import AT_STEP, KINDS, Failure
from tests.standards.sheets import FULL_HD


@pytest.mark.parametrize(("kind", "step"), [*((kind, "run") for kind in KINDS), *AT_STEP])
def test_no_advice_of_the_registry_speaks_of_options_of_a_command(kind, step):
    """People who read it have a page before them."""
    told = advice(Failure(kind, step))
    assert all("--" not in text and text for text in told.values())


@pytest.mark.parametrize(
    ("fact", "seen", "told"),
    [
        ("measured.size", "[1280, 720]", "1280×720"),
        ("measured.bitrate_kbps", "3900.0", "3,9 Mbps"),
        ("channel.further_megapixels", "[]", "không có"),
        ("image.no_signal", "true", "bảng báo mất tín hiệu"),
        ("capable.encodings", f'[{{"codec": "{FULL_HD.codec}"}}]', "H.264"),
        ("gone.path", "true", "có"),
        (None, "null", "không có số liệu"),
    ],
)
def test_what_was_seen_is_said_with_its_unit(fact, seen, told):
    """By the kind and unit of its path; a path that is no longer known has none."""
    assert measured(fact, seen)["vi"] == told
