"""What stands beside the newest facts of a stream: what was seen in light, as long as it is of the same stream."""

import json
from datetime import UTC, datetime, timedelta

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from probes.facts import (
    Channel,
    Declared,
    Fact,
    Image,
    Measured,
    Observation,
    Stream,
    as_seen,
    merge,
    sheet_from_json,
    sheet_to_json,
)

FIRST = datetime(2026, 11, 20, 5, tzinfo=UTC)
LIGHTS = ("day", "night", "dark", None)


def _at(number):
    return FIRST + timedelta(hours=12 * number)


def _look(number, light="day", declared_fps=25.0, **measured):
    """One look; `light` None: no picture was had."""
    at = _at(number)
    seen = Measured(at=at, how="rtp", **measured) if measured else None
    image = Image(at=at, how="key frame", light=light, black=light == "dark") if light and measured else None
    stream = Stream(id="p1", declared=Declared(at=at, how="onvif", fps=declared_fps), measured=seen, image=image)
    return Observation(target="d1", observed_at=at, channels=(Channel(index=1, token="v1", streams=(stream,)),))


def _merged(*looks, sun_up=lambda at: False):
    sheet = None
    for look in looks:
        sheet = merge(sheet, look, sun_up)
    return sheet


def _stream(*looks, sun_up=lambda at: False):
    return _merged(*looks, sun_up=sun_up).channels[0].streams[0]


def test_a_look_by_day_needs_nothing_beside_it():
    """Day after day the sheet holds the newest facts alone; so it does where there never was a day."""
    for lights in (("day", "day"), ("night", "dark"), ("night", "day")):
        sheet = _stream(*(_look(n, light, fps=20.0 + n) for n, light in enumerate(lights)))
        assert (sheet.by_day, sheet.by_sun, sheet.changed_at) == ({}, {}, None)


def test_a_look_by_night_leaves_the_day_beside_it():
    """Each fact as it was, with its time, method and the value before; the newest ones are those of the night."""
    day = _stream(_look(0, fps=20.0), _look(1, fps=21.0))
    night = _stream(_look(0, fps=20.0), _look(1, fps=21.0), _look(2, "night", fps=9.0))
    assert night.by_day == {path: fact for path, fact in day.facts.items() if not path.startswith("declared.")}
    assert night.by_day["measured.fps"] == Fact(21.0, _at(1), "rtp", before=Fact(20.0, _at(0), "rtp"))
    assert night.facts["measured.fps"].value == 9.0
    assert night.by_sun == {}


def test_derived_facts_of_the_day_stand_with_it():
    """They are not made anew of what the night measured."""
    measured = {"seconds": 4.0, "keyframe_interval_s": 8.0, "fps": 25.0}
    night = {**measured, "keyframe_interval_s": 7.0}
    sheet = _stream(_look(0, **measured), _look(1, "night", **night))
    assert sheet.by_day["derived.keyframe_interval_s"] == Fact(8.0, _at(0), "rtp")
    assert as_seen(sheet, sun=False).facts["derived.keyframe_interval_s"].value == 8.0


def test_only_what_is_of_the_look_of_the_picture_was_seen_by_day():
    """A fact of a night before, that the day did not show, is no fact of the day."""
    looks = [_look(0, "night", fps=9.0, bitrate_kbps=3000.0), _look(1, fps=25.0), _look(2, "night", fps=9.0)]
    assert "measured.bitrate_kbps" not in _stream(*looks).by_day
    assert "measured.bitrate_kbps" not in as_seen(_stream(*looks[:2]), sun=False).facts


def test_the_sun_is_asked_about_pictures_that_show_no_daylight():
    """What was dark while the sun was up stands as long as no newer look was in light."""
    noon, night = _look(0, "dark", fps=9.0), _look(1, "dark", fps=8.0)
    sheet = _stream(noon, night, sun_up=lambda at: at == _at(0))
    assert sheet.by_sun["image.black"] == Fact(True, _at(0), "key frame")
    assert sheet.by_day == {}
    assert as_seen(sheet, sun=True).facts["image.black"].at == _at(0)
    assert "image.black" not in as_seen(sheet, sun=False).facts
    assert _stream(noon, night, sun_up=lambda at: True).by_sun == {}
    assert _stream(noon, night, _look(2, fps=25.0), sun_up=lambda at: at == _at(0)).by_sun == {}


