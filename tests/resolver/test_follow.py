"""A resolver that follows what another one stored is as good as the one that did it."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.plain_resolver import LINE, LIVES, encode
from tests.resolver_histories import History, LawBrokenError

from mast_resolver.ports import Changes, Constraint, Decide, Mutation, Retract, Upsert
from mast_resolver.records import RecordId
from mast_resolver.resolver import Resolver

IDS = [RecordId(f"r{number:02d}") for number in range(16)]
RECORD = st.sampled_from(IDS)
LIFE = st.one_of(st.just(0), st.integers(0, len(LIVES) - 1))
MUTATION: st.SearchStrategy[Mutation] = st.one_of(
    st.builds(Upsert, RECORD, st.builds(encode, st.integers(0, 20), st.integers(0, 3), LIFE)),
    st.builds(Upsert, RECORD, st.builds(encode, st.integers(LINE + 2, LINE + 3), st.integers(0, 1), LIFE)),
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


def few_say_the_same(
    make: Callable[..., Resolver], seed: int, places: Sequence[int], lives: Sequence[int] = ()
) -> None:
    """Two writers taking turns, among records most of which are equal to others, in parts that are cut."""
    chance = random.Random(seed)
    ids = [RecordId(f"r{number:02d}") for number in range(16 + seed % 3 * 8)]
    history = History(make)
    history.restore()
    other = history.fresh()
    other.restore([], [], [])
    for _ in range(40):
        batch: list[Mutation] = []
        for _ in range(chance.randint(1, 5)):
            drawn = chance.random()
            if drawn < 0.65:
                record, place, hub = chance.choice(ids), chance.choice(places), chance.randrange(3)
                life = chance.choice(lives) if lives else 0
                batch.append(Upsert(record, encode(place, hub, life)))
            elif drawn < 0.85:
                batch.append(Retract(chance.choice(ids)))
            else:
                left, right = chance.sample(ids, 2)
                batch.append(Decide(left, right, chance.choice([*Constraint, None])))
        changes = history.apply(*batch)
        if changes is not None:
            follow(other, history, touched(changes, batch))
            history.resolver, other = other, history.resolver
        assert history.resolver.rescore() == Changes()


class LedAround(Resolver):
    """What is sure leads around what a steward keeps apart, over what must be one with it."""

    def __init__(self, *given: object, **named: object) -> None:
        super().__init__(*given, **named)  # type: ignore[arg-type]  # passed on as they are
        free = self._regions._free
        setattr(self._regions, "_free", lambda rows, _must: free(rows, ()))  # noqa: B010


PLACES = [[2], [0, 2], [2, 7], [0, 2, 42], [2, 20], [42, 43]]


@pytest.mark.parametrize("places", PLACES, ids=str)
def test_few_who_say_the_same_keep_every_law(places: list[int]) -> None:
    for seed in (3, 5, 100, 101):
        few_say_the_same(Resolver, seed, places)


def test_the_laws_catch_a_resolver_that_is_led_around_what_is_kept_apart() -> None:
    with pytest.raises(LawBrokenError):
        few_say_the_same(LedAround, 3, [2, 7])


class LedAroundTheDead(Resolver):
    """What is sure leads from one who died to one who was seen after it."""

    def __init__(self, *given: object, **named: object) -> None:
        super().__init__(*given, **named)  # type: ignore[arg-type]  # passed on as they are
        cannot = self._decisions.cannot
        setattr(  # noqa: B010
            self._regions,
            "_unbarred",
            lambda row: not any(self._roster.row(each) is not None for each in cannot(self._roster.id(row))),
        )


DEATHS = [0, 0, 0, 1, 3]


@pytest.mark.parametrize("places", [[2], [2, 7], [0, 2]], ids=str)
def test_few_who_say_the_same_keep_every_law_among_the_dead(places: list[int]) -> None:
    for seed in (3, 100):
        few_say_the_same(Resolver, seed, places, DEATHS)


def test_the_laws_catch_a_resolver_that_is_led_around_a_death() -> None:
    with pytest.raises(LawBrokenError):
        few_say_the_same(LedAroundTheDead, 3, [2, 7], DEATHS)
