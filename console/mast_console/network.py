"""The network around a household: who, where and which agencies, as links that are listed and drawn."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import urlencode

from starlette.datastructures import QueryParams
from starlette.responses import Response

from mast_console import dates, things, words
from mast_console.desk import Visit
from mast_console.network_time import Day, days_of, events_of
from mast_console.things import KINDS, Narrowed, Thing

MOST_DRAWN: Final = {"": 50, "200": 200, "all": sys.maxsize}
"""Things in a drawing, the fewest at first: above a hundred none that was tried could be read."""

MOST_EXPANDED: Final = 40
MOST_OFFERED: Final = 20
"""Things that are opened one by one, and that are offered for it."""

DEPTHS: Final = (1, 2, 3, 4)
OF_AGENCY: Final = "agency-"
PAST, RELATED = "past", "related"
VIEWS: Final = {"links": "Drawing and links", "timeline": "Timeline"}


@dataclass(frozen=True, slots=True)
class Link:
    """That two things have to do with each other, and how."""

    left: Thing
    right: Thing
    says: str
    open: bool = False
    drawn: bool = True
    look: str = ""
    """How it is drawn: PAST of what is over, RELATED of what agencies state of two people."""

    @property
    def ends(self) -> frozenset[str]:
        """The ids of both."""
        return frozenset((self.left.id, self.right.id))

    def is_wanted(self, narrowed: Narrowed) -> bool:
        """Whether it is to be drawn, if there is room."""
        agency = self.left.id.removeprefix(OF_AGENCY) if self.left.kind == "agency" else ""
        return narrowed.has((self.left.kind, self.right.kind), agency, is_open=self.open)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be shown of a network: steps, as at a day, how much of what, one marked, some opened."""

    depth: int
    as_at: dt.date | None
    narrowed: Narrowed
    view: str
    of: str
    most: str = ""
    expanded: tuple[str, ...] = ()

    @classmethod
    def read(cls, query: QueryParams) -> Wanted:
        """As the address of a page says it; what is none of ours counts as not said."""
        return cls(
            int(query["depth"]) if query.get("depth", "") in map(str, DEPTHS) else 1,
            at.date() if (at := dates.typed_day(query.get("as_at", ""))) else None,
            Narrowed(
                frozenset(query.getlist("show")) & KINDS.keys() or frozenset(KINDS),
                query.get("agency", ""),
                "open" in query,
            ),
            query.get("view", "") if query.get("view", "") in VIEWS else "links",
            query.get("of", ""),
            query.get("most", "") if query.get("most", "") in MOST_DRAWN else "",
            tuple(query.getlist("more")[:MOST_EXPANDED]),
        )

    def query(self, view: str, *more: str) -> str:
        """The same in another view, or with one thing ``more`` opened, as an address of a page has it."""
        kinds = self.narrowed.kinds
        said: list[tuple[str, str]] = [("view", view), ("depth", str(self.depth))]
        said += [("as_at", self.as_at.isoformat())] if self.as_at else []
        said += [("show", kind) for kind in sorted(kinds)] if len(kinds) < len(KINDS) else []
        said += [("agency", self.narrowed.agency)] if self.narrowed.agency else []
        said += [("open", "yes")] if self.narrowed.only_open else []
        said += [("of", self.of)] if self.of else []
        said += [("most", self.most)] if self.most else []
        said += [("more", id_) for id_ in (*self.expanded, *more)]
        return urlencode(said)


