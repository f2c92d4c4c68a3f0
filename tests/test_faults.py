"""docs/faults.md: each row says what is seen, what to do and what is kept, and names tests that are there."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
HEAD = "| fault | what is seen | what to do | what is kept | test |\n|---|---|---|---|---|\n"
TEST = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")
FILE = ROOT / "tests/acceptance/test_faults.py"


def _rows():
    text = (ROOT / "docs/faults.md").read_text(encoding="utf-8")
    table = text.split(HEAD, 1)[1].split("\n\n", 1)[0]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in table.splitlines()]


def _tests(file):
    return set(re.findall(r"^def (test_\w+)\(", file.read_text(encoding="utf-8"), re.MULTILINE))


def test_every_fault_says_what_to_do_and_names_a_test_that_is_there():
    """Five cells, none empty; each test by file and name."""
    assert len(_rows()) > 15
    for row in _rows():
        assert len(row) == 5, row[0]
        assert all(row), row[0]
        named = TEST.findall(row[-1])
        assert len(named) == row[-1].count("`") // 2 > 0, row[0]
        assert [name for file, name in named if name not in _tests(ROOT / file)] == [], row[0]


def test_every_proof_of_a_fault_stands_in_a_row():
    """A test that nobody reads of is a fault that nobody reads of."""
    named = {name for row in _rows() for file, name in TEST.findall(row[-1]) if ROOT / file == FILE}
    assert named == _tests(FILE)
