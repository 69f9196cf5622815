"""What a researcher asks, from the address of a page to the variables of a question, and back.

Nothing of it is about anybody, so it stands in the address: a page can be linked to, and gone back to.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from mast_console import dates


@dataclass(frozen=True, slots=True)
class Kind:
    """One thing that can be asked: its name on the page, the question it rests on, and our document.

    ``event`` is what is waited for, and ``levels`` whether one of the ladder is chosen for that.
    """

    says: str
    hint: str
    needs: str
    document: str
    event: str = ""
    levels: bool = False


KINDS: Final = {
    "paths": Kind(
        "The ways that paths took",
        "What came after what, which ways were taken, how many agencies knew them, where they stood.",
        "escalationPaths",
        "research_paths",
    ),
    "transitions": Kind(
        "Moves from level to level",
        "How many moved from each level of the ladder to each other.",
        "transitionMatrix",
        "research_transitions",
    ),
    "level": Kind(
        "Time to a level",
        "How long from a first contact until a level was reached. Choose the level below.",
        "timeToEvent",
        "research_times",
        "REACHED_LEVEL",
        levels=True,
    ),
    "referral": Kind(
        "Time from a first referral to the next",
        "Counted from the day of the first referral.",
        "timeToEvent",
        "research_times",
        "REFERRED_AGAIN_AFTER_REFERRAL",
    ),
    "closure": Kind(
        "Time from a first closure to the next referral",
        "Counted from the day on which a case was first closed, and no figure to put beside the one above.",
        "timeToEvent",
        "research_times",
        "REFERRED_AGAIN_AFTER_CLOSURE",
    ),
}
"""Everything that can be asked, by how it is called in an address."""

LEVELS: Final = {
    0: "services for everybody, such as a health visit",
    1: "a first concern or early help",
    2: "a referral, or help from a specialist service",
    3: "a safeguarding concern, or a child in need",
    4: "a statutory enquiry (section 47 or 42)",
    5: "a child protection plan, or a MARAC referral",
    6: "a child looked after, or a serious incident",
}
"""What stands on each level of the ladder, by example: which contact is on which, the vocabulary says."""

UNITS: Final = {"person": "People", "household": "Households"}
DAYS: Final = ("as_of", "from", "before", "known_at")
NUMBERS: Final = {"holding": "Choose a number of days", "level": "Choose a level", "origin": "Choose a level"}
OF_LEVELS: Final = ("level", "origin")
FIELDS: Final = (
    "question", "by", "level", "origin", "as_of", "policy", "holding", "from", "before", "first_type",
    "first_agency", "known_to", "known_at", "moment",
)  # fmt: skip
"""All that an address may say, in the order in which it says it."""

MOST_CHARACTERS: Final = 80

FIELD_OF: Final = {
    "asOf": "as_of",
    "knownAt": "known_at",
    "holdingDays": "holding",
    "firstType": "first_type",
    "firstAgency": "first_agency",
    "knownTo": "known_to",
    "there is no such disclosure policy": "policy",
    "that policy": "policy",
    "a level": "level",
}
"""With what a refusal begins, and which field of the form it is about."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What was said, without what was left empty; days as calendars write them."""

    said: Mapping[str, str]

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Asked:
        """What an address says. A day is taken as people write it, too.

        Example:
            >>> Asked.of({"question": "transitions", "from": "2/11/2026", "before": "", "level": "4"}).said
            {'question': 'transitions', 'from': '2026-11-02'}
        """
        said = {name: query.get(name, "").strip()[:MOST_CHARACTERS] for name in FIELDS}
        for name in DAYS:
            if (day := dates.typed_day(said[name])) is not None:
                said[name] = day.date().isoformat()
        kind = KINDS.get(said["question"])
        left_out = OF_LEVELS if kind is not None and not kind.levels else ()
        return cls({name: value for name, value in said.items() if value and name not in left_out})

    @property
    def kind(self) -> Kind | None:
        """The thing asked for, if anything is."""
        return KINDS.get(self.said.get("question", ""))

    @property
    def query(self) -> str:
        """The same as part of an address."""
        return urlencode(self.said)

    def at(self, moment: str) -> Asked:
        """The same question of what was on record at a moment: asked later, it is still the same."""
        kept = {name: value for name, value in self.said.items() if name != "known_at"}
        return Asked(kept | {"moment": moment})

    def errors(self) -> dict[str, str]:
        """What cannot be understood, by field."""
        said = self.said
        found = {} if self.kind else {"question": "Choose what you want to know"}
        if said.get("by", "person") not in UNITS:
            found["by"] = "Choose people or households"
        for name in DAYS:
            if name in said and dates.typed_day(said[name]) is None:
                found[name] = "Give a day, such as 2/11/2026"
        found |= {name: says for name, says in NUMBERS.items() if not _is_number(said.get(name, "0"))}
        if "moment" in said and not _is_moment(said["moment"]):
            found["known_at"] = "Give a day that has been, such as 2/11/2026"
        return found

    def variables(self, today: dt.date) -> dict[str, Any]:
        """What the service is asked with; ``today`` is not over yet, and is as it is on record now.

        Example:
            >>> Asked.of({"question": "transitions", "holding": "14"}).variables(dt.date(2026, 11, 2))
            {'cohort': {'by': 'PERSON', 'holdingDays': 14}}
        """
        said = self.said
        cohort = {
            "by": said.get("by", "person").upper(),
            "asOf": said.get("as_of"),
            "knownAt": said.get("moment") or _end_of(said.get("known_at", ""), today),
            "holdingDays": int(said["holding"]) if "holding" in said else None,
            "firstContactFrom": said.get("from"),
            "firstContactBefore": said.get("before"),
            "firstType": said.get("first_type"),
            "firstAgency": said.get("first_agency"),
            "knownTo": said.get("known_to"),
            "policy": said.get("policy"),
        }
        waited = {name: int(said[name]) for name in OF_LEVELS if name in said}
        event = {"event": self.kind.event} if self.kind and self.kind.event else {}
        return event | waited | {"cohort": {name: each for name, each in cohort.items() if each is not None}}


def counted(by: str) -> str:
    """What an answer counts, in words.

    Example:
        >>> counted("PERSON"), counted("HOUSEHOLD")
        ('people', 'households')
    """
    return UNITS[by.lower()].lower()


def field_of(fact: str) -> str:
    """The field that a refusal is about.

    Example:
        >>> field_of("asOf is no end of a month"), field_of("something else")
        ('as_of', 'question')
    """
    return next((field for start, field in FIELD_OF.items() if fact.startswith(start)), "question")


def _end_of(day: str, today: dt.date) -> str | None:
    """The last moment of a day here; none of today, which is as it is now."""
    if not day or dt.date.fromisoformat(day) == today:
        return None
    return dates.end_of(dt.date.fromisoformat(day))


def _is_number(text: str) -> bool:
    """Whether it is a small number, in digits that a service reads as well."""
    return text.isascii() and text.isdecimal() and len(text) <= 4


def _is_moment(text: str) -> bool:
    try:
        return dt.datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False
