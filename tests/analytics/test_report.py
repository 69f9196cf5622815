"""The report: one page that everybody can read, that needs nothing else and shows nothing it may not."""

from __future__ import annotations

import re
from dataclasses import MISSING, fields
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from tests.analytics.reports import AREAS, given, report_of

from mast_analytics.disclosure.curves import Curve
from mast_analytics.disclosure.policies import POLICIES, policy
from mast_analytics.disclosure.tables import HIDDEN
from mast_analytics.report.charts import BLUE, INK
from mast_analytics.report.document import Chart, Kind, Part, Report, Section, Table, suppressed
from mast_analytics.report.page import STYLE, page
from mast_analytics.report.sections import reaching, savings

EVERY = [
    "Contacts, and how they changed",
    "Steps between levels",
    "Time to level 3",
    "Kinds of path",
    "How much hangs on who is taken for whom",
    "Would it have been foreseen?",
    "Costs avoided",
]
VOID = {"meta", "br", "hr", "img", "link", "input"}


class Page(HTMLParser):
    """What a page is made of, element by element, with the text of each."""

    def __init__(self, content: bytes) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None], list[str]]] = []
        self.open: list[int] = []
        self.feed(content.decode("utf-8"))
        assert not self.open, "an element is not closed"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs), []))
        if tag not in VOID:
            self.open.append(len(self.elements) - 1)

    def handle_endtag(self, tag: str) -> None:
        assert self.elements[self.open.pop()][0] == tag

    def handle_data(self, data: str) -> None:
        for place in self.open:
            self.elements[place][2].append(data)

    def all(self, *tags: str) -> list[tuple[dict[str, str | None], str]]:
        return [(attrs, "".join(text)) for tag, attrs, text in self.elements if tag in tags]

    def children_count(self, tag: str) -> int:
        return len(self.all(tag))


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    return report_of("nhs", tmp_path_factory.mktemp("registry"))


@pytest.fixture(scope="module")
def made(report: Report) -> Page:
    return Page(page(report))


def test_it_has_every_section_and_everything_that_can_be_given(tmp_path: Path) -> None:
    """So that what reads the report, here and in a browser, reads all of it."""
    _, said = given("nhs", tmp_path / "one")
    for each in fields(said):
        if each.default is not MISSING or each.default_factory is not MISSING:
            assert getattr(said, each.name) not in (each.default, (), {}), each.name
    sections = report_of("nhs", tmp_path / "other").sections
    assert [re.sub(r" \(.*", "", each.title) for each in sections] == EVERY
    (areas,) = [part for each in sections for part in each.parts if "by area" in part.table.caption]
    assert {row[0] for row in areas.table.rows} >= {*AREAS}


def test_a_curve_that_rounding_makes_fall_is_neither_tabled_nor_drawn_so() -> None:
    """The fewer are followed the coarser a share is: what it may be is narrowed by those beside it."""
    share = np.array([[2 / 3, 0.625, 5 / 7, 2 / 3, 0.8, 2 / 3]])
    followed = np.array([90, 80, 70, 60, 50, 30])
    days = np.array([390.0, 414, 458, 494, 533, 685])
    fell = Curve(policy("nhs"), ("reached",), days, followed, followed * 0 + 10, share, 10 / followed, ())
    section = reaching(fell, 4)
    shares = [float(row[1]) for row in section.parts[0].table.rows]
    assert shares == sorted(shares)
    assert np.abs(np.array(shares) - share[0]) == pytest.approx(0, abs=5 / 30)
    assert any("a share never falls" in said for said in section.says)


def test_it_needs_nothing_else_and_runs_nothing(report: Report) -> None:
    text = page(report).decode("utf-8")
    assert not re.search(r"<(script|link|img|iframe|object|embed|form|base)\b", text)
    assert not re.search(r"\son\w+=|javascript:|@import|url\((?!#stripes-\d+\))", text)
    assert {each for each in re.findall(r'(?:src|href)="([^"]*)"', text) if not each.startswith("#")} == set()
    assert "default-src 'none'" in text
    assert "&lt;services&gt;" in text
    assert "&lt;script&gt;" in text


def test_language_title_landmarks_and_a_way_past_the_contents(made: Page) -> None:
    (html,) = made.all("html")
    assert html[0]["lang"] == "en-GB"
    assert made.all("title")[0][1] == "A town & its <services>"
    assert len(made.all("main")) == len(made.all("nav")) == len(made.all("h1")) == 1
    ids = [attrs["id"] for _, attrs, _ in made.elements if "id" in attrs]
    assert len(ids) == len(set(ids))
    links = [attrs["href"] for attrs, _ in made.all("a")]
    assert links[0] == "#main"
    assert all(link is not None and link[1:] in ids for link in links)
    named = [attrs["aria-labelledby"] for _, attrs, _ in made.elements if "aria-labelledby" in attrs]
    assert all(each in ids for names in named for each in (names or "").split())


