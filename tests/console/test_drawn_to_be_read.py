"""A drawing that is larger than its frame says so, and begins at its centre; its lines tell what they are."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page
from tests.console.borough import Served
from tests.console.person import Person
from tests.console.places import ids_of, path_of

from mast_console import dates

pytestmark = pytest.mark.graph

INSIDE = """(each) => {
  const [frame, own] = [".mast-network__drawing", each].map((one) =>
    (typeof one === "string" ? document.querySelector(one) : one).getBoundingClientRect());
  const [x, y] = [own.left + own.width / 2, own.top + own.height / 2];
  return x > frame.left && x < frame.right && y > frame.top && y < frame.bottom;
}"""
OVERFLOWS = "each => each.scrollHeight > each.clientHeight + 1 || each.scrollWidth > each.clientWidth + 1"
LOOK = """(each) => {
  const line = each.querySelector(".mast-line");
  return [getComputedStyle(line).strokeDasharray !== "none", line.getAttribute("d").includes("Q")];
}"""


@pytest.fixture(scope="module")
def path(town: Served) -> str:
    return path_of("/households/{id}/network", ids_of(town))


@pytest.fixture(params=[360, 1440])
def page(chromium: Browser, town: Served, path: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    """The network of the case study at both ends of what screens are."""
    with Person.at(chromium, town, viewport={"width": request.param, "height": 800}) as analyst:
        analyst.signs_in("safeguarding-analyst")
        analyst.go(f"{path}?depth=2")
        analyst.page.locator("svg.mast-drawing").wait_for()
        yield analyst.page
        assert not analyst.faults()
        assert not analyst.scrolls_sideways()


def test_the_centre_is_in_view_and_what_is_out_of_view_is_said_to_be(page: Page) -> None:
    assert page.locator(".mast-thing--centre").evaluate(INSIDE)
    for frame, says in ((".mast-network__drawing", "#network-move"), (".mast-beside__table", "#links-move")):
        over = page.locator(frame).evaluate(OVERFLOWS)
        assert page.locator(says).is_visible() is over, frame
    if page.viewport_size and page.viewport_size["width"] == 360:
        assert page.locator("#network-move").is_visible(), "no telephone has room for all of it"
    else:
        assert page.locator("#links-move").is_visible()
    rows = page.locator("#links tbody tr").count()
    assert page.locator("#links-heading").inner_text() == f"Every link: {rows}"


def test_lines_tell_what_is_over_and_what_agencies_state_from_the_rest(page: Page) -> None:
    looks = dict[str, set[tuple[bool, bool]]]()
    for each in page.locator(".mast-link").all():
        said = each.get_attribute("aria-label") or ""
        kind = "past" if " lived in " in said else "related" if ", as " in said else "now"
        dashed, curved = each.evaluate(LOOK)
        looks.setdefault(kind, set()).add((dashed, curved))
    assert looks == {"past": {(True, False)}, "related": {(False, True)}, "now": {(False, False)}}
    legend = page.locator(".mast-legend").inner_text()
    for said in ("Dashed line: lived there before", "Curved line: related, as an agency states"):
        assert said in legend


def test_the_slider_has_its_earliest_day_on_the_left_and_now_on_the_right(page: Page) -> None:
    earliest = page.locator("#days li").first.get_attribute("data-day") or ""
    if page.viewport_size and page.viewport_size["width"] == 360:
        page.locator("#choose summary").press("Enter")
    ends = page.locator("#day-ends span")
    assert ends.all_inner_texts() == [dates.day(earliest), "Now"]
    left, right = (each.bounding_box() for each in ends.all())
    slider, chosen = (page.locator(each).bounding_box() for each in ("#day", "#day-says"))
    assert left
    assert right
    assert slider
    assert chosen
    middle = slider["x"] + slider["width"] / 2
    assert left["x"] + left["width"] < middle < right["x"]
    assert chosen["y"] + chosen["height"] <= slider["y"] + 1, "what is chosen stands above"
