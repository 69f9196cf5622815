"""What `mast quality` came to last: counts by agency and rule, in a file of the data folder, without ids."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import orjson

from mast_analytics.quality import RULES, contacts_of_rules
from mast_graph.files import write_private

if TYPE_CHECKING:
    from mast_analytics.event import Event
    from mast_analytics.quality import Fault

FILE: Final = "quality.json"


@dataclass(frozen=True, slots=True)
class Finding:
    """So many contacts break a rule."""

    rule: str
    says: str
    contacts: int


@dataclass(frozen=True, slots=True)
class AgencyFindings:
    """Of so many contacts of an agency: those that cannot be as they were recorded, by rule."""

    agency: str
    contacts: int
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Kept:
    """Every agency that has contacts, by id, as of when that was worked out."""

    at: dt.datetime
    agencies: tuple[AgencyFindings, ...]


def keep(data: Path, events: Iterable[Event], faults: Iterable[Fault], *, at: dt.datetime) -> None:
    """Put the counts in the place of those before."""
    contacts = Counter(event.agency for event in events)
    found = contacts_of_rules(faults)
    agencies = [
        {
            "agency": agency,
            "contacts": many,
            "findings": [
                {"rule": rule, "says": RULES[rule], "contacts": number}
                for (of, rule), number in sorted(found.items())
                if of == agency
            ],
        }
        for agency, many in sorted(contacts.items())
    ]
    write_private(data / FILE, orjson.dumps({"at": at, "agencies": agencies}))


def kept(data: Path) -> Kept | None:
    """The counts that were kept last; nothing where none were, or by a version that wrote others.

    Example:
        >>> import tempfile
        >>> from mast_analytics.event import Event
        >>> from mast_analytics.quality import faults
        >>> may = dt.datetime(2026, 5, 4, tzinfo=dt.UTC)
        >>> plan = Event("c1", "CHILD_IN_NEED", may, "council", closed_at=may - dt.timedelta(days=3))
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     keep(Path(folder), [plan], faults([plan]), at=may)
        ...     found = kept(Path(folder))
        >>> [(each.agency, each.contacts, each.findings[0].says) for each in found.agencies]
        [('council', 1, 'closed before it was opened')]
    """
    try:
        said = orjson.loads((data / FILE).read_bytes())
        return Kept(
            dt.datetime.fromisoformat(said["at"]),
            tuple(
                AgencyFindings(
                    each["agency"], each["contacts"], tuple(Finding(**one) for one in each["findings"])
                )
                for each in said["agencies"]
            ),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None
