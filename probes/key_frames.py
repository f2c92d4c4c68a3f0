"""The key frame of a stream: what it looks like, and what it speaks against.

Strategy: a size and a codec stay in the facts only where the picture does not speak against them. A picture that could
not be had is a failure, and takes nothing away that was proven otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Protocol

from probes.errors import MalformedReply, OurFault, ProbeError
from probes.facts import Channel, Image, Measured
from probes.image.checks import Look
from probes.picture_nights import PictureNights
from probes.pictures import Pictures, agree
from probes.rtsp.looks import StreamLook
from probes.rtsp.meter import UNREAD
from probes.rtsp.session import UNREADABLE
from probes.unforeseen import unforeseen
from probes.visit import Visit

Progress = Callable[[str], None]
SIZE_FACTS = ("measured.size", "measured.width", "measured.height")
PICTURE_FACTS = ("measured.codec", *SIZE_FACTS, "measured.fps", "measured.bitrate_kbps", "measured.keyframe_interval_s")
"""What a stream shows only through its pictures."""


class Looker(Protocol):
    """Looks at a key frame somewhere it can do no harm (probes.image.decode)."""

    async def look(self, codec: str, data: bytes, *, references: Mapping[str, bytes] | None = None) -> Look:
        """What the picture looks like, compared with `references` (by kind of light); raises ProbeError."""


class KeyFrames:
    """Looks at the key frames of one device; `looker` None leaves the picture out, and `nights` that of most nights."""

    def __init__(self, visit: Visit, looker: Looker | None, pictures: Pictures, progress: Progress) -> None:
        self._visit = visit
        self.nights = PictureNights(visit, pictures)
        self._looker = looker
        self._pictures = pictures
        self._progress = progress

    async def picture(self, of: Channel, stream: str, look: StreamLook) -> tuple[Measured | None, Image | None]:
        """What the key frame looks like, and what was measured without what the picture speaks against."""
        measured, channel = look.measured, of.index
        if measured is None or not self.wanted:
            return measured, None
        due = look.request.picture
        if not due and (look.key_frame is None or not self.nights.changed(of, look, measured)):
            return measured, None
        self._progress("picture")
        if look.key_frame is None:
            error = OurFault("image.decode", "no whole key frame came while the stream was sampled")
            self._visit.failed(error, ["image"], channel, stream)
            return measured, None
        try:
            seen = await self._look(of, look.key_frame)
        except Exception as error:  # noqa: BLE001  (the edge of a step)
            return self._without_picture(unforeseen(error), look, measured, channel, stream), None
        if not agree(measured, seen):
            said = f"{measured.width}x{measured.height}"
            words = f"the picture is {seen.width}x{seen.height}, and its parameter sets say {said}"
            self._visit.failed(MalformedReply("image.decode", words), SIZE_FACTS, channel, stream)
            measured = replace(measured, width=None, height=None)
        image = self._pictures.image(of, seen, look.sizes, measured.at)
        self.nights.taken(of, measured, image)
        return measured, image

    @property
    def wanted(self) -> bool:
        """True unless pictures are left out altogether."""
        return self._looker is not None and self._visit.target.limits.picture

    def due(self, channel: Channel) -> bool:
        """True when a key frame of `channel` is worth waiting for."""
        return self.wanted and self.nights.due(channel)

    async def _look(self, channel: Channel, key_frame: tuple[str, bytes]) -> Look:
        assert self._looker is not None  # noqa: S101  (see `wanted`; mypy does not know)  # nosec B101
        return await self._looker.look(*key_frame, references=self._pictures.references(channel))

    def _without_picture(
        self, error: ProbeError, look: StreamLook, measured: Measured, channel: int, stream: str
    ) -> Measured:
        """What is left of `measured` when the key frame is no picture: not its size; and where the parameter sets stood
        in the description alone, nothing of the pictures. A limit of ours changes nothing.
        """
        if error.kind != "malformed_reply" or measured.codec is None:
            self._visit.failed(error, ["image"], channel, stream)
            return measured
        if look.proven:
            self._visit.failed(error, ["image", *SIZE_FACTS], channel, stream)
            return replace(measured, width=None, height=None)
        self._visit.failed(error, ["image"], channel, stream)
        self._visit.failed(MalformedReply("rtsp.sample", UNREADABLE), PICTURE_FACTS, channel, stream)
        return replace(measured, **UNREAD)
