"""What one probe of each hostile mode may cost, and what it must say: the table that docs/hostile.md shows.

Strategy: the limits that the probe is given stand here, and every cost is a consequence of them, with room for a slow
machine. Memory is counted above what a probe of an ordinary camera takes in the same run.
"""

from __future__ import annotations

from dataclasses import dataclass

from probes.target import Limits, Need

LIMITS = Limits(
    connect_s=2, read_s=3, sample_s=1, deadline_s=8, channel_s=0, reply_bytes=1_000_000, sample_bytes=1_000_000
)
NEEDS = (Need("measured.fps", seconds=0.5, frames=8),)
DECODER_S = 5.0
"""How long a decoder may take, as `Looker.look` has it; two at a time."""
SOON_S = LIMITS.deadline_s
"""By its size or its form: what takes no time takes none, but a machine may be slow."""
AT_END_S = LIMITS.deadline_s + 4.0
"""By its deadline: and then sessions and connections are closed."""
DECODED_S = LIMITS.deadline_s + 2 * DECODER_S
"""By its deadline, and that of the decoder behind it."""
MOST_MB = 32
"""Megabytes that the largest may hold: a reply of a megabyte as bytes, as text, and as a tree of small elements."""
TREE_MB = 24
"""Megabytes that the tree of as many tags as are read takes."""
SMALL_MB = 8
"""What is not even kept: buffers, and the noise of measuring."""
DECODER_MB = 800
"""Megabytes that a process of the decoder may hold, its program included."""


@dataclass(frozen=True)
class Cost:
    """`says`: the kind of the first failure, or "" where the device is looked at as if nothing were wrong, or two with
    "or" between them; seconds by the clock of the probe; megabytes of memory above an ordinary probe.
    """

    says: str
    seconds: float = SOON_S
    megabytes: int = SMALL_MB


_GARBLED = Cost("malformed_reply")
_LATE = Cost("timeout", AT_END_S)
_TOO_MUCH = Cost("our_limit")
_EITHER = Cost("our_limit or timeout", AT_END_S)
"""By the bytes or by the time for a reply, whichever comes first."""
_UNHARMED = Cost("")
_READ = Cost("", AT_END_S, MOST_MB)

