"""A steward takes a wrong merge apart, sees it stay so after the next load, and takes it back."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser
from tests.console.borough import Served
from tests.console.caller import Caller, csrf_of
from tests.console.person import Person

from mast_api.loading import load_source
from mast_api.resolving import resolve_pending
from mast_graph.lease import Lease
from mast_intake.keys import KeyRing

pytestmark = pytest.mark.graph

SOURCE = """
agency: calderwick-{agency}
agreement: mash-2026
format: csv
fields: {{record_id: id, given_name: given, family_name: family, date_of_birth: born, phone: phone}}
"""
AGENCIES = ("police", "housing", "education")
NAMES = iter(
    (
        ("Annabel", "Quillfeather", "1990-05-17"),
        ("Tomasz", "Ostrowski", "1961-12-30"),
        ("Beatrix", "Undershaw", "2009-02-03"),
        ("Cornelius", "Haversham", "1948-08-21"),
    )
)
"""One for each test: what one of them decides is of no concern to another."""

FOUND = """query Q($given: String!, $family: String!, $born: Date!) {
  searchPeople(givenName: $given, familyName: $family, dateOfBirth: $born) {
    candidates { personId } } }"""
HOW = """query H($person: ID!) { how(id: $person) { entities {
  records { recordId agencyId } decisions { reason by } } } }"""


@dataclass(frozen=True)
class Merged:
    """Three agencies' records of one name and date of birth, that are taken to be one person."""

    town: Served
    given: str
    family: str
    born: str
    folder: Path

    def load(self, phone: str) -> None:
        """Every agency delivers again, with another telephone number, while the service runs."""
        keys = KeyRing.read(self.town.settings.data / "key.json")
        with Lease.acquire(self.town.store, "test") as lease:
            for agency in AGENCIES:
                source = self.folder / f"{self.given.lower()}-{agency}.yaml"
                source.write_text(SOURCE.format(agency=agency), "utf-8")
                rows = self.folder / f"{source.stem}-{phone.replace(' ', '')}.csv"
                row = f"{self.given}-{agency},{self.given},{self.family},{self.born},{phone}"
                rows.write_text(f"id,given,family,born,phone\n{row}\n", "utf-8")
                load_source(self.town.store, lease, keys, source, [rows], rejects_folder=self.folder)
            resolve_pending(self.town.store, lease, keys, self.town.settings.data)

    def people(self, many: int) -> list[str]:
        """Whoever has the name by now, once the service has followed what was written."""
        for _ in range(200):
            sought = {"given": self.given, "family": self.family, "born": self.born}
            found: Any = self.town.ask("safeguarding-analyst", "safeguarding-enquiry", FOUND, **sought)[
                "searchPeople"
            ]
            if len(found["candidates"]) == many:
                return [each["personId"] for each in found["candidates"]]
            time.sleep(0.1)
        raise AssertionError(f"they are not {many}: {found}")

    def how(self, person: str) -> dict[str, Any]:
        """The person as stewards see them."""
        found: Any = self.town.ask("steward", "safeguarding-enquiry", HOW, person=person)["how"]
        one: dict[str, Any] = found["entities"][0]
        return one

    def agencies(self, person: str) -> set[str]:
        return {each["agencyId"].removeprefix("calderwick-") for each in self.how(person)["records"]}


@pytest.fixture
def merged(town: Served, tmp_path: Path) -> Merged:
    made = Merged(town, *next(NAMES), tmp_path)
    made.load("01632 960201")
    return made


def test_what_is_split_stays_split_after_the_next_load_and_is_taken_back(
    somebody: Person, merged: Merged
) -> None:
    (person,) = merged.people(1)
    assert merged.agencies(person) == set(AGENCIES)
    page = somebody.page
    somebody.signs_in("steward")
    somebody.go(f"/people/{person}/records")
    assert "3 records are taken to be one person" in somebody.text
    assert "Nothing was decided" in somebody.text
    assert not somebody.faults()

    page.get_by_label("Calderwick education").check()
    page.get_by_label("Why?", exact=True).fill("her cousin of the same name")
    page.get_by_role("button", name="Continue").click()
    assert somebody.heading.startswith("Split 1 record off person")
    assert "Nothing is done yet" in somebody.text
    assert "her cousin of the same name" in somebody.text
    assert merged.agencies(person) == set(AGENCIES), "nothing is done by looking at the summary"
    assert not somebody.faults()

    page.get_by_role("button", name="Change it").click()
    assert page.get_by_label("Calderwick education").is_checked()
    assert page.input_value("#reason") == "her cousin of the same name"
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name=re.compile("Split (it|them) off")).click()
    page.locator(".govuk-notification-banner").wait_for()
    assert "1 record split off. 1 record belongs to another person now." in somebody.text
    assert "Kept apart from: record" in somebody.text
    assert not somebody.faults()

    both = merged.people(2)
    assert sorted(sorted(merged.agencies(each)) for each in both) == [["education"], ["housing", "police"]]
    assert {each["by"] for each in merged.how(both[0])["decisions"]} == {"console-steward"}

    merged.load("01632 960202")
    after = merged.people(2)
    assert set(after) == set(both), "the next load brings them together no more"
    page.reload()
    assert "2 records are taken to be one person" in somebody.text
    assert "her cousin of the same name" in somebody.text
    page.locator(".mast-act").get_by_role("link", name="Person").click()
    page.wait_for_url("**/records")
    assert "There is one record only" in somebody.text
    assert not somebody.faults()

    page.get_by_label("Why do you take it back?").fill("she has no cousin")
    page.get_by_role("button", name="Take it back").click()
    page.locator(".govuk-notification-banner").wait_for()
    assert "Taken back." in somebody.text
    assert "3 records are taken to be one person" in somebody.text
    assert len(merged.people(1)) == 1


