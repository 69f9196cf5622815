"""A real Chromium at the real console: one town and one browser a module."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Keyboard, Locator, sync_playwright
from tests.console.borough import Served, served
from tests.console.person import Person, waiting
from tests.console.still import kept_in, standing_still

from mast_graph.store import Login, Store


@pytest.fixture(scope="module")
def town(neo4j_server: Login, _store: Store, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(_store, neo4j_server, tmp_path_factory.mktemp("console")) as running:
        yield running


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The machine's own: `apt-get install chromium`, or CHROMIUM names another one.

    Not for longer than a module: while Playwright runs, its event loop does, and no other test can start one.
    """
    path = os.environ.get("CHROMIUM", "/usr/bin/chromium")
    if not Path(path).exists():
        pytest.fail(f"the console's tests need a Chromium, and there is none at {path}: see docs/console.md")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="module", autouse=True)
def patience() -> Iterator[None]:
    """Whoever presses something waits until it was sent: a form asks first whether the service is reached."""
    with pytest.MonkeyPatch.context() as patched:
        for kind, name in ((Locator, "click"), (Locator, "press"), (Keyboard, "press")):
            patched.setattr(kind, name, waiting(getattr(kind, name)))
        yield


@pytest.fixture(scope="module", autouse=True)
def stillness() -> Iterator[None]:
    """Where pictures are kept, each module has the same day, ids and keys as in any other run."""
    with standing_still() if kept_in() else nullcontext():
        yield


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Where pictures go: MAST_PICTURES where they are to be kept."""
    return kept_in() or tmp_path


@pytest.fixture
def somebody(chromium: Browser, town: Served) -> Iterator[Person]:
    """Somebody at a telephone, with scripts; what their browser complains of fails the test."""
    with Person.at(chromium, town) as person:
        yield person
