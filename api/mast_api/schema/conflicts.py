"""What agencies contradict each other about, in sentences."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from strawberry import ID

from mast_api.schema.types import Agency
from mast_graph.history import NamedAgencyRow
from mast_resolver.history import Claim, Conflict, ConflictKind, Overlap


class Wording:
    """Knows the names of the agencies of one answer.

    Example:
        >>> claims = (Claim("a", dt.datetime(2021, 3, 1)), Claim("b", None))
        >>> said = Conflict(ConflictKind.STILL_HERE, claims[0].at, claims[0].at, claims)
        >>> Wording([{"id": "a", "name": "Housing", "kind": None}]).conflict(said)
        'Housing says that they left on 1 March 2021; b has them here after that.'
    """

    def __init__(self, rows: Iterable[NamedAgencyRow]) -> None:
        self._agencies = {
            row["id"]: Agency(id=ID(row["id"]), name=row["name"] or row["id"], kind=row["kind"] or "unknown")
            for row in rows
        }

    def agency(self, id_: str) -> Agency:
        """An agency by its id."""
        return self._agencies.get(id_) or Agency(id=ID(id_), name=id_, kind="unknown")

    def conflict(self, conflict: Conflict) -> str:
        """Who says what."""
        here = [claim for claim in conflict.claims if claim.elsewhere is None]
        there = [claim for claim in conflict.claims if claim.elsewhere is not None]
        dated = [claim for claim in here if claim.at is not None]
        undated = [claim for claim in here if claim.at is None]
        match conflict.kind:
            case ConflictKind.STARTS_DIFFER:
                return f"{self._dates(here, 'since')}."
            case ConflictKind.ENDS_DIFFER:
                return f"{self._dates(here, 'until')}."
            case ConflictKind.STILL_HERE:
                return (
                    f"{self._dates(dated, 'that they left on')}; {self._has(undated)} them here after that."
                )
            case ConflictKind.LEFT_UNSAID:
                others = [f"{self._has(there)} them at another address since"] if there else []
                others += [f"{self._names(dated)} said so"] if dated else []
                return (
                    f"{self._has(undated)} not said that they left; it is taken to be over on "
                    f"{_day(conflict.start)}, for {' and '.join(others)}."
                )
            case ConflictKind.ELSEWHERE:
                return (
                    f"{self._has(here)} them here, {self._has(there)} them at another address for the same "
                    "time, and none has both: two homes, or one of them is out of date."
                )

    def overlap(self, overlap: Overlap) -> str:
        """Whether anybody says that there are two homes."""
        if not overlap.agencies:
            return "No agency has both homes: see the conflicts."
        claims = [Claim(agency, None) for agency in overlap.agencies]
        return f"{self._has(claims)} both homes at once."

    def _dates(self, claims: Iterable[Claim], word: str) -> str:
        said = [(self.agency(claim.agency).name, claim.at) for claim in claims]
        return ", ".join(f"{name} says {word} {_day(at)}" for name, at in said if at is not None)

    def _has(self, claims: Iterable[Claim]) -> str:
        names = {claim.agency for claim in claims}
        return f"{self._named(names)} {'has' if len(names) == 1 else 'have'}"

    def _names(self, claims: Iterable[Claim]) -> str:
        return self._named({claim.agency for claim in claims})

    def _named(self, ids: Iterable[str]) -> str:
        return " and ".join(self.agency(id_).name for id_ in sorted(ids))


def _day(at: dt.datetime) -> str:
    return f"{at.day} {at:%B %Y}"
