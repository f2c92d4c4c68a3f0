"""Proof: who did what stands in a log that only grows, and what was changed in it behind our back is found."""

import json
import os
import pwd
import re
import sqlite3
from pathlib import Path

import pytest

from camera_registry import cli, commands
from camera_registry.audit.words import ACTIONS
from tests.camera_registry.csv_files import put

BY = ["--by", "Lê An"]
OTHER = ["--by", "Trần Bình"]
DEVICE = "0790123/DG-01"
SECRET = "hush-Pa55word"
WAIVER = ["--rule", "codec-main", "--reason", "Thay trong năm 2027", "--ends", "2027-06-30"]
ACCEPTANCE = ["--name", "Gói thầu 12", "--channels", DEVICE]
PLACE = {"school", "device"}
WAIVED = {"school", "waiver", "rule"}
WAIVED_THERE = {"district", "waiver", "rule"}
CONFIRMED = {"confirmation", "edition", "rule"}
RULE = ["hcmc-3288", "codec-main"]
CONFIRM = ["--clause", "Mục 3", "--quote", "Chuẩn nén H.264 hoặc H.265", "--scan", "scan.pdf"]
WORK = (
    (["import", "files"], "import", {}),
    (["credential", DEVICE, "--username", "quansat", "--password-file", "secret.txt"], "device_login", PLACE),
    (["credential", DEVICE, "--onvif-account", "none"], "device_login", PLACE),
    (["credential", DEVICE, "--try-again"], "device_login_again", {"school", "device"}),
    (["credential", "--forget-unreadable"], "logins_forget", set()),
    (["answer", "0790123", "retention", "yes", *BY], "answer", {"school", "rule"}),
    (["seen-on-site", f"{DEVICE}/1", *BY], "seen_on_site", {"school", "device", "channel"}),
    (["waiver", "ask", "--school", "0790123", *WAIVER, *BY], "waiver_ask", WAIVED),
    (["waiver", "approve", "1", "--level", "district", *OTHER], "waiver_decide", WAIVED),
    (["waiver", "withdraw", "1", *BY], "waiver_withdraw", WAIVED),
    (["waiver", "ask", "--district", "UNIT", *WAIVER, *BY], "waiver_ask", WAIVED_THERE),
    (["waiver", "refuse", "2", "--level", "city", "--note", "Không", *OTHER], "waiver_decide", WAIVED_THERE),
    (["standards", "confirm", *RULE, *CONFIRM, *BY], "rule_confirm", CONFIRMED),
    (["standards", "refuse", "1", "--note", "Sai mục", *OTHER], "rule_decide", {"confirmation"}),
    (["standards", "confirm", *RULE, *CONFIRM, *BY], "rule_confirm", CONFIRMED),
    (["standards", "approve", "2", "--later", *OTHER], "rule_decide", {"confirmation", "edition"}),
    (["acceptance", "start", "HD-12", *ACCEPTANCE, *BY], "acceptance_start", {"school", "acceptance"}),
    (["acceptance", "cancel", "HD-12", *BY], "acceptance_cancel", {"acceptance"}),
    (["probe", "--school", "0790124"], "sweep_ask", {"school"}),
)  # fmt: skip
"""What a person can do at the command line, the action of its entry, and what the entry says it was done to."""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The files of an import, a password and a scan, in the folder where commands run."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CAMERA_REGISTRY_PROBE__PICTURE", "false")  # nothing is looked at here
    put(tmp_path / "files")
    (tmp_path / "secret.txt").write_text(SECRET, encoding="utf-8")
    (tmp_path / "scan.pdf").write_bytes(b"%PDF")
    return tmp_path


def _listed(capsys, *words):
    capsys.readouterr()
    assert cli.main(["audit", "list", "--json", *words]) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def _unit():
    with sqlite3.connect("var/registry.db") as connection:
        return connection.execute("SELECT code FROM district").fetchone()[0]


def _change(folder, *statements):
    """Somebody with the database file at hand takes the triggers away and writes into it."""
    with sqlite3.connect(folder / "var/registry.db") as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            assert connection.execute(statement).rowcount > 0


def test_each_work_at_the_command_line_is_one_entry(folder, capsys):
    """Every command that writes for somebody leaves one entry with its action, the user of the machine, who was named
    by --by, and what it was done to; no password is in it.
    """
    for before, (words, action, subject) in enumerate(WORK):
        assert cli.main([_unit() if word == "UNIT" else word for word in words]) == 0, words
        entries = _listed(capsys)
        assert len(entries) == before + 1, words
        values = entries[0]["values"]
        assert (entries[0]["action"], set(values["what"])) == (action, set(subject)), words
        assert values["who"]["account"] == f"cli:{pwd.getpwuid(os.getuid()).pw_name}"
        assert values["from"] == "command line"
        if "--by" in words:
            assert values["details"]["by"] == words[words.index("--by") + 1]
        assert SECRET not in json.dumps(entries)
    assert cli.main(["audit", "verify"]) == 0


def test_a_closed_acceptance_is_one_entry_with_its_result(folder, capsys):
    """One whose time is over without a look is not accepted; the entry has that, and the SHA-256 of the result."""
    for words in (["import", "files"], ["acceptance", "start", "HD-12", *ACCEPTANCE, *BY]):
        assert cli.main(words) == 0
    with sqlite3.connect("var/registry.db") as connection:
        connection.execute("UPDATE acceptance SET begins = '2026-01-01 00:00:00', ends = '2026-01-02 00:00:00'")
    assert cli.main(["acceptance", "close", "HD-12", *OTHER]) == 1
    closed = _listed(capsys)[0]
    assert (closed["action"], closed["values"]["what"]) == (
        "acceptance_close",
        {"acceptance": "HD-12", "school": "0790123"},
    )
    assert closed["values"]["details"].keys() == {"by", "outcome", "sha256"}
    assert closed["values"]["details"]["outcome"] == "not_accepted"


