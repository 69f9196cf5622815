"""Faults of rule files: each with its line, the entry, what is allowed and the nearest name."""

from __future__ import annotations

from pathlib import Path

import pytest

from mast_analytics.rule_testing import failures
from mast_analytics.rule_yaml import parse_rule, read_rules
from mast_resolver.errors import RuleFileError

GOOD = """\
id: two-checks
version: 1
title: Two checks
description: Two welfare checks in a week.
severity: low
owner: desk
gateway: Crime and Disorder Act 1998 section 115
review_by: 2027-06-30
select:
  check:
    type: WELFARE_CHECK
correlation:
  type: event_count
  rules: [check]
  group_by: person
  timespan: 7 days
  condition: {gte: 2}
outcome: {type: SAFEGUARDING_CONCERN, within: 30 days}
tests:
  - name: two
    events:
      - {id: a, type: WELFARE_CHECK, at: 2026-01-01 10:00}
      - {id: b, type: WELFARE_CHECK, at: 2026-01-08 10:00}
    alerts: [[a, b]]
  - name: one
    events:
      - {id: a, type: WELFARE_CHECK, at: 2026-01-01 10:00}
    alerts: []
"""


def test_the_good_one_is_good() -> None:
    rule = parse_rule("good.yaml", GOOD.encode())
    assert rule.ref == "two-checks/1"
    assert failures(rule) == ()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        pytest.param(
            "severity: low",
            "severity: lo",
            r"line 5: `severity` must be one of .*did you mean low\?",
            id="severity",
        ),
        pytest.param("owner: desk\n", "", "line 1: `owner` is missing", id="missing"),
        pytest.param(
            "gateway: Crime and Disorder Act 1998 section 115",
            "gateway:",
            "line 7: `gateway` is empty",
            id="empty",
        ),
        pytest.param(
            "title:", "titel:", r"line 3: unknown entry `titel` \(did you mean title\?\)", id="unknown"
        ),
        pytest.param(
            "    type: WELFARE_CHECK",
            "    type: WELFARE_CHEK",
            r"line 11: .*must be a name of contact_types.csv \(did you mean WELFARE_CHECK\?\)",
            id="type",
        ),
        pytest.param(
            "type: event_count",
            "type: event_cont",
            r"line 13: `type` must be one of event_count, .*did you mean event_count",
            id="kind",
        ),
        pytest.param(
            "rules: [check]",
            "rules: [chek]",
            r"line 14: .* that is not in `select` \(did you mean check\?\): there are check",
            id="selection",
        ),
        pytest.param(
            "group_by: person",
            "group_by: family",
            "line 15: `group_by` must be one of person, household, address",
            id="group",
        ),
        pytest.param(
            "7 days", "a week", "line 16: `timespan` must be a number and minutes, hours, days", id="timespan"
        ),
        pytest.param(
            "{gte: 2}",
            "{lte: 2}",
            r"line 17: unknown entry `lte` \(did you mean gte\?\): entries here are gte, gt, eq",
            id="comparison",
        ),
        pytest.param(
            "    type: WELFARE_CHECK",
            "    agency_kind: polis",
            r"line 11: `agency_kind` must be one of .*police.* \(did you mean police\?\)",
            id="agency",
        ),
        pytest.param(
            "    type: WELFARE_CHECK",
            "    data_class: polic",
            r"line 11: `data_class` must be one of .* \(did you mean police\?\)",
            id="class of data",
        ),
        pytest.param(
            "event_count\n  rules: [check]\n  group_by: person\n  timespan: 7 days\n  condition: {gte: 2}",
            "value_count\n  rules: [check]\n  group_by: person\n  timespan: 7 days\n"
            "  condition: {field: agncy, gte: 2}",
            r"line 17: `field` must be one of agency, .* \(did you mean agency\?\)",
            id="field",
        ),
        pytest.param("{gte: 2}", "{gte: two}", "line 17: `gte` must be a whole number", id="number"),
        pytest.param(
            "{gte: 2}",
            "{gte: 2, eq: 2}",
            "line 17: `condition` needs one of gte, gt, eq",
            id="two comparisons",
        ),
        pytest.param(
            "  condition: {gte: 2}\n", "", "line 13: type event_count needs a `condition`", id="no condition"
        ),
        pytest.param(
            "event_count\n", "absence\n", r"line 14: type absence names 2 selection\(s\)", id="absence of one"
        ),
        pytest.param(
            "event_count\n", "value_count\n", "line 17: type value_count needs a `field`", id="no field"
        ),
        pytest.param(
            "2027-06-30", "June", "line 8: `review_by` must be a date, such as 2027-03-31", id="date"
        ),
        pytest.param("two-checks", "Two Checks", "line 1: `id` must be lower-case words", id="id"),
        pytest.param("within: 30 days", "within: soon", "line 18: `within` must be a number", id="outcome"),
        pytest.param(
            "  check:\n    type: WELFARE_CHECK",
            "  check: {}",
            "`check` selects nothing",
            id="selects everything",
        ),
        pytest.param(
            "    alerts: []",
            "    alerts: [[a]]",
            "line 19: `tests` needs a case that fires and one that stays silent",
            id="no silent case",
        ),
        pytest.param(
            "[[a, b]]", "[[a, c]]", "line 24: `alerts` names no event of the case", id="unknown event"
        ),
        pytest.param("[[a, b]]", "[a, b]", "line 24: `alerts` must be a list of lists", id="flat alerts"),
        pytest.param("{id: b,", "{id: a,", "line 21: two events have one id", id="same id"),
        pytest.param(
            "at: 2026-01-08 10:00", "at: tomorrow", "line 23: `at` must be a moment, such as", id="moment"
        ),
        pytest.param("version: 1", "version: 1\nversion: 2", "line 3: `version` stands twice", id="twice"),
        pytest.param(
            "version: 1",
            "version: 1\ntimezone: Europe/Londn",
            r"line 3: `timezone` is not a name of the tz .* \(did you mean Europe/London\?\)",
            id="zone",
        ),
        pytest.param(
            "    type: WELFARE_CHECK\n",
            "    type: WELFARE_CHECK\n    role: [subject, child_in_houshold]\n",
            r"line 12: `role` must be one of subject, .*, other \(did you mean child_in_household\?\)",
            id="role",
        ),
        pytest.param(
            "type: WELFARE_CHECK, at: 2026-01-08 10:00",
            "type: WELFARE_CHECK, role: suject, at: 2026-01-08 10:00",
            r"line 23: `role` must be one of subject, .*\(did you mean subject\?\)",
            id="role of a test",
        ),
        pytest.param(
            "    type: WELFARE_CHECK\n",
            "    type: WELFARE_CHECK\n    category: alarm\n",
            r"line 12: `category` must be one of those in `tests` \(none\)",
            id="category",
        ),
        pytest.param(GOOD, "- a\n", "line 1: the file is not a mapping", id="a list"),
        pytest.param(GOOD, "", "line 1: the file is empty", id="nothing"),
        pytest.param(GOOD, "a: [", "is not YAML at line", id="no YAML"),
    ],
)
def test_faults_are_told_with_line_and_entry(old: str, new: str, said: str) -> None:
    assert old in GOOD
    with pytest.raises(RuleFileError, match=said):
        parse_rule("bad.yaml", GOOD.replace(old, new, 1).encode())


