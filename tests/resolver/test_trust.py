"""Property numbers that agencies give: trusted where the text agrees, whatever the order of arrival."""

from __future__ import annotations

import random
from dataclasses import astuple
from itertools import count

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from mast_api.opening import CAP, MARGIN
from mast_intake.address import parse
from mast_intake.encode import Encoder
from mast_intake.keys import KeyRing
from mast_intake.places import PlaceEncoder
from mast_resolver.copies import Copies
from mast_resolver.decisions import Decisions
from mast_resolver.engines.backend import in_memory
from mast_resolver.engines.bulk import BulkLinker
from mast_resolver.evidence import Evidence
from mast_resolver.holdings import Holdings
from mast_resolver.index import BlockingIndex
from mast_resolver.model import read_model
from mast_resolver.ports import Constraint, Decide, Superseded
from mast_resolver.records import GAZETTEER, Encoding, EntityId, Kind, RecordId, Token
from mast_resolver.resolver import Resolver, Retract, Upsert
from mast_resolver.roster import Roster
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


def test_while_a_first_edition_arrives_nothing_is_parted_that_its_rest_will_join() -> None:
    numbers = [f"{number}" for number in range(100, 120)]
    lines = [f"{number} High Street, Walsall, WS1 1AA" for number in range(20)]
    known = [said(line, number) for line, number in zip(lines, numbers, strict=True)]
    # One says little more than its number: with it, it is the property's address, without it nobody's.
    known += [said("High Street, Walsall", "119", "police"), said(lines[0], "999", "nhs")]
    listed = [said(line, number, GAZETTEER) for line, number in zip(lines, numbers, strict=True)]
    everything = upserts(*known, *listed)
    at_once = resolver()
    at_once.apply(everything)
    made = resolver()
    made.apply(everything[: len(known)])
    made.wait(for_more=True)
    ended: list[Superseded] = []
    for start in range(len(known), len(everything), 5):
        changes = made.apply(everything[start : start + 5])
        ended += changes.superseded
        assert made.distrusted() == []
    made.wait(for_more=False)
    made.apply([])
    assert ended == []
    assert made.distrusted() == at_once.distrusted() == [everything[len(known) - 1].id]
    assert made.partition() == at_once.partition()


def test_names_of_one_property_are_one_address_however_unlike_they_read() -> None:
    names = [said(line, "70", GAZETTEER) for line in (HIGH, "41 Wells Lane, WS9 9ZZ")]
    records = [said(HIGH), said("41 Wells Lane, WS9 9ZZ", agency="police")]
    assert together(*names, *records) == [{0, 1, 2, 3}]
    for order in ((0, 2, 3, 1), (3, 1, 2, 0)):
        made = resolver()
        for at in order:
            made.apply([Upsert(RecordId(f"r{at:032x}"), [*names, *records][at])])
        assert len(made.partition()) == 1
    # One name goes: what was known by it alone is an address of its own again.
    made.apply([Retract(RecordId(f"r{1:032x}"))])
    assert len(made.partition()) == 2


def test_a_filler_does_not_make_the_number_of_a_property_too_common_to_be_looked_under() -> None:
    filled = [said(f"{number} Oak Road, WS2 2BB", "70", "nhs") for number in range(CAP[Kind.ADDRESS] + 9)]
    # The number is all that this one says, so nothing else brings it to its property.
    groups = together(said(HIGH, "70", GAZETTEER), said("", "70", "fire"), *filled)
    assert {0, 1} in groups
    assert len(groups) == len(filled) + 1
    # Without a gazetteer too: one agency's filler is no reason to miss what two others say.
    groups = together(said(HIGH, "70", "police"), said(HIGH[:14], "70", "fire"), *filled)
    assert {0, 1} in groups


class Counting:
    """A judge that counts what it is asked and told."""

    def __init__(self) -> None:
        self._judge = ModelScorer(read_model("address"))
        self.steps = 0

    def put(self, row: int, encoding: Encoding) -> None:
        self._judge.put(row, encoding)

    def regard(self, row: int, name: str, token: Token | None) -> None:
        self.steps += 1
        self._judge.regard(row, name, token)

    def contradict(self, left: NDArray[np.intp], right: NDArray[np.intp]) -> NDArray[np.bool_]:
        self.steps += len(left)
        return self._judge.contradict(left, right)

    def names_more(self, row: int, other: int) -> bool:
        return self._judge.names_more(row, other)


@pytest.mark.parametrize(
    ("others", "different"),
    [
        pytest.param((), False, id="one address, no gazetteer"),
        pytest.param((), True, id="a filler, no gazetteer"),
        pytest.param((said(HIGH, "70", GAZETTEER),), False, id="the property's"),
        pytest.param((said(HIGH, "71", GAZETTEER),), True, id="a number that no property has"),
    ],
)
def test_judging_takes_steps_in_proportion_to_the_records_of_a_number(
    others: tuple[Encoding, ...], different: bool
) -> None:
    def steps(many: int, together: int) -> int:
        judge = Counting()
        trust = Trust(judge)
        encodings = [*others, *(said(OAK if different and at % 2 else HIGH, "70") for at in range(many))]
        for row, encoding in enumerate(encodings):
            judge.put(row, encoding)
            trust.enter(row, encoding)
            if not row % together:
                trust.settle()
        trust.settle()
        return judge.steps

    for batch in (1, 50):
        # Past the number of records that no agency gives one number to for good reason.
        small, large = (steps(many, batch) for many in (2 * MOST, 8 * MOST))
        assert large - small <= 20 * 6 * MOST
        assert small <= MOST * MOST * 2


def test_the_bulk_engine_takes_all_in_and_judges_once() -> None:
    judge = Counting()
    trust = Trust(judge)
    roster = Roster()
    copies = Copies(roster, Decisions())
    made = Holdings(roster, BlockingIndex(cap=9), Evidence(), copies, judge._judge, trust)
    made.take_one_by_one(upserts(*[said(HIGH, "70") for _ in range(MOST)]))
    # Each pair once, and each record told twice.
    assert judge.steps <= MOST * MOST


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


def test_the_bulk_engine_does_not_look_under_a_filler_either() -> None:
    filled = [said(f"{number} Oak Road, WS2 2BB", "70", "nhs") for number in range(12)]
    records = upserts(said(HIGH, "70", GAZETTEER), said("", "70", "fire"), *filled)
    scorer = ModelScorer(read_model("address"))
    made = Resolver(scorer, new_id=lambda: EntityId("A-1"), cap=9, margin=2_000, trust=Trust(scorer))
    found = made.apply(records).evidence_added
    with in_memory() as database:
        linker = BulkLinker(ModelScorer(read_model("address")), database, cap=9)
        for each in records:
            linker.put(each.id, each.encoding)
        linker.disregard(NUMBER, made.distrusted())
        assert sorted(linker.evidence(), key=astuple) == sorted(found, key=astuple)
    assert (records[0].id, records[1].id) in {(edge.left, edge.right) for edge in found}


LINES = (
    HIGH,
    FLAT,
    OAK,
    "14 Hihg St, Walsall",
    "Flat 2, 14, WS1 1AA",
    "41 High Street, Walsall, WS1 1AA",
    "",
)
PROPERTY = {number: [said(line, number, GAZETTEER) for line in LINES] for number in ("70", "72", "90")}
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
    for number in ("70", "72", "90"):
        names = {each.id for each, said in zip(records, encodings, strict=True) if said in PROPERTY[number]}
        assert len({whole.entity_of(name) for name in names}) <= 1
    assert sorted(bit_by_bit.distrusted()) == sorted(whole.distrusted())
