"""Who asked what, for those who answer for it: the audit log read back, and what in it stands out."""

from __future__ import annotations

import asyncio
import datetime as dt
import re
from collections.abc import Mapping
from enum import Enum
from typing import Annotated, Any, Final

import strawberry
from strawberry import ID

from mast_api.access import Question
from mast_api.asking import Asking
from mast_api.audit import trail
from mast_api.audit.chain import Entry
from mast_api.audit.habits import HABIT_DAYS, LONDON, Flag, flags
from mast_api.audit.staff import NOBODY, Staff
from mast_api.limits import FIRST_DEFAULT
from mast_api.rights.staffing import staff_now
from mast_api.schema import ids
from mast_api.schema.paging import check_page_size, in_utc
from mast_api.schema.types import PageInfo
from mast_graph.lineage import former_ids
from mast_resolver.errors import BadCursorError, BadRequestError, KeyMissingError

Info = strawberry.Info[Asking, None]

MOST_FLAGS: Final = 200
MOST_DAYS: Final = 92
"""A review looks back a quarter at most: every entry of the time is read."""

_SUBJECT: Final = re.compile(r"[A-Za-z0-9._@|:/+=-]{1,200}")

_ONE_READER: Final = asyncio.Semaphore(1)
"""A long log takes seconds to read: searches need the other threads."""

Subject = Annotated[str, strawberry.argument(description="Who asked: the `sub` of their token.")]
About = Annotated[
    ID | None,
    strawberry.argument(description="A person, address or household, under former ids as well."),
]


@strawberry.enum(description="Why somebody's use should be looked at: a reason to ask, not a finding.")
class AuditReason(Enum):
    VOLUME = "volume"
    SAME_AGAIN = "same-again"
    MANY_DIFFERENT = "many-different"
    OUT_OF_HOURS = "out-of-hours"
    REFUSALS = "refusals"
    OWN_HOUSEHOLD = "own-household"
    COLLEAGUE = "colleague"


@strawberry.type(description="Ids, or keyed tokens, of one kind.")
class NamedIds:
    kind: str
    ids: list[str]


@strawberry.type(description="A line of the audit log. It holds ids and keyed tokens, never a clear value.")
class AuditEntry:
    sequence: int
    at: dt.datetime
    event: str
    request_id: str
    subject: str
    role: str
    purpose: str
    questions: list[str]
    outcome: str
    codes: list[str]
    sought: list[NamedIds]
    answered_with: list[NamedIds]


@strawberry.type
class AuditEdge:
    cursor: str
    node: AuditEntry


@strawberry.type(description="Newest first.")
class AuditConnection:
    edges: list[AuditEdge]
    page_info: PageInfo


@strawberry.type
class AuditFlag:
    reason: AuditReason
    subject: str
    day: dt.date
    count: int
    says: str
    about_id: ID | None = strawberry.field(description="What was asked about, where it was one thing.")


@strawberry.type(description="Use that stands out, the latest first.")
class AccessReview:
    flags: list[AuditFlag]
    not_shown: list[str]


