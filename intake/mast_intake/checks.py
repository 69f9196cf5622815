"""What each field may hold: one function a field, giving a canonical value or the rule that it breaks."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Final

from mast_intake import normalise
from mast_intake.address import country_code
from mast_intake.dates import read_birth, read_moment
from mast_intake.lives import OLDEST
from mast_intake.rejects import Rule
from mast_intake.rows import LIFE_DATES, MOMENTS, SHIELDS
from mast_intake.source import Mapped, Source
from mast_resolver.relations import relation_kinds
from mast_resolver.vocabulary import HIGHEST_SEVERITY, ROLES, vocabulary

Checked = str | dt.datetime | Rule
"""A canonical value (empty: missing), a moment, or the rule that the value breaks."""

_CODE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,39}")
_TELLING: Final = re.compile(
    r"\d{1,4}[-.:]\d{1,2}[-.:]\d{1,4}"  # a date
    r"|\d{8,}"  # a telephone number, a UPRN, an NHS number, a date without separators
    r"|[A-Za-z]{1,2}\d[A-Za-z0-9]?\d[A-Za-z]{2}"  # a postcode
    r"|[A-Za-z]{2}\d{6}[A-Za-z]"  # a national insurance number
)
"""What is no code of a team or a category but a column that was taken for another one."""


_NO_END: Final = 9999
"""The year of days that stand for "no end"."""
_BETWEEN_COLUMNS: Final = re.compile(r"(?<!\\) ")
"""A space of an id that is not one of a column's own."""


def checker(
    name: str, mapped: Mapped, source: Source, today: dt.date | None, countries: tuple[str, ...]
) -> Callable[[str], Checked]:
    """The check of one field as its source maps it; ``countries`` are those its rows may be of.

    Example:
        >>> from mast_intake.source import FileFormat
        >>> source = Source("visits", "fire", "mast-2026", FileFormat.CSV, ())
        >>> checker("nhs_number", Mapped(("nhs",)), source, None, ("GB",))("943 476 5918").value
        'nhs_number_invalid'
    """
    if name in LIFE_DATES:
        return lambda text: _birth(text, mapped.formats, source, today)
    if name in MOMENTS:
        return lambda text: _moment(text, mapped.formats, source, today)
    if name == "postcode":
        return lambda text: _national(normalise.postcode, text, countries, Rule.POSTCODE_INVALID)
    if name == "phone":
        return lambda text: _or_mangled(_national(normalise.phone, text, countries, Rule.PHONE_INVALID), text)
    if name in ("contact_id", "related_to"):
        lost, read = mangled(mapped), _related if name == "related_to" else str
        return lambda text: Rule.NUMBER_MANGLED if lost(text) else read(text)
    if name in ("team", "category") and (mapped.values is not None or mapped.constant is not None):
        return str  # declared in the source file: no value of a row can get here
    return _CHECKS.get(name, str)


def _or_rule(value: str | None, rule: Rule) -> Checked:
    return rule if value is None else value


def _national(
    read: Callable[[str, str], str | None], text: str, countries: tuple[str, ...], rule: Rule
) -> Checked:
    found = (value for country in countries if (value := read(text, country)) is not None)
    return next(found, rule)


def _or_mangled(checked: Checked, text: str) -> Checked:
    """The same; of what a spreadsheet made unreadable it is said that it was the spreadsheet."""
    return Rule.NUMBER_MANGLED if isinstance(checked, Rule) and normalise.is_mangled(text) else checked


def mangled(mapped: Mapped) -> Callable[[str], bool]:
    """Whether an id, or one of its columns, is what a spreadsheet left of a number.

    Example:
        >>> mangled(Mapped(("year", "number")))("2.02601E+11 7"), mangled(Mapped(("id",)))("7 #")
        (True, False)
    """
    if len(mapped.columns) == 1:
        return normalise.is_mangled
    return lambda text: any(map(normalise.is_mangled, _BETWEEN_COLUMNS.split(text)))


