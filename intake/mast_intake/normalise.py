"""Names, sexes, numbers and postcodes to canonical text, so that one value has one spelling."""

from __future__ import annotations

import csv
import re
import unicodedata
from functools import cache, lru_cache
from importlib.resources import files
from itertools import chain, pairwise
from typing import Final

from nhs_number import validate

from mast_intake.postcode_shapes import is_outward, is_postcode

_APOSTROPHES: Final = str.maketrans("", "", "'`\u00b4\u2018\u2019\u02bc\u02b9\u2032")
_LETTERS: Final = str.maketrans(
    # Letters that Unicode does not decompose into a base and an accent.
    {
        "ß": "ss",
        "æ": "ae",
        "œ": "oe",
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "\u0131": "i",
        "ħ": "h",
    }
)
_WORD: Final = re.compile(r"[^\W_]+")


def fold(text: str) -> str:
    """Lower case without accents, apostrophes or signs of no width; letters of other scripts stay.

    Example:
        >>> fold("Zoë O'Brien-Łukasz")
        'zoe obrien-lukasz'
    """
    if text.isascii():
        lower = text.lower()  # most have no apostrophe, and translating costs more than all else here
        return lower.translate(_APOSTROPHES) if "'" in lower or "`" in lower else lower
    plain = unicodedata.normalize("NFKD", text.casefold())
    # Signs of no width are pasted in between letters, and would part a word unseen.
    plain = "".join(
        sign for sign in plain if not unicodedata.combining(sign) and unicodedata.category(sign) != "Cf"
    )
    # Once more: compatibility forms of capitals come out of the decomposition as capitals.
    return plain.casefold().translate(_LETTERS).translate(_APOSTROPHES)


def words(text: str) -> tuple[str, ...]:
    """The folded runs of letters and digits, in order.

    Example:
        >>> words(" Flat 2,  St. John's  Rd ")
        ('flat', '2', 'st', 'johns', 'rd')
    """
    return tuple(_WORD.findall(fold(text)))


@cache
def _missing_table() -> dict[str, tuple[frozenset[str], tuple[str, ...]]]:
    exact: dict[str, set[str]] = {}
    prefix: dict[str, set[str]] = {}
    with (files("mast_intake") / "missing.csv").open(encoding="utf-8") as table:
        for row in csv.DictReader(table):
            (exact if row["match"] == "exact" else prefix).setdefault(row["field"], set()).add(row["value"])
    return {
        group: (frozenset(exact.get(group, ())), tuple(f"{value} " for value in prefix.get(group, ())))
        for group in exact | prefix
    }


_GROUPS: Final = {
    "given_name": ("*", "name", "given"),
    "middle_name": ("*", "name", "given"),
    # Child, Male, Blank and Tenant are surnames: see names_nobody.
    "family_name": ("*", "name", "family"),
    "address": ("*", "text", "address"),
    "date_of_birth": ("*", "text", "dateprint"),
    "email": ("*", "text", "email"),
    # What is "n/a" in every row would be one record; "null" is somebody's surname, and may be a case number.
    "record_id": ("*", "id"),
    "contact_id": ("*", "id"),
}


@cache
def _missing_of(field: str) -> tuple[frozenset[str], tuple[str, ...]]:
    """Texts, and beginnings of texts, that stand for nothing in a field."""
    tables = [_missing_table()[group] for group in _GROUPS.get(field, ("*", "text"))]
    return frozenset().union(*(exact for exact, _ in tables)), tuple(chain(*(begun for _, begun in tables)))


def is_missing(field: str, text: str) -> bool:
    """Whether the declared table (``missing.csv``) says that this stands for nothing.

    Example:
        >>> is_missing("given_name", "Baby of Jane"), is_missing("family_name", "Null")
        (True, False)
        >>> is_missing("given_name", "Child"), is_missing("family_name", "Child")
        (True, False)
    """
    if not text or text.isspace():
        return True
    plain = " ".join(words(text))
    exact, prefixes = _missing_of(field)
    return plain in exact or f"{plain} ".startswith(prefixes)


CHILDREN: Final = ("1", "2", "3", "4")
"""What stands for the given name of a child who has none yet, and is one of several."""
_COUNTED: Final = {
    **dict.fromkeys(("1", "i", "a", "one", "first", "1st"), "1"),
    **dict.fromkeys(("2", "ii", "b", "two", "second", "2nd"), "2"),
    **dict.fromkeys(("3", "iii", "c", "three", "third", "3rd"), "3"),
    **dict.fromkeys(("4", "iv", "d", "four", "fourth", "4th"), "4"),
}


def number_of_child(given: str) -> str:
    """Which twin or triplet it is, where what is written in place of a given name says so; else empty.

    Example:
        >>> number_of_child("Twin A"), number_of_child("Baby Girl 2"), number_of_child("Second twin")
        ('1', '2', '2')
        >>> number_of_child("twin2"), number_of_child("1")
        ('2', '1')
        >>> number_of_child("Baby"), number_of_child("Ann B")
        ('', '')
    """
    first, *others = words(given) or ("",)
    if not is_missing("given_name", given) or "of" in others:  # "of Jane B": the letter is the mother's
        return ""
    last = others[-1] if others else "".join(filter(str.isdigit, first))  # "Twin2"
    return _COUNTED.get(last) or _COUNTED.get(first, "")


