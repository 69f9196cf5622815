"""Pair weights: whole, pure, symmetric, fully explained, and right about the cases that matter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mast_resolver.errors import ModelFileError
from mast_resolver.frequencies import TermFrequencies, term_frequencies
from mast_resolver.model import UNRELATED, read_model
from mast_resolver.ports import PairScorer
from mast_resolver.records import BLOOM_BYTES, Encoding, Kind, Token
from mast_resolver.score import ModelScorer, _any_of

Person = Callable[..., Encoding]
Place = Callable[..., Encoding]


def weight(left: Encoding, right: Encoding, frequencies: TermFrequencies | None = None) -> int:
    scorer = ModelScorer(read_model(left.kind.value), frequencies)
    scorer.put(0, left)
    scorer.put(1, right)
    return scorer.weight(0, 1)


@pytest.fixture(scope="module")
def town() -> tuple[Encoding, ...]:
    """Sixty records that agree in many and odd ways."""
    chance = np.random.default_rng(11)
    fields = [
        "given_name",
        "given_canonical",
        "family_name",
        "date_of_birth",
        "birth_year",
        "sex",
        "phone",
        "email",
        "nhs_number",
    ]
    fields += ["middle_initial", "street_premise", "premise", "postcode", "national_id", "given_initial"]
    records = []
    for _ in range(60):
        held = [name for name in fields if chance.random() < 0.8]
        tokens = {name: Token(bytes(7) + bytes([int(chance.integers(1, 4))])) for name in held}
        names = ("given_name", "family_name", "date_of_birth", "address")
        blooms = {name: bytes(chance.integers(0, 256, 8).tolist()) * (BLOOM_BYTES // 8) for name in names}
        records.append(Encoding(Kind.PERSON, tokens, blooms, ()))
    return tuple(records)


@pytest.fixture(scope="module")
def scorer(town: tuple[Encoding, ...]) -> ModelScorer:
    model = read_model("person")
    made = ModelScorer(model, term_frequencies(model, town))
    for row, encoding in enumerate(town):
        made.put(row, encoding)
    return made


rows = st.integers(0, 59)


def test_it_is_the_resolver_s_scorer(scorer: ModelScorer) -> None:
    port: PairScorer = scorer
    assert port.fracture_at is not None
    assert port.edge_at <= port.review_at <= port.join_at <= port.fracture_at
    assert port.version == read_model("person").version


@given(rows, rows)
def test_left_and_right_weigh_the_same(scorer: ModelScorer, left: int, right: int) -> None:
    assert scorer.weight(left, right) == scorer.weight(right, left)


@given(rows, rows)
def test_the_evidence_adds_up_to_the_weight(scorer: ModelScorer, left: int, right: int) -> None:
    assert sum(each.weight for each in scorer.explain(left, right)) == scorer.weight(left, right)


@given(rows, rows)
def test_nothing_but_the_two_records_counts(
    scorer: ModelScorer, town: tuple[Encoding, ...], left: int, right: int
) -> None:
    frequencies = term_frequencies(scorer.model, town)
    assert weight(town[left], town[right], frequencies) == scorer.weight(left, right)


@given(st.lists(st.tuples(rows, rows), min_size=1, max_size=200))
def test_a_batch_weighs_each_pair_as_if_alone(scorer: ModelScorer, pairs: list[tuple[int, int]]) -> None:
    left, right = np.array(pairs).T
    alone = [scorer.weight(*pair) for pair in pairs]
    assert scorer.weights(left, right).tolist() == alone


def test_no_pairs_weigh_nothing(scorer: ModelScorer) -> None:
    nothing = np.empty(0, np.intp)
    assert scorer.weights(nothing, nothing).tolist() == []


def test_a_long_batch_is_the_same_as_its_parts(scorer: ModelScorer) -> None:
    left, right = np.random.default_rng(2).integers(0, 60, (2, 20_000))
    parts = [scorer.weights(left[i : i + 37], right[i : i + 37]) for i in range(0, 20_000, 37)]
    assert np.array_equal(scorer.weights(left, right), np.concatenate(parts))


def test_weights_are_whole_numbers(scorer: ModelScorer) -> None:
    assert scorer.weights(np.array([0]), np.array([1])).dtype == np.int64


@given(rows, rows)
def test_explaining_two_encodings_gives_what_explaining_their_rows_gives(
    scorer: ModelScorer, town: tuple[Encoding, ...], left: int, right: int
) -> None:
    assert scorer.explain_encodings(town[left], town[right]) == scorer.explain(left, right)


def test_two_encodings_are_explained_without_laying_out_the_model_anew_or_touching_a_row(
    town: tuple[Encoding, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A look-up explains up to two hundred records while somebody waits."""
    scorer = ModelScorer(read_model("person"))
    scorer.put(0, town[0])
    scorer.put(1, town[1])
    before = scorer.explain(0, 1)
    with monkeypatch.context() as patch:
        patch.delattr(ModelScorer, "_weigh")
        explained = scorer.explain_encodings(town[2], town[3])
    assert scorer.explain(0, 1) == before != explained


