"""The reasoning of a verdict: it comes to what the engine found, and it can be followed by hand."""

from __future__ import annotations

from datetime import timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from probes.facts import Encoding, Fact
from standards import Answer, Edition, RegisterFacts, Subject, available, evaluate, for_channel, load_edition, sum_up
from standards.explaining.arithmetic import _WRITTEN
from standards.explaining.explain import Asked, Explanation, explain
from standards.model import LANGUAGES
from standards.operators import OPERATORS
from tests.standards.cases import cases_of, register_of
from tests.standards.sheets import DAY, FULL_HD, HCMC, HD_ONLY, NOW, Changes, Missing, sheet, size

GOLDEN = Path(__file__).with_name("explained")
SMALL = load_edition(GOLDEN / "edition.toml")
ZONE = timezone(timedelta(hours=7))
EDITIONS = {name: load_edition(name) for name in available()}
SLOW_ONLY = Encoding("h264", sizes=((1920, 1080),), fps=None)
VALUES: dict[str, list[Any]] = {
    "measured.fps": [8.0, 13.999, 14.0, 14.2, 30.0, None, Missing("no_media")],
    "measured.width": [640, 1280, 1880, 2592, None],
    "measured.codec": ["mjpeg", "h265", Missing("timeout")],
    "measured.bitrate_kbps": [900.0, 8000.0, 8001.0, 25000.0],
    "measured.seconds": [1.0, 4.0],
    "measured.packets_lost": [3, 60],
    "measured.packets": [200, 2600],
    "measured.keyframe_interval_s": [4.4, 4.41, 12.0],
    "measured.longest_gap_s": [2.5],
    "measured": [None, Missing("auth_refused"), Missing("no_such_stream")],
    "declared.fps": [8.0, 25.0, None],
    "declared": [None, Missing("not_permitted")],
    "capable.encodings": [(HD_ONLY,), (FULL_HD, HD_ONLY), (SLOW_ONLY,), None, Missing("unsupported")],
    "channel.via": ["recorder", None],
    "channel.kind": ["thermal", "analogue"],
    "channel.state": ["empty", "no_signal"],
    "channel.further_megapixels": [(), (2.0, 0.41)],
    "stream.role": ["sub"],
    "stream.role_source": ["assumed"],
    "image.light": ["night", "dark", None],
    "image.black": [True],
    "image.blurred": [True],
    "image": [None, Missing("our_limit")],
    "access.rtsp_login_required": [False, Missing("busy")],
    "clock.offset_s": [-7.0, 3600.0],
    "onvif.answers": [False, Missing("not_onvif"), Missing("unreachable")],
}
"""Values that each lead to another branch of the engine."""
CHANGES = st.lists(st.sampled_from([(p, v) for p, values in VALUES.items() for v in values]), max_size=4).map(dict)
REGISTERS = (
    RegisterFacts(),
    RegisterFacts(same_model=(FULL_HD,), outdoor={1: True}, daylight={1: Fact(True, NOW, "register")}),
    RegisterFacts(outdoor={1: False}, daylight={1: Fact(False, NOW, "register")}),
)
SAID = (
    (),
    (Answer("weatherproof", Subject("channel", "1", 1), True, "Nguyễn Văn A", NOW),),
    (Answer("weatherproof", Subject("channel", "1", 1), False, "Nguyễn Văn A", NOW - 400 * DAY),),
)


def explained(
    changes: Changes | None = None,
    before: Changes | None = None,
    edition: Edition = HCMC,
    register: RegisterFacts | None = None,
    answers: tuple[Answer, ...] = (),
) -> Explanation:
    """The reasoning about the camera of `sheets` with these changes."""
    return explain(
        Asked(
            edition=edition,
            sheet=sheet(changes, before),
            register=register or RegisterFacts(),
            index=1,
            now=NOW,
            zone=ZONE,
            name={"vi": "Cổng chính (0790123/DG-01/1)", "en": "Main gate (0790123/DG-01/1)"},
            looked_at=NOW,
            acts=lambda fix: {"vi": "Nhà trường", "en": "School"},
            answers=answers,
        )
    )


def test_every_operator_is_written_as_arithmetic() -> None:
    """None is left out, and none is there that no rule can use."""
    assert set(_WRITTEN) == set(OPERATORS)


