"""Proof: cameras without ONVIF: the usual paths of makers, in order, few of them, and never a password at a guess."""

import asyncio
from dataclasses import replace

import pytest

from probes import run
from probes.login import LoginState
from probes.rtsp.paths import GUESSES
from probes.simulator import presets, running
from probes.target import Address, Credential, Limits, Need, Remembered, Target

LIMITS = Limits(connect_s=2, read_s=5, sample_s=3, deadline_s=40, picture=False)
QUICK = (Need("measured.codec", frames=10),)
KNOWN = Remembered(logins={"1": LoginState(rtsp="good")})
HIKVISION = ("/Streaming/Channels/{n}01", "/Streaming/Channels/{n}02")
DAHUA = ("/cam/realmonitor?channel={n}&subtype=0", "/cam/realmonitor?channel={n}&subtype=1")
REOLINK = ("/h264Preview_{n:02}_main", "/h264Preview_{n:02}_sub")
YOOSEE = ("/onvif1", "/onvif2")


def without_onvif(paths, *faults, channels=1, **fields):
    """A small camera or recorder with ONVIF off and its streams at `paths`."""
    spec = presets.good_h264(**{"rtsp_auth": "none", "faults": frozenset({"offline_onvif", *faults}), **fields})
    main = replace(spec.channels[0].streams[0], width=640, height=480)
    sub = replace(spec.channels[0].streams[1], width=352, height=288)
    made = tuple(
        replace(
            spec.channels[0],
            source_token=f"S{n}",
            streams=tuple(
                replace(one, token=f"{one.token}{n}", path=path.format(n=n))
                for one, path in zip((main, sub), paths, strict=False)
            ),
        )
        for n in range(1, channels + 1)
    )
    return replace(spec, channels=made)


def seen(camera, *, remembered=None, maker="", kind="rtsp", password=None):
    """The observation of a camera of which nothing is known but its address."""
    address = Address(kind, camera.host, onvif_port=camera.onvif_port, rtsp_port=camera.rtsp_port)
    login = Credential("1", camera.spec.username, password or camera.spec.password)
    target = Target("k", address, (login,), remembered or Remembered(), QUICK, LIMITS, maker=maker)
    return asyncio.run(run.look(target))


def roles(observation):
    """Role, how it is known, path and measured size of each stream, by channel."""
    return {
        channel.index: [
            (s.info.role, s.info.role_source, "/" + s.uri.split("/", 3)[3], s.measured and s.measured.size)
            for s in channel.streams
        ]
        for channel in observation.channels
    }


def described(camera):
    """How often a stream was asked for."""
    return sum(count for name, count in camera.counters.requests.items() if "DESCRIBE" in name)


@pytest.mark.field(6)
@pytest.mark.parametrize("paths", [HIKVISION, DAHUA, REOLINK, YOOSEE], ids=["hikvision", "dahua", "reolink", "yoosee"])
@pytest.mark.parametrize("kind", ["rtsp", "host"])
def test_main_and_sub_are_found_at_the_usual_paths(paths, kind):
    """With an RTSP address without a path, and with a device whose ONVIF is off: both roles are known by pattern."""
    with running(without_onvif(paths)) as (camera,):
        observation = seen(camera, kind=kind)
        assert described(camera) <= GUESSES + 1  # and one for the session
    assert roles(observation) == {
        1: [
            ("main", "pattern", paths[0].format(n=1), (640, 480)),
            ("sub", "pattern", paths[1].format(n=1), None),
        ]
    }
    assert observation.remembered.stream_paths == {paths[0].format(n=1): "1 main", paths[1].format(n=1): "1 sub"}


def test_what_was_found_is_asked_first_the_next_time():
    """No other path is asked for; the maker in the register has the same effect at the first look."""
    with running(without_onvif(YOOSEE)) as (camera,):
        first = seen(camera)
        before = described(camera)
        again = seen(camera, remembered=first.remembered)
        assert described(camera) - before == 3  # main, sub, and main for its session
        before = described(camera)
        seen(camera, maker="YooSee")
        assert described(camera) - before == 3
    assert roles(again) == roles(first)


