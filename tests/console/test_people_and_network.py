"""The analyst at a desk: a person found, followed through a move, and what they are connected to."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from tests.console.borough import Served
from tests.console.person import Person

from mast_console import dates

pytestmark = pytest.mark.graph

DESK = {"viewport": {"width": 1440, "height": 900}}


@pytest.fixture
def known(town: Served) -> dict[str, str]:
    """A child whom the housing feed knows by name and date of birth, living at the case study's address."""
    with next(town.feeds.glob("housing*.csv")).open(encoding="utf-8-sig") as file:
        rows = [row for row in csv.DictReader(file, delimiter=";") if row["dob"]]
    return rows[0]


def finds(person: Person, known: dict[str, str]) -> None:
    """Somebody is looked for by name and date of birth."""
    person.page.get_by_role("link", name="Find a person").click()
    year, month, day = known["dob"].split("-")
    for field, value in (
        ("given", known["forename"]),
        ("family", known["surname"]),
        ("day", day),
        ("month", month),
        ("year", year),
    ):
        person.page.fill(f"#{field}", value)
    person.page.get_by_role("button", name="Find").click()


@pytest.mark.parametrize("width", [360, 768, 1440])
def test_whom_somebody_found_has_its_picture_taken(
    chromium: Browser, town: Served, known: dict[str, str], pictures: Path, width: int
) -> None:
    with Person.at(chromium, town, viewport={"width": width, "height": 800}) as officer:
        officer.signs_in()
        finds(officer, known)
        officer.page.wait_for_url(re.compile("/people/result$"))
        assert officer.page.locator(".mast-choice").count()
        officer.photographs(pictures / f"people-found-{width}.jpg")


def test_a_person_is_found_by_what_is_known_of_them_and_none_is_chosen(
    chromium: Browser, town: Served, known: dict[str, str]
) -> None:
    with Person.at(chromium, town, **DESK) as analyst:
        analyst.signs_in("safeguarding-analyst")
        finds(analyst, known)
        analyst.page.wait_for_url(re.compile("/people/result$"))
        assert known["surname"] in analyst.text
        assert known["surname"] not in analyst.page.title()
        assert "is for you to judge by the reasons" in analyst.text
        assert not analyst.faults()
        analyst.page.locator(".mast-choice").first.click()
        assert re.search(r"/people/P-\w+$", analyst.page.url)
        assert analyst.heading.startswith("Person ")


def test_a_date_that_is_none_and_a_search_for_nothing_keep_what_was_typed(
    chromium: Browser, town: Served
) -> None:
    with Person.at(chromium, town) as officer:
        officer.signs_in()
        officer.go("/people")
        officer.page.fill("#family", "Okafor")
        officer.page.fill("#day", "31")
        officer.page.fill("#month", "2")
        officer.page.fill("#year", "2016")
        officer.page.get_by_role("button", name="Find").click()
        assert "must be a real date" in officer.text
        assert officer.page.input_value("#family") == "Okafor"
        assert not officer.faults()
        officer.go("/people")
        officer.page.get_by_role("button", name="Find").click()
        assert "Say something about the person" in officer.text


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        pytest.param(
            "nhs",
            "9434765910",
            "This is not an NHS number: a digit is wrong",
            id="a digit of the NHS number is wrong",
        ),
        pytest.param(
            "postcode",
            "JX1 4A",
            "This is not a postcode: a letter or digit is wrong",
            id="half of the postcode is missing",
        ),
        pytest.param("given", "Baby", "The given name stands for none", id="no given name"),
        pytest.param("family", "Unknown", "The family name stands for none", id="no family name"),
        pytest.param("year", "16", "real date from 1900 to today", id="a year in two figures"),
        pytest.param("year", "2030", "real date from 1900 to today", id="a year that has not been"),
    ],
)
def test_what_cannot_be_searched_by_is_said_at_its_field_and_never_dropped(
    somebody: Person, known: dict[str, str], field: str, typed: str, said: str
) -> None:
    year, month, day = known["dob"].split("-")
    somebody.signs_in()
    somebody.go("/people")
    filled = {"given": known["forename"], "family": known["surname"], "day": day, "month": month}
    for name, value in (filled | {"year": year, field: typed}).items():
        somebody.page.fill(f"#{name}", value)
    somebody.page.get_by_role("button", name="Find").click()
    assert somebody.page.title().startswith("Error: ")
    summary = somebody.page.locator(".govuk-error-summary")
    assert said in summary.inner_text()
    assert said in somebody.page.locator(".govuk-form-group--error").inner_text()
    assert somebody.page.input_value(f"#{field}") == typed
    assert not somebody.faults()
    summary.get_by_role("link").click()
    focused = somebody.page.evaluate("document.activeElement.id")
    assert focused == ("day" if field == "year" else field)


