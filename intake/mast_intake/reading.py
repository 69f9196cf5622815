"""Files of a feed to rows in canonical form; what cannot be read is rejected, the rest goes on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Final

from mast_intake.checks import Checked, checker, mangled
from mast_intake.lives import set_aside
from mast_intake.mapping import OPERATIONS, value_key
from mast_intake.normalise import is_missing, names_nobody, number_of_child
from mast_intake.rejects import Rejects, Rule
from mast_intake.rows import CONTACT_FIELDS, DATE_FIELDS, RELATION_FIELDS, SHIELD_FIELD, SourceRow, contradict
from mast_intake.source import Mapped, Mode, PersonMap, Source
from mast_intake.tables import Raw, raw_rows
from mast_resolver.records import Operation, Status

_LONGEST_VALUE: Final = 500
_REMEMBERED: Final = 5_000
"""Values of one field whose reading is remembered."""
_OWN: Final = frozenset(("contact_id", "related_to", "nhs_number", "national_id", "phone", "email", "uprn"))
"""Fields whose values seldom come again: remembering them would cost more than reading them."""
_FREE: Final = frozenset(("given_name", "middle_name", "family_name", "address", "contact_id"))
_FATAL: Final = frozenset(("record_id", "contact_type", "contact_at"))
"""Fields without which a row would say something else: an unreadable one rejects the row."""
_REFERENCES: Final = frozenset(("contact_id", "related_to"))
"""Two that were mangled alike would be one: such a one rejects the row too."""

_EVENT: Final = ("contact_id", "contact_type", "contact_at")
"""Fields by which a row says which event it means."""

_CLOCKS_DIFFER: Final = dt.timedelta(days=1)
_NEVER: Final = dt.datetime.max.replace(tzinfo=dt.UTC)
_UNREADABLE: Final = {"contact_role": "other", SHIELD_FIELD: "both"}
"""What stands for a value that cannot be read: a suspect must not become the subject, and who cannot be told
to be findable is not found."""


def read_rows(
    source: Source, files: Iterable[Path], rejects: Rejects, *, today: dt.date | None = None
) -> Iterator[SourceRow]:
    """Every person, place or contact that the files speak of, in the order of the files.

    With ``today`` given, a date of a life after it is set aside, or one before anybody alive was born, and a
    row whose event is so is rejected.

    Raises:
        UnreadableFileError: a file is not what its source declares.
        UnknownColumnError: a column is neither mapped nor ignored, or a mapped one is missing.
    """
    readers = [_PersonReader(source, person, today) for person in source.people]
    versions = _Versions(source)
    for path in files:
        if source.mode is not Mode.SNAPSHOT:  # whose files are one: of others each is later than the last
            versions = _Versions(source)
        for line, values in raw_rows(source, path, rejects):
            operation = _operation(source, values)
            if operation is None:
                rejects.row(path.name, line, "operation", Rule.OPERATION_UNKNOWN)
                continue
            found = False
            for reader in readers:
                row = reader.read(path.name, line, values, operation, rejects)
                found = found or row is not None
                if isinstance(row, SourceRow) and (version := versions.check(row, rejects)):
                    yield version
            if not found:
                of = readers[0].reference(values)
                rejects.row(path.name, line, "", Rule.ROW_SAYS_NOTHING, of=of)


def references(source: Source, files: Iterable[Path]) -> Iterator[str]:
    """The agency's own reference of everybody that each row is about, '' where none can be read.

    Raises:
        UnreadableFileError, UnknownColumnError: as for :func:`read_rows`.
    """
    readers = [_PersonReader(source, person, None) for person in source.people]
    for path in files:
        for _, values in raw_rows(source, path, Rejects()):
            yield from (reader.reference(values) for reader in readers)


def _operation(source: Source, values: Mapping[str, Raw]) -> Operation | None:
    if source.operation is None:
        return Operation.UPSERT
    text = _meant(source.operation, _written(source.operation, values))
    return None if text is None else OPERATIONS.get(text.lower())


def _written(mapped: Mapped, values: Mapping[str, Raw]) -> str:
    """What stands in the columns of a field."""
    if len(mapped.columns) == 1:
        return str(values.get(mapped.columns[0], "")).strip()
    return mapped.joined([str(values.get(name, "")).strip() for name in mapped.columns])


def _meant(mapped: Mapped, text: str) -> str | None:
    """What ``values`` says that a text stands for; None when it does not know it."""
    if mapped.values is None or not text:
        return text
    key = value_key(text)
    return (mapped.values[key] or "") if key in mapped.values else None


class _Field:
    """One of our fields: where it stands in a row, and what it may hold."""

    __slots__ = ("_check", "_check_typed", "_constant", "_mapped", "_remembered", "column", "name")

    def __init__(
        self, name: str, mapped: Mapped, source: Source, today: dt.date | None, countries: tuple[str, ...]
    ) -> None:
        self.name = name
        self._mapped = mapped
        check = checker(name, mapped, source, today, countries)
        self._check_typed = (
            checker(name, replace(mapped, formats=()), source, today, countries)
            if name in DATE_FIELDS
            else None
        )
        self.column = mapped.columns[0] if len(mapped.columns) == 1 else None
        """Its only column, if it has just one."""
        # A constant is what it is in every row.
        self._constant = None if mapped.constant is None else _checked(name, mapped.constant, check)
        self._check = check
        self._remembered = lru_cache(maxsize=0 if name in _OWN else _REMEMBERED)(self._read_text)

    def _read_text(self, text: str) -> Checked:
        meant = _meant(self._mapped, text.strip())
        return Rule.UNMAPPED_VALUE if meant is None else _checked(self.name, meant, self._check)

    def written(self, values: Mapping[str, Raw]) -> str:
        """What a row has there."""
        return _written(self._mapped, values)

    def read(self, values: Mapping[str, Raw]) -> Checked:
        """The checked value of a row."""
        if self._constant is not None:
            return self._constant
        value = values.get(self.column, "") if self.column is not None else _written(self._mapped, values)
        if not isinstance(value, str):
            # What has a date's type is read as ISO, whatever the formats of text.
            return self._check_typed(value.isoformat()) if self._check_typed else self._read_text(str(value))
        return self._remembered(value) if len(value) <= _LONGEST_VALUE else self._read_text(value)


def _checked(name: str, text: str, check: Callable[[str], Checked]) -> Checked:
    if not text:
        return ""
    if len(text) > _LONGEST_VALUE:
        return Rule.VALUE_TOO_LONG
    if name in _FREE:
        return _unsaid(name, text) if is_missing(name, text) else check(text)
    checked = check(text)
    # Only what breaks a rule can stand for "missing": most values need not be looked up.
    return "" if isinstance(checked, Rule) and is_missing(name, text) else checked


def _unsaid(name: str, text: str) -> str:
    """What is left of what stands for nothing: the number of a twin without a name tells two apart."""
    return number_of_child(text) if name == "given_name" else ""


class _PersonReader:
    """Reads one person (or place, or contact) of each row by its field map."""

    def __init__(self, source: Source, person: PersonMap, today: dt.date | None) -> None:
        self._suffix = person.suffix
        self._timezone = source.timezone
        self._latest = _NEVER if today is None else _end_of(today + _CLOCKS_DIFFER, source.timezone)
        self._several = len(source.people) > 1
        self._id = person.fields["record_id"]
        self._mangled = mangled(self._id)
        # The country of the feed first; where rows may say another, a postcode of either is one.
        other = ("US" if source.country == "GB" else "GB",) if "country" in person.fields else ()
        countries = (source.country, *other)
        told = (person.fields[name] for name in _EVENT if name in person.fields)
        self._event_columns = tuple(column for mapped in told for column in mapped.columns)
        self._fields = tuple(
            _Field(name, mapped, source, today, countries)
            for name, mapped in person.fields.items()
            if name != "record_id"
        )

    def reference(self, values: Mapping[str, Raw]) -> str:
        """The agency's own, of the person or place of a row; empty where none can be read."""
        said = _meant(self._id, _written(self._id, values))
        if not said or len(said) > _LONGEST_VALUE or is_missing("record_id", said):
            return ""
        return "" if self._mangled(said) else said + self._suffix

    def read(
        self, file: str, line: int, values: Mapping[str, Raw], operation: Operation, rejects: Rejects
    ) -> SourceRow | Rule | None:
        """The row, the rule by which it was rejected, or None when there is nobody to read."""
        reference = self.reference(values)
        if not reference:
            said = _meant(self._id, _written(self._id, values)) or ""
            rule = Rule.NUMBER_MANGLED if self._mangled(said) else Rule.RECORD_ID_MISSING
            rejects.row(file, line, "record_id", rule)
            return rule
        text, moments, faults = self._values(values)
        row = SourceRow(file, line, reference, text, moments, operation)
        if self._several and not row.has_person and operation is Operation.UPSERT:
            return None
        if fatal := self._fatal(row, faults, values):
            rejects.row(file, line, *fatal, of=reference)
            return _shield_alone(row) or fatal[1]
        broken = {name for name, _ in faults}
        if "valid_to" in broken and not self._ends_some_day(values):
            broken.remove("valid_to")
        faults.extend(self._ends(text, moments, broken))
        broken.update(name for name, rule in faults if (name, rule) == ("valid_to", Rule.INTERVAL_REVERSED))
        faults.extend(set_aside(text))
        faults.extend(_half_related(row, text, {name for name, _ in faults}))
        for name, rule in faults:
            rejects.field(file, line, name, rule)
            if name in _UNREADABLE:
                text[name] = _UNREADABLE[name]
        return replace(row, unread=frozenset(broken)) if broken else row

    def _values(
        self, values: Mapping[str, Raw]
    ) -> tuple[dict[str, str], dict[str, dt.datetime], list[tuple[str, Rule]]]:
        """Texts and moments of a row, and the fields that break a rule."""
        text: dict[str, str] = {}
        moments: dict[str, dt.datetime] = {}
        faults: list[tuple[str, Rule]] = []
        # Most fields of most rows are empty.
        filled = [field for field in self._fields if field.column is None or values.get(field.column)]
        for field in filled:
            checked = field.read(values)
            if isinstance(checked, Rule):
                faults.append((field.name, checked))
            elif isinstance(checked, dt.datetime):
                moments[field.name] = checked
            elif checked:
                text[field.name] = checked
        if "family_name" in text and names_nobody(text.get("given_name", ""), text["family_name"]):
            del text["family_name"]
        return text, moments, faults

    def _fatal(
        self, row: SourceRow, faults: list[tuple[str, Rule]], values: Mapping[str, Raw]
    ) -> tuple[str, Rule] | None:
        """The field and the rule for which nothing of a row can be loaded, if there are any.

        Of a row that withdraws something no more than what it names has to be read.
        """
        withdraws = row.operation is Operation.RETRACT
        if withdraws and "contact_id" in row.text:
            return None
        broken = next((fault for fault in faults if _rejects_the_row(*fault)), None) if faults else None
        fatal = broken or self._to_come(row.moments) or _incomplete(row)
        if withdraws and fatal and (not fatal[0] or self._names_no_event(values)):
            return None
        return fatal

    def _names_no_event(self, values: Mapping[str, Raw]) -> bool:
        """Whether all columns of an event's id, type and time are empty: the row is about its record then."""
        return not any(str(values.get(column, "")).strip() for column in self._event_columns)

    def _ends(
        self, text: dict[str, str], moments: dict[str, dt.datetime], broken: set[str]
    ) -> Iterator[tuple[str, Rule]]:
        """Set an end aside that lies before its start; what has ended is not open, whenever it did.

        When an event is said to have ended is kept however it lies, unless it is said to go on: an agency is
        told what it said itself, and not that it said nothing.
        """
        start, end = moments.get("valid_from"), moments.get("valid_to")
        if start is not None and end is not None and end <= start:
            if self._day(end) == self._day(start):
                moments["valid_to"] = _end_of(
                    self._day(start), self._timezone
                )  # a night: they were there that day
            else:
                del moments["valid_to"]
                yield "valid_to", Rule.INTERVAL_REVERSED
        closed = moments.get("contact_closed_at")
        if closed is not None and closed < moments["contact_at"]:
            if self._day(closed) == self._day(moments["contact_at"]):
                moments["contact_closed_at"] = moments["contact_at"]  # of that day no hour was said
                return
            if text.get("contact_status") == Status.OPEN.value:
                del moments["contact_closed_at"]
            broken = broken | {"contact_closed_at"}
            yield "contact_closed_at", Rule.INTERVAL_REVERSED
        if "contact_closed_at" in broken and "contact_type" in text:
            text.setdefault("contact_status", Status.CLOSED.value)

    def _ends_some_day(self, values: Mapping[str, Raw]) -> bool:
        """Whether what is written as an end that cannot be read has a number: "ongoing" is none."""
        end = next(field for field in self._fields if field.name == "valid_to")
        return any(map(str.isdigit, end.written(values)))

    def _to_come(self, moments: Mapping[str, dt.datetime]) -> tuple[str, Rule] | None:
        """An event yet to come would stand before all others: its year is a slip of the keyboard."""
        at = moments.get("contact_at")
        return None if at is None or at < self._latest else ("contact_at", Rule.DATE_IN_FUTURE)

    def _day(self, moment: dt.datetime) -> dt.date:
        return moment.astimezone(self._timezone).date()


