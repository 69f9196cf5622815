"""What a typed address is looked up by; no clear text is in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from mast_resolver.records import Encoding, Token


@dataclass(frozen=True, slots=True)
class AddressLookup:
    """Tokens (hexadecimal) by look-up property, the surest first, and the whole encoding.

    ``unit_known`` says whether a flat or room was named: without one, ``building`` finds the whole house.
    ``area`` is the token of number, street and town, empty where no town was typed: a place found by its
    street alone must have that too, as its whole area or as its locality. ``near`` are the tokens of what
    may have been meant, where nothing is found, the units of a building that is not known itself among it.
    ``spellings`` are those of the house that a flat was typed in, where it has a number too: flats of one
    number may be in several. ``by_half`` are tokens by street where half a postcode was typed with the town:
    what they find has to agree with that half. ``before`` is the same under the key version before, of which
    stored records may be. ``lettered`` is the encoding of what a place with a letter may be known as, 12A as
    Flat A, 12: the tokens of that are among ``near``.
    """

    tokens: Mapping[str, str]
    encoding: Encoding
    unit_known: bool
    area: str = ""
    near: Mapping[str, str] = field(default_factory=dict)
    spellings: frozenset[Token] = frozenset()
    by_half: Mapping[str, str] = field(default_factory=dict)
    before: AddressLookup | None = None
    lettered: Encoding | None = None

    @property
    def versions(self) -> tuple[AddressLookup, ...]:
        """This one, and the one before."""
        return (self,) if self.before is None else (self, self.before)
