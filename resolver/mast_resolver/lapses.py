"""Homes that a feed states no longer: when they ended, and what of them is left. Pure.

A snapshot or a row of a delta is all that its feed says. What it leaves out was not taken back, for people
did live there: it ended. When is not said; where the feed now has another home, as that one began.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Container, Iterable
from dataclasses import replace

from mast_resolver.records import Move, RecordId, Residence
from mast_resolver.residence import Timeline, stated_as, timeline


def fingerprint(said: Residence) -> int:
    """What a statement of a record is known by, as a number of this process.

    Example:
        >>> day = dt.datetime(2026, 4, 1, tzinfo=dt.UTC)
        >>> said = Residence(RecordId("r1"), RecordId("r2"), valid_from=day, seen_at=day)
        >>> fingerprint(said) == fingerprint(replace(said, seen_at=day + dt.timedelta(days=7)))
        True
    """
    return known_as(said.person, *stated_as(said))


def known_as(person: RecordId, address: RecordId, start: dt.datetime | None) -> int:
    """:func:`fingerprint` of a statement about a home, of which the start is None where it states none."""
    return hash((person, address, start))


def lapse(said: Residence, begun: Iterable[Residence | dt.datetime], *, at: dt.datetime) -> Residence | None:
    """A home that its feed states no longer, with its end; None when nothing of it is left.

    ``begun`` are the homes that the feed has instead, or moments since when it knows of none: the first that
    began after this one ends it. Where none did it ended ``at`` the load. A sighting elsewhere counts only
    after the last one here, for it does not say when that home began; one that is over by now does not count.

    Example:
        >>> day = lambda month, number: dt.datetime(2026, month, number, tzinfo=dt.UTC)
        >>> high = Residence(RecordId("r1"), RecordId("high"), valid_from=day(1, 1), seen_at=day(4, 1))
        >>> low = Residence(RecordId("r1"), RecordId("low"), valid_from=day(3, 20), seen_at=day(4, 8))
        >>> lapse(high, [low], at=day(4, 8)).valid_to.isoformat()
        '2026-03-20T00:00:00+00:00'
        >>> lapse(high, [], at=day(4, 8)).valid_to.isoformat()
        '2026-04-08T00:00:00+00:00'
    """
    starts = (_start(each, said, at) for each in begun)
    end = min((start for start in starts if start is not None and start > said.valid_from), default=at)
    if end >= said.valid_to:
        return said
    return replace(said, valid_to=end, lapsed=True) if end > said.valid_from else None


def _start(begun: Residence | dt.datetime, said: Residence, at: dt.datetime) -> dt.datetime | None:
    if isinstance(begun, dt.datetime):
        return begun
    counts = begun.valid_to > at and (not begun.inferred or begun.valid_from > said.seen_at)
    return begun.valid_from if counts else None


def returned(
    known: Iterable[Residence], said: Iterable[Residence]
) -> tuple[list[Residence], list[Residence]]:
    """What was known without the lapsed homes that their feed states again; what is said, with their dates.

    They never lapsed: a row came back that was missing by mistake. Said again with dates of old it would else
    be taken for older than the lapse.

    Example:
        >>> day = lambda number: dt.datetime(2026, 4, number, tzinfo=dt.UTC)
        >>> open_ = Residence(RecordId("r1"), RecordId("high"), valid_from=day(1), seen_at=day(1))
        >>> returned([replace(open_, valid_to=day(8), lapsed=True)], [open_]) == ([], [open_])
        True
    """
    known, now = list(known), []
    for each in said:
        # On record it may be more than once, as it was before and after another feed spoke of it.
        gone = [one for one in known if _is_again(one, each)]
        if gone:
            known = [one for one in known if one not in gone]
            since = min(one.valid_from for one in (each, *gone))
            each = replace(each, valid_from=since, seen_at=max(one.seen_at for one in (each, *gone)))
        now.append(each)
    return known, now


def _is_again(gone: Residence, said: Residence) -> bool:
    return gone.lapsed and gone.feed == said.feed and stated_as(gone) == stated_as(said)


def moved(known: Timeline, move: Move, *, at: dt.datetime, spared: Iterable[int] = ()) -> Timeline:
    """A record's timeline after a row of a delta: of its feed the home of the row holds, the others lapse.

    What the feed had corrected and does not say again goes, so that nothing of it comes back now that what
    corrected it has ended.
    Homes whose :func:`fingerprint` is ``spared`` are said beside the row and stay.
    """
    said = () if move.home is None else (move.home,)
    before, now = returned((*known.believed, *known.superseded), said)
    told = timeline([*before, *now])
    spared = {*spared, *map(fingerprint, now)}
    begun = (*now, *(() if move.since is None else (move.since,)))

    def stays(each: Residence) -> bool:
        began_later = move.earlier and now and each.valid_from >= now[0].valid_from
        return bool(each.feed != move.feed or each.lapsed or fingerprint(each) in spared or began_later)

    left = ((each if stays(each) else lapse(each, begun, at=at)) for each in told.believed)
    others = (each for each in told.superseded if each.feed != move.feed or fingerprint(each) in spared)
    return timeline([*(each for each in left if each is not None), *others])


def unsaid(
    known: Timeline,
    begun: Iterable[Residence | dt.datetime],
    gone: Iterable[Residence],
    *,
    feed: str,
    at: dt.datetime,
    stated: Container[int] = frozenset(),
) -> Timeline:
    """A record's timeline once a snapshot of a feed no longer holds the homes that are ``gone``.

    What is ``stated``, by its :func:`fingerprint`, is kept, corrected or not: it comes again with each file.
    """
    gone, begun = set(gone), tuple(begun)
    left = ((lapse(each, begun, at=at) if each in gone else each) for each in known.believed)
    others = (each for each in known.superseded if each.feed != feed or fingerprint(each) in stated)
    return timeline([*(each for each in left if each is not None), *others])
