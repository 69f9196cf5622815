"""Answers about people and households."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Final

from strawberry import ID

from mast_api.ports import Shortlist
from mast_api.schema import shape
from mast_api.schema import types as t
from mast_api.schema.paging import moment
from mast_api.schema.relations import relations
from mast_graph.read import (
    MOST_PEOPLE,
    HouseholdRow,
    HouseholdsRow,
    PeopleRow,
    PersonRow,
    Scope,
    SharedRow,
)

MILLIBITS: Final = 1_000

FOUND_SAYS: Final = {
    t.Outcome.NONE: "Nobody on record fits. A person who is not found may still be known to an agency.",
    t.Outcome.ONE: "One person fits; that it is the one you mean is for you to judge by the reasons.",
    t.Outcome.SEVERAL: "Several people fit; which one you mean is for you to judge by the reasons.",
}

MORE_SAYS: Final = (
    "More people may fit than are listed: add what else you know, such as a date of birth or a postcode."
)


def person(row: PeopleRow, scope: Scope, duty: t.Team) -> t.PersonAnswer:
    """The people that an id stands for."""
    shaper = shape.Shaper(row, scope, duty)
    return t.PersonAnswer(
        as_of=scope.as_of,
        superseded=shape.superseded(row["superseded"]),
        people=[
            t.Person(
                id=ID(each["id"]),
                homes=[shape.home(home, scope.as_of) for home in each["homes"]],
                home_count=each["home_count"],
                agencies=shaper.agencies(each["groups"]),
                contacts=shaper.connection(each["page"]),
                stated=partial(relations, row=each, shaper=shaper),
            )
            for each in row["found"]
        ],
        caution=shape.caution(duty, anything=any(each["groups"] for each in row["found"])),
        withheld=shape.withheld(row, scope=scope),
        not_shown=[
            *_led_to_more(row, len(row["found"])),
            *_homes_cut(row["found"]),
            *_parted(row["found"]),
        ],
    )


def household(row: HouseholdsRow, scope: Scope, duty: t.Team) -> t.HouseholdAnswer:
    """The households that an id stands for."""
    shaper = shape.Shaper(row, scope, duty)
    return t.HouseholdAnswer(
        as_of=scope.as_of,
        superseded=shape.superseded(row["superseded"]),
        households=[
            t.Household(
                members=shape.household(each, scope.as_of),
                agencies=shaper.agencies(each["groups"]),
                contacts=shaper.connection(each["page"]),
            )
            for each in row["found"]
        ],
        caution=shape.caution(duty, anything=any(each["groups"] for each in row["found"])),
        withheld=shape.withheld(row, scope=scope),
        not_shown=[*_led_to_more(row, len(row["found"])), *_members_cut(row["found"])],
    )


def people_found(row: PeopleRow, scope: Scope, duty: t.Team, likely: Shortlist) -> t.PeopleFound:
    """Candidates in the order of the search, each with why."""
    shaper = shape.Shaper(row, scope, duty)
    people = {each["id"]: each for each in row["found"]}
    successors = {each["id"]: each["successors"] for each in row["superseded"]}
    candidates: dict[str, t.Candidate] = {}
    for hit in likely.found:
        # The search index may be a moment behind the graph: an id it gives may have been superseded.
        for id_ in successors.get(hit.person, [hit.person]):
            if id_ not in people or id_ in candidates:
                continue
            candidates[id_] = t.Candidate(
                person_id=ID(id_),
                weight_bits=hit.weight / MILLIBITS,
                agrees=list(hit.agrees),
                differs=list(hit.differs),
                homes=[shape.home(home, scope.as_of) for home in people[id_]["homes"]],
                agencies=shaper.agencies(people[id_]["groups"]),
            )
    outcome = shape.outcome(len(candidates))
    return t.PeopleFound(
        as_of=scope.as_of,
        outcome=outcome,
        says=FOUND_SAYS[outcome],
        candidates=list(candidates.values()),
        caution=shape.caution(duty, anything=bool(candidates)),
        withheld=shape.withheld(row, scope=scope),
        not_shown=[*_more(likely), *_homes_cut([people[id_] for id_ in candidates])],
    )


def _more(likely: Shortlist) -> Iterator[str]:
    if likely.more:
        yield MORE_SAYS


def _led_to_more(row: SharedRow, found: int) -> Iterator[str]:
    successors = sum(len(each["successors"]) for each in row["superseded"])
    if successors > found:
        yield f"The id stands for {successors} now, of which {found} are listed: ask for others by theirs."


def _homes_cut(people: Iterable[PersonRow]) -> Iterator[str]:
    for each in people:
        count, shown = each["home_count"], len(each["homes"])
        if count > shown:
            yield f"{each['id']} has had {count} homes, of which the latest {shown} are listed."


def _parted(people: Iterable[PersonRow]) -> Iterator[str]:
    for each in people:
        if each["parted"]:
            who = ", ".join(one["person"] for one in each["parted"])
            last = moment(max(one["at"] for one in each["parted"]))
            yield (
                f"Until {last.day} {last:%B %Y} {each['id']} had records too that are now of {who}: what was "
                "noted of it before may be theirs."
            )


def _members_cut(households: Iterable[HouseholdRow]) -> Iterator[str]:
    for each in households:
        count, shown = each["member_count"], len(each["members"])
        if count > shown:
            yield f"{count} people belong or belonged to {each['id']}, of whom the latest {shown} are listed."
        if count > MOST_PEOPLE:
            yield f"Of {each['id']} contacts of the latest {MOST_PEOPLE} members are looked at, no others."
