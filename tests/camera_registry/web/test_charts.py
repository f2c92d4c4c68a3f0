"""Charts: what is drawn, what is said of it, and the table of the same numbers."""

from datetime import UTC, datetime, timedelta, timezone
from xml.etree import ElementTree

import pytest

from camera_registry.web.charts import Level, bar, line_chart

DAY = timedelta(days=1)
BEGIN = datetime(2026, 11, 1, 22, tzinfo=UTC)
SVG = "{http://www.w3.org/2000/svg}"


def _points(*values):
    return tuple((BEGIN + n * DAY, value) for n, value in enumerate(values))


def _read(markup):
    return ElementTree.fromstring(str(markup))  # our own text


def test_a_line_is_drawn_from_the_first_moment_to_the_last_and_breaks_where_nothing_is_known():
    """Two strokes for one gap; a known point between two gaps is a mark."""
    found = _read(line_chart("Tỷ lệ", [("a", _points(10, 20, None, 40, 50))], "%"))
    path = found.find(".//path").get("d")
    assert path.count("M") == 2
    assert path.startswith("M52.0")
    assert len(found.findall(".//circle")) == 4


def test_the_same_numbers_stand_in_a_table_the_newest_first():
    """With the decimals of the language, and a dash for what is not known."""
    found = _read(line_chart("Tỷ lệ", [("a", _points(1234.5, None)), ("b", _points(2, 3))], "Mbps"))
    rows = [[cell.text for cell in row] for row in found.findall(".//tbody/tr")]
    assert rows == [["22:00 02/11/2026", "–", "3"], ["22:00 01/11/2026", "1.234,5", "2"]]
    assert [cell.text for cell in found.find(".//thead/tr")] == ["Thời điểm", "a (Mbps)", "b (Mbps)"]


def test_a_chart_says_what_it_is_to_who_does_not_see_it():
    """Role, title and description, with the latest of each line."""
    found = _read(line_chart("Tỷ lệ", [("Đáp ứng", _points(50, 62.25))], "%"))
    svg = found.find(".//svg")
    assert svg.get("role") == "img"
    assert svg.find("title").text == "Tỷ lệ"
    assert svg.find("desc").text == "Đáp ứng: gần nhất 62,2%"


def test_lines_differ_by_more_than_colour():
    """Another class of line and another shape of mark each."""
    text = str(line_chart("x", [(name, _points(1, 2)) for name in "abcd"], "%", lang="en"))
    assert all(f"line-{kind}" in text for kind in range(4))
    assert "<rect" in text
    assert "<polygon" in text


def test_what_is_required_is_a_line_across_with_its_words():
    """And the scale reaches it."""
    found = _read(line_chart("Tốc độ", [("đo", _points(10, 12))], "hình/giây", levels=[Level("Yêu cầu", 25)]))
    level = found.find(".//line[@class='level']")
    assert level.get("y1") == level.get("y2")
    assert float(level.get("y1")) >= 14
    assert "Yêu cầu: 25 hình/giây" in ["".join(item.itertext()) for item in found.findall(".//li")]


def test_times_are_shown_in_the_zone():
    """Below the chart and in the table."""
    text = str(line_chart("x", [("a", _points(1, 2))], "%", zone=timezone(timedelta(hours=7))))
    assert "05:00 02/11/2026" in text
    assert ">02/11<" in text


def test_names_are_text_and_nothing_is_inline():
    """A name with marks stays a name; no style stands in the picture."""
    text = str(line_chart("<b>", [("<script>", _points(1))], "<i>"))
    assert "<script>" not in text
    assert "<b>" not in text
    assert "style=" not in text


@pytest.mark.parametrize("values", [(), (None, None)])
def test_without_a_value_a_sentence_stands_there(values):
    """In both languages."""
    assert "Chưa có số liệu" in line_chart("x", [("a", _points(*values))], "%")
    assert "no figures" in line_chart("x", [("a", _points(*values))], "%", lang="en")


@pytest.mark.parametrize(("value", "top"), [(0, "0"), (3, "3"), (97, "100"), (0.004, "0"), (250_000, "300.000")])
def test_the_scale_ends_at_a_round_number(value, top):
    """Of any size of numbers, none at all too."""
    found = _read(line_chart("x", [("a", _points(value))], "camera"))
    assert top in [text.text for text in found.findall(".//text")] or value in (0, 0.004)


def test_bars_have_their_names_and_numbers_beside_them():
    """And in the table."""
    found = _read(bar("Lý do", [("Mất mạng", 30), ("Sai tài khoản", 15)], "camera"))
    assert [text.text for text in found.findall(".//text")] == ["Mất mạng: 30", "Sai tài khoản: 15"]
    assert [float(rect.get("width")) for rect in found.findall(".//rect")] == [480.0, 240.0]
    assert [cell.text for cell in found.findall(".//td")] == ["30", "15"]
    assert "Chưa có số liệu" in bar("Lý do", [], "camera")
