"""What is asked again in a later night: little where nothing changed, and everything where anything did."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from probes.onvif.look import OnvifLook, look
from probes.simulator import CameraSpec, presets, recorders, running
from probes.target import Address, Credential, Limits, Remembered, Target
from probes.visit import Visit

FIRST = datetime(2026, 11, 23, 15, tzinfo=UTC)
"""A night in which it is the turn of the device `k`: the next one is three nights later."""
NIGHTS = Limits(connect_s=2.0, read_s=5.0, ask_nights=3)
RARELY = {
    "GetServices",
    "GetNetworkProtocols",
    "GetNTP",
    "GetScopes",
    "GetVideoSources",
    "GetVideoEncoderConfigurationOptions",
    "GetServiceCapabilities",
    "GetPasswordComplexityConfiguration",
}
GOOD = presets.good_h264(mac="a4:14:37:00:12:34")


def _night(
    spec: CameraSpec, remembered: Remembered, days: float = 0.0, limits: Limits = NIGHTS
) -> tuple[OnvifLook, Remembered, dict[str, int]]:
    """One look after `days`: what it told, what is remembered, and what was asked how often."""
    with running(spec) as (camera,):
        address = Address("host", camera.host, onvif_port=camera.onvif_port)
        credential = Credential("v1", spec.username, spec.password)
        target = Target("k", address, (credential,), remembered, limits=limits)
        visit = Visit(target, now=lambda: FIRST + timedelta(days=days))
        told = asyncio.run(look(visit))
        return told, visit.remembered, camera.counters.requests


def _asked(counted: dict[str, int]) -> set[str]:
    return {operation for operation in counted if operation in RARELY}


def test_a_night_in_which_nothing_changed_asks_for_half() -> None:
    """Options, scopes, services and the like are left out; who it is, its clock and how it is set are asked."""
    first, remembered, before = _night(GOOD, Remembered())
    second, kept, after = _night(GOOD, remembered, 1)
    assert _asked(before) == RARELY
    assert _asked(after) == set()
    assert set(before) - set(after) == RARELY
    assert sum(after.values()) <= sum(before.values()) / 2
    assert kept.asked == remembered.asked
    assert second.device.identity == replace(first.device.identity, at=second.device.identity.at)  # type: ignore[union-attr, type-var]


def test_what_was_not_asked_is_said_by_nobody_and_what_was_is_the_same() -> None:
    """Facts of the rare questions are left out and are no failures, so that the earlier ones stand; channels are
    planned as before, of the same nature, with the same settings.
    """
    first, remembered, _ = _night(GOOD, Remembered())
    second, _, _ = _night(GOOD, remembered, 1)
    clock, onvif, security = second.device.clock, second.device.onvif, second.device.security
    assert clock is not None
    assert onvif is not None
    assert security is not None
    assert (clock.time_source, onvif.profiles, onvif.scopes, security.https, security.rtsps) == (None,) * 5
    assert (onvif.media, onvif.answers) == (("media1", "media2"), True)
    assert [s.capable for s in second.channels[0].streams] == [None, None]
    was, now = first.channels[0], second.channels[0]
    assert was.info is not None
    assert now.info == replace(was.info, at=now.info.at if now.info else was.info.at)
    assert [(s.id, s.uri.partition("/S")[2], s.declared.size) for s in was.streams if s.uri and s.declared] == [
        (s.id, s.uri.partition("/S")[2], s.declared.size) for s in now.streams if s.uri and s.declared
    ]


def test_a_recorder_keeps_its_channels_and_what_they_are() -> None:
    """Empty slots, analogue inputs and their order are those of the look that asked for everything."""
    spec = recorders.hybrid()
    first, remembered, _ = _night(spec, Remembered())
    second, _, after = _night(spec, remembered, 1)
    assert not _asked(after)
    assert [(c.index, c.token, c.info.kind, c.info.via, c.info.state) for c in first.channels if c.info] == [
        (c.index, c.token, c.info.kind, c.info.via, c.info.state) for c in second.channels if c.info
    ]
    assert len({c.info.kind for c in first.channels if c.info}) > 1


def test_everything_is_asked_again_before_it_is_old() -> None:
    """After so many nights, and not a night later."""
    _, remembered, _ = _night(GOOD, Remembered())
    _, renewed, asked = _night(GOOD, remembered, 3)
    assert _asked(asked) == RARELY
    assert renewed.asked["at"] > remembered.asked["at"]


def test_without_the_setting_nothing_is_left_out() -> None:
    """A look that a person asked for, or that an acceptance counts on, asks everything."""
    _, remembered, _ = _night(GOOD, Remembered())
    _, _, asked = _night(GOOD, remembered, 1, replace(NIGHTS, ask_nights=0))
    assert _asked(asked) == RARELY


STREAM = GOOD.channels[0].streams[0]


def _set(**fields: object) -> CameraSpec:
    streams = (replace(STREAM, **fields), *GOOD.channels[0].streams[1:])  # type: ignore[arg-type]
    return replace(GOOD, channels=(replace(GOOD.channels[0], streams=streams),))


@pytest.mark.parametrize(
    "spec",
    [
        replace(GOOD, firmware="V1.2.4"),
        replace(GOOD, serial="SIM0000002"),
        replace(GOOD, mac="a4:14:37:00:12:35"),
        replace(GOOD, ntp=False),
        replace(GOOD, media=("media2",)),
        _set(gop=100),
        _set(bitrate_kbps=2048),
        _set(width=1280, height=720),
    ],
    ids=["firmware", "serial", "mac", "clock", "services", "gop", "bit rate", "size"],
)
def test_anything_that_is_another_has_everything_asked_at_once(spec: CameraSpec) -> None:
    """And what is told then is remembered for the next night."""
    _, remembered, _ = _night(GOOD, Remembered(unit={"mac": "a41437001234"}))
    told, renewed, asked = _night(spec, replace(remembered, unit={"mac": "a41437001234"}), 1)
    expected = RARELY - ({"GetNTP"} if not spec.ntp else set())
    expected = expected - {"GetVideoSources"} if "media1" not in spec.media else expected
    assert _asked(asked) >= expected
    assert all(s.capable for s in told.channels[0].streams)
    assert told.device.onvif is not None
    assert told.device.onvif.profiles
    assert renewed.asked["at"] > remembered.asked["at"]
    assert _asked(_night(spec, replace(renewed, unit={"mac": spec.mac.replace(":", "")}), 2)[2]) == set()


def test_a_look_that_was_cut_short_is_not_taken_for_the_whole() -> None:
    """What could not be asked for a passing reason is asked in the next night, and not three nights later."""
    short = replace(NIGHTS, read_s=0.5)
    _, remembered, _ = _night(replace(GOOD, answer_after_s=0.6), Remembered(), limits=short)
    assert remembered.asked == {}


@pytest.mark.parametrize(
    "broken", [{"at": 5}, {"at": "2026-11-23T00:00:00"}, {"who": None}, {"kinds": {"a": ["x", 1]}}]
)
def test_what_cannot_be_read_has_everything_asked(broken: dict[str, object]) -> None:
    """The registry stores it unread, and an older version may have written it."""
    _, remembered, _ = _night(GOOD, Remembered())
    spoilt = replace(remembered, asked={**remembered.asked, **broken})
    assert _asked(_night(GOOD, spoilt, 1)[2]) == RARELY
