"""What a device says of locking out: is it locked, for how long, and how many tries are left.

Strategy: pure. Words, XML and JSON of a refusal in, a `Lock` out. What is stated as a value (`lockStatus`,
`remainLockTime`, `retryLoginTime`: Hikvision) goes before words; words are read in English, Chinese and Vietnamese.
"Will be locked after 3 more attempts" and a count of tries that are left are no lock yet.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

USUAL_LOCK_S = 1800.0
"""How long a lock lasts where the device does not say it: half an hour with most makers."""
LONGEST_LOCK_S = 86_400.0
_READ = 20_000
_TAG = re.compile(r"<(?:style|script)\b.*?</(?:style|script)>|<!--.*?-->", re.DOTALL | re.IGNORECASE)
_LOCKED = re.compile(
    r"\block(?:ed|ing|out)?\b|too many (?:failed|login|attempt|user|time)|suspend"
    r"|\b(?:account|user|login|address|ip)\b[^.<]{0,40}\bblocked\b|\bblocked (?:for|until)\b"
    r"|锁定|被锁|已锁|(?:bị|tạm|đã|đang) (?:tạm )?kh(?:óa|oá)",
    re.IGNORECASE,
)
_STATUS = re.compile(r"lockStatus\W{1,6}(un)?lock(?:ed)?\b", re.IGNORECASE)
_LOCK_TIME = re.compile(r"(?:remain\w*LockTime|unlockTime|lockTime)\W{1,6}(\d{1,7})", re.IGNORECASE)
_RETRY_TIMES = re.compile(
    r"(?:retryLoginTimes?|remain\w*\s?(?:LoginTimes?|Attempts?|Tries))\W{1,6}(\d{1,3})", re.IGNORECASE
)
_LEFT = tuple(
    re.compile(words, re.IGNORECASE)
    for words in (
        r"(?:still )?have (\d{1,3}) (?:more |remaining )?(?:attempt|tries|try\b|chance)",
        r"(\d{1,3}) (?:more |remaining |login )*(?:attempt\S*|tries|try|chances?) (?:left|remain)",
        r"(?:attempts|tries|chances) (?:left|remaining)\W{0,3}(\d{1,3})",
        r"after (\d{1,3}) more (?:failed )?(?:attempt|tr)",
        r"(\d{1,3}) more (?:attempt|tries|try\b)",
        r"(?:还剩|剩余|还有|还可)(?:尝试|登录)?(?:次数)?\D{0,3}(\d{1,3})",
        r"còn (?:lại )?(\d{1,3}) lần",
    )
)
_SPAN = re.compile(r"(\d{1,7})\s*(s\b|sec|秒|giây|m\b|min|分|phút|h\b|hour|小时|giờ)", re.IGNORECASE)
_UNIT_S = {"s": 1, "sec": 1, "秒": 1, "giây": 1, "m": 60, "min": 60, "分": 60, "phút": 60}


@dataclass(frozen=True)
class Lock:
    """What a refusal says. `tries_left` None: not said. `seconds` is how long the lock lasts; None: no lock, or not
    said how long.
    """

    locked: bool = False
    tries_left: int | None = None
    seconds: float | None = None

    def __str__(self) -> str:
        """In plain words; empty where nothing is said."""
        if self.locked:
            return f"locked for {self.seconds:g} s" if self.seconds else "locked"
        return "" if self.tries_left is None else f"{self.tries_left} tries left"

    @property
    def lasts_s(self) -> float:
        """For how long nothing may be tried: as said, within a day, else as long as usual; 0 without a lock."""
        if not self.locked:
            return 0.0
        return min(self.seconds, LONGEST_LOCK_S) if self.seconds else USUAL_LOCK_S


def read_lock(text: str) -> Lock:
    """What `text` (a fault, a page, the body of a refusal) says of locking."""
    words = _TAG.sub(" ", text[:_READ])
    left, seconds = _tries_left(words), _stated_seconds(words)
    status = _STATUS.search(words)
    if status is not None:
        locked = status.group(1) is None
    else:
        locked = bool(seconds) or (_LOCKED.search(words) is not None and not left)
    if not locked:
        return Lock(tries_left=left)
    return Lock(locked=True, tries_left=left, seconds=seconds or _spoken_seconds(words))


def _tries_left(words: str) -> int | None:
    for pattern in (_RETRY_TIMES, *_LEFT):
        found = pattern.search(words)
        if found:
            return int(found.group(1))
    return None


def _stated_seconds(words: str) -> float | None:
    found = _LOCK_TIME.search(words)
    return float(found.group(1)) if found else None


def _spoken_seconds(words: str) -> float | None:
    found = _SPAN.search(words)
    return float(int(found.group(1)) * _UNIT_S.get(found.group(2).lower(), 3600)) if found else None