COSTS: dict[str, Cost] = {
    "header-without-end": _GARBLED,
    "headers-without-end": _GARBLED,
    "body-without-end": _TOO_MUCH,
    "body-of-10-gb": _TOO_MUCH,
    "chunks-without-end": _TOO_MUCH,
    "chunks-of-one-byte": _TOO_MUCH,
    "chunk-of-10-gb": _TOO_MUCH,
    "chunk-extension-without-end": _GARBLED,
    "trailer-without-end": _GARBLED,
    "interim-replies-without-end": _GARBLED,
    "blank-lines-without-end": _GARBLED,
    "noise": _GARBLED,
    "slow-header": _LATE,
    "slow-body": _LATE,
    "quick-drip": _LATE,
    "gzip-bomb": _GARBLED,
    "deflate-bomb": _GARBLED,
    "redirects-without-end": _GARBLED,
    "nonce-without-end": Cost("auth_refused"),
    "closes-at-once": _GARBLED,
    "closes-unanswered": _GARBLED,
    "closes-inside": _GARBLED,
    "billion-laughs": _UNHARMED,
    "quadratic-blow-up": _READ,
    "entity-that-holds-itself": _UNHARMED,
    "entity-of-a-file": _UNHARMED,
    "entity-of-an-address": _UNHARMED,
    "parameter-entity": _UNHARMED,
    "parameter-entity-of-a-file": _UNHARMED,
    "document-type-elsewhere": _UNHARMED,
    "included-document": _UNHARMED,
    "deep": Cost("our_limit", SOON_S, MOST_MB),
    "deep-20000": Cost("malformed_reply", SOON_S, MOST_MB),
    "deep-and-open": Cost("malformed_reply", SOON_S, MOST_MB),
    "wide": Cost("our_limit", SOON_S, MOST_MB),
    "wide-as-allowed": Cost("malformed_reply", AT_END_S, MOST_MB),
    "many-attributes": Cost("our_limit", SOON_S, MOST_MB),
    "many-namespaces": Cost("our_limit", SOON_S, MOST_MB),
    "long-attribute": _READ,
    "long-text": _READ,
    "long-name": Cost("malformed_reply", SOON_S, MOST_MB),
    "rtsp-header-without-end": _GARBLED,
    "rtsp-headers-without-end": _GARBLED,
    "rtsp-blank-lines-without-end": _EITHER,
    "rtsp-questions-without-end": _EITHER,
    "rtsp-replies-without-end": _EITHER,
    "rtsp-packets-without-end": _TOO_MUCH,
    "rtsp-noise": _GARBLED,
    "rtsp-slow-header": _LATE,
    "rtsp-slow-description": _LATE,
    "rtsp-body-of-900-mb": _GARBLED,
    "rtsp-body-of-10-gb": _GARBLED,
    "rtsp-body-without-end": _GARBLED,
    "rtsp-negative-length": _GARBLED,
    "rtsp-redirects-without-end": _GARBLED,
    "rtsp-nonce-without-end": Cost("auth_refused"),
    "rtsp-closes-at-once": _GARBLED,
    "rtsp-closes-unanswered": _GARBLED,
    "rtsp-closes-inside": _GARBLED,
    "sdp-100000-media": _GARBLED,
    "sdp-40000-media": Cost("no_media"),
    "sdp-40000-attributes": _UNHARMED,
    "sdp-huge-numbers": _UNHARMED,
    "sdp-nuls": _GARBLED,
    "sdp-only-nuls": _GARBLED,
    "sdp-bad-base64": _UNHARMED,
    "sdp-long-line": _UNHARMED,
    "rtsp-setup-garbage": _UNHARMED,
    "rtp-strange-channels": _GARBLED,
    "rtp-noise": _GARBLED,
    "rtp-noise-in-frames": _GARBLED,
    "rtp-noise-in-packets": _TOO_MUCH,
    "rtp-random-packets": _TOO_MUCH,
    "rtp-bad-versions": _UNHARMED,
    "rtp-lying-headers": _GARBLED,
    "rtp-wrong-lengths": _GARBLED,
    "rtp-unit-without-end": _GARBLED,
    "rtp-unit-without-end-265": _GARBLED,
    "rtp-units-begun-again": _GARBLED,
    "rtp-lying-aggregates": _GARBLED,
    "rtp-lying-aggregates-265": _GARBLED,
    "rtp-jumping-stamps": _UNHARMED,
    "rtp-standing-stamps": _UNHARMED,
    "rtp-sets-without-end": _GARBLED,
    "rtp-jpeg-of-every-offset": _UNHARMED,
    "rtp-many-macroblocks": _GARBLED,
    "rtp-slow-frame": Cost("our_limit", AT_END_S),
    "picture-garbage-264": Cost("malformed_reply", DECODED_S),
    "picture-garbage-265": Cost("", DECODED_S),
    "picture-garbage-jpeg": Cost("malformed_reply", DECODED_S),
    "picture-of-16384": Cost("malformed_reply", DECODED_S),
    "picture-of-65535": Cost("malformed_reply", DECODED_S),
    "picture-crash": Cost("malformed_reply", DECODED_S),
    "picture-abort": Cost("malformed_reply", DECODED_S),
    "picture-hang": Cost("our_limit", DECODED_S),
    "picture-spin": Cost("our_limit", DECODED_S),
    "picture-eat": Cost("our_limit", DECODED_S),
    "picture-files": Cost("malformed_reply", DECODED_S),
    "picture-fork": Cost("malformed_reply", DECODED_S),
    "picture-write": Cost("malformed_reply", DECODED_S),
    "picture-leave": Cost("malformed_reply", DECODED_S),
    "channels-without-end": Cost("our_limit", AT_END_S),
    "profiles-without-end": Cost("", AT_END_S),
    "slow-answers": Cost("our_limit", AT_END_S),
}
