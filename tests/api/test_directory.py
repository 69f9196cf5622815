"""Agreements as a file states them: shorthand, terms for each class, and what is refused."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from mast_api.directory import agreement_of, read_directory
from mast_graph.agreement import Term, View
from mast_resolver.errors import AgreementError, SourceFileError

SAID: dict[str, Any] = {
    "id": "mash",
    "name": "MASH",
    "parties": ["police", "fire"],
    "purposes": ["safeguarding-response"],
    "review_by": dt.date(2027, 3, 31),
    "gateways": ["s115"],
    "data_classes": ["police", "fire"],
}


def test_a_list_of_classes_gives_each_the_terms_of_the_entry() -> None:
    said = {**SAID, "gateways": ["s115", "s17"], "view": "full", "months": 24, "retention_months": 48}
    assert agreement_of(said).terms == (
        Term("fire", "s115; s17", View.FULL, 24, 48),
        Term("police", "s115; s17", View.FULL, 24, 48),
    )


def test_a_class_may_have_terms_of_its_own() -> None:
    of_fire = {"gateway": "s6", "view": "full", "months": 36}
    said = {**SAID, "months": 6, "data_classes": {"police": None, "fire": of_fire}}
    assert agreement_of(said).terms == (
        Term("fire", "s6", View.FULL, 36, 36),
        Term("police", "s115", View.LATEST, 6, 36),
    )


def test_days_are_read() -> None:
    said = {
        **SAID,
        "starts": dt.date(2026, 1, 1),
        "ends": dt.date(2027, 1, 1),
        "review_by": dt.date(2026, 6, 1),
    }
    agreement = agreement_of(said)
    assert agreement.serves_from == dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    assert agreement.serves_until == dt.datetime(2026, 6, 1, 23, tzinfo=dt.UTC)  # 2 June in London


@pytest.mark.parametrize(
    ("change", "fix"),
    [
        pytest.param({"id": ""}, "give it a id", id="no id"),
        pytest.param({"name": None}, "give it a name", id="no name"),
        pytest.param({"id": "the MASH"}, "letters, digits", id="an id that no source could name"),
        pytest.param({"purpose": "x"}, "take out: purpose", id="unknown key"),
        pytest.param({"purposes": ["marketing"]}, "known: safeguarding-response", id="unknown purpose"),
        pytest.param({"parties": "police"}, "list its parties", id="parties are no list"),
        pytest.param({"data_classes": []}, "list them", id="no class"),
        pytest.param({"data_classes": ["crime"]}, "known: ", id="unknown class"),
        pytest.param({"data_classes": {"police": {"term": 1}}}, "take out: term", id="unknown term"),
        pytest.param({"view": "all"}, "give one of the two", id="unknown view"),
        pytest.param({"months": 24}, "from 1 to 12", id="latest of more than a year"),
        pytest.param({"months": 0}, "from 1 to 12", id="no months"),
        pytest.param({"retention_months": True}, "from 1 to 1200", id="retention is no number"),
        pytest.param({"version": -1}, "from 1 to 10000", id="version below one"),
        pytest.param({"owner": 7}, "put it in quotes", id="owner is a number"),
        pytest.param(
            {"data_classes": {"police": {"gateway": 115}}}, "put it in quotes", id="gateway is a number"
        ),
        pytest.param({"review_by": None}, "give it a review_by", id="no day of review"),
        pytest.param({"gateways": None}, "give the class a gateway", id="no gateway"),
        pytest.param({"gateways": [" "]}, "list its gateways", id="a blank gateway"),
        pytest.param(
            {"data_classes": {"police": None, "fire": {"gateway": " "}}},
            "give the class a gateway",
            id="a class without a gateway",
        ),
        pytest.param({"ends": "next year"}, "write it as", id="no day"),
        pytest.param(
            {"starts": dt.date(2026, 1, 1), "ends": dt.date(2026, 1, 1)},
            "a later day",
            id="ends before it starts",
        ),
    ],
)
def test_what_cannot_be_is_refused_with_what_can(change: dict[str, Any], fix: str) -> None:
    with pytest.raises(AgreementError) as refused:
        agreement_of({**SAID, **change})
    assert fix in refused.value.fix


@pytest.mark.parametrize(
    "text", ["agencies: 1", "- a", "agencies: [{id: x, nme: y}]\nteams: []\nagreements: []", "a: [", ""]
)
def test_a_file_that_is_no_directory_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "directory.yaml").write_text(text, "utf-8")
    with pytest.raises(SourceFileError, match=r"directory\.yaml is not a directory"):
        read_directory(tmp_path / "directory.yaml")


def test_a_number_to_ring_that_yaml_reads_as_another_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "directory.yaml"
    text = """agencies:
  - {id: fire, name: Fire, kind: fire, duty_team: null}
teams:
  - id: desk
    agency: fire
    name: Desk
    phone: 01213456701
    hours: 9:30
agreements: []
"""
    path.write_text(text)
    with pytest.raises(SourceFileError) as refused:
        read_directory(path)
    assert refused.value.fact.splitlines()[1:] == [
        "  line 7: `phone` is not text",
        "  line 8: `hours` is not text",
    ]
    assert "put it in quotes" in refused.value.fix
    path.write_text(text.replace("01213456701", '"01213456701"').replace("9:30", "'9:30'"))
    (team,) = read_directory(path).teams
    assert (team.phone, team.hours) == ("01213456701", "9:30")
