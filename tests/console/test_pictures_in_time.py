"""Pictures of what comes while a page is open, or of what was done elsewhere: seen by axe at every width."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from tests.console.borough import TYPED, Served
from tests.console.person import Person
from tests.console.still import STILL, kept_in
from tests.console.test_address_check import TWINS
from tests.console.test_live_alerts import attendance, stands

from mast_analytics.knowledge import believed
from mast_analytics.quality import faults
from mast_api.quality_kept import keep
from mast_api.workspace import now
from mast_graph.known import read_known

pytestmark = pytest.mark.graph

WIDTHS = (360, 768, 1440)
at_every_width = pytest.mark.parametrize("width", WIDTHS)


@pytest.fixture(scope="module")
def twins(town: Served) -> None:
    """One number of one street, in two towns."""
    town.police_report(*(attendance("01 MAY", home) for home in TWINS))


@at_every_width
@pytest.mark.usefixtures("twins")
def test_several_places_to_choose_from_have_their_picture_taken(
    chromium: Browser, town: Served, pictures: Path, width: int
) -> None:
    with Person.pictured(chromium, town, pictures, width) as (officer, keeps):
        officer.signs_in()
        officer.checks("7 twin street")
        assert officer.heading == "Which address do you mean?"
        keeps("several-addresses")


@at_every_width
def test_a_session_about_to_end_has_its_picture_taken(
    chromium: Browser, town: Served, pictures: Path, width: int
) -> None:
    with Person.pictured(chromium, town, pictures, width) as (officer, keeps):
        officer.signs_in()
        # Where pictures are kept the clock stands still already, and begins to go here; else it goes on.
        officer.page.clock.install(time=STILL if kept_in() else None)
        officer.go("/address-check")
        officer.page.fill("#address", TYPED)
        officer.page.clock.fast_forward("59:00")
        expect(officer.page.locator("#live")).to_contain_text("Your sign-in ends in less than two minutes")
        keeps("sign-in-ends")


@pytest.fixture(scope="module")
def rules(town: Served) -> None:
    town.puts_in_force("three-police-attendances", "third-agency")


@pytest.mark.usefixtures("rules")
def test_new_alerts_have_their_picture_taken(chromium: Browser, town: Served, pictures: Path) -> None:
    """At all widths at once: what is raised is new once."""
    with ExitStack() as open_:
        analysts = [open_.enter_context(Person.pictured(chromium, town, pictures, width)) for width in WIDTHS]
        for analyst, _ in analysts:
            analyst.signs_in("safeguarding-analyst")
            analyst.go("/alerts")
            stands(analyst.page)
        town.police_report(attendance("01 APR"), attendance("20 APR"))
        for analyst, keeps in analysts:
            said = analyst.page.get_by_role("status").filter(has_text="new alert")
            expect(said).to_have_text("2 new alerts: show", timeout=60_000)
            keeps("new-alerts")
            said.get_by_role("link", name="show").click()
            analyst.page.wait_for_url("**/alerts?since=*")
            keeps("new-alerts-shown")


@pytest.fixture(scope="module")
def looked_at(town: Served) -> None:
    """As `mast quality` leaves it."""
    events = believed(read_known(town.store))
    keep(town.settings.data, events, faults(events), at=now())


@at_every_width
@pytest.mark.usefixtures("looked_at")
def test_what_cannot_be_right_has_its_picture_taken(
    chromium: Browser, town: Served, pictures: Path, width: int
) -> None:
    with Person.pictured(chromium, town, pictures, width) as (administrator, keeps):
        administrator.signs_in("administrator")
        administrator.go("/operations")
        assert "Contacts were looked at on" in administrator.text
        keeps("data-quality")
