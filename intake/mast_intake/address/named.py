"""UK lines without a house number: what the house is called, and its street."""

from __future__ import annotations

import re
from typing import Final

from mast_intake.address.draft import EITHER, WORDS, Draft, is_street, spelt, street_and_rest
from mast_intake.address.plain import ends_in
from mast_intake.address.units import unread_part

_HOUSE_AND_STREET: Final = 2
_ARTICLE: Final = re.compile(r"the \w+")


def take_named(draft: Draft) -> None:
    """Name, street and the rest of a line without a number."""
    parts = _without_flats(draft, [spelt(part) for part in draft.segments])
    if len(parts) > 1:
        street, locality = street_and_rest(draft.segments[-1], alone=True)
        if locality and ends_in(street, WORDS.street):
            parts[-1:] = [street, locality]
    if (at := _street_at(parts)) is not None:
        draft.street = parts[at]
        draft.name = " ".join(parts[:at])
        draft.rest = parts[at + 1 :]
        _part_name(draft)
        return
    if len(parts) == 1 and not ends_in(parts[0], WORDS.building):
        street, locality = street_and_rest(draft.segments[0], alone=True)
        if locality:
            draft.street, draft.rest = street, [locality]
            _part_name(draft)
            _name_before_street(draft)
        elif draft.unit:
            draft.name = parts[0]
        else:
            draft.rest = parts  # one word or a few, no number, no street: a town
        return
    draft.name = parts[0] if parts else ""
    draft.rest = parts[1:]


def _street_at(parts: list[str]) -> int | None:
    """Which part of a line without a number is its street."""
    streets = [at for at, part in enumerate(parts) if is_street(part)]
    if streets and streets[0] == 0 and len(streets) > 1 and ends_in(parts[1], WORDS.street):
        return streets[1]  # "Laurel Bank, Park Avenue": the first is a house
    if len(streets) == 1 and streets[0] == 0 and ends_in(parts[0], EITHER):
        return None  # "Flat 9, Oak Mews, Walsall": without a number it is a building
    if streets and streets[0] > 1 and ends_in(parts[0], WORDS.building) and _ARTICLE.fullmatch(parts[1]):
        return 1  # "High Heights, The Rectory, Netherley Bank": a street without a type
    if not streets:
        # "Flat 1, Green Point, View, Walsall": a street without its type, which is itself called after one.
        streets = [at for at, part in enumerate(parts[1:-1], 1) if part in WORDS.street]
    if not streets:
        streets = [at for at, part in enumerate(parts[1:], 1) if ends_in(part, WORDS.building)]
    return streets[0] if streets else None


def _without_flats(draft: Draft, parts: list[str]) -> list[str]:
    """What names no house but a dwelling in one, to the unit: "Red Flat, Kings Tower, High Street"."""
    if len(parts) <= _HOUSE_AND_STREET:
        return parts
    units = [unread_part(part) for part in parts[:-_HOUSE_AND_STREET]]
    draft.unit = " ".join(filter(None, (draft.unit, *units)))
    return [part for part, unit in zip(parts, (*units, "", ""), strict=True) if not unit]


def exchange(draft: Draft) -> None:
    """ "Flat 88, C, Ash Avenue": no house is called C, so 88 is the house and C the flat."""
    if draft.street and draft.unit.isdigit() and len(draft.name) == 1 and draft.name.isalpha():
        draft.number, draft.unit, draft.name = draft.unit, draft.name, ""


def _part_name(draft: Draft) -> None:
    """ "Rose Cottage Mill Lane" without a comma: the house ends at its building word."""
    spelt_street = draft.street.split()
    for at in range(1, len(spelt_street) - 2):
        if not draft.name and spelt_street[at] in WORDS.building:
            draft.name = " ".join(spelt_street[: at + 1])
            draft.street = " ".join(spelt_street[at + 1 :])
            return


def _name_before_street(draft: Draft) -> None:
    """ "Rose Cottage Mill Lane Walsall": what ended at a building word is the house, if a street follows."""
    kinds_of_house = WORDS.building | EITHER if draft.unit else WORDS.building
    if draft.name or not ends_in(draft.street, kinds_of_house):
        return
    street, locality = street_and_rest(draft.rest[0], alone=True)
    if ends_in(street, WORDS.street):
        draft.name, draft.street = draft.street, street
        draft.rest = [locality] if locality else []