def _related(text: str) -> Checked:
    return "" if normalise.is_missing("related_to", text) else text


def _birth(text: str, formats: tuple[str, ...], source: Source, today: dt.date | None) -> Checked:
    birth = read_birth(text, formats, zone=source.timezone, today=today)
    if birth is None:
        return Rule.DATE_UNREADABLE
    if normalise.is_sentinel_date(birth):
        return ""
    if today is None:
        return birth
    if birth > today.isoformat():
        return Rule.DATE_IN_FUTURE
    return Rule.DATE_TOO_EARLY if _is_too_early(int(birth[:4]), today) else birth


def _moment(text: str, formats: tuple[str, ...], source: Source, today: dt.date | None) -> Checked:
    moment = read_moment(text, formats, source.timezone)
    if moment is None:
        # 31 December 9999 has no UTC east of Greenwich, and stands for "no end" anyhow.
        return "" if text.strip().startswith("9999") else Rule.DATE_UNREADABLE
    if normalise.is_sentinel_date(moment.date().isoformat()) or moment.year == _NO_END:
        return ""
    return Rule.DATE_TOO_EARLY if today is not None and _is_too_early(moment.year, today) else moment


def _is_too_early(year: int, today: dt.date) -> bool:
    """Whether nobody who lived then is alive: the year 0083 is a slip for 1983, and so may be 1883."""
    return year < today.year - OLDEST


def _name(text: str) -> Checked:
    return text if any(map(str.isalpha, text)) else Rule.NAME_WITHOUT_LETTERS


def _code(text: str) -> Checked:
    return text if _CODE.fullmatch(text) and not _TELLING.fullmatch(text) else Rule.NOT_A_CODE


def _severity(text: str) -> Checked:
    good = text.isascii() and text.isdigit() and len(text) == 1 and int(text) <= HIGHEST_SEVERITY
    return text if good else Rule.SEVERITY_OFF_LADDER


def shield(text: str) -> str | None:
    """What a value says is shielded, the empty text for nothing; None for a value that says neither.

    Example:
        >>> shield("Y"), shield("person"), shield("No"), shield("perhaps")
        ('both', 'person', '', None)
    """
    said = text.lower()
    if said in SHIELDS:
        return said
    return "both" if said in ("yes", "y", "true", "1") else "" if said in ("no", "n", "false", "0") else None


_CHECKS: Final[dict[str, Callable[[str], Checked]]] = {
    "given_name": _name,
    "middle_name": _name,
    "family_name": _name,
    "sex": lambda text: _or_rule(normalise.sex(text), Rule.SEX_UNKNOWN),
    "nhs_number": lambda text: _or_mangled(_or_rule(normalise.nhs(text), Rule.NHS_NUMBER_INVALID), text),
    "national_id": lambda text: _or_mangled(
        _or_rule(normalise.national_id(text), Rule.NATIONAL_ID_INVALID), text
    ),
    "email": lambda text: _or_rule(normalise.email(text), Rule.EMAIL_INVALID),
    "shielded": lambda text: _or_rule(shield(text), Rule.SHIELD_UNKNOWN),
    "uprn": lambda text: _or_rule(normalise.uprn(text), Rule.UPRN_INVALID),
    "country": lambda text: _or_rule(country_code(text), Rule.COUNTRY_UNKNOWN),
    "team": _code,
    "category": _code,
    "severity": _severity,
    "relation": lambda text: text if text in relation_kinds() else Rule.RELATION_UNKNOWN,
    "contact_type": lambda text: text if text in vocabulary().types else Rule.CONTACT_TYPE_UNKNOWN,
    "contact_role": lambda text: text.lower() if text.lower() in ROLES else Rule.ROLE_UNKNOWN,
    "contact_status": lambda text: (
        text.lower() if text.lower() in ("open", "closed") else Rule.STATUS_UNKNOWN
    ),
}
