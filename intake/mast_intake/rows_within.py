"""A quoted value that holds rows of the file, for a quote was left open, told from text of several lines."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from mast_intake.dates import read_moment
from mast_intake.rows import DATE_FIELDS
from mast_intake.source import Source

_KEYS: Final = ("record_id", "uprn", "postcode")
"""By what a row of a feed is known; one of a gazetteer; one of a look-up of areas."""
_LINE_END: Final = re.compile(r"\r\n?|\n")
_DIGITS: Final = re.compile(r"\d+")
_LETTERS: Final = re.compile(r"[^\W\d_]+")
_SPACE: Final = re.compile(r"\s")


class RowsWithin:
    """Whether values of several lines hold lines that read as rows.

    Commas do not make a row: a note has them too. A line is one if it has as many as a row, and where the
    record id stands something like one, or where a date stands a date.
    """

    def __init__(self, source: Source, header: Sequence[str]) -> None:
        fields = source.people[0].fields
        key = next((fields[name].columns for name in _KEYS if name in fields), ())
        self._delimiter = source.csv.delimiter
        self._fewest = len(header) - 1
        self._ids = tuple(map(header.index, key))
        self._dates = tuple(
            (header.index(mapped.columns[0]), mapped.formats)
            for person in source.people
            for name, mapped in person.fields.items()
            if name in DATE_FIELDS and len(mapped.columns) == 1
        )
        self._zone = source.timezone

    def found_in(self, values: Sequence[str]) -> bool:
        """Whether one of the values of a row swallowed others."""
        return any(
            self._is_row(line.split(self._delimiter), values)
            for value in values
            if "\n" in value or "\r" in value
            for line in _LINE_END.split(value)[1:]
            if line.count(self._delimiter) >= self._fewest > 0
        )

    def _is_row(self, parts: Sequence[str], values: Sequence[str]) -> bool:
        if any(read_moment(parts[at], formats, self._zone) for at, formats in self._dates):
            return True
        return all(at < len(values) and _is_like(parts[at], values[at]) for at in self._ids)


def _is_like(text: str, known: str) -> bool:
    """Whether a text could be an id of the kind of one that is known.

    Example:
        >>> _is_like("C-18", "C-17"), _is_like("18", "C-17"), _is_like("dad", "C-17"), _is_like("", "C-17")
        (True, True, False, False)
        >>> _is_like("14 High Street", "C-17"), _is_like("AB 18", "AB 17")
        (False, True)
    """
    text, known = text.strip(), known.strip().partition("\n")[0]
    if not text:
        return False
    one_word_with_digits = _DIGITS.search(text) is not None and not _SPACE.search(text)
    return one_word_with_digits or _shape(text) == _shape(known)


def _shape(text: str) -> str:
    return _LETTERS.sub("a", _DIGITS.sub("9", text))
