"""Running the service: whether its parts answer, which feeds came, and which are late or held back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from starlette.responses import Response

from mast_console import words
from mast_console.desk import Visit

PARTS: Final = {
    "database": "The database answers",
    "keys": "The keys in use are held",
    "queries": "Questions are planned",
    "search": "The search for people is loaded",
}
"""What the service says of itself at ``/ready``, in words."""

LOADED: Final = "loaded"


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed as it stands; ``latest`` is the last delivery that was loaded, ``before`` the one before it."""

    said: Mapping[str, Any]
    latest: Mapping[str, Any] | None
    before: Mapping[str, Any] | None

    @property
    def state(self) -> str:
        """In one or two words.

        Example:
            >>> Feed({"late": False, "waiting": True, "warnings": [], "deliveries": []}, None, None).state
            'Held back'
        """
        if self.said["waiting"]:
            return "Held back"
        if self.said["late"]:
            return "Late"
        if self.said["warnings"]:
            return "Refused"
        return "As expected" if self.latest else "Not yet due"

    @property
    def rows(self) -> str:
        """How many rows came last, and how many were rejected, against the delivery before.

        Example:
            >>> came = {"rows": 90, "rowsRejected": 2}
            >>> Feed({}, came, {"rows": 100, "rowsRejected": 0}).rows
            '90 rows, 10 fewer than before; 2 rejected'
        """
        if self.latest is None:
            return "nothing loaded"
        said = words.count(self.latest["rows"], "row")
        if self.before is not None and (change := self.latest["rows"] - self.before["rows"]):
            said += f", {abs(change)} {'more' if change > 0 else 'fewer'} than before"
        rejected = self.latest["rowsRejected"]
        return f"{said}; {rejected or 'none'} rejected"


async def show(visit: Visit) -> Response:
    """Everything on one page; it is asked anew whenever it is loaded."""
    found = (await visit.ask("feeds"))["feeds"]
    ready = await visit.desk.service.ready()
    feeds = [_feed(each) for each in found["feeds"]]
    return visit.page(
        "operations.html",
        ready={words_: ready.get(part, False) for part, words_ in PARTS.items()},
        feeds=feeds,
        troubled=[each for each in feeds if each.said["warnings"]],
        unproved=found["unproved"],
    )


def _feed(said: Mapping[str, Any]) -> Feed:
    loaded = [each for each in said["deliveries"] if each["state"] == LOADED]
    return Feed(said, loaded[0] if loaded else None, loaded[1] if len(loaded) > 1 else None)
