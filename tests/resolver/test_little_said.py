"""What says little counts for little: a switchboard's number, a middle initial of two other names."""

from __future__ import annotations

import pytest
from tests.resolver.conftest import Person

from mast_resolver.frequencies import term_frequencies
from mast_resolver.model import read_model
from mast_resolver.records import Encoding, MatchWeight
from mast_resolver.score import Evidence, ModelScorer

MODEL = read_model("person")
WALSALL = {"address": "14 High Street, Walsall", "postcode": "WS1 1AA"}
DUDLEY = {"address": "9 Mill Lane, Dudley", "postcode": "DY1 1AA"}
SWITCHBOARD = {"phone": "01922650000", "email": "info@walsall.gov.uk"}
OWN = {"phone": "07700900123", "email": "mo@example.org"}


@pytest.fixture(scope="module")
def others(person: Person) -> list[Encoding]:
    """An area of 2,000 records, of which 300 give one number and one address of an office."""
    return [
        person(
            f"given{number}", f"family{number}", **(SWITCHBOARD if number < 300 else {"phone": f"{number}"})
        )
        for number in range(2_000)
    ]


def weighed(
    others: list[Encoding], one: Encoding, other: Encoding
) -> tuple[MatchWeight, dict[str, Evidence]]:
    scorer = ModelScorer(MODEL, term_frequencies(MODEL, [*others, one, other]))
    scorer.put(0, one)
    scorer.put(1, other)
    return scorer.weight(0, 1), {each.rule: each for each in scorer.explain(0, 1)}


def test_the_number_of_an_office_makes_nobody_one(person: Person, others: list[Encoding]) -> None:
    namesakes = [person("mohammed", f"other{number}") for number in range(40)]
    namesakes += [person(f"another{number}", "khan") for number in range(40)]
    weight, said = weighed(
        [*others, *namesakes],
        person("mohammed", "khan", **WALSALL, **SWITCHBOARD),
        person("mohammed", "khan", **DUDLEY, **SWITCHBOARD),
    )
    assert weight < MODEL.review.weight
    assert said["phone"].level == "exact"
    assert said["phone"].weight < 4_000
    assert said["email"].weight < 4_000


def test_a_number_of_one_s_own_counts_in_full_however_many_records_of_a_home_give_it(
    person: Person, others: list[Encoding]
) -> None:
    one, other = person("mohammed", "khan", **WALSALL, **OWN), person("mohammed", "khan", **DUDLEY, **OWN)
    bare = ModelScorer(MODEL)
    bare.put(0, one)
    bare.put(1, other)
    alone = {each.rule: each.weight for each in bare.explain(0, 1)}
    for home in (0, 3, 6):
        family = [person("relative", "khan", **OWN)] * home
        weight, said = weighed([*others, *family], one, other)
        assert weight > MODEL.join.weight
        assert (said["phone"].weight, said["email"].weight) == (alone["phone"], alone["email"])


def test_the_more_records_give_a_number_the_less_it_says(person: Person, others: list[Encoding]) -> None:
    one, other = person("mo", "khan", **OWN), person("mo", "khan", **OWN)
    weights = [
        weighed([*others, *[person("relative", "khan", **OWN)] * many], one, other)[1]["phone"].weight
        for many in (0, 8, 20, 60, 300)
    ]
    assert weights == sorted(weights, reverse=True)
    assert len(set(weights[1:])) == 4


def test_numbers_that_only_a_home_gives_are_not_kept(person: Person, others: list[Encoding]) -> None:
    """They are nearly all there are, in memory and sealed beside the records, and say nothing."""
    home = [person(f"relative{number}", "khan", **OWN) for number in range(8)]
    counts = term_frequencies(MODEL, [*others, *home]).counts
    office = others[0].tokens
    assert {name: dict(counts[name]) for name in SWITCHBOARD} == {
        name: {office[name]: 300} for name in SWITCHBOARD
    }


@pytest.mark.parametrize(
    ("one", "other", "level"),
    [
        pytest.param("ibrahim", "ibrahim", "exact", id="equal"),
        pytest.param("ibrahim", "i", "initial", id="an initial that fits"),
        pytest.param("i", "i", "initial", id="two initials"),
        pytest.param("ibrahim", "ismail", "different", id="two names of one initial"),
        pytest.param("ibrahim", "yusuf", "different", id="two names"),
        pytest.param("ibrahim", "y", "different", id="an initial that does not fit"),
        pytest.param("ibrahim", "", "missing", id="one has none"),
    ],
)
def test_middle_names_that_are_two_speak_against_one_person(
    person: Person, others: list[Encoding], one: str, other: str, level: str
) -> None:
    _, said = weighed(
        others, person("muhammad", "khan", middle=one), person("muhammad", "khan", middle=other)
    )
    found = said.get("middle_name")
    assert (found.level if found else "missing") == level
    assert found is None or (found.weight > 0) == (level != "different")


def test_two_of_one_first_name_are_not_one_for_an_initial(person: Person, others: list[Encoding]) -> None:
    namesakes = [person("muhammad", "khan", middle=f"other{number}") for number in range(60)]
    around = [*others, *namesakes]
    one = person("muhammad", "khan", middle="ibrahim", birth="2015-07-03", **WALSALL)
    stranger = person("muhammad", "khan", middle="ismail", birth="2015-07-03", **DUDLEY)
    assert weighed(around, one, stranger)[0] < MODEL.join.weight
    # Of one home, and a digit apart: it may be a slip, and somebody looks.
    brother = person("muhammad", "khan", middle="ismail", birth="2016-07-03", **WALSALL)
    assert MODEL.fracture is not None
    assert weighed(around, one, brother)[0] < MODEL.fracture.weight
