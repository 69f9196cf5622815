"""How long an answer takes does not tell who is shielded from who is not there.

Absolute times are never asserted. What is: that a classifier on the timings, the rank statistic of Mann and
Whitney, is not surely better than AUC .55; that the median of the differences within the pairs is not surely
a millisecond or more; and that both tell what may be seen, in the same run, so the test could fail.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, Self

import pytest
from bench.timings import auc, middle
from tests.api.shields.conftest import PEOPLE, REFUGE, tell_what_may_be_known, tell_what_may_not
from tests.everything import asking_everything
from tests.register import ENQUIRY
from tests.town import Service, Town

from mast_graph.store import Store
from mast_resolver.records import FOREVER

pytestmark = [pytest.mark.graph, pytest.mark.slow]

PAIRS: Final = 1_000
WARM_UP: Final = 150
MOST: Final = 0.55
MOST_MS: Final = 1.0
SURE: Final = 3.3
"""Standard errors: one run in a thousand of a service at the limit would fail, of one below it hardly any."""

Timings = tuple[list[float], list[float]]
"""Of what is shielded and of what is not there, pair by pair."""
Asked = dict[str, tuple[str, dict[str, Any], dict[str, Any]]]
"""By name: the field, what is shielded, and what is not there and looks the same."""


def walks(home: str, refuge: str) -> Asked:
    """The questions that go from what they are asked about to what is around it."""
    return {
        "addressHistory": ("addressHistory", {"id": refuge}, {"id": "A-0123456789"}),
        "householdNetwork": ("householdNetwork", {"id": home}, {"id": not_there(home)}),
        "coResidents": ("coResidents", {"person": "P-dee"}, {"person": "P-dex"}),
        "pathsBetween, to": (
            "pathsBetween", {"left": "P-ann", "right": "P-dee"}, {"left": "P-ann", "right": "P-dex"}
        ),
        "pathsBetween, from": (
            "pathsBetween", {"left": "P-dee", "right": "P-ann"}, {"left": "P-dex", "right": "P-ann"}
        ),
    }  # fmt: skip


def not_there(home: str) -> str:
    """An id of no household, as long as one that is there."""
    return "H-" + "9" * (len(home) - 2)


@pytest.fixture
def asked(town: Town, store: Store) -> Asked:
    tell_what_may_be_known(town)
    tell_what_may_not(town)
    for number in range(100, 140):
        # As many are called nearly like the one who is not there as like the one who is shielded.
        for name, at in (("Evelyn Aberra", number), ("Oswald Quimbey", number + 100)):
            town.says("housing", str(at), person=name, place=f"{at} High Street, WS1 1AA")
    town.resolve(PEOPLE)
    home, refuge = _household(store), next(_ids(store, "Address", "shielded"))
    return {
        "concernsAtAddress": (
            "concernsAtAddress",
            {"address": REFUGE},
            {"address": REFUGE.replace("3", "7", 1)},
        ),
        "address": ("address", {"id": refuge}, {"id": "A-0123456789"}),
        "person": ("person", {"id": "P-dee"}, {"id": "P-dex"}),
        "household": ("household", {"id": home}, {"id": not_there(home)}),
        "searchPeople": (
            "searchPeople",
            {"givenName": "Evelyn", "familyName": "Abara"},
            {"givenName": "Oswald", "familyName": "Quimby"},
        ),
        **walks(home, refuge),
        "control": ("person", {"id": "P-ann"}, {"id": "P-anx"}),
    }


def test_a_classifier_on_the_timings_tells_no_shielded_thing(
    service: Service, asked: Asked, record_property: Any
) -> None:
    service.services.live.read()
    told: dict[str, Told] = {}
    for name, (field, shielded, absent) in asked.items():
        timings = pairs(service, field, shielded, absent, many=200 if name == "control" else PAIRS)
        told[name] = found = Told.of(timings)
        record_property(name, str(found))
        print(f"{name}: {found}")  # noqa: T201
    control = told.pop("control")
    assert control.surely_told, "not even what may be seen is told: the timings say nothing"
    assert control.surely_apart, "not even what may be seen takes longer: the differences say nothing"
    assert not {name: str(each) for name, each in told.items() if each.surely_told or each.surely_apart}


@dataclass(frozen=True, slots=True)
class Told:
    """What a run of pairs tells: the area and its error, and milliseconds between which the median lies."""

    area: float
    error: float
    low: float
    median: float
    high: float

    @classmethod
    def of(cls, timings: Timings) -> Self:
        differences = [1_000 * (one - other) for one, other in zip(*timings, strict=True)]
        return cls(*auc(*timings), *middle(differences, sure=SURE))

    @property
    def surely_told(self) -> bool:
        """Whether a classifier is better than it may be, chance allowed for."""
        return self.area - SURE * self.error > MOST

    @property
    def surely_apart(self) -> bool:
        """Whether the median difference is more than it may be, chance allowed for."""
        return self.low >= MOST_MS or self.high <= -MOST_MS

    def __str__(self) -> str:
        return (
            f"AUC {self.area:.3f} (standard error {self.error:.3f}), median difference {self.median:+.3f} ms "
            f"({self.low:+.3f} to {self.high:+.3f})"
        )


def pairs(
    service: Service, field: str, shielded: dict[str, Any], absent: dict[str, Any], *, many: int
) -> Timings:
    """Seconds of each of so many interleaved pairs, which of the two comes first being drawn."""
    query, url = asking_everything(field), f"{service.url}/graphql"
    headers = {"Authorization": f"Bearer {service.token(**ENQUIRY)}"}
    draw = random.Random(7)
    timings: Timings = ([], [])
    for number in range(-WARM_UP, many):
        sides = [0, 1]
        draw.shuffle(sides)
        for side in sides:
            body = {"query": query, "variables": (shielded, absent)[side]}
            begun = time.perf_counter()
            response = service._client.post(url, json=body, headers=headers)
            took = time.perf_counter() - begun
            assert response.status_code == 200, response.text
            if number >= 0:
                timings[side].append(took)
    return timings


def _household(store: Store) -> str:
    """A household at a shielded address."""
    people, shielded = list(_ids(store, "Person", "id")), set(_ids(store, "Address", "shielded"))
    found = store.read("read.state_around_people", people=people, forever=FOREVER)[0]
    homes = zip(found["households"], found["places"], strict=True)
    return str(next(household for household, address in homes if address in shielded))


def _ids(store: Store, label: str, having: str) -> Iterator[str]:
    for row in store.read("read.check_nodes", skip=0, limit=2_000):
        if row["labels"] == [label] and having in row["properties"]:
            yield str(row["properties"]["id"])
