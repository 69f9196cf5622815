"""The queue of pairs that may be one person or address, or are one and in doubt, and what is decided.

A pair is shown by itself (``/review/LEFT.RIGHT``), so that a decision can be looked at, sent on and taken
back; the queue is the pair that is worth most, after those that were skipped.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import urlencode

from starlette.responses import Response

from mast_console.desk import NO_ERRORS, Visit
from mast_console.service import Refused
from mast_console.waterfall import waterfall

REFUSALS: Final = frozenset({"MAST-221", "MAST-250", "MAST-251", "MAST-252"})
"""A decision was not taken, and why can be said: another stands against it, or somebody else is writing."""

CHOICES: Final = {
    "PERSON": {"SAME": "They are the same person", "DIFFERENT": "They are different people"},
    "ADDRESS": {"SAME": "They are the same address", "DIFFERENT": "They are different addresses"},
}
LANES: Final = {
    "": "All",
    "APART": "Two people who may be one",
    "DOUBT": "One person, but in doubt",
    "ADDRESS": "Two addresses that may be one",
}
"""Which pairs the queue is of."""
_ASKED: Final = {
    "": (None, None),
    "APART": ("APART", "PERSON"),
    "DOUBT": ("DOUBT", None),
    "ADDRESS": (None, "ADDRESS"),
}
"""By which lane and kind the service has them."""
MOST_REASON: Final = 500
MOST_DECIDED: Final = 5
_CURSOR: Final = re.compile(r"[0-9a-f]{1,16}\.r[0-9a-f]{32}\.r[0-9a-f]{32}")
_PAIR: Final = re.compile(r"r[0-9a-f]{32}\.r[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody is in the queue: after which pair, and of which lane; what is none of ours is nothing.

    Example:
        >>> Place.of({"after": "somewhere", "lane": "DOUBT"}).path, BEGINNING.path
        ('/review?lane=DOUBT', '/review')
    """

    after: str = ""
    lane: str = ""

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> Place:
        """As a form or an address says it."""
        after, lane = said.get("after", ""), said.get("lane", "")
        return cls(after if _CURSOR.fullmatch(after) else "", lane if lane in LANES else "")

    @property
    def path(self) -> str:
        """The page of the queue there."""
        said = urlencode({name: text for name, text in (("lane", self.lane), ("after", self.after)) if text})
        return f"/review?{said}" if said else "/review"

    def then(self, after: str) -> str:
        """The page of the queue after a pair."""
        return replace(self, after=after).path

    def only(self, lane: str) -> str:
        """The first page of a lane."""
        return Place(lane=lane).path


BEGINNING: Final = Place()


async def queue(visit: Visit) -> Response:
    """The next pair, or that none waits."""
    place = Place.of(visit.request.query_params)
    lane, kind = _ASKED[place.lane]
    found = (await visit.ask("review_next", after=place.after or None, lane=lane, kind=kind))["reviewQueue"]
    for edge in found["edges"]:
        two = edge["node"]["pair"]
        id_ = f"{two['leftRecordId']}.{two['rightRecordId']}"
        more = found["pageInfo"]["hasNextPage"]
        return await _show(visit, id_, place, skip=edge["cursor"], more=more)
    return visit.page("review_none.html", place=place, lanes=LANES)


async def pair(visit: Visit) -> Response:
    """One pair, whether it waits or is decided."""
    return await _show(visit, visit.request.path_params["id"])


def unfit(reason: str) -> str:
    """What is wrong with a reason; empty where nothing is.

    Example:
        >>> unfit(""), unfit("She told us.")
        ('Say why, in a sentence', '')
    """
    if not reason:
        return "Say why, in a sentence"
    return f"Say why in at most {MOST_REASON} characters" if len(reason) > MOST_REASON else ""


