"""From what agencies stated to an address's history: spells in order, a page of them at a time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Self

from strawberry import ID

from mast_api.schema import conflicts, shape
from mast_api.schema import history_types as t
from mast_api.schema.paging import LIFETIME
from mast_api.schema.types import PageInfo, Superseded, Team
from mast_graph.history import HISTORY_PEOPLE, HistoryRow, Time, statements
from mast_resolver.errors import BadCursorError
from mast_resolver.history import Lived, Statement, history
from mast_resolver.records import FOREVER, EntityId

_MICROSECOND: Final = dt.timedelta(microseconds=1)
_EPOCH: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where a spell stands in the order: whole persons, present ones and latest leavers first."""

    end: int
    begin: int
    person: EntityId
    own_begin: int
    address: EntityId

    @classmethod
    def of(cls, person: EntityId, spell: Lived, last: Lived) -> Self:
        """Of one spell of a person whose last spell is ``last``; times are negated: the latest come first."""
        return cls(-_since(last.end), -_since(last.start), person, -_since(spell.start), spell.address)


@dataclass(frozen=True, slots=True)
class SpellCursor:
    """A place in a history, and the moment of recorded time that its pages are of.

    Example:
        >>> place = Place(-5, 4, EntityId("P-1"), 4, EntityId("A-1"))
        >>> cursor = SpellCursor(place, dt.datetime(2026, 11, 2, tzinfo=dt.UTC))
        >>> SpellCursor.read(str(cursor)) == cursor
        True
    """

    place: Place
    known_at: dt.datetime

    def __str__(self) -> str:
        at = self.place
        numbers = (at.end, at.begin, at.own_begin, _since(self.known_at))
        return ".".join([*(f"{number:x}" for number in numbers), at.person, at.address])

    @classmethod
    def read(cls, text: str) -> Self:
        """Inverse of ``str``.

        Raises:
            BadCursorError: it is not one of ours.
        """
        try:
            end, begin, own_begin, known_at, person, address = text.split(".")
            place = Place(
                int(end, 16), int(begin, 16), EntityId(person), int(own_begin, 16), EntityId(address)
            )
            return cls(place, _EPOCH + int(known_at, 16) * _MICROSECOND)
        except (ValueError, OverflowError):
            raise BadCursorError(
                "the cursor is not one of ours", fix="send back endCursor as it was given"
            ) from None


def known_at(asked: dt.datetime | None, after: SpellCursor | None, now: dt.datetime) -> dt.datetime:
    """The moment of recorded time to answer for: as asked, else that of the first page, else now.

    Raises:
        BadCursorError: the cursor is of another moment, or of a page that is too old.
    """
    if after is None:
        return asked or now
    if asked is not None and asked != after.known_at:
        raise BadCursorError("the cursor is of another knownAt", fix="begin again at the first page")
    if asked is None and not now - LIFETIME <= after.known_at <= now:
        raise BadCursorError("the cursor is too old", fix="begin again at the first page")
    return after.known_at


def address_history(
    row: HistoryRow,
    time: Time,
    duty: Team,
    *,
    as_of: dt.datetime | None,
    first: int,
    after: SpellCursor | None,
) -> t.AddressHistory:
    """One page of the history."""
    spells = _spells(row, time)
    rest = [each for each in spells if after is None or each[0] > after.place]
    shaper = _Shaper(conflicts.Wording(row["agencies"]), as_of or time.known_at)
    edges = [
        t.ResidenceEdge(
            cursor=str(SpellCursor(place, time.known_at)), node=shaper.residence(place.person, spell)
        )
        for place, spell in rest[:first]
    ]
    return t.AddressHistory(
        known_at=time.known_at,
        superseded=_superseded(row),
        address_ids=[ID(each) for each in row["places"]],
        person_count=len({place.person for place, _ in spells}),
        residents=t.ResidenceConnection(
            edges=edges,
            page_info=PageInfo.of(
                [edge.cursor for edge in edges], more=len(rest) > len(edges), later=after is not None
            ),
        ),
        not_shown=list(_not_shown(row)),
        caution=shape.caution(duty, anything=bool(spells)),
    )


def _spells(row: HistoryRow, time: Time) -> list[tuple[Place, Lived]]:
    """Every spell at the places that meets the time, in order."""
    places = {EntityId(each) for each in row["places"]}
    found = []
    for person, said in statements(row["stays"]).items():
        lived = [each for each in history(said, places) if each.meets(time.earliest, time.latest)]
        if lived:
            last = max(lived, key=lambda spell: (spell.end, spell.start))
            found += [(Place.of(person, spell, last), spell) for spell in lived]
    return sorted(found, key=lambda each: each[0])


