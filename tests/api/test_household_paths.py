"""What became of a household, answered by id."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.families import Families, hide, homes, place
from tests.town import Service, Town

PATH = """
query ($id: ID!) {
  household(id: $id) { households { path {
    earlier { ...link } later { ...link } notShown
  } } }
}
fragment link on HouseholdLink {
  change says step earlierId laterId left arrived personIds stayedIds metIds besideIds
}
"""


def path(service: Service, household: str) -> Mapping[str, Any]:
    (found,) = service.answer(PATH, id=household)["households"]
    answer: Mapping[str, Any] = found["path"]
    return answer


def test_a_family_that_moves_is_followed_both_ways(families: Families, service: Service) -> None:
    for name in ("ann", "bob"):
        families.lives(name, place(1), 900, 300)
        families.lives(name, place(2), 295)
    families.resolve()
    now, before = (home["householdId"] for home in homes(service, "ann"))
    (link,) = path(service, before)["later"]
    assert (link["change"], link["step"], link["personIds"]) == ("MOVED", 1, ["P-ann", "P-bob"])
    assert (link["earlierId"], link["laterId"]) == (before, now)
    assert link["says"].startswith("2 people went.")
    assert path(service, now) == {"earlier": [link], "later": [], "notShown": []}


def test_a_household_that_parts_and_one_that_is_joined_say_who_was_there(
    families: Families, service: Service
) -> None:
    families.lives("ann", place(1), 900, 300)
    families.lives("bob", place(1), 900)
    families.lives("ann", place(2), 300, 100)
    families.lives("carl", place(3), 900)
    families.lives("ann", place(3), 100)
    families.resolve()
    bobs = homes(service, "bob")[0]["householdId"]
    split, joined = path(service, bobs)["later"]
    assert (split["change"], split["step"], split["stayedIds"]) == ("SPLIT", 1, ["P-bob"])
    assert (joined["change"], joined["step"], joined["metIds"]) == ("JOINED", 2, ["P-carl"])


def test_nobody_who_is_shielded_shows_through_a_path(
    town: Town, families: Families, service: Service
) -> None:
    families.lives("ann", place(1), 900, 300)
    families.lives("ann", place(2), 300)
    families.lives("eve", place(1), 900, 300)
    families.lives("eve", place(3), 300)
    families.resolve()
    before = homes(service, "ann")[-1]["householdId"]
    assert [link["change"] for link in path(service, before)["later"]] == ["SPLIT", "SPLIT"]
    hide(town, "Person", "P-eve")
    (link,) = path(service, before)["later"]
    assert (link["change"], link["stayedIds"]) == ("MOVED", [])


def test_a_path_to_a_shielded_address_is_not_shown(town: Town, families: Families, service: Service) -> None:
    families.lives("ann", place(1), 900, 300)
    families.lives("ann", place(2), 300)
    families.resolve()
    now, before = homes(service, "ann")
    hide(town, "Address", now["addressId"])
    assert path(service, before["householdId"])["later"] == []


def test_the_path_goes_when_what_it_was_made_of_goes(
    town: Town, families: Families, service: Service
) -> None:
    families.lives("ann", place(1), 900, 300)
    families.lives("ann", place(2), 300)
    families.resolve()
    before = homes(service, "ann")[-1]["householdId"]
    assert path(service, before)["later"]
    town.retract("housing", "ann-1")
    families.resolve()
    assert path(service, before)["later"] == []


def test_what_an_earlier_version_stored_is_read_by_its_people_and_replaced_when_anything_changes(
    town: Town, families: Families, service: Service
) -> None:
    for name in ("ann", "bob"):
        families.lives(name, place(1), 900, 300)
        families.lives(name, place(2), 295)
    families.resolve()
    now, before = (home["householdId"] for home in homes(service, "ann"))
    told = path(service, before)
    # One edge a time that people went, with dates of all of them.
    town.store.define(
        "MATCH (a)-[l:LED_TO]->(b) SET l.left = datetime('1999-01-01'), l.at = datetime('2099-01-01'), "
        "l.stayed = ['P-eve'], l.people = ['P-ann'] "
        "CREATE (a)-[:LED_TO {people: ['P-bob'], left: datetime('2001-01-01'), at: datetime('2001-01-01')}]"
        "->(b)"
    )
    assert path(service, before) == told
    families.lives("carl", place(2), 200)
    families.lives("bob", place(2), 290)
    families.resolve()
    kept = town.store._driver.execute_query(
        "MATCH ()-[l:LED_TO]->() RETURN l.people AS people, keys(l) AS said", database_="neo4j"
    ).records
    assert [dict(each) for each in kept] == [{"people": ["P-ann", "P-bob"], "said": ["people"]}]
    assert path(service, now)["earlier"]
