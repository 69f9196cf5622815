"""Looks for a feed's clear values where none may be: in the graph's properties, in logs, in reports."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from typing import Final

from mast_intake.rows import LIFE_DATES, SourceRow

NAMES: Final = ("given_name", "middle_name", "family_name")
NUMBERS: Final = ("nhs_number", "national_id", "phone", "email", "uprn", "postcode")
TIMES: Final = frozenset(
    (
        "at",
        "closed_at",
        "completed_at",
        "expires_at",
        "from",
        "locked_at",
        "made_at",
        "recorded_from",
        "recorded_to",
        "revoked_at",
        "seen_at",
        "started_at",
        "to",
        "valid_from",
        "valid_to",
    )
)
"""Properties of the graph that hold the time of a contact, a stay, a change or a command."""

_BETWEEN: Final = " \x1f "
"""Between two values: the counts of a load, one after the other, are nobody's reference."""

_WORD: Final = re.compile(r"[^\W\d_]{4,}")
_SHORTEST_NUMBER: Final = 6
_SHORTEST_IN_BYTES: Final = 6
"""Sealed values are as good as random, and there are megabytes of them: every few towns some name of four
letters stands in one. Of one with six it is one in a thousand."""

_BREAKS: Final = 3
_BREAK: Final = re.compile(r"[^0-9a-z@]+")


class ClearValues:
    """What a feed says in clear text, in memory only; it can be asked whether a text holds any of it.

    Names count word by word from four letters on; addresses and an agency's references by their whole
    text; dates of a life in the usual ways of writing; numbers with and without their breaks. ``allowed``
    are words of ours (contact types, agencies) that may also be somebody's name.

    Example:
        >>> values = ClearValues([SourceRow("a.csv", 2, "case-0017", {"family_name": "Marlowe"})])
        >>> sorted(values.fields_in("load of MARLOWE, case-0017")), values.fields_in("load of r81fe")
        (['family_name', 'record_id'], set())
        >>> values
        ClearValues(...)
    """

    __slots__ = ("_allowed", "_longest", "_people", "_whole", "_words")

    def __init__(self, rows: Iterable[SourceRow], *, allowed: Iterable[str] = ()) -> None:
        self._allowed = {word for text in allowed for word in _words(text)}
        self._words: dict[str, str] = {}
        self._people: dict[str, set[str]] = {}
        self._whole: dict[str, str] = {}
        for row in rows:
            self._take(row)
        self._longest = max((value.count(" ") + 1 for value in self._whole), default=0) + _BREAKS

    def __repr__(self) -> str:
        return "ClearValues(...)"

    def fields_in(self, text: str, *, prose: bool = False) -> set[str]:
        """Names of our fields of which the text holds a value; the value itself is never said.

        In ``prose``, such as another program's log, a name counts only beside the person's other name:
        Page, Lock and Price are words as well.
        """
        words = _words(text)
        found = {
            self._words[word]
            for word in words
            if word in self._words and (not prose or self._both(word, words))
        }
        for value in text.split(_BETWEEN):
            found |= self._whole_in(_plain(value).split())
        return found

    def _whole_in(self, parts: list[str]) -> set[str]:
        found = set()
        for start in range(len(parts)):
            for end in range(start + 1, min(len(parts), start + self._longest) + 1):
                some = parts[start:end]
                # A number may be written with breaks that the feed does not have.
                field = self._whole.get(" ".join(some)) or self._whole.get("".join(some))
                if field:
                    found.add(field)
        return found

    def _both(self, word: str, words: set[str]) -> bool:
        return not words.isdisjoint(self._people.get(word, ()))

    def _take(self, row: SourceRow) -> None:
        text = row.text
        given, family = _words(text.get("given_name", "")), _words(text.get("family_name", ""))
        for word in given:
            self._people.setdefault(word, set()).update(family)
        for word in family:
            self._people.setdefault(word, set()).update(given)
        for field in NAMES:
            for word in _words(text.get(field, "")):
                if word not in self._allowed:
                    self._words[word] = field
        self._put("record_id", row.record_id)
        self._put("address", text.get("address", ""))
        for field in NUMBERS:
            value = text.get(field, "")
            self._put(field, value)
            self._put(field, _plain(value).replace(" ", ""))
        for field in LIFE_DATES:
            for written in _dates(text.get(field, "")):
                self._put(field, written)

    def _put(self, field: str, value: str) -> None:
        plain = _plain(value)
        # A short one ("17") stands everywhere by chance.
        if len(plain) >= _SHORTEST_NUMBER and plain not in self._allowed:
            self._whole[plain] = field


def properties_text(properties: Mapping[str, object]) -> str:
    """All values of a node or an edge as one text; bytes as the characters they would be.

    Times under the names that the graph has for them are left out: a contact may well be on the
    birthday of somebody else. A time under any other name is in the text.
    """
    return _BETWEEN.join(
        _value_text(value)
        for name, value in properties.items()
        if not (name in TIMES and isinstance(value, dt.datetime))
    )


def _value_text(value: object) -> str:
    if isinstance(value, bytes):
        return _WORD.sub(_by_no_chance, value.decode("ascii", "replace"))
    if isinstance(value, list):
        return _BETWEEN.join(_value_text(each) for each in value)
    return str(value)


def _by_no_chance(word: re.Match[str]) -> str:
    return word[0] if len(word[0]) >= _SHORTEST_IN_BYTES else " "


def _words(text: str) -> set[str]:
    return {word.lower() for word in _WORD.findall(text)}


def _plain(text: str) -> str:
    return _BREAK.sub(" ", text.lower()).strip()


def _dates(iso: str) -> tuple[str, ...]:
    if len(iso) != len("2000-01-01"):
        return ()
    year, month, day = iso.split("-")
    orders = ((year, month, day), (day, month, year), (month, day, year))
    return tuple(joint.join(order) for order in orders for joint in ("-", ""))
