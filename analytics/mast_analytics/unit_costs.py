"""Unit costs that somebody published: a data file, refused as a whole where an entry does not say whence."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final

import yaml

from mast_resolver.errors import UnitCostsError
from mast_resolver.vocabulary import vocabulary

SHIPPED: Final = Path(__file__).with_name("unit_costs.yaml")
MOST_BYTES: Final = 1_000_000
EARLIEST_YEAR: Final = 1990


@dataclass(frozen=True, slots=True)
class UnitCost:
    """What one of something costs, who says so, and in whose prices.

    ``low`` and ``high`` are the ends of a published range, where there is one.
    """

    id: str
    contact_type: str
    unit: str
    pounds: float
    low: float | None
    high: float | None
    price_year: int
    source: str
    address: str
    published: dt.date

    @property
    def said(self) -> str:
        """The price and its source, in words.

        Example:
            >>> UnitCost("x", "SECTION_47_ENQUIRY", "enquiries", 10.0, None, None, 2020, "A report", "https://a.example",
            ...          dt.date(2021, 5, 1)).said
            '£10.00 each (A report, published 2021-05-01, https://a.example)'
        """
        return f"£{self.pounds:,.2f} each ({self.source}, published {self.published}, {self.address})"


OPTIONAL: Final = ("low", "high")


def read_unit_costs(path: Path = SHIPPED) -> dict[str, UnitCost]:
    """All of a file, by id. All faults are told at once, each with its entry and field.

    Raises:
        UnitCostsError: it cannot be read, or an entry lacks a price, its year, its source, or its date.

    Example:
        >>> list(read_unit_costs())
        ['missing-person-investigation']
    """
    try:
        content = path.read_bytes()
        said = yaml.safe_load(content.decode("utf-8")) if len(content) <= MOST_BYTES else None
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as fault:
        where = getattr(fault, "problem_mark", None)
        raise UnitCostsError(
            f"a file of unit costs cannot be read{f', line {where.line + 1}' if where else ''}",
            fix="write it as the one that ships: a list under unit_costs",
        ) from None
    entries = said.get("unit_costs") if isinstance(said, dict) else None
    if not isinstance(entries, list):
        raise UnitCostsError("a file of unit costs has no list of them", fix="begin it with unit_costs:")
    faults = [fault for place, entry in enumerate(entries, 1) for fault in _faults(place, entry)]
    if not faults:
        ids = [entry["id"] for entry in entries]
        faults = [f"entry {n}, id: is there before" for n, each in enumerate(ids, 1) if each in ids[: n - 1]]
    if faults:
        raise UnitCostsError(
            f"unit costs are not usable: {'; '.join(faults)}", fix="give what was published, with its source"
        )
    return {entry["id"]: _cost(entry) for entry in entries}


def _cost(entry: dict[str, Any]) -> UnitCost:
    low, high = (None if entry.get(name) is None else float(entry[name]) for name in OPTIONAL)
    return UnitCost(**(entry | {"pounds": float(entry["pounds"]), "low": low, "high": high}))


def _faults(place: int, entry: object) -> list[str]:
    if not isinstance(entry, dict):
        return [f"entry {place}: is no mapping"]
    known = [each.name for each in fields(UnitCost)]
    found = [f"entry {place}: does not take {name!s:.40}" for name in entry if name not in known]
    rules: dict[str, Callable[[Any], bool]] = {
        "id": _text,
        "contact_type": lambda given: given in vocabulary().types,
        "unit": _text,
        "pounds": _price,
        "low": lambda given: given is None or (_price(given) and given <= entry.get("pounds", 0)),
        "high": lambda given: given is None or (_price(given) and given >= entry.get("pounds", 0)),
        "price_year": lambda given: _whole(given) and given >= EARLIEST_YEAR,
        "source": _text,
        "address": lambda given: _text(given) and given.startswith(("https://", "http://")),
        "published": lambda given: isinstance(given, dt.date) and not isinstance(given, dt.datetime),
    }
    for name, rule in rules.items():
        if name not in entry and name not in OPTIONAL:
            found.append(f"entry {place}: lacks {name}")
        elif name in entry and not rule(entry[name]):
            found.append(f"entry {place}, {name}: {WANTED[name]}")
    return found


WANTED: Final = {
    "id": "is a word of its own",
    "contact_type": "is a type of the vocabulary",
    "unit": "says what there is one of",
    "pounds": "is a number above 0",
    "low": "is a number above 0, not over pounds",
    "high": "is a number, not below pounds",
    "price_year": f"is a year from {EARLIEST_YEAR} on",
    "source": "says who published it, and where in it",
    "address": "begins with https:// or http://",
    "published": "is a date: 2021-05-01",
}


def _text(given: object) -> bool:
    return isinstance(given, str) and bool(given.strip())


def _whole(given: object) -> bool:
    return isinstance(given, int) and not isinstance(given, bool)


def _price(given: object) -> bool:
    return isinstance(given, int | float) and not isinstance(given, bool) and 0 < given < 1e9
