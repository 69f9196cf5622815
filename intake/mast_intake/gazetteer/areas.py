"""Coarse areas of postcodes, for research: a supplied look-up, kept by keyed token, never by postcode."""

from __future__ import annotations

import os
import re
import secrets
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgpack
import numpy as np
from numpy.typing import NDArray

from mast_intake import normalise
from mast_intake.encode import Encoder
from mast_intake.keys import KeyRing
from mast_intake.rejects import Rejects, Rule
from mast_intake.source import CsvOptions, FileFormat, Mapped, PersonMap, Source
from mast_intake.tables import header_of, raw_rows
from mast_intake.wrapping import Wrap, wrapped_token
from mast_resolver.errors import UnknownLayoutError
from mast_resolver.records import AREA_CODES, Encoding

_CONTEXT: Final = b"areas"
_POSTCODE: Final = ("pcds", "pcd8", "pcd7", "pcd2", "pcd", "postcode")
_COLUMNS: Final[Mapping[str, tuple[re.Pattern[str], ...]]] = {
    # The newest boundaries first: a file may have those of three censuses.
    "lsoa": tuple(map(re.compile, (r"lsoa21(cd)?", r"lsoa11(cd)?", r"lsoa01(cd)?", r"lsoa(cd)?"))),
    "ward": tuple(map(re.compile, (r"wd\d\dcd", r"osward", r"ward(cd)?"))),
}
_CODE: Final = re.compile(r"[A-Z]\d{8}|95[A-Z]{2}\d{2}[A-Z]\d")
_NO_AREA: Final = re.compile(r"[A-Z]9{8}")
"""What the published files have where an area does not apply."""


@dataclass(slots=True)
class AreasTold:
    """Counts of one look-up."""

    rows: int = 0
    postcodes: int = 0


class Areas:
    """The codes of every postcode of a look-up, by its keyed token.

    Sixteen bytes a postcode: the whole country's 2.7 million take 43 MB.

    Example:
        >>> keys = KeyRing({1: bytes(32)}, current=1)
        >>> areas = Areas.made({"WS11AA": ("E01010101", "E05001234")}.items(), keys)
        >>> areas.of_token(Encoder(keys).token("postcode", "WS11AA"))
        {'lsoa': 'E01010101', 'ward': 'E05001234'}
    """

    def __init__(
        self, tokens: NDArray[np.uint64], numbers: NDArray[np.int32], names: tuple[str, ...]
    ) -> None:
        self._tokens = tokens
        self._numbers = numbers
        self._names = names

    def __len__(self) -> int:
        return len(self._tokens)

    @classmethod
    def made(cls, rows: Iterable[tuple[str, tuple[str, ...]]], keys: KeyRing) -> Areas:
        """From canonical postcodes and their codes, as :data:`AREA_CODES` orders them; the last counts."""
        token = Encoder(keys).token_of("postcode")
        tokens, numbers = array("Q"), array("i")
        names: dict[str, int] = {"": 0}
        for code, areas in rows:
            tokens.append(int.from_bytes(token(code), "big"))
            numbers.extend(names.setdefault(each, len(names)) for each in areas)
        found = np.frombuffer(tokens, np.uint64) if tokens else np.zeros(0, np.uint64)
        codes = np.array(numbers, np.int32).reshape(-1, len(AREA_CODES))
        # Of one that stands twice the last counts: unique takes the first of what it is given.
        unique, first = np.unique(found[::-1], return_index=True)
        return cls(unique, codes[::-1][first], tuple(names))

    def of(self, encoding: Encoding) -> dict[str, str]:
        """The codes of an address, none for one without a postcode that the look-up has."""
        token = encoding.tokens.get("postcode")
        return {} if token is None else self.of_token(token)

    def of_token(self, token: bytes) -> dict[str, str]:
        """The codes of a postcode by its token."""
        wanted = np.uint64(int.from_bytes(token, "big"))
        at = int(np.searchsorted(self._tokens, wanted))
        if at == len(self._tokens) or self._tokens[at] != wanted:
            return {}
        codes = zip(AREA_CODES, self._numbers[at].tolist(), strict=True)
        return {name: self._names[number] for name, number in codes if number}

    def write(self, path: Path, keys: KeyRing) -> None:
        """Keep it, sealed, complete or not at all; readable by the owner only."""
        packed = msgpack.packb((self._names, self._tokens.tobytes(), self._numbers.tobytes()))
        draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(keys.seal(bytes(packed), context=_CONTEXT))
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)

    @classmethod
    def read(cls, path: Path, keys: KeyRing) -> Areas | None:
        """What :meth:`write` kept; None where no look-up was ever given.

        Raises:
            SealBrokenError, KeyVersionError: it was kept under another key, or changed.
        """
        if not path.exists():
            return None
        sealed = path.read_bytes()
        names, tokens, numbers = msgpack.unpackb(keys.open(sealed, context=_CONTEXT), max_bin_len=1 << 31)
        codes = np.frombuffer(numbers, np.int32).reshape(-1, len(AREA_CODES))
        kept = cls(np.frombuffer(tokens, np.uint64), codes, tuple(names))
        wraps = keys.wraps(keys.version_of(sealed))
        return kept._wrapped(wraps) if wraps else kept

    def _wrapped(self, wraps: Sequence[Wrap]) -> Areas:
        """The same under a newer key version; seconds for a whole country."""
        made = (wrapped_token(int(token).to_bytes(8, "big"), wraps) for token in self._tokens)
        tokens = np.fromiter((int.from_bytes(token, "big") for token in made), np.uint64, len(self))
        order = np.argsort(tokens)
        return Areas(tokens[order], self._numbers[order], self._names)


