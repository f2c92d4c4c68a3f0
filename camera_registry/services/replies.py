"""Replies of a school to what was found: a note, perhaps a photo, and a look at once, whose result closes it or not.

Strategy: nothing of the result is stored. It is read from what held since and from the looks that followed: closed for
good where the rule was met once after the reply, closed where it fails no more, else what the newest look after the
reply says. What fails again later is another matter, with replies of its own. The edge commits.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlmodel import Session

from camera_registry.models import FindingRecord, Reply, ReplyPhoto
from camera_registry.services.explained import title
from camera_registry.services.jpeg import Jpeg, JpegError, bare
from camera_registry.services.photos import LONGEST_SIDE, MOST_BYTES
from camera_registry.services.sweeps import Scope, SweepError, ask
from camera_registry.store import channels, devices, schools
from camera_registry.store import replies as store
from camera_registry.store.replies import ReplyPhotoPlace
from camera_registry.vault import Vault
from probes.told import ToldError
from standards import Edition
from standards.model import Text

Result = Literal["waits", "closed", "stays", "not_known"]
RESULTS: Mapping[Result, Text] = {
    "waits": {"vi": "Chờ kiểm tra lại", "en": "Waits for the next look"},
    "closed": {"vi": "Đã đạt", "en": "Met now"},
    "stays": {"vi": "Kiểm tra lại vẫn chưa đạt", "en": "Still not met at the next look"},
    "not_known": {"vi": "Kiểm tra lại chưa xác định được", "en": "The next look could not tell"},
}
OPEN: frozenset[Result] = frozenset({"waits", "stays", "not_known"})
LONGEST_NOTE = 1000
MOST_OPEN = 20
"""So many replies to one finding, each with a look of its own: a school that says more should call."""
REFUSED: Mapping[str, Text] = {
    "no_note": {"vi": "Hãy viết nội dung phản hồi.", "en": "Write what you reply."},
    "too_long": {"vi": f"Nội dung tối đa {LONGEST_NOTE} ký tự.", "en": f"At most {LONGEST_NOTE} characters."},
    "no_text": {"vi": "Nội dung có ký tự không lưu được.", "en": "It has a sign that cannot be kept."},
    "no_finding": {
        "vi": "Nội dung này không còn trong danh sách cần xử lý; không cần phản hồi.",
        "en": "This is not on the list any more; no reply is needed.",
    },
    "too_many": {"vi": "Đã có nhiều phản hồi cho nội dung này.", "en": "There are many replies to this already."},
    "not_allowed": {
        "vi": "Trường chưa cho phép lưu ảnh; gửi phản hồi không kèm ảnh.",
        "en": "The school does not allow photos to be kept; send the reply without one.",
    },
    "too_large": {
        "vi": f"Ảnh quá lớn (tối đa {LONGEST_SIDE} điểm ảnh, {MOST_BYTES // 1000} kB).",
        "en": f"The photo is too large (at most {LONGEST_SIDE} pixels, {MOST_BYTES // 1000} kB).",
    },
    "no_jpeg": {"vi": "Tệp này không phải ảnh JPEG.", "en": "This file is no JPEG photo."},
}


class ReplyError(ToldError):
    """The reply cannot be kept; `kind` is one of `REFUSED`."""

    def __init__(self, kind: str) -> None:
        super().__init__(REFUSED[kind]["en"])
        self.kind = kind

    @property
    def words(self) -> Text:
        """Why, in words."""
        return REFUSED[self.kind]


@dataclass(frozen=True)
class About:
    """What a reply is about: the rule on a channel, on a device (`channel` None), or on the school (`device` empty)."""

    school: str
    rule: str
    device: str = ""
    channel: int | None = None


@dataclass(frozen=True)
class Replied:
    """A reply with its place and what came of it; `looked_at`: when the look ended that says so."""

    number: int
    school_code: str
    school: str
    device_code: str | None
    channel_index: int | None
    channel_name: str | None
    rule: str
    title: Text
    note: str
    by: str
    at: datetime
    photo: bool
    result: Result
    looked_at: datetime | None
    is_of_now: bool = True
    """True unless what fails now began to fail after the reply."""

    @property
    def is_open(self) -> bool:
        """True while what it is about is not met."""
        return self.result in OPEN


def reply(
    session: Session, vault: Vault, about: About, note: str, photo: bytes | None, by: str, now: datetime
) -> Reply:
    """The reply is kept, with the photo where the school allows photos, and a look at the device is asked for at once.
    Raises ReplyError.
    """
    said = note.strip()
    if not said or len(said) > LONGEST_NOTE:
        raise ReplyError("too_long" if said else "no_note")
    if "\0" in said:
        raise ReplyError("no_text")
    row = _about(session, about, said, by, now)
    jpeg = _photo(photo, allowed=_photos_allowed(session, about)) if photo else None
    if about.device:
        try:
            row.sweep_id = ask(session, Scope(school=about.school, device=about.device), by, now).id
        except SweepError:
            row.sweep_id = None  # nothing can look at it: no address, or only the cloud of the maker
    store.put(session, row)
    if jpeg is not None:
        store.put(session, _sealed(vault, jpeg, row))
    return row


def picture(vault: Vault, photo: ReplyPhoto) -> bytes:
    """The JPEG of a photo. Raises VaultError."""
    return base64.b64decode(vault.open(photo.sealed, ReplyPhotoPlace(photo.reply_id, photo.sha256)))


def of_school(session: Session, code: str, edition: Edition) -> tuple[Replied, ...]:
    """The replies of a school, open ones first, then the newest."""
    school = schools.by_code(session, code)
    return _told(session, store.of_school(session, school.id or 0), edition) if school else ()


def every(session: Session, edition: Edition) -> tuple[Replied, ...]:
    """The newest replies of all schools, open ones first."""
    return _told(session, store.every(session), edition)


def results_of(session: Session, device_ids: Iterable[int]) -> dict[tuple[int, int | None, str], Result]:
    """What came of the newest reply to each finding about these devices: by device id, index of the channel, rule.
    Replies to a failure that is over say nothing of the one of now.
    """
    rows = store.of_devices(session, sorted(set(device_ids)))
    newest_last = reversed(list(zip(rows, _results(session, rows), strict=True)))
    return {(row.device_id, row.channel_index, row.rule): came.result for row, came in newest_last if came.is_of_now}


def _told(session: Session, rows: Sequence[Any], edition: Edition) -> tuple[Replied, ...]:
    named = {rule.id: rule for rule in edition.rules}
    found = [
        Replied(
            number=row.id, school_code=row.school_code, school=row.school, device_code=row.device_code,
            channel_index=row.channel_index, channel_name=row.channel_name, rule=row.rule,
            title=title(named.get(row.rule), row.rule), note=row.note, by=row.by, at=row.at,
            photo=row.photo is not None, result=came.result, looked_at=came.looked_at, is_of_now=came.is_of_now,
        )
        for row, came in zip(rows, _results(session, rows), strict=True)
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda each: not each.is_open))


@dataclass(frozen=True)
class _Came:
    """What came of a reply; `looked_at`: when the look ended that says so, or the rule was met."""

    result: Result
    looked_at: datetime | None
    is_of_now: bool


def _results(session: Session, rows: Sequence[Any]) -> list[_Came]:
    if not rows:
        return []
    rules, first = {row.rule for row in rows}, min(row.at for row in rows)
    ids = {row.device_id for row in rows if row.device_id is not None}
    held: dict[tuple[int | None, int | None, int | None, str], list[FindingRecord]] = {}
    schools_ = {row.school_id for row in rows if row.device_id is None}
    at_places = store.since_then_at_places(session, schools_, rules, first)
    for finding in (*store.since_then(session, ids, rules, first), *at_places):
        key = (finding.school_id if finding.device_id is None else None, finding.device_id, finding.channel_id)
        held.setdefault((*key, finding.rule), []).append(finding)
    looks = store.newest_looks(session, ids, first)
    made = []
    for row in rows:
        key = (row.school_id if row.device_id is None else None, row.device_id, row.channel_id)
        state, ended = looks.get(row.device_id, ("", None))
        looked = (state, ended) if ended is not None and ended > row.at else ("", None)
        made.append(_came(held.get((*key, row.rule), ()), row.at, *looked))
    return made


def _came(findings: Sequence[FindingRecord], said_at: datetime, look: str, ended: datetime | None) -> _Came:
    now = [finding for finding in findings if finding.until is None]
    failing = [finding.fails_since or finding.since for finding in now if finding.outcome == "fail"]
    result = result_of(now, said_at, look)
    met = next((at for at in met_at(findings) if at > said_at), None)
    if met is not None and result != "closed":
        result, ended = "closed", met
    return _Came(result, ended, not failing or min(failing) <= said_at)


def met_at(findings: Sequence[FindingRecord]) -> list[datetime]:
    """When a rule began to be met, of all the intervals of it on one subject, oldest first: nothing failed then, on no
    stream, and nothing was not known.
    """
    open_ = [finding for finding in findings if finding.outcome in ("fail", "unknown")]
    passed = {finding.since for finding in findings if finding.outcome == "pass"}
    return sorted(at for at in passed if not any(f.since <= at and (f.until is None or at < f.until) for f in open_))


def result_of(findings: Sequence[FindingRecord], said_at: datetime, look: str) -> Result:
    """What came of a reply: from what holds now of the rule, and how the newest look after it ended (empty: none)."""
    failing = [finding for finding in findings if finding.outcome == "fail"]
    if not failing and not any(finding.outcome == "unknown" for finding in findings):
        return "closed"
    if not look:
        return "waits"
    measured = [finding for finding in failing if finding.seen_at is None or finding.seen_at > said_at]
    return "stays" if look == "done" and measured else "not_known"


def _about(session: Session, about: About, note: str, by: str, now: datetime) -> Reply:
    """The reply without its look. Raises ReplyError where nothing of the kind is found now."""
    school = schools.by_code(session, about.school)
    device = devices.by_code(session, about.school, about.device) if about.device else None
    if school is None or (about.device and device is None):
        raise ReplyError("no_finding")
    school_id, device_id = school.id or 0, device.id if device else None
    channel_id = None
    if device_id is not None and about.channel is not None:
        channel = channels.of_devices(session, [device_id]).get((device_id, about.channel))
        if channel is None:
            raise ReplyError("no_finding")
        channel_id = channel.id
    rules = {about.rule}
    if device_id is None:
        found = store.open_at_places(session, [school_id], rules)
    else:
        found = [f for f in store.open_now(session, [device_id], rules) if f.channel_id == channel_id]
    if not any(finding.outcome in ("fail", "unknown") for finding in found):
        raise ReplyError("no_finding")
    row = Reply(school_id=school_id, device_id=device_id, channel_id=channel_id, rule=about.rule, note=note, by=by,
                at=now)  # fmt: skip
    if _open_replies(session, row) >= MOST_OPEN:
        raise ReplyError("too_many")
    return row


def _open_replies(session: Session, about: Reply) -> int:
    """How many replies to what this one is about are open: those since it was met last."""
    begun = store.first(session, about)
    if begun is None:
        return 0
    if about.device_id is None:
        held = store.since_then_at_places(session, [about.school_id], {about.rule}, begun)
    else:
        held = store.since_then(session, [about.device_id], {about.rule}, begun)
    met = met_at([finding for finding in held if finding.channel_id == about.channel_id])
    return store.count(session, about, met[-1] if met else None)


def _photos_allowed(session: Session, about: About) -> bool:
    school = schools.by_code(session, about.school)
    return school is not None and school.photos


def _photo(data: bytes, *, allowed: bool) -> Jpeg:
    """The photo without anything beside the picture. Raises ReplyError."""
    if not allowed:
        raise ReplyError("not_allowed")
    if len(data) > MOST_BYTES:
        raise ReplyError("too_large")
    try:
        jpeg = bare(data)
    except JpegError:
        raise ReplyError("no_jpeg") from None
    if max(jpeg.width, jpeg.height) > LONGEST_SIDE:
        raise ReplyError("too_large")
    return jpeg


def _sealed(vault: Vault, jpeg: Jpeg, reply: Reply) -> ReplyPhoto:
    reply_id, digest = reply.id or 0, hashlib.sha256(jpeg.data).hexdigest()
    sealed = vault.seal(base64.b64encode(jpeg.data).decode(), ReplyPhotoPlace(reply_id, digest))
    return ReplyPhoto(
        reply_id=reply_id, sha256=digest, width=jpeg.width, height=jpeg.height, sealed=sealed, at=reply.at
    )
