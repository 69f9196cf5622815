"""Which pairs are worth comparing: the declared blocking rules, as data.

``mast_intake`` computes each rule's keyed value from the ingredients; the resolver only counts and
joins them. A rule that is too common for some value has finer ones beside it, so a value over the cap
(see :mod:`mast_resolver.index`) still meets its likely partners.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from mast_resolver.errors import UnknownNameError
from mast_resolver.records import Kind


@dataclass(frozen=True, slots=True)
class BlockingRule:
    """One reason to compare two records.

    ``ingredients`` are names of our token fields, or one of ``phonetic_given``, ``phonetic_canonical`` (the
    given name with its nickname folded), ``phonetic_family``, ``name_start`` (how the given or the family
    name begins) and ``address_word`` (a word of an address that has no postcode: a typing error leaves the
    other words; with a postcode the address is known by that), or a composite that the encoder of addresses
    makes (``street_start``: how a street begins, with all numbers of the place). ``unordered`` means that
    the ingredients named in it are sorted by value before they are joined, so that swapped ones meet.
    ``variants`` are fields whose value gives one key more, in place of the field it names.
    """

    name: str
    kind: Kind
    ingredients: tuple[str, ...]
    why: str
    unordered: tuple[str, ...] = ()
    variants: tuple[tuple[str, str], ...] = ()


_NAMES: Final = ("phonetic_given", "phonetic_family")
_SWAPPED: Final = (("date_of_birth", "dob_swapped"),)


def _person(
    name: str,
    *ingredients: str,
    why: str,
    unordered: tuple[str, ...] = (),
    variants: tuple[tuple[str, str], ...] = (),
) -> BlockingRule:
    return BlockingRule(name, Kind.PERSON, ingredients, why, unordered, variants)


def _address(name: str, *ingredients: str, why: str) -> BlockingRule:
    return BlockingRule(name, Kind.ADDRESS, ingredients, why)


RULES: Final = (
    _person("nhs", "nhs_number", why="one number, one person"),
    _person("nid", "national_id", why="one number, one person"),
    _person("name", *_NAMES, unordered=_NAMES, why="spelling differs, forenames and surnames get swapped"),
    _person("name_year", *_NAMES, "birth_year", unordered=_NAMES, why="refines a common name"),
    _person("name_postcode", *_NAMES, "outward", unordered=_NAMES, why="refines a common name by area"),
    _person("name_day", *_NAMES, "birth_month_day", unordered=_NAMES, why="a common name, the year wrong"),
    _person(
        "family_dob",
        "phonetic_family",
        "date_of_birth",
        variants=_SWAPPED,
        why="a nickname or a wrong given name; a double-barrelled family name gives one key a part",
    ),
    _person(
        "given_dob",
        "phonetic_canonical",
        "date_of_birth",
        variants=_SWAPPED,
        why="a family name changed by marriage",
    ),
    _person(
        "dob_postcode",
        "date_of_birth",
        "outward",
        variants=_SWAPPED,
        why="both names wrong or transliterated",
    ),
    _person(
        "start_dob",
        "name_start",
        "date_of_birth",
        variants=_SWAPPED,
        why="both names misspelt, or one and the other is another: they still begin alike",
    ),
    _person("premise_given", "street_premise", "phonetic_given", why="date of birth missing or wrong"),
    _person("premise_family", "street_premise", "phonetic_family", why="given name, birth missing or wrong"),
    _person("premise_year", "street_premise", "birth_year", why="names wrong, same home"),
    _person("postcode_given", "postcode", "phonetic_canonical", why="family name changed, birth wrong"),
    _person("postcode_family", "postcode", "phonetic_family", why="given name or house wrong, birth wrong"),
    _person("postcode_year", "postcode", "birth_year", why="names wrong, and the house"),
    _person("word_dob", "address_word", "date_of_birth", variants=_SWAPPED, why="names wrong, no postcode"),
    _person("word_start", "address_word", "name_start", why="names exchanged, birth wrong, no postcode"),
    _person("phone", "phone", "given_initial", why="a phone is shared by a family, seldom with one initial"),
    _person("email", "email", why="seldom shared"),
    _address("place", "place", why="the same place in full"),
    _address("street_place", "street_place", why="postcode missing or wrong"),
    _address("postcode_place", "postcode_place", why="street misspelt: number and postcode decide it"),
    _address("uprn", "uprn", why="one number, one place"),
    _address(
        "street_start", "street_start", why="the street misspelt towards its end, no or another postcode"
    ),
    _address("street_end", "street_end", why="the street misspelt at its start, no or another postcode"),
    _address("house_postcode", "house_postcode", why="number left out, or the name of the house misspelt"),
    _address("house_street", "house_street", why="the same without a postcode"),
    _address("unparsed", "unparsed", why="not taken apart, but written the same: a foreign address"),
)
"""Every rule there is, the most telling of each kind first. A small set: each costs index memory."""


ONE_PERSON: Final = frozenset({"nhs", "nid", "given_dob"})
"""Rules whose value hardly more than one person has: however many records have it, it is not too common to
look under. Sixty records of one given name and one date of birth are hardly sixty people's; of one family
name and one date of birth they may be, where the given name of the new-born is missing."""

SECOND: Final = frozenset({"dob_postcode", "postcode_year"})
"""Rules whose key brings nobody together by itself: it takes another key, of whatever rule. Who shares only a
date of birth and an area has names that begin otherwise, and another home; who shares only a postcode and a
year has other names, another day and another house. Such keys fill up as an area grows."""


def rules(kind: Kind) -> tuple[BlockingRule, ...]:
    """The rules of one kind of record.

    Example:
        >>> [rule.name for rule in rules(Kind.ADDRESS)][:4]
        ['place', 'street_place', 'postcode_place', 'uprn']
    """
    return tuple(rule for rule in RULES if rule.kind is kind)


def rule(name: str) -> BlockingRule:
    """The rule of that name.

    Raises:
        UnknownNameError: there is none.

    Example:
        >>> rule("phone").ingredients
        ('phone', 'given_initial')
    """
    for each in RULES:
        if each.name == name:
            return each
    raise UnknownNameError(
        "a blocking rule does not exist", fix=f"the rules are {', '.join(each.name for each in RULES)}"
    )