def test_an_analyst_follows_a_person_through_a_move_to_a_household_and_back(
    chromium: Browser, town: Served
) -> None:
    with Person.at(chromium, town, **DESK) as analyst:
        analyst.signs_in("safeguarding-analyst")
        analyst.checks()
        analyst.page.get_by_role("link", name=re.compile("^Household")).first.click()
        moved = analyst.page.locator("#links tr", has_text="lived in this household from").first
        moved.get_by_role("link", name=re.compile("^Person")).click()
        homes = analyst.page.locator("#homes + ul").inner_text()
        assert "Lives at address" in homes
        assert "Lived at address" in homes
        assert re.search(r"from .+ to \d+ \w+ \d{4} \(.+ ago\)", homes)
        assert re.search(r"Why these \d+ records are one person", analyst.text)
        assert not re.search(r"\br[0-9a-f]{32}", analyst.text), "ids of records are too long to be read"
        why = analyst.page.get_by_role("link", name="Field by field").first
        assert re.search(r"/review/r[0-9a-f]{32}\.r[0-9a-f]{32}$", why.get_attribute("href") or "")
        times = [
            each.get_attribute("datetime") or "" for each in analyst.page.locator(".moj-timeline time").all()
        ]
        assert times
        assert times == sorted(times, reverse=True)
        analyst.page.get_by_role("link", name=re.compile("^Household")).first.click()
        analyst.page.wait_for_url(re.compile("/network$"))


@pytest.mark.parametrize("role", ["response-officer", "safeguarding-analyst"])
def test_an_old_person_who_is_two_now_is_nobody_until_one_of_them_is_chosen(
    chromium: Browser, town: Served, role: str
) -> None:
    with Person.at(chromium, town) as person:
        person.signs_in(role)
        old = town.splits_an_id("P")
        person.go(f"/people/{old}")
        assert person.heading == "Which person do you mean?"
        assert "which one is meant is not known. None was chosen for you" in person.text
        assert not person.page.locator(".moj-timeline, table, .mast-contact").count(), "nobody's history"
        assert not person.faults()
        choices = person.page.locator("#main a[href*='/people/P-']")
        assert choices.count() == 2
        name = choices.last.inner_text()
        choices.last.click()
        assert person.heading == name
        assert person.page.locator("#timeline").is_visible()


def test_an_officer_sees_a_person_without_what_is_for_enquiries(chromium: Browser, town: Served) -> None:
    with Person.at(chromium, town) as officer:
        officer.signs_in()
        officer.checks()
        officer.page.get_by_role("link", name=re.compile("^Person")).first.click()
        assert "Open now: whom to ring" in officer.text or "Nothing open" in officer.text
        for part in ("Why these", "Related, as agencies say", "Household"):
            assert part not in officer.text.replace("Addresses and households", "")


