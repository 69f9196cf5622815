"""What an address parser gives back, and the protocol that it follows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol

LONGEST_LINE: Final = 500
"""Signs of an address line that are looked at. The longest real ones are under 200."""


@dataclass(frozen=True, slots=True, repr=False)
class ParsedAddress:
    """Canonical components; an empty string is a component that was not found.

    ``words`` holds everything in the line in canonical spelling, whichever component it fell into:
    where a street ends and a locality begins does not generalise, so comparisons must not depend on it.
    ``written`` is the line as written, folded: what could not be parsed can still be matched exactly.
    """

    country: str
    written: str
    words: str = ""
    unit: str = ""
    number: str = ""
    name: str = ""
    street: str = ""
    town: str = ""
    postcode: str = ""
    outward: str = ""

    def __repr__(self) -> str:
        return f"ParsedAddress(country={self.country!r})"

    @property
    def premise(self) -> str:
        """Number of the building or, without one, its name."""
        return self.number or self.name

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
