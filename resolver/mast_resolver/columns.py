"""Encodings as growable numpy columns, one row a record: what pairs are compared on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mast_resolver.records import (
    ADDRESS_BLOOMS,
    ADDRESS_TOKENS,
    BLOOM_BYTES,
    PERSON_BLOOMS,
    PERSON_TOKENS,
    TOKEN_BYTES,
    Encoding,
    Kind,
)

TOKENS: Final[Mapping[Kind, tuple[str, ...]]] = {Kind.PERSON: PERSON_TOKENS, Kind.ADDRESS: ADDRESS_TOKENS}
BLOOMS: Final[Mapping[Kind, tuple[str, ...]]] = {Kind.PERSON: PERSON_BLOOMS, Kind.ADDRESS: ADDRESS_BLOOMS}

WORDS: Final = BLOOM_BYTES // 8
_SMALLEST: Final = 16
_SPARE: Final = 4_096
"""So many rows are made ready at most: growing moves nothing, and a row takes a kilobyte, used or not."""
_NO_TOKEN: Final = bytes(TOKEN_BYTES)
_NO_BLOOM: Final = bytes(BLOOM_BYTES)


class Shares(NamedTuple):
    """Of pairs of Bloom fields the bits in common, those of both together, and those of the smaller."""

    common: NDArray[np.int64]
    ones: NDArray[np.int64]
    smaller: NDArray[np.int64]


class Columns:
    """Tokens and Bloom fields of one kind of record, by row number.

    A row holds its tokens side by side and then its Bloom fields, so that fetching a record touches a
    few neighbouring cache lines; about 930 bytes a person. 0 is a missing token, an empty Bloom a
    missing field. ``ones`` counts the bits of each Bloom, so that a Dice needs only the common ones.

    Example:
        >>> columns = Columns(Kind.PERSON)
        >>> columns.put(3, Encoding(Kind.PERSON, {"sex": b"00000001"}, {}, ()))
        >>> hex(columns.tokens[3, columns.token_at["sex"]])
        '0x3030303030303031'
    """

    __slots__ = ("bloom_at", "blooms", "kind", "ones", "token_at", "tokens")

    def __init__(self, kind: Kind, *, rows: int = 0) -> None:
        self.kind = kind
        self.token_at: Mapping[str, int] = {name: at for at, name in enumerate(TOKENS[kind])}
        self.bloom_at: Mapping[str, int] = {name: at for at, name in enumerate(BLOOMS[kind])}
        self.tokens: NDArray[np.uint64] = np.zeros((rows, len(self.token_at)), np.uint64)
        self.blooms: NDArray[np.uint64] = np.zeros((rows, len(self.bloom_at), WORDS), np.uint64)
        self.ones: NDArray[np.int16] = np.zeros((rows, len(self.bloom_at)), np.int16)

    @property
    def capacity(self) -> int:
        """How many rows there is room for now."""
        return len(self.tokens)

    def put(self, row: int, encoding: Encoding) -> None:
        """Keep an encoding under a row number, replacing what was there; rows grow as needed.

        Fields that this kind does not declare are passed over: a newer encoder may say more.

        Raises:
            ValueError: the encoding is of the other kind.
        """
        if encoding.kind is not self.kind:
            raise ValueError(f"{encoding.kind} encoding among columns of kind {self.kind}")
        self._grow_to(row + 1)
        tokens = [encoding.tokens.get(name, _NO_TOKEN) for name in self.token_at]
        blooms = [encoding.blooms.get(name, _NO_BLOOM) for name in self.bloom_at]
        # All of a row at once: numpy takes as long for one field.
        self.tokens[row] = np.frombuffer(b"".join(tokens), ">u8")
        self.blooms[row] = np.frombuffer(b"".join(blooms), np.uint64).reshape(-1, WORDS)
        self.ones[row] = [int.from_bytes(bloom, "big").bit_count() for bloom in blooms]

    def drop(self, row: int) -> None:
        """Forget a row: all its fields are missing from now on."""
        self.tokens[row] = 0
        self.blooms[row] = 0
        self.ones[row] = 0

    def differ(self, name: str, left: NDArray[np.intp], right: NDArray[np.intp]) -> NDArray[np.bool_]:
        """Whether both rows of each pair have that token, and not the same one."""
        at = self.token_at[name]
        ours, theirs = self.tokens[left, at], self.tokens[right, at]
        found: NDArray[np.bool_] = (ours != theirs) & (ours != 0) & (theirs != 0)
        return found

    def shared(self, name: str, other: str, left: NDArray[np.intp], right: NDArray[np.intp]) -> Shares:
        """What the left rows' ``name`` and the right rows' ``other`` have in common, in bits."""
        fields = len(self.bloom_at)
        ours, theirs = left * fields + self.bloom_at[name], right * fields + self.bloom_at[other]
        blooms, ones = self.blooms.reshape(-1, WORDS), self.ones.reshape(-1)
        # np.take fetches whole rows three times as fast as indexing does.
        both = np.take(blooms, ours, axis=0) & np.take(blooms, theirs, axis=0)
        common = np.bitwise_count(both).sum(axis=1, dtype=np.int64)
        left_ones, right_ones = (np.take(ones, each).astype(np.int64) for each in (ours, theirs))
        return Shares(common, left_ones + right_ones, np.minimum(left_ones, right_ones))

    def shared_each(
        self, ways: Sequence[tuple[str, str]], left: NDArray[np.intp], right: NDArray[np.intp]
    ) -> Shares:
        """As :meth:`shared` for several pairs of fields, a row each: for a few pairs of records."""
        fields = len(self.bloom_at)
        ours = np.array([[self.bloom_at[name]] for name, _ in ways], np.intp) + left * fields
        theirs = np.array([[self.bloom_at[other]] for _, other in ways], np.intp) + right * fields
        blooms, ones = self.blooms.reshape(-1, WORDS), self.ones.reshape(-1)
        both = np.take(blooms, ours, axis=0) & np.take(blooms, theirs, axis=0)
        common = np.bitwise_count(both).sum(axis=2, dtype=np.int64)
        left_ones, right_ones = (np.take(ones, each).astype(np.int64) for each in (ours, theirs))
        return Shares(common, left_ones + right_ones, np.minimum(left_ones, right_ones))

    def _grow_to(self, rows: int) -> None:
        if rows > self.capacity:
            capacity = max(rows, _SMALLEST, self.capacity + min(self.capacity // 8, _SPARE))
            for column in (self.tokens, self.blooms, self.ones):
                lengthen(column, capacity)


def lengthen(column: NDArray[Any], rows: int) -> None:
    """Give a column so many rows, the new ones zero, where it lies: nobody may hold a view of it meanwhile.

    A copy would need the memory of both for a moment: 250 MB at 250,000 people.
    """
    column.resize((rows, *column.shape[1:]), refcheck=False)
