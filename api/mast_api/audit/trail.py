"""Who asked what, read back from the audit log: newest first, page by page, found by who or about whom."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from mast_api.audit.chain import Entry
from mast_api.audit.segments import changed, entries_backwards

CLOCK_SET_BACK: Final = dt.timedelta(hours=1)
"""So far back may an entry be of one written before it: clocks are set."""

AGENCIES: Final = "agencies"
"""Among what an answer holds: those whose contacts it tells, or whose records it holds."""

IDENTITY_SOUGHT: Final = "identity-sought"
IDENTITY_FOUND: Final = "identity-found"
"""A command looks for whoever presents an identity; and whom it showed."""

IDS: Final = ("ids", "records")
"""Among what is sought: ids of people, places and households; of records that are decided about."""

_UNDERSTOOD: Final = frozenset({"uprn", "place", "postcode_place", "street_place"})
_NAMES: Final = ("given_name", "family_name")

LISTS: Final = frozenset(
    {
        "networkExtract",
        "reviewQueue",
        "shields",
        "auditTrail",
        "accessReview",
        "judgeAccess",
        "breakGlasses",
        "agreements",
        "releases",
        "rightsRequests",
        "settleRightsRequest",
    }
)
"""Questions whose answers are lists, of nobody in particular."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries to find; what is left empty does not narrow.

    ``ids`` are ids of people, addresses, households or records, or keyed tokens: entries that asked for or
    answered with one of them. ``agency`` is whose staff asked, ``of_agency`` whose contacts an answer told.
    ``before`` is the number of an entry: only older ones.
    """

    subject: str = ""
    ids: frozenset[str] = frozenset()
    question: str = ""
    since: dt.datetime | None = None
    until: dt.datetime | None = None
    before: int | None = None
    agency: str = ""
    of_agency: str = ""

    def has(self, entry: Entry) -> bool:
        """Whether the entry is one of them."""
        return (
            self._by_whom(entry)
            and (not self.of_agency or self.of_agency in told_of(entry))
            and (not self.question or self.question in questions(entry))
            and (not self.ids or not self.ids.isdisjoint(named_ids(entry)))
            and (self.since is None or moment(entry) >= self.since)
            and (self.until is None or moment(entry) < self.until)
            and (self.before is None or entry["sequence"] < self.before)
        )

    def _by_whom(self, entry: Entry) -> bool:
        return (not self.subject or entry.get("subject") == self.subject) and (
            not self.agency or entry.get("agency") == self.agency
        )

    def told_by(self) -> list[list[bytes]]:
        """Texts of which one of each list stands in the line of every entry that is wanted."""
        one = [[_as_written(text)] for text in (self.subject, self.agency, self.of_agency) if text]
        return [*one, *([sorted(map(_as_written, self.ids))] if self.ids else [])]


@dataclass(frozen=True, slots=True)
class Page:
    """Entries, the newest first, and whether there are older ones that were wanted."""

    entries: tuple[Entry, ...]
    more: bool


def trail(path: Path, wanted: Wanted, first: int) -> Page:
    """The newest ``first`` entries that are wanted.

    Example:
        >>> trail(Path("no-such-folder/audit.jsonl"), Wanted(), 10)
        Page(entries=(), more=False)
    """
    found: list[Entry] = []
    for entry in matching(path, wanted):
        if len(found) == first:
            return Page(tuple(found), more=True)
        found.append(entry)
    return Page(tuple(found), more=False)


def matching(path: Path, wanted: Wanted) -> Iterator[Entry]:
    """Every entry that is wanted, the newest first; nothing much older than ``since`` is read."""
    for entry in entries_backwards(path, told_by=wanted.told_by()):
        if wanted.since is not None and moment(entry) < wanted.since - CLOCK_SET_BACK:
            return
        if wanted.has(entry):
            yield entry


def moment(entry: Entry) -> dt.datetime:
    """When it was written.

    Raises:
        AuditUnavailableError: it says no moment, as it did when it was written.
    """
    try:
        at = dt.datetime.fromisoformat(entry["at"])
    except (ValueError, TypeError):
        raise changed() from None
    if at.tzinfo is None:
        raise changed()
    return at


def questions(entry: Entry) -> list[str]:
    """What was asked: one in an intent, all of a request in its answer."""
    asked = entry.get("questions")
    if isinstance(asked, list):
        return [str(each) for each in asked]
    return [str(entry["question"])] if "question" in entry else []


def looked_for(question: str, sought: object) -> frozenset[str]:
    """Whom or what a question looks for: the ids it names, or all the tokens of one search as one.

    A list that is read page by page looks for nobody. A place is one however it is spelled.

    Example:
        >>> looked_for("person", {"ids": ["P-1"]}), looked_for("shields", {"after": ["P-1"]})
        (frozenset({'P-1'}), frozenset())
        >>> looked_for("recordMatchDecision", {"records": ["r1"], "decision": "SAME"})
        frozenset({'r1'})
        >>> len(looked_for("searchPeople", {"given_name": ["0a"], "family_name": ["0b", "0c"]}))
        1
    """
    if question in LISTS or not isinstance(sought, Mapping):
        return frozenset()
    for name in IDS:
        if isinstance(ids := sought.get(name), list | tuple | set | frozenset):
            return frozenset(map(str, ids))
    tokens = sorted(_texts(_as_one(sought)))
    return frozenset([" ".join(tokens)] if tokens else [])


def _as_one(tokens: Mapping[str, Any]) -> dict[str, Any]:
    """The tokens that are the same in every spelling of one place.

    That of the text as it was written is another for every comma; it stays where it is all there is.

    Example:
        >>> _as_one({"place": "0a", "written": "0b"}), _as_one({"written": "0b"})
        ({'place': '0a'}, {'written': '0b'})
    """
    understood = not _UNDERSTOOD.isdisjoint(tokens)
    return {name: each for name, each in tokens.items() if not (understood and name == "written")}


def told_of(entry: Entry) -> frozenset[str]:
    """The agencies of which an answer told contacts, or how many they have, or held records.

    Example:
        >>> sorted(told_of({"ids": {"agencies": ["nhs"], "people": ["P-1"]}}))
        ['nhs']
    """
    ids = entry.get("ids")
    agencies = ids.get(AGENCIES) if isinstance(ids, Mapping) else None
    return frozenset(map(str, agencies)) if isinstance(agencies, list) else frozenset()


def search_key(question: str, sought: object) -> str:
    """By what a search is known again that named no id: of its keyed tokens, short; "" where it had none.

    A place is known again in every spelling. Who is searched for by both names is by these alone: another
    date of birth or telephone number beside them would else be another search each time.

    Example:
        >>> one, other = ({"family_name": [each]} for each in ("0a", "0b"))
        >>> search_key("searchPeople", one) == search_key("searchPeople", other), search_key("person", {})
        (False, '')
        >>> one, other = ({"given_name": ["0a"], "family_name": ["0b"], "phone": [each]} for each in "12")
        >>> search_key("searchPeople", one) == search_key("searchPeople", other)
        True
    """
    if isinstance(sought, Mapping) and all(sought.get(name) for name in _NAMES):
        sought = {name: sought[name] for name in _NAMES}
    things = looked_for(question, sought)
    return hashlib.sha256(" ".join([question, *sorted(things)]).encode()).hexdigest()[:16] if things else ""


def named_ids(entry: Entry) -> Iterator[str]:
    """Every id that the entry names, in what was sought or in what was answered; keyed tokens too."""
    for name in ("sought", "ids"):
        yield from _texts(entry.get(name))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)


def _as_written(text: str) -> bytes:
    return json.dumps(text).encode()
