"""A rule from its file to alerts and out of force again, by the commands that people type."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest
from tests.end_to_end.command import Mast, assert_one_message

from mast_analytics.rule_yaml import SHIPPED
from mast_api.workspace import now
from mast_graph.directory import Team, write_directory
from mast_graph.store import Store

RULE = "child-not-brought-twice"
SOURCE = """
agency: nhs
agreement: mash-2026
format: csv
mode: append
fields:
  record_id: id
  family_name: last
  contact_id: appointment
  contact_type: {constant: WAS_NOT_BROUGHT}
  contact_at: {column: day, format: "%Y-%m-%d"}
"""


def day(ago: int) -> str:
    return (now() - dt.timedelta(days=ago)).date().isoformat()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """One rule, whose review is not due yet whenever this runs."""
    made = tmp_path / "rules"
    made.mkdir()
    text = (SHIPPED / f"{RULE}.yaml").read_text("utf-8")
    text = re.sub(r"^review_by: .*$", f"review_by: {day(-300)}", text, flags=re.MULTILINE)
    (made / f"{RULE}.yaml").write_text(text, "utf-8")
    return made


def test_a_rule_whose_tests_fail_is_told_of_by_line_and_exit_code(folder: Path, mast: Mast) -> None:
    assert mast("rules", "test", "--rules", folder).code == 0
    file = folder / f"{RULE}.yaml"
    file.write_text(file.read_text("utf-8").replace("alerts: [[first, second]]", "alerts: []", 1), "utf-8")
    failed = mast("rules", "test", "--rules", folder)
    assert failed.code == 1
    said = " ".join((failed.out + failed.err).split())
    assert re.search(rf"{RULE}/\d+, line \d+: 'the second within three months fires'", said)
    assert "expected [], found [['first', 'second']]" in said
    told = mast("rules", "test", "--rules", folder, "--json")
    assert (told.code, len(told.json["rules"][0]["failed"])) == (1, 1)


def test_a_rule_is_tried_put_in_force_and_taken_out_again(
    folder: Path, mast: Mast, store: Store, tmp_path: Path
) -> None:
    owner = Team("nhs-safeguarding", "nhs", "Safeguarding", "01922 555 0101", "9 to 5")
    store.write(lambda tx: write_directory(tx, at=now(), teams=[owner]))
    source, rows = tmp_path / "missed.yaml", tmp_path / "missed.csv"
    source.write_text(SOURCE, "utf-8")
    rows.write_text(f"id,last,appointment,day\n1,Lee,a,{day(60)}\n1,Lee,b,{day(40)}\n", "utf-8")
    of = ("--rules", folder, "--by", "lead-1")
    early = mast("rules", "enable", RULE, *of)
    assert_one_message(early, code="MAST-290", exit_code=2)
    assert "mast rules backtest" in early.err
    mast("load", source, rows)
    period = ("--from", day(150), "--to", day(1), "--as-happened")
    tried = mast("rules", "backtest", *period, "--rules", folder, "--json").json
    assert [each["alerts"] for each in tried["rules"]] == [1]
    assert mast("rules", "enable", RULE, *of, "--since", day(90)).code == 0
    (alert,) = store.read("read.every_alert")
    assert (alert["rule"].split("/")[0], alert["retracted"]) == (RULE, False)
    assert in_force(mast, folder) == [f"since {day(90)}, by lead-1"]
    assert mast("rules", "send-again", "--by", "lead-1", "--json").json["alerts"] == 0
    assert mast("rules", "disable", RULE, "--by", "lead-1").code == 0
    assert in_force(mast, folder) == ["no"]
    assert [each["retracted"] for each in store.read("read.every_alert")] == [False]


def in_force(mast: Mast, folder: Path) -> list[str]:
    listed = mast("rules", "list", "--rules", folder, "--json").json
    return [each["in_force"] for each in listed["rules"]]
