"""Backtests of rules on what is in the graph, and what they let a rule be."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from mast_analytics.backtest import Backtest, OfRule, backtest
from mast_analytics.civil import local_day
from mast_analytics.knowledge import learnt
from mast_analytics.rule import LONGEST_ABSENCE, Kind, Rule
from mast_analytics.rule_testing import failures
from mast_analytics.rule_yaml import SHIPPED, parse_rule, read_rules
from mast_api.collecting import without_walks
from mast_api.rights.proving import proof_of
from mast_api.triggers.working_out import work_out
from mast_graph.alerts import look_back
from mast_graph.known import read_known
from mast_graph.lease import Lease
from mast_graph.proofs import put_proof
from mast_graph.store import Store, Transaction
from mast_graph.trigger_rules import (
    RuleInForce,
    StoredBacktest,
    check_text,
    end_rule,
    put_backtests,
    put_rule,
    read_backtests,
    read_teams,
)
from mast_resolver.days import LONDON
from mast_resolver.errors import RuleRefusedError

LEAST_DAYS: Final = 90
"""So long a backtest is at least: less shows nothing of what a month brings, or a school's holidays."""
OLDEST: Final = dt.timedelta(days=366)
"""A backtest that ended longer ago says nothing of what is loaded today."""
CLOCKS_GO_BACK: Final = dt.timedelta(hours=1)


def try_rules(
    store: Store,
    rules: Sequence[Rule],
    *,
    start: dt.datetime,
    end: dt.datetime,
    as_happened: bool,
    on_contacts: Callable[[int], None] = lambda _count: None,
) -> Backtest:
    """Walk through everything that is known, as it became known (or as it happened).

    Raises:
        RuleFileError: a rule belongs to no team of the directory.
    """
    check_owners(store, rules)
    with without_walks():
        known = read_known(store, on_contacts=on_contacts)
        steps = learnt(known, as_happened=as_happened)
        return backtest(rules, steps, start=start, end=end, as_happened=as_happened)


def check_owners(store: Store, rules: Sequence[Rule]) -> None:
    """See that each rule belongs to a team that there is: an alert of nobody's would reach nobody.

    Raises:
        RuleFileError: one does not; with its line, and the nearest team.
    """
    teams = read_teams(store)
    for rule in rules:
        parse_rule(f"{rule.id}.yaml", rule.text.encode(), teams=teams)


def keep_backtest(lease: Lease, rules: Sequence[Rule], done: Backtest, *, at: dt.datetime) -> None:
    """Keep what it came to, rule by rule: without it none can be put in force."""
    digests = {rule.ref: rule.digest for rule in rules}
    kept = [
        StoredBacktest(
            each.rule,
            digests[each.rule],
            done.start,
            done.end,
            done.as_happened,
            at,
            json.dumps(of_rule(each) | _beside(done, each)),
        )
        for each in done.rules
    ]
    lease.write(lambda tx, _: put_backtests(tx, kept))


def _beside(done: Backtest, rule: OfRule) -> dict[str, Any]:
    """What a rule is to be read with: whom it was tried on, whose work it is, what else tells of the same."""
    (work,) = (each for each in done.workload if each.team == rule.owner)
    return {
        "people": done.people,
        "contacts_known": done.known,
        "tried_with": [each.rule for each in done.rules if each.rule != rule.rule],
        "workload": asdict(work),
        "overlaps": [asdict(each) for each in done.overlaps if each.rule == rule.rule],
    }


def of_rule(each: OfRule) -> dict[str, Any]:
    """What a rule came to, for scripts and for the graph."""
    return asdict(each) | {"followed": each.followed.said()}


def document(done: Backtest) -> Mapping[str, Any]:
    """All of a backtest, for scripts."""
    said = asdict(done)
    return said | {"rules": [of_rule(each) for each in done.rules]}


