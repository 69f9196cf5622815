"""Works alerts out for whatever changed, with the rules in force; each note of a change only once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

from mast_analytics.evaluator import Alert, Evaluator
from mast_analytics.event import GroupBy
from mast_analytics.grouping import Homes, event_of
from mast_analytics.rule import Rule
from mast_analytics.rule_yaml import parse_rule
from mast_graph.alerts import (
    Around,
    Change,
    Due,
    Standing,
    put_due,
    read_around,
    read_due,
    read_standing,
    write_alerts,
)
from mast_graph.lease import Lease
from mast_graph.store import Store, Transaction
from mast_graph.trigger_rules import read_rules_in_force


class InForce:
    """The rules in force, and since when each."""

    def __init__(self, rules: Sequence[Rule], since: Mapping[str, dt.datetime]) -> None:
        self.rules = {rule.ref: rule for rule in rules}
        self.since = since

    @classmethod
    def read(cls, store: Store, now: dt.datetime) -> InForce:
        """As they are stored, without those whose review is overdue: what they raised stays as it is.

        Raises:
            RuleFileError: one was stored by another version of this program, and cannot be read.
        """
        stored = read_rules_in_force(store)
        rules = [parse_rule(each.id, each.text.encode()) for each in stored]
        return cls([rule for rule in rules if not rule.lapsed(now)], {each.id: each.since for each in stored})


def work_out(store: Store, lease: Lease, *, now: dt.datetime) -> int:
    """Work out everything that is due; how many alerts were raised. Killed, it goes on where it was.

    Raises:
        LeaseLostError: another writer took over.
    """
    in_force: InForce | None = None
    raised = 0
    while due := read_due(store, now):
        in_force = in_force or InForce.read(store, now)
        raised += len(_work_out(store, lease, in_force, due, now))
    return raised


def _work_out(store: Store, lease: Lease, in_force: InForce, due: Due, now: dt.datetime) -> list[str]:
    around = read_around(store, due)
    evaluator = Evaluator(tuple(in_force.rules.values()), since=in_force.since)
    homes = Homes(around.homes)
    # What is read says already who each is.
    entities = {id_: id_ for contact in around.contacts for id_, _ in contact.touches}
    evaluator.take((event_of(each, entities, homes) for each in around.contacts), now=now)
    standing = read_standing(store, around, due)
    changes = list(_changes(in_force.rules, evaluator.alerts(), standing, around, frozenset(due.versions)))
    again = evaluator.next_due()

    def work(tx: Transaction, tick: int) -> list[str]:
        if again:
            put_due(tx, again, versions=due.versions, people=sorted(around.people))
        return write_alerts(tx, changes, due, at=now, tick=tick)

    return lease.write(work)


def _changes(
    rules: Mapping[str, Rule],
    found: Iterable[Alert],
    standing: Iterable[Standing],
    around: Around,
    fresh: frozenset[str],
) -> Iterable[Change]:
    """What is different from what is stored, of those who are known completely.

    ``fresh`` are versions of contacts that may be new: alerts that stand rest on the present ones.
    """
    complete: Mapping[GroupBy, frozenset[str]] = {
        GroupBy.PERSON: around.people,
        GroupBy.HOUSEHOLD: around.households,
        GroupBy.ADDRESS: around.addresses,
    }
    everybody = around.people | around.households | around.addresses
    now = {alert.id: alert for alert in found if alert.about & complete[alert.group_by]}
    stored = {each.id: each for each in standing}
    for id_, alert in now.items():
        was = stored.get(id_)
        about = was.about if was else frozenset()
        come = (alert.about & complete[alert.group_by]) - about
        gone = {each for each in about & everybody if each not in alert.about} | (was.ended if was else set())
        versions = [around.versions[event] for event in alert.events]
        if was is None or come or gone or was.retracted or not fresh.isdisjoint(versions):
            yield Change(
                id_,
                _said(rules[alert.rule]),
                alert.at,
                sorted(come),
                sorted(gone),
                versions,
            )
    for was in stored.values():
        # A rule that is in force no more leaves its alerts as they are.
        if was.id in now or was.retracted or was.rule not in rules:
            continue
        left = was.about - everybody - was.ended
        if left != was.about:
            yield Change(was.id, gone=sorted(was.about - left), stands=bool(left))


def _said(rule: Rule) -> Mapping[str, object]:
    return {
        "rule": rule.ref,
        "title": rule.title,
        "description": rule.description,
        "severity": rule.level.value,
        "owner": rule.owner,
        "gateway": rule.gateway,
        "group_by": rule.group_by.value,
    }
