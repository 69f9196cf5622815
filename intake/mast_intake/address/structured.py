"""An address that comes in parts, as a gazetteer has it: where its street ends is not read from a line."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final

from mast_intake.address.kinds import NOT_TAKEN_APART, PlaceKind
from mast_intake.address.numbered import block_of
from mast_intake.address.parsed import ParsedAddress
from mast_intake.address.parsing import parse
from mast_intake.address.plain import plain, spelt
from mast_intake.address.units import take_unit

_NUMBER: Final = re.compile(r"\d+[a-z]?(?:-\d+[a-z]?)?")
_DIGIT: Final = re.compile(r"\d")


@dataclass(frozen=True, slots=True, repr=False)
class Parts:
    """After BS 7666: ``secondary`` is in the building of that ``name`` or ``number``, or both."""

    secondary: str = ""
    name: str = ""
    number: str = ""
    street: str = ""
    locality: str = ""
    town: str = ""

    def __repr__(self) -> str:
        return "Parts(...)"

    @property
    def line(self) -> str:
        """The address as people write it."""
        house = " ".join(filter(None, (self.number, self.street)))
        return ", ".join(filter(None, (self.secondary, self.name, house, self.locality, self.town)))


def parse_parts(parts: Parts, postcode: str) -> ParsedAddress:
    """Canonical components of an address in parts, spelt as :func:`parse` spells them.

    What the parts do not tell apart (a flat in the name of its building) is read from the line. Elsewhere the
    line may read otherwise, and so may what an agency writes: both readings are worth keeping.

    Example:
        >>> home = parse_parts(Parts("FLAT 8", "BALMORAL POINT", "", "THE ASH", "", "WALSALL"), "WS11AA")
        >>> home.unit, home.name, home.street, home.town
        ('8', 'balmoral point', 'the ash', 'walsall')
    """
    read = parse(parts.line, postcode)
    number = parts.number.lower()
    unit = take_unit(f"{plain(parts.secondary)},")[1].id if parts.secondary else ""
    unclear = (
        not parts.street
        or not (parts.number or parts.name)
        or bool(number and not _NUMBER.fullmatch(number))
        or _DIGIT.search(parts.name) is not None
        or bool(parts.secondary and not unit)
    )
    if unclear:
        return read
    name = _spelt(parts.name).removeprefix("the ")
    return replace(
        read,
        # However oddly its line reads, the parts are clear.
        kind=PlaceKind.DWELLING if read.kind in NOT_TAKEN_APART else read.kind,
        unit=f"{unit} {block_of(name)}".strip() if number else unit,
        number=number,
        name=name,
        street=_spelt(parts.street),
        locality=_spelt(parts.locality),
        town=_spelt(parts.town),
    )


def _spelt(text: str) -> str:
    return spelt(plain(text).replace(",", " ").strip()) if text else ""
