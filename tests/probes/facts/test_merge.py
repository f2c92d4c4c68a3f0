"""Merging observations: what a sheet holds after one night, two nights, and nights on which little was seen."""

from datetime import UTC, datetime, timedelta

import pytest

from probes.errors import Failure
from probes.facts import (
    Capable,
    Channel,
    ChannelInfo,
    ChannelSheet,
    Clock,
    Declared,
    Device,
    DeviceSheet,
    Fact,
    Identity,
    Measured,
    Observation,
    Sdp,
    Stream,
    StreamInfo,
    StreamSheet,
    merge,
)

FIRST = datetime(2026, 11, 20, 22, tzinfo=UTC)


def _night(number: int) -> datetime:
    return FIRST + timedelta(days=number)


def _measured(night: int, **facts) -> Measured:
    return Measured(at=_night(night), how="rtp", **facts)


def _observation(night: int, *channels: Channel, failures=(), **device) -> Observation:
    return Observation(
        target="d1",
        observed_at=_night(night),
        device=Device(**device),
        channels=channels,
        failures=tuple(failures),
    )


def _channel(*streams: Stream, index=1, token="v1", info=None) -> Channel:
    return Channel(index=index, token=token, info=info, streams=streams)


def _one_stream(night: int, *, failures=(), **groups) -> Observation:
    return _observation(night, _channel(Stream(id="p1", **groups)), failures=failures)


def _merged(*observations: Observation) -> DeviceSheet:
    sheet = None
    for observation in observations:
        sheet = merge(sheet, observation)
    assert sheet is not None
    return sheet


def _stream(sheet: DeviceSheet) -> StreamSheet:
    return sheet.channels[0].streams[0]


def test_every_fact_stands_with_its_time_and_method():
    """A group is taken apart into paths; what is None is no fact."""
    sheet = _merged(_observation(0, identity=Identity(at=_night(0), how="onvif", model="X1")))
    assert sheet.facts == {"identity.model": Fact("X1", _night(0), "onvif")}
    assert sheet.target == "d1"


def test_properties_of_a_group_are_facts():
    """`size`, `codecs` and `lost_percent` stand beside what they are made from."""
    sheet = _merged(
        _one_stream(
            0,
            sdp=Sdp(at=_night(0), how="sdp", width=1920, height=1080),
            capable=Capable(at=_night(0), how="onvif", encodings=()),
            measured=_measured(0, packets=99, packets_lost=1),
        )
    )
    facts = _stream(sheet).facts
    assert facts["sdp.size"].value == (1920, 1080)
    assert facts["capable.codecs"].value == ()
    assert facts["measured.lost_percent"].value == 1.0


def test_the_newest_value_of_a_path_wins_and_keeps_the_one_before():
    """`before` is the one value before, for rules that want to see a fault twice; it holds no chain."""
    sheet = _merged(*(_one_stream(night, measured=_measured(night, fps=20.0 + night)) for night in range(3)))
    assert _stream(sheet).facts["measured.fps"] == Fact(22.0, _night(2), "rtp", before=Fact(21.0, _night(1), "rtp"))


def test_what_was_not_seen_keeps_the_older_value():
    """A path, a group or a whole device that brought nothing this time does not wipe out what is known."""
    first = _one_stream(
        0, measured=_measured(0, fps=25.0, codec="h264"), sdp=Sdp(at=_night(0), how="sdp", codec="h264")
    )
    second = _one_stream(1, measured=_measured(1, codec="h265"))
    facts = _stream(_merged(first, second, _observation(2))).facts
    assert facts["measured.fps"] == Fact(25.0, _night(0), "rtp")
    assert facts["measured.codec"].value == "h265"
    assert facts["sdp.codec"].at == _night(0)


def test_a_failure_that_is_no_answer_keeps_the_older_value_and_says_why_there_is_no_newer():
    """A timeout says nothing of the stream."""
    failure = Failure("timeout", "rtsp.play", "late", 1, "p1", ("measured", "image"))
    sheet = _stream(_merged(_one_stream(0, measured=_measured(0, fps=25.0)), _one_stream(1, failures=[failure])))
    assert sheet.facts["measured.fps"].at == _night(0)
    assert sheet.why_missing("measured.fps") is failure
    assert sheet.why_missing("image.light") is failure
    assert sheet.why_missing("sdp.codec") is None