def test_a_row_may_be_used_again(person: Person) -> None:
    made = ModelScorer(read_model("person"))
    made.put(0, person("ann", "smith"))
    made.put(1, person("bob", "jones"))
    first = made.weight(0, 1)
    made.drop(1)
    made.put(1, person("ann", "smith"))
    assert made.weight(0, 1) > first


def test_frequencies_of_another_model_are_refused() -> None:
    model = read_model("person")
    frequencies = term_frequencies(replace(model, version="person-0"), [])
    with pytest.raises(ModelFileError, match="another model"):
        ModelScorer(model, frequencies)


@given(st.lists(st.integers(-40_000, 40_000), min_size=1, max_size=4))
def test_adding_odds_in_whole_numbers_is_adding_odds(alternatives: list[int]) -> None:
    exact = 1000 * np.log2(1 + sum(2.0 ** (each / 1000) for each in alternatives))
    # One rounding an addition.
    assert abs(_any_of(np.array([alternatives]))[0] - exact) <= 0.5 * len(alternatives) + 0.6


HOME = {"address": "14 High Street, Walsall", "postcode": "WS1 1AA"}


def decision(left: Encoding, right: Encoding) -> str:
    model = read_model(left.kind.value)
    found = weight(left, right)
    if found >= model.join.weight:
        return "same"
    return "review" if found >= model.review.weight else "different"


def test_one_person_with_a_misspelt_name_joins(person: Person) -> None:
    left = person("katherine", "harrington", birth="1983-08-06", sex="female", **HOME)
    right = person("katharine", "harrington", birth="1983-08-06", sex="female")
    assert decision(left, right) == "same"


def test_one_person_who_married_and_moved_joins_by_nhs_number(person: Person) -> None:
    left = person("ann", "smith", birth="1983-08-06", sex="female", nhs_number="9434765919", **HOME)
    right = person("ann", "okafor", birth="1983-08-06", sex="female", nhs_number="9434765919")
    assert decision(left, right) == "same"


def test_twins_do_not_join(person: Person) -> None:
    left = person("oliver", "harrington", birth="2015-08-06", sex="male", **HOME)
    right = person("harry", "harrington", birth="2015-08-06", sex="male", **HOME)
    assert decision(left, right) != "same"


def test_siblings_do_not_join(person: Person) -> None:
    left = person("oliver", "harrington", birth="2015-08-06", sex="male", **HOME)
    right = person("grace", "harrington", birth="2017-02-11", sex="female", **HOME)
    assert decision(left, right) == "different"


def test_a_father_and_his_namesake_do_not_join(person: Person) -> None:
    left = person("robert", "harrington", birth="1962-08-06", sex="male", **HOME)
    right = person("robert", "harrington", birth="1991-02-17", sex="male", **HOME)
    assert decision(left, right) != "same"


def test_namesakes_who_were_given_1_january_do_not_join(person: Person) -> None:
    elsewhere = {"address": "3 Mill Lane, Leeds", "postcode": "LS1 4AB"}
    one = person("mohammed", "khan", birth="1984-01-01", sex="male", **HOME)
    father = person("mohammed", "khan", birth="1950-01-01", sex="male", **HOME)
    another = person("mohammed", "khan", birth="1985-01-01", sex="male", **elsewhere)
    assert decision(one, father) != "same"
    assert decision(one, another) != "same"


def test_whoever_was_born_on_1_january_is_known_by_the_rest(person: Person) -> None:
    left = person("mohammed", "khan", birth="1984-01-01", sex="male", phone="07700900123", **HOME)
    right = person("mohammed", "khan", birth="1984-01-01", sex="male", phone="07700900123", **HOME)
    assert decision(left, right) == "same"


