"""What an answer about what ties people leaves out it says, with how many there are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from tests.api.test_address_history import ask as history
from tests.api.test_address_history import residents
from tests.api.test_chains import chain_of, chains
from tests.api.test_co_residents import ask as co_residents
from tests.api.test_household_paths import path
from tests.api.test_networks import network
from tests.families import HOSTEL, Families, homes, place
from tests.town import Service, Town, ago

from mast_resolver.records import Kind

pytestmark = pytest.mark.graph

NETWORKS = ("mast_graph.network", "mast_api.schema.networks")
CHAINS = ("mast_graph.network", "mast_api.schema.chains")
PATHS = ("mast_graph.household_links", "mast_api.schema.household_paths")


def at_most(monkeypatch: pytest.MonkeyPatch, name: str, most: int, modules: Sequence[str]) -> None:
    """Where the query is run, and where what it cut is said."""
    for module in modules:
        monkeypatch.setattr(f"{module}.{name}", most)


@pytest.fixture
def met(families: Families, service: Service) -> str:
    """Ann's household, with Bob and Carl; each had another home before, and a lodger of their own there."""
    for number, name in enumerate(("ann", "bob", "carl")):
        families.lives(name, place(1), 300 + number)
        families.lives(name, place(10 + number), 900, 400 + number)
        families.lives(f"lodger{number}", place(10 + number), 900, 400)
    families.resolve()
    return str(homes(service, "ann")[0]["householdId"])


def steps(answer: Any, what: str) -> list[int]:
    return [each["step"] for each in answer[what]]


