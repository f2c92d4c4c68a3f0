"""Operators: what holds, what does not, how each reads, and where its cuts lie."""

from __future__ import annotations

from typing import Any

import pytest

from standards.model import Tolerance
from standards.operators import OPERATORS
from standards.view import known_paths

TABLE = {
    "codec": "measured.codec",
    "size": "measured.size",
    "rows": [{"codec": "h264", "up_to_mp": 1.4, "limit": 4000}, {"codec": "h264", "limit": 8000}],
}
FHD_OR_AS_MUCH = [{"short": 1058, "long": 1880}, {"short": 1040, "megapixels": 1.9}]
NONE = Tolerance()

# operator, kind of fact, argument as in the file, value, other facts, tolerance, holds
CASES: list[tuple[str, str, Any, Any, tuple[Any, ...], Tolerance, bool]] = [
    ("is", "flag", True, True, (), NONE, True),
    ("is", "flag", True, False, (), NONE, False),
    ("is", "text", "main", "sub", (), NONE, False),
    ("one_of", "text", ["h264", "h265"], "h265", (), NONE, True),
    ("one_of", "text", ["h264", "h265"], "mjpeg", (), NONE, False),
    ("any_of", "texts", ["S", "T"], ("G", "T"), (), NONE, True),
    ("any_of", "texts", ["S", "T"], (), (), NONE, False),
    ("at_least", "number", 15, 15, (), NONE, True),
    ("at_least", "number", 15, 14.9, (), NONE, False),
    ("at_least", "number", 15, 14, (), Tolerance(absolute=1), True),
    ("at_least", "number", 15, 13.4, (), Tolerance(ratio=0.1), False),
    ("at_most", "number", 4, 4.4, (), Tolerance(ratio=0.1), True),
    ("at_most", "number", 4, 4.5, (), Tolerance(ratio=0.1), False),
    ("at_most_abs", "number", 5, -5, (), NONE, True),
    ("at_most_abs", "number", 5, -5.1, (), NONE, False),
    ("any_between", "numbers", [0.22, 1.3], (3.7, 0.22), (), NONE, True),
    ("any_between", "numbers", [0.22, 1.3], (0.2, 1.31), (), NONE, False),
    ("covers", "size", FHD_OR_AS_MUCH, (1080, 1920), (), NONE, True),
    ("covers", "size", FHD_OR_AS_MUCH, (1600, 1200), (), NONE, True),
    ("covers", "size", FHD_OR_AS_MUCH, (2560, 1000), (), NONE, False),
    ("same_as", "text", "declared.codec", "h264", ("h264",), NONE, True),
    ("same_as", "text", "declared.codec", "h264", ("h265",), NONE, False),
    ("near", "number", "declared.fps", 22.6, (25.0,), Tolerance(ratio=0.1), True),
    ("near", "number", "declared.fps", 22.4, (25.0,), Tolerance(ratio=0.1), False),
    ("near", "size", "declared.size", (1072, 1920), ((1920, 1080),), Tolerance(absolute=16), True),
    ("near", "size", "declared.size", (1920, 1063), ((1920, 1080),), Tolerance(absolute=16), False),
    ("at_most_for", "number", TABLE, 4000, ("h264", (1280, 960)), NONE, True),
    ("at_most_for", "number", TABLE, 4001, ("h264", (1280, 960)), NONE, False),
    ("at_most_for", "number", TABLE, 4001, ("h264", (1920, 1080)), NONE, True),
    ("at_most_for", "number", TABLE, 99999, ("av1", (1920, 1080)), NONE, True),
    ("at_least_for", "number", TABLE, 8000, ("h264", (1920, 1080)), NONE, True),
    ("at_least_for", "number", TABLE, 7999, ("h264", (1920, 1080)), NONE, False),
    ("at_least_for", "number", TABLE, 7500, ("h264", (1920, 1080)), Tolerance(ratio=0.1), True),
]


@pytest.mark.parametrize(("name", "kind", "argument", "value", "others", "tolerance", "holds"), CASES)
def test_an_operator_holds_or_does_not(
    name: str, kind: Any, argument: Any, value: Any, others: tuple[Any, ...], tolerance: Tolerance, holds: bool
) -> None:
    """Each row: the argument is read as from a file, then tested."""
    operator = OPERATORS[name]
    assert kind in operator.kinds
    assert operator.test(value, operator.read(argument, kind), tolerance, others) is holds


def test_every_operator_is_seen_to_hold_and_not_to_hold() -> None:
    """An operator without both cases fails this test."""
    assert {(name, holds) for name, *_, holds in CASES} == {(n, h) for n in OPERATORS for h in (True, False)}


