"""Confirming a rule: one person has the document in hand, another one approves; a new edition judges stored facts."""

import hashlib
import json
import shlex
import tomllib
from pathlib import Path

import pytest
from sqlmodel import select

from camera_registry import daylight
from camera_registry.database import open_database, reading, writing
from camera_registry.models import FindingRecord
from camera_registry.services.edition_texts import resolve
from camera_registry.services.record import record
from standards import Editions
from tests.acceptance.command import run
from tests.camera_registry.new_registry import new_registry
from tests.camera_registry.registered import device
from tests.standards.sheets import HCMC, NOW, observed

SCAN = b"%PDF-1.7 the scan of the document"
CLAUSE, QUOTE = "Phụ lục, mục 2.1", "Tốc độ khung hình tối thiểu 20 hình/giây"
WORDS = (
    "--set=expect.at_least=20",
    "--set=title.vi=Luồng chính có ít nhất 20 hình/giây",
    "--set=title.en=Main stream has at least 20 frames a second",
    "--set=fix_text.vi=Đặt tốc độ khung hình của luồng chính từ 20 hình/giây trở lên.",
    "--set=fix_text.en=Set the main stream to 20 frames a second or more.",
    "--set=within.encoding.fps=20",
    "--set=fails_also.below=19",
    "--set=purchase.expect.at_least=20",
)


@pytest.fixture
def folder(tmp_path):
    """A folder with a registry in which one camera was seen with 18 frames a second, and passes."""
    (tmp_path / "var").mkdir()
    (tmp_path / "3288.pdf").write_bytes(SCAN)
    engine = new_registry(tmp_path / "var/registry.db")
    with writing(engine) as session:
        camera = device(session).id
        seen = observed({"measured.fps": 18.0, "declared.fps": 18.0})
        record(session, camera, seen, Editions.of(HCMC), NOW, daylight.always)
    engine.dispose()
    return tmp_path


def _confirm(folder, *more, rule="frame-rate-main", by="Lê An", clause=CLAUSE, quote=QUOTE):
    document = ("--clause", clause, "--quote", quote, "--scan", folder / "3288.pdf")
    return run(folder, "standards", "confirm", "hcmc-3288", rule, *document, "--by", by, *more)


def _registry(folder):
    return open_database(f"sqlite:///{folder}/var/registry.db")


def test_a_confirmed_rule_makes_a_new_edition_by_which_stored_facts_are_judged(folder):
    """After two people: draft-2 with clause, quote and scan, comments kept, the camera failing, the old finding as it
    was.
    """
    assert _confirm(folder, *WORDS).status == 0
    approved = run(folder, "standards", "approve", "1", "--by", "Trần Bình")
    assert approved.status == 0, approved.err
    assert "Đã lập hcmc-3288@draft-2\n  SHA-256 " in approved.out
    assert "Đã đánh giá lại 1 thiết bị" in approved.out
    with reading(_registry(folder)) as session:
        made = resolve(session, "hcmc-3288")
        wanted = select(FindingRecord).where(FindingRecord.rule == "frame-rate-main")
        rows = session.exec(wanted.order_by(FindingRecord.id)).all()
    source, line = made.rule("frame-rate-main").source, made.history[-1]
    scan = hashlib.sha256(SCAN).hexdigest()
    assert (source.state, source.clause, source.quote, source.sha256) == ("P", CLAUSE, QUOTE, scan)
    assert (source.confirmed_by, line.approved_by, line.scan) == ("Lê An", "Trần Bình", scan)
    assert (line.version, line.rule, line.made_from) == ("draft-2", "frame-rate-main", HCMC.sha256)
    assert [rule.id for rule in made.rules] == [rule.id for rule in HCMC.rules], "nothing else has changed"
    assert b"# A camera set to fewer frames than this has them by day too." in made.texts[0]
    assert "extends" not in tomllib.loads(made.texts[0].decode())
    old, new = rows
    assert (old.outcome, old.edition, old.until is None) == ("pass", "hcmc-3288@draft-1", False)
    assert (new.outcome, new.edition, new.until, new.state) == ("fail", "hcmc-3288@draft-2", None, "P")


def test_nobody_approves_what_they_asked_for(folder):
    """The same name, written otherwise, is the same person; nothing is made."""
    _confirm(folder, *WORDS)
    refused = run(folder, "standards", "approve", "1", "--by", "  lê  AN ")
    assert (refused.status, refused.out) == (2, "")
    assert "nobody approves their own, another person has to decide" in refused.err
    with reading(_registry(folder)) as session:
        assert resolve(session, "hcmc-3288") == HCMC


def test_every_mistake_is_said_before_anything_waits_for_approval(folder):
    """What the strict loader would refuse cannot be asked, and all of it is said at once, with what still says the old
    number.
    """
    wrong = ("--set=decides=false", "--set=expect[3].at_least=1", "--set=expect.at_least=20", "--set=needs.seconds=-1")
    refused = _confirm(folder, *wrong, clause="", by=" ")
    assert refused.status == 2
    assert refused.err.replace("camera-registry: ", "").splitlines() == [
        "clause: missing; write what stands in the document",
        "by: write the name of the person, at most 100 characters on one line, none of them hidden.",
        "decides: no confirmation sets this: it sets numbers, texts and lists, "
        "at places like expect.at_least or title.vi",
        'expect[3].at_least: the rule has no value there; did you mean "expect.at_least"?',
        "title.vi: still says 15; set it too",
        "title.en: still says 15; set it too",
        "within.encoding.fps: still says 15; set it too",
        "fails_also.below: still says 14; set it too",
        "fix_text.vi: still says 15; set it too",
        "fix_text.en: still says 15; set it too",
        "purchase.expect.at_least: still says 15; set it too",
        'hcmc-3288@draft-2: rule "frame-rate-main": needs: seconds: -1 is below 0; write a number like 4',
    ]
    assert "chưa xác nhận tiêu chí nào ở đây" in run(folder, "standards", "history", "hcmc-3288").out


