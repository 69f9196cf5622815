"""Who lived at a place when something happened there: a former tenant's history is not the present one's."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from strawberry import ID

from mast_api.schema import types as t
from mast_graph.read import HouseholdRow, SpellRow


class Residents:
    """The people listed in one answer about places, with their stays at each.

    Example:
        >>> def lived(begin: int, end: int) -> SpellRow:
        ...     return {"begin": begin, "end": end, "inferred": False}
        >>> home: HouseholdRow = {"id": "H-1", "communal": False, "addresses": ["A-1"], "member_count": 2,
        ...     "present_count": 1, "members": [{"id": "P-1", "spells": [lived(0, 50)]},
        ...                                     {"id": "P-2", "spells": [lived(50, 99)]}]}
        >>> then = Residents([home]).at(["A-1"], 49)
        >>> then.lived_here_ids, then.moved_in_after_ids
        (['P-1'], ['P-2'])
    """

    def __init__(self, households: Iterable[HouseholdRow]) -> None:
        self._stays: dict[str, dict[str, list[SpellRow]]] = defaultdict(lambda: defaultdict(list))
        for household in households:
            for address in household["addresses"]:
                for member in household["members"]:
                    self._stays[address][member["id"]] += member["spells"]

    def at(self, places: Sequence[str], at: int) -> t.ResidentsThen:
        """Who of them lived at one of the places at a moment (milliseconds), and who came later."""
        lived: list[ID] = []
        after: list[ID] = []
        known: list[ID] = []
        stays: dict[str, list[SpellRow]] = defaultdict(list)
        for place in places:
            for person, spells in self._stays.get(place, {}).items():
                stays[person] += spells
        for person, spells in stays.items():
            later = [spell for spell in spells if spell["begin"] > at]
            if any(spell["begin"] <= at < spell["end"] for spell in spells):
                lived.append(ID(person))
            elif later:
                # Of a stay that has ended it is not said which bound was inferred: then it is not certain.
                came = min(later, key=lambda spell: spell["begin"])
                (known if came["inferred"] else after).append(ID(person))
        return t.ResidentsThen(
            lived_here_ids=lived,
            moved_in_after_ids=after,
            first_known_after_ids=known,
            says=_says(len(stays), len(lived), len(after), len(known)),
        )


def _says(listed: int, lived: int, after: int, known: int) -> str:
    if not listed:
        return "Nobody is listed as living here at any time."
    said = [f"{lived or 'None'} of the {listed} people listed lived here then"]
    if after:
        said.append(f"{after} moved in after it")
    if known:
        said.append(f"of {known} who {'is' if known == 1 else 'are'} known here only since, nobody says")
    return "; ".join(said) + "."
