"""Answers of ONVIF services as values: the element of a reply in, what it says out.

Strategy: pure, and lenient in one direction: what is missing or makes no sense is None, never a guess and never zero.
Nothing here raises. Words that are shown are cleaned (`clean_text`); tokens are kept as they are, because they are sent
back. Lists are bounded; where a part of a list would mislead, one that is too long counts as none. Media1
(ver10/media) and Media2 (ver20/media) say the same things with other words; both are read into the same values, so that
only `media` has to know which one was asked.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Literal
from urllib.parse import unquote

from probes.errors import clean_text
from probes.facts import Encoding
from probes.onvif.soap import Element, attribute, child, children, local, raw_attribute, text

_CODECS = {
    "H264": "h264",
    "AVC": "h264",
    "H265": "h265",
    "HEVC": "h265",
    "JPEG": "mjpeg",
    "MJPEG": "mjpeg",
    "MPEG4": "mpeg4",
    "MPV4ES": "mpeg4",
    "MP4VES": "mpeg4",
    "AV1": "av1",
}
_FAMILIES = (
    (re.compile(r"^H265|^SMARTH?265$|^HEVC|^HVC1|^HEV1"), "h265"),
    (re.compile(r"^H264|^SMARTH?264$|^AVC1?$"), "h264"),
    (re.compile(r"JPEG$|^MJPG$"), "mjpeg"),
)
"""Names with the profile or the smart codec in them: `H264H`, `H.264 High`, `Smart265`, `Motion JPEG`."""
_SIDES = re.compile(r"([0-9]{1,5})\s*[*xX×]\s*([0-9]{1,5})")
_MAC = re.compile(r"[0-9a-f]{12}")
_PROFILE_SCOPE = re.compile(r"^onvif://www\.onvif\.org/Profile/([^/]+)$", re.IGNORECASE)
_BOX_SCOPE = re.compile(r"^onvif://www\.onvif\.org/(?:type|hardware|name)/([^/]+)$", re.IGNORECASE)
_KIND_SCOPE = re.compile(r"^onvif://www\.onvif\.org/([a-z_]{1,20})/[^/]", re.IGNORECASE)
_UNIT = re.compile(r"\s*(?:fps|kbps|px)\s*$", re.IGNORECASE)
"""Units that some firmwares write behind a number: those that the number has anyway."""
_SIDE_LIMIT = 65_536
_TOKEN_LIMIT = 200
_LIST_LIMIT = 20_000
"""Letters of a list of numbers; one of every GOP to 400 has 1,500."""
PROFILES = 1_024
"""So many profiles are read at most."""
_ENTRIES = 1_024
_OPTION_ELEMENTS = 16_384


@dataclass(frozen=True)
class DeviceTime:
    """The clock of a device: its UTC (None where it does not say), NTP or Manual, and its POSIX time zone."""

    utc: datetime | None = None
    kind: Literal["ntp", "manual"] | None = None
    zone: str | None = None


@dataclass(frozen=True)
class Encoder:
    """A video encoder configuration: what a stream is set to. Sizes in pixels, rates in frames/s and kbit/s."""

    token: str | None = None
    codec: str | None = None
    width: int | None = None
    height: int | None = None
    fps: float | None = None
    bitrate_kbps: int | None = None
    gop: int | None = None
    rate_control: str | None = None


@dataclass(frozen=True)
class View:
    """The part of a video source that a profile shows: its configuration token, the name of its view mode (fisheye,
    quad, 180panorama …) where the device says one, and its bounds (x, y, width, height).
    """

    token: str | None = None
    mode: str | None = None
    bounds: tuple[int, int, int, int] | None = None


@dataclass(frozen=True)
class Profile:
    """A media profile: the video source it shows, and the encoder it uses, if any."""

    token: str
    name: str | None = None
    fixed: bool = False
    source: str | None = None
    source_name: str | None = None
    encoder: Encoder | None = None
    view: View | None = None

    @property
    def plain(self) -> bool:
        """True when its tokens can be shown as they are, and so be used."""
        return _plain(self.token) and (self.source is None or _plain(self.source))


def device_time(reply: Element) -> DeviceTime:
    """What GetSystemDateAndTime says; a local time without UTC is no time, because its zone is often wrong."""
    clock = child(reply, "SystemDateAndTime")
    kind = (text(clock, "DateTimeType") or "").lower()
    return DeviceTime(
        _moment(child(clock, "UTCDateTime")),
        "ntp" if kind == "ntp" else "manual" if kind == "manual" else None,
        _words(clock, "TimeZone", "TZ"),
    )


def services(reply: Element) -> dict[str, str]:
    """The XAddr of every service by namespace, from GetServices."""
    found = ((text(s, "Namespace"), text(s, "XAddr")) for s in _entries(reply, "Service"))
    return {namespace.rstrip("/"): xaddr for namespace, xaddr in found if namespace and xaddr}


def capabilities(reply: Element) -> dict[str, str]:
    """The XAddr by name (Device, Media …) from GetCapabilities."""
    every = child(reply, "Capabilities")
    found = ((local(c), text(c, "XAddr")) for c in _entries(every))
    return {name: xaddr for name, xaddr in found if xaddr}


def device_information(reply: Element) -> dict[str, str | None]:
    """Maker, model, firmware, serial and hardware from GetDeviceInformation, by the names of `Identity`."""
    names = {
        "manufacturer": "Manufacturer",
        "model": "Model",
        "firmware": "FirmwareVersion",
        "serial": "SerialNumber",
        "hardware": "HardwareId",
    }
    return {ours: _words(reply, theirs) for ours, theirs in names.items()}


def mac(reply: Element) -> str | None:
    """The hardware address (aa:bb:cc:dd:ee:ff) of the first enabled interface, from GetNetworkInterfaces."""
    every = list(_entries(reply, "NetworkInterfaces"))
    for interface in sorted(every, key=lambda i: (text(i, "Enabled") or "true").lower() in ("false", "0")):
        digits = re.sub(r"[^0-9a-f]", "", (text(interface, "Info", "HwAddress") or "").lower())
        if _MAC.fullmatch(digits) and digits.strip("0"):
            return ":".join(digits[i : i + 2] for i in range(0, 12, 2))
    return None


def endpoint(reply: Element) -> str | None:
    """The endpoint UUID of GetEndpointReference."""
    return _words(reply, "GUID")


def rtsp_port(reply: Element) -> int | None:
    """The first RTSP port that is enabled, from GetNetworkProtocols."""
    for protocol in _entries(reply, "NetworkProtocols"):
        if (text(protocol, "Name") or "").upper() != "RTSP" or (text(protocol, "Enabled") or "").lower() in (
            "false",
            "0",
        ):
            continue
        for each in islice(children(protocol, "Port"), 8):
            port = _whole(each.text)
            if port and 0 < port < 65_536:
                return port
    return None


def https_is_on(reply: Element) -> bool | None:
    """Whether GetNetworkProtocols lists HTTPS as enabled; None where it lists nothing at all."""
    listed = list(_entries(reply, "NetworkProtocols"))
    on = ((text(p, "Name") or "").upper() == "HTTPS" and _is_true(text(p, "Enabled")) for p in listed)
    return any(on) if listed else None


def password_rules(reply: Element) -> dict[str, int | None]:
    """What GetPasswordComplexityConfiguration asks of a password, by the names of `Security`."""
    names = {"length": "MinLen", "uppercase": "Uppercase", "digits": "Number", "special": "SpecialChars"}
    return {f"password_{ours}": _whole(text(reply, theirs)) for ours, theirs in names.items()}


def streams_over_tls(reply: Element) -> bool | None:
    """Whether GetServiceCapabilities of Media2 says that streams are sent over TLS; None where it does not say."""
    streaming = child(reply, "Capabilities", "StreamingCapabilities")
    said = attribute(streaming, "SecureRTSPStreaming") if streaming is not None else None
    return None if said is None else _is_true(said)


def has_time_server(reply: Element) -> bool:
    """True when GetNTP names a time server, or takes one from DHCP."""
    ntp = child(reply, "NTPInformation")
    if (text(ntp, "FromDHCP") or "").lower() in ("true", "1"):
        return True
    servers = [s for name in ("NTPManual", "NTPFromDHCP") for s in _entries(ntp, name)]
    return any(text(s, how) for s in servers for how in ("IPv4Address", "IPv6Address", "DNSname"))


def profiles_claimed(reply: Element) -> tuple[str, ...] | None:
    """The ONVIF profiles that GetScopes claims (S, T, G, M …); None when there are no scopes at all."""
    scopes = [item for item in (text(s, "ScopeItem") for s in _entries(reply, "Scopes")) if item]
    if not scopes:
        return None
    claimed = (match.group(1) for match in map(_PROFILE_SCOPE.match, scopes) if match)
    return tuple(sorted({"S" if c.lower() == "streaming" else clean_text(c.upper()[:20]) for c in claimed}))


def scope_kinds(reply: Element) -> tuple[str, ...] | None:
    """The kinds of entries among the scopes of ONVIF (hardware, name, type …); None when there are no scopes at all."""
    scopes = [item for item in (text(s, "ScopeItem") for s in _entries(reply, "Scopes")) if item]
    found = (match.group(1).lower() for match in map(_KIND_SCOPE.match, scopes) if match)
    return tuple(sorted(dict.fromkeys(islice(found, 64)))) if scopes else None


def profiles(reply: Element) -> tuple[Profile, ...]:
    """Every profile with a token, in order, from GetProfiles of either media service; one above PROFILES at most."""
    found = []
    for profile in islice(children(reply, "Profiles"), PROFILES + 1):
        parts = child(profile, "Configurations")
        if parts is None:
            source, encoder = child(profile, "VideoSourceConfiguration"), child(profile, "VideoEncoderConfiguration")
        else:
            source, encoder = child(parts, "VideoSource"), child(parts, "VideoEncoder")
        token = raw_attribute(profile, "token")
        if token and token.strip():
            found.append(
                Profile(
                    token,
                    _words(profile, "Name"),
                    (attribute(profile, "fixed") or "").lower() in ("true", "1"),
                    text(source, "SourceToken"),
                    _words(source, "Name"),
                    _encoder(encoder) if encoder is not None else None,
                    _view(source) if source is not None else None,
                )
            )
    return tuple(found)


def video_sources(reply: Element) -> tuple[str, ...]:
    """The tokens of all video sources, in order: of GetVideoSources (Media1) or GetVideoSourceConfigurations (Media2).

    Those that cannot be shown are left out.
    """
    listed = [raw_attribute(s, "token") for s in _entries(reply, "VideoSources")]
    listed += [text(c, "SourceToken") for c in _entries(reply, "Configurations")]
    return tuple(dict.fromkeys(t for t in listed if t and t.strip() and _plain(t)))


def scope_words(reply: Element) -> str:
    """What GetScopes says of the kind of device: the values of type, hardware and name, joined with spaces."""
    scopes = [item for item in (text(s, "ScopeItem") for s in _entries(reply, "Scopes")) if item]
    found = (match.group(1) for match in map(_BOX_SCOPE.match, scopes) if match)
    return clean_text(" ".join(unquote(value) for value in islice(found, 16)))


def encoders(reply: Element) -> tuple[Encoder, ...]:
    """Every configuration of GetVideoEncoderConfigurations, either media service."""
    return tuple(_encoder(c) for c in _entries(reply, "Configurations"))


def options(reply: Element) -> tuple[Encoding, ...]:
    """What an encoder could be set to, one entry a codec (GetVideoEncoderConfigurationOptions of either service).

    Empty when the list is too long to be read whole: a part of it would pass for all that the encoder can do.
    """
    if sum(1 for _ in reply.iter("{*}*")) > _OPTION_ELEMENTS:
        return ()
    found: list[Encoding] = []
    for each in children(reply, "Options"):
        codec = _codec(text(each, "Encoding"))
        if codec:
            found.append(_encoding(each, codec, _list(each, "FrameRatesSupported"), _list(each, "GovLengthRange")))
        else:
            found.extend(_options1(each))
    return tuple(found)


def stream_uri(reply: Element) -> str | None:
    """The address of GetStreamUri as the device writes it (Media1: MediaUri/Uri; Media2: Uri)."""
    return text(reply, "Uri") or text(reply, "MediaUri", "Uri")


def _options1(options: Element | None) -> list[Encoding]:
    found: dict[str, Encoding] = {}
    while options is not None:
        for each in children(options):
            codec = _CODECS.get(local(each).upper())
            if codec:
                said = _encoding(each, codec, None, None)
                before = found.get(codec, said)
                found[codec] = Encoding(
                    codec,
                    before.sizes or said.sizes,
                    before.fps or said.fps,
                    before.gop or said.gop,
                    said.bitrate_kbps or before.bitrate_kbps,
                )
        options = child(options, "Extension")
    return list(found.values())


def _encoding(element: Element, codec: str, rates: str | None, gops: str | None) -> Encoding:
    sizes = (_size(s) for s in children(element, "ResolutionsAvailable"))
    fps = _span(rates) or _range(child(element, "FrameRateRange"))
    gop = _span(gops) or _range(child(element, "GovLengthRange"))
    bitrate = _range(child(element, "BitrateRange"))
    return Encoding(
        codec,
        tuple(dict.fromkeys(s for s in sizes if s)),
        fps,
        (int(gop[0]), int(gop[1])) if gop else None,
        (int(bitrate[0]), int(bitrate[1])) if bitrate else None,
    )


def _encoder(element: Element) -> Encoder:
    size = _size(child(element, "Resolution"))
    control = child(element, "RateControl")
    constant = ((attribute(control, "ConstantBitRate") if control is not None else None) or "").lower()
    # Hikvision: H264 in the element, because Media1 knows no H265, and the truth in an attribute.
    codec = _codec(attribute(element, "encoding") or text(element, "Encoding"))
    token = raw_attribute(element, "token")
    gop = _gop(element, codec)
    rate, every = _number(text(control, "FrameRateLimit")), _number(text(control, "EncodingInterval"))
    if every == gop:  # D-Link and others: not one picture of so many, but the key frame interval once more
        every = None
    return Encoder(
        token=token if token and token.strip() and _plain(token) else None,
        codec=codec,
        width=size[0] if size else None,
        height=size[1] if size else None,
        fps=(rate / every if every else rate) if rate else None,
        bitrate_kbps=_whole(text(control, "BitrateLimit")) or None,
        gop=gop,
        rate_control={"true": "cbr", "1": "cbr", "false": "vbr", "0": "vbr"}.get(constant),
    )


def _gop(element: Element, codec: str | None) -> int | None:
    """Pictures from key frame to key frame: in Media2 an attribute; in Media1 inside the element of the codec, beside
    which cameras fill in those of codecs that are not used, with 0 or with anything.
    """
    parts = sorted(islice(children(element), 64), key=lambda part: _CODECS.get(local(part).upper()) != codec)
    said = (attribute(element, "GovLength"), *(text(part, "GovLength") for part in parts))
    return next((gop for gop in map(_whole, said) if gop), None)


def _view(source: Element) -> View:
    bounds = child(source, "Bounds")
    sides = [_whole(attribute(bounds, n)) for n in ("x", "y", "width", "height")] if bounds is not None else []
    x, y, width, height = sides if len(sides) == 4 else (None,) * 4
    token = raw_attribute(source, "token")
    mode = (attribute(source, "ViewMode") or text(source, "Extension", "ViewMode") or "").rpartition(":")[2]
    return View(
        token if token and _plain(token) else None,
        clean_text(mode).lower() or None,
        (x or 0, y or 0, width, height) if width and height else None,
    )


def _is_true(said: str | None) -> bool:
    return (said or "").lower() in ("true", "1")


def _plain(token: str) -> bool:
    return token.isprintable() and len(token) <= _TOKEN_LIMIT


def _words(element: Element | None, *names: str) -> str | None:
    return clean_text(text(element, *names) or "") or None


def _entries(element: Element | None, name: str = "*") -> Iterator[Element]:
    return islice(children(element, name), _ENTRIES)


def _codec(name: str | None) -> str | None:
    plain = re.sub(r"[^0-9A-Z]", "", (name or "").upper().rpartition("/")[2])
    family = next((codec for pattern, codec in _FAMILIES if pattern.search(plain)), None)
    return (_CODECS.get(plain) or family or f"other:{plain.lower()[:20]}") if plain else None


def _size(element: Element | None) -> tuple[int, int] | None:
    sides = _SIDES.fullmatch(text(element) or "")
    said = sides.groups() if sides else (text(element, "Width"), text(element, "Height"))
    width, height = map(_whole, said)
    return (width, height) if width and height and width <= _SIDE_LIMIT and height <= _SIDE_LIMIT else None


def _list(element: Element, name: str) -> str | None:
    """The numbers of the attribute `name`, or, as some write them, of the child; None where a part would be cut off."""
    said = raw_attribute(element, name)
    if said is None:
        return (text(element, name) or "").replace("-", " ") or None
    return said if len(said) <= _LIST_LIMIT else None


def _range(element: Element | None) -> tuple[float, float] | None:
    return _span(f"{text(element, 'Min') or ''} {text(element, 'Max') or ''}") if element is not None else None


def _span(numbers: str | None) -> tuple[float, float] | None:
    found = [n for n in map(_number, (numbers or "").replace(",", " ").split()) if n is not None]
    return (min(found), max(found)) if found and max(found) > 0 else None


def _number(said: object) -> float | None:
    try:
        over, _, under = _UNIT.sub("", str(said)).replace("_", "?").partition("/")
        number = float(over) / float(under or 1)
    except (ValueError, ZeroDivisionError):
        return None
    return number if math.isfinite(number) and 0 <= number < 1e9 else None


def _whole(said: object) -> int | None:
    number = _number(said)
    return None if number is None else int(number)


def _moment(element: Element | None) -> datetime | None:
    date, clock = child(element, "Date"), child(element, "Time")
    numbers = [_whole(text(date, n)) for n in ("Year", "Month", "Day")]
    numbers += [_whole(text(clock, n)) for n in ("Hour", "Minute", "Second")]
    if any(n is None for n in numbers):
        return None
    year, month, day, hour, minute, second = (n for n in numbers if n is not None)
    try:  # second 60 is a leap second
        return datetime(year, month, day, hour, minute, tzinfo=UTC) + timedelta(seconds=min(second, 60))
    except (ValueError, OverflowError):
        return None
