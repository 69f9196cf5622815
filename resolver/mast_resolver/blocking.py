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

    ``ingredients`` are names of our token fields, or one of ``phonetic_given``, ``phonetic_canonical``
    (the given name with its nickname folded) and ``phonetic_family``. ``unordered`` means that the
    ingredients named in it are sorted by value before they are joined, so that swapped ones meet.
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
    _person("premise_given", "street_premise", "phonetic_given", why="date of birth missing or wrong"),
    _person("premise_year", "street_premise", "birth_year", why="names wrong, same home"),
    _person("phone", "phone", "given_initial", why="a phone is shared by a family, seldom with one initial"),
    _person("email", "email", why="seldom shared"),
    _address("place", "place", why="the same place in full"),
    _address("street_place", "street_place", why="postcode missing or wrong"),
    _address("postcode_place", "postcode_place", why="street misspelt: number and postcode decide it"),
    _address("uprn", "uprn", why="one number, one place"),
    _address("building", "building", why="unit unknown: belongs to the building"),
)
"""Every rule there is, the most telling of each kind first. A small set: each costs index memory."""


def rules(kind: Kind) -> tuple[BlockingRule, ...]:
    """The rules of one kind of record.

    Example:
        >>> [rule.name for rule in rules(Kind.ADDRESS)]
        ['place', 'street_place', 'postcode_place', 'uprn', 'building']
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
