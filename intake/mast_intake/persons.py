"""A person's clear fields to an encoding: tokens, Bloom fields and blocking keys."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import Final

from mast_intake.address import ParsedAddress
from mast_intake.address.street_words import street_words
from mast_intake.encode import BETWEEN, Encoder
from mast_intake.hardening import NOTHING, Within
from mast_intake.names import Name, phonetic
from mast_resolver.blocking import BlockingRule, rules
from mast_resolver.records import PERSON_BLOOMS, PERSON_TOKENS, BlockingKey, Encoding, Kind, Life

SALTS: Final = {
    # A swap of names, or of day and month, must be visible: both sides of it share a salt.
    "family_name": "given_name",
    "given_canonical": "given_name",
    "given_full": "given_name",
    "given_joined": "given_name",
    "middle_name": "given_name",
    "dob_swapped": "date_of_birth",
    # The same statement about a place, made by a person's record and by an address record.
    "premise": "place",
    "street_premise": "street_place",
    # A record without a unit is the building: the graph finds it by the building token of its flats.
    "building": "place",
    "street_building": "street_place",
    "postcode_building": "postcode_place",
    # A typed area may be the whole of a place's or its locality alone.
    "local_building": "area_building",
    # What was typed of a building has these as blocking keys.
    "building_start": "key:street_start",
    "building_end": "key:street_end",
    # The number that a property is a part of is found as the number of another.
    "parent_uprn": "uprn",
}
DEFAULT_DAY: Final = "0101"
"""1 January: what is typed where only the year is known, and given to whoever arrives without papers."""
_START: Final = 2
_TELLING: Final = 4
"""Letters of a word of an address from which it may tell one address from another."""
_MOST_WORDS: Final = 8


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


def birth_fields(birth: str) -> dict[str, str]:
    """Token fields of a date of birth, which may be a year or a year and month only.

    Of 1 January only the year counts: as a date it would make namesakes of one year, or home, one person.

    Example:
        >>> birth_fields("1983-08-06")["dob_swapped"], birth_fields("1983"), birth_fields("1983-01-01")
        ('19830608', {'birth_year': '1983'}, {'birth_year': '1983'})
    """
    digits = birth.replace("-", "")
    if len(digits) < 8 or digits[4:] == DEFAULT_DAY:
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
        ['building', 'place', 'postcode_building', 'postcode_place', 'street_building', 'street_place']
    """
    fields: dict[str, str] = {}
    code = home.full_postcode
    # Without spaces: "Grangeplace" is Grange Place.
    premise, street = home.premise.replace(" ", ""), home.street.replace(" ", "")
    if not premise:
        return fields
    # The unit last, and only when there is one: a place without a unit is its building, token for token.
    unit = (home.unit,) if home.unit else ()
    if street:
        fields["street_building"] = BETWEEN.join((premise, street))
        fields["street_place"] = BETWEEN.join((premise, street, *unit))
    if code and not (home.country == "US" and home.number):
        # A ZIP code is of thousands of houses: it tells no number 123 from another, as a postcode does.
        fields["postcode_building"] = BETWEEN.join((premise, code))
        fields["postcode_place"] = BETWEEN.join((premise, code, *unit))
    if street and code:
        fields["building"] = BETWEEN.join((premise, street, code))
        fields["place"] = BETWEEN.join((premise, street, code, *unit))
    return fields


