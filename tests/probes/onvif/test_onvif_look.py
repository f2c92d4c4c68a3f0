"""Whole looks: at simulated cameras, and at scripted ones for what the simulator does not do."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

import pytest

from probes.facts import Encoding
from probes.onvif.client import warm_up
from probes.onvif.look import OnvifLook, look
from probes.simulator import Camera, CameraSpec, ChannelSpec, StreamSpec, presets, running
from probes.target import Address, Credential, Limits, Target
from probes.visit import Visit
from tests.probes.onvif.onvif_replies import (
    CAPABILITIES,
    OPTIONS1,
    OPTIONS2,
    encoder2,
    envelope,
    fault,
    h264,
    profile,
    profile2,
    profiles,
    profiles2,
    services,
    source,
    stream_uri,
)
from tests.probes.onvif.scripted_camera import CREDENTIAL, NEVER_WHOLE, OPEN, Asked, Said, look_at

LIMITS = Limits(connect_s=2.0, read_s=5.0)
SHORT = Limits(connect_s=0.5, read_s=0.3)


def look_at_simulated(
    spec: CameraSpec, *, password: str | None = None, limits: Limits = LIMITS, port: int | None = None
) -> tuple[OnvifLook, Visit, Camera]:
    """One look at a simulated camera, with its own login unless another password is given."""
    with running(spec) as (camera,):
        address = Address("host", camera.host, onvif_port=port or camera.onvif_port)
        credential = Credential("v1", spec.username, password or spec.password)
        visit = Visit(Target("k", address, (credential,), limits=limits))
        return asyncio.run(look(visit)), visit, camera


def kinds(visit: Visit) -> list[tuple[str, str]]:
    """Every failure as its step and kind."""
    return [(f.step, f.kind) for f in visit.failures]


def test_a_good_camera_tells_everything() -> None:
    """All groups of the ONVIF side, and no failure."""
    found, visit, camera = look_at_simulated(presets.good_h264())
    assert visit.failures == []
    device = found.device
    assert device.identity is not None
    assert device.identity.mac == camera.spec.mac
    assert device.onvif is not None
    assert (device.onvif.answers, device.onvif.profiles, device.onvif.media) == (True, ("S", "T"), ("media1", "media2"))
    assert device.clock is not None
    assert device.clock.offset_s == pytest.approx(0, abs=2)
    assert (device.clock.time_source, device.clock.zone) == ("ntp", "ICT-7")
    assert (found.answered, found.rtsp_port) == (True, camera.rtsp_port)
    (channel,) = found.channels
    assert (channel.index, channel.token, channel.name) == (1, "VideoSource_1", "Yard")
    main, sub = channel.streams
    assert main.uri == f"rtsp://{camera.host}:{camera.rtsp_port}/Streaming/Channels/101"
    assert [s.info.role for s in channel.streams if s.info] == ["main", "sub"]
    assert main.declared is not None
    assert (main.declared.codec, main.declared.size, main.declared.fps, main.declared.gop) == (
        "h264",
        (1920, 1080),
        25.0,
        50,
    )
    assert main.capable is not None
    assert main.capable.encodings == (
        Encoding("h264", ((1920, 1080), (1280, 720), (640, 360)), (1.0, 25.0), (1, 250), (64, 8192)),
    )
    assert sub.declared is not None
    assert sub.declared.size == (640, 360)


def test_one_connection_is_enough() -> None:
    """All requests of a look go over it, and only one of them is a try."""
    _, visit, camera = look_at_simulated(presets.good_h264())
    assert camera.counters.onvif_connections == 1
    assert (visit.ledger.connections, visit.ledger.tries, visit.ledger.refusals) == (1, 1, 0)
    assert visit.ledger.logins == camera.counters.onvif_with_credentials


@pytest.mark.parametrize("stub", ["stub", "absent"])
def test_h265_is_found_through_media2(stub: str) -> None:
    """Media1 shows a stub, or nothing."""
    spec = presets.good_h265_media2_only(media=("media1", "media2"), h265_in_media1=stub)
    found, visit, _ = look_at_simulated(spec)
    assert visit.failures == []
    main = found.channels[0].streams[0]
    assert main.declared is not None
    assert (main.declared.codec, main.declared.source, main.declared.size) == ("h265", "media2", (1920, 1080))
    assert main.capable is not None
    assert main.capable.codecs == ("h265", "h264")


def test_a_camera_with_media2_only_is_whole() -> None:
    """No Media1 service at all."""
    found, visit, _ = look_at_simulated(presets.good_h265_media2_only())
    assert visit.failures == []
    assert found.device.onvif is not None
    assert (found.device.onvif.answers, found.device.onvif.media) == (True, ("media2",))


def test_an_old_camera_with_motion_jpeg_is_whole() -> None:
    """Media1 and UsernameToken."""
    found, visit, _ = look_at_simulated(presets.mjpeg_only())
    assert visit.failures == []
    (stream,) = found.channels[0].streams
    assert stream.declared is not None
    assert (stream.declared.codec, stream.declared.source) == ("mjpeg", "media1")
    assert visit.remembered.schemes == {"onvif": "usernametoken"}


@pytest.mark.parametrize("scheme", ["usernametoken", "digest"])
def test_a_wrong_password_is_sent_exactly_once(scheme: str) -> None:
    """What the camera counted, not what we think."""
    spec = presets.good_h264(onvif_auth=(scheme,))
    found, visit, camera = look_at_simulated(spec, password="wrong")
    assert (camera.counters.onvif_with_credentials, camera.counters.onvif_refused) == (1, 1)
    assert kinds(visit) == [("onvif.login", "auth_refused")]
    assert found.channels == ()
    assert visit.remembered.login("v1").rtsp == "withheld"


@pytest.mark.parametrize(
    "fields",
    [
        {"clock_offset_s": 3 * 3600.0},
        {"clock_offset_s": -86400.0 * 400},
        {"clock_is_local_time_labelled_utc": True},
        {"onvif_auth": ("digest",), "digest_algorithms": ("SHA-256",)},
        {"onvif_auth": ("digest",), "digest_algorithms": ("SHA-256", "MD5")},
        {"onvif_auth": ("digest",), "http_qop": False},
        {"onvif_auth": ("none",)},
        {"refused_status": 401},
        {"faults": frozenset({"strict_pre_auth"})},
        {"xaddr_host": "192.0.2.2", "stream_uri_host": "192.0.2.3"},
    ],
    ids=str,
)
def test_a_camera_that_is_only_different_is_whole(fields: Mapping[str, object]) -> None:
    """Clocks, zones, schemes, statuses, addresses behind NAT: a UsernameToken camera unless said."""
    found, visit, camera = look_at_simulated(presets.good_h264(**{"onvif_auth": ("usernametoken",), **fields}))
    assert visit.failures == []
    assert found.device.onvif is not None
    assert found.device.onvif.answers is True
    assert [s.uri for s in found.channels[0].streams] == [
        f"rtsp://{camera.host}:{camera.rtsp_port}/Streaming/Channels/{n}" for n in (101, 102)
    ]


def test_a_hardware_address_of_zeros_is_not_known_and_no_fault() -> None:
    """The fact is missing and the list says so, with nothing to do about it."""
    found, visit, _ = look_at_simulated(presets.good_h264(mac="00:00:00:00:00:00"))
    (failure,) = visit.failures
    assert found.device.identity is not None
    assert found.device.identity.mac is None
    assert (failure.step, failure.facts, failure.definite) == ("onvif.mac", ("identity.mac",), False)
    assert failure.meaning.advice["en"] == "Nothing to do."


def test_a_viewer_account_leaves_out_what_it_may_not_see() -> None:
    """Facts that need more rights are missing with `not_permitted`; all others are there."""
    found, visit, camera = look_at_simulated(presets.good_h264(faults=frozenset({"viewer_only"})))
    assert {k for _, k in kinds(visit)} == {"not_permitted"}
    assert {f for failure in visit.failures for f in failure.facts} >= {"identity.mac", "capable"}
    assert camera.counters.onvif_refused == 0
    assert visit.remembered.login("v1").onvif == "good"
    assert found.device.onvif is not None
    assert found.device.onvif.answers is True


def test_a_camera_without_options_leaves_capability_unknown() -> None:
    """Asked once, although there are two encoders; each stream has its failure."""
    found, visit, camera = look_at_simulated(presets.good_h264(faults=frozenset({"no_options"})))
    assert [(f.kind, f.channel, f.stream, f.facts) for f in visit.failures] == [
        ("unsupported", 1, "main", ("capable",)),
        ("unsupported", 1, "sub", ("capable",)),
    ]
    assert camera.counters.requests["GetVideoEncoderConfigurationOptions"] == 1
    assert all(s.capable is None and s.uri for s in found.channels[0].streams)


@pytest.mark.parametrize(
    ("fault_name", "kind", "answers"),
    [
        ("html_404", "not_onvif", False),
        ("garbage", "malformed_reply", None),
        ("silent", "timeout", None),
        ("drip_headers", "timeout", None),
    ],
)
def test_a_port_where_no_onvif_is_to_be_had(fault_name: str, kind: str, answers: bool | None) -> None:
    """Only a clear no is an answer; each ends with one failure that names all that is missing."""
    spec = presets.good_h264(faults=frozenset({fault_name}))
    found, visit, _ = look_at_simulated(spec, limits=SHORT)
    assert kinds(visit) == [("onvif.clock", kind)]
    assert {"identity", "clock", "declared", "capable"} <= set(visit.failures[0].facts)
    assert not found.answered
    assert found.device.onvif is not None
    assert found.device.onvif.answers is answers


def test_a_closed_port_is_refused_and_not_unreachable() -> None:
    """Something is there, ONVIF is not."""
    _, visit, _ = look_at_simulated(presets.good_h264(faults=frozenset({"offline_onvif"})), limits=SHORT)
    assert kinds(visit) == [("connect", "refused_connection")]


def test_onvif_pointed_at_the_rtsp_port_is_not_onvif() -> None:
    """The reply is RTSP's."""
    spec = presets.good_h264()
    with running(spec) as (camera,):
        visit = Visit(Target("k", Address("host", camera.host, onvif_port=camera.rtsp_port), limits=SHORT))
        found = asyncio.run(look(visit))
    assert kinds(visit) == [("onvif.clock", "not_onvif")]
    assert found.device.onvif is not None
    assert found.device.onvif.answers is False