def test_what_was_refused_or_only_rehearsed_leaves_no_entry(folder, capsys):
    """No change, no entry: a dry run, a person who decides an own request, a device that there is not."""
    assert cli.main(["import", "files", "--dry-run"]) == 0
    cli.main(["import", "files"])
    cli.main(["waiver", "ask", "--school", "0790123", *WAIVER, *BY])
    assert len(_listed(capsys)) == 2
    assert cli.main(["waiver", "approve", "1", "--level", "district", *BY]) == 2
    assert cli.main(["credential", "0790123/NO", "--try-again"]) == 2
    assert len(_listed(capsys)) == 2


def test_commands_write_in_no_other_way():
    """No command but the demo, whose registry lasts as long as it runs, opens a writing session without an entry."""
    files = Path(commands.__path__[0]).rglob("*.py")
    assert [f.name for f in files if re.search(r"\bwriting\(", f.read_text(encoding="utf-8"))] == ["demo.py"]


def test_an_intact_log_says_its_head_and_a_changed_one_is_found(folder, capsys):
    """0 and the head; 1 and the number where a value, an action or an entry is not what it was."""
    for words in (["import", "files"], ["seen-on-site", f"{DEVICE}/1", *BY]):
        assert cli.main(words) == 0
    capsys.readouterr()
    assert cli.main(["audit", "verify", "--lang", "en"]) == 0
    assert capsys.readouterr().out.startswith("the log is intact: entries 1 to 2")
    _change(folder, "UPDATE auditvalues SET body = replace(body, 'Lê An', 'Trần Bình') WHERE number = 2")
    capsys.readouterr()
    assert cli.main(["audit", "verify"]) == 1
    assert capsys.readouterr().out == (
        "NHẬT KÝ BỊ SAI LỆCH ở mục 2: nội dung đã bị sửa (mã băm của nội dung không khớp)\n"
    )
    _change(folder, "DELETE FROM auditvalues WHERE number = 1", "DELETE FROM auditrecord WHERE number = 1")
    assert cli.main(["audit", "verify", "--lang", "en"]) == 1
    assert capsys.readouterr().out == "THE LOG IS BROKEN at entry 1: this entry is missing\n"


def test_a_head_that_was_kept_tells_that_the_end_was_cut_off(folder, capsys):
    """Without the head nothing is amiss with a log whose last entry is gone; with it there is."""
    for words in (["import", "files"], ["seen-on-site", f"{DEVICE}/1", *BY]):
        assert cli.main(words) == 0
    head = _listed(capsys)[0]["hash"]
    assert cli.main(["audit", "verify", "--head", head]) == 0
    _change(folder, "DELETE FROM auditvalues WHERE number = 2", "DELETE FROM auditrecord WHERE number = 2")
    assert cli.main(["audit", "verify"]) == 0
    assert cli.main(["audit", "verify", "--head", head]) == 1
    assert "không mục nào có mã băm đã lưu" in capsys.readouterr().out
    assert cli.main(["audit", "verify", "--head", "5f"]) == 2


def test_an_exported_log_is_checked_without_the_registry(folder, tmp_path_factory, monkeypatch, capsys):
    """The file alone is enough, and a changed file is found."""
    for words in (["import", "files"], ["seen-on-site", f"{DEVICE}/1", *BY]):
        cli.main(words)
    capsys.readouterr()
    cli.main(["audit", "export", "--since", "2020-01-01"])
    text = capsys.readouterr().out
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    log = Path("log.jsonl")
    log.write_text(text, encoding="utf-8")
    assert cli.main(["audit", "verify", "log.jsonl"]) == 0
    assert not Path("var").exists()
    log.write_text(text.replace("Lê An", "Trần Bình"), encoding="utf-8")
    assert cli.main(["audit", "verify", "log.jsonl"]) == 1
    log.write_text("no log\n", encoding="utf-8")
    assert cli.main(["audit", "verify", "log.jsonl"]) == 2
    assert "line 1: is no entry" in capsys.readouterr().err


def test_the_list_is_for_people_and_finds(folder, capsys):
    """A line for each entry in Vietnamese or English, narrowed by school and action; an unknown action is told."""
    cli.main(["import", "files"])
    cli.main(["seen-on-site", f"{DEVICE}/1", *BY])
    capsys.readouterr()
    assert cli.main(["audit", "list", "--school", "0790123"]) == 0
    out = capsys.readouterr().out
    assert "Xác nhận tại chỗ" in out
    assert "0790123/DG-01/1, by=Lê An" in out
    assert "1 trên 1 mục" in out
    assert len(_listed(capsys, "--action", "import")) == 1
    assert cli.main(["audit", "list", "--action", "fly"]) == 2
    assert "actions are login" in capsys.readouterr().err


def test_the_document_of_the_log_lists_every_action():
    """docs/audit.md names the actions of the code, in their order."""
    text = (Path(__file__).parents[2] / "docs/audit.md").read_text(encoding="utf-8").split("## Actions")[1]
    assert re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE) == list(ACTIONS)
