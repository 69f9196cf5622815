"""The model file: what it says is what was written, and what is wrong with it is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from mast_resolver.comparisons import COMPARISONS
from mast_resolver.errors import ModelFileError
from mast_resolver.frequencies import TermFrequencies, adjustments, term_frequencies
from mast_resolver.model import (
    LevelOdds,
    Model,
    Threshold,
    check_model,
    parse_model,
    read_model,
    write_model,
)
from mast_resolver.records import Encoding, Kind, MatchWeight, Token

Person = Callable[..., Encoding]


@pytest.fixture(params=["person", "address"])
def model(request: pytest.FixtureRequest) -> Model:
    """Each model that ships."""
    return read_model(request.param)


@pytest.fixture
def person_model() -> Model:
    return read_model("person")


def rewritten(model: Model, change: Callable[[dict[str, Any]], None]) -> str:
    """The file of a model after a change to what it says, with the checksum made anew."""
    content = json.loads(write_model(model))
    change(content)
    del content["checksum"]
    # What a careful forger would do: only the meaning is wrong then.
    from mast_resolver.model import _checksum

    return json.dumps({**content, "checksum": _checksum(content)})


def test_what_is_written_is_what_is_read(model: Model) -> None:
    assert parse_model(write_model(model)) == model


def test_the_same_model_gives_the_same_bytes(model: Model) -> None:
    assert write_model(parse_model(write_model(model))) == write_model(model)


def test_a_changed_digit_is_found(model: Model) -> None:
    text = write_model(model)
    at = text.index('"reference_records": 1') + len('"reference_records": ')
    with pytest.raises(ModelFileError, match="changed after it was written"):
        parse_model(f"{text[:at]}2{text[at + 1 :]}")


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        pytest.param("", "not JSON", id="empty"),
        pytest.param("[1]", "not of format 1", id="not an object"),
        pytest.param('{"format": 2}', "not of format 1", id="a later format"),
        pytest.param('{"format": 1}', "changed after", id="no checksum"),
    ],
)
def test_what_is_no_model_file_is_refused(text: str, fact: str) -> None:
    with pytest.raises(ModelFileError, match=fact):
        parse_model(text)


def _drop_level(content: dict[str, Any]) -> None:
    del content["comparisons"]["given_name"]["exact"]


def _untrain(content: dict[str, Any]) -> None:
    del content["comparisons"]["given_name"]["exact"]["same"]


def _impossible(content: dict[str, Any]) -> None:
    content["comparisons"]["given_name"]["exact"]["same"] = 0.0


def _drop_comparison(content: dict[str, Any]) -> None:
    del content["comparisons"]["place"]


def _doubt_too_little(content: dict[str, Any]) -> None:
    content["thresholds"]["fracture"]["millibits"] = content["thresholds"]["join"]["millibits"] - 1


def _swap_thresholds(content: dict[str, Any]) -> None:
    content["thresholds"]["join"]["millibits"] = -9_000


def _loosen_class(content: dict[str, Any]) -> None:
    del content["classes"][0]["like"]["place"]


def _certain(content: dict[str, Any]) -> None:
    content["chance_same"] = 1.0


def _no_version(content: dict[str, Any]) -> None:
    del content["version"]


def _word_for_number(content: dict[str, Any]) -> None:
    content["chance_same"] = "often"


@pytest.mark.parametrize(
    ("change", "fact"),
    [
        pytest.param(_drop_level, "levels of given_name are not those", id="a level is missing"),
        pytest.param(_untrain, "level exact of given_name is not trained", id="a level is untrained"),
        pytest.param(_impossible, "level exact of given_name is not trained", id="a chance of zero"),
        pytest.param(_drop_comparison, "compares other fields", id="a comparison is missing"),
        pytest.param(_swap_thresholds, "thresholds are not in order", id="thresholds out of order"),
        pytest.param(_doubt_too_little, "thresholds are not in order", id="a fracture below what joins"),
        pytest.param(_loosen_class, "does not tie every field", id="a class forgets a field"),
        pytest.param(_certain, "chances of the classes", id="a certain match"),
        pytest.param(_no_version, "missing or of the wrong type", id="no version"),
        pytest.param(_word_for_number, "missing or of the wrong type", id="a word for a number"),
    ],
)
def test_a_model_that_cannot_be_right_is_refused(
    person_model: Model, change: Callable[[dict[str, Any]], None], fact: str
) -> None:
    with pytest.raises(ModelFileError, match=fact):
        parse_model(rewritten(person_model, change))


def test_an_unknown_model_is_refused() -> None:
    with pytest.raises(ModelFileError, match="no model of that name"):
        read_model("vehicle")


def test_a_level_has_chances_or_a_weight_never_both(person_model: Model) -> None:
    levels = dict(person_model.comparisons["sex_given_alike"])
    levels["same"] = LevelOdds({"same": 0.5, "housemate": 0.5, "unrelated": 0.5}, MatchWeight(1))
    broken = replace(person_model, comparisons={**person_model.comparisons, "sex_given_alike": levels})
    with pytest.raises(ModelFileError, match="level same of sex_given_alike"):
        check_model(broken, COMPARISONS[Kind.PERSON])


def test_thresholds_carry_their_reasons(model: Model) -> None:
    for _, threshold in model.thresholds():
        assert isinstance(threshold, Threshold)
        assert len(threshold.reason) > 20


def test_every_shipped_model_has_a_card() -> None:
    from importlib.resources import files

    for name in ("person", "address"):
        card = (files("mast_resolver") / "models" / f"{name}.md").read_text("utf-8")
        assert read_model(name).version in card


def test_frequencies_survive_packing(person_model: Model, person: Person) -> None:
    frequencies = term_frequencies(person_model, [person("ann", "smith"), person("bob", "smith")])
    again = TermFrequencies.unpack(frequencies.pack(), version=person_model.version)
    assert again == frequencies
    assert again.pack() == frequencies.pack()


def test_frequencies_of_another_model_are_refused(person_model: Model) -> None:
    packed = term_frequencies(person_model, []).pack()
    with pytest.raises(ModelFileError, match="another model"):
        TermFrequencies.unpack(packed, version="person-1900-01-01")


@pytest.mark.parametrize("packed", [b"", b"\xc1", b"\x01", b"\x93\x01\xa1v\x91\x01"])
def test_damaged_frequencies_are_refused(packed: bytes) -> None:
    with pytest.raises(ModelFileError, match="cannot be read"):
        TermFrequencies.unpack(packed, version="v")


def test_no_token_shows_in_the_repr_of_frequencies(person_model: Model, person: Person) -> None:
    encoding = person("ann", "smith")
    frequencies = term_frequencies(person_model, [encoding, encoding])
    assert encoding.tokens["family_name"].hex() not in repr(frequencies)
    assert repr(encoding.tokens["family_name"]) not in repr(frequencies)


def test_a_rare_name_adds_and_a_common_one_takes_away(person_model: Model, person: Person) -> None:
    # A hundred thousand records, every third of them a Smith.
    smith, okafor = person("ann", "smith"), person("ann", "okafor")
    counts = {"family_name": {smith.tokens["family_name"]: 33_000, okafor.tokens["family_name"]: 3}}
    frequencies = TermFrequencies(person_model.version, counts, {"family_name": 100_000})
    at = person_model.frequencies.index("family_name")
    assert adjustments(person_model, frequencies, smith)[at] < -5_000
    assert adjustments(person_model, frequencies, okafor)[at] > 0


def test_a_small_load_says_little_about_a_name(person_model: Model, person: Person) -> None:
    smith = person("ann", "smith")
    few = term_frequencies(person_model, [smith, person("bob", "jones")])
    assert abs(adjustments(person_model, few, smith)).max() < 2_000


def test_without_frequencies_the_average_holds(person_model: Model, person: Person) -> None:
    assert not adjustments(person_model, None, person("ann", "smith")).any()


def test_a_name_never_seen_counts_as_seen_once(person_model: Model, person: Person) -> None:
    known = person("ann", "smith").tokens["family_name"]
    frequencies = TermFrequencies(person_model.version, {"family_name": {known: 50}}, {"family_name": 50_000})
    share = frequencies.share("family_name", Token(b"neverbef"), average=1e-3)
    assert share == frequencies.share("family_name", Token(b"another1"), average=1e-3)
    assert share < frequencies.share("family_name", known, average=1e-3)