def test_people_of_a_network_that_are_cut_are_counted_at_each_step(
    met: str, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = network(service, met)
    assert (steps(whole, "people"), whole["notShown"]) == ([1, 1, 1, 2, 2, 2], [])
    at_most(monkeypatch, "NETWORK_PEOPLE", 3, NETWORKS)
    assert network(service, met) == whole
    at_most(monkeypatch, "NETWORK_PEOPLE", 1, NETWORKS)
    cut = network(service, met)
    assert steps(cut, "people") == [1, 2]
    # From one person one more home is reached, with one lodger.
    assert cut["notShown"] == ["Step 1: 3 people were met, the latest 1 are shown."]
    at_most(monkeypatch, "NETWORK_PEOPLE", 2, NETWORKS)
    assert network(service, met)["notShown"] == ["Step 1: 3 people were met, the latest 2 are shown."]


def test_households_of_a_network_that_are_cut_are_counted_at_each_step(
    met: str, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert steps(network(service, met), "households") == [0, 1, 1, 1]
    at_most(monkeypatch, "NETWORK_HOUSEHOLDS", 2, NETWORKS)
    cut = network(service, met)
    assert steps(cut, "households") == [0, 1, 1]
    assert cut["notShown"] == ["Step 1: 3 households were met, the latest 2 are shown."]


def test_a_cut_at_the_second_step_is_said_to_be_there(
    families: Families, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    families.lives("ann", place(1), 900)
    families.lives("ann", place(2), 300)
    for name in ("bob", "carl"):
        families.lives(name, place(2), 300)
        families.lives(name, place(3), 900, 400)
    families.resolve()
    at_most(monkeypatch, "NETWORK_PEOPLE", 1, NETWORKS)
    cut = network(service, homes(service, "ann")[1]["householdId"])
    assert steps(cut, "people") == [1, 2]
    assert cut["notShown"] == ["Step 2: 2 people were met, the latest 1 are shown."]


def test_how_far_a_hostel_is_counted_is_said(
    families: Families, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(14):
        families.lives(f"q{number}", HOSTEL, 300)
    families.lives("q0", place(1), 900, 300)
    families.resolve()
    at_most(monkeypatch, "COUNTED", 5, NETWORKS)
    answer = network(service, homes(service, "q0")[1]["householdId"])
    assert [each["household"]["memberCount"] for each in answer["households"]] == [1, 5]
    assert answer["notShown"] == [
        "Communal households are shown, but links through them are not followed: 1.",
        "Members of a communal household are counted up to 5; it may have more.",
    ]
    at_most(monkeypatch, "COUNTED", 15, NETWORKS)
    whole = network(service, homes(service, "q0")[1]["householdId"])
    assert whole["households"][1]["household"]["memberCount"] == 14
    assert whole["notShown"] == answer["notShown"][:1]


def test_households_of_a_path_that_are_cut_are_counted_both_ways(
    families: Families, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number, name in enumerate(("ann", "bob", "carl")):
        families.lives(name, place(10 + number), 900, 700 - 50 * number)
        families.lives(name, place(1), 700 - 50 * number, 300 - 50 * number)
        families.lives(name, place(20 + number), 300 - 50 * number)
    families.resolve()
    home = homes(service, "ann")[1]["householdId"]
    whole = path(service, home)
    assert (len(whole["earlier"]), len(whole["later"]), whole["notShown"]) == (3, 3, [])
    at_most(monkeypatch, "PATH_LINKS", 2, PATHS)
    cut = path(service, home)
    latest = [homes(service, name)[0]["householdId"] for name in ("carl", "bob")]
    assert [link["laterId"] for link in cut["later"]] == latest
    assert len(cut["earlier"]) == 2
    assert cut["notShown"] == [
        "Step 1: 3 earlier households were met, the latest 2 are shown.",
        "Step 1: 3 later households were met, the latest 2 are shown.",
    ]


def test_that_more_chains_are_as_short_is_said(
    families: Families, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number, middle in enumerate(("m1", "m2")):
        families.lives("ann", place(2 * number), 900)
        families.lives(middle, place(2 * number), 900)
        families.lives(middle, place(2 * number + 1), 900)
        families.lives("bob", place(2 * number + 1), 900)
    families.resolve()
    whole = chains(service, "ann", "bob")
    assert (len(whole["chains"]), whole["notShown"]) == (2, [])
    at_most(monkeypatch, "MOST_CHAINS", 1, CHAINS[1:])
    cut = chains(service, "ann", "bob")
    assert cut["chains"] == whole["chains"][:1]
    assert cut["notShown"] == ["More than 1 chains are as short; 1 are shown."]


def test_how_many_ties_were_not_looked_at_is_said(
    families: Families, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("m1", "m2"):
        families.lives(name, place(0), 900, 500)
    chain_of(families, 2)  # q0 lived with those two and with q1, who alone lived with q2
    whole = chains(service, "q0", "q2", most=2)
    assert (whole["length"], whole["notShown"]) == (2, [])
    at_most(monkeypatch, "PATH_PEOPLE", 2, CHAINS)
    cut = chains(service, "q0", "q2", most=2)
    assert cut["length"] is None
    assert cut["notShown"] == ["1 ties were not looked at: there may be other chains."]


def test_homes_of_which_co_residents_are_not_listed_are_counted(
    families: Families, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        families.lives("ann", place(number), 900 - 300 * number, 600 - 300 * number or None)
    families.resolve()
    whole = co_residents(service, "P-ann")
    assert (len(whole["homes"]), whole["notShown"]) == (3, [])
    at_most(monkeypatch, "MOST_HOMES", 2, ["mast_graph.history"])
    cut = co_residents(service, "P-ann")
    assert cut["homes"] == whole["homes"][:2]
    assert cut["notShown"] == ["3 homes are known, of which the latest 2 are listed."]


def test_how_many_addresses_an_old_id_stands_for_is_said(
    town: Town, families: Families, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    families.lives("ann", place(1), 900)
    town.says("nhs", "b", person="Bob Lee", place=place(1), lives=(ago(900), None))
    families.resolve()
    old = town.address(place(1))
    one, other = town.records_of(old)
    town.supersede(Kind.ADDRESS, old, "A-one", "A-two", moved={one: "A-one", other: "A-two"})
    whole = history(service, old)
    assert (whole["addressIds"], len(residents(whole)), whole["notShown"]) == (["A-one", "A-two"], 2, [])
    at_most(monkeypatch, "MOST_ADDRESSES", 1, ["mast_graph.history"])
    cut = history(service, old)
    assert (cut["addressIds"], len(residents(cut))) == (["A-one"], 1)
    assert cut["notShown"] == ["The id stands for 2 addresses, of which 1 are answered for."]
