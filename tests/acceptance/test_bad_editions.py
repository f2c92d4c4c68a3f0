"""Proof: one bad edition for every mistake an edition can have, each with its exact message; and all of a file at once.

Strategy: `tests/standards/reading/editions/bad` holds NAME.toml and what comes back as NAME.txt. That no mistake is
without a file is told by where the loader writes mistakes down: each such place is found in its source, and has to be
passed while the bad files are loaded.
"""

import ast
import sys
from pathlib import Path
from traceback import extract_tb

import pytest

from standards import EditionError, arguments, load_edition
from standards.reading import load, parse, parse_expectation, parse_purchase, table, within
from standards.reading.load import LARGEST_FILE, MOST_RULES, load_bytes, load_texts

FOLDER = Path(__file__).parents[1] / "standards" / "reading" / "editions"
BAD = sorted(path for path in (FOLDER / "bad").glob("*.toml") if path.stem != "good")
LOADER = {m.__file__: m for m in (load, parse, parse_expectation, parse_purchase, table, within, arguments)}
"""The modules that read an edition, by their file."""
ERRORS = {"EditionError", "ValueError"}


def _mistakes(path):
    with pytest.raises(EditionError) as error:
        load_edition(path)
    return error.value.mistakes


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_each_mistake_has_its_exact_message(path):
    """It names the file, the rule and the key, and says what to write."""
    assert _mistakes(path) == tuple(path.with_suffix(".txt").read_text(encoding="utf-8").splitlines())


def test_what_the_bad_files_extend_is_good():
    """So each of them is bad for its own mistake alone."""
    assert len(load_edition(FOLDER / "bad" / "good.toml").rules) == 3


def test_all_mistakes_of_a_file_are_said_at_once():
    """A file with every kind of slip gets one line for each, in one go."""
    said = _mistakes(FOLDER / "many-mistakes.toml")
    assert said == tuple((FOLDER / "many-mistakes.txt").read_text(encoding="utf-8").splitlines())
    assert len(said) > 30


def _places():
    """(file, line) -> last line, of every place where the loader writes a mistake down or raises one."""
    found = {}
    for file in LOADER:
        for node in ast.walk(ast.parse(Path(file).read_text(encoding="utf-8"))):
            raised = isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and _name(node.exc.func) in ERRORS
            if raised or (isinstance(node, ast.Call) and _name(node.func) == "wrong"):
                found[file, node.lineno] = node.end_lineno
    return found


def _name(node):
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", None)


def _lines_passed(calls):
    """(file, line) of every line of the loader that runs while `calls` are made, each of which is an error. Each is
    followed anew, and where it was raised counts too: nesting without end switches the following off.
    """
    passed = set()

    def trace(frame, event, _argument):
        if frame.f_code.co_filename not in LOADER:
            return None
        if event == "line":
            passed.add((frame.f_code.co_filename, frame.f_lineno))
        return trace

    before = sys.gettrace()
    for call in calls:
        sys.settrace(trace)
        try:
            with pytest.raises(EditionError) as error:
                call()
        finally:
            sys.settrace(before)
        passed.update((frame.filename, frame.lineno) for frame in extract_tb(error.value.__traceback__))
    return passed


def test_no_mistake_is_without_a_bad_edition(tmp_path):
    """Every place that writes a mistake down is passed by a bad file; five are of no file that could be kept."""
    of_no_file = [
        lambda: load_edition("a name\nof two lines"),
        lambda: load_edition(tmp_path / "none.toml"),
        lambda: load_bytes(b"#" * (LARGEST_FILE + 1), "large"),
        lambda: load_bytes(b"[[rule]]\n" * (MOST_RULES + 1), "many"),
        lambda: load_texts((), "nothing"),
    ]
    passed = _lines_passed([*of_no_file, *(lambda path=path: load_edition(path) for path in BAD)])
    untold = [
        f"{Path(file).name}:{first}"
        for (file, first), last in sorted(_places().items())
        if not any((file, line) in passed for line in range(first, last + 1))
    ]
    assert untold == []
