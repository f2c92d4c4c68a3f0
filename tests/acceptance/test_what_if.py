"""Proof: what another edition would say of the stored facts: who flips, why, and what it costs; nothing is written.

The town is looked at once; edition `strict` asks for 2560x1440 and costs what the test's price book says.
"""

import csv
import json

import pytest
from sqlmodel import select

from camera_registry import daylight
from camera_registry.cli import main
from camera_registry.database import open_database, reading, upgrade, writing
from camera_registry.models import VerdictRecord
from camera_registry.services.record import record
from standards import load_edition
from tests.camera_registry import fleet, priced
from tests.standards.sheets import EDITIONS, HD_ONLY, NOW, observed, size

STRICT = """id = "strict"
version = "1"
extends = "hcmc-3288"
title = { vi = "Bản thử", en = "A trial" }
[[rule]]
id = "resolution-main"
expect = { fact = "measured.size", covers = [{ short = 1440, long = 2560 }], text = { vi = "từ 2560×1440", en = "2560×1440" } }
within = { encoding = { covers = [{ short = 1440, long = 2560 }] }, fix = "reconfigure", otherwise = "replace", unknown = "survey" }
"""  # noqa: E501  (a rule is a line or two of the file)
SMALL = {**size(1280, 720), "capable.encodings": (HD_ONLY,)}


