"""Rules in force, and what their backtests came to. Their text is kept: it is what is evaluated."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from mast_graph.store import Store, Transaction
from mast_resolver.errors import RuleRefusedError


@dataclass(frozen=True, slots=True)
class StoredBacktest:
    """What a backtest of one text of one rule came to; ``result`` is JSON."""

    rule: str
    digest: str
    start: dt.datetime
    end: dt.datetime
    as_happened: bool
    at: dt.datetime
    result: str


@dataclass(frozen=True, slots=True)
class RuleInForce:
    """A version of a rule that is evaluated: its file as it was, and from when on alerts are raised."""

    id: str
    digest: str
    text: str
    since: dt.datetime
    by: str
    at: dt.datetime


def read_teams(store: Store) -> list[str]:
    """Ids of the teams that a rule may belong to."""
    return sorted(store.read("read.team_ids")[0]["teams"])


def put_backtests(tx: Transaction, backtests: Sequence[StoredBacktest]) -> None:
    """Keep them, in place of former ones of the same texts."""
    for each in backtests:
        tx.run(
            "write.put_backtest",
            id=f"{each.rule} {each.digest}",
            rule=each.rule,
            digest=each.digest,
            start=each.start,
            end=each.end,
            as_happened=each.as_happened,
            at=each.at,
            result=each.result,
        )


def read_backtests(store: Store, rule: str | None = None) -> list[StoredBacktest]:
    """All, or those of one version of a rule, the latest first."""
    return [StoredBacktest(**row) for row in store.read("read.rule_backtests", rule=rule)]


def put_rule(tx: Transaction, rule: str, in_force: RuleInForce) -> dt.datetime:
    """Put a version of ``rule`` in force; another version of it ends. From which moment on it tells.

    Where this version was in force before, from an earlier moment, that one is kept: or the alerts that it
    raised would be taken back though all that they rest on is still so.

    Raises:
        RuleRefusedError: the version is on record with another text.
    """
    found = tx.run(
        "write.put_rule",
        id=in_force.id,
        rule=rule,
        digest=in_force.digest,
        text=in_force.text,
        since=in_force.since,
        by=in_force.by,
        at=in_force.at,
    )
    if not found:
        raise _another_text(in_force.id)
    since: dt.datetime = found[0]["since"]
    return since


def check_text(store: Store, id_: str, digest: str) -> None:
    """See that a version is not on record with another text.

    Raises:
        RuleRefusedError: it is.
    """
    if any(row["id"] == id_ and row["digest"] != digest for row in store.read("read.every_rule")):
        raise _another_text(id_)


def _another_text(id_: str) -> RuleRefusedError:
    return RuleRefusedError(
        f"{id_} is on record with another text, and alerts are keyed by the version",
        fix=f"give it another version than {id_.rpartition('/')[2]}; then backtest it",
    )


def send_again(tx: Transaction, rule: str) -> int:
    """Have alerts that were laid aside tried again: of one version of a rule, or all where it is empty."""
    return int(tx.run("write.send_alerts_again", rule=rule)[0]["sent"])


def end_rule(tx: Transaction, rule: str, *, by: str, at: dt.datetime) -> bool:
    """Whether it was in force."""
    return bool(tx.run("write.end_rule", rule=rule, by=by, at=at)[0]["ended"])


def read_rules_in_force(store: Store) -> list[RuleInForce]:
    """By their ids."""
    return [RuleInForce(**row) for row in store.read("read.rules_in_force")]