def read_areas(
    path: Path, rejects: Rejects, told: AreasTold, *, encoding: str = "utf-8"
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Canonical postcodes and their codes, of a file like the ONS Postcode Directory (ONSPD, NSPL).

    Raises:
        UnknownLayoutError: it has no column of postcodes, or none of LSOA or ward.
        UnreadableFileError: it is not text in that encoding, or empty.
    """
    header = header_of(path, encoding)
    columns = _columns(header, path.name)
    mapped = {name: Mapped((column,)) for name, column in columns.items()}
    source = Source(
        path.stem,
        "areas",
        "",
        FileFormat.CSV,
        (PersonMap(mapped),),
        csv=CsvOptions(encoding=encoding),
        ignore=frozenset(header) - set(columns.values()),
    )
    for line, values in raw_rows(source, path, rejects):
        told.rows += 1
        said = {name: str(values[column]).strip() for name, column in columns.items()}
        code = normalise.postcode(said["postcode"], "GB")
        areas = tuple(_area(said.get(name, "")) for name in AREA_CODES)
        if not code:
            rejects.row(path.name, line, "postcode", Rule.POSTCODE_INVALID)
        elif None in areas:
            rejects.row(path.name, line, AREA_CODES[areas.index(None)], Rule.AREA_CODE_INVALID)
        elif any(areas):
            told.postcodes += 1
            yield code, tuple(each or "" for each in areas)


def _columns(header: tuple[str, ...], file: str) -> dict[str, str]:
    names = {name.lower(): name for name in header}
    columns = {}
    if column := next((names[each] for each in _POSTCODE if each in names), None):
        columns["postcode"] = column
    else:
        raise UnknownLayoutError(
            f"{file} has no column of postcodes", fix="give one called pcds, pcd7, pcd8, pcd or postcode"
        )
    for ours, patterns in _COLUMNS.items():
        fits = (names[each] for pattern in patterns for each in names if pattern.fullmatch(each))
        if column := next(fits, None):
            columns[ours] = column
    if len(columns) == 1:
        raise UnknownLayoutError(
            f"{file} has no column of areas",
            fix="give one called lsoa21cd (lsoa21, lsoa11 ...) or wd25cd (osward, ward)",
        )
    return columns


def _area(text: str) -> str | None:
    """A code, empty for none, None for what is no code."""
    if not text or _NO_AREA.fullmatch(text):
        return ""
    return text if _CODE.fullmatch(text) else None
