"""What a row of a delta withdraws: the event that it names, or all of a record where it names none."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.intake.test_reading import Read, rules

from mast_intake.pseudonymise import Pseudonymiser
from mast_resolver.records import Batch, Kind

CONSTANT = """agency: fire
agreement: a
mode: delta
operation: op
fields:
  record_id: id
  family_name: last
  contact_type: {constant: WELFARE_CHECK}
  contact_at: {column: at, format: "%d/%m/%Y"}
"""
COLUMNS = CONSTANT.replace("{constant: WELFARE_CHECK}", "type").replace(
    "  contact_at", "  contact_id: case\n  contact_at"
)
HEADERS = {CONSTANT: "op,id,last,at\n", COLUMNS: "op,id,last,at,type,case\n"}
Encode = Callable[..., list[Batch]]


@pytest.mark.parametrize(
    ("yaml", "line"),
    [
        pytest.param(CONSTANT, "delete,1,,", id="by its id alone"),
        pytest.param(CONSTANT, "delete,1,Lee, ", id="by its id and a name"),
        pytest.param(COLUMNS, "delete,1,,,,", id="where an event could be named"),
    ],
)
def test_a_row_that_names_no_event_withdraws_its_record(
    batches: Encode, pseudonymiser: Pseudonymiser, yaml: str, line: str
) -> None:
    (batch,) = batches(yaml, f"{HEADERS[yaml]}{line}\n")
    gone = {(each.record, each.contact) for each in batch.retractions}
    assert gone == {(pseudonymiser.record_id("fire", "1", kind), None) for kind in Kind}


@pytest.mark.parametrize(
    ("yaml", "added", "withdrawn"),
    [
        pytest.param(CONSTANT, "add,1,Lee,01/02/2026", "delete,1,,01/02/2026", id="by record and time"),
        pytest.param(
            COLUMNS,
            "add,1,Lee,01/02/2026,WELFARE_CHECK,",
            "delete,1,,01/02/2026,WELFARE_CHECK,",
            id="and type",
        ),
        pytest.param(COLUMNS, "add,1,Lee,01/02/2026,WELFARE_CHECK,c7", "delete,1,,,,c7", id="by its own id"),
    ],
)
def test_a_row_that_names_an_event_withdraws_it_and_nothing_else(
    batches: Encode, yaml: str, added: str, withdrawn: str
) -> None:
    first, second = batches(yaml, f"{HEADERS[yaml]}{added}\n{withdrawn}\n")
    (contact,), (gone,) = first.contacts, second.retractions
    assert (gone.contact, gone.record) == (contact.id, None)


@pytest.mark.parametrize(
    ("yaml", "line", "rule"),
    [
        pytest.param(CONSTANT, "delete,1,,31/02/2026", "date_unreadable", id="no such day"),
        pytest.param(CONSTANT, "delete,1,,unknown", "contact_at_missing", id="a day that nobody knows"),
        pytest.param(COLUMNS, "delete,1,,,WELFARE_CHECK,", "contact_at_missing", id="a type alone"),
        pytest.param(COLUMNS, "delete,1,,,,########", "number_mangled", id="a number that is lost"),
    ],
)
def test_half_an_event_is_none_and_withdraws_nothing(rows: Read, yaml: str, line: str, rule: str) -> None:
    found, rejects = rows(yaml, f"{HEADERS[yaml]}{line}\n")
    assert not found
    assert [each[2:] for each in rules(rejects)] == [(rule, "row")]
