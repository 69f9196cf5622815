"""What networks are made of, each with its name and the page that it has."""

from __future__ import annotations

from collections.abc import Iterable
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


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What is wanted of a network: things of these kinds; of one agency, or only while an episode is open."""

    kinds: frozenset[str] = frozenset(KINDS)
    agency: str = ""
    only_open: bool = False

    def has(self, kinds: Iterable[str], agency: str, *, is_open: bool) -> bool:
        """Whether something between things of these kinds is wanted; what no agency says is of none.

        Example:
            >>> schools = Narrowed(agency="schools", only_open=True)
            >>> schools.has(["person", "household"], "", is_open=False)
            True
            >>> schools.has(["agency", "person"], "schools", is_open=False)
            False
        """
        of_agency = not self.agency or agency == self.agency
        fits = "agency" not in kinds or (of_agency and (is_open or not self.only_open))
        return self.kinds.issuperset(kinds) and fits

    @property
    def leaves_out(self) -> bool:
        """Whether anything is not wanted."""
        return self != EVERYTHING


EVERYTHING: Final = Narrowed()


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
