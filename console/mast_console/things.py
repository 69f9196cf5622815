"""What networks are made of, each with its name and the page that it has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from mast_console import words

KINDS: Final = {"person": "People", "household": "Households", "address": "Addresses", "agency": "Agencies"}


@dataclass(frozen=True, slots=True)
class Thing:
    """A person, household, address or agency."""

    id: str
    kind: str
    name: str
    path: str = ""


def person(id_: str) -> Thing:
    """A person by id."""
    return Thing(id_, "person", f"Person {words.short(id_)}", f"/people/{id_}")


def household(id_: str) -> Thing:
    """A household by id; its page is its network."""
    return Thing(id_, "household", f"Household {words.short(id_)}", f"/households/{id_}/network")


def address(id_: str) -> Thing:
    """An address by id."""
    return Thing(id_, "address", f"Address {words.short(id_)}", f"/addresses/{id_}")


def of(id_: str) -> Thing:
    """A person, household or address by its id, which says what it is.

    Example:
        >>> of("H-1").path, of("A-1").kind
        ('/households/H-1/network', 'address')
    """
    return {"P": person, "H": household, "A": address}[id_[:1]](id_)
