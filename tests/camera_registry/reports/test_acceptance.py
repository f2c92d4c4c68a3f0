"""The result of an acceptance as lines of a paper and as a file: values as people read them."""

import csv
import io
from zoneinfo import ZoneInfo

import pytest

from camera_registry.reports.acceptance import acceptance_text
from camera_registry.reports.acceptance_file import acceptance_csv
from camera_registry.reports.listing_columns import Shown
from standards.model import STATES
from tests.standards.sheets import HCMC

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
AT = ("2026-11-23T03:00:00+00:00", "2026-11-23T13:00:00+00:00")
UNIT = {"manufacturer": "M", "model": "IPC-1", "serial": "SN-1", "mac": "", "endpoint": "", "firmware": "V1.2"}
NO = {"vi": "Thiết bị từ chối.", "en": "The device refused."}


def _text(words):
    return {"vi": words, "en": words}


def _rule(name, fact, *seen, stream="", outcome="pass", expected="X", why=NO):
    rule = HCMC.rule(name)
    looks = [
        {"at": at, "counts": True, "stream": stream, "outcome": outcome, "light": "day", "seen": value,
         "expected": _text(expected), "fact": fact, "measured_at": at, "how": "rtp", "why": why}
        for at, value in zip(AT, seen, strict=True)
    ]  # fmt: skip
    source = {"document": "3288", "clause": "", "state": "A"}
    return {"rule": name, "stream": stream, "title": dict(rule.title), "decides": rule.decides, "level": rule.level,
            "source": source, "counts": {outcome: 2}, "lowest": None, "highest": None, "looks": looks}  # fmt: skip


def _result(*rules, units=(UNIT, UNIT), counts=(True, True)):
    looks = zip(AT, units, counts, strict=True)
    return {
        "code": "HD-1", "name": "Gói 1", "state": "running", "asked_by": "Lê An", "edition": HCMC.name,
        "edition_title": dict(HCMC.title), "edition_sha256": "0a", "working_values": True, "begins": AT[0],
        "ends": AT[1], "looks_wanted": 2, "result": "accepted", "sha256": None,
        "devices": [{"device": "079/IP", "looks": [
            {"at": at, "answered": unit is not None, "counts": told, "unit": unit} for at, unit, told in looks]}],
        "channels": [{"channel": "079/IP/1", "name": "Cổng", "result": "accepted", "reasons": [], "looks": 2,
                      "looks_that_told": 2, "first": AT[0], "last": AT[1], "unanswered": [], "rules": list(rules)}],
        "to_be_checked_by_a_person": [], "to_be_filled_in": [],
    }  # fmt: skip


RESULT = _result(_rule("frame-rate-main", "measured.fps", 24.8, 25.0, expected="15"))
"""An acceptance with one camera and one rule."""


def _said(result, title, lang="vi"):
    """What stands behind the title of a rule and the state of its source."""
    state = f" [A: {STATES['A'][lang]}]: "
    text = acceptance_text(result, Shown(lang, ZONE))
    return [line.split(state)[1] for line in text.splitlines() if title in line and state in line]


@pytest.mark.parametrize(
    ("rule", "vi", "en"),
    [
        (
            _rule("frame-rate-main", "measured.fps", 24.8, 25.0, expected="15"),
            "Đạt 2; đo thực tế: 24,8 đến 25 hình/giây; yêu cầu: 15",
            "pass 2; measured: 24.8 to 25 frames/s; required: 15",
        ),
        (
            _rule("bit-rate-main", "measured.bitrate_kbps", 2369.4, 2369.4),
            "Đạt 2; đo thực tế: 2,37 Mbps; yêu cầu: X",
            "pass 2; measured: 2.37 Mbps; required: X",
        ),
        (
            _rule("clock", "clock.offset_s", -0.466, -0.466),
            "Đạt 2; đo thực tế: -0,47 giây; yêu cầu: X",
            "pass 2; measured: -0.47 s; required: X",
        ),
        (
            _rule("resolution-main", "measured.size", [1920, 1080], [1280, 720]),
            "Đạt 2; đo thực tế: 1920×1080, 1280×720; yêu cầu: X",
            "pass 2; measured: 1920×1080, 1280×720; required: X",
        ),
        (
            _rule("codec-main", "measured.codec", "h264", None),
            "Đạt 2; đo thực tế: H.264; yêu cầu: X",
            "pass 2; measured: H.264; required: X",
        ),
        (
            _rule("rtp-over-tcp", "rtsp.interleaved", True, True),
            "Đạt 2; đo thực tế: truyền được qua TCP; yêu cầu: X",
            "pass 2; measured: can be sent over TCP; required: X",
        ),
        (
            _rule("codec-main", "measured.codec", None, None, outcome="unknown"),
            "Chưa xác định 2; Thiết bị từ chối",
            "unknown 2; The device refused",
        ),
        (
            _rule("codec-main", "measured.codec", None, None, outcome="not_applicable"),
            "Không áp dụng 2",
            "not applicable 2",
        ),
    ],
)
def test_a_rule_is_said_with_what_was_seen_and_what_was_required(rule, vi, en):
    """With units, in the signs of the language, a single value once; why nothing is known, where that is all."""
    result = _result(rule)
    assert _said(result, rule["title"]["vi"]) == [vi]
    assert _said(result, rule["title"]["en"], "en") == [en]


