"""People search in memory: what was typed, encoded, beside the records of everybody."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from mast_api.live import LiveResolver
from mast_api.ports import Found, Shortlist
from mast_resolver.records import Encoding, EntityId, MatchWeight
from mast_resolver.resolver import Hit
from mast_resolver.score import Evidence
from mast_resolver.searching import NOBODY

TELLING: Final = MatchWeight(1_000)
"""A field is named as agreeing or differing from one bit on: less is noise to a reader."""

ENOUGH: Final = MatchWeight(8_000)
"""A candidate is shown when its fields speak for it with eight bits: one in 256 strangers would."""


class PeopleSearch:
    """Implements :class:`mast_api.ports.Search`. One search runs at a time; each takes about a millisecond.

    Answered from what is in memory: what was loaded a moment ago is found some seconds later.
    """

    def __init__(self, live: LiveResolver) -> None:
        self._live = live

    @property
    def ready(self) -> bool:
        """Whether the people were read."""
        return self._live.ready

    def search(self, encodings: Sequence[Encoding], limit: int, *, hidden_too: bool = False) -> Shortlist:
        """The best candidates for any reading of what was typed, each person once, best first.

        With ``hidden_too`` shielded people are found as well.

        Raises:
            GraphUnavailableError: the people are not read yet.
        """
        best: dict[EntityId, tuple[Hit, Encoding]] = {}
        more = False
        with self._live.using() as held:
            least = MatchWeight(held.scorer.model.prior() + ENOUGH)
            hidden = NOBODY if hidden_too else held.shielded
            for encoding in encodings:
                found = held.resolver.search(encoding, limit=limit, at_least=least, but=hidden)
                more = more or found.more
                for hit in found.best:
                    if hit.entity not in best or best[hit.entity][0].weight < hit.weight:
                        best[hit.entity] = (hit, encoding)
            ranked = sorted(best.values(), key=lambda each: (-each[0].weight, each[0].entity))[:limit]
            return Shortlist(
                [
                    _found(hit, held.resolver.beside(encoding, hit.record, held.scorer.explain))
                    for hit, encoding in ranked
                ],
                more or len(best) > limit,
            )


def _found(hit: Hit, evidence: Sequence[Evidence]) -> Found:
    agrees, differs = telling(evidence)
    return Found(hit.entity, hit.weight, agrees=tuple(agrees), differs=tuple(differs))


def telling(evidence: Sequence[Evidence]) -> tuple[list[str], list[str]]:
    """What of two records speaks for one, and what against it, as far as it weighs; fields only, no prior."""
    fields = [each for each in evidence if each.rule not in {"prior", "family"}]
    return (
        [each.reason for each in fields if each.weight >= TELLING],
        [each.reason for each in fields if each.weight <= -TELLING],
    )
