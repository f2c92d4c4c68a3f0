"""Why a look at a camera failed: a closed table of kinds, and one tree of exceptions.

Strategy: parsers and clients raise; `run` catches at the edge of each step and writes the error down as a
`Failure`, a value that travels in the observation. Nothing outside this package sees an exception.

    ProbeError                carries kind, step, detail
    +-- OurFault              we stopped: a limit of ours, or a wrong call              our_limit
    |   +-- NotAllowed        the address may not be connected to                       not_allowed
    +-- NetworkFault          nothing, or nothing in time, came back                    unreachable, refused_connection,
    |                                                                                   timeout, tls
    +-- CameraFault           the camera answered, and the answer is the trouble        all the others

A kind is *definite* when it is an answer and not the absence of one: only a definite kind may fail a rule.
`no_media` is definite because it is only raised after PLAY was accepted.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Literal

KindName = Literal[
    "unreachable",
    "refused_connection",
    "timeout",
    "not_onvif",
    "auth_missing",
    "auth_refused",
    "auth_locked",
    "auth_scheme_unsupported",
    "not_permitted",
    "busy",
    "no_such_stream",
    "no_media",
    "malformed_reply",
    "unsupported",
    "tls",
    "our_limit",
    "not_allowed",
]
Step = Literal[
    "connect",
    "tls",
    "onvif.clock",
    "onvif.services",
    "onvif.login",
    "onvif.device",
    "onvif.network",
    "onvif.mac",
    "onvif.password",
    "onvif.media",
    "onvif.options",
    "onvif.stream_uri",
    "rtsp.options",
    "rtsp.describe",
    "rtsp.setup",
    "rtsp.play",
    "rtsp.sample",
    "rtsp.teardown",
    "rtsp.paths",
    "image.decode",
    "image.look",
    "run",
    "target",
    "discovery",
]


@dataclass(frozen=True)
class Kind:
    """One kind of failure: is it a definite answer, what it means, and what a technician does about it."""

    name: KindName
    definite: bool
    words: dict[str, str]
    advice: dict[str, str]


KINDS: dict[KindName, Kind] = {
    kind.name: kind
    for kind in (
        Kind(
            "unreachable",
            False,
            {"vi": "Không tới được địa chỉ (kiểm tra nguồn, dây mạng, IP)", "en": "The address cannot be reached"},
            {
                "vi": "Kiểm tra nguồn điện, dây mạng và địa chỉ IP của thiết bị.",
                "en": "Check the power, the network cable and the IP address of the device.",
            },
        ),
        Kind(
            "refused_connection",
            False,
            {"vi": "Có thiết bị nhưng cổng đang đóng", "en": "The device is there, but the port is closed"},
            {
                "vi": "Kiểm tra số cổng và dịch vụ ONVIF/RTSP đã bật trên thiết bị chưa.",
                "en": "Check the port number, and that ONVIF and RTSP are switched on in the device.",
            },
        ),
        Kind(
            "timeout",
            False,
            {"vi": "Trả lời quá chậm", "en": "The answer came too late"},
            {
                "vi": "Kiểm tra đường truyền và tải của thiết bị, rồi kiểm tra lại.",
                "en": "Check the line and the load of the device, then look again.",
            },
        ),
        Kind(
            "not_onvif",
            True,
            {"vi": "ONVIF đang tắt hoặc không hỗ trợ", "en": "ONVIF is off or not supported at this address"},
            {
                "vi": "Bật ONVIF trong trang cấu hình của thiết bị, kiểm tra cổng ONVIF; hoặc kiểm tra theo địa chỉ rtsp://.",
                "en": "Switch ONVIF on in the settings of the device, check its port; or look at an rtsp:// address.",
            },
        ),
        Kind(
            "auth_missing",
            False,
            {
                "vi": "Thiết bị yêu cầu đăng nhập, chưa có tài khoản",
                "en": "The device asks for a login, and none was given",
            },
            {
                "vi": "Cho biết tài khoản (--username, --password-file) rồi kiểm tra lại.",
                "en": "Give a login (--username, --password-file), and look again.",
            },
        ),
        Kind(
            "auth_refused",
            False,
            {
                "vi": "Thiết bị từ chối tài khoản; đã dừng sau 1 lần thử",
                "en": "The device refused the login; stopped after one try",
            },
            {
                "vi": "Nhập lại tài khoản đúng; không tự thử lại để tránh bị khóa (--try-again: thử lại một lần).",
                "en": "Enter the right login; nothing more is tried, lest the device locks (--try-again: once more).",
            },
        ),
        Kind(
            "auth_locked",
            False,
            {"vi": "Thiết bị đang tạm khóa đăng nhập", "en": "The device has locked logins for a while"},
            {
                "vi": "Chờ ít nhất 30 phút rồi mới kiểm tra lại.",
                "en": "Wait at least 30 minutes before the next look.",
            },
        ),
        Kind(
            "auth_scheme_unsupported",
            False,
            {"vi": "Kiểu đăng nhập chưa hỗ trợ", "en": "The device asks for a kind of login that is not allowed here"},
            {
                "vi": "Đặt kiểu xác thực của thiết bị là Digest.",
                "en": "Set the authentication of the device to Digest.",
            },
        ),
        Kind(
            "not_permitted",
            False,
            {
                "vi": "Tài khoản không đủ quyền cho thao tác này",
                "en": "The login is right but may not ask for this",
            },
            {
                "vi": "Dùng tài khoản có quyền xem cấu hình nếu cần số liệu này.",
                "en": "Use a login that may read the settings, if this fact is needed.",
            },
        ),
        Kind(
            "busy",
            False,
            {"vi": "Thiết bị đang bận, đã hết phiên xem", "en": "The device is busy: no viewing session is free"},
            {
                "vi": "Đóng bớt phiên xem hoặc kiểm tra lại sau.",
                "en": "Close a viewer, or look again later.",
            },
        ),
        Kind(
            "no_such_stream",
            True,
            {"vi": "Không có luồng tại đường dẫn này", "en": "There is no stream at this address"},
            {
                "vi": "Kiểm tra đường dẫn RTSP của luồng.",
                "en": "Check the RTSP path of the stream.",
            },
        ),
        Kind(
            "no_media",
            True,
            {"vi": "Kết nối được nhưng không có hình", "en": "The stream was started, but no picture comes"},
            {
                "vi": "Kiểm tra camera nối vào kênh này, dây tín hiệu và khởi động lại thiết bị.",
                "en": "Check the camera on this channel and its cable, and restart the device.",
            },
        ),
        Kind(
            "malformed_reply",
            False,
            {"vi": "Trả lời không đúng chuẩn", "en": "The answer does not follow the protocol"},
            {
                "vi": "Kiểm tra địa chỉ, cổng; cập nhật phần mềm thiết bị nếu lỗi lặp lại.",
                "en": "Check address and port; update the firmware of the device if it happens again.",
            },
        ),
        Kind(
            "unsupported",
            True,
            {"vi": "Không có chức năng này", "en": "The device does not have this function"},
            {"vi": "Không cần xử lý.", "en": "Nothing to do."},
        ),
        Kind(
            "tls",
            False,
            {
                "vi": "Lỗi chứng thư số (TLS)",
                "en": "The secure connection could not be made, or the certificate has changed",
            },
            {
                "vi": "Kiểm tra chứng thư của thiết bị; nếu thiết bị đã được thay, xác nhận lại.",
                "en": "Check the certificate of the device; if the device was replaced, confirm the new one.",
            },
        ),
        Kind(
            "our_limit",
            False,
            {"vi": "Dừng do giới hạn của hệ thống", "en": "Stopped by a limit of this program"},
            {
                "vi": "Xem chi tiết; nếu do hết thời gian thì tăng thời gian (--seconds) hoặc kiểm tra lại.",
                "en": "See the detail; where time ran out, allow more (--seconds) or look again.",
            },
        ),
        Kind(
            "not_allowed",
            False,
            {
                "vi": "Hệ thống không được phép kết nối tới địa chỉ này, nên chưa gửi gì tới thiết bị",
                "en": "This address may not be connected to, so nothing was sent to the device",
            },
            {
                "vi": "Sửa địa chỉ của thiết bị, hoặc khai báo dải mạng nội bộ của điểm trường (cột networks trong "
                "schools.csv).",
                "en": "Correct the address of the device, or register the networks of the site (column networks of "
                "schools.csv).",
            },
        ),
    )
}

AT_STEP: dict[tuple[KindName, Step], Kind] = {
    ("our_limit", "target"): Kind(
        "our_limit",
        False,
        {
            "vi": "Chỉ biết một đường dẫn luồng, không có ONVIF, nên chưa rõ camera có luồng phụ hay không",
            "en": "Only one stream address is known, and no ONVIF, so it cannot be told whether there is a sub stream",
        },
        {
            "vi": "Bật ONVIF trên camera rồi kiểm tra theo địa chỉ của camera thay cho địa chỉ rtsp://.",
            "en": "Switch ONVIF on in the camera, and look at its address instead of the rtsp:// one.",
        },
    ),
    ("our_limit", "onvif.mac"): Kind(
        "our_limit",
        False,
        {"vi": "Thiết bị không cho biết địa chỉ MAC", "en": "The device does not tell its hardware address"},
        {"vi": "Không cần xử lý.", "en": "Nothing to do."},
    ),
    ("unsupported", "onvif.password"): Kind(
        "unsupported",
        True,
        {
            "vi": "Thiết bị không cho biết quy định về mật khẩu qua ONVIF",
            "en": "The device does not tell its rules for passwords over ONVIF",
        },
        {"vi": "Không cần xử lý.", "en": "Nothing to do."},
    ),
    ("our_limit", "rtsp.paths"): Kind(
        "our_limit",
        False,
        {
            "vi": "Không có ONVIF, và không thấy luồng ở các đường dẫn thường gặp",
            "en": "No ONVIF, and no stream at any of the usual paths",
        },
        {
            "vi": "Cho biết đường dẫn RTSP của luồng chính (rtsp://địa-chỉ/đường-dẫn).",
            "en": "Give the RTSP path of the main stream (rtsp://address/path).",
        },
    ),
    ("auth_missing", "rtsp.paths"): Kind(
        "auth_missing",
        False,
        {
            "vi": "Không có ONVIF và chưa biết đường dẫn luồng; không thử mật khẩu ở đường dẫn phỏng đoán",
            "en": "No ONVIF, and the path of the stream is not known; no password is tried at a guessed path",
        },
        {
            "vi": "Cho biết đường dẫn RTSP của luồng chính (rtsp://địa-chỉ/đường-dẫn).",
            "en": "Give the RTSP path of the main stream (rtsp://address/path).",
        },
    ),
    ("unreachable", "rtsp.sample"): Kind(
        "unreachable",
        False,
        {
            "vi": "Thiết bị chỉ gửi hình qua UDP, và các gói UDP không tới được đây",
            "en": "The device sends video over UDP only, and its UDP packets do not arrive here",
        },
        {
            "vi": "Bật truyền RTP qua TCP trên thiết bị, hoặc cho UDP đi qua tường lửa.",
            "en": "Switch RTP over TCP on in the device, or let UDP through the firewall.",
        },
    ),
}
"""What a kind means more exactly at one step: `target` is what was asked for, which said no more."""

_TEXT_LIMIT = 200
_URL_LOGIN = re.compile(r"(?<=://)(?:[^/\s?#@:]*:(?!\d*[/?])\S*@|[^/\s]*@)")  # a password may hold a slash
_PASSWORD_WORD = re.compile(
    r"(?<![a-z])((?:password|passwd|passwort|psw|pwd|pass|loginpass?|auth|authbasic)(?:=|%3D))[^&\s/?;]+", re.IGNORECASE
)
"""Xiongmai and others write the login into the path or the query of an address."""


def clean_text(text: str) -> str:
    """What a device wrote, on one line, without control and direction signs, at most 200 characters; fit to print."""
    printable = "".join(letter if letter.isprintable() else " " for letter in text[: 4 * _TEXT_LIMIT])
    flat = " ".join(printable.split())
    return flat if len(flat) <= _TEXT_LIMIT else flat[: _TEXT_LIMIT - 1] + "…"


def without_login(address: str) -> str:
    """`address` without a login in it, also where its path holds one; safe to show and to store."""
    return _PASSWORD_WORD.sub(r"\1…", _URL_LOGIN.sub("", address))


def clean_detail(text: str) -> str:
    """`clean_text` without logins in addresses; safe to show and to store."""
    return clean_text(without_login(text))


@dataclass(frozen=True)
class Failure:
    """Why something could not be looked at; stands in an observation beside the facts.

    `detail` is for an engineer: what was asked, what came back, cut short. `channel` is a channel index,
    `stream` a stream id, both None where the whole device is meant.
    """

    kind: KindName
    step: Step
    detail: str = ""
    channel: int | None = None
    stream: str | None = None
    facts: tuple[str, ...] = field(default=())

    @property
    def meaning(self) -> Kind:
        """What it means and what to do: as its kind says, or more exactly where its step does."""
        return AT_STEP.get((self.kind, self.step)) or KINDS[self.kind]

    @property
    def definite(self) -> bool:
        """True when the kind is an answer of the camera, and so may fail a rule."""
        return KINDS[self.kind].definite

    def to_json(self) -> dict[str, Any]:
        """The failure as in `inspect --json`."""
        return {
            "step": self.step,
            "kind": self.kind,
            "detail": self.detail,
            "channel": self.channel,
            "stream": self.stream,
            "facts": list(self.facts),
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Failure:
        """The inverse of `to_json`; raises KeyError where a key is missing."""
        return cls(data["kind"], data["step"], data["detail"], data["channel"], data["stream"], tuple(data["facts"]))


class ProbeError(Exception):
    """A step of a probe could not be done. Never carries a secret: `detail` is cleaned here."""

    def __init__(self, kind: KindName, step: Step, detail: str = "") -> None:
        self.kind: KindName = kind
        self.step: Step = step
        self.detail = clean_detail(detail)
        super().__init__(f"{step}: {kind}: {self.detail}" if self.detail else f"{step}: {kind}")

    def failure(self, channel: int | None = None, stream: str | None = None) -> Failure:
        """This error as the value that is written down."""
        return Failure(self.kind, self.step, self.detail, channel, stream)


class OurFault(ProbeError):
    """We stopped the probe ourselves: a size, time or memory limit."""

    def __init__(self, step: Step, detail: str = "", kind: KindName = "our_limit") -> None:
        super().__init__(kind, step, detail)


class NotAllowed(OurFault):
    """The address may not be connected to (`probes.outgoing`); nothing was sent."""

    def __init__(self, step: Step, detail: str = "") -> None:
        super().__init__(step, detail, "not_allowed")


class NetworkFault(ProbeError):
    """Nothing came back, or not in time, or the secure connection failed."""


class CameraFault(ProbeError):
    """The camera answered, and the answer is the reason."""


class MalformedReply(CameraFault):
    """Bytes of the camera that do not follow the protocol; what every parser of this package raises."""

    def __init__(self, step: Step, detail: str = "") -> None:
        super().__init__("malformed_reply", step, detail)
