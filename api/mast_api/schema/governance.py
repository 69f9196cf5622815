"""Who asked what, for those who answer for it: the audit log read back, and what in it stands out."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from enum import Enum
from typing import Annotated, Any, Final

import strawberry
from strawberry import ID

from mast_api.access import Question
from mast_api.asking import Asking
from mast_api.audit import trail
from mast_api.audit.chain import Entry
from mast_api.audit.habits import HABIT_DAYS, Flag, flags
from mast_api.audit.judged import JUDGED, Judgement, judgement, judgements
from mast_api.audit.staff import NOBODY, Staff
from mast_api.audit.subjects import is_subject
from mast_api.limits import FIRST_DEFAULT
from mast_api.rights.staffing import staff_now
from mast_api.schema import ids
from mast_api.schema.paging import check_page_size, in_utc
from mast_api.schema.types import PageInfo
from mast_graph.lineage import contacts_of_people, former_ids
from mast_resolver.days import morning
from mast_resolver.errors import BadCursorError, BadRequestError, KeyMissingError

Info = strawberry.Info[Asking, None]

MOST_FLAGS: Final = 200
MOST_DAYS: Final = 92
"""A review looks back a quarter at most: every entry of the time is read."""

_ONE_READER: Final = asyncio.Semaphore(1)
"""A long log takes seconds to read: searches need the other threads."""

Subject = Annotated[str, strawberry.argument(description="Who asked: the `sub` of their token.")]
WhoseStaff = Annotated[
    str, strawberry.argument(description="Whose staff asked: the agency that their tokens name.")
]
WhoseContacts = Annotated[
    str,
    strawberry.argument(
        description="Whose contacts or records were told of: what a partner is told of the use of its data."
    ),
]
Since = Annotated[
    dt.date | None, strawberry.argument(description="From this day on; default: of the last seven days.")
]
About = Annotated[
    ID | None,
    strawberry.argument(description="A person, address or household, under former ids as well."),
]


@strawberry.enum(description="Why somebody's use should be looked at: a reason to ask, not a finding.")
class AuditReason(Enum):
    VOLUME = "volume"
    SAME_AGAIN = "same-again"
    MANY_DIFFERENT = "many-different"
    NETWORK_EXTRACT = "network-extract"
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
    agency: str = strawberry.field(description="Whose the subject is, where the token said so.")
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


@strawberry.enum(
    description="What looking into a flag came to: no reason to worry, or one to act outside of this."
)
class FlagFinding(Enum):
    EXPLAINED = "explained"
    TAKEN_UP = "taken-up"


@strawberry.type(description="That an officer looked into a flag; it stands in the audit log.")
class FlagJudged:
    finding: FlagFinding
    by: str
    at: dt.datetime


@strawberry.type
class AuditFlag:
    reason: AuditReason
    subject: str
    day: dt.date
    count: int
    says: str
    about_id: ID | None = strawberry.field(description="What was asked about, where it was one thing.")
    id: ID
    judged: FlagJudged | None = strawberry.field(
        description="What somebody found who looked into it; nothing once there was more of the same."
    )


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
        agency: WhoseStaff = "",
        of_agency: WhoseContacts = "",
        since: dt.datetime | None = None,
        until: dt.datetime | None = None,
        first: int = FIRST_DEFAULT,
        after: str | None = None,
    ) -> AuditConnection:
        asking = info.context
        check_page_size(first)
        before = _place(after) if after is not None else None
        asked = ids.entity_ids(about) if about is not None else []
        whose = {name: ids.agency_id(id_) for name, id_ in _named_agencies(agency, of_agency)}
        narrowed = {**_checked(subject, question), **whose}
        await asking.intend(Question.AUDIT_TRAIL, {"ids": asked, **narrowed})
        wanted = trail.Wanted(
            ids=await _meant(asking, asked),
            since=in_utc(since) if since else None,
            until=in_utc(until) if until else None,
            before=before,
            **narrowed,
        )
        async with _ONE_READER:
            page = await asyncio.to_thread(trail.trail, asking.services.audit.path, wanted, first)
        edges = [AuditEdge(cursor=f"{each['sequence']:x}", node=_entry(each)) for each in page.entries]
        return AuditConnection(
            edges=edges,
            page_info=PageInfo.of([edge.cursor for edge in edges], more=page.more, later=after is not None),
        )

    @strawberry.field(
        description="Use of the service that stands out and should be asked about: what waits for somebody "
        "to look into it; with `judged` also what somebody did."
    )
    async def access_review(
        self,
        info: Info,
        since: Since = None,
        judged: bool = False,  # noqa: FBT001, FBT002 - a GraphQL argument has a name
    ) -> AccessReview:
        asking, begin = info.context, _begin(info.context, since)
        await asking.intend(Question.ACCESS_REVIEW, {})
        found, not_shown = await _reviewed(asking, begin)
        shown = [each for each in found if judged or each[1] is None]
        cut = len(shown) - MOST_FLAGS
        not_shown += [f"{cut} earlier ones; look into these, or ask for a later time."] if cut > 0 else []
        return AccessReview(flags=[_flag(*each) for each in shown[:MOST_FLAGS]], not_shown=not_shown)


@strawberry.type
class GovernanceMutation:
    @strawberry.mutation(
        description="Say what looking into a flag of `accessReview` came to: it waits no more, unless there "
        "is more of the same. Nobody judges their own."
    )
    async def judge_access(
        self, info: Info, id_: ids.IdArgument, finding: FlagFinding, since: Since = None
    ) -> AuditFlag:
        asking, wanted = info.context, ids.flag_id(id_)
        begin = _begin(asking, since)
        await asking.intend(Question.JUDGE_ACCESS, {"flag": wanted, "finding": finding.value})
        found, _ = await _reviewed(asking, begin)
        flag = next((flag for flag, _ in found if flag.id == wanted), None)
        if flag is None:
            raise BadRequestError("there is no such flag", fix="take it from accessReview, with its since")
        if flag.subject == asking.caller.subject:
            raise BadRequestError("nobody judges their own use", fix="have another officer look into it")
        asking.answer_with(JUDGED, [judgement(flag, finding.value)])
        return _flag(flag, Judgement(finding.value, asking.caller.subject, asking.now, flag.count))


def _begin(asking: Asking, since: dt.date | None) -> dt.date:
    today = asking.today
    begin = since or today - dt.timedelta(days=7)
    if (today - begin).days > MOST_DAYS:
        raise BadRequestError(f"that is over {MOST_DAYS} days ago", fix="ask for a later time")
    return begin


async def _reviewed(asking: Asking, begin: dt.date) -> tuple[list[tuple[Flag, Judgement | None]], list[str]]:
    """Every flag with what was found of it, and what cannot be found."""
    async with _ONE_READER:
        staff, not_shown = await _staff(asking)
        found, made = await asyncio.to_thread(_read, asking, begin, staff)
    judged = {flag.id: made[flag.id] for flag in found if flag.id in made and made[flag.id].stands_for(flag)}
    return [(flag, judged.get(flag.id)) for flag in found], not_shown


def _checked(subject: str, question: str) -> dict[str, str]:
    """What goes into the audit log: what is no subject or question might be a name."""
    if question and question not in set(Question):
        raise BadRequestError("no such question", fix="name a root field of the schema")
    if subject and not is_subject(subject):
        raise BadRequestError("the subject is none", fix="give the `sub` of a token")
    return {"subject": subject, "question": question}


def _named_agencies(agency: str, of_agency: str) -> list[tuple[str, str]]:
    return [(name, id_) for name, id_ in (("agency", agency), ("of_agency", of_agency)) if id_]


async def _meant(asking: Asking, asked: list[str]) -> frozenset[str]:
    """What tells that somebody looked at one: every id they had, and for people what happened to them.

    Who lives in a large house is not listed in every answer that tells of it.
    """
    if not asked:
        return frozenset()
    store = asking.services.store
    former, contacts = await asyncio.gather(former_ids(store, asked), contacts_of_people(store, asked))
    return frozenset([*asked, *former, *contacts])


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


def _read(asking: Asking, begin: dt.date, staff: Staff) -> tuple[list[Flag], dict[str, Judgement]]:
    read_from = morning(begin - dt.timedelta(days=HABIT_DAYS))
    path, wanted = asking.services.audit.path, trail.Wanted(since=read_from)
    found = flags(trail.matching(path, wanted), since=begin, staff=staff)
    judging = replace(wanted, question=Question.JUDGE_ACCESS.value)
    return found, judgements(trail.matching(path, judging))


def _flag(flag: Flag, judged: Judgement | None) -> AuditFlag:
    return AuditFlag(
        reason=AuditReason(flag.habit.value),
        subject=flag.subject,
        day=flag.day,
        count=flag.count,
        says=flag.says,
        about_id=ID(flag.about) if flag.about else None,
        id=ID(flag.id),
        judged=FlagJudged(finding=FlagFinding(judged.finding), by=judged.by, at=judged.at)
        if judged
        else None,
    )


def _entry(entry: Entry) -> AuditEntry:
    return AuditEntry(
        sequence=entry["sequence"],
        at=trail.moment(entry),
        event=_text(entry, "event"),
        request_id=_text(entry, "request"),
        subject=_text(entry, "subject"),
        role=_text(entry, "role"),
        agency=_text(entry, "agency"),
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
