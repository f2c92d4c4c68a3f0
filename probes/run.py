"""Run: one look at one device, from target to observation.

Strategy: ONVIF first (who it is, which streams there are), then RTSP (what they really send), then one key frame. Each
step writes its own failures into the visit and the next goes on with what there is, so an observation always comes out.
What no step foresaw is caught at its edge, logged, and costs that step alone. A size and a codec stay in the facts only
where the picture does not speak against them.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Protocol

from probes.errors import CameraFault, MalformedReply, OurFault, ProbeError, without_login
from probes.facts import (
    Access,
    Channel,
    ChannelInfo,
    Device,
    Image,
    Measured,
    Observation,
    Stream,
    StreamInfo,
)
from probes.facts.identity import compare, known_by
from probes.image.checks import Look
from probes.onvif.channels import MEDIA_FACTS, STREAM_FACTS
from probes.onvif.look import look as ask_onvif
from probes.pictures import Pictures, agree
from probes.rtsp.client import RtspClient, port_of
from probes.rtsp.looks import StreamLook, StreamRequest
from probes.rtsp.meter import UNREAD
from probes.rtsp.session import UNREADABLE
from probes.target import Target
from probes.visit import Learned, Visit
from probes.without_onvif import USUAL_PATHS, remember_paths, usual_channels

DESCRIBED_STREAMS = 3
"""Main, sub and third are described; what comes after is only listed."""
LONGEST_WAIT_S = 12.0
"""How long a second key frame is waited for at most (or twice the declared interval and a second, if that is less)."""
_NO_ONVIF = ("not_onvif", "refused_connection")
_FIRST_STEPS = ("connect", "onvif.clock")
SHORTEST_SAMPLE_S = 4.5
"""Each channel of a recorder is sampled at least so long, if it takes that: rules ask for 4 s."""
NEARLY_OVER_S = 3.0
"""With less than this left no further channel of a recorder is begun: a sample of some frames would show nothing."""
OVERHEAD_S = 2.0
"""What of its share of the time a channel spends before and after its sample."""
_NO_INPUT = ("no_such_stream", "no_media")
Progress = Callable[[str], None]
_SIZE = ("measured.size", "measured.width", "measured.height")
_PICTURES = ("measured.codec", *_SIZE, "measured.fps", "measured.bitrate_kbps", "measured.keyframe_interval_s")
_log = logging.getLogger(__name__)


class Looker(Protocol):
    """Looks at a key frame somewhere it can do no harm (probes.image.decode)."""

    async def look(self, codec: str, data: bytes, *, references: Mapping[str, bytes] | None = None) -> Look:
        """What the picture looks like, compared with `references` (by kind of light); raises ProbeError."""


async def look(
    target: Target,
    looker: Looker | None = None,
    progress: Progress | None = None,
    learned: Learned | None = None,
) -> Observation:
    """Everything one probe sees of `target`; nothing is raised for what a camera or a network does.

    `looker` None leaves the picture out. `progress` is told the name of each part as it begins: `onvif`, `stream`,
    `picture`. `learned` is told at once what became of a login, so that it can be kept whatever happens to the rest.
    """
    visit = Visit(target, learned=learned or (lambda _version, _state: None))
    return await look_on(visit, looker, progress)


async def look_on(visit: Visit, looker: Looker | None = None, progress: Progress | None = None) -> Observation:
    """The same on a `visit` of one's own, with a clock or a tap that is not the usual one."""
    return await _Run(visit, looker, progress or (lambda _: None)).observe()