def names_nobody(given: str, family: str) -> bool:
    """Whether a family name is but a word for whoever it was: one that is a surname too is so only by itself.

    Example:
        >>> names_nobody("", "Child"), names_nobody("Baby", "Child"), names_nobody("Ann", "Child")
        (True, True, False)
    """
    word = " ".join(words(family))
    return word in _missing_table()["given"][0] and is_missing("given_name", given)


@lru_cache(maxsize=20_000)
def is_sentinel_date(iso: str) -> bool:
    """Whether a date is one that systems store for "no date".

    Example:
        >>> is_sentinel_date("1900-01-01"), is_sentinel_date("1983-08-06")
        (True, False)
    """
    return iso.replace("-", " ") in _missing_table()["date"][0]


_SEXES: Final = {
    **dict.fromkeys(("m", "male", "man", "boy", "1"), "male"),
    **dict.fromkeys(("f", "female", "woman", "girl", "2"), "female"),
    **dict.fromkeys(("9", "x", "i", "o", "other", "indeterminate", "non binary", "nonbinary"), "other"),
}
_NO_SEX: Final = frozenset(("0", "u", "n", "unborn", "not specified"))


def sex(text: str) -> str | None:
    """``male``, ``female`` or ``other``; empty for "not recorded"; None when it is no sex at all.

    Example:
        >>> sex("F"), sex("Non-binary"), sex("U"), sex("7")
        ('female', 'other', '', None)
    """
    plain = " ".join(words(text))
    return "" if plain in _NO_SEX else _SEXES.get(plain)


_LEAST: Final = 6
"""Fewer digits in a row come about by chance, between the letters of some country's number."""
_TAIL: Final = 8


def _is_filler(digits: str) -> bool:
    """Whether digits were typed for want of others: one again and again, or one after the other.

    Every number of one digit has the NHS number's check digit, and so has 987 654 3210: taken for somebody's,
    they would make one person of all who have them.

    Example:
        >>> _is_filler("9999999999"), _is_filler("34567890"), _is_filler("9434765919")
        (True, True, False)
    """
    steps = {(int(after) - int(before)) % 10 for before, after in pairwise(digits)}
    return len(digits) >= _LEAST and steps in ({0}, {1}, {9})


_MANGLED: Final = re.compile(
    r"\d(?:[.,]\d+[Ee][+-]?|[Ee][+-])\d+"  # a bare 3E12 is left alone: agencies give such codes
    r"|#+|#(?:REF!|VALUE!|NAME\?|NUM!|NULL!|DIV/0!)"
)
_POINT_ZERO: Final = re.compile(r"\.0+\s*\Z")


def is_mangled(text: str) -> bool:
    """Whether a spreadsheet shows this in place of a number that it took for a quantity, or had no room for.

    Its last digits are lost: all whose numbers begin alike would have the same one.

    Example:
        >>> is_mangled("4.47701E+11"), is_mangled("########"), is_mangled("3E12"), is_mangled("07700 900123")
        (True, True, False, False)
    """
    return _MANGLED.fullmatch(text) is not None


def _whole(text: str) -> str:
    """Without the point and the noughts that a spreadsheet put behind a number without a fraction."""
    return _POINT_ZERO.sub("", text) if "." in text else text


def nhs(text: str) -> str | None:
    """The ten digits, or None when the check digit or the length is wrong, or it is a filler.

    Example:
        >>> nhs("943 476 5919"), nhs("9434765919.0"), nhs("943 476 5918"), nhs("999 999 9999")
        ('9434765919', '9434765919', None, None)
    """
    digits = "".join(_WORD.findall(_whole(text)))
    good = digits.isascii() and validate.is_valid(digits) and not _is_filler(digits)
    return digits if good else None


_NO_AREA: Final = ("000", "666")  # never issued; numbers from 900 (ITIN) are, and are kept
_PRINTED: Final = frozenset(("078051120", "219099999", "qq123456", *(f"qq123456{end}" for end in "abcd")))
"""Numbers that were printed as samples, and are nobody's (Social Security Administration; HMRC)."""
_INSURED: Final = re.compile(r"([a-z]{2})[0-9]{6}[a-z]?")
_NOT_ALLOCATED: Final = re.compile(r"(?!qq)(?:[dfiquv].|.[dfiquvo]|bg|gb|kn|nk|nt|tn|zz)")
"""Prefixes that no national insurance number has (HMRC, National Insurance Manual, NIM39110). TN is that of
temporary numbers, which are made of date of birth and sex: they would say both a second time. QQ is that of
examples, as 999 is of NHS numbers: generated people have it."""


