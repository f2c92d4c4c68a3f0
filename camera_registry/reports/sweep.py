"""What a sweep has come to, in words. Pure."""

from __future__ import annotations

from camera_registry.services.sweeps import Progress

_RESULT = {
    "vi": "Đợt kiểm tra {number}: {total} thiết bị; trả lời {done}, không trả lời {failed}, bỏ qua {skipped}.",
    "en": "Sweep {number}, devices: {total}; {done} answered, {failed} did not, {skipped} left out.",
}
_CANCELLED = {"vi": "Đợt kiểm tra đã bị hủy.", "en": "The sweep was cancelled."}
_LEFT = {"vi": "còn khoảng {time}", "en": "about {time} left"}
_UNITS = {"vi": ("{} giây", "{} phút", "{} giờ {} phút"), "en": ("{} s", "{} min", "{} h {} min")}
_ROUND_S = 5
"""A time left is said in steps of this many seconds: it is an estimate."""


def sweep_text(progress: Progress, lang: str) -> str:
    """One sentence on a sweep that is over."""
    said = _RESULT[lang].format(
        number=progress.sweep_id,
        total=progress.total,
        done=progress.done,
        failed=progress.failed,
        skipped=progress.skipped,
    )
    return f"{said} {_CANCELLED[lang]}" if progress.state == "cancelled" else said


def time_left_text(seconds: float | None, lang: str) -> str:
    """How long a sweep still takes, roughly; empty when that is not known."""
    if seconds is None:
        return ""
    some, minutes, hours = _UNITS[lang]
    if seconds < 60:
        time = some.format(max(_ROUND_S, round(seconds / _ROUND_S) * _ROUND_S))
    elif seconds < 3570:
        time = minutes.format(round(seconds / 60))
    else:
        time = hours.format(*divmod(round(seconds / 60), 60))
    return _LEFT[lang].format(time=time)
