"""UK addresses by hand-written rules: they beat every learnt parser on an area it was not trained on."""

from __future__ import annotations

import re
from typing import Final

from mast_intake.address import kinds
from mast_intake.address.draft import WORDS, Draft, spelt, take_side, with_sides
from mast_intake.address.exchanged import with_types
from mast_intake.address.kinds import PlaceKind
from mast_intake.address.named import exchange, take_named
from mast_intake.address.nowhere import nowhere
from mast_intake.address.numbered import take_number
from mast_intake.address.parsed import ParsedAddress
from mast_intake.address.plain import plain
from mast_intake.address.postcodes import take_less, take_postcode
from mast_intake.address.units import take_unit
from mast_intake.normalise import fold, outward

_COUNTRIES: Final = frozenset(
    (
        "united kingdom",
        "uk",
        "gb",
        "great britain",
        "england",
        "wales",
        "scotland",
        "northern ireland",
        "cymru",
    )
)
_ENDING: Final = tuple(_COUNTRIES)
_COUNTRY: Final = re.compile(rf"[\s,]+(?:{'|'.join(_COUNTRIES)})[\s,]*$")
_ALONE: Final = re.compile(r"(?:^\s*|,,\s*)[a-z]\s*,")
"""A letter between commas, the flat of another number taken away before it or behind it."""
_STROKE: Final = re.compile(r"^\s*(\d+[a-z]?)/(\d+(?:f\d+)?)(?=\s+[a-z])")
_RUNS: Final = re.compile(r"[^\W_]+")


class UnitedKingdomParser:
    """Postcode, unit, floor, number, name, street, locality and town of a UK address line.

    "12A" and "Flat A, 12" stay apart, for both can exist on one street; a range keeps its end, for the
    end may be an address of its own; a floor is never taken for a flat's number.

    Example:
        >>> parse = UnitedKingdomParser().parse
        >>> parse("2/14 High Street", "WS11AA") == parse("Flat 2, 14 High Street", "WS11AA")
        False
        >>> (parse("2/14 High Street", "").unit, parse("First floor flat, 6 Mill Ln", "").unit)
        ('2', 'fl1')
    """

    def parse(self, line: str, postcode: str) -> ParsedAddress:
        """Components of one line; a postcode given beside it wins over one inside it."""
        text, inside, others = take_postcode(plain(line), postcode)
        code = postcode or inside
        written = _written(line, inside, code)
        if not inside:
            text, half = take_less(text, code)
            code = code or half
        text = text.lstrip(" ,")
        if text.endswith(_ENDING) or text.rstrip(" ,").endswith(_ENDING):
            text = _COUNTRY.sub("", text)
        text, words = with_types(*with_sides(text, text.replace(",", " ").split()))
        kind, none = kinds.kind_of(text, words), nowhere(text, words, code, others)
        if none is not None:
            # What must not be found stays so, however little of its address can be read.
            said = kind if kind is PlaceKind.REFUGE else none
            return _as_written(said, "" if none is PlaceKind.NO_FIXED_ABODE else written, code)
        if box := kinds.box(text):
            return _boxed(text, box, written, code)
        if "/" in text and (told := _house_first(text, code)) != text:
            text, words = told, told.replace(",", " ").split()
        text, unit = take_unit(text, words)
        segments = [part for part in map(str.strip, text.split(",")) if part]
        while len(segments) > 1 and segments[-1] in WORDS.region:
            segments.pop()
        draft = Draft(segments, unit=unit.id)
        if (none := take_number(draft)) is not None:
            return _as_written(kind if kind is PlaceKind.REFUGE else none, written, code)
        if not draft.number:
            take_named(draft)
            if _ALONE.search(text):
                exchange(draft)
        take_side(draft)
        everything = " ".join((draft.unit, draft.number, draft.name, draft.street, *draft.rest))
        return ParsedAddress(
            country="GB",
            written=written,
            words=" ".join(everything.split()),
            unit=draft.unit,
            floor=unit.floor,
            number=draft.number,
            name=draft.name.removeprefix("the "),
            street=draft.street,
            locality=" ".join(draft.rest[:-1]),
            town=draft.rest[-1] if draft.rest else "",
            postcode=code,
            outward=outward(code, "GB"),
            kind=kind,
            perhaps=draft.perhaps,
        )


def _written(line: str, inside: str, code: str) -> str:
    """The line as written, folded, the postcode last. Nothing is mended: what identifies a record stays."""
    runs = " ".join(_RUNS.findall(fold(line)))
    if inside:
        half = outward(inside, "GB").lower()
        for spaced in (f"{half} {inside[len(half) :].lower()}", inside.lower()):
            runs = f" {runs} ".replace(f" {spaced} ", " ").strip()
    return f"{runs} {code}".strip()


def _house_first(text: str, code: str) -> str:
    """ "14/2 Dalry Road, Edinburgh": there the house comes first, and the flat behind it."""
    if not code.startswith("EH") and "edinburgh" not in text:
        return text
    return _STROKE.sub(r"flat \2, \1", text)


def _as_written(kind: PlaceKind, written: str, code: str) -> ParsedAddress:
    return ParsedAddress("GB", written, words=written, postcode=code, outward=outward(code, "GB"), kind=kind)


def _boxed(text: str, box: re.Match[str], written: str, code: str) -> ParsedAddress:
    name = f"{'po box' if 'box' in box[0] else 'bfpo'} {box[1]}"
    rest = [spelt(part) for part in map(str.strip, text.replace(box[0], ",").split(",")) if part]
    return ParsedAddress(
        country="GB",
        written=written,
        words=" ".join((name, *rest)),
        name=name,
        town=rest[-1] if rest else "",
        postcode=code,
        outward=outward(code, "GB"),
        kind=PlaceKind.PO_BOX,
    )