class PersonEncoder:
    """Encodes persons by the declared fields and blocking rules.

    ``within`` hardens Bloom fields (:mod:`mast_intake.hardening`); nothing is hardened as it ships.

    Example:
        >>> from mast_intake.keys import KeyRing
        >>> from mast_intake.names import read_name
        >>> encoder = PersonEncoder(Encoder(KeyRing({1: bytes(32)}, current=1)))
        >>> who = PersonText(read_name("Bill", "", "O'Brien-Smith"), birth="1983-08-06")
        >>> sorted({key.rule for key in encoder.encode(who).keys})
        ['family_dob', 'given_dob', 'name', 'name_day', 'name_year', 'start_dob']
    """

    def __init__(self, encoder: Encoder, *, within: Within = NOTHING) -> None:
        self._tokens = [(name, encoder.token_of(SALTS.get(name, name))) for name in sorted(PERSON_TOKENS)]
        self._blooms = [
            (name, encoder.bloom_of(SALTS.get(name, name)), within.get(name, ()))
            for name in sorted(PERSON_BLOOMS)
        ]
        declared = rules(Kind.PERSON)
        self._plans = [(_Plan.of(rule), encoder.token_of(f"key:{rule.name}")) for rule in declared]
        self._single = sorted({name for rule in declared for name in rule.ingredients} & set(PERSON_TOKENS))
        self._variants = dict.fromkeys(variant for rule in declared for variant in rule.variants)
        self._mixed = dict.fromkeys(rule.unordered for rule in declared if rule.unordered)

    def encode(self, person: PersonText, *, source: str = "", life: Life | None = None) -> Encoding:
        """Tokens, Bloom fields and keys of what is known; nothing for what is missing.

        ``source`` is the agency whose record it is, ``life`` what it states of a death; a search has none.
        """
        fields = _fields(person)
        # In the order in which they are packed: sorting what is sorted costs little.
        tokens = {name: token(fields[name]) for name, token in self._tokens if name in fields}
        fuzzy = fields
        if person.home is not None and person.home.words:
            fuzzy = {**fields, "address": person.home.words}
        choices = self._choices(person, fields)
        blooms = {
            name: bloom(fuzzy[name], _group(around, fields, choices) if around else "")
            for name, bloom, around in self._blooms
            if name in fuzzy
        }
        keys = [
            BlockingKey(plan.rule, token(value))
            for plan, token in self._plans
            for value in plan.values(choices)
        ]
        return Encoding(Kind.PERSON, tokens, blooms, tuple(keys), source, life)

    def _choices(self, person: PersonText, fields: Mapping[str, str]) -> dict[_Ingredient, tuple[str, ...]]:
        """Every value of each ingredient that a rule may name; more than one where parts count."""
        name, home = person.name, person.home
        choices: dict[_Ingredient, tuple[str, ...]] = {
            field: (fields[field],) for field in self._single if field in fields
        }
        if name.phonetic_given:
            choices["phonetic_given"] = (name.phonetic_given,)
        if name.phonetic_canonical:
            choices["phonetic_canonical"] = (name.phonetic_canonical,)
        if name.phonetic_family:
            choices["phonetic_family"] = name.phonetic_family
        if starts := _starts(name):
            choices["name_start"] = starts
        if home is not None and not home.outward and (found := address_words(home.words)):
            choices["address_word"] = found
        for field, variant in self._variants:
            if field in fields:
                values = (fields[field], fields.get(variant, ""))
                choices[field, variant] = values if values[1] else values[:1]
        for mixed in self._mixed:
            parts = [choices.get(part, ()) for part in mixed]
            # Two swapped ways of joining the same two parts are one value.
            choices[mixed] = tuple(dict.fromkeys([BETWEEN.join(sorted(each)) for each in product(*parts)]))
        return choices


def _fields(person: PersonText) -> dict[str, str]:
    name, home = person.name, person.home
    fields = {
        "given_name": name.given,
        "given_canonical": name.given_canonical,
        "given_full": name.given_full,
        "given_joined": name.given_joined,
        "given_initial": name.given_initial,
        "middle_name": name.middle,
        "middle_initial": name.middle_initial,
        "family_name": name.family,
        "which": name.which,
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


_Ingredient = str | tuple[str, ...]
"""A field; a field and its variant; or fields whose order does not count."""


def _group(
    around: Iterable[str], fields: Mapping[str, str], choices: Mapping[_Ingredient, tuple[str, ...]]
) -> str:
    """Of a double-barrelled name the first part; records without a value are a group of their own."""
    return BETWEEN.join(choices.get(each, (fields.get(each, ""),))[0] for each in around)


def _starts(name: Name) -> tuple[str, ...]:
    """How given and family name begin: two signs of the phonetic code, in one salt for both."""
    sounds = (name.phonetic_given, *name.phonetic_family)
    return tuple(dict.fromkeys(sound[:_START] for sound in sounds if len(sound) >= _START))


@lru_cache(maxsize=50_000)
def address_words(words: str) -> tuple[str, ...]:
    """Phonetic codes of the telling words of an address; a street's kind tells nothing.

    Example:
        >>> address_words("7 wallaby place cleveland 2119")
        ('WLB', 'KLFLNT', '2119')
    """
    kinds = street_words("GB").street
    telling = (word for word in words.split() if len(word) >= _TELLING and word not in kinds)
    codes = (word if any(map(str.isdigit, word)) else phonetic(word) for word in telling)
    return tuple(dict.fromkeys(codes))[:_MOST_WORDS]


@dataclass(frozen=True, slots=True)
class _Plan:
    """One blocking rule, ready to be applied to many rows: what is joined, the unordered parts first."""

    rule: str
    first: _Ingredient
    others: tuple[_Ingredient, ...]

    @classmethod
    def of(cls, rule: BlockingRule) -> _Plan:
        variants = {field: (field, variant) for field, variant in rule.variants}
        fixed = [variants.get(name, name) for name in rule.ingredients if name not in rule.unordered]
        first, *others = [rule.unordered, *fixed] if rule.unordered else fixed
        return cls(rule.name, first, tuple(others))

    def values(self, choices: Mapping[_Ingredient, tuple[str, ...]]) -> Iterable[str]:
        """Every value of the rule: one for each part of a double-barrelled name and each variant."""
        values: Iterable[str] = choices.get(self.first, ())
        for name in self.others:
            more = choices.get(name)
            if not more:
                return ()
            values = [f"{value}{BETWEEN}{another}" for value in values for another in more]
        return values