async def decide(visit: Visit) -> Response:
    """The two are the same, or different; then the next pair."""
    id_, form = visit.request.path_params["id"], visit.form
    choice, reason = form.get("decision", ""), form.get("reason", "").strip()
    choices = CHOICES.get(form.get("kind", ""), CHOICES["PERSON"])
    errors = {
        name: said
        for name, said, wrong in (
            ("decision", "Choose whether they are the same or not", choice not in choices),
            ("reason", unfit(reason), unfit(reason)),
        )
        if wrong
    }
    if not errors and _PAIR.fullmatch(id_):
        left, right = id_.split(".")
        try:
            said = (await visit.ask("review_decide", left=left, right=right, decision=choice, reason=reason))[
                "recordMatchDecision"
            ]
        except Refused as refused:
            if refused.code not in REFUSALS:
                raise
            errors = {"decision": refused.says}
        else:
            _remember(visit, id_, choices[choice])
            visit.session.notes.append(f"{choices[choice]}: recorded. {said['says']}")
            return visit.go(Place.of(form).path)
    skip, more = form.get("skip", ""), bool(form.get("more"))
    return await _show(visit, id_, Place.of(form), skip=skip, more=more, errors=errors)


async def take_back(visit: Visit) -> Response:
    """Undo: the decision about a pair is as if it had never been taken."""
    id_, reason = visit.request.path_params["id"], visit.form.get("reason", "").strip()
    errors = {}
    if not reason or len(reason) > MOST_REASON:
        errors["reason"] = f"Say why you take it back, in at most {MOST_REASON} characters"
    else:
        try:
            said = await visit.ask("review_take_back", decision=visit.form.get("standing", ""), reason=reason)
        except Refused as refused:
            if refused.code not in REFUSALS:
                raise
            errors["reason"] = refused.says
        else:
            decided = visit.session.decided
            visit.session.decided = [each for each in decided if each["pair"] != id_]
            visit.session.notes.append(f"Taken back. {said['revokeMatchDecision']['says']}")
            return visit.go(f"/review/{id_}")
    return await _show(visit, id_, errors=errors)


async def keys(visit: Visit) -> Response:
    """Single keys are turned off or on, until signing out."""
    visit.session.keys_off = not visit.session.keys_off
    return visit.go(Place.of(visit.form).path)


async def _show(
    visit: Visit,
    id_: str,
    place: Place = BEGINNING,
    *,
    skip: str = "",
    more: bool = False,
    errors: Mapping[str, str] = NO_ERRORS,
) -> Response:
    if not _PAIR.fullmatch(id_):
        raise Refused(404, "MAST-312", "there is no such pair", "begin at the queue")
    left, right = id_.split(".")
    two = (await visit.ask("review_pair", left=left, right=right))["why"]["pair"]
    people = await visit.ask(
        "review_sides",
        left=two["leftEntityId"],
        right=two["rightEntityId"],
        apart=not two["oneEntity"],
    )
    apart = (people.get("apart") or {}).get("entities")
    kept = visit.session.kept if visit.session.kept.get("pair") == id_ else {}
    return visit.page(
        "review.html",
        id=id_,
        two=two,
        apart=apart["says"] if apart else [],
        chart=waterfall(two),
        sides=(_side(two, people["left"], "left"), _side(two, people["right"], "right")),
        choices=CHOICES[two["kind"]],
        place_pair=two["kind"] == "ADDRESS",
        typed=visit.form or kept,
        place=place,
        lanes=LANES,
        skip=skip,
        more=more,
        errors=errors,
    )


def _side(two: dict[str, Any], found: dict[str, Any], side: str) -> dict[str, Any]:
    """One of the two records, and with which others it makes a person by now."""
    record = two[f"{side}RecordId"]
    records = [each for one in found["entities"] for each in one["records"]]
    others = Counter(each["agencyId"] for each in records if each["recordId"] != record)
    return {
        "record": record,
        "person": two[f"{side}EntityId"],
        "own": next((each for each in records if each["recordId"] == record), None),
        "others": dict(sorted(others.items())),
    }


def _remember(visit: Visit, id_: str, choice: str) -> None:
    """The latest few, so that a slip of the hand is undone at once."""
    others = [each for each in visit.session.decided if each["pair"] != id_]
    visit.session.decided = [{"pair": id_, "choice": choice}, *others][:MOST_DECIDED]
