"""What kind of place a UK line speaks of: a dwelling, an establishment, a box, a mooring, or none."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum
from typing import Final


class PlaceKind(StrEnum):
    """What an address is the address of."""

    DWELLING = "dwelling"
    COMMUNAL = "communal"  # a prison, hostel, hospital, care home, barracks, hall of residence, hotel
    REFUGE = "refuge"  # a communal place that must not be found: shielded unless a steward decides otherwise
    CARAVAN = "caravan"
    BOAT = "boat"
    PO_BOX = "po_box"
    NO_FIXED_ABODE = "no_fixed_abode"
    FOREIGN = "foreign"
    BESIDE = "beside"  # next door to, opposite, near a house: never the house itself
    SEVERAL = "several"  # two addresses in one field: neither is taken
    UNPARSED = "unparsed"


MATCHED_AS_WRITTEN: Final = frozenset((PlaceKind.FOREIGN, PlaceKind.BESIDE, PlaceKind.UNPARSED))
"""Kinds whose line is not taken apart, but is one place if it is written the same."""
NOT_TAKEN_APART: Final = MATCHED_AS_WRITTEN | {PlaceKind.NO_FIXED_ABODE, PlaceKind.SEVERAL}
"""All kinds whose line is not."""

_NO_ABODE: Final = re.compile(
    r"^\W*(?:(?:currently|now|presently)\s+)?"
    r"(?:(?:of\s+)?no\s+(?:fixed|permanent|known)\s+(?:abode|address|residence)|n\s*f\s*a|homeless|rough\s+sleep\w*|"
    r"sofa\s+surf\w*|street\s+homeless|transient|unhoused|living\s+(?:rough|on\s+the\s+streets?))\b"
    r"(?!\s+(?:hostel|shelter|centre|center|unit|project|team|avenue|ave|road|rd|street|st))"
)
_NO_ABODE_BEGINS: Final = (
    "n", "of", "currently", "presently", "homeless", "rough", "sofa", "street", "transient", "unhoused",
    "living",
)  # fmt: skip
"""Lines that begin otherwise say no such thing: they are not looked at further."""
_NO_LONGER: Final = re.compile(
    r"(?:now|currently|presently)\s+(?:of\s+)?(?:no\s+fixed\s+(?:abode|address)|nfa|homeless|rough\s+sleep\w*)\s*(?:,|$)"
)
_ORDINARY: Final = (
    r"(?!\s+(?:street|road|lane|close|avenue|way|drive|court|terrace|place|row|walk|gardens?|hill|crescent|grove|"
    r"square|view|cottages?|farm|barn|st|rd|ln|ave?|dr|blvd)\b)"
)
_COMMUNAL: Final = re.compile(
    r"\b(?:hmp|hm prison|prison|yoi|young offenders?|hostel|night ?shelter|ymca|ywca|"
    r"(?:care|nursing|residential|childrens) home|hospital|hospice|infirmary|barracks|halls? of residence|"
    r"student (?:village|halls?)|hotel|guest ?house|travelodge|premier inn|b and b|bail hostel|"
    r"approved premises|foyer|(?:immigration removal|detention) cent(?:re|er)|secure unit|convent|monastery|"
    r"boarding school|almshouses|sheltered housing|extra care|"
    r"(?:homeless|emergency|overnight) shelter|(?:county|city) jail|"
    r"(?:correctional|detention) (?:facility|institution)|penitentiary|motel|halfway house|group home|"
    r"(?:assisted|senior) living|dormitory)\b"
    # "Hospital Road", "Convent Close": what a street is called after.
    rf"{_ORDINARY}"
)
_REFUGE: Final = re.compile(
    # Whatever follows: "Women's Refuge Building" is no insurer's. An apostrophe is gone, or has left a space.
    r"\bwom[ae]n ?s?[ -](?:aid|refuges?|shelter|safe ?houses?)\b"
    r"|\b(?:safe|refuge) accommodation\b"
    r"|\b(?:(?:domestic|family) (?:violence|abuse)|d[va]) (?:refuges?|shelter|safe ?house|accommodation)\b"
    r"|\bbattered wom[ae]n"
    r"|\b(?:refuges?|safe ?houses?)\b"
    # "Refuge Cottage" and "Refuge Lane" are ordinary names.
    rf"{_ORDINARY}(?!\s+(?:assurance|buildings?)\b)"
)
_CARAVAN: Final = re.compile(
    r"\b(?:caravan|mobile home|park home|static|pitch|travell?ers? site|gyps\w+ site|chalet)\b"
)
_BOAT: Final = re.compile(r"\b(?:narrow ?boat|house ?boat|canal boat|barge|moorings?|marina|berth|nb|mv)\b")
_TELLING: Final = frozenset(
    {
        "hmp", "hm", "prison", "yoi", "young", "hostel", "night", "nightshelter", "refuge", "refuges", "safe",
        "safehouse", "safehouses", "women", "womens", "woman", "womans", "domestic", "dv", "da", "family",
        "battered", "homeless", "emergency", "overnight", "county", "city", "correctional", "penitentiary",
        "motel", "halfway", "group", "assisted", "senior", "dormitory", "ymca", "ywca", "home",
        "hospital", "hospice", "infirmary", "barracks", "hall", "halls", "student", "hotel", "guest",
        "guesthouse", "travelodge", "premier", "b", "bail", "approved", "foyer", "immigration", "detention",
        "secure", "convent", "monastery", "boarding", "almshouses", "sheltered", "extra", "caravan", "mobile",
        "park", "static", "pitch", "chalet", "travellers", "traveller", "travelers", "traveler", "gypsy",
        "gypsies", "narrow", "narrowboat", "house", "houseboat", "canal", "barge", "mooring", "moorings",
        "marina", "berth", "nb", "mv",
    }
)  # fmt: skip
"""The words that those begin with: most lines have none of them, and are not looked at further."""
_BOX: Final = re.compile(r"\b(?:p\s?o\s?box|post office box|b\s?f\s?p\s?o)\s*(\d+)\b")
_COUNTRIES: Final = frozenset(
    {
        "ireland", "republic of ireland", "eire", "france", "germany", "spain", "portugal", "italy",
        "poland", "romania", "bulgaria", "lithuania", "latvia", "estonia", "slovakia", "slovenia",
        "hungary", "czech republic", "czechia", "austria", "belgium", "netherlands", "the netherlands",
        "holland", "denmark", "sweden", "norway", "finland", "iceland", "greece", "cyprus", "malta",
        "turkey", "ukraine", "russia", "albania", "kosovo", "serbia", "croatia", "switzerland", "usa",
        "united states", "united states of america", "canada", "australia", "new zealand", "india",
        "pakistan", "bangladesh", "sri lanka", "nepal", "afghanistan", "iran", "iraq", "syria", "israel",
        "egypt", "nigeria", "ghana", "kenya", "somalia", "eritrea", "ethiopia", "sudan", "zimbabwe",
        "south africa", "jamaica", "china", "hong kong", "vietnam", "thailand", "philippines", "japan",
        "brazil", "colombia", "mexico", "deutschland", "polska", "espana", "italia", "osterreich",
        "schweiz", "suisse", "eesti", "lietuva", "cameroon", "gambia", "the gambia", "senegal", "morocco",
        "algeria", "tunisia", "libya", "mali", "niger", "guinea", "sierra leone", "liberia", "ivory coast",
        "cote divoire", "togo", "benin", "burkina faso", "gabon", "congo", "angola", "namibia", "botswana",
        "zambia", "malawi", "mozambique", "tanzania", "uganda", "rwanda", "burundi", "djibouti",
        "south sudan",
        "madagascar", "mauritius", "seychelles", "saudi arabia", "yemen", "oman", "uae", "dubai",
        "united arab emirates", "qatar", "kuwait", "bahrain", "jordan", "lebanon", "palestine", "moldova",
        "belarus", "georgia", "armenia", "azerbaijan", "kazakhstan", "uzbekistan", "turkmenistan",
        "kyrgyzstan", "tajikistan", "mongolia", "bosnia", "bosnia and herzegovina", "montenegro",
        "macedonia", "north macedonia", "luxembourg", "monaco", "andorra", "liechtenstein", "malaysia",
        "singapore", "indonesia", "cambodia", "laos", "myanmar", "burma", "south korea", "north korea",
        "korea", "taiwan", "macau", "maldives", "bhutan", "fiji", "papua new guinea", "argentina", "chile",
        "peru", "bolivia", "ecuador", "venezuela", "uruguay", "paraguay", "guyana", "cuba", "haiti",
        "dominican republic", "trinidad and tobago", "trinidad", "barbados", "bahamas", "grenada", "belize",
        "costa rica", "panama", "nicaragua", "honduras", "guatemala", "el salvador",
    }
)  # fmt: skip
_NO_VILLAGE: Final = _COUNTRIES - {"holland", "georgia", "jordan", "trinidad", "panama", "egypt", "dubai"}
"""Great Holland and Little Egypt are places here: those count between commas only."""
_NOT_BEFORE: Final = ("northern", "new", "little", "great")


def kind_of(plain: str, said: Iterable[str] | None = None) -> PlaceKind:
    """The kind that the words of a folded line give away; a dwelling where none do.

    ``said`` are its words, where they are known already.

    Example:
        >>> kind_of("hmp birmingham, winson green road").value, kind_of("2 mill lane").value
        ('communal', 'dwelling')
        >>> kind_of("haven refuge, 3 mill lane").value, kind_of("1 refuge cottages, mill lane").value
        ('refuge', 'dwelling')
    """
    if _TELLING.isdisjoint(plain.replace(",", " ").split() if said is None else said):
        return PlaceKind.DWELLING
    if is_refuge(plain):
        return PlaceKind.REFUGE
    if _COMMUNAL.search(plain):
        return PlaceKind.COMMUNAL
    if _BOAT.search(plain):
        return PlaceKind.BOAT
    if _CARAVAN.search(plain):
        return PlaceKind.CARAVAN
    return PlaceKind.DWELLING


def is_refuge(plain: str) -> bool:
    """Whether the words name a place that must not be found.

    Example:
        >>> is_refuge("womens aid, 3 mill lane"), is_refuge("refuge lane")
        (True, False)
    """
    return _REFUGE.search(plain) is not None


def is_no_abode(plain: str) -> bool:
    """Whether the line says that there is no address, or none any more."""
    first = plain.lstrip(" ,")
    if (not first[:1].isalnum() or first.startswith(_NO_ABODE_BEGINS)) and _NO_ABODE.match(plain):
        return True
    now = "now" in plain or "currently" in plain or "presently" in plain
    return now and _NO_LONGER.search(plain) is not None


def is_foreign(plain: str) -> bool:
    """Whether the last part of the line, or its last word, is another country."""
    last = plain.rstrip(" ,").rpartition(",")[2].strip()
    if last in _COUNTRIES:
        return True
    before, _, word = last.rpartition(" ")
    return word in _NO_VILLAGE and not before.endswith(_NOT_BEFORE)


def box(plain: str) -> re.Match[str] | None:
    """The box that a line is addressed to."""
    return _BOX.search(plain) if "box" in plain or "bfpo" in plain or "b f p o" in plain else None
