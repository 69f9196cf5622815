"""What people type that is no single place: a clear answer or a clear error, and never a wrong place."""

from __future__ import annotations

from typing import Final

import pytest
from tests.town import Service, Town

pytestmark = pytest.mark.graph

ASK: Final = """
query ($address: String!) {
  concernsAtAddress(address: $address) {
    outcome matches { addressId stage } didYouMean { addressId } contacts { edges { node { id } } }
    caution { text }
  }
}
"""
HOME: Final = "14 High Street, Walsall WS1 1AA"
ABROAD: Final = "Hauptstrasse 14, 10115 Berlin, Germany"
TOO_BROAD: Final = {
    "empty": "",
    "blanks": " \t\n ",
    "only a postcode": "WS1 1AA",
    "only a town": "Walsall",
    "only a street": "High Street, Walsall",
    "two addresses": "14 High Street, 9 Mill Lane, Walsall",
    "two addresses with postcodes": "14 High Street WS1 1AA; 9 Mill Lane WS1 1AB",
    "10,000 letters": "x" * 10_000,
    "an emoji": "🏠",
    "right to left": "שלום, רחוב",
    "right to left with a number": "רחוב 14, WS9 9ZZ",
    "two addresses and": "14 High Street and 9 Mill Lane, Walsall WS1 1AA",
    "two addresses or": "14 High Street or 9 Mill Lane, Walsall WS1 1AA",
    "one address now, another before": "14 High Street previously 9 Mill Lane, Walsall WS1 1AA",
    "none any more": "was 14 High Street now NFA, WS1 1AA",
    "a script alone": "<script>alert(1)</script>",
    "a script before the house": "<script>alert(14)</script> 41 High Street, Walsall WS1 1AA",
    "a script beside a number": "14 <script>alert(1)</script> Street, Walsall",
    "Cypher": "14 High Street' OR 1=1 //, Walsall",
    "house and flat in either order": "14/2 High Street, Walsall WS1 1AA",
    "nothing but a nought": "\x00",
}
NOBODY: Final = {
    "next door": "next door to 14 High Street, Walsall WS1 1AA",
    "opposite": "opp. 14 high st walsall",
    "outside": "outside 14 High Street, Walsall WS1 1AA",
    "behind": "garages behind 14 High Street, Walsall WS1 1AA",
    "rear of": "rear of 14 High Street, Walsall WS1 1AA",
    "another town first": "Dudley, 14 High Street",
    "another town first, without a comma": "dudley 14 high street",
    "a locality first": "Bloxwich, 14 High Street, Walsall",
    "a foreign address without a country": "Nebenstrasse 14, 10115 Berlin",
    "more Cypher": "14}) DETACH DELETE (n) //, Walsall WS9 9ZZ",
    "10,000 characters with a number": "14 " + "Hi gh " * 1_666 + ", Walsall",
    "another number": "41 High Street, Walsall WS1 1AA",
    "a number with a suffix": "14A High Street, Walsall WS1 1AA",
    "a foreign address that is not known": "Hauptstrasse 41, 10115 Berlin, Germany",
}
SAME: Final = {
    "an emoji beside it": "🏠 14 High Street, Walsall WS1 1AA",
    "marks of direction": "\u202e14 High Street\u202c, Walsall WS1 1AA",
    "no-break and zero-width spaces": "14\u00a0High\u200b Street, Walsall WS1\u00a01AA",
    "the town first": "Walsall, 14 High Street",
    "the town first, without a comma": "walsall 14 high street",
    "wide letters": "\uff11\uff14 High Street, Walsall WS1 1AA",
    "accents": "14 Hígh Street, Walsall WS1 1AA",
}


@pytest.fixture
def told(town: Town, service: Service) -> Town:
    """One house in Walsall and one in Berlin."""
    for reference, place in enumerate((HOME, ABROAD)):
        town.says("police", str(reference), place=place, contact="NEIGHBOUR_CONCERN")
    town.resolve()
    return town


def test_whatever_is_typed_is_answered_clearly_and_never_with_a_wrong_place(
    told: Town, service: Service
) -> None:
    wrong = {}
    for name, typed in TOO_BROAD.items():
        response = service.ask(ASK, address=typed)
        error = response.json().get("errors", [{}])[0]
        if (response.status_code, error.get("extensions", {}).get("code")) != (422, "MAST-120"):
            wrong[name] = response.text[:300]
        else:
            assert error["extensions"]["fix"]
            assert not typed.strip() or typed not in response.text
    for name, typed in NOBODY.items():
        response = service.ask(ASK, address=typed)
        answer = (response.json().get("data") or {}).get("concernsAtAddress")
        if answer is None or (answer["outcome"], answer["matches"]) != ("NONE", []):
            wrong[name] = response.text[:300]
        else:
            assert answer["caution"]["text"]
    found = service.answer(ASK, address=HOME)["matches"]
    for name, typed in SAME.items():
        response = service.ask(ASK, address=typed)
        answer = (response.json().get("data") or {}).get("concernsAtAddress")
        if answer is None or [each["addressId"] for each in answer["matches"]] != [found[0]["addressId"]]:
            wrong[name] = response.text[:300]
    assert not wrong


def test_a_foreign_address_is_not_taken_apart_and_is_found_as_it_is_written(
    told: Town, service: Service
) -> None:
    for typed in (ABROAD, ABROAD.upper(), "Hauptstrasse 14,10115  Berlin, Germany"):
        (match,) = service.answer(ASK, address=typed)["matches"]
        assert match["stage"] == "WRITTEN"
    assert service.answer(ASK, address="Hauptstrasse 14, 10117 Berlin, Germany")["matches"] == []


def test_whoever_names_the_place_beside_a_house_is_offered_the_house(told: Town, service: Service) -> None:
    (house,) = service.answer(ASK, address=HOME)["matches"]
    for typed in ("next door to 14 High Street, Walsall", "rear of 14 High Street, Walsall WS1 1AA"):
        answer = service.answer(ASK, address=typed)
        assert answer["matches"] == []
        assert [each["addressId"] for each in answer["didYouMean"]] == [house["addressId"]]


def test_a_property_number_may_be_typed_as_the_line(town: Town, service: Service) -> None:
    town.says("police", "1", place=HOME, contact="NEIGHBOUR_CONCERN", uprn="100071234567")
    town.resolve()
    for typed in ("100071234567", "UPRN 100071234567", "uprn: 100071234567"):
        (match,) = service.answer(ASK, address=typed)["matches"]
        assert match["stage"] == "UPRN"
