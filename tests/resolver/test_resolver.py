"""The resolver, one promise at a time."""

from __future__ import annotations

import gc
import weakref

import numpy as np
import pytest
from numpy.typing import NDArray
from tests.plain_resolver import JOIN_AT, NoisyScorer, encode, noisy_weight, numbered_ids

from mast_resolver.errors import ContradictionError, ResolverStaleError, UsageError
from mast_resolver.records import BlockingKey, Encoding, EntityId, Kind, MatchWeight, RecordId, Token
from mast_resolver.resolver import (
    Cause,
    Changes,
    Constraint,
    Decide,
    Decision,
    Hits,
    Mutation,
    Resolver,
    Retract,
    Upsert,
)

R1, R2, R3, R4 = (RecordId(f"r{number}") for number in range(1, 5))


class LineScorer(NoisyScorer):
    """Records at one place weigh 4,000, and 1,000 less for each step apart."""

    def weights(self, left: NDArray[np.intp], right: NDArray[np.intp]) -> NDArray[np.int64]:
        self.weighed += len(left)
        at = {row: int.from_bytes(each.tokens["place"], "big") for row, each in self.rows.items()}
        return np.array(
            [4_000 - 1_000 * abs(at[i] - at[j]) for i, j in zip(left, right, strict=True)], np.int64
        )


def make(*, cap: int = 60, region_limit: int = 200, first_id: int = 1) -> tuple[Resolver, LineScorer]:
    scorer = LineScorer()
    new_id = numbered_ids(first_id)
    return Resolver(scorer, new_id=new_id, cap=cap, region_limit=region_limit), scorer


def at(place: int, *keys: str) -> Encoding:
    tokens = tuple(BlockingKey("test", Token(key.encode())) for key in keys or ("all",))
    return Encoding(Kind.PERSON, {"place": Token(place.to_bytes(8, "big"))}, {}, tokens)


def test_two_records_of_one_person_get_one_new_id_and_evidence() -> None:
    resolver, _ = make()
    changes = resolver.apply([Upsert(R2, at(5)), Upsert(R1, at(6)), Upsert(R3, at(90))])
    assert changes.assigned == ((R1, "P-000001"), (R2, "P-000001"), (R3, "P-000002"))
    assert changes.created == ("P-000001", "P-000002")
    (edge,) = changes.evidence_added
    assert (edge.left, edge.right, edge.weight, edge.decision) == (R1, R2, 3_000, Decision.SAME)
    assert resolver.members(changes.created[0]) == (R1, R2)
    assert len(resolver) == 3


@pytest.mark.parametrize(
    ("apart", "decision"),
    [
        pytest.param(3, Decision.SAME, id="exactly at the threshold is the same person"),
        pytest.param(4, Decision.DIFFERENT, id="kept as evidence, yet different"),
    ],
)
def test_evidence_says_what_it_means_alone(apart: int, decision: Decision) -> None:
    resolver, _ = make()
    (edge,) = resolver.apply([Upsert(R1, at(0)), Upsert(R2, at(apart))]).evidence_added
    assert edge.decision is decision


def test_the_same_delivery_again_changes_and_weighs_nothing() -> None:
    resolver, scorer = make()
    delivery = [Upsert(R1, at(5)), Upsert(R2, at(6))]
    resolver.apply(delivery)
    weighed = scorer.weighed
    assert resolver.apply([*delivery, Retract(R4), Decide(R1, R3, None)]) == Changes()
    assert scorer.weighed == weighed


def test_a_correction_moves_a_record_without_deleting_it() -> None:
    resolver, _ = make()
    resolver.apply([Upsert(R1, at(5)), Upsert(R2, at(5)), Upsert(R3, at(50)), Upsert(R4, at(50))])
    changes = resolver.apply([Upsert(R2, at(50))])
    assert changes.assigned == ((R2, "P-000002"),)
    assert (changes.unassigned, changes.created, changes.superseded) == ((), (), ())
    assert changes.evidence_removed == ((R1, R2),)
    assert [(edge.left, edge.right) for edge in changes.evidence_added] == [(R2, R3), (R2, R4)]


