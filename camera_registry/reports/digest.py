"""The digest as a mail: subject, plain text and simple HTML. Pure; days are shown in `zone`.

It names schools and numbers: no address of a device, no login, no account.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from html import escape
from urllib.parse import quote

from camera_registry.services.digest import Digest, OutageTold, SchoolNews
from camera_registry.services.mailboxes import KIND_WORDS
from camera_registry.services.periods import NextReport
from standards.model import Text

_WORDS: dict[str, Text] = {
    "subject": {"vi": "Camera trường học {day}: {what}", "en": "School cameras {day}: {what}"},
    "hello": {"vi": "Kính gửi {name},", "en": "Dear {name},"},
    "outages": {"vi": "Mất liên lạc toàn trường", "en": "Whole school out of reach"},
    "outage": {"vi": "{school}: không tới được thiết bị nào, từ {began}",
               "en": "{school}: no device answers, since {began}"},
    "back": {"vi": "Đã liên lạc lại (hết mất liên lạc)", "en": "Back again (outage over)"},
    "is_back": {"vi": "{school}: hết mất liên lạc lúc {ended} (từ {began})",
                "en": "{school}: over at {ended} (since {began})"},
    "schools": {"vi": "Thay đổi của camera, theo trường", "en": "What changed, by school"},
    "appeared": {"vi": "{n} tiêu chí mới chưa đạt", "en": "new failures: {n}"},
    "resolved": {"vi": "{n} tiêu chí đã khắc phục", "en": "resolved: {n}"},
    "unknown": {"vi": "{n} tiêu chí chưa kiểm tra được", "en": "could not be checked: {n}"},
    "out": {"vi": "{n} trường mất liên lạc", "en": "schools out of reach: {n}"},
    "over": {"vi": "{n} trường liên lạc lại", "en": "schools back: {n}"},
    "due": {"vi": "Việc đến hạn", "en": "What is due"},
    "waiting": {"vi": "{n} đề nghị ngoại lệ mới chờ duyệt", "en": "new waivers to decide: {n}"},
    "lapsing": {"vi": "{n} ngoại lệ sắp hết hạn", "en": "waivers about to lapse: {n}"},
    "replies": {"vi": "{n} phản hồi mới của trường", "en": "new replies of schools: {n}"},
    "report": {"vi": "{kind} {year}: hạn {due}, còn {n} ngày", "en": "{kind} {year}: due {due}, {n} days left"},
    "report_today": {"vi": "{kind} {year}: hạn hôm nay, {due}", "en": "{kind} {year}: due today, {due}"},
    "report_late": {"vi": "{kind} {year}: quá hạn {n} ngày (hạn {due})",
                    "en": "{kind} {year}: {n} days late (due {due})"},
    "more": {"vi": "và {n} trường khác", "en": "and {n} other schools"},
    "see": {"vi": "Xem danh sách", "en": "See the list"},
    "why": {
        "vi": "Bạn nhận thư này vì đã chọn “{kind}” tại trang Tài khoản của tôi. Ngừng nhận loại thư này",
        "en": "You get this because you chose “{kind}” on the page My account. Stop this kind",
    },
}  # fmt: skip
_MOMENTS = {"vi": "%H:%M %d/%m/%Y", "en": "%Y-%m-%d %H:%M"}
MOST_LINES = 50
"""So many schools stand in a part of a mail; of more their number."""
_DAYS = {"vi": "%d/%m/%Y", "en": "%Y-%m-%d"}


@dataclass(frozen=True)
class Sheet:
    """How a mail is written: for whom, of which kind and day, in which language and zone, with which links."""

    name: str
    kind: str
    day: date
    lang: str
    zone: tzinfo
    links: str
    unsubscribe: str


@dataclass(frozen=True)
class Written:
    """A mail."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True)
class _Section:
    title: str
    lines: tuple[tuple[str, str], ...]
    """Each with the address that it leads to."""


def written(digest: Digest, to: Sheet) -> Written:
    """The mail of this digest."""
    sections = [section for section in _sections(digest, to) if section.lines]
    subject = _word("subject", to, day=to.day.strftime(_DAYS[to.lang]), what=", ".join(_what(digest, to)))
    return Written(subject, _text(sections, to), _html(sections, to))


