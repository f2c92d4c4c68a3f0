"""The command `report`: each form of the list, and what it says when it cannot be made."""

import csv
import io
import json

import pytest

from camera_registry import daylight
from camera_registry.cli import main
from camera_registry.database import open_database, upgrade, writing
from camera_registry.services.record import record
from camera_registry.store import editions
from standards import Editions, load_bytes
from tests.camera_registry import fleet
from tests.standards.sheets import DAY, EDITIONS, HCMC, HD_ONLY, NOW, observed, size

SMALL = {**size(1280, 720), "capable.encodings": (HD_ONLY,)}


@pytest.fixture
def report(tmp_path, monkeypatch):
    """The command in a folder with a registry: one camera to be replaced, one never looked at."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config.toml").write_text('[registry]\ndatabase = "sqlite:///r.db"\n', encoding="utf-8")
    engine = open_database("sqlite:///r.db")
    upgrade(engine)
    with writing(engine) as session:
        of = fleet.school(session, "B-02", "Trường Tiểu học Nguyễn Du")
        record(session, fleet.device(session, of, "CAM-01").id, observed(SMALL), EDITIONS, NOW, daylight.always)
        fleet.device(session, of, "CAM-02", host="192.168.1.65")
    engine.dispose()
    return lambda *arguments: main(["report", *arguments])


def test_into_a_pipe_goes_plain_text_of_all_rows(report, capsys):
    """With the heading that says on what values it rests."""
    assert report("--fix", "replace") == 0
    said = capsys.readouterr().out
    assert "Rà soát sơ bộ theo giá trị tham khảo tạm thời" in said
    assert "CAM-01/1 Camera 1: Luồng chính có độ phân giải từ Full HD (1920×1080) trở lên: 1280×720" in said
    assert "CAM-02" not in said


def test_what_could_not_be_checked_is_the_other_list(report, capsys):
    """In the language that is asked for."""
    assert report("--not-checked", "--lang", "en") == 0
    said = capsys.readouterr().out
    assert "CAM-02/1 Camera 1: Never looked at yet. Last answered: never." in said
    assert "CAM-01" not in said


def test_a_file_for_a_spreadsheet_is_written(report, tmp_path, capsysbinary):
    """Into a file, or to standard output, byte for byte the same."""
    assert report("--csv", "list.csv") == 0
    assert report("--csv", "-") == 0
    made = (tmp_path / "list.csv").read_bytes()
    assert capsysbinary.readouterr().out == made
    heading, row = csv.reader(io.StringIO(made.decode("utf-8-sig"), newline=""), delimiter=";")
    assert dict(zip(heading, row, strict=True))["Thời điểm đo"] == "23/11/2026 10:00"


def test_json_is_that_of_the_api_with_all_rows(report, capsys):
    """One object, whatever the number of rows."""
    assert report("--json") == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["total"], answer["pages"], len(answer["rows"])) == (1, 1, 1)
    assert answer["rows"][0]["rule"]["id"] == "resolution-main"
    assert report("--json", "--not-checked") == 0
    assert json.loads(capsys.readouterr().out)["rows"][0]["kind"] == "never"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--fix", "burn"], "fix: “burn” is not known; use one of: reconfigure"),
        (["--district", "1"], "district: no unit has the code “1”"),
        (["--not-checked", "--rule", "picture"], "rule: this list is not by rule"),
        (["--csv", "no/such/folder.csv"], "--csv: no/such/folder.csv: cannot be written: No such file or directory"),
    ],
)
def test_what_cannot_be_done_is_said(report, capsys, arguments, told):
    """Exit status 2, and what to write instead."""
    assert report(*arguments) == 2
    assert told in capsys.readouterr().err


def test_a_registry_that_is_not_there_is_not_made(tmp_path, monkeypatch, capsys):
    """The list is empty, and no file appears."""
    monkeypatch.chdir(tmp_path)
    assert main(["report"]) == 0
    assert "Chưa đăng ký thiết bị nào" in capsys.readouterr().out
    assert list(tmp_path.iterdir()) == []


def _confirmed(tmp_path):
    """A version of the edition that people made here: 28 frames a second, with its clause."""
    text = HCMC.texts[0].decode().replace('"draft-1"', '"draft-2"')
    text = text.replace("at_least = 15, tolerance = 1", "at_least = 28, tolerance = 1").replace("15 hình", "28 hình")
    edition = load_bytes(text.encode(), "confirmed")
    engine = open_database(f"sqlite:///{tmp_path}/r.db")
    with writing(engine) as session:
        editions.keep(session, edition, NOW, made_from=HCMC.sha256)
        record(session, 1, observed(SMALL, NOW + DAY), Editions.of(edition), NOW + DAY, daylight.always)
    engine.dispose()


def test_the_edition_in_force_is_named_and_each_row_by_the_text_that_judged_it(report, tmp_path, capsys):
    """A confirmed value is in force at once; what an earlier version judged keeps the words of that version."""
    _confirmed(tmp_path)
    assert report() == 0
    said = capsys.readouterr().out
    assert "Bộ tiêu chuẩn: hcmc-3288@draft-2" in said
    assert "ít nhất 28 hình/giây: 25 hình/giây, yêu cầu tối thiểu 28 hình/giây" in said
    assert "hcmc-3288@draft-2; đo lúc 24/11/2026 10:00" in said


@pytest.mark.parametrize("version", ["draft-1", "draft-2"])
def test_a_pinned_version_decides(report, tmp_path, capsys, monkeypatch, version):
    """One of the product, or one made here."""
    _confirmed(tmp_path)
    monkeypatch.setenv("CAMERA_REGISTRY_STANDARD__DECIDES", f"hcmc-3288@{version}")
    assert report() == 0
    assert f"Bộ tiêu chuẩn: hcmc-3288@{version}" in capsys.readouterr().out