def test_an_absence_of_over_a_year_is_refused() -> None:
    absence = GOOD.replace("event_count", "absence").replace("7 days", "13 months")
    with pytest.raises(RuleFileError, match="line 16: an absence lasts a year at most"):
        parse_rule("bad.yaml", absence.encode())


@pytest.mark.parametrize("span", ["12 months", "366 days", "8808 hours"])
def test_an_absence_of_a_leap_year_is_none_too_many(span: str) -> None:
    assert str(parse_rule("good.yaml", absence(span).encode()).timespan) == span


@pytest.mark.parametrize("span", ["367 days", "8809 hours"])
def test_an_absence_that_is_over_later_than_that_is_refused(span: str) -> None:
    with pytest.raises(RuleFileError, match="has 1 fault\n  line 17: an absence lasts a year at most"):
        parse_rule("bad.yaml", absence(span).encode())


def test_a_timespan_of_an_absence_that_is_none_is_told_once() -> None:
    with pytest.raises(RuleFileError, match="has 1 fault\n  line 17: `timespan` must be a number"):
        parse_rule("bad.yaml", absence("a week").encode())


def absence(timespan: str) -> str:
    text = GOOD.replace("event_count", "absence").replace("7 days", timespan)
    text = text.replace("correlation:", "  seen: {type: ED_ATTENDANCE}\ncorrelation:")
    return text.replace("[check]", "[check, seen]").replace("  condition: {gte: 2}\n", "")