@pytest.mark.parametrize("paths", [("measured",), ("measured.fps",)])
def test_a_definite_answer_removes_the_older_value(paths):
    """`no_such_stream` and the like are answers: the older fact is not true any more, by path or by group."""
    failure = Failure("no_such_stream", "rtsp.describe", "404", 1, "p1", paths)
    sheet = _stream(_merged(_one_stream(0, measured=_measured(0, fps=25.0)), _one_stream(1, failures=[failure])))
    assert "measured.fps" not in sheet.facts
    assert sheet.why_missing("measured.fps") is failure


def test_a_definite_answer_does_not_remove_what_the_same_probe_saw():
    """A group may be had in part: the facts that came stand."""
    failure = Failure("unsupported", "rtsp.play", "", 1, "p1", ("measured",))
    sheet = _stream(_merged(_one_stream(0, measured=_measured(0, codec="h264"), failures=[failure])))
    assert sheet.facts["measured.codec"].value == "h264"


def test_a_reason_goes_when_the_fact_comes():
    """What is there is not missing, whether the reason named the path or its group."""
    failures = [
        Failure("timeout", "rtsp.play", "late", 1, "p1", ("measured", "sdp.codec")),
        Failure("timeout", "rtsp.play", "late", 1, "p1", ("image",)),
    ]
    later = _one_stream(1, measured=_measured(1, fps=25.0), sdp=Sdp(at=_night(1), how="sdp", codec="h264"))
    sheet = _stream(_merged(_one_stream(0, failures=failures), later))
    assert sheet.why_missing("measured.fps") is None
    assert sheet.why_missing("measured.width") is None
    assert sheet.why_missing("sdp.codec") is None
    assert sheet.why_missing("image.light") is failures[1]


def test_a_newer_reason_takes_the_place_of_an_older_one():
    """Also where the older one named a path and the newer one its whole group."""
    older = Failure("timeout", "rtsp.play", "", 1, "p1", ("measured.fps",))
    newer = Failure("busy", "rtsp.setup", "", 1, "p1", ("measured",))
    sheet = _stream(_merged(_one_stream(0, failures=[older]), _one_stream(1, failures=[newer])))
    assert sheet.why_missing("measured.fps") is newer


def test_failures_stand_with_the_subject_they_name():
    """Device, channel and stream each have their own reasons."""
    failures = [
        Failure("unsupported", "onvif.clock", facts=("clock",)),
        Failure("timeout", "onvif.media", channel=1, facts=("channel.kind",)),
        Failure("timeout", "rtsp.play", channel=1, stream="p1", facts=("measured",)),
        Failure("timeout", "rtsp.play", channel=2, stream="p1", facts=("sdp",)),
    ]
    sheet = _merged(_one_stream(0, failures=failures))
    assert set(sheet.missing) == {"clock"}
    assert set(sheet.channels[0].missing) == {"channel.kind"}
    assert set(_stream(sheet).missing) == {"measured"}


def test_channels_are_matched_by_token_even_when_the_order_changes():
    """Recorders number their channels anew when one is added; the source token stays."""
    one = _channel(Stream(id="p", measured=_measured(0, fps=10.0)), index=1, token="a")
    two = _channel(Stream(id="p", measured=_measured(0, fps=20.0)), index=2, token="b")
    swapped = [_channel(Stream(id="p"), index=1, token="b"), _channel(Stream(id="p"), index=2, token="a")]
    sheet = _merged(_observation(0, one, two), _observation(1, *swapped))
    assert [c.streams[0].facts["measured.fps"].value for c in sheet.channels] == [20.0, 10.0]


@pytest.mark.parametrize(("before", "after"), [(None, None), (None, "a"), ("a", None)])
def test_channels_without_a_token_are_matched_by_index(before, after):
    """A probe over RTSP alone knows no token; what it saw belongs to the channel of that number."""
    first = _channel(Stream(id="p", measured=_measured(0, fps=10.0)), token=before)
    sheet = _merged(_observation(0, first), _observation(1, _channel(Stream(id="p"), token=after)))
    assert _stream(sheet).facts["measured.fps"].value == 10.0


def test_a_channel_with_another_token_is_another_channel():
    """Nothing is carried over, even at the same index."""
    first = _channel(Stream(id="p", measured=_measured(0, fps=10.0)), token="a")
    sheet = _merged(_observation(0, first), _observation(1, _channel(Stream(id="p"), token="b")))
    assert _stream(sheet).facts == {}


def test_channels_that_were_not_seen_among_others_are_gone():
    """A camera that was taken off a recorder is no channel any more."""
    both = _observation(0, _channel(index=1, token="a"), _channel(index=2, token="b"))
    assert [c.token for c in _merged(both, _observation(1, _channel(index=1, token="a"))).channels] == ["a"]


