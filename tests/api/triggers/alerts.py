"""Rules in force over a town of a test, and the alerts that stand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence

from tests.town import LOADED, NOW, Town, ago

from mast_analytics.rule_yaml import SHIPPED, parse_rule
from mast_api.triggers.working_out import work_out
from mast_graph.lease import Lease
from mast_graph.trigger_rules import RuleInForce, end_rule, put_rule

NOT_SEEN = """\
id: not-seen-again
version: 1
title: Not seen again
description: A child was not brought, and nobody saw them within fourteen days.
severity: medium
owner: nhs-safeguarding
gateway: Children Act 2004 section 11
review_by: 2027-06-30
select:
  missed: {type: WAS_NOT_BROUGHT}
  seen: {type: ED_ATTENDANCE}
correlation:
  type: absence
  rules: [missed, seen]
  group_by: person
  timespan: 14 days
outcome: {type: CHILDREN_REFERRAL, within: 30 days}
tests:
  - name: not seen
    events: [{id: a, type: WAS_NOT_BROUGHT, at: 2026-01-01 10:00}]
    alerts: [[a]]
  - name: seen
    events:
      - {id: a, type: WAS_NOT_BROUGHT, at: 2026-01-01 10:00}
      - {id: b, type: ED_ATTENDANCE, at: 2026-01-15 10:00}
    alerts: []
"""

RESULT = (
    '{"title": "t", "owner": "o", "alerts": 7, "per_week": 0.5, "per_thousand": null, "taken_back": 0, '
    '"suppressed": 0, "days_late": null, "followed": {"of_them": 1, "judged": 2, "per_cent": 50.0, '
    '"from_per_cent": 9.0, "to_per_cent": 91.0}, "tried_with": ["open-elsewhere/2", "third-agency/2"], '
    '"overlaps": [{"rule": "r/1", "other": "third-agency/2", "alerts": 2, "same": 3}], '
    '"workload": {"team": "o", "alerts": 9, "per_week": 0.7, "busiest_week": 4}}'
)
"""What a trial of a rule came to."""


def in_force(*names: str, since: dt.datetime) -> Iterator[tuple[str, RuleInForce]]:
    """Those rules, or all that ship; `not-seen-again` is one that waits for something to be absent."""
    for text in [path.read_text() for path in sorted(SHIPPED.glob("*.yaml"))] + [NOT_SEEN]:
        rule = parse_rule("rule.yaml", text.encode())
        if rule.id in names or (not names and text != NOT_SEEN):
            yield rule.id, RuleInForce(rule.ref, rule.digest, text, since, "officer-1", LOADED)


class Desk:
    """Puts rules in force, has alerts worked out, and reads what stands straight from the graph."""

    def __init__(self, town: Town, lease: Lease) -> None:
        self.town, self.lease = town, lease

    @classmethod
    def of(cls, town: Town, *names: str) -> Desk:
        """The desk of a town in which rules, all without names, have been in force for years."""
        desk = cls(town, town._lease)
        desk.enable(*names, since=ago(900))
        return desk

    def enable(self, *names: str, since: dt.datetime) -> None:
        for rule, stored in in_force(*names, since=since):
            self.lease.write(lambda tx, _, r=rule, s=stored: put_rule(tx, r, s))  # type: ignore[misc]

    def disable(self, name: str) -> None:
        self.lease.write(lambda tx, _: end_rule(tx, name, by="officer-1", at=NOW))

    def work_out(self, now: dt.datetime = NOW) -> int:
        return work_out(self.town.store, self.lease, now=now)

    def later(self, days: float) -> None:
        self.town.loaded_at += dt.timedelta(days=days)

    def resolve(self, people: Mapping[str, Sequence[tuple[str, str]]] | None = None) -> None:
        """And work out what comes of it."""
        self.town.resolve(people)
        self.work_out()

    def standing(self) -> set[tuple[str, str, frozenset[str]]]:
        """Rule, whether it stands or was taken back, and whom it is about."""
        return {
            (each["rule"], "taken back" if each["retracted"] else "stands", frozenset(each["about"]))
            for each in self.town.store.read("read.every_alert")
        }

    def __repr__(self) -> str:
        return f"Desk({len(self.standing())} alerts)"
