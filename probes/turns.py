"""Turns: the channels of a device one after the other, each in its share of the time.

Strategy: what the deadline cuts off is the first of the next look, so that no end is never reached. A channel gets what
is left of the time, divided by the channels that are left.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace

from probes.errors import OurFault
from probes.facts import Channel, ChannelInfo
from probes.onvif.channels import STREAM_FACTS
from probes.visit import Visit

DESCRIBED_STREAMS = 3
"""Main, sub and third are described; what comes after is only listed."""
SHORTEST_SAMPLE_S = 4.5
"""Each channel of a recorder is sampled at least so long, if it takes that: rules ask for 4 s."""
NEARLY_OVER_S = 3.0
"""With less than this left no further channel of a recorder is begun: a sample of some frames would show nothing."""
OVERHEAD_S = 2.0
"""What of its share of the time a channel spends before and after its sample."""
LookAt = Callable[[Channel, float | None], Awaitable[Channel]]
"""A channel with what its streams show; the number is the longest sample in seconds, None: no shorter than usual."""


async def in_turns(visit: Visit, channels: tuple[Channel, ...], look_at: LookAt) -> tuple[Channel, ...]:
    """The channels with what their streams show, each in its share of the time; those that the deadline cuts off
    are the first of the next look.
    """
    turn = visit.in_turn(channels, lambda channel: channel.token)
    looked: list[Channel] = []
    cut_off: str | None = None
    for left, channel in zip(range(len(turn), 0, -1), turn, strict=True):
        sample_s = _share(visit, left)
        if len(turn) > 1 and visit.seconds_left() < NEARLY_OVER_S and any(s.uri for s in channel.streams):
            cut_off = cut_off or channel.token
            looked.append(_cut_off(visit, channel))
        else:
            looked.append(await look_at(channel, sample_s))
    visit.remembered = replace(visit.remembered, next_channel=cut_off)
    return tuple(_told_apart(visit, sorted(looked, key=lambda channel: channel.index)))


def _told_apart(visit: Visit, channels: list[Channel]) -> Iterable[Channel]:
    """`channels`, in which "busy" (503) at DESCRIBE means an input without a camera where others of the same device
    play: the device has a session to give.
    """
    if not any(c.info and c.info.state in ("live", "no_signal") for c in channels):
        return channels
    at_describe = [n for n, f in enumerate(visit.failures) if (f.kind, f.step) == ("busy", "rtsp.describe")]
    dark = {visit.failures[n].channel for n in at_describe}
    dark &= {c.index for c in channels if c.info and c.info.state == "unknown" and is_input(c.info)}
    for n in at_describe:
        failure = visit.failures[n]
        if failure.channel in dark:
            visit.failures[n] = replace(failure, kind="no_such_stream")
    return [replace(c, info=replace(c.info, state="offline")) if c.info and c.index in dark else c for c in channels]


def _cut_off(visit: Visit, channel: Channel) -> Channel:
    error = OurFault("run", "the time of this probe ended before this channel; it comes first in the next one")
    for stream in channel.streams[:DESCRIBED_STREAMS]:
        visit.failed(error, STREAM_FACTS, channel.index, stream.id)
    return channel


def _share(visit: Visit, left: int) -> float | None:
    """The longest sample of one of `left` channels, in seconds; None, no shorter than usual, for a single one."""
    share = visit.seconds_left() / left - OVERHEAD_S
    return max(SHORTEST_SAMPLE_S, share) if left > 1 else None


def is_input(info: ChannelInfo) -> bool:
    """True for what may be an input of a recorder: a camera of its own has no slots."""
    return info.via != "direct" or info.kind == "analogue"
