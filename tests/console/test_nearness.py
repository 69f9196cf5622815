"""What a drawing begins with: what is open and what agencies know of the centre, whatever else there is."""

from __future__ import annotations

from typing import Any

import pytest

from mast_console.network import MOST_DRAWN, Link, brings, drawn, links_of, nearest_first
from mast_console.things import EVERYTHING, Narrowed

PRESENT = {
    "present": True,
    "spells": [{"begin": "2024-01-01T00:00:00+00:00", "end": None, "inferred": False}],
}
BEFORE = {
    "present": False,
    "spells": [{"begin": "2020-01-01T00:00:00+00:00", "end": "2024-01-01T00:00:00+00:00", "inferred": False}],
}


def household(id_: str, step: int, people: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "step": step,
        "household": {"id": f"H-{id_}", "addressIds": [f"A-{id_}"], "members": people},
    }


def contact(person: str, agency: str, status: str) -> dict[str, Any]:
    known = {"id": agency, "name": agency}
    said = {"at": "2025-01-01T00:00:00+00:00", "title": "A plan", "status": status, "agency": known}
    return {"personIds": [person], "addressIds": [], "contact": said | {"closedAt": None}}


def answer(others: int) -> dict[str, Any]:
    """Four people with an open episode among them, and so many households that they have lived in."""
    own: list[dict[str, Any]] = [{"personId": f"P-own{at}", **PRESENT} for at in range(4)]
    households = [household("centre", 0, own)]
    strangers = list[str]()
    for at in range(others):
        theirs: list[dict[str, Any]] = [{"personId": f"P-{at}x{each}", **PRESENT} for each in range(3)]
        strangers += [each["personId"] for each in theirs]
        households.append(household(f"o{at}", 1, [{"personId": f"P-own{at % 4}", **BEFORE}, *theirs]))
    return {
        "asOf": "2026-01-01T00:00:00+00:00",
        "people": [{"personId": each} for each in [*(each["personId"] for each in own), *strangers]],
        "households": households,
        "contacts": [
            *(contact(each, f"far-{at}", "OPEN") for at, each in enumerate(strangers)),
            contact("P-own1", "social-care", "OPEN"),
            contact("P-own2", "school", "CLOSED"),
        ],
    }


def shown(links: list[Link]) -> set[str]:
    return {each.id for link in links if link.drawn for each in (link.left, link.right)}


@pytest.mark.parametrize("others", [1, 12, 60, 500])
def test_what_is_open_in_the_middle_is_drawn_whatever_the_size(others: int) -> None:
    found = answer(others)
    links = drawn(nearest_first(list(links_of(found)), ["H-centre"]), EVERYTHING, MOST_DRAWN[""])
    assert len(shown(links)) <= MOST_DRAWN[""]
    opened = [each for each in links if each.open and "P-own1" in (each.left.id, each.right.id)]
    assert [each.drawn for each in opened] == [True]
    assert {"agency-social-care", "agency-school"} <= shown(links)
    if others > 1:
        assert not all(each.drawn for each in links)


def test_nothing_is_left_out_before_what_is_farther_away() -> None:
    links = nearest_first(list(links_of(answer(60))), ["H-centre"])
    names = [frozenset((each.left.id, each.right.id)) for each in links]
    assert names.index(frozenset(("P-own2", "agency-school"))) < names.index(frozenset(("P-0x0", "H-o0")))
    assert names.index(frozenset(("P-0x0", "H-o0"))) < names.index(frozenset(("P-0x0", "agency-far-0")))
    for most in range(2, 80):
        given = [each.drawn for each in drawn(links, EVERYTHING, most)]
        chosen = shown([each for each in drawn(links, EVERYTHING, most) if each.drawn])
        first = given.index(False)
        later = [each for each, is_drawn in zip(links[first:], given[first:], strict=True) if is_drawn]
        assert all({each.left.id, each.right.id} <= chosen for each in later)
        before = shown(drawn(links, EVERYTHING, most)[:first])
        assert chosen == before, "a thing is drawn though a nearer one was left out"


def test_an_agency_brings_nobody_nearer() -> None:
    found = answer(2)
    found["contacts"] += [contact("P-own0", "police", "CLOSED"), contact("P-1x2", "police", "CLOSED")]
    links = nearest_first(list(links_of(found)), ["H-centre"])
    names = [(each.left.id, each.right.id) for each in links]
    assert names.index(("P-own1", "H-o1")) < names.index(("agency-police", "P-1x2"))


def test_one_thing_is_opened_and_brings_as_many_things_as_was_said() -> None:
    links = nearest_first(list(links_of(answer(60))), ["H-centre"])
    first = drawn(links, EVERYTHING, MOST_DRAWN[""])
    offered = brings(first, EVERYTHING)
    assert offered
    assert [many for _, many in offered] == sorted((many for _, many in offered), reverse=True)
    for thing, many in offered:
        opened = drawn(links, EVERYTHING, MOST_DRAWN[""], [thing.id])
        assert len(shown(opened)) == len(shown(first)) + many
        assert thing.id not in {each.id for each, _ in brings(opened, EVERYTHING)}
    assert drawn(links, EVERYTHING, MOST_DRAWN[""], ["P-59x2"]) == first, (
        "it is not drawn, so nothing hangs on it"
    )
    assert not brings(drawn(links, EVERYTHING, MOST_DRAWN["all"]), EVERYTHING)


def test_what_one_agency_knows_and_what_is_open_is_drawn_by_itself() -> None:
    links = nearest_first(list(links_of(answer(2))), ["H-centre"])
    school = {
        each for each in shown(drawn(links, Narrowed(agency="school"), 50)) if each.startswith("agency")
    }
    assert school == {"agency-school"}
    opened = shown(drawn(links, Narrowed(only_open=True), 50))
    assert "agency-school" not in opened
    assert {"agency-social-care", "P-own2", "H-o1"} <= opened, "who lives where is of no agency"
