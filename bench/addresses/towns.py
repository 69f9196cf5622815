"""Towns whose addresses are known in parts, and records of them with the errors that councils make."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Any, Final

from address_errors import Controls, Corruptor, Noise, Profile, example_path, load_components
from address_errors.context import COLUMNS, add_context
from address_errors.pipeline.reference import derive_columns

from mast_fixtures.borough.places import TOWN, Address, Places

Part = Mapping[str, str]
"""One address in parts, as the package wants it (upper case)."""

STYLES: Final = (None, "wigan", "bradford", "leeds", "derby", "cornwall")
"""How five councils write addresses, and all of them pooled."""


@dataclass(frozen=True, slots=True)
class Written:
    """One record as a source wrote it, and the number of the address it was made from.

    ``lost``: what tells the address from its neighbours (flat, number, or else the name) is not in it any
    more, or makes it another address: nobody could tell which one it was. ``untouched``: whatever was done to
    how it is written, it says what its address says.
    """

    line: str
    postcode: str
    uprn: str
    lost: bool
    clean: bool
    untouched: bool


@dataclass(frozen=True)
class Town:
    """Addresses by number (UPRN)."""

    name: str
    parts: Sequence[dict[str, Any]]

    def by_uprn(self) -> dict[str, dict[str, Any]]:
        """The parts of each address."""
        return {each["uprn"]: each for each in self.parts}

    def building(self, uprn: str) -> str:
        """The number of the building that an address is in; its own when it is in none."""
        known = self._of.get(uprn, {})
        return str(known.get("parentuprn") or uprn)

    @property
    def _of(self) -> dict[str, dict[str, Any]]:
        if "of" not in self.__dict__:
            self.__dict__["of"] = self.by_uprn()
        return self.__dict__["of"]  # type: ignore[no-any-return]

    def part(self, uprn: str) -> dict[str, Any]:
        """The parts of one address."""
        return self._of[uprn]

    def line(self, uprn: str) -> str:
        """The address as a gazetteer has it, without the postcode."""
        part = self._of[uprn]
        house = " ".join(filter(None, (part["number"], part["streetname"])))
        names = (part["subname"], part["name"], house, part["locality"], part["townname"])
        return ", ".join(filter(None, names))


def example() -> Town:
    """The invented town of 261 addresses that comes with the package."""
    return Town("example town", load_components(example_path()))


def borough(seed: int, people: int) -> Town:
    """The streets of our own invented borough; the errors are the package's, not ours."""
    places = Places(random.Random(seed), people)
    rows = [dict.fromkeys(COLUMNS, "") | _part(each, places.addresses) for each in places.addresses]
    derive_columns(rows)
    return Town("borough", add_context(rows))


def _part(each: Address, places: Sequence[Address]) -> dict[str, str]:
    children = sum(1 for other in places[each.index + 1 : each.index + 60] if other.parent == each.index)
    return {
        "uprn": each.uprn,
        "feature_type": "builtaddress",
        "subname": each.unit.upper(),
        "name": each.building.upper().replace("'", ""),
        "number": each.number.upper(),
        "streetname": each.street.upper(),
        "locality": each.locality.upper(),
        "townname": TOWN.upper(),
        "postcode": each.postcode,
        "classificationcode": "RD06" if each.unit else "RD04",
        "parentuprn": places[each.parent].uprn if each.parent >= 0 else "",
        "rootuprn": places[each.parent].uprn if each.parent >= 0 else each.uprn,
        "usrn": f"{each.street}|{each.locality}",
        "n_children": str(children),
        "n_siblings": "0",
        "name_is_generic": "false",
    }


Errors = Callable[[], Controls]

COUNCIL: Final[Errors] = lambda: Controls(label_drift=0.0)  # noqa: E731 - a constant
RESTYLED: Final[Errors] = lambda: Controls(  # noqa: E731
    label_drift=0.0, noise=Noise(rate=1.0, ops={"abbreviate": 3, "expand": 1, "case_flip": 1})
)
DAMAGED: Final[Errors] = lambda: Controls(label_drift=0.0, noise=Noise(rate=1.0))  # noqa: E731


def written(town: Town, seed: int, errors: Errors, *, style: str | None = None) -> list[Written]:
    """Every address of the town as one source wrote it. Labels do not drift: they are the truth here."""
    corruptor = Corruptor(
        Profile.load(),
        style=style,
        seed=seed,
        controls=replace(errors()),
        rates="pooled",
        source_id=f"{style}#{seed}",
    )
    corruptor.index(town.parts)
    known = town.by_uprn()
    rows = corruptor.generate([each["uprn"] for each in town.parts])
    return [
        Written(
            line=row["recorded_address"],
            postcode=row["recorded_postcode"],
            uprn=row["source_uprn"],
            lost=row["collision"] not in ("", "matches_label_only", "no_match", "not_tested")
            or not says_which(known[row["source_uprn"]], row["recorded_address"]),
            clean=not row["applied_rules"] and not row["noise_ops"] and not row["postcode_edit"],
            untouched=not row["applied_rules"],
        )
        for row in rows
    ]


_NO_IDENTIFIER: Final = frozenset(("FLAT", "FLOOR", "APARTMENT", "THE", "HOUSE", "COTTAGE"))


def says_which(part: Part, line: str) -> bool:
    """Whether every identifier of the address is still somewhere in the line, in whatever order and place.

    A house without a number, and a flat in one, is told from its neighbours by the name of the house.
    """
    house = part["number"] or part["name"]
    wanted = set(re.findall(r"[A-Z0-9]+", f"{part['subname']} {house}")) - _NO_IDENTIFIER
    return bool(wanted) and _says(wanted, line)


def _says(wanted: Iterable[str], line: str) -> bool:
    said = re.findall(r"[A-Z0-9]+", line.upper())
    together = "".join(said)  # "ChestnutTower": a space was left out
    return all(
        each in said or (len(each) >= _TYPED and (each in together or get_close_matches(each, said, 1, 0.75)))
        for each in wanted
    )


def without_postcode(town: Town, records: Iterable[Written]) -> list[Written]:
    """The records, their postcodes left out: then a street without its locality may be one of two."""
    alike = Counter(_but_for_locality(part) for part in town.parts)
    found = []
    for each in records:
        part = town.part(each.uprn)
        locality = re.findall(r"[A-Z0-9]+", part["locality"])
        one_of_several = alike[_but_for_locality(part)] > 1 and not (locality and _says(locality, each.line))
        found.append(replace(each, postcode="", lost=each.lost or one_of_several))
    return found


def _but_for_locality(part: Part) -> tuple[str, ...]:
    return (part["subname"], part["number"], "" if part["number"] else part["name"], part["streetname"])


_TYPED: Final = 4
"""Words from this length on may be mistyped and still be said ("GRUOND FLOOR")."""
