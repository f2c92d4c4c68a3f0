"""Proof: docs/cameras.md has a row for each of the 27 behaviours, and names exactly the tests that carry its number."""

import ast
import re
from collections import defaultdict
from pathlib import Path

import pytest

HERE = Path(__file__).parent
TABLE = HERE.parents[2] / "docs/cameras.md"
NUMBERS = range(1, 28)


def _numbers(decorators):
    for each in decorators:
        if isinstance(each, ast.Call) and ast.unparse(each.func) == "pytest.mark.field":
            yield from (ast.literal_eval(argument) for argument in each.args)


def _marked():
    """The names of the tests by the number that they carry; a number on a class or a file counts for all in it."""
    found = defaultdict(set)
    for file in sorted([*HERE.glob("test_*.py"), HERE.with_name("test_hostile.py")]):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
                for number in _numbers(node.decorator_list):
                    found[number].add(f"{file.stem}.{node.name}")
    return found


def _rows():
    lines = re.findall(r"^\| (\d+) \|(.+)\|(.+)\|(.*)\|$", TABLE.read_text(encoding="utf-8"), re.MULTILINE)
    return {int(number): (done.strip(), set(re.findall(r"`([^`]+)`", tests))) for number, _, done, tests in lines}


def test_there_is_a_row_for_each():
    """Twenty-seven rows, and each says what is done."""
    rows = _rows()
    assert list(rows) == list(NUMBERS)
    assert all(done for done, _ in rows.values())


@pytest.mark.parametrize("number", NUMBERS)
def test_a_row_names_its_tests(number):
    """At least one test, and none that is not there."""
    marked = _marked()[number]
    assert marked
    assert _rows()[number][1] == marked