def test_a_family_costs_a_pair_what_it_could_be(person: Person) -> None:
    left = person("oliver", "harrington", birth="2015-08-06", sex="male", **HOME)
    right = person("harry", "harrington", birth="2015-08-06", sex="male", **HOME)
    scorer = ModelScorer(read_model("person"))
    family = scorer.explain_encodings(left, right)[-1]
    assert (family.rule, family.level) == ("family", "twin")
    assert family.weight < -3_000
    assert family.reason == "it could be a twin"


def test_a_rare_name_weighs_more_than_a_common_one(person: Person) -> None:
    rare, common = (person("ann", family, birth="1983-08-06") for family in ("okonkwo", "smith"))
    counts = {"family_name": {common.tokens["family_name"]: 2_000}}
    frequencies = TermFrequencies(read_model("person").version, counts, {"family_name": 100_000})
    assert weight(rare, rare, frequencies) > weight(common, common, frequencies)
    evidence = ModelScorer(read_model("person"), frequencies).explain_encodings(common, common)
    assert "but many people have it" in next(e.reason for e in evidence if e.rule == "family_name")


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        pytest.param(
            ("14 High Street, Walsall", "WS1 1AA"), ("14 High St", "WS1 1AA"), "same", id="one house"
        ),
        pytest.param(
            ("Flat 2, 14 High Street", "WS1 1AA"), ("Flat 2 14 High Street", "WS1 1AA"), "same", id="one flat"
        ),
        pytest.param(
            ("14 High Street", "WS1 1AA"), ("14 Hihg Street", "WS1 1AA"), "same", id="misspelt street"
        ),
        pytest.param(
            ("14 High Street, Walsall", ""),
            ("14 High Street, Walsall", "WS1 1AA"),
            "same",
            id="postcode not given",
        ),
        pytest.param(
            ("14 High Street", "WS1 1AA"), ("15 High Street", "WS1 1AA"), "different", id="neighbours"
        ),
        pytest.param(
            ("Flat 2, 14 High Street", "WS1 1AA"),
            ("Flat 3, 14 High Street", "WS1 1AA"),
            "different",
            id="two flats",
        ),
        pytest.param(
            ("Flat 2, 14 High Street", "WS1 1AA"),
            ("14 High Street", "WS1 1AA"),
            "different",
            id="a flat and its building",
        ),
        pytest.param(
            ("12A High Street", "WS1 1AA"), ("12 High Street", "WS1 1AA"), "different", id="a suffix"
        ),
        pytest.param(
            ("High Street, Walsall", ""), ("High Street, Walsall", ""), "different", id="a street is no place"
        ),
        pytest.param(
            ("Rose Cottage, Mill Lane", "WS9 0AB"),
            ("Rose Cottage, Mill Lane", "WS9 0AB"),
            "same",
            id="a named house",
        ),
        pytest.param(
            ("Rose Cottage, Mill Lane", "WS9 0AB"),
            ("Mill House, Mill Lane", "WS9 0AB"),
            "different",
            id="two named houses",
        ),
    ],
)
def test_addresses(place: Place, left: tuple[str, str], right: tuple[str, str], expected: str) -> None:
    assert decision(place(*left), place(*right)) == expected


def test_conflicting_property_numbers_veto(place: Place) -> None:
    line = "14 High Street", "WS1 1AA"
    assert decision(place(*line, uprn="100071"), place(*line, uprn="100072")) == "different"


def test_one_property_number_is_one_place_however_it_is_written(place: Place) -> None:
    left = place("The Old Forge, 14 High Street", "WS1 1AA", uprn="100071")
    right = place("Old Forge", "", uprn="100071")
    assert decision(left, right) == "same"


def test_one_property_number_on_two_flats_is_for_a_person_to_look_at(place: Place) -> None:
    left = place("Flat 2, 14 High Street", "WS1 1AA", uprn="100071")
    right = place("Flat 3, 14 High Street", "WS1 1AA", uprn="100071")
    assert decision(left, right) == "review"


def test_an_address_model_knows_no_relatives() -> None:
    model = read_model("address")
    assert model.classes == ()
    assert UNRELATED not in next(iter(model.comparisons["uprn"].values())).chances