@pytest.fixture
def ask(tmp_path, monkeypatch, capsysbinary):
    """The command in a folder with three offered cameras: two good ones, and one of 1280x720 that can do no more."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "prices.toml").write_text(priced.BOOK, encoding="utf-8")
    (tmp_path / "strict.toml").write_text(STRICT, encoding="utf-8")
    (tmp_path / "config.toml").write_text(
        '[registry]\ndatabase = "sqlite:///r.db"\n[plan]\nprices = "prices.toml"\n[light]\nsun = "always"\n',
        encoding="utf-8",
    )
    engine = open_database("sqlite:///r.db")
    upgrade(engine)
    with writing(engine) as session:
        school = fleet.school(session, "A-01", "Trường A")
        for code, seen in (("CAM-01", {}), ("CAM-02", {}), ("CAM-03", SMALL)):
            camera = fleet.device(session, school, code)
            fleet.channel(session, camera).scope = "offered"
            record(session, camera.id, observed(seen), EDITIONS, NOW, daylight.always)

    def run(*arguments, err=False):
        status = main(["standards", "compare", *arguments])
        said = capsysbinary.readouterr()
        return (said.err if err else said.out).decode(), status

    run.engine = engine
    yield run
    engine.dispose()


def _verdicts(engine):
    with reading(engine) as session:
        return [(row.channel_id, row.name, row.until) for row in session.exec(select(VerdictRecord)).all()]


def test_who_flips_and_why_and_what_it_costs(ask):
    """Two good cameras are to be replaced by the stricter edition; the third is so already and does not flip."""
    before = _verdicts(ask.engine)
    out, status = ask("hcmc-3288", "strict.toml", "--json")
    *flips, total = [json.loads(line) for line in out.splitlines()]
    assert status == 1
    assert [(f["device"], f["verdict"]) for f in flips] == [
        ("CAM-01", {"a": "compliant", "b": "replace"}),
        ("CAM-02", {"a": "compliant", "b": "replace"}),
    ]
    (cause,) = flips[0]["causes"]
    assert (cause["rule"], cause["b"]["seen"], cause["b"]["expected"]["en"]) == (
        "resolution-main", [1920, 1080], "2560×1440",
    )  # fmt: skip
    assert (cause["a"]["outcome"], cause["b"]["outcome"], cause["b"]["fix"]) == ("pass", "fail", "replace")
    assert total["offered"] == [
        {"a": "compliant", "b": "replace", "channels": 2},
        {"a": "replace", "b": "replace", "channels": 1},
    ]
    one = 1_080_000
    switch = 864_000  # it serves four
    assert (total["cost"]["a"]["once"], total["cost"]["b"]["once"]) == (one + switch, 3 * one + switch)
    assert (flips[0]["cost"]["a"]["once"], flips[0]["cost"]["b"]["once"]) == (0, one + switch)
    assert _verdicts(ask.engine) == before


def test_an_edition_compared_with_itself_changes_nothing(ask):
    """Nobody flips, and the exit status says so."""
    out, status = ask("hcmc-3288", "hcmc-3288", "--lang", "en")
    assert status == 0
    assert "All cameras: another verdict: 0 of 3" in out


def test_a_person_reads_it_and_a_spreadsheet_opens_it(ask, tmp_path):
    """The text names the channel, both verdicts and the rule; the file has a row for each rule."""
    out, _ = ask("hcmc-3288", "strict.toml", "--csv", "flips.csv")
    assert "A-01/CAM-01/1: " in out
    assert "resolution-main: 1920×1080" in out
    assert "B - A: 2.160.000 đ một lần" in out
    lines = (tmp_path / "flips.csv").read_text(encoding="utf-8-sig").splitlines()
    rows = list(csv.DictReader(lines, delimiter=";"))
    assert [row["Mã thiết bị"] for row in rows] == ["CAM-01", "CAM-02"]
    assert (rows[0]["Đơn vị quản lý"], rows[0]["Thuộc diện kết nối"]) == ("UBND phường 26740", "Có")


def test_a_and_b_are_named_by_what_they_are(ask, tmp_path):
    """Id, version and SHA-256 of both in every form, however they were typed."""
    texts = [load_edition("hcmc-3288"), load_edition(tmp_path / "strict.toml")]
    a, b = ((edition.name, edition.sha256) for edition in texts)
    out, _ = ask("hcmc-3288", "strict.toml", "--csv", "flips.csv")
    assert f"A = {a[0]} (SHA-256 {a[1]})\nB = {b[0]} (SHA-256 {b[1]})" in out
    total = json.loads(ask("hcmc-3288", "strict.toml", "--json")[0].splitlines()[-1])
    assert [(total[side]["edition"], total[side]["sha256"]) for side in "ab"] == [a, b]
    row = (tmp_path / "flips.csv").read_text(encoding="utf-8-sig").splitlines()[1]
    assert row.endswith(";".join((*a, *b)))


@pytest.mark.parametrize(
    ("file", "why"), [("/nonexistent/x.csv", "No such file or directory"), ("/dev/full", "No space left on device")]
)
def test_a_file_that_cannot_be_written_is_said_in_one_line(ask, file, why):
    """Whether it cannot be opened, or is full; below what is told of the editions."""
    said, status = ask("hcmc-3288", "strict.toml", "--csv", file, err=True)
    assert (said.splitlines()[-1], status) == (
        f"camera-registry: --csv: {file}: cannot be written: {why}",
        2,
    )


def test_the_table_alone_goes_to_standard_output(ask):
    """Nothing stands before or after it; with --json it has to be a file."""
    out, status = ask("hcmc-3288", "strict.toml", "--csv", "-")
    assert (len(out.splitlines()), out[0], status) == (3, "\ufeff", 1)
    said, status = ask("hcmc-3288", "strict.toml", "--csv", "-", "--json", err=True)
    assert ("write --csv FILE" in said, status) == (True, 2)


def test_without_a_price_book_the_cost_is_unknown(ask, tmp_path):
    """Never 0."""
    settings = (tmp_path / "config.toml").read_text(encoding="utf-8").replace('"prices.toml"', '""')
    (tmp_path / "config.toml").write_text(settings, encoding="utf-8")
    assert "Chi phí: chưa rõ" in ask("hcmc-3288", "strict.toml")[0]
    assert json.loads(ask("hcmc-3288", "strict.toml", "--json")[0].splitlines()[-1])["cost"] is None


def test_a_mistake_is_told_before_any_work(ask):
    """An edition that there is not."""
    assert ask("hcmc-3288", "strikt")[1] == 2
