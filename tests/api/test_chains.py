"""The shortest chains between two people."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import pytest
from tests.families import ANALYST, HOSTEL, Families, hide, homes, place
from tests.town import NOW, Service, Town, ago

CHAINS = """
query ($left: ID!, $right: ID!, $most: Int = 4, $asOf: DateTime) {
  pathsBetween(left: $left, right: $right, most: $most, asOf: $asOf) {
    length says notShown
    superseded { id successorIds }
    chains { steps { fromId toId ties { kind viaId says } } }
    caution { text }
    withheld { dataClass by }
  }
}
"""


def chains(service: Service, left: str, right: str, **variables: Any) -> Any:
    return service.answer(CHAINS, left=f"P-{left}", right=f"P-{right}", role=ANALYST, **variables)


def ties(answer: Mapping[str, Any]) -> list[list[list[str]]]:
    """Of each chain, of each step: what ties the two."""
    return [[[tie["kind"] for tie in step["ties"]] for step in chain["steps"]] for chain in answer["chains"]]


def test_two_of_one_household_are_tied_directly(families: Families, service: Service) -> None:
    families.lives("ann", place(1), 900)
    families.lives("bob", place(1), 500, 100)
    families.resolve()
    answer = chains(service, "ann", "bob")
    assert (answer["length"], ties(answer)) == (1, [[["HOUSEHOLD"]]])
    ((step,),) = [chain["steps"] for chain in answer["chains"]]
    assert (step["fromId"], step["toId"]) == ("P-ann", "P-bob")
    assert step["ties"][0]["viaId"] == homes(service, "ann")[0]["householdId"]
    assert step["ties"][0]["says"] == "They belonged to one household at the same time."


def test_tenants_one_after_the_other_share_an_address_only(families: Families, service: Service) -> None:
    families.lives("ann", place(1), 900, 500)
    families.lives("bob", place(1), 400)
    families.resolve()
    answer = chains(service, "ann", "bob")
    assert ties(answer) == [[["ADDRESS"]]]
    assert answer["chains"][0]["steps"][0]["ties"][0]["viaId"] == homes(service, "ann")[0]["addressId"]


def test_a_contact_that_touched_both_ties_them(families: Families, service: Service) -> None:
    families.contact("ann", "bob", contact="DOMESTIC_ABUSE_INCIDENT", at=ago(20), contact_id="c-1")
    families.resolve()
    answer = chains(service, "ann", "bob")
    assert (answer["length"], ties(answer)) == (1, [[["CONTACT"]]])


def test_a_contact_that_may_not_be_seen_ties_nobody(families: Families, service: Service) -> None:
    families.contact(
        "ann", "bob", agency="nhs", contact="SUBSTANCE_MISUSE_TREATMENT", at=ago(20), contact_id="c-1"
    )
    families.contact(
        "ann", "bob", contact="MISSING_PERSON", at=ago(20), contact_id="c-2", agreement="another"
    )
    families.contact("ann", "bob", contact="DOMESTIC_ABUSE_INCIDENT", at=ago(400), contact_id="c-3")
    families.resolve()
    answer = chains(service, "ann", "bob")
    assert (answer["length"], answer["chains"]) == (None, [])
    assert "no proof" in answer["says"]
    assert {"dataClass": "sensitive_health", "by": "ROLE"} in answer["withheld"]
    assert {"dataClass": "police", "by": "AGREEMENT"} in answer["withheld"]


def chain_of(families: Families, length: int) -> None:
    """Person n shared a home with person n + 1, and with nobody else."""
    for number in range(length):
        families.lives(f"q{number}", place(number), 900, 500)
        families.lives(f"q{number + 1}", place(number), 900, 500)
    families.resolve()


@pytest.mark.parametrize("length", [1, 2, 3, 4])
def test_a_chain_is_found_up_to_the_length_asked_for_and_no_longer(
    families: Families, service: Service, length: int
) -> None:
    chain_of(families, length + 1)
    answer = chains(service, "q0", f"q{length}", most=length)
    assert answer["length"] == length
    (chain,) = answer["chains"]
    walked = [chain["steps"][0]["fromId"], *(step["toId"] for step in chain["steps"])]
    assert walked == [f"P-q{number}" for number in range(length + 1)]
    assert chains(service, "q0", f"q{length + 1}", most=length)["length"] is None
    back = chains(service, f"q{length}", "q0", most=length)
    assert [step["toId"] for step in back["chains"][0]["steps"]] == walked[-2::-1]


def test_all_chains_that_are_shortest_are_shown_and_no_longer_one(
    families: Families, service: Service
) -> None:
    for number, middle in enumerate(("m1", "m2")):
        families.lives("ann", place(2 * number), 900, 500)
        families.lives(middle, place(2 * number), 900)
        families.lives(middle, place(2 * number + 1), 900)
        families.lives("bob", place(2 * number + 1), 900)
    families.lives("ann", place(9), 900)
    families.lives("far", place(9), 900)
    families.lives("far", place(8), 900)
    families.lives("m1", place(8), 900)
    families.resolve()
    answer = chains(service, "ann", "bob")
    assert [[step["toId"] for step in chain["steps"]] for chain in answer["chains"]] == [
        ["P-m1", "P-bob"],
        ["P-m2", "P-bob"],
    ]


def test_chains_through_a_hostel_are_not_looked_for_and_that_is_said(
    families: Families, service: Service
) -> None:
    for number in range(14):
        families.lives(f"q{number}", HOSTEL, 300)
    families.resolve()
    answer = chains(service, "q0", "q1")
    assert answer["length"] is None
    assert answer["notShown"] == [
        "Chains through homes, people or contacts that tie very many were not looked for: 1."
    ]


def test_chains_through_a_person_of_very_many_homes_are_not_looked_for(
    families: Families, service: Service
) -> None:
    for number in range(12):
        families.lives("busy", place(10 + number), 900 - 50 * number, 860 - 50 * number)
    families.lives("ann", place(10), 900)
    families.lives("bob", place(11), 900)
    families.resolve()
    families.lives("carl", place(30), 900)
    families.lives("bob", place(30), 900)
    families.resolve()
    # Where the two sides meet in them, and where one of them would have to go on from them.
    for other in ("bob", "carl"):
        answer = chains(service, "ann", other)
        assert answer["length"] is None
        assert "tie very many" in answer["notShown"][0]
    assert chains(service, "ann", "busy")["length"] == 1


def test_a_chain_before_it_was_there_is_not_found(families: Families, service: Service) -> None:
    families.lives("ann", place(1), 900)
    families.lives("bob", place(1), 300)
    families.resolve()
    assert chains(service, "ann", "bob", asOf=ago(301).isoformat())["length"] is None
    assert chains(service, "ann", "bob", asOf=ago(299).isoformat())["length"] == 1


def test_many_moments_do_not_tell_when_a_contact_was_that_is_not_listed(
    families: Families, service: Service
) -> None:
    """Both are tied by it now; of an earlier moment, only by what goes on."""
    families.contact("ann", "bob", contact="DOMESTIC_ABUSE_INCIDENT", at=ago(50), contact_id="c-1")
    families.contact("ann", "bob", contact="ASB_CASE", at=ago(40), contact_id="c-2", agency="housing")
    families.resolve()
    assert ties(chains(service, "ann", "bob")) == [[["CONTACT", "CONTACT"]]]
    for days, tied in ((60, []), (45, []), (30, [[["CONTACT"]]])):
        assert ties(chains(service, "ann", "bob", asOf=ago(days).isoformat())) == tied, days


def test_nobody_who_is_shielded_is_in_a_chain_or_at_its_end(
    town: Town, families: Families, service: Service
) -> None:
    chain_of(families, 2)
    assert chains(service, "q0", "q2")["length"] == 2
    hide(town, "Person", "P-q1")
    assert chains(service, "q0", "q2")["length"] is None
    hidden, absent = chains(service, "q0", "q1"), chains(service, "q0", "nobody")
    assert hidden == absent
    assert hidden["says"] == "One of the two is not on record."


def test_a_chain_through_a_shielded_address_is_not_found(
    town: Town, families: Families, service: Service
) -> None:
    chain_of(families, 1)
    hide(town, "Address", homes(service, "q0")[0]["addressId"])
    assert chains(service, "q0", "q1")["length"] is None


@pytest.mark.parametrize(
    "variables",
    [
        pytest.param({"left": "Ann Lee"}, id="no id"),
        pytest.param({"left": "H-1"}, id="a household"),
        pytest.param({"right": "P-1"}, id="one person"),
        pytest.param({"most": 0}, id="no step"),
        pytest.param({"most": 5}, id="too long"),
        pytest.param({"asOf": (NOW + dt.timedelta(days=1)).isoformat()}, id="tomorrow"),
    ],
)
def test_chains_that_cannot_be_are_refused(service: Service, variables: dict[str, Any]) -> None:
    response = service.ask(CHAINS, **{"left": "P-1", "right": "P-2", **variables}, role=ANALYST)
    assert response.status_code == 400
    assert "Ann" not in response.text


def test_chains_cost_one_query(families: Families, service: Service) -> None:
    chain_of(families, 4)
    before = service.services.store.queries_run  # type: ignore[attr-defined]  # the real store counts
    chains(service, "q0", "q4")
    assert service.services.store.queries_run == before + 1  # type: ignore[attr-defined]


def test_an_officer_at_the_door_may_not_ask_for_chains(service: Service) -> None:
    assert service.ask(CHAINS, left="P-1", right="P-2").status_code == 403
