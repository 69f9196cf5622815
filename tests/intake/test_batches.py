"""Where a feed is cut into batches: it never shows in what the graph holds in the end."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from hypothesis import given
from hypothesis import strategies as st

from mast_intake.pseudonymise import Pseudonymiser
from mast_intake.rows import SourceRow
from mast_intake.source import FileFormat, Mapped, Mode, PersonMap, Source
from mast_resolver.records import Batch, Kind, Operation, RecordId, Residence


def feed(*fields: str) -> Source:
    person = PersonMap(fields={name: Mapped((name,)) for name in ("record_id", *fields)})
    return Source("visits", "nhs", "mast-2026", FileFormat.CSV, (person,), mode=Mode.DELTA)


PEOPLE = feed("given_name", "address")
PLACES = feed("address")
DAY = dt.datetime(2024, 1, 1, tzinfo=dt.UTC)


@dataclass
class Graph:
    """What the loader does with batches, in memory: only what is believed, without the history."""

    records: dict[RecordId, str] = field(default_factory=dict)
    stays: set[Residence] = field(default_factory=set)
    contacts: dict[str, tuple[str, frozenset[RecordId]]] = field(default_factory=dict)
    people: set[RecordId] = field(default_factory=set)

    def load(self, batch: Batch) -> None:
        for record in batch.records:
            self.records[record.id] = record.content
            if record.kind is Kind.PERSON:
                self.people.add(record.id)
        for stay in batch.residences:
            assert {stay.person, stay.address} <= self.records.keys()
            self.stays.add(stay)
        for contact in batch.contacts:
            touched = frozenset(touch.record for touch in contact.touches)
            assert touched <= self.records.keys()
            content, earlier = self.contacts.get(contact.id, ("", frozenset()))
            same = content == contact.content
            self.contacts[contact.id] = (contact.content, earlier | touched if same else touched)
        for gone in batch.retractions:
            if gone.contact:
                self.contacts.pop(gone.contact, None)
        self._retract({gone.record for gone in batch.retractions if gone.record} & self.records.keys())

    def _retract(self, gone: set[RecordId]) -> None:
        for id_ in gone:
            del self.records[id_]
        self.stays = {stay for stay in self.stays if stay.person not in gone}
        living = self.people & self.records.keys()
        for name, (_, touched) in list(self.contacts.items()):
            if touched & gone and not touched & living:
                del self.contacts[name]


def graph_of(batches: Iterable[Batch]) -> Graph:
    graph = Graph()
    for batch in batches:
        graph.load(batch)
    return graph


def said(who: int, where: int, event: int | None, own_id: bool, operation: Operation) -> SourceRow:
    text = {"given_name": f"Ann{who}", "address": f"{where + 1} High St, Walsall"}
    if operation is Operation.RETRACT:
        text = {}
    if event is None:
        return SourceRow("f.csv", 2, str(who), text, {}, operation)
    if own_id:
        text["contact_id"] = f"e{event}"
    text["contact_type"] = "ED_ATTENDANCE"
    moments = {"contact_at": DAY + dt.timedelta(days=event)}
    return SourceRow("f.csv", 2, str(who), text, moments, operation)


ROWS = st.lists(
    st.builds(
        said,
        st.integers(0, 2),
        st.integers(0, 1),
        st.none() | st.integers(0, 2),
        st.booleans(),
        st.sampled_from([Operation.UPSERT, Operation.UPSERT, Operation.RETRACT]),
    ),
    max_size=12,
)


def without_people(rows: Sequence[SourceRow]) -> list[SourceRow]:
    return [
        replace(row, text={name: value for name, value in row.text.items() if name != "given_name"})
        for row in rows
    ]


@given(rows=ROWS, size=st.integers(1, 12))
def test_any_cutting_into_batches_loads_the_same(
    rows: Sequence[SourceRow], size: int, pseudonymiser: Pseudonymiser
) -> None:
    for source, these in ((PEOPLE, rows), (PLACES, without_people(rows))):
        one_by_one = (batch for row in these for batch in pseudonymiser.batches(source, [row]))
        assert graph_of(pseudonymiser.batches(source, these, size=size)) == graph_of(one_by_one)


@given(rows=ROWS)
def test_a_batch_never_withdraws_what_it_says(
    rows: Sequence[SourceRow], pseudonymiser: Pseudonymiser
) -> None:
    for batch in pseudonymiser.batches(PEOPLE, rows):
        upserted = {record.id for record in batch.records} | {contact.id for contact in batch.contacts}
        upserted |= {touch.record for contact in batch.contacts for touch in contact.touches}
        upserted |= {stay.person for stay in batch.residences}
        assert upserted.isdisjoint({gone.record or gone.contact for gone in batch.retractions})


def test_a_retraction_of_others_does_not_end_a_batch(pseudonymiser: Pseudonymiser) -> None:
    upsert, retract = Operation.UPSERT, Operation.RETRACT
    rows = [
        said(1, 0, 1, True, upsert),
        said(2, 0, 2, True, retract),
        said(1, 0, 3, True, upsert),
        said(2, 0, None, True, retract),
        said(0, 0, None, True, upsert),
    ]
    (batch,) = pseudonymiser.batches(PEOPLE, rows)
    assert (len(batch.contacts), len(batch.retractions)) == (2, 3)
