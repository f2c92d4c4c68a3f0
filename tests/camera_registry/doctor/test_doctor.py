"""Doctor as a command: every check has a name, what it says is told, and the status says whether anything is bad."""

import json
import re
from pathlib import Path

import pytest

from camera_registry import doctor
from camera_registry.cli import main
from camera_registry.doctor.checked import Checked, bad, both, mind, well
from camera_registry.reports.doctor import TITLES, doctor_json, doctor_text

CODE = "".join(path.read_text(encoding="utf-8") for path in Path(doctor.__file__).parent.glob("*.py"))
FOUND = (
    well("key", "mở được", "opens"),
    mind("prices", both("cũ"), {"vi": "lấy giá", "en": "ask"}),
    bad("backup", both("không có\nhai dòng"), {"vi": "sao lưu", "en": "make one"}),
)


def test_every_name_that_a_check_says_has_a_title():
    """In both languages; no title is of nothing."""
    names = set(re.findall(r'(?:well|mind|bad|left_out|_open_to_others)\(\s*"([a-z0-9-]+)"', CODE))
    assert names | {"settings"} == set(TITLES)
    assert all(set(words) == {"vi", "en"} for words in TITLES.values())


def test_the_document_lists_every_check():
    """docs/install.md names what each check looks at; `registry` is what was not."""
    text = (Path(__file__).parents[3] / "docs" / "install.md").read_text(encoding="utf-8")
    cells = re.findall(r"^\| (`.+?`) \| ", text.split("| check |", 1)[1], re.MULTILINE)
    assert {name for cell in cells for name in re.findall(r"`([a-z-]+)`", cell)} == set(TITLES) - {"registry"}


def test_every_check_that_can_be_bad_has_a_test_in_which_it_is():
    """Each name under which something is bad, or to be minded, stands in a test of this folder."""
    wrong = set(re.findall(r'(?:mind|bad|_open_to_others)\(\s*"([a-z0-9-]+)"', CODE))
    tests = "".join(path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_*.py"))
    of_function = {
        "settings-file": "settings_file(",
        "private-files": "private_files(",
        "disk": "room(",
        "dns": "names(",
    }
    of_function |= {"front-end": "front_end(", "clock-of-log": "order_of_time(", "backup-key": "key_apart("}
    of_function |= {"backup": "newest(", "edition": "editions(", "nats": "carrier("}
    missing = [name for name in wrong if of_function.get(name, f"{name}(") not in tests and f'"{name}"' not in tests]
    assert missing == []


def test_the_text_says_what_to_do_below_each_line():
    """Lines of what was seen stand below each other, and the end counts."""
    lines = list(doctor_text(FOUND, "vi"))
    assert lines[0].split() == ["tốt", "khóa", "mở", "được"]
    assert [line.strip() for line in lines[1:]][-5:] == [
        *("→ lấy giá", "HỎNG     bản sao lưu          không có", "hai dòng", "→ sao lưu"),
        "1 việc phải sửa, 1 việc nên làm.",
    ]


def test_the_json_says_the_same():
    """`well` is false where anything is bad, and true where something is to be minded."""
    told = doctor_json(FOUND, "en")
    assert told["well"] is False
    assert told["checks"][2] == {
        "name": "backup",
        "state": "bad",
        "seen": "không có\nhai dòng",
        "to_do": "make one",
    }
    assert doctor_json(FOUND[:2], "en")["well"] is True


def test_an_error_of_a_check_is_what_it_came_to():
    """A check that meets what it did not expect of the system ends no other."""

    def broken():
        yield well("disk", "a", "a")
        raise PermissionError(13, "Permission denied", "/srv/x")

    found = list(doctor._said("disk", broken))
    assert [(each.state, each.seen["en"]) for each in found] == [("well", "a"), ("bad", "/srv/x: Permission denied")]
    assert isinstance(found[1], Checked)


@pytest.mark.parametrize("words", ["colour = 1", "language = vi", "[web]\nport = 0"])
def test_settings_with_a_mistake_are_the_first_thing_to_mend(tmp_path, capsys, words):
    """Every mistake is said, nothing else is looked at, and the status is 1."""
    (tmp_path / "config.toml").write_text(words)
    assert main(["doctor", "--config", str(tmp_path / "config.toml"), "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert [(each["name"], each["state"]) for each in told["checks"]] == [("settings", "bad")]
    assert "docs/settings.md" in told["checks"][0]["to_do"]


def test_an_address_without_tls_is_wrong_usage(tmp_path, capsys, monkeypatch):
    """Status 2, and what to write."""
    monkeypatch.chdir(tmp_path)
    assert main(["doctor", "--address", "http://cameras.example.vn"]) == 2
    assert "--address begins with https://" in capsys.readouterr().err