WRONG: list[tuple[str, str, Any, str]] = [
    ("is", "flag", "yes", "true or false"),
    ("is", "text", 1, 'a text, like "h264"'),
    ("one_of", "text", "h264", 'a list of texts, like ["h264", "h265"]'),
    ("any_of", "texts", [], 'a list of texts, like ["h264", "h265"]'),
    ("at_least", "number", True, "a number, like 15"),
    ("at_most", "number", "4", "a number, like 15"),
    ("at_most_abs", "number", [5], "a number that is not below 0, like 5"),
    ("any_between", "numbers", [1], "two numbers, like [0.22, 1.3]"),
    ("any_between", "numbers", [2, 1], "the smaller number first"),
    (
        "covers",
        "size",
        [{"height": 1080}],
        "a list of tables with numbers above 0, like [{ short = 1058, long = 1880 },",
    ),
    ("same_as", "text", "declared.fps", "the path of another fact of kind text"),
    ("near", "size", "declared.fps", "the path of another fact of kind size"),
    ("at_most_for", "number", {"rows": []}, "a table, like { codec = "),
    ("at_most_for", "number", {"codec": "measured.codec", "rows": [{"codec": "h264"}]}, "rows with codec, limit and"),
    ("at_least_for", "number", {"codec": "measured.fps", "rows": []}, "the path of another fact of kind text"),
]


@pytest.mark.parametrize(("name", "kind", "argument", "write"), WRONG)
def test_a_wrong_argument_is_answered_with_what_to_write(name: str, kind: Any, argument: Any, write: str) -> None:
    """Each reader of arguments says what would be right."""
    with pytest.raises(ValueError) as error:  # noqa: PT011  # the text is compared below
        OPERATORS[name].read(argument, kind)
    assert str(error.value).startswith(write)


def test_every_operator_refuses_some_argument() -> None:
    """A reader that takes anything fails this test."""
    assert {name for name, *_ in WRONG} == set(OPERATORS)


WORDS: list[tuple[str, str, Any, tuple[Any, ...] | None, str, str]] = [
    ("is", "access.rtsp_login_required", True, (), "có", "yes"),
    ("one_of", "measured.codec", ("h264", "h265"), (), "H.264 hoặc H.265", "H.264 or H.265"),
    ("any_of", "onvif.profiles", ("S", "T"), (), "có S hoặc T", "has S or T"),
    ("at_least", "measured.fps", 12.5, (), "tối thiểu 12,5 hình/giây", "at least 12.5 frames/s"),
    ("at_most", "measured.first_packet_ms", 5000, (), "tối đa 5 giây", "at most 5 s"),
    ("at_most_abs", "clock.offset_s", 5, (), "tối đa 5 giây", "at most 5 s"),
    ("any_between", "channel.further_megapixels", (0.22, 1.3), (), "ít nhất một luồng từ 0,22 MP đến 1,3 MP",
     "one from 0.22 MP to 1.3 MP"),
    ("covers", "measured.size", ({"short": 1040, "megapixels": 1.9},), (), "cạnh ngắn từ 1040 điểm ảnh, từ 1,9 MP",
     "short side from 1040 pixels, from 1.9 MP"),
    ("same_as", "measured.codec", "declared.codec", ("h265",), "H.265", "H.265"),
    ("near", "measured.size", "declared.size", ((1920, 1080),), "khoảng 1920×1080", "about 1920×1080"),
    ("at_most_for", "measured.bitrate_kbps", TABLE, ("h264", (1920, 1080)), "tối đa 8 Mbps", "at most 8 Mbps"),
    ("at_most_for", "measured.bitrate_kbps", TABLE, None, "theo bảng mức của từng chuẩn nén",
     "by the table of limits for each codec"),
    ("at_least_for", "measured.bitrate_kbps", TABLE, ("h264", (1280, 720)), "tối thiểu 4 Mbps", "at least 4 Mbps"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "path", "argument", "others", "vi", "en"), WORDS)
def test_an_operator_reads_in_words(
    name: str, path: str, argument: Any, others: tuple[Any, ...] | None, vi: str, en: str
) -> None:
    """A requirement is shown in the units and with the decimal sign of the language."""
    assert OPERATORS[name].words(argument, known_paths()[path].unit, others) == {"vi": vi, "en": en}


def test_every_operator_has_words() -> None:
    """An operator whose words nobody read fails this test."""
    assert {name for name, *_ in WORDS} == set(OPERATORS)


def test_cuts_are_where_the_judgement_changes() -> None:
    """The tolerance belongs to the cut: sampling ends when the rate is surely on one side of it."""
    assert OPERATORS["at_least"].cuts(15, Tolerance(absolute=1)) == (14,)
    assert OPERATORS["at_most"].cuts(4, Tolerance(ratio=0.1)) == pytest.approx((4.4,))
    assert OPERATORS["at_most_abs"].cuts(5, NONE) == (-5, 5)
    assert OPERATORS["at_most_for"].cuts(TABLE, NONE) == (4000, 8000)
    assert OPERATORS["at_least_for"].cuts(TABLE, Tolerance(absolute=10)) == (3990, 7990)
    assert OPERATORS["is"].cuts(True, NONE) == ()
