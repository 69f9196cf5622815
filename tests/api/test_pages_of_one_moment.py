"""Pages of one list are of one moment, whoever is merged or split meanwhile: or the next one is refused."""

from __future__ import annotations

import datetime as dt
import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from tests.api.issuers import Clock
from tests.town import Service, Town, ago

from mast_api.development import DevelopmentIssuer
from mast_api.ports import Services
from mast_resolver.ports import Cause, Changes, Superseded
from mast_resolver.records import EntityId, Kind, RecordId

pytestmark = pytest.mark.graph

HOME = "14 High Street, Walsall WS1 1AA"
OTHER = "3 Mill Lane, Walsall WS2 2BB"
LIST = "contacts { edges { node { id } } pageInfo { hasNextPage endCursor } }"
PAGE = "first: $first, after: $after"
VARIABLES = "$first: Int!, $after: String"
PERSON = f"query ($id: ID!, {VARIABLES}) {{ person(id: $id, {PAGE}) {{ people {{ id {LIST} }} }} }}"
HOUSEHOLD = f"query ($id: ID!, {VARIABLES}) {{ household(id: $id, {PAGE}) {{ households {{ {LIST} }} }} }}"
PLACE = (
    f"query ($address: String!, {VARIABLES}) {{ concernsAtAddress(address: $address, {PAGE}) {{ "
    f"households {{ id }} {LIST} }} }}"
)
LIVES = {"a": HOME, "b": HOME, "c": OTHER, "d": "", "e": HOME, "f": ""}
"""Where each of six records has somebody live."""


class Six:
    """Six records, each with open episodes, that are whoever the test says."""

    def __init__(self, town: Town, service: Service, clock: Clock) -> None:
        self.town, self.service, self.clock = town, service, clock
        self.whose: dict[RecordId, EntityId] = {}
        self.new = 0
        for place, (record, home) in enumerate(LIVES.items()):
            lives: dict[str, Any] = {"place": home, "lives": (ago(900), None)} if home else {}
            town.says("police", record, person="Ann Lee", **lives)
            for number in range(3):
                town.says(
                    "police", record, person="Ann Lee", contact="ASB_CASE", at=ago(20 + 7 * number + place)
                )
        town.resolve({record: [("police", record)] for record in LIVES})
        self.whose = {town.record("police", record): EntityId(f"P-{record}") for record in LIVES}

    def later(self) -> None:
        """Whatever comes is recorded after whatever was asked."""
        self.clock.now += dt.timedelta(minutes=1)
        self.town.loaded_at = self.clock.now
        self.clock.now += dt.timedelta(seconds=1)

    def give(self, record: RecordId, to: EntityId) -> None:
        """A record is somebody else's now; whoever has none left ends."""
        self.later()
        left, created = self.whose[record], [] if to in self.whose.values() else [to]
        self.whose[record] = to
        ends = left not in self.whose.values()
        self.town._known[record] = to
        self.town._write(
            Changes(
                assigned=((record, to),),
                created=tuple(created),
                superseded=(Superseded(left, (to,), Cause.MERGE),) if ends else (),
            ),
            Kind.PERSON,
        )

    def somebody_new(self) -> EntityId:
        self.new += 1
        return EntityId(f"P-new{self.new}")

    def ask(self, query: str, first: int, after: str | None, **of: str) -> Any:
        """The answer's list, or the code of the refusal."""
        response = self.service.ask(query, first=first, after=after, **of)
        if response.status_code != 200:
            return response.json()["errors"][0]["extensions"]["code"]
        (answer,) = response.json()["data"].values()
        if "contacts" in answer:
            return answer["contacts"]
        (one,) = answer["people"] if "people" in answer else answer["households"]
        return one["contacts"]


def listed(contacts: Any) -> list[str]:
    return [edge["node"]["id"] for edge in contacts["edges"]]


