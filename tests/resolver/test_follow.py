"""A resolver that follows what another one stored is as good as the one that did it."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.plain_resolver import LINE, encode
from tests.resolver_histories import History

from mast_resolver.ports import Changes, Constraint, Decide, Mutation, Retract, Upsert
from mast_resolver.records import RecordId
from mast_resolver.resolver import Resolver

IDS = [RecordId(f"r{number:02d}") for number in range(16)]
RECORD = st.sampled_from(IDS)
MUTATION: st.SearchStrategy[Mutation] = st.one_of(
    st.builds(Upsert, RECORD, st.builds(encode, st.integers(0, 20), st.integers(0, 3))),
    st.builds(Upsert, RECORD, st.builds(encode, st.integers(LINE + 2, LINE + 3), st.integers(0, 1))),
    st.builds(Retract, RECORD),
    st.tuples(RECORD, RECORD, st.sampled_from([*Constraint, None]))
    .filter(lambda each: each[0] != each[1])
    .map(lambda each: Decide(*each)),
)


def touched(changes: Changes, mutations: list[Mutation]) -> set[RecordId]:
    """Every record about which the graph holds something else than before."""
    records = {record for record, _ in changes.assigned} | set(changes.unassigned)
    records |= {record for edge in changes.evidence_added for record in (edge.left, edge.right)}
    records |= {record for pair in changes.evidence_removed for record in pair}
    return records | {each.id for each in mutations if isinstance(each, Upsert | Retract)}


def follow(follower: Resolver, history: History, records: set[RecordId]) -> None:
    stored = [(each, history.records.get(each), history.entities.get(each)) for each in sorted(records)]
    beside = [edge for pair, edge in history.evidence.items() if not records.isdisjoint(pair)]
    follower.follow(stored, beside, [Decide(*pair, kind) for pair, kind in history.decisions.items()])


@settings(max_examples=100, deadline=None)
@given(st.lists(st.lists(MUTATION, min_size=1, max_size=6), max_size=12))
def test_two_writers_taking_turns_keep_every_law(batches: list[list[Mutation]]) -> None:
    history = History()
    history.restore()
    other = history.fresh()
    other.restore([], [], [])
    for batch in batches:
        changes = history.apply(*batch)
        if changes is not None:
            follow(other, history, touched(changes, batch))
            # From here on the follower is the one that is changed, and every law is checked on it.
            history.resolver, other = other, history.resolver
        assert history.resolver.rescore() == Changes()


@settings(max_examples=50, deadline=None)
@given(st.lists(MUTATION, max_size=20))
def test_following_what_was_followed_already_changes_nothing(mutations: list[Mutation]) -> None:
    history = History()
    for mutation in mutations:
        history.apply(mutation)
    partition = history.resolver.partition()
    follow(history.resolver, history, set(IDS))
    assert history.resolver.partition() == partition
    assert history.resolver.rescore() == Changes()
