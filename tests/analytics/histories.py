"""What was known, drawn at random or written by hand, for everything that looks at paths."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from hypothesis import strategies as st

from mast_analytics.history import History
from mast_resolver.known import Known, KnownContact, KnownEntity, KnownStay
from mast_resolver.records import FOREVER
from mast_resolver.vocabulary import vocabulary

NOON = dt.datetime(2024, 2, 20, 12, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
TYPES = ("CHILD_IN_NEED", "SECTION_47_ENQUIRY", "CHILDREN_REFERRAL", "ED_ATTENDANCE", "LOOKED_AFTER")


def on(day: float) -> dt.datetime:
    return NOON + day * DAY


def contact(
    id_: str,
    day: float,
    type_: str = "CHILD_IN_NEED",
    *,
    closed: float | None = None,
    record: str = "r1",
    role: str = "subject",
    category: str | None = None,
    still: bool | None = None,
    recorded: tuple[float, float | None] | None = None,
) -> KnownContact:
    kind = vocabulary().contact_type(type_)
    since, until = recorded or (day, None)
    return KnownContact(
        id_, type_, kind.agency_kind, kind.data_class, kind.severity, category, None, on(day),
        None if closed is None else on(closed), (kind.episode and closed is None) if still is None else still,
        ((record, role),), on(since), FOREVER if until is None else on(until),
    )  # fmt: skip


def lives(
    person: str,
    address: str,
    start: float = -900,
    end: float | None = None,
    *,
    recorded: tuple[float, float | None] = (-9999, None),
) -> KnownStay:
    """Person ``P-N`` at an address by record ``rN``, as nobody ever said otherwise or again."""
    begins, ends = on(start), FOREVER if end is None else on(end)
    since, until = recorded
    clock = on(since), FOREVER if until is None else on(until)
    return KnownStay("r" + person[2:], "at " + address, begins, ends, begins, *clock)


def named(contacts: Iterable[KnownContact], homes: Iterable[KnownStay]) -> tuple[KnownEntity, ...]:
    """Record ``rN`` is person ``P-N``, and was so always; an address that is called a hostel is one."""
    homes = tuple(homes)
    records = {record for each in contacts for record, _ in each.touches} | {each.record for each in homes}
    people = [KnownEntity(record, "P-" + record[1:], on(-9999)) for record in sorted(records)]
    places = sorted({each.place for each in homes})
    return (
        *people,
        *(KnownEntity(each, each[3:], on(-9999), communal="hostel" in each) for each in places),
    )


def known(*contacts: KnownContact, homes: tuple[KnownStay, ...] = ()) -> History:
    """What is known of people who were always known as who they are."""
    return History(Known(tuple(contacts), named(contacts, homes), homes))


@st.composite
def knowns(draw: st.DrawFn) -> Known:
    """Contacts that are corrected and withdrawn, records that are merged and unmerged, people who move."""
    contacts, entities = [], []
    for id_ in draw(st.lists(st.sampled_from("abcdef"), unique=True, max_size=6)):
        for since, until in _believed(draw):
            day = draw(st.integers(0, 40)) + draw(st.sampled_from([0.0, 0.49, 0.51]))
            lasts = draw(st.none() | st.integers(-3, 30))
            contacts.append(
                contact(
                    id_,
                    day,
                    draw(st.sampled_from(TYPES)),
                    closed=None if lasts is None else day + lasts,
                    record=draw(st.sampled_from(["r1", "r2", "a1"])),
                    role=draw(st.sampled_from(["subject", "caller"])),
                    recorded=(since, until),
                )
            )
    for record, names in [
        ("r1", ["P-1", "P-2"]),
        ("r2", ["P-1", "P-2"]),
        ("a1", ["A-1", "A-2"]),
        ("a2", ["A-1", "A-2"]),
    ]:
        for since, until in _believed(draw):
            end = FOREVER if until is None else on(until)
            communal = record == "a2" and draw(st.integers(0, 3)) == 0
            entities.append(KnownEntity(record, draw(st.sampled_from(names)), on(since), end, communal))
    return Known(tuple(contacts), tuple(entities), tuple(draw(stays())))


@st.composite
def stays(draw: st.DrawFn) -> list[KnownStay]:
    """What two records are said to live, corrected, confirmed and withdrawn."""
    found = []
    for _ in range(draw(st.integers(0, 5))):
        record, place = draw(st.sampled_from(["r1", "r2"])), draw(st.sampled_from(["a1", "a2"]))
        start = draw(st.integers(-5, 30))
        end = draw(st.none() | st.integers(1, 40))
        seen = start
        for since, until in _believed(draw):
            seen += draw(st.sampled_from([0, 0, 5, 15]))
            found.append(
                KnownStay(
                    record,
                    place,
                    on(start),
                    FOREVER if end is None else on(start + end),
                    on(seen),
                    on(since),
                    FOREVER if until is None else on(until),
                    inferred=draw(st.booleans()),
                    lapsed=draw(st.integers(0, 3)) == 0,
                )
            )
    return found


def _believed(draw: st.DrawFn) -> list[tuple[int, int | None]]:
    """Ranges on the recorded clock that follow one another, perhaps with gaps; the last may have no end."""
    marks = sorted(draw(st.sets(st.integers(0, 50), min_size=1, max_size=4)))
    pairs = list(zip(marks[::2], marks[1::2], strict=False))
    return [*pairs, (marks[-1], None)] if len(marks) % 2 else list(pairs)
