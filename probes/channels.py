"""Channels: what one channel shows, stream by stream.

Strategy: the further streams are described and the main one is sampled, last, so that one session does for all. What a
channel is (live, without a signal, an input without a camera) follows from its main stream; nothing is raised, and what
no step foresaw costs that stream alone.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import nullcontext
from dataclasses import replace

from probes.errors import CameraFault, OurFault
from probes.facts import Channel, ChannelInfo, Stream
from probes.key_frames import PICTURE_FACTS, KeyFrames, Progress
from probes.line import expected_kbps
from probes.rtsp.looks import StreamLook, StreamRequest
from probes.turns import DESCRIBED_STREAMS, is_input
from probes.unforeseen import unforeseen
from probes.visit import Visit
from probes.without_onvif import USUAL_PATHS

LONGEST_WAIT_S = 12.0
"""How long a second key frame is waited for at most (or twice the declared interval and a second, if that is less)."""
_NO_INPUT = ("no_such_stream", "no_media")
Ask = Callable[[StreamRequest], Awaitable[StreamLook]]


class ChannelLooker:
    """Looks at the channels of one device. `known`: looks had already, by address; `one_stream`: of a bare address."""

    def __init__(
        self,
        visit: Visit,
        ask: Ask,
        key_frames: KeyFrames,
        progress: Progress,
        *,
        known: Mapping[str, StreamLook],
        one_stream: bool,
    ) -> None:
        self._visit = visit
        self._ask = ask
        self._key_frames = key_frames
        self._progress = progress
        self._looks = known
        self._one_stream = one_stream

    async def look_at(self, channel: Channel, sample_s: float | None) -> Channel:
        """`channel` with what its streams show, the main one sampled for at most `sample_s`; all in one session."""
        wanted = [s for s in channel.streams[:DESCRIBED_STREAMS] if s.uri]
        main = next((s for s in wanted if s.info and s.info.role == "main"), None)
        if self._one_stream:
            main = wanted[0]
        ordered = [s for s in wanted if s is not main] + ([main] if main else [])
        due = self._key_frames.due(channel)
        room = self._visit.room(expected_kbps(main)) if main else nullcontext()
        async with room:  # before there is a connection for the sample
            looks = {s.id: await self._look(s, sample_s, sample=s is main, picture=due) for s in ordered}
        streams = [await self._stream(channel, s, looks.get(s.id)) for s in channel.streams]
        info = self._channel_info(channel, streams, looks.get(main.id) if main else None)
        return replace(channel, streams=tuple(streams), info=info)

    async def _look(self, stream: Stream, sample_s: float | None, *, sample: bool, picture: bool) -> StreamLook:
        if sample:
            self._progress("stream")
        interval = stream.declared.keyframe_interval_s if stream.declared else None
        patience = min(2 * interval + 1, LONGEST_WAIT_S) if interval else LONGEST_WAIT_S
        request = StreamRequest(stream.id, stream.uri or "", sample, patience, sample_s=sample_s, picture=picture)
        known = self._looks.get(request.uri)
        if known is not None and not sample:
            return known
        try:
            return await self._ask(request)
        except Exception as error:  # noqa: BLE001  (the edge of a step)
            return StreamLook(request, error=unforeseen(error))

    async def _stream(self, channel: Channel, stream: Stream, look: StreamLook | None) -> Stream:
        if look is None:
            return stream
        if look.error is not None:
            self._visit.failed(look.error, _missing(look), channel.index, stream.id)
        measured, image = await self._key_frames.picture(channel, stream.id, look)
        return replace(stream, rtsp=look.rtsp, sdp=look.sdp, measured=measured, image=image)

    def _channel_info(self, channel: Channel, streams: list[Stream], look: StreamLook | None) -> ChannelInfo | None:
        """What `channel` is, after the `look` at its main stream. A source among several whose stream is definitely not
        there is offline: an input without a camera. Of a camera, that is said of its stream alone.
        """
        main = next((s for s in streams if s.info and s.info.role == "main"), None)
        info = channel.info or ChannelInfo(at=self._visit.now(), how="rtsp")
        if main is not None and main.measured is not None and main.measured.frames and main.measured.codec:
            no_signal = main.image is not None and main.image.no_signal
            info = replace(info, state="no_signal" if no_signal else "live")
        if self._one_stream:
            return info
        if len(streams) == 1 and info.how == USUAL_PATHS:
            error = OurFault("target", "one stream was found at the usual paths; there may be others")
            self._visit.failed(error, ["channel.further_megapixels"], channel.index)
            return info
        if look is not None and look.error is not None and look.error.kind in _NO_INPUT and is_input(info):
            info = replace(info, state="offline")
        return replace(info, further_megapixels=self._further(channel.index, main, streams))

    def _further(self, channel: int, main: Stream | None, streams: list[Stream]) -> tuple[float, ...] | None:
        """Sizes (megapixels) of the H.264 and H.265 streams below the main one; None, and a failure, when unknown."""
        others = [s for s in streams if s is not main]
        sizes = [(_codec(s), _megapixels(s)) for s in others]
        limit = _megapixels(main) if main else None
        known = tuple(
            size
            for codec, size in sizes
            if size is not None and codec in ("h264", "h265") and (limit is None or size < limit)
        )
        if known or all(codec is not None and size is not None for codec, size in sizes):
            return known
        error = CameraFault("malformed_reply", "onvif.media", "the further streams do not say their codec and size")
        self._visit.failed(error, ["channel.further_megapixels"], channel)
        return None


def _missing(look: StreamLook) -> Iterable[str]:
    if look.sdp is None:
        yield "sdp"
    if look.interleaved is None:
        yield "rtsp.interleaved"
    if look.request.sample and (look.rtsp is None or look.rtsp.methods is None):
        yield "rtsp.methods"
    if look.request.sample and look.measured is None:
        yield from ("measured", "image")
    elif look.measured is not None and look.measured.codec is None:
        yield from (path for path in PICTURE_FACTS if getattr(look.measured, path.partition(".")[2]) is None)


def _codec(stream: Stream) -> str | None:
    return next((group.codec for group in (stream.sdp, stream.declared) if group and group.codec), None)


def _megapixels(stream: Stream) -> float | None:
    groups = (stream.measured, stream.sdp, stream.declared)
    size = next((group.size for group in groups if group and group.size), None)
    return size[0] * size[1] / 1e6 if size else None
