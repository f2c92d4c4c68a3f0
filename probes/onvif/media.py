"""From media profiles to channels: which streams a device has, and what each is for.

Strategy: pure. A channel is a video source; a stream is a video encoder configuration, however many profiles use it; a
profile without one is no stream. Where both media services tell of a source, its streams are those of Media2, because
Media1 cannot name H.265; what Media2 leaves out is filled in from the Media1 profile or encoder with the same token.
Streams are ranked by declared pixels. Where one size is not known the order of the device decides, because the stream
without a size is usually the H.265 main stream.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Literal, get_args

from probes.facts.groups import RoleSource, StreamRole
from probes.onvif.parse import Encoder, Profile
from probes.onvif.views import apart, base

Media = Literal["media1", "media2"]
ROLES: tuple[StreamRole, ...] = get_args(StreamRole)
_ALIKE = 8
"""So many encoders with one token are compared."""


@dataclass(frozen=True)
class PlannedStream:
    """One stream to look at: its profile, the service that told of it, what it is set to, and what it is for."""

    profile: str
    media: Media
    encoder: Encoder
    role: StreamRole
    role_source: RoleSource


@dataclass(frozen=True)
class PlannedChannel:
    """One video source and its streams, the main one first."""

    source: str | None
    name: str | None
    streams: tuple[PlannedStream, ...]
    profile_names: tuple[str, ...] = ()


def plan(
    media2: tuple[Profile, ...], media1: tuple[Profile, ...], *, whole: bool = True, listed: tuple[str, ...] = ()
) -> tuple[PlannedChannel, ...]:
    """The channels of a device, in the order in which it names their sources; one that is `listed` and has no profile
    is a channel without streams: an empty slot.

    When `whole` is false profiles were left out, so that the biggest stream that is known need not be the main one.
    """
    media2, media1 = apart(media2, media1)
    known = {p.token: p for p in media1 if p.source}
    media2 = tuple(replace(p, source=known[p.token].source) if not p.source and p.token in known else p for p in media2)
    groups: dict[str | None, dict[Media, list[Profile]]] = {}
    sources = list(dict.fromkeys(p.source for p in (*media2, *media1) if p.encoder and p.source))
    told: tuple[tuple[Media, tuple[Profile, ...]], ...] = (("media2", media2), ("media1", media1))
    for media, profiles in told:
        for profile in sorted(profiles, key=lambda p: not p.fixed):
            if profile.encoder is not None:
                source = profile.source or (sources[0] if len(sources) == 1 else None)
                groups.setdefault(source, {"media2": [], "media1": []})[media].append(profile)
    slots = [source for source in listed if source not in groups] if groups or len(listed) > 1 else []
    groups |= {slot: {"media2": [], "media1": []} for slot in slots}
    order: dict[str | None, int] = {source: n for n, source in enumerate(listed)}
    ordered = sorted(dict.fromkeys((*sources, *groups)), key=lambda s: order.get(s, order.get(base(s), len(order))))
    return tuple(_channel(source, whole=whole, **groups[source]) for source in ordered)


def sources_of(media2: tuple[Profile, ...], media1: tuple[Profile, ...]) -> int:
    """How many video sources the profiles with an encoder name."""
    return len({p.source for p in (*media2, *media1) if p.encoder})


def _channel(source: str | None, media2: list[Profile], media1: list[Profile], *, whole: bool) -> PlannedChannel:
    media: Media = "media2" if media2 else "media1"
    chosen = media2 or media1
    others = _by_token(media1 if media == "media2" else [])
    streams: dict[str, tuple[str, Encoder]] = {}
    for profile in chosen:
        encoder = profile.encoder
        if encoder is not None and (encoder.token or profile.token) not in streams:
            streams[encoder.token or profile.token] = (profile.token, _filled(encoder, profile, others))
    name = next((p.source_name for p in chosen if p.source_name), None)
    names = tuple(dict.fromkeys(p.name for p in chosen if p.name and p.encoder))
    return PlannedChannel(source, name, tuple(_ranked(streams.values(), media, whole=whole)), names)


def _by_token(profiles: list[Profile]) -> Mapping[tuple[str, str | None], list[Encoder]]:
    """The encoders of `profiles` by their own token and by that of the profile."""
    found: dict[tuple[str, str | None], list[Encoder]] = {}
    for profile in profiles:
        if profile.encoder is not None:
            for key in (("encoder", profile.encoder.token), ("profile", profile.token)):
                found.setdefault(key, []).append(profile.encoder)
    return found


def _filled(encoder: Encoder, profile: Profile, others: Mapping[tuple[str, str | None], list[Encoder]]) -> Encoder:
    """`encoder` with what it leaves out taken from the same encoder in another service, if the codec agrees."""
    same = [e for key in (("encoder", encoder.token), ("profile", profile.token)) for e in others.get(key, ())[:_ALIKE]]
    other = next((e for e in same if encoder.codec in (None, e.codec)), None)
    if other is None:
        return encoder
    missing = {f.name: getattr(other, f.name) for f in fields(Encoder) if getattr(encoder, f.name) is None}
    return replace(encoder, **missing)


def _ranked(streams: Iterable[tuple[str, Encoder]], media: Media, *, whole: bool) -> Iterable[PlannedStream]:
    listed = list(streams)
    known = whole and all(e.width and e.height for _, e in listed)
    if all(e.width and e.height for _, e in listed):
        listed.sort(key=lambda s: (-(s[1].width or 0) * (s[1].height or 0), s[1].codec not in ("h264", "h265")))
    for rank, (profile, encoder) in enumerate(listed):
        role = ROLES[min(rank, len(ROLES) - 1)]
        yield PlannedStream(profile, media, encoder, role, "declared" if known else "assumed")
