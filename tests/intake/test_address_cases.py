"""Every case of ``tests/address_cases.yaml``: what a line becomes, and what two lines are to each other."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from mast_api.opening import CAP, MARGIN
from mast_intake.address import ParsedAddress, parse
from mast_intake.encode import Encoder
from mast_intake.keys import KeyRing
from mast_intake.normalise import postcode
from mast_intake.places import PlaceEncoder
from mast_resolver.model import read_model
from mast_resolver.records import Encoding, EntityId, Kind, RecordId
from mast_resolver.resolver import Resolver, Upsert
from mast_resolver.score import ModelScorer

Case = dict[str, Any]

CASES: Final[Case] = yaml.safe_load((Path(__file__).parents[1] / "address_cases.yaml").read_text("utf-8"))
FAILURES: Final[Case] = CASES["known_failures"]
ENCODER: Final = PlaceEncoder(Encoder(KeyRing({1: bytes(range(32))}, current=1)))
PARTS: Final = ("flat", "floor", "number", "suffix", "range", "name", "street", "locality", "town", "code")


def read(line: str, code: str = "", country: str = "GB") -> ParsedAddress:
    return parse(line, postcode(code, country) or "" if code else "", country)


def parts(place: ParsedAddress) -> dict[str, str]:
    found = (
        place.flat,
        place.floor,
        place.house_number,
        place.suffix,
        place.range_end,
        place.name,
        place.street,
        place.locality,
        place.town,
        place.postcode,
    )
    return {name: value for name, value in zip(PARTS, found, strict=True) if value} | {
        "kind": place.kind.value
    }


def expected(case: Case) -> dict[str, str]:
    return {name: str(case[name]) for name in PARTS if case.get(name)} | {
        "kind": case.get("kind", "dwelling")
    }


def _read(case: Case) -> ParsedAddress:
    return read(case["line"], case.get("postcode", ""), case.get("country", "GB"))


def as_expected(case: Case) -> tuple[dict[str, str], dict[str, str]]:
    """What was found and what was expected; a loose case says nothing of parts it does not name."""
    found, wanted = parts(_read(case)), expected(case)
    if case.get("loose"):
        named = set(PARTS) & set(case) | ({"kind"} & set(case))
        return {name: found.get(name, "") for name in named}, {name: wanted.get(name, "") for name in named}
    return found, wanted


def relation(case: Case) -> str:
    """What the resolver and the tokens make of a pair, with everything around it."""
    lines = [(case["left"], case.get("left_uprn", "")), (case["right"], case.get("right_uprn", ""))]
    lines += [(line, "") for line in case.get("among", ())]
    country = case.get("country", "GB")
    encodings = [ENCODER.encode(read(line, "", country), uprn=uprn) for line, uprn in lines]
    numbers = count(1)
    scorer = ModelScorer(read_model("address"))
    resolver = Resolver(
        scorer,
        new_id=lambda: EntityId(f"A-{next(numbers)}"),
        cap=CAP[Kind.ADDRESS],
        margin=MARGIN[Kind.ADDRESS],
    )
    names = [RecordId(f"r{at:032x}") for at in range(len(encodings))]
    changes = resolver.apply(list(map(Upsert, names, encodings)))
    left, right = names[:2]
    if resolver.entity_of(left) == resolver.entity_of(right):
        return "same"
    if any({edge.left, edge.right} == {left, right} for edge in changes.review_added):
        return "review"
    return "part-of" if is_part(encodings[0], encodings[1]) else "different"


def is_part(unit: Encoding, whole: Encoding) -> bool:
    ours, theirs = unit.tokens, whole.tokens
    if "unit" not in ours or "unit" in theirs:
        return False
    return any(
        ours.get(building) == theirs.get(place) is not None
        for building, place in (("building", "place"), ("street_building", "street_place"))
    )


def named(case: Case) -> str:
    return str(case["why"])[:70]


def test_there_are_enough_cases_and_each_says_why() -> None:
    cases = [*CASES["parse"], *CASES["pairs"], *CASES["looked_up"], *FAILURES["parse"], *FAILURES["pairs"]]
    assert len(cases) >= 400
    assert all(case["why"] for case in cases)


@pytest.mark.parametrize("case", CASES["parse"], ids=named)
def test_a_line_becomes_its_parts(case: Case) -> None:
    found, wanted = as_expected(case)
    assert found == wanted


@pytest.mark.parametrize("case", CASES["pairs"], ids=named)
def test_two_lines_are_what_they_are_to_each_other(case: Case) -> None:
    assert relation(case) == case["is"]


@pytest.mark.parametrize("case", FAILURES["parse"], ids=named)
def test_a_line_that_is_known_to_fail_still_does(case: Case) -> None:
    found, wanted = as_expected(case)
    assert found != wanted, "mended: move the case to those that hold"


@pytest.mark.parametrize("case", FAILURES["pairs"], ids=named)
def test_a_pair_that_is_known_to_fail_still_does(case: Case) -> None:
    assert relation(case) != case["is"], "mended: move the case to those that hold"