def test_a_device_that_is_locked_is_left_alone() -> None:
    """No login is sent to it."""
    _, visit, camera = look_at_simulated(presets.good_h264(locked=True))
    assert kinds(visit) == [("onvif.login", "auth_locked")]
    assert camera.counters.onvif_with_credentials == 0


def test_a_recorder_has_its_channels_in_order() -> None:
    """Six sources: a recorder, and what encodes is another box."""
    channels = tuple(
        ChannelSpec(
            f"S{n}",
            f"Camera {n}",
            (
                StreamSpec(f"m{n}", path=f"/{n}/main"),
                StreamSpec(f"s{n}", width=640, height=360, path=f"/{n}/sub"),
            ),
        )
        for n in range(1, 7)
    )
    found, visit, _ = look_at_simulated(presets.good_h264(channels=channels))
    assert visit.failures == []
    assert [(c.index, c.token) for c in found.channels] == [(n, f"S{n}") for n in range(1, 7)]
    assert {(c.info.via, c.info.kind, c.info.state) for c in found.channels if c.info} == {
        ("recorder", "unknown", "unknown")
    }


def test_a_camera_without_streams_has_no_media() -> None:
    """No video source with an encoder."""
    found, visit, _ = look_at_simulated(presets.good_h264(channels=()))
    assert kinds(visit) == [("onvif.media", "no_media")]
    assert found.channels == ()


