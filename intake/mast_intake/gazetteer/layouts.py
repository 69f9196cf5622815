"""How gazetteers are published: which layout a header is of, and how its rows say an address."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from mast_intake.address import ParsedAddress, parse
from mast_intake.address.structured import Parts, parse_parts
from mast_resolver.errors import UnknownLayoutError

Values = Mapping[str, str]
"""What stands in a row, by our name of the column; an empty text where there is no such column."""

_UPRN: Final = ("uprn",)
_PARENT: Final = ("parent_uprn", "parentuprn", "parent")
_POSTCODE: Final = ("postcode", "postcode_locator")
_STREET: Final = ("street_description", "street_descriptor", "street_name", "street")
_BS7666: Final = tuple(
    f"{object_}_{part}"
    for object_ in ("sao", "pao")
    for part in ("start_number", "start_suffix", "end_number", "end_suffix", "text")
)
_DELIVERY: Final = (
    *("sub_building_name", "building_name", "building_number", "dependent_thoroughfare", "thoroughfare"),
    *("dependent_locality", "post_town"),
)
_PLACE: Final = {"locality": ("locality", "locality_name"), "town": ("town_name", "town")}
_COMMON: Final[Mapping[str, tuple[str, ...]]] = {"uprn": _UPRN, "parent": _PARENT, "postcode": _POSTCODE}
_STATUS: Final[Mapping[str, tuple[str, ...]]] = {
    "logical_status": ("logical_status",),
    "state": ("state",),
    "change": ("change_type", "change_code"),
    "language": ("language",),
}
_ACCEPTED: Final = (
    "AddressBase Core (UPRN ... BUILDING_NUMBER, STREET_NAME, TOWN_NAME, POSTCODE), AddressBase Plus "
    "or BS 7666 (UPRN, SAO_START_NUMBER ... PAO_TEXT, STREET_DESCRIPTION, TOWN_NAME, POSTCODE), or "
    "uprn,address,postcode"
)


@dataclass(frozen=True, slots=True)
class Layout:
    """One way of publishing: for each of our names the header's column, and how a row says its address.

    Without ``parts`` it says it in one line.
    """

    name: str
    columns: Mapping[str, str]
    parts: Callable[[Values], Parts] | None = None

    def line(self, row: Values) -> str:
        """The address of a row as people write it."""
        return self.parts(row).line if self.parts else row.get("address", "")

    def places(self, row: Values, postcode: str) -> list[ParsedAddress]:
        """The address of a row (``postcode`` is canonical), and how its line reads if that is otherwise."""
        read = parse(self.line(row), postcode)
        return list(dict.fromkeys((parse_parts(self.parts(row), postcode), read))) if self.parts else [read]


def layout_of(header: Iterable[str], file: str) -> Layout:
    """The layout that a header is of, whatever the case of its letters.

    Raises:
        UnknownLayoutError: of none; the message says what is missing, and repeats nothing of the file.

    Example:
        >>> layout_of(["UPRN", "Address", "Postcode"], "town.csv").name
        'plain'
    """
    names = {name.strip().lower(): name for name in header}
    common = _found(names, _COMMON)
    if "uprn" not in common:
        raise _unknown(
            f"{file} has no column UPRN",
            f"give one of {_ACCEPTED}; AddressBase Plus has its header line apart: put it first",
        )
    common |= _found(names, _STATUS)
    if all(part in names for part in _BS7666):
        columns = common | _found(names, {**_PLACE, "street": _STREET, "organisation": ("organisation",)})
        columns |= {each: names[each] for each in (*_BS7666, *_DELIVERY) if each in names}
        if "street" not in columns:
            raise _unknown(
                f"{file} has SAO and PAO, but no street",
                "join the street descriptors (record 15) to it by USRN, as STREET_DESCRIPTION and TOWN_NAME",
            )
        return Layout("bs7666", columns, _bs7666)
    if {"building_number", "street_name"} <= names.keys():
        parts: dict[str, tuple[str, ...]] = {
            name: (name,) for name in ("sub_building", "building_name", "building_number", "post_town")
        }
        parts |= {**_PLACE, "street": ("street_name",), "organisation": ("organisation",)}
        return Layout("core", common | _found(names, parts), _core)
    whole = _found(names, {"address": ("address", "full_address", "single_line_address")})
    if whole and "postcode" in common:
        return Layout("plain", common | whole)
    if {"x_coordinate", "latitude"} & names.keys() and not whole:
        raise _unknown(
            f"{file} has numbers and coordinates, but no addresses (as OS Open UPRN has none)",
            f"give a product with addresses: {_ACCEPTED}",
        )
    raise _unknown(f"the header of {file} is of no layout that is known", f"give one of {_ACCEPTED}")


def _unknown(fact: str, fix: str) -> UnknownLayoutError:
    return UnknownLayoutError(fact, fix=fix)


def _found(names: Mapping[str, str], wanted: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    found = (
        (ours, next((names[each] for each in theirs if each in names), "")) for ours, theirs in wanted.items()
    )
    return {ours: column for ours, column in found if column}


def _core(row: Values) -> Parts:
    named = row.get("building_name", "")
    if not named and not row.get("building_number"):
        named = row.get("organisation", "")  # nothing else tells it from its neighbours
    return Parts(
        row.get("sub_building", ""),
        named,
        row.get("building_number", ""),
        row.get("street", ""),
        row.get("locality", ""),
        row.get("town") or row.get("post_town", ""),
    )


def _bs7666(row: Values) -> Parts:
    number, name = _range(row, "pao"), row.get("pao_text", "")
    if not number and not name:
        return _delivered(row)
    street, locality, town = (row.get(each, "") for each in ("street", "locality", "town"))
    return Parts(_secondary(row), name, number, street, locality, town)


def _secondary(row: Values) -> str:
    """The part of a building: a number alone is that of a flat, and has no word for it in this standard."""
    number, text = _range(row, "sao"), row.get("sao_text", "")
    if number and not text:
        return f"Flat {number}"
    return " ".join(filter(None, (text, number)))


def _delivered(row: Values) -> Parts:
    """As Royal Mail delivers to it, where the local authority says no house."""
    return Parts(
        row.get("sub_building_name", ""),
        row.get("building_name", ""),
        row.get("building_number", ""),
        row.get("dependent_thoroughfare") or row.get("thoroughfare") or row.get("street", ""),
        row.get("dependent_locality") or row.get("locality", ""),
        row.get("town") or row.get("post_town", ""),
    )


def _range(row: Values, object_: str) -> str:
    start, end = (
        row.get(f"{object_}_{at}_number", "") + row.get(f"{object_}_{at}_suffix", "")
        for at in ("start", "end")
    )
    return f"{start}-{end}" if start and end else start
