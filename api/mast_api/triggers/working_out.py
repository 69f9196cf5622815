"""Works alerts out for whatever changed, with the rules in force; each note of a change only once.

A note of contacts, or of records that may be somebody else's, concerns those whom a rule takes such a contact
for, as it is or as it was: of these alone all contacts that the rule looks at are read. A note of who lives
where, or of who may be seen, concerns everything around them, for every rule.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from mast_analytics.concern import Concern, concerned, looked_at
from mast_analytics.evaluator import Alert, Evaluator
from mast_analytics.event import Event, GroupBy
from mast_analytics.grouping import Homes, event_of
from mast_analytics.rule import Rule
from mast_api.collecting import without_walks
from mast_api.triggers.kept import rule_of
from mast_graph.alerts import (
    Around,
    Change,
    Changed,
    Due,
    Scope,
    Standing,
    Wanted,
    put_due,
    read_around,
    read_changed,
    read_dues,
    read_residents,
    read_scope,
    read_standing,
    write_alerts,
)
from mast_graph.behind import one_ahead
from mast_graph.lease import Lease
from mast_graph.store import Store, Transaction
from mast_graph.trigger_rules import read_rules_in_force
from mast_resolver.known import KnownContact, KnownHome


class InForce:
    """The rules in force, and since when each."""

    def __init__(self, rules: Sequence[Rule], since: Mapping[str, dt.datetime]) -> None:
        self.rules = {rule.ref: rule for rule in rules}
        self.since = since

    @property
    def every(self) -> tuple[Rule, ...]:
        """All of them, for whoever asks of none by its reference."""
        return tuple(self.rules.values())

    @classmethod
    def read(cls, store: Store, now: dt.datetime) -> InForce:
        """As they are stored, without those whose review is overdue: what they raised stays as it is.

        Raises:
            RuleFileError: one was stored by another version of this program, and cannot be read.
        """
        stored = read_rules_in_force(store)
        rules = [rule_of(each.id, each.text) for each in stored]
        return cls([rule for rule in rules if not rule.lapsed(now)], {each.id: each.since for each in stored})


def work_out(store: Store, lease: Lease, *, now: dt.datetime) -> int:
    """Work out everything that is due; how many alerts were raised. Killed, it goes on where it was.

    Three notes are in hand at a time: of one it is found whom it concerns, of the one before all that is read
    that rules look at, and the one before that is looked at. Only this writer changes what they are about.

    Raises:
        LeaseLostError: another writer took over.
    """
    raised = 0
    with (
        without_walks(),
        one_ahead("mast-alerts-noted", _noted(store, now)) as noted,
        one_ahead("mast-alerts-read", (_look(store, each) for each in noted)) as looked_at,
    ):
        for looked in looked_at:
            raised += _conclude(store, lease, looked, now)
    return raised


@dataclass(frozen=True, slots=True)
class _Noted:
    """Some notes, for whom rules may find something else, and who lived in the homes among those."""

    in_force: InForce
    due: Due
    scope: Scope
    concern: Concern
    homes: Collection[KnownHome]


@dataclass(frozen=True, slots=True)
class _Looked:
    """And all that rules look at for those."""

    noted: _Noted
    around: Around


def _noted(store: Store, now: dt.datetime) -> Iterator[_Noted]:
    in_force: InForce | None = None
    for due in read_dues(store, now, in_hand=2):
        in_force = in_force or InForce.read(store, now)
        changed, scope = read_changed(store, due), read_scope(store, due)
        concern = concern_of(in_force.every, changed, scope)
        homes = homes_of(store, in_force.every, concern, scope)
        yield _Noted(in_force, due, scope, concern, homes)


def _look(store: Store, noted: _Noted) -> _Looked:
    rules = noted.in_force.every
    return _Looked(noted, contacts_of(store, rules, noted.concern, noted.scope, noted.homes))


def _conclude(store: Store, lease: Lease, looked: _Looked, now: dt.datetime) -> int:
    """Find what rules find, and write what is different; how many alerts are new."""
    in_force, due, concern = looked.noted.in_force, looked.noted.due, looked.noted.concern
    evaluator = Evaluator(in_force.every, since=in_force.since, concerns=concern)
    evaluator.take(_events(looked.around.contacts, looked.noted.homes), now=now)
    standing = read_standing(store, concern.ids, due.versions)
    fresh = frozenset(due.versions)
    changes = list(_changes(in_force.rules, evaluator.alerts(), standing, looked.around, concern, fresh))
    again = evaluator.next_due()

    def work(tx: Transaction, tick: int) -> list[str]:
        if again:
            put_due(tx, again, versions=due.versions, records=due.records, around=due.around)
        return write_alerts(tx, changes, due, at=now, tick=tick)

    return len(lease.write(work))


def concern_of(rules: Sequence[Rule], changed: Changed, scope: Scope) -> Concern:
    """For whom rules may find something else than before."""
    in_force = {rule.ref for rule in rules}
    standing = {group for group in changed.standing if group[0] in in_force}
    return Concern(
        scope.people | scope.households | scope.addresses,
        standing.union(concerned(rules, _events(changed.contacts, changed.homes))),
    )


def homes_of(store: Store, rules: Sequence[Rule], concern: Concern, scope: Scope) -> set[KnownHome]:
    """Who lives and lived in the homes that it concerns."""
    named = _named(rules, concern)
    return {*scope.homes, *read_residents(store, named[GroupBy.HOUSEHOLD], named[GroupBy.ADDRESS])}


def contacts_of(
    store: Store, rules: Sequence[Rule], concern: Concern, scope: Scope, homes: Collection[KnownHome]
) -> Around:
    """All contacts that rules look at of whom it concerns, and of those homes."""
    at_work, named = concern.rules(rules), _named(rules, concern)
    return read_around(
        store,
        scope.people | named[GroupBy.PERSON],
        homes,
        {*scope.addresses, *named[GroupBy.ADDRESS], *(home.address for home in homes)},
        of_people=Wanted(*looked_at(rule for rule in at_work if rule.group_by is GroupBy.PERSON)),
        of_homes=Wanted(*looked_at(rule for rule in at_work if rule.group_by is not GroupBy.PERSON)),
    )


def _named(rules: Iterable[Rule], concern: Concern) -> dict[GroupBy, set[str]]:
    """Those whom it concerns for some rules, by what these group by."""
    kinds = {rule.ref: rule.group_by for rule in rules}
    named: dict[GroupBy, set[str]] = {kind: set() for kind in GroupBy}
    for ref, id_ in concern.groups:
        named[kinds[ref]].add(id_)
    return named


def _events(contacts: Iterable[KnownContact], lived: Iterable[KnownHome]) -> Iterator[Event]:
    homes = Homes(lived)
    for contact in contacts:
        # What is read says already who each is.
        yield event_of(contact, {id_: id_ for id_, _ in contact.touches}, homes)


def _changes(
    rules: Mapping[str, Rule],
    found: Iterable[Alert],
    standing: Iterable[Standing],
    around: Around,
    concern: Concern,
    fresh: frozenset[str],
) -> Iterator[Change]:
    """What is different from what is stored, of those whom it concerns.

    ``fresh`` are versions of contacts that may be new: alerts that stand rest on the present ones.
    """
    now = {alert.id: alert for alert in found}
    stored = {each.id: each for each in standing}
    for id_, alert in now.items():
        was = stored.get(id_)
        about = was.about if was else frozenset()
        come = alert.about - about
        gone = _concerned(concern, alert.rule, about - alert.about)
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
        gone = _concerned(concern, was.rule, was.about)
        if gone:
            yield Change(was.id, gone=sorted(gone), stands=gone != was.about)


def _concerned(concern: Concern, rule: str, about: Iterable[str]) -> set[str]:
    return {id_ for id_ in about if concern((rule, id_))}


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