def test_services_are_found_by_capabilities_where_getservices_is_missing() -> None:
    """A gm8135 answers 404 to GetServices."""
    script = {**OPEN, "GetServices": Said(b"", 404), "GetCapabilities": Said(CAPABILITIES)}
    found, _, camera = look_at(script)
    assert len(found.channels) == 1
    assert {a.path for a in camera.asked if a.operation == "GetProfiles"} == {"/onvif/own_media"}


def test_without_any_word_about_services_the_usual_paths_are_tried() -> None:
    """CamHipro answers neither; YooSee serves everything at the device path."""

    def at_device_path(asked: Asked) -> Said:
        good = asked.path == "/onvif/device_service"
        return OPEN["GetProfiles"] if good else Said(b"<html>404</html>", 404)  # type: ignore[return-value]

    script = {**OPEN, "GetServices": Said(b"", 404), "GetProfiles": at_device_path}
    found, _, camera = look_at(script)
    assert len(found.channels) == 1
    asked = [a.path for a in camera.asked if a.operation == "GetProfiles"]
    assert asked == ["/onvif/media_service", "/onvif/Media", "/onvif/device_service"]
    assert {a.path for a in camera.asked if a.operation == "GetStreamUri"} == {"/onvif/device_service"}


def test_no_other_host_is_ever_asked() -> None:
    """Service and stream addresses name 192.0.2.9; every request came to us."""
    found, visit, camera = look_at(OPEN)
    assert visit.ledger.connections == 1
    assert len(camera.asked) > 5
    assert found.channels[0].streams[0].uri == "rtsp://127.0.0.1/a"


