"""A real Chromium, and what it says of a page: when it can be used, and how much came over the wire."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

TELEPHONE: Final[ViewportSize] = {"width": 360, "height": 780}
DESK: Final[ViewportSize] = {"width": 1440, "height": 900}

_LONG_TASKS: Final = """
window.benchBusyUntil = 0;
new PerformanceObserver((list) => {
  const ends = list.getEntries().map((each) => each.startTime + each.duration);
  window.benchBusyUntil = Math.max(window.benchBusyUntil, ...ends);
}).observe({ type: "longtask", buffered: true });
"""
_USABLE: Final = """() => {
  const went = performance.getEntriesByType("navigation")[0];
  const painted = performance.getEntriesByName("first-contentful-paint")[0];
  return Math.max(went.domContentLoadedEventEnd, painted ? painted.startTime : 0, window.benchBusyUntil);
}"""


@dataclass(frozen=True, slots=True)
class Profile:
    """A telephone's network and processor, as Chromium's developer tools slow them down."""

    name: str
    latency_ms: float
    down_bit_s: float
    up_bit_s: float
    slower: int

    def says(self) -> str:
        """In words.

        Example:
            >>> FAST_4G.says()
            'fast 4G: 165 ms a request, 8.1 Mbit/s down, 1.4 Mbit/s up, processor 4 times slower'
        """
        return (
            f"{self.name}: {self.latency_ms:.0f} ms a request, {self.down_bit_s / 1e6:.1f} Mbit/s down, "
            f"{self.up_bit_s / 1e6:.1f} Mbit/s up, processor {self.slower} times slower"
        )


FAST_4G: Final = Profile("fast 4G", 165, 8.1e6, 1.35e6, 4)
SLOW_4G: Final = Profile("slow 4G", 562.5, 1.44e6, 0.675e6, 4)
"""The two of Chromium's developer tools, with a processor as Lighthouse slows it for a telephone."""


@dataclass
class Visit:
    """A page of one browser, and what it loaded."""

    page: Page
    bytes: int = 0
    _wire: Any = field(default=None, repr=False)

    def slow(self, profile: Profile) -> None:
        """From now on over this network, with that processor."""
        wire = self.page.context.new_cdp_session(self.page)
        wire.send("Network.enable")
        wire.send(
            "Network.emulateNetworkConditions",
            {
                "offline": False,
                "latency": profile.latency_ms,
                "downloadThroughput": profile.down_bit_s / 8,
                "uploadThroughput": profile.up_bit_s / 8,
            },
        )
        wire.send("Emulation.setCPUThrottlingRate", {"rate": profile.slower})
        wire.on("Network.loadingFinished", self._loaded)
        self._wire = wire

    def usable_ms(self) -> float:
        """From the click to the page that can be used: drawn, its scripts run, no long task after that."""
        self.page.wait_for_load_state("networkidle")
        return float(self.page.evaluate(_USABLE))

    def _loaded(self, told: dict[str, Any]) -> None:
        self.bytes += int(told["encodedDataLength"])


@contextmanager
def chromium() -> Iterator[Browser]:
    """The machine's own, or the one that CHROMIUM names."""
    with sync_playwright() as playwright:
        path = os.environ.get("CHROMIUM", "/usr/bin/chromium")
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@contextmanager
def visit(browser: Browser, viewport: ViewportSize) -> Iterator[Visit]:
    """A browser with nothing in its cache."""
    with browser.new_context(viewport=viewport, locale="en-GB") as context:
        context.set_default_timeout(120_000)
        page = context.new_page()
        page.add_init_script(_LONG_TASKS)
        yield Visit(page)


def sign_in(page: Page, url: str, role: str, purpose: str) -> None:
    """As somebody does it."""
    page.goto(f"{url}/console/sign-in")
    page.check(f"input[name=role][value={role}]")
    page.check(f"input[name=purpose][value={purpose}]")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_load_state()