async def show(visit: Visit) -> Response:
    """The network as at a day, as links and their drawing or as what happened when."""
    id_, wanted = visit.request.path_params["id"], Wanted.read(visit.request.query_params)
    today, typed = dates.today(visit.desk.wiring.clock()), visit.request.query_params.get("as_at", "").strip()
    errors = _wrong_day(typed, wanted.as_at, today)
    if errors or wanted.as_at == today:
        # How it is today is how it is now: the end of today is known to nobody.
        wanted = replace(wanted, as_at=None)
    answer = await _ask(visit, id_, wanted.depth, wanted.as_at, related="relations" in visit.may)
    if not answer["households"]:
        return visit.page("household_unknown.html", 404, answer=answer, id=id_)
    marked = wanted.of if wanted.of in {each["personId"] for each in answer["people"]} else ""
    centre = [each["household"]["id"] for each in answer["households"] if each["step"] == 0]
    near = nearest_first(list(links_of(answer)), centre)
    links = drawn(near, wanted.narrowed, MOST_DRAWN[wanted.most], wanted.expanded)
    now = answer if wanted.as_at is None else await _ask(visit, id_, wanted.depth, None, related=False)
    days = days_of([*events_of(answer), *events_of(now)], since=_begun(now), before=today)
    return visit.page(
        "network.html" if wanted.view == "links" else "network_timeline.html",
        answer=answer,
        id=id_,
        centre=centre[0] if centre else id_,
        wanted=replace(wanted, of=marked),
        views=VIEWS,
        depths=DEPTHS,
        all_kinds=KINDS,
        people=[things.person(each["personId"]) for each in answer["people"]],
        events=events_of(answer, wanted.narrowed),
        agencies=_agencies(answer, wanted.narrowed.agency),
        brings=brings(links, wanted.narrowed)[:MOST_OFFERED],
        days=days,
        at_day=_step(days, wanted.as_at),
        links=links,
        left_out=sum(not each.drawn for each in links),
        mosts=MOST_DRAWN,
        things_there=len({end.id for link in links for end in (link.left, link.right)}),
        typed_day=typed if errors else dates.as_typed(wanted.as_at),
        errors=errors,
    )


def _wrong_day(typed: str, day: dt.date | None, today: dt.date) -> dict[str, str]:
    """What stands beside the field of a day that is none, or has not been: it is shown as it is now then.

    Example:
        >>> _wrong_day("soon", None, dt.date(2026, 6, 1))["as_at"]
        'Give a day, such as 2/11/2025'
    """
    if typed and day is None:
        return {"as_at": "Give a day, such as 2/11/2025"}
    if day is not None and day > today:
        return {"as_at": "That day has not been yet: give today or a day before it"}
    return {}


async def _ask(
    visit: Visit, id_: str, depth: int, as_at: dt.date | None, *, related: bool
) -> Mapping[str, Any]:
    as_of = dates.end_of(as_at) if as_at else None
    found = await visit.ask("network", id=id_, depth=depth, asOf=as_of, related=related)
    answer: Mapping[str, Any] = found["householdNetwork"]
    return answer


def _begun(answer: Mapping[str, Any]) -> dt.date | None:
    """When the household in the middle begins: before that there is no network to be shown."""
    own = [each["household"]["members"] for each in answer["households"] if each["step"] == 0]
    spells = [spell for members in own for member in members for spell in member["spells"]]
    return min((dates.moment(each["begin"]).date() for each in spells), default=None)


def _step(days: list[Day], as_at: dt.date | None) -> int:
    """Where a day is among those on which something changed: at the last one that is not after it."""
    if as_at is None:
        return len(days)
    return max(sum(each.day <= as_at for each in days) - 1, 0)


def links_of(answer: Mapping[str, Any]) -> Iterator[Link]:
    """Every link of an answer: who lives in which household, where that is, which agency knows whom."""
    as_of = answer["asOf"]
    people = {each["personId"] for each in answer["people"]}
    for each in sorted(answer["households"], key=lambda found: found["step"]):
        household = each["household"]
        home = things.household(household["id"])
        for address in household["addressIds"]:
            yield Link(home, things.address(address), "is at this address")
        for member in household["members"]:
            if member["personId"] in people:
                look = "" if member["present"] else PAST
                yield Link(things.person(member["personId"]), home, _stay(member, as_of), look=look)
    yield from _relations(answer, people)
    yield from _contacts(answer)


def nearest_first(links: Sequence[Link], centre: Iterable[str]) -> list[Link]:
    """Links by how far from the centre they begin; at one distance what is open, then what agencies know.

    An agency leads nowhere: whom it knows too is no nearer for that.
    """
    steps = _steps(links, centre)

    def key(link: Link) -> tuple[int, bool, bool]:
        begins = min(steps.get(link.left.id, sys.maxsize), steps.get(link.right.id, sys.maxsize))
        return begins, not link.open, "agency" not in (link.left.kind, link.right.kind)

    return sorted(links, key=key)


