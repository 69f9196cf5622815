"""A borough under a key file: loaded, resolved, decided about, and searched as a landlord would."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

import pytest

from mast_api.access import Caller, Purpose
from mast_api.breaking_glass import BreakingGlass
from mast_api.live import LiveResolver
from mast_api.loading import Loaded, load_source
from mast_api.people_search import PeopleSearch
from mast_api.research.releasing import Releasing
from mast_api.resolving import resolve_pending
from mast_api.shielding import Shielding
from mast_api.stewarding import Stewarding
from mast_api.workspace import new_id, now
from mast_graph.lease import Lease
from mast_graph.store import Store
from mast_intake.keys import KeyRing
from mast_intake.pseudonymise import Pseudonymiser
from mast_intake.search import PersonQuery
from mast_resolver.model import read_model
from mast_resolver.ports import Constraint

Feeds = dict[str, list[Path]]

SOURCES = ("council_children.yaml", "nhs_trust.yaml", "police.yaml", "housing.yaml")
"""A snapshot, a delta, an append feed of an incident log, and tenancies."""


def load(store: Store, lease: Lease, keys: KeyRing, source: Path, files: list[Path], folder: Path) -> Loaded:
    return load_source(store, lease, keys, source, files, rejects_folder=folder / "rejects")


def load_and_decide(store: Store, keys: KeyRing, feeds: Feeds, folder: Path) -> None:
    """Four feeds, two decisions of a steward, one of them revoked, a shield, a broken glass,
    and a release that was approved."""
    with Lease.acquire(store, "test") as lease:
        for name in SOURCES:
            load(store, lease, keys, feeds[name][0].parent / name, feeds[name], folder)
        resolve_pending(store, lease, keys, folder)
    live = people_of(store, keys)
    stewards = Stewarding(store, (live,), keys, clock=now, new_id=new_id)
    shields = Shielding(store, live, keys, clock=now, new_id=new_id)
    with live.using() as held:
        one, two, three, shielded = sorted(set(held.resolver.entities().values()))[:4]
        first = [min(held.resolver.members(each)) for each in (one, two, three)]
    stewards.decide(first[0], first[1], Constraint.CANNOT, by="steward", reason="Two brothers")
    revoked = stewards.decide(first[1], first[2], Constraint.CANNOT, by="steward", reason="Mistaken")
    stewards.revoke(revoked.id, by="steward", reason="It was right before")
    glass = BreakingGlass(store, keys, clock=now, new_id=new_id, tell=lambda: None)
    caller = Caller("officer-7", "response-officer", Purpose.RESPONSE, "t1")
    broken = glass.smash(caller, reason="A child is in danger at this very moment", minutes=10)
    glass.review(broken, by="officer", justified=True, finding="It was right to look")
    releasing = Releasing(store, keys, clock=now, new_id=new_id)
    proposed = releasing.propose("TRANSITION_MATRIX", [], "nhs", {"rows": []}, by="researcher")
    releasing.decide(proposed.id, digest=proposed.digest, by="officer", approved=True, finding="Wide groups")
    shields.decide(shielded, on=True, by="officer", reason="Safe house", hidden_too=False)


def people_of(store: Store, keys: KeyRing) -> LiveResolver:
    """Everybody in memory, as a service has them."""
    live = LiveResolver(store, keys, read_model("person"), warn=pytest.fail)
    live.read()
    return live


def searches(store: Store, keys: KeyRing, feeds: Feeds) -> list[list[tuple[str, int]]]:
    """Who is found for forty people typed in as a landlord knows them, and how surely."""
    search, typed = PeopleSearch(people_of(store, keys)), Pseudonymiser(keys, now)
    with feeds["housing.yaml"][0].open(encoding="utf-8-sig") as file:
        known = list(csv.DictReader(file, delimiter=";"))[:40]
    found = []
    for row in known:
        born = dt.date.fromisoformat(row["dob"]) if row["dob"] else None
        query = PersonQuery(row["forename"], row["surname"], date_of_birth=born, postcode=row["postcode"])
        hits = search.search(typed.person_query(query), 5).found
        found.append([(str(hit.person), int(hit.weight)) for hit in hits])
    return found
