"""Whoever is in a fleet follows from its mix alone."""

from collections import Counter

from probes.simulator.fleet.mix import STATES
from probes.simulator.fleet.roll import roll, spec_of
from tests.probes.simulator.fleet.small_fleet import small


def test_the_same_mix_gives_the_same_fleet_and_another_seed_another():
    """Makes, states, sizes and delays come again to the letter."""
    assert roll(small(delay_s=(0, 1))) == roll(small(delay_s=(0, 1)))
    assert roll(small()) != roll(small(seed=2))


def test_shares_are_met_to_the_nearest_camera():
    """A small fleet has its dead cameras too: one in twenty each, and makes as their weights say."""
    members = roll(small())
    states = Counter(member.state for member in members)
    assert states == {"well": 13, **dict.fromkeys(set(STATES) - {"well"}, 1)}
    assert Counter(member.make for member in members) == {"hikvision": 5, "dahua": 5, "good_h264": 10}
    assert len({member.host for member in members}) == 20
    thirds = Counter(member.make for member in roll(small(makes={"tapo": 1, "axis": 1, "imou": 1})))
    assert sorted(thirds.values()) == [6, 7, 7]


def test_a_camera_sends_what_the_mix_says_and_says_that_it_can():
    """Sizes, rates and key frame distance are those of the mix; loss, faults and wrong login those of its state."""
    mix = small()
    specs = {member.state: spec_of(member, mix) for member in roll(mix)}
    (channel, main), (_, sub) = specs["well"].streams()
    assert (main.width, main.height, main.fps, main.gop, main.sent_kbps) == (320, 180, 10, 10, 200)
    assert (sub.width, sub.height, sub.fps, sub.gop, sub.sent_kbps) == (160, 90, 10, 10, 60)
    assert all((320, 180) in one.sizes for one in channel.encodings_of(main))
    assert main.lose_every == 0
    assert {stream.lose_every for _, stream in specs["lossy"].streams()} == {10}
    assert specs["refusing"].password != specs["well"].password == mix.password
    assert (specs["slow"].answer_after_s, specs["silent"].faults, specs["busy"].faults) == (0.05, {"silent"}, {"full"})


def test_no_two_cameras_have_the_same_serial_number_or_mac():
    """The registry knows a unit by them."""
    mix = small()
    specs = [spec_of(member, mix) for member in roll(mix)]
    assert len({spec.serial for spec in specs}) == len({spec.mac for spec in specs}) == 20


def test_a_recorder_has_sixteen_channels():
    """The make `recorder` is one device with sixteen sources."""
    mix = small(makes={"recorder": 1}, cameras=1, states={})
    assert len(spec_of(roll(mix)[0], mix).channels) == 16