def national_id(text: str) -> str | None:
    """Letters and digits of a social security, ITIN or national insurance number; None for a filler.

    Example:
        >>> national_id("912-97-8473"), national_id("000-12-3456"), national_id("AB 71 30 56 C")
        ('912978473', None, 'ab713056c')
        >>> national_id("1.23457E+11") is None
        True
        >>> national_id("TN 03 04 90 F"), national_id("QQ 12 34 56 C")
        (None, None)
    """
    if is_mangled(text):
        return None
    plain = "".join(words(_whole(text)))
    if len(plain) < 6 or len(set(plain)) == 1 or not plain.isascii() or plain in _PRINTED:
        return None
    if _is_filler("".join(filter(str.isdigit, plain))):
        return None
    if (insured := _INSURED.fullmatch(plain)) and _NOT_ALLOCATED.fullmatch(insured[1]):
        return None
    if len(plain) == 9 and plain.isdigit() and (plain.startswith(_NO_AREA) or plain.endswith("0000")):
        return None
    return plain


_DIGITS: Final = re.compile("[0-9]+")
_EXTENSION: Final = re.compile(r"[\s,;(]*(?:x|#|ext|extn|extension)[\s.:]*\d{1,6}[\s)]*\Z", re.IGNORECASE)


def phone(text: str, country: str) -> str | None:
    """National digits of a telephone number; None when it cannot be one, or ends as a filler does.

    An extension is left out: of one desk some write it, some do not.

    Example:
        >>> phone("+44 (0)1922 650000", "GB"), phone("1-206-555-0100", "US"), phone("ask mum", "GB")
        ('01922650000', '2065550100', None)
        >>> phone("447700900123", "GB"), phone("7700900123.0", "GB"), phone("01922 650000 x12", "GB")
        ('07700900123', '07700900123', '01922650000')
    """
    if is_mangled(text):
        return None
    if "x" in text or "X" in text or "#" in text:
        text = _EXTENSION.sub("", text)
    digits = "".join(_DIGITS.findall(_whole(text)))
    if country == "US":
        digits = digits[1:] if len(digits) == 11 and digits.startswith("1") else digits
    elif _has_country_code(text, digits):
        digits = "0" + digits.removeprefix("0044").removeprefix("44").lstrip("0")
    elif len(digits) == 10 and not digits.startswith("0"):
        digits = "0" + digits  # a spreadsheet took the zero away
    good = 7 <= len(digits) <= 15 and len(set(digits)) > 2 and not _is_filler(digits[-_TAIL:])
    return digits if good else None


def _has_country_code(text: str, digits: str) -> bool:
    """Whether 44 stands before ten national digits, or before their nought, whatever sign was before it."""
    if digits.startswith("44"):
        return len(digits) == 12 or (len(digits) == 13 and digits[2] == "0") or text.lstrip().startswith("+")
    return digits.startswith("0044")


def email(text: str) -> str | None:
    """Lower case, one ``@`` with something on both sides; else None.

    Example:
        >>> email(" Ann@Example.ORG "), email("none")
        ('ann@example.org', None)
    """
    plain = text.strip().lower()
    name, at, host = plain.rpartition("@")
    good = name and at and "." in host and "@" not in name and not any(map(str.isspace, plain))
    return plain if good else None


def uprn(text: str) -> str | None:
    """One to twelve digits without leading zeros; else None.

    Example:
        >>> uprn("000100071"), uprn("n/k 7")
        ('100071', None)
    """
    plain = _whole(text.strip()).lstrip("0")
    return plain if plain.isascii() and plain.isdigit() and len(plain) <= 12 else None


_INVENTED: Final = re.compile(r"ZZ\d{1,2}\d[A-Z]{2}")
_ZIP: Final = re.compile(r"(\d{5})(?:-?\d{4})?")


@lru_cache(maxsize=100_000)
def postcode(text: str, country: str) -> str | None:
    """Canonical postcode without a space, a UK outward half alone, or five digits of a US one.

    Empty for one that stands for none (ZIP 00000; the NHS's ZZ99 for no fixed abode); None when it is
    no postcode.

    Example:
        >>> postcode("ws1 1aa", "GB"), postcode("WS1", "GB"), postcode("98101-0001", "US")
        ('WS11AA', 'WS1', '98101')
        >>> postcode("00000", "US"), postcode("ZZ99 3VZ", "GB"), postcode("1234", "GB")
        ('', '', None)
    """
    plain = "".join(_WORD.findall(text)).upper()
    if country == "US":
        found = _ZIP.fullmatch(text.strip()) if text.isascii() else None
        if not found:
            return None
        return "" if found[1] in ("00000", "99999") else found[1]
    if plain.startswith("ZZ99"):
        return ""
    if is_postcode(plain) or is_outward(plain):
        return plain
    if plain[-3:-2] == "O":  # the letter for the nought
        return postcode(f"{plain[:-3]}0{plain[-2:]}", country)
    # ZZ is no real area: invented towns use it, so that no test row is somebody's home.
    return plain if _INVENTED.fullmatch(plain) else None


def outward(canonical: str, country: str) -> str:
    """The outward half of a canonical UK postcode; a US one as it is.

    Example:
        >>> outward("WS11AA", "GB"), outward("WS1", "GB"), outward("98101", "US")
        ('WS1', 'WS1', '98101')
    """
    if country == "US" or not canonical[-3:-2].isdigit() or len(canonical) < 5:
        return canonical
    return canonical[:-3]
