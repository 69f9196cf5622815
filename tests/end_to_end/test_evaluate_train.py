"""`mast evaluate` and `mast train` on a borough that is loaded and resolved in the real Neo4j."""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from tests.emptying import empty
from tests.end_to_end.command import Mast, Ran, environment, run
from tests.graph_contents import rows

from mast_graph.store import Login, Store
from mast_resolver.model import parse_model, read_model

pytestmark = [pytest.mark.graph, pytest.mark.slow]


@pytest.fixture(scope="module")
def borough(
    _store: Store, neo4j_server: Login, feeds: dict[str, list[Path]], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Mast]:
    """Runs `mast` on the resolved borough; no test here changes the graph but by resolving again."""
    empty(_store)
    data = tmp_path_factory.mktemp("evaluated") / "data"

    def call(*arguments: str | Path, timeout: float = 300) -> Ran:
        return run(*arguments, env=environment(neo4j_server, data), timeout=timeout)

    for name, files in feeds.items():
        ran = call("load", files[0].parent / name, *files, "--no-resolve", "--json")
        assert ran.code in (0, 1), ran.err
    ran = call("resolve", "--json")
    assert ran.code == 0, ran.err
    yield call
    empty(_store)


@pytest.fixture(scope="module")
def truth(small_borough: Path) -> Path:
    return small_borough / "truth.csv"


def labels(path: Path, column: str) -> dict[tuple[str, str], str]:
    with path.open(encoding="utf-8", newline="") as file:
        listed = list(csv.DictReader(file))
    return {(row["agency"], row["record_id"]): row[column] for row in listed if row[column]}


def pairs(of: dict[tuple[str, str], str]) -> set[tuple[tuple[str, str], tuple[str, str]]]:
    groups: dict[str, list[tuple[str, str]]] = {}
    for item, label in sorted(of.items()):
        groups.setdefault(label, []).append(item)
    return {pair for members in groups.values() for pair in combinations(members, 2)}


def test_evaluation_from_the_graph_is_what_counting_pairs_by_hand_gives(
    borough: Mast, neo4j_server: Login, truth: Path, tmp_path: Path
) -> None:
    ran = borough("evaluate", "--truth", truth, "--json")
    assert ran.code == 0, ran.err
    told = ran.json
    out = tmp_path / "clusters.csv"
    assert borough("clusters", "--out", out, "--json").code == 0
    found, true = labels(out, "entity_id"), labels(truth, "person_id")
    both = found.keys() & true.keys()
    ours, theirs = (pairs({item: of[item] for item in both}) for of in (found, true))
    assert told["records"] == len(both) > 300
    assert told["entities"] == len({true[item] for item in both})
    assert told["pairwise"]["precision"] == pytest.approx(len(ours & theirs) / len(ours))
    assert told["pairwise"]["recall"] == pytest.approx(len(ours & theirs) / len(theirs))
    low, high = told["pairwise"]["interval"]["f1"]
    assert low <= told["pairwise"]["f1"] <= high
    queue = rows(
        neo4j_server,
        "MATCH (one)-[e:EVIDENCE]->(other:PersonRecord) WHERE e.review > 0 "
        "RETURN one.id AS one, other.id AS other, "
        "EXISTS { (one)-[r:RESOLVES_TO]->()<-[t:RESOLVES_TO]-(other) "
        "WHERE r.recorded_to.year = 9999 AND t.recorded_to.year = 9999 } AS together",
    )
    for lane, together in (("review", False), ("doubt", True)):
        waiting = [each for each in queue if each["together"] is together]
        records = {each[side] for each in waiting for side in ("one", "other")}
        assert (told[f"{lane}_pairs"], told[f"{lane}_records"]) == (len(waiting), len(records)), lane
        assert 0 <= told[f"{lane}_load"] < 1
    assert told["review_pairs"]
    from_file = borough("evaluate", "--truth", truth, "--clusters", out, "--json").json
    assert from_file["pairwise"] == told["pairwise"]
    assert "review_load" not in from_file, "the review lane is in the graph only"


def test_evaluation_by_group_and_the_page_of_mistakes_name_no_value(
    borough: Mast, small_borough: Path, truth: Path, tmp_path: Path
) -> None:
    page = tmp_path / "mistakes.md"
    ran = borough("evaluate", "--truth", truth, "--by", "agency", "--page", page, "--json")
    assert ran.code == 0, ran.err
    agencies = {item[0] for item in labels(truth, "person_id")}
    shown = {name.removeprefix("agency: ") for name in ran.json["groups"]}
    assert shown <= {*agencies, "(few)"}
    assert len(shown) > 3
    text = page.read_text("utf-8").lower()
    assert "people missed" in text
    assert "given_name" in text
    for row in csv.DictReader((small_borough / "truth_people.csv").read_text("utf-8").splitlines()):
        assert row["date_of_birth"] not in text
    record_ids = {item[1] for item in labels(truth, "person_id")}
    assert not {each for each in record_ids if each in text}
    tables = borough("evaluate", "--truth", truth)
    assert tables.code == 0
    assert "whole clusters" in tables.out
    assert "Review lane" in tables.err


