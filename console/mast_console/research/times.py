"""How long until something, as parts of a page: a curve for each thing that may happen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from mast_console import words
from mast_console.research.curves import Point, chart, percent, rising
from mast_console.research.tables import MARK, Part, Row, Table, listed

CLOCKS: Final = {
    "REFERRED_AGAIN_AFTER_REFERRAL": "first referral",
    "REFERRED_AGAIN_AFTER_CLOSURE": "first closure of a case",
}
"""From when days count, where no level is waited for."""


def times(said: Mapping[str, Any], _titles: Mapping[str, str]) -> tuple[Part, ...]:
    """The curves with their table, then whom they are of."""
    names = [_cause(each["cause"], said["level"]) for each in said["curves"]]
    shown = {
        name: rising([Point.of(point) for point in each["points"]])
        for name, each in zip(names, said["curves"], strict=True)
        if not each["withheld"] and each["points"]
    }
    withheld = [name for name in names if name not in shown]
    since = CLOCKS.get(said["event"]) or f"first contact at level {said['origin']} or above"
    table = (_table(shown, withheld, since),) if shown else ()
    parts = [Part("How long it took", _says(shown, withheld, since), table, chart=chart(shown, since))]
    if said["starts"]:
        starts = listed("starts", "Who was followed from the first day", "Who", said["starts"])
        parts.append(Part("Whom the curve is of", (_ON_FIRST_DAY,), (starts,)))
    if said["lookBack"]:
        back = listed("look-back", "Referrals, by whether one had come before", "Referral", said["lookBack"])
        parts.append(Part("Looking back: the published measure", (_LOOKING_BACK,), (back,)))
    return tuple(parts)


def _says(shown: Mapping[str, Any], withheld: list[str], since: str) -> tuple[str, ...]:
    found = [
        f"Days count from the {since}. Each share is of everybody, those included who are followed no more."
    ]
    if shown:
        found.append(_BAND)
    else:
        found.append("Too few for any curve: none may be shown. That is hidden, and not nought.")
    found += [f"{name}: hidden (*). It happened to too few for a curve, or to nobody." for name in withheld]
    return tuple(found)


def _table(shown: Mapping[str, list[Point]], withheld: list[str], since: str) -> Table:
    """A row for each day that figures are given for: every curve has the same."""
    columns = ["Followed until then"]
    for name in shown:
        columns += [
            f"{name}: how many since the row above",
            f"{name}: per cent",
            f"{name}: no less than",
            f"{name}: no more than",
        ]
    columns += [f"{name}: per cent" for name in withheld]
    rows = []
    for points in zip(*shown.values(), strict=True):
        cells = [str(points[0].followed)]
        for point in points:
            cells += [str(point.events), percent(point.share), percent(point.least), percent(point.most)]
        rows.append(Row(f"Day {points[0].day}", (*cells, *(MARK for _ in withheld))))
    return Table("times", f"Shares by days since the {since}", "By day", tuple(columns), tuple(rows))


def _cause(name: str, level: int | None) -> str:
    """What happened, in words.

    Example:
        >>> _cause("reached", 4), _cause("referred again", None)
        ('Reached level 4 or above', 'Referred again')
    """
    return f"Reached level {level} or above" if name == "reached" else words.sentence(name)


_BAND: Final = (
    "The band is all that the true curve may be: shares are rounded so that one person does not show, and "
    "nothing is given between two marks. A share never falls, but the rounding is coarser the fewer are "
    "followed: so each figure and its limits are held to what those before and after them allow. It is no "
    "confidence interval; the width of one would tell small "
    "numbers, so none is given. How many are followed, and what happened, is rounded too."
)
_ON_FIRST_DAY: Final = (
    "Who was at the level on the first day did not climb to it, and is not in the curve. Numbers are rounded "
    "more than elsewhere, for one cohort may be asked about every level."
)
_LOOKING_BACK: Final = (
    "Of all referrals, those that came within twelve months of the same person's last one. It is a different "
    "measure than the curve, and not to be put beside it. What came too early to say is left out."
)
