"""Who looked: the audit log, searched by whoever answers for it.

What is searched for is kept in the sealed session and not in the address of the page: that somebody is asked
about is nobody's business who reads an address.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from starlette.responses import Response

from mast_console import dates, words
from mast_console.desk import NO_ERRORS, Visit
from mast_console.service import Refused

REFUSALS: Final = frozenset({"MAST-252", "MAST-311", "MAST-312"})
FIELDS: Final = ("about", "subject", "since", "until")
_IN_ADDRESS: Final = re.compile(r"/([PAH]-[0-9a-f]{32})\b")
MOST_CHARACTERS: Final = 200
ONE: Final = {
    "people": "person",
    "addresses": "address",
    "households": "household",
    "contacts": "contact",
    "records": "record",
    "decisions": "decision",
    "alerts": "alert",
    "agencies": "agency",
}
"""What a single one of a kind of id is called."""


@dataclass(slots=True)
class Look:
    """One request: all that the log says of it, on this page."""

    first: Mapping[str, Any]
    questions: list[str] = field(default_factory=list)
    sought: dict[str, set[str]] = field(default_factory=dict)
    answered: dict[str, set[str]] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)

    def add(self, entry: Mapping[str, Any]) -> None:
        """One more line of the same request."""
        self.questions += [each for each in entry["questions"] if each not in self.questions]
        for named, into in ((entry["sought"], self.sought), (entry["answeredWith"], self.answered)):
            for each in named:
                into.setdefault(each["kind"], set()).update(id_ for id_ in each["ids"] if id_)
        self.refused += [each for each in entry["codes"] if each not in self.refused]

    @property
    def asked(self) -> str:
        """What was asked, in words.

        Example:
            >>> Look({}, ["concernsAtAddress", "why"]).asked
            'Checked an address; Asked why two records are or are not one person'
            >>> Look({"requestId": "", "event": "rule-enabled"}).asked
            'By a command: a rule was enabled'
        """
        if not self.questions and self.is_command:
            return f"By a command: {words.act(self.first['event'])}"
        return "; ".join(map(words.asked, self.questions)) or "Nothing that was understood"

    @property
    def is_command(self) -> bool:
        """Whether it is what somebody did on the command line, and no request of the service."""
        return not self.first["requestId"]

    @property
    def answer(self) -> str:
        """How much was answered with, in words.

        Example:
            >>> Look({}, answered={"people": {"P-1", "P-2"}, "contacts": {"c"}}).answer
            '2 people, 1 contact'
        """
        return ", ".join(
            words.count(len(ids), ONE.get(kind, kind), words.question(kind).lower())
            for kind, ids in self.answered.items()
            if ids
        )

    def names(self, id_: str) -> str:
        """How an id comes into it: asked for, or answered with."""
        if not id_:
            return ""
        they, their = ("They were", "their") if id_.startswith("P-") else ("It was", "its")
        if any(id_ in ids for ids in self.sought.values()):
            return f"{they} asked for by {their} id."
        if any(id_ in ids for ids in self.answered.values()):
            return f"{they} in the answer."
        return (
            f"By a former id of {'theirs' if their == 'their' else 'it'}, or among those that were asked for."
        )


async def show(visit: Visit) -> Response:
    """The form, and what was found by it last."""
    sought = visit.session.sought
    if not sought:
        return _page(visit, visit.session.kept)
    after = visit.request.query_params.get("after") or None
    try:
        found = (await visit.ask("audit_trail", **_variables(sought), after=after))["auditTrail"]
    except Refused as refused:
        if refused.code not in REFUSALS:
            raise
        return _page(visit, sought, errors={"about": refused.says})
    return _page(
        visit,
        sought,
        _looks([each["node"] for each in found["edges"]]),
        searched=True,
        more=found["pageInfo"]["endCursor"] if found["pageInfo"]["hasNextPage"] else "",
        later=after is not None,
    )


async def search(visit: Visit) -> Response:
    """What to search for is remembered; the page that shows it is asked for by GET."""
    sought = {name: visit.form.get(name, "").strip()[:MOST_CHARACTERS] for name in FIELDS}
    errors = {
        name: "Give a day, such as 2/11/2026"
        for name in ("since", "until")
        if sought[name] and not dates.typed_day(sought[name])
    }
    if errors:
        return _page(visit, sought, errors=errors)
    # Whoever copies the address of a page copies the id in it.
    pasted = _IN_ADDRESS.search(sought["about"])
    visit.session.sought = sought | ({"about": pasted[1]} if pasted else {})
    return visit.go("/audit")


def _page(
    visit: Visit,
    sought: Mapping[str, str],
    looks: Sequence[Look] = (),
    *,
    searched: bool = False,
    more: str = "",
    later: bool = False,
    errors: Mapping[str, str] = NO_ERRORS,
) -> Response:
    return visit.page(
        "audit.html",
        sought={name: sought.get(name, "") for name in FIELDS},
        looks=looks,
        searched=searched,
        more=more,
        later=later,
        errors=errors,
    )


def _looks(entries: Sequence[Mapping[str, Any]]) -> list[Look]:
    """Lines of one request together, in the order of the log; each act of a command, which has none, alone.

    Example:
        >>> none = {"questions": (), "sought": (), "answeredWith": (), "codes": ()}
        >>> said = [("R-1", "officer-7"), ("R-1", "officer-7"), ("", "lead-1"), ("", "lead-2")]
        >>> looks = _looks([none | {"sequence": n, "requestId": request, "subject": who}
        ...     for n, (request, who) in enumerate(said)])
        >>> [each.first["sequence"] for each in looks]
        [0, 2, 3]
    """
    looks: dict[tuple[str | int, str], Look] = {}
    for entry in entries:
        request = entry["requestId"] or int(entry["sequence"])
        looks.setdefault((request, entry["subject"]), Look(entry)).add(entry)
    return list(looks.values())


def _variables(sought: Mapping[str, str]) -> dict[str, object]:
    since, until = dates.typed_day(sought["since"]), dates.typed_day(sought["until"])
    return {
        "about": sought["about"] or None,
        "subject": sought["subject"],
        "since": since.isoformat() if since else None,
        "until": (until + dt.timedelta(days=1)).isoformat() if until else None,
    }
