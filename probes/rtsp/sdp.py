"""Session descriptions (RFC 4566; RTSP use in RFC 2326 appendix C), read leniently.

Strategy: pure. Unknown lines, lines of the wrong shape and attributes before any media are skipped, because cameras
write two `s=` lines, empty `c=` lines, media types of their own and fmtp lines under the wrong track. MalformedReply
is raised only when there is no line of an SDP at all.
"""

from __future__ import annotations

import re
from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Iterable
from dataclasses import dataclass, field

from probes.errors import MalformedReply, clean_text

_RATE = re.compile(r"\d+(?:\.\d+)?")
_USABLE_BASE = re.compile(r"rtsps?://(?:\[[^\]\s]+\]|[^/\s:\[]+)(?::\d+)?(?:/(?!.*rtsps?://)\S*)?", re.IGNORECASE)
_START_CODE = re.compile(rb"\0\0\0?\x01")
_STATIC = {26: ("jpeg", 90000), 31: ("h261", 90000), 32: ("mpv", 90000), 33: ("mp2t", 90000), 34: ("h263", 90000)}
"""Payload types of pictures that need no rtpmap (RFC 3551 table 5)."""
_CODECS = {
    "h264": "h264",
    "h265": "h265",
    "hevc": "h265",
    "jpeg": "mjpeg",
    "mp4v-es": "mpeg4",
    "av1": "av1",
    "av1x": "av1",
}
NAME_LIMIT = 40
"""Letters of a name that a camera gave; the longest registered payload format has 21."""
CONTROL_LIMIT = 2048
LINES = 2_000
TRACKS = 64
"""So many lines and tracks are read, and so many parameters of each `fmtp`; cameras have 100, four and ten."""
SPROP_NAMES = ("sprop-vps", "sprop-sps", "sprop-pps", "sprop-parameter-sets")


@dataclass
class Media:
    """One track: its kind (video, audio, application …), payload type, clock rate in Hz, and what fmtp says."""

    kind: str
    payload_type: int | None
    encoding: str = ""
    clock_rate: int = 90_000
    fmtp: dict[str, str] = field(default_factory=dict)
    control: str = ""
    framerate: float | None = None
    size: tuple[int, int] | None = None
    others: frozenset[str] = frozenset()
    """Payload types that the track offers besides the first: what is said of them is not said of the first."""

    @property
    def codec(self) -> str:
        """The codec as facts name it."""
        name = clean_text(self.encoding.lower())[:NAME_LIMIT].strip()
        return _CODECS.get(name, f"other:{name or 'unknown'}")

    def parameter_sets(self) -> list[bytes]:
        """The NAL units given out of band (RFC 6184 8.1, RFC 7798 7.1); what is not Base64 is left out.

        Start codes are left out too: V380 writes Annex B into `sprop-parameter-sets`.
        """
        texts = [part for name in SPROP_NAMES for part in self.fmtp.get(name, "").split(",")]
        return [nal for text in texts for nal in _START_CODE.split(_base64(text)) if nal]


@dataclass(frozen=True)
class Description:
    """A session: the control address of the whole, and its tracks in order."""

    control: str
    media: tuple[Media, ...]

    def video(self) -> Media | None:
        """The first video track, or None."""
        return next((m for m in self.media if m.kind == "video"), None)


def parse(body: bytes) -> Description:
    """Reads a session description. Raises MalformedReply when `body` is none."""
    text = body.decode("utf-8", "replace").lstrip("\ufeff")
    lines = [line.strip("\r\0 ") for line in text.split("\n", LINES)[:LINES]]
    pairs = [(line[0], line[2:].strip()) for line in lines if len(line) >= 2 and line[1] == "=" and line[0].isalpha()]
    if not pairs:
        raise MalformedReply("rtsp.describe", f"no session description: {body[:40]!r}")
    control, tracks = "", list[Media]()
    for letter, value in pairs:
        if letter == "m" and len(tracks) == TRACKS:
            break
        if letter == "m":
            tracks.append(_media(value))
        elif letter == "a" and tracks:
            _attribute(tracks[-1], value)
        elif letter == "a" and value.lower().startswith("control:"):
            control = _address(value[8:])
    return Description(control, tuple(_with_stray_lines(tracks)))


