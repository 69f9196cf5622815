"""Why and how: the account given is that of the very partition, whatever the history."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.plain_context import counted
from tests.plain_resolver import (
    EDGE_AT,
    JOIN_AT,
    LINE,
    LIVES,
    encode,
    evidence_of,
    leaders_of,
    noisy_weight,
)
from tests.resolver_histories import CAP, History

from mast_resolver.errors import UnknownRecordError
from mast_resolver.explain import Apart, Explainer, MergeTree
from mast_resolver.merging import Bond
from mast_resolver.ports import Constraint, Decide, Upsert
from mast_resolver.records import Encoding, MatchWeight, RecordId
from mast_resolver.score import Evidence

IDS = [RecordId(f"r{number:02d}") for number in range(18)]
RECORDS = st.dictionaries(
    st.sampled_from(IDS),
    st.builds(
        encode,
        st.sampled_from([*range(21), *[LINE + 2] * 6]),
        st.integers(0, 3),
        st.one_of(st.just(0), st.integers(0, len(LIVES) - 1)),
    ),
    min_size=2,
)
DECIDES = st.lists(
    st.tuples(st.sampled_from(IDS), st.sampled_from(IDS), st.sampled_from(Constraint)).filter(
        lambda each: each[0] != each[1]
    ),
    max_size=6,
)
HISTORIES = settings(max_examples=150, deadline=None)


def history_of(
    records: dict[RecordId, Encoding], decides: list[tuple[RecordId, RecordId, Constraint]]
) -> History:
    history = History()
    history.apply(*(Upsert(*each) for each in records.items()))
    for decide in decides:
        history.apply(Decide(*decide))
    return history


def explainer(history: History) -> Explainer:
    def explain(left: int, right: int) -> tuple[Evidence, ...]:
        rows = history.resolver._scorer.rows  # type: ignore[attr-defined]  # the noisy scorer's
        return (Evidence("all", "all", MatchWeight(noisy_weight(rows[left], rows[right])), "noise"),)

    return history.resolver.explainer(explain)


def replayed(tree: MergeTree) -> set[frozenset[RecordId]]:
    """Groups after every step, each of which must find the two groups it joins."""
    groups = {frozenset([record]) for record in tree.records}
    for step in tree.steps:
        left, right = frozenset(step.left), frozenset(step.right)
        if step.bond is Bond.COPY:  # it goes where its leader went
            (left,) = (group for group in groups if left <= group)
        assert {left, right} <= groups
        groups = groups - {left, right} | {left | right}
    return groups


def in_context(history: History) -> Callable[[RecordId, RecordId], int]:
    """What a pair counts, by the plain reading of the design."""
    leaders = leaders_of(history.records, history.decisions)
    speaking = {each: history.records[each] for each in history.records if leaders[each] == each}
    evidence = evidence_of(history.records, history.decisions, cap=CAP)
    evidence = counted(speaking, evidence, history.decisions)

    def weigh(left: RecordId, right: RecordId) -> int:
        one, other = leaders[left], leaders[right]
        pair = (min(one, other), max(one, other))
        return evidence.get(pair, noisy_weight(history.records[left], history.records[right]))

    return weigh


@HISTORIES
@given(RECORDS, DECIDES)
def test_replaying_the_merge_trees_gives_the_partition(
    records: dict[RecordId, Encoding], decides: list[tuple[RecordId, RecordId, Constraint]]
) -> None:
    history = history_of(records, decides)
    explain = explainer(history)
    trees = [explain.how(entity) for entity in sorted(set(history.entities.values()))]
    assert {group for tree in trees for group in replayed(tree)} == history.resolver.partition()


@HISTORIES
@given(RECORDS, DECIDES)
def test_steps_come_by_decision_or_at_an_average_that_joins(
    records: dict[RecordId, Encoding], decides: list[tuple[RecordId, RecordId, Constraint]]
) -> None:
    history = history_of(records, decides)
    explain = explainer(history)
    weigh = in_context(history)
    for entity in set(history.entities.values()):
        for step in explain.how(entity).steps:
            weights = [weigh(left, right) for left in step.left for right in step.right]
            assert step.total == sum(weights)
            assert step.average <= sum(weights) / len(weights) < step.average + 1
            if step.bond is Bond.AVERAGE:
                assert step.average >= JOIN_AT


@HISTORIES
@given(RECORDS, DECIDES)
def test_every_pair_of_entities_is_apart_for_reasons_that_hold(
    records: dict[RecordId, Encoding], decides: list[tuple[RecordId, RecordId, Constraint]]
) -> None:
    history = history_of(records, decides)
    explain = explainer(history)
    weigh = in_context(history)
    evidence = evidence_of(history.records, history.decisions, cap=CAP)
    members: dict[str, set[RecordId]] = {}
    for record, leader in leaders_of(history.records, history.decisions).items():
        members.setdefault(history.entities[record], set()).add(leader)
    for left, right in combinations(sorted(set(history.entities.values())), 2):
        account = explain.entities(left, right)
        pairs = [(min(one, other), max(one, other)) for one in members[left] for other in members[right]]
        weights = {pair: weigh(*pair) for pair in pairs}
        holds = {
            Apart.CANNOT: any(history.decisions.get(pair) is Constraint.CANNOT for pair in pairs),
            Apart.NO_EVIDENCE: not any(pair in evidence for pair in pairs),
            Apart.AVERAGE: sum(weights.values()) < JOIN_AT * len(pairs),
            Apart.WEAK: JOIN_AT * len(pairs) <= sum(weights.values())
            and len([pair for pair in pairs if pair in evidence]) > 0
            and all(weights[pair] < JOIN_AT for pair in pairs if pair in evidence),
        }
        lives = [
            [life for record in members[entity] if (life := history.records[record].life)]
            for entity in (left, right)
        ]
        outlived = [
            one
            for ours, theirs in (lives, lives[::-1])
            for one, other in product(ours, theirs)
            if one.died and other.alive >= one.died + 3
        ]
        after_death = Apart.AFTER_DEATH in account.apart
        assert not after_death or outlived
        itself = any(each.died and each.alive >= each.died + 3 for each in (*lives[0], *lives[1]))
        # One that says so of itself, or is tied to another that does, is not believed: see the laws.
        holds[Apart.AFTER_DEATH] = after_death if history.decisions or itself else bool(outlived)
        numbered = [history.records[record] for record in (*members[left], *members[right])]
        numbers = {each.tokens["nhs_number"] for each in numbered if "nhs_number" in each.tokens}
        impossible = Apart.IMPOSSIBLE in account.apart
        assert not impossible or len(numbers) > 1
        if not history.decisions:
            holds[Apart.IMPOSSIBLE] = len(numbers) > 1
        else:
            holds[Apart.IMPOSSIBLE] = impossible  # a decision may tie numbers: the laws look at that
        told = {reason for reason, held in holds.items() if held}
        assert set(account.apart) == (told or {Apart.CUT})
        assert (account.total, account.pairs) == (sum(weights.values()), len(pairs))
        assert weights[account.best] == max(weights.values())


@HISTORIES
@given(RECORDS, DECIDES)
def test_the_account_of_a_pair_is_what_is_stored(
    records: dict[RecordId, Encoding], decides: list[tuple[RecordId, RecordId, Constraint]]
) -> None:
    history = history_of(records, decides)
    explain = explainer(history)
    weigh = in_context(history)
    leaders = leaders_of(history.records, history.decisions)
    evidence = evidence_of(history.records, history.decisions, cap=CAP)
    for left, right in combinations(sorted(history.records), 2):
        account = explain.pair(right, left)
        assert (account.left, account.right) == (left, right)
        assert account.weight == sum(part.weight for part in account.parts)
        ours, theirs = leaders[left], leaders[right]
        assert account.stored == evidence.get((min(ours, theirs), max(ours, theirs)))
        assert account.counted == weigh(left, right)
        assert account.standing == history.decisions.get((left, right))
        assert account.entities == (history.entities[left], history.entities[right])
        assert (account.met is not None) == (account.entities[0] == account.entities[1])
        if account.shares_key and ours != theirs:
            assert (account.stored is not None) == (account.weight >= EDGE_AT)


def test_only_a_region_that_was_cut_leaves_nothing_else_to_say() -> None:
    history = History(region_limit=2)
    history.apply(*(Upsert(record, encode(0)) for record in IDS[:5]))
    entities = sorted(set(history.entities.values()))
    assert len(entities) > 1
    assert explainer(history).entities(*entities[:2]).apart == (Apart.CUT,)


@pytest.mark.parametrize("pair", [("r00", "r00"), ("r00", "r99")], ids=["one record twice", "an unknown one"])
def test_a_pair_that_is_none_is_refused(pair: tuple[str, str]) -> None:
    history = history_of({IDS[0]: encode(1), IDS[1]: encode(2)}, [])
    with pytest.raises(UnknownRecordError):
        explainer(history).pair(*map(RecordId, pair))
