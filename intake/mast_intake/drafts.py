"""A batch in the making."""

from __future__ import annotations

from dataclasses import dataclass, field

from mast_intake.homes import move_of
from mast_intake.rows import RELATION_FIELDS, SourceRow
from mast_intake.source import Mode, Source
from mast_resolver.records import Batch, Contact, Move, Record, RecordId, Relation, Residence, Retraction


@dataclass(slots=True)
class Draft:
    """A batch in the making; each record and each contact stands in it once, as it was said last."""

    rows: int = 0
    records: dict[RecordId, Record] = field(default_factory=dict)
    residences: dict[Residence, None] = field(default_factory=dict)
    contacts: dict[str, Contact] = field(default_factory=dict)
    retractions: dict[Retraction, None] = field(default_factory=dict)
    relations: dict[Relation, None] = field(default_factory=dict)
    restated: dict[RecordId, Relation | None] = field(default_factory=dict)
    """What the last row of each record states, where that is all that counts."""
    moves: list[Move] = field(default_factory=list)
    spoken_of: set[str] = field(default_factory=set)
    """Ids of the records and contacts that its upserts name, whether they are sent again or not."""
    withdraws_a_record: bool = False

    def relate(self, source: Source, person: RecordId, relation: Relation | None) -> None:
        """Note what a row states about a relation of its person, if anything.

        A row of a delta is all that its record says, so that it takes the place of the row before.
        """
        if source.mode is Mode.DELTA:
            if any(RELATION_FIELDS[0] in mapped.fields for mapped in source.people):
                self.restated[person] = relation
        elif relation is not None:
            self.relations[relation] = None

    def house(self, source: Source, row: SourceRow, person: RecordId, home: Residence | None) -> None:
        """Note where a row has its person live, if anywhere."""
        if (move := move_of(source, row, person, home)) is not None:
            self.moves.append(move)
        elif home is not None:
            self.residences[home] = None

    def batch(self, feed: str) -> Batch:
        """The batch of a feed as it stands."""
        restated = [relation for relation in self.restated.values() if relation is not None]
        return Batch(
            tuple(self.records.values()),
            tuple(self.residences),
            tuple(self.contacts.values()),
            tuple(self.retractions),
            (*self.relations, *restated),
            tuple((record, feed) for record in self.restated),
            tuple(self.moves),
        )


def related(row: SourceRow) -> tuple[str, str] | None:
    """The reference of the record that a row relates its person to, and what that person is to them."""
    to, kind = (row.text.get(name) for name in RELATION_FIELDS)
    return (to, kind) if to and kind else None