def test_two_rules_confirmed_side_by_side_are_both_in_the_newest_edition(folder):
    """The second is made out of what the first became; the same rule twice has to be asked again."""
    _confirm(folder, *WORDS)
    _confirm(folder, rule="codec-main", clause="Mục 3", quote="Chuẩn nén H.264 hoặc H.265")
    _confirm(folder, "--set=needs.seconds=5")
    later = ("--later", "--by", "Trần Bình")
    assert "draft-2" in run(folder, "standards", "approve", "1", *later).out
    assert "draft-3" in run(folder, "standards", "approve", "2", *later).out
    again = run(folder, "standards", "approve", "3", *later)
    assert "has become another in hcmc-3288@draft-3 since this was asked; ask again" in again.err
    with reading(_registry(folder)) as session:
        made = resolve(session, "hcmc-3288")
    assert [made.rule(rule).source.state for rule in ("frame-rate-main", "codec-main", "clock")] == ["P", "P", "A"]
    assert [line.rule for line in made.history] == ["frame-rate-main", "codec-main"]


def test_the_history_and_the_differences_are_told(folder):
    """Who, when, what, from which scan; and which keys of which rules are others."""
    _confirm(folder, *WORDS)
    _confirm(folder, rule="codec-main", clause="Mục 3", quote="Chuẩn nén H.264 hoặc H.265")
    run(folder, "standards", "approve", "1", "--by", "Trần Bình", "--later")
    refused = run(folder, "standards", "refuse", "2", "--by", "Trần Bình", "--note", "Sai mục")
    assert refused.out == "Không duyệt xác nhận số 2: Sai mục\n"
    second, first = run(folder, "standards", "history", "hcmc-3288", "--json").json
    assert (first["state"], first["made"], first["value"]["expect.at_least"]) == ("approved", "hcmc-3288@draft-2", 20)
    assert (second["state"], second["decided_by"], second["note"]) == ("refused", "Trần Bình", "Sai mục")
    diff = run(folder, "standards", "diff", "hcmc-3288@draft-1", "hcmc-3288")
    assert diff.status == 1
    lines = diff.out.splitlines()
    assert lines[0] == "hcmc-3288@draft-1 -> hcmc-3288@draft-2"
    assert "    expect.at_least: 15 -> 20" in lines
    assert '    source.state: "A" -> "P"' in lines
    assert f"    source.quote: không có -> {json.dumps(QUOTE, ensure_ascii=False)}" in lines
    assert not any("codec-main" in line for line in lines)


def test_judging_again_goes_on_where_it_was_stopped(folder):
    """A second run finds nothing left to do; stored facts are judged without any camera."""
    _confirm(folder, *WORDS)
    run(folder, "standards", "approve", "1", "--by", "Trần Bình", "--later")
    assert run(folder, "standards", "rejudge").out == "Đã đánh giá lại 1 thiết bị\n"
    assert run(folder, "standards", "rejudge").out == "Đã đánh giá lại 0 thiết bị\n"


@pytest.mark.parametrize("source", ["help", "docs"])
def test_the_examples_work_as_they_stand(folder, source):
    """Those of the help, and the one of docs/standards.md: what a person copies is taken."""
    if source == "help":
        text = run(folder, "standards", "confirm", "--help").out.split("examples:")[1]
    else:
        docs = (Path(__file__).parents[2] / "docs" / "standards.md").read_text(encoding="utf-8")
        text = docs.split("## Confirming a rule")[1].split("```")[1]
    commands = [shlex.split(line) for line in text.replace("\\\n", " ").strip().splitlines()]
    assert [words[:3] for words in commands[:1]] == [["camera-registry", "standards", "confirm"]]
    for words in commands:
        done = run(folder, *words[1:])
        assert (done.status, done.err) == (int(words[2] == "diff"), ""), words


def test_results_are_vietnamese_unless_another_language_is_asked_for(folder):
    """By `--lang`, or by the setting; each command of a confirmation."""
    vi, en = _confirm(folder, *WORDS), _confirm(folder, "--lang", "en", rule="codec-main")
    assert vi.out.startswith("Xác nhận số 1: hcmc-3288, tiêu chí frame-rate-main, đang chờ một người khác duyệt\n")
    assert en.out.startswith("confirmation 2: hcmc-3288 codec-main waits for another person\n")
    said = run(folder, "standards", "history", "hcmc-3288").out
    assert "1  frame-rate-main  đang chờ duyệt  Phụ lục, mục 2.1: “Tốc độ khung hình" in said
    assert "    expect.at_least: 15 -> 20\n" in said
    assert "Lê An đề nghị ngày" in said
    (folder / "config.toml").write_text('language = "en"\n', encoding="utf-8")
    assert "is made" in run(folder, "standards", "approve", "1", "--by", "Trần Bình", "--later").out
    assert "approved by Trần Bình" in run(folder, "standards", "history", "hcmc-3288").out
    assert run(folder, "standards", "refuse", "2", "--by", "Trần Bình", "--note", "x", "--lang", "vi").out == (
        "Không duyệt xác nhận số 2: x\n"
    )
