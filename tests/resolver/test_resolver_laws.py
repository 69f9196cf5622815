"""The resolver's laws over random histories, and wrong resolvers that they catch."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule
from tests.plain_resolver import (
    EDGE_AT,
    JOIN_AT,
    LINE,
    LIVES,
    REVIEW_AT,
    NoisyScorer,
    encode,
    numbered_ids,
)
from tests.resolver import wrong_resolvers as wrong
from tests.resolver_histories import CAP, REGION_LIMIT, History, LawBrokenError

from mast_resolver.records import Encoding, RecordId
from mast_resolver.resolver import Changes, Constraint, Decide, Mutation, Resolver, Retract, Upsert

IDS = [RecordId(f"r{number:02d}") for number in range(24)]
RECORDS = st.sampled_from(IDS)
# Few of one number: many records of one person, who say the same or nearly.
LIFE = st.one_of(st.just(0), st.just(0), st.integers(0, len(LIVES) - 1))
NUMBERED = st.builds(encode, st.integers(LINE + 2, LINE + 3), st.integers(0, 3), LIFE)
ENCODINGS = st.one_of(*[st.builds(encode, st.integers(0, 30), st.integers(0, 3), LIFE)] * 3, NUMBERED)
PAIRS = st.lists(RECORDS, min_size=2, max_size=2, unique=True)
KINDS = st.sampled_from([*Constraint, None])
UPSERTS = st.builds(Upsert, RECORDS, ENCODINGS)
DECIDES = st.builds(lambda pair, kind: Decide(pair[0], pair[1], kind), PAIRS, KINDS)
MUTATIONS: st.SearchStrategy[Mutation] = st.one_of(UPSERTS, UPSERTS, st.builds(Retract, RECORDS), DECIDES)


class Histories(RuleBasedStateMachine):
    """Every rule checks every law: :class:`resolver_histories.History`."""

    def __init__(self) -> None:
        super().__init__()
        self.history = History()

    @rule(records=st.lists(UPSERTS, min_size=1, max_size=12))
    def load(self, records: list[Upsert]) -> None:
        self.history.apply(*records)

    @rule(records=st.lists(st.builds(Upsert, RECORDS, NUMBERED), min_size=4, max_size=16))
    def load_one_person(self, records: list[Upsert]) -> None:
        self.history.apply(*records)

    @rule(mutations=st.lists(MUTATIONS, max_size=8))
    def change_together(self, mutations: list[Mutation]) -> None:
        self.history.apply(*mutations)

    @rule(mutation=MUTATIONS)
    def change_one(self, mutation: Mutation) -> None:
        self.history.apply(mutation)

    @rule(pair=PAIRS, kind=st.sampled_from(Constraint))
    def decide_and_revoke(self, pair: list[RecordId], kind: Constraint) -> None:
        before = self.history.resolver.partition()
        left, right = sorted(pair)
        if (left, right) not in self.history.decisions and self.history.apply(Decide(left, right, kind)):
            self.history.apply(Decide(right, left, None))
        assert self.history.resolver.partition() == before

    @rule(records=st.lists(ENCODINGS, min_size=1, max_size=4))
    def add_and_retract(self, records: list[Encoding]) -> None:
        before, evidence = self.history.resolver.partition(), dict(self.history.evidence)
        added = [Upsert(RecordId(f"x{number}"), encoding) for number, encoding in enumerate(records)]
        self.history.apply(*added)
        for each in reversed(added):
            self.history.apply(Retract(each.id))
        assert (self.history.resolver.partition(), self.history.evidence) == (before, evidence)

    @rule()
    def deliver_everything_again(self) -> None:
        assert self.history.apply(*(Upsert(*each) for each in self.history.records.items())) == Changes()

    @rule(join_at=st.sampled_from([EDGE_AT, REVIEW_AT, JOIN_AT, 3 * JOIN_AT]))
    def draw_at_another_threshold(self, join_at: int) -> None:
        self.history.draw(join_at)

    @rule()
    def restore(self) -> None:
        self.history.restore()

    @rule()
    def rescore(self) -> None:
        assert self.history.resolver.rescore() == Changes()


TestHistories = Histories.TestCase
TestHistories.settings = settings(max_examples=80, stateful_step_count=25, deadline=None)


@settings(max_examples=60, deadline=None)
@given(
    records=st.dictionaries(RECORDS, ENCODINGS, max_size=24),
    decides=st.lists(DECIDES, max_size=5),
    seed=st.integers(0, 2**32),
)
def test_order_and_batches_do_not_change_the_partition(
    records: dict[RecordId, Encoding], decides: list[Decide], seed: int
) -> None:
    standing = History()
    taken = [each for each in decides if each.kind is not None and standing.apply(each)]
    chance = random.Random(seed)
    mutations: list[Mutation] = [*(Upsert(*each) for each in records.items()), *taken]
    chance.shuffle(mutations)
    whole, parts = History(), History()
    whole.apply(*mutations)
    while mutations:
        size = chance.randint(1, 4)
        parts.apply(*mutations[:size])
        del mutations[:size]
    assert whole.resolver.partition() == parts.resolver.partition()


# ---- wrong resolvers -------------------------------------------------------

ANYWHERE = range(30)
ONE_PERSON = range(LINE + 2, LINE + 4)
FEW = [0, 2]
NEARLY_ONE = [2, 3, 7, 8, 9]
NO_COPIES = [place for place in range(15) if place % 5 != 2]


def random_history(
    make: Callable[..., Resolver], seed: int, places: Sequence[int] = ANYWHERE, lives: Sequence[int] = ()
) -> None:
    """A hundred changes, each checked; few of them reach far, so it takes that many."""
    chance = random.Random(seed)
    history = History(make, region_limit=wrong.NO_LADDER)
    for _ in range(120):
        if chance.random() < 0.7:
            encoding, record = encode(chance.choice(places), chance.randrange(4)), chance.choice(IDS)
            if lives:  # of half of those who are there, nothing else is news
                standing = history.records.get(record, encoding) if chance.random() < 0.5 else encoding
                encoding = replace(standing, life=LIVES[chance.choice(lives)])
            change: Mutation = Upsert(record, encoding)
        elif chance.random() < 0.7:
            change = Retract(chance.choice(IDS))
        else:
            left, right = chance.sample(IDS, 2)
            change = Decide(left, right, chance.choice([*Constraint, None]))
        history.apply(change)


@pytest.mark.parametrize(
    ("make", "places", "at_least"),
    [
        (wrong.WithoutFlips, ANYWHERE, 6),
        (wrong.OneSecondKey, ANYWHERE, 6),
        (wrong.Greedy, ANYWHERE, 6),
        (wrong.OneDeep, ANYWHERE, 6),
        (wrong.Forgetful, ANYWHERE, 6),
        (wrong.ForgettingThePairAlone, ANYWHERE, 6),
        (wrong.OneSided, NO_COPIES, 2),  # it takes two records of one agency, both alike to a third
        (wrong.EverybodySpeaks, ONE_PERSON, 6),
        (wrong.DeafToDecisions, ONE_PERSON, 6),
        (wrong.ForgettingWhoWasLeft, FEW, 3),
        (wrong.LookingOnceAtWhoIsOne, ANYWHERE, 6),
        (wrong.DoubtingDecisions, ANYWHERE, 6),
        (wrong.DoubtingAnyLink, ANYWHERE, 6),
        (wrong.OverlookingRelatives, ANYWHERE, 6),
        (wrong.TakingSlipsForNames, ANYWHERE, 6),
        (wrong.CountingWhoSpeaks, NEARLY_ONE, 2),  # it takes copies on the smaller side
        (wrong.FirstHubs, ONE_PERSON, 6),
        (wrong.WithoutHubs, ONE_PERSON, 6),
    ],
)
def test_the_laws_catch_a_wrong_resolver(
    make: Callable[..., Resolver], places: Sequence[int], at_least: int
) -> None:
    caught = 0
    for seed in range(10):
        try:
            random_history(make, seed, places)
        except (LawBrokenError, ArithmeticError, LookupError, ValueError):
            caught += 1
    assert caught >= at_least


DEATHS = [0, 0, *range(len(LIVES))]


@pytest.mark.parametrize(
    ("make", "at_least"),
    [
        (wrong.DeafToDeaths, 6),
        (wrong.KeepingTheFirstLife, 6),
        (wrong.ForgettingLives, 6),
        (wrong.HearingOnlyWhatIsNew, 6),
        (wrong.DisbelievingStewards, 2),  # it takes a tie between the two, and a third
    ],
)
def test_the_laws_catch_a_resolver_that_is_wrong_about_deaths(
    make: Callable[..., Resolver], at_least: int
) -> None:
    caught = 0
    for seed in range(10):
        try:
            random_history(make, seed, range(12), DEATHS)
        except (LawBrokenError, ArithmeticError, LookupError, ValueError):
            caught += 1
    assert caught >= at_least


def test_the_laws_pass_the_right_resolver_among_the_dead_and_the_living() -> None:
    for seed in range(5):
        random_history(Resolver, seed, range(12), DEATHS)


@pytest.mark.parametrize("places", [ANYWHERE, NO_COPIES, ONE_PERSON, FEW, NEARLY_ONE])
def test_the_laws_pass_the_right_resolver_on_the_same_histories(places: Sequence[int]) -> None:
    for seed in range(5):
        random_history(Resolver, seed, places)


# ---- the interpreter's hash seed --------------------------------------------


def told_in_full(seed: int) -> str:
    """Everything one history changes, ids included."""
    chance = random.Random(seed)
    new_id = numbered_ids()
    resolver = Resolver(NoisyScorer(), new_id=new_id, cap=CAP, region_limit=REGION_LIMIT)
    told = []
    for _ in range(30):
        batch: list[Mutation] = [
            Upsert(chance.choice(IDS), encode(chance.randrange(30), chance.randrange(4))) for _ in range(5)
        ]
        told.append(resolver.apply([*batch, Retract(chance.choice(IDS))]))
    return "\n".join(map(repr, told))


@pytest.mark.parametrize("hash_seed", ["1", "2"])
def test_the_hash_seed_of_the_interpreter_changes_nothing(hash_seed: str) -> None:
    here = Path(__file__)
    code = (
        "import importlib.util as u, sys; s = u.spec_from_file_location('laws', sys.argv[1]); "
        "m = u.module_from_spec(s); s.loader.exec_module(m); sys.stdout.write(m.told_in_full(7))"
    )
    told = subprocess.run(
        [sys.executable, "-c", code, str(here)],
        env={"PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(here.parents[2])},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert told == told_in_full(7)