def chosen(folder: Path | None, names: Sequence[str]) -> tuple[Rule, ...]:
    """The rules of a folder, or those that ship; only those named, if any is.

    Raises:
        RuleFileError: a file has faults.
        RuleRefusedError: none has such a name.
    """
    rules = read_rules(folder or SHIPPED)
    known = {rule.id for rule in rules}
    if unknown := sorted(set(names) - known):
        raise RuleRefusedError(
            f"there is no rule {unknown[0][:60]}", fix=f"the rules are {', '.join(sorted(known))}"
        )
    return tuple(rule for rule in rules if not names or rule.id in names)


def enable(
    store: Store,
    lease: Lease,
    rule: Rule,
    *,
    by: str,
    since: dt.datetime,
    at: dt.datetime,
) -> dt.datetime:
    """Put a rule in force, and tell of what is so since ``since``, or an earlier day; since when it was.

    The same text goes on as if it had never been out of force: what it raised stands while it is so, and
    what was so in between is told of.

    Raises:
        RuleRefusedError: its tests fail, it was not backtested as it stands, its review is due, or its
            version is on record with another text.
        RuleFileError: it belongs to no team of the directory.
    """
    check_owners(store, [rule])
    check_text(store, rule.ref, rule.digest)
    if failed := failures(rule):
        raise RuleRefusedError(
            f"{len(failed)} of its tests fail: {failed[0]}",
            fix="correct the rule, or the test; then backtest it",
        )
    if rule.lapsed(at):
        raise RuleRefusedError(
            f"{rule.ref} was to be reviewed by {rule.review_by}", fix="review it, and give it a new date"
        )
    if lacking := _lacking(store, rule, at):
        raise RuleRefusedError(
            f"{rule.ref} {lacking}", fix=f"mast rules backtest --from DATE --to DATE {rule.id}"
        )
    in_force = RuleInForce(rule.ref, rule.digest, rule.text, since, by, at)

    def work(tx: Transaction, tick: int) -> dt.datetime:
        from_then = put_rule(tx, rule.id, in_force)
        said = {"rule": rule.ref, "text_digest": rule.digest, "since": from_then.isoformat()}
        put_proof(tx, proof_of("rule-enabled", by, said), tick=tick)
        # Of a window that closes later, or after the first day, the contact may be older.
        begin = from_then - LONGEST_ABSENCE - CLOCKS_GO_BACK if rule.kind is Kind.ABSENCE else from_then
        look_back(tx, rule.ref, begin, at=at)
        return from_then

    from_then = lease.write(work)
    work_out(store, lease, now=at)
    return from_then


def _lacking(store: Store, rule: Rule, at: dt.datetime) -> str:
    """What is wrong with the backtest by which somebody wants to put a rule in force; empty if nothing is."""
    tried = [each for each in read_backtests(store, rule.ref) if each.digest == rule.digest]
    if not tried:
        return "has no backtest of its present text"
    last = tried[0]
    if local_day(last.end, LONDON) - local_day(last.start, LONDON) < LEAST_DAYS:
        return f"was tried on less than {LEAST_DAYS} days"
    if last.end > at:
        return f"was tried on a time that ends on {last.end.date()}, which is yet to come"
    if at - last.end > OLDEST:
        return f"was tried on what ended on {last.end.date()}, over a year ago"
    if not json.loads(last.result)["contacts_known"]:
        return "was tried on a time of which nothing was known: see --as-happened"
    return ""


def disable(lease: Lease, rule: str, *, by: str, at: dt.datetime) -> None:
    """Take a rule out of force.

    Raises:
        RuleRefusedError: it is not in force.
    """

    def work(tx: Transaction, tick: int) -> bool:
        ended = end_rule(tx, rule, by=by, at=at)
        if ended:
            put_proof(tx, proof_of("rule-disabled", by, {"rule": rule}), tick=tick)
        return ended

    if not lease.write(work):
        raise RuleRefusedError("that rule is not in force", fix="mast rules list shows which are")