def test_a_category_that_no_test_has_is_a_slip_of_the_pen() -> None:
    shipped = next(rule for rule in read_rules() if rule.id == "fire-risk-and-self-neglect").text
    slip = shipped.replace("category: self-neglect", "category: [Self neglect, slef-neglect]")
    with pytest.raises(
        RuleFileError, match=r"has 1 fault\n  line 14: .*self_neglect\) \(did you mean self_neglect\?\)"
    ):
        parse_rule("slip.yaml", slip.encode())


def test_a_rule_of_no_team_that_there_is_is_refused() -> None:
    assert parse_rule("good.yaml", GOOD.encode(), teams=["desk"]).owner == "desk"
    with pytest.raises(
        RuleFileError, match=r"line 6: `owner` must be a team of the directory \(did you mean desks\?\)"
    ):
        parse_rule("bad.yaml", GOOD.encode(), teams=["front-door", "desks"])


def test_all_faults_are_told_at_once() -> None:
    bad = GOOD.replace("severity: low", "severity: x").replace("7 days", "x").replace("2027-06-30", "x")
    with pytest.raises(RuleFileError, match=r"bad\.yaml has 3 faults"):
        parse_rule("bad.yaml", bad.encode())


def test_a_case_that_fails_names_its_line_and_what_was_found() -> None:
    (failure,) = failures(parse_rule("bad.yaml", GOOD.replace("{gte: 2}", "{gte: 3}").encode()))
    assert str(failure) == ("two-checks/1, line 20: 'two' (at once): expected [['a', 'b']], found []")


def test_another_text_is_another_digest() -> None:
    one = parse_rule("a.yaml", GOOD.encode())
    other = parse_rule("a.yaml", GOOD.replace("7 days", "8 days").encode())
    assert one.digest != other.digest


def test_the_example_of_the_documentation_is_a_rule_whose_tests_pass() -> None:
    text = (Path(__file__).parents[2] / "docs" / "rules.md").read_text("utf-8")
    example = text.split("```yaml\n")[1].split("```")[0]
    assert failures(parse_rule("rules.md", example.encode())) == ()


def test_two_files_of_one_rule_are_refused(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.yaml").write_text(GOOD)
    with pytest.raises(RuleFileError, match="two files declare the rule two-checks"):
        read_rules(tmp_path)


def test_a_folder_without_rules_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RuleFileError, match="holds no rules"):
        read_rules(tmp_path)


def test_faults_of_all_files_of_a_folder_are_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(GOOD.replace("severity: low", "severity: lo"))
    (tmp_path / "b.yaml").write_text(GOOD.replace("7 days", "a week"))
    with pytest.raises(RuleFileError) as refused:
        read_rules(tmp_path)
    assert "a.yaml has 1 fault\n  line 5: " in refused.value.fact
    assert "b.yaml has 1 fault\n  line 16: " in refused.value.fact
