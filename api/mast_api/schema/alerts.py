"""Alerts for those who look at them, and what rules came to."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
from collections import Counter
from typing import Annotated, Any, Final

import strawberry
from strawberry import ID

from mast_analytics.backtest import Share
from mast_analytics.rule import Level, Rule
from mast_analytics.sentences import Rested, sentences
from mast_api.access import Question, may
from mast_api.asking import Asking
from mast_api.limits import FIRST_DEFAULT
from mast_api.schema import alert_types as t
from mast_api.schema import ids, paging, shape
from mast_api.schema.confirming import confirmed
from mast_api.schema.types import PageInfo
from mast_api.triggers.kept import kept_rule
from mast_graph import alert_reading
from mast_graph.alert_reading import AlertContactRow, AlertRow
from mast_graph.trigger_rules import StoredBacktest
from mast_resolver.records import FOREVER
from mast_resolver.vocabulary import vocabulary

Info = strawberry.Info[Asking, None]

NOT_SHOWN: Final = (
    "Alerts that rest on contacts that you may not see are not shown, whether or not there are any."
)
"""Said always: a number of them would tell, by rule and severity, of contacts that are withheld."""

TRIAL_NOT_SHOWN: Final = (
    "What the trial came to is not shown: it counts contacts of every class, and some you may not see."
)

_FIGURES: Final = ("alerts", "per_week", "per_thousand", "taken_back", "suppressed", "days_late")

RuleName = Annotated[
    str, strawberry.argument(description="Only of this rule: id and version, as answers have it.")
]


@strawberry.type
class AlertQuery:
    @strawberry.field(description="What rules found that somebody should look at, newest first.")
    async def alerts(
        self,
        info: Info,
        state: t.AlertState | None = None,
        rule: RuleName = "",
        severity: Level | None = None,
        first: int = FIRST_DEFAULT,
        after: str | None = None,
        *,
        undelivered: Annotated[
            bool, strawberry.argument(description="Only those that the webhook never took.")
        ] = False,
    ) -> t.AlertConnection:
        asking, scope = info.context, paging.scope(info.context, first=first)
        wanted = ids.rule_ref(rule) if rule else ""
        place = None if after is None else asking.services.alerts.place_of(after)
        before, before_id = paging.read_place(place, ids.alert_id)
        await asking.intend(Question.ALERTS, {"rule": wanted, "after": [] if after is None else [before_id]})
        rows = await alert_reading.alerts_page(
            asking.services.store,
            scope,
            state=state.value if state else "",
            rule=wanted,
            severity=severity.value if severity else "",
            undelivered=undelivered,
            before=before,
            before_id=before_id,
            first=first,
        )
        for row in rows[:first]:
            note(asking, row)
        edges = [t.AlertEdge(cursor=_cursor(asking, row), node=shown(asking, row)) for row in rows[:first]]
        return t.AlertConnection(
            edges=edges,
            page_info=PageInfo.of(
                [edge.cursor for edge in edges], more=len(rows) > first, later=after is not None
            ),
            not_shown=[NOT_SHOWN],
        )

    @strawberry.field(description="One alert by its id; for what is not there, or not for you: MAST-291.")
    async def alert(self, info: Info, id_: ids.IdArgument) -> t.Alert:
        asking, wanted = info.context, ids.alert_id(id_)
        await asking.intend(Question.ALERT, {"ids": [wanted]})
        row = await alert_reading.one_alert(asking.services.store, paging.scope(asking), wanted)
        _looked_at(asking, Question.ALERT, row)
        return shown(asking, row)

    @strawberry.field(description="Rules whose alerts there may be: those that are or were in force.")
    async def alert_rules(self, info: Info) -> list[t.AlertRule]:
        asking = info.context
        await asking.intend(Question.ALERT_RULES, {})
        rules = await alert_reading.every_rule(asking.services.store)
        kept = await asyncio.to_thread(lambda: [kept_rule(each.id, each.text) for each in rules])
        return [
            t.AlertRule(
                rule=each.id,
                title=rule.title if rule else each.id,
                in_force=each.in_force and not (rule and rule.lapsed(asking.now)),
                warning=rule.warning(asking.now) if rule and each.in_force else "",
            )
            for each, rule in zip(rules, kept, strict=True)
        ]

    @strawberry.field(
        description="What rules came to when they were tried on the past, and what people said since: of the "
        "alerts that the caller is shown, or of all where they are shown none. A trial is of all that was "
        "known: its figures are for those who see every class of contact, and those who are shown no alerts."
    )
    async def rule_backtest(self, info: Info, rule: RuleName = "") -> list[t.RuleBacktest]:
        asking = info.context
        wanted = ids.rule_ref(rule) if rule else None
        await asking.intend(Question.RULE_BACKTEST, {"rule": wanted or ""})
        store = asking.services.store
        tried, worth, rules = await asyncio.gather(
            store.read("read.rule_backtests", rule=wanted),
            store.read(
                "read.rule_worth",
                whoever=not may(asking.caller, Question.ALERTS),
                forever=FOREVER,
                **paging.scope(asking).sharing(),
            ),
            alert_reading.every_rule(store),
        )
        since, counted = {row["rule"]: row for row in worth}, _may_see_trials(asking)
        kept = await asyncio.to_thread(lambda: {each.id: kept_rule(each.id, each.text) for each in rules})
        return [
            _tried(
                StoredBacktest(**row),
                since.get(row["rule"], {}),
                kept.get(row["rule"]),
                asking.now,
                counted=counted,
            )
            for row in tried
        ]


@strawberry.type
class AlertMutation:
    @strawberry.mutation(
        description="Take notice of an alert, under your name; say, now or later, what it was worth. Nothing "
        "else changes: whether anything follows is for you to decide."
    )
    async def acknowledge_alert(
        self, info: Info, id_: ids.IdArgument, disposition: t.Disposition | None = None
    ) -> t.AlertOutcome:
        asking, wanted = info.context, ids.alert_id(id_)
        scope = paging.scope(asking)
        await asking.intend(
            Question.ACKNOWLEDGE_ALERT,
            {"ids": [wanted], "disposition": disposition.value if disposition else ""},
        )
        row = await alert_reading.one_alert(asking.services.store, scope, wanted)
        _looked_at(asking, Question.ACKNOWLEDGE_ALERT, row)
        done = await confirmed(
            asking,
            lambda: asking.services.alerts.acknowledge(
                wanted, by=asking.caller.subject, disposition=disposition.value if disposition else None
            ),
            fix="ask alerts whether it is acknowledged",
        )
        return t.AlertOutcome(
            id=ID(wanted),
            acknowledged_by=done.acknowledged_by,
            acknowledged_at=done.acknowledged_at,
            disposition=_disposition(done.disposition),
        )


def note(asking: Asking, row: AlertRow) -> None:
    """Remember what an answer that holds an alert holds."""
    asking.answer_with("alerts", [row["alert"]["id"]])
    asking.answer_with("agencies", [each["agency"] for each in row["contacts"]])
    asking.answer_with("contacts", [each["id"] for each in listed(row)])
    for kind, start in (("people", "P-"), ("households", "H-"), ("addresses", "A-")):
        if found := [each for each in row["about"] if each.startswith(start)]:
            asking.answer_with(kind, found)


def _looked_at(asking: Asking, question: Question, row: AlertRow) -> None:
    """Whoever asks for one alert looks at each whom it is about."""
    note(asking, row)
    for each in row["about"]:
        asking.found(question, [each])


def listed(row: AlertRow) -> list[AlertContactRow]:
    """Of the contacts that an alert rests on, those that are shown one by one; all are counted."""
    return [each for each in row["contacts"] if each["listed"]]


def _undated(row: AlertRow) -> Counter[tuple[str, str]]:
    """Of the contacts that are only counted: how many of each type and agency."""
    hidden = (each for each in row["contacts"] if not each["listed"])
    return Counter((vocabulary().contact_type(each["type"]).title, each["agency"]) for each in hidden)


def shown(asking: Asking, row: AlertRow) -> t.Alert:
    """An alert that may be seen."""
    shaper = shape.Shaper(row, paging.scope(asking), shape.duty_team(asking.services.settings))
    said: dict[str, Any] = row["alert"]
    state = (
        "retracted" if said.get("retracted_at") else "acknowledged" if said.get("acknowledged_at") else "open"
    )
    rested = [
        Rested(each["type"], shaper.agency(each["agency"]).name, each["at"] if each["listed"] else None)
        for each in row["contacts"]
    ]
    return t.Alert(
        id=ID(said["id"]),
        rule=said["rule"],
        title=said["title"],
        severity=Level(said["severity"]),
        owner=shaper.team(said["owner"]),
        gateway=said["gateway"],
        state=t.AlertState(state),
        # It is the day of the last one, or follows from it by the rule.
        at=said["at"] if row["contacts"][-1]["listed"] else None,
        raised_at=said["raised_at"],
        retracted_at=said.get("retracted_at"),
        about_ids=[ID(each) for each in row["about"]],
        contact_count=len(row["contacts"]),
        contacts=[
            t.AlertContact(
                id=ID(each["id"]),
                type=each["type"],
                title=vocabulary().contact_type(each["type"]).title,
                agency=shaper.agency(each["agency"]),
                team=shaper.team(each["team"], each["agency"]),
                at=each["at"],
                severity=each["severity"],
                open=each["open"],
            )
            for each in listed(row)
        ],
        undated=[
            t.AlertUndated(title=title, agency=shaper.agency(agency), count=count)
            for (title, agency), count in _undated(row).items()
        ],
        acknowledged_by=said.get("acknowledged_by"),
        acknowledged_at=said.get("acknowledged_at"),
        disposition=_disposition(said.get("disposition")),
        acts=[
            t.AlertAct(by=each["by"], at=each["at"], disposition=_disposition(each["disposition"]))
            for each in row["acts"]
        ],
        undelivered=bool(said.get("dead")),
        says=sentences(said["title"], said["description"], said["rule"], said["group_by"], rested),
    )


def _may_see_trials(asking: Asking) -> bool:
    """Whether a trial counted nothing that the caller may not see.

    Of any class of contact there may be alerts, outcomes and overlaps with other rules in it. Who governs the
    rules is shown no alert that the figures could be held against.
    """
    return not may(asking.caller, Question.ALERTS) or asking.caller.data_classes.issuperset(
        vocabulary().data_classes
    )


def _tried(
    stored: StoredBacktest, since: dict[str, Any], rule: Rule | None, now: dt.datetime, *, counted: bool
) -> t.RuleBacktest:
    result, in_force = json.loads(stored.result), bool(since.get("in_force", False))
    trial: dict[str, Any] = result if counted else {}
    work, followed = trial.get("workload"), trial.get("followed")
    figures: dict[str, Any] = {name: trial.get(name) for name in _FIGURES}
    worth = {name: int(since.get(name, 0)) for name in ("acknowledged", "useful", "known", "wrong")}
    share = Share(worth["useful"], worth["useful"] + worth["known"] + worth["wrong"])
    return t.RuleBacktest(
        rule=stored.rule,
        title=result["title"],
        owner_id=ID(result["owner"]),
        start=stored.start,
        end=stored.end,
        run_at=stored.at,
        as_happened=stored.as_happened,
        followed=followed and t.JudgedShare(**followed),
        in_force=in_force and not (rule and rule.lapsed(now)),
        warning=rule.warning(now) if rule and in_force else "",
        tried_with=trial.get("tried_with", []),
        overlaps=[
            t.RuleOverlap(rule=each["other"], alerts=each["alerts"], same=each["same"])
            for each in trial.get("overlaps", [])
        ],
        workload=work
        and t.TeamWorkload(
            team_id=ID(work["team"]),
            alerts=work["alerts"],
            per_week=work["per_week"],
            busiest_week=work["busiest_week"],
        ),
        useful_share=t.JudgedShare(**share.said()),
        not_shown=[] if counted else [TRIAL_NOT_SHOWN],
        **figures,
        **worth,
    )


def _disposition(said: str | None) -> t.Disposition | None:
    return t.Disposition(said) if said else None


def _cursor(asking: Asking, row: AlertRow) -> str:
    return asking.services.alerts.cursor_of(paging.place(row["alert"]["at"], row["alert"]["id"]))
