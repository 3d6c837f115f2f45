"""Drawings as SVG inside the page: no script, nothing loaded, readable in light and dark and when printed."""

import math
from collections.abc import Iterable
from html import escape

from keyuan.analytics.rules.reporting.parts import Bar, BarChart, Line, LineChart
from keyuan.analytics.rules.reporting.printing import figure
from keyuan.analytics.rules.reporting.texts import Language

WIDTH, HEIGHT = 640, 360
LEFT, RIGHT, TOP, BOTTOM = 64, 16, 16, 44
ROW, NAMES, FIGURES = 26, 210, 84
#: Classes c0 … c4 have their colours in the page's style; a sixth line begins again.
COLOURS = 5


def drawn(chart: LineChart | BarChart, language: Language) -> str:
    """Return ``chart`` as an ``<svg>`` with its title for readers of the screen."""
    return _lines(chart, language) if isinstance(chart, LineChart) else _bars(chart, language)


def ceiling(value: float) -> float:
    """Return the next round number (1, 2, 2.5, 5 × a power of ten) at or above ``value``; 1 where there is none."""
    if not math.isfinite(value) or value <= 0:
        return 1.0
    power = 10 ** math.floor(math.log10(value))
    # The smallest step back keeps 0.3 / 0.1 = 3.0000000000000004 from being more than it is.
    return float(next(step * power for step in (1, 2, 2.5, 5, 10) if step * power >= value * (1 - 1e-9)))


def _svg(title: str, height: int, parts: Iterable[str]) -> str:
    name = escape(title)
    frame = f'viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{name}"'
    return f"<svg {frame}><title>{name}</title>{''.join(parts)}</svg>"


def _lines(chart: LineChart, language: Language) -> str:
    points = [point for line in chart.lines for point in line.points if all(map(math.isfinite, point))]
    right = ceiling(max((x for x, _ in points), default=1.0))
    top = ceiling(max((y for _, y in points), default=1.0))
    parts = [*_grid(chart, right, top), *_axis_names(chart, language)]
    for place, line in enumerate(chart.lines):
        parts.append(_line(line, place, right, top, dots=chart.dots))
    return _svg(chart.title.of(language), HEIGHT, parts)


def _x(value: float, right: float) -> float:
    return round(LEFT + (WIDTH - LEFT - RIGHT) * value / right, 1)


def _y(value: float, top: float) -> float:
    return round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value / top, 1)


def _grid(chart: LineChart, right: float, top: float) -> Iterable[str]:
    for step in range(6):
        x, y = _x(right * step / 5, right), _y(top * step / 5, top)
        yield f'<path class="grid" d="M{LEFT} {y}H{WIDTH - RIGHT}"/>'
        below, beside = figure(right * step / 5, chart.format), figure(top * step / 5, chart.format)
        yield f'<text x="{LEFT - 8}" y="{y + 4}" class="end">{beside}</text>'
        yield f'<text x="{x}" y="{HEIGHT - BOTTOM + 18}" class="mid">{below}</text>'


def _axis_names(chart: LineChart, language: Language) -> Iterable[str]:
    yield f'<text x="{(LEFT + WIDTH) / 2}" y="{HEIGHT - 6}" class="mid">{escape(chart.x.of(language))}</text>'
    middle, name = HEIGHT / 2, escape(chart.y.of(language))
    yield f'<text transform="rotate(-90 12 {middle})" x="12" y="{middle}" class="mid">{name}</text>'


def _line(line: Line, place: int, right: float, top: float, *, dots: bool) -> str:
    places = [(_x(x, right), _y(y, top)) for x, y in line.points if math.isfinite(x) and math.isfinite(y)]
    way = "L".join(f"{x} {y}" for x, y in places)
    colour = f"c{place % COLOURS}"
    marks = "".join(f'<circle class="{colour}" cx="{x}" cy="{y}" r="3"/>' for x, y in places) if dots else ""
    return f'<path class="line {colour}{" dashed" if line.dashed else ""}" d="M{way}"/>{marks}' if way else ""


def _bars(chart: BarChart, language: Language) -> str:
    reach = max((abs(bar.value) + bar.spread for bar in chart.bars), default=1.0) or 1.0
    negative = any(bar.value - bar.spread < 0 for bar in chart.bars)
    begin, end = NAMES, WIDTH - FIGURES
    zero = (begin + end) / 2 if negative else begin
    scale = (end - zero) / reach
    rows = [
        _bar(bar, place, zero, scale, begin, language) + _bar_figure(bar, place, chart)
        for place, bar in enumerate(chart.bars)
    ]
    return _svg(chart.title.of(language), ROW * len(chart.bars) + 8, rows)


def _bar(bar: Bar, place: int, zero: float, scale: float, begin: float, language: Language) -> str:
    y = place * ROW + 4
    long, least = abs(bar.value) * scale, min(zero, zero + bar.value * scale)
    low = max(begin, zero + (bar.value - bar.spread) * scale)
    high = zero + (bar.value + bar.spread) * scale
    whisker = f'<path class="whisker" d="M{low:.1f} {y + 9}H{high:.1f}"/>' if bar.spread else ""
    name = bar.label.of(language)
    short = name if len(name) <= 28 else f"{name[:27]}…"
    return (
        f'<text x="{NAMES - 8}" y="{y + 13}" class="end">{escape(short)}</text>'
        f'<rect class="c0" x="{least:.1f}" y="{y}" width="{long:.1f}" height="18"/>{whisker}'
    )


def _bar_figure(bar: Bar, place: int, chart: BarChart) -> str:
    return f'<text x="{WIDTH - 4}" y="{place * ROW + 17}" class="end">{figure(float(bar.value), chart.format)}</text>'
