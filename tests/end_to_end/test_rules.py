"""`mast rules` as somebody types it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from tests.end_to_end.command import Mast, assert_one_message

from mast_graph.directory import Agency, Team, write_directory
from mast_graph.store import Store

SOURCE = """
agency: council-children
agreement: mash-2026
format: csv
mode: append
fields:
  record_id: id
  family_name: last
  contact_id: id
  contact_type: {constant: CHILD_IN_NEED}
  contact_at: {column: opened, format: "%d/%m/%Y"}
  contact_closed_at: {column: closed, format: "%d/%m/%Y"}
"""
ROWS = """id,last,opened,closed
1,Lee,01/05/2026,30/04/2026
2,Poe,01/05/2026,31/06/2026
3,Ray,01/05/2026,02/05/2026
"""


def test_an_agency_is_told_what_it_said_of_an_end(mast: Mast, tmp_path: Path) -> None:
    """A closure before the opening is no closure of which nobody says when."""
    source, rows = tmp_path / "plans.yaml", tmp_path / "plans.csv"
    source.write_text(SOURCE, "utf-8")
    rows.write_text(ROWS, "utf-8")
    mast("load", source, rows)
    found = mast("quality", "--json").json["faults"]
    assert sorted(each["rule"] for each in found) == ["8630", "8810"]


def test_an_agency_finds_its_own_rows_in_what_it_is_told(mast: Mast, store: Store, tmp_path: Path) -> None:
    """Of a death that another agency recorded only that: its reference is not theirs."""
    source, rows = tmp_path / "plans.yaml", tmp_path / "plans.csv"
    source.write_text(SOURCE, "utf-8")
    rows.write_text(ROWS, "utf-8")
    mast("load", source, rows)
    out, private, public = (tmp_path / name for name in ("faults.csv", "private.pem", "public.pem"))
    asked = ("quality", "--agency", "council-children", "--out", out, "--by", "officer-1")
    assert_one_message(mast(*asked), code="MAST-201", exit_code=1)
    at = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
    told = [Agency("council-children", "Council", "council_children", None)]
    store.write(lambda tx: write_directory(tx, at=at, agencies=told))
    public.write_text(mast("agency-key", "create", private).out)
    mast("agency-key", "add", "council-children", public)
    mast(*asked)
    assert out.stat().st_mode & 0o077 == 0
    opened = mast("open-reference", "--key", private, "--csv", out).out.splitlines()
    assert opened == [
        "rule,what is the case,record,beside",
        "8630,closed before it was opened,1,",
        '8810,"closed, and nobody says when",2,',
    ]


def test_days_of_a_backtest_begin_and_end_in_london(store: Store, mast: Mast) -> None:
    owner = Team("nhs-safeguarding", "nhs", "Safeguarding", "01922 555 0101", "9 to 5")
    at = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
    store.write(lambda tx: write_directory(tx, at=at, teams=[owner]))
    asked = ("rules", "backtest", "--from", "2026-07-01", "--to", "2026-11-01", "child-not-brought-twice")
    done = mast(*asked, "--json").json
    assert (done["start"], done["end"]) == ("2026-06-30 23:00:00+00:00", "2026-11-01 00:00:00+00:00")
    shown = mast(*asked)
    assert "2026-07-01 to 2026-11-01" in shown.out
