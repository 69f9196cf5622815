"""The registry: readable, never changed, silent outside its limits; and what it shows gives nobody away."""

from __future__ import annotations

import datetime as dt
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import yaml
from tests.analytics.disclosure_attack import assert_nothing_small_can_be_worked_out
from tests.analytics.predictor_worlds import town
from tests.analytics.test_predictors import PLAN

from mast_analytics.disclosure.covering import with_totals
from mast_analytics.disclosure.policies import POLICIES, policy
from mast_analytics.disclosure.tables import protect
from mast_analytics.history import Floats
from mast_analytics.predictors import code, registry
from mast_analytics.predictors.evaluation import Evaluation, Judged, evaluate
from mast_analytics.predictors.judging import Bin, calibration, capacity_of, gaps, share
from mast_analytics.predictors.registry import Asked, consult, enter, entries
from mast_analytics.release.predictors import shown_evaluation
from mast_resolver.errors import UsageError
from mast_resolver.research_errors import OutsideLimitsError

TODAY = dt.date(2026, 11, 26)


@pytest.fixture(scope="module")
def found() -> Evaluation:
    return evaluate(town(1), PLAN)


@pytest.fixture
def folder(found: Evaluation, tmp_path: Path) -> Path:
    enter(tmp_path, "level-4", found, shown_evaluation(found, policy("nhs")), evaluated=TODAY)
    return tmp_path


def asked(found: Evaluation) -> Asked:
    return Asked(PLAN.split, frozenset(found.agencies), 100, 90)


def test_a_file_says_by_what_code_of_what_data_when_and_for_whom(folder: Path, found: Evaluation) -> None:
    said = yaml.safe_load((folder / "level-4.1.yaml").read_text("utf-8"))
    assert said["code_version"]
    assert len(said["code_digest"]) == len(said["data_digest"]) == 32
    assert said["evaluated"] == TODAY
    assert said["variables"].keys() == set(PLAN.variables)
    assert said["limits"]["valid_from"] == PLAN.split
    assert said["limits"]["ages"] is None
    assert said["policy"] == "nhs"
    assert [each["model"] for each in said["figures"]["models"]] == ["discrete-time hazard", "Cox"]
    (entry,) = entries(folder)
    assert entry == consult(folder, "level-4", asked(found))


def test_a_new_version_leaves_the_one_before_as_it_was(folder: Path, found: Evaluation) -> None:
    before = (folder / "level-4.1.yaml").read_bytes()
    shown = shown_evaluation(found, policy("sac"))
    assert enter(folder, "level-4", found, shown, evaluated=TODAY).version == 2
    assert (folder / "level-4.1.yaml").read_bytes() == before
    assert consult(folder, "level-4", asked(found)).policy == "sac"


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"on": PLAN.split - dt.timedelta(days=1)}, "it speaks of 20"),
        ({"on": dt.date(2027, 1, 1)}, "it speaks of 20"),
        ({"agencies": frozenset({"nhs", "police"})}, "no others"),
        ({"agencies": frozenset({"nhs"})}, "all of them"),
        ({"days_known": 9_999}, "days at most"),
        ({"period_days": 30}, "periods of"),
        ({"age": 12}, "no age by itself"),
    ],
)
def test_outside_its_limits_it_refuses_and_says_which(
    folder: Path, found: Evaluation, wrong: dict[str, object], says: str
) -> None:
    with pytest.raises(OutsideLimitsError, match=says):
        consult(folder, "level-4", replace(asked(found), **wrong))  # type: ignore[arg-type]


def test_all_limits_that_are_passed_are_told_at_once(folder: Path) -> None:
    with pytest.raises(OutsideLimitsError) as refused:
        consult(folder, "level-4", Asked(dt.date(1999, 1, 1), frozenset(), 9_999, 1, age=3))
    assert refused.value.fact.count(";") == 4


def test_of_another_code_it_says_nothing(
    folder: Path, found: Evaluation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry, "code_digest", lambda: "0" * 32)
    with pytest.raises(OutsideLimitsError, match="the code is another"):
        consult(folder, "level-4", asked(found))


