"""The root fields that are subscribed to: what is looked at when there is news, and what is told of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Final

import strawberry

from mast_api.access import Question
from mast_api.schema import alert_types, alerts, glass_types, paging
from mast_api.schema.feeds import FeedNews, is_theirs, news_of
from mast_api.subscribing.watching import Watching
from mast_graph.alert_reading import AlertRow, alerts_page
from mast_graph.deliveries import latest_async
from mast_graph.glass import glasses
from mast_graph.news import Topic

Info = strawberry.Info[Watching, None]

AT_ONCE: Final = 100
"""Broken glasses between two looks, a second apart, of which none is missed."""


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
        description="A rule raises an alert, or one stands again. Those of before are in alerts, and so are, "
        "where more than a hundred are open, those of earlier days that are found late."
    )
    async def alert_raised(self, info: Info) -> AsyncIterator[alert_types.Alert]:
        watching = info.context

        async def look() -> list[AlertRow]:
            scope, store = paging.scope(watching), watching.services.store
            return await alerts_page(store, scope, state="open", first=AT_ONCE)

        async for row in watching.additions(
            Question.ALERT_RAISED, Topic.ALERTS, look, lambda row: str(row["alert"]["id"])
        ):
            alerts.note(watching, row)
            yield alerts.shown(watching, row)

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
