"""Looking behind a shield, and the queue in which every such look is reviewed."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Any, Final, cast

import strawberry
from strawberry import ID

from mast_api.access import Question
from mast_api.asking import Asking
from mast_api.breaking_glass import MOST_MINUTES, usable
from mast_api.limits import FIRST_DEFAULT
from mast_api.schema import glass_types as t
from mast_api.schema import ids, paging, places, shape
from mast_api.schema.address_types import Stage
from mast_api.schema.as_typed import as_typed_behind_glass
from mast_api.schema.confirming import Reason, confirmed
from mast_api.schema.types import PageInfo
from mast_api.sought import sought
from mast_graph.glass import BehindRow, Glass, behind_glass, glass_of, glasses
from mast_graph.read import Scope
from mast_intake.search import AddressQuery, PersonQuery, check_readable
from mast_resolver.errors import BadRequestError, GraphUnavailableError

Info = strawberry.Info[Asking, None]

MOST_LIKELY: Final = 3
DEFAULT_MINUTES: Final = 15
AGAIN: Final = "This shows what the first look did, as it is now: what that left out is not here either."

Minutes = Annotated[int, strawberry.argument(description=f"How long it stands, at most {MOST_MINUTES}.")]
Waiting = Annotated[bool, strawberry.argument(description="Only those that nobody has reviewed.")]
Justified = Annotated[bool, strawberry.argument(description="It had to be done, as it was done.")]
Target = Annotated[
    t.GlassTarget, strawberry.argument(description="Whom or what to look for, shielded or not.")
]


@strawberry.type
class GlassQuery:
    @strawberry.field(description="The same look again, while the broken glass stands; for whoever broke it.")
    async def behind_glass(self, info: Info, id_: ids.IdArgument) -> t.BehindGlass:
        asking = info.context
        wanted = ids.glass_id(id_)
        await asking.intend(Question.BEHIND_GLASS, {"ids": [wanted]})
        glass = await glass_of(asking.services.store, wanted)
        usable(glass, asking.caller, asking.now)
        scope = paging.scope(asking)
        row = await behind_glass(asking.services.store, scope, ids=glass.targets)
        _note_each(asking, Question.BEHIND_GLASS, glass.targets)
        shown = _shown(asking, glass, row, scope)
        shown.not_shown.append(AGAIN)
        return shown

    @strawberry.field(description="Every broken glass, newest first: who looked behind a shield, and why.")
    async def break_glasses(
        self,
        info: Info,
        waiting: Waiting = True,  # noqa: FBT002 - a GraphQL argument has a name
        first: int = FIRST_DEFAULT,
        after: str | None = None,
    ) -> t.BreakGlassConnection:
        asking = info.context
        paging.check_page_size(first)
        before, before_id = paging.read_place(after, ids.glass_id)
        await asking.intend(Question.BREAK_GLASSES, {"after": [] if after is None else [before_id]})
        rows = await glasses(
            asking.services.store, waiting=waiting, first=first, before=before, before_id=before_id
        )
        shown = rows[:first]
        asking.answer_with("glasses", [each.glass.id for each in shown])
        edges = [
            t.BreakGlassEdge(
                cursor=paging.place(each.glass.at, each.glass.id),
                node=t.entry(each, asking.services.glass),
            )
            for each in shown
        ]
        return t.BreakGlassConnection(
            edges=edges,
            page_info=PageInfo.of(
                [edge.cursor for edge in edges], more=len(rows) > first, later=after is not None
            ),
        )


@strawberry.type
class GlassMutation:
    @strawberry.mutation(
        description="Look behind a shield because it cannot wait: who lives there or where they live, the "
        "latest contacts, open episodes, and whom to ring. The responsible officer is told at once, and "
        "every use is reviewed, whatever it finds."
    )
    async def break_glass(
        self, info: Info, target: Target, reason: Reason, minutes: Minutes = DEFAULT_MINUTES
    ) -> t.BehindGlass:
        asking = info.context
        aim = _aim(asking, target)
        await asking.intend(Question.BREAK_GLASS, aim.sought)
        breaking = asking.services.glass
        if aim.encodings and not asking.services.search.ready:
            raise GraphUnavailableError("the people search is not loaded yet", fix="ask again in a minute")
        glass = await confirmed(
            asking,
            lambda: breaking.smash(asking.caller, reason=reason, minutes=minutes),
            fix="break it again",
        )
        asking.answer_with("glasses", [glass.id])
        found = list(aim.ids)
        if aim.encodings:
            likely = await asyncio.to_thread(
                asking.services.search.search, aim.encodings, MOST_LIKELY, hidden_too=True
            )
            found += [hit.person for hit in likely.found]
        scope = paging.scope(asking)
        row, elsewhere = await _looked_for(asking, scope, aim, found)
        asking.answer_with("addresses", elsewhere)  # that they are there is told
        named = [str(each["id"]) for each in (*row["places"], *row["people"])]
        _note_each(asking, Question.BREAK_GLASS, [each for each in named if each not in aim.ids])
        await confirmed(asking, lambda: breaking.aim(glass, named), fix="ask behindGlass for what was found")
        shown = _shown(asking, replace(glass, targets=tuple(named)), row, scope, aim.stages)
        shown.not_shown.extend(_elsewhere(len(elsewhere)))
        return shown

    @strawberry.mutation(description="What a review of a broken glass found; it waits no longer.")
    async def review_break_glass(
        self, info: Info, id_: ids.IdArgument, justified: Justified, finding: Reason
    ) -> t.GlassReview:
        asking = info.context
        wanted = ids.glass_id(id_)
        await asking.intend(Question.REVIEW_BREAK_GLASS, {"ids": [wanted]})
        glass = await glass_of(asking.services.store, wanted)
        at = await confirmed(
            asking,
            lambda: asking.services.glass.review(
                glass, by=asking.caller.subject, justified=justified, finding=finding
            ),
            fix="ask breakGlasses whether it still waits",
        )
        asking.answer_with("glasses", [glass.id])
        return t.GlassReview(id=ID(glass.id), reviewed_at=at, justified=justified)


def _aim(asking: Asking, target: t.GlassTarget) -> t.Aim:
    """What a target comes to: ids as they are, an address as tokens, a person as encodings.

    Raises:
        BadRequestError: it names none of the three, or several.
        AddressTooBroadError, SearchTooBroadError: it could be anything or anybody.
        SearchUnreadableError: something of the person cannot be read.
    """
    named = bool(target.person)
    if [bool(target.id), bool(target.address.strip()), named].count(True) != 1:
        raise BadRequestError(
            "a target is one of id, address and person", fix="name one of the three, not several"
        )
    look_up = asking.services.look_up
    if target.id:
        entity = ids.person_or_address_id(target.id)
        return t.Aim({"ids": [entity]}, ids=(entity,))
    if target.address.strip():
        lookup = look_up.address_query(AddressQuery(line=target.address, country=target.country))
        seeks, stages = places.seeks(lookup, checked=True)
        return t.Aim(dict(lookup.tokens), lookup=lookup, seeks=tuple(seeks), stages=tuple(stages))
    person = cast("t.GlassPerson", target.person)
    query = PersonQuery(
        given_name=person.given_name,
        family_name=person.family_name,
        date_of_birth=person.date_of_birth,
        nhs_number=person.nhs_number,
        country=target.country,
    )
    check_readable(query, today=asking.today)
    encodings = look_up.person_query(query)
    return t.Aim(sought(encodings), encodings=tuple(encodings))


async def _looked_for(
    asking: Asking, scope: Scope, aim: t.Aim, found: Sequence[str]
) -> tuple[BehindRow, list[str]]:
    """What is there, and addresses of the number that was typed that are in another house than that."""
    if not aim.lookup:
        return await behind_glass(asking.services.store, scope, ids=found), []
    there = await as_typed_behind_glass(asking.services, scope, aim.lookup, aim.seeks, aim.stages)
    return there.row, sorted(set(there.elsewhere["entities"]))


def _note_each(asking: Asking, question: Question, targets: Iterable[str]) -> None:
    """All that a glass shows was looked at, be it one or several."""
    for target in targets:
        asking.found(question, [target])


def _shown(
    asking: Asking, glass: Glass, row: BehindRow, scope: Scope, stages: Sequence[Stage] = ()
) -> t.BehindGlass:
    duty = shape.duty_team(asking.services.settings)
    shaper = shape.Shaper(row, scope, duty)
    for place in row["places"]:
        for each in (place, *place["units"]):
            asking.answer_with("addresses", [each["id"]])
            asking.answer_with("people", each["residents"])
    for person in row["people"]:
        asking.answer_with("people", [person["id"]])
        asking.answer_with("addresses", person["homes"])
    asking.answer_with("agencies", [contact["agency"] for contact in row["page"]])
    asking.answer_with("contacts", [contact["id"] for contact in row["page"]])
    return t.BehindGlass(
        id=ID(glass.id),
        until=glass.until,
        says="The responsible officer is told of this, and it is reviewed. It shows what is shielded: say "
        "nothing of it to anybody who does not need it to keep somebody safe.",
        places=[_place(each, stages) for each in row["places"]],
        people=[
            t.GlassResident(person_id=ID(each["id"]), home_ids=[ID(home) for home in each["homes"]])
            for each in row["people"]
        ],
        contacts=[
            t.GlassContact(
                contact=shaper.contact(each, each["closed_at"]),
                person_ids=[ID(one) for one in each["people"]],
            )
            for each in row["page"]
        ],
        not_shown=list(_not_shown(row)),
        withheld=shape.withheld(row, scope=scope),
        caution=shape.caution(duty, anything=bool(row["page"])),
    )


def _place(row: Mapping[str, Any], stages: Sequence[Stage]) -> t.GlassPlace:
    stage = stages[row["rank"]] if row["rank"] >= 0 else Stage.ID
    return t.GlassPlace(
        address_id=ID(row["id"]),
        stage=stage,
        says=places.SAYS[stage],
        resident_ids=[ID(one) for one in row["residents"]],
        resident_count=row["resident_count"],
        units=[
            t.GlassUnit(
                address_id=ID(unit["id"]),
                resident_ids=[ID(one) for one in unit["residents"]],
                resident_count=unit["resident_count"],
            )
            for unit in row["units"]
        ],
        unit_count=row["unit_count"],
    )


def _elsewhere(count: int) -> Iterator[str]:
    if count:
        are = "is 1 address" if count == 1 else f"are {count} addresses"
        yield (
            f"There {are} of that number that agencies write with another house name, floor or postcode than "
            "was typed: not shown. Leave that part out, if such a one may be meant."
        )


def _not_shown(row: BehindRow) -> Iterator[str]:
    if row["place_count"] > len(row["places"]):
        yield f"What was asked for fits {row['place_count']} addresses; {len(row['places'])} are shown."
    if row["contact_count"] > len(row["page"]):
        yield f"{row['contact_count']} contacts are open or the latest; {len(row['page'])} are shown."
    for place in row["places"]:
        if place["unit_count"] > len(place["units"]):
            yield f"In {place['unit_count']} flats or rooms somebody lives; {len(place['units'])} are shown."
        for each in (place, *place["units"]):
            shown, count = len(each["residents"]), each["resident_count"]
            if count > shown:
                yield f"{count} people live at {each['id']}; {shown} are shown."