def test_the_digest_of_the_code_is_of_all_that_an_evaluation_loads() -> None:
    """What Python itself loads for it is the other account of it: nobody has to remember a list."""
    of = "mast_analytics.predictors.evaluation, mast_analytics.release.predictors"
    asked = f"import sys, {of}; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", asked], check=True, capture_output=True, text=True).stdout
    ours = {each for each in loaded.split() if each.startswith(("mast_analytics.", "mast_resolver."))}
    packages = {"mast_analytics.disclosure", "mast_analytics.predictors", "mast_analytics.release"}
    modules = {each for each in ours - packages if not each.endswith("errors")}
    assert {"mast_analytics.disclosure.covering", "mast_analytics.quality"} <= modules
    assert modules <= set(code.sources())


def test_another_text_of_any_of_them_is_another_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copied, before = tmp_path / "mast_analytics", code.code_digest()
    shutil.copytree(code.ROOTS["mast_analytics"], copied)
    monkeypatch.setitem(code.ROOTS, "mast_analytics", copied)

    def with_more(name: str) -> str:
        (copied / name).write_text((copied / name).read_text("utf-8") + "# more\n", "utf-8")
        return code.code_digest.__wrapped__()

    assert code.code_digest.__wrapped__() == before
    assert with_more("backtest.py") == before, "no evaluation rests on it"
    covering = with_more("disclosure/covering.py")
    assert before != covering != with_more("release/predictors.py")


def test_the_digest_of_the_data_follows_the_data(found: Evaluation) -> None:
    assert evaluate(town(1), PLAN).data == found.data != evaluate(town(2), PLAN).data


@pytest.mark.parametrize("text", ["", "[", "format: 2", "format: 1", "- a", "format: 1\nlimits: 3"])
def test_a_damaged_file_is_told_not_read(folder: Path, found: Evaluation, text: str) -> None:
    (folder / "level-4.1.yaml").write_text(text, "utf-8")
    with pytest.raises(UsageError, match="damaged"):
        consult(folder, "level-4", asked(found))


def test_names_that_are_none_are_refused(tmp_path: Path, found: Evaluation) -> None:
    shown = shown_evaluation(found, policy("nhs"))
    for name in ("", "../up", "A", "a.b", "a--b", "-a"):
        with pytest.raises(UsageError):
            enter(tmp_path, name, found, shown, evaluated=TODAY)
    with pytest.raises(UsageError, match="no such"):
        consult(tmp_path, "none", asked(found))


@pytest.mark.parametrize("name", POLICIES)
def test_every_count_that_is_shown_is_of_more_people_than_the_threshold(found: Evaluation, name: str) -> None:
    rules = policy(name)
    shown = shown_evaluation(found, rules)
    for model, behind in zip(shown.models, found.models, strict=True):
        shown_bins = [each for each in model.bins if each.rows is not None]
        for each in shown_bins:
            for count in (each.events, (each.rows or 0) - (each.events or 0)):
                assert (count == 0 and not rules.hides_zero) or (count or 0) > rules.threshold
        if len(shown_bins) == len(behind.calibration.bins):
            assert min(each.people for each in behind.calibration.bins) > rules.threshold
    assert isinstance(shown.learnt_rows, int)
    assert shown.learnt_rows % rules.coarse == 0
    assert sum(each.observed is not None for each in shown.models[0].bins) >= 2


def of_groups(found: Evaluation, counts: Floats, names: tuple[str, ...], **of_few: int) -> Judged:
    """Of somebody else each row, but of so many people those of a group that were listed without an event."""
    whole = np.concatenate([counts, counts.sum(axis=0)[None]]).astype(np.int64).reshape(-1, 2, 2)
    people = np.array([with_totals(each) for each in whole]).reshape(-1, 9)
    for name, few in of_few.items():
        people[names.index(name), 1] = few
    return replace(
        found.models[0],
        groups=gaps(counts, names),
        capacity=capacity_of(counts.sum(axis=0), 60),
        people=tuple(map(tuple, people.tolist())),
        dominated=(False,) * len(names),
    )


