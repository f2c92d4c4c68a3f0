"""Proof: every verdict can be followed by hand: by which text, value, comparison and date, and how all adds up."""

import re

import pytest

from camera_registry.database import open_database, upgrade, writing
from probes.visit import utc_now
from tests.acceptance.command import run
from tests.camera_registry import town as towns
from tests.camera_registry.web.served import VAULT, client

CHANNEL = "79760002/DG-01/2"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with the registry of a town that was looked at a moment ago."""
    made = tmp_path_factory.mktemp("explained")
    (made / "var").mkdir()
    engine = open_database(f"sqlite:///{made / 'var' / 'registry.db'}")
    upgrade(engine)
    with writing(engine) as session:
        towns.fill(session, VAULT, now=utc_now())
    engine.dispose()
    return made


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("vi", ["Rà soát sơ bộ theo giá trị tham khảo tạm thời",
                "Căn cứ: 3288/UBND-KT; giá trị: Giá trị tham khảo tạm thời", "8 ≥ 15 − 1 = 14 hình/giây? không",
                "Mẫu đo đủ dài: 6 ≥ 4 giây? đúng", "Ánh sáng [image.light] = đủ sáng",
                "Thiết bị hỗ trợ H.264, lớn nhất 1920×1080, tối đa 25 hình/giây: độ phân giải? có",
                "Kết luận: Chưa đáp ứng – cần chỉnh cấu hình"]),
        ("en", ["Source: 3288/UBND-KT; its value: working value", "8 ≥ 15 − 1 = 14 frames/s? no",
                "The sample is long enough: 6 ≥ 4 seconds? yes", "Light [image.light] = day",
                "Offered H.264, largest 1920×1080, at most 25 frames/s: size? yes",
                "Verdict: not compliant: change a setting"]),
    ],
)  # fmt: skip
def test_the_reasoning_of_a_verdict_reads_from_the_document_to_the_sum(folder, lang, words):
    """Edition, source, conditions, values, arithmetic, light, what the device offers, and the sum."""
    said = run(folder, "check", "--explain", CHANNEL, "--lang", lang)
    assert (said.status, said.err) == (1, "")
    assert [word for word in words if word not in said.out] == []
    assert re.search(r"SHA-256 [0-9a-f]{64}", said.out)


def test_command_page_and_api_say_the_same(folder):
    """One reasoning: as JSON of the command, of the API, and as the text on the page of the device."""
    told = run(folder, "check", "--explain", CHANNEL, "--json").json
    engine = open_database(f"sqlite:///{folder / 'var' / 'registry.db'}")
    with client(engine, now=utc_now) as browser:
        asked = browser.get("/api/v1/schools/79760002/devices/DG-01/channels/2/explanation").json()
        page = browser.get("/devices/79760002/DG-01/channels/2/explanation").text
        device = browser.get("/devices/79760002/DG-01").text
        missing = browser.get("/api/v1/schools/79760002/devices/DG-01/channels/99/explanation")
    engine.dispose()
    rules = [(f["rule"], f["outcome"], f["fix"], f["seen"]) for f in told["findings"]]
    assert rules == [(f["rule"], f["outcome"], f["fix"], f["seen"]) for f in asked["findings"]]
    assert (told["verdict"], told["sum"]) == (asked["verdict"], asked["sum"])
    assert "8 ≥ 15 − 1 = 14 hình/giây? không" in page
    assert page.count("Rà soát sơ bộ theo giá trị tham khảo tạm thời") == 2, "on the page and in the text"
    assert page.count("<details class=\"mb-1\" open>") == sum(f["decides"] and f["outcome"] in ("fail", "unknown")
                                                              for f in told["findings"])  # fmt: skip
    assert "Giải thích kết luận" in device
    assert missing.status_code == 404


def test_what_could_not_be_had_says_why_and_whose_work_it_is(folder):
    """A channel that is busy: no number, the failure in words, the step it happened at, who may cure it."""
    said = run(folder, "check", "--explain", "79760005/DG-01/2", "--lang", "en")
    assert said.status == 3
    assert "missing. The device is busy: no viewing session is free" in said.out
    assert "At the step: measuring the stream." in said.out


def test_check_judges_what_is_stored_without_touching_a_camera(folder):
    """Findings and verdict of a device or a channel, as text and as JSON, by any edition; the exit status says it."""
    said = run(folder, "check", "79760002/DG-01")
    assert said.status == 1
    assert "Thiết bị 79760002/DG-01: Chưa đáp ứng" in said.out
    told = run(folder, "check", "79760002/DG-01/1", "--json").json
    assert (told["verdict"], told["channel"], len(told["sha256"])) == ("compliant", 1, 64)
    assert {f["subject"]["channel"] for f in told["findings"]} == {None, 1}
    other = run(folder, "check", CHANNEL, "--standard", "hcmc-3288@draft-1", "--json")
    assert (other.status, other.json["standard"]) == (1, "hcmc-3288@draft-1")


@pytest.mark.parametrize("name", ["79760002/DG-99", "79760002/DG-01/99", "nonsense", "a/b/c/d"])
def test_what_is_not_registered_is_said(folder, name):
    """Wrong codes are an error that says what to write."""
    said = run(folder, "check", name)
    assert said.status == 2
    assert "write SCHOOL/DEVICE" in said.err
