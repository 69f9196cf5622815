"""Another model comes into force: who would change is told before, who did is told after."""

from __future__ import annotations

import csv
import json
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.end_to_end.command import Mast
from tests.graph_contents import contents, rows

from mast_graph.store import Login
from mast_resolver.model import Threshold, read_model, write_model
from mast_resolver.records import MatchWeight

pytestmark = [pytest.mark.graph, pytest.mark.slow]

FEEDS = ("council_children.yaml", "council_adults.yaml", "education.yaml", "fire.yaml")
"""So few people that the model is taken as it is, its thresholds too, and nothing is learnt from them."""

STRICT = 14_000
"""Millibits: fewer records than at the shipped threshold are enough alike to be one."""


@pytest.fixture
def resolved(mast: Mast, feeds: dict[str, list[Path]]) -> dict[str, list[Path]]:
    """A part of a borough that is resolved under the model that ships."""
    feeds = {name: feeds[name] for name in FEEDS}
    for name, files in feeds.items():
        ran = mast("load", files[0].parent / name, *files, "--no-resolve", "--json")
        assert ran.code in (0, 1), ran.err
    ran = mast("resolve", "--json")
    assert ran.code == 0, ran.err
    assert all(each["migration"] is None for each in ran.json["resolved"]), "nobody was anybody before"
    return feeds


def put_in_force(data: Path, *, join: int) -> None:
    model = read_model("person")
    strict = Threshold(MatchWeight(join), "for this test")
    other = replace(model, version="person-strict", join=strict, fracture=None)
    (data / "models").mkdir(parents=True, exist_ok=True)
    (data / "models" / "person.json").write_text(write_model(other), "utf-8")


def people(server: Login) -> dict[str, str]:
    found = rows(
        server,
        "MATCH (r:PersonRecord)-[t:RESOLVES_TO]->(p) WHERE t.recorded_to.year = 9999 "
        "RETURN r.id AS record, p.id AS person",
    )
    return {row["record"]: row["person"] for row in found}


def listed(path: str | Path) -> list[dict[str, str]]:
    with Path(path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def without_files(told: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in told.items() if name not in ("at", "file", "ids")}


def test_a_new_model_is_planned_then_carried_out_as_planned(
    mast: Mast, resolved: dict[str, list[Path]], neo4j_server: Login, data: Path, tmp_path: Path
) -> None:
    nothing = mast("resolve", "--plan", "--json")
    assert nothing.code == 0, nothing.err
    assert [each["migration"] for each in nothing.json["plan"]] == [None, None]

    put_in_force(data, join=STRICT)
    graph, before = contents(neo4j_server), people(neo4j_server)
    planned = mast("resolve", "--plan", "--ids", tmp_path / "ids", "--json")
    assert planned.code == 0, planned.err
    assert contents(neo4j_server) == graph, "a plan only reads"
    assert not (data / "migrations").exists()
    address_plan, plan = (each["migration"] for each in planned.json["plan"])
    assert address_plan is None, "its model is the one there was"
    assert plan["entities"]["split"] > 0

    ran = mast("resolve", "--json")
    assert ran.code == 0, ran.err
    addresses, done = ran.json["resolved"]
    assert not addresses["weighed_again"]
    told = done["migration"]
    assert without_files(told) == without_files(plan)
    assert json.loads(Path(told["file"]).read_text("utf-8")) == told
    assert_true(told, before, people(neo4j_server))
    shapes = [Counter(row["change"] for row in listed(path)) for path in (told["ids"], plan["ids"])]
    assert shapes[0] == shapes[1]
    assert_no_clear_text(told, resolved)
    assert mast("resolve", "--json").json["resolved"][1]["migration"] is None, "once is enough"


def assert_true(told: dict[str, Any], before: dict[str, str], after: dict[str, str]) -> None:
    """The report is what the graph shows."""
    assert told["records"] == len(before)
    assert told["records_moved"] == sum(after[record] != person for record, person in before.items())
    assert (told["entities_before"], told["entities_after"]) == (
        len(set(before.values())),
        len(set(after.values())),
    )
    assert sum(told["entities"].values()) == told["entities_before"]
    assert sum(each["records"] for each in told["agencies"].values()) == len(before)
    went = Counter((before[record], after[record]) for record in before)
    rows_ = listed(told["ids"])
    assert {(row["old"], row["new"]): int(row["records"]) for row in rows_} == {
        pair: count for pair, count in went.items() if pair[0] in {row["old"] for row in rows_}
    }
    split = {old for old in before.values() if len({new for was, new in went if was == old}) > 1}
    assert {row["old"] for row in rows_ if row["change"] in ("split", "regrouped")} == split
    assert told["parted"]["pairs"] > 0
    assert all(each["levels"] for each in told["parted"]["patterns"])


def assert_no_clear_text(told: dict[str, Any], feeds: dict[str, list[Path]]) -> None:
    written = (Path(told["file"]).read_text("utf-8") + Path(told["ids"]).read_text("utf-8")).lower()
    names = set()
    for files in feeds.values():
        for file in (each for each in files if each.suffix == ".csv"):
            for row in csv.DictReader(file.read_text("utf-8").splitlines()):
                names |= {value.lower() for value in row.values() if value and len(value) > 5}
    assert len(names) > 100
    words_of_ours = {"family", "housing", "police"}
    assert {name for name in names if name in written} <= words_of_ours


def test_it_is_told_in_tables_too(mast: Mast, resolved: dict[str, list[Path]], data: Path) -> None:
    put_in_force(data, join=STRICT)
    planned = mast("resolve", "--plan")
    assert planned.code == 0, planned.err
    for words in ("Changes to who matches whom: person", "By agency", "Pairs that parted", "family_name"):
        assert words in planned.out
    assert "address: nothing would be weighed anew" in planned.err
    ran = mast("resolve")
    assert ran.code == 0, ran.err
    assert "Changes to who matches whom: person" in ran.out
    assert str(data / "migrations") in ran.err


def test_a_list_of_ids_goes_with_a_plan_only(mast: Mast, tmp_path: Path) -> None:
    ran = mast("resolve", "--ids", tmp_path)
    assert ran.code == 2
    assert "--plan" in ran.err


def test_agencies_that_the_model_does_not_know_make_it_learn_anew(
    mast: Mast, feeds: dict[str, list[Path]], neo4j_server: Login
) -> None:
    def load_and_resolve(names: list[str]) -> dict[str, Any]:
        for name in names:
            ran = mast("load", feeds[name][0].parent / name, *feeds[name], "--no-resolve", "--json")
            assert ran.code in (0, 1), ran.err
        ran = mast("resolve", "--json")
        assert ran.code == 0, ran.err
        people: dict[str, Any] = ran.json["resolved"][1]
        return people

    def known() -> set[str]:
        (found,) = rows(neo4j_server, "MATCH (m:Model {kind: 'person'}) RETURN m.text AS text")
        return {pair[side] for pair in json.loads(found["text"])["sources"] for side in ("left", "right")}

    first = ["nhs_trust.yaml", "public_health.yaml", "housing.yaml"]
    assert not load_and_resolve(first)["weighed_again"], "there was nobody before"
    assert len(known()) == 3
    assert not load_and_resolve(["fire.yaml"])["weighed_again"], "a few strangers are weighed as any"
    assert len(known()) == 3
    later = load_and_resolve(["police.yaml", "education.yaml", "council_children.yaml"])
    assert later["weighed_again"]
    assert later["migration"] is not None
    assert len(known()) > 5
