"""Readiness as plain lines: every percentage with what it is of. Pure."""

from __future__ import annotations

from camera_registry.services.readiness import Readiness, Ready
from standards.readiness import Document, Share
from standards.words import number

WORDS = {
    "title": {"vi": "Mức độ sẵn sàng kết nối", "en": "Readiness"},
    "compliant": {"vi": "Đáp ứng / đã kiểm tra", "en": "Compliant / checked"},
    "ready": {"vi": "Sẵn sàng / thuộc diện kết nối", "en": "Ready / offered for connection"},
    "not_checked": {"vi": "Chưa kiểm tra được", "en": "Not checked"},
    "slow": {
        "vi": "Đáp ứng nhưng đường truyền của điểm trường không đủ",
        "en": "Compliant, and the line of the site is too slow",
    },
    "not_known": {"vi": "Sẵn sàng nhưng chưa rõ đường truyền", "en": "Ready, and the line of the site is not known"},
    "document": {
        "vi": "Bộ tiêu chuẩn {edition}: {rules} tiêu chí; tự động {automatic}, trường đã kê khai {answered}, "
        "chờ kê khai {open}, chưa có giá trị {to_be_filled_in}",
        "en": "Edition {edition}: {rules} rules; automatic {automatic}, answered {answered}, open {open}, "
        "to be filled in {to_be_filled_in}",
    },
}


def readiness_text(found: Readiness, lang: str) -> str:
    """The place as a whole, then one line a school where there are several."""
    lines = [WORDS["title"][lang], *_ready(found.ready, lang)]
    if found.document is not None:
        lines.append(_document(found.document, found.edition, lang))
    if len(found.schools) > 1:
        lines += [f"{s.code} {s.name}: {'; '.join(_ready(s.ready, lang))}" for s in found.schools]
    return "\n".join(lines)


def _ready(of: Ready, lang: str) -> list[str]:
    lines = [
        f"{WORDS['compliant'][lang]}: {_share(of.compliant_of_checked, lang)}",
        f"{WORDS['ready'][lang]}: {_share(of.ready_of_offered, lang)}",
        f"{WORDS['not_checked'][lang]}: {of.not_checked}",
    ]
    beside = {"slow": of.slow_line, "not_known": of.line_not_known}
    return lines + [f"{WORDS[name][lang]}: {n}" for name, n in beside.items() if n]


def _share(share: Share, lang: str) -> str:
    told = "–" if share.percent is None else f"{number(share.percent, lang)}%"
    return f"{share.numerator}/{share.denominator} ({told})"


def _document(of: Document, edition: str, lang: str) -> str:
    return WORDS["document"][lang].format(edition=edition, **vars(of))
