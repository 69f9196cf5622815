"""Staff found among the people of the graph, and what each of them must not look at without a reason."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from pathlib import Path

from mast_api.audit.staff import Staff
from mast_api.live import LiveResolver
from mast_api.models import model_in_force
from mast_api.people_search import PeopleSearch
from mast_graph.moments import to_text
from mast_graph.read import Reader
from mast_graph.store import Store
from mast_intake.keys import KeyRing
from mast_intake.pseudonymise import Pseudonymiser
from mast_intake.search import PersonQuery
from mast_resolver.errors import SearchTooBroadError
from mast_resolver.records import Kind


def recognised(
    store: Store,
    keys: KeyRing,
    data: Path,
    look_up: Pseudonymiser,
    staff: Iterable[tuple[str, PersonQuery]],
) -> dict[str, list[str]]:
    """Who each of the staff is: one person whose records would be joined with such a one, or nobody."""
    model = model_in_force(data, Kind.PERSON)
    live = LiveResolver(store, keys, model, warn=lambda _: None)
    live.read()
    search = PeopleSearch(live)
    found: dict[str, list[str]] = {}
    for subject, query in staff:
        try:
            hits = search.search(look_up.person_query(query), 2, hidden_too=True).found
        except SearchTooBroadError:
            hits = []
        sure = [hit.person for hit in hits if hit.weight >= model.join.weight]
        found[subject] = [str(person) for person in sure] if len(sure) == 1 else []
    return found


async def staff_now(store: Reader, people: Mapping[str, list[str]], now: dt.datetime) -> Staff:
    """Where the staff live now, and with whom; who is shielded is not there."""
    given = sorted({id_ for ids in people.values() for id_ in ids})
    rows = await store.read("read.staff_homes", people=given, now=to_text(now)) if given else []
    them = {row["id"]: {row["id"], *row["people"]} for row in rows}
    around = {row["id"]: them[row["id"]] | set(row["around"]) for row in rows}
    own = {
        subject: frozenset().union(*(around.get(id_, set()) for id_ in ids))
        for subject, ids in people.items()
    }
    return Staff(own, frozenset().union(*them.values()))