def test_a_correction_that_leaves_all_evidence_as_it_was_reports_nothing() -> None:
    resolver, _ = make()
    resolver.apply([Upsert(R1, at(5)), Upsert(R2, at(5))])
    assert resolver.apply([Upsert(R2, at(5, "all", "another key"))]) == Changes()


def test_a_merge_supersedes_and_a_retraction_brings_back_two_people() -> None:
    resolver, _ = make()
    resolver.apply([Upsert(R1, at(0)), Upsert(R3, at(4))])
    merged = resolver.apply([Upsert(R2, at(2)), Upsert(R4, at(2))])
    assert [(each.old, each.successors, each.cause) for each in merged.superseded] == [
        ("P-000002", ("P-000001",), Cause.MERGE)
    ]
    split = resolver.apply([Retract(R2), Retract(R4)])
    assert split.unassigned == (R2, R4)
    assert split.created == ("P-000003",)
    assert resolver.partition() == {frozenset([R1]), frozenset([R3])}


def test_an_id_is_retired_with_its_last_record_and_not_used_again() -> None:
    resolver, _ = make()
    resolver.apply([Upsert(R1, at(5))])
    (retired,) = resolver.apply([Retract(R1)]).superseded
    assert (retired.old, retired.successors, retired.cause) == ("P-000001", (), Cause.RETIRED)
    assert resolver.apply([Upsert(R1, at(5))]).created == ("P-000002",)
    assert resolver.entity_of(R2) is None


def test_an_unmerge_sticks_and_its_revocation_is_as_if_it_had_never_been() -> None:
    resolver, _ = make()
    resolver.apply([Upsert(R1, at(5)), Upsert(R2, at(5))])
    changes = resolver.apply([Decide(R1, R2, Constraint.CANNOT)])
    assert resolver.entity_of(R1) != resolver.entity_of(R2)
    assert changes.evidence_removed == ()
    resolver.apply([Upsert(R1, at(5, "all", "more"))])
    assert resolver.entity_of(R1) != resolver.entity_of(R2)
    (superseded,) = resolver.apply([Decide(R2, R1, None)]).superseded
    assert superseded.cause is Cause.DECISION
    assert resolver.entity_of(R1) == resolver.entity_of(R2)


def test_a_decision_waits_for_records_that_are_not_there_yet_or_come_again() -> None:
    resolver, _ = make()
    assert resolver.apply([Decide(R1, R2, Constraint.MUST)]) == Changes()
    for _ in range(2):
        resolver.apply([Upsert(R1, at(0)), Upsert(R2, at(99))])
        assert resolver.entity_of(R1) == resolver.entity_of(R2)
        resolver.apply([Retract(R2)])


CHAIN = [Decide(R1, R2, Constraint.MUST), Decide(R2, R3, Constraint.MUST)]


@pytest.mark.parametrize(
    ("standing", "refused"),
    [
        pytest.param(CHAIN, Decide(R1, R3, Constraint.CANNOT), id="apart inside a chain of together"),
        pytest.param(CHAIN[:1], Decide(R2, R1, Constraint.CANNOT), id="apart what is decided together"),
        pytest.param(
            [CHAIN[0], Decide(R1, R3, Constraint.CANNOT)], CHAIN[1], id="together across what is apart"
        ),
        pytest.param([], Decide(R1, R1, Constraint.CANNOT), id="a record apart from itself"),
    ],
)
def test_a_contradiction_is_refused_before_anything_changes(
    standing: list[Mutation], refused: Decide
) -> None:
    resolver, _ = make()
    resolver.apply([Upsert(R1, at(0)), Upsert(R2, at(40)), Upsert(R3, at(90)), *standing])
    before = resolver.partition()
    with pytest.raises(ContradictionError, match="MAST-250"):
        resolver.apply([Retract(R1), Decide(R1, R4, Constraint.MUST), refused])
    assert resolver.partition() == before
    assert resolver.apply([Decide(R4, R1, Constraint.CANNOT)]) == Changes()  # the MUST was taken back


