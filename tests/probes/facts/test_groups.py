"""The groups of facts, the table of paths made from them, and observations as JSON."""

import json
from dataclasses import fields
from datetime import UTC, datetime
from types import UnionType
from typing import Any, Literal, get_args, get_origin, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from probes.errors import Failure
from probes.facts import (
    Access,
    Capable,
    Channel,
    ChannelInfo,
    Declared,
    Device,
    Encoding,
    Identity,
    Image,
    Ledger,
    Measured,
    Observation,
    Rtsp,
    StepReply,
    Stream,
    StreamInfo,
    from_json,
    paths,
    to_json,
)
from probes.facts.derive import DERIVED
from probes.facts.groups import CHANNEL_GROUPS, DEVICE_GROUPS, STREAM_GROUPS
from probes.login import LoginState
from probes.target import Remembered

AT = datetime(2026, 11, 23, 22, 0, 0, 123456, tzinfo=UTC)
GROUPS = {"device": DEVICE_GROUPS, "channel": CHANNEL_GROUPS, "stream": STREAM_GROUPS}
KINDS = {
    bool: "flag",
    int: "number",
    float: "number",
    str: "text",
    tuple[str, ...]: "texts",
    tuple[float, ...]: "numbers",
    tuple[int, int]: "size",
    tuple[Encoding, ...]: "encodings",
}


def _kind(hint: Any) -> str:
    """The kind of fact that a type hint `X | None` stands for."""
    assert get_origin(hint) in (UnionType, Literal) or hint is not None
    (one,) = [part for part in get_args(hint) if part is not type(None)]
    return "text" if get_origin(one) is Literal else KINDS[one]


@pytest.mark.parametrize("group", [g for groups in GROUPS.values() for g in groups], ids=lambda g: g.name)
def test_each_fact_has_the_kind_of_its_type(group):
    """A rule compares by kind, so the table must say what the field really holds; properties included."""
    hints = get_type_hints(group)
    for fact in fields(group):
        if "kind" in fact.metadata:
            assert paths()[f"{group.name}.{fact.name}"].kind == _kind(hints[fact.name]), fact.name
    for name in group.DERIVED:
        hint = get_type_hints(getattr(group, name).fget)["return"]
        assert paths()[f"{group.name}.{name}"].kind == _kind(hint), name


def test_the_table_holds_every_fact_of_every_group_and_nothing_else():
    """The table is closed: groups, their properties and the derived facts; each with a sentence and its subject."""
    expected = {d.type.path: "stream" for d in DERIVED}
    for subject, groups in GROUPS.items():
        for group in groups:
            names = [f.name for f in fields(group) if "kind" in f.metadata]
            expected |= {f"{group.name}.{name}": subject for name in (*names, *group.DERIVED)}
    assert {path: type_.subject for path, type_ in paths().items()} == expected
    assert all(type_.path == path and type_.meaning for path, type_ in paths().items())


def test_no_two_groups_have_one_name():
    """The name of a group is the first part of its paths."""
    names = [group.name for groups in GROUPS.values() for group in groups]
    assert len(set(names)) == len(names)


def test_a_group_yields_what_is_there_and_what_follows_from_it():
    """None is no fact; 0, False and an empty tuple are."""
    measured = Measured(at=AT, how="rtp", width=1920, height=1080, packets=0, packets_lost=0, interlaced=False)
    assert dict(measured.present()) == {
        "measured.width": 1920,
        "measured.height": 1080,
        "measured.packets": 0,
        "measured.packets_lost": 0,
        "measured.interlaced": False,
        "measured.size": (1920, 1080),
    }
    assert dict(Capable(at=AT, how="onvif", encodings=()).present()) == {
        "capable.encodings": (),
        "capable.codecs": (),
    }


@pytest.mark.parametrize(
    ("gop", "fps", "seconds"), [(50, 25.0, 2.0), (50, 12.5, 4.0), (None, 25.0, None), (50, None, None), (50, 0.0, None)]
)
def test_the_declared_interval_is_gov_length_over_rate(gop, fps, seconds):
    """Unknown where either is unknown or 0."""
    assert Declared(at=AT, how="onvif", gop=gop, fps=fps).keyframe_interval_s == seconds


@pytest.mark.parametrize(("packets", "lost", "percent"), [(99, 1, 1.0), (100, 0, 0.0), (0, 0, None), (None, 1, None)])
def test_loss_is_in_per_cent_of_what_was_sent(packets, lost, percent):
    """Sent is what came and what did not."""
    assert Measured(at=AT, how="rtp", packets=packets, packets_lost=lost).lost_percent == percent


@pytest.mark.parametrize(("width", "height"), [(None, 1080), (1920, None), (0, 1080), (None, None)])
def test_half_a_size_is_no_size(width, height):
    """A size needs both sides."""
    assert Declared(at=AT, how="onvif", width=width, height=height).size is None


def _full() -> Observation:
    stream = Stream(
        id="p1",
        uri="rtsp://10.0.0.5/1",
        info=StreamInfo(at=AT, how="onvif", role="main", role_source="declared"),
        declared=Declared(at=AT, how="onvif", codec="h264", width=1920, height=1080, fps=25, gop=50),
        capable=Capable(
            at=AT, how="onvif", encodings=(Encoding("h264", ((1920, 1080), (640, 360)), (1, 25), None, (32, 8192)),)
        ),
        rtsp=Rtsp(
            at=AT, how="rtsp", transport="tcp", steps={"describe": StepReply(200, 12.5), "play": StepReply(None, 5)}
        ),
        measured=Measured(at=AT, how="rtp", codec="h264", fps=24.98, bytes=1000, stop_reason="needs_met"),
        image=Image(at=AT, how="key frame", light="night", black=False),
    )
    info = ChannelInfo(at=AT, how="onvif", kind="ip", further_megapixels=(0.23,))
    return Observation(
        target="d1",
        observed_at=AT,
        device=Device(
            identity=Identity(at=AT, how="onvif", manufacturer="Hãng", mac="aa:bb:cc:dd:ee:ff"),
            access=Access(at=AT, how="rtsp", rtsp_schemes=("digest-md5", "basic")),
        ),
        channels=(Channel(index=1, token="v1", name="Cổng", info=info, streams=(stream, Stream(id="p2"))),),
        failures=(Failure("timeout", "rtsp.play", "late", 1, "p2", ("measured",)),),
        remembered=Remembered({"v1": LoginState("good")}, {"onvif": "digest-md5"}, pictures={"1": [1, 2]}),
        ledger=Ledger(connections=2, bytes_in=1000),
    )


@pytest.mark.parametrize("observation", [_full(), Observation(target="d1", observed_at=AT)])
def test_an_observation_comes_back_from_json_as_it_went(observation):
    """Through text, for a file or a queue; times keep their zone and microseconds."""
    assert from_json(json.loads(json.dumps(to_json(observation)))) == observation


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["target", "observed_at", "device", "channels", "remembered"]), inner)
    ),
    max_leaves=8,
)


@given(JSON)
def test_json_that_is_no_observation_is_refused(data):
    """ValidationError, which is a ValueError, or an observation; nothing else."""
    try:
        from_json(data)
    except ValidationError:
        return