def _rejects_the_row(name: str, rule: Rule) -> bool:
    return name in _FATAL or (rule is Rule.NUMBER_MANGLED and name in _REFERENCES)


def _end_of(day: dt.date, zone: dt.tzinfo) -> dt.datetime:
    return dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), zone).astimezone(dt.UTC)


def _incomplete(row: SourceRow) -> tuple[str, Rule] | None:
    if "contact_type" in row.text and "contact_at" not in row.moments:
        return "contact_at", Rule.CONTACT_AT_MISSING
    if row.has_person or row.has_address:
        return None
    return ("", Rule.CONTACT_TOUCHES_NOTHING if row.has_contact else Rule.ROW_SAYS_NOTHING)


def _shield_alone(row: SourceRow) -> SourceRow | None:
    """Of a row whose event cannot be read the person and the place, where it shields one of them.

    Somebody at risk must not be found because the date of a visit is wrong.
    """
    text = {name: value for name, value in row.text.items() if name not in CONTACT_FIELDS}
    if SHIELD_FIELD not in text or row.operation is not Operation.UPSERT:
        return None
    moments = {name: at for name, at in row.moments.items() if name not in CONTACT_FIELDS}
    alone = replace(row, text=text, moments=moments)
    return alone if alone.has_person or alone.has_address else None


