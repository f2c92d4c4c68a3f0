"""What a device's pictures say, compared with what earlier looks remember of them.

Strategy: one album a channel (`probes.image.album`), read from what the target brought and given back in the
observation. Channels are told apart by their source token. Albums of channels that a look did not list are let go; a
look that lists none keeps them all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from probes.facts import Channel, Identity, Image, Measured
from probes.image import album
from probes.image.album import Album, Unit
from probes.image.checks import Look

MOST_CHANNELS = 256
"""Albums of one device that are remembered."""
CROPPING_PX = 16
"""A decoded picture may differ from its cropped size by this much: one macroblock."""
_TOKEN = 64
"""Characters of a token that tell channels apart."""
_SEEN = (
    "light", "black", "blurred", "covered", "no_signal", "luma_mean", "sharpness", "overexposed", "underexposed",
    "colourless", "smeared", "combed", "cast", "moved", "compared", "shift_percent", "turn_deg", "sharpness_share",
)  # fmt: skip


class Pictures:
    """The memory of the pictures of one device while it is looked at."""

    def __init__(self, remembered: Mapping[str, Any]) -> None:
        self._stored = remembered
        self._albums: dict[str, Album] = {}
        self._unit = Unit()

    def of(self, identity: Identity | None) -> None:
        """The device is this one: what is remembered of another one counts no more."""
        if identity is not None:
            self._unit = Unit(identity.mac, identity.serial)

    def references(self, channel: Channel) -> dict[str, bytes]:
        """The references of `channel` by kind of light."""
        return self._album(channel).bodies()

    def image(self, channel: Channel, seen: Look, sizes: Sequence[int], at: datetime) -> Image:
        """The facts of a picture taken `at`, with encoded `sizes` from it on; it is remembered for the next look."""
        known = self._album(channel)
        self._albums[key_of(channel)] = known.after(seen, sizes, at)
        return Image(
            at=at,
            how="key frame",
            frozen=known.frozen(seen, sizes, at),
            compared_days=known.days(seen.compared, at),
            **{name: getattr(seen, name) for name in _SEEN},
        )

    def same_sizes(self, channel: Channel, sizes: Sequence[int]) -> bool:
        """True when pictures of `channel` have the very `sizes` of the last look: it may stand still."""
        return self._album(channel).same_sizes(sizes)

    def remembered(self, channels: Iterable[Channel]) -> dict[str, Any]:
        """The albums of `channels` as plain JSON; as they were brought where there are no channels."""
        listed = tuple(channels)[:MOST_CHANNELS]
        if not listed:
            return dict(self._stored)
        kept = {key_of(channel): self._album(channel) for channel in listed}
        return {key: one.to_json() for key, one in kept.items() if one != Album(one.unit)}

    def _album(self, channel: Channel) -> Album:
        key = key_of(channel)
        if key not in self._albums:
            self._albums[key] = album.from_json(self._stored.get(key)).of_unit(self._unit)
        return self._albums[key]


def key_of(channel: Channel) -> str:
    """The name by which `channel` is remembered: its source token, or its place."""
    return (channel.token or str(channel.index))[:_TOKEN]


def agree(measured: Measured, seen: Look) -> bool:
    """True unless the decoded picture has another size than was measured; a field may have half the height."""
    if measured.size is None or seen.width is None or seen.height is None:
        return True
    heights = (seen.height, 2 * seen.height) if measured.interlaced else (seen.height,)
    return abs(seen.width - measured.size[0]) <= CROPPING_PX and any(
        abs(height - measured.size[1]) <= CROPPING_PX for height in heights
    )
