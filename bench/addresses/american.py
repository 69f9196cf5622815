"""How many US lines are read right, ours beside plain `usaddress`: the columns of a town are the truth."""

from __future__ import annotations

import csv
import gzip
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Final, NamedTuple

import usaddress

from bench.report import number
from mast_intake.address.street_words import street_words
from mast_intake.address.united_states import UnitedStatesParser
from mast_intake.normalise import words

COLUMNS: Final = (
    "made of",
    "parser",
    "lines",
    "number",
    "street",
    "unit",
    "city",
    "ZIP",
    "all",
    "lines/s, one core",
)
CONDITIONS: Final = (
    "Lines are made of the columns of the Anytown feeds (pseudopeople), each address once, slips of "
    "their noise in them: what a column says is the truth. Left out are rows that lack the number, "
    "street, city, state or ZIP code or whose ZIP code is not five digits, and units that are more than "
    "a word for a flat and what it is called.",
    "Columns: each behind a comma, as intake joins them. Envelope: number and street together, state "
    "and ZIP code together, commas between. A state has no place of its own with us; it may be in no "
    "other. 00000 is no ZIP code. Streets are compared in canonical spelling, squeezed, units without "
    "their word.",
)
FEEDS: Final = ("acs_all", "census_2020", "census_2030", "cps_all", "wic_all", "tax1040_2020")
_NAMES: Final = ("street_number", "street_name", "unit_number", "city", "state", "zipcode")
_FLAT: Final = (
    r"(?:(?:apartment|aptmnt|aprt|apt|ap|unit|unt|un|u|suite|ste|flat|lot|office|room|rm|number|num|nbr|no|#)"
    r"(?![a-z])\s*)"
)
_UNIT: Final = re.compile(rf"{_FLAT}+([a-z]?\d+ ?[a-z]?|[a-z])")
_UNIT_WORDS: Final = re.compile(f"^{_FLAT}+")
_WORDS: Final = street_words("US").expanded
_PARSER: Final = UnitedStatesParser()
_STREET: Final = "StreetName"


class Address(NamedTuple):
    """The columns of one row."""

    number: str
    street: str
    unit: str
    city: str
    state: str
    code: str


class Parts(NamedTuple):
    """What is compared, canonical."""

    number: str
    street: str
    unit: str
    city: str
    code: str


Join = Callable[[Address], str]
JOINED: Final[Mapping[str, Join]] = {
    "columns": lambda each: ", ".join(filter(None, each)),
    "envelope": lambda each: ", ".join(
        filter(None, (f"{each.number} {each.street}", each.unit, each.city, f"{each.state} {each.code}"))
    ),
    "no commas": lambda each: " ".join(filter(None, each)),
}


def rows() -> Iterator[tuple[str, ...]]:
    """The table: how lines were joined and whether a flat is in them, by either parser."""
    found = addresses()
    for kind, with_unit in (("no flat", False), ("a flat", True)):
        some = [each for each in found if bool(each.unit) is with_unit]
        truth = [_truth(each) for each in some]
        for name, join in JOINED.items():
            lines = [join(each) for each in some]
            for parser, parse in (("ours", ours), ("usaddress", plain)):
                started = time.process_time()
                made = [parse(line) for line in lines]
                per_second = len(lines) / (time.process_time() - started)
                yield f"{kind}, {name}", parser, number(len(lines)), *_shares(made, truth), number(per_second)


def _shares(made: Sequence[Parts], truth: Sequence[Parts]) -> Iterator[str]:
    pairs = list(zip(made, truth, strict=True))
    for at in range(len(Parts._fields)):
        yield f"{sum(one[at] == other[at] for one, other in pairs) / len(pairs):.2%}"
    yield f"{sum(one == other for one, other in pairs) / len(pairs):.2%}"


def addresses() -> list[Address]:
    """Each address of the town once, in order, with everything in it that a line needs."""
    return sorted({each for feed in FEEDS for each in _read(feed) if _is_whole(each)})


def _read(feed: str) -> Iterator[Address]:
    prefix = "mailing_address_" if feed.startswith("tax") else ""
    path = Path(str(files("mast_fixtures") / "anytown" / f"{feed}.csv.gz"))
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield Address(*(row[prefix + name].strip() for name in _NAMES))


def _is_whole(each: Address) -> bool:
    known = each.number and each.street and each.city and each.state
    return bool(known and re.fullmatch(r"\d{5}", each.code) and (not each.unit or _UNIT.fullmatch(each.unit)))


def _truth(each: Address) -> Parts:
    return Parts(
        _squeezed(each.number), _street(each.street), _unit(each.unit), _squeezed(each.city), _zip(each.code)
    )


def ours(line: str) -> Parts:
    """As intake parses, nothing remembered."""
    place = _PARSER.parse(line, "")
    number = _squeezed(place.number)
    return Parts(
        number, _street(place.street), _unit(place.unit), _squeezed(place.town), _zip(place.postcode)
    )


def plain(line: str) -> Parts:
    """`usaddress` by itself: of a line that it labels twice nothing is read."""
    try:
        tagged, _ = usaddress.tag(line)
    except usaddress.RepeatedLabelError:
        return Parts("", "", "", "", "")
    joined = {
        start: " ".join(value for label, value in tagged.items() if label.startswith(start))
        for start in ("AddressNumber", _STREET)
    }
    return Parts(
        _squeezed(joined["AddressNumber"]),
        _street(joined[_STREET]),
        _unit(tagged.get("OccupancyIdentifier", "")),
        _squeezed(tagged.get("PlaceName", "")),
        _zip(tagged.get("ZipCode", "")),
    )


def _squeezed(text: str) -> str:
    return "".join(words(text))


def _street(text: str) -> str:
    return "".join(_WORDS.get(word, word) for word in words(text))


def _unit(text: str) -> str:
    return _squeezed(_UNIT_WORDS.sub("", text.lower()))


def _zip(text: str) -> str:
    return "" if text == "00000" else text
