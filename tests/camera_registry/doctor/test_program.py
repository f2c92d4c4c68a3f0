"""Doctor sees whether the program is whole."""

import tomllib
from pathlib import Path

from camera_registry.config import ProbeSettings
from camera_registry.doctor.program import FRONT, VENDOR, decoder, front_end
from tests.camera_registry.doctor.places import around, only

ROOT = Path(__file__).parents[3]


def test_the_files_of_the_pages_are_those_of_the_front_end(tmp_path):
    """What doctor looks for is what `make front` copies."""
    copied = tomllib.loads((ROOT / "front" / "files.toml").read_text(encoding="utf-8"))["files"].values()
    assert set(FRONT) == set(copied)


def test_a_file_of_the_pages_that_is_missing_is_bad(tmp_path):
    """It is named, with what brings it back."""
    for name in FRONT[1:]:
        (tmp_path / name).touch()
    found = only(front_end(around(tmp_path), tmp_path), "bad")
    assert found.seen["en"] == f"files of the pages are missing: {FRONT[0]}"
    assert "make front" in found.to_do["vi"]
    only(front_end(around(tmp_path), VENDOR), "well")


def test_a_decoder_that_does_not_start_is_bad(tmp_path):
    """A child whose program ends at once is told as what it is, and what to do; the real one decodes."""
    found = only(decoder(around(tmp_path), "this"), "bad")
    assert "image.decode" in found.seen["en"]
    only(decoder(around(tmp_path)), "well")


def test_without_pictures_no_decoder_is_needed(tmp_path):
    """It is left out, and no process is started."""
    only(decoder(around(tmp_path, probe=ProbeSettings(picture=False))), "left_out")
