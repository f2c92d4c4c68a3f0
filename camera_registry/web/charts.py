"""Charts as SVG that stands in the page: values in, Markup out. Pure.

Strategy: no script and no style inside, only classes of `pages.css`, so that a chart prints and the policy of the pages
holds. It says what it is by title and description, and the same numbers stand in a table below, folded. Lines differ by
their dashes and points too, never by colour alone. What is not known is a gap in the line and a dash in the table.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from babel.dates import format_datetime
from babel.numbers import format_decimal
from markupsafe import Markup

from standards.model import Text

Series = tuple[str, tuple[tuple[datetime, float | None], ...]]
"""The name of a line, and its points by time; None where nothing is known."""
Bar = tuple[str, float]
"""The name of a bar, and how long it is."""

WIDTH, HEIGHT = 480, 210
LEFT, RIGHT, TOP, BOTTOM = 52, 14, 14, 34
KINDS = 4
"""So many lines look different from each other."""
MARKED = 40
"""Lines of more points have no mark at each."""
STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
LINES = 4
FIGURES: Text = {"vi": "Số liệu của biểu đồ", "en": "Figures of the chart"}
WHEN: Text = {"vi": "Thời điểm", "en": "Time"}
WHAT: Text = {"vi": "Mục", "en": "What"}
NOTHING: Text = {"vi": "Chưa có số liệu để vẽ.", "en": "There are no figures to draw yet."}
LATEST: Text = {"vi": "{name}: gần nhất {value}", "en": "{name}: latest {value}"}
NOT_KNOWN: Text = {"vi": "chưa có", "en": "not known"}


@dataclass(frozen=True)
class Level:
    """A line across the whole chart, with what it says: a value that is required."""

    name: str
    value: float


@dataclass(frozen=True)
class _Scale:
    """From moments and values to places in the picture."""

    begin: datetime
    end: datetime
    low: float
    high: float

    def x(self, at: datetime) -> float:
        span = (self.end - self.begin).total_seconds()
        part = (at - self.begin).total_seconds() / span if span else 0.5
        return LEFT + part * (WIDTH - LEFT - RIGHT)

    def y(self, value: float) -> float:
        part = (value - self.low) / (self.high - self.low)
        return HEIGHT - BOTTOM - part * (HEIGHT - TOP - BOTTOM)


def line_chart(
    title: str,
    series: Sequence[Series],
    unit: str,
    *,
    lang: str = "vi",
    zone: tzinfo = UTC,
    levels: Sequence[Level] = (),
    highest: float | None = None,
    digits: int = 1,
    pattern: str = "dd/MM",
    full: str = "HH:mm dd/MM/yyyy",
) -> Markup:
    """Lines over time, from 0 up to `highest` or what is needed; times in `zone`, as `pattern` below the chart and as
    `full` in its table, which has `digits` decimals. A sentence where no value is known.
    """
    known = [(at, value) for _, points in series for at, value in points if value is not None]
    if not known:
        return Markup('<p class="text-secondary mb-0">{}</p>').format(NOTHING[lang])
    top = max([value for _, value in known] + [level.value for level in levels])
    step = _step(highest if highest is not None else top)
    high = highest if highest is not None else step * max(1, math.ceil(top / step - 1e-9))
    scale = _Scale(min(at for at, _ in known), max(at for at, _ in known), 0.0, high)
    parts = [*_grid(scale, step, unit, lang), *_times(scale, zone, pattern), *_levels(scale, levels)]
    for kind, (_, points) in enumerate(series):
        parts += _line(scale, points, kind % KINDS)
    said = "; ".join(_latest(name, points, unit, digits, lang) for name, points in series)
    picture = _picture(title, said, HEIGHT, Markup("").join(parts))
    return _figure(title, picture, _legend(series, levels, unit, lang), _times_table(
        title, series, unit, lang=lang, zone=zone, digits=digits, full=full))  # fmt: skip


def bar(title: str, bars: Sequence[Bar], unit: str, *, lang: str = "vi", digits: int = 0) -> Markup:
    """Bars from the left, one below the other, each with its name and number; a sentence where there is none."""
    if not bars:
        return Markup('<p class="text-secondary mb-0">{}</p>').format(NOTHING[lang])
    most = max(max(value for _, value in bars), 1e-9)
    row = 40
    parts = []
    for place, (name, value) in enumerate(bars):
        y = place * row
        long = round(value / most * WIDTH, 1)
        parts.append(Markup('<text x="0" y="{}">{}</text>').format(y + 14, f"{name}: {_number(value, digits, lang)}"))
        parts.append(Markup('<rect class="bar" x="0" y="{}" width="{}" height="14"/>').format(y + 20, long))
    said = "; ".join(f"{name} {_number(value, digits, lang)}" for name, value in bars)
    rows = [(name, (_number(value, digits, lang),)) for name, value in bars]
    table = _table(title, WHAT[lang], (unit,), rows, lang)
    return _figure(title, _picture(title, said, row * len(bars), Markup("").join(parts)), Markup(""), table)


def _step(top: float) -> float:
    """The step of the lines across: a round number of which about `LINES` make `top`."""
    wanted = max(top, 1e-9) / LINES
    size = 10.0 ** math.floor(math.log10(wanted))
    return next(size * factor for factor in STEPS if size * factor >= wanted - 1e-12)


def _grid(scale: _Scale, step: float, unit: str, lang: str) -> list[Markup]:
    made = []
    for n in range(int(scale.high / step + 1e-9) + 1):
        y = round(scale.y(n * step), 1)
        shown = _number(n * step, 2, lang) + ("%" if unit == "%" else "")
        made.append(Markup('<line class="grid" x1="{}" x2="{}" y1="{}" y2="{}"/>').format(LEFT, WIDTH - RIGHT, y, y))
        made.append(Markup('<text class="end" x="{}" y="{}">{}</text>').format(LEFT - 6, round(y + 4, 1), shown))
    return made


def _times(scale: _Scale, zone: tzinfo, pattern: str) -> list[Markup]:
    """The first and the last moment, and that between them where all three differ."""
    middle = scale.begin + (scale.end - scale.begin) / 2
    shown = {at: format_datetime(at, pattern, tzinfo=zone, locale="en") for at in (scale.begin, middle, scale.end)}
    places = [(scale.begin, "start"), (middle, "middle"), (scale.end, "end")]
    if scale.begin == scale.end:
        places = [(middle, "middle")]
    elif len(set(shown.values())) < len(places):
        places = [places[0], places[2]] if shown[scale.begin] != shown[scale.end] else [places[1]]
    text = Markup('<text class="{}" x="{}" y="{}">{}</text>')
    return [text.format(where, round(scale.x(at), 1), HEIGHT - 10, shown[at]) for at, where in places]


def _levels(scale: _Scale, levels: Sequence[Level]) -> list[Markup]:
    line = Markup('<line class="level" x1="{}" x2="{}" y1="{}" y2="{}"/>')
    places = [round(scale.y(level.value), 1) for level in levels]
    return [line.format(LEFT, WIDTH - RIGHT, y, y) for y in places]


def _line(scale: _Scale, points: Sequence[tuple[datetime, float | None]], kind: int) -> list[Markup]:
    placed = [None if value is None else (round(scale.x(at), 1), round(scale.y(value), 1)) for at, value in points]
    drawn, pen = [], "M"
    for place in placed:
        if place is not None:
            drawn.append(f"{pen}{place[0]} {place[1]}")
        pen = "M" if place is None else "L"
    made = [Markup('<path class="line line-{}" d="{}"/>').format(kind, " ".join(drawn))]
    beside = [None, *placed, None]
    for n, place in enumerate(placed):
        alone = beside[n] is None and beside[n + 2] is None
        if place is not None and (len(placed) <= MARKED or alone):
            made.append(_mark(*place, kind))
    return made


def _mark(x: float, y: float, kind: int) -> Markup:
    """A point as this line has it: a disc, a square, a triangle, a ring."""
    if kind == 1:
        return Markup('<rect class="mark mark-1" x="{}" y="{}" width="7" height="7"/>').format(
            round(x - 3.5, 1), round(y - 3.5, 1)
        )
    if kind == 2:
        corners = (
            f"{x},{round(y - 4.5, 1)} {round(x - 4.5, 1)},{round(y + 3.5, 1)} {round(x + 4.5, 1)},{round(y + 3.5, 1)}"
        )
        return Markup('<polygon class="mark mark-2" points="{}"/>').format(corners)
    return Markup('<circle class="mark mark-{}" cx="{}" cy="{}" r="3.5"/>').format(kind, x, y)


def _latest(name: str, points: Sequence[tuple[datetime, float | None]], unit: str, digits: int, lang: str) -> str:
    values = [value for _, value in points if value is not None]
    shown = _with_unit(values[-1], unit, digits, lang) if values else NOT_KNOWN[lang]
    return LATEST[lang].format(name=name, value=shown)


def _picture(title: str, said: str, height: int, inside: Markup) -> Markup:
    return Markup(
        '<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}"><title>{}</title><desc>{}</desc>{}</svg>'
    ).format(WIDTH, height, f"{title}. {said}", title, said, inside)


def _legend(series: Sequence[Series], levels: Sequence[Level], unit: str, lang: str) -> Markup:
    """What each line is; nothing where there is one alone, which the title names."""
    sample = Markup(
        '<li><svg class="chart-key" viewBox="0 0 32 12" aria-hidden="true"><path class="{}" d="M0 6 L32 6"/>{}</svg>'
        "{}</li>"
    )
    shown = [
        sample.format(f"line line-{n % KINDS}", _mark(16, 6, n % KINDS), name) for n, (name, _) in enumerate(series)
    ]
    shown = shown if len(series) + len(levels) > 1 else []
    for level in levels:
        words = f"{level.name}: {_with_unit(level.value, unit, 2, lang)}"
        shown.append(sample.format("level", Markup(""), words))
    return Markup('<ul class="chart-legend">{}</ul>').format(Markup("").join(shown)) if shown else Markup("")


def _times_table(
    title: str, series: Sequence[Series], unit: str, *, lang: str, zone: tzinfo, digits: int, full: str
) -> Markup:
    by_time = [dict(points) for _, points in series]
    rows = []
    for at in sorted({at for points in by_time for at in points}, reverse=True):
        values = [points.get(at) for points in by_time]
        cells = tuple("–" if value is None else _number(value, digits, lang) for value in values)
        rows.append((format_datetime(at, full, tzinfo=zone, locale="en"), cells))
    return _table(title, WHEN[lang], tuple(f"{name} ({unit})" for name, _ in series), rows, lang)


def _table(
    title: str, first: str, names: Sequence[str], rows: Sequence[tuple[str, tuple[str, ...]]], lang: str
) -> Markup:
    heads = Markup("").join(Markup('<th scope="col" class="text-end">{}</th>').format(name) for name in names)
    body = Markup("").join(
        Markup('<tr><th scope="row">{}</th>{}</tr>').format(
            head, Markup("").join(Markup('<td class="text-end">{}</td>').format(cell) for cell in cells)
        )
        for head, cells in rows
    )
    return Markup(
        '<details class="chart-figures"><summary>{}</summary><table class="table table-sm">'
        '<caption class="visually-hidden">{}</caption>'
        "<thead><tr><th scope='col'>{}</th>{}</tr></thead><tbody>{}</tbody></table></details>"
    ).format(FIGURES[lang], title, first, heads, body)


def _figure(title: str, picture: Markup, legend: Markup, table: Markup) -> Markup:
    return Markup('<figure class="chart-figure"><figcaption>{}</figcaption>{}{}{}</figure>').format(
        title, picture, legend, table
    )


def _with_unit(value: float, unit: str, digits: int, lang: str) -> str:
    return f"{_number(value, digits, lang)}{'%' if unit == '%' else f' {unit}'}"


def _number(value: float, digits: int, lang: str) -> str:
    return format_decimal(value, "#,##0" + (f".{'#' * digits}" if digits else ""), locale=lang)
