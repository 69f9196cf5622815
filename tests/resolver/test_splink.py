"""Training: Splink sees what numpy sees and weighs what we weigh; relatives are told apart, no label seen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import log2

import numpy as np
import pytest
from faker import Faker

from mast_resolver.classes import separate
from mast_resolver.columns import Columns
from mast_resolver.compare import Comparer
from mast_resolver.comparisons import COMPARISONS, PERSON
from mast_resolver.engines import splink as engine
from mast_resolver.engines.train import train
from mast_resolver.model import HOUSEMATE, SAME, UNRELATED, Model, parse_model, write_model
from mast_resolver.records import BlockingKey, Encoding, Kind
from mast_resolver.score import ModelScorer
from mast_resolver.training_pairs import area_patterns, candidate_pairs

Person = Callable[..., Encoding]
Place = Callable[..., Encoding]

PAIRS = 100_000


@dataclass(frozen=True)
class Town:
    """Records of an invented town and who they are of."""

    encodings: tuple[Encoding, ...]
    people: tuple[str, ...]


@pytest.fixture(scope="module")
def town(person: Person) -> Town:
    """300 homes of two to four relatives, every tenth with twins, each person in one to three records."""
    chance = np.random.default_rng(21)
    names = Faker("en_GB")
    names.seed_instance(21)
    encodings, people = [], []
    for home in range(300):
        family = names.last_name().lower()
        address = f"{1 + home % 97} {chance.choice(['high', 'mill', 'church', 'park'])} street"
        postcode = f"WS{1 + home % 9} {home % 10}AA"
        births = [_birth(chance) for _ in range(int(chance.integers(2, 5)))]
        if home % 10 == 0:
            births[-1] = births[-2]
        for member, birth in enumerate(births):
            sex = ["female", "male"][int(chance.integers(2))]
            given = (names.first_name_male() if sex == "male" else names.first_name_female()).lower()
            for _ in range(int(chance.integers(1, 4))):
                wrong = chance.random(3) < 0.08
                where = {"address": address, "postcode": postcode} if chance.random() < 0.8 else {}
                encodings.append(
                    person(
                        _misspelt(given, chance) if wrong[0] else given,
                        _misspelt(family, chance) if wrong[1] else family,
                        birth=_birth(chance) if wrong[2] else birth,
                        sex=sex,
                        **where,
                    )
                )
                people.append(f"{home}-{member}")
    return Town(tuple(encodings), tuple(people))


def _birth(chance: np.random.Generator) -> str:
    year, month, day = chance.integers((1940, 1, 1), (2020, 13, 29))
    return f"{year}-{month:02}-{day:02}"


def _misspelt(name: str, chance: np.random.Generator) -> str:
    at = int(chance.integers(1, len(name)))
    return name[:at] + "aeiourst"[int(chance.integers(8))] + name[at + 1 :]


@pytest.fixture(scope="module")
def model(town: Town) -> Model:
    """Trained on the town, never told who is who."""
    return train(
        {"town": town.encodings}, version="person-test", trained_on="an invented town", pairs=PAIRS
    ).model


def sql_levels(
    kind: Kind, encodings: Sequence[Encoding], left: list[int], right: list[int]
) -> list[list[int]]:
    """The levels as DuckDB finds them from the SQL that Splink is given."""
    cases = []
    for comparison in COMPARISONS[kind]:
        conditions = [
            level["sql_condition"] for level in engine.splink_comparison(comparison)["comparison_levels"]
        ]
        whens = " ".join(f"WHEN {condition} THEN {at}" for at, condition in enumerate(conditions[:-1]))
        cases.append(f"CASE {whens} ELSE {len(conditions) - 1} END")
    with engine.connected(kind, encodings) as connection:
        columns = [row[0] for row in connection.execute("DESCRIBE records").fetchall()]
        sides = ", ".join(f"{side[0]}.{name} AS {name}_{side[0]}" for side in ("l", "r") for name in columns)
        connection.execute("CREATE TABLE pairs (pair INTEGER, l BIGINT, r BIGINT)")
        connection.executemany(
            "INSERT INTO pairs VALUES (?, ?, ?)", list(zip(range(len(left)), left, right, strict=True))
        )
        both = "pairs JOIN records l ON l.unique_id = pairs.l JOIN records r ON r.unique_id = pairs.r"
        query = f"SELECT {', '.join(cases)} FROM (SELECT pair, {sides} FROM {both}) ORDER BY pair"  # noqa: S608 - our own names
        found = connection.execute(query).fetchall()
    return [list(row) for row in found]


def numpy_levels(
    kind: Kind, encodings: Sequence[Encoding], left: list[int], right: list[int]
) -> list[list[int]]:
    columns = Columns(kind, rows=len(encodings))
    for row, encoding in enumerate(encodings):
        columns.put(row, encoding)
    levels = Comparer(COMPARISONS[kind]).levels(columns, np.array(left), np.array(right))
    return [list(map(int, row)) for row in levels]


def test_sql_and_numpy_find_the_same_levels_of_people(town: Town) -> None:
    candidates = candidate_pairs(town.encodings, cap=60)
    chance = np.random.default_rng(1).integers(0, len(town.encodings), (2, 500))
    left, right = (
        np.concatenate([ours[:1500], theirs]).tolist()
        for ours, theirs in zip(candidates, chance, strict=True)
    )
    found = numpy_levels(Kind.PERSON, town.encodings, left, right)
    assert sql_levels(Kind.PERSON, town.encodings, left, right) == found
    assert len({tuple(row) for row in found}) > 50


def test_sql_and_numpy_find_the_same_levels_of_places(place: Place) -> None:
    lines = [
        "14 High Street",
        "Flat 2, 14 High Street",
        "14 Hihg Street, Walsall",
        "High Street",
        "Rose Cottage, Mill Lane",
    ]
    encodings = [
        place(line, postcode, uprn=uprn)
        for line in lines
        for postcode in ("WS1 1AA", "WS1 9ZZ", "")
        for uprn in ("", "100071", "100072")
    ]
    left, right = (side.tolist() for side in np.triu_indices(len(encodings)))
    found = numpy_levels(Kind.ADDRESS, encodings, left, right)
    assert sql_levels(Kind.ADDRESS, encodings, left, right) == found


def test_splink_and_we_weigh_a_pair_of_two_classes_the_same(town: Town) -> None:
    with engine.connected(Kind.PERSON, town.encodings) as connection:
        trained = engine.train_linker(connection, seed=1, pairs=PAIRS)
        saved = trained.misc.save_model_to_json()
        chances = engine.chances(saved)
        rows = trained.inference.predict().as_record_list()
    prior = saved["probability_two_random_records_match"]
    left, right = ([row[f"unique_id_{side}"] for row in rows] for side in "lr")
    levels = numpy_levels(Kind.PERSON, town.encodings, left, right)
    assert len(rows) > 500
    compared = 0
    for row, reached in zip(rows, levels, strict=True):
        odds = [
            chances[comparison.name][comparison.all_levels[level - 1].name]
            for comparison, level in zip(PERSON, reached, strict=True)
            if level
        ]
        if engine.UNSEEN not in odds:  # there Splink puts a default of its own
            compared += 1
            ours = log2(prior / (1 - prior)) + sum(log2(each[SAME] / each[UNRELATED]) for each in odds)
            assert row["match_weight"] == pytest.approx(ours, abs=1e-6)
    assert compared > 100


def test_a_level_that_splink_could_not_train_says_nothing() -> None:
    saved = {
        "comparisons": [
            {
                "output_column_name": "sex",
                "comparison_levels": [
                    {"label_for_charts": "missing", "is_null_level": True},
                    {"label_for_charts": "same", "m_probability": 0.9, "u_probability": 0.5},
                    {"label_for_charts": "odd", "u_probability": 0.5},
                    {
                        "label_for_charts": "never",
                        "m_probability": "level not observed in training dataset",
                        "u_probability": 0.1,
                    },
                ],
            }
        ]
    }
    assert engine.chances(saved) == {
        "sex": {"same": {SAME: 0.9, UNRELATED: 0.5}, "odd": engine.UNSEEN, "never": engine.UNSEEN}
    }


def test_candidates_share_a_key_that_is_not_too_common(town: Town) -> None:
    left, right = candidate_pairs(town.encodings, cap=5)
    assert (left < right).all()
    common: dict[BlockingKey, int] = {}
    for encoding in town.encodings:
        for key in encoding.keys:
            common[key] = common.get(key, 0) + 1
    for ours, theirs in list(zip(left, right, strict=True))[:200]:
        shared = set(town.encodings[ours].keys) & set(town.encodings[theirs].keys)
        assert any(common[key] <= 5 for key in shared)


def test_every_pair_of_the_area_is_counted(town: Town) -> None:
    patterns = area_patterns(
        Comparer(PERSON), town.encodings, candidate_pairs(town.encodings, cap=60), sample=20_000, seed=1
    )
    size = len(town.encodings)
    assert patterns.counts.sum() == pytest.approx(size * (size - 1) / 2)


def test_the_trained_file_is_accepted_and_stable(model: Model) -> None:
    assert parse_model(write_model(model)) == model


def test_the_classes_found_are_as_large_as_those_that_were_made(town: Town) -> None:
    start = engine.train_two_classes(town.encodings, seed=1, pairs=PAIRS)
    patterns = area_patterns(
        Comparer(PERSON), town.encodings, candidate_pairs(town.encodings, cap=60), sample=50_000, seed=1
    )
    found = separate(patterns, PERSON, start)
    true_pairs = sum(n * (n - 1) // 2 for n in map(town.people.count, set(town.people)))
    # Relatives are told from others only where blocking brings them together.
    people = np.array(town.people)
    homes = np.array([name.split("-")[0] for name in town.people])
    left, right = candidate_pairs(town.encodings, cap=60)
    home_pairs = ((homes[left] == homes[right]) & (people[left] != people[right])).sum()
    pairs = patterns.counts.sum()
    assert found.shares[SAME] * pairs == pytest.approx(true_pairs, rel=0.1)
    relatives = sum(found.shares[name] for name in (HOUSEMATE, "twin", "namesake"))
    assert relatives * pairs == pytest.approx(home_pairs, rel=0.3)
    assert found.shares[UNRELATED] > 0.9


def test_joined_pairs_are_right_without_any_label(town: Town, model: Model) -> None:
    scorer = ModelScorer(model)
    for row, encoding in enumerate(town.encodings):
        scorer.put(row, encoding)
    left, right = candidate_pairs(town.encodings, cap=60)
    joined = scorer.weights(left, right) >= model.join.weight
    people = np.array(town.people)
    right_ones = people[left[joined]] == people[right[joined]]
    true_pairs = sum(n * (n - 1) // 2 for n in map(town.people.count, set(town.people)))
    assert right_ones.mean() >= 0.98
    assert right_ones.sum() / true_pairs >= 0.85
