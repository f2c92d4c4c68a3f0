"""docs/standards.md says what the code does."""

from __future__ import annotations

import json
import re
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from probes.facts import to_json
from standards import available, load_edition
from standards.model import STATES, Rule
from standards.model_paths import keys
from standards.operators import OPERATORS
from standards.view import PLACE_PATHS, REGISTER_PATHS
from tests.standards.sheets import HCMC, observed

PAGE = (Path(__file__).parents[2] / "docs" / "standards.md").read_text(encoding="utf-8")


def rows(heading: str) -> list[list[str]]:
    """The cells of the table under a heading, without its head."""
    section = re.split(r"(?m)^#+ ", PAGE.split(f"# {heading}\n", maxsplit=1)[1], maxsplit=1)[0]
    table = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in table[2:]]


def test_the_page_lists_exactly_the_operators() -> None:
    """Name, kinds, argument and meaning are those of the code, in its order."""
    expected = [[f"`{o.name}`", ", ".join(sorted(o.kinds)), o.argument, o.meaning] for o in OPERATORS.values()]
    assert rows("Operators") == expected
    tolerant = re.search(r"goes with (.*?)\. There", PAGE, re.DOTALL)
    assert tolerant is not None
    assert re.findall(r"`(\w+)`", tolerant[1]) == [o.name for o in OPERATORS.values() if o.tolerant]


def row(rule: Rule) -> list[str]:
    """Rule, subject, whether it decides, its English title, its document with how well the value is known."""
    asked = " (manual)" if rule.manual and rule.source.state != "N" else ""
    where = " ".join(filter(None, (rule.source.document, rule.source.clause)))
    source = f"{where}: {STATES[rule.source.state]['en']}"
    return [f"`{rule.id}`", rule.subject, "yes" if rule.decides else "no", rule.title["en"] + asked, source]


@pytest.mark.parametrize("edition_id", available())
def test_the_page_lists_exactly_the_rules_of_each_edition(edition_id: str) -> None:
    """Every rule of every edition of the product, in the order of its file, with the state of its source."""
    expected = [row(rule) for rule in load_edition(edition_id).rules]
    assert rows(f"The edition {edition_id}") == expected


def test_the_page_lists_exactly_what_the_register_knows() -> None:
    """Path, kind and meaning of each fact that comes from the register."""
    assert rows("What the register knows") == [[f"`{p.path}`", p.kind, p.meaning] for p in REGISTER_PATHS.values()]


def test_the_page_lists_exactly_what_is_known_of_a_site_and_a_school() -> None:
    """Path, kind and meaning of each fact of a place."""
    expected = [[f"`{p.path}`", p.kind, p.meaning] for p in PLACE_PATHS.values()]
    assert rows("What is known of a site and a school") == expected


def test_the_page_lists_exactly_the_values_of_a_data_sheet() -> None:
    """Key, kind, unit and meaning of every value that the papers of a model may state."""
    assert rows("What to buy") == [[f"`{key}`", t.kind, t.unit, t.meaning] for key, t in keys()]


def test_the_page_names_every_key_of_a_rule() -> None:
    """No key is missing and none is invented."""
    named = {key for row in rows("What a rule carries") for key in re.findall(r"`(\w+)`", row[0])}
    assert named == {field.name for field in fields(Rule)}


def test_the_example_of_the_page_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Facts in a file, findings and a verdict on the screen."""
    monkeypatch.chdir(tmp_path)
    Path("facts.json").write_text(json.dumps(to_json(observed())), encoding="utf-8")
    example = re.search(r"```python\n(.*?)```", PAGE, re.DOTALL)
    assert example is not None
    names: dict[str, Any] = {}
    exec(compile(example[1], "docs/standards.md", "exec"), names)
    printed = capsys.readouterr().out.splitlines()
    of_a_camera = [rule for rule in HCMC.rules if rule.subject not in ("site", "school")]
    assert len(printed) == len(of_a_camera) + 1
    assert printed[-1].startswith("Verdict(name=")
