"""By keyboard alone, from signing in on, at a desk and at 400 % zoom; what has the focus is in view."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Locator
from tests.console.borough import TYPED, Served
from tests.console.person import SIGNS_IN, TELEPHONE, Person

pytestmark = pytest.mark.graph

VIEWS = {
    "desk": {"width": 1280, "height": 1024},
    "telephone": TELEPHONE,
    "400 %": {"width": 320, "height": 256},
}
MOST_STOPS = 400

SEEN = """() => {
  const focused = document.activeElement;
  const boxes = [...focused.getClientRects()].filter((each) => each.width > 1 && each.height > 1);
  if (!boxes.length || focused.id === "main" || focused === document.body) return "";
  for (const { left, top, right, bottom } of boxes) {
    const x = Math.min(Math.max((left + right) / 2, 1), innerWidth - 1);
    for (const y of [top + 2, (top + bottom) / 2, bottom - 2]) {
      if (y < 0 || y > innerHeight) continue;
      const there = document.elementFromPoint(x, y);
      const label = there?.closest("label")?.control === focused;
      const drawn = focused.closest("svg")?.contains(there);  // things of a drawing lie over its lines
      if (there && (label || drawn || focused.contains(there) || there.contains(focused))) return "";
    }
  }
  return focused.outerHTML.slice(0, 120);
}"""


@dataclass
class Keys:
    """Somebody who has a keyboard and nothing else."""

    person: Person

    def to(self, wanted: Locator) -> None:
        """Tab until something has the focus; whatever has it on the way is not hidden under anything."""
        page = self.person.page
        wanted.first.wait_for(state="attached")
        handle = wanted.first.element_handle()
        for _ in range(MOST_STOPS):
            page.keyboard.press("Tab")
            assert page.evaluate(SEEN) == "", "it has the focus, and is not seen"
            if page.evaluate("wanted => wanted === document.activeElement", handle):
                return
        raise AssertionError(f"{wanted} is not reached by keyboard")

    def press(self, wanted: Locator, key: str = "Enter") -> None:
        self.to(wanted)
        self.person.page.keyboard.press(key)

    def types(self, wanted: Locator, text: str) -> None:
        self.to(wanted)
        self.person.page.keyboard.type(text)

    def follows(self, wanted: Locator, url: str) -> None:
        self.press(wanted)
        self.person.page.wait_for_url(re.compile(url))

    def signs_in(self, role: str) -> None:
        """Groups of choices are one stop each: the arrows go through them."""
        page = self.person.page
        self.person.go("/sign-in")
        for name, value in (("role", role), ("purpose", SIGNS_IN[role])):
            self.to(page.locator(f"input[name={name}]"))
            page.keyboard.press("Space")
            for _ in range(12):
                if page.locator(f"input[name={name}]:checked").get_attribute("value") == value:
                    break
                page.keyboard.press("ArrowDown")
        self.press(page.get_by_role("button", name="Sign in"))
        page.wait_for_url(re.compile(r"/console/(?!sign-in)"))


@pytest.fixture(params=VIEWS)
def keys(request: pytest.FixtureRequest, chromium: Browser, town: Served) -> Iterator[Keys]:
    with Person.at(chromium, town, viewport=VIEWS[request.param]) as person:
        yield Keys(person)


def test_an_officer_checks_an_address_and_goes_on_to_a_person(keys: Keys) -> None:
    page = keys.person.page
    keys.signs_in("response-officer")
    keys.press(page.get_by_role("button", name="Check"))
    page.locator(".govuk-error-summary").wait_for()
    assert page.title().startswith("Error: ")
    keys.press(page.locator(".govuk-error-summary a"))
    assert page.evaluate("document.activeElement.id") == "address"
    assert page.evaluate(SEEN) == ""
    page.keyboard.type(TYPED)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/addresses/A-\w+$"))
    keys.press(page.locator(".mast-summary a[href='#people']"))
    heading = page.locator("#people")
    box = heading.bounding_box()
    assert box
    on_top = page.evaluate("([x, y]) => document.elementFromPoint(x, y).id", [box["x"] + 4, box["y"] + 4])
    assert on_top == "people", "what is jumped to lies under the bar"
    keys.follows(page.get_by_role("link", name=re.compile("^Person")), r"/people/P-\w+$")
    assert keys.person.heading.startswith("Person ")
    assert not keys.person.scrolls_sideways()


def test_a_person_is_marked_by_a_press_and_not_by_passing_over(chromium: Browser, town: Served) -> None:
    with Person.at(chromium, town, viewport=VIEWS["desk"]) as person:
        keys, page = Keys(person), person.page
        keys.signs_in("safeguarding-analyst")
        person.checks()
        page.get_by_role("link", name=re.compile("^Household")).first.click()
        page.locator("svg.mast-drawing").wait_for()
        before = page.url
        shapes = page.locator(".mast-thing--person")
        keys.to(shapes.nth(1))
        assert (page.url, page.input_value("#of")) == (before, ""), "passing over it changes nothing"
        assert page.locator("#network-why").inner_text() != ""
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile("of=P-"))
        assert shapes.nth(1).get_attribute("aria-pressed") == "true"
        assert not person.faults()


def test_an_analyst_finds_a_person_sees_who_is_connected_and_goes_on_to_another(keys: Keys) -> None:
    page = keys.person.page
    with next(keys.person.town.feeds.glob("housing*.csv")).open(encoding="utf-8-sig") as file:
        known = next(row for row in csv.DictReader(file, delimiter=";") if row["dob"])
    year, month, day = known["dob"].split("-")
    keys.signs_in("safeguarding-analyst")
    keys.follows(page.get_by_role("link", name="Find a person"), r"/people$")
    for name, value in (("given", known["forename"]), ("family", known["surname"])):
        keys.types(page.locator(f"#{name}"), value)
    for name, value in (("day", day), ("month", month), ("year", year)):
        keys.types(page.locator(f"#{name}"), value)
    keys.press(page.get_by_role("button", name="Find"))
    page.wait_for_url(re.compile(r"/people/result$"))
    keys.follows(page.locator("a.mast-choice"), r"/people/P-\w+$")
    found = page.url
    keys.follows(page.get_by_role("link", name=re.compile("^Household")), r"/households/H-\w+/network$")
    page.locator("svg.mast-drawing").wait_for()
    keys.press(page.get_by_role("link", name="Pass over the drawing"))
    assert page.evaluate("document.activeElement.id") == "links-heading"
    other = page.locator(f"#links a[href*='/people/P-']:not([href$='{found.rpartition('/')[2]}'])")
    keys.follows(other, r"/people/P-\w+$")
    assert keys.person.heading.startswith("Person ")
    assert page.url != found


def test_a_steward_splits_a_record_off_and_takes_it_back(chromium: Browser, town: Served) -> None:
    """At 400 %, where least is in view; from the queue, by the first person of several records."""
    with Person.at(chromium, town, viewport=VIEWS["400 %"]) as person:
        keys, page = Keys(person), person.page
        keys.signs_in("steward")
        several = page.locator(".mast-sides tr", has_text="Their other records").locator(
            "td", has=page.locator("li")
        )
        while not several.count():
            keys.follows(page.get_by_role("link", name="Skip"), "after=")
        side = several.first.evaluate("cell => cell.cellIndex - 1")
        whose = page.locator(".mast-sides tr", has_text="Now part of").locator("td").nth(side)
        keys.follows(whose.get_by_role("link"), r"/people/P-\w+/records$")
        records = page.get_by_role("checkbox", name=re.compile("record")).count()
        keys.press(page.locator("input[name^=record-]"), "Space")
        keys.types(page.locator("#reason"), "two cousins of one name")
        keys.press(page.get_by_role("button", name="Continue"))
        keys.press(page.get_by_role("button", name=re.compile("Split (it|them) off")))
        page.locator(".govuk-notification-banner").wait_for()
        assert page.get_by_role("checkbox", name=re.compile("record")).count() < records
        keys.types(page.get_by_label("Why do you take it back?"), "they are one, her mother says")
        page.keyboard.press("Enter")
        page.locator(".govuk-notification-banner").wait_for()
        assert "Nothing was decided" in person.text
        assert page.get_by_role("checkbox", name=re.compile("record")).count() == records
        assert not person.scrolls_sideways()
