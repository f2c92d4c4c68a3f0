"""Access units that are encoded once for all tests of this folder."""

import pytest

from tests.probes.rtsp.encoded import Units, access_units


@pytest.fixture(scope="session")
def h264_units() -> list[Units]:
    """H.264: a group of four pictures without B-frames, twice; one slice each."""
    return access_units("libx264", "keyint=4:scenecut=0:bframes=0:sliced-threads=0:slices=1:rc-lookahead=0")


@pytest.fixture(scope="session")
def h264_slices() -> list[Units]:
    """H.264: several slices a picture."""
    return access_units("libx264", "keyint=4:scenecut=0:bframes=0:slices=4", count=5)


@pytest.fixture(scope="session")
def h264_open() -> list[Units]:
    """H.264: open groups with B-frames; after the first picture, I-pictures with a recovery point and no IDR."""
    return access_units("libx264", "keyint=6:min-keyint=6:scenecut=0:bframes=2:b-adapt=0:open-gop=1", count=20)


@pytest.fixture(scope="session")
def h265_units() -> list[Units]:
    """H.265: a group of four pictures without B-frames, twice."""
    return access_units("libx265", "keyint=4:min-keyint=4:scenecut=0:bframes=0:repeat-headers=1:pools=none")
