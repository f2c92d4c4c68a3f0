"""One look at one device: what comes out when parts of it cannot be had."""

import asyncio
from dataclasses import replace

import pytest

from probes import run
from probes.errors import CameraFault, OurFault
from probes.facts import from_json, to_json
from probes.image.checks import Look
from probes.simulator import presets, running
from probes.target import Address, Credential, Limits, Need, Target

QUICK = Limits(connect_s=2, read_s=3, sample_s=2, deadline_s=30)
NEEDS = (Need("measured.fps", (14.0,), seconds=1.0),)


def target_of(camera, *, limits=QUICK, password=None, role=None, stream=None):
    """The target of a simulated camera, by its host or by one stream."""
    address = Address("host", camera.host, onvif_port=camera.onvif_port)
    if stream:
        path = "/" + camera.rtsp_url(stream).split("/", 3)[3]
        address = Address("rtsp", camera.host, rtsp_port=camera.rtsp_port, stream_path=path)
    login = Credential("1", camera.spec.username, password or camera.spec.password)
    return Target("k", address, (login,), needs=NEEDS, limits=limits, role=role)


def look(spec, looker=None, **options):
    """The observation of a simulated camera, and the camera."""
    with running(spec) as (camera,):
        return asyncio.run(run.look(target_of(camera, **options), looker)), camera


class Seeing:
    """A looker that always sees a picture of one size, or ends in one error."""

    def __init__(self, width=0, height=0, error=None):
        self.seen = Look("day", False, None, False, None, False, 120.0, 90.0, width, height)
        self.error = error

    async def look(self, codec, data, *, references=None):
        """The picture, or the error."""
        if self.error is not None:
            raise self.error
        return self.seen


def main_stream(observation):
    """The stream that was sampled."""
    return next(s for s in observation.channels[0].streams if s.info.role == "main")


def kinds(observation):
    """Kind of each failure by the facts it names."""
    return {path: f.kind for f in observation.failures for path in f.facts}


def test_an_observation_survives_json():
    """What a worker writes is read back as the same value."""
    observation, _ = look(presets.good_h264())
    assert from_json(to_json(observation)) == observation


def test_further_streams_are_counted_by_size_and_codec():
    """The sub stream's megapixels stand in the channel; the state is live because frames came."""
    observation, _ = look(presets.good_h264())
    info = observation.channels[0].info
    assert (info.further_megapixels, info.state) == ((640 * 360 / 1e6,), "live")


def _two_sources(**fields):
    """A device with two video sources, the second of which has `fields`."""
    first = presets.good_h264().channels[0]
    streams = tuple(replace(s, token=f"{s.token}2", path=f"{s.path}/2") for s in first.streams)
    return replace(presets.good_h264(), channels=(first, replace(first, source_token="b", streams=streams, **fields)))


def test_an_input_whose_stream_is_not_there_is_offline():
    """Of a device with several sources; the others are looked at all the same."""
    observation, _ = look(_two_sources(connected=False))
    assert [c.info.state for c in observation.channels] == ["live", "offline"]
    missing = {f.kind for f in observation.failures if f.channel == 2 and "measured" in f.facts}
    assert missing == {"no_such_stream"}


def test_a_camera_whose_stream_is_not_there_is_not_offline():
    """It answers: what is wrong is the path or the stream."""
    camera = presets.good_h264()
    gone = replace(camera, channels=(replace(camera.channels[0], connected=False),))
    observation, _ = look(gone)
    assert observation.channels[0].info.state == "unknown"


def test_an_input_whose_login_differs_is_not_called_offline():
    """Only an answer about the stream says that it is not there."""
    observation, _ = look(replace(_two_sources(), rtsp_password="other"))
    assert [c.info.state for c in observation.channels] == ["unknown", "unknown"]


def test_a_bare_address_says_that_others_were_not_looked_for():
    """The role is assumed, further streams are missing with the reason, and ONVIF was not looked at."""
    observation, camera = look(presets.good_h264(), stream="main")
    assert observation.channels[0].streams[0].info.role_source == "assumed"
    assert kinds(observation)["channel.further_megapixels"] == "our_limit"
    assert observation.device.onvif is None
    assert camera.counters.onvif_connections == 0


def test_a_role_that_a_person_gave_is_registered_and_a_sub_stream_is_sampled():
    """`--role sub` makes the stream a sub stream and it is measured all the same."""
    observation, _ = look(presets.good_h264(), stream="sub", role="sub")
    stream = observation.channels[0].streams[0]
    assert (stream.info.role, stream.info.role_source, stream.measured.size) == ("sub", "registered", (640, 360))


def test_a_login_refused_over_onvif_is_not_tried_at_the_stream():
    """RTSP is withheld: the camera sees one credential in all."""
    observation, camera = look(presets.good_h264(), password="wrong")
    assert camera.counters.with_credentials == 1
    assert observation.remembered.login("1").rtsp == "withheld"
    assert kinds(observation)["access.rtsp_login_required"] == "auth_refused"