def test_every_line_and_shape_of_the_drawing_is_reached_by_keyboard_named_and_in_the_table(
    chromium: Browser, town: Served
) -> None:
    with Person.at(chromium, town, **DESK) as analyst:
        analyst.signs_in("safeguarding-analyst")
        analyst.checks()
        analyst.page.get_by_role("link", name=re.compile("^Household")).first.click()
        drawing = analyst.page.locator("svg.mast-drawing")
        shapes, lines = drawing.locator(".mast-thing"), drawing.locator(".mast-link")
        rows = analyst.page.locator("#links tbody tr")
        assert lines.count() == rows.count() > 10
        assert 5 < shapes.count() <= 50
        analyst.page.locator("#day").focus()
        reached: set[str] = set()
        for _ in range(lines.count() + shapes.count() + 1):  # a link before them passes over all of them
            analyst.page.keyboard.press("Tab")
            reached.add(analyst.page.evaluate("document.activeElement.getAttribute('aria-label') || ''"))
            assert analyst.page.locator("#network-why").inner_text() != ""
        named = {each.get_attribute("aria-label") for each in drawing.locator("[tabindex]").all()}
        assert named <= reached | {""}
        assert analyst.page.locator("#links .mast-chosen").count() > 0
        assert not analyst.faults()
        analyst.page.uncheck("#show-agency")
        analyst.page.get_by_role("button", name="Show").click()
        assert "are not drawn" in analyst.text
        assert drawing.locator(".mast-thing--agency").count() == 0
        assert rows.count() > lines.count()
        analyst.page.fill("#as_at", "2026-06-01")
        analyst.page.get_by_role("button", name="Show").click()
        assert "As it was on 1 June 2026" in analyst.text
        analyst.page.fill("#as_at", "2020-01-01")
        analyst.page.get_by_role("button", name="Show").click()
        assert analyst.heading == "There is no household here"
        analyst.page.get_by_role("link", name="as it is now").click()
        assert drawing.is_visible()


def test_the_network_is_a_table_without_scripts_and_prints_without_its_form(
    chromium: Browser, town: Served
) -> None:
    with Person.at(chromium, town, java_script_enabled=False) as plain:
        plain.signs_in("safeguarding-analyst")
        plain.checks()
        plain.page.get_by_role("link", name=re.compile("^Household")).first.click()
        assert plain.page.locator("#links tbody tr").count() > 10
        assert not plain.page.locator("#network").is_visible()
        plain.page.emulate_media(media="print")
        assert not plain.page.locator(".mast-filter").is_visible()
        assert plain.page.locator("#links").is_visible()


def household_of(person: Person) -> None:
    """From the door to the household that lives behind it."""
    person.signs_in("safeguarding-analyst")
    person.checks()
    person.page.get_by_role("link", name=re.compile("^Household")).first.click()


def test_one_agency_and_what_is_open_is_drawn_by_itself(chromium: Browser, town: Served) -> None:
    with Person.at(chromium, town, **DESK) as analyst:
        household_of(analyst)
        shapes = analyst.page.locator(".mast-thing[tabindex]")
        agency = analyst.page.locator("#agency option").nth(1)
        name = agency.inner_text()
        analyst.page.select_option("#agency", agency.get_attribute("value"))
        analyst.page.get_by_role("button", name="Show").click()
        shapes.first.wait_for()
        agencies = analyst.page.locator(".mast-thing--agency[tabindex]")
        labels = [each.get_attribute("aria-label") or "" for each in agencies.all()]
        assert [each.startswith(f"{name},") for each in labels] == [True]
        assert "what you left out above" in analyst.text
        analyst.page.select_option("#agency", "")
        analyst.page.check("#open")
        analyst.page.get_by_role("button", name="Show").click()
        shapes.first.wait_for()
        said = [each.get_attribute("aria-label") or "" for each in analyst.page.locator(".mast-link").all()]
        known = [each for each in said if "contact" in each]
        assert known
        assert all("an episode is open" in each for each in known)
        analyst.page.get_by_role("link", name="Timeline").click()
        analyst.page.wait_for_url(re.compile("open=yes"))
        titles = analyst.page.locator("#events h3").all_inner_texts()
        assert all(each.startswith("Open ") for each in titles if "household" not in each)
        assert not analyst.faults()


