"""A person's clear fields to an encoding: tokens, Bloom fields and blocking keys."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import product
from typing import Final

from mast_intake.address import ParsedAddress
from mast_intake.encode import Encoder
from mast_intake.names import Name
from mast_resolver.blocking import BlockingRule, rules
from mast_resolver.records import BlockingKey, Encoding, Kind

SALTS: Final = {
    # A swap of names, or of day and month, must be visible: both sides of it share a salt.
    "family_name": "given_name",
    "given_canonical": "given_name",
    "dob_swapped": "date_of_birth",
    # The same statement about a place, made by a person's record and by an address record.
    "premise": "place",
    "street_premise": "street_place",
    # A record without a unit is the building: the graph finds it by the building token of its flats.
    "building": "place",
    "street_building": "street_place",
}
BETWEEN: Final = "\x1f"
"""Stands between the parts of a composite value: it is in no canonical text."""


@dataclass(frozen=True, slots=True, repr=False)
class PersonText:
    """The canonical clear fields of one person; an empty string is missing."""

    name: Name
    birth: str = ""
    sex: str = ""
    nhs_number: str = ""
    national_id: str = ""
    phone: str = ""
    email: str = ""
    uprn: str = ""
    home: ParsedAddress | None = None

    def __repr__(self) -> str:
        return "PersonText(...)"


@lru_cache(maxsize=100_000)
def birth_fields(birth: str) -> dict[str, str]:
    """Token fields of a date of birth, which may be a year or a year and month only.

    Example:
        >>> birth_fields("1983-08-06")["dob_swapped"], birth_fields("1983")
        ('19830608', {'birth_year': '1983'})
    """
    digits = birth.replace("-", "")
    if len(digits) < 8:
        return {"birth_year": digits[:4]} if digits else {}
    year, month, day = digits[:4], digits[4:6], digits[6:]
    fields = {"date_of_birth": digits, "birth_year": year, "birth_month_day": month + day}
    if int(day) <= 12 and day != month:
        fields["dob_swapped"] = year + day + month
    return fields


def place_fields(home: ParsedAddress) -> dict[str, str]:
    """Composite canonical values of a place; only those whose parts are all known.

    Example:
        >>> from mast_intake.address import parse
        >>> sorted(place_fields(parse("Flat 2, 14 High St", "WS11AA")))
        ['building', 'place', 'postcode_place', 'street_building', 'street_place']
    """
    fields: dict[str, str] = {}
    premise, code = home.premise, home.full_postcode
    if not premise:
        return fields
    # The unit last, and only when there is one: a place without a unit is its building, token for token.
    unit = (home.unit,) if home.unit else ()
    if home.street:
        fields["street_building"] = BETWEEN.join((premise, home.street))
        fields["street_place"] = BETWEEN.join((premise, home.street, *unit))
    if code:
        fields["postcode_place"] = BETWEEN.join((premise, code, *unit))
    if home.street and code:
        fields["building"] = BETWEEN.join((premise, home.street, code))
        fields["place"] = BETWEEN.join((premise, home.street, code, *unit))
    return fields


class PersonEncoder:
    """Encodes persons by the declared fields and blocking rules.

    Example:
        >>> from mast_intake.keys import KeyRing
        >>> from mast_intake.names import read_name
        >>> encoder = PersonEncoder(Encoder(KeyRing({1: bytes(32)}, current=1)))
        >>> who = PersonText(read_name("Bill", "", "O'Brien-Smith"), birth="1983-08-06")
        >>> sorted({key.rule for key in encoder.encode(who).keys})
        ['family_dob', 'given_dob', 'name', 'name_year']
    """

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._rules = tuple(map(_Plan.of, rules(Kind.PERSON)))

    def encode(self, person: PersonText) -> Encoding:
        """Tokens, Bloom fields and keys of what is known; nothing for what is missing."""
        fields = _fields(person)
        token = self._encoder.token
        tokens = {name: token(SALTS.get(name, name), value) for name, value in fields.items()}
        blooms = {name: self._encoder.bloom(salt, value) for name, salt, value in _fuzzy(person, fields)}
        choices = _choices(person.name, fields)
        keys = [
            BlockingKey(plan.rule, token(plan.salt, value))
            for plan in self._rules
            for value in plan.values(choices)
        ]
        return Encoding(Kind.PERSON, tokens, blooms, tuple(keys))


def _fields(person: PersonText) -> dict[str, str]:
    name, home = person.name, person.home
    fields = {
        "given_name": name.given,
        "given_canonical": name.given_canonical,
        "given_initial": name.given_initial,
        "middle_name": name.middle,
        "middle_initial": name.middle_initial,
        "family_name": name.family,
        "sex": person.sex,
        "nhs_number": person.nhs_number,
        "national_id": person.national_id,
        "phone": person.phone,
        "email": person.email,
        "uprn": person.uprn,
        **birth_fields(person.birth),
    }
    if home is not None:
        places = place_fields(home)
        fields["postcode"] = home.full_postcode
        fields["outward"] = home.outward
        fields["premise"] = places.get("place", "")
        fields["street_premise"] = places.get("street_place", "")
    return {field: value for field, value in fields.items() if value}


def _fuzzy(person: PersonText, fields: Mapping[str, str]) -> Iterable[tuple[str, str, str]]:
    """Bloom field, salt and value of what is compared fuzzily."""
    for field in ("given_name", "family_name", "date_of_birth", "national_id", "postcode"):
        if value := fields.get(field):
            yield field, SALTS.get(field, field), value
    if person.home is not None and person.home.words:
        yield "address", "address", person.home.words


def _choices(name: Name, fields: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Every value of each ingredient that a blocking rule may name; more than one where parts count."""
    choices: dict[str, tuple[str, ...]] = {field: (value,) for field, value in fields.items()}
    if name.phonetic_given:
        choices["phonetic_given"] = (name.phonetic_given,)
    if name.phonetic_canonical:
        choices["phonetic_canonical"] = (name.phonetic_canonical,)
    if name.phonetic_family:
        choices["phonetic_family"] = name.phonetic_family
    return choices


