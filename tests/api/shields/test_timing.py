"""How long an answer takes does not tell who is shielded from who is not there.

Absolute times are never asserted. What is: that a classifier on the timings, the rank statistic of Mann and
Whitney, is not surely better than AUC .55; and that the same classifier tells what may be seen, in the same
run, so the test could fail.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from statistics import median
from typing import Any, Final

import pytest
from bench.timings import auc
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
SURE: Final = 3.3
"""Standard errors: one run in a thousand of a service at the limit would fail, of one below it hardly any."""

Timings = tuple[list[float], list[float]]
Asked = dict[str, tuple[str, dict[str, Any], dict[str, Any]]]
"""By name: the field, what is shielded, and what is not there and looks the same."""


@pytest.fixture
def asked(town: Town, store: Store) -> Asked:
    tell_what_may_be_known(town)
    tell_what_may_not(town)
    for number in range(100, 140):
        # As many are called nearly like the one who is not there as like the one who is shielded.
        for name, at in (("Evelyn Aberra", number), ("Oswald Quimbey", number + 100)):
            town.says("housing", str(at), person=name, place=f"{at} High Street, WS1 1AA")
    town.resolve(PEOPLE)
    home = _household(store)
    return {
        "concernsAtAddress": (
            "concernsAtAddress",
            {"address": REFUGE},
            {"address": REFUGE.replace("3", "7", 1)},
        ),
        "address": ("address", {"id": next(_ids(store, "Address", "shielded"))}, {"id": "A-0123456789"}),
        "person": ("person", {"id": "P-dee"}, {"id": "P-dex"}),
        "household": ("household", {"id": home}, {"id": "H-" + "9" * (len(home) - 2)}),
        "searchPeople": (
            "searchPeople",
            {"givenName": "Evelyn", "familyName": "Abara"},
            {"givenName": "Oswald", "familyName": "Quimby"},
        ),
        "control": ("person", {"id": "P-ann"}, {"id": "P-anx"}),
    }


def test_a_classifier_on_the_timings_tells_no_shielded_thing(
    service: Service, asked: Asked, record_property: Any
) -> None:
    service.services.live.read()
    told: dict[str, tuple[float, float, float]] = {}
    for name, (field, shielded, absent) in asked.items():
        one, other = pairs(service, field, shielded, absent, many=200 if name == "control" else PAIRS)
        area, error = auc(one, other)
        apart = 1_000 * (median(one) - median(other))
        told[name] = (area, error, apart)
        record_property(name, f"AUC {area:.3f} (standard error {error:.3f}), medians {apart:+.3f} ms apart")
        print(f"{name}: AUC {area:.3f} (standard error {error:.3f}), medians {apart:+.3f} ms apart")  # noqa: T201
    control, error, _ = told.pop("control")
    assert control - SURE * error > MOST, "not even what may be seen is told: the timings say nothing"
    assert not {name: each for name, each in told.items() if each[0] - SURE * each[1] > MOST}


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
