"""Personal names: parts, nicknames folded, phonetic codes."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Final

import jellyfish

from mast_intake.normalise import CHILDREN, words

_CHINESE: Final = "\u2e80"
"""From here on a letter is a word, and one is a whole name: Chinese, Japanese, Korean."""


@cache
def _name_words(kind: str) -> dict[str, str]:
    """Words of one kind, with what each means."""
    return {row["word"]: row["means"] for row in _rows("name_words") if row["kind"] == kind}


@dataclass(frozen=True, slots=True, repr=False)
class Name:
    """A name in canonical parts; an empty string is a missing part."""

    given: str = ""
    given_canonical: str = ""
    given_full: str = ""
    given_joined: str = ""
    given_initial: str = ""
    middle: str = ""
    middle_initial: str = ""
    family: str = ""
    family_parts: tuple[str, ...] = ()
    which: str = ""
    phonetic_given: str = ""
    phonetic_canonical: str = ""
    phonetic_family: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return "Name(...)"


@lru_cache(maxsize=100_000)
def read_name(given: str, middle: str, family: str) -> Name:
    """Canonical parts of a name as a source wrote it.

    A second given name counts as a middle name in every feed, whether or not the feed has a column for
    it, and however it is joined: what is equal must not depend on who typed it. A title alone and an initial
    in place of the family name are no names; Snr, Jnr and III, and the number of a child
    without a name yet (:func:`mast_intake.normalise.number_of_child`), say which it is of those called alike.

    Example:
        >>> name = read_name("Dr. Bill John", "", "O'Brien-Smith Jr")
        >>> name.given, name.given_canonical, name.middle, name.family, name.family_parts
        ('bill', 'william', 'john', 'obriensmith', ('obrien', 'smith'))
        >>> name.phonetic_family, name.given_joined, name.which
        (('OBRN', 'SM0'), 'billjohn', 'younger')
        >>> read_name("Mr", "", "S"), read_name("Иван", "", "Петров").family
        (Name(...), 'petrov')
    """
    counted = given if given in CHILDREN else ""
    firsts, beside_given = _without_suffix(_without("rank", _without("title", _parts(given)), least=1))
    lasts, beside_family = _without_suffix(_without("title", _parts(family)))
    joined_family = _joined(lasts)
    first = firsts[0] if firsts else ""
    middles = (*firsts[1:], *_parts(middle))
    spelt = "" if _is_initial(first) else first  # it is no spelling: it must not count as another name
    canonical = canonical_given(spelt)
    return Name(
        given=spelt,
        given_canonical=canonical,
        given_full=given_in_full(spelt),
        given_joined="".join((spelt, *middles)) if spelt else "",
        given_initial=first[:1],
        middle="".join(middles) if len("".join(middles)) > 1 else "",
        middle_initial=middles[0][:1] if middles else "",
        family="".join(joined_family),
        family_parts=joined_family,
        which=beside_family or beside_given or counted,
        phonetic_given=phonetic(spelt),
        phonetic_canonical=phonetic(canonical),
        phonetic_family=tuple(dict.fromkeys(filter(None, map(phonetic, joined_family)))),
    )


@lru_cache(maxsize=20_000)
def _parts(text: str) -> tuple[str, ...]:
    letters = ("".join(filter(str.isalpha, word)) for word in words(text))
    return tuple(filter(None, map(_latin, letters)))


def _latin(word: str) -> str:
    """A Cyrillic or Greek word in Latin letters, by ``letters.csv``; of one letter it is still an initial."""
    if word.isascii():
        return word
    pattern, latin = _letters()
    written = pattern.sub(lambda found: latin[found[0]], word)
    return written[:1] if len(word) == 1 else written


@cache
def _letters() -> tuple[re.Pattern[str], dict[str, str]]:
    latin = {row["letters"]: row["latin"] for row in _rows("letters")}
    longest_first = sorted(latin, key=len, reverse=True)
    return re.compile("|".join(longest_first)), latin


def _is_initial(part: str) -> bool:
    return len(part) == 1 and part < _CHINESE


def _without(kind: str, parts: tuple[str, ...], *, least: int = 0) -> tuple[str, ...]:
    """The parts without words of a kind in front, as long as more than ``least`` are left."""
    while len(parts) > least and parts[0] in _name_words(kind):
        parts = parts[1:]
    return parts


def _without_suffix(parts: tuple[str, ...]) -> tuple[tuple[str, ...], str]:
    """The parts without suffixes at the end, where there is a name before, and the generation they tell."""
    generation = ""
    while len(parts) > 1 and parts[-1] in _name_words("suffix"):
        generation = _name_words("suffix")[parts[-1]] or generation
        parts = parts[:-1]
    return parts, generation


@lru_cache(maxsize=20_000)
def _joined(parts: tuple[str, ...]) -> tuple[str, ...]:
    """The parts of a family name, particles joined to what they belong to (van der Berg: one part).

    Initials alone are none: "S" would be another name than Smith.
    """
    if all(map(_is_initial, parts)):
        return ()
    joined: list[str] = []
    prefix = ""
    for part in parts:
        prefix += part
        if part not in _name_words("particle"):
            joined.append(prefix)
            prefix = ""
    if prefix:
        joined.append(prefix)
    return tuple(joined)


@lru_cache(maxsize=50_000)
def phonetic(part: str) -> str:
    """Metaphone of one canonical part; the part itself where it has none (other scripts).

    Metaphone and not the match rating codex: it brings together 27 % of 610 published variants of UK
    surnames and 28 % of 11,886 of forenames (the codex 17 and 14 %), while two random people share a code
    in 0.18 and 0.58 % of pairs (0.14 and 0.48 %). NYSIIS has 30 and 20 %, and parts Catherine from Kathryn.

    Example:
        >>> phonetic("catherine") == phonetic("kathryn"), phonetic("")
        (True, '')
    """
    return (jellyfish.metaphone(part) if part.isascii() else "") or part


@lru_cache(maxsize=50_000)
def canonical_given(part: str) -> str:
    """The formal name behind a short form, in one spelling; the name itself when neither is known.

    Names from other scripts are brought to one of their spellings by ``transliterations.csv``, short forms to
    the whole by ``nicknames_uk.csv``; both are lists of ours. What is in neither is nobody's short form: that
    two common names are spelt alike, or were one long ago, makes no person of two.

    Example:
        >>> canonical_given("bill"), canonical_given("lizzie"), canonical_given("zebedee")
        ('william', 'elizabeth', 'zebedee')
        >>> canonical_given("maxamed") == canonical_given("muhammad") == canonical_given("mohammed")
        True
    """
    spelt = _spelling(part)
    return _short_forms().get(spelt, (spelt, spelt))[0]


@lru_cache(maxsize=50_000)
def given_in_full(part: str) -> str:
    """What this is as a name that people are given in full, in one spelling; empty for a mere short form.

    Jack is short for John, and a name of its own: two children may be called so.

    Example:
        >>> given_in_full("jack"), given_in_full("bill"), given_in_full("kathryn"), given_in_full("emma")
        ('jack', '', 'katherine', 'emma')
    """
    spelt = _spelling(part)
    return _short_forms().get(spelt, (spelt, spelt))[1]


def _spelling(part: str) -> str:
    return _spellings().get(part, part)


@cache
def _spellings() -> dict[str, str]:
    return {row["written"]: row["name"] for row in _rows("transliterations")}


@cache
def _short_forms() -> dict[str, tuple[str, str]]:
    """The formal name of each short form or other spelling, and what that is as a name of its own."""
    return {row["nickname"]: (row["name"], row["own"]) for row in _rows("nicknames_uk")}


def _rows(table: str) -> list[dict[str, str]]:
    with (files("mast_intake") / f"{table}.csv").open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))