def test_a_contradiction_revoked_in_the_same_call_is_none() -> None:
    resolver, _ = make()
    resolver.apply([Upsert(R1, at(0)), Upsert(R2, at(0)), Decide(R1, R2, Constraint.MUST)])
    resolver.apply([Decide(R1, R2, None), Decide(R1, R2, Constraint.CANNOT)])
    assert resolver.entity_of(R1) != resolver.entity_of(R2)


def test_people_whom_a_common_key_parts_or_rejoins_are_reported() -> None:
    resolver, _ = make(cap=2)
    resolver.apply([Upsert(R1, at(5, "smith")), Upsert(R2, at(5, "smith"))])
    changes = resolver.apply([Upsert(R3, at(70, "smith"))])
    assert resolver.entity_of(R1) != resolver.entity_of(R2)
    (flip,) = changes.flips
    assert (flip.rule, flip.generic, set(flip.entities)) == (
        "test",
        True,
        {resolver.entity_of(R1), resolver.entity_of(R2)},
    )
    (flip,) = resolver.apply([Retract(R3)]).flips
    assert (flip.generic, flip.entities) == (False, (resolver.entity_of(R1),))
    assert resolver.entity_of(R1) == resolver.entity_of(R2)


def test_a_finer_key_keeps_what_a_common_one_no_longer_supports() -> None:
    resolver, _ = make(cap=2)
    resolver.apply([Upsert(R1, at(5, "smith", "smith 1980")), Upsert(R2, at(5, "smith", "smith 1980"))])
    changes = resolver.apply([Upsert(R3, at(70, "smith"))])
    assert (changes.flips, changes.evidence_removed) == ((), ())


def test_a_search_finds_the_best_of_each_entity_and_changes_nothing() -> None:
    resolver, scorer = make(cap=2)
    resolver.apply(
        [Upsert(R1, at(5)), Upsert(R2, at(6, "all", "x")), Upsert(R3, at(8, "x")), Upsert(R4, at(50))]
    )
    before = (resolver.partition(), dict(scorer.rows))
    found = resolver.search(at(6), limit=10, at_least=MatchWeight(-99_000))
    assert not found.more
    hits = found.best
    assert [(hit.record, hit.weight) for hit in hits] == [(R2, 4_000), (R1, 3_000), (R4, -40_000)]
    assert all(hit.entity == resolver.entity_of(hit.record) for hit in hits)
    assert resolver.search(at(6), limit=1, at_least=MatchWeight(0)) == Hits(hits[:1], more=True)
    assert resolver.search(at(6, "nobody"), limit=1, at_least=MatchWeight(0)) == Hits([], more=False)
    assert (resolver.partition(), scorer.rows) == before


@pytest.mark.parametrize("compared", [2_000, 3])
def test_a_search_says_that_more_fit_and_nothing_of_those_left_out(
    monkeypatch: pytest.MonkeyPatch, compared: int
) -> None:
    monkeypatch.setattr("mast_resolver.searching.CANDIDATES", compared)
    resolver, _ = make(cap=9)
    records = [RecordId(f"r{number}") for number in range(4)]
    resolver.apply([Upsert(record, at(20 * place)) for place, record in enumerate(records)])
    entities = [entity for record in records if (entity := resolver.entity_of(record)) is not None]
    assert len(set(entities)) == 4

    def search(limit: int, *but: EntityId) -> tuple[int, bool]:
        found = resolver.search(at(0), limit=limit, at_least=MatchWeight(-99_000), but=frozenset(but))
        return len(found.best), found.more

    assert search(3) == (3, True)
    assert search(4) == ((4, False) if compared > 4 else (3, True)), "who was not compared may fit"
    for hidden in entities:
        assert search(3, hidden) == (3, False), "nobody fits but those listed, as far as may be known"
        assert search(2, hidden) == (2, True)


