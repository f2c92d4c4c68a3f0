"""What the operations centre is told of a camera, as values; states and their words. Pure.

An address is always at the registered host and port, and never holds a login.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from camera_registry.store.handover import AWAY
from probes.errors import MalformedReply
from probes.onvif.address import stream_address
from probes.target import Address
from standards.model import Text

Position = Literal["channel", "site", ""]
Way = Literal["direct", "recorder"]
STATE_WORDS: Mapping[str, Text] = {
    "": {"vi": "Sẵn sàng, chưa đề nghị", "en": "Ready, not proposed"},
    "proposed": {"vi": "Đề nghị", "en": "Proposed"},
    "accepted": {"vi": "Tiếp nhận", "en": "Accepted"},
    "connected": {"vi": "Đã kết nối", "en": "Connected"},
    "returned": {"vi": "Trả lại", "en": "Returned"},
}
LOST: Text = {"vi": "Đã bàn giao, nay không còn sẵn sàng", "en": "Handed over, not ready any more"}
WAY_WORDS: Mapping[Way, Text] = {
    "direct": {"vi": "Trực tiếp tới camera", "en": "Straight to the camera"},
    "recorder": {"vi": "Qua đầu ghi hình", "en": "Through a recorder"},
}
POSITION_WORDS: Mapping[Position, Text] = {
    "channel": {"vi": "Vị trí camera", "en": "Position of the camera"},
    "site": {"vi": "Vị trí điểm trường", "en": "Position of the site"},
    "": {"vi": "Chưa có", "en": "Not known"},
}


@dataclass(frozen=True)
class StreamTold:
    """One stream: where it is, and what arrived at the newest look that measured it. None: not known."""

    address: str = ""
    codec: str | None = None
    width: int | None = None
    height: int | None = None
    fps: float | None = None
    bitrate_kbps: float | None = None
    measured_at: datetime | None = None


@dataclass(frozen=True)
class StateSeen:
    """A state of the handover: since which day, by whose word, written when; `reason` of one that was returned."""

    state: str
    day: date
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Handed:
    """A camera as the centre is told of it. `channel` is the id of its channel here; `networks` are those of the site;
    `through` is the device that its streams come from; `sessions`: how many may watch at a time, where the device has
    said it. `ready_since` and `edition`: when it was found ready, and by which text. Without `state` it was not
    proposed.
    """

    channel: int
    district_code: str
    district: str
    school_code: str
    school: str
    site: str
    device_code: str
    index: int
    name: str
    area: str
    main: StreamTold
    sub: StreamTold
    latitude: float | None
    longitude: float | None
    position: Position
    heading: int | None
    networks: str
    way: Way
    through: str
    sessions: int | None
    contact_name: str
    contact_phone: str
    contact_email: str
    ready: bool
    ready_since: datetime | None
    edition: str
    state: str = ""
    day: date | None = None
    reason: str = ""
    by: str = ""
    history: tuple[StateSeen, ...] = ()

    @property
    def key(self) -> str:
        """The public name of the camera: school, device and index."""
        return f"{self.school_code}/{self.device_code}/{self.index}"

    @property
    def is_lost(self) -> bool:
        """True where the centre counts on a camera that is not ready any more."""
        return self.state in AWAY and not self.ready


def registered(uri: str, host: str, rtsp_port: int | None) -> str:
    """The address of a stream at the registered host and port, without a login; empty for what is no address."""
    if not uri or not host:
        return ""
    try:
        return stream_address(uri, Address("host", host, rtsp_port=rtsp_port), None)
    except MalformedReply:
        return ""
