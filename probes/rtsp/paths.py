"""Where makers put their streams: the paths that are asked for when a device has no ONVIF.

Strategy: pure, and the table is data. A pattern says the paths of the main and the sub stream of channel `n`, counted
from 1, and the words by which its maker gives itself away: in the register, or in the `Server` header, the realm or the
name of a session. The order is that of the table, the makers that were recognised first. Xiongmai's paths hold the
password in clear, so they are never guessed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

GUESSES = 12
"""Paths that are guessed in one probe at most, over all channels."""
NO_SUCH_CHANNEL = 97
"""A number that no recorder of a school has: a device that has it gives every number the same stream."""
_SAYS_NOTHING = (b"o=", b"s=", b"i=", b"a=control", b"a=tool", b"a=type", b"a=x-")


@dataclass(frozen=True)
class Pattern:
    """The paths of one family of devices. `words`: in lower case; any of them in a hint means this maker."""

    words: tuple[str, ...]
    main: str
    sub: str | None = None

    @property
    def counts(self) -> bool:
        """True where the path holds the number of the channel."""
        return "{n" in self.main

    def path(self, channel: int, role: str) -> str | None:
        """The path of the `role` (main or sub) stream of `channel`, or None where it is not known."""
        said = self.main if role == "main" else self.sub
        return said.format(n=channel) if said else None


PATTERNS: tuple[Pattern, ...] = (
    Pattern(
        ("hikvision", "hilook", "annke", "hiwatch", "ip camera("),
        "/Streaming/Channels/{n}01",
        "/Streaming/Channels/{n}02",
    ),
    Pattern(
        ("dahua", "kbvision", "imou", "amcrest", "login to"),
        "/cam/realmonitor?channel={n}&subtype=0",
        "/cam/realmonitor?channel={n}&subtype=1",
    ),
    Pattern(("uniview", "unv"), "/unicast/c{n}/s0/live", "/unicast/c{n}/s1/live"),
    Pattern(("uniview", "unv"), "/media/video1", "/media/video2"),
    Pattern(("ezviz", "hikvision"), "/h264/ch{n}/main/av_stream", "/h264/ch{n}/sub/av_stream"),
    Pattern(("v380", "macro-video", "macrovideo"), "/live/ch00_0", "/live/ch00_1"),
    Pattern(("tapo", "tp-link", "vigi"), "/stream1", "/stream2"),
    Pattern(("reolink",), "/h264Preview_{n:02}_main", "/h264Preview_{n:02}_sub"),
    Pattern(("axis",), "/axis-media/media.amp"),
    Pattern(("hanwha", "samsung", "wisenet"), "/profile2/media.smp"),
    Pattern(("yoosee",), "/onvif1", "/onvif2"),
)


def in_order(hint: str) -> list[Pattern]:
    """All patterns, those first whose maker stands in `hint`."""
    said = hint.lower()

    def recognised(pattern: Pattern) -> bool:
        return any(re.search(rf"(?<![a-z]){re.escape(word)}", said) for word in pattern.words)

    return sorted(PATTERNS, key=lambda pattern: not recognised(pattern))


def likeness(description: bytes) -> frozenset[bytes]:
    """What tells one stream from another in its session description: all but names and addresses."""
    lines = (line.strip() for line in description.splitlines())
    return frozenset(line for line in lines if line and not line.lower().startswith(_SAYS_NOTHING))
