"""The bundle: what was seen of devices of one school, for a server that cannot reach them. Bytes in, values out.

Strategy: lines of JSON in UTF-8. The first says what this is, of which school, made by whom with which key; each line
after it is one look; the line before the last says how many there are and when the last one was added; the last is the
signature over every byte before it. The form is read first, the signature next, and what stands in the looks only when
it holds. Nothing in a bundle is secret: what a probe remembers (logins, certificates, pictures) is left out.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from math import isfinite
from typing import Any
from urllib.parse import quote

from pydantic import TypeAdapter, ValidationError

from camera_registry.bundles.errors import BundleError
from camera_registry.bundles.signing import PUBLIC_BYTES, SIGNATURE_BYTES, LaptopKey, fingerprint, is_signed
from camera_registry.sane_json import NotSaneError
from camera_registry.sane_json import read as read_json
from probes import facts
from probes.errors import without_login
from probes.facts import Observation
from probes.target import SHORTEST_SECRET, Address

FORM = "camera-registry-bundle"
SCHEMA = 1
"""The newest form that this program reads; an older one is read as it was written."""
LARGEST = 5 * 1024 * 1024
"""Bytes of a bundle: a camera takes some 6 kB, a recorder of 32 channels 150."""
MOST_LOOKS = 200
MOST_CHANNELS, MOST_STREAMS, LARGEST_INDEX = 256, 64, 9999
_ADDRESS = TypeAdapter(Address)
_OF_THE_DEVICE = frozenset(
    {
        "name",
        "uri",
        "stream_path",
        "target",
        "detail",
        "manufacturer",
        "model",
        "firmware",
        "serial",
        "hardware",
        "endpoint",
        "zone",
        "scopes",
    }
)
"""What a device words itself: it may tell a password anywhere there."""


@dataclass(frozen=True)
class Heading:
    """What the first line says: the school, who was at the laptop, with which program, and the public key."""

    school: str
    made_by: str
    program: str
    key: bytes


@dataclass(frozen=True)
class PackedLook:
    """One look at one device; `number` counts from 1. `device`: its code, where somebody said it (else empty)."""

    number: int
    device: str
    address: Address
    observation: Observation


@dataclass(frozen=True)
class Bundle:
    """A bundle whose signature holds. `sha256` of all its bytes; `made_at`: when the last look was added."""

    heading: Heading
    made_at: datetime
    looks: tuple[PackedLook, ...]
    sha256: str

    @property
    def fingerprint(self) -> str:
        """What people know the key by."""
        return fingerprint(self.heading.key)


def heading_line(heading: Heading) -> bytes:
    """The first line of a bundle."""
    said = {"form": FORM, "schema": SCHEMA, **asdict(heading), "key": heading.key.hex()}
    return _line(said)


def look_line(device: str, address: Address, observation: Observation, passwords: Collection[str] = ()) -> bytes:
    """The line of one look, without what the probe remembers, and with none of `passwords` in what the device says."""
    hidden = {form for p in passwords if len(p) >= SHORTEST_SECRET for form in (p, quote(p, safe=""))}
    address = replace(address, stream_path=without_login(address.stream_path))
    seen = facts.to_json(replace(observation, target=address.text()))
    del seen["remembered"]
    said = {"device": device, "address": asdict(address), "observation": seen}
    return _line(_without(said, sorted(hidden, key=len, reverse=True)))


def signed(lines: Collection[bytes], made_at: datetime, key: LaptopKey) -> bytes:
    """The whole bundle of these lines: the first, and those of the looks."""
    body = b"".join(lines) + _line({"looks": len(lines) - 1, "made_at": made_at.isoformat()})
    return body + _line({"signature": key.sign(body).hex()})


def read(content: bytes) -> Bundle:
    """The bundle. Raises BundleError for one that is too large, cut off, of a newer form, changed, or strange."""
    lines = lines_of(content)
    closing = _object(lines[-2])
    try:
        made_at = _moment(closing["made_at"])
        looks = tuple(_looks(lines[1:-2]))
        if closing["looks"] != len(looks):
            raise BundleError("changed")
    except (KeyError, ValueError, TypeError):
        raise BundleError("not_a_bundle") from None
    if not looks:
        raise BundleError("empty")
    return Bundle(_heading(lines[0]), made_at, looks, hashlib.sha256(content).hexdigest())


def lines_of(content: bytes) -> list[bytes]:
    """The lines of a bundle of a known form whose signature holds. Raises BundleError."""
    if len(content) > LARGEST:
        raise BundleError("too_large", most=LARGEST // 2**20)
    lines = content.splitlines(keepends=True)
    if len(lines) < 3 or len(lines) > MOST_LOOKS + 3 or not content.endswith(b"\n"):
        raise BundleError("not_a_bundle")
    heading = _heading(lines[0])
    try:
        signature = bytes.fromhex(_object(lines[-1])["signature"])
    except (KeyError, ValueError, TypeError):
        raise BundleError("not_a_bundle") from None
    if len(signature) != SIGNATURE_BYTES or not is_signed(heading.key, content[: -len(lines[-1])], signature):
        raise BundleError("changed")
    return lines


def heading_of(lines: Collection[bytes]) -> Heading:
    """What the first of the lines says. Raises BundleError."""
    return _heading(next(iter(lines)))


def _heading(line: bytes) -> Heading:
    said = _object(line)
    schema = said.get("schema")
    if said.get("form") != FORM or type(schema) is not int or schema < 1:
        raise BundleError("not_a_bundle")
    if schema > SCHEMA:
        raise BundleError("newer", schema=schema, known=SCHEMA)
    try:
        key = bytes.fromhex(said["key"])
        heading = Heading(said["school"], said["made_by"], said["program"], key)
    except (KeyError, ValueError, TypeError):
        raise BundleError("not_a_bundle") from None
    texts = (heading.school, heading.made_by, heading.program)
    if len(key) != PUBLIC_BYTES or not all(isinstance(text, str) and len(text) <= 100 for text in texts):
        raise BundleError("not_a_bundle")
    return heading


def _looks(lines: Collection[bytes]) -> Iterator[PackedLook]:
    for number, line in enumerate(lines, 1):
        said = _object(line)
        device = said["device"]
        if not isinstance(device, str) or len(device) > 100:
            raise BundleError("strange", number=number)
        try:
            address = _ADDRESS.validate_python(said["address"])
            observation = facts.from_json({**said["observation"], "remembered": {}})
        except (ValidationError, TypeError):
            raise BundleError("strange", number=number) from None
        if not possible(observation):
            raise BundleError("strange", number=number)
        yield PackedLook(number, device, address, observation)


def possible(observation: Observation) -> bool:
    """True where the numbers that are kept fit where they are kept, and every moment has a zone."""
    counts = list(vars(observation.ledger).values())
    streams = [stream for channel in observation.channels for stream in channel.streams]
    counts += [n for s in streams if s.measured for n in vars(s.measured).values() if isinstance(n, int | float)]
    indices = [channel.index for channel in observation.channels]
    return (
        all(0 <= count < 2**31 for count in counts)
        and len(set(indices)) == len(indices) <= MOST_CHANNELS
        and all(0 < index <= LARGEST_INDEX for index in indices)
        and all(len(channel.streams) <= MOST_STREAMS for channel in observation.channels)
        and all(at.tzinfo is not None for at in moments(observation))
    )


def moments(observation: Observation) -> Iterator[datetime]:
    """When the look began, and when each group of facts was had."""
    yield observation.observed_at
    for group in observation.device.groups():
        yield group.at
    for channel in observation.channels:
        if channel.info is not None:
            yield channel.info.at
        for stream in channel.streams:
            yield from (group.at for group in stream.groups())


def _moment(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError(text)
    return at


def _object(line: bytes) -> dict[str, Any]:
    try:
        said = read_json(line)
    except NotSaneError:
        raise BundleError("not_a_bundle") from None
    if not isinstance(said, dict):
        raise BundleError("not_a_bundle")
    return said


def _line(said: object) -> bytes:
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain)
    return text.encode() + b"\n"


def _plain(value: object) -> str:
    return value.hex() if isinstance(value, bytes) else str(value)


def _without(value: Any, hidden: Collection[str], *, free: bool = False) -> Any:
    """`value` in which no text that a device may choose (`free`) holds anything of `hidden`, and no number is none."""
    if isinstance(value, dict):
        return {name: _without(each, hidden, free=name in _OF_THE_DEVICE) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_without(each, hidden, free=free) for each in value]
    if isinstance(value, float) and not isfinite(value):
        return None
    return _cleaned(value, hidden) if free and isinstance(value, str) else value


def _cleaned(text: str, hidden: Collection[str]) -> str:
    for each in hidden:
        text = text.replace(each, "…")
    return text
