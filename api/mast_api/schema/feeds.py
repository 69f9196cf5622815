"""Which agency delivered what when, and which feed is late: for those who answer for it. No data is in it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

import strawberry
from strawberry import ID

from mast_api.access import Question, may
from mast_api.asking import Asking
from mast_api.feeds.register import registered
from mast_api.feeds.standing import Standing, all_standings
from mast_graph.deliveries import Received, latest_async

Info = strawberry.Info[Asking, None]


@strawberry.type(description="One delivery of an agency, as it was signed, and what became of it.")
class Delivery:
    id: ID
    sequence: int
    sent_at: dt.datetime | None
    received_at: dt.datetime
    state: str = strawberry.field(description="loaded, quarantined or discarded.")
    reason: str = strawberry.field(description="Why it was not loaded; empty where it was.")
    files: int
    rows: int
    rows_rejected: int


@strawberry.type(description="A feed that is expected, and how it stands.")
class Feed:
    feed: str
    agency_id: ID
    due_at: dt.datetime | None = strawberry.field(description="When it was due last.")
    late: bool
    waiting: bool = strawberry.field(description="A delivery is held back until a person confirms it.")
    warnings: list[str]
    deliveries: list[Delivery] = strawberry.field(description="The latest thirty, newest first.")


@strawberry.type(description="Every feed that is expected; for an agency's own system those of its agency.")
class Feeds:
    feeds: list[Feed]
    unproved: list[Delivery] = strawberry.field(
        description="Refused ones that no agency's signature vouches for: whose they are is not known."
    )


@strawberry.type(
    description="A delivery, and of which feed it is: of none where no signature vouches for it."
)
class FeedNews:
    feed: str
    agency_id: ID
    delivery: Delivery


@strawberry.type
class FeedsQuery:
    @strawberry.field(description="Which agency delivered what when, and which feeds are late.")
    async def feeds(self, info: Info) -> Feeds:
        asking = info.context
        await asking.intend(Question.FEEDS, {})
        deliveries = await latest_async(asking.services.store)
        found = all_standings(registered(asking.services.settings.data), deliveries, asking.now)
        unproved = deliveries.get("", []) if may(asking.caller, Question.EVERY_FEED) else []
        return Feeds(
            feeds=[_feed(each) for each in found if is_theirs(asking, each.agency)],
            unproved=[_delivery(each) for each in unproved],
        )


def is_theirs(asking: Asking, agency: str) -> bool:
    """Whether a caller may know of an agency's deliveries: of every one's, or of their own agency's."""
    return may(asking.caller, Question.EVERY_FEED) or agency == (asking.caller.agency or None)


def _feed(standing: Standing) -> Feed:
    return Feed(
        feed=standing.feed,
        agency_id=ID(standing.agency),
        due_at=standing.due_at,
        late=standing.late,
        waiting=standing.waiting,
        warnings=list(standing.warnings),
        deliveries=[_delivery(each) for each in standing.deliveries],
    )


def news_of(deliveries: Mapping[str, Sequence[Received]]) -> list[FeedNews]:
    """The latest deliveries of all feeds."""
    return [
        FeedNews(feed=feed, agency_id=ID(each.receipt.agency), delivery=_delivery(each))
        for feed, listed in deliveries.items()
        for each in listed
    ]


def _delivery(received: Received) -> Delivery:
    receipt = received.receipt
    return Delivery(
        id=ID(receipt.id),
        sequence=receipt.sequence,
        sent_at=receipt.sent_at,
        received_at=received.received_at,
        state=receipt.state,
        reason=receipt.reason,
        files=receipt.files,
        rows=receipt.rows,
        rows_rejected=receipt.rows_rejected,
    )
