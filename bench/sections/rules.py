"""Trigger rules: a backtest and contacts one by one, in memory; then alerts of changes in the graph."""

from __future__ import annotations

import datetime as dt
import json
import random
import time
from collections.abc import Iterator, Sequence
from typing import Final

from neo4j import GraphDatabase

from bench.bench import SEED, Bench, Meter
from bench.processes import mast, run
from bench.report import Figures, Measured, number
from bench.sections import resolve
from mast_analytics.backtest import backtest
from mast_analytics.evaluator import Evaluator
from mast_analytics.knowledge import learnt
from mast_analytics.rule_yaml import read_rules
from mast_api.collecting import without_walks
from mast_api.triggers.working_out import work_out
from mast_graph.alerts import put_due
from mast_graph.lease import Lease
from mast_graph.managed.server import ManagedServer
from mast_graph.store import connect
from mast_graph.trigger_rules import RuleInForce, end_rule, put_rule
from mast_resolver.known import Known, KnownContact, KnownEntity, KnownStay
from mast_resolver.records import FOREVER
from mast_resolver.vocabulary import vocabulary

NAME = "rules"

START: Final = dt.datetime(2023, 10, 1, 6, tzinfo=dt.UTC)
DAYS: Final = 3 * 365
CONTACTS_EACH: Final = 3
CHANGED: Final = 20_000
"""Contacts that are said to have changed, in notes of so many as a load leaves."""
NOTED: Final = 250
WARM: Final = 20_000
"""Others before these: a server that has just started takes three times as long for the first."""
ALONE: Final = 200
HOSTEL: Final = 300
"""People of each; one for every 20,000 inhabitants. They are the groups that cost most."""


def measure(bench: Bench) -> Measured:
    """Walk through three years of a town of so many people, then add contacts one by one."""
    # First, for the collector walks all of a town in memory while alerts are worked out.
    through_the_graph, command = _through_the_graph(bench), _command(bench)
    known = town(bench.people)
    rules = read_rules()
    begun = time.process_time(), time.perf_counter()
    done = backtest(rules, learnt(known), start=START, end=START + dt.timedelta(days=DAYS + 2))
    cost = time.process_time() - begun[0], time.perf_counter() - begun[1]
    events, seconds = _one_by_one(known)
    rows = [
        ("people", number(done.people), ""),
        ("contacts", number(len(known.contacts)), ""),
        ("alerts", number(sum(rule.alerts for rule in done.rules)), ""),
        (
            "backtest of all rules over three years, processor seconds",
            number(cost[0], 1),
            "under 60 at 100,000",
        ),
        ("the same, seconds on the clock", number(cost[1], 1), ""),
        ("contacts evaluated one by one, a second of processor", number(events / seconds), "2,000 or more"),
    ]
    notes = [
        f"Seed {SEED}, one process. {CONTACTS_EACH} contacts a person, recorded the morning after; 1 % "
        f"corrected a week later, 5 % of records merged on some day; a hostel of {HOSTEL} for every 20,000.",
        "One by one: each of the last contacts alone, on top of all others; nothing walks the memory",
        "meanwhile, as in the service.",
    ]
    table = Figures("Trigger rules", ("", "measured", "asked"), rows, notes)
    return Measured(
        NAME,
        "Trigger rules",
        "A backtest in memory and as a command; incremental evaluation; alerts of what changes in the graph.",
        [table, command, through_the_graph],
    )


def _through_the_graph(bench: Bench) -> Figures:
    """What users run: notes of changed contacts are worked out, reading around each and writing alerts."""
    resolve.prepare(bench)
    rows = []
    with (
        bench.neo4j() as server,
        connect(server.uri, server.user, server.password) as store,
        Lease.acquire(store, "bench") as lease,
    ):
        _forget_alerts(server)
        for rule in read_rules():
            in_force = RuleInForce(rule.ref, rule.digest, rule.text, START, "bench", START)
            lease.write(lambda tx, _, id_=rule.id, stored=in_force: put_rule(tx, id_, stored))  # type: ignore[misc]
        versions = store.read("read.known_contacts", after="", limit=WARM + CHANGED + ALONE)[0]["versions"]
        random.Random(SEED).shuffle(versions)
        now = dt.datetime.now(dt.UTC)
        _note(lease, versions[:WARM], now)
        work_out(store, lease, now=now)
        del versions[:WARM]
        for together in (NOTED, 1):
            some = versions[:CHANGED] if together > 1 else versions[CHANGED:]
            if together > 1:
                _note(lease, some, now)
            meter, begun = Meter(server), (time.process_time(), time.perf_counter())
            if together == 1:
                for version in some:
                    _note(lease, [version], now)
                    work_out(store, lease, now=now)
            raised = work_out(store, lease, now=now)
            clock = time.perf_counter() - begun[1]
            ours = time.process_time() - begun[0]
            what = f"{together} contacts a note" if together > 1 else "one contact at a time"
            rows.append(
                (
                    what,
                    number(len(some)),
                    number(raised) if together > 1 else "",
                    number(len(some) / clock),
                    number(ours / len(some) * 1000, 1),
                    number(meter.spent() / len(some) * 1000, 1),
                )
            )
        for rule in read_rules():
            lease.write(lambda tx, _, id_=rule.id: end_rule(tx, id_, by="bench", at=now))  # type: ignore[misc]
    columns = (
        "notes of", "contacts", "alerts", "contacts/s of the clock", "Python, ms each", "Neo4j, ms each"
    )  # fmt: skip
    notes = [
        f"The resolved borough of {bench.people:,}, all rules that ship in force; contacts drawn at random, "
        f"after {WARM:,} others.",
        "Each is read with what rules look at of those for whom one takes it (ADR 0075).",
    ]
    return Figures("Alerts of what changed, through the graph", columns, rows, notes)


