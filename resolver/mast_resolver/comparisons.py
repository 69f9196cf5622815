"""What is compared about people and about addresses, as data; the weights are in the model files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from mast_resolver.compare import (
    Comparison,
    Fact,
    Level,
    absent,
    alike,
    alike_crossed,
    both,
    crossed,
    met,
    neither,
    same,
    within,
)
from mast_resolver.records import Kind

# Dice percentages, on 16 hashes a gram: one wrong letter of seven leaves about .75 of a name's bigrams,
# one wrong digit of eight .875 of a date, two .75.
_NAME_CLOSE: Final = 80
_NAME_NEAR: Final = 65
_NAME_FAR: Final = 50  # one wrong letter of a name of three or four
_ONE_SIGN: Final = 80
_TWO_SIGNS: Final = 70
_ADDRESS_CLOSE: Final = 80
_ADDRESS_NEAR: Final = 55  # a part of it is missing, or written in one word
_ONE_SIGN_OF_SEVEN: Final = 70  # of a postcode's bigrams; those of one district share about .6

_NAMES_SWAPPED: Final = ((crossed("given_name", "family_name"),), (crossed("given_joined", "family_name"),))
_NEARLY_SWAPPED: Final = (alike_crossed("given_name", "family_name", _NAME_NEAR),)
_SAME_GIVEN: Final = (
    (same("given_name"),),
    (same("given_canonical"),),
    (alike("given_name", _NAME_NEAR),),
    *_NAMES_SWAPPED,
    _NEARLY_SWAPPED,
)

_GIVEN_NAME: Final = Comparison(
    "given_name",
    missing=((absent("given_initial"),),),
    levels=(
        Level("exact", "the given names are equal", ((same("given_name"),),)),
        Level("nickname", "one given name is a short form of the other", ((same("given_canonical"),),)),
        Level("swapped", "given and family name are exchanged", _NAMES_SWAPPED),
        Level("close", "the given names differ by a letter or so", ((alike("given_name", _NAME_CLOSE),),)),
        Level("near", "the given names are similar", ((alike("given_name", _NAME_NEAR),),)),
        Level(
            "nearly_swapped", "given and family name are exchanged and spelt otherwise", (_NEARLY_SWAPPED,)
        ),
        Level(
            "middle",
            "the given name of one is the middle name of the other",
            ((met("given_name", "middle_name"),),),
        ),
        Level(
            "half_swapped",
            "the given name of one is the family name of the other",
            ((met("given_name", "family_name"),),),
        ),
        Level("far", "the given names are a little alike", ((alike("given_name", _NAME_FAR),),)),
        Level(
            "initial",
            "the given names share no more than the initial",
            ((same("given_initial"), both("given_name")),),
        ),
        # Where one side gives no more than an initial, agreeing on it is all it can do.
        Level(
            "initial_only", "the initials are equal, a given name is not known", ((same("given_initial"),),)
        ),
    ),
    otherwise=Level("different", "the given names differ", ()),
)
_FAMILY_NAME: Final = Comparison(
    "family_name",
    # A swap is one event: it is counted with the given name, not twice.
    missing=((absent("family_name"),), *_NAMES_SWAPPED, _NEARLY_SWAPPED),
    levels=(
        Level("exact", "the family names are equal", ((same("family_name"),),)),
        Level("close", "the family names differ by a letter or so", ((alike("family_name", _NAME_CLOSE),),)),
        Level("near", "the family names are similar", ((alike("family_name", _NAME_NEAR),),)),
        # Half of a double-barrelled name is about this like the whole of it.
        Level(
            "far",
            "the family names are a little alike, or share a part",
            ((alike("family_name", _NAME_FAR),),),
        ),
    ),
    otherwise=Level("different", "the family names differ", ()),
)
_DATE_OF_BIRTH: Final = Comparison(
    "date_of_birth",
    missing=((absent("birth_year"),),),
    levels=(
        Level("exact", "the dates of birth are equal", ((same("date_of_birth"),),)),
        Level(
            "swapped", "day and month of birth are exchanged", ((crossed("date_of_birth", "dob_swapped"),),)
        ),
        Level("one_digit", "the dates of birth differ in one digit", ((alike("date_of_birth", _ONE_SIGN),),)),
        Level(
            "two_digits", "the dates of birth differ in two digits", ((alike("date_of_birth", _TWO_SIGNS),),)
        ),
        Level(
            "month_day", "day and month of birth are equal, the year differs", ((same("birth_month_day"),),)
        ),
        Level(
            "year", "no more than the year of birth is equal", ((same("birth_year"), both("date_of_birth")),)
        ),
        # One side knows an age or a year only: agreeing on it is all it can do.
        Level("year_only", "the years of birth are equal, the day is not known", ((same("birth_year"),),)),
    ),
    otherwise=Level("different", "the dates of birth differ", ()),
)
_MIDDLE_NAME: Final = Comparison(
    "middle_name",
    missing=((absent("middle_initial"),),),
    levels=(
        Level("exact", "the middle names are equal", ((same("middle_name"),),)),
        # Where one side gives no more than an initial, agreeing on it is all it can do. Two names that are
        # written out and differ are two, whatever they begin with: Muhammad Ibrahim and Muhammad Ismail.
        Level(
            "initial",
            "the middle initials are equal, a middle name is not known",
            ((same("middle_initial"), absent("middle_name")),),
        ),
    ),
    otherwise=Level("different", "the middle names differ", ()),
)
# Who has the same given name has the same sex nearly always, related or not: sex is evidence only
# beside the given name, so there is one comparison for like given names and one for unlike.
_SEX_GIVEN_ALIKE: Final = Comparison(
    "sex_given_alike",
    missing=((absent("sex"),),),
    levels=(
        Level(
            "same",
            "the sexes are equal, as the given names suggest",
            tuple((same("sex"), *line) for line in _SAME_GIVEN),
        ),
        Level("different", "the sexes differ under like given names", _SAME_GIVEN),
    ),
)
_SEX_GIVEN_UNLIKE: Final = Comparison(
    "sex_given_unlike",
    missing=((absent("sex"),), *_SAME_GIVEN),
    levels=(Level("same", "the sexes are equal", ((same("sex"),),)),),
    otherwise=Level("different", "the sexes differ", ()),
)
_NHS_NUMBER: Final = Comparison(
    "nhs_number",
    missing=((absent("nhs_number"),),),
    levels=(Level("exact", "the NHS numbers are equal", ((same("nhs_number"),),)),),
    otherwise=Level("different", "the NHS numbers differ", ()),
)
_NATIONAL_ID: Final = Comparison(
    "national_id",
    missing=((absent("national_id"),),),
    levels=(
        Level("exact", "the national numbers are equal", ((same("national_id"),),)),
        Level("close", "the national numbers differ in a digit or two", ((alike("national_id", 75),),)),
    ),
    otherwise=Level("different", "the national numbers differ", ()),
)
_PHONE: Final = Comparison(
    "phone",
    missing=((absent("phone"),),),
    levels=(Level("exact", "the phone numbers are equal", ((same("phone"),),)),),
    otherwise=Level("different", "the phone numbers differ", ()),
)
_EMAIL: Final = Comparison(
    "email",
    missing=((absent("email"),),),
    levels=(Level("exact", "the e-mail addresses are equal", ((same("email"),),)),),
    otherwise=Level("different", "the e-mail addresses differ", ()),
)
# Address and postcode say the same thing twice: one comparison for both.
_PLACE: Final = Comparison(
    "place",
    missing=(),
    levels=(
        # A number that an agency gives counts where what is written beside it does not speak against it: a
        # filler, or the number of another house, is given with addresses that read otherwise.
        Level(
            "premise",
            "the homes are the same",
            (
                (same("uprn"), absent("street_premise")),
                (same("uprn"), alike("address", _ADDRESS_NEAR)),
                (same("premise"),),
            ),
        ),
        Level("street_premise", "the homes are the same but for the postcode", ((same("street_premise"),),)),
        Level(
            "close_postcode",
            "the addresses are written much alike, in one postcode",
            ((alike("address", _ADDRESS_CLOSE), same("postcode")),),
        ),
        Level("close", "the addresses are written much alike", ((alike("address", _ADDRESS_CLOSE),),)),
        Level("postcode", "the homes are in one postcode", ((same("postcode"),),)),
        Level("near", "the addresses are written similarly", ((alike("address", _ADDRESS_NEAR),),)),
        Level("near_postcode", "the postcodes differ by a sign", ((alike("postcode", _ONE_SIGN_OF_SEVEN),),)),
        Level("outward", "the homes are in one postal district", ((same("outward"),),)),
        # Where one lacks what the other has (a house number, a postcode), not being alike says nothing.
        Level(
            "different", "the homes differ", ((both("street_premise"),), (both("postcode"),), (both("uprn"),))
        ),
    ),
)

PERSON: Final = (
    _GIVEN_NAME,
    _FAMILY_NAME,
    _DATE_OF_BIRTH,
    _SEX_GIVEN_ALIKE,
    _SEX_GIVEN_UNLIKE,
    _MIDDLE_NAME,
    _NHS_NUMBER,
    _NATIONAL_ID,
    _PHONE,
    _EMAIL,
    _PLACE,
)

_UPRN: Final = Comparison(
    "uprn",
    missing=((absent("uprn"),),),
    levels=(Level("same", "the property numbers (UPRN) are equal", ((same("uprn"),),)),),
    otherwise=Level("conflict", "the property numbers (UPRN) contradict each other", ()),
)
_CLOSE: Final = 70
"""Of the bigrams of a street or a house without its type: one slip in seven letters leaves about .75."""
_NO_MORE_SAID: Final = 75
"""Of the bigrams of the shorter of two localities with their towns: a slip apart, it is in the longer."""
_BUT_FOR_TYPE: Final = 80
_TWO_LETTERS: Final = 40  # exchanged, of a street of four: enough where number and postcode agree
_JUMBLED: Final = 82
"""Of the bigrams of all words: locality and town are among them, and two streets may share those."""
_NOTHING_ELSE: Final = 95
"""Of the bigrams of the address with fewer words: all of them, but for a chance bit."""


def _like(name: str) -> tuple[tuple[Fact, ...], ...]:
    """Much alike, of one type (road, cottage) or one type not given."""
    alike_enough, kind = alike(name, _CLOSE), f"{name}_type"
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
            ((same("street"), alike("postcode", _ONE_SIGN_OF_SEVEN), _SAME_AREA),),
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

ADDRESS: Final = (_UPRN, _NUMBER, _UNIT, _AREA, _SIDE, _WRITTEN)

CONTRADICTIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "number": ("conflict", "other_name"),
    "unit": ("conflict",),
    "area": ("different", "street_other_area"),
}
"""Levels at which two addresses are plainly different, whatever number (UPRN) they were given."""
PERHAPS_MISSPELT: Final = ("unlike", _TWO_LETTERS)
"""A level at which they are only if the streets have less in common than that: "Hihg" may be High."""

COMPARISONS: Final[Mapping[Kind, tuple[Comparison, ...]]] = {Kind.PERSON: PERSON, Kind.ADDRESS: ADDRESS}