def _half_related(row: SourceRow, text: dict[str, str], broken: set[str]) -> Iterator[tuple[str, Rule]]:
    """Set aside a relation that does not say to whom or which, or that is to the record itself.

    Of what was set aside already the other half goes without a second word.
    """
    said = [name for name in RELATION_FIELDS if name in text]
    if len(said) == 1:
        if broken.isdisjoint(RELATION_FIELDS):
            yield said[0], Rule.RELATION_INCOMPLETE
    elif text.get("related_to") == row.record_id:
        yield "related_to", Rule.RELATED_TO_ITSELF
    else:
        return
    for name in said:
        del text[name]


class _Versions:
    """Who was already in the file, by hashes: about 300 bytes a record.

    A record that comes again saying something else is a later version when the rows carry dates (or the
    feed is a delta, whose order counts); otherwise one of the two must be wrong, and the later is refused.
    So it is where both are of one moment and name different people; one person may have two homes.
    """

    def __init__(self, source: Source) -> None:
        self._in_order = source.mode is Mode.DELTA
        self._seen: dict[int, tuple[int, int, dt.datetime | None]] = {}

    def check(self, row: SourceRow, rejects: Rejects) -> SourceRow | None:
        """The row, marked when a newer version was already read; None when it is refused."""
        key = hash(row.record_id)
        if row.operation is Operation.RETRACT:
            self._seen.pop(key, None)
            return row
        at = row.moments.get("contact_at") or row.moments.get("valid_from")
        content, person = row.content, row.person
        earlier_content, earlier_person, earlier_at = self._seen.get(key, (content, person, at))
        if content == earlier_content:
            latest = max(filter(None, (at, earlier_at)), default=None)
            self._seen[key] = (content, person, latest)
            return row
        contradicts = at == earlier_at and contradict(person, earlier_person)
        if self._in_order or (at and earlier_at and at >= earlier_at and not contradicts):
            self._seen[key] = (content, person, at)
            return row
        if at and earlier_at and not contradicts:
            return replace(row, superseded=True)
        if SHIELD_FIELD in row.text:
            # One of the two is wrong; who may be at risk is not found until it is known which.
            self._seen[key] = (content, person, at)
            rejects.field(row.file, row.line, "record_id", Rule.DUPLICATE_RECORD_ID)
            return row
        rejects.row(row.file, row.line, "record_id", Rule.DUPLICATE_RECORD_ID, of=row.record_id)
        return None