def test_each_requirement_stands_with_the_values_that_were_held_against_it():
    """A limit that hangs on the size is no limit of the other size."""
    rule = _rule("bit-rate-main", "measured.bitrate_kbps", 6000, 3900)
    rule["looks"][1]["expected"] = _text("4")
    assert _said(_result(rule), rule["title"]["vi"]) == [
        "Đạt 2; đo thực tế: 6 Mbps; yêu cầu: X; đo thực tế: 3,9 Mbps; yêu cầu: 4"
    ]


def test_rules_that_do_not_decide_stand_apart_and_streams_are_named_where_there_are_several():
    """So that nobody takes advice for a reason."""
    rules = [_rule("codec-main", "measured.codec", "h264", "h264", stream=name) for name in ("a", "b")]
    lines = acceptance_text(_result(*rules, _rule("clock", "clock.offset_s", 0, 0)), Shown("vi", ZONE)).splitlines()
    heads = [lines.index(f"  {head}:") for head in
             ("Tiêu chí tính vào kết luận", "Tiêu chí tham khảo, không tính vào kết luận")]  # fmt: skip
    assert [("(luồng a)" in line, "(luồng b)" in line) for line in lines[heads[0] + 1 : heads[1]]] == [
        (True, False),
        (False, True),
    ]
    assert HCMC.rule("clock").title["vi"] in lines[heads[1] + 1]
    assert "luồng" not in lines[heads[1] + 1]


def test_the_units_that_answered_are_named():
    """With their looks, and that those at another one do not count; a look without an answer names none."""
    text = acceptance_text(_result(units=(UNIT, {**UNIT, "serial": "SN-2"}), counts=(False, True)), Shown("vi", ZONE))
    assert "  Thiết bị: M IPC-1; Số sê-ri SN-1; Phần mềm thiết bị V1.2 (1 lần kiểm tra, không tính" in text
    assert "  Thiết bị: M IPC-1; Số sê-ri SN-2; Phần mềm thiết bị V1.2 (1 lần kiểm tra)\n" in f"{text}\n"
    assert "Thiết bị: " not in acceptance_text(_result(units=(None, None)), Shown("vi", ZONE))


def test_the_file_reads_like_the_lists():
    """Sizes, codecs and numbers as people write them; the unit of the look; why, where a rule did not pass."""
    result = _result(
        _rule("resolution-main", "measured.size", [1920, 1080], [1920, 1080], stream="a"),
        _rule("codec-main", "measured.codec", "h264", "h264"),
        _rule("frame-rate-main", "measured.fps", 25.0, 24.8),
        _rule("rtp-over-tcp", "rtsp.interleaved", None, None, outcome="fail"),
    )
    rows = list(
        csv.DictReader(io.StringIO(acceptance_csv(result, Shown("vi", ZONE)).decode("utf-8-sig")), delimiter=";")
    )
    assert [row["Đo thực tế"] for row in rows[1::2]] == ["1920×1080", "H.264", "24,8 hình/giây", "Thiết bị từ chối"]
    assert [row["Lý do"] for row in rows[1::2]] == ["", "", "", "Thiết bị từ chối."]
    assert {(row["Hãng, model"], row["Số sê-ri"], row["Phần mềm thiết bị"]) for row in rows} == {
        ("M IPC-1", "SN-1", "V1.2")
    }
    assert [row["Luồng"] for row in rows[:3]] == ["a", "a", ""]


def test_a_result_that_was_frozen_before_units_and_streams_is_shown():
    """What it does not hold is left out."""
    result = _result(_rule("codec-main", "measured.codec", "h264", "h264"))
    for name in ("devices", "edition_title", "to_be_filled_in"):
        del result[name]
    for rule in result["channels"][0]["rules"]:
        del rule["stream"]
        for look in rule["looks"]:
            del look["counts"]
    assert _said(result, HCMC.rule("codec-main").title["vi"]) == ["Đạt 2; đo thực tế: H.264; yêu cầu: X"]
    assert acceptance_csv(result, Shown("en", ZONE)).count(b"H.264,X") == 2