class _Run:
    def __init__(self, visit: Visit, looker: Looker | None, progress: Progress) -> None:
        self.visit = visit
        self.looker = looker
        self.progress = progress
        self.pictures = Pictures(visit.target.remembered.pictures)
        self._clients: dict[tuple[int, bool], RtspClient] = {}
        self._one_stream = False
        self._looks: dict[str, StreamLook] = {}
        self._sample_s: float | None = None

    async def observe(self) -> Observation:
        began = self.visit.now()
        try:
            device, channels = await self._streams()
            self.pictures.of(device.identity)
            looked = await self._look_at(channels)
            if not self._one_stream:
                remember_paths(self.visit, looked)
            device = replace(device, access=self._access(device.access, asked=bool(self._clients)))
        finally:
            for client in self._clients.values():
                await client.close()
        return Observation(
            target=self.visit.target.key,
            observed_at=began,
            device=device,
            channels=tuple(_shown(channel) for channel in looked),
            failures=tuple(self.visit.failures),
            remembered=replace(self.visit.remembered, pictures=self.pictures.remembered(looked)),
            ledger=self.visit.ledger,
        )

    async def _streams(self) -> tuple[Device, tuple[Channel, ...]]:
        """The device and its channels: by ONVIF, by the one address that was given, or by the usual paths."""
        address = self.visit.target.address
        if address.kind == "rtsp" and address.stream_path not in ("", "/"):
            self._one_stream = True
            return Device(), self._bare_channels()
        if address.kind == "rtsp":
            return Device(), await self._by_usual_paths(told=True)
        device, channels = await self._ask_onvif()
        without = any(f.kind in _NO_ONVIF and f.step in _FIRST_STEPS for f in self.visit.failures)
        if not channels and (without or self._login_for_streams_alone()):
            channels = await self._by_usual_paths(told=False)
        return device, channels

    def _login_for_streams_alone(self) -> bool:
        """True where ONVIF takes no login of ours, and the streams do, or a person said to try there too."""
        if not any(f.step == "onvif.login" for f in self.visit.failures):
            return False
        credential = self.visit.target.credential("rtsp")
        return credential is not None and self.visit.remembered.login(credential.version).rtsp in ("good", "asked")

    async def _by_usual_paths(self, *, told: bool) -> tuple[Channel, ...]:
        self.progress("stream")
        try:
            channels, self._looks = await usual_channels(self.visit, self._ask_stream, told=told)
        except Exception as error:  # noqa: BLE001  (the edge of a step)
            self.visit.failed(_unforeseen(error), MEDIA_FACTS if told else ())
            return ()
        return channels

    async def _look_at(self, channels: tuple[Channel, ...]) -> tuple[Channel, ...]:
        """The channels with what their streams show, each in its share of the time; those that the deadline cuts off
        are the first of the next look.
        """
        turn = self.visit.in_turn(channels, lambda channel: channel.token)
        looked: list[Channel] = []
        cut_off: str | None = None
        for left, channel in zip(range(len(turn), 0, -1), turn, strict=True):
            self._sample_s = self._share(left)
            if len(turn) > 1 and self.visit.seconds_left() < NEARLY_OVER_S and any(s.uri for s in channel.streams):
                cut_off = cut_off or channel.token
                looked.append(self._cut_off(channel))
            else:
                looked.append(await self._channel(channel))
        self.visit.remembered = replace(self.visit.remembered, next_channel=cut_off)
        return tuple(self._told_apart(sorted(looked, key=lambda channel: channel.index)))

    def _told_apart(self, channels: list[Channel]) -> Iterable[Channel]:
        """`channels`, in which "busy" (503) at DESCRIBE means an input without a camera where others of the same device
        play: the device has a session to give.
        """
        if not any(c.info and c.info.state in ("live", "no_signal") for c in channels):
            return channels
        at_describe = [n for n, f in enumerate(self.visit.failures) if (f.kind, f.step) == ("busy", "rtsp.describe")]
        dark = {self.visit.failures[n].channel for n in at_describe}
        dark &= {c.index for c in channels if c.info and c.info.state == "unknown" and _is_input(c.info)}
        for n in at_describe:
            failure = self.visit.failures[n]
            if failure.channel in dark:
                self.visit.failures[n] = replace(failure, kind="no_such_stream")
        return [
            replace(c, info=replace(c.info, state="offline")) if c.info and c.index in dark else c for c in channels
        ]

    def _cut_off(self, channel: Channel) -> Channel:
        error = OurFault("run", "the time of this probe ended before this channel; it comes first in the next one")
        for stream in channel.streams[:DESCRIBED_STREAMS]:
            self.visit.failed(error, STREAM_FACTS, channel.index, stream.id)
        return channel

    def _share(self, left: int) -> float | None:
        """The longest sample of one of `left` channels, in seconds; None, no shorter than usual, for a single one."""
        share = self.visit.seconds_left() / left - OVERHEAD_S
        return max(SHORTEST_SAMPLE_S, share) if left > 1 else None

    async def _ask_onvif(self) -> tuple[Device, tuple[Channel, ...]]:
        self.progress("onvif")
        try:
            told = await ask_onvif(self.visit)
        except Exception as error:  # noqa: BLE001  (the edge of a step)
            self.visit.failed(_unforeseen(error), ["identity", "clock", "access", "onvif", *MEDIA_FACTS])
            return Device(), ()
        self._remember_unit(told.device)
        return told.device, told.channels

    def _remember_unit(self, device: Device) -> None:
        """What the device is known by is remembered; pictures of another unit are references no more."""
        remembered, own = self.visit.remembered, vars(device.identity) if device.identity else {}
        if compare(remembered.unit, own).same is False:
            remembered = replace(remembered, pictures={}, unit={})
        self.visit.remembered = replace(remembered, unit={**remembered.unit, **known_by(own)})

    def _bare_channels(self) -> tuple[Channel, ...]:
        """The one channel of a bare RTSP address; of other streams nothing can be known."""
        now, role = self.visit.now(), self.visit.target.role
        error = OurFault("target", "one stream address was given; others were not looked for")
        self.visit.failed(error, ["channel.further_megapixels"], channel=1)
        info = StreamInfo(at=now, how="address", role=role or "main", role_source="registered" if role else "assumed")
        stream = Stream(id="rtsp", uri=self.visit.target.address.text(), info=info)
        return (Channel(index=1, info=ChannelInfo(at=now, how="address", kind="unknown"), streams=(stream,)),)

    async def _channel(self, channel: Channel) -> Channel:
        wanted = [s for s in channel.streams[:DESCRIBED_STREAMS] if s.uri]
        main = next((s for s in wanted if s.info and s.info.role == "main"), None)
        if self._one_stream:
            main = wanted[0]
        ordered = [s for s in wanted if s is not main] + ([main] if main else [])
        looks = {s.id: await self._look(s, sample=s is main) for s in ordered}
        streams = [await self._stream(channel, s, looks.get(s.id)) for s in channel.streams]
        info = self._channel_info(channel, streams, looks.get(main.id) if main else None)
        return replace(channel, streams=tuple(streams), info=info)

    async def _look(self, stream: Stream, *, sample: bool) -> StreamLook:
        if sample:
            self.progress("stream")
        interval = stream.declared.keyframe_interval_s if stream.declared else None
        patience = min(2 * interval + 1, LONGEST_WAIT_S) if interval else LONGEST_WAIT_S
        request = StreamRequest(stream.id, stream.uri or "", sample, patience, sample_s=self._sample_s)
        known = self._looks.get(request.uri)
        if known is not None and not sample:
            return known
        try:
            return await self._ask_stream(request)
        except Exception as error:  # noqa: BLE001  (the edge of a step)
            return StreamLook(request, error=_unforeseen(error))

    async def _ask_stream(self, request: StreamRequest) -> StreamLook:
        port, tls = port_of(request.uri)
        client = self._clients.get((port, tls))
        if client is None:
            client = self._clients[port, tls] = RtspClient(self.visit, port, tls=tls)
        return (await client.look([request]))[0]

    async def _stream(self, channel: Channel, stream: Stream, look: StreamLook | None) -> Stream:
        if look is None:
            return stream
        if look.error is not None:
            self.visit.failed(look.error, _missing(look), channel.index, stream.id)
        measured, image = await self._picture(channel, stream.id, look)
        return replace(stream, rtsp=look.rtsp, sdp=look.sdp, measured=measured, image=image)

    async def _picture(self, of: Channel, stream: str, look: StreamLook) -> tuple[Measured | None, Image | None]:
        """What the key frame looks like, and what was measured without what the picture speaks against."""
        measured, channel = look.measured, of.index
        if self.looker is None or not self.visit.target.limits.picture or measured is None:
            return measured, None
        self.progress("picture")
        if look.key_frame is None:
            error = OurFault("image.decode", "no whole key frame came while the stream was sampled")
            self.visit.failed(error, ["image"], channel, stream)
            return measured, None
        try:
            seen = await self.looker.look(*look.key_frame, references=self.pictures.references(of))
        except Exception as error:  # noqa: BLE001  (the edge of a step)
            return self._without_picture(_unforeseen(error), look, measured, channel, stream), None
        if not agree(measured, seen):
            said = f"{measured.width}x{measured.height}"
            words = f"the picture is {seen.width}x{seen.height}, and its parameter sets say {said}"
            self.visit.failed(MalformedReply("image.decode", words), _SIZE, channel, stream)
            measured = replace(measured, width=None, height=None)
        return measured, self.pictures.image(of, seen, look.sizes, measured.at)

    def _without_picture(
        self, error: ProbeError, look: StreamLook, measured: Measured, channel: int, stream: str
    ) -> Measured:
        """What is left of `measured` when the key frame is no picture: not its size; and where the parameter sets stood
        in the description alone, nothing of the pictures. A limit of ours changes nothing.
        """
        if error.kind != "malformed_reply" or measured.codec is None:
            self.visit.failed(error, ["image"], channel, stream)
            return measured
        if look.proven:
            self.visit.failed(error, ["image", *_SIZE], channel, stream)
            return replace(measured, width=None, height=None)
        self.visit.failed(error, ["image"], channel, stream)
        self.visit.failed(MalformedReply("rtsp.sample", UNREADABLE), _PICTURES, channel, stream)
        return replace(measured, **UNREAD)

    def _channel_info(self, channel: Channel, streams: list[Stream], look: StreamLook | None) -> ChannelInfo | None:
        """What `channel` is, after the `look` at its main stream. A source among several whose stream is definitely not
        there is offline: an input without a camera. Of a camera, that is said of its stream alone.
        """
        main = next((s for s in streams if s.info and s.info.role == "main"), None)
        info = channel.info or ChannelInfo(at=self.visit.now(), how="rtsp")
        if main is not None and main.measured is not None and main.measured.frames and main.measured.codec:
            no_signal = main.image is not None and main.image.no_signal
            info = replace(info, state="no_signal" if no_signal else "live")
        if self._one_stream:
            return info
        if len(streams) == 1 and info.how == USUAL_PATHS:
            error = OurFault("target", "one stream was found at the usual paths; there may be others")
            self.visit.failed(error, ["channel.further_megapixels"], channel.index)
            return info
        if look is not None and look.error is not None and look.error.kind in _NO_INPUT and _is_input(info):
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
        self.visit.failed(error, ["channel.further_megapixels"], channel)
        return None

    def _access(self, told: Access | None, *, asked: bool) -> Access | None:
        halves = [half for half in (client.access() for client in self._clients.values()) if half is not None]
        if not halves:
            if asked or self.visit.target.address.kind != "rtsp":
                error = CameraFault("malformed_reply", "rtsp.describe", "no stream answered, with or without a login")
                last = self.visit.failures[-1] if self.visit.failures else None
                cause = ProbeError(last.kind, last.step, last.detail) if last else error
                self.visit.failed(cause, ["access.rtsp_login_required"])
            return told
        half = halves[-1]
        if told is None:
            return half
        return replace(
            told,
            how=f"{told.how}, {half.how}",
            rtsp_login_required=half.rtsp_login_required,
            rtsp_schemes=half.rtsp_schemes,
            basic_in_clear=bool(told.basic_in_clear or half.basic_in_clear),
        )