def test_media1_fills_in_where_media2_fails() -> None:
    """A Media2 service that is listed and broken."""
    script = {**OPEN, "GetServices": Said(services(media2="/onvif/Media2"))}

    def by_service(asked: Asked) -> Said:
        return Said(b"junk") if asked.path == "/onvif/Media2" else OPEN["GetProfiles"]  # type: ignore[return-value]

    found, visit, _ = look_at({**script, "GetProfiles": by_service})
    assert found.device.onvif is not None
    assert (found.device.onvif.media, found.device.onvif.answers) == (("media1",), True)
    assert ("onvif.media", "malformed_reply") in kinds(visit)


def test_a_media2_encoder_without_values_is_asked_for_apart() -> None:
    """The profile names its encoder only; GetVideoEncoderConfigurations has the rest."""
    bare = '<tr2:VideoEncoder token="VE_1"><tt:Name>E</tt:Name><tt:UseCount>1</tt:UseCount></tr2:VideoEncoder>'
    whole = encoder2().replace("tr2:VideoEncoder", "tr2:Configurations")
    every = envelope(f"<tr2:GetVideoEncoderConfigurationsResponse>{whole}</tr2:GetVideoEncoderConfigurationsResponse>")
    script = {
        **OPEN,
        "GetServices": Said(services(media1="", media2="/onvif/Media2")),
        "GetProfiles": Said(profiles2(profile2("P1", bare))),
        "GetVideoEncoderConfigurations": Said(every),
        "GetVideoEncoderConfigurationOptions": Said(OPTIONS2),
    }
    found, _, _ = look_at(script)
    declared = found.channels[0].streams[0].declared
    assert declared is not None
    assert (declared.codec, declared.size, declared.rate_control) == ("h265", (2560, 1440), "cbr")


