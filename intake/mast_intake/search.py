"""A front-line search to the encodings and tokens it is looked up by: the same code as for records."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final

from mast_intake import normalise
from mast_intake.address import ParsedAddress, country_code, has_damaged_postcode, house_beside, parse
from mast_intake.address.kinds import PlaceKind
from mast_intake.address.units import REAR
from mast_intake.address_lookup import AddressLookup
from mast_intake.names import Name, read_name
from mast_intake.persons import PersonEncoder, PersonText
from mast_intake.places import PlaceEncoder
from mast_resolver.errors import AddressTooBroadError, SearchTooBroadError, SearchUnreadableError
from mast_resolver.records import Encoding

MOST_YEARS: Final = 11
"""Birth years that an approximate age may span: five years to either side."""

EARLIEST_BIRTH: Final = dt.date(1900, 1, 1)
"""Nobody who is searched for was born before."""

_AS_WRITTEN: Final = frozenset((PlaceKind.FOREIGN, PlaceKind.BESIDE))
"""Kinds of places that are asked for by the whole line; what cannot be read is refused, with what to add."""
_BY_STREET: Final = frozenset(("street_place", "street_building"))
_BUILDINGS: Final = frozenset(("building", "postcode_building", "street_building"))
_UPRN: Final = re.compile(r"\W*(?:uprn\W*(?=\d{1,12}\W*$)|(?=\d{7,12}\W*$))(\d+)\W*", re.IGNORECASE)

MOST_DAYS: Final = 62
"""A range of birth up to two months is searched day by day; of a longer one only the years count."""

MOST_READINGS: Final = 500
"""Names times dates of birth: each takes about a millisecond, and searches go one after the other."""

_BORN: Final = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?")


@dataclass(frozen=True, slots=True, repr=False)
class PersonQuery:
    """What was typed about a person; an empty string is not given.

    ``aliases`` are other names as (given, family). ``age`` counts with ``age_tolerance`` years to
    either side, and only when there is neither a ``date_of_birth`` nor ``born``: a year, a month, a day, or a
    range of them with a stroke between.
    """

    given_name: str = ""
    family_name: str = ""
    middle_name: str = ""
    date_of_birth: dt.date | None = None
    born: str = ""
    age: int | None = None
    age_tolerance: int = 2
    sex: str = ""
    nhs_number: str = ""
    national_id: str = ""
    phone: str = ""
    email: str = ""
    address: str = ""
    postcode: str = ""
    country: str = "GB"
    aliases: tuple[tuple[str, str], ...] = ()

    def __repr__(self) -> str:
        return "PersonQuery(...)"


@dataclass(frozen=True, slots=True, repr=False)
class AddressQuery:
    """What was typed about an address: one line, or parts, or both."""

    line: str = ""
    parts: tuple[str, ...] = field(default=())
    postcode: str = ""
    uprn: str = ""
    country: str = "GB"

    def __repr__(self) -> str:
        return "AddressQuery(...)"


def check_readable(query: PersonQuery, *, today: dt.date) -> None:
    """Refuse what a search would pass over in silence: whoever typed it would take it for searched by.

    Raises:
        SearchUnreadableError: of what is given something cannot be read; never with its value.
    """
    country = country_code(query.country) or "GB"
    born = query.date_of_birth
    if born is not None and not EARLIEST_BIRTH <= born <= today:
        raise SearchUnreadableError(
            "the date of birth is none", fix=f"give one from {EARLIEST_BIRTH.year} to today, or leave it out"
        )
    for named, field_name, text, read in (
        (_NHS, "nhs_number", query.nhs_number, normalise.nhs),
        (_POSTCODE, "postcode", query.postcode, partial(normalise.postcode, country=country)),
        (_PHONE, "phone", query.phone, partial(normalise.phone, country=country)),
    ):
        if not normalise.is_missing(field_name, text) and read(text) is None:
            raise _unreadable(*named)
    for given, family in ((query.given_name, query.family_name), *query.aliases):
        _check_name(given, family)
    if query.address.strip() and not _can_be_sought(query, country):
        raise SearchUnreadableError(
            "the address names no place and has no postcode",
            fix="give a house number or name with its street, or a postcode, or leave it out",
        )


def _check_name(given: str, family: str) -> None:
    fix = "leave it out: it is not a name here"
    said = read_name(_said("given_name", given), "", _family_said(given, family))
    if given.strip() and not said.given_initial:
        raise SearchUnreadableError("the given name stands for none", fix=fix)
    if family.strip() and not said.family:
        if normalise.names_nobody(given, family):
            fix = "give the given name beside it, or leave it out: by itself it is not a name here"
        elif _said("family_name", family):
            fix = "give it in full, or leave it out: an initial or a title is not a name here"
        raise SearchUnreadableError("the family name stands for none", fix=fix)


def _can_be_sought(query: PersonQuery, country: str) -> bool:
    """Whether the address and the postcode beside it are a place, one as it is written, or a postcode."""
    code = normalise.postcode(query.postcode, country) or "" if query.postcode else ""
    if normalise.is_missing("address", query.address):
        return bool(code)
    home = parse(query.address, code, country)
    return home.names_a_place or bool(home.outward) or home.kind in _AS_WRITTEN


_NHS: Final = ("an NHS number", "a digit")
_POSTCODE: Final = ("a postcode", "a letter or digit")
_PHONE: Final = ("a telephone number", "a digit")


def _unreadable(named: str, signs: str) -> SearchUnreadableError:
    return SearchUnreadableError(
        f"this is not {named}: {signs} is wrong, missing or too many", fix="correct it, or leave it out"
    )


def encode_person_query(encoder: PersonEncoder, query: PersonQuery, *, today: dt.date) -> list[Encoding]:
    """Encodings of every reading: as typed, names swapped, each alias, each birth year of an age.

    Raises:
        SearchTooBroadError: nobody is named, or so little is given that no reading has a blocking key.
    """
    country = country_code(query.country) or "GB"
    code = normalise.postcode(query.postcode, country) or "" if query.postcode else ""
    home = parse(query.address, code, country) if query.address or code else None
    names = _names(query)
    base = PersonText(
        name=names[0],
        birth=query.date_of_birth.isoformat() if query.date_of_birth else "",
        sex=normalise.sex(query.sex) or "" if query.sex else "",
        nhs_number=normalise.nhs(query.nhs_number) or "",
        national_id=normalise.national_id(query.national_id) or "",
        phone=normalise.phone(query.phone, country) or "",
        email=normalise.email(query.email) or "",
        home=home,
    )
    if not _names_somebody(base):
        raise _too_broad()
    readings = [_with_name(base, name) for name in names]
    if births := _births(query, today):
        readings = [replace(each, birth=birth) for each in readings for birth in births]
    if len(readings) > MOST_READINGS:
        raise SearchTooBroadError(
            "these are too many names and dates of birth at once", fix="ask for some of the aliases at a time"
        )
    # A reading without a blocking key would find nobody, and "nobody found" would not be true.
    encodings = [encoding for encoding in map(encoder.encode, readings) if encoding.keys]
    if not encodings:
        raise _too_broad()
    return encodings


def _with_name(person: PersonText, name: Name) -> PersonText:
    return PersonText(
        name=name,
        birth=person.birth,
        sex=person.sex,
        nhs_number=person.nhs_number,
        national_id=person.national_id,
        phone=person.phone,
        email=person.email,
        home=person.home,
    )


def _names(query: PersonQuery) -> list[Name]:
    typed = [(query.given_name, query.family_name)]
    # What can be a family name alone is lost the other way round, and half a name is not what was typed.
    if query.given_name and _said("given_name", query.family_name):
        typed.append((query.family_name, query.given_name))
    typed.extend(query.aliases)
    return list(
        dict.fromkeys(
            read_name(
                _said("given_name", given),
                _said("middle_name", query.middle_name),
                _family_said(given, family),
            )
            for given, family in typed
        )
    )


def _said(field_name: str, text: str) -> str:
    return "" if normalise.is_missing(field_name, text) else text


def _family_said(given: str, family: str) -> str:
    return "" if normalise.names_nobody(given, family) else _said("family_name", family)


def _births(query: PersonQuery, today: dt.date) -> list[str]:
    """Every date, or year, of birth that an age or a range allows, where it is not one day."""
    if query.date_of_birth is not None:
        return []
    if query.born:
        return _born(query.born)
    if query.age is not None:
        return [str(year) for year in _birth_years(query.age, query.age_tolerance, today)]
    return []


def _born(text: str) -> list[str]:
    """The days of a short range, and its years: of some records no more than a year is known.

    Example:
        >>> _born("1984"), _born("1984-05-30/1984-06-01"), len(_born("1984-05"))
        (['1984'], ['1984-05-30', '1984-05-31', '1984-06-01', '1984'], 32)
    """
    begin, _, end = text.partition("/")
    first, last = _days_of(begin)[0], _days_of(end or begin)[1]
    years = range(first.year, last.year + 1)
    if not 1 <= len(years) <= MOST_YEARS or last < first:
        raise SearchTooBroadError(
            "the range of birth is empty, or over eleven years", fix="give it from the earlier to the later"
        )
    days = (last - first).days + 1
    if days > MOST_DAYS:
        return [str(year) for year in years]
    return [(first + dt.timedelta(days=day)).isoformat() for day in range(days)] + [
        str(year) for year in years
    ]


def _days_of(text: str) -> tuple[dt.date, dt.date]:
    """The first and the last day of a year, a month or a day."""
    found = _BORN.fullmatch(text.strip())
    year, month, day = found.groups() if found else ("0", None, None)
    try:
        first = dt.date(int(year), int(month or 1), int(day or 1))
        if day:
            return first, first
        last_month = int(month or 12)
        return first, dt.date(int(year), last_month, calendar.monthrange(int(year), last_month)[1])
    except ValueError:
        fault = SearchTooBroadError(
            "what was given as born is no year, month or day, nor a range of them",
            fix="write it as 1984, 1984-05, 1984-05-17 or 1984-04/1984-06",
        )
    raise fault


def _birth_years(age: int, tolerance: int, today: dt.date) -> range:
    """Years of birth of somebody of about that age: whether the birthday was yet is not known."""
    if not 0 <= age <= 130 or not 0 <= tolerance <= (MOST_YEARS - 1) // 2:
        raise SearchTooBroadError(
            "the age or its tolerance is out of range",
            fix="give an age to 130 with a tolerance to five years",
        )
    return range(today.year - age - tolerance - 1, today.year - age + tolerance + 1)


def _names_somebody(person: PersonText) -> bool:
    numbers = (person.nhs_number, person.national_id, person.phone, person.email)
    return bool(person.name.given or person.name.family or any(numbers))


def _too_broad() -> SearchTooBroadError:
    return SearchTooBroadError(
        "the search gives less than it needs to find anybody",
        fix="give both names; or one name with a date of birth, which 1 January is not, or a whole address; "
        "or an NHS number, national id or e-mail address; or a telephone number with a given name",
    )


def encode_address_query(encoder: PlaceEncoder, query: AddressQuery) -> AddressLookup:
    """Tokens of what was typed, stage by stage.

    Raises:
        AddressTooBroadError: no single place is named: nothing, a town, a street, a postcode alone.
        SearchUnreadableError: what is given as its postcode, or ends the line as one, is none.
    """
    country = country_code(query.country) or "GB"
    line = ", ".join(filter(None, (query.line, *query.parts)))
    given = not normalise.is_missing("postcode", query.postcode)
    if (given and normalise.postcode(query.postcode, country) is None) or (
        country == "GB" and has_damaged_postcode(line)
    ):
        raise _unreadable(*_POSTCODE)
    code = normalise.postcode(query.postcode, country) or "" if query.postcode else ""
    uprn = normalise.uprn(query.uprn) or "" if query.uprn else ""
    if not uprn and (found := _UPRN.fullmatch(line)):
        line, uprn = "", normalise.uprn(found[1]) or ""
    place = parse(line, code, country) if not normalise.is_missing("address", line) else _nowhere(country)
    if not place.names_a_place and place.kind not in _AS_WRITTEN and not uprn:
        raise AddressTooBroadError("the address names no single place", fix=_what_to_add(place))
    encoding = encoder.encode(place, uprn=uprn)
    if place.kind is PlaceKind.BESIDE:
        return _beside(encoder, encoding, house_beside(line, code, country))
    area = _area(encoder, place, encoding)
    left_out = _leaving_something_out(place, area)
    stages = encoder.lookup(encoding)
    half = bool(place.outward and area and not place.full_postcode)
    by_street = _BY_STREET - _whole(place)
    other = encoder.encode(place.lettered, uprn="") if place.lettered else None
    return AddressLookup(
        {name: token for name, token in stages.items() if name not in left_out},
        encoding,
        bool(place.unit),
        area=area,
        near=encoder.near(encoding) | encoder.whole(encoding) | (encoder.lettered(other) if other else {}),
        lettered=other,
        spellings=encoder.spellings(place),
        by_half={name: token for name, token in stages.items() if half and name in by_street},
    )


def _beside(encoder: PlaceEncoder, written: Encoding, house: ParsedAddress) -> AddressLookup:
    """The place as it is written, and nothing else; the house that it is beside is offered."""
    meant = encoder.encode(house, uprn="")
    tokens = {name: token for name, token in encoder.lookup(written).items() if name == "written"}
    return AddressLookup(tokens, meant, bool(house.unit), near=encoder.near(meant) | encoder.whole(meant))


def _area(encoder: PlaceEncoder, place: ParsedAddress, encoding: Encoding) -> str:
    """The token of number, street and all that may have been typed of its area.

    "Bloxwich, 14 High Street, Walsall" may be in Bloxwich, or called that: it is looked for there.
    """
    if place.perhaps and (place.locality or place.town):
        there = replace(place, locality=f"{place.perhaps} {place.locality}".strip())
        encoding = encoder.encode(there, uprn="")
    return encoding.tokens.get("area_building", b"").hex()


def _leaving_something_out(place: ParsedAddress, area: str) -> frozenset[str]:
    """Stages that leave out a part that was typed: what they find may be in another street or town.

    Half a postcode is in no token: what is found by street beside it is another matter (``by_half``).
    """
    by_postcode = {"postcode_place", "postcode_building"} if place.street else set()
    town_lost = bool(place.area) and not area
    by_street = _BY_STREET if place.outward or town_lost else frozenset()
    return frozenset(by_postcode | by_street | _whole(place))


def _whole(place: ParsedAddress) -> frozenset[str]:
    """Stages of the house that a place is behind: it is not the house, however little is known of it."""
    return _BUILDINGS if REAR in place.unit.split() else frozenset()


def _what_to_add(place: ParsedAddress) -> str:
    """What would make a place of what was typed."""
    if place.kind is PlaceKind.SEVERAL:
        return "these are two addresses: ask for one at a time, by its house number or name and street"
    if place.kind is PlaceKind.UNPARSED and place.words:
        return "which number is the house's cannot be told: write it as in Flat 2, 14 High Street"
    if place.kind is PlaceKind.NO_FIXED_ABODE:
        return "no fixed abode is no place: search for the person, or give a house number or name and street"
    if place.premise:
        return "add the street, or the full postcode, to the house number or name"
    if place.street or place.full_postcode:
        known = "street" if place.street else "postcode"
        return f"add the house number or name, and the flat if there is one, to the {known}"
    return "give a house number or name together with a street or a full postcode"


def _nowhere(country: str) -> ParsedAddress:
    return ParsedAddress(country=country, written="")
