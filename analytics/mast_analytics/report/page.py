"""A report as one page that needs nothing else: no script, no font, no picture from elsewhere."""

from __future__ import annotations

from itertools import count
from typing import Final
from xml.etree.ElementTree import Element, SubElement, tostring

from mast_analytics.disclosure.tables import HIDDEN
from mast_analytics.report.charts import drawn
from mast_analytics.report.document import Part, Report, Section, Table, number, suppressed

CSP: Final = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
STYLE: Final = """
:root { color: #1a1a1a; background: #ffffff; font: 1.05rem/1.55 system-ui, sans-serif; }
body { margin: 0 auto; max-width: 52rem; overflow-wrap: break-word; padding: 1rem; }
a { color: #1d4f91; }
a:focus, [tabindex]:focus { outline: 3px solid #b35900; outline-offset: 2px; }
.skip { position: absolute; left: -999rem; }
.skip:focus { position: static; }
h1, h2, h3 { line-height: 1.25; }
h2 { border-bottom: 2px solid #1a1a1a; margin-top: 2.5rem; padding-bottom: .2rem; }
.scroll { overflow-x: auto; margin: 1rem 0; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
caption { text-align: left; font-weight: bold; padding: .4rem 0; }
th, td { border: 1px solid #767676; padding: .25rem .5rem; vertical-align: top; }
thead th { background: #ececec; text-align: left; }
tbody th { text-align: left; font-weight: normal; }
td { text-align: right; }
svg.chart { width: 100%; height: auto; font-family: system-ui, sans-serif; }
dt { font-weight: bold; }
dd { margin: 0 0 .6rem 0; }
figure { margin: 1rem 0; }
.cannot { border-left: 4px solid #1a1a1a; padding-left: .8rem; }
@media print { nav, .skip { display: none; } .scroll { overflow: visible; } }
"""
MARK: Final = (
    f"{HIDDEN} means that a figure is not shown, because few people or something near it is behind it."
)


def page(report: Report) -> bytes:
    """The whole page as UTF-8.

    Headings go down one level at a time, every table has a caption and headers with a scope, every chart has
    a title, a description and a table with the same figures, and nothing is told by colour alone.

    Example:
        >>> text = page(Report("Demand", (("Policy", "nhs"),), ("Read this first.",), ())).decode()
        >>> text.startswith("<!DOCTYPE html>"), '<html lang="en-GB">' in text, "<script" in text
        (True, True, False)
    """
    html = Element("html", {"lang": "en-GB"})
    head = SubElement(html, "head")
    SubElement(head, "meta", {"charset": "utf-8"})
    SubElement(head, "meta", {"http-equiv": "Content-Security-Policy", "content": CSP})
    SubElement(head, "meta", {"name": "viewport", "content": "width=device-width, initial-scale=1"})
    SubElement(head, "title").text = report.title
    SubElement(head, "style").text = STYLE
    body = SubElement(html, "body")
    SubElement(body, "a", {"class": "skip", "href": "#main"}).text = "Skip to the report"
    _contents(SubElement(body, "nav", {"aria-labelledby": "contents"}), report)
    main = SubElement(body, "main", {"id": "main"})
    SubElement(main, "h1").text = report.title
    for sentence in report.says:
        SubElement(main, "p").text = sentence
    facts = SubElement(main, "dl")
    for name, value in report.facts:
        SubElement(facts, "dt").text = name
        SubElement(facts, "dd").text = value
    SubElement(main, "p").text = MARK
    charts = count(1)
    for place, each in enumerate(report.sections, start=1):
        _section(main, each, place, charts)
    last = SubElement(main, "section", {"aria-labelledby": "hidden"})
    SubElement(last, "h2", {"id": "hidden"}).text = "What is not shown"
    _table(last, suppressed(report.sections), "table-hidden")
    made: bytes = tostring(html, encoding="utf-8", method="html")
    return b"<!DOCTYPE html>\n" + made + b"\n"


def _contents(nav: Element, report: Report) -> None:
    SubElement(nav, "p", {"id": "contents"}).text = "Contents"
    listed = SubElement(nav, "ol")
    for place, each in enumerate(report.sections, start=1):
        item = SubElement(listed, "li")
        SubElement(item, "a", {"href": f"#section-{place}"}).text = each.title
    SubElement(SubElement(listed, "li"), "a", {"href": "#hidden"}).text = "What is not shown"


def _section(main: Element, section: Section, place: int, charts: count[int]) -> None:
    of = SubElement(main, "section", {"aria-labelledby": f"section-{place}"})
    SubElement(of, "h2", {"id": f"section-{place}"}).text = section.title
    for sentence in section.says:
        SubElement(of, "p").text = sentence
    for part in section.parts:
        _part(of, part, charts)
    if section.cannot_say:
        SubElement(of, "h3").text = "What this cannot say"
        for sentence in section.cannot_say:
            SubElement(of, "p", {"class": "cannot"}).text = sentence


def _part(of: Element, part: Part, charts: count[int]) -> None:
    for each in part.charts:
        svg = drawn(part.table, each, next(charts))
        if svg is not None:
            figure = SubElement(of, "figure")
            figure.append(svg)
            SubElement(figure, "figcaption").text = each.title
    _table(of, part.table, f"table-{next(charts)}")


def _table(of: Element, table: Table, id_: str) -> None:
    # A table that is wider than the screen is scrolled by keyboard too.
    region = SubElement(
        of, "div", {"class": "scroll", "tabindex": "0", "role": "region", "aria-labelledby": id_}
    )
    made = SubElement(region, "table")
    SubElement(made, "caption", {"id": id_}).text = table.caption
    row = SubElement(SubElement(made, "thead"), "tr")
    for name in table.columns:
        SubElement(row, "th", {"scope": "col"}).text = name
    body = SubElement(made, "tbody")
    for cells in table.rows:
        row = SubElement(body, "tr")
        SubElement(row, "th", {"scope": "row"}).text = number(cells[0])
        for cell in cells[1:]:
            text = number(cell)
            said = {"aria-label": "not shown"} if cell == HIDDEN else {}
            SubElement(row, "td", said).text = text
