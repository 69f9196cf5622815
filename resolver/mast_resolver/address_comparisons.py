"""What is compared about addresses, as data; the weights are in the model files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from mast_resolver.compare import Comparison, Fact, Level, absent, alike, both, neither, same, within

ONE_SIGN_OF_SEVEN: Final = 70  # of a postcode's bigrams; those of one district share about .6
_UPRN: Final = Comparison(
    "uprn",
    missing=((absent("uprn"),),),
    levels=(Level("same", "the property numbers (UPRN) are equal", ((same("uprn"),),)),),
    otherwise=Level("conflict", "the property numbers (UPRN) contradict each other", ()),
)
_CLOSE: Final = 70
"""Of the bigrams of a street or a house without its type: one slip in seven letters leaves about .75."""
_SURELY_CLOSE: Final = 80
"""The same where no one postcode backs it: "Main" and "Maine" have .75, and may be two of one ZIP code."""
_NO_MORE_SAID: Final = 75
"""Of the bigrams of the shorter of two localities with their towns: a slip apart, it is in the longer."""
_BUT_FOR_TYPE: Final = 80
_TWO_LETTERS: Final = 40  # exchanged, of a street of four: enough where number and postcode agree
_JUMBLED: Final = 82
"""Of the bigrams of all words: locality and town are among them, and two streets may share those."""
_NOTHING_ELSE: Final = 95
"""Of the bigrams of the address with fewer words: all of them, but for a chance bit."""


def _like(name: str, enough: int = _CLOSE) -> tuple[tuple[Fact, ...], ...]:
    """Much alike, of one type (road, cottage) or one type not given."""
    alike_enough, kind = alike(name, enough), f"{name}_type"
    return (alike_enough, same(kind)), (alike_enough, absent(kind))


def _each(lines: tuple[tuple[Fact, ...], ...], *others: Fact) -> tuple[tuple[Fact, ...], ...]:
    return tuple((*line, *others) for line in lines)


_SAME_AREA: Final = within("area", _NO_MORE_SAID)
_NUMBER: Final = Comparison(
    "number",
    missing=((same("uprn"), absent("number")), (same("unparsed"),)),
    levels=(
        Level("same", "the house numbers are equal", ((same("number"),),)),
        Level("conflict", "the house numbers differ", ((both("number"),),)),
        Level("name", "the names of house or building are equal", ((same("name"),),)),
        Level("close_name", "the names of house or building are much alike", _like("name")),
        Level("other_name", "the names of the houses differ", ((both("name"), absent("number")),)),
    ),
    otherwise=Level("unknown", "no house number or name is common to both", ()),
)
_UNIT: Final = Comparison(
    "unit",
    # Who gives no flat, but the number of the property, names the flat by that.
    missing=((neither("unit"),), (same("uprn"), absent("unit"))),
    levels=(
        Level("same", "the flats are equal", ((same("unit"),),)),
        Level("conflict", "the flats differ", ((both("unit"),),)),
    ),
    # A flat is not its building: they are linked as part and whole, never as one place.
    otherwise=Level("one_unknown", "only one address gives a flat: it is in the other, not the same", ()),
)
_HOUSE: Final = Comparison(
    "house",
    # A house with a number may have another name now: only flats are told apart by it. And who lets or runs
    # it is written where its name is, but is no kind of house (court, tower).
    missing=(
        (absent("unit"),),
        (absent("number"),),
        (absent("name_type"),),
        (same("name"),),
        *_like("name"),
    ),
    levels=(),
    # Two blocks of one site number their flats alike: Flat 2, Kings House is not Flat 2, Queens House.
    otherwise=Level("conflict", "the flats are in two houses of other names, with one number", ()),
)
_FLOOR: Final = Comparison(
    "floor",
    missing=((absent("floor"),), (same("floor"),)),
    levels=(),
    # A flat's number is nearly always its house's only one, and floors are miscounted: a person looks.
    otherwise=Level("conflict", "the flats are on two floors", ()),
)
_AREA: Final = Comparison(
    "area",
    missing=((absent("street"), absent("postcode")),),
    levels=(
        Level("street_postcode", "street and postcode are equal", ((same("street"), same("postcode")),)),
        Level(
            "close_street_postcode",
            "the postcode is equal and the street written much alike",
            (
                *_each(_like("street"), same("postcode")),
                (alike("street", _TWO_LETTERS), same("street_type"), same("postcode")),
                # Its type misspelt: "Sadler Hilll".
                (within("street", _BUT_FOR_TYPE), absent("street_type"), same("postcode")),
            ),
        ),
        # Where street ends and building or locality begins is read wrongly often enough.
        Level(
            "words_postcode",
            "the postcode is equal, and the words but for their order",
            ((alike("address", _JUMBLED), same("postcode")),),
        ),
        Level(
            "postcode_only",
            "the postcode is equal, and one address says nothing of the street that the other does not",
            ((same("postcode"), absent("street")), (same("postcode"), within("address", _NOTHING_ELSE))),
        ),
        Level(
            "postcode_other_street",
            "the postcode is equal, the street reads otherwise",
            ((same("postcode"),),),
        ),
        Level(
            "street_sector",
            "street, locality and all but the end of the postcode are equal",
            ((same("street"), same("sector"), _SAME_AREA), (same("street"), same("sector"), absent("area"))),
        ),
        Level(
            "street_town",
            "street and town are equal, a postcode is not given",
            ((same("street"), absent("postcode"), _SAME_AREA),),
        ),
        Level(
            "street_near_postcode",
            "street and town are equal, the postcodes differ by a sign",
            ((same("street"), alike("postcode", ONE_SIGN_OF_SEVEN), _SAME_AREA),),
        ),
        Level(
            "street_district",
            "street and postal district are equal, the postcodes differ",
            (
                (same("street"), same("outward"), _SAME_AREA),
                (same("street"), same("outward"), absent("area")),
            ),
        ),
        Level(
            "close_street_sector",
            "the street is written much alike, locality and all but the end of the postcode are equal",
            _each(_like("street", _SURELY_CLOSE), same("sector"), _SAME_AREA),
        ),
        Level(
            "short_street_sector",
            "the streets are short and a sign apart, locality and all but the end of the postcode are equal",
            _each(_like("street"), same("sector"), _SAME_AREA),
        ),
        Level(
            "close_street_district",
            "the street is written much alike, locality and postal district are equal",
            _each(_like("street"), same("outward"), _SAME_AREA),
        ),
        Level(
            "close_street_town",
            "the town is equal and the street written much alike, a postcode is not given",
            _each(_like("street"), absent("postcode"), _SAME_AREA),
        ),
        Level(
            "street_other_postcode",
            "street and town are equal, the postcodes are of two districts",
            ((same("street"), _SAME_AREA),),
        ),
        Level(
            "street_only",
            "the street is equal, town and postcode are not given",
            ((same("street"), absent("area"), absent("postcode")),),
        ),
        Level(
            "uprn_elsewhere", "one property number (UPRN), street and postcode are others", ((same("uprn"),),)
        ),
        Level(
            "street_other_area",
            "the street is equal, the localities are two",
            ((same("street"),),),
        ),
        # Another street, or the same one misspelt: without two postcodes nobody can tell.
        Level("unlike", "the streets read otherwise, a postcode is not given", ((absent("postcode"),),)),
    ),
    otherwise=Level("different", "the streets, or the localities and postcodes, differ", ()),
)
_WRITTEN: Final = Comparison(
    "written",
    missing=((absent("written"),),),
    levels=(
        Level("unparsed", "the addresses are written the same, and not taken apart", ((same("unparsed"),),)),
        Level("same", "the addresses are written the same", ((same("written"),),)),
    ),
)

_SIDE: Final = Comparison(
    "side",
    missing=((absent("side"),), (same("side"),)),
    levels=(),
    # One postcode may have both: "Upper High Street" is no slip for "Lower High Street".
    otherwise=Level("conflict", "the streets are of two sides (north, upper ...)", ()),
)

ADDRESS: Final = (_UPRN, _NUMBER, _UNIT, _HOUSE, _FLOOR, _AREA, _SIDE, _WRITTEN)

CONTRADICTIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "number": ("conflict", "other_name"),
    "unit": ("conflict",),
    "area": ("different", "street_other_area"),
}
"""Levels at which two addresses are plainly different, whatever number (UPRN) they were given."""
PERHAPS_MISSPELT: Final = ("unlike", _TWO_LETTERS)
"""A level at which they are only if the streets have less in common than that: "Hihg" may be High."""
