"""`mast agreements`: the register of what is shared with whom, under which terms, until when."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mast_api.commands.load import FILE
from mast_api.commands.options import BY, DAY, common, start

if TYPE_CHECKING:
    from mast_graph.agreement_rows import Registered


@click.group(name="agreements")
def command() -> None:
    """Sharing agreements as they are in force; one that has ended or was not reviewed serves nobody."""


@command.command("list")
@click.option("--history", metavar="AGREEMENT", help="Everything the register ever said of one.")
@common
def show(history: str | None, data: Path | None, *, as_json: bool) -> int:
    """List the agreements. Exit code 1 when one of them serves no more, or a class of it nobody."""
    from mast_api.workspace import graph, now
    from mast_api.writing import open_store
    from mast_graph.agreements import agreements, versions_of_agreement

    settings, terminal = start(data, as_json=as_json)
    with graph(settings, terminal) as address, open_store(address) as store:
        entries = versions_of_agreement(store, history) if history else agreements(store)
    today = now()
    for each in entries:
        terminal.say(_line(each, today))
    terminal.answer({"agreements": [_told(each, today) for each in entries]})
    ended = any(each.agreement.serves_until <= today or each.agreement.without_gateway for each in entries)
    return 1 if ended and not history else 0


@command.command("apply")
@click.argument("file", type=FILE)
@BY
@common
def apply(file: Path, by: str, data: Path | None, *, as_json: bool) -> None:
    """Put the agencies, teams and agreements of FILE, a directory.yaml, in force.

    An agreement with other content than the one on record needs a higher version, or none: then it is the
    next. An older version changes nothing.
    """
    from mast_api.directory import put_in_force, read_directory
    from mast_api.rights.proving import take_over_if_free
    from mast_api.workspace import now
    from mast_api.writing import writer

    settings, terminal = start(data, as_json=as_json)
    said = read_directory(file)
    with writer(settings, terminal, "mast agreements apply") as (store, lease):
        filed = lease.write(lambda tx, tick: put_in_force(tx, said, by=by, at=now(), tick=tick))
        take_over_if_free(store, settings)
    for id_, outcome in filed.items():
        terminal.say(f"{id_}: {outcome.value}")
    terminal.answer({"agreements": {id_: outcome.value for id_, outcome in filed.items()}})


@command.command("review")
@click.argument("agreement")
@BY
@click.option("--next", "next_review", required=True, type=DAY, help="When it is due again.")
@common
def review(agreement: str, by: str, next_review: dt.datetime, data: Path | None, *, as_json: bool) -> None:
    """Have it on record that AGREEMENT was reviewed as it stands; it serves until the next review is due."""
    from mast_api.directory import put_change
    from mast_api.rights.proving import take_over_if_free
    from mast_api.workspace import now
    from mast_api.writing import writer
    from mast_graph.agreements import review_agreement

    settings, terminal = start(data, as_json=as_json)
    due = next_review.date()
    with writer(settings, terminal, "mast agreements review") as (store, lease):
        entry = lease.write(
            lambda tx, tick: put_change(
                tx, review_agreement(tx, agreement, by=by, review_by=due, at=now()), tick=tick
            )
        )
        take_over_if_free(store, settings)
    terminal.say(_line(entry, now()))
    terminal.answer(_told(entry, now()))


@command.command("end")
@click.argument("agreement")
@BY
@common
def end(agreement: str, by: str, data: Path | None, *, as_json: bool) -> None:
    """Stop serving under AGREEMENT at once, until a higher version of it is applied."""
    from mast_api.directory import put_change
    from mast_api.rights.proving import take_over_if_free
    from mast_api.workspace import now
    from mast_api.writing import writer
    from mast_graph.agreements import end_agreement

    settings, terminal = start(data, as_json=as_json)
    with writer(settings, terminal, "mast agreements end") as (store, lease):
        entry = lease.write(
            lambda tx, tick: put_change(tx, end_agreement(tx, agreement, by=by, at=now()), tick=tick)
        )
        take_over_if_free(store, settings)
    terminal.say(_line(entry, now()))
    terminal.answer(_told(entry, now()))


def _line(entry: Registered, today: dt.datetime) -> str:
    agreement = entry.agreement
    warning = agreement.warning(today)
    classes = ", ".join(f"{term.data_class} ({term.view.value}, {term.months})" for term in agreement.terms)
    return (
        f"{agreement.id} version {agreement.version}, {entry.cause} {entry.recorded_from:%d %B %Y}"
        f"{f' by {entry.changed_by}' if entry.changed_by else ''}: "
        f"{len(agreement.parties)} parties; {classes}" + (f"\n  {warning}" if warning else "")
    )


def _told(entry: Registered, today: dt.datetime) -> dict[str, Any]:
    agreement = entry.agreement
    return {
        "id": agreement.id,
        "version": agreement.version,
        "name": agreement.name,
        "owner": agreement.owner,
        "parties": list(agreement.parties),
        "purposes": list(agreement.purposes),
        "terms": [
            {
                "data_class": term.data_class,
                "gateway": term.gateway,
                "view": term.view.value,
                "months": term.months,
                "retention_months": term.retention_months,
            }
            for term in agreement.terms
        ],
        "serves": agreement.serves(today),
        "starts": agreement.starts and agreement.starts.isoformat(),
        "ends": agreement.ends and agreement.ends.isoformat(),
        "review_by": agreement.review_by and agreement.review_by.isoformat(),
        "cause": entry.cause,
        "changed_by": entry.changed_by,
        "recorded_from": entry.recorded_from.isoformat(),
        "warning": agreement.warning(today),
    }