@settings(max_examples=300)
@given(CHANGES, CHANGES, st.sampled_from(sorted(EDITIONS)), st.sampled_from(REGISTERS), st.sampled_from(SAID))
def test_what_is_explained_is_what_was_found(
    changes: Changes, before: Changes, name: str, register: RegisterFacts, answers: tuple[Answer, ...]
) -> None:
    """Outcome, fix and seen of every rule, and the verdict, are those of the engine; every rule is there, in order."""
    edition = EDITIONS[name]
    found = for_channel(evaluate(edition, sheet(changes, before), register, answers, NOW), 1)
    said = explained(changes, before, edition, register, answers)
    assert [each.finding for each in said.findings] == list(found)
    for each, finding in zip(said.findings, found, strict=True):
        assert (each.came.outcome, each.came.fix, each.came.seen) == (finding.outcome, finding.fix, finding.seen)
    assert said.verdict == sum_up(found)


@pytest.mark.parametrize("edition", EDITIONS.values(), ids=EDITIONS)
def test_every_case_of_a_rule_is_explained_as_it_is_judged(edition: Edition) -> None:
    """The cases that are kept as data, those of every outcome of every rule: the lines come to the finding."""
    for case in cases_of(edition.id):
        register, changes = register_of(case), case.changes
        found = for_channel(evaluate(edition, sheet(changes, case.before), register, (), NOW), 1)
        came = [each.came for each in explained(changes, case.before, edition, register).findings]
        assert [(c.outcome, c.fix, c.seen) for c in came] == [(f.outcome, f.fix, f.seen) for f in found], case


@given(CHANGES, st.sampled_from(REGISTERS))
def test_a_comparison_that_decides_answers_as_the_finding_does(changes: Changes, register: RegisterFacts) -> None:
    """Where a rule fails, one of its comparisons says no; where it passes, all that were made say yes."""
    for each in explained(changes, register=register).findings:
        if each.finding.outcome == "pass" and each.finding.fact:
            blocks = [b for b in each.lines.below if b.below and b.below[-1].text["en"] in ("pass", "fail")]
            assert [b.below[-1].text["en"] for b in blocks] == ["pass"] * len(blocks) != []
        if each.finding.outcome == "fail" and each.finding.seen is not None:
            texts = [line.text["en"] for block in each.lines.below for line in block.below]
            assert any(text.endswith("? no") for text in texts), texts


NIGHT = {"image.light": "night", "measured.fps": 9.0}
GOLDENS: dict[str, tuple[Changes, Changes | None, RegisterFacts]] = {
    "old-camera": (
        {**size(1280, 960), "measured.fps": 14.2, "capable.encodings": (HD_ONLY,), "measured.packets_lost": 60,
         "measured.bitrate_kbps": 8500.0},
        None, RegisterFacts(same_model=(FULL_HD,)),
    ),
    "night-and-refused": (
        {**NIGHT, "access": Missing("auth_refused"), "clock": None, "onvif": Missing("timeout")},
        {"measured.fps": 8.0, "declared.fps": 25.0}, RegisterFacts(outdoor={1: True}),
    ),
}  # fmt: skip
"""Two channels whose whole reasoning is kept as text, to be read when it changes."""


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", GOLDENS)
def test_the_whole_reasoning_reads_as_it_was_read(name: str, language: str) -> None:
    """The text, word by word: delete the file, run the test, and read what it wrote."""
    changes, before, register = GOLDENS[name]
    text = explained(changes, before, SMALL, register).text(language) + "\n"
    file = GOLDEN / f"{name}.{language}.txt"
    if not file.exists():
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text(encoding="utf-8")


def test_the_numbers_show_what_the_comparison_saw() -> None:
    """A value a hair below the limit is not rounded onto it: nobody could follow "14 ≥ 14? no"."""
    text = explained({"measured.fps": 13.9999}).text("en")
    assert "13.9999 ≥ 15 − 1 = 14 frames/s? no" in text


def test_the_row_of_a_table_and_the_ways_of_a_size_are_named() -> None:
    """Which limit counted, and how near each way came."""
    text = explained({**size(960, 1080), "measured.bitrate_kbps": 4100.0}).text("vi")
    assert "dòng của bảng: H.264 đến 1,4 MP (luồng này 1,04 MP): 4 Mbps; 4,1 ≤ 4 Mbps? không" in text
    assert "cạnh ngắn 960 ≥ 1058? không; cạnh dài 1080 ≥ 1880? không" in text


def test_what_is_missing_says_why_where_and_whose_work_it_is() -> None:
    """The failure in words, the step of the probe, the fix, who acts."""
    text = explained({"measured": Missing("auth_refused")}).text("en")
    assert "The device refused the login; stopped after one try. At the step: measuring the stream." in text
    assert "Needed: Correct the login; who acts: School." in text
