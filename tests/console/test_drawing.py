"""A large network: all of it is drawn where that is asked for, and each part of it is reached by keyboard."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from bench import drawn
from bench.browser import DESK, sign_in
from playwright.sync_api import Browser, Page

LARGE = "H-" + "1" * 32
THINGS = 500
STOPS = "[tabindex='0'][aria-label]"


@pytest.fixture(scope="module")
def console() -> Iterator[str]:
    with drawn.console_over({LARGE: drawn.network(THINGS)}) as url:
        yield url


@pytest.fixture
def page(chromium: Browser, console: str) -> Iterator[Page]:
    with chromium.new_context(viewport=DESK) as context:
        opened = context.new_page()
        sign_in(opened, console, *drawn.ROLE)
        opened.goto(f"{console}/console/households/{LARGE}/network")
        yield opened


def test_fifty_things_are_drawn_until_more_is_asked_for(page: Page) -> None:
    shapes, lines, rows = (
        page.locator(each) for each in (".mast-thing" + STOPS, ".mast-link", "#links tbody tr")
    )
    assert 40 < shapes.count() <= 50
    assert "beyond the 50 nearest things" in page.locator("main").inner_text()
    page.select_option("#most", label="the nearest 200")
    page.get_by_role("button", name="Show").click()
    page.wait_for_url("**most=200*")
    assert 190 < shapes.count() <= 200
    assert page.locator("#most option[value=all]").inner_text() == f"everything: {THINGS}"
    page.select_option("#most", "all")
    page.get_by_role("button", name="Show").click()
    page.wait_for_url("**most=all*")
    assert shapes.count() == THINGS
    assert lines.count() == rows.count() > THINGS
    assert "not drawn" not in page.locator("main").inner_text()
    page.get_by_role("link", name="Timeline").click()
    page.wait_for_url("**view=timeline*")
    assert page.input_value("#most") == "all", "the views turn into each other as they are"


def test_one_thing_is_opened_and_brings_what_it_said(page: Page) -> None:
    shapes = page.locator(".mast-thing" + STOPS)
    before = shapes.count()
    summary = page.locator("summary", has_text="Draw what one thing is linked to")
    for times in (1, 2):
        if times == 1:
            summary.press("Enter")
        first = page.locator("details[open]").filter(has=summary).locator("li").first
        before += int(first.inner_text().rpartition(": ")[2].partition(" thing")[0])
        first.get_by_role("link").press("Enter")
        page.wait_for_function("many => location.search.split('more=').length > many", arg=times)
        page.locator("svg.mast-drawing").wait_for()
        assert shapes.count() == before
    page.get_by_role("button", name="Show").press("Enter")
    page.wait_for_load_state()
    assert shapes.count() == before, "what was opened stays open"


A_SHEET = {"width": 718, "height": 1_000}
"""A4 less its margins, in the pixels of a page that is printed."""


def test_a_large_drawing_is_printed_in_whole(page: Page) -> None:
    page.goto(page.url + "?most=all")
    page.locator("svg.mast-drawing--large").wait_for()
    page.emulate_media(media="print")
    page.set_viewport_size(A_SHEET)  # type: ignore[arg-type]  # it is a mapping of the two
    frame = page.locator(".mast-network__drawing")
    assert frame.evaluate(
        "each => each.scrollWidth <= each.clientWidth && each.scrollHeight <= each.clientHeight"
    )
    drawn = page.locator("svg.mast-drawing").bounding_box()
    assert drawn
    assert drawn["x"] + drawn["width"] <= A_SHEET["width"]
    assert not page.locator(".mast-network__skip").is_visible()


def test_things_of_a_large_drawing_lie_apart_and_are_told_of(page: Page) -> None:
    page.goto(page.url + "?most=all")
    places = page.locator(".mast-drawing .mast-thing").evaluate_all(
        "found => found.map((each) => each.getAttribute('transform'))"
    )
    assert len(set(places)) == len(places) == THINGS
    page.locator(".mast-thing--agency").first.focus()
    assert page.locator("#network-why").inner_text().count(". ") > 10
    assert page.locator("#links .mast-chosen").count() > 10
