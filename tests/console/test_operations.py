"""Running the service: what is late, held back or refused comes first, and a service that fails says so."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser
from starlette.applications import Starlette
from tests.api.feeds.drops import FEED, Agency
from tests.console.borough import Served
from tests.console.person import Person

from mast_analytics.knowledge import believed
from mast_analytics.quality import faults
from mast_api.feeds.checking import Reason
from mast_api.feeds.register import DAYS, REGISTER, register
from mast_api.quality_kept import keep
from mast_api.rights.retention import note_run
from mast_api.workspace import now
from mast_console import words
from mast_console.operations import PARTS
from mast_console.service import Service
from mast_graph.deliveries import Receipt, put_receipt
from mast_graph.known import read_known
from mast_graph.lease import Lease
from mast_resolver.errors import GraphUnavailableError

pytestmark = pytest.mark.graph

NAMED = "Test housing: tenants"
"""What people call `FEED`."""

EVIL = "<img src=x onerror=window.hit=1>\"'>{{7*7}}"
HOUR = dt.timedelta(hours=1)
LANES = "{ reviewQueue(first: 100) { edges { node { lane } } } }"


@pytest.fixture(scope="module")
def feeds(town: Served, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """One feed that shrank, one of which nothing ever came, and a delivery of nobody known."""
    folder = tmp_path_factory.mktemp("feeds")
    _expected(town.settings.data, Agency(folder / "one"))
    late = Agency(folder / "two")
    late.source = late.source.rename(late.source.with_name("late-tenants.yaml"))
    _expected(town.settings.data, late)
    at = now()
    receipts = (
        Receipt("1", "loaded", feed=FEED, agency="test-housing", sequence=1, files=1, rows=100),
        Receipt(
            "2", "loaded", feed=FEED, agency="test-housing", sequence=2, files=1, rows=90, rows_rejected=2
        ),
        Receipt(
            "3", "quarantined", Reason.SHRUNK, feed=FEED, agency="test-housing", sequence=3, files=1, rows=9
        ),
        Receipt("4", "quarantined", Reason.BAD_SIGNATURE, files=1),
    )
    with Lease.acquire(town.store, "tests") as lease:
        for back, receipt in zip((72, 48, 1, 1), receipts, strict=True):
            put_receipt(lease, receipt, at=at - back * HOUR)
        note_run(lease, at, at)
    yield
    (town.settings.data / REGISTER).unlink()


def _expected(data: Path, agency: Agency) -> None:
    register(data, agency.source, agency.public, due="07:00", days=DAYS, shrink_percent=20, after="delete")


def test_a_retention_that_is_not_run_needs_attention(somebody: Person, town: Served, feeds: None) -> None:
    with town.store._session("WRITE") as session:
        session.run("MATCH (run:RetentionRun) SET run.as_at = run.as_at - duration({days: 3})").consume()
    try:
        somebody.signs_in("administrator")
        somebody.go("/operations")
        first = somebody.page.locator("section").first.inner_text()
        assert "4 things need attention" in first
        assert "Not run since" in first
    finally:
        with town.store._session("WRITE") as session:
            session.run("MATCH (run:RetentionRun) SET run.as_at = run.as_at + duration({days: 3})").consume()


@pytest.mark.parametrize("role", ["administrator", "information-governance-officer"])
def test_what_needs_attention_comes_first(somebody: Person, feeds: None, role: str) -> None:
    somebody.signs_in(role)
    somebody.go("/operations")
    first = somebody.page.locator("section").first.inner_text()
    assert "3 things need attention" in first
    assert "number 3 is held back (it has far fewer rows than the one before)" in first.lower()
    assert "none ever came" in first
    assert "1 delivery of nobody known" in first
    row = somebody.page.locator("section:has(#feeds) > table tr", has_text=NAMED).last.inner_text()
    assert "90 rows, 10 fewer than before; 2 rejected" in row
    assert "Held back" in row
    somebody.page.locator("summary", has_text=NAMED).click()
    deliveries = somebody.page.locator(f"details:has-text('{NAMED}') tbody tr")
    assert "it has far fewer rows than the one before" in deliveries.first.inner_text()
    assert deliveries.count() == 3
    assert "Yes The database answers" in somebody.text
    assert "All of the service is ready" in somebody.text
    assert not somebody.faults()


def test_what_waits_for_stewards_and_what_cannot_be_right_is_counted(
    somebody: Person, town: Served, feeds: None
) -> None:
    waiting = town.ask("steward", "safeguarding-enquiry", LANES)
    edges: Any = waiting["reviewQueue"]
    lanes = [each["node"]["lane"] for each in edges["edges"]]
    pairs, doubts = lanes.count("APART"), lanes.count("DOUBT")
    somebody.signs_in("administrator")
    somebody.go("/operations")
    assert "Contacts were not looked at yet" in somebody.text
    events = believed(read_known(town.store))
    found = faults(events)
    assert found, "the borough has contacts that cannot be right"
    keep(town.settings.data, events, found, at=now())
    somebody.go("/operations")
    queue = somebody.page.locator("section:has(#queue)")
    assert f"{words.count(pairs, 'pair waits', 'pairs wait')} for a steward" in queue.inner_text()
    assert "No record waits for the resolver" in queue.inner_text()
    counted = queue.locator("tbody td[data-label=Pairs]").all_inner_texts()
    assert sum(int(each) for each in counted if each != "none") == pairs
    assert doubts, "somebody of the borough is in doubt"
    assert f"{words.count(doubts, 'person waits', 'people wait')} for a steward because" in queue.inner_text()
    counted = queue.locator("tbody td[data-label='In doubt']").all_inner_texts()
    assert sum(int(each) for each in counted if each != "none") == doubts
    quality = somebody.page.locator("section:has(#quality)")
    assert "2 of 90 rows (2.2%)" in quality.locator("tr", has_text="Test housing").inner_text()
    named: Any = town.ask("administrator", "operation", "{ agencies { id name } }")["agencies"]
    names = {each["id"]: each["name"] for each in named}
    for agency in {each.agency for each in events}:
        row = quality.locator("tr", has_text=names[agency]).inner_text()
        own = [each for each in found if each.agency == agency]
        assert f"of {words.count(sum(each.agency == agency for each in events), 'contact')}" in row
        assert ("none of" in row) == (not own)
        for each in own:
            assert f"({each.rule})" in row
    assert not somebody.faults()
    assert not somebody.scrolls_sideways()


@pytest.mark.parametrize("width", [360, 768, 1440])
def test_it_fits_at_every_width_and_has_its_picture_taken(
    chromium: Browser, town: Served, feeds: None, pictures: Path, width: int
) -> None:
    with Person.at(chromium, town, viewport={"width": width, "height": 800}) as administrator:
        administrator.signs_in("administrator")
        administrator.go("/operations")
        administrator.photographs(pictures / f"operations-{width}.jpg")


def test_it_is_read_without_scripts_and_by_keyboard(chromium: Browser, town: Served, feeds: None) -> None:
    with Person.at(chromium, town, java_script_enabled=False) as administrator:
        administrator.signs_in("administrator")
        assert administrator.page.url.endswith("/operations"), "it is where an administrator begins"
        summary = administrator.page.locator("summary").first
        summary.focus()
        administrator.page.keyboard.press("Enter")
        assert administrator.page.locator("details[open] tbody tr").count()


def test_every_reason_has_words() -> None:
    assert {each.value for each in Reason} == words.REASONS.keys()


UNWELL = {
    "the database does not answer": {
        "database": False,
        "keys": False,
        "address_check": True,
        "queries": True,
        "search": True,
    },
    "nobody says anything": {},
}


@pytest.mark.parametrize("said", UNWELL.values(), ids=UNWELL)
def test_while_the_database_is_down_the_page_says_so_first_and_nothing_is_well(
    somebody: Person, town: Served, feeds: None, monkeypatch: pytest.MonkeyPatch, said: dict[str, bool]
) -> None:
    """What is asked of the graph fails as it does then; no feed is told of, and none is called well."""
    somebody.signs_in("administrator")

    async def state(_service: Service) -> dict[str, bool]:
        return said

    async def gone(_store: object, name: str, **_params: object) -> None:
        raise GraphUnavailableError(f"{name}: the database does not answer", fix="start it")

    monkeypatch.setattr(Service, "ready", state)
    monkeypatch.setattr("mast_graph.async_store.AsyncStore.read", gone)
    response = somebody.go("/operations")
    assert response.status == 200
    first = somebody.page.locator("section").first.inner_text()
    assert f"{sum(not each for each in said.values()) or len(PARTS)} things need attention" in first
    assert "The database does not answer" in first
    assert "cannot be told now" in first
    assert "Not all of the service is ready" in somebody.text
    assert "came when it was due" not in somebody.text
    assert not somebody.faults()
    monkeypatch.undo()
    somebody.go("/operations")
    assert "3 things need attention" in somebody.page.locator("section").first.inner_text()


def test_a_service_that_does_not_say_how_it_is_counts_as_not_well() -> None:
    async def asked() -> dict[str, bool]:
        service = Service(Starlette())
        try:
            return await service.ready()
        finally:
            await service.close()

    with ThreadPoolExecutor(1) as another:  # the browser's own loop runs in this thread
        assert another.submit(lambda: asyncio.run(asked())).result() == {}


def test_a_reason_with_markup_is_shown_and_not_run(chromium: Browser, town: Served, feeds: None) -> None:
    with Lease.acquire(town.store, "tests") as lease:
        put_receipt(lease, Receipt("5", "quarantined", EVIL, files=1), at=now())
    with Person.at(chromium, town, viewport={"width": 320, "height": 256}) as administrator:
        administrator.signs_in("administrator")
        administrator.go("/operations")
        assert EVIL.lower() in administrator.text.lower()
        assert not administrator.page.locator("main img").count()
        assert administrator.page.evaluate("window.hit === undefined")
        assert not administrator.scrolls_sideways()
        administrator.page.emulate_media(media="print")
        assert not administrator.page.get_by_role("link", name="Look again").is_visible()
        assert not administrator.faults()