def _command(bench: Bench) -> Figures:
    """All that the command does: it starts, reads the graph, walks through it and keeps the result."""
    bench.settings()
    period = (
        "--from",
        START.date().isoformat(),
        "--to",
        (START + dt.timedelta(days=DAYS)).date().isoformat(),
    )
    with bench.neo4j():
        cost = run(mast("rules", "backtest", *period, "--as-happened", "--data", bench.data, "--json"))
    told = json.loads(cost.output)
    rows = [
        ("contacts read, of six years", number(told["known"]), ""),
        ("alerts of three years", number(sum(rule["alerts"] for rule in told["rules"])), ""),
        ("seconds on the clock", number(cost.wall_s, 1), "under 60 at 100,000"),
        ("processor seconds, without Neo4j's", number(cost.cpu_s, 1), ""),
        ("peak memory, MiB", number(cost.peak_rss_mib), ""),
    ]
    notes = [
        f"The resolved borough of {bench.people:,}, all rules that ship, the managed Neo4j running and cold. "
        "`--as-happened`, for all of it was loaded in one go.",
    ]
    return Figures("`mast rules backtest`, the whole command", ("", "measured", "asked"), rows, notes)


def _note(lease: Lease, versions: Sequence[str], now: dt.datetime) -> None:
    """Leave the notes that a load leaves of contacts that it changed."""
    for start in range(0, len(versions), NOTED):
        some = versions[start : start + NOTED]
        lease.write(lambda tx, _, of=some: put_due(tx, now, versions=of))  # type: ignore[misc]


def _forget_alerts(server: ManagedServer) -> None:
    """Those of an earlier run: they would not be raised again."""
    login = (server.user, server.password)
    with GraphDatabase.driver(server.uri, auth=login) as driver, driver.session() as session:
        session.run("MATCH (a:Alert) CALL (a) { DETACH DELETE a } IN TRANSACTIONS OF 1000 ROWS").consume()


def _one_by_one(known: Known) -> tuple[int, float]:
    steps = list(learnt(known))
    evaluator = Evaluator(read_rules())
    for step in steps[:-30]:
        evaluator.take(step.events, now=step.at, gone=step.gone)
    late = [(step.at, event) for step in steps[-30:] for event in step.events]
    with without_walks():
        begun = time.process_time()
        for at, event in late:
            evaluator.take([event], now=at)
        return len(late), time.process_time() - begun


def town(people: int) -> Known:
    """Who lives where, and what happened: any, but always the same."""
    draw = random.Random(SEED)
    stays = [_stay(draw, number_) for number_ in range(people)]
    return Known(tuple(_contacts(draw, people)), tuple(_entities(draw, people)), tuple(stays))


def _stay(draw: random.Random, person: int) -> KnownStay:
    start = START - dt.timedelta(days=draw.randrange(2_000))
    return KnownStay(f"r{person}", f"a{_place(person)}", start, FOREVER, start, START - dt.timedelta(days=1))


def _place(person: int) -> int:
    return person // 20_000 if _in_hostel(person) else 1_000 + person // 3


def _in_hostel(person: int) -> bool:
    return person % 20_000 >= 20_000 - HOSTEL


def _entities(draw: random.Random, people: int) -> Iterator[KnownEntity]:
    begin = START - dt.timedelta(days=1)
    hostels = {_place(person): _in_hostel(person) for person in range(people)}
    for place, hostel in hostels.items():
        yield KnownEntity(f"a{place}", f"A-{place}", begin, communal=hostel)
    for person in range(people):
        if draw.random() < 0.05:
            day = START + dt.timedelta(days=draw.randrange(DAYS))
            yield KnownEntity(f"r{person}", f"P-{person}", begin, day)
            yield KnownEntity(f"r{person}", f"P-{draw.randrange(people)}", day)
        else:
            yield KnownEntity(f"r{person}", f"P-{person}", begin)


def _contacts(draw: random.Random, people: int) -> Iterator[KnownContact]:
    types = list(vocabulary().types.values())
    often = [1 + 9 * (kind.severity < 3) for kind in types]
    for index in range(people * CONTACTS_EACH):
        (kind,) = draw.choices(types, often)
        at = START + dt.timedelta(minutes=draw.randrange(DAYS * 1_440))
        closed = (
            at + dt.timedelta(days=draw.randrange(1, 400)) if kind.episode and draw.random() < 0.7 else None
        )
        recorded = (at + dt.timedelta(days=1)).replace(hour=6, minute=0)
        corrected = draw.random() < 0.01
        # Some people have most of the contacts.
        touched = tuple(
            (f"r{int(people * draw.random() ** 2)}", "subject")
            for _ in range(2 if draw.random() < 0.2 else 1)
        )
        until = recorded + dt.timedelta(days=7) if corrected else FOREVER
        for start, end, moment in ((recorded, until, at), (until, FOREVER, at - dt.timedelta(hours=5))):
            if start < FOREVER:
                yield KnownContact(
                    f"c{index}", kind.name, kind.agency_kind, kind.data_class, kind.severity, None, None,
                    moment, closed, kind.episode and closed is None, touched, start, end,
                )  # fmt: skip
