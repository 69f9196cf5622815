"""Property numbers that agencies give: trusted where the text agrees, whatever the order of arrival."""

from __future__ import annotations

import random
from dataclasses import astuple
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mast_api.resolving import CAP, MARGIN
from mast_intake.address import parse
from mast_intake.encode import Encoder
from mast_intake.keys import KeyRing
from mast_intake.places import PlaceEncoder
from mast_resolver.engines.backend import in_memory
from mast_resolver.engines.bulk import BulkLinker
from mast_resolver.model import read_model
from mast_resolver.ports import Constraint, Decide
from mast_resolver.records import GAZETTEER, Encoding, EntityId, Kind, RecordId
from mast_resolver.resolver import Resolver, Retract, Upsert
from mast_resolver.score import ModelScorer
from mast_resolver.trust import MOST, NUMBER, Trust

ENCODER = PlaceEncoder(Encoder(KeyRing({1: bytes(range(32))}, current=1)))
HIGH, FLAT, OAK = (
    "14 High Street, Walsall, WS1 1AA",
    "Flat 2, 14 High Street, Walsall, WS1 1AA",
    "9 Oak Road, WS2 2BB",
)


def said(line: str, uprn: str = "", agency: str = "fire") -> Encoding:
    return ENCODER.encode(parse(line), uprn=uprn, source=agency)


def resolver() -> Resolver:
    numbers, scorer = count(1), ModelScorer(read_model("address"))
    return Resolver(
        scorer,
        new_id=lambda: EntityId(f"A-{next(numbers)}"),
        cap=CAP[Kind.ADDRESS],
        margin=MARGIN[Kind.ADDRESS],
        trust=Trust(scorer),
    )


def upserts(*encodings: Encoding) -> list[Upsert]:
    return [Upsert(RecordId(f"r{at:032x}"), each) for at, each in enumerate(encodings)]


def together(*encodings: Encoding) -> list[set[int]]:
    """Who is with whom, by position."""
    made = resolver()
    made.apply(upserts(*encodings))
    return sorted(({int(each[1:], 16) for each in group} for group in made.partition()), key=min)


PROPERTIES = (said(HIGH, "70", GAZETTEER), said(FLAT, "72", GAZETTEER), said(OAK, "90", GAZETTEER))


@pytest.mark.parametrize(
    ("line", "uprn", "property_"),
    [
        pytest.param("Flt 2 14 Hihg Street Walsall", "72", 1, id="the text agrees, however badly written"),
        pytest.param("", "72", 1, id="a number alone"),
        pytest.param("14 High Street, Walsall", "72", 1, id="the number says more than the text"),
        pytest.param(FLAT, "90", 1, id="a number of somewhere else"),
        pytest.param("Flat 2, 14 High Street, Walsall", "90", 1, id="the same without a postcode"),
        pytest.param(FLAT, "70", 1, id="the building's number on a flat"),
        pytest.param("41 High Street, Walsall, WS1 1AA", "70", None, id="14 is not 41"),
        pytest.param("Flat 11, 14 High Street, Walsall, WS1 1AA", "72", None, id="Flat 2 is not Flat 11"),
        pytest.param(HIGH, "99", 0, id="a number that the gazetteer has not"),
    ],
)
def test_with_a_gazetteer_a_number_counts_where_the_text_agrees(
    line: str, uprn: str, property_: int | None
) -> None:
    groups = together(*PROPERTIES, said(line, uprn))
    mine = next(group for group in groups if 3 in group)
    assert mine == ({3} if property_ is None else {property_, 3})


def test_without_a_gazetteer_a_filler_counts_for_nothing() -> None:
    everywhere = [said(line, "1") for line in (HIGH, FLAT, OAK)]
    assert together(*everywhere, said(HIGH, "70", "police")) == [{0, 3}, {1}, {2}]


def test_without_a_gazetteer_a_number_counts_that_an_agency_gives_to_one_address() -> None:
    assert together(said(HIGH, "70"), said("Rose Cottage", "70", "police"), said(HIGH, "71", "nhs")) == [
        {0, 1},
        {2},
    ]


def test_one_agencys_filler_is_no_reason_to_distrust_another() -> None:
    filled = [said(line, "70", "fire") for line in (HIGH, OAK)]
    assert together(*filled, said(HIGH, "70", "police"), said("", "70", "nhs")) == [{0, 2}, {1}, {3}]
    # By the average a number alone joins no address of which others have none; by its property it does.
    found = together(*filled, said(HIGH, "70", "police"), said("", "70", "nhs"), said(HIGH, "70", GAZETTEER))
    assert found == [{0, 2, 3, 4}, {1}]


def test_a_number_that_an_agency_gives_to_very_many_counts_for_nothing() -> None:
    made = resolver()
    made.apply(upserts(*[said(HIGH, "70")] * (MOST + 1)))
    assert len(made.distrusted()) == MOST + 1