@dataclass(frozen=True, slots=True)
class _Plan:
    """One blocking rule, ready to be applied to many rows; ``mixed`` are the places of unordered parts."""

    rule: str
    salt: str
    ingredients: tuple[tuple[str, str], ...]
    mixed: tuple[int, ...]
    fixed: tuple[int, ...]

    @classmethod
    def of(cls, rule: BlockingRule) -> _Plan:
        variants = dict(rule.variants)
        places = range(len(rule.ingredients))
        mixed = tuple(at for at in places if rule.ingredients[at] in rule.unordered)
        fixed = tuple(at for at in places if at not in mixed)
        ingredients = tuple((name, variants.get(name, "")) for name in rule.ingredients)
        return cls(rule.name, f"key:{rule.name}", ingredients, mixed, fixed)

    def values(self, choices: Mapping[str, tuple[str, ...]]) -> Iterable[str]:
        """Every value of the rule: one for each part of a double-barrelled name and each variant."""
        found = []
        for name, variant in self.ingredients:
            if name not in choices:
                return ()
            values = choices[name]
            found.append((*values, *choices[variant]) if variant in choices else values)
        if len(found) == 1:
            return found[0]
        if not self.mixed:
            return map(BETWEEN.join, product(*found))
        # Two swapped ways of joining the same two parts are one value.
        return dict.fromkeys(map(self._sorted, product(*found)))

    def _sorted(self, values: tuple[str, ...]) -> str:
        mixed = sorted([values[at] for at in self.mixed])
        return BETWEEN.join([*mixed, *[values[at] for at in self.fixed]])


def only_birth_years(person: PersonText, years: Iterable[int]) -> list[PersonText]:
    """The same person once for each year of birth that an approximate age allows."""
    return [replace(person, birth=str(year)) for year in years]