def test_a_stream_login_that_differs_leaves_the_onvif_facts():
    """ONVIF good, RTSP refused: the device is known, the stream is not, and ONVIF stays good."""
    observation, camera = look(presets.good_h264(rtsp_password="other"))
    assert observation.device.identity.model == "SIM-1080"
    assert kinds(observation)["measured"] == "auth_refused"
    login = observation.remembered.login("1")
    assert (login.onvif, login.rtsp) == ("good", "refused")
    assert camera.counters.rtsp_refused == 1


def test_a_camera_that_hangs_in_mid_stream_is_stalled_and_torn_down():
    """The silence counts as the longest gap, and the session is ended."""
    limits = replace(QUICK, sample_s=8)
    spec = presets.good_h264(faults=frozenset({"hang_mid_stream"}))
    with running(spec) as (camera,):
        target = replace(target_of(camera, limits=limits), needs=(Need("measured.fps", (14.0,), seconds=4.0),))
        observation = asyncio.run(run.look(target))
    measured = observation.channels[0].streams[0].measured
    assert measured.stop_reason == "stalled"
    assert measured.longest_gap_s > 4
    assert camera.counters.teardowns == 1


def test_the_deadline_of_a_probe_ends_it_with_what_there_is():
    """A camera that answers nothing costs no more than the deadline, and every fact is missing with its reason."""
    limits = Limits(connect_s=2, read_s=20, deadline_s=2)
    observation, _ = look(presets.good_h264(faults=frozenset({"silent"})), limits=limits)
    assert observation.channels == ()
    assert set(kinds(observation).values()) <= {"our_limit", "timeout"}
    assert kinds(observation)["identity"] in ("our_limit", "timeout")


@pytest.mark.parametrize("size", [(1920, 1080), (1920, 1088), (1906, 1080)])
def test_a_picture_of_the_measured_size_confirms_it(size):
    """Cropping and padding make a macroblock of difference, and no more."""
    observation, _ = look(presets.good_h264(), Seeing(*size))
    assert main_stream(observation).measured.size == (1920, 1080)
    assert "measured.size" not in kinds(observation)


@pytest.mark.parametrize("size", [(640, 480), (1920, 540), (3840, 2160)])
def test_a_picture_of_another_size_leaves_no_size(size):
    """Parameter sets that say one size, and a decoder that sees another: neither may pass a rule."""
    observation, _ = look(presets.good_h264(), Seeing(*size))
    measured = main_stream(observation).measured
    assert (measured.size, measured.width, measured.codec) == (None, None, "h264")
    assert {kinds(observation)[p] for p in ("measured.size", "measured.width", "measured.height")} == {
        "malformed_reply"
    }


def test_a_key_frame_that_is_no_picture_leaves_no_size():
    """The decoder finds nothing in it: nobody has seen how large the pictures are."""
    fault = CameraFault("malformed_reply", "image.decode", "no whole picture")
    observation, _ = look(presets.good_h264(), Seeing(error=fault))
    assert main_stream(observation).measured.size is None
    assert kinds(observation)["measured.size"] == kinds(observation)["image"] == "malformed_reply"


def test_a_limit_of_ours_says_nothing_about_the_size():
    """A decoder that ran out of time has not spoken against the parameter sets."""
    observation, _ = look(presets.good_h264(), Seeing(error=OurFault("image.decode", "stopped after 5 s")))
    assert main_stream(observation).measured.size == (1920, 1080)


def test_an_error_that_nobody_foresaw_costs_one_step_and_is_logged(caplog):
    """The failure names its type and never its words, which may hold anything; the log has the traceback."""
    observation, _ = look(presets.good_h264(), Seeing(error=ZeroDivisionError("S3cr3t")))
    failure = next(f for f in observation.failures if "image" in f.facts)
    assert (failure.kind, failure.step, failure.detail) == ("our_limit", "run", "ZeroDivisionError")
    assert main_stream(observation).measured.frames > 0
    (record,) = [r for r in caplog.records if r.name == "probes.unforeseen"]
    assert record.exc_info[0] is ZeroDivisionError


@pytest.mark.parametrize(("stream", "fact"), [(None, "identity"), ("main", "sdp")])
def test_an_error_that_nobody_foresaw_never_ends_the_look(stream, fact):
    """ONVIF or a stream: an observation comes out, and says what is missing."""
    with running(presets.good_h264()) as (camera,):
        broken = replace(target_of(camera, stream=stream), credentials=(Credential("1", "a", "b", doors=None),))
        observation = asyncio.run(run.look(broken))
    assert kinds(observation)[fact] == "our_limit"
    assert "TypeError" in {f.detail for f in observation.failures}
