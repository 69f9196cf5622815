"""An alert about a home goes when nothing ties it there any more, though nobody leads to the home by then."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.api.rights.feeds import Borough, Said
from tests.api.triggers.alerts import in_force
from tests.town import NOW, ago

from mast_api.triggers.working_out import work_out
from mast_api.workspace import now
from mast_graph.lease import Lease
from mast_graph.load import Loader
from mast_graph.store import Store
from mast_graph.trigger_rules import put_rule
from mast_resolver.records import Batch, Retraction

pytestmark = pytest.mark.graph

RULE = "three-police-attendances"
NUMBERS = {"1": "9434765919", "2": "9434765870", "3": "9434765927", "elsewhere": "9434765935"}
NAMES = {"1": "Grace", "2": "Wilfred", "3": "Parveen", "elsewhere": "Dilys"}
HOME = "14 Mill Lane, Walsall WS2 2BB"


def who(reference: str) -> dict[str, str]:
    name = {"given_name": NAMES[reference], "family_name": f"Okonkwo{reference}"}
    return {**name, "date_of_birth": "1971-11-30", "nhs_number": NUMBERS[reference]}


def met(reference: str, days: int) -> Said:
    """The police met somebody; where is not said."""
    contact = {"contact_id": f"c{days}", "contact_type": "WELFARE_CHECK"}
    return Said("police", reference, {**who(reference), **contact}, {"contact_at": ago(days)})


def lives(reference: str, place: str) -> Said:
    return Said("housing", reference, {**who(reference), "address": place}, {"valid_from": ago(400)})


def withdraw(borough: Borough, agency: str, references: str) -> None:
    loader = Loader(borough.store, borough.lease, lambda: NOW)
    load = loader.begin("feed", "withdrawal")
    assert load is not None
    gone = tuple(Retraction(record=borough.record(agency, each)) for each in references)
    loader.load(load, Batch(retractions=gone))


@pytest.fixture
def borough(store: Store, tmp_path: Path) -> Iterator[Borough]:
    """Police came three times for people of one home, the last time for somebody from elsewhere too."""
    with Lease.acquire(store, "tests") as lease:
        for rule, stored in in_force(RULE, since=NOW - dt.timedelta(days=900)):
            lease.write(lambda tx, _, r=rule, s=stored: put_rule(tx, r, s))  # type: ignore[misc]
        borough = Borough(store, lease, tmp_path)
        borough.load([lives(each, HOME) for each in ("1", "2", "3")])
        borough.load([met("1", 40), met("2", 20), met("3", 10), met("elsewhere", 10)])
        borough.resolve()
        yield borough


@pytest.mark.parametrize(
    ("agency", "references"),
    [
        pytest.param("police", "3", id="whom the police met is not known any more"),
        pytest.param("housing", "3", id="they never lived there"),
        pytest.param("housing", "123", id="nobody ever lived there"),
    ],
)
def test_what_tied_a_contact_to_a_home_goes_and_the_alert_with_it(
    agency: str, references: str, borough: Borough
) -> None:
    work_out(borough.store, borough.lease, now=now())
    (alert,) = borough.store.read("read.every_alert")
    assert (alert["retracted"], [id_[:2] for id_ in alert["about"]]) == (False, ["H-"])
    withdraw(borough, agency, references)
    borough.resolve()
    work_out(borough.store, borough.lease, now=now())
    (alert,) = borough.store.read("read.every_alert")
    assert (alert["retracted"], alert["about"]) == (True, [])
