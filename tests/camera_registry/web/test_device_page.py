"""The page of a device and of a school: everything that is known, and how it is known."""

import ast
from pathlib import Path

import pytest

import probes
import standards
from camera_registry.web.facts import HOWS, NAMES, VALUES, how_of
from standards.view import known_paths


def test_declared_capable_and_measured_stand_side_by_side(town):
    """One row a property, three columns, in the words of the pages."""
    text = town.get("/devices/79760002/DG-01").text
    for words in (
        "Thiết bị khai báo",
        "Thiết bị hỗ trợ",
        "Đo thực tế",
        "Luồng chính",
        "tối đa 25 hình/giây",
        "3,9 Mbps",
    ):
        assert words in text, words


def test_a_finding_is_explained(town):
    """What was measured, what is required, why, what to do, who acts, the source and its state."""
    text = town.get("/devices/79760002/DG-01").text
    for words in (
        "Chưa đạt",
        "<strong>8 hình/giây</strong>",
        "tối thiểu 15 hình/giây (cho phép lệch 1 hình/giây)",
        "Đặt tốc độ khung hình của luồng chính từ 15 hình/giây trở lên.",
        "3288/UBND-KT · Giá trị tham khảo tạm thời",
        "từ 22/11/2026",
    ):
        assert words in text, words


def test_what_the_device_says_otherwise_is_marked(town):
    """People registered one model, the device names another: both are shown."""
    text = town.get("/devices/79760002/CAM-01").text
    assert "DS-2CD2021G1-I" in text
    assert "thiết bị khai báo: DS-2CD1001-I" in text


def test_the_ledger_says_what_a_look_cost(town):
    """Connections, logins with tries and refusals, time and bytes; of a refusal the reason."""
    text = town.get("/devices/79770002/CAM-01").text
    assert "Nhật ký truy cập thiết bị" in text
    for words in ("Lượt gửi tài khoản", "Thử tài khoản mới", "Bị từ chối"):
        assert f'data-label="{words}" class="text-md-end">1</td>' in text
    assert "Thiết bị từ chối tài khoản; đã dừng sau 1 lần thử" in text
    assert "7,3 MB" in town.get("/devices/79760001/DG-01").text


def test_what_could_not_be_had_says_why(town):
    """The failure in words, what to do, and what came back, for an engineer."""
    text = town.get("/devices/79770001/DG-01").text
    assert "Số liệu chưa lấy được và lý do" in text
    assert "<code>connect: connect 192.168.5.64:80: no answer within 5 s</code>" in text


def test_the_history_shows_when_a_verdict_changed(town):
    """From, until, and the conclusion of that time."""
    text = town.get("/devices/79760002/CAM-01").text
    assert "Diễn biến" in text
    assert "hiện nay" in text


def test_channels_that_fail_are_open_and_can_be_led_to(town):
    """The list leads to the channel; what is compliant is folded."""
    text = town.get("/devices/79760002/DG-01").text
    assert 'id="channel-2">\n  <details open>' in text
    assert 'id="channel-1">\n  <details>' in text


def test_a_device_seen_through_the_cloud_cannot_be_checked_now(town):
    """It has no address; so there is no button."""
    text = town.get("/devices/79770001/APP-01").text
    assert "Chỉ xem qua ứng dụng đám mây" in text
    assert "Kiểm tra ngay" not in text


def test_a_school_shows_its_devices_and_channels_with_verdicts(town):
    """And where it is, and both shares."""
    text = town.get("/schools/79760002").text
    for words in ("Tiểu học", "1 Đường Lê Lợi", "DG-01", "CAM-02", "Cổng chính – hướng ra đường", "Camera nội bộ"):
        assert words in text, words
    assert "/non-compliant?school=79760002" in text
    assert "3 / 8" in text


def test_a_school_that_is_not_there_is_404(town):
    """In the layout of the other pages."""
    assert town.get("/schools/none").status_code == 404


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_no_page_has_anything_inline_or_from_elsewhere(town, lang):
    """What the policy forbids is in no page to begin with."""
    for address in ("/", "/non-compliant", "/not-checked", "/schools/79760002", "/devices/79760002/DG-01", "/none"):
        text = town.get(f"{address}?lang={lang}").text
        assert " style=" not in text
        assert " onclick=" not in text
        assert "<style" not in text
        assert text.count("<script") == text.count('<script src="/static/')
        assert "http://" not in text
        assert "https://" not in text


def test_criteria_that_nobody_can_judge_for_one_reason_stand_together(town):
    """The reason once, then the criteria: of a stream that is busy nothing can be told."""
    channel = town.get("/devices/79760005/DG-01").text.split('id="channel-2"')[1].split("<section")[0]
    assert "tiêu chí chưa đánh giá được vì lý do này" in channel
    assert channel.count("<strong>Thiết bị đang bận, đã hết phiên xem.</strong>") == 1


def test_a_school_leads_to_its_unit_and_says_little_of_a_single_camera(town):
    """The unit leads to its schools; a device with one camera has no heading of a table."""
    text = town.get("/schools/79760002").text
    assert '<a href="/?q=UBND%20ph%C6%B0%E1%BB%9Dng%20T%C3%A2n%20%C4%90%E1%BB%8Bnh#schools">' in text
    assert text.count("<thead>") == 1
    assert text.partition('id="history"')[0].count("Cầu thang dãy B") == 2  # its row, and what the school is asked


def test_every_fact_that_has_a_name_is_a_fact():
    """The table of names and of values names no path that there is not."""
    assert set(NAMES) <= set(known_paths())
    assert set(VALUES) <= set(NAMES)


def _hows(room):
    """Every method that the code of a room writes beside a fact: `how=` and what stands after it."""
    for file in Path(room.__file__).parent.rglob("*.py"):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        named = {t.id: n.value for n in ast.walk(tree) if isinstance(n, ast.Assign) for t in n.targets
                 if isinstance(t, ast.Name)}  # fmt: skip
        for said in _said(tree):
            said = named.get(said.id, said) if isinstance(said, ast.Name) else said
            if not isinstance(said, ast.JoinedStr):  # two methods joined, each of which is written elsewhere
                yield from (n.value for n in ast.walk(said) if isinstance(n, ast.Constant) and n.value)


def _said(tree):
    """What stands after `how=` in a call, and after "how" in a dictionary."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield from (k.value for k in node.keywords if k.arg == "how")
        if isinstance(node, ast.Dict):
            pairs = zip(node.keys, node.values, strict=True)
            yield from (value for key, value in pairs if isinstance(key, ast.Constant) and key.value == "how")


def test_every_method_by_which_a_fact_is_had_has_words(town):
    """In both languages; and no page shows what the probes write for themselves."""
    written = set(_hows(probes)) | set(_hows(standards))
    assert written >= {"onvif", "rtp over tcp", "key frame"}
    assert set(HOWS) == written | {"register", "sum", "declared limits", "laptop"}
    assert how_of("onvif, rtsp describe", "vi") == "hỏi thiết bị qua ONVIF, đọc mô tả luồng qua RTSP"
    assert all(words[lang] for words in HOWS.values() for lang in ("vi", "en"))
    assert how_of("something new", "vi") == ""
