"""An option that does not ship: fuzzy fields that compare only where something else agrees (ADR 0009).

Encodings are sealed where they are stored. This is about those that were opened, and lists of names laid
over them: figures for both ways in docs/privacy.md. All records of an area have to be encoded in one way.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

Within = Mapping[str, tuple[str, ...]]
"""By Bloom field, or part of an address: what two records must have in common for it to compare."""

NOTHING: Final[Within] = MappingProxyType({})
"""As it ships: one wrong letter in a family name must not make two given names different."""

WITHIN: Final[Within] = MappingProxyType(
    {
        "given_name": ("phonetic_family",),
        "family_name": ("phonetic_given",),
        "date_of_birth": ("phonetic_given", "phonetic_family"),
        "postcode": ("outward",),
        "address": ("postcode",),
        # Of address records: "14" alone would be counted.
        "number": ("postcode",),
        "unit": ("premise",),
    }
)
"""The hardening that is measured: most names can be read from opened encodings without it, few with it."""
