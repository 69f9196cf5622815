"""Nightly retention: what agreements let nobody keep any longer is purged, with a proof of it.

That nobody did so is told to those who run the service: see :func:`seen_to`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Final

from mast_analytics.civil import months_before
from mast_api.rights.purging import Order, Purging, unfinished
from mast_graph import known
from mast_graph.lease import Lease
from mast_graph.purge import Removed
from mast_graph.purge_selecting import (
    Limits,
    RetentionRule,
    Unruled,
    due_addresses,
    due_contacts,
    due_persons,
    held_classes,
    limits_in_text,
    retention_rules,
    rules_of,
    unruled,
)
from mast_graph.read import Reader
from mast_graph.store import Store
from mast_resolver.records import FOREVER, RecordId

RULE = "retention"

EVERY_DAYS: Final = 2
"""It is for every night: after so many days without it there is a warning."""

_RUN_IT: Final = "run mast retention run every night"


@dataclass(frozen=True, slots=True)
class Due:
    """What is to go; contacts that touch a record of these go with it."""

    limits: Limits
    persons: Sequence[RecordId] = ()
    addresses: Sequence[RecordId] = ()
    contacts: int = 0
    held_classes: AbstractSet[str] = field(default_factory=frozenset)
    unruled: Unruled = field(default_factory=lambda: Unruled({}, {}))
    """What is kept without a rule: agreements that are not on record here, and agencies of none."""

    @property
    def nothing(self) -> bool:
        """Whether nothing is."""
        return not (self.persons or self.addresses or self.contacts)


def limits_at(rules: Iterable[RetentionRule], at: dt.datetime, held: AbstractSet[str]) -> Limits:
    """Before which moment contacts are due, by agreement and class; a class under legal hold has none.

    The one place that says how long anything is kept.

    Example:
        >>> rules = [RetentionRule("mash", each, 36, ("police",)) for each in ("police", "health")]
        >>> found = limits_at(rules, dt.datetime(2026, 11, 30, tzinfo=dt.UTC), {"health"})
        >>> {key: str(moment.date()) for key, moment in found.items()}
        {('mash', 'police'): '2023-11-30'}
    """
    return {
        (rule.agreement, rule.data_class): months_before(at, rule.months)
        for rule in rules
        if rule.data_class not in held
    }


def due(store: Store, at: dt.datetime) -> Due:
    """What is past its retention at a moment."""
    rules, held = retention_rules(store), held_classes(store)
    limits = limits_at(rules, at, held)
    persons: list[RecordId] = []
    addresses: list[RecordId] = []
    for agency, before in _of_agencies(rules, at).items():
        persons += due_persons(store, agency, before, limits)
        addresses += due_addresses(store, agency, before)
    contacts = sum(map(len, due_contacts(store, limits)))
    return Due(limits, persons, addresses, contacts, held, unruled(store, rules))


def _of_agencies(rules: Iterable[RetentionRule], at: dt.datetime) -> dict[str, dt.datetime]:
    """The earliest limit of all agreements that an agency is or was a party to: what any keeps is kept."""
    found: dict[str, dt.datetime] = {}
    for rule in rules:
        before = months_before(at, rule.months)
        for agency in rule.parties:
            found[agency] = min(before, found.get(agency, before))
    return found


def run(purging: Purging, store: Store, found: Due) -> Removed:
    """Purge what is due. Killed, it is run again: what is left is still due."""
    with purging:
        removed = purging.records(found.persons, found.addresses)
        for page in due_contacts(store, found.limits):
            removed = purging.contacts(page)
    return removed


def order(by: str, at: dt.datetime, found: Due) -> Order:
    """What is said of it in the audit log."""
    limits = {f"{agreement}/{each}": moment.isoformat() for (agreement, each), moment in found.limits.items()}
    return Order(RULE, by, {"as_at": at.isoformat(), "before": limits, "held": sorted(found.held_classes)})


def needed(store: Store, found: Due) -> bool:
    """Whether there is anything to do: something is due, or a purge before was killed."""
    return not found.nothing or unfinished(store)


def note_run(lease: Lease, moment: dt.datetime, now: dt.datetime) -> None:
    """Have it on record that nothing is kept past its retention, as of a moment that is over."""
    lease.write(lambda tx, _: tx.run("write.note_retention", as_at=min(moment, now)))


@dataclass(frozen=True, slots=True)
class SeenTo:
    """As of when nothing was past its retention, if ever; ``warning`` is a sentence, or empty."""

    as_at: dt.datetime | None
    warning: str


async def seen_to(store: Reader, now: dt.datetime, today: dt.datetime) -> SeenTo:
    """Whether retention is run as it should be, at a moment; ``today`` is the one that data is as of.

    Raises:
        GraphUnavailableError: no answer, or none in time.
    """
    noted = (await store.read("read.retention_run"))[0]["as_at"]
    if noted is None:
        past = await _is_anything_past(store, today)
        return SeenTo(None, f"never run, and something is past it: {_RUN_IT}" if past else "")
    as_at = known.moment(noted)
    late = now - as_at > dt.timedelta(days=EVERY_DAYS)
    day = f"{as_at.day} {as_at:%B %Y}"
    said = f"not run since {day}: what came to be due since is still kept; {_RUN_IT}"
    return SeenTo(as_at, said if late else "")


async def _is_anything_past(store: Reader, at: dt.datetime) -> bool:
    """Whether a contact is, whatever is under legal hold."""
    rules = rules_of(await store.read("read.retention_rules"))
    limits = limits_in_text(limits_at(rules, at, frozenset()))
    page = await store.read("read.purge_due_contacts", limits=limits, after="", limit=1, forever=FOREVER)
    return bool(page)