def test_a_slider_leads_through_the_days_on_which_something_changed(chromium: Browser, town: Served) -> None:
    with Person.at(chromium, town, **DESK) as analyst:
        household_of(analyst)
        slider = analyst.page.get_by_role("slider", name="Move through time")
        days = [each.get_attribute("data-day") or "" for each in analyst.page.locator("#days li").all()]
        assert days == [*sorted(set(days[:-1])), ""]
        assert slider.get_attribute("aria-valuetext") == "Now"
        now = analyst.page.locator("#links tbody tr").count()
        slider.press("Home")
        analyst.page.wait_for_url(f"**as_at={days[0]}*")
        assert analyst.page.evaluate("document.activeElement.id") == "day", "the keyboard goes on here"
        box = slider.bounding_box()
        assert box
        on_top = "([x, y]) => document.elementFromPoint(x, y).id"
        assert analyst.page.evaluate(on_top, [box["x"] + 20, box["y"] + 20]) == "day", "nothing covers it"
        assert (slider.get_attribute("aria-valuetext") or "").startswith(dates.day(days[0]))
        assert f"As it was on {dates.day(days[0])}" in analyst.text
        assert 0 < analyst.page.locator("#links tbody tr").count() < now
        slider.press("ArrowRight")
        analyst.page.wait_for_url(f"**as_at={days[1]}*")
        assert not analyst.faults()
        analyst.page.go_back()
        assert f"As it was on {dates.day(days[0])}" in analyst.text
        assert slider.get_attribute("aria-valuetext") != "Now"
        path = analyst.page.url.partition("?")[0]
        before = ""
        for day in days[:-1:6]:
            analyst.page.goto(f"{path}?as_at={day}&view=timeline")
            shown = analyst.page.locator("#events").inner_text()
            assert dates.day(day) in shown, "each step shows something"
            assert shown != before
            before = shown


def test_drawing_and_timeline_turn_into_each_other_and_whoever_is_marked_stays_so(
    chromium: Browser, town: Served
) -> None:
    with Person.at(chromium, town, **DESK) as analyst:
        household_of(analyst)
        shape = analyst.page.locator(".mast-thing--person").nth(1)
        name = (shape.get_attribute("aria-label") or "").partition(",")[0]
        shape.press("Enter")
        analyst.page.get_by_role("link", name="Timeline").click()
        analyst.page.wait_for_url("**view=timeline*")
        marked = analyst.page.locator("#events .mast-chosen")
        assert marked.count()
        assert all(name in text and "marked" in text for text in marked.all_inner_texts())
        others = analyst.page.locator("#events .moj-timeline__item:not(.mast-chosen)")
        assert not [text for text in others.all_inner_texts() if name in text]
        times = [each.get_attribute("datetime") or "" for each in analyst.page.locator("#events time").all()]
        assert times == sorted(times, reverse=True)
        assert not analyst.faults()
        another = next(
            each
            for each in analyst.page.locator("#of option").all_inner_texts()
            if each not in (name, "nobody") and each in analyst.page.locator("#events").inner_text()
        )
        analyst.page.select_option("#of", label=another)
        analyst.page.get_by_role("button", name="Show").click()
        assert all(another in text for text in marked.all_inner_texts())
        analyst.page.get_by_role("link", name="Drawing and links").click()
        analyst.page.locator("svg.mast-drawing").wait_for()
        assert analyst.page.locator("#network-why").inner_text().startswith(another)
        rows = analyst.page.locator("#links .mast-chosen").all_inner_texts()
        assert rows
        assert all(another in text and "marked" in text for text in rows)
        analyst.page.go_back()
        assert all(another in text for text in marked.all_inner_texts())
        analyst.page.uncheck("#show-agency")
        analyst.page.get_by_role("button", name="Show").click()
        titles = set(analyst.page.locator("#events h3").all_inner_texts())
        assert titles == {"Came to a household", "Left a household"}


def test_without_scripts_time_is_a_date_and_the_timeline_a_page(chromium: Browser, town: Served) -> None:
    with Person.at(chromium, town, java_script_enabled=False) as plain:
        household_of(plain)
        assert not plain.page.locator("#day").is_visible()
        plain.page.get_by_role("link", name="Timeline").click()
        whole = plain.page.locator("#events h3").count()
        plain.page.fill("#as_at", "2026-06-01")
        plain.page.get_by_role("button", name="Show").click()
        assert "As it was on 1 June 2026" in plain.text
        assert 0 < plain.page.locator("#events h3").count() < whole
        assert not plain.scrolls_sideways()
        plain.page.emulate_media(media="print")
        assert not plain.page.locator(".mast-views").is_visible()
        assert plain.page.locator("#events").is_visible()
