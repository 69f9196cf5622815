"""Who is stated to be related to whom, asked over HTTP on the real graph, from files and row by row."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.town import AGREEMENT, GATEWAY, NOW, Service, Town

from mast_api.access import Purpose, Role
from mast_api.loading import Loaded, load_source
from mast_api.schema.relations import RelationKind
from mast_graph.agreement import Term
from mast_graph.directory import write_directory
from mast_resolver.records import FOREVER, Kind
from mast_resolver.relations import relation_kinds

pytestmark = pytest.mark.graph

ENQUIRY: dict[str, Any] = {"role": Role.ANALYST.value, "purpose": Purpose.ENQUIRY.value}
ASK = """
query ($id: ID!) { person(id: $id) { people { id relations {
  says notShown listed { personId kind says basis since agency { id name } }
} } } }
"""
CASES = """
agency: council-children
agreement: mash-2026
mode: %s
fields:
  record_id: id
  given_name: given
  family_name: family
  related_to: other
  relation: {column: as, values: {M: PARENT, F: PARENT, S: SIBLING}}
"""


def related(service: Service, person: str) -> list[tuple[str, str, str]]:
    """Whom the person is related to, as what, and who states it."""
    (found,) = service.answer(ASK, id=person, **ENQUIRY)["people"]
    return [(each["personId"], each["kind"], each["agency"]["id"]) for each in found["relations"]["listed"]]


def test_the_schema_knows_the_kinds_of_the_vocabulary() -> None:
    assert {kind.value for kind in RelationKind} == set(relation_kinds())


def test_each_of_two_is_told_what_the_other_is_to_them(town: Town, service: Service) -> None:
    town.says("council-children", "kid", person="Kit Lee", related_to="mum", relation="PARENT")
    town.says("council-children", "mum", person="Mia Lee")
    town.says("housing", "mum", person="Mia Lee", related_to="man", relation="PARTNER")
    town.says("housing", "man", person="Max Orr")
    town.says("nhs", "kid", person="Kit Lee")
    town.resolve(
        {
            "kit": [("council-children", "kid"), ("nhs", "kid")],
            "mia": [("council-children", "mum"), ("housing", "mum")],
            "max": [("housing", "man")],
        }
    )
    assert related(service, "P-kit") == [("P-mia", "PARENT", "council-children")]
    assert related(service, "P-mia") == [
        ("P-kit", "CHILD", "council-children"),
        ("P-max", "PARTNER", "housing"),
    ]
    (kit,) = service.answer(ASK, id="P-kit", **ENQUIRY)["people"]
    assert kit["relations"]["listed"][0] == {
        "personId": "P-mia",
        "kind": "PARENT",
        "says": "Parent, as Council-Children states.",
        "basis": "STATED",
        "since": town.loaded_at.isoformat(),
        "agency": {"id": "council-children", "name": "Council-Children"},
    }
    assert kit["relations"]["notShown"] == []


def test_what_both_records_of_an_agency_state_is_told_once(town: Town, service: Service) -> None:
    town.says("nhs", "kid", person="Kit Lee", related_to="mum", relation="PARENT")
    town.says("nhs", "mum", person="Mia Lee", related_to="kid", relation="CHILD")
    town.says("housing", "mum", person="Mia Lee", related_to="kid", relation="CHILD")
    town.says("housing", "kid", person="Kit Lee")
    town.resolve({name: [("nhs", key), ("housing", key)] for name, key in (("kit", "kid"), ("mia", "mum"))})
    both = [("P-mia", "PARENT", "housing"), ("P-mia", "PARENT", "nhs")]
    assert related(service, "P-kit") == both


def test_a_relation_to_nobody_who_is_loaded_waits_for_them(town: Town, service: Service) -> None:
    town.says("nhs", "kid", person="Kit Lee", related_to="mum", relation="PARENT")
    town.resolve({"kit": [("nhs", "kid")]})
    assert related(service, "P-kit") == []
    town.says("nhs", "mum", person="Mia Lee")
    town.resolve({"mia": [("nhs", "mum")]})
    assert related(service, "P-kit") == [("P-mia", "PARENT", "nhs")]


def test_ids_are_those_of_the_same_agency(town: Town, service: Service) -> None:
    town.says("nhs", "kid", person="Kit Lee", related_to="mum", relation="PARENT")
    town.says("housing", "mum", person="Una Fox")
    town.resolve({"kit": [("nhs", "kid")], "una": [("housing", "mum")]})
    assert related(service, "P-kit") == []


def test_a_split_moves_nothing_and_a_merge_relates_nobody_to_themselves(town: Town, service: Service) -> None:
    town.says("nhs", "kid", person="Kit Lee", related_to="mum", relation="PARENT")
    town.says("nhs", "mum", person="Mia Lee")
    town.says("nhs", "gran", person="Mia Lee", related_to="mum", relation="CHILD")
    town.resolve({"kit": [("nhs", "kid")], "mia": [("nhs", "mum"), ("nhs", "gran")]})
    assert related(service, "P-mia") == [("P-kit", "CHILD", "nhs")]
    moved = {town.record("nhs", "mum"): "P-mum", town.record("nhs", "gran"): "P-gran"}
    town.supersede(Kind.PERSON, "P-mia", "P-mum", "P-gran", moved=moved)
    assert related(service, "P-mum") == [("P-gran", "PARENT", "nhs"), ("P-kit", "CHILD", "nhs")]
    assert related(service, "P-gran") == [("P-mum", "CHILD", "nhs")]


def test_a_withdrawn_record_relates_nobody(town: Town, service: Service) -> None:
    town.says("nhs", "kid", person="Kit Lee", related_to="mum", relation="PARENT")
    town.says("nhs", "mum", person="Mia Lee")
    town.says("housing", "mum", person="Mia Lee")
    town.resolve({"kit": [("nhs", "kid")], "mia": [("nhs", "mum"), ("housing", "mum")]})
    town.retract("nhs", "mum")
    assert related(service, "P-kit") == []
    town.says("nhs", "mum", person="Mia Lee")
    assert related(service, "P-kit") == [("P-mia", "PARENT", "nhs")]
    town.retract("nhs", "kid")
    assert related(service, "P-mia") == []


def test_somebody_shielded_is_nobodys_relative(town: Town, service: Service) -> None:
    town.says("nhs", "kid", person="Kit Lee", related_to="mum", relation="PARENT", shielded="person")
    town.says("nhs", "mum", person="Mia Lee", related_to="sis", relation="SIBLING")
    town.says("nhs", "sis", person="Sue Lee", shielded="person")
    town.resolve({"kit": [("nhs", "kid")], "mia": [("nhs", "mum")], "sue": [("nhs", "sis")]})
    assert related(service, "P-mia") == []
    town.says("nhs", "kid", person="Kit Lee")
    assert related(service, "P-mia") == [("P-kit", "CHILD", "nhs")]


@pytest.mark.parametrize(
    "covers",
    [
        pytest.param({"purposes": ("safeguarding-response",)}, id="another purpose"),
        pytest.param({"terms": (Term("substance_misuse", GATEWAY),)}, id="no class that an analyst may see"),
    ],
)
def test_an_agreement_that_does_not_cover_the_question_keeps_it_back(
    town: Town, service: Service, covers: dict[str, Any]
) -> None:
    town.says("nhs", "kid", person="Kit Lee", related_to="mum", relation="PARENT")
    town.says("nhs", "mum", person="Mia Lee")
    town.resolve({"kit": [("nhs", "kid")], "mia": [("nhs", "mum")]})
    assert related(service, "P-kit") == [("P-mia", "PARENT", "nhs")]
    agreement = replace(AGREEMENT, **covers)
    town.store.write(lambda tx: write_directory(tx, at=NOW, agreements=[agreement]))
    assert related(service, "P-kit") == []


def test_under_an_agreement_that_nobody_knows_nothing_is_told(town: Town, service: Service) -> None:
    town.says("nhs", "kid", person="Kit Lee", related_to="mum", relation="PARENT", agreement="none")
    town.says("nhs", "mum", person="Mia Lee")
    town.resolve({"kit": [("nhs", "kid")], "mia": [("nhs", "mum")]})
    assert related(service, "P-kit") == []


@pytest.mark.parametrize(
    ("role", "purpose"),
    [
        (Role.RESPONSE_OFFICER, Purpose.RESPONSE),
        (Role.PRACTITIONER, Purpose.ENQUIRY),
        (Role.ANALYST, Purpose.RESPONSE),
    ],
)
def test_which_agency_knows_both_is_for_an_analysts_enquiry(
    town: Town, service: Service, role: Role, purpose: Purpose
) -> None:
    town.says("nhs", "kid", person="Kit Lee", related_to="mum", relation="PARENT")
    town.says("nhs", "mum", person="Mia Lee")
    town.resolve({"kit": [("nhs", "kid")], "mia": [("nhs", "mum")]})
    response = service.ask(ASK, id="P-kit", role=role.value, purpose=purpose.value)
    assert response.status_code == 403
    assert "P-mia" not in response.text
    plain = "query ($id: ID!) { person(id: $id) { people { id } } }"
    assert service.answer(plain, id="P-kit", role=role.value, purpose=purpose.value)["people"] == [
        {"id": "P-kit"}
    ]


def test_it_is_one_query_and_who_is_named_is_in_the_audit(town: Town, service: Service) -> None:
    town.says("nhs", "kid", person="Kit Lee", related_to="mum", relation="PARENT")
    town.says("nhs", "mum", person="Mia Lee")
    town.resolve({"kit": [("nhs", "kid")], "mia": [("nhs", "mum")]})
    before = service.services.store.queries_run  # type: ignore[attr-defined]  # the real store counts
    assert related(service, "P-kit")
    assert service.services.store.queries_run == before + 1  # type: ignore[attr-defined]
    assert service.audited()[-1]["ids"]["people"] == ["P-kit", "P-mia"]


class TestFiles:
    @pytest.fixture
    def load(self, town: Town, tmp_path: Path) -> Any:
        def load(lines: list[str], mode: str) -> Loaded:
            delta = mode == "delta"
            more = "operation: {column: op, values: {A: add, C: change, R: retract}}\n" if delta else ""
            (tmp_path / "cases.yaml").write_text(CASES % mode + more, "utf-8")
            header = "id,given,family,other,as" + (",op" if delta else "")
            (tmp_path / "cases.csv").write_text("\n".join([header, *lines]), "utf-8")
            files = [tmp_path / "cases.csv"]
            return load_source(
                town.store, town._lease, town.keys, tmp_path / "cases.yaml", files, rejects_folder=tmp_path
            )

        return load

    def stated(self, town: Town) -> set[tuple[str, str]]:
        """Who names whom, of what is believed, by references."""
        names = {town.record("council-children", each): each for each in ("kit", "mia", "max", "sue")}
        rows = town.store.read("read.state_stored_relations", persons=list(names), forever=FOREVER)[0]
        return {(names[one], names[other]) for one, other in zip(rows["person"], rows["to"], strict=True)}

    def test_a_later_snapshot_without_it_closes_it_and_the_same_one_changes_nothing(
        self, town: Town, load: Any
    ) -> None:
        first = ["kit,Kit,Lee,mia,M", "kit,Kit,Lee,max,F", "mia,Mia,Lee,,", "max,Max,Orr,,"]
        counts = load(first, "snapshot").counts
        assert (counts.relations_new, counts.relations_closed) == (2, 0)
        assert load(first, "snapshot").unchanged
        counts = load([first[0], *first[2:], "sue,Sue,Lee,,"], "snapshot").counts
        assert (counts.relations_new, counts.relations_closed) == (0, 1)
        assert self.stated(town) == {("kit", "mia")}
        counts = load(first, "snapshot").counts
        assert (counts.relations_new, counts.relations_closed) == (1, 0)
        assert self.stated(town) == {("kit", "mia"), ("kit", "max")}

    def test_a_change_row_of_a_delta_corrects_it_and_a_retraction_ends_it(
        self, town: Town, load: Any
    ) -> None:
        load(["kit,Kit,Lee,mia,M,A", "mia,Mia,Lee,,,A", "max,Max,Orr,kit,S,A"], "delta")
        assert self.stated(town) == {("kit", "mia"), ("max", "kit")}
        counts = load(["kit,Kit,Lee,sue,M,C"], "delta").counts
        assert (counts.relations_new, counts.relations_closed) == (1, 1)
        assert self.stated(town) == {("kit", "sue"), ("max", "kit")}
        load(["kit,Kit,Lee,,,C"], "delta")
        assert self.stated(town) == {("max", "kit")}
        load(["max,,,,,R"], "delta")
        assert self.stated(town) == set()

    def test_an_append_only_adds(self, town: Town, load: Any) -> None:
        load(["kit,Kit,Lee,mia,M"], "append")
        load(["kit,Kit,Lee,max,F"], "append")
        load(["kit,Kit,Lee,,"], "append")
        assert self.stated(town) == {("kit", "mia"), ("kit", "max")}
