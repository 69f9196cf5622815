"""Death and life of a person as a row states them: checked against each other, and told by the month."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from mast_intake.rejects import Rule
from mast_intake.rows import LIFE_FIELDS
from mast_resolver.impossible import outlives
from mast_resolver.records import Life

_DIED, _ALIVE = LIFE_FIELDS
OLDEST: Final = 123
"""No older age is known of anybody, in whole years."""


def life_of(text: Mapping[str, str]) -> Life | None:
    """What may leave here of it: the last month of the death, the first of having been seen alive.

    Example:
        >>> life_of({"date_of_death": "2024", "last_seen_alive": "2024-03-17"})
        Life(died=24299, alive=24290)
        >>> life_of({"given_name": "Ann"}) is None
        True
    """
    life = Life(_month(text.get(_DIED, ""), 12), _month(text.get(_ALIVE, ""), 1))
    return life if any(life) else None


def set_aside(text: dict[str, str]) -> Iterator[tuple[str, Rule]]:
    """Drop the days of a row that nobody's life can have, and say so.

    Where one lies before the birth, or at an age that nobody reaches, it is the one that goes: by their birth
    people are known. Of a death and a later day alive nobody knows which is wrong, and both go.

    Example:
        >>> text = {"date_of_birth": "2019-05-02", "date_of_death": "2012-01", "last_seen_alive": "2020"}
        >>> [name for name, _ in set_aside(text)], sorted(text)
        (['date_of_death'], ['date_of_birth', 'last_seen_alive'])
    """
    birth = text.get("date_of_birth", "")
    for name in LIFE_FIELDS:
        if birth and name in text and not _in_one_life(birth, text[name]):
            del text[name]
            yield name, Rule.IMPOSSIBLE_AGE
    life = life_of(text)
    if life is not None and outlives(life, life):
        for name in LIFE_FIELDS:
            del text[name]
            yield name, Rule.ALIVE_AFTER_DEATH


def _in_one_life(birth: str, day: str) -> bool:
    said = min(len(birth), len(day))
    return birth[:said] <= day[:said] and int(day[:4]) - int(birth[:4]) <= OLDEST


def _month(iso: str, unsaid: int) -> int:
    """Months since the year 0; the month ``unsaid`` where there is a year alone."""
    return 12 * int(iso[:4]) + (int(iso[5:7] or unsaid) - 1) if iso else 0