def _steps(links: Iterable[Link], centre: Iterable[str]) -> dict[str, int]:
    """How many links everything that is linked to the centre is away from it."""
    beside: dict[str, list[Thing]] = {}
    for link in links:
        beside.setdefault(link.left.id, []).append(link.right)
        beside.setdefault(link.right.id, []).append(link.left)
    steps = dict.fromkeys(centre, 0)
    leading = list(steps)
    for id_ in leading:
        for thing in beside.get(id_, ()):
            if thing.id not in steps:
                steps[thing.id] = steps[id_] + 1
                if thing.kind != "agency":
                    leading.append(thing.id)
    return steps


def drawn(links: Iterable[Link], narrowed: Narrowed, most: int, expanded: Sequence[str] = ()) -> list[Link]:
    """Which of them are in the drawing: those wanted, so many things at most, the first of them first.

    Once a thing is left out no other comes in: what is farther away is never drawn instead of it. Then all
    that things which are ``expanded`` are linked to, one after another, if they are drawn by then.
    """
    chosen: set[str] = set()
    full, found = False, []
    for link in links:
        ends, wanted = link.ends, link.is_wanted(narrowed)
        new = ends - chosen
        fits = not new or not (full or len(chosen) + len(new) > most)
        if wanted and fits:
            chosen |= ends
        full |= wanted and not fits
        found.append(replace(link, drawn=wanted and fits))
    for id_ in expanded:
        own = [at for at, link in enumerate(found) if id_ in link.ends and link.is_wanted(narrowed)]
        for at in own if id_ in chosen else ():
            chosen |= found[at].ends
            found[at] = replace(found[at], drawn=True)
    return found


def brings(links: Iterable[Link], narrowed: Narrowed) -> list[tuple[Thing, int]]:
    """Things of a drawing that are linked to more that is wanted, and to how many things; most first."""
    there = {id_ for link in links if link.drawn for id_ in link.ends}
    found: dict[str, tuple[Thing, set[str]]] = {}
    for link in links:
        for one, other in ((link.left, link.right), (link.right, link.left)):
            if not link.drawn and link.is_wanted(narrowed) and one.id in there:
                found.setdefault(one.id, (one, set()))[1].add(other.id)
    return sorted(((one, len(others - there)) for one, others in found.values()), key=lambda each: -each[1])


def _agencies(answer: Mapping[str, Any], chosen: str) -> dict[str, str]:
    """Every agency that knows somebody of the network by its name, and the one that is chosen."""
    known = {
        each["contact"]["agency"]["id"]: each["contact"]["agency"]["name"] for each in answer["contacts"]
    }
    named = {chosen: words.agency(chosen)} if chosen else {}
    return dict(sorted((named | known).items(), key=lambda each: each[1]))


def _relations(answer: Mapping[str, Any], people: set[str]) -> Iterator[Link]:
    for each in answer.get("relations", {}).get("listed", ()):
        if {each["personId"], each["relativeId"]} <= people:
            left, right = things.person(each["relativeId"]), things.person(each["personId"])
            yield Link(left, right, words.related(each["says"]), look=RELATED)


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
        knows = Thing(f"{OF_AGENCY}{agency}", "agency", latest["agency"]["name"])
        yield Link(knows, things.of(id_), said, is_open)


def _stay(member: Mapping[str, Any], as_of: str) -> str:
    """Since when somebody has lived there, or from when until when they did."""
    spells = member["spells"]
    if member["present"] or not spells:
        since = max((each["begin"] for each in spells), default=None)
        return (
            f"lives in this household since {dates.when(since, as_of)}"
            if since
            else "lives in this household"
        )
    last = max(spells, key=lambda spell: str(spell["begin"]))
    return f"lived in this household from {dates.day(last['begin'])} to {dates.when(last['end'], as_of)}"
