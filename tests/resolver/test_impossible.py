"""Who was seen alive after a death is not who died: kept apart, asked about, and undone when it was wrong."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations

import pytest
from tests.plain_resolver import LIVES, encode
from tests.resolver.test_explain import explainer
from tests.resolver.test_resolver_laws import IDS
from tests.resolver_histories import History

from mast_resolver.explain import Apart
from mast_resolver.impossible import after_death
from mast_resolver.ports import Constraint, Decide, Lane, Retract, Upsert
from mast_resolver.records import Encoding, Life, RecordId

ONE, OTHER, THIRD = IDS[:3]
PLACE = 3
"""Where all records weigh enough to be one."""
SAYS_NOTHING, DIED, SOON_AFTER, LONG_AFTER = range(4)


def said(record: RecordId, life: int) -> Upsert:
    return Upsert(record, encode(PLACE, 0, life))


def loaded(*lives: int) -> History:
    history = History()
    history.apply(*(said(*each) for each in zip(IDS, lives, strict=False)))
    return history


def people(history: History) -> int:
    return len(history.resolver.partition())


@pytest.mark.parametrize(
    ("lives", "expected"),
    [
        pytest.param((SAYS_NOTHING, SAYS_NOTHING), 1, id="nothing is said"),
        pytest.param((DIED, SAYS_NOTHING), 1, id="nobody says that they live"),
        pytest.param((DIED, DIED), 1, id="both say that they died"),
        pytest.param((DIED, SOON_AFTER), 1, id="a death that was dated late, perhaps"),
        pytest.param((DIED, LONG_AFTER), 2, id="alive long after it"),
        pytest.param((DIED, LONG_AFTER, SAYS_NOTHING), 2, id="a third goes with one of them"),
    ],
)
def test_who_was_seen_long_after_a_death_is_somebody_else(lives: tuple[int, ...], expected: int) -> None:
    for order in permutations(zip(IDS, lives, strict=False)):
        history = History()
        for each in order:
            history.apply(said(*each))
        assert people(history) == expected


@pytest.mark.parametrize(
    ("lives", "expected"),
    [
        pytest.param([Life(300), Life(0, 303)], [(0, 1)], id="two whole months between"),
        pytest.param([Life(0, 303), Life(300)], [(0, 1)], id="the other way round"),
        pytest.param([Life(300), Life(0, 302)], [], id="one whole month between"),
        pytest.param([Life(300, 290), Life(0, 299)], [], id="before the death"),
        pytest.param([Life(300, 310), Life(0, 310), Life(300)], [(1, 2)], id="one that denies itself"),
        pytest.param([None, Life(0, 310), None], [], id="nobody died"),
    ],
)
def test_what_cannot_be_one(lives: Sequence[Life | None], expected: list[tuple[int, int]]) -> None:
    assert after_death(lives, ()) == expected


def test_who_is_kept_apart_waits_for_a_look() -> None:
    history = loaded(DIED, LONG_AFTER)
    assert history.review.keys() == {(ONE, OTHER)}
    assert history.review[ONE, OTHER][1] is Lane.APART
    account = explainer(history).entities(*(history.entities[each] for each in (ONE, OTHER)))
    assert account.apart == (Apart.AFTER_DEATH,)
    history.apply(Decide(ONE, OTHER, Constraint.CANNOT))
    assert not history.review
    history.apply(Decide(ONE, OTHER, None))
    assert history.review


@pytest.mark.parametrize(
    "corrected",
    [
        pytest.param(said(ONE, SAYS_NOTHING), id="the death was not"),
        pytest.param(said(OTHER, SOON_AFTER), id="they were last seen earlier"),
        pytest.param(Retract(ONE), id="its record is withdrawn"),
    ],
)
def test_what_was_wrong_is_undone_when_it_is_corrected(corrected: Upsert | Retract) -> None:
    history = loaded(DIED, LONG_AFTER)
    assert people(history) == 2
    history.apply(corrected)
    assert people(history) == 1
    assert not any(lane is Lane.APART for _, lane in history.review.values())


@pytest.mark.parametrize("news", [said(ONE, DIED), said(OTHER, LONG_AFTER)], ids=["a death", "a visit"])
def test_what_becomes_known_of_records_that_are_there_parts_them(news: Upsert) -> None:
    before = (SAYS_NOTHING, LONG_AFTER) if news.id == ONE else (DIED, SAYS_NOTHING)
    history = loaded(*before)
    assert people(history) == 1
    history.apply(news)
    assert people(history) == 2
    history.restore()
    assert people(history) == 2


def test_what_a_steward_ties_is_one_and_keeps_nobody_else_apart() -> None:
    history = loaded(DIED, LONG_AFTER, LONG_AFTER)
    assert people(history) == 2
    history.apply(Decide(ONE, OTHER, Constraint.MUST))
    assert people(history) == 1
    history.apply(Decide(ONE, OTHER, None))
    assert people(history) == 2


def test_a_first_load_at_once_keeps_them_apart_too() -> None:
    history = loaded(DIED, LONG_AFTER, SAYS_NOTHING)
    at_once = history.fresh()
    at_once.take_weighed([Upsert(*each) for each in history.records.items()], history.evidence.values)
    assert at_once.partition() == history.resolver.partition()
    assert at_once.to_review() == len(history.review)


@pytest.mark.parametrize("life", LIVES)
def test_a_life_is_packed_and_unpacked(life: Life | None) -> None:
    encoding = encode(PLACE, 0, LIVES.index(life))
    packed = encoding.pack()
    assert Encoding.unpack(packed).life == life
    assert Encoding.unpack(packed).pack() == packed
    # What says nothing of it is what it was before there was such a thing: five things, not six.
    assert packed[0] == (0x95 if life is None else 0x96)
