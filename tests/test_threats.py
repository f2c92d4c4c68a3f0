"""The threat model names code and tests that are there; and what we are made of comes in one version."""

import json
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
HEAD = "| threat | defence | test |\n|---|---|---|\n"
FILE = re.compile(r"`([\w./-]+\.(?:py|txt|json))`")
TEST = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")


def _rows(text):
    """The cells of every row of a table of threats."""
    tables = [part.split("\n\n", 1)[0] for part in text.split(HEAD)[1:]]
    return [line.strip("| ").split(" | ") for table in tables for line in table.splitlines()]


def _missing(text):
    """What a row names that is not there, and rows that name nothing."""
    wrong = []
    for row in _rows(text):
        if len(row) != 3:
            wrong.append(f"not three cells: {row[0]}")
            continue
        threat, defence, shown = row
        files, tests = FILE.findall(defence), TEST.findall(shown)
        wrong += [f"no defence: {threat}"] if not files else []
        wrong += [f"no test: {threat}"] if not tests or len(tests) != shown.count("`") // 2 else []
        wrong += [file for file in files if not (ROOT / file).is_file()]
        wrong += [f"{file}::{name}" for file, name in tests if not _is_test(ROOT / file, name)]
    return wrong


def _is_test(file, name):
    return file.is_file() and re.search(rf"^(?:async )?def {name}\(", file.read_text(encoding="utf-8"), re.MULTILINE)


def test_every_threat_has_a_defence_and_a_test_that_are_there():
    """docs/threats.md: each row names files of the code, and tests by file and name."""
    text = (ROOT / "docs/threats.md").read_text(encoding="utf-8")
    assert len(_rows(text)) > 50
    assert _missing(text) == []


@pytest.mark.parametrize(
    ("row", "wrong"),
    [
        ("| a | `LICENSE.py` | `tests/test_docs.py::test_no` |", ["LICENSE.py", "tests/test_docs.py::test_no"]),
        ("| a | words | `tests/test_threats.py::test_what_a_row_lacks_is_noticed` |", ["no defence: a"]),
        ("| a | `hatch_build.py` | it is clear |", ["no test: a"]),
        ("| a | `hatch_build.py` | `tests/nothing.py::test_x` |", ["tests/nothing.py::test_x"]),
        ("| a | `hatch_build.py` | `tests/test_threats.py::_rows`, `tests/test_docs.py` |", ["no test: a"]),
        ("| a | `hatch_build.py` |", ["not three cells: a"]),
    ],
)
def test_what_a_row_lacks_is_noticed(row, wrong):
    """A file or a test that is not there, and a row that names none."""
    assert _missing(f"{HEAD}{row}\n") == wrong


def test_every_package_is_of_one_exact_version():
    """Of Python packages the version, for all that is installed; of front-end packages the hash of the file, too."""
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [re.fullmatch(r"([\w.-]+)==[\w.!+-]+", line) for line in lines if line and not line.startswith("#")]
    assert all(pins)
    pinned = {_plain(pin[1]) for pin in pins}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = [*project["dependencies"], *(name for names in project["optional-dependencies"].values() for name in names)]
    assert {_plain(re.match(r"[\w.-]+", name)[0]) for name in asked} <= pinned
    lock = json.loads((ROOT / "front/package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", package["version"]) for name, package in lock.items() if name)
    assert all(package["integrity"].startswith("sha512-") for name, package in lock.items() if name)


def _plain(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def test_packages_of_the_pages_are_fetched_without_running_them():
    """By the lock, with no script of theirs, into a folder that is not committed."""
    assert '_run(npm, "ci", "--ignore-scripts"' in (ROOT / "front/fetch.py").read_text(encoding="utf-8")
    left_out = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert {"camera_registry/web/static/vendor/", "node_modules/", ".venv/"} <= set(left_out)
