"""Profiles become channels and streams."""

from __future__ import annotations

from dataclasses import replace

from probes.onvif.media import PlannedChannel, plan
from probes.onvif.parse import Encoder, Profile

BIG = Encoder("VE_1", "h264", 1920, 1080, 25.0, 4096, 50)
SMALL = Encoder("VE_2", "h264", 640, 360, 25.0, 512, 50)
BIG265 = replace(BIG, codec="h265")


def shown(channels: tuple[PlannedChannel, ...]) -> list[tuple[str | None, list[tuple[str, str, str]]]]:
    """Each channel as its source and its streams: profile, role, and how the role is known."""
    return [(c.source, [(s.profile, s.role, s.role_source) for s in c.streams]) for c in channels]


def test_streams_are_ranked_by_declared_pixels_and_not_by_order() -> None:
    """Some firmwares list the sub stream first."""
    found = plan((), (Profile("P2", source="S", encoder=SMALL), Profile("P1", source="S", encoder=BIG)))
    assert shown(found) == [("S", [("P1", "main", "declared"), ("P2", "sub", "declared")])]


def test_two_profiles_of_one_encoder_are_one_stream() -> None:
    """A VMS has added a profile of its own: the fixed one stands for the stream."""
    mine = Profile("vms", source="S", encoder=BIG)
    found = plan((), (mine, Profile("P1", fixed=True, source="S", encoder=BIG)))
    assert shown(found) == [("S", [("P1", "main", "declared")])]


def test_a_profile_without_an_encoder_is_no_stream() -> None:
    """Audio and metadata profiles; a source that only they use is no channel."""
    found = plan((), (Profile("A", source="S"), Profile("B", source="T", encoder=BIG)))
    assert shown(found) == [("T", [("B", "main", "declared")])]


def test_h265_comes_from_media2_where_media1_has_a_stub() -> None:
    """Dahua: the main stream has a size in Media2 only."""
    stub = Profile("P1", source="S", encoder=Encoder("VE_1"))
    sub = Profile("P2", source="S", encoder=SMALL)
    found = plan((Profile("P1", source="S", encoder=BIG265), sub), (stub, sub))
    assert shown(found) == [("S", [("P1", "main", "declared"), ("P2", "sub", "declared")])]
    assert found[0].streams[0].encoder.codec == "h265"
    assert {s.media for s in found[0].streams} == {"media2"}


def test_without_a_size_the_order_of_the_device_decides() -> None:
    """Media1 alone, H.265 main: a reachable sub stream is never promoted because the main one hides its size."""
    stub = Profile("P1", source="S", encoder=Encoder("VE_1"))
    found = plan((), (stub, Profile("P2", source="S", encoder=SMALL)))
    assert shown(found) == [("S", [("P1", "main", "assumed"), ("P2", "sub", "assumed")])]


def test_what_media2_leaves_out_is_filled_in_from_media1() -> None:
    """The same encoder told of twice; another codec's numbers are not mixed in."""
    two = replace(BIG, gop=None, bitrate_kbps=None, rate_control="vbr")
    (channel,) = plan((Profile("X", source="S", encoder=two),), (Profile("P1", source="S", encoder=BIG),))
    assert channel.streams[0].encoder == replace(BIG, rate_control="vbr")
    other = replace(two, codec="h265")
    (channel,) = plan((Profile("X", source="S", encoder=other),), (Profile("P1", source="S", encoder=BIG),))
    assert channel.streams[0].encoder == other


def test_a_source_that_only_media1_knows_is_a_channel_too() -> None:
    """A recorder whose Media2 shows H.265 cameras only."""
    old = Profile("P9", source="S2", encoder=BIG)
    found = plan((Profile("P1", source="S1", encoder=BIG265),), (Profile("P1", source="S1", encoder=Encoder()), old))
    assert [(c.source, c.streams[0].media) for c in found] == [("S1", "media2"), ("S2", "media1")]


def test_a_media2_profile_without_a_source_takes_that_of_media1() -> None:
    """Matched by the token of the profile."""
    found = plan((Profile("P1", encoder=BIG265),), (Profile("P1", source="S", encoder=Encoder()),))
    assert shown(found) == [("S", [("P1", "main", "declared")])]


def test_a_recorder_has_a_channel_for_each_source() -> None:
    """12 sources with three profiles each, as on a recorder that was seen."""
    third = Encoder("VE_3", "mjpeg", 320, 240)
    each = [
        Profile(f"{e.token}-{s}", source=f"{s:03d}", encoder=replace(e, token=f"{e.token}-{s}"))
        for s in range(12)
        for e in (BIG, SMALL, third)
    ]
    found = plan((), tuple(each))
    assert [c.source for c in found] == [f"{s:03d}" for s in range(12)]
    assert all([s.role for s in c.streams] == ["main", "sub", "third"] for c in found)


def test_of_two_streams_of_one_size_the_coded_one_is_first() -> None:
    """Axis shows motion JPEG and H.264 of the same size."""
    jpeg = Profile("J", source="S", encoder=replace(BIG, token="VE_9", codec="mjpeg"))
    found = plan((), (jpeg, Profile("H", source="S", encoder=BIG)))
    assert [s.profile for s in found[0].streams] == ["H", "J"]


def test_the_fifth_stream_is_extra_like_the_fourth() -> None:
    """There are no more roles."""
    each = tuple(Profile(f"P{n}", source="S", encoder=Encoder(f"E{n}", "h264", 1000 - n, 100)) for n in range(5))
    assert [s.role for s in plan((), each)[0].streams] == ["main", "sub", "third", "extra", "extra"]


def test_nothing_told_is_no_channel() -> None:
    """No profiles at all."""
    assert plan((), ()) == ()
