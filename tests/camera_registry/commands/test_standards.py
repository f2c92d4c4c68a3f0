"""`standards`: what the commands say of editions."""

import pytest

from camera_registry.cli import main
from camera_registry.database import writing
from camera_registry.store import editions
from standards import load_bytes, load_edition
from tests.camera_registry.registered import device
from tests.standards.reading.test_stale import EXTENDING
from tests.standards.sheets import HCMC, NOW

WARNED = """\
camera-registry: warning: district@1: rule "frame-rate-main": within.encoding.fps: still says 15; write it too
camera-registry: warning: district@1: rule "frame-rate-main": fails_also.below: still says 14; write it too
camera-registry: warning: district@1: rule "frame-rate-main": fix_text.vi: still says 15; write it too
camera-registry: warning: district@1: rule "frame-rate-main": fix_text.en: still says 15; write it too
camera-registry: warning: district@1: rule "frame-rate-main": purchase.expect.at_least: still says 15; write it too
"""


@pytest.fixture
def standards(engine, tmp_path, monkeypatch):
    """Runs `standards` with these words, over a registry with one device; `district.toml` stands beside it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CAMERA_REGISTRY_REGISTRY__DATABASE", engine.url.render_as_string(hide_password=False))
    (tmp_path / "district.toml").write_text(EXTENDING, encoding="utf-8")
    with writing(engine) as session:
        device(session)
    return lambda *words: main(["standards", *words])


@pytest.mark.parametrize(
    "words",
    [["show", "district.toml"], ["diff", "hcmc-3288", "district.toml"], ["compare", "hcmc-3288", "district.toml"],
     ["specification", "district.toml", "--json"]],
    ids=lambda words: words[0],
)  # fmt: skip
def test_what_an_extending_edition_left_behind_is_warned_of(standards, capsys, words):
    """Beside the answer, which stands as it is; an edition that left nothing has no line."""
    assert standards(*words) in (0, 1)
    said = capsys.readouterr()
    assert said.err == WARNED
    assert said.out
    assert standards("show", "hcmc-3288") == 0
    assert capsys.readouterr().err == ""


def test_a_rule_is_shown_whole_with_its_values_and_state(standards, capsys):
    """In the language of the settings, whatever it is printed into; nothing is cut."""
    assert standards("show", "hcmc-3288") == 0
    said = capsys.readouterr().out
    assert (
        """
frame-rate-main: Luồng chính có ít nhất 15 hình/giây
    Mức tối thiểu: tối thiểu 15 hình/giây (cho phép lệch 1 hình/giây)
    Mức nên đạt: tối thiểu 25 hình/giây (cho phép lệch 1 hình/giây)
    Căn cứ: 3288/UBND-KT – Giá trị tham khảo tạm thời
"""
        in said
    )
    for rule in HCMC.rules:
        assert f"\n{rule.id}: {rule.title['vi']}" in said
    assert "retention: Lưu" in said
    assert "(người trả lời)" in said
    assert standards("show", "hcmc-3288", "--lang", "en") == 0
    assert "    Minimum: at least 15 frames/s" in capsys.readouterr().out
    assert standards("show") == 0
    assert capsys.readouterr().out.startswith("hcmc-3288@draft-1  Tiêu chuẩn kỹ thuật")


def test_an_edition_is_written_out_as_toml(standards, capfdbinary, tmp_path):
    """One that stands by itself byte for byte; one that extends another as one text that says the same."""
    assert standards("export", "hcmc-3288") == 0
    assert capfdbinary.readouterr().out == HCMC.texts[0]
    assert standards("export", "district.toml", "--to", "whole.toml") == 0
    extending, whole = load_edition(tmp_path / "district.toml"), load_edition(tmp_path / "whole.toml")
    assert whole.rules == extending.rules
    assert (whole.name, whole.extends, len(whole.texts)) == (extending.name, None, 1)
    assert b"# A camera set to fewer frames than this has them by day too." in whole.texts[0]
    said = capfdbinary.readouterr().out.decode()
    assert said == f"Đã ghi district@1 vào whole.toml\n  SHA-256 của tệp: {whole.sha256}\n"


def test_a_file_that_is_there_is_not_written_over(standards, capsys, tmp_path):
    """It may be the work of a person."""
    assert standards("export", "hcmc-3288", "--to", "district.toml") == 2
    assert "--to: district.toml: cannot be written: File exists; name a new file" in capsys.readouterr().err
    assert (tmp_path / "district.toml").read_text(encoding="utf-8") == EXTENDING


def test_a_version_made_here_is_extended_through_its_file(standards, engine, capsys, tmp_path):
    """Exported beside one's own edition, and named by its file; by id@version it says how."""
    with writing(engine) as session:
        editions.keep(session, load_bytes(HCMC.texts[0].replace(b"draft-1", b"draft-2", 1), "x"), NOW, HCMC.sha256)
    assert standards("export", "hcmc-3288", "--to", "city.toml") == 0
    own = tmp_path / "own.toml"
    own.write_text(EXTENDING.replace('"hcmc-3288"', '"hcmc-3288@draft-2"'), encoding="utf-8")
    assert standards("show", "own.toml") == 2
    assert "or the name of a file beside it (`standards export` writes one)" in capsys.readouterr().err
    own.write_text(EXTENDING.replace('"hcmc-3288"', '"city"'), encoding="utf-8")
    assert b'version = "draft-2"' in load_edition(own).texts[0]
    assert standards("diff", "hcmc-3288", "own.toml") == 1


def test_answers_are_confirmed_in_the_language_of_the_settings(engine, tmp_path, monkeypatch, capsys):
    """What a person said is said again, with who said it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CAMERA_REGISTRY_REGISTRY__DATABASE", engine.url.render_as_string(hide_password=False))
    with writing(engine) as session:
        device(session)
    by = ("--by", "Nguyễn Văn A")
    assert main(["answer", "079-DG-01", "retention", "yes", *by]) == 0
    assert capsys.readouterr().out == "079-DG-01: retention: Nguyễn Văn A trả lời: có\n"
    assert main(["answer", "079-DG-01", "retention", "no", *by, "--lang", "en"]) == 0
    assert capsys.readouterr().out == "079-DG-01: retention: no, said by Nguyễn Văn A\n"
    assert main(["seen-on-site", "079-DG-01/DG-01/1", *by]) == 0
    assert capsys.readouterr().out == "079-DG-01/DG-01/1: Nguyễn Văn A đã xác nhận tại chỗ\n"
