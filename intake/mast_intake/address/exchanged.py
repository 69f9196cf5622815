"""Mends UK lines in which words changed places, so that the type of a street or a building stands alone."""

from __future__ import annotations

import re
from typing import Final

from mast_intake.address.draft import WORDS, spelt
from mast_intake.address.flats import DWELLING
from mast_intake.address.plain import GLUE, TYPES, ends_in

_ALONE: Final = frozenset(
    {
        "apartments", "avenue", "close", "court", "crescent", "drive", "gardens", "heights", "house", "lane",
        "place", "point", "road", "square", "street", "terrace",
    }
)  # fmt: skip
"""Types that are the whole name of no house and no street. Grove is a village, and The Lodge a house."""
_BLOCKS: Final = frozenset({"lodge", "cottage", "mansions", "villas", "tower"})
"""Of which flats are as well, and houses are called: alone only where the flat is before them."""
_LONE: Final = re.compile(
    f", (?:{'|'.join(written for written, word in WORDS.expanded.items() if word in _ALONE | _BLOCKS)}) ?,"
)
_KEPT: Final = frozenset((*DWELLING, "unit", "room", "rm", "plot", "pitch", "lot", "block", "phase", "wing"))
"""Words that belong to the number behind them."""
_NUMBER: Final = r"\d+[a-z]?(?:~\d+[a-z]?)?"
_NUMBER_BEHIND: Final = re.compile(rf"(?:({'|'.join(DWELLING)}) )?([a-z][a-z ]*?) ({_NUMBER})")
_NAME: Final = re.compile(rf"(?:({_NUMBER}) )?([a-z]{{2,}})((?: [a-z]{{2,}})*)")
_PLAIN_WORDS: Final = re.compile(r"([a-z]{2,})((?: [a-z]{2,})+)")


def with_types(text: str, said: list[str]) -> tuple[str, list[str]]:
    """A plain line in which each type follows what it is the type of; ``said`` are its words.

    Example:
        >>> line = "flat lock 5, house, foundry road, walsall"
        >>> with_types(line, line.replace(",", " ").split())[0]
        'flat 5, lock house, foundry road, walsall'
        >>> with_types("38, road, holly walsall", ["38", "road", "holly", "walsall"])[0]
        '38, holly road, walsall'
    """
    if not _LONE.search(text):
        return text, said
    parts = [part for part in map(str.strip, text.split(",")) if part]
    for at in range(1, len(parts) - 1):
        # What ends a line may be a town: Street is one, in Somerset.
        if _type_of(parts[at]) and any(part not in WORDS.region for part in parts[at + 1 :]):
            found = _behind(parts, at) or _before(parts, at)
            if found:
                text = ", ".join(found)
                return text, text.replace(",", " ").split()
    return text, said


def _type_of(word: str) -> str:
    kind = WORDS.expanded.get(word, word)
    return kind if kind in _ALONE or kind in _BLOCKS else ""


def _has_type(name: str) -> bool:
    """Whether some words end in a type before others; of "Foundry Netherley Bank" the last is a town's."""
    after = spelt(name).split()[1:]
    return not _ALONE.isdisjoint(after) or not TYPES.isdisjoint(after[:1])


def _behind(parts: list[str], at: int) -> list[str]:
    """The parts, where the type is that of what stands before it."""
    before, kind = parts[at - 1].replace(GLUE, " "), parts[at]
    if (found := _NUMBER_BEHIND.fullmatch(before)) and _KEPT.isdisjoint(found[2].split()):
        flat, name, number = found.groups()
        if _has_type(name) or (kind in _BLOCKS and not flat):
            return []
        house = f"{flat} {number}, {name} {kind}" if flat else f"{number} {name} {kind}"
        return [*parts[: at - 1], *house.split(", "), *parts[at + 1 :]]
    if (found := _NAME.fullmatch(before)) and _KEPT.isdisjoint(before.split()) and kind not in _BLOCKS:
        number, name, rest = found.groups()
        if _has_type(f"{name}{rest}"):
            return []
        street = " ".join(filter(None, (number, name, kind)))
        numbered = number or any(map(str.isdigit, "".join(parts[:at])))
        left = [rest.strip()] if rest else []
        ordered = [street, *left] if numbered else [*left, street]
        return [*parts[: at - 1], *ordered, *parts[at + 1 :]]
    return []


def _before(parts: list[str], at: int) -> list[str]:
    """The parts, where the type is that of the word behind it, and the place follows."""
    before, kind, behind = parts[at - 1 : at + 2]
    found = _PLAIN_WORDS.fullmatch(behind)
    if not found or kind in _BLOCKS or ends_in(spelt(before), WORDS.street) or _has_type(behind):
        return []
    return [*parts[:at], f"{found[1]} {kind}", found[2].strip(), *parts[at + 2 :]]
