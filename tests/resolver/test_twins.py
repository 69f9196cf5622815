"""People born on one day in one home: by the model that ships, at its defaults, two or in doubt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import chain

import pytest
from tests.plain_resolver import numbered_ids
from tests.resolver.conftest import Person

from mast_intake.normalise import is_missing
from mast_resolver.explain import PairAccount
from mast_resolver.frequencies import term_frequencies
from mast_resolver.model import Model, read_model
from mast_resolver.ports import Lane
from mast_resolver.records import Encoding, RecordId
from mast_resolver.resolver import Resolver, Upsert
from mast_resolver.score import ModelScorer
from mast_resolver.sources import SourcePair

HERE = {"address": "14 High Street, Walsall", "postcode": "WS1 1AA"}
ELSEWHERE = {"address": "9 Mill Lane, Dudley", "postcode": "DY1 1AA"}
ONE_DAY = {"birth": "2015-05-17"}
PHONE = {"phone": "+447700900123"}
ALIKE = [
    ("ava", "eva"),
    ("amelia", "amelie"),
    ("ella", "ellie"),
    ("hassan", "hussain"),
    ("isla", "isabella"),
    ("jack", "jake"),
    ("leah", "leo"),
    ("lily", "lola"),
    ("max", "mason"),
    ("mia", "maya"),
    ("zara", "sara"),
]
OF_THEIR_OWN = [("harry", "henry"), ("jack", "john"), ("ellie", "eleanor"), ("katie", "kathryn")]
"""Short for the other, and a name that people are given in full."""
TWO = [("emily", "emma"), ("leo", "leon"), ("luke", "lucas"), ("maria", "marie"), ("louis", "louise")]
"""Once taken for one name."""
MAY_BE_TWINS = "They may be twins: born on one day, "
IN_ONE_HOME = f"{MAY_BE_TWINS}in one home, with two given names."
OF_TWO_SEXES = f"{MAY_BE_TWINS}with two given names, and of different sexes."
NUMBERED = "They may be twins: born on one day, without given names, and written as the first and the second."
PARENT_AND_CHILD = (
    "They may be parent and child of one name: they are written as of two generations (Snr, Jnr, III)."
)
OF_ONE_FIRST_NAME = f"{MAY_BE_TWINS}in one home, with one first name and two middle names."
MOTHER_AND_CHILD = (
    "They may be mother and child: one NHS number, two dates of birth, and a given name is missing."
)


@pytest.fixture(scope="module")
def model() -> Model:
    """What ships, where two agencies are known."""
    pairs = (("health", "health"), ("health", "school"), ("school", "school"))
    return replace(read_model("person"), sources=tuple(SourcePair(*pair) for pair in pairs))


@pytest.fixture
def bearers(person: Person) -> list[Encoding]:
    """Others, who make each of these names one that there is."""
    names = {*chain(*ALIKE, *OF_THEIR_OWN, *TWO), "daniel", "danielle", "joan"}
    return [
        person(name, f"bearer{number}", birth=f"19{50 + number}-01-02")
        for name in sorted(names)
        for number in range(2)
    ]


def resolved(model: Model, bearers: Sequence[Encoding], *records: Encoding) -> Resolver:
    scorer = ModelScorer(model, term_frequencies(model, [*bearers, *records]))
    resolver = Resolver(scorer, new_id=numbered_ids(), cap=60)
    resolver.apply([Upsert(RecordId(f"r{number}"), each) for number, each in enumerate(records)])
    return resolver


def account(resolver: Resolver, left: int = 0, right: int = 1) -> PairAccount:
    """What ``why`` is told of two records."""
    explained = resolver.explainer(resolver._scorer.explain)  # type: ignore[attr-defined]
    return explained.pair(RecordId(f"r{left}"), RecordId(f"r{right}"))


def waiting(resolver: Resolver) -> list[Lane]:
    return [Lane.APART] * resolver.to_review() + [Lane.DOUBT] * resolver.in_doubt()


@pytest.mark.parametrize("phone", [{}, PHONE], ids=["", "the family's telephone"])
@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_twins_of_alike_names_are_two_or_in_doubt(
    one: str, other: str, phone: dict[str, str], person: Person, model: Model, bearers: list[Encoding]
) -> None:
    same = {"sex": "female", **ONE_DAY, **HERE, **phone}
    left, right = person(one, "smith", **same), person(other, "smith", **same)
    for sources in (("health", "health"), ("health", "school"), ("health", "elsewhere"), ("", "")):
        said = [replace(each, source=by) for each, by in zip((left, right), sources, strict=True)]
        resolver = resolved(model, bearers, *said)
        assert len(resolver.partition()) == 1, "no test of the lane: the model learnt to tell them apart"
        assert waiting(resolver) == [Lane.DOUBT]
        assert account(resolver).in_doubt
        assert account(resolver).mistaken == IN_ONE_HOME


def test_both_twins_whom_two_agencies_know_are_in_doubt_once(
    person: Person, model: Model, bearers: list[Encoding]
) -> None:
    """Each is held together beyond doubt; a slip that is like both does not hold the two together."""
    same = {**ONE_DAY, **HERE, **PHONE}
    said = [
        replace(person(name, "smith", **same), source=source)
        for name in ("amelia", "amelie", "amelai")
        for source in ("health", "school")[: 1 if name == "amelai" else 2]
    ]
    for number in (4, 5):
        resolver = resolved(model, bearers, *said[:number])
        assert len(resolver.partition()) == 1
        assert waiting(resolver) == [Lane.DOUBT]
    assert not account(resolved(model, bearers, *said[:4]), 0, 1).in_doubt, "amelia twice"


def test_a_slip_is_a_slip(person: Person, model: Model, bearers: list[Encoding]) -> None:
    """Nobody is written so but in this record, and each agency knows one of the two spellings."""
    left, right = (person(name, "smith", **ONE_DAY, **HERE) for name in ("amelia", "amelai"))
    said = replace(left, source="health"), replace(right, source="school")
    assert not waiting(resolved(model, bearers, *said))
    said = replace(left, source="health"), replace(right, source="health")
    assert waiting(resolved(model, bearers, *said)) == [Lane.DOUBT], "one agency says that there are two"


@pytest.mark.parametrize(("one", "other"), [("aisha", "ayesha"), ("bill", "william")])
def test_short_forms_and_other_spellings_of_one_name_are_no_twins(
    one: str, other: str, person: Person, model: Model, bearers: list[Encoding]
) -> None:
    said = [person(name, "smith", **ONE_DAY, **HERE) for name in (one, other)]
    assert not waiting(resolved(model, [*bearers, *said], *said))


@pytest.mark.parametrize(("one", "other"), [*OF_THEIR_OWN, *TWO])
def test_two_names_in_full_may_be_twins_though_one_is_short_for_the_other(
    one: str, other: str, person: Person, model: Model, bearers: list[Encoding]
) -> None:
    said = [person(name, "fenwick", sex="female", **ONE_DAY, **HERE) for name in (one, other)]
    resolver = resolved(model, bearers, *said)
    assert waiting(resolver) in ([Lane.DOUBT], [Lane.APART])
    if len(resolver.partition()) == 1:
        assert account(resolver).mistaken == IN_ONE_HOME


@pytest.mark.parametrize(("one", "other"), [("bill", "william"), ("kathryn", "catherine"), ("kate", "katie")])
def test_a_mere_short_form_or_another_spelling_is_one_name(
    one: str, other: str, person: Person, model: Model, bearers: list[Encoding]
) -> None:
    said = [person(name, "smith", sex="female", **ONE_DAY, **HERE) for name in (one, other)]
    assert not waiting(resolved(model, [*bearers, *said], *said))


def test_sisters_of_two_names_are_not_one(person: Person, model: Model, bearers: list[Encoding]) -> None:
    said = [
        person(name, "fenwick", sex="female", birth=born, **HERE)
        for name, born in (("emily", "2013-07-03"), ("emma", "2015-07-03"))
    ]
    assert len(resolved(model, bearers, *said).partition()) == 2


@pytest.mark.parametrize("born", ["", "1990-03-04"])
def test_the_elder_and_the_younger_of_one_name_are_in_doubt(
    born: str, person: Person, model: Model, bearers: list[Encoding]
) -> None:
    elder = person("john", "kowalczyk snr", sex="male", **HERE)
    younger = person("john", "kowalczyk jnr", sex="male", birth=born, **HERE)
    for sources in (("health", "health"), ("health", "school")):
        said = [replace(each, source=by) for each, by in zip((elder, younger), sources, strict=True)]
        resolver = resolved(model, bearers, *said)
        assert len(resolver.partition()) == 1, "no test of the lane"
        assert waiting(resolver) == [Lane.DOUBT]
        assert account(resolver).mistaken == PARENT_AND_CHILD


def test_one_birth_is_one_man_however_he_is_written(
    person: Person, model: Model, bearers: list[Encoding]
) -> None:
    """Jnr beside his father, Snr beside his son."""
    said = [
        person("john", f"kowalczyk {which}", sex="male", birth="1960-03-04", **HERE)
        for which in ("snr", "jnr")
    ]
    resolver = resolved(model, bearers, *said)
    assert len(resolver.partition()) == 1
    assert not waiting(resolver)


@pytest.mark.parametrize("other", ["health", "school"])
def test_numbered_twins_without_names_are_in_doubt(
    other: str, person: Person, model: Model, bearers: list[Encoding]
) -> None:
    first, second, again = (
        replace(person(number, "smith", sex="female", **ONE_DAY, **HERE), source=source)
        for number, source in (("1", "health"), ("2", other), ("2", "health"))
    )
    resolver = resolved(model, bearers, first, second)
    assert len(resolver.partition()) == 1, "no test of the lane"
    assert waiting(resolver) == [Lane.DOUBT]
    assert account(resolver).mistaken == NUMBERED
    assert not waiting(resolved(model, bearers, second, again))


def test_who_is_the_younger_in_one_record_and_nothing_in_another_is_one(
    person: Person, model: Model, bearers: list[Encoding]
) -> None:
    said = [person("john", f"kowalczyk{which}", sex="male", **HERE) for which in (" jnr", "")]
    resolver = resolved(model, bearers, *said)
    assert len(resolver.partition()) == 1
    assert not waiting(resolver)


@pytest.mark.parametrize(
    ("one", "other"),
    [(("xiao ming", "wang"), ("wang", "xiao ming")), (("thi lan", "nguyen"), ("nguyen", "thi lan"))],
)
def test_exchanged_names_of_several_words_are_one_person(
    one: tuple[str, str], other: tuple[str, str], person: Person, model: Model, bearers: list[Encoding]
) -> None:
    said = [person(*name, birth="1990-07-03", **HERE) for name in (one, other)]
    resolver = resolved(model, bearers, *said)
    assert len(resolver.partition()) == 1
    levels = {part.rule: part.level for part in account(resolver).parts}
    assert levels["given_name"] == "swapped"
    assert "family_name" not in levels, "one exchange is counted once"


@pytest.mark.parametrize("name", ["baby smith", "unknown male"])
def test_strangers_without_names_are_two(
    name: str, person: Person, model: Model, bearers: list[Encoding]
) -> None:
    given = "" if is_missing("given_name", name) else name
    bearers = [*bearers, *(person("", "smith", birth=f"19{year}-02-03") for year in range(20, 99))]
    said = [person(given, "smith", sex="female", **ONE_DAY, **home) for home in (HERE, ELSEWHERE)]
    assert len(resolved(model, bearers, *said).partition()) == 2


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(("muhammad", "ibrahim"), ("muhammad", "yusuf"), id="middle names"),
        pytest.param(("muhammad", "ibrahim"), ("muhammad", "y"), id="a name and an initial"),
        pytest.param(("anne-marie", ""), ("anne-louise", ""), id="double names"),
    ],
)
def test_twins_of_one_first_name_and_two_middle_names_are_in_doubt(
    one: tuple[str, str], other: tuple[str, str], person: Person, model: Model, bearers: list[Encoding]
) -> None:
    left, right = (
        person(given, "smith", middle=middle, sex="female", **ONE_DAY, **HERE, **PHONE)
        for given, middle in (one, other)
    )
    for sources in (("health", "school"), ("health", "health"), ("", "")):
        said = [replace(each, source=by) for each, by in zip((left, right), sources, strict=True)]
        resolver = resolved(model, bearers, *said)
        assert len(resolver.partition()) == 1, "no test of the lane"
        assert waiting(resolver) == [Lane.DOUBT]
        assert account(resolver).mistaken == OF_ONE_FIRST_NAME


def test_a_middle_name_with_a_slip_is_no_twin(person: Person, model: Model, bearers: list[Encoding]) -> None:
    left, right = (
        person("muhammad", "smith", middle=middle, **ONE_DAY, **HERE, **PHONE)
        for middle in ("ismail", "ismial")
    )
    said = replace(left, source="health"), replace(right, source="school")
    assert not waiting(resolved(model, bearers, *said))
    said = replace(left, source="school"), replace(right, source="school")
    assert waiting(resolved(model, bearers, *said)) == [Lane.DOUBT], "one agency says that there are two"
    same = {"nhs_number": "9434765919", **ONE_DAY, **HERE}
    numbered = [person("muhammad", "smith", middle=middle, **same) for middle in ("ibrahim", "yusuf")]
    assert not waiting(resolved(model, bearers, *numbered))


def test_one_number_says_that_they_are_one(person: Person, model: Model, bearers: list[Encoding]) -> None:
    number = {"nhs_number": "9434765919"}
    said = [person(name, "smith", **ONE_DAY, **HERE, **number) for name in ("ava", "eva")]
    assert not waiting(resolved(model, bearers, *said))


@pytest.mark.parametrize("home", [HERE, ELSEWHERE], ids=["one home", "two homes"])
@pytest.mark.parametrize(("one", "other"), [("daniel", "danielle"), ("john", "joan")])
def test_alike_names_of_different_sexes_are_two_or_in_doubt(
    one: str, other: str, home: dict[str, str], person: Person, model: Model, bearers: list[Encoding]
) -> None:
    left = person(one, "smith", sex="male", **ONE_DAY, **HERE, **PHONE)
    right = person(other, "smith", sex="female", **ONE_DAY, **home, **PHONE)
    resolver = resolved(model, bearers, left, right)
    assert waiting(resolver) == [Lane.DOUBT if one == "daniel" else Lane.APART]
    if one == "daniel":
        assert account(resolver).mistaken == (IN_ONE_HOME if home is HERE else OF_TWO_SEXES)


@pytest.mark.parametrize("born", ["2024-06-13", "2024-02-03"], ids=["another day", "on her birthday"])
def test_a_new_born_under_the_mothers_number_is_in_doubt(
    born: str, person: Person, model: Model, bearers: list[Encoding]
) -> None:
    number = {"nhs_number": "9434765919"}
    mother = person("mary", "okafor", sex="female", birth="1990-02-03", **HERE, **number)
    child = person("", "okafor", birth=born, **HERE, **number)
    resolver = resolved(model, bearers, mother, child)
    assert len(resolver.partition()) == 1, "no test of the lane"
    assert waiting(resolver) == [Lane.DOUBT]
    assert account(resolver).mistaken == MOTHER_AND_CHILD