def test_headings_go_down_one_level_at_a_time(made: Page) -> None:
    levels = [int(tag[1]) for tag, _, _ in made.elements if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_every_table_has_a_caption_and_every_header_a_scope(made: Page) -> None:
    tables = made.all("table")
    assert len(tables) >= 10
    assert len(made.all("caption")) == len(tables)
    assert all(text.strip() for _, text in made.all("caption"))
    assert {attrs.get("scope") for attrs, _ in made.all("th")} == {"col", "row"}
    regions = [attrs for attrs, _ in made.all("div")]
    assert all(each["tabindex"] == "0" and each["role"] == "region" for each in regions)
    hidden = [attrs for attrs, text in made.all("td") if text == HIDDEN]
    assert hidden
    assert all(each["aria-label"] == "not shown" for each in hidden)


def test_every_chart_has_a_title_a_description_and_its_figures_in_a_table(made: Page, report: Report) -> None:
    charts = made.all("svg")
    wanted = [each for section in report.sections for part in section.parts for each in part.charts]
    assert 5 <= len(charts) <= len(wanted)
    for attrs, text in charts:
        assert attrs["role"] == "img"
        title, desc = (attrs["aria-labelledby"] or "").split()
        assert title.endswith("-title")
        assert desc.endswith("-desc")
        assert "The figures are in the table that follows." in text
    assert [text for _, text in made.all("figcaption")]


def test_nothing_is_told_by_colour_alone_and_all_text_can_be_read() -> None:
    table = Table("x", ("day", "a", "b"), ((1, 0.1, 0.2), (9, 0.4, 0.3)))
    lines = Chart(Kind.STEPS, "t", "s", "days", (1, 2))
    bars = Chart(Kind.BARS, "t", "s", "people", (1, 2))
    section = Section("s", (), (Part(table, (lines, bars)),))
    found = Page(page(Report("r", (), (), (section,))))
    assert len({attrs["stroke-dasharray"] for attrs, _ in found.all("path")}) == 2
    assert {"a", "b"} <= {text for _, text in found.all("text")}  # named beside the line, not by a key
    fills = {attrs["fill"] for attrs, _ in found.all("rect")}
    assert BLUE in fills
    assert any((each or "").startswith("url(#stripes-") for each in fills)
    white = "#ffffff"
    pairs = [(INK, white), ("#1a1a1a", white), ("#1d4f91", white), ("#1a1a1a", "#ececec"), ("#b35900", white)]
    assert all(contrast(*pair) >= 4.5 for pair in pairs)
    assert contrast("#767676", white) >= 3  # lines of tables
    assert set(re.findall(r"#[0-9a-f]{6}", STYLE)) <= {each for pair in pairs for each in pair} | {"#767676"}


def contrast(front: str, back: str) -> float:
    """As the Web Content Accessibility Guidelines 2.2 work it out."""

    def light(colour: str) -> float:
        parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
        red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    above, below = sorted((light(front), light(back)), reverse=True)
    return (above + 0.05) / (below + 0.05)


def test_what_is_not_shown_is_counted_section_by_section(report: Report, made: Page) -> None:
    told = suppressed(report.sections)
    marks = sum(text == HIDDEN for _, text in made.all("td"))
    assert marks == sum(int(row[1]) for row in told.rows) > 0
    for section, row in zip(report.sections, told.rows, strict=True):
        assert row[0] == section.title


@pytest.mark.parametrize("rules", POLICIES)
def test_no_count_of_people_on_the_page_is_under_the_threshold(rules: str, tmp_path: Path) -> None:
    report = report_of(rules, tmp_path)
    named = policy(rules)
    counted = {
        "People",
        "People by kind of path",
        "Year before",
        "This year",
        "Periods",
        "Followed just before",
    }
    seen = 0
    for section in report.sections:
        for part in section.parts:
            for column, name in enumerate(part.table.columns):
                whole = part.table.caption == "Steps from level to level" and column
                for row in part.table.rows if name in counted or whole else ():
                    if not isinstance(row[column], str):
                        seen += 1
                        assert not named.unsafe(np.array([int(row[column])]))[0] or row[column] == 0
    assert seen > 10


def test_of_nothing_there_is_still_a_page() -> None:
    empty = Report("Nothing", (), (), (savings([]), Section("s", (), (Part(Table("c", ("a", "b"), ())),))))
    found = Page(page(empty))
    assert len(found.all("caption")) == 2
    hidden = Table("c", ("a", "n"), (("x", HIDDEN), ("y", HIDDEN)))
    part = Part(hidden, tuple(Chart(kind, "t", "s", "u", (1, 1, 1)) for kind in Kind))
    assert not Page(page(Report("r", (), (), (Section("s", (), (part,)),)))).all("svg")


def test_an_interval_without_a_limit_is_drawn_to_the_edge() -> None:
    rows = (("a", 1.5, 0.9, "no limit"), ("b", 0.5, 0.4, 0.7), ("c", HIDDEN, HIDDEN, HIDDEN))
    drawn = Chart(Kind.INTERVALS, "t", "s", "ratio", (1, 2, 3), even=1.0)
    part = Part(Table("c", ("n", "r", "l", "h"), rows), (drawn,))
    found = Page(page(Report("r", (), (), (Section("s", (), (part,)),))))
    assert len(found.all("circle")) == 2
    assert len(found.all("line")) == 3
    assert "not shown" in {text for _, text in found.all("text")}
