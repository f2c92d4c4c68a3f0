"""Sentences for what is not a plain pass or fail, each as a `Text`."""

from __future__ import annotations

from datetime import timedelta

from probes.errors import Failure, KindName, Step
from standards.model import LANGUAGES, Fix, Text
from standards.words import number

FIX_TO_KNOW: dict[KindName, Fix] = {
    "unreachable": "network",
    "refused_connection": "network",
    "timeout": "network",
    "not_onvif": "survey",
    "auth_missing": "credentials",
    "auth_refused": "credentials",
    "auth_scheme_unsupported": "reconfigure",
    "not_permitted": "credentials",
    "no_such_stream": "survey",
    "no_media": "repair",
    "malformed_reply": "firmware",
    "tls": "reconfigure",
    "not_allowed": "network",
}
"""What makes a fact knowable that was missing with this kind; nothing but another look for the other kinds."""
FIX_AT_STEP: dict[tuple[KindName, Step], Fix] = {
    ("our_limit", "target"): "reconfigure",
    ("our_limit", "rtsp.paths"): "survey",
    ("auth_missing", "rtsp.paths"): "survey",
    ("unreachable", "rtsp.sample"): "reconfigure",
}
"""The same where the step tells more than the kind (`probes.errors.AT_STEP`)."""

ASKED_OF_A_PERSON: Text = {"vi": "Nội dung trường kê khai, chưa có câu trả lời.", "en": "Asked of a person; no answer."}
TO_BE_FILLED_IN: Text = {
    "vi": "Văn bản có tiêu chí này nhưng chưa có giá trị để so sánh.",
    "en": "The document has this rule; its value is to be filled in.",
}
NOT_LOOKED_AT: Text = {"vi": "Chưa xem xét nội dung này.", "en": "Not looked at."}
NOT_REGISTERED: Text = {
    "vi": "Sổ đăng ký chưa có bề rộng vùng nhìn của camera này.",
    "en": "The register does not have the width of the scene of this camera.",
}
NO_MAIN_STREAM: Text = {
    "vi": "Chưa xác định được luồng chính của camera này.",
    "en": "Not known: no main stream of this channel was found.",
}
PERSON_COULD_NOT_TELL: Text = {
    "vi": "Người được hỏi chưa trả lời được.",
    "en": "The person who was asked could not tell.",
}
NIGHT: Text = {
    "vi": "Đo khi không đủ ánh sáng ban ngày nên chưa kết luận.",
    "en": "It was not measured in daylight, and night is not a fault.",
}
SEEN_ONCE: Text = {"vi": "Mới thấy một lần, cần kiểm tra lại.", "en": "Seen once; look again."}
MAY_BE_SUB: Text = {
    "vi": "Chưa rõ đây có phải luồng chính hay không, có thể là luồng phụ.",
    "en": "It may be the sub stream: nobody said that this is the main one.",
}


def join(first: Text, second: Text) -> Text:
    """Both sentences, one after the other."""
    return {language: f"{first[language]} {second[language]}" for language in LANGUAGES}


def fix_to_know(failure: Failure) -> Fix | None:
    """What makes knowable what was missing with this failure; None: nothing but another look."""
    return FIX_AT_STEP.get((failure.kind, failure.step)) or FIX_TO_KNOW.get(failure.kind)


def failed(failure: Failure) -> Text:
    """Why a fact could not be had, or the definite answer that came in its place."""
    words = failure.meaning.words
    return {"vi": f"{words['vi']}.", "en": f"{words['en']}."}


def stale(age: timedelta, max_age: timedelta) -> Text:
    """The fact is too old to be used."""
    old, most = (number(t.total_seconds() / 86400, "vi") for t in (age, max_age))
    return {
        "vi": f"Số liệu đã cũ {old} ngày, chỉ dùng trong {most} ngày.",
        "en": f"Stale: the fact is {old.replace(',', '.')} days old and may be used for {most.replace(',', '.')} days.",
    }


def too_little(part: str, had: float | None, least: float) -> Text:
    """The sample was too short to judge by: of this part of `EVIDENCE` it `had` less than `least`."""
    what = EVIDENCE[part]
    seen = {lang: number(had, lang) if had is not None else "0" for lang in LANGUAGES}
    unit = what["en"].removesuffix("s") if seen["en"] == "1" else what["en"]
    return {
        "vi": f"Chưa đủ số liệu: mẫu đo có {seen['vi']} {what['vi']}, cần ít nhất {number(least, 'vi')}.",
        "en": f"Not enough evidence: the sample has {seen['en']} {unit}, at least {number(least, 'en')} needed.",
    }


def rates_not_known(unknown: int, of: int) -> Text:
    """Of some of the cameras that are offered it is not known what they send."""
    return {
        "vi": f"Chưa biết tốc độ bit của {unknown}/{of} camera thuộc diện kết nối.",
        "en": f"The bit rate of {unknown} of the {of} cameras offered for connection is not known.",
    }


NO_LINE_RATE: Text = {
    "vi": "Chưa khai báo tốc độ tải lên của đường truyền; hỏi nhà trường hoặc nhà mạng.",
    "en": "The rate of the uplink is not registered; ask the school or the carrier.",
}
SAMPLE_DID_NOT_SHOW: Text = {
    "vi": "Chưa đủ số liệu: mẫu đo chưa cho thấy giá trị này.",
    "en": "Not enough evidence: the sample did not show it.",
}
EVIDENCE: dict[str, Text] = {
    "seconds": {"vi": "giây", "en": "seconds"},
    "frames": {"vi": "khung hình", "en": "frames"},
    "packets": {"vi": "gói tin", "en": "packets"},
}
