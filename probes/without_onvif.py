"""The channels of a device that has no ONVIF, by the usual paths of its streams (`rtsp.finder`).

Strategy: what is found becomes channels like any others, each stream with how its role is known. Nothing found says why
only where the person asked for streams alone, or where a login stands in the way: of a device whose ONVIF is off that
has been said already.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from probes.errors import OurFault, ProbeError
from probes.facts import Channel, ChannelInfo, Stream, StreamInfo
from probes.onvif.channels import MEDIA_FACTS
from probes.rtsp.finder import Ask, Finder, Found
from probes.rtsp.looks import StreamLook
from probes.visit import Visit

PATHS_KEPT = 128
USUAL_PATHS = "usual paths"


async def usual_channels(visit: Visit, ask: Ask, *, told: bool) -> tuple[tuple[Channel, ...], dict[str, StreamLook]]:
    """The channels that were found, and the looks had meanwhile, by address. `told`: say why, where there is none."""
    address = replace(visit.target.address, kind="rtsp", stream_path="")
    finder = Finder(visit, address.text(), ask)
    found = await finder.find()
    if not found:
        _say_why(visit, finder.error, told=told)
    channels = tuple(_channel(visit, n, found) for n in sorted({one.channel for one in found}))
    return channels, {one.look.request.uri: one.look for one in found}


def remember_paths(visit: Visit, channels: Sequence[Channel]) -> None:
    """Keeps where the streams are that were there, for a night on which ONVIF is off."""
    paths = {
        "/" + (stream.uri or "").split("://", 1)[-1].partition("/")[2]: _said(channel, stream.info)
        for channel in channels
        for stream in channel.streams
        if stream.sdp is not None and stream.info is not None and stream.info.role in ("main", "sub")
    }
    shown = visit.target.without_passwords
    paths = {path: said for path, said in paths.items() if shown(path) == path}  # what is remembered is not sealed
    if paths:
        visit.remembered = replace(visit.remembered, stream_paths=dict(list(paths.items())[:PATHS_KEPT]))


def _said(channel: Channel, info: StreamInfo) -> str:
    assumed = " assumed" if info.role_source == "assumed" else ""
    return f"{channel.index} {info.role}{assumed}"


def _say_why(visit: Visit, error: ProbeError | None, *, told: bool) -> None:
    login = error is not None and error.kind.startswith("auth_")
    if error is not None and (login or (told and error.kind not in ("no_such_stream", "malformed_reply"))):
        visit.failed(error, MEDIA_FACTS)
    elif told:
        visit.failed(OurFault("rtsp.paths", "no stream at any of the usual paths"), MEDIA_FACTS)


def _channel(visit: Visit, number: int, found: Sequence[Found]) -> Channel:
    now = visit.now()
    streams = tuple(
        Stream(
            id=f"{number}-{one.role}",
            uri=one.look.request.uri,
            info=StreamInfo(at=now, how=USUAL_PATHS, role=one.role, role_source=one.source),
        )
        for one in found
        if one.channel == number
    )
    return Channel(index=number, info=ChannelInfo(at=now, how=USUAL_PATHS, kind="unknown"), streams=streams)
