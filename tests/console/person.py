"""Somebody who uses the console in a browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Final, Self
from weakref import WeakKeyDictionary

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Error, Keyboard, Locator, Page, Response
from tests.console.borough import TYPED, Served
from tests.console.still import STILL, kept_in

TELEPHONE: Final = {"width": 360, "height": 780}
AXE: Final = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}

SIGNS_IN: Final = {
    "response-officer": "safeguarding-response",
    "safeguarding-practitioner": "safeguarding-enquiry",
    "safeguarding-analyst": "safeguarding-enquiry",
    "steward": "safeguarding-enquiry",
    "researcher": "research",
    "information-governance-officer": "information-governance",
    "administrator": "operation",
}
"""Every role that may sign in, with the widest purpose that it has."""


SENDING: Final = "document.documentElement.dataset.sending || ''"


def waiting(press: Callable[..., None]) -> Callable[..., None]:
    """A press that is over when what it sent was answered, on the page that came of it."""

    def pressed(on: Locator | Keyboard, *said: Any, **options: Any) -> None:
        press(on, *said, **options)
        page = on.page if isinstance(on, Locator) else Person.of.get(on)
        while page is not None and _sending(page):
            page.wait_for_timeout(20)
        if page is not None:
            page.wait_for_load_state()

    return pressed


def _sending(page: Page) -> bool:
    try:
        return bool(page.evaluate(SENDING))
    except Error:
        return True  # the page is just being replaced


@dataclass
class Person:
    """A browser of one's own, at the console."""

    page: Page
    town: Served
    complaints: list[str] = field(default_factory=list)
    of: ClassVar[WeakKeyDictionary[Keyboard, Page]] = WeakKeyDictionary()
    """Whose page a keyboard is of, which it does not say."""

    @classmethod
    @contextmanager
    def at(cls, chromium: Browser, town: Served, **context: Any) -> Iterator[Self]:
        """Somebody new; ``context`` is what their browser is like."""
        options = {"viewport": TELEPHONE, "timezone_id": "Europe/London", "locale": "en-GB"} | context
        opened = chromium.new_context(**options)
        opened.set_default_timeout(20_000)
        if kept_in():
            opened.clock.set_fixed_time(STILL)
        person = cls(opened.new_page(), town)
        cls.of[person.page.keyboard] = person.page
        person.page.on(
            "console", lambda said: person.complaints.append(said.text) if said.type == "error" else None
        )
        person.page.on("pageerror", lambda error: person.complaints.append(str(error)))
        try:
            yield person
            refusals = "the server responded with a status of"
            assert not [each for each in person.complaints if refusals not in each]
        finally:
            opened.close()

    def go(self, path: str) -> Response:
        response = self.page.goto(self.town.console + path)
        assert response is not None
        return response

    def signs_in(self, role: str = "response-officer", purpose: str = "") -> None:
        self.go("/sign-in")
        self.page.check(f"input[name=role][value={role}]")
        self.page.check(f"input[name=purpose][value={purpose or SIGNS_IN[role]}]")
        self.page.get_by_role("button", name="Sign in").click()
        self.page.wait_for_load_state()

    def checks(self, typed: str = TYPED) -> None:
        """Look an address up, from the page for it."""
        self.go("/address-check")
        self.page.fill("#address", typed)
        self.page.get_by_role("button", name="Check").click()
        self.page.wait_for_load_state()

    @property
    def heading(self) -> str:
        return self.page.locator("h1").inner_text()

    @property
    def text(self) -> str:
        return self.page.locator("main").inner_text()

    def photographs(self, path: Path, *, whole: bool = True) -> None:
        """Keep a picture of the page; nothing on it may lie beside it."""
        assert not self.scrolls_sideways()
        if whole:
            self.page.evaluate("window.scrollTo(0, 0)")  # what stays in view stands at the top of it
        self.page.screenshot(path=path, full_page=whole, type="jpeg", quality=60)

    @classmethod
    @contextmanager
    def pictured(
        cls, chromium: Browser, town: Served, pictures: Path, width: int
    ) -> Iterator[tuple[Self, Callable[[str], None]]]:
        """Somebody at a screen of a width, and what keeps pictures of it where axe finds no fault."""
        with cls.at(chromium, town, viewport={"width": width, "height": 800}) as person:

            def keeps(name: str) -> None:
                assert not person.faults(), name
                person.photographs(pictures / f"{name}-{width}.jpg")

            yield person, keeps

    def faults(self) -> list[str]:
        """What axe finds against WCAG 2.2 AA on the page as it stands."""
        found = Axe().run(self.page, options=AXE).response["violations"]
        return [f"{each['id']}: {each['nodes'][0]['html'][:200]}" for each in found]

    def scrolls_sideways(self) -> bool:
        return bool(
            self.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
        )
