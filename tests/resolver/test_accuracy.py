"""A small guard: on families that a home and a name do not tell apart, what ships keeps what was asked."""

from __future__ import annotations

from dataclasses import replace

import pytest
from bench.accuracy import areas, families, ours
from bench.accuracy.ours import CAP_OF_PERSONS, Scores

from mast_resolver.calibrate import calibrate
from mast_resolver.model import Model, Threshold, read_model
from mast_resolver.records import MatchWeight

PRECISION, RECALL, REVIEW = 0.995, 0.97, 0.03
"""As asked of twins, siblings, fathers and sons, at default thresholds; the review lane counted apart."""


@pytest.fixture(scope="module")
def area(tmp_path_factory: pytest.TempPathFactory) -> areas.Area:
    folder = tmp_path_factory.mktemp("families")
    families.write_families(folder, families=500, seed=11)
    return areas.fixture(folder, "families")


@pytest.fixture(scope="module")
def model(area: areas.Area) -> Model:
    """What `mast resolve` puts in force for these records."""
    records = len(area.encodings)
    return calibrate(read_model("person"), ours.sample(area.encodings), records=records, cap=CAP_OF_PERSONS)


def holds(found: Scores) -> bool:
    pairs = found.pairwise
    return (
        pairs.precision >= PRECISION
        and pairs.recall >= RECALL
        and found.review_records < REVIEW * found.records
    )


def test_families_are_told_apart_as_well_as_was_asked(area: areas.Area, model: Model) -> None:
    found = ours.resolve(area, model=model)
    assert found.records > 1_900
    assert holds(found), found


@pytest.mark.parametrize("bits", [-12, 12], ids=["lenient", "strict"])
def test_the_guard_sees_a_threshold_that_is_wrong(area: areas.Area, model: Model, bits: int) -> None:
    def moved(threshold: Threshold) -> Threshold:
        return Threshold(MatchWeight(threshold.weight + 1000 * bits), "for this test")

    wrong = replace(model, join=moved(model.join), review=moved(model.review), edge=moved(model.edge))
    assert not holds(ours.resolve(area, model=wrong))
