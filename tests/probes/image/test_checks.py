"""What one picture shows, told from drawn scenes: as drawn, after an encoder, and with a clock in the corner."""

from functools import cache

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from probes.image.checks import look
from tests.probes.image import scenes
from tests.probes.image.streams import Picture

SCENES = {
    "yard": scenes.yard,
    "small yard": lambda: scenes.yard((352, 288)),
    "large yard": lambda: scenes.yard((3840, 2160)),
    "defocused": scenes.defocused,
    "infrared": scenes.infrared,
    "lamps": scenes.lamps,
    "capped": scenes.capped,
    "unlit": scenes.unlit,
    "cloth": scenes.cloth,
    "noisy cloth": lambda: scenes.cloth(noise=2.0),
    "blue card": lambda: scenes.card((200, 30, 10)),
    "blue card with text": lambda: scenes.card((200, 30, 10), "NO SIGNAL"),
    "grey card": lambda: scenes.card((128, 128, 128)),
    "grey card with text": lambda: scenes.card((90, 90, 90), "VIDEO LOSS"),
    "black card with text": lambda: scenes.card((0, 0, 0), "NO VIDEO"),
    "nothing": lambda: scenes.card((0, 0, 0)),
    "bars": scenes.bars,
}


def _as_drawn(picture: Picture) -> Picture:
    return picture


def _compressed(picture: Picture) -> Picture:
    return cv2.imdecode(cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 60])[1], cv2.IMREAD_COLOR)


FORMS = {"as drawn": _as_drawn, "compressed": _compressed, "with a clock": scenes.with_clock}


@cache
def _seen(scene: str, form: str = "as drawn"):
    return look(FORMS[form](SCENES[scene]()))


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("scene", "light"),
    [
        ("yard", "day"),
        ("small yard", "day"),
        ("large yard", "day"),
        ("defocused", "day"),
        ("infrared", "night"),
        ("lamps", "night"),
        ("capped", "dark"),
        ("unlit", "dark"),
        ("nothing", "dark"),
        ("blue card", None),
        ("bars", None),
    ],
)
def test_light_is_day_night_or_dark_and_unknown_on_a_card(scene, light, form):
    """Colour and light make the day; infrared has no colour, lamps leave most of the picture dark."""
    assert _seen(scene, form).light == light


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("scene", SCENES)
def test_black_is_said_only_of_pictures_without_any_light(scene, form):
    """A clock in the corner is no light; a faint lamp at the end of a corridor makes it unknown."""
    wanted = {"capped": True, "nothing": True, "unlit": None}.get(scene, False)
    assert _seen(scene, form).black is wanted


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("scene", [name for name in SCENES if "card" in name or name == "bars"])
def test_a_card_of_the_recorder_is_no_signal(scene, form):
    """Blue, grey, black with text, and colour bars; a channel name in the corner changes nothing."""
    assert _seen(scene, form).no_signal is True


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("scene", ["yard", "small yard", "large yard", "defocused", "infrared"])
def test_a_scene_is_a_signal(scene, form):
    """Many shades and no colour that fills the picture."""
    assert _seen(scene, form).no_signal is False


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("scene", ["capped", "unlit", "nothing", "cloth", "noisy cloth"])
def test_a_dark_or_covered_picture_may_be_a_card_or_not(scene, form):
    """A black picture is a lens cap, a dark room or a card: one look cannot tell, and does not say."""
    assert _seen(scene, form).no_signal is None


@pytest.mark.parametrize("form", ["as drawn", "compressed"])
def test_blur_is_said_only_where_it_cannot_be_mistaken(form):
    """True for a defocused yard by day, False for a sharp one, unknown at night, without contrast, and when small."""
    wanted = {"yard": False, "large yard": False, "defocused": True}
    unknown = ("small yard", "lamps", "capped", "unlit", "cloth", "noisy cloth", "blue card with text", "bars")
    assert {scene: _seen(scene, form).blurred for scene in wanted} == wanted
    assert {_seen(scene, form).blurred for scene in unknown} == {None}


def test_a_clock_does_not_make_a_defocused_picture_sharp():
    """The text has edges, but only in a few blocks."""
    assert _seen("defocused", "with a clock").blurred is not False


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("scene", SCENES)
def test_frozen_and_covered_are_never_said_of_one_look(scene, form):
    """Frozen needs two looks, covered a reference; edges everywhere do show that nothing is before the lens."""
    assert _seen(scene, form).frozen is None
    assert _seen(scene, form).covered is (False if scene in ("yard", "large yard") else None)


def test_brightness_and_sharpness_are_numbers_of_the_whole_picture():
    """Brightness is the mean of grey from 0 to 255; sharpness falls when the lens is out of focus."""
    assert _seen("grey card").luma_mean == 128
    assert _seen("nothing").luma_mean == 0
    assert _seen("yard").sharpness > 50 * _seen("defocused").sharpness
    assert _seen("small yard").sharpness is None


def test_the_size_of_the_picture_hardly_changes_the_sharpness():
    """Everything is measured at 640 pixels in width."""
    large = cv2.resize(SCENES["yard"](), (3840, 2160), interpolation=cv2.INTER_CUBIC)
    assert look(large).sharpness == pytest.approx(_seen("yard").sharpness, rel=0.3)


@given(st.integers(1, 1300), st.integers(1, 40), st.integers(0, 255), st.booleans())
def test_any_picture_can_be_looked_at(width, height, shade, noisy):
    """One pixel, one row, one column, any shade: a value and no error."""
    picture = np.full((height, width, 3), shade, np.uint8)
    if noisy:
        picture = np.random.default_rng(shade).integers(0, 256, picture.shape, np.uint8)
    seen = look(picture)
    assert 0 <= seen.luma_mean <= 255
    assert (seen.sharpness is None) == (width < 640)