def test_a_component_over_the_limit_is_cut_and_only_changed_pieces_are_clustered_again() -> None:
    resolver, scorer = make(cap=10, region_limit=6)
    chain = [
        Upsert(RecordId(f"c{number:02d}"), at(number * 2, f"k{number // 2}", f"l{(number + 1) // 2}"))
        for number in range(40)
    ]
    resolver.apply(chain)
    assert max(map(len, resolver.partition())) <= 6
    weighed = scorer.weighed
    resolver.apply([Upsert(RecordId("c40"), at(80, "l20"))])
    assert scorer.weighed - weighed < 20


class FailingScorer(LineScorer):
    fail = False

    def weights(self, left: NDArray[np.intp], right: NDArray[np.intp]) -> NDArray[np.int64]:
        if self.fail:
            raise MemoryError
        return super().weights(left, right)


def test_after_a_failure_half_way_the_resolver_says_that_it_must_be_restored() -> None:
    scorer = FailingScorer()
    resolver = Resolver(scorer, new_id=numbered_ids())
    resolver.apply([Upsert(R1, at(0)), Upsert(R2, at(0))])
    scorer.fail = True
    with pytest.raises(MemoryError):
        resolver.apply([Upsert(R3, at(0))])
    scorer.fail = False
    for use in (
        lambda: resolver.apply([]),
        lambda: resolver.partition(),
        lambda: resolver.rescore(),
        lambda: resolver.entity_of(R1),
        lambda: resolver.search(at(0), limit=1, at_least=MatchWeight(0)),
    ):
        with pytest.raises(ResolverStaleError, match=r"MAST-251.*\n.*restore"):
            use()


def test_restoring_weighs_nothing_and_passes_over_records_never_resolved() -> None:
    first, _ = make()
    changes = first.apply([Upsert(R1, at(5)), Upsert(R2, at(6)), Decide(R1, R3, Constraint.CANNOT)])
    second, scorer = make(first_id=50)
    stored = [(R1, at(5), first.entity_of(R1)), (R2, at(6), first.entity_of(R2)), (R3, at(5), None)]
    second.restore(stored, changes.evidence_added, [Decide(R1, R3, Constraint.CANNOT)])
    assert (second.partition(), scorer.weighed) == (first.partition(), 0)
    for resolver in (first, second):
        resolver.apply([Upsert(R3, at(5))])
    assert second.partition() == first.partition()
    with pytest.raises(UsageError, match="only an empty resolver"):
        second.restore([], [], [])


def test_an_id_given_twice_is_refused_before_two_people_become_one() -> None:
    resolver = Resolver(LineScorer(), new_id=lambda: EntityId("P-1"))
    resolver.apply([Upsert(R1, at(0))])
    with pytest.raises(UsageError, match="in use"):
        resolver.apply([Upsert(R2, at(90))])
    with pytest.raises(ResolverStaleError):
        resolver.partition()


def test_a_new_model_keeps_ids_and_says_what_changed() -> None:
    first, _ = make()
    first.apply([Upsert(R1, at(5)), Upsert(R2, at(6)), Upsert(R3, at(60))])
    entities = [
        (record, at(place), first.entity_of(record)) for record, place in ((R1, 5), (R2, 6), (R3, 60))
    ]
    second = Resolver(NoisyScorer(), new_id=numbered_ids(50))
    second.restore(
        [
            (record, encode(place), entity)
            for (record, _, entity), place in zip(entities, (5, 40, 60), strict=True)
        ],
        [],
        [],
    )
    changes = second.rescore()
    assert noisy_weight(encode(5), encode(40)) < JOIN_AT
    assert changes.assigned == ((R2, "P-000050"),)
    assert second.entity_of(R1) == first.entity_of(R1)


def test_a_resolver_is_let_go_of_at_once_with_all_that_it_holds() -> None:
    resolver, _ = make()
    resolver.apply([Upsert(R1, at(5)), Upsert(R2, at(6))])
    gone = weakref.ref(resolver), weakref.ref(resolver._index)
    gc.disable()
    try:
        del resolver
        assert [each() for each in gone] == [None, None]
    finally:
        gc.enable()
