"""What is compared about people, as data; the weights are in the model files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from mast_resolver.address_comparisons import ADDRESS, ONE_SIGN_OF_SEVEN
from mast_resolver.compare import Comparison, Level, absent, alike, alike_crossed, both, crossed, met, same
from mast_resolver.records import Kind

# Dice percentages, on 16 hashes a pair of neighbours: one wrong letter of seven, or two exchanged, leave
# about .75 of a name's pairs. Of a date's nine, one wrong digit or two exchanged leave .81 (two pairs of
# nine are gone, a few bits meet by chance), two wrong side by side .71 and two apart .61.
_NAME_CLOSE: Final = 80
_NAME_NEAR: Final = 65
_NAME_FAR: Final = 50  # one wrong letter of a name of three or four
_ONE_SIGN: Final = 76
_TWO_SIGNS: Final = 57
_TWO_SIGNS_OF_NINE: Final = 62
_ADDRESS_CLOSE: Final = 80
_ADDRESS_NEAR: Final = 55  # a part of it is missing, or written in one word

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
        Level("exact", "the given names are the same", ((same("given_name"),),)),
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
            "initial_only",
            "the initials are the same, a given name is not known",
            ((same("given_initial"),),),
        ),
    ),
    otherwise=Level("different", "the given names differ", ()),
)
_FAMILY_NAME: Final = Comparison(
    "family_name",
    # A swap is one event: it is counted with the given name, not twice.
    missing=((absent("family_name"),), *_NAMES_SWAPPED, _NEARLY_SWAPPED),
    levels=(
        Level("exact", "the family names are the same", ((same("family_name"),),)),
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
        Level("exact", "the dates of birth are the same", ((same("date_of_birth"),),)),
        Level(
            "swapped", "day and month of birth are exchanged", ((crossed("date_of_birth", "dob_swapped"),),)
        ),
        Level("one_digit", "the dates of birth differ in one digit", ((alike("date_of_birth", _ONE_SIGN),),)),
        Level(
            "two_digits", "the dates of birth differ in two digits", ((alike("date_of_birth", _TWO_SIGNS),),)
        ),
        Level(
            "month_day",
            "day and month of birth are the same, the year differs",
            ((same("birth_month_day"),),),
        ),
        Level(
            "year", "no more than the year of birth is equal", ((same("birth_year"), both("date_of_birth")),)
        ),
        # One side knows an age or a year only: agreeing on it is all it can do.
        Level("year_only", "the years of birth are the same, the day is not known", ((same("birth_year"),),)),
    ),
    otherwise=Level("different", "the dates of birth differ", ()),
)
_MIDDLE_NAME: Final = Comparison(
    "middle_name",
    missing=((absent("middle_initial"),),),
    levels=(
        Level("exact", "the middle names are the same", ((same("middle_name"),),)),
        # Where one side gives no more than an initial, agreeing on it is all it can do. Two names that are
        # written out and differ are two, whatever they begin with: Muhammad Ibrahim and Muhammad Ismail.
        Level(
            "initial",
            "the middle initials are the same, a middle name is not known",
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
            "the sexes are the same, as the given names suggest",
            tuple((same("sex"), *line) for line in _SAME_GIVEN),
        ),
        Level("different", "the sexes differ under like given names", _SAME_GIVEN),
    ),
)
_SEX_GIVEN_UNLIKE: Final = Comparison(
    "sex_given_unlike",
    missing=((absent("sex"),), *_SAME_GIVEN),
    levels=(Level("same", "the sexes are the same", ((same("sex"),),)),),
    otherwise=Level("different", "the sexes differ", ()),
)
_NHS_NUMBER: Final = Comparison(
    "nhs_number",
    missing=((absent("nhs_number"),),),
    levels=(Level("exact", "the NHS numbers are the same", ((same("nhs_number"),),)),),
    otherwise=Level("different", "the NHS numbers differ", ()),
)
_NATIONAL_ID: Final = Comparison(
    "national_id",
    missing=((absent("national_id"),),),
    levels=(
        Level("exact", "the national numbers are the same", ((same("national_id"),),)),
        Level(
            "close",
            "the national numbers differ in a digit or two",
            ((alike("national_id", _TWO_SIGNS_OF_NINE),),),
        ),
    ),
    otherwise=Level("different", "the national numbers differ", ()),
)
_PHONE: Final = Comparison(
    "phone",
    missing=((absent("phone"),),),
    levels=(Level("exact", "the phone numbers are the same", ((same("phone"),),)),),
    otherwise=Level("different", "the phone numbers differ", ()),
)
_EMAIL: Final = Comparison(
    "email",
    missing=((absent("email"),),),
    levels=(Level("exact", "the e-mail addresses are the same", ((same("email"),),)),),
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
        Level("near_postcode", "the postcodes differ by a sign", ((alike("postcode", ONE_SIGN_OF_SEVEN),),)),
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

COMPARISONS: Final[Mapping[Kind, tuple[Comparison, ...]]] = {Kind.PERSON: PERSON, Kind.ADDRESS: ADDRESS}