GOOD = "agency,record_id,person_id\n"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param("", "no columns", id="empty"),
        pytest.param("who,what\n1,2\n", "no columns", id="other columns"),
        pytest.param(GOOD, "share no record", id="no rows"),
        pytest.param(GOOD + "nowhere,77,p1\n", "share no record", id="records of another load"),
        pytest.param(b"\xff\xfe\x00M\x00a", "cannot be read", id="not UTF-8"),
        pytest.param(GOOD + "nowhere," + "x" * 2_000_000 + ",p1\n", "cannot be read", id="an endless field"),
    ],
)
def test_a_bad_truth_file_is_said_in_one_line(
    borough: Mast, tmp_path: Path, content: str | bytes, said: str
) -> None:
    path = tmp_path / "truth.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    ran = borough("evaluate", "--truth", path, "--json")
    assert_refused(ran, "MAST-103", 1)
    assert said in ran.err
    assert "xxxxx" not in ran.err


@pytest.mark.parametrize("cut", [0, 20], ids=["not gzip", "cut short"])
def test_a_damaged_packed_truth_file_is_said_in_one_line(borough: Mast, tmp_path: Path, cut: int) -> None:
    path = tmp_path / "truth.csv.gz"
    path.write_bytes(gzip.compress(GOOD.encode() * 100)[:cut] or b"agency,record_id")
    assert_refused(borough("evaluate", "--truth", path), "MAST-103", 1)


def test_a_truth_that_is_not_there_is_a_wrong_call(borough: Mast, tmp_path: Path, truth: Path) -> None:
    assert borough("evaluate", "--truth", tmp_path / "none.csv").code == 2
    both = borough("evaluate", "--truth", truth, "--clusters", truth, "--page", tmp_path / "page.md")
    assert both.code == 2
    assert "--clusters" in both.err


def assert_refused(ran: Ran, code: str, exit_code: int) -> None:
    assert ran.code == exit_code, ran.err
    assert f"{code}: " in ran.err
    assert "\n  fix: " in ran.err
    assert "Traceback" not in ran.err
    assert ran.out == ""


def test_training_writes_model_card_and_curves_and_leaves_who_is_who(
    borough: Mast, small_borough: Path, truth: Path, tmp_path: Path
) -> None:
    before = borough("evaluate", "--truth", truth, "--json").json
    out = tmp_path / "trained.json"
    ran = borough("train", "--out", out, "--version", "person-borough", "--json")
    assert ran.code == 0, ran.err
    assert ran.json | {"records": 0} == {
        "out": str(out),
        "version": "person-borough",
        "records": 0,
        "in_force": False,
    }
    assert ran.json["records"] >= before["records"]
    model = parse_model(out.read_text("utf-8"))
    assert model.version == "person-borough"
    assert model.comparisons.keys() == read_model("person").comparisons.keys()
    card = out.with_suffix(".md").read_text("utf-8")
    assert "Thresholds" in card
    assert out.with_suffix(".svg").name in card
    assert out.with_suffix(".svg").read_text("utf-8").startswith("<svg")
    assert_key_free(out, small_borough)
    nothing = borough("resolve", "--json").json["resolved"]
    assert not any(each["weighed_again"] for each in nothing), "it is not in force"
    assert borough("evaluate", "--truth", truth, "--json").json == before
    again = tmp_path / "again.json"
    assert borough("train", "--out", again, "--version", "person-borough", "--json").code == 0
    assert again.read_text("utf-8") == out.read_text("utf-8"), "same records, same seed, same model"


def assert_key_free(out: Path, small_borough: Path) -> None:
    written = "".join(out.with_suffix(suffix).read_text("utf-8") for suffix in (".json", ".md", ".svg"))
    for row in csv.DictReader((small_borough / "council_children.csv").read_text("utf-8").splitlines()):
        for value in row.values():
            if value and len(value) > 7:
                assert value.lower() not in written.lower() or value.lower() in "housemate unrelated"


def test_a_model_put_in_force_weighs_everything_anew_and_tells_who_changed(
    borough: Mast, truth: Path, tmp_path: Path
) -> None:
    out = tmp_path / "used.json"
    ran = borough("train", "--out", out, "--version", "person-used", "--use", "--json")
    assert ran.code == 0, ran.err
    assert ran.json["in_force"]
    resolved: dict[str, Any] = {each["kind"]: each for each in borough("resolve", "--json").json["resolved"]}
    assert resolved["person"]["weighed_again"]
    assert resolved["person"]["migration"]["model"].startswith("person-used+")
    assert json.loads(out.read_text("utf-8"))["version"] == "person-used"
    told = borough("evaluate", "--truth", truth, "--json").json
    assert told["pairwise"]["precision"] > 0.9


def test_nobody_can_be_learnt_from(mast: Mast, tmp_path: Path) -> None:
    ran = mast("train", "--out", tmp_path / "model.json", "--version", "x", "--json")
    assert_refused(ran, "MAST-001", 2)
    assert "too few" in ran.err
    assert not (tmp_path / "model.json").exists()
