"""Which registered cameras may be the ones behind the channels of a recorder."""

import pytest

from camera_registry.services.same_camera import OwnCamera, Place, RecordedChannel, candidates


def _camera(number=1, **values):
    place = Place(device=f"CAM-{number}", index=1, channel_id=number)
    return OwnCamera(place=place, **{"host": f"192.168.1.{number}", **values})


def _channel(*words, index=1):
    return RecordedChannel(place=Place(device="DG", index=index, channel_id=100 + index), words=words)


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("192.168.1.1", "address"),
        ("IPC_192.168.1.1_1", "address"),
        ("192.168.1.10", None),
        ("1192.168.1.1", None),
        ("192.168.1.1.5", None),
        ("src-4C:11:BF:01:02:03", "identity"),
        ("DS-2CD20190909AAWR12345", "identity"),
        ("CONG SAU", "name"),
        ("Cổng sau 2", None),
        ("Camera 01", None),
        ("", None),
    ],
)
def test_what_the_recorder_says_tells_the_camera_or_nothing(words, reason):
    """A whole address, a key that one unit has, or the name that a person gave; a name that all have is none."""
    camera = _camera(names=("Cổng sau", "Camera 01"), identity={"mac": "4c11bf010203", "serial": "20190909AAWR12345"})
    assert [one.reason for one in candidates([camera], [_channel(words)])] == ([reason] if reason else [])


def test_a_sign_that_fits_two_fits_none():
    """Two cameras of one name, or two channels that name one camera: nobody can tell which."""
    both = [_camera(1, names=("Sân trường",)), _camera(2, names=("San truong",))]
    assert candidates(both, [_channel("Sân trường")]) == ()
    assert candidates(both[:1], [_channel("Sân trường"), _channel("Sân trường", index=2)]) == ()


def test_the_better_sign_decides_and_each_stands_in_one_pair():
    """The address goes before the name, and what is paired by it is not paired by another sign."""
    cameras = [_camera(1, names=("Sân",)), _camera(2, names=("Cổng sau",))]
    found = candidates(cameras, [_channel("Cổng sau", "192.168.1.1"), _channel("Sân", index=2)])
    assert [(one.camera.device, one.recorded.index, one.reason) for one in found] == [("CAM-1", 1, "address")]