class _Shaper:
    """Knows the agencies of one answer, and the moment that it is of."""

    def __init__(self, wording: conflicts.Wording, moment: dt.datetime) -> None:
        self._wording = wording
        self._moment = moment

    def residence(self, person: EntityId, spell: Lived) -> t.Residence:
        return t.Residence(
            person_id=ID(person),
            address_id=ID(spell.address),
            begin=spell.start,
            end=_end(spell.end),
            begin_inferred=spell.start_inferred,
            end_inferred=spell.end_inferred,
            present=spell.meets(self._moment, self._moment),
            statements=[self._statement(each) for each in spell.statements],
            conflicts=[
                t.StayConflict(
                    kind=t.StayConflictKind(each.kind.value),
                    says=self._wording.conflict(each),
                    agency_ids=[ID(one) for one in sorted({claim.agency for claim in each.claims})],
                    begin=each.start,
                    end=_end(each.end),
                    elsewhere_id=next(
                        (ID(claim.elsewhere) for claim in each.claims if claim.elsewhere), None
                    ),
                )
                for each in spell.conflicts
            ],
            overlaps=[
                t.HomeOverlap(
                    address_id=ID(each.elsewhere),
                    begin=each.start,
                    end=_end(each.end),
                    agency_ids=[ID(one) for one in each.agencies],
                    says=self._wording.overlap(each),
                )
                for each in spell.overlaps
            ],
        )

    def _statement(self, each: Statement) -> t.StatedStay:
        return t.StatedStay(
            agency=self._wording.agency(each.agency),
            begin=each.stay.valid_from,
            end=_end(each.stay.valid_to),
            seen_at=each.seen_at and min(each.seen_at, each.stay.valid_to),
            inferred=each.stay.inferred,
            lapsed=each.stay.lapsed,
            recorded_from=each.recorded_from,
            recorded_to=_end(each.recorded_to),
        )


def _superseded(row: HistoryRow) -> Superseded | None:
    found = shape.superseded(row["superseded"])
    if found is None and row["newer"]:
        newer = row["newer"][0]
        then = newer["then"]
        says = "This id was first used after knownAt" + (
            f": what it stands for was part of {' and '.join(then)} then." if then else "."
        )
        return Superseded(id=ID(newer["id"]), successor_ids=[ID(each) for each in then], says=says)
    return found


def _not_shown(row: HistoryRow) -> Iterator[str]:
    shown = len(row["places"])
    if row["place_count"] > shown:
        yield f"The id stands for {row['place_count']} addresses, of which {shown} are answered for."
    if row["people_count"] > HISTORY_PEOPLE:
        yield (
            f"{row['people_count']} people are said to have lived here in this time; the latest "
            f"{HISTORY_PEOPLE} are looked at: ask about a shorter time."
        )
    if row["corrected_count"]:
        yield (
            f"Of {row['corrected_count']} more people it was said once and is not any more: ask with an "
            "earlier knownAt."
        )
    if row["unresolved"]:
        yield f"{row['unresolved']} newly loaded records of residents are not resolved yet."


def noted(answer: t.AddressHistory) -> dict[str, list[str]]:
    """The people, addresses and agencies that the answer names, for the audit log."""
    nodes: Sequence[t.Residence] = [edge.node for edge in answer.residents.edges]
    people = [str(node.person_id) for node in nodes]
    addresses = [str(each) for each in answer.address_ids]
    if answer.superseded:
        addresses += [str(each) for each in answer.superseded.successor_ids]
    agencies: list[str] = []
    for node in nodes:
        addresses += [str(each.address_id) for each in node.overlaps]
        addresses += [str(each.elsewhere_id) for each in node.conflicts if each.elsewhere_id]
        agencies += [str(each.agency.id) for each in node.statements]
        agencies += [str(one) for each in node.conflicts for one in each.agency_ids]
        agencies += [str(one) for each in node.overlaps for one in each.agency_ids]
    return {"people": people, "addresses": addresses, "agencies": agencies}


def _since(at: dt.datetime) -> int:
    return (at - _EPOCH) // _MICROSECOND


def _end(at: dt.datetime) -> dt.datetime | None:
    return at if at < FOREVER else None