def test_two_properties_are_never_one_address_whatever_agencies_write() -> None:
    first, second = (
        said(f"14 High Street, Walsall, WS1 1A{end}", uprn, GAZETTEER) for uprn, end in ("1A", "2B")
    )
    near = [said("14 High Street, Walsall", agency=f"agency{at}") for at in range(20)]
    groups = together(first, second, *near)
    assert not any({0, 1} <= group for group in groups)


def test_all_names_of_one_property_are_one_address_and_no_rivals() -> None:
    other = said("Rose Cottage, High Street, Walsall, WS1 1AA", "70", GAZETTEER)
    suffix = said("14A High Street, Walsall, WS1 1AA", "70", GAZETTEER)
    badly = said("Rose Cotage, High St, Walsall, WS1 1AA")
    assert together(*PROPERTIES, other, suffix, badly) == [{0, 3, 4, 5}, {1}, {2}]


def test_what_a_steward_keeps_apart_is_not_tied_to_one_property() -> None:
    records = upserts(*PROPERTIES, said(HIGH), said(HIGH, agency="police"))
    made = resolver()
    made.apply([*records, Decide(records[3].id, records[4].id, Constraint.CANNOT)])
    assert made.entity_of(records[3].id) != made.entity_of(records[4].id)
    made.apply(
        [Decide(records[3].id, records[4].id, None), Decide(records[0].id, records[3].id, Constraint.CANNOT)]
    )
    assert made.entity_of(records[0].id) == made.entity_of(records[4].id) != made.entity_of(records[3].id)


def test_what_a_steward_ties_together_goes_to_the_property_that_some_of_it_fits() -> None:
    records = upserts(*PROPERTIES, said(FLAT), said("The old forge, Walsall", agency="police"))
    made = resolver()
    made.apply([*records, Decide(records[3].id, records[4].id, Constraint.MUST)])
    assert made.entity_of(records[4].id) == made.entity_of(records[1].id)


def test_when_the_gazetteer_comes_or_goes_numbers_are_judged_again() -> None:
    made = resolver()
    names = [each.id for each in upserts(*PROPERTIES, said(FLAT, "90"), said(FLAT, "", "police"))]
    everything = upserts(*PROPERTIES, said(FLAT, "90"), said(FLAT, "", "police"))
    made.apply(everything[3:])
    assert made.distrusted() == []
    made.apply(everything[:3])
    assert made.distrusted() == [names[3]]
    assert made.entity_of(names[3]) == made.entity_of(names[1]) == made.entity_of(names[4])
    made.apply([Retract(name) for name in names[:3]])
    assert made.distrusted() == []
    assert len({made.entity_of(name) for name in names[3:]}) == 1


def test_the_bulk_engine_finds_the_same_evidence() -> None:
    records = upserts(*PROPERTIES, said(FLAT, "90"), said(FLAT, "", "police"), said(OAK, "90", "nhs"))
    made = resolver()
    found = made.apply(records).evidence_added
    with in_memory() as database:
        linker = BulkLinker(ModelScorer(read_model("address")), database, cap=CAP[Kind.ADDRESS])
        for each in records:
            linker.put(each.id, each.encoding)
        linker.disregard(NUMBER, made.distrusted())
        assert sorted(linker.evidence(), key=astuple) == sorted(found, key=astuple)
    assert made.distrusted() == [records[3].id]


LINES = (
    HIGH,
    FLAT,
    OAK,
    "14 Hihg St, Walsall",
    "Flat 2, 14, WS1 1AA",
    "41 High Street, Walsall, WS1 1AA",
    "",
)
SAID = st.builds(
    said,
    st.sampled_from(LINES),
    st.sampled_from(("70", "72", "90")),
    st.sampled_from(("fire", "nhs", GAZETTEER)),
)


@settings(max_examples=60)
@given(st.lists(SAID, min_size=2, max_size=9), st.randoms(use_true_random=False), st.integers(1, 4))
def test_the_order_and_the_batches_do_not_count(
    encodings: list[Encoding], chance: random.Random, size: int
) -> None:
    whole = resolver()
    records = upserts(*encodings)
    whole.apply(records)
    shuffled = records.copy()
    chance.shuffle(shuffled)
    bit_by_bit = resolver()
    # Some come, go and come again.
    for start in range(0, len(shuffled), size):
        bit_by_bit.apply(shuffled[start : start + size])
    bit_by_bit.apply([Retract(each.id) for each in shuffled[:2]])
    bit_by_bit.apply(shuffled[:2])
    assert bit_by_bit.partition() == whole.partition()
    assert sorted(bit_by_bit.distrusted()) == sorted(whole.distrusted())
