"""What a rule has to be before it is put in force, and what is told of then."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.api.audit.logs import opened
from tests.api.triggers.alerts import NOT_SEEN, Desk
from tests.api.triggers.test_notices import taken, told
from tests.town import NOW, Town, ago

from mast_analytics.rule import Compared, Condition, Rule
from mast_analytics.rule_yaml import parse_rule, read_rules
from mast_api.rights.proving import take_over
from mast_api.triggers.trying import disable, enable, keep_backtest, try_rules
from mast_graph.alerts import read_dues
from mast_graph.directory import Team, write_directory
from mast_graph.known import read_known
from mast_graph.lease import Lease
from mast_graph.proofs import read_proofs
from mast_graph.store import Store
from mast_graph.trigger_rules import RuleInForce, put_rule, read_backtests, read_rules_in_force
from mast_resolver.errors import RuleFileError, RuleRefusedError

RULE = next(rule for rule in read_rules() if rule.id == "child-not-brought-twice")


@pytest.fixture
def desk(store: Store) -> Desk:
    """No rule is in force; Ann was not brought twice."""
    lease = Lease.acquire(store, "tests", renew=False)
    desk = Desk(Town(store, lease), lease)
    owner = Team(RULE.owner, "nhs", "Safeguarding", "01922 555 0101", "9 to 5")
    store.write(lambda tx: write_directory(tx, at=NOW, teams=[owner]))
    for days in (40, 20):
        desk.town.says(
            "nhs", "1", person="Ann Lee", contact="WAS_NOT_BROUGHT", at=ago(days), contact_id=f"{days}"
        )
    desk.resolve({"ann": [("nhs", "1")]})
    return desk


def backtested(
    desk: Desk,
    rule: Rule = RULE,
    *,
    days: tuple[float, float] = (90, 0),
    as_happened: bool = True,
) -> int:
    start, end = map(ago, days)
    done = try_rules(desk.town.store, [rule], start=start, end=end, as_happened=as_happened)
    keep_backtest(desk.lease, [rule], done, at=NOW)
    return done.rules[0].alerts


def put(desk: Desk, rule: Rule = RULE, *, since: dt.datetime = NOW) -> dt.datetime:
    return enable(desk.town.store, desk.lease, rule, by="lead-1", since=since, at=NOW)


def test_without_a_rule_in_force_nothing_is_noted(desk: Desk) -> None:
    assert desk.town.store.read("read.alerts_due", now=NOW, limit=9, but=[]) == []


def test_a_backtest_reads_what_is_in_the_graph(desk: Desk) -> None:
    known = read_known(desk.town.store)
    assert {contact.type for contact in known.contacts} == {"WAS_NOT_BROUGHT"}
    assert [entity.entity for entity in known.entities] == ["P-ann"]
    assert backtested(desk) == 1
    desk.town.says(
        "nhs",
        "1",
        person="Ann Lee",
        contact="WAS_NOT_BROUGHT",
        at=ago(20),
        contact_id="20",
        shielded="person",
    )
    desk.town.resolve()
    assert read_known(desk.town.store).contacts == ()


def test_a_rule_without_a_backtest_of_its_text_is_refused(desk: Desk) -> None:
    with pytest.raises(RuleRefusedError, match="has no backtest of its present text"):
        put(desk)
    backtested(desk)
    with pytest.raises(RuleRefusedError, match="has no backtest"):
        put(desk, replace(RULE, digest="another"))
    put(desk)


@pytest.mark.parametrize(
    ("days", "as_happened", "lacks"),
    [
        pytest.param((89, 0), True, "was tried on less than 90 days", id="too short"),
        pytest.param((600, 400), True, "was tried on what ended on .*, over a year ago", id="too old"),
        pytest.param(
            (1, -89), True, "was tried on a time that ends on .*, which is yet to come", id="to come"
        ),
        pytest.param((100, 2), False, "was tried on a time of which nothing was known", id="nothing known"),
    ],
)
def test_a_backtest_that_shows_nothing_lets_no_rule_be_enabled(
    desk: Desk, days: tuple[int, int], as_happened: bool, lacks: str
) -> None:
    backtested(desk, days=days, as_happened=as_happened)
    with pytest.raises(RuleRefusedError, match=lacks):
        put(desk)
    backtested(desk)
    put(desk)


def test_a_backtest_is_kept_with_what_it_is_to_be_read_with(desk: Desk) -> None:
    rules = [RULE, next(rule for rule in read_rules() if rule.id == "open-elsewhere")]
    front_door = Team(rules[1].owner, "nhs", "Front door", "01922 555 0102", "9 to 5")
    desk.town.store.write(lambda tx: write_directory(tx, at=NOW, teams=[front_door]))
    done = try_rules(desk.town.store, rules, start=ago(90), end=NOW, as_happened=True)
    keep_backtest(desk.lease, rules, done, at=NOW)
    (kept,) = read_backtests(desk.town.store, RULE.ref)
    result = json.loads(kept.result)
    assert (result["tried_with"], result["overlaps"]) == ([rules[1].ref], [])
    assert (result["workload"]["team"], result["workload"]["alerts"]) == ("nhs-safeguarding", 1)


def test_a_rule_whose_tests_fail_is_refused(desk: Desk) -> None:
    wrong = replace(RULE, condition=Condition(Compared("gte", 3)))
    backtested(desk, wrong)
    with pytest.raises(RuleRefusedError, match="of its tests fail"):
        put(desk, wrong)


def test_a_rule_whose_review_is_due_is_refused(desk: Desk) -> None:
    backtested(desk)
    with pytest.raises(RuleRefusedError, match="was to be reviewed by 2026-11-01"):
        put(desk, replace(RULE, review_by=dt.date(2026, 11, 1)))


def test_a_rule_of_no_team_that_there_is_is_refused_with_its_line(desk: Desk) -> None:
    text = RULE.text.replace("owner: nhs-safeguarding", "owner: nhs-safegarding")
    nobodys = parse_rule("nobodys.yaml", text.encode())
    with pytest.raises(RuleFileError, match=r"line 6: `owner` .*did you mean nhs-safeguarding\?"):
        backtested(desk, nobodys)
    with pytest.raises(RuleFileError, match=r"line 6: `owner` .*did you mean nhs-safeguarding\?"):
        put(desk, nobodys)


def test_what_was_so_before_is_told_only_if_wanted(desk: Desk) -> None:
    backtested(desk)
    put(desk)
    assert desk.standing() == set()
    put(desk, since=ago(30))
    assert desk.standing() == {(RULE.ref, "stands", frozenset({"P-ann"}))}


def missed_again(desk: Desk, days: float) -> None:
    """Bo was not brought twice within half a year; the second time was so many days ago."""
    for number, when in enumerate((days + 20, days)):
        desk.town.says(
            "nhs", "2", person="Bo Fox", contact="WAS_NOT_BROUGHT", at=ago(when), contact_id=f"bo{number}"
        )
    desk.resolve({"ann": [("nhs", "1")], "bo": [("nhs", "2")]})


@pytest.mark.parametrize("off", [False, True], ids=["in force", "out of force"])
def test_the_same_text_put_in_force_again_takes_nothing_back_and_tells_nobody(desk: Desk, off: bool) -> None:
    backtested(desk)
    put(desk, since=ago(30))
    stands = {(RULE.ref, "stands", frozenset({"P-ann"}))}
    assert desk.standing() == stands
    assert len(told(desk, taken, NOW)) == 1
    if off:
        disable(desk.lease, RULE.id, by="lead-2", at=NOW)
    assert put(desk) == ago(30), "the earlier day is kept, and said"
    assert desk.standing() == stands
    desk.town.says("nhs", "1", person="Ann Lee", contact="ED_ATTENDANCE", at=ago(1), contact_id="1")
    desk.resolve({"ann": [("nhs", "1")]})
    assert desk.standing() == stands, "nor with the next contact of hers"
    assert told(desk, taken, NOW + dt.timedelta(hours=1)) == []
    assert put(desk, since=ago(60)) == ago(60), "an earlier day counts"


def test_what_was_so_while_a_rule_was_out_of_force_is_told_of_with_its_text_and_not_with_another(
    desk: Desk,
) -> None:
    backtested(desk)
    put(desk, since=ago(30))
    disable(desk.lease, RULE.id, by="lead-2", at=NOW)
    missed_again(desk, 5)
    assert desk.standing() == {(RULE.ref, "stands", frozenset({"P-ann"}))}
    second = parse_rule("rule.yaml", RULE.text.replace(f"version: {RULE.version}", "version: 90").encode())
    backtested(desk, second)
    assert put(desk, second) == NOW
    assert len(desk.standing()) == 1, "another version begins with the day it is put in force"
    put(desk)
    assert desk.standing() == {(RULE.ref, "stands", frozenset({who})) for who in ("P-ann", "P-bo")}


@pytest.mark.parametrize(
    ("contact_id", "days"), [("40", 40), ("20", 200)], ids=["the first", "the last, now of long before"]
)
def test_what_stopped_being_so_while_a_rule_was_out_of_force_is_taken_back(
    desk: Desk, contact_id: str, days: int
) -> None:
    backtested(desk)
    put(desk, since=ago(30))
    disable(desk.lease, RULE.id, by="lead-2", at=NOW)
    desk.town.says("nhs", "1", person="Ann Lee", contact="ED_ATTENDANCE", at=ago(days), contact_id=contact_id)
    desk.resolve({"ann": [("nhs", "1")]})
    put(desk)
    assert desk.standing() == {(RULE.ref, "taken back", frozenset())}


def test_another_text_under_a_version_that_is_on_record_is_refused(desk: Desk) -> None:
    """Alerts are keyed by the version: two texts of one would raise alerts that nobody can tell apart."""
    backtested(desk)
    put(desk, since=ago(30))
    text = RULE.text.replace("severity: medium", "severity: high")
    another = parse_rule("rule.yaml", text.encode())
    assert (another.ref, another.digest != RULE.digest) == (RULE.ref, True)
    disable(desk.lease, RULE.id, by="lead-2", at=NOW)
    with pytest.raises(RuleRefusedError, match="is on record with another text") as refused:
        put(desk, another)
    assert refused.value.fix == f"give it another version than {RULE.version}; then backtest it"
    forged = RuleInForce(RULE.ref, another.digest, text, NOW, "lead-1", NOW)
    with pytest.raises(RuleRefusedError, match="another text"):
        desk.lease.write(lambda tx, _: put_rule(tx, RULE.id, forged))
    assert read_rules_in_force(desk.town.store) == []
    put(desk)
    (kept,) = read_rules_in_force(desk.town.store)
    assert (kept.digest, kept.text) == (RULE.digest, RULE.text)


@pytest.mark.parametrize(
    ("missed", "over"),
    [
        pytest.param(
            dt.datetime(2025, 10, 31, tzinfo=dt.UTC), dt.datetime(2026, 11, 2, tzinfo=dt.UTC), id="367 days"
        ),
        pytest.param(
            dt.datetime(2023, 10, 28, 23, tzinfo=dt.UTC),
            dt.datetime(2024, 10, 30, tzinfo=dt.UTC),
            id="and the hour by which clocks go back twice in them",
        ),
    ],
)
def test_the_longest_absence_that_a_rule_may_wait_for_is_looked_back_to(
    desk: Desk, missed: dt.datetime, over: dt.datetime
) -> None:
    rule = parse_rule("not-seen.yaml", NOT_SEEN.replace("14 days", "366 days").encode())
    desk.town.says("nhs", "2", person="Bo Fox", contact="WAS_NOT_BROUGHT", at=missed, contact_id="missed")
    desk.resolve({"ann": [("nhs", "1")], "bo": [("nhs", "2")]})
    backtested(desk, rule)
    put(desk, rule, since=over)
    assert desk.standing() == {(rule.ref, "stands", frozenset({"P-bo"}))}


def test_who_put_it_in_and_out_of_force_goes_to_the_audit_log(desk: Desk, tmp_path: Path) -> None:
    backtested(desk)
    put(desk)
    disable(desk.lease, RULE.id, by="lead-2", at=NOW)
    noted = [(each.entry["event"], each.entry["subject"]) for each in read_proofs(desk.town.store)]
    assert noted == [("rule-enabled", "lead-1"), ("rule-disabled", "lead-2")]
    path = tmp_path / "audit.jsonl"
    with opened(path) as log:
        assert take_over(desk.town.store, log) == 2
    said = [json.loads(line) for line in path.read_text().splitlines()][1:]
    assert [each["event"] for each in said] == ["rule-enabled", "rule-disabled"]
    assert said[0]["text_digest"] == RULE.digest
    with pytest.raises(RuleRefusedError, match="not in force"):
        disable(desk.lease, RULE.id, by="lead-2", at=NOW)


def test_enabling_that_is_killed_goes_on_with_the_next_look(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page of contacts at a time, each in one transaction with the place in the list."""
    monkeypatch.setattr("mast_graph.alerts.CONTACTS_AT_ONCE", 1)
    backtested(desk)
    monkeypatch.setattr("mast_api.triggers.trying.work_out", _killed)
    with pytest.raises(InterruptedError):
        put(desk, since=ago(90))
    assert desk.standing() == set()
    pages = list(read_dues(desk.town.store, NOW))
    assert [len(due.versions) for due in pages] == [1, 1, 0], "each contact, and that there are no more"
    monkeypatch.setattr(desk.lease, "write", _killed_after_one(desk.lease.write))
    with pytest.raises(InterruptedError):
        desk.work_out()
    monkeypatch.undo()
    monkeypatch.setattr("mast_graph.alerts.CONTACTS_AT_ONCE", 1)
    assert list(read_dues(desk.town.store, NOW)) == pages[1:]
    desk.work_out()
    assert desk.standing() == {(RULE.ref, "stands", frozenset({"P-ann"}))}


def _killed(*_: object, **__: object) -> None:
    raise InterruptedError


def _killed_after_one(write: Callable[[Any], Any]) -> Callable[[Any], Any]:
    left = iter([write])
    return lambda work: next(left, _killed)(work)
