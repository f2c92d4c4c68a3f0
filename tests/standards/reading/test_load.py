"""Loading: strict, and all mistakes at once."""

from __future__ import annotations

import re
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from standards import EditionError, RegisterFacts, available, evaluate, load_edition
from tests.standards.sheets import HCMC, NOW, sheet

HERE = Path(__file__).parent / "editions"
PRODUCT = Path(__file__).parents[3] / "standards" / "editions"
RULE = """
id = "tiny"
version = "1"
title = { vi = "Nhỏ", en = "Tiny" }
issuer = "x"
date = "2026-01-01"
[[rule]]
id = "one"
title = { vi = "Một", en = "One" }
subject = "device"
decides = true
level = "mandatory"
severity = "high"
expect = { fact = "clock.offset_s", at_most_abs = 5 }
fix = "reconfigure"
why = { vi = "Lệch {seen}", en = "Off by {seen}" }
fix_text = { vi = "Bật NTP", en = "Switch NTP on" }
source = { document = "x", state = "A" }
"""


def mistakes_of(path: str | Path) -> tuple[str, ...]:
    """What is wrong with an edition."""
    with pytest.raises(EditionError) as error:
        load_edition(path)
    return error.value.mistakes


def mistakes_in(path: Path) -> tuple[str, ...]:
    """What is wrong with an edition, nothing when it can be used."""
    try:
        load_edition(path)
    except EditionError as error:
        return error.mistakes
    return ()


def written(folder: Path, text: str, name: str = "tiny") -> Path:
    """The text as an edition file."""
    path = folder / f"{name}.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_all_mistakes_are_listed_at_once_with_what_to_write() -> None:
    """Each line names file, rule and key, and says what would be right."""
    expected = (HERE / "many-mistakes.txt").read_text(encoding="utf-8")
    assert mistakes_of(HERE / "many-mistakes.toml") == tuple(expected.splitlines())


@pytest.mark.parametrize(("light", "flags"), [("day", (True, False)), ("sun", (True, True)), ("any", (False, False))])
def test_an_expectation_says_in_which_light_it_may_fail(tmp_path: Path, light: str, flags: tuple[bool, bool]) -> None:
    """By day as the picture shows it, by day as the register knows it too, or at any time."""
    text = RULE.replace("expect = {", f'expect   = {{ light = "{light}",')
    (expectation,) = load_edition(written(tmp_path, text)).rules[0].expect
    assert (expectation.in_light, expectation.by_sun) == flags


def test_a_light_that_there_is_not_is_a_mistake(tmp_path: Path) -> None:
    """A whole rule knows no sun: its sample is judged by its own picture."""
    wrong = RULE.replace("expect = {", 'expect = { light = "noon",')
    assert mistakes_of(written(tmp_path, wrong)) == (
        "tiny.toml: rule \"one\": expect: light: 'noon' is not known; write one of any, day, sun",
    )


def test_the_editions_of_the_product_are_found_by_id() -> None:
    """They are package data, so they are there in an installed wheel too."""
    assert available() == ("hcmc-3288", "onvif-streaming", "vn-camera-security")
    assert [load_edition(edition_id).id for edition_id in available()] == list(available())


def test_the_sha256_is_that_of_the_file() -> None:
    """Anyone can check it with sha256sum."""
    assert HCMC.sha256 == sha256((PRODUCT / "hcmc-3288.toml").read_bytes()).hexdigest()
    assert load_edition(PRODUCT / "hcmc-3288.toml") == HCMC


def test_an_unknown_id_names_the_known_ones() -> None:
    """A slip of the finger is answered with the nearest edition."""
    assert mistakes_of("hcmc-3289") == ('hcmc-3289: there is no edition "hcmc-3289"; did you mean "hcmc-3288"?',)
    known = ", ".join(available())
    assert mistakes_of("oslo") == (f'oslo: there is no edition "oslo"; write one of {known}',)


def test_a_file_that_cannot_be_read_says_why(tmp_path: Path) -> None:
    """Missing, not UTF-8, not TOML."""
    assert mistakes_of(tmp_path / "none.toml") == ("none.toml: cannot be read: No such file or directory",)
    (tmp_path / "old.toml").write_bytes("tên".encode("utf-16"))
    assert mistakes_of(tmp_path / "old.toml") == ("old.toml: is not UTF-8 at byte 0; save it as UTF-8",)
    broken = mistakes_of(written(tmp_path, "id = ", "broken"))
    assert broken[0].startswith("broken.toml: is no TOML: Invalid value (at ")


