"""What rules look at, read page by page: contacts, whose they were and who lived where, as known when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from itertools import starmap
from typing import Any, Final

from mast_graph.behind import one_ahead
from mast_graph.rows import columns
from mast_graph.store import Store
from mast_resolver.known import Known, KnownContact, KnownEntity, KnownHome, KnownStay
from mast_resolver.records import FOREVER

PAGE: Final = 5_000
EPOCH: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)

CONTACT_COLUMNS: Final = (
    "ids", "types", "agencies", "data_classes", "agreements", "severities", "categories", "teams", "at",
    "closed_at", "open", "touches",
)  # fmt: skip
ENTITY_COLUMNS: Final = ("records", "entities", "recorded_from", "recorded_to", "communal")
STAY_COLUMNS: Final = (
    "records", "places", "starts", "ends", "seen", "recorded_from", "recorded_to", "inferred", "lapsed",
)  # fmt: skip
HOME_COLUMNS: Final = ("people", "households", "addresses", "starts", "ends", "communal")


def read_known(store: Store, *, on_contacts: Callable[[int], None] = lambda _count: None) -> Known:
    """All of it. ``on_contacts`` is told how many versions of contacts were read.

    Raises:
        GraphUnavailableError: no answer, or none in time.
    """
    contacts: list[KnownContact] = []
    for page in pages(store, "read.known_contacts"):
        recorded = zip(page["recorded_from"], page["recorded_to"], strict=True)
        contacts += (
            contact_of(said, moment(start), moment(end))
            for said, (start, end) in zip(contact_rows(page), recorded, strict=True)
        )
        on_contacts(len(contacts))
    entities = [
        KnownEntity(record, entity, moment(start), moment(end), communal)
        for page in entity_pages(store)
        for record, entity, start, end, communal in columns(page, *ENTITY_COLUMNS)
    ]
    stays = [stay for page in pages(store, "read.known_stays") for stay in _stays_of(page)]
    return Known(tuple(contacts), tuple(entities), tuple(stays))


def entity_pages(store: Store) -> Iterator[dict[str, Any]]:
    """Whose records are and were, in pages of lists; ``objected`` are records of people marked so.

    Raises:
        GraphUnavailableError: no answer, or none in time.
    """
    for kind, never in (("person", "communal"), ("address", "objected")):
        for page in pages(store, f"read.known_{kind}_entities"):
            yield {**page, never: [False] * len(page["records"])}


def pages(store: Store, query: str, *, limit: int = PAGE, **given: Any) -> Iterator[dict[str, Any]]:
    """Each page of a query whose column ``last`` is what the next one begins after, until there is no more.

    The next is read while one is worked on.

    Raises:
        GraphUnavailableError: no answer, or none in time.
    """
    with one_ahead("mast-pages", _pages(store, query, limit=limit, **given)) as found:
        yield from found


def _pages(store: Store, query: str, **given: Any) -> Iterator[dict[str, Any]]:
    after = ""
    while (page := store.read(query, after=after, **given)[0])["last"] is not None:
        yield page
        after = page["last"]


def contact_rows(page: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    """The contacts of a page of lists."""
    return columns(page, *CONTACT_COLUMNS)


def contact_of(said: tuple[Any, ...], recorded_from: dt.datetime, recorded_to: dt.datetime) -> KnownContact:
    """One contact of a page."""
    id_, type_, agency, data_class, agreement, severity, category, team, at, closed_at, is_open, touches = (
        said
    )
    return KnownContact(
        id=id_,
        type=type_,
        agency=agency,
        data_class=data_class,
        agreement=agreement,
        severity=severity,
        category=category or None,
        team=team or None,
        at=moment(at),
        closed_at=None if closed_at < 0 else moment(closed_at),
        open=is_open,
        touches=tuple(zip(touches[::2], touches[1::2], strict=True)),
        recorded_from=recorded_from,
        recorded_to=recorded_to,
    )


def homes_of(page: dict[str, Any]) -> Iterator[KnownHome]:
    """The homes of a page of lists."""
    return starmap(
        lambda person, household, address, start, end, communal: KnownHome(
            person, household, address, moment(start), moment(end), bool(communal)
        ),
        columns(page, *HOME_COLUMNS),
    )


def _stays_of(page: dict[str, Any]) -> Iterator[KnownStay]:
    for record, place, start, end, seen, since, until, inferred, lapsed in columns(page, *STAY_COLUMNS):
        clock = moment(since), moment(until)
        yield KnownStay(record, place, moment(start), moment(end), moment(seen), *clock, inferred, lapsed)


def moment(milliseconds: int) -> dt.datetime:
    """A moment in UTC of milliseconds since 1970; the end of what has not ended is :data:`FOREVER`."""
    return FOREVER if milliseconds >= _FOREVER else EPOCH + dt.timedelta(milliseconds=milliseconds)


def to_milliseconds(at: dt.datetime) -> int:
    """Inverse of :func:`moment`.

    Example:
        >>> moment(to_milliseconds(FOREVER)) == FOREVER
        True
    """
    return (at - EPOCH) // dt.timedelta(milliseconds=1)


_FOREVER: Final = to_milliseconds(FOREVER)
