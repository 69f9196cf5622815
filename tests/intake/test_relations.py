"""Relations of a source: mapped like other codes, set aside where unreadable, keyed when they leave."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from pathlib import Path

import pytest

from mast_intake.keys import KeyRing
from mast_intake.pseudonymise import Pseudonymiser
from mast_intake.reading import read_rows
from mast_intake.rejects import Outcome, Reject, Rejects, Rule
from mast_intake.source_yaml import read_source
from mast_resolver.errors import SourceFileError
from mast_resolver.records import Batch

SOURCE = """
agency: council
agreement: mash-2026
mode: %s
fields:
  record_id: id
  family_name: name
  related_to: other
  relation: {column: as, values: {MO: PARENT, FA: PARENT, SI: SIBLING, UN: null}}
"""
DELTA = SOURCE % "delta" + "operation: {column: op, values: {A: add, C: change, R: retract}}\n"


@pytest.fixture
def pseudonymiser() -> Pseudonymiser:
    return Pseudonymiser(KeyRing({1: bytes(32)}, current=1), lambda: dt.datetime(2026, 11, 1, tzinfo=dt.UTC))


def loaded(
    folder: Path, pseudonymiser: Pseudonymiser, lines: Iterable[str], *, source: str = SOURCE % "snapshot"
) -> tuple[list[Batch], list[Reject]]:
    (folder / "cases.yaml").write_text(source, "utf-8")
    header = "id,name,other,as" + (",op" if "operation" in source else "")
    (folder / "cases.csv").write_text("\n".join([header, *lines]), "utf-8")
    with Rejects(folder / "rejects.csv") as rejects:
        declared = read_source(folder / "cases.yaml")
        rows = list(read_rows(declared, [folder / "cases.csv"], rejects))
    return list(pseudonymiser.batches(declared, rows, size=100)), rejects.first


def test_a_relation_a_row_and_several_rows_a_record(tmp_path: Path, pseudonymiser: Pseudonymiser) -> None:
    (batch,), rejects = loaded(
        tmp_path,
        pseudonymiser,
        ["1,Lee,2,MO", "1,Lee,3,FA", "1,Lee,2,MO", "2,Lee,,", "3,Lee,1,UN", "4,Lee,n/a,SI"],
    )
    ids = {each: pseudonymiser.record_id("council", each) for each in "123"}
    assert [(said.person, said.to, said.kind) for said in batch.relations] == [
        (ids["1"], ids["2"], "PARENT"),
        (ids["1"], ids["3"], "PARENT"),
    ]
    assert {(said.feed, said.agreement) for said in batch.relations} == {("council/cases", "mash-2026")}
    assert len(batch.records) == 4
    assert batch.restated == ()
    # Half a relation is said to be one: whom it is to is known and not which, or the other way round.
    assert [(each.line, each.field, each.rule) for each in rejects] == [
        (6, "related_to", Rule.RELATION_INCOMPLETE),
        (7, "relation", Rule.RELATION_INCOMPLETE),
    ]


@pytest.mark.parametrize(
    ("line", "field", "rule"),
    [
        pytest.param("1,Lee,77,XYZZY", "relation", Rule.UNMAPPED_VALUE, id="unmapped"),
        pytest.param("1,Lee,1,MO", "related_to", Rule.RELATED_TO_ITSELF, id="to itself"),
        pytest.param("1,Lee,77" + "7" * 500 + ",MO", "related_to", Rule.VALUE_TOO_LONG, id="too long"),
        pytest.param("1,Lee,77,", "related_to", Rule.RELATION_INCOMPLETE, id="not said which"),
        pytest.param("1,Lee,,MO", "relation", Rule.RELATION_INCOMPLETE, id="not said to whom"),
    ],
)
def test_what_cannot_be_read_is_set_aside_with_rule_and_line_and_without_the_value(
    tmp_path: Path, pseudonymiser: Pseudonymiser, line: str, field: str, rule: Rule
) -> None:
    (batch,), rejects = loaded(tmp_path, pseudonymiser, ["0,Lee,,", line])
    assert batch.relations == ()
    assert len(batch.records) == 2
    assert rejects == [Reject("cases.csv", 3, field, rule, Outcome.FIELD)]
    report = (tmp_path / "rejects.csv").read_text("utf-8")
    assert "77" not in report
    assert "XYZZY" not in report


def test_a_kind_that_is_not_mapped_must_be_one_of_ours(tmp_path: Path, pseudonymiser: Pseudonymiser) -> None:
    plain = (SOURCE % "append").replace(
        "{column: as, values: {MO: PARENT, FA: PARENT, SI: SIBLING, UN: null}}", "as"
    )
    (batch,), rejects = loaded(tmp_path, pseudonymiser, ["1,Lee,2,CARER", "3,Lee,4,MUM"], source=plain)
    assert [said.kind for said in batch.relations] == ["CARER"]
    assert [(each.line, each.rule) for each in rejects] == [(3, Rule.RELATION_UNKNOWN)]


def test_a_row_of_a_delta_is_all_that_its_record_says(tmp_path: Path, pseudonymiser: Pseudonymiser) -> None:
    (batch,), _ = loaded(
        tmp_path, pseudonymiser, ["1,Lee,2,MO,A", "1,Lee,3,MO,C", "2,Lee,1,SI,A", "2,Lee,,,C"], source=DELTA
    )
    one, two, three = (pseudonymiser.record_id("council", each) for each in "123")
    assert [said[:3] for said in batch.relations] == [(one, three, "PARENT")]
    assert batch.restated == ((one, "council/cases"), (two, "council/cases"))


def test_a_delta_without_relations_restates_none(tmp_path: Path, pseudonymiser: Pseudonymiser) -> None:
    source = DELTA.replace("  related_to: other\n", "").replace("  relation:", "  # relation:")
    (batch,), _ = loaded(tmp_path, pseudonymiser, ["1,Lee,2,MO,A"], source=source + "ignore: [other, as]\n")
    assert (batch.relations, batch.restated) == ((), ())


def test_no_reference_leaves_the_intake(tmp_path: Path, pseudonymiser: Pseudonymiser) -> None:
    (batch,), _ = loaded(tmp_path, pseudonymiser, ["1,Lee,MO-THER-4711,MO"])
    assert "4711" not in repr(batch)


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        pytest.param("  related_to: other\n", "", "`relation` needs a `related_to`", id="no one"),
        pytest.param("  relation:", "  #", "`related_to` needs a `relation`", id="no kind"),
        pytest.param("MO: PARENT", "MO: PARNT", "did you mean PARENT?", id="misspelt kind"),
        pytest.param("related_to: other", "related_to: {constant: 5}", "is a constant", id="all to one"),
    ],
)
def test_a_source_that_maps_half_of_it_is_refused(
    tmp_path: Path, pseudonymiser: Pseudonymiser, old: str, new: str, fault: str
) -> None:
    source = SOURCE % "append"
    assert old in source
    with pytest.raises(SourceFileError) as caught:
        loaded(tmp_path, pseudonymiser, [], source=source.replace(old, new))
    assert fault in str(caught.value)