def test_an_edition_without_rules_is_a_mistake(tmp_path: Path) -> None:
    """It would call everything unverified."""
    text = RULE.split("[[rule]]", maxsplit=1)[0]
    assert mistakes_of(written(tmp_path, text)) == ("tiny.toml: rule: missing; write at least one [[rule]]",)


def test_a_confirmed_value_needs_clause_and_quote(tmp_path: Path) -> None:
    """State P without the words of the document is a mistake, with them it is confirmed."""
    confirmed = RULE.replace('state = "A"', 'state = "P", clause = "Phụ lục 1, mục 2", quote = "không quá 5 giây"')
    edition = load_edition(written(tmp_path, confirmed))
    assert not edition.rests_on_working_values
    half = RULE.replace('state = "A"', 'state = "P", clause = "Phụ lục 1"')
    assert mistakes_of(written(tmp_path, half)) == (
        'tiny.toml: rule "one": source: quote: a confirmed value (state P) needs one; write the quote of the document',
    )


def test_a_rule_whose_value_is_not_known_needs_none(tmp_path: Path) -> None:
    """State N is listed as to be filled in, and judges nothing."""
    text = RULE.replace('state = "A"', 'state = "N"')
    text = re.sub(r"(?m)^(expect|fix) = .*\n", "", text)
    (finding,) = evaluate(load_edition(written(tmp_path, text)), sheet(), RegisterFacts(), (), NOW)
    assert finding.outcome == "not_applicable"
    assert finding.why["en"] == "The document has this rule; its value is to be filled in."


EXTENDS = """
id = "district"
version = "2"
extends = "hcmc-3288"
title = { vi = "Quận", en = "District" }
[[rule]]
id = "resolution-main"
level = "mandatory"
fix = "survey"
[[rule]]
id = "own-rule"
title = { vi = "Riêng", en = "Own" }
subject = "device"
decides = false
level = "informational"
severity = "low"
expect = { fact = "clock.time_source", is = "ntp" }
fix = "reconfigure"
why = { vi = "{seen}", en = "{seen}" }
fix_text = { vi = "a", en = "b" }
source = { document = "y", state = "A" }
"""


def test_an_edition_may_extend_another_and_list_only_differences(tmp_path: Path) -> None:
    """Keys replace keys, further rules come after, and both files are in the SHA-256."""
    edition = load_edition(written(tmp_path, EXTENDS, "district"))
    assert (edition.name, edition.issuer, edition.extends) == ("district@2", HCMC.issuer, "hcmc-3288")
    assert [r.id for r in edition.rules] == [*(r.id for r in HCMC.rules), "own-rule"]
    changed, base = edition.rule("resolution-main"), HCMC.rule("resolution-main")
    assert (changed.level, changed.fix, changed.within, changed.expect) == ("mandatory", "survey", None, base.expect)
    both = (PRODUCT / "hcmc-3288.toml").read_bytes() + EXTENDS.encode()
    assert edition.sha256 == sha256(both).hexdigest()


def test_an_extended_edition_is_looked_for_beside_the_file_first(tmp_path: Path) -> None:
    """A city may keep its own base next to its own extension."""
    written(tmp_path, RULE)
    child = written(tmp_path, 'id = "child"\nversion = "1"\nextends = "tiny"\n', "child")
    assert [rule.id for rule in load_edition(child).rules] == ["one"]


def test_a_broken_base_is_a_mistake_of_the_edition(tmp_path: Path) -> None:
    """A base whose rules are no tables is told, not stumbled over."""
    written(tmp_path, RULE.split("[[rule]]", maxsplit=1)[0] + "rule = 5\n")
    child = written(tmp_path, 'id = "child"\nversion = "1"\nextends = "tiny"\n', "child")
    assert mistakes_of(child) == ("child.toml: rule: 5 is no table; write { … }",)


def test_extending_mistakes_are_said(tmp_path: Path) -> None:
    """A base that is not there, a circle, and a rule that differs twice."""
    lost = written(tmp_path, 'id = "a"\nextends = "hcmc-3298"\n', "a")
    assert mistakes_of(lost) == ('a.toml: extends: there is no edition "hcmc-3298"; did you mean "hcmc-3288"?',)
    circle = written(tmp_path, 'id = "a"\nextends = "b"\n', "a")
    written(tmp_path, 'id = "b"\nextends = "a"\n', "b")
    assert mistakes_of(circle) == ("b.toml: extends: 'a' leads back here; write the id of another edition",)
    double = '[[rule]]\nid = "clock"\nseverity = "high"\n' * 2
    twice = written(tmp_path, 'id = "c"\nversion = "1"\nextends = "hcmc-3288"\n' + double, "c")
    assert mistakes_of(twice) == ('c.toml: rule "clock": id: is used twice; write another one',)


