"""Names that properties of a gazetteer had: a postcode that was changed, a street that was renamed.

Agencies go on writing them for years, so they are other names of their property. But a house that is number
16 now may have been number 14, which is its neighbour now: a name that anybody else has, or had, is nobody's.
Nor is that of a house of which a flat is known, for one of the flats may have kept the number of the house.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from mast_intake.address import ParsedAddress
from mast_intake.gazetteer.property import Property
from mast_intake.rejects import Rejects, Rule

_SEVERAL = ""


@dataclass(frozen=True, slots=True)
class _Waiting:
    found: Sequence[Property]
    file: str
    line: int
    historic: bool


class FormerNames:
    """Keeps them until all of an edition is read, for only then it is known whose they are.

    Remembers some 200 bytes a property, beside the names that wait.

    Example:
        >>> from mast_intake.address import parse
        >>> names, now = FormerNames(), Property("17", parse("14 High St, Walsall", "WS11AA"))
        >>> names.stands(now)
        >>> names.wait([Property("17", parse("14 High St, Walsall", "WS19ZZ"), also=True)], "town.csv", 3)
        >>> [each.uprn for each in names.usable({17}, Rejects(), lambda: None)]
        ['17']
    """

    def __init__(self) -> None:
        self._has: dict[int, str] = {}
        self._buildings: set[int] = set()
        """What flats are in."""
        self._waiting: list[_Waiting] = []

    def stands(self, each: Property) -> None:
        """A name that is in use."""
        self._note([each], self._has)

    def is_like(self, each: Property) -> bool:
        """Whether it is the same property written with another postcode, or another street of one postcode.

        Two rows that both stand may have one number by mistake: then they are two houses.
        """
        return any(self._has.get(key) == each.uprn for key in _keys(each.place))

    def wait(self, found: Sequence[Property], file: str, line: int, *, historic: bool = True) -> None:
        """A name that somebody had, or a second one of somebody's, as a row says it."""
        self._waiting.append(_Waiting(found, file, line, historic))

    def usable(
        self, standing: Collection[int], rejects: Rejects, pass_over: Callable[[], None]
    ) -> Iterator[Property]:
        """Those that are of a property that stands, and of nobody else.

        Of the others historic ones are passed over, and rows that are said to stand rejected.
        """
        had: dict[int, str] = {}
        for each in self._waiting:
            self._note(each.found, had)
        for each in self._waiting:
            if self._is_theirs(each.found, standing, had):
                yield from each.found
            elif each.historic:
                pass_over()
            else:
                rejects.row(each.file, each.line, "uprn", Rule.DUPLICATE_UPRN)

    def _is_theirs(self, found: Sequence[Property], standing: Collection[int], had: dict[int, str]) -> bool:
        uprn = found[0].uprn
        keys = [key for each in found for key in _keys(each.place)]
        return (
            int(uprn) in standing
            and all(names.get(key, uprn) == uprn for key in keys for names in (self._has, had))
            and self._buildings.isdisjoint(keys)
        )

    def _note(self, found: Iterable[Property], names: dict[int, str]) -> None:
        for each in found:
            if each.place.unit or each.place.floor:
                self._buildings.update(_keys(replace(each.place, unit="", floor="")))
            for key in _keys(each.place):
                names[key] = each.uprn if names.get(key, each.uprn) == each.uprn else _SEVERAL


def _keys(place: ParsedAddress) -> Iterator[int]:
    """What tells a flat or a house from all others: with its postcode, and with its street and area."""
    premise = (place.unit, place.floor, place.premise.replace(" ", ""))
    if place.full_postcode:
        yield hash((*premise, place.full_postcode))
    if place.street:
        yield hash((*premise, place.street.replace(" ", ""), place.area))