def test_rows_of_few_people_are_few_however_many_rows_there_are(found: Evaluation) -> None:
    """One person in thirteen periods was thirteen, and shown as fifteen."""
    rules, first = policy("nhs"), found.models[0]

    def bins(*each: tuple[int, int, int]) -> list[tuple[int | None, int | None]]:
        made = tuple(Bin(rows, 0.1, events, share(events, rows), people) for rows, events, people in each)
        judged = replace(first, calibration=replace(first.calibration, bins=made))
        shown = shown_evaluation(replace(found, models=(judged,)), rules).models[0].bins
        return [(one.rows, one.events) for one in shown]

    assert bins((53, 40, 13), (100, 40, 60)) == [(55, 40), (100, 40)]
    assert bins((53, 40, 1), (100, 40, 60)) == [(155, 80)], "with its neighbour"
    assert bins((53, 40, 1)) == [(None, None)]
    assert bins((53, 40, 4), (53, 40, 4)) == [(None, None)], "they may be the same four"
    counts = np.array([[40.0, 60, 20, 300], [30, 50, 25, 200], [60, 90, 50, 700]])
    names = ("fire", "nhs", "school")
    for few, expected in ((60, {"fire", "nhs", "school"}), (1, {"nhs", "school"})):
        judged = of_groups(found, counts, names, fire=few)
        shown = shown_evaluation(replace(found, models=(judged,)), rules).models[0]
        assert {each.name for each in shown.groups} <= expected
        assert ("fire" in {each.name for each in shown.groups}) is (few == 60)


def test_an_evaluation_counts_the_people_behind_its_rows(found: Evaluation) -> None:
    assert found.judged_people < found.judged_rows
    assert found.learnt_people < found.learnt_rows
    for model in found.models:
        whole = model.people[-1]
        assert whole[8] == found.judged_people
        assert whole[6] == found.judged_events
        assert len(model.people) == len(model.groups) + 1
        for bin_ in model.calibration.bins:
            assert 0 < bin_.people <= bin_.rows - bin_.events
        assert sum(each.people for each in model.calibration.bins) > whole[7], "somebody is in several tenths"
    in_two = calibration(np.repeat(0.1, 4), np.zeros(4, np.bool_) | [True, False, False, False],
                         subject=np.array([1, 2, 2, 3]))  # fmt: skip
    assert [each.people for each in in_two.bins] == [2]


@pytest.mark.parametrize(("rows", "people", "told"), [(0, 0, 0), (5, 5, "*"), (90, 5, "*"), (90, 60, 90)])
def test_a_number_of_too_few_is_a_mark_and_never_nought(
    found: Evaluation, rows: int, people: int, told: int | str
) -> None:
    few = replace(found, outside=rows, outside_people=people)
    assert shown_evaluation(few, policy("nhs")).outside == told


def test_groups_are_shown_only_whole_and_made_of_what_is_shown(found: Evaluation) -> None:
    counts = np.array([[40.0, 60, 20, 300], [30, 50, 25, 200], [3, 20, 30, 100], [60, 90, 50, 700]])
    names = ("fire", "nhs", "police", "school")
    first = of_groups(found, counts, names)
    shown = shown_evaluation(replace(found, models=(first, found.models[1])), policy("nhs")).models[0]
    assert "police" not in {each.name for each in shown.groups}
    assert shown.groups_hidden + len(shown.groups) == 4
    of_one = replace(first, dominated=(False, True, False, False))
    less = shown_evaluation(replace(found, models=(of_one, found.models[1])), policy("nhs")).models[0]
    assert {each.name for each in less.groups} == {each.name for each in shown.groups} - {"nhs"}
    assert len(shown.groups) >= 2
    assert_nothing_small_can_be_worked_out(
        protect(counts.astype(np.int64).reshape(-1, 2, 2), policy("nhs")),
        counts.astype(np.int64).reshape(-1, 2, 2),
    )
    assert all(count % 5 == 0 and count > 7 for each in shown.groups for count in each.counts)
