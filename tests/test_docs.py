"""Documents that list things list what the code has."""

import re
from pathlib import Path

from probes.errors import KINDS
from probes.facts import paths

ROOT = Path(__file__).parents[1]


def _first_column(file, heading):
    section = (ROOT / file).read_text(encoding="utf-8").split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    return re.findall(r"^\| `([^`]+)` \|", section, re.MULTILINE)


def test_the_list_of_facts_is_the_table_of_paths():
    """docs/inspect.md lists every fact path, in the order of the code."""
    assert _first_column("docs/inspect.md", "Facts") == list(paths())


def test_the_list_of_failures_is_the_table_of_kinds():
    """docs/inspect.md lists every kind of failure, in the order of the code."""
    assert _first_column("docs/inspect.md", "Failures") == list(KINDS)


def test_no_file_of_the_project_names_a_package_index_or_a_path_of_a_machine():
    """Pins and scripts work with whatever index pip is set up with, in any folder."""
    listed = [*ROOT.glob("*.toml"), *ROOT.glob("*.txt"), *ROOT.glob("*.md"), ROOT / "Makefile", ROOT / ".ci" / "run"]
    assert len(listed) > 6
    for file in listed:
        text = file.read_text(encoding="utf-8")
        assert not re.search(r"https?://[^\s)]*(pypi|pythonhosted|npmjs|debian\.org)", text), file
        assert not re.search(r"index-url|/work/|/root/|/home/", text), file
