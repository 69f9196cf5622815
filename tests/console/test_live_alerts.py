"""New alerts on a page that is open: told of as a count, and not for longer than its owner may be told."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from starlette.types import Message
from tests.console.borough import Served
from tests.console.caller import Caller
from tests.console.person import Person

from mast_console.live import Live, Stream

pytestmark = pytest.mark.graph

ANALYST = "safeguarding-analyst"
HOME = '"FLAT 2, 14 CANAL STREET, CALDERWICK JX1 4AB"'
numbers = iter(range(901, 999))


@pytest.fixture(scope="module", autouse=True)
def rules(town: Served) -> None:
    town.puts_in_force("three-police-attendances", "third-agency")


def attendance(day: str, home: str = HOME) -> str:
    """A row of the police's incident log: neighbours heard something, and nobody is named."""
    number = f"CX26/000{next(numbers)}"
    return (
        f"{number}/0,{number},CONCERN-NBR,{day} 2026 22:10,,,crying-child,,,,,,,,{home},pol-control-room,4001"
    )


def stands(page: Page) -> None:
    page.locator("#new-alerts[data-live=yes]").wait_for(state="attached")


def test_new_alerts_are_counted_and_shown_when_they_are_asked_for(somebody: Person, town: Served) -> None:
    somebody.signs_in(ANALYST)
    somebody.go("/alerts")
    stands(somebody.page)
    cards, before = somebody.page.locator(".mast-alert"), somebody.page.locator(".mast-alert").count()
    somebody.page.select_option("#severity", "HIGH")
    where = somebody.page.url
    town.police_report(attendance("01 APR"), attendance("20 APR"))
    said = somebody.page.get_by_role("status").filter(has_text="new alert")
    expect(said).to_have_text("2 new alerts: show", timeout=60_000)
    assert said.evaluate("each => each.getAttribute('role')") == "status", "it is announced, politely"
    assert (somebody.page.url, cards.count()) == (where, before), "the page never moves by itself"
    assert somebody.page.input_value("#severity") == "HIGH"
    assert not somebody.faults()
    said.get_by_role("link", name="show").click()
    somebody.page.wait_for_url("**/alerts?since=*")
    expect(cards.filter(has_text="Just raised")).to_have_count(2)
    assert cards.count() == before + 2
    assert not somebody.faults()


def heard(lines: Iterator[str], name: str) -> str:
    """The data of the next event of that name."""
    for line in lines:
        if line == f"event: {name}":
            return next(lines).removeprefix("data: ")
    raise AssertionError(f"the stream ended without {name}")


def test_a_stream_holds_ids_and_nothing_else_and_tells_what_came_before_it_stood(town: Served) -> None:
    with Caller.signed_in(town, ANALYST) as analyst:
        stream = analyst.client.stream("GET", "/console/alerts/live?since=2020-01-01T00:00:00Z")
        with stream as response:
            assert response.headers["content-type"].startswith("text/event-stream")
            assert response.headers["cache-control"] == "no-store"
            assert "default-src 'none'" in response.headers["content-security-policy"]
            ids = heard(response.iter_lines(), "alerts").split(" ")
    assert len(ids) > 2
    assert all(re.fullmatch("AL-[0-9a-z]+", each) for each in ids)


def test_signing_out_elsewhere_ends_the_stream(somebody: Person) -> None:
    somebody.signs_in(ANALYST)
    somebody.go("/alerts")
    stands(somebody.page)
    other = somebody.page.context.new_page()
    other.goto(f"{somebody.town.console}/address-check")
    other.get_by_role("button", name="Sign out").click()
    other.wait_for_url("**/signed-out")
    expect(somebody.page.locator("#new-alerts[data-live=ended]")).to_contain_text("here no longer")
    assert not somebody.faults()
    somebody.page.get_by_role("link", name="look again", exact=True).click()
    somebody.page.wait_for_url("**/sign-in")


def test_a_session_has_one_stream_and_its_latest_page_has_it(somebody: Person) -> None:
    somebody.signs_in(ANALYST)
    somebody.go("/alerts")
    stands(somebody.page)
    other = somebody.page.context.new_page()
    other.goto(f"{somebody.town.console}/alerts")
    stands(other)
    expect(somebody.page.locator("#new-alerts[data-live=elsewhere]")).to_contain_text("another page of yours")
    assert other.locator("#new-alerts").get_attribute("data-live") == "yes"


def test_a_right_that_is_taken_away_ends_the_stream_before_the_next_alert(
    town: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Caller.signed_in(town, ANALYST) as analyst:
        with analyst.client.stream("GET", "/console/alerts/live") as response:
            lines = response.iter_lines()
            assert next(lines) == ":", "it stands"
            monkeypatch.setattr("mast_api.access.in_force", _nobody_may)
            town.police_report(attendance("03 JUN"), attendance("05 JUN"))
            rest = list(lines)
        assert "event: over" in rest
        assert not [each for each in rest if "AL-" in each]


def _nobody_may() -> Any:
    class Policy:
        """One that forbids everything."""

        def __getattr__(self, _name: str) -> Any:
            return lambda *_: False

    return Policy()


def test_a_session_that_nobody_uses_ends_though_its_stream_goes_on(
    town: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mast_console.live.BEAT_S", 0.05)
    stream = "/console/alerts/live"
    with Caller.signed_in(town, ANALYST) as analyst, analyst.client.stream("GET", stream) as response:
        lines = response.iter_lines()
        assert [next(lines) for _ in range(4)] == [":", "", ":", ""]
        monkeypatch.setattr("mast_console.sessions.Sessions.open", lambda *_, **__: None)
        assert heard(lines, "over") == "ended"


@pytest.mark.parametrize(
    "headers", [{"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}, {"cookie": ""}]
)
def test_a_stream_is_for_a_page_of_a_session_only(town: Served, headers: dict[str, str]) -> None:
    with Caller.signed_in(town, ANALYST) as analyst:
        response = analyst.get("/alerts/live", **headers)
        assert (response.status_code, response.content) == (204, b"")


def test_who_does_not_read_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mast_console.live.SEND_WITHIN_S", 0.05)
    told: list[str] = []

    async def news() -> AsyncGenerator[list[str]]:
        while True:
            yield ["AL-1"]

    async def send(message: Message) -> None:
        told.append(message["type"])
        if message["type"] == "http.response.body":
            await asyncio.Event().wait()

    async def receive() -> Message:
        await asyncio.Event().wait()
        raise AssertionError

    class Streams(Live):
        def __init__(self) -> None:
            self._open = {}

    async def served() -> None:
        stream = Stream(Streams(), b"", news())
        await asyncio.wait_for(stream({}, receive, send), 10)

    with ThreadPoolExecutor(1) as another:  # the browser's own loop may run in this thread
        another.submit(lambda: asyncio.run(served())).result()
    assert told == ["http.response.start", "http.response.body"]


def test_without_scripts_a_page_is_looked_at_again(chromium: Browser, town: Served) -> None:
    with Person.at(chromium, town, java_script_enabled=False) as analyst:
        analyst.signs_in(ANALYST)
        analyst.go("/alerts")
        assert not analyst.page.locator("#new-alerts").is_visible()
        before = analyst.page.locator(".mast-alert").count()
        town.police_report(*(attendance(f"{day} FEB") for day in ("05", "10", "15")))
        analyst.page.get_by_role("link", name="Look again").click()
        assert analyst.page.locator(".mast-alert").count() > before