def track_address(request: str, bases: Iterable[str | None], control: str) -> str:
    """The address for SETUP (RFC 2326 C.1.1): `control` if it is absolute, else appended to the base.

    `bases` are Content-Base, Content-Location and the session's control, first usable wins; a base without a scheme, or
    with one doubled, is not usable. `*` and nothing mean the base itself. Appended, and not resolved as RFC 1808 has
    it: that is what other clients do, and so what cameras with a query or without a last slash in the base expect.
    """
    if control.lower().startswith(("rtsp://", "rtsps://")):
        return control
    base = next((b for b in bases if b and _USABLE_BASE.fullmatch(b)), request)
    if control in ("", "*"):
        return base
    return base + control if control.startswith("?") else f"{base.rstrip('/')}/{control.lstrip('/')}"


def _media(value: str) -> Media:
    words = value.split()
    payload = int(words[3]) if len(words) > 3 and re.fullmatch("[0-9]{1,3}", words[3]) else -1
    encoding, rate = _STATIC.get(payload, ("", 90_000))
    others = frozenset(words[4:]) - {str(payload)}
    return Media(words[0].lower() if words else "", payload if payload >= 0 else None, encoding, rate, others=others)


def _attribute(media: Media, value: str) -> None:
    name, _, rest = value.partition(":")
    name, rest = name.strip().lower(), rest.strip()
    if name in ("fmtp", "framesize") and rest.partition(" ")[0] in media.others:
        return
    match name:
        case "rtpmap":
            _rtpmap(media, rest)
        case "fmtp":
            media.fmtp |= _fmtp(rest.partition(" ")[2] if rest[:1].isdigit() else rest)
        case "control":
            media.control = _address(rest)
        case "framerate" | "x-framerate":
            rate = _RATE.search(rest)
            if rate and 0 < float(rate.group()) <= 1000:
                media.framerate = float(rate.group())
        case "framesize" | "x-dimensions" | "cliprect":
            _size(media, name, rest)


def _address(value: str) -> str:
    """An address or the name of a track, without what no address holds (control and direction signs)."""
    return "".join(letter for letter in value[:CONTROL_LIMIT] if letter.isprintable()).strip()


def _rtpmap(media: Media, value: str) -> None:
    """The mapping of the payload type of this track; one with another number counts only where there is no better."""
    words = value.split(None, 1)
    if len(words) > 1 and words[0] != str(media.payload_type) and media.encoding:
        return
    encoding, _, rate = (words[1] if len(words) > 1 else "").partition("/")
    media.encoding = encoding.strip() or media.encoding
    clock = rate.split("/")[0].strip()
    if clock.isascii() and clock.isdigit() and 0 < len(clock) < 9 and int(clock) > 0:
        media.clock_rate = int(clock)


def _fmtp(value: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in value.split(";", TRACKS)[:TRACKS])
    return {name.strip().lower(): text.strip() for name, _, text in pairs if name.strip()}


def _size(media: Media, name: str, value: str) -> None:
    numbers = [int(n) for n in re.findall(r"\d{1,5}", value.partition(" ")[2] if name == "framesize" else value)]
    if name == "cliprect" and len(numbers) >= 4:
        numbers = [numbers[3], numbers[2]]
    if len(numbers) >= 2 and numbers[0] and numbers[1]:
        media.size = (numbers[0], numbers[1])


def _with_stray_lines(tracks: list[Media]) -> list[Media]:
    """Some cameras write the parameter sets and the rate of the video under another track."""
    video = next((t for t in tracks if t.kind == "video"), None)
    if video is None:
        return tracks
    if not any(name in video.fmtp for name in SPROP_NAMES):
        for track in tracks:
            video.fmtp |= {name: track.fmtp[name] for name in SPROP_NAMES if name in track.fmtp}
    if sum(t.kind == "video" for t in tracks) == 1:
        video.framerate = video.framerate or next((t.framerate for t in tracks if t.framerate), None)
    return tracks


def _base64(text: str) -> bytes:
    text = text.strip()
    try:
        return b64decode(text + "=" * (-len(text) % 4))
    except (Base64Error, ValueError):
        return b""
