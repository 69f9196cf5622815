"""Reads a source's YAML file: everything is checked, and every fault is told at once with its line."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from mast_intake.address import country_code
from mast_intake.mapping import read_mapped, read_operation, read_people
from mast_intake.source import CsvOptions, FileFormat, Mode, Source
from mast_resolver.declared import Declared, Faults, checked, compose, is_code
from mast_resolver.errors import SourceFileError
from mast_resolver.records import GAZETTEER

_ENTRIES: Final = (
    "agency",
    "agreement",
    "format",
    "mode",
    "country",
    "timezone",
    "csv",
    "operation",
    "fields",
    "people",
    "ignore",
    "shielded",
)


def read_source(path: Path) -> Source:
    """The feed that a YAML file declares.

    Raises:
        SourceFileError: unreadable, or with faults; all of them are listed with their lines.
    """
    faults = Faults()
    try:
        data = path.read_bytes()
    except OSError:
        raise SourceFileError(
            f"{path.name} cannot be opened", fix="check the path of the source file"
        ) from None
    top = compose(path.name, data, raising=SourceFileError, faults=faults)
    source = _source(path, top, faults) if top is not None else None
    fix = "correct these lines; docs/sources.md shows every entry"
    return checked(path.name, source, faults, raising=SourceFileError, fix=fix)


def _source(path: Path, top: Declared, faults: Faults) -> Source:
    top.refuse_unknown(_ENTRIES)
    file_format = top.choice("format", [each.value for each in FileFormat], FileFormat.CSV.value)
    mode = Mode(top.choice("mode", [each.value for each in Mode], Mode.APPEND.value))
    people = read_people(top, faults)
    operation = read_mapped(top, "operation", faults) if "operation" in top else None
    if (mode is Mode.DELTA) != (operation is not None):
        wanted = "needs an `operation`" if mode is Mode.DELTA else "has an `operation`, which only delta has"
        faults.add(top.line_of("mode"), f"mode {mode.value} {wanted}")
    if operation is not None:
        read_operation(operation, top.line_of("operation"), faults)
    source = Source(
        name=path.stem,
        agency=_code(top, "agency", faults),
        agreement=_code(top, "agreement", faults),
        format=FileFormat(file_format),
        people=people,
        mode=mode,
        country=_country(top, faults),
        timezone=top.zone("timezone"),
        csv=_csv(top, file_format, faults),
        operation=operation,
        ignore=frozenset(top.texts("ignore")),
        shielded=top.flag("shielded"),
    )
    if source.agency == GAZETTEER:
        faults.add(top.line_of("agency"), f"`{GAZETTEER}` is no agency: `mast load-gazetteer` loads one")
    for column in sorted(source.ignore & source.columns):
        faults.add(top.line_of("ignore"), f"column {column!r} is both mapped and ignored")
    return source


def _code(top: Declared, entry: str, faults: Faults) -> str:
    text = top.text(entry)
    if entry not in top:
        faults.add(1, f"`{entry}` is missing")
    elif not is_code(text):
        faults.add(top.line_of(entry), f"`{entry}` must be a code of letters, digits, dots and dashes")
    return text


def _country(top: Declared, faults: Faults) -> str:
    code = country_code(top.text("country")) if "country" in top else "GB"
    if code is None:
        faults.add(top.line_of("country"), "`country` must be GB or US")
    return code or "GB"


def _csv(top: Declared, file_format: str, faults: Faults) -> CsvOptions:
    if "csv" not in top:
        return CsvOptions()
    options = top.mapping("csv")
    if file_format != FileFormat.CSV.value:
        faults.add(top.line_of("csv"), f"`csv` options do not go with format {file_format}")
    if options is None:
        return CsvOptions()
    options.refuse_unknown(("delimiter", "quote", "encoding", "header"))
    delimiter = options.text("delimiter") if "delimiter" in options else ","
    quote = options.text("quote") if "quote" in options else '"'
    delimiter = {"tab": "\t", "\\t": "\t"}.get(delimiter, delimiter)
    if len(delimiter) != 1 or delimiter in '\r\n"' or len(quote) != 1:
        faults.add(options.line, "`delimiter` and `quote` must be one sign each (or tab)")
        delimiter = quote = ","
    encoding = options.text("encoding") if "encoding" in options else "utf-8"
    try:
        "".encode(encoding)
    except LookupError:
        faults.add(options.line_of("encoding"), "`encoding` is not one that Python knows, such as cp1252")
    header = options.texts("header")
    if len(set(header)) != len(header):
        faults.add(options.line_of("header"), "`header` names a column twice")
    return CsvOptions(delimiter, quote, encoding, header or None)
