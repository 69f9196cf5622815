"""The bulk path: Splink finds the evidence of all records at once, and it is that of the incremental path."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.plain_resolver import numbered_ids

from mast_resolver.engines.backend import in_memory
from mast_resolver.engines.bulk import BulkLinker
from mast_resolver.frequencies import term_frequencies
from mast_resolver.model import read_model
from mast_resolver.ports import Changes, Constraint, Decide, Edge, Mutation, Retract, Upsert
from mast_resolver.records import Encoding, Kind, Life, MatchWeight, RecordId
from mast_resolver.resolver import Resolver
from mast_resolver.score import ModelScorer
from mast_resolver.sources import SourcePair

Person = Callable[..., Encoding]
Place = Callable[..., Encoding]
Pair = tuple[RecordId, RecordId]
Said = tuple[dict[str, str], str, Life | None]

CAP = 5
"""So few that in a little town some keys are generic."""
PAIRS_AT_ONCE = 25

PEOPLE = st.fixed_dictionaries(
    {
        "given": st.sampled_from(["ann", "anne", "annabel", "omar", "ewa", ""]),
        "family": st.sampled_from(["leeson", "leesen", "khan", "nowak", ""]),
        "birth": st.sampled_from(["1983-08-06", "1983-06-08", "1983-08-07", "2019-02-11", "1990", ""]),
        "sex": st.sampled_from(["female", "male", ""]),
        "address": st.sampled_from(["14 high street", "14 hihg street", "3 mill lane", ""]),
        "postcode": st.sampled_from(["WS1 1AA", "WS1 9ZZ", ""]),
        "phone": st.sampled_from(["07700900001", "07700900002", ""]),
        "nhs_number": st.sampled_from(["9434765919", "9434765870", ""]),
    }
)
AGENCIES = st.sampled_from(["fire", "police", "unknown to the model", ""])
SOURCES = (
    SourcePair("fire", "fire", MatchWeight(-2_000), unmatched=(0.9, 0.9)),
    # So much that it lifts pairs over the edge threshold which Splink, who does not know it, has below.
    SourcePair("fire", "police", MatchWeight(9_000), unmatched=(0.3, 0.4)),
    SourcePair("police", "police", MatchWeight(-500), unmatched=(0.7, 0.7)),
)
LIVES = st.sampled_from([None, None, Life(died=300), Life(alive=303)])
SAID = st.tuples(PEOPLE, AGENCIES, LIVES)
PLACES = st.tuples(
    st.sampled_from(
        ["14 High Street", "Flat 2, 14 High Street", "14 Hihg Street", "Rose Cottage, Mill Lane"]
    ),
    st.sampled_from(["WS1 1AA", "WS1 9ZZ", ""]),
    st.sampled_from(["", "100071", "100072"]),
)


@dataclass
class Stored:
    """A resolver and what a graph would hold had it stored all that it changed."""

    resolver: Resolver
    evidence: dict[Pair, int] = field(default_factory=dict)
    review: dict[Pair, int] = field(default_factory=dict)

    def store(self, changes: Changes, edges: Iterable[Edge] = ()) -> Changes:
        for pair in changes.evidence_removed:
            del self.evidence[pair]
        for edge in (*changes.evidence_added, *edges):
            self.evidence[edge.left, edge.right] = edge.weight
        for pair in changes.review_removed:
            del self.review[pair]
        for each in changes.review_added:
            self.review[each.left, each.right] = each.value
        return changes

    @property
    def told(self) -> tuple[object, ...]:
        return self.resolver.partition(), self.evidence, self.review


def ids(encodings: Sequence[Encoding]) -> dict[RecordId, Encoding]:
    # Not in the order of their numbers: rows, ids and places must not be taken for each other.
    return {RecordId(f"r{number * 7919 % 10007:05d}"): each for number, each in enumerate(encodings)}


def scorer(kind: Kind, encodings: Iterable[Encoding]) -> ModelScorer:
    model = read_model(kind.value)
    if kind is Kind.PERSON:
        model = replace(model, sources=SOURCES)
    return ModelScorer(model, term_frequencies(model, encodings))


def incremental(records: Mapping[RecordId, Encoding], kind: Kind, decides: Sequence[Decide] = ()) -> Stored:
    """One record after the other."""
    found = Stored(Resolver(scorer(kind, records.values()), new_id=numbered_ids(), cap=CAP))
    mutations: list[Mutation] = [*decides, *(Upsert(*each) for each in records.items())]
    for mutation in mutations:
        found.store(found.resolver.apply([mutation]))
    return found


def in_bulk(
    records: Mapping[RecordId, Encoding],
    kind: Kind,
    *,
    resolver: Resolver | None = None,
    gone: Sequence[RecordId] = (),
    decides: Sequence[Decide] = (),
    seen: Iterable[Encoding] | None = None,
) -> tuple[Stored, Changes]:
    """All at once, whatever the resolver held before."""
    weigher = scorer(kind, seen if seen is not None else records.values())
    found = Stored(resolver or Resolver(weigher, new_id=numbered_ids(), cap=CAP))
    found.resolver.apply(decides)
    edges: list[Edge] = []
    with in_memory() as database:
        linker = BulkLinker(weigher, database, cap=CAP, pairs_at_once=PAIRS_AT_ONCE)
        for each in records.items():
            linker.put(*each)

        def noted() -> Iterable[Edge]:
            linker.pass_over(found.resolver.copies())
            for edge in linker.evidence():
                edges.append(edge)
                yield edge

        mutations: list[Any] = [*(Upsert(*each) for each in records.items()), *map(Retract, gone)]
        changes = found.resolver.take_weighed(mutations, noted)
    return found, found.store(changes, edges)


def pairs_apart(records: Mapping[RecordId, Encoding], chosen: Sequence[tuple[int, int]]) -> list[Decide]:
    known = sorted(records)
    return [
        Decide(known[one % len(known)], known[other % len(known)], Constraint.CANNOT)
        for one, other in chosen
        if known and one % len(known) != other % len(known)
    ]


# Each example is a run of Splink, which takes half a second.
few = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@few
@given(
    said=st.lists(SAID, max_size=40),
    later=st.lists(SAID, max_size=6),
    apart=st.lists(st.tuples(st.integers(0, 39), st.integers(0, 39)), max_size=3),
)
def test_in_bulk_people_are_those_of_the_incremental_path_and_it_goes_on_from_there(
    person: Person, said: list[Said], later: list[Said], apart: list[tuple[int, int]]
) -> None:
    encoded, further = (
        [replace(person(**text), source=agency, life=life) for text, agency, life in some]
        for some in (said, later)
    )
    records = ids(encoded)
    decides = pairs_apart(records, apart)
    one_by_one = incremental(records, Kind.PERSON, decides)
    at_once, _ = in_bulk(records, Kind.PERSON, decides=decides)
    assert at_once.told == one_by_one.told
    changes: list[Mutation] = [Upsert(RecordId(f"x{at}"), each) for at, each in enumerate(further)]
    changes += [Retract(record) for record in sorted(records)[: len(later)]]
    for found in (one_by_one, at_once):
        found.store(found.resolver.apply(changes))
    assert at_once.told == one_by_one.told


@few
@given(said=st.lists(PLACES, max_size=30))
def test_in_bulk_places_are_those_of_the_incremental_path(
    place: Place, said: list[tuple[str, str, str]]
) -> None:
    records = ids([place(line, postcode, uprn=uprn) for line, postcode, uprn in said])
    at_once, _ = in_bulk(records, Kind.ADDRESS)
    assert at_once.told == incremental(records, Kind.ADDRESS).told


def household(person: Person) -> dict[RecordId, Encoding]:
    """Two records each of two siblings, and of a stranger."""
    home = {"address": "14 high street", "postcode": "WS1 1AA"}
    return ids(
        [
            person(given, family, birth=birth, **home)
            for given, family, birth in (
                ("ann", "leeson", "1983-08-06"),
                ("omar", "leeson", "1985-02-11"),
                ("ewa", "nowak", "1990-12-01"),
            )
            for _ in range(2)
        ]
    )


def test_evidence_comes_and_people_are_told_apart(person: Person) -> None:
    records = household(person)
    found, changes = in_bulk(records, Kind.PERSON)
    assert sorted(map(len, found.resolver.partition())) == [2, 2, 2]
    assert len(changes.assigned) == 6
    assert changes.evidence_added == (), "evidence is the caller's already"
    assert found.evidence


def test_in_bulk_over_resolved_people_ids_stay_by_the_usual_rule(person: Person) -> None:
    records = household(person)
    before = incremental(records, Kind.PERSON).resolver
    entities = {record: before.entity_of(record) for record in records}
    leaving, *_ = sorted(records)
    staying = {record: each for record, each in records.items() if record != leaving}
    found, changes = in_bulk(staying, Kind.PERSON, resolver=before, gone=[leaving], seen=records.values())
    assert {record: found.resolver.entity_of(record) for record in staying} == {
        record: entities[record] for record in staying
    }
    assert changes.unassigned == (leaving,)
    assert (changes.assigned, changes.created, changes.superseded) == ((), (), ())


def test_nobody_in_bulk_is_nobody() -> None:
    found, changes = in_bulk({}, Kind.PERSON)
    assert (changes, found.resolver.partition()) == (Changes(), frozenset())


def test_pieces_of_candidates_are_bounded_and_miss_nothing(person: Person) -> None:
    records = ids([person("ann", "leeson", birth=f"19{at:02}-08-06") for at in range(10, 50)])
    weigher = scorer(Kind.PERSON, records.values())
    compared, found = set(), []
    for at_once in (10, 10_000):
        with in_memory() as database:
            linker = BulkLinker(weigher, database, cap=60, pairs_at_once=at_once)
            for each in records.items():
                linker.put(*each)
            found.append({(edge.left, edge.right, edge.weight) for edge in linker.evidence()})
            compared.add(linker.compared)
    assert found[0] == found[1]
    assert compared == {40 * 39 // 2}


def test_a_model_without_frequencies_weighs_the_same(person: Person) -> None:
    records = household(person)
    weigher = ModelScorer(read_model("person"))
    with in_memory() as database:
        linker = BulkLinker(weigher, database, cap=CAP)
        for each in records.items():
            linker.put(*each)
        found = {(edge.left, edge.right): edge.weight for edge in linker.evidence()}
    for (left, right), weight in found.items():
        parts = weigher.explain_encodings(records[left], records[right])
        assert weight == sum(part.weight for part in parts)
    assert len(found) >= 3


@pytest.mark.parametrize("disk", ["temp_directory"])
def test_encodings_never_spill_to_a_disk(disk: str) -> None:
    with in_memory() as database:
        found = database.read(f"SELECT current_setting('{disk}') AS setting")
    assert found["setting"].to_pylist() == [""]
