"""What could not be read: file, line, field and rule, never the value."""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Final, Self, TextIO

_KEPT: Final = 1_000
"""Rejects kept in memory; the report has them all."""


class Outcome(StrEnum):
    """What happened to the row."""

    ROW = "row"  # nothing of it was loaded
    FIELD = "field"  # the field was set aside, the rest was loaded


class Rule(StrEnum):
    """Why something was rejected."""

    RECORD_ID_MISSING = "record_id_missing"
    DUPLICATE_RECORD_ID = "duplicate_record_id"
    RAGGED_ROW = "ragged_row"
    QUOTE_UNBALANCED = "quote_unbalanced"
    LINE_TOO_LONG = "line_too_long"
    NUL_BYTE = "nul_byte"
    NOT_JSON = "not_json"
    NOT_TEXT = "not_text"
    UNKNOWN_COLUMN = "unknown_column"
    VALUE_TOO_LONG = "value_too_long"
    NUMBER_MANGLED = "number_mangled"
    UNMAPPED_VALUE = "unmapped_value"
    DATE_UNREADABLE = "date_unreadable"
    DATE_IN_FUTURE = "date_in_future"
    DATE_TOO_EARLY = "date_too_early"
    INTERVAL_REVERSED = "interval_reversed"
    IMPOSSIBLE_AGE = "impossible_age"
    ALIVE_AFTER_DEATH = "alive_after_death"
    NHS_NUMBER_INVALID = "nhs_number_invalid"
    NATIONAL_ID_INVALID = "national_id_invalid"
    PHONE_INVALID = "phone_invalid"
    EMAIL_INVALID = "email_invalid"
    UPRN_INVALID = "uprn_invalid"
    POSTCODE_INVALID = "postcode_invalid"
    COUNTRY_UNKNOWN = "country_unknown"
    SEX_UNKNOWN = "sex_unknown"
    NAME_WITHOUT_LETTERS = "name_without_letters"
    NOT_A_CODE = "not_a_code"
    ROLE_UNKNOWN = "role_unknown"
    STATUS_UNKNOWN = "status_unknown"
    SEVERITY_OFF_LADDER = "severity_off_ladder"
    SHIELD_UNKNOWN = "shield_unknown"
    RELATION_UNKNOWN = "relation_unknown"
    RELATION_INCOMPLETE = "relation_incomplete"
    RELATED_TO_ITSELF = "related_to_itself"
    OPERATION_UNKNOWN = "operation_unknown"
    CONTACT_TYPE_UNKNOWN = "contact_type_unknown"
    CONTACT_AT_MISSING = "contact_at_missing"
    CONTACT_TOUCHES_NOTHING = "contact_touches_nothing"
    ROW_SAYS_NOTHING = "row_says_nothing"
    ERASED = "erased"
    # of a gazetteer or a look-up of areas
    NO_PLACE = "names_no_place"
    DUPLICATE_UPRN = "duplicate_uprn"
    AREA_CODE_INVALID = "area_code_invalid"


NAMELESS: Final = frozenset((
    Rule.RECORD_ID_MISSING, Rule.RAGGED_ROW, Rule.QUOTE_UNBALANCED, Rule.LINE_TOO_LONG, Rule.NUL_BYTE,
    Rule.NOT_JSON, Rule.NOT_TEXT, Rule.UNKNOWN_COLUMN, Rule.OPERATION_UNKNOWN,
))  # fmt: skip
"""Of a row that breaks one of these nobody can tell whose it is."""


@dataclass(frozen=True, slots=True)
class Reject:
    """One thing set aside. ``field`` is one of ours, or empty when it is about the whole row."""

    file: str
    line: int
    field: str
    rule: Rule
    outcome: Outcome


class Rejects:
    """Counts rejects and writes each to a CSV report as it comes; memory does not grow with the file.

    Example:
        >>> with Rejects() as rejects:
        ...     rejects.field("people.csv", 7, "date_of_birth", Rule.DATE_UNREADABLE)
        >>> rejects.rows, rejects.fields, rejects.first[0].rule.value
        (0, 1, 'date_unreadable')
    """

    def __init__(self, report: Path | None = None) -> None:
        self._report = report
        self._file: TextIO | None = None
        self.counts: Counter[tuple[Outcome, str, Rule]] = Counter()
        self.first: list[Reject] = []
        self.held: set[str] = set()
        """References of records that rejected rows are of: a file that holds such a row holds its record."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def rows(self) -> int:
        """Rows of which nothing was loaded."""
        return sum(count for (outcome, _, _), count in self.counts.items() if outcome is Outcome.ROW)

    @property
    def fields(self) -> int:
        """Fields set aside in rows that were loaded."""
        return self.counts.total() - self.rows

    @property
    def nameless(self) -> int:
        """Rows of which nothing was loaded, and nobody can tell whose they are."""
        rows = (each for each in self.counts.items() if each[0][0] is Outcome.ROW)
        return sum(
            count
            for (_, field, rule), count in rows
            if rule in NAMELESS or (field == "record_id" and rule is Rule.NUMBER_MANGLED)
        )

    def row(self, file: str, line: int, field: str, rule: Rule, *, of: str = "") -> None:
        """A row of which nothing is loaded; ``of`` is the agency's reference of its record, if known."""
        if of:
            self.held.add(of)
        self.add(Reject(file, line, field, rule, Outcome.ROW))

    def field(self, file: str, line: int, field: str, rule: Rule) -> None:
        """A field that is set aside; the row is loaded without it."""
        self.add(Reject(file, line, field, rule, Outcome.FIELD))

    def add(self, reject: Reject) -> None:
        """Count one, keep it if it is among the first, and write it to the report."""
        self.counts[reject.outcome, reject.field, reject.rule] += 1
        if len(self.first) < _KEPT:
            self.first.append(reject)
        if self._report is not None:
            if self._file is None:
                self._file = self._report.open("w", encoding="utf-8", newline="")
                csv.writer(self._file).writerow(("file", "line", "field", "rule", "outcome"))
            csv.writer(self._file).writerow(
                (reject.file, reject.line, reject.field, reject.rule.value, reject.outcome.value)
            )

    def close(self) -> None:
        """Finish the report; without a single reject none is made."""
        if self._file is not None:
            self._file.close()
            self._file = None