def _is_input(info: ChannelInfo) -> bool:
    """True for what may be an input of a recorder: a camera of its own has no slots."""
    return info.via != "direct" or info.kind == "analogue"


def _shown(channel: Channel) -> Channel:
    """`channel` as it is written down: makers who keep the login in the path of a stream do not get it shown."""
    streams = (replace(s, uri=without_login(s.uri)) if s.uri else s for s in channel.streams)
    return replace(channel, streams=tuple(streams))


def _missing(look: StreamLook) -> Iterable[str]:
    if look.sdp is None:
        yield "sdp"
    if look.interleaved is None:
        yield "rtsp.interleaved"
    if look.request.sample and look.measured is None:
        yield from ("measured", "image")
    elif look.measured is not None and look.measured.codec is None:
        yield from (path for path in _PICTURES if getattr(look.measured, path.partition(".")[2]) is None)


def _unforeseen(error: Exception) -> ProbeError:
    """`error`, if it is one of our tree; else a fault of ours: its name only, for its words may hold anything. The log
    has the rest.
    """
    if isinstance(error, ProbeError):
        return error
    _log.error("A step of a look ended in an error that nobody foresaw", exc_info=error)
    return OurFault("run", type(error).__name__)


def _codec(stream: Stream) -> str | None:
    return next((group.codec for group in (stream.sdp, stream.declared) if group and group.codec), None)


def _megapixels(stream: Stream) -> float | None:
    groups = (stream.measured, stream.sdp, stream.declared)
    size = next((group.size for group in groups if group and group.size), None)
    return size[0] * size[1] / 1e6 if size else None
