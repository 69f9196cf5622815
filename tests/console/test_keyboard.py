"""By keyboard alone, from signing in on, at a desk and at 400 % zoom; what has the focus is in view."""

from __future__ import annotations

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