def test_of_a_sheet_in_light_the_sun_is_not_asked():
    """Days cost no arithmetic."""
    asked = []
    _stream(*(_look(n, fps=25.0) for n in range(3)), _look(3, "night", fps=9.0), sun_up=lambda at: asked.append(at))
    assert asked == []


def test_other_settings_end_what_was_seen_by_day():
    """The time of the look that found them is kept; a setting that was never said before is no change."""
    sheet = _stream(_look(0, fps=12.0), _look(1, "night", declared_fps=20.0, fps=9.0))
    assert (sheet.by_day, sheet.changed_at) == ({}, _at(1))
    assert _stream(_look(0, declared_fps=None, fps=12.0), _look(1, "night", fps=9.0)).by_day != {}


def test_sheets_that_were_stored_before_there_was_light_still_load():
    """The JSON of an earlier version has none of it."""
    sheet = _merged(_look(0, fps=12.0))
    data = json.loads(msgspec.json.encode(sheet))
    for name in ("by_day", "by_sun", "changed_at"):
        del data["channels"][0]["streams"][0][name]
    assert sheet_from_json(json.dumps(data, separators=(",", ":")).encode()) == sheet


looks = st.lists(
    st.builds(
        lambda light, declared_fps, measured: {"light": light, "declared_fps": declared_fps, **measured},
        st.sampled_from(LIGHTS),
        st.sampled_from([25.0, 25.0, 25.0, 20.0]),
        st.fixed_dictionaries(
            {},
            optional={
                "fps": st.sampled_from([8.0, 12.0, 25.0]),
                "seconds": st.just(6.0),
                "width": st.just(1920),
                "height": st.just(1080),
                "keyframe_interval_s": st.sampled_from([2.0, 8.0]),
            },
        ),
    ),
    min_size=1,
    max_size=8,
).map(lambda made: [_look(number, **words) for number, words in enumerate(made)])
"""Looks twelve hours apart, each with or without a picture, a sample or a part of one, and other settings at times."""


def _measured_by_day(seen):
    """What was last measured by day under the settings of the last look, told from the looks alone."""
    found, fps = {}, seen[0].channels[0].streams[0].declared.fps
    for look in seen:
        stream = look.channels[0].streams[0]
        if stream.declared.fps != fps:
            found, fps = {}, stream.declared.fps
        if stream.image is not None and stream.image.light == "day":
            found |= {path: (value, look.observed_at) for path, value in stream.measured.present()}
    return found


@settings(max_examples=300, deadline=None)
@given(looks)
def test_by_day_is_what_the_looks_by_day_showed(seen):
    """Whatever came between: for each path the newest that was measured by day, and nothing else."""
    facts = as_seen(_stream(*seen), sun=False).facts
    measured = {p: (f.value, f.at) for p, f in facts.items() if p.startswith("measured.")}
    assert measured == _measured_by_day(seen)


@settings(max_examples=200, deadline=None)
@given(looks)
def test_the_newest_facts_do_not_know_of_the_light(seen):
    """What stands beside them, sun or none, changes no fact and no reason."""
    dark, sunny = _stream(*seen), _stream(*seen, sun_up=lambda at: True)
    assert (dark.facts, dark.missing, dark.by_day) == (sunny.facts, sunny.missing, sunny.by_day)


@settings(max_examples=200, deadline=None)
@given(looks, st.booleans())
def test_the_last_look_merged_again_changes_nothing_and_all_comes_back_from_json(seen, up):
    """With what is kept of the light, too."""
    once = _merged(*seen, sun_up=lambda at: up)
    assert merge(once, seen[-1], lambda at: up) == once
    assert sheet_from_json(sheet_to_json(once)) == once
