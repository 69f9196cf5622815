"""Data of others, read where it lies: FEBRL 3 and 4, and two UK lists."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import yaml

from bench.accuracy.areas import Area, Change, Who, area

_ENTITY: Final = re.compile(r"rec-(\d+)-")
_FEBRL: Final = {
    "record_id": "rec_id",
    "given_name": "given_name",
    "family_name": "surname",
    "date_of_birth": {"column": "date_of_birth", "format": "%Y%m%d"},
}
# Australian: a postcode of four digits belongs to none of our countries, so it stays a word of the address.
_ADDRESS: Final = ["street_number", "address_1", "address_2", "suburb", "postcode"]
_DATES: Final = ["%d-%m-%y", "%d/%m/%y", "%d-%b-%y", "%d %B %Y"]


def febrl(
    name: str, files: Sequence[Path], folder: Path, *, address: bool, change: Change = lambda row: row
) -> Area:
    """FEBRL without the social security number; two files are two de-duplicated lists."""
    feeds: dict[Path, list[Path]] = {}
    truth: dict[Who, str] = {}
    for path in files:
        agency = path.stem
        fields = {**_FEBRL, "address": _ADDRESS} if address else dict(_FEBRL)
        ignore = ["soc_sec_id", "state", *([] if address else _ADDRESS)]
        plain = folder / path.name
        rows = list(csv.reader(path.open(encoding="utf-8"), skipinitialspace=True))
        _write(plain, rows)
        feeds[_source(folder, agency, fields, ignore)] = [plain]
        truth |= {(agency, row[0]): entity[1] for row in rows[1:] if (entity := _ENTITY.match(row[0]))}
    return area(name, feeds, truth, lists=len(files) > 1, change=change)


def uk_lists(folder: Path, scratch: Path, *, change: Change = lambda row: row) -> Area:
    """The two UK lists of `shared/data/linkage`: dates in four formats, sex in ten codings."""
    feeds: dict[Path, list[Path]] = {}
    truth: dict[Who, str] = {}
    for side, other in ("ab", "ba"):
        path = folder / f"working_data_{side}.csv"
        agency = f"list-{side}"
        fields = {
            "record_id": f"ident_{side}",
            "given_name": f"firstname_{side}",
            "middle_name": f"middlename_{side}",
            "family_name": f"surname_{side}",
            "date_of_birth": {"column": f"dob_{side}", "format": _DATES},
            "sex": f"sex_{side}",
            "postcode": f"postcode_{side}",
        }
        feeds[_source(scratch, agency, fields, [f"id_{side}", f"ident_{other}"])] = [path]
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                # Who is in both lists goes by the reference in the first.
                entity = row["ident_a"] or row["ident_b"]
                truth[agency, row[f"ident_{side}"]] = entity
    return area("UK lists", feeds, truth, lists=True, change=change)


def _source(folder: Path, agency: str, fields: Mapping[str, object], ignore: Sequence[str]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{agency}.yaml"
    text = {"agency": agency, "agreement": "bench", "format": "csv", "fields": fields, "ignore": list(ignore)}
    path.write_text(yaml.safe_dump(text, sort_keys=False), "utf-8")
    return path


def _write(path: Path, rows: Sequence[Sequence[str]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([cell.strip() for cell in row] for row in rows)
