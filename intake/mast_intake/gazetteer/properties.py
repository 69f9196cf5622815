"""Rows of a gazetteer to properties: what stands, what is historic, what is refused."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from mast_intake import normalise
from mast_intake.gazetteer.former import FormerNames
from mast_intake.gazetteer.layouts import Layout, Values, layout_of
from mast_intake.gazetteer.property import Property
from mast_intake.rejects import Rejects, Rule
from mast_intake.source import CsvOptions, FileFormat, Mapped, PersonMap, Source
from mast_intake.tables import header_of, raw_rows
from mast_resolver.errors import UnreadableFileError
from mast_resolver.records import GAZETTEER

_LONGEST: Final = 500
_STANDING: Final = ("", "1", "6")  # approved, provisional
_ALTERNATIVE: Final = "3"
_HISTORIC: Final = "8"
_DEMOLISHED: Final = "4"  # no longer existing
_NO_PROPERTY: Final = "STREET RECORD"


@dataclass(slots=True)
class Told:
    """Counts of one edition."""

    rows: int = 0
    passed_over: int = 0
    """Rows of properties that are no more, of streets, and of former names that are nobody's."""

    def pass_over(self) -> None:
        """One more such row."""
        self.passed_over += 1

    layouts: list[str] = field(default_factory=list)


def read_properties(
    files: Iterable[Path], rejects: Rejects, told: Told, *, encoding: str
) -> Iterator[Property]:
    """Every property that stands, file after file, then former names; together the files are one edition.

    Raises:
        UnknownLayoutError: a header is of no layout that is known.
        UnreadableFileError: a file is not text in that encoding, empty, or holds changes only.
    """
    seen: dict[int, int] = {}
    former = FormerNames()
    for path in files:
        layout = layout_of(header_of(path, encoding), path.name)
        told.layouts.append(layout.name)
        source = _source(path, layout, encoding)
        ours = {column: name for name, column in layout.columns.items()}
        for line, raw in raw_rows(source, path, rejects):
            told.rows += 1
            values = {ours[column]: str(value).strip() for column, value in raw.items() if column in ours}
            if _is_no_more(values, path):
                told.pass_over()
            elif values.get("logical_status", "") == _HISTORIC:
                # What is wrong with a row that counts for nothing is nobody's to correct.
                if found := _property(values, layout, Rejects(), path.name, line):
                    former.wait(found, path.name, line)
                else:
                    told.pass_over()
            elif found := _property(values, layout, rejects, path.name, line):
                yield from _standing(found, seen, former, rejects, path.name, line)
    yield from former.usable(seen, rejects, told.pass_over)


def _source(path: Path, layout: Layout, encoding: str) -> Source:
    """The layout as a source that ignores what it does not speak of."""
    mapped = {name: Mapped((column,)) for name, column in layout.columns.items()}
    header = header_of(path, encoding)
    return Source(
        path.stem,
        GAZETTEER,
        "",
        FileFormat.CSV,
        (PersonMap(mapped),),
        csv=CsvOptions(encoding=encoding),
        ignore=frozenset(header) - set(layout.columns.values()),
    )


def _is_no_more(values: Values, path: Path) -> bool:
    change = values.get("change", "").upper()
    if change not in ("", "I"):
        raise UnreadableFileError(
            f"{path.name} holds changes only, and what is not in it would be taken for gone",
            fix="give the full supply of this edition",
        )
    return values.get("state", "") == _DEMOLISHED or values.get("pao_text", "").upper() == _NO_PROPERTY


def _property(values: Values, layout: Layout, rejects: Rejects, file: str, line: int) -> list[Property]:
    """A property by its parts, and by its line where that reads otherwise; none where the row is rejected."""
    uprn = normalise.uprn(values.get("uprn", ""))
    status = values.get("logical_status", "")
    text = layout.line(values)
    fault: tuple[str, Rule] | None = None
    if uprn is None:
        fault = "uprn", Rule.UPRN_INVALID
    elif status not in (*_STANDING, _ALTERNATIVE, _HISTORIC):
        fault = "logical_status", Rule.STATUS_UNKNOWN
    elif len(text) > _LONGEST:
        fault = "address", Rule.VALUE_TOO_LONG
    code = _checked(values.get("postcode", ""), "postcode", rejects, file, line) if not fault else ""
    places = [each for each in layout.places(values, code) if each.premise or each.unit] if not fault else []
    if fault is None and not places:
        fault = "address", Rule.NO_PLACE
    if fault is not None:
        rejects.row(file, line, *fault)
        return []
    parent = _checked(values.get("parent", ""), "parent_uprn", rejects, file, line)
    also = status in (_ALTERNATIVE, _HISTORIC) or values.get("language", "").upper() == "CYM"
    parent = parent if parent != uprn else ""
    return [Property(str(uprn), place, parent, also or at > 0) for at, place in enumerate(places)]


def _checked(text: str, name: str, rejects: Rejects, file: str, line: int) -> str:
    """A postcode or a parent's number; set aside where it is none."""
    value = normalise.postcode(text, "GB") if name == "postcode" else normalise.uprn(text)
    if not text or value is not None:
        return value or ""
    rule = Rule.POSTCODE_INVALID if name == "postcode" else Rule.UPRN_INVALID
    rejects.field(file, line, name, rule)
    return ""


def _standing(
    found: list[Property],
    seen: dict[int, int],
    former: FormerNames,
    rejects: Rejects,
    file: str,
    line: int,
) -> Iterator[Property]:
    """The names of a row, if its number was not there yet. A second address of one waits, or is refused.

    Remembers about 120 bytes a property.
    """
    first = found[0]
    number, content = int(first.uprn), zlib.crc32(first.place.written.encode())
    before = None if first.also else seen.get(number)
    if before is None:
        if not first.also:
            seen[number] = content
        for each in found:
            former.stands(each)
        yield from found
    elif before != content and former.is_like(first):
        former.wait([replace(each, also=True) for each in found], file, line, historic=False)
    elif before != content:
        rejects.row(file, line, "uprn", Rule.DUPLICATE_UPRN)
