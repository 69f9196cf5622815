"""What the audit log keeps of a search for somebody: keyed tokens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from mast_resolver.records import Encoding

_SOUGHT: Final = (
    *("given_name", "family_name", "date_of_birth", "birth_year", "nhs_number", "phone", "premise"),
    *("national_id", "email"),
)
"""Enough to find who was looked for, under the key."""


def sought(encodings: Sequence[Encoding]) -> Mapping[str, list[str]]:
    """The tokens of every reading of what was typed, by field."""
    found: dict[str, set[str]] = {}
    for encoding in encodings:
        for name in _SOUGHT:
            if name in encoding.tokens:
                found.setdefault(name, set()).add(encoding.tokens[name].hex())
    return {name: sorted(tokens) for name, tokens in found.items()}
