"""A JPEG without what stands beside the picture: whole, cut anywhere, with trailing bytes, and whatever else comes."""

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from camera_registry.services.jpeg import JpegError, bare

NOTE = b"Exif\0\0 10.8231 N"


def _made(*options):
    picture = np.random.default_rng(7).integers(0, 255, (40, 60, 3), dtype=np.uint8)
    return cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 60, *options])[1].tobytes()


PLAIN, PROGRESSIVE = _made(), _made(cv2.IMWRITE_JPEG_PROGRESSIVE, 1)
RESTARTS = _made(cv2.IMWRITE_JPEG_RST_INTERVAL, 2)


def _with_note(data, marker=0xE1):
    return data[:2] + bytes([0xFF, marker]) + (len(NOTE) + 2).to_bytes(2, "big") + NOTE + data[2:]


@pytest.mark.parametrize("data", [PLAIN, PROGRESSIVE, RESTARTS], ids=["baseline", "progressive", "restarts"])
@pytest.mark.parametrize("marker", [0xE1, 0xED, 0xFE], ids=["exif", "iptc", "comment"])
def test_the_picture_is_the_same_and_nothing_stands_beside_it(data, marker):
    """Every kind of note goes; what is seen is what was seen; twice is once."""
    made = bare(_with_note(data, marker))
    assert NOTE not in made.data
    assert (made.width, made.height) == (60, 40)
    seen, before = (cv2.imdecode(np.frombuffer(each, np.uint8), cv2.IMREAD_COLOR) for each in (made.data, data))
    assert np.array_equal(seen, before)
    assert bare(made.data) == made


def test_what_follows_the_picture_goes_too():
    """A phone may hide a video, or the photo in full size, behind the end."""
    assert bare(PLAIN + NOTE) == bare(PLAIN)


@pytest.mark.parametrize("data", [PLAIN, PROGRESSIVE])
def test_a_picture_that_is_cut_off_is_none(data):
    """Cut at every byte."""
    for end in range(len(data)):
        with pytest.raises(JpegError):
            bare(data[:end])


@given(st.binary(max_size=300), st.integers(0, 400))
def test_whatever_comes_there_is_no_other_error(junk, at):
    """Bytes in the middle of a picture, and bytes alone."""
    for data in (junk, PLAIN[:at] + junk + PLAIN[at:]):
        try:
            made = bare(data)
        except JpegError:
            continue
        assert made.width
        assert made.height
