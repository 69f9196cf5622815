"""A record that fits two places joins neither, whatever the order of arrival, until somebody decides."""

from __future__ import annotations

from itertools import count

from hypothesis import given
from hypothesis import strategies as st

from mast_api.opening import CAP, MARGIN
from mast_intake.address import parse
from mast_intake.encode import Encoder
from mast_intake.keys import KeyRing
from mast_intake.places import PlaceEncoder
from mast_resolver.model import read_model
from mast_resolver.ports import Constraint, Decide
from mast_resolver.records import EntityId, Kind, RecordId
from mast_resolver.resolver import Resolver, Upsert
from mast_resolver.score import ModelScorer

ENCODER = PlaceEncoder(Encoder(KeyRing({1: bytes(range(32))}, current=1)))
LINES = (
    "14 High Street, Walsall",
    "14 High Street, Bloxwich, Walsall, WS3 1AA",
    "14 High St, Aldridge, Walsall, WS9 1AA",
    "14 High Street, Aldridge, Walsall",
    "Flat 2, 14 High Street, Aldridge, Walsall, WS9 1AA",
    "14 Hihg Street, Walsall, WS3 1AA",
    "15 High Street, Walsall",
    "14 High Road, Walsall, WS3 1AB",
)
NAMES = tuple(RecordId(f"r{at:032x}") for at in range(len(LINES)))
RECORDS = tuple(
    Upsert(name, ENCODER.encode(parse(line), uprn="")) for name, line in zip(NAMES, LINES, strict=True)
)
TORN, BLOXWICH, ALDRIDGE = NAMES[:3]


def resolver() -> Resolver:
    numbers = count(1)
    return Resolver(
        ModelScorer(read_model("address")),
        new_id=lambda: EntityId(f"A-{next(numbers)}"),
        cap=CAP[Kind.ADDRESS],
        margin=MARGIN[Kind.ADDRESS],
    )


def test_a_record_that_fits_two_places_joins_neither_and_both_are_to_be_looked_at() -> None:
    made = resolver()
    changes = made.apply(RECORDS[:3])
    assert len(made.partition()) == 3
    assert {frozenset((each.left, each.right)) for each in changes.review_added} >= {
        frozenset((TORN, BLOXWICH)),
        frozenset((TORN, ALDRIDGE)),
    }


def test_without_a_rival_it_joins_and_with_one_it_leaves_again() -> None:
    made = resolver()
    made.apply(RECORDS[:2])
    assert made.entity_of(TORN) == made.entity_of(BLOXWICH)
    made.apply([RECORDS[2]])
    assert made.entity_of(TORN) not in {made.entity_of(BLOXWICH), made.entity_of(ALDRIDGE)}


def test_who_is_told_that_it_is_not_the_one_joins_it_to_the_other() -> None:
    made = resolver()
    made.apply(RECORDS[:3])
    made.apply([Decide(TORN, ALDRIDGE, Constraint.CANNOT)])
    assert made.entity_of(TORN) == made.entity_of(BLOXWICH)
    assert made.entity_of(TORN) != made.entity_of(ALDRIDGE)


def test_who_is_told_that_it_is_the_one_stays_there() -> None:
    made = resolver()
    made.apply(RECORDS[:3])
    made.apply([Decide(TORN, ALDRIDGE, Constraint.MUST)])
    assert made.entity_of(TORN) == made.entity_of(ALDRIDGE)
    assert made.entity_of(TORN) != made.entity_of(BLOXWICH)


@given(st.permutations(RECORDS), st.integers(1, 4), st.sets(st.sampled_from(NAMES)))
def test_order_and_batches_do_not_count(order: list[Upsert], size: int, gone: set[RecordId]) -> None:
    left = [each for each in RECORDS if each.id not in gone]
    together = resolver()
    together.apply(left)
    piecemeal = resolver()
    shuffled = [each for each in order if each.id not in gone]
    for start in range(0, len(shuffled), size):
        piecemeal.apply(shuffled[start : start + size])
    assert piecemeal.partition() == together.partition()
