"""What those who run the service are told of its data, in counts: what waits, and what cannot be right."""

from __future__ import annotations

import asyncio
import datetime as dt
from typing import Final

import strawberry
from strawberry import ID

from mast_api.access import Question
from mast_api.asking import Asking
from mast_api.quality_kept import AgencyFindings, kept
from mast_api.rights.retention import seen_to
from mast_graph.reviewing import review_counts

Info = strawberry.Info[Asking, None]

BANDS: Final = (1, 1_000, 2_000, 5_000)
"""Values of pairs from which a band begins: two single records that all but join are worth 2,000."""


@strawberry.type(description="What waits for a steward, of a value from one bound up to the next.")
class QueueBand:
    at_least: int = strawberry.field(description="The least value in it, as `reviewQueue` has values.")
    pairs: int = strawberry.field(description="Pairs of people who may be one.")
    in_doubt: int = strawberry.field(description="People who are one, but in doubt; not among the pairs.")
    address_pairs: int = strawberry.field(description="Pairs of addresses that may be one.")
    waiting_since: dt.datetime | None = strawberry.field(
        description="Since when the people of one of them are who they are: nothing in it waits longer."
    )


@strawberry.type(description="How much waits for the resolver, and then for a steward. Nobody is named.")
class ResolverQueue:
    unresolved: int = strawberry.field(description="Records whose latest change is not resolved yet.")
    pairs: int = strawberry.field(description="Pairs of people who may be one.")
    in_doubt: int = strawberry.field(description="People who are one, but in doubt; not among the pairs.")
    address_pairs: int = strawberry.field(description="Pairs of addresses that may be one.")
    waiting_since: dt.datetime | None = strawberry.field(description="The earliest of the bands.")
    bands: list[QueueBand] = strawberry.field(description="Worth most first; always all four.")


@strawberry.type(description="So many contacts break a rule.")
class QualityFinding:
    rule: str
    says: str
    contacts: int


@strawberry.type(description="Of the contacts of an agency: those that cannot be as they were recorded.")
class AgencyQuality:
    agency_id: ID
    contacts: int = strawberry.field(description="So many were looked at.")
    findings: list[QualityFinding]


@strawberry.type(description="What `mast quality` came to last, in counts.")
class DataQuality:
    found_at: dt.datetime | None = strawberry.field(description="None where it was never run.")
    agencies: list[AgencyQuality]


@strawberry.type(description="Whether what agreements let nobody keep any longer is deleted, every night.")
class Retention:
    as_at: dt.datetime | None = strawberry.field(
        description="As of when nothing was kept past its retention; none where it was never run."
    )
    warning: str = strawberry.field(description="Empty, or why those who run the service should see to it.")


@strawberry.type
class UpkeepQuery:
    @strawberry.field(
        description="How many changes wait for the resolver, how many pairs and people for a steward, and "
        "what a look at them is worth."
    )
    async def resolver_queue(self, info: Info) -> ResolverQueue:
        asking = info.context
        await asking.intend(Question.RESOLVER_QUEUE, {})
        waiting = await review_counts(asking.services.store, BANDS)
        bands = [
            QueueBand(
                at_least=each.at_least,
                pairs=each.pairs,
                in_doubt=each.doubts,
                address_pairs=each.addresses,
                waiting_since=each.since,
            )
            for each in waiting.bands
        ]
        return ResolverQueue(
            unresolved=waiting.unresolved,
            pairs=sum(each.pairs for each in bands),
            in_doubt=sum(each.in_doubt for each in bands),
            address_pairs=sum(each.address_pairs for each in bands),
            waiting_since=min((each.waiting_since for each in bands if each.waiting_since), default=None),
            bands=bands,
        )

    @strawberry.field(description="How many contacts of each agency cannot be as they were recorded.")
    async def data_quality(self, info: Info) -> DataQuality:
        asking = info.context
        await asking.intend(Question.DATA_QUALITY, {})
        found = await asyncio.to_thread(kept, asking.services.settings.data)
        if found:
            asking.answer_with("agencies", [each.agency for each in found.agencies])
        return DataQuality(
            found_at=found.at if found else None,
            agencies=[_agency(each) for each in found.agencies] if found else [],
        )

    @strawberry.field(description="When retention was last run, and whether it is overdue.")
    async def retention(self, info: Info) -> Retention:
        asking = info.context
        await asking.intend(Question.RETENTION, {})
        today = asking.services.settings.as_at or asking.now
        seen = await seen_to(asking.services.store, asking.now, today)
        return Retention(as_at=seen.as_at, warning=seen.warning)


def _agency(found: AgencyFindings) -> AgencyQuality:
    return AgencyQuality(
        agency_id=ID(found.agency),
        contacts=found.contacts,
        findings=[
            QualityFinding(rule=each.rule, says=each.says, contacts=each.contacts) for each in found.findings
        ],
    )
