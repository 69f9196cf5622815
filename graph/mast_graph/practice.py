"""What a service does before its first question: has every query planned, and runs it some times."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Final

from mast_graph import (
    agency_keys,
    alert_reading,
    glass,
    history,
    household_links,
    houses,
    network,
    news,
    read,
    reviewing,
    stated,
    units,
)
from mast_graph.read import Reader, Scope
from mast_resolver.errors import GraphUnavailableError, UnknownAlertError

WARM_UP_ROUNDS: Final = 5
WARM_UP_TRIES: Final = 5
_LAST: Final = "I"
"""After every id of a household: practice reads no page of them."""
_PURPOSE: Final = "safeguarding-practice"
"""As long as a real one, and none that an agreement names: practice finds contacts and withholds them."""


async def warm_up(store: Reader, now: dt.datetime, door: asyncio.Event) -> None:
    """Have the server plan every query of a question, then practise on a few entities.

    What is asked at a door comes first, and ``door`` is set when it is done. Planning the largest takes over
    a second on a server that has just started, and the first run of a plan reads code and pages that were
    never read: give a store that waits longer than a caller would.

    Raises:
        GraphUnavailableError: it does not answer, after ``WARM_UP_TRIES``.
    """
    scope = _scope(now)
    ever = history.Time(*history.ALWAYS, known_at=now)
    some = (await store.read("read.some_entities"))[0]
    await _rounds(
        lambda: read.ready(store),
        lambda: news.read_news(store),
        lambda: read.concerns_at_address(store, scope, ids=some["addresses"][:1]),
        lambda: houses.named_houses(store, scope, some["addresses"][:1]),
        lambda: read.near_addresses(store, scope, {}),
        lambda: units.flats_of_building(store, scope, []),
    )
    door.set()
    await _rounds(
        lambda: read.people(store, scope, some["people"], relations=True),
        lambda: read.households(store, scope, some["households"]),
        lambda: history.address_history(store, some["addresses"], ever),
        lambda: history.co_residents(store, some["people"], ever),
        lambda: network.household_network(store, scope, some["households"], depth=2),
        lambda: household_links.household_path(store, some["households"], now=now, as_of=now),
        lambda: stated.relations_of(store, scope, some["people"], among=True),
        lambda: network.network_extract(store, scope, after=_LAST, first=1),
        lambda: alert_reading.alerts_page(store, scope),
        lambda: _one_alert(store, scope),
        lambda: glass.behind_glass(store, scope, ids=some["addresses"]),
        lambda: houses.named_behind_glass(store, scope, some["addresses"][:1]),
        lambda: agency_keys.agency_references(store, scope, people=some["people"]),
        lambda: reviewing.review_counts(store, [1]),
        lambda: reviewing.agencies_of_records(store, [_LAST]),
        lambda: network.paths_between(store, scope, some["people"][:1], some["people"][1:2], most=4),
    )


def _scope(now: dt.datetime) -> Scope:
    return Scope(
        as_of=now,
        window_from=now,
        today=now,
        serving_at=now,
        since=read.OLDEST,
        purpose=_PURPOSE,
        agency="",
        full=False,
        data_classes=_PURPOSE.split("-") * 3,
        first=25,
        after_at=read.END,
        after_id="",
    )


async def _rounds(*asks: Callable[[], Awaitable[object]]) -> None:
    for _ in range(1 + WARM_UP_ROUNDS):
        for ask in asks:
            await _try_some_times(ask)


async def _one_alert(store: Reader, scope: Scope) -> None:
    with suppress(UnknownAlertError):
        await alert_reading.one_alert(store, scope, "AL-never")


async def _try_some_times(ask: Callable[[], Awaitable[object]]) -> None:
    for _ in range(WARM_UP_TRIES - 1):
        try:
            await ask()
        except GraphUnavailableError:
            continue
        return
    await ask()
