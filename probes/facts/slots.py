"""Slots: inputs of a recorder that were never used are not judged; one that was live and went dark is.

Strategy: pure. A look sees only that an input shows nothing. Whether it is used is known by what came before: a person
registered it, or it was live once.
"""

from __future__ import annotations

from collections.abc import Collection

from msgspec import structs

from probes.facts.sheets import ChannelSheet, DeviceSheet, Fact

_DARK = ("no_signal", "offline")


def settled(sheet: DeviceSheet, registered: Collection[int]) -> DeviceSheet:
    """`sheet` with the state `empty` for inputs that were never used, and `offline` for used ones that lost even their
    profile. `registered` holds the indexes of the channels that people registered.
    """
    if len(sheet.channels) < 2:
        return sheet
    used = {c.index for c in sheet.channels if c.index in registered or c.live_at is not None}
    return structs.replace(sheet, channels=tuple(_settled(c, used=c.index in used) for c in sheet.channels))


def _settled(channel: ChannelSheet, *, used: bool) -> ChannelSheet:
    state = channel.facts.get("channel.state")
    if state is None or (used and state.value != "empty") or (not used and state.value not in _DARK):
        return channel
    known: Fact = structs.replace(state, value="offline" if used else "empty")
    return structs.replace(channel, facts={**channel.facts, "channel.state": known})
