"""US addresses: the plain form by rule, the rest by ``usaddress``."""

from __future__ import annotations

import re
from typing import Final

import usaddress

from mast_intake.address.parsed import ParsedAddress
from mast_intake.address.street_words import street_words
from mast_intake.normalise import fold, words

_WORDS: Final = street_words("US")
_MARKS: Final = re.compile(r"[^\w\s#,/-]|_")
_ZIP: Final = re.compile(r"\b(\d{5})(?:-\d{4})?\s*$")
_PLAIN: Final = re.compile(r"(\d+[a-z]?) ([a-z][a-z ]*)")
_UNIT_WORDS: Final = re.compile(
    r"\b(?:apartment|apart|apt|aprt|appt|unit|suite|ste|room|rm|number|num|no|lot|trailer|trlr|space|spc|#)\b"
)
_STREET: Final = (
    "StreetNamePreDirectional",
    "StreetNamePreModifier",
    "StreetNamePreType",
    "StreetName",
    "StreetNamePostType",
    "StreetNamePostModifier",
    "StreetNamePostDirectional",
)


class UnitedStatesParser:
    """Number, street, unit and town of a US address line.

    Example:
        >>> home = UnitedStatesParser().parse("4317 NW Colonial Dr Apt 2 Anytown WA", "98101")
        >>> home.number, home.street, home.unit, home.town, home.postcode
        ('4317', 'northwest colonial drive', '2', 'anytown', '98101')
    """

    def parse(self, line: str, postcode: str) -> ParsedAddress:
        """Components of one line; a ZIP code given beside it wins over one inside it."""
        text = " ".join(_MARKS.sub(" ", fold(line)).split())
        code = postcode
        if found := _ZIP.search(text):
            text = text[: found.start()].rstrip(" ,")
            code = postcode or found[1]
        parts = _plain_parts(text) or _tagged_parts(text)
        number, street, unit, name, town = parts
        everything = " ".join(filter(None, (unit, number, name, street, town)))
        return ParsedAddress(
            country="US",
            written=" ".join((*words(text), code)).strip(),
            words=everything or _spelt(text),
            unit=unit,
            number=number,
            name=name,
            street=street,
            town=town,
            postcode=code,
            outward=code,
        )


def _plain_parts(text: str) -> tuple[str, str, str, str, str] | None:
    """``number words TYPE town ST`` with one street type and no unit: nothing there to guess.

    Most lines are like that, and the rule costs a hundredth of the learnt parser.
    """
    found = _PLAIN.fullmatch(text.replace(",", ""))
    if not found:
        return None
    spelt = _spelt(found[2]).split()
    types = [at for at, word in enumerate(spelt) if at and word in _WORDS.street]
    if len(types) != 1 or spelt[-1] not in _WORDS.region or _UNIT_WORDS.search(found[2]):
        return None
    end = types[0] + 1
    end += end < len(spelt) - 1 and spelt[end] in _WORDS.direction
    town = " ".join(spelt[end:-1])
    return (found[1], " ".join(spelt[:end]), "", "", town) if town else None


def _tagged_parts(text: str) -> tuple[str, str, str, str, str]:
    try:
        tagged, _kind = usaddress.tag(text)
    except usaddress.RepeatedLabelError:
        # A label twice: the first of each is kept, which is right for a line that repeats itself.
        tagged = {}
        for word, label in usaddress.parse(text):
            known = tagged.get(label)
            tagged[label] = (
                word if known is None else known if label == "AddressNumber" else f"{known} {word}"
            )
    label = {name: " ".join(words(value)) for name, value in tagged.items()}
    number = "".join(
        filter(None, map(label.get, ("AddressNumberPrefix", "AddressNumber", "AddressNumberSuffix")))
    )
    street = _spelt(" ".join(filter(None, map(label.get, _STREET))))
    identifiers = (label.get("OccupancyIdentifier"), label.get("SubaddressIdentifier"))
    unit = _UNIT_WORDS.sub(" ", " ".join(filter(None, identifiers)))
    box = label.get("USPSBoxID", "")
    name = f"po box {box}" if box else label.get("BuildingName", "")
    return number.replace(" ", ""), street, "".join(unit.split()), name, label.get("PlaceName", "")


def _spelt(text: str) -> str:
    return " ".join(_WORDS.expanded.get(word, word) for word in words(text))