def test_many_profiles_cost_requests_by_channel() -> None:
    """128 profiles of four encoders of one source: options for main and sub, addresses for three."""
    each = [profile(f"P{n}", source(), h264(f"VE_{n % 4}", width=1920 // (n % 4 + 1))) for n in range(128)]
    script = {
        **OPEN,
        "GetProfiles": Said(profiles(*each)),
        "GetVideoEncoderConfigurationOptions": Said(OPTIONS1),
    }
    found, _, camera = look_at(script)
    asked = Counter(a.operation for a in camera.asked)
    assert (asked["GetVideoEncoderConfigurationOptions"], asked["GetStreamUri"]) == (2, 3)
    assert [s.info.role for s in found.channels[0].streams if s.info] == ["main", "sub", "third", "extra"]
    assert [s.uri is None for s in found.channels[0].streams] == [False, False, False, True]


def test_a_stream_without_an_address_has_a_failure_of_its_own() -> None:
    """The address is no RTSP address: the stream says so, and ONVIF does not count as answering."""
    found, visit, _ = look_at({**OPEN, "GetStreamUri": Said(stream_uri("http://192.0.2.9/a.mjpg"))})
    failures = [f for f in visit.failures if f.step == "onvif.stream_uri"]
    assert [(f.kind, f.channel, f.stream, f.facts) for f in failures] == [
        ("malformed_reply", 1, "P1", ("rtsp", "sdp", "measured", "image")),
        ("malformed_reply", None, None, ("onvif.answers",)),
    ]
    assert found.device.onvif is not None
    assert found.device.onvif.answers is None


def test_a_device_that_does_not_say_who_it_is_still_has_channels() -> None:
    """Device information is unsupported: that is one failure, and the look goes on."""
    found, visit, _ = look_at({**OPEN, "GetDeviceInformation": Said(fault("ter:ActionNotSupported"), 500)})
    assert found.device.identity is None
    assert len(found.channels) == 1
    assert ("onvif.device", "unsupported") in kinds(visit)


def test_two_timeouts_end_the_conversation() -> None:
    """A device that has stopped answering does not use up the time of the whole probe."""
    silent = {"GetNetworkInterfaces": 0, "GetNetworkProtocols": 0}

    def hang(asked: Asked) -> Said:
        silent[asked.operation] += 1
        return NEVER_WHOLE

    script = {**OPEN, "GetNetworkInterfaces": hang, "GetNetworkProtocols": hang}
    _, visit, camera = look_at(script, CREDENTIAL, limits=replace(LIMITS, read_s=0.3))
    assert silent == {"GetNetworkInterfaces": 1, "GetNetworkProtocols": 1}
    assert camera.asked[-1].operation == "GetNetworkProtocols"
    assert kinds(visit) == [("onvif.network", "timeout"), ("onvif.network", "timeout")]
    assert {"declared", "capable", "onvif.answers"} <= set(visit.failures[-1].facts)


def test_the_end_of_the_probe_is_one_limit_of_ours() -> None:
    """A slow device: what was not reached is named with `our_limit`, nothing is blamed on the camera."""
    warm_up()
    _, visit, _ = look_at({**OPEN, "GetNetworkInterfaces": NEVER_WHOLE}, limits=Limits(deadline_s=0.7))
    assert {f.kind for f in visit.failures} == {"our_limit"}
    assert {"identity.mac"} <= {f for failure in visit.failures for f in failure.facts}


@pytest.mark.parametrize(("sources", "via"), [(1, "direct"), (2, None), (4, None), (5, "recorder")])
def test_only_a_device_with_one_source_encodes_for_itself(sources: int, via: str | None) -> None:
    """A recorder with two to four channels looks like a camera with as many eyes: it is not known which."""
    each = [profile(f"P{n}", source(f"S{n}"), h264(f"E{n}")) for n in range(sources)]
    found, _, _ = look_at({**OPEN, "GetProfiles": Said(profiles(*each))})
    assert [c.info and c.info.via for c in found.channels] == [via] * sources


@pytest.mark.parametrize("token", ["P&#10;1", "P\u009b31m", "P\u202e"])
def test_a_profile_with_a_token_that_cannot_be_shown_is_left_out(token: str) -> None:
    """The others are looked at; which one is the main stream, and who encodes, is known no more."""
    each = (profile(token, source(), h264("E1")), profile("P 2", source(), h264("E2", 640, 360)))
    found, visit, camera = look_at({**OPEN, "GetProfiles": Said(profiles(*each))})
    (channel,) = found.channels
    assert [s.id for s in channel.streams] == ["P 2"]
    assert channel.info is not None
    assert channel.info.via is None
    assert channel.streams[0].info is not None
    assert channel.streams[0].info.role_source == "assumed"
    assert ("onvif.media", "malformed_reply") in kinds(visit)
    assert all(">P 2<" in a.text for a in camera.asked if a.operation == "GetStreamUri")
    alone, visit, _ = look_at({**OPEN, "GetProfiles": Said(profiles(each[0]))})
    assert alone.channels == ()
    assert [k for k in kinds(visit) if k[0] == "onvif.media"] == [("onvif.media", "malformed_reply")]


def test_nothing_a_device_writes_comes_out_unfit_to_print() -> None:
    """Names, zone, schemes and addresses with escape and direction signs; an address with them is refused."""
    evil = "\u009b31m\u202e"
    script = {
        **OPEN,
        "GetProfiles": Said(profiles(profile("P1", source().replace("Cổng", evil), h264()))),
        "GetStreamUri": Said(stream_uri(f"rtsp://127.0.0.1/{evil}")),
    }
    found, visit, _ = look_at(script)
    assert (found.channels[0].name or "\n").isprintable()
    assert found.channels[0].streams[0].uri is None
    assert ("onvif.stream_uri", "malformed_reply") in kinds(visit)
    assert all(failure.detail.isprintable() for failure in visit.failures)
    challenge = {"WWW-Authenticate": 'Digest nonce="n", algorithm="\x9b31m"'}
    found, _, _ = look_at({**OPEN, "GetDeviceInformation": Said(b"", 401, challenge)})
    assert found.device.access is not None
    assert all(scheme.isprintable() for scheme in found.device.access.onvif_schemes or ("\n",))


def test_sources_and_profiles_are_bounded() -> None:
    """1,500 sources once cost 3,007 requests: what is left out is our own limit, and is said."""
    each = [profile(f"P{n}", source(f"S{n}"), h264(f"E{n}")) for n in range(1_100)]
    found, visit, camera = look_at({**OPEN, "GetProfiles": Said(profiles(*each))})
    assert len(found.channels) == 256
    assert Counter(a.operation for a in camera.asked)["GetStreamUri"] == 256
    ours = [f.detail for f in visit.failures if f.kind == "our_limit"]
    assert [d.split(";")[0] for d in ours] == ["more than 1024 profiles", "1024 video sources"]
    assert {c.info and c.info.via for c in found.channels} == {"recorder"}
