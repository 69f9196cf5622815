"""Running the service: whether its parts answer, which feeds came, and which are late or held back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from starlette.responses import Response

from mast_console import words
from mast_console.desk import Visit
from mast_console.service import Refused

PARTS: Final = {
    "database": "The database answers",
    "keys": "The keys in use are there",
    "address_check": "The address check is ready",
    "queries": "All other questions are ready",
    "search": "The search for people is ready",
}
"""What the service says of itself at ``/ready``, in words."""

FAILING: Final = {
    "database": "The database does not answer: nobody is answered, and no feed is loaded",
    "keys": "The keys in use are not there: nothing can be looked up or loaded",
    "address_check": "The address check is not ready yet: its first answers are slow",
    "queries": "Not all other questions are ready yet: their first answers are slow",
    "search": "The search for people is not ready: nobody is found by name",
}
"""What follows for people, of each part that is not well or does not say so."""

UPKEEP: Final = frozenset({"resolverQueue", "dataQuality", "retention"})
"""What is asked of the data itself, in counts, where the caller may ask all of it."""

LOADED: Final = "loaded"
STATES: Final = {"quarantined": "Refused"}
"""What a delivery is called where that is not how the service calls it."""


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed as it stands; ``latest`` is the last delivery that was loaded, ``before`` the one before it."""

    said: Mapping[str, Any]
    latest: Mapping[str, Any] | None
    before: Mapping[str, Any] | None

    @property
    def name(self) -> str:
        """Whose it is and what it is of, as people say it.

        Example:
            >>> Feed({"feed": "test-housing/late-tenants", "agencyId": "test-housing"}, None, None).name
            'Test housing: late tenants'
        """
        agency, _, what = str(self.said["feed"]).partition("/")
        return f"{words.agency(agency)}: {what.replace('-', ' ')}" if what else words.agency(agency)

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


@dataclass(slots=True)
class Quality:
    """What is known of how good an agency's data is: by its latest deliveries, and by its contacts."""

    agency: str
    rows: int = 0
    rows_rejected: int = 0
    contacts: int | None = None
    findings: Sequence[Mapping[str, Any]] = ()

    @property
    def rejected(self) -> str:
        """How much of the latest delivery of each of its feeds could not be used."""
        if not self.rows:
            return "nothing delivered"
        share = 100 * self.rows_rejected / self.rows
        return f"{self.rows_rejected} of {words.count(self.rows, 'row')} ({share:.1f}%)"


async def show(visit: Visit) -> Response:
    """Everything on one page; it is asked anew whenever it is loaded.

    What cannot be told while a part of the service is down is said not to be: this is the page for that hour.
    """
    ready = await visit.desk.service.ready()
    found = await _told(visit, "feeds")
    upkeep = await _told(visit, "upkeep") if visit.may >= UPKEEP else None
    feeds = [_feed(each) for each in found["feeds"]["feeds"]] if found else []
    return visit.page(
        "operations.html",
        states=STATES,
        ready={words_: ready.get(part, False) for part, words_ in PARTS.items()},
        down=[FAILING[part] for part in PARTS if not ready.get(part, False)],
        known=found is not None,
        feeds=feeds,
        troubled=[each for each in feeds if each.said["warnings"]],
        unproved=found["feeds"]["unproved"] if found else (),
        queue=_both_kinds(upkeep["resolverQueue"]) if upkeep else None,
        bands=_bands(upkeep["resolverQueue"]["bands"]) if upkeep else (),
        quality=upkeep["dataQuality"] if upkeep else None,
        retention=upkeep["retention"] if upkeep else None,
        agencies=quality_of(feeds, upkeep["dataQuality"]["agencies"]) if upkeep else (),
    )


async def _told(visit: Visit, document: str) -> dict[str, Any] | None:
    """An answer; none where the service cannot give one just now."""
    try:
        return await visit.ask(document)
    except Refused as refused:
        if refused.status < HTTPStatus.INTERNAL_SERVER_ERROR:
            raise
        return None


def quality_of(feeds: Iterable[Feed], found: Iterable[Mapping[str, Any]]) -> list[Quality]:
    """Every agency that delivers or has contacts, by id.

    Example:
        >>> said = {"agencyId": "police", "contacts": 90, "findings": []}
        >>> came = {"rows": 40, "rowsRejected": 2}
        >>> [each.rejected for each in quality_of([Feed({"agencyId": "police"}, came, None)], [said])]
        ['2 of 40 rows (5.0%)']
    """
    of: dict[str, Quality] = {}
    for feed in feeds:
        quality = of.setdefault(feed.said["agencyId"], Quality(feed.said["agencyId"]))
        quality.rows += feed.latest["rows"] if feed.latest else 0
        quality.rows_rejected += feed.latest["rowsRejected"] if feed.latest else 0
    for said in found:
        quality = of.setdefault(said["agencyId"], Quality(said["agencyId"]))
        quality.contacts, quality.findings = said["contacts"], said["findings"]
    return [of[agency] for agency in sorted(of)]


def _both_kinds(counted: Mapping[str, Any]) -> dict[str, Any]:
    """With pairs of addresses among the pairs: a steward looks at both.

    Example:
        >>> _both_kinds({"pairs": 3, "addressPairs": 1})["pairs"]
        4
    """
    return {**counted, "pairs": counted["pairs"] + counted["addressPairs"]}


def _bands(found: Sequence[Mapping[str, Any]]) -> list[tuple[str, Mapping[str, Any]]]:
    """Each band with the values that are in it, the most worth first."""
    tops = [None, *(each["atLeast"] for each in found)]
    return [
        (
            f"{each['atLeast']:,} and more" if top is None else f"{each['atLeast']:,} to {top - 1:,}",
            _both_kinds(each),
        )
        for top, each in zip(tops, found, strict=False)
    ]


def _feed(said: Mapping[str, Any]) -> Feed:
    loaded = [each for each in said["deliveries"] if each["state"] == LOADED]
    return Feed(said, loaded[0] if loaded else None, loaded[1] if len(loaded) > 1 else None)