@pytest.fixture
def six(town: Town, services: tuple[Services, DevelopmentIssuer]) -> Iterator[Six]:
    clock = Clock()
    with Service(replace(services[0], clock=clock), services[1]) as service:
        yield Six(town, service, clock)


@pytest.mark.parametrize("seed", [1, 2])
def test_a_walk_is_what_the_first_page_was_of_or_is_refused(six: Six, seed: int) -> None:
    chance = random.Random(seed)
    outcomes: dict[str, set[str]] = defaultdict(set)
    for _ in range(8):
        record = chance.choice(sorted(six.whose))
        person = six.whose[record]
        homes = six.service.answer(PLACE, address=HOME, first=1)["households"]
        questions: list[tuple[str, dict[str, str]]] = [(PLACE, {"address": HOME}), (PERSON, {"id": person})]
        questions += [(HOUSEHOLD, {"id": home["id"]}) for home in homes]
        whole = [listed(six.ask(query, 100, None, **of)) for query, of in questions]
        pages = [six.ask(query, 2, None, **of) for query, of in questions]
        six.give(record, chance.choice([*sorted(set(six.whose.values())), six.somebody_new()]))
        for (query, of), before, page in zip(questions, whole, pages, strict=True):
            seen = listed(page)
            while page["pageInfo"]["hasNextPage"]:
                page = six.ask(query, 2, page["pageInfo"]["endCursor"], **of)
                if page == "MAST-311":
                    outcomes[query].add("refused")
                    break
                seen += listed(page)
            else:
                assert seen == before
                outcomes[query].add("whole")
            assert seen == before[: len(seen)]
    assert outcomes[PLACE] == outcomes[PERSON] == {"refused", "whole"}


def test_a_person_who_became_another_has_no_next_page_under_either_id(six: Six) -> None:
    first = six.ask(PERSON, 2, None, id="P-d")
    six.give(six.town.record("police", "d"), EntityId("P-a"))
    after = first["pageInfo"]["endCursor"]
    assert six.ask(PERSON, 2, after, id="P-d") == "MAST-311"
    assert len(listed(six.ask(PERSON, 2, after, id="P-a"))) == 1, "theirs as of then, and not the other's too"
    six.give(six.town.record("police", "d"), EntityId("P-new"))
    assert six.ask(PERSON, 2, after, id="P-new") == "MAST-311"
    assert len(listed(six.ask(PERSON, 20, None, id="P-new"))) == 3


def test_a_place_has_no_next_page_once_a_tenant_has_moved(six: Six) -> None:
    first = six.ask(PLACE, 2, None, address=HOME)
    six.later()
    six.town.says("police", "b", person="Ann Lee", place=OTHER, lives=(ago(5), None))
    six.town.resolve()
    response = six.service.ask(PLACE, address=HOME, first=2, after=first["pageInfo"]["endCursor"])
    (error,) = response.json()["errors"]
    assert (response.status_code, error["extensions"]["code"]) == (400, "MAST-311")
    assert "begin again" in error["extensions"]["fix"]


def test_a_record_that_only_joins_somebody_ends_no_pages(six: Six) -> None:
    questions = [(PERSON, {"id": "P-a"}), (PLACE, {"address": HOME})]
    pages = [six.ask(query, 2, None, **of) for query, of in questions]
    six.later()
    six.town.says("nhs", "n", person="Ann Lee", contact="ASB_CASE", at=ago(25))
    six.town.resolve({"a": [("nhs", "n")]})
    for (query, of), page in zip(questions, pages, strict=True):
        assert len(listed(six.ask(query, 2, page["pageInfo"]["endCursor"], **of))) > 0


def test_somebody_shielded_who_moves_in_ends_no_pages(six: Six) -> None:
    first = six.ask(PLACE, 2, None, address=HOME)
    six.later()
    six.town.says("nhs", "n", person="Ruth Ames", place=HOME, lives=(ago(2), None), shielded="person")
    six.town.resolve()
    assert len(listed(six.ask(PLACE, 2, first["pageInfo"]["endCursor"], address=HOME))) == 2
