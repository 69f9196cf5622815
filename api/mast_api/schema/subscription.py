"""The root fields that are subscribed to: what is looked at when there is news, and what is told of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Final

import strawberry

from mast_api.access import Question
from mast_api.schema import alert_types, alerts, glass_types, paging
from mast_api.schema.feeds import FeedNews, is_theirs, news_of
from mast_api.subscribing.watching import Watching
from mast_graph.alert_reading import alerts_raised, last_turn
from mast_graph.deliveries import latest_async
from mast_graph.glass import glasses
from mast_graph.news import Topic

Info = strawberry.Info[Watching, None]

AT_ONCE: Final = 100
"""Broken glasses between two looks, a second apart, of which none is missed; alerts of one reading."""


@strawberry.type(description="What is told as it happens; over a WebSocket, protocol graphql-transport-ws.")
class Subscription:
    @strawberry.subscription(
        description="Somebody breaks the glass: who, and why. Those of before are in breakGlasses."
    )
    async def glass_broken(self, info: Info) -> AsyncIterator[glass_types.BreakGlassEntry]:
        watching = info.context
        store = watching.services.store
        async for each in watching.additions(
            Question.GLASS_BROKEN,
            Topic.GLASSES,
            lambda: glasses(store, waiting=False, first=AT_ONCE),
            lambda each: each.glass.id,
        ):
            watching.answer_with("glasses", [each.glass.id])
            yield glass_types.entry(each, watching.services.glass)

    @strawberry.subscription(
        description="A rule raises an alert, or one stands again. Those of before are in alerts."
    )
    async def alert_raised(self, info: Info) -> AsyncIterator[alert_types.Alert]:
        watching = info.context
        store = watching.services.store
        place: tuple[int, str] | None = None
        async for _ in watching.turns(Question.ALERT_RAISED, Topic.ALERTS):
            # By the order of raising: by days, and of the newest alone, one found late would be none of them.
            while place is not None:
                found = await alerts_raised(store, paging.scope(watching), after=place, first=AT_ONCE)
                for row in found:
                    place = (int(row["alert"]["turned_in"]), str(row["alert"]["id"]))
                    alerts.note(watching, row)
                    yield alerts.shown(watching, row)
                if len(found) < AT_ONCE:
                    break
            place = place or await last_turn(store)

    @strawberry.subscription(
        description="A delivery came, or what became of one changed. Those of before are in feeds."
    )
    async def feed_received(self, info: Info) -> AsyncIterator[FeedNews]:
        watching = info.context

        async def look() -> list[FeedNews]:
            found = news_of(await latest_async(watching.services.store))
            return [each for each in found if is_theirs(watching, each.agency_id)]

        async for news in watching.additions(
            Question.FEED_RECEIVED,
            Topic.DELIVERIES,
            look,
            lambda each: (each.delivery.id, each.delivery.state, each.delivery.reason),
        ):
            yield news
