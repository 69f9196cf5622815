"""Charts of tables as SVG: no script, no font, no colour that carries a meaning by itself."""

from __future__ import annotations

from typing import Final
from xml.etree.ElementTree import Element, SubElement

from mast_analytics.disclosure.tables import HIDDEN
from mast_analytics.report.document import Cell, Chart, Kind, Table, number

WIDTH: Final = 720
LEFT: Final = 260
RIGHT: Final = 70
ROW: Final = 32
BAR: Final = 13
HEIGHT: Final = 320
FOOT: Final = 48
INK: Final = "#1a1a1a"
BLUE: Final = "#1d4f91"
DASHES: Final = ("none", "8 4", "2 3", "10 3 2 3")
"""Bars differ by pattern and lines by dashes, so that they can be told apart without colour."""
LONGEST_LABEL: Final = 40


def drawn(table: Table, chart: Chart, number_of: int) -> Element | None:
    """The chart with its title and description, or ``None`` if no figure of it is shown.

    ``number_of`` tells its ids from those of other charts on the page.
    """
    rows = [row for row in table.rows if any(_value(row[column]) is not None for column in chart.columns)]
    if not rows:
        return None
    draw = {Kind.BARS: _bars, Kind.INTERVALS: _intervals, Kind.STEPS: _steps}[chart.kind]
    height = HEIGHT if chart.kind is Kind.STEPS else FOOT + ROW * len(table.rows) + 24
    svg = Element("svg", {
        "xmlns": "http://www.w3.org/2000/svg", "viewBox": f"0 0 {WIDTH} {height}", "role": "img",
        "aria-labelledby": f"chart-{number_of}-title chart-{number_of}-desc", "class": "chart",
    })  # fmt: skip
    SubElement(svg, "title", {"id": f"chart-{number_of}-title"}).text = chart.title
    SubElement(
        svg, "desc", {"id": f"chart-{number_of}-desc"}
    ).text = f"{chart.says} The figures are in the table that follows."
    _stripes(svg, f"stripes-{number_of}")
    draw(svg, table, chart, height)
    return svg


def _bars(svg: Element, table: Table, chart: Chart, height: int) -> None:
    top = max((_value(row[c]) or 0.0 for row in table.rows for c in chart.columns), default=0.0) or 1.0
    wide = WIDTH - LEFT - RIGHT
    thick = BAR if len(chart.columns) > 1 else ROW - 8
    for place, row in enumerate(table.rows):
        y = 24 + ROW * place
        _label(svg, str(row[0]), y + ROW / 2 + 2)
        for n, column in enumerate(chart.columns):
            value, at = _value(row[column]), y + 2 + n * BAR
            if value is None:
                _text(svg, LEFT + 4, at + thick - 1, _instead(row[column]), small=True)
                continue
            long = wide * value / top
            _rect(svg, LEFT, at, max(long, 1), thick - 1, _fill(svg, n))
            _text(svg, LEFT + long + 4, at + thick - 1, number(row[column]), small=True)
    _legend(svg, table, chart, height)


def _intervals(svg: Element, table: Table, chart: Chart, height: int) -> None:
    figure, low, high = chart.columns
    ends = [_value(row[c]) for row in table.rows for c in chart.columns]
    told = [each for each in ends if each is not None] + ([] if chart.even is None else [chart.even])
    scale = _scale(min(told), min(max(told), _most(table, chart)), LEFT, WIDTH - RIGHT)
    if chart.even is not None:
        _line(svg, scale(chart.even), 16, scale(chart.even), height - FOOT + 8, dash="4 4")
        _text(svg, scale(chart.even), 12, number(float(chart.even)), middle=True, small=True)
    for place, row in enumerate(table.rows):
        y = 24 + ROW * place + ROW / 2
        _label(svg, str(row[0]), y + 4)
        value, least, most = (_value(row[c]) for c in (figure, low, high))
        if value is None or least is None:
            _text(svg, LEFT + 4, y + 4, _instead(row[figure if value is None else low]), small=True)
            continue
        _line(svg, scale(least), y, WIDTH - RIGHT if most is None else scale(most), y, wide=2)
        SubElement(svg, "circle", {"cx": f"{scale(value):.1f}", "cy": f"{y:.1f}", "r": "5", "fill": BLUE})
        _text(svg, WIDTH - RIGHT + 8, y + 4, number(row[figure]), small=True)
    _text(svg, (LEFT + WIDTH - RIGHT) / 2, height - 12, chart.unit, middle=True)


