"""Field items 8, 9 and 20: H.265 that Media1 cannot name, tokens, and recorders of many channels."""

from dataclasses import replace

import pytest

from probes.image.checks import Look
from probes.simulator import presets, recorders
from probes.target import Limits, Need
from tests.acceptance.field.looking import QUICK, look, shown
from tests.standards.sheets import judged, size


class Card:
    """A looker that sees a card of the recorder in pictures of channel 4, the only ones of its codec."""

    async def look(self, codec, data, *, references=None):
        """The picture, or the card."""
        return Look("day", False, None, False, None, codec == "h265", 120.0, 90.0, 320, 180)


@pytest.mark.field(20)
def test_a_recorder_of_32_channels_is_looked_at_whole_with_one_session():
    """Each channel is sampled; at the camera never two sessions at once, and no stream is described twice."""
    seen, camera = look(recorders.nvr(32), limits=QUICK)
    assert {(c.info.kind, c.info.via, c.info.state) for c in seen.channels} == {("ip", "recorder", "live")}
    assert len(seen.channels) == 32
    assert not [f for f in seen.failures if f.kind == "our_limit"]
    assert (camera.counters.sessions_peak, camera.counters.sessions_open, camera.counters.teardowns) == (1, 0, 32)
    challenge = 1
    assert camera.counters.requests["DESCRIBE"] <= 64 + challenge


@pytest.mark.field(20)
def test_the_deadline_grows_with_the_channels_of_the_recorder():
    """What one channel may take is not enough for four; with what each further one adds, all are looked at."""
    limits = Limits(connect_s=5, read_s=10, sample_s=9, deadline_s=10, channel_s=20, picture=False)
    seen, _ = look(recorders.nvr(4), limits=limits, needs=(Need("measured.fps", seconds=4),))
    assert [c.info.state for c in seen.channels] == ["live"] * 4


@pytest.mark.field(20)
def test_what_the_deadline_cuts_off_is_unknown_and_comes_first_in_the_next_look():
    """The same last channels are not starved every night; nothing is said of a channel that was not reached."""
    limits = Limits(connect_s=2, read_s=3, sample_s=9, deadline_s=6, channel_s=0, picture=False)
    needs = (Need("measured.fps", seconds=4),)
    first, _ = look(recorders.nvr(4), limits=limits, needs=needs)
    reached = [c.token for c in first.channels if c.info.state == "live"]
    assert 0 < len(reached) < 4
    cut = [f for f in first.failures if f.kind == "our_limit"]
    assert cut
    assert all(c.info.state == "unknown" for c in first.channels if c.token not in reached)
    assert first.remembered.next_channel == first.channels[len(reached)].token
    second, _ = look(recorders.nvr(4), limits=limits, needs=needs, remembered=first.remembered)
    again = [c.token for c in second.channels if c.info.state == "live"]
    assert first.remembered.next_channel in again
    assert [c.index for c in second.channels] == [1, 2, 3, 4]


@pytest.mark.field(20)
def test_slots_are_told_apart():
    """Live, a card, gone by 404, gone by 503 while others play, and two sources without a profile: empty."""
    spec = recorders.never_used()
    card = replace(spec.channels[3], streams=tuple(replace(s, codec="h265") for s in spec.channels[3].streams))
    seen, _ = look(replace(spec, channels=(*spec.channels[:3], card, *spec.channels[4:])), looker=Card(),
                   limits=replace(QUICK, picture=True))  # fmt: skip
    states = [c.info.state for c in seen.channels]
    assert states == ["live"] * 3 + ["no_signal", "offline", "offline", "empty", "empty"]
    assert [c.token for c in seen.channels] == [f"VideoSource_{n}" for n in range(1, 9)]


@pytest.mark.field(20)
def test_a_dvr_encodes_its_analogue_inputs_itself():
    """960H and D1: what the recorder lists is what there is; old devices have Media1 alone."""
    seen, _ = look(recorders.dvr())
    assert {(c.info.kind, c.info.via) for c in seen.channels} == {("analogue", "direct")}
    assert [c.info.state for c in seen.channels] == ["live", "live", "live", "offline"]


@pytest.mark.field(20)
def test_a_hybrid_recorder_encodes_only_its_analogue_inputs():
    """What it lists for an IP channel says nothing of the camera behind it."""
    seen, _ = look(recorders.hybrid())
    assert [(c.info.kind, c.info.via) for c in seen.channels] == [
        ("analogue", "direct"), ("analogue", "direct"), ("unknown", "recorder"), ("unknown", "recorder")
    ]  # fmt: skip


@pytest.mark.field(20)
def test_an_nvr_with_one_camera_is_still_a_recorder():
    """One source alone does not make a camera: its model says what it is."""
    seen, _ = look(recorders.nvr(1))
    assert shown(seen) == [("VideoSource_1", "ip", "recorder", "live")]


@pytest.mark.field(20)
def test_streams_of_a_recorder_are_found_by_the_addresses_it_gives():
    """Channel * 100 + stream is used as it comes, and never made up: other makers number otherwise."""
    seen, _ = look(recorders.nvr(2))
    assert [[s.uri.rsplit("/", 1)[1] for s in c.streams] for c in seen.channels] == [["101", "102"], ["201", "202"]]


@pytest.mark.field(8)
@pytest.mark.parametrize("media1", ["stub", "absent", "illegal"])
def test_h265_is_found_whatever_media1_makes_of_it(media1):
    """Media2 is preferred and merged by token: the main stream is the H.265 one."""
    spec = presets.good_h265_media2_only(media=("media1", "media2"), h265_in_media1=media1)
    seen, _ = look(spec)
    (channel,) = seen.channels
    assert [(s.id, s.info.role, s.declared.codec) for s in channel.streams] == [
        ("main", "main", "h265"), ("sub", "sub", "h265")
    ]  # fmt: skip
    assert channel.streams[0].measured.codec == "h265"


@pytest.mark.field(8)
def test_illegal_h265_in_media1_alone_is_believed():
    """Where there is no Media2 at all, the word that ONVIF does not allow there is still the truth."""
    seen, _ = look(presets.good_h265_media2_only(media=("media1",), h265_in_media1="illegal"))
    assert [s.declared.codec for s in seen.channels[0].streams] == ["h265", "h265"]


@pytest.mark.field(20)
@pytest.mark.parametrize(("via", "fix"), [("direct", "reconfigure"), ("recorder", "survey")])
def test_what_a_recorder_lists_cures_nothing_at_the_camera_behind_it(via, fix):
    """The good camera sends 720p, and 1080p is listed: a setting where this device encodes, else to be found out."""
    assert judged({**size(1280, 720), "channel.via": via})["resolution-main"].fix == fix
