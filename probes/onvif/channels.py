"""The media side of a look: profiles, what the encoders could do, and where the streams are.

Strategy: profiles are asked of every media service that the device offers; options and addresses only for the first
streams of a channel, and once per encoder, so a recorder with 128 profiles costs requests by channel.
What fails is written down for the stream it belongs to, and the next one is asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from probes.errors import CameraFault, MalformedReply, OurFault, ProbeError, Step
from probes.facts import Capable, Channel, ChannelInfo, Declared, Encoding, Stream, StreamInfo
from probes.facts.groups import ChannelState
from probes.onvif import parse
from probes.onvif.address import stream_address
from probes.onvif.box import Box, Seen, Told, box_of, nature
from probes.onvif.client import MEDIA1, MEDIA2, Call, Service
from probes.onvif.media import Media, PlannedChannel, PlannedStream, plan, sources_of
from probes.onvif.parse import PROFILES, Encoder, Profile
from probes.onvif.session import Session
from probes.onvif.soap import Element
from probes.onvif.told_before import ToldBefore, settings
from probes.onvif.views import base
from probes.visit import Visit

OPTIONS_OF = ("main", "sub")
"""Streams of these roles are asked what they could be set to."""
ADDRESS_OF = ("main", "sub", "third")
"""Streams of these roles are asked where they are."""
MEDIA_FACTS = ("channel", "stream", "declared", "capable")
STREAM_FACTS = ("rtsp", "sdp", "measured", "image")
_SOURCES = 256
"""So many video sources are looked at."""
_SERVICES: Mapping[Media, Service] = {"media2": MEDIA2, "media1": MEDIA1}
_SOURCES_BY: Mapping[Media, str] = {"media2": "GetVideoSourceConfigurations", "media1": "GetVideoSources"}


class ChannelReader:
    """Reads the channels of one device: `list`, then `read`. Afterwards `media` names the services that answered,
    `addresses` counts, and so does `profiles` (None: no service told); `sources` and `settings` are for the next look.
    `as_before`: nothing differs from what was told `before`, so that options and sources are not asked again.
    """

    def __init__(self, visit: Visit, session: Session, before: ToldBefore | None) -> None:
        self.media: tuple[Media, ...] = ()
        self.addresses = 0
        self.profiles: int | None = None
        self.sources: tuple[str, ...] = ()
        self.settings = ""
        self.as_before = False
        self._visit, self._session, self._before = visit, session, before
        self._port: int | None = None
        self._told = Told()
        self._told_profiles: tuple[tuple[Profile, ...], tuple[Profile, ...]] = ((), ())
        self._planned: tuple[PlannedChannel, ...] = ()
        self._errors: list[ProbeError] = []
        self._box: Box | None = None
        self._views: set[str | None] = set()
        self._at = visit.now()
        self._left_out: list[ProbeError] = []

    async def list(self) -> None:
        """The profiles are known, and whether they are as before."""
        told: dict[Media, tuple[Profile, ...]] = {}
        for media, service in _SERVICES.items():
            if service in self._session.paths:
                try:
                    told[media] = await self._profiles(media)
                except ProbeError as error:
                    self._errors.append(error)
        self.media = tuple(sorted(told))
        self.profiles = max((len(profiles) for profiles in told.values()), default=None)
        self._at = self._visit.now()
        self._errors += self._left_out
        self._told_profiles = (told.get("media2", ()), told.get("media1", ()))
        if self._before is not None:
            self._plan(self._before.sources)
            self.as_before = not self._errors and self.settings == self._before.settings

    async def read(self, protocol_port: int | None, told: Told) -> tuple[Channel, ...]:
        """The channels with their streams; failures are in the visit. `protocol_port`: that of RTSP, as the device says
        it; `told`: what it says of itself.
        """
        self._port, self._told = protocol_port, told
        if not self.as_before:
            self._plan(await self._sources() if self.media else ())
            sources = max(sources_of(*self._told_profiles), len(self.sources))
            self._box = box_of(told, sources, whole=not self._left_out)
        planned, errors = self._planned, self._errors
        if len(planned) > _SOURCES:
            errors.append(OurFault("onvif.media", f"{len(planned)} video sources; the first {_SOURCES} are looked at"))
            planned = planned[:_SOURCES]
        if planned:
            for each in errors:
                self._visit.failed(each, ())
        else:
            nothing = CameraFault("no_media", "onvif.media", "the device has no video source with an encoder")
            self._visit.failed(errors[0] if errors else nothing, (*MEDIA_FACTS, "onvif.answers"))
        self._views = {base(c.source) for c in planned if c.source != base(c.source)} & {c.source for c in planned}
        self._visit.has_channels(len(planned))
        turn = self._visit.in_turn([*enumerate(planned, 1)], lambda numbered: numbered[1].source)
        read = [await self._channel(index, channel) for index, channel in turn]
        return tuple(sorted(read, key=lambda c: c.index))

    def _plan(self, sources: tuple[str, ...]) -> None:
        self.sources = sources
        self._planned = plan(*self._told_profiles, whole=not self._left_out, listed=sources)
        self.settings = settings(self.media, self._planned)

    async def _sources(self) -> tuple[str, ...]:
        """Every video source that the device has, those without a profile too; none where it does not say.

        GetCapabilities is not asked: it counts one where there are many (onvif/specs#164).
        """
        media: Media = "media1" if "media1" in self.media else "media2"
        try:
            return parse.video_sources(await self._ask(media, _SOURCES_BY[media], "onvif.media", {}))
        except ProbeError:
            return ()

    async def _profiles(self, media: Media) -> tuple[Profile, ...]:
        params = {"Type": ["All"]} if media == "media2" else {}
        found = self._usable(parse.profiles(await self._ask(media, "GetProfiles", "onvif.media", params)))
        hollow = [p for p in found if p.encoder and p.encoder.token and not p.encoder.codec]
        if media == "media1" or not hollow:
            return found
        try:
            every = parse.encoders(await self._ask(media, "GetVideoEncoderConfigurations", "onvif.media", {}))
        except ProbeError:
            return found
        known = {e.token: e for e in every}
        return tuple(_with_encoder(p, known) for p in found)

    def _usable(self, found: tuple[Profile, ...]) -> tuple[Profile, ...]:
        """`found` without what is too much or has a token that cannot be shown; what was left out is written down."""
        if len(found) > PROFILES:
            self._left_out.append(OurFault("onvif.media", f"more than {PROFILES} profiles; the others are left out"))
        usable = tuple(p for p in found[:PROFILES] if p.plain)
        odd = next((p for p in found[:PROFILES] if not p.plain), None)
        if odd is not None:
            words = f"a profile is left out: its token cannot be shown: {odd.token!r} of {odd.source!r}"
            self._left_out.append(MalformedReply("onvif.media", words))
        return usable

    async def _channel(self, index: int, planned: PlannedChannel) -> Channel:
        streams = tuple([await self._stream(index, s) for s in planned.streams])
        main = next((s for s in streams if s.info and s.info.role == "main"), None)
        declared, capable = (main.declared, main.capable) if main else (None, None)
        offered = frozenset(size for e in (capable.encodings if capable else None) or () for size in e.sizes)
        names = (planned.name, planned.source, *planned.profile_names)
        size, is_view = declared.size if declared else None, base(planned.source) in self._views
        known = self._before.kinds.get(planned.source or "") if self._before and self.as_before else None
        kind, via = known or nature(self._box, self._told, Seen(names, size, offered, is_view))
        state: ChannelState = "unknown" if planned.streams else "empty"
        info = ChannelInfo(at=self._at, how="onvif", kind=kind, state=state, via=via)
        return Channel(index=index, token=planned.source, name=planned.name, info=info, streams=streams)

    async def _stream(self, index: int, planned: PlannedStream) -> Stream:
        due = planned.role in OPTIONS_OF and not self.as_before
        capable = await self._capable(index, planned) if due else None
        uri, octets = await self._uri(index, planned) if planned.role in ADDRESS_OF else (None, None)
        source = planned.role_source
        info = StreamInfo(at=self._at, how="onvif", role=planned.role, role_source=source, address_octets=octets)
        declared = _declared(planned.encoder, planned.media, self._at)
        return Stream(id=planned.profile, uri=uri, info=info, declared=declared, capable=capable)

    async def _capable(self, index: int, planned: PlannedStream) -> Capable | None:
        token = planned.encoder.token
        params = {"ConfigurationToken": token} if token else {"ProfileToken": planned.profile}
        try:
            reply = await self._ask(planned.media, "GetVideoEncoderConfigurationOptions", "onvif.options", params)
            encodings: tuple[Encoding, ...] = parse.options(reply)
            if not encodings:
                raise CameraFault("malformed_reply", "onvif.options", "the options name no codec")
        except ProbeError as error:
            self._visit.failed(error, ("capable",), index, planned.profile)
            return None
        return Capable(at=self._visit.now(), how="onvif", encodings=encodings, source=planned.media)

    async def _uri(self, index: int, planned: PlannedStream) -> tuple[str | None, int | None]:
        """Where the stream is, and how many octets the device took to say so."""
        params: dict[str, Any] = {"ProfileToken": planned.profile}
        if planned.media == "media2":
            params["Protocol"] = "RTSP"
        else:
            params["StreamSetup"] = {"Stream": "RTP-Unicast", "Transport": {"Protocol": "RTSP"}}
        try:
            reply = await self._ask(planned.media, "GetStreamUri", "onvif.stream_uri", params)
            said = parse.stream_uri(reply) or ""
            uri = stream_address(said, self._visit.target.address, self._port)
        except ProbeError as error:
            self._visit.failed(error, STREAM_FACTS, index, planned.profile)
            return None, None
        self.addresses += 1
        return uri, len(said.encode())

    async def _ask(self, media: Media, operation: str, step: Step, params: Mapping[str, Any]) -> Element:
        return await self._session.ask(Call(_SERVICES[media], operation, step, params))


def _with_encoder(profile: Profile, known: Mapping[str | None, Encoder]) -> Profile:
    if profile.encoder is None or profile.encoder.codec or profile.encoder.token not in known:
        return profile
    return Profile(
        profile.token,
        profile.name,
        profile.fixed,
        profile.source,
        profile.source_name,
        known[profile.encoder.token],
        profile.view,
    )


def _declared(encoder: Encoder, media: Media, at: datetime) -> Declared:
    return Declared(
        at=at,
        how="onvif",
        codec=encoder.codec,
        width=encoder.width,
        height=encoder.height,
        fps=encoder.fps,
        bitrate_kbps=encoder.bitrate_kbps,
        gop=encoder.gop,
        rate_control=encoder.rate_control,
        source=media,
    )
