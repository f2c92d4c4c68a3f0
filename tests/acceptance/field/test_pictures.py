"""Proof: faults of the picture are seen against what an earlier look kept, over real sockets and real encoders; one
test for each row of the table of the field notes. No row has a number there.
"""

import asyncio
import base64
import json
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from camera_registry import daylight
from camera_registry.database import open_database, reading, upgrade, writing
from camera_registry.services.record import record
from camera_registry.store import devices, findings, observations
from probes import run
from probes.image import reference, sketch
from probes.image.decode import Looker
from probes.simulator import presets, running
from probes.target import Credential, Limits, Need, Remembered, Target, parse_address
from tests.camera_registry.registered import device
from tests.standards.sheets import EDITIONS

LIMITS = Limits(connect_s=5, read_s=10, sample_s=8, deadline_s=60)
NEEDS = (Need("measured.codec", frames=20),)
pytestmark = pytest.mark.xdist_group("pictures")


def camera_spec(scene="day", *faults, **stream):
    """A camera of 1280x720 that sees `scene`."""
    spec = presets.good_h264(faults=frozenset(faults))
    main = replace(spec.channels[0].streams[0], width=1280, height=720, scene=scene, gop=25, **stream)
    return replace(spec, channels=(replace(spec.channels[0], streams=(main,)),))


def looks_at(*specs, apart=timedelta(hours=12)):
    """The image facts of one channel that sends what each of `specs` sends, looked at one after the other, each look
    given what the one before remembered, as if that had been `apart` ago; and what the last one remembers.
    """

    async def work(cameras):
        looker, remembered, images = Looker(), Remembered(), []
        try:
            for camera in cameras:
                login = Credential("1", camera.spec.username, camera.spec.password)
                address = parse_address(camera.rtsp_url("main"))
                target = Target("k", address, (login,), Remembered(pictures=remembered.pictures), NEEDS, LIMITS)
                observation = await run.look(target, looker)
                assert observation.channels[0].streams[0].image is not None, observation.failures
                images.append(observation.channels[0].streams[0].image)
                remembered = replace(observation.remembered, pictures=older(observation.remembered.pictures, apart))
        finally:
            await looker.aclose()
        return images, remembered

    with running(*specs) as cameras:
        return asyncio.run(work(cameras))


def older(pictures, by):
    """What is remembered, as if it had been seen `by` earlier; through JSON, as the registry keeps it."""
    text = json.dumps(pictures)
    for album in pictures.values():
        for part in (*album["references"].values(), album["last"] or {}):
            for name in {"at", "agreed"} & set(part):
                earlier = datetime.fromisoformat(part[name]) - by
                text = text.replace(part[name], earlier.isoformat())
    return json.loads(text)


def second(*scenes, **options):
    """The image facts of a look at the last of `scenes`, after looks at the others."""
    return looks_at(*(s if not isinstance(s, str) else camera_spec(s) for s in scenes), **options)[0][-1]


def test_the_first_look_keeps_a_reference_and_says_nothing_relative():
    """Nothing can be said to have moved, or to stand still, of a view that was never seen before."""
    (image,), remembered = looks_at(camera_spec())
    assert (image.moved, image.frozen, image.compared, image.blurred) == (None, None, None, False)
    assert set(remembered.pictures["1"]["references"]) == {"day-colour"}


def test_the_same_view_half_a_day_later_is_healthy_and_explained():
    """Every answer names its reference: its light and its age in days, and the movement that was found."""
    image = second("day", "day")
    assert (image.moved, image.covered, image.blurred, image.cast) == (False, False, False, False)
    assert (image.compared, image.compared_days) == ("day-colour", 0.5)
    assert abs(image.shift_percent) < 1
    assert image.sharpness_share == pytest.approx(1, abs=0.3)


def test_a_cloth_over_the_lens_is_covered():
    """Row "covered or sprayed": what showed something is flat, the edges are gone."""
    image = second("day", "covered")
    assert (image.covered, image.moved) == (True, None)


def test_a_lens_out_of_focus_is_blurred_against_its_own_reference():
    """Row "blurred": under 0.35 of this channel's own sharpness."""
    image = second("day", "blurred")
    assert image.blurred is True
    assert image.sharpness_share < 0.35


def test_a_camera_that_was_turned_has_moved():
    """Row "view moved": a twelfth of the width."""
    image = second("day", "moved")
    assert image.moved is True
    assert image.shift_percent == pytest.approx(100 / 12, abs=0.5)


def test_an_overexposed_picture_is_said_to_be_and_is_no_reference():
    """Row "over- and underexposed": more than 30 % of the pixels are white."""
    (image,), remembered = looks_at(camera_spec("overexposed"))
    assert image.overexposed is True
    assert remembered.pictures["1"]["references"] == {}


