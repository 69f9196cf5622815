"""Records that were split off stay off, whatever comes and goes."""

from __future__ import annotations

from itertools import product

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.plain_resolver import encode
from tests.resolver_histories import History

from mast_resolver.decisions import split_off
from mast_resolver.ports import Constraint, Decide, Mutation, Retract, Upsert
from mast_resolver.records import RecordId

IDS = [RecordId(f"r{number:02d}") for number in range(12)]
RECORD = st.sampled_from(IDS)
# Near each other, so that most of them are one person.
UPSERT = st.builds(Upsert, RECORD, st.builds(encode, st.integers(0, 3), st.just(0)))
LATER: st.SearchStrategy[list[Mutation]] = st.lists(
    st.one_of(UPSERT, st.builds(Retract, RECORD)), max_size=25
)


def largest(history: History) -> list[RecordId]:
    group = max(history.resolver.partition(), key=lambda each: (len(each), min(each)))
    return sorted(group)


@settings(max_examples=100, deadline=None)
@given(st.lists(UPSERT, min_size=6, max_size=14), st.integers(1, 3), st.booleans(), LATER)
def test_a_split_sticks_through_any_changes(
    loaded: list[Upsert], many: int, together: bool, later: list[Mutation]
) -> None:
    history = History()
    history.apply(*loaded)
    members = largest(history)
    assume(len(members) > many)
    off, rest = members[:many], members[many:]
    history.apply(*split_off(off, rest, together=together))
    for mutation in [*later, *(Upsert(each, encode(1)) for each in members)]:
        history.apply(mutation)
        present = history.entities
        assert not any(
            present[left] == present[right]
            for left, right in product(off, rest)
            if left in present and right in present
        )
        if together:
            assert len({present[each] for each in off if each in present}) <= 1


@settings(max_examples=50, deadline=None)
@given(st.lists(UPSERT, min_size=6, max_size=14), st.integers(1, 3))
def test_revoking_a_split_is_never_having_split(loaded: list[Upsert], many: int) -> None:
    history = History()
    history.apply(*loaded)
    before, members = history.resolver.partition(), largest(history)
    assume(len(members) > many)
    decides = list(split_off(members[:many], members[many:], together=True))
    history.apply(*decides)
    assert history.resolver.partition() != before
    history.apply(*(Decide(each.left, each.right, None) for each in decides))
    assert history.resolver.partition() == before


def test_every_pair_is_needed() -> None:
    """Leave out any one, and those two are one again once the others are withdrawn."""
    off, rest = IDS[:2], IDS[2:4]
    decides = list(split_off(off, rest, together=False))
    for left_out in decides:
        history = History()
        history.apply(*(Upsert(each, encode(1)) for each in IDS[:4]))
        history.apply(*(each for each in decides if each != left_out))
        pair = {left_out.left, left_out.right}
        history.apply(*(Retract(each) for each in IDS[:4] if each not in pair))
        assert history.resolver.partition() == {frozenset(pair)}
    assert {each.kind for each in decides} == {Constraint.CANNOT}
