"""Alerts as people see them, what they said of them, and which were not told of yet."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, TypedDict, cast

from mast_graph.news import Topic, read_news
from mast_graph.read import LAST_ID, Reader, RungRow, Scope
from mast_graph.store import Store
from mast_resolver.errors import UnknownAlertError
from mast_resolver.records import FOREVER


class AlertContactRow(TypedDict):
    """A contact that an alert rests on."""

    id: str
    type: str
    agency: str
    at: dt.datetime
    severity: int
    team: str | None
    open: bool
    listed: bool


class AlertActRow(TypedDict):
    """That somebody took notice of an alert, or said what it was worth."""

    by: str
    at: dt.datetime
    disposition: str | None


class AlertRow(RungRow):
    """One alert, all of whose ``contacts`` may be seen or counted; ``listed`` ones are shown one by one."""

    alert: dict[str, Any]
    about: list[str]
    contacts: list[AlertContactRow]
    acts: list[AlertActRow]


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """Who took notice first and when, and what it is said to be worth."""

    acknowledged_by: str
    acknowledged_at: dt.datetime
    disposition: str | None


@dataclass(frozen=True, slots=True)
class KnownRule:
    """A version of a rule as it was put in force: its file, and whether it still is."""

    id: str
    digest: str
    text: str
    in_force: bool


@dataclass(frozen=True, slots=True)
class UntoldAlert:
    """An alert to tell of; ``turn`` counts how often it was raised or taken back, ``tries`` have failed."""

    id: str
    rule: str
    severity: str
    owner: str
    at: dt.datetime
    taken_back: bool
    turn: int
    tries: int


async def alerts_page(
    store: Reader,
    scope: Scope,
    *,
    state: str = "",
    rule: str = "",
    severity: str = "",
    undelivered: bool = False,
    before: dt.datetime = FOREVER,
    before_id: str = LAST_ID,
    first: int = 1,
) -> list[AlertRow]:
    """A page, and one more if there is one."""
    rows = await store.read(
        "read.alerts",
        state=state,
        rule=rule,
        severity=severity,
        undelivered=undelivered,
        before=before,
        before_id=before_id,
        first=first + 1,
        forever=FOREVER,
        **scope.sharing(),
    )
    return [cast("AlertRow", row) for row in rows]


async def alerts_raised(store: Reader, scope: Scope, *, after: tuple[int, str], first: int) -> list[AlertRow]:
    """Open ones that were raised, or stand again, after a place: a transaction's number, and an id in it."""
    rows = await store.read(
        "read.alerts_raised",
        after=after[0],
        after_id=after[1],
        first=first,
        forever=FOREVER,
        **scope.sharing(),
    )
    return [cast("AlertRow", row) for row in rows]


async def last_turn(store: Reader) -> tuple[int, str]:
    """The place after all that was raised until now."""
    return int((await read_news(store))[Topic.ALERTS]), LAST_ID


async def one_alert(store: Reader, scope: Scope, id_: str) -> AlertRow:
    """The alert of an id.

    Raises:
        UnknownAlertError: there is none, or not for whoever asks: nothing tells the two apart.
    """
    rows = await store.read("read.alert", id=id_, forever=FOREVER, **scope.sharing())
    if not rows:
        raise unknown()
    return cast("AlertRow", rows[0])


async def every_rule(store: Reader) -> list[KnownRule]:
    """Rules that are or were in force, by their ids."""
    return [KnownRule(**row) for row in await store.read("read.every_rule")]


def acted_on(store: Store, id_: str) -> dt.datetime | None:
    """When somebody first put their name to an alert; ``None`` where there is none, or nobody has.

    Raises:
        GraphUnavailableError: no answer, or none in time.
    """
    rows = store.read("read.alert_acted_on", id=id_)
    return rows[0]["at"] if rows else None


def act_on_alert(
    store: Store, id_: str, *, act: str, by: str, disposition: str | None, at: dt.datetime
) -> Acknowledged:
    """Have it on record who took notice, or what they say it was worth.

    Raises:
        UnknownAlertError: there is none.
    """
    rows = store.write(
        lambda tx: tx.run("write.act_on_alert", id=id_, act=act, by=by, disposition=disposition, at=at)
    )
    if not rows:
        raise unknown()
    return Acknowledged(**rows[0])


def unknown() -> UnknownAlertError:
    """The error for an alert that is not there, or not for whoever asks."""
    return UnknownAlertError("there is no alert of this id", fix="take it from an answer of today")


def untold_alerts(store: Store, limit: int, *, now: dt.datetime) -> list[UntoldAlert]:
    """Those whose time it is, the oldest first."""
    return [
        UntoldAlert(**row) for row in store.read("read.untold_alerts", limit=limit, now=now, forever=FOREVER)
    ]


def undelivered_alerts(store: Store) -> dict[str, int]:
    """How many alerts of each version of a rule were laid aside."""
    return {row["rule"]: row["alerts"] for row in store.read("read.undelivered_alerts", forever=FOREVER)}


def tell_of_alert(
    store: Store, alert: UntoldAlert, *, told: bool, dead: bool, try_at: dt.datetime | None, at: dt.datetime
) -> None:
    """Have it on record that it was told of, or could not be."""
    store.write(
        lambda tx: tx.run(
            "write.tell_alert",
            id=alert.id,
            turn=alert.turn,
            told=told,
            dead=dead,
            try_at=try_at,
            at=at,
        )
    )
