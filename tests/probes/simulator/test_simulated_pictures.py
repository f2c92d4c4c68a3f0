"""The clips that simulated cameras send: what they show, how they are cut, and how they are kept on disk."""

import io
from dataclasses import replace

import av
import pytest

from probes.simulator import StreamSpec, clips, cuts, jpeg, packets

SMALL = StreamSpec("s", "h264", 320, 240, 10, gop=5)


@pytest.fixture
def own_folder(tmp_path, monkeypatch):
    """An empty folder for clips, and nothing remembered from before."""
    monkeypatch.setenv("CAMERA_SIMULATOR_CLIPS", str(tmp_path))
    clips.load.cache_clear()
    yield tmp_path
    clips.load.cache_clear()


def first_picture(scene):
    """The first picture of a scene, encoded and decoded again, as height x width x RGB."""
    clip = clips.encode(clips.key_of(replace(SMALL, width=640, height=360, scene=scene)))
    with av.open(io.BytesIO(b"".join(unit.data for unit in clip.units)), format="h264") as container:
        return next(container.decode(video=0)).to_ndarray(format="rgb24").astype(float)


def sharpness(picture):
    """The variance of the Laplacian of the brightness."""
    grey = picture.mean(axis=2)
    around = grey[:-2, 1:-1] + grey[2:, 1:-1] + grey[1:-1, :-2] + grey[1:-1, 2:]
    return (around - 4 * grey[1:-1, 1:-1]).var()


def colour(picture):
    """How far red, green and blue are apart on average."""
    return (picture.max(axis=2) - picture.min(axis=2)).mean()


def test_scenes_look_like_their_names():
    """Day is lit, colourful and sharp; night grey; black dark; no signal blue and flat; blurred soft."""
    day, night, black = first_picture("day"), first_picture("night"), first_picture("black")
    card, soft = first_picture("no_signal"), first_picture("blurred")
    assert 90 < day.mean() < 190
    assert colour(day) > 40
    assert sharpness(day) > 20 * sharpness(soft)
    assert (colour(night) < 8, night.mean() < 0.7 * day.mean()) == (True, True)
    assert (black.mean() < 20, black.std() < 3) == (True, True)
    blue = (card[:, :, 2] - card[:, :, 0]) > 100
    assert (blue.mean() > 0.9, card.std(axis=(0, 1)).max() < 60) == (True, True)


@pytest.mark.parametrize("codec", ["h264", "h265"])
@pytest.mark.parametrize("bframes", [0, 2])
def test_a_clip_is_two_closed_groups(codec, bframes):
    """Key pictures stand at 0 and at `gop`, and no picture is shown before the key picture of its group."""
    units = clips.encode(clips.key_of(replace(SMALL, codec=codec, gop=8, bframes=bframes))).units
    assert [place for place, unit in enumerate(units) if unit.key] == [0, 8]
    assert sorted(unit.shown_at for unit in units[:8]) == list(range(8))
    assert sorted(unit.shown_at for unit in units[8:]) == list(range(8, 16))


def test_a_clip_is_encoded_once_and_read_from_disk_after_that(own_folder):
    """The file is named by what is in it, and holds the same clip."""
    key = clips.key_of(SMALL)
    made = clips.load(key)
    (file,) = own_folder.iterdir()
    clips.load.cache_clear()
    assert clips.load(key) == made
    assert list(own_folder.iterdir()) == [file]


@pytest.mark.parametrize("damage", [b"", b"x" * 100])
def test_a_damaged_file_is_made_again(own_folder, damage):
    """Half a file or another file in its place costs one encoding and no error."""
    key = clips.key_of(SMALL)
    made = clips.load(key)
    (file,) = own_folder.iterdir()
    file.write_bytes(damage)
    clips.load.cache_clear()
    assert clips.load(key) == made
    assert len(file.read_bytes()) > 1000


def test_packets_of_a_picture_fit_and_end_with_a_marker():
    """No payload is above the limit, and a key picture begins with its parameter sets in one packet."""
    large = replace(SMALL, width=1280, height=720, sent_kbps=3000)
    for codec, aggregate in (("h264", 24), ("h265", 48)):
        first = packets.of(clips.key_of(replace(large, codec=codec))).pictures[0]
        ends = (*first.offsets[1:], len(first.block))
        found = [first.block[a + 4 : b] for a, b in zip(first.offsets, ends, strict=True)]
        assert len(found) > 3
        assert all(len(one) <= 12 + cuts.MTU for one in found)
        assert [one[1] >> 7 for one in found] == [0] * (len(found) - 1) + [1]
        kind = found[0][12] & 0x1F if codec == "h264" else found[0][12] >> 1 & 0x3F
        assert kind == aggregate


def test_a_jpeg_that_rfc_2435_cannot_carry_is_refused():
    """Sizes above 2040 cannot be said in its header."""
    clip = clips.encode(clips.key_of(replace(SMALL, codec="mjpeg", width=2048, height=64)))
    with pytest.raises(ValueError, match="2048x64"):
        jpeg.parse(clip.units[0].data)