def _what(digest: Digest, to: Sheet) -> Iterator[str]:
    """The numbers that stand in the subject."""
    counts = {"out": len(digest.outages), "over": len(digest.back)}
    for name in ("appeared", "resolved", "unknown"):
        counts[name] = sum(getattr(school, name) for school in digest.schools)
    counts |= {"waiting": digest.waiting, "lapsing": digest.lapsing, "replies": digest.replies}
    yield from (_word(name, to, n=n) for name, n in counts.items() if n)
    if digest.report is not None:
        yield _report(digest.report, to)


def _sections(digest: Digest, to: Sheet) -> Iterator[_Section]:
    yield _Section(_word("outages", to), _most([_outage(each, "outage", to) for each in digest.outages], to))
    yield _Section(_word("back", to), _most([_outage(each, "is_back", to) for each in digest.back], to))
    yield _Section(_word("schools", to), _most([_school(each, to) for each in digest.schools], to))
    due = [(name, getattr(digest, name)) for name in ("waiting", "lapsing")]
    lines = [(_word(name, to, n=n), f"{to.links}/waivers") for name, n in due if n]
    if digest.replies:
        lines.append((_word("replies", to, n=digest.replies), f"{to.links}/replies"))
    if digest.report is not None:
        lines.append((_report(digest.report, to), f"{to.links}/"))  # where it stands first, for every role
    yield _Section(_word("due", to), tuple(lines))


def _most(lines: list[tuple[str, str]], to: Sheet) -> tuple[tuple[str, str], ...]:
    left = len(lines) - MOST_LINES
    return tuple(lines) if left <= 0 else (*lines[:MOST_LINES], (_word("more", to, n=left), f"{to.links}/"))


def _report(report: NextReport, to: Sheet) -> str:
    name = "report" if report.days > 0 else "report_late" if report.days < 0 else "report_today"
    said = {"kind": report.kind[to.lang], "year": report.school_year, "due": report.due.strftime(_DAYS[to.lang])}
    return _word(name, to, **said, n=abs(report.days))


def _outage(each: OutageTold, name: str, to: Sheet) -> tuple[str, str]:
    said = {"school": each.school, "began": _moment(each.began, to), "ended": _moment(each.ended, to)}
    return _word(name, to, **said), _address(each.code, to)


def _school(each: SchoolNews, to: Sheet) -> tuple[str, str]:
    counts = [(name, getattr(each, name)) for name in ("appeared", "resolved", "unknown")]
    told = ", ".join(_word(name, to, n=n) for name, n in counts if n)
    return f"{each.school}: {told}", _address(each.code, to)


def _text(sections: list[_Section], to: Sheet) -> str:
    lines = [_word("hello", to, name=to.name), ""]
    for section in sections:
        lines += [section.title.upper(), *(f"- {line}" for line, _ in section.lines), ""]
    lines += [f"{_word('see', to)}: {to.links}/", "", "--", f"{_why(to)}: {to.unsubscribe}", ""]
    return "\n".join(lines)


def _html(sections: list[_Section], to: Sheet) -> str:
    parts = [f"<p>{escape(_word('hello', to, name=to.name))}</p>"]
    for section in sections:
        items = "".join(f'<li><a href="{escape(link)}">{escape(line)}</a></li>' for line, link in section.lines)
        parts.append(f"<h2>{escape(section.title)}</h2><ul>{items}</ul>")
    parts.append(f'<p><a href="{escape(to.links)}/">{escape(_word("see", to))}</a></p>')
    why, _, stop = _why(to).rpartition(". ")
    link = f'<a href="{escape(to.unsubscribe)}">{escape(stop)}</a>'
    parts.append(f"<hr><p><small>{escape(why)}. {link}</small></p>")
    return f'<!doctype html><html lang="{to.lang}"><body>{"".join(parts)}</body></html>\n'


def _why(to: Sheet) -> str:
    return _word("why", to, kind=KIND_WORDS[to.kind][to.lang])


def _address(code: str, to: Sheet) -> str:
    return f"{to.links}/schools/{quote(code, safe='')}"


def _moment(at: datetime | None, to: Sheet) -> str:
    return "" if at is None else at.astimezone(to.zone).strftime(_MOMENTS[to.lang])


def _word(key: str, to: Sheet, **values: object) -> str:
    return _WORDS[key][to.lang].format(**values)
