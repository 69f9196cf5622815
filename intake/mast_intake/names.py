"""Personal names: parts, nicknames folded, phonetic codes."""

from __future__ import annotations

import csv
from collections import defaultdict
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

import jellyfish
from nicknames import name_triplets

from mast_intake.normalise import fold, words


@cache
def _name_words(kind: str) -> frozenset[str]:
    with (files("mast_intake") / "name_words.csv").open(encoding="utf-8") as table:
        return frozenset(row["word"] for row in csv.DictReader(table) if row["kind"] == kind)


@dataclass(frozen=True, slots=True, repr=False)
class Name:
    """A name in canonical parts; an empty string is a missing part."""

    given: str = ""
    given_canonical: str = ""
    given_initial: str = ""
    middle: str = ""
    middle_initial: str = ""
    family: str = ""
    family_parts: tuple[str, ...] = ()
    phonetic_given: str = ""
    phonetic_canonical: str = ""
    phonetic_family: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return "Name(...)"


@lru_cache(maxsize=100_000)
def read_name(given: str, middle: str, family: str) -> Name:
    """Canonical parts of a name as a source wrote it.

    A second given name counts as a middle name in every feed, whether or not the feed has a column for
    it, and however it is joined: what is equal must not depend on who typed it.

    Example:
        >>> name = read_name("Dr. Bill John", "", "O'Brien-Smith Jr")
        >>> name.given, name.given_canonical, name.middle, name.family, name.family_parts
        ('bill', 'william', 'john', 'obriensmith', ('obrien', 'smith'))
        >>> name.phonetic_family
        ('OBRN', 'SM0')
    """
    firsts = list(_parts(given))
    while len(firsts) > 1 and firsts[0] in _name_words("title"):
        del firsts[0]
    joined_family = _family(family)
    first = firsts[0] if firsts else ""
    middles = (*firsts[1:], *_parts(middle))
    spelt = first if len(first) > 1 else ""  # an initial is no spelling: it must not count as another name
    canonical = canonical_given(spelt)
    return Name(
        given=spelt,
        given_canonical=canonical,
        given_initial=first[:1],
        middle="".join(middles) if len("".join(middles)) > 1 else "",
        middle_initial=middles[0][:1] if middles else "",
        family="".join(joined_family),
        family_parts=joined_family,
        phonetic_given=phonetic(spelt),
        phonetic_canonical=phonetic(canonical),
        phonetic_family=tuple(dict.fromkeys(filter(None, map(phonetic, joined_family)))),
    )


@lru_cache(maxsize=20_000)
def _parts(text: str) -> tuple[str, ...]:
    return tuple(filter(None, ("".join(filter(str.isalpha, word)) for word in words(text))))


@lru_cache(maxsize=20_000)
def _family(text: str) -> tuple[str, ...]:
    """The parts of a family name, particles joined to what they belong to (van der Berg: one part)."""
    parts = list(_parts(text))
    while len(parts) > 1 and parts[-1] in _name_words("suffix"):
        parts.pop()
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
    """The formal name behind a nickname, in one spelling; the name itself when neither is known.

    Names from other scripts are brought to one of their spellings by our own list
    (``transliterations.csv``). Of nicknames the first is our own short list (British usage), then the
    ``nicknames`` package.

    Example:
        >>> canonical_given("bill"), canonical_given("lizzie"), canonical_given("zebedee")
        ('william', 'elizabeth', 'zebedee')
        >>> canonical_given("maxamed") == canonical_given("muhammad") == canonical_given("mohammed")
        True
    """
    seen = [_table("transliterations", "written").get(part, part)]
    while (following := _formal_names().get(seen[-1], seen[-1])) not in seen:
        seen.append(following)
    # A circle of names has one canonical member, wherever it is entered.
    if following == seen[-1]:
        return following
    return min(seen[seen.index(following) :])


@cache
def _table(name: str, column: str) -> dict[str, str]:
    with (files("mast_intake") / f"{name}.csv").open(encoding="utf-8") as table:
        return {row[column]: row["name"] for row in csv.DictReader(table)}


@cache
def _formal_names() -> dict[str, str]:
    nicknames_of: dict[str, set[str]] = defaultdict(set)
    formal_of: dict[str, set[str]] = defaultdict(set)
    for triplet in name_triplets():
        formal, nickname = fold(triplet.name1), fold(triplet.name2)
        nicknames_of[formal].add(nickname)
        formal_of[nickname].add(formal)
    chosen = {
        nickname: _best(nickname, candidates, nicknames_of)
        for nickname, candidates in sorted(formal_of.items())
        # Four nicknames of its own make a name formal: William, which the package also lists under Bill.
        if len(nicknames_of[nickname]) < 4
    }
    ours = _table("nicknames_uk", "nickname")
    # What ours leads to stays as it is, or the package would lead it on (henry is also a short name).
    settled = (*ours.values(), *_table("transliterations", "written").values())
    return {**chosen, **{name: name for name in settled}, **ours}


def _best(nickname: str, candidates: set[str], nicknames_of: dict[str, set[str]]) -> str:
    """The likeliest formal name: spelt alike and, as a stand-in for frequent, with many nicknames."""
    return max(
        sorted(candidates),
        key=lambda name: len(nicknames_of[name]) + 12 * jellyfish.jaro_winkler_similarity(name, nickname),
    )
