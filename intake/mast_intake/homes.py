"""Where a row says that its person lives, and when."""

from __future__ import annotations

import datetime as dt
from typing import Final

from mast_intake.rows import SourceRow
from mast_intake.source import Mode, Source
from mast_resolver.records import FOREVER, Move, RecordId, Residence

_INSTANT: Final = dt.timedelta(seconds=1)


def stay_of(
    source: Source, row: SourceRow, person: RecordId, address: RecordId, *, now: dt.datetime
) -> Residence | None:
    """The stay that a row speaks of; its start is inferred where the row does not give it.

    A stay from birth on would say the date of birth: it begins with that month, as inferred. Of an end that
    cannot be used nobody knows more than that it is over: the stay ends with the event for which the row has
    them there, and there is none (None) where it has none, or one of before it began.
    """
    contact_at = row.moments.get("contact_at")
    said, end = row.moments.get("valid_from"), row.moments.get("valid_to", FOREVER)
    birth = row.text.get("date_of_birth")
    from_birth = said is not None and birth is not None and _day(source, said) == birth
    start = said or contact_at or now
    if from_birth:
        start = start.astimezone(source.timezone).replace(day=1).astimezone(dt.UTC)
    if "valid_to" in row.unread:
        if contact_at is None or contact_at < start:
            return None
        end = contact_at + _INSTANT
    if said is None and end <= start:
        start = end - _INSTANT  # they had lived there before it ended, nobody says since when
    own_date = contact_at or (start if source.mode is Mode.APPEND else now)
    return Residence(
        person=person,
        address=address,
        valid_from=start,
        # When it was said, of a stay that is over too: an end said late ends what was confirmed since.
        seen_at=max(start, own_date),
        valid_to=end,
        inferred=said is None or from_birth,
        feed=source.feed,
    )


def move_of(source: Source, row: SourceRow, person: RecordId, home: Residence | None) -> Move | None:
    """What a row of a delta says of all homes of its person; None where it replaces none.

    So it is where it says something of where they live that cannot be used. The address of an event is that
    of its day: with a start it replaces what began before, without one nothing.
    """
    places = any(mapped.fields.keys() & {"address", "uprn"} for mapped in source.people)
    if source.mode is not Mode.DELTA or not places or row.hides_a_home:
        return None
    since = row.moments.get("valid_from")
    if row.has_contact and (home is None or since is None):
        return None
    return Move(person, source.feed, home, since if home is None else None, earlier=row.has_contact)


def _day(source: Source, moment: dt.datetime) -> str:
    return moment.astimezone(source.timezone).date().isoformat()
