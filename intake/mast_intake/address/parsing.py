"""Chooses the parser for a country, and remembers what was parsed."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from mast_intake.address.nowhere import spoken_of
from mast_intake.address.parsed import LONGEST_LINE, AddressParser, ParsedAddress
from mast_intake.address.plain import plain
from mast_intake.address.postcodes import take_damaged, take_postcode
from mast_intake.address.united_kingdom import UnitedKingdomParser
from mast_intake.address.united_states import UnitedStatesParser
from mast_intake.normalise import words

_PARSERS: Final[dict[str, AddressParser]] = {"GB": UnitedKingdomParser(), "US": UnitedStatesParser()}

_COUNTRIES: Final = {
    **dict.fromkeys(
        ("gb", "uk", "gbr", "united kingdom", "great britain", "england", "wales", "scotland"), "GB"
    ),
    **dict.fromkeys(("northern ireland", "xx gb"), "GB"),
    **dict.fromkeys(("us", "usa", "united states", "united states of america", "america"), "US"),
}


def country_code(text: str) -> str | None:
    """``GB`` or ``US``; None for any other country.

    Example:
        >>> country_code("England"), country_code("USA"), country_code("Ruritania")
        ('GB', 'US', None)
    """
    return _COUNTRIES.get(" ".join(words(text)))


def has_damaged_postcode(line: str) -> bool:
    """Whether a UK line holds what was meant as a postcode and is none, and no postcode.

    Example:
        >>> has_damaged_postcode("14 High St, Leeds, LS1 4A8"), has_damaged_postcode("14 High St, LS1 4AB")
        (True, False)
    """
    text, code, _ = take_postcode(plain(line[:LONGEST_LINE]), "")
    return not code and take_damaged(text)[2]


def house_beside(line: str, postcode: str = "", country: str = "GB") -> ParsedAddress:
    """The house that a line speaks of which names the place beside it.

    Example:
        >>> house_beside("next door to 14 High St, Walsall").number
        '14'
    """
    return parse(spoken_of(plain(line[:LONGEST_LINE])), postcode, country)


@lru_cache(maxsize=50_000)
def parse(line: str, postcode: str = "", country: str = "GB") -> ParsedAddress:
    """Canonical components of an address line.

    ``postcode`` is canonical (:func:`mast_intake.normalise.postcode`). Never raises for what a line says:
    text that makes no sense has no components and keeps its ``written`` form.

    Example:
        >>> home = parse("Flat 2, 14 High St, Walsall WS1 1AA")
        >>> home.unit, home.number, home.street, home.town, home.postcode
        ('2', '14', 'high street', 'walsall', 'WS11AA')
    """
    return _PARSERS[country].parse(line[:LONGEST_LINE], postcode)
