"""A count says how far back it goes: where an agreement shows six months it is never told as of twelve."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.town import AGREEMENT, NOW, Service, Town, ago

from mast_graph.directory import write_directory

pytestmark = pytest.mark.graph

HOME = "14 High Street, Walsall WS1 1AA"
COUNTS = "agencies { agency { id } count countMonths countIn12Months }"
PLACE = f"query ($of: String!) {{ concernsAtAddress(address: $of) {{ {COUNTS} parts {{ part {COUNTS} }} }} }}"
PERSON = f"query ($of: ID!) {{ person(id: $of) {{ people {{ {COUNTS} homes {{ householdId }} }} }} }}"
HOUSEHOLD = f"query ($of: ID!) {{ household(id: $of) {{ households {{ {COUNTS} }} }} }}"


@pytest.fixture
def known(town: Town) -> Town:
    """Police data is shown for six months only, what housing records for twelve."""
    terms = tuple(
        replace(each, months=6) if each.data_class == "police" else each for each in AGREEMENT.terms
    )
    short = replace(AGREEMENT, version=2, terms=terms)
    town.store.write(lambda tx: write_directory(tx, at=NOW, agencies=(), teams=(), agreements=[short]))
    for number, days in enumerate((10, 100, 250)):
        for agency, kind in (("police", "MISSING_PERSON"), ("housing", "RENT_ARREARS")):
            town.says(
                agency, f"{number}", person="Ann Lee", place=HOME, lives=(ago(900), None),
                contact=kind, at=ago(days), closed=ago(days - 1),
            )  # fmt: skip
    town.resolve({"ann": [(agency, f"{n}") for agency in ("police", "housing") for n in range(3)]})
    return town


def counts(answer: Any) -> dict[str, tuple[int, int, int | None]]:
    return {
        each["agency"]["id"]: (each["count"], each["countMonths"], each["countIn12Months"])
        for each in answer["agencies"]
    }


EXPECTED = {"police": (2, 6, None), "housing": (3, 12, 3)}


def test_a_count_of_fewer_months_is_not_told_as_of_twelve(known: Town, service: Service) -> None:
    place = service.answer(PLACE, of=HOME)
    assert counts(place) == EXPECTED
    told = {part["part"]: counts(part) for part in place["parts"] if part["agencies"]}
    assert told == {"PLACE": {"housing": EXPECTED["housing"]}, "RESIDENT": EXPECTED}
    (person,) = service.answer(PERSON, of="P-ann")["people"]
    assert counts(person) == EXPECTED
    (household,) = service.answer(HOUSEHOLD, of=person["homes"][0]["householdId"])["households"]
    assert counts(household) == EXPECTED


def test_an_agency_of_which_some_is_shown_for_less_is_counted_for_less(known: Town, service: Service) -> None:
    known.says(
        "police", "0", person="Ann Lee", contact="RENT_ARREARS", at=ago(240), closed=ago(239), contact_id="x"
    )
    (person,) = service.answer(PERSON, of="P-ann")["people"]
    assert counts(person)["police"] == (2, 6, None)
