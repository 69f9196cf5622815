"""What an address parser gives back, and the protocol that it follows."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final, Protocol

from mast_intake.address.kinds import PlaceKind

LONGEST_LINE: Final = 500
"""Signs of an address line that are looked at. The longest real ones are under 200."""

_NUMBER: Final = re.compile(r"(\d+)([a-z]+)?(?:-(\d+[a-z]?))?")
_LETTERED: Final = re.compile(r"(\d+)([a-z])")


@dataclass(frozen=True, slots=True, repr=False)
class ParsedAddress:
    """Canonical components; an empty string is a component that was not found.

    After BS 7666: ``unit`` and ``floor`` are the secondary addressable object, ``number`` and ``name`` the
    primary one. ``unit`` names the dwelling in its building; where only a floor does, it is ``fl`` and the
    floor. ``number`` is all that is said of it ("12a", "12-14").
    ``words`` holds everything in the line in canonical spelling, whichever component it fell into:
    where a street ends and a locality begins does not generalise, so comparisons must not depend on it.
    ``perhaps`` is that of ``name`` which may be where the house is ("Walsall, 14 High Street"), or its name.
    ``written`` is the line as written, folded: what could not be parsed can still be matched exactly.
    """

    country: str
    written: str
    words: str = ""
    unit: str = ""
    floor: str = ""
    number: str = ""
    name: str = ""
    street: str = ""
    locality: str = ""
    town: str = ""
    postcode: str = ""
    outward: str = ""
    kind: PlaceKind = PlaceKind.DWELLING
    perhaps: str = ""

    def __repr__(self) -> str:
        return f"ParsedAddress(country={self.country!r})"

    @property
    def premise(self) -> str:
        """Number of the building or, without one, its name."""
        return self.number or self.name

    @property
    def area(self) -> str:
        """Locality and town; where neither is given, what may be either."""
        return f"{self.locality} {self.town}".strip() or self.perhaps

    @property
    def flat(self) -> str:
        """The dwelling in its building, where more than its floor is said."""
        return "" if self.unit.startswith("fl") else self.unit

    @property
    def house_number(self) -> str:
        """The digits of the number, without suffix and range."""
        found = _NUMBER.fullmatch(self.number)
        return found[1] if found else self.number

    @property
    def suffix(self) -> str:
        """The letter behind the number."""
        found = _NUMBER.fullmatch(self.number)
        return (found[2] or "") if found else ""

    @property
    def range_end(self) -> str:
        """The other end of a range of numbers."""
        found = _NUMBER.fullmatch(self.number)
        return (found[3] or "") if found else ""

    @property
    def lettered(self) -> ParsedAddress | None:
        """What a place with a letter may be known as: 12A as Flat A, 12, and the other way. It may be two."""
        if not self.unit and (found := _LETTERED.fullmatch(self.number)):
            return replace(self, number=found[1], unit=found[2])
        if len(self.unit) == 1 and self.unit.isalpha() and self.number.isdigit():
            return replace(self, number=f"{self.number}{self.unit}", unit="", floor="")
        return None

    @property
    def full_postcode(self) -> str:
        """The postcode when it is more than its outward half."""
        return self.postcode if self.country == "US" or self.postcode != self.outward else ""

    @property
    def names_a_place(self) -> bool:
        """Whether it points at one building: a number or name, and a street or a postcode."""
        return bool(self.premise and (self.street or self.full_postcode))


class AddressParser(Protocol):
    """Reads the addresses of one country."""

    def parse(self, line: str, postcode: str) -> ParsedAddress:
        """Components of a line; ``postcode`` is canonical, or empty when the line may hold it."""
        ...