def test_the_realm_of_a_camera_puts_its_maker_first():
    """A camera that names its maker when it asks for a login is not asked for the paths of others."""
    spec = without_onvif(REOLINK, rtsp_auth="digest", model="Reolink RLC-810A")
    with running(spec) as (camera,):
        observation = seen(camera, remembered=KNOWN)
        signed = camera.counters.rtsp_with_credentials
        assert camera.counters.rtsp_refused == 0
    assert [role for role, *_ in roles(observation)[1]] == ["main", "sub"]
    assert signed < GUESSES


@pytest.mark.parametrize("password", [None, "wrong"], ids=["right", "wrong"])
def test_no_login_is_tried_at_a_guess(password):
    """A login that is not known to be good stays here; one question was asked, and the advice is to give the path."""
    with running(without_onvif(HIKVISION, rtsp_auth="digest")) as (camera,):
        observation = seen(camera, password=password)
        assert (camera.counters.rtsp_with_credentials, described(camera)) == (0, 1)
    assert observation.channels == ()
    assert observation.ledger.tries == 0
    failure = observation.failures[0]
    assert (failure.kind, failure.step, failure.definite) == ("auth_missing", "rtsp.paths", False)
    assert "đường dẫn" in failure.meaning.advice["vi"]


def test_the_guesses_have_a_hard_limit():
    """Of a camera with none of the usual paths no more is asked than the limit."""
    with running(without_onvif(("/somewhere/else",))) as (camera,):
        observation = seen(camera)
        assert described(camera) <= GUESSES
    assert {(f.kind, f.step, f.definite) for f in observation.failures} == {("our_limit", "rtsp.paths", False)}


def test_a_camera_that_answers_every_path_has_one_stream():
    """The same stream everywhere: one channel, one stream, and its role is only assumed."""
    with running(without_onvif(HIKVISION, "any_path")) as (camera,):
        observation = seen(camera)
        again = seen(camera, remembered=observation.remembered)
    assert roles(observation) == {1: [("main", "assumed", "/Streaming/Channels/101", (640, 480))]}
    assert roles(again) == roles(observation)


def test_the_channels_of_a_recorder_are_counted_by_the_same_pattern():
    """Main and sub of three channels; the numbers are tried out."""
    with running(without_onvif(DAHUA, channels=3)) as (camera,):
        observation = seen(camera, maker="Dahua")
    assert [[role for role, *_ in streams] for streams in roles(observation).values()] == [["main", "sub"]] * 3


def test_an_error_that_nobody_foresaw_never_ends_the_look():
    """It costs this step alone, and an observation comes out."""
    with running(without_onvif(DAHUA)) as (camera,):
        observation = seen(camera, maker=7)  # no text, which no caller may give
    assert observation.channels == ()
    assert {f.kind for f in observation.failures} == {"our_limit"}


def test_the_limit_holds_for_a_recorder_with_many_channels():
    """Each channel costs two guesses: of eight, as many are had as the limit allows; the next look has the others."""
    with running(without_onvif(DAHUA, channels=8)) as (camera,):
        observation = seen(camera, maker="Dahua")
        assert described(camera) <= GUESSES + len(observation.channels)
        again = seen(camera, remembered=observation.remembered)
    assert 4 <= len(observation.channels) <= 6
    assert [c.index for c in again.channels] == list(range(1, 9))


def test_paths_that_onvif_named_are_asked_on_a_night_without_it():
    """ONVIF was switched off since: the streams are looked at where they were."""
    spec = without_onvif(("/odd/1", "/odd/2"), rtsp_auth="digest")
    with running(replace(spec, faults=frozenset())) as (camera,):
        before = seen(camera, kind="host")
    with running(spec) as (camera,):
        after = seen(camera, kind="host", remembered=before.remembered)
        assert camera.counters.rtsp_refused == 0
    assert before.remembered.stream_paths == {"/odd/1": "1 main", "/odd/2": "1 sub"}
    assert roles(after)[1][0] == ("main", "pattern", "/odd/1", (640, 480))