@strawberry.type
class GovernanceQuery:
    @strawberry.field(description="Who asked what and was answered with what, newest first.")
    async def audit_trail(
        self,
        info: Info,
        subject: Subject = "",
        about: About = None,
        question: str = "",
        since: dt.datetime | None = None,
        until: dt.datetime | None = None,
        first: int = FIRST_DEFAULT,
        after: str | None = None,
    ) -> AuditConnection:
        asking = info.context
        check_page_size(first)
        if question and question not in set(Question):
            raise BadRequestError("no such question", fix="name a root field of the schema")
        if subject and not _SUBJECT.fullmatch(subject):
            # It goes into the audit log: what is no subject might be a name.
            raise BadRequestError("the subject is none", fix="give the `sub` of a token")
        before = _place(after) if after is not None else None
        asked = ids.entity_ids(about) if about is not None else []
        await asking.intend(Question.AUDIT_TRAIL, {"ids": asked, "subject": subject, "question": question})
        found = set(asked)
        if asked:
            found.update(await former_ids(asking.services.store, asked))
        wanted = trail.Wanted(
            subject=subject,
            ids=frozenset(found),
            question=question,
            since=in_utc(since) if since else None,
            until=in_utc(until) if until else None,
            before=before,
        )
        async with _ONE_READER:
            page = await asyncio.to_thread(trail.trail, asking.services.audit.path, wanted, first)
        edges = [AuditEdge(cursor=f"{each['sequence']:x}", node=_entry(each)) for each in page.entries]
        return AuditConnection(
            edges=edges,
            page_info=PageInfo.of([edge.cursor for edge in edges], more=page.more, later=after is not None),
        )

    @strawberry.field(description="Use of the service that stands out and should be asked about.")
    async def access_review(self, info: Info, since: dt.date | None = None) -> AccessReview:
        asking = info.context
        today = asking.now.astimezone(LONDON).date()
        begin = since or today - dt.timedelta(days=7)
        if (today - begin).days > MOST_DAYS:
            raise BadRequestError(f"that is over {MOST_DAYS} days ago", fix="ask for a later time")
        await asking.intend(Question.ACCESS_REVIEW, {})
        async with _ONE_READER:
            staff, not_shown = await _staff(asking)
            found = await asyncio.to_thread(_flags, asking, begin, staff)
        cut = len(found) - MOST_FLAGS
        not_shown += [f"{cut} earlier ones; ask for a later time."] if cut > 0 else []
        return AccessReview(flags=[_flag(each) for each in found[:MOST_FLAGS]], not_shown=not_shown)


async def _staff(asking: Asking) -> tuple[Staff, list[str]]:
    """Who of the staff is who, and what cannot be found for want of it."""
    kept = asking.services.staff
    try:
        people = await asyncio.to_thread(kept.read) if kept is not None else {}
    except KeyMissingError as fault:
        return NOBODY, [f"Looks at one's own household and at colleagues: {fault.fact}."]
    if not people:
        return NOBODY, ["Looks at one's own household and at colleagues: no staff list was given."]
    return await staff_now(asking.services.store, people, asking.now), []


def _flags(asking: Asking, begin: dt.date, staff: Staff) -> list[Flag]:
    read_from = dt.datetime.combine(begin - dt.timedelta(days=HABIT_DAYS), dt.time(), LONDON)
    entries = trail.matching(asking.services.audit.path, trail.Wanted(since=read_from))
    return flags(entries, since=begin, staff=staff)


def _flag(flag: Flag) -> AuditFlag:
    return AuditFlag(
        reason=AuditReason(flag.habit.value),
        subject=flag.subject,
        day=flag.day,
        count=flag.count,
        says=flag.says,
        about_id=ID(flag.about) if flag.about else None,
    )


def _entry(entry: Entry) -> AuditEntry:
    return AuditEntry(
        sequence=entry["sequence"],
        at=trail.moment(entry),
        event=_text(entry, "event"),
        request_id=_text(entry, "request"),
        subject=_text(entry, "subject"),
        role=_text(entry, "role"),
        purpose=_text(entry, "purpose"),
        questions=trail.questions(entry),
        outcome=_text(entry, "outcome"),
        codes=[str(code) for code in entry.get("codes", ())],
        sought=_named(entry.get("sought")),
        answered_with=_named(entry.get("ids")),
    )


def _text(entry: Entry, name: str) -> str:
    return str(entry.get(name, ""))


def _named(said: Any) -> list[NamedIds]:
    if not isinstance(said, Mapping):
        return []
    listed = {str(kind): value if isinstance(value, list) else [value] for kind, value in said.items()}
    return [NamedIds(kind=kind, ids=[str(each) for each in value]) for kind, value in listed.items() if value]


def _place(after: str) -> int:
    try:
        place = int(after, 16)
    except ValueError:
        place = 0
    if not 0 < place < 2**62:
        raise BadCursorError("the cursor is not one of ours", fix="send back endCursor as it was given")
    return place
