"""The seven sources of the third-party town, read whole."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
from importlib.resources import files
from pathlib import Path

import pytest

from mast_intake.pseudonymise import Pseudonymiser
from mast_intake.reading import read_rows
from mast_intake.rejects import Rejects
from mast_intake.rows import SourceRow
from mast_intake.source_yaml import read_source

ANYTOWN = Path(str(files("mast_fixtures") / "anytown"))
NAMES = ("acs_all", "census_2020", "census_2030", "cps_all", "ssa_2030", "tax1040_2020", "wic_all")


def read(name: str) -> tuple[list[SourceRow], Rejects]:
    rejects = Rejects()
    rows = list(read_rows(read_source(ANYTOWN / f"{name}.yaml"), [ANYTOWN / f"{name}.csv.gz"], rejects))
    return rows, rejects


@pytest.mark.parametrize("name", NAMES)
def test_every_row_of_the_town_is_read(name: str) -> None:
    with gzip.open(ANYTOWN / f"{name}.csv.gz", "rt", encoding="utf-8", newline="") as file:
        ids = {line["record_id"] for line in csv.DictReader(file)}
    rows, rejects = read(name)
    missing = ids - {row.record_id for row in rows}
    # A row whose every name, date and number was lost to noise says nothing about anybody.
    assert len(missing) <= len(ids) / 200
    assert rejects.rows == len(missing)
    assert rejects.fields < len(rows) / 50


def test_three_date_formats_and_their_noise_are_read() -> None:
    births = {
        row.record_id: row.text.get("date_of_birth")
        for name in ("census_2020", "wic_all", "ssa_2030")
        for row in read(name)[0]
    }
    assert births["census_2020-000000"] == "1958-09-13"
    assert births["wic_all-000000"] == "1997-09-25"
    assert births["ssa_2030-000000"] == "1965-11-15"  # written 19651511


def test_a_tax_row_is_several_people_and_the_first_has_the_bare_id() -> None:
    rows, _ = read("tax1040_2020")
    suffixes = [row.record_id.partition("#")[2] for row in rows]
    assert {"", "spouse", "dep1", "dep2", "dep3", "dep4"} == set(suffixes)
    first, child = (row for row in rows if row.record_id.startswith("tax1040_2020-000000"))
    assert (first.record_id, child.record_id) == ("tax1040_2020-000000", "tax1040_2020-000000#dep1")
    assert first.text["address"] == child.text["address"]


def test_a_census_row_is_one_visit_on_census_day(pseudonymiser: Pseudonymiser) -> None:
    source = read_source(ANYTOWN / "census_2020.yaml")
    rows, _ = read("census_2020")
    batches = list(pseudonymiser.batches(source, rows[:500]))
    starts = {residence.valid_from for batch in batches for residence in batch.residences}
    assert starts == {dt.datetime(2020, 4, 1, 7, tzinfo=dt.UTC)}


def test_a_visit_for_women_infants_and_children_is_a_contact(pseudonymiser: Pseudonymiser) -> None:
    source = read_source(ANYTOWN / "wic_all.yaml")
    rows, _ = read("wic_all")
    batches = list(pseudonymiser.batches(source, rows))
    assert {contact.type for batch in batches for contact in batch.contacts} == {"UNIVERSAL_CONTACT"}
    assert sum(len(batch.contacts) for batch in batches) == len(rows)


def test_the_notice_names_where_the_town_is_from() -> None:
    notice = (ANYTOWN / "NOTICE.md").read_text()
    for name in ("pseudopeople", "Institute for Health Metrics and Evaluation", "BSD 3-Clause"):
        assert name in notice