def test_channels_stay_when_the_probe_saw_none_at_all():
    """A device that was off for a night loses nothing."""
    first = _one_stream(0, measured=_measured(0, fps=25.0))
    assert _merged(first, _observation(1)).channels == _merged(first).channels


def test_streams_stay_when_the_probe_saw_none_of_the_channel():
    """Sources were listed and profiles were not: what is known of the streams stays."""
    first = _one_stream(0, measured=_measured(0, fps=25.0))
    info = ChannelInfo(at=_night(1), how="onvif", kind="ip")
    sheet = _merged(first, _observation(1, _channel(info=info)))
    assert sheet.channels[0].facts["channel.kind"].value == "ip"
    assert _stream(sheet).facts["measured.fps"].value == 25.0


def test_streams_are_matched_by_id():
    """A profile that is gone is gone; a new one begins empty."""
    first = _one_stream(0, measured=_measured(0, fps=25.0))
    sheet = _merged(first, _observation(1, _channel(Stream(id="p2"))))
    assert [(s.id, s.facts) for s in sheet.channels[0].streams] == [("p2", {})]


def test_age_is_not_the_business_of_merge():
    """A fact of a year ago stays; the rule that reads it says how old it may be."""
    first = _observation(0, clock=Clock(at=_night(0), how="onvif", offset_s=3.0))
    assert _merged(first, _observation(365)).facts["clock.offset_s"].at == _night(0)


def test_the_main_stream_is_the_one_in_that_role():
    """By fact, not by order."""
    main = Stream(id="b", info=StreamInfo(at=FIRST, how="onvif", role="main"))
    sub = Stream(id="a", info=StreamInfo(at=FIRST, how="onvif", role="sub"))
    found = _merged(_observation(0, _channel(sub, main))).channels[0].main()
    assert found is not None
    assert found.id == "b"
    assert ChannelSheet().main() is None


def _dark_night(night: int, lost: int = 10) -> Observation:
    """A night on which the camera was measured."""
    return _one_stream(night, measured=_measured(night, seconds=4.0, packets=990, packets_lost=lost))


def test_derived_facts_are_made_anew_from_old_and_new_facts_together():
    """A declaration of tonight and a measurement of yesterday make a derived fact, with the time of its source."""
    measured = _measured(0, seconds=4.0, keyframe_interval_s=10.0, fps=25.0, codec="h264")
    declared = Declared(at=_night(1), how="onvif", gop=50, fps=25.0)
    facts = _stream(_merged(_one_stream(0, measured=measured), _one_stream(1, declared=declared))).facts
    assert facts["derived.smart_codec"] == Fact(True, _night(0), "rtp")
    other = Declared(at=_night(2), how="onvif", gop=250, fps=25.0)
    facts = _stream(
        _merged(_one_stream(0, measured=measured), _one_stream(1, declared=declared), _one_stream(2, declared=other))
    ).facts
    assert facts["derived.smart_codec"].value is False


def test_derived_facts_go_with_the_facts_they_are_made_from():
    """A definite answer removes the measurement, and so what was derived from it."""
    failure = Failure("no_media", "rtsp.sample", "", 1, "p1", ("measured",))
    sheet = _stream(_merged(_dark_night(0), _one_stream(1, failures=[failure])))
    assert "derived.loss_percent" not in sheet.facts


def test_a_derived_fact_keeps_the_one_value_of_the_probe_before():
    """As with any fact, and without a chain that grows night by night."""
    fact = _stream(_merged(*(_dark_night(n, lost=10 + n) for n in range(3)))).facts["derived.loss_percent"]
    assert fact.at == _night(2)
    assert fact.before is not None
    assert fact.before.at == _night(1)
    assert fact.before.before is None


def test_a_night_without_a_measurement_does_not_count_a_fault_twice():
    """A rule that wants to see a loss in two probes must not see yesterday's one again as the one before."""
    sheet = _stream(_merged(_dark_night(0), _one_stream(1), _one_stream(2)))
    assert sheet.facts["derived.loss_percent"].before is None
    assert sheet.facts["measured.packets_lost"].before is None
    again = _stream(_merged(_dark_night(0, lost=20), _dark_night(1), _one_stream(2))).facts["derived.loss_percent"]
    assert again.before is not None
    assert again.before.at == _night(0)


def test_merging_an_observation_twice_changes_nothing():
    """A result that is delivered again after a crash is the same probe, not the probe before."""
    once = _merged(_dark_night(0), _dark_night(1, lost=20))
    assert merge(once, _dark_night(1, lost=20)) == once