def test_an_infrared_filter_that_is_stuck_has_no_colour():
    """Row "colour cast, IR stuck": no colour; whether the sun was up, the register says."""
    assert (second("day", "ir_stuck").colourless, second("day").colourless) == (True, False)


def test_night_is_compared_with_night_only():
    """The reference of the day says nothing of an infrared picture: it is not covered, blurred or moved."""
    image = second("day", "night")
    assert (image.light, image.compared, image.covered, image.blurred, image.moved) == ("night", None, None, None, None)


def test_a_card_and_a_black_picture_are_no_reference():
    """Rows "no signal" and "black": they are said, and not learned."""
    images, remembered = looks_at(camera_spec("no_signal"), camera_spec("black"))
    assert (images[0].no_signal, images[1].black) == (True, True)
    assert "1" not in remembered.pictures or remembered.pictures["1"]["references"] == {}


def test_a_picture_that_stands_still_is_frozen_after_ten_minutes_and_not_before():
    """Row "frozen": the same picture, the same clock, the very same encoded sizes, two looks ten minutes apart."""
    still = camera_spec("day", "frozen")
    assert second(still, still).frozen is True
    assert second(still, still, apart=timedelta(minutes=5)).frozen is None


def test_a_living_camera_and_a_static_corridor_are_not_frozen():
    """A view in which nothing moves and no clock is shown is not said to stand still: its encoded sizes differ."""
    assert second("corridor", camera_spec("corridor", start_at=25)).frozen is not True
    assert second("corridor", "corridor").frozen is not True
    assert second("day", "moved").frozen is False


def test_another_device_has_no_reference_of_the_one_before():
    """A new unit at the same address begins anew: its view is another, and nobody says that it moved."""
    specs = (camera_spec(), replace(camera_spec("moved"), mac="02:00:00:00:00:99", serial="OTHER"))

    async def work(cameras):
        looker, pictures, images = Looker(), {}, []
        try:
            for camera in cameras:
                login = Credential("1", camera.spec.username, camera.spec.password)
                address = parse_address(f"http://{camera.host}:{camera.onvif_port}/onvif/device_service")
                target = Target("k", address, (login,), Remembered(pictures=older(pictures, timedelta(days=1))), NEEDS)
                observation = await run.look(replace(target, limits=LIMITS), looker)
                pictures = observation.remembered.pictures
                images.append(observation.channels[0].streams[0].image)
        finally:
            await looker.aclose()
        return images

    with running(*specs) as cameras:
        images = asyncio.run(work(cameras))
    assert (images[1].moved, images[1].compared) == (None, None)


def test_what_is_kept_of_a_view_is_small_and_no_picture():
    """At most four references of under 4 kB each in base64, and one sketch; nothing else is kept."""
    _, remembered = looks_at(camera_spec(), camera_spec("night"))
    album = remembered.pictures["1"]
    assert set(album["references"]) == {"day-colour", "night-infrared"}
    for kept in album["references"].values():
        assert len(base64.b64decode(kept["body"])) <= reference.LARGEST
        assert len(kept["body"]) < 4096
    assert len(base64.b64decode(album["last"]["sketch"])) == sketch.SIZE
    assert len(album["last"]["sizes"]) <= 32


def test_the_registry_keeps_references_from_one_sweep_to_the_next_and_judges_by_them(tmp_path):
    """A cloth over the lens fails the rule `picture` in the second look, because of what the first one left in the
    registry, and the registry was closed between them.
    """
    address = f"sqlite:///{tmp_path / 'registry.db'}"
    engine = open_database(address)
    upgrade(engine)
    with writing(engine) as session:
        number = device(session).id
    specs = (camera_spec("day"), camera_spec("covered"))

    async def work(cameras):
        looker = Looker()
        try:
            return [await swept(open_database(address), number, camera, looker) for camera in cameras]
        finally:
            await looker.aclose()

    with running(*specs) as cameras:
        outcomes = asyncio.run(work(cameras))
    assert outcomes == ["pass", ("fail", "image.covered")]


async def swept(engine, number, camera, looker):
    """What the rule `picture` says of the registered device after a look at `camera` is recorded."""
    with reading(engine) as session:
        remembered = observations.remembered(devices.get(session, number), {})
    login = Credential("1", camera.spec.username, camera.spec.password)
    where = parse_address(f"http://{camera.host}:{camera.onvif_port}/onvif/device_service")
    target = Target(str(number), where, (login,), remembered, NEEDS, LIMITS)
    observation = await run.look(target, looker)
    with writing(engine) as session:
        record(session, number, replace(observation, remembered=replace(observation.remembered, logins={})), EDITIONS,
               observation.observed_at, daylight.always)  # fmt: skip
    with reading(engine) as session:
        opened = [f for f in findings.now_open(session, number) if f.rule == "picture"]
    engine.dispose()
    return next(("fail", f.fact) if f.outcome == "fail" else f.outcome for f in opened)
