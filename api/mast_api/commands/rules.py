"""`mast rules`: trigger rules: their tests, what they would have done, and which are in force."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mast_api.commands.options import BY, DAY, JSON, common, start
from mast_api.terminal import Terminal

if TYPE_CHECKING:
    from mast_analytics.backtest import Backtest, Share
    from mast_graph.trigger_rules import RuleInForce

RULES = click.option(
    "--rules",
    "folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder of rule files (*.yaml) instead of those that ship.",
)
NAMES = click.argument("names", nargs=-1)


@click.group(name="rules")
def command() -> None:
    """Rules that raise alerts for people to look at; none makes a referral (docs/rules.md)."""


@command.command("test")
@RULES
@NAMES
@JSON
def test(folder: Path | None, names: tuple[str, ...], *, as_json: bool) -> int:
    """Run the tests that rules carry (all, or those NAMED). Exit code 1 when one fails. Needs no database."""
    from mast_analytics.rule_testing import failures
    from mast_api.triggers.trying import chosen

    terminal = Terminal(as_json=as_json)
    rules = chosen(folder, names)
    failed = {rule.ref: failures(rule) for rule in rules}
    terminal.answer(
        {
            "rules": [
                {"rule": rule.ref, "tests": len(rule.cases), "failed": list(map(str, failed[rule.ref]))}
                for rule in rules
            ]
        }
    )
    if not as_json:
        rows = [
            (
                rule.ref,
                str(len(rule.cases)),
                "passed" if not failed[rule.ref] else f"{len(failed[rule.ref])} failed",
            )
            for rule in rules
        ]
        terminal.table("Rules and their tests", ("rule", "tests", ""), rows)
        for each in failed.values():
            for failure in each:
                terminal.say(str(failure), whole=True)
    return 1 if any(failed.values()) else 0


@command.command("list")
@RULES
@common
def list_(folder: Path | None, data: Path | None, *, as_json: bool) -> None:
    """List the rules: whose, under which gateway, until when reviewed, in force, alerts never delivered."""
    from mast_api.triggers.trying import chosen
    from mast_api.workspace import graph, now
    from mast_api.writing import open_store
    from mast_graph.alert_reading import undelivered_alerts
    from mast_graph.trigger_rules import read_rules_in_force

    settings, terminal = start(data, as_json=as_json)
    rules = chosen(folder, ())
    with graph(settings, terminal) as address, open_store(address) as store:
        in_force = {each.id.split("/")[0]: each for each in read_rules_in_force(store)}
        undelivered = undelivered_alerts(store)
    rows = [
        {
            "rule": rule.ref,
            "title": rule.title,
            "severity": rule.level.value,
            "owner": rule.owner,
            "gateway": rule.gateway,
            "review_by": rule.review_by.isoformat(),
            "warning": rule.warning(now()),
            "in_force": _state(rule.ref, rule.digest, in_force.get(rule.id)),
            "undelivered": undelivered.get(rule.ref, 0),
        }
        for rule in rules
    ]
    terminal.answer({"rules": rows, "today": now().date()})
    if not as_json:
        shown = ("rule", "severity", "owner", "review_by", "in_force", "undelivered", "warning")
        terminal.table("Trigger rules", shown, [tuple(str(row[name]) for name in shown) for row in rows])


def _state(ref: str, digest: str, stored: RuleInForce | None) -> str:
    if stored is None:
        return "no"
    if (stored.id, stored.digest) == (ref, digest):
        return f"since {_day(stored.since)}, by {stored.by}"
    return f"{stored.id}, of another text"


@command.command("backtest")
@click.option("--from", "start_on", type=DAY, required=True, help="First day.")
@click.option("--to", "end_on", type=DAY, required=True, help="The day after the last one.")
@click.option(
    "--as-happened",
    is_flag=True,
    help="As if each contact had been known when it happened: for data that was loaded in one go.",
)
@RULES
@NAMES
@common
def backtest(
    start_on: dt.datetime,
    end_on: dt.datetime,
    folder: Path | None,
    names: tuple[str, ...],
    data: Path | None,
    *,
    as_happened: bool,
    as_json: bool,
) -> None:
    """Say what rules (all, or those NAMED) would have raised, as it was known at the time.

    Alerts a week and for each 1,000 people, how many were followed by what the rule names as its outcome, how
    rules overlap, and how much work that is for each team. A rule has to be backtested before it is enabled,
    on at least ninety days of which something is known, that ended within the last year.
    """
    from mast_api.triggers.trying import chosen, document, keep_backtest, try_rules
    from mast_api.workspace import graph, now
    from mast_api.writing import leased, open_store
    from mast_graph.schema import apply_schema
    from mast_resolver.days import morning
    from mast_resolver.errors import UsageError

    settings, terminal = start(data, as_json=as_json)
    rules = chosen(folder, names)
    if end_on <= start_on:
        raise UsageError("--to is not after --from", fix="--to is the day after the last one")
    period = {"start": morning(start_on.date()), "end": morning(end_on.date())}
    if period["end"] > now():
        raise UsageError("--to is yet to come", fix="--to is the day after the last one; today at most")
    with graph(settings, terminal) as address, open_store(address) as store:
        apply_schema(store)
        with terminal.step("Going through what was known") as step:
            done = try_rules(store, rules, as_happened=as_happened, on_contacts=step.advance, **period)
        with leased(store, "mast rules backtest") as lease:
            keep_backtest(lease, rules, done, at=now())
    terminal.answer(document(done))
    if not as_json:
        _show(terminal, done)


def _day(at: dt.datetime) -> dt.date:
    from mast_resolver.days import LONDON

    return at.astimezone(LONDON).date()


_COLUMNS = (
    "rule", "alerts", "a week", "a year for 1,000 people", "followed by its outcome", "taken back",
    "kept back", "days late",
)  # fmt: skip


def _show(terminal: Terminal, done: Backtest) -> None:
    how = "as if known when it happened" if done.as_happened else "as known at the time"
    terminal.table(
        f"{_day(done.start)} to {_day(done.end)}, {how}: {done.people:,} people, {done.known:,} contacts",
        _COLUMNS,
        [
            (
                each.rule,
                f"{each.alerts:,}",
                f"{each.per_week:.1f}",
                "-" if each.per_thousand is None else f"{each.per_thousand:.1f}",
                _share(each.followed),
                str(each.taken_back),
                str(each.suppressed),
                "-" if each.days_late is None else f"{each.days_late:.1f}",
            )
            for each in done.rules
        ],
    )  # fmt: skip
    terminal.table(
        "Work for each team",
        ("team", "alerts", "a week", "busiest week"),
        [
            (each.team, f"{each.alerts:,}", f"{each.per_week:.1f}", str(each.busiest_week))
            for each in done.workload
        ],
    )
    if done.overlaps:
        alerts: Mapping[str, int] = {each.rule: each.alerts for each in done.rules}
        terminal.table(
            "Alerts that share a contact with another rule's, or are about the same person or place",
            ("rule", "other rule", "share a contact", "of all of the rule", "about the same"),
            [
                (
                    each.rule,
                    each.other,
                    str(each.alerts),
                    f"{100 * each.alerts / alerts[each.rule]:.0f} %",
                    str(each.same),
                )
                for each in done.overlaps
            ],
        )
    if not any(each.alerts for each in done.rules) and not done.as_happened:
        terminal.say("Nothing was known in that time: where all was loaded in one go, see --as-happened")


def _share(share: Share) -> str:
    if share.per_cent is None:
        return "none could be judged yet"
    low, high = share.interval
    return f"{share.of_them} of {share.all}: {share.per_cent:.0f} % ({100 * low:.0f} to {100 * high:.0f})"


@command.command("enable")
@click.argument("name")
@click.option("--since", type=DAY, help="Tell of what was so from this day on; otherwise from now on.")
@RULES
@BY
@common
def enable(
    name: str, since: dt.datetime | None, folder: Path | None, by: str, data: Path | None, *, as_json: bool
) -> None:
    """Put the rule NAME in force, as its file says now, once its tests pass and it was backtested.

    A version that was in force before goes on from its earlier day, as if it had never been out: its alerts
    stand, and what was so in between is told of. Another text needs another version.
    """
    from mast_api.rights.proving import take_over_if_free
    from mast_api.triggers.trying import chosen
    from mast_api.triggers.trying import enable as put
    from mast_api.workspace import now
    from mast_api.writing import writer
    from mast_resolver.days import morning

    settings, terminal = start(data, as_json=as_json)
    (rule,) = chosen(folder, [name])
    at = now()
    asked = at if since is None else morning(since.date())
    with writer(settings, terminal, "mast rules enable") as (store, lease):
        from_then = put(store, lease, rule, by=by, since=asked, at=at)
        take_over_if_free(store, settings)
    terminal.answer({"rule": rule.ref, "since": from_then, "by": by})
    as_before = ", as when it was in force before," if from_then < asked else ""
    since_then = f"what is so from {_day(from_then)} on{as_before}"
    terminal.say(f"{rule.ref} is in force: alerts of {since_then} go to {rule.owner}")


@command.command("disable")
@click.argument("name")
@BY
@common
def disable(name: str, by: str, data: Path | None, *, as_json: bool) -> None:
    """Take the rule NAME out of force. Alerts that it raised stay to be looked at."""
    from mast_api.rights.proving import take_over_if_free
    from mast_api.triggers.trying import disable as end
    from mast_api.workspace import now
    from mast_api.writing import writer

    settings, terminal = start(data, as_json=as_json)
    with writer(settings, terminal, "mast rules disable") as (store, lease):
        end(lease, name, by=by, at=now())
        take_over_if_free(store, settings)
    terminal.answer({"rule": name, "by": by})
    terminal.say(f"{name} is in force no more")


@command.command("send-again")
@click.option(
    "--rule", "ref", default="", help="Only alerts of this rule and version, such as marac-repeat/2."
)
@BY
@common
def send_again(ref: str, by: str, data: Path | None, *, as_json: bool) -> None:
    """Have alerts that the webhook never took, and that were laid aside, tried again."""
    from mast_api.rights.proving import proof_of, take_over_if_free
    from mast_api.workspace import now
    from mast_api.writing import writer
    from mast_graph.proofs import put_proof
    from mast_graph.store import Transaction
    from mast_graph.trigger_rules import send_again as tried_again

    def work(tx: Transaction, tick: int) -> int:
        sent = tried_again(tx, ref)
        put_proof(tx, proof_of("alerts-sent-again", by, {"rule": ref, "alerts": sent}), tick=tick)
        return sent

    settings, terminal = start(data, as_json=as_json)
    with writer(settings, terminal, "mast rules send-again") as (store, lease):
        sent = lease.write(work)
        take_over_if_free(store, settings)
    terminal.answer({"rule": ref, "alerts": sent, "by": by, "at": now()})
    terminal.say(f"{sent} alerts are tried again, by the service that has MAST_ALERTS_URL")
