"""The network around a household: who, where and which agencies, as links that are listed and drawn."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from starlette.responses import Response

from mast_console import dates, words
from mast_console.desk import Visit

MOST_DRAWN: Final = 50
"""Things in a drawing at first: above a hundred none that was tried could be read."""

DEPTHS: Final = (1, 2, 3, 4)
KINDS: Final = {"person": "People", "household": "Households", "address": "Addresses", "agency": "Agencies"}


@dataclass(frozen=True, slots=True)
class Thing:
    """A person, household, address or agency."""

    id: str
    kind: str
    name: str
    path: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """That two things have to do with each other, and how."""

    left: Thing
    right: Thing
    says: str
    open: bool = False
    drawn: bool = True


async def show(visit: Visit) -> Response:
    """The network as at a day, so many steps deep, with the kinds of things that are wanted."""
    query, id_ = visit.request.query_params, visit.request.path_params["id"]
    depth = int(query["depth"]) if query.get("depth", "") in map(str, DEPTHS) else 1
    as_at = _day(query.get("as_at", ""))
    kinds = frozenset(query.getlist("show")) & KINDS.keys() or frozenset(KINDS)
    related = "relations" in visit.may
    answer = (
        await visit.ask(
            "network",
            id=id_,
            depth=depth,
            asOf=f"{as_at}T23:59:59Z" if as_at else None,
            related=related,
        )
    )["householdNetwork"]
    if not answer["households"]:
        return visit.page("household_unknown.html", 404, answer=answer, id=id_)
    links = drawn(list(links_of(answer)), kinds)
    return visit.page(
        "network.html",
        answer=answer,
        id=id_,
        depth=depth,
        depths=DEPTHS,
        as_at=as_at,
        kinds=kinds,
        all_kinds=KINDS,
        links=links,
        left_out=sum(not each.drawn for each in links),
        most=MOST_DRAWN,
    )


def links_of(answer: Mapping[str, Any]) -> Iterator[Link]:
    """Every link of an answer: who lives in which household, where that is, which agency knows whom."""
    as_of = answer["asOf"]
    people = {each["personId"] for each in answer["people"]}
    for each in sorted(answer["households"], key=lambda found: found["step"]):
        household = each["household"]
        home = _household(household["id"])
        for address in household["addressIds"]:
            yield Link(home, _address(address), "is at this address")
        for member in household["members"]:
            if member["personId"] in people:
                yield Link(_person(member["personId"]), home, _stay(member, as_of))
    yield from _relations(answer, people)
    yield from _contacts(answer)


def drawn(links: list[Link], kinds: frozenset[str]) -> list[Link]:
    """Which of them are in the drawing: of the kinds wanted, the nearest first, so many things at most."""
    chosen: set[str] = set()
    found = []
    for link in links:
        ends = {link.left.id, link.right.id}
        wanted = {link.left.kind, link.right.kind} <= kinds
        fits = len(chosen | ends) <= MOST_DRAWN
        if wanted and fits:
            chosen |= ends
        found.append(replace(link, drawn=wanted and fits))
    return found


def _relations(answer: Mapping[str, Any], people: set[str]) -> Iterator[Link]:
    for each in answer.get("relations", {}).get("listed", ()):
        if {each["personId"], each["relativeId"]} <= people:
            left, right = _person(each["relativeId"]), _person(each["personId"])
            yield Link(left, right, each["says"].rstrip("."))


def _contacts(answer: Mapping[str, Any]) -> Iterator[Link]:
    """One link for each agency and person, or place: how many contacts, the latest, whether one is open."""
    pairs: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for each in answer["contacts"]:
        for id_ in (*each["personIds"], *each["addressIds"]):
            pairs.setdefault((each["contact"]["agency"]["id"], id_), []).append(each["contact"])
    for (agency, id_), contacts in pairs.items():
        latest = max(contacts, key=lambda contact: str(contact["at"]))
        is_open = any(contact["status"] == "OPEN" for contact in contacts)
        said = f"{words.count(len(contacts), 'contact')}, the latest {words.title(latest['title'])}, "
        said += dates.when(latest["at"], answer["asOf"]) + ("; an episode is open" if is_open else "")
        about = _person(id_) if id_.startswith("P-") else _address(id_)
        knows = Thing(f"agency-{agency}", "agency", latest["agency"]["name"])
        yield Link(knows, about, said, is_open)


def _stay(member: Mapping[str, Any], as_of: str) -> str:
    """Since when somebody has lived there, or from when until when they did."""
    spells = member["spells"]
    if member["present"] or not spells:
        since = max((each["begin"] for each in spells), default=None)
        return f"lives in this household since {dates.day(since)}" if since else "lives in this household"
    last = max(spells, key=lambda spell: str(spell["begin"]))
    return f"lived in this household from {dates.day(last['begin'])} to {dates.when(last['end'], as_of)}"


def _person(id_: str) -> Thing:
    return Thing(id_, "person", f"Person {words.short(id_)}", f"/people/{id_}")


def _household(id_: str) -> Thing:
    return Thing(id_, "household", f"Household {words.short(id_)}", f"/households/{id_}/network")


def _address(id_: str) -> Thing:
    return Thing(id_, "address", f"Address {words.short(id_)}", f"/addresses/{id_}")


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None