def _steps(svg: Element, table: Table, chart: Chart, height: int) -> None:
    across = [float(row[0]) for row in table.rows]
    tops = [_value(row[c]) or 0.0 for row in table.rows for c in chart.columns]
    x = _scale(0.0, max(across) or 1.0, 60, WIDTH - 160)
    y = _scale(0.0, max(tops) or 1.0, height - FOOT, 24)
    _line(svg, 60, height - FOOT, WIDTH - 160, height - FOOT)
    _line(svg, 60, 24, 60, height - FOOT)
    for share in (0.0, 0.5, 1.0):
        _text(svg, 54, y(max(tops) * share) + 4, number(round(max(tops) * share, 2)), end=True, small=True)
        _text(svg, x(max(across) * share), height - FOOT + 18, number(round(max(across) * share)),
              middle=True, small=True)  # fmt: skip
    for n, column in enumerate(chart.columns):
        path, before = [f"M {x(0.0):.1f} {y(0.0):.1f}"], 0.0
        for row in table.rows:
            if (value := _value(row[column])) is None:
                continue
            path.append(f"H {x(float(row[0])):.1f} V {y(value):.1f}")
            before = value
        SubElement(svg, "path", {
            "d": " ".join(path), "fill": "none", "stroke": BLUE, "stroke-width": "2.5",
            "stroke-dasharray": DASHES[n % len(DASHES)],
        })  # fmt: skip
        _text(svg, WIDTH - 152, y(before) + 4, _short(table.columns[column], 22), small=True)
    _text(svg, (60 + WIDTH - 160) / 2, height - 8, chart.unit, middle=True)


def _most(table: Table, chart: Chart) -> float:
    """Four times the highest figure: an interval without a limit must not flatten the rest."""
    figures = [_value(row[chart.columns[0]]) for row in table.rows]
    return 4 * max([each for each in figures if each is not None] + [chart.even or 0.0, 0.01])


class _scale:  # noqa: N801 - used as a function
    def __init__(self, least: float, most: float, start: float, end: float) -> None:
        self._least, self._span = least, (most - least) or 1.0
        self._start, self._end = start, end

    def __call__(self, value: float) -> float:
        share = min(1.0, max(0.0, (value - self._least) / self._span))
        return self._start + share * (self._end - self._start)


def _value(cell: object) -> float | None:
    return float(cell) if isinstance(cell, int | float) else None


def _instead(cell: Cell) -> str:
    """What is said where there is no figure: that it is hidden, or the words of its cell."""
    return "not shown" if cell == HIDDEN else str(cell)


def _legend(svg: Element, table: Table, chart: Chart, height: int) -> None:
    if len(chart.columns) < 2:
        _text(svg, (LEFT + WIDTH - RIGHT) / 2, height - 12, chart.unit, middle=True)
        return
    for n, column in enumerate(chart.columns):
        at = LEFT + 190 * n
        _rect(svg, at, height - 24, 18, BAR, _fill(svg, n))
        _text(svg, at + 24, height - 14, _short(table.columns[column], 26), small=True)


def _fill(svg: Element, place: int) -> str:
    """Plain for the first kind of bar, stripes for the second: of this chart, for ids are of the page."""
    name = (svg.get("aria-labelledby") or "").split("-")[1]
    return f"url(#stripes-{name})" if place % 2 else BLUE


def _stripes(svg: Element, name: str) -> None:
    pattern = SubElement(SubElement(svg, "defs"), "pattern", {
        "id": name, "width": "6", "height": "6", "patternUnits": "userSpaceOnUse",
        "patternTransform": "rotate(45)",
    })  # fmt: skip
    SubElement(pattern, "rect", {"width": "6", "height": "6", "fill": "#ffffff"})
    SubElement(pattern, "rect", {"width": "3", "height": "6", "fill": "#5a5a5a"})


def _label(svg: Element, text: str, y: float) -> None:
    _text(svg, LEFT - 8, y, _short(text, LONGEST_LABEL), end=True, small=True)


def _short(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"


def _text(
    svg: Element,
    x: float,
    y: float,
    text: str,
    *,
    end: bool = False,
    middle: bool = False,
    small: bool = False,
) -> None:
    anchor = "end" if end else "middle" if middle else "start"
    SubElement(svg, "text", {
        "x": f"{x:.1f}", "y": f"{y:.1f}", "text-anchor": anchor, "fill": INK,
        "font-size": "12" if small else "14",
    }).text = text  # fmt: skip


def _rect(svg: Element, x: float, y: float, wide: float, high: float, fill: str) -> None:
    SubElement(svg, "rect", {
        "x": f"{x:.1f}", "y": f"{y:.1f}", "width": f"{wide:.1f}", "height": f"{high:.1f}", "fill": fill,
        "stroke": INK, "stroke-width": "0.5",
    })  # fmt: skip


def _line(
    svg: Element, x: float, y: float, to_x: float, to_y: float, *, dash: str = "none", wide: float = 1
) -> None:
    SubElement(svg, "line", {
        "x1": f"{x:.1f}", "y1": f"{y:.1f}", "x2": f"{to_x:.1f}", "y2": f"{to_y:.1f}", "stroke": INK,
        "stroke-width": f"{wide}", "stroke-dasharray": dash,
    })  # fmt: skip
