"""Broken glasses: who looked behind a shield, why, until when, who was told, and what a review found."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final, cast

from mast_graph.moments import to_text
from mast_graph.read import LAST_ID, ContactFactsRow, Reader, Scope, Seek, SharedRow, padded, seek_params
from mast_graph.rows import Row
from mast_graph.store import Store
from mast_resolver.errors import GlassError
from mast_resolver.records import FOREVER, GAZETTEER

MOST_BEHIND: Final = 25
"""Addresses, people and contacts that one glass shows at most; units of each address, residents of each."""


@dataclass(frozen=True, slots=True)
class Glass:
    """Somebody may look behind the shield of ``targets`` up to but not at ``until``."""

    id: str
    by: str
    role: str
    purpose: str
    agency: str
    at: dt.datetime
    until: dt.datetime
    targets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A glass as the review queue has it; ``reason`` and ``finding`` are sealed for its id.

    Since ``removed_at`` it names nothing that was purged then, and says no more why it was broken.
    """

    glass: Glass
    reason: bytes = field(repr=False)
    told_at: dt.datetime | None = None
    reviewed_at: dt.datetime | None = None
    reviewed_by: str = ""
    justified: bool | None = None
    finding: bytes = field(default=b"", repr=False)
    removed_at: dt.datetime | None = None


class BehindRow(SharedRow):
    """What a glass shows; ``people`` are {id, homes}.

    ``places`` are {id, rank, residents, resident_count, units, unit_count}, their ``units`` {id, residents,
    resident_count}; ``rank`` is that of the seek, -1 for an id. Counts are of all, shown or not.
    """

    places: list[dict[str, Any]]
    place_count: int
    contact_count: int
    people: list[dict[str, Any]]
    page: list[ContactFactsRow]


def put_glass(store: Store, glass: Glass, reason: bytes) -> None:
    """Have it on record, before anything is shown."""
    row = {
        "id": glass.id,
        "by": glass.by,
        "role": glass.role,
        "purpose": glass.purpose,
        "agency": glass.agency,
        "at": glass.at,
        "until": glass.until,
        "reason": reason,
    }
    store.write(lambda tx: tx.run("write.put_glass", glass=row))


def aim_glass(store: Store, id_: str, targets: Sequence[str]) -> None:
    """Have it on record what it shows."""
    store.write(lambda tx: tx.run("write.aim_glass", id=id_, ids=list(targets)))


def tell_of_glasses(store: Store, ids: Sequence[str], *, at: dt.datetime) -> None:
    """Have it on record that the officer was told."""
    store.write(lambda tx: tx.run("write.tell_glass", ids=list(ids), at=at))


def review_glass(
    store: Store, id_: str, *, by: str, justified: bool, finding: bytes, at: dt.datetime
) -> None:
    """Have it on record what an officer found.

    Raises:
        GlassError: there is none of this id that waits for a review.
    """
    found = store.write(
        lambda tx: tx.run("write.review_glass", id=id_, by=by, at=at, justified=justified, finding=finding)
    )
    if not found or not found[0]["found"]:
        raise GlassError("no broken glass of this id waits for a review", fix="take the id from breakGlasses")


def untold_glasses(store: Store, limit: int) -> list[Glass]:
    """Those that the officer was not told of, oldest first."""
    return [_glass(row["glass"]) for row in store.read("read.untold_glasses", limit=limit)]


async def glass_of(store: Reader, id_: str) -> Glass:
    """One glass.

    Raises:
        GlassError: there is none.
    """
    rows = await store.read("read.glass", id=id_)
    if not rows:
        raise GlassError("there is no broken glass of this id", fix="take the id that breakGlass gave you")
    return _glass(rows[0]["glass"])


async def glasses(
    store: Reader, *, waiting: bool, first: int, before: dt.datetime = FOREVER, before_id: str = LAST_ID
) -> list[Reviewed]:
    """A page of the review queue, newest first, and one more if there is one."""
    rows = await store.read(
        "read.glasses", waiting=waiting, before=before, before_id=before_id, first=first + 1
    )
    return [_reviewed(row["glass"]) for row in rows]


async def behind_glass(
    store: Reader,
    scope: Scope,
    *,
    seeks: Sequence[Seek] = (),
    ids: Sequence[str] = (),
    but: Sequence[str] = (),
) -> BehindRow:
    """What is known, shielded or not, of ``ids`` and of the address that ``seeks`` find, ``but`` those."""
    rows = await store.read(
        "read.behind_glass",
        ids=padded(ids),
        but=padded(but),
        **seek_params(seeks),
        as_of=to_text(scope.as_of),
        **scope.sharing(),
        gazetteer=GAZETTEER,
        most=MOST_BEHIND,
    )
    return cast("BehindRow", rows[0])


def _glass(row: Row) -> Glass:
    return Glass(
        row["id"],
        row["by"],
        row["role"],
        row["purpose"],
        row["agency"],
        row["at"],
        row["until"],
        tuple(row.get("targets") or ()),
    )


def _reviewed(row: Row) -> Reviewed:
    return Reviewed(
        _glass(row),
        row.get("reason", b""),
        row.get("told_at"),
        row.get("reviewed_at"),
        row.get("reviewed_by", ""),
        row.get("justified"),
        row.get("finding", b""),
        row.get("removed_at"),
    )