def test_it_works_by_plain_forms_and_several_stay_together(chromium: Browser, merged: Merged) -> None:
    (person,) = merged.people(1)
    with Person.at(chromium, merged.town, java_script_enabled=False) as steward:
        steward.signs_in("safeguarding-analyst")
        steward.go(f"/people/{person}")
        steward.page.get_by_role("link", name="Is one of them somebody else").click()
        steward.page.get_by_label("Calder Valley Police").check()
        steward.page.get_by_label("Calderwick Homes").check()
        steward.page.get_by_label("All that I ticked").check()
        steward.page.get_by_label("Why?", exact=True).fill("two schoolgirls")
        steward.page.get_by_role("button", name="Continue").click()
        assert "are of one other person, and stay together" in steward.text
        steward.page.get_by_role("button", name=re.compile("Split (it|them) off")).click()
        assert "2 records split off." in steward.text
        parted = sorted(sorted(merged.agencies(each)) for each in merged.people(2))
        assert parted == [["education"], ["housing", "police"]]
        other = next(each for each in merged.people(2) if "police" in merged.agencies(each))
        steward.go(f"/people/{other}/records")
        steward.page.get_by_label("Calder Valley Police").check()
        steward.page.get_by_label("Why?", exact=True).fill("no, three")
        steward.page.get_by_role("button", name="Continue").click()
        steward.page.get_by_role("button", name=re.compile("Split (it|them) off")).click()
        assert "held together by decisions that they are one" in steward.text
        assert "Take that decision back first" in steward.text
        assert steward.page.get_by_label("Calder Valley Police").is_checked()
        assert merged.agencies(other) == {"police", "housing"}
        assert not steward.scrolls_sideways()


def test_what_is_missing_is_said_and_nothing_is_lost(merged: Merged) -> None:
    (person,) = merged.people(1)
    ticks = {f"record-{each['recordId']}": "yes" for each in merged.how(person)["records"]}
    one = dict([next(iter(ticks.items()))])
    path = f"/people/{person}/records"
    with Caller.signed_in(merged.town, "steward") as steward:
        form = {"csrf": csrf_of(steward.get(path)), "step": "do", "reason": "cousins"}
        for more, said in (
            ({}, "Tick the records that are of somebody else"),
            (ticks, "Leave at least one record"),
            (one | {"reason": " "}, "Say why, in a sentence"),
            (one | {"reason": "x" * 501}, "at most 500 characters"),
        ):
            response = steward.post(path, form | more)
            assert response.status_code == 422
            assert said in response.text
            assert (f'name="{next(iter(one))}" type="checkbox" value="yes" checked' in response.text) == bool(
                more
            )
        back = {"csrf": form["csrf"], "standing": "D-none", "reason": "x"}
        assert steward.post(f"{path}/take-back", back).status_code == 422
        assert steward.get("/people/P-nobody/records").status_code == 404
        assert steward.get("/people/nonsense/records").status_code == 404
        assert steward.post("/people/P-nobody/records", form | one).status_code == 303
    assert merged.agencies(person) == set(AGENCIES)
    assert merged.how(person)["decisions"] == []


def test_markup_in_a_reason_is_shown_and_not_run_and_a_form_outlives_the_session(
    somebody: Person, merged: Merged
) -> None:
    evil = "<img src=x onerror=window.hit=1>\"'>{{7*7}}</script><script>window.hit=1</script>"
    (person,) = merged.people(1)
    somebody.signs_in("steward")
    somebody.go(f"/people/{person}/records")
    somebody.page.get_by_label("Calder Valley Police").check()
    somebody.page.fill("#reason", evil)
    somebody.page.context.clear_cookies(name="mast-session")
    somebody.page.get_by_role("button", name="Continue").click()
    assert somebody.heading == "Sign in"
    somebody.page.check("input[name=role][value=steward]")
    somebody.page.check("input[name=purpose][value=safeguarding-enquiry]")
    somebody.page.get_by_role("button", name="Sign in").click()
    somebody.page.wait_for_url("**/records")
    assert "nothing has been done yet" in somebody.text
    assert somebody.page.get_by_label("Calder Valley Police").is_checked()
    assert somebody.page.input_value("#reason") == evil
    somebody.page.get_by_role("button", name="Continue").click()
    assert evil in somebody.text
    somebody.page.get_by_role("button", name=re.compile("Split (it|them) off")).click()
    somebody.page.locator(".mast-act").wait_for()
    assert evil in somebody.text
    assert not somebody.page.locator("main img, main script").count()
    assert somebody.page.evaluate("window.hit === undefined")