LINES = (PRODUCT / "hcmc-3288.toml").read_text(encoding="utf-8").splitlines(keepends=True)
KEYED = [place for place, line in enumerate(LINES) if re.match(r"[a-z_]+ *= .*[^\[]$", line.rstrip())]
JUNK = ["5", "-1.5", "true", '""', '"x"', "[]", "{}", "[1]", "[{}]", '{ vi = 1, en = "" }', "2019-08-08", "nan",
        '{ fact = "measured.fps" }', '{ fact = ["measured.fps"], is = 1 }', '[["a"], 2]']  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(KEYED), st.sampled_from(JUNK))
def test_any_value_of_the_wrong_type_is_an_edition_error(
    tmp_path_factory: pytest.TempPathFactory, place: int, junk: str
) -> None:
    """Nothing but our own error comes out of a bad file, whichever key is wrong."""
    lines = list(LINES)
    lines[place] = f"{lines[place].split('=')[0]}= {junk}\n"
    path = written(tmp_path_factory.getbasetemp(), "".join(lines))
    if mistakes := mistakes_in(path):
        assert all(mistake.startswith("tiny.toml: ") for mistake in mistakes)
    else:
        evaluate(load_edition(path), sheet(), RegisterFacts(), (), NOW)


@pytest.mark.parametrize(
    "text",
    [
        "a = " + "[" * 3000 + "]" * 3000,
        "a = " + "9" * 6000,
        'id = "x"\nversion = "1"\nextends = "hcmc-3288"\n[[rule]]\nid = "clock"\nmax_age = "99999999999d"\n',
        'id = "x"\nversion = "1"\nextends = "../x"\n',
        "# " + "x" * 1_000_001,
    ],
    ids=["deep", "digits", "age", "path", "size"],
)
def test_a_hostile_file_is_one_plain_mistake(tmp_path: Path, text: str) -> None:
    """Nesting, numbers, ages and sizes beyond reason end in an edition error, never in one of Python's."""
    (tmp_path / "odd.toml").write_text(text)
    with pytest.raises(EditionError, match="odd"):
        load_edition(tmp_path / "odd.toml")


def test_an_edition_has_a_sane_number_of_rules(tmp_path: Path) -> None:
    """More are one mistake, and none of them is looked at."""
    text = RULE.split("[[rule]]", maxsplit=1)[0] + "[[rule]]\n" * 40_000
    assert mistakes_of(written(tmp_path, text)) == ("tiny.toml: rule: 40000 are too many; write at most 1000",)


@pytest.mark.parametrize("age", ["3650d", "87600h", "5256000m"])
def test_the_oldest_age_is_ten_years(tmp_path: Path, age: str) -> None:
    """In every unit; a little more is a mistake of this key."""
    text = RULE.replace("[[rule]]\n", f'[[rule]]\nmax_age = "{age}"\n')
    assert load_edition(written(tmp_path, text)).rules[0].max_age == timedelta(days=3650)
    more = f'"{int(age[:-1]) + 1}{age[-1]}"'
    (said,) = mistakes_of(written(tmp_path, text.replace(f'"{age}"', more)))
    assert said == f'tiny.toml: rule "one": max_age: \'{more[1:-1]}\' is too long; write at most "3650d"'


@pytest.mark.parametrize("version", ["draft-1", "26.06", "bản 2", "2026-11_rev+1"])
def test_a_version_is_what_stands_behind_the_id(tmp_path: Path, version: str) -> None:
    """As people call theirs."""
    edition = load_edition(written(tmp_path, RULE.replace('version = "1"', f'version = "{version}"')))
    assert edition.name == f"tiny@{version}"


def test_replace_is_for_what_surely_cannot_and_for_what_a_person_says(tmp_path: Path) -> None:
    """A manual rule may ask for it: somebody stood before the camera."""
    manual = RULE.replace("expect = {", "manual = true\n# {").replace('fix = "reconfigure"', 'fix = "replace"')
    manual = manual.replace("Lệch {seen}", "Lệch").replace("Off by {seen}", "Off")
    assert load_edition(written(tmp_path, manual)).rules[0].fix == "replace"


def test_thousands_of_mistakes_are_cut_short(tmp_path: Path) -> None:
    """The first hundred are shown, and how many more there are."""
    (tmp_path / "odd.toml").write_text('id = "x"\n' + "[[rule]]\nx = 1\n" * 500)
    with pytest.raises(EditionError) as caught:
        load_edition(tmp_path / "odd.toml")
    assert len(caught.value.mistakes) == 101
    assert "more mistakes" in caught.value.mistakes[-1]
