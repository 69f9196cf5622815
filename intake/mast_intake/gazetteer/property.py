"""A property of a gazetteer, by one of its names."""

from __future__ import annotations

from dataclasses import dataclass

from mast_intake.address import ParsedAddress


@dataclass(frozen=True, slots=True, repr=False)
class Property:
    """A property, or (``also``) another name or another reading of one."""

    uprn: str
    place: ParsedAddress
    parent: str = ""
    also: bool = False

    def __repr__(self) -> str:
        return "Property(...)"
