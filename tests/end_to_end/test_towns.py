"""`mast up` on a given Neo4j: one town a graph, and the third-party town from its files to its answer."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.end_to_end.command import Mast, Ran, assert_one_message

from mast_fixtures import anytown, borough
from mast_graph.load import loaded_files
from mast_graph.managed import find_running
from mast_graph.store import Store

pytestmark = [pytest.mark.graph, pytest.mark.slow]


def up(mast: Mast, *arguments: str) -> Ran:
    return mast("up", "--exit", "--port", "0", "--json", *arguments, timeout=600)


def test_a_graph_holds_one_town_and_another_one_is_refused(mast: Mast, store: Store, data: Path) -> None:
    first = up(mast, "--people", "60", "--seed", "1")
    assert first.code == 0, first.err
    # MAST_NEO4J_URI is set: the town is there, and no server of our own was made.
    held = loaded_files(store)
    assert len(held) == 8
    assert find_running(data) is None
    assert not (data / "neo4j").exists()
    for other in (("--people", "60", "--seed", "2"), ("--people", "61"), ("--fixtures", "anytown")):
        assert_one_message(up(mast, *other), code="MAST-234", exit_code=2)
        assert loaded_files(store) == held
    again = up(mast, "--people", "60", "--seed", "1")
    assert again.code == 0, again.err
    assert all(each["unchanged"] for each in again.json["loaded"])
    assert again.json["answer"] == first.json["answer"]
    shown = mast("up", "--exit", "--port", "0", "--people", "60", "--seed", "1")
    assert shown.code == 0, shown.err
    # Whatever takes longer than two seconds has a bar.
    for step in (
        "Making the fixtures",
        "Loading police",
        "Resolving",
        "Reading people, practising the question",
    ):
        assert step in shown.err


def test_files_of_an_earlier_edition_are_made_anew(mast: Mast, data: Path) -> None:
    folder = data / "fixtures"
    (folder / "borough-60-1").mkdir(parents=True)
    (folder / "borough-60-1" / "feeds.json").write_text("{}", "utf-8")
    ran = up(mast, "--people", "60", "--seed", "1")
    assert ran.code == 0, ran.err
    assert (folder / f"borough-60-1-{borough.edition()}" / "feeds.json").exists()
    assert len(ran.json["loaded"]) == 8


def test_the_third_party_town_is_loaded_resolved_and_asked(mast: Mast) -> None:
    ran = up(mast, "--fixtures", "anytown")
    assert ran.code == 0, ran.err
    assert ran.json["question"] == {"address": anytown.CASE_STUDY_ADDRESS, "country": "US"}
    found = ran.json["answer"]["concernsAtAddress"]
    assert found["outcome"] == "ONE"
    assert found["caution"]["ring"]["phone"] == "206-555-0100"
    told = [agency["agency"]["name"] for part in found["parts"] for agency in part["agencies"]]
    assert told
