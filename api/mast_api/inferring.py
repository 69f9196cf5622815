"""Who likely shares a home, by the records in memory. Blocking; some milliseconds."""

from __future__ import annotations

from collections.abc import Sequence

from mast_api.live import LiveResolver
from mast_resolver.housemates import SharedHome
from mast_resolver.records import EntityId


def shared_homes(live: LiveResolver, people: Sequence[str], *, among: bool) -> list[SharedHome]:
    """Each pair once, likeliest first; with ``among`` only pairs of which both are among the people.

    Nobody shielded is in it. A model without classes of relatives weighs nothing of the kind.

    Raises:
        GraphUnavailableError: the people are not read yet.
    """
    live.catch_up()
    asked = [EntityId(each) for each in people]
    found: dict[frozenset[EntityId], SharedHome] = {}
    with live.using() as held:
        if not held.scorer.model.classes:
            return []
        explainer = held.resolver.explainer(held.scorer.explain)
        only = frozenset(asked) if among else None
        for person in asked:
            if person in held.shielded:
                continue
            for each in explainer.housemates(person, held.scorer, but=held.shielded, only=only):
                found.setdefault(frozenset((each.person, each.other)), each)
    return sorted(found.values(), key=lambda each: (-each.weight, each.person, each.other))
