"""Term frequencies: how common each name, date or number is, frozen with a model, for one key only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import log2
from typing import Final

import msgpack
import numpy as np
from numpy.typing import NDArray

from mast_resolver.errors import ModelFileError
from mast_resolver.model import UNRELATED, Model
from mast_resolver.records import Encoding, MatchWeight, Token

FORMAT: Final = 1

_PRIOR_RECORDS: Final = 2_000
"""A value's share is estimated as if so many records had been seen before, all of average commonness:
a small load says little, and no value counts as rarer than a few times what was really seen."""

_RAREST: Final = 1 / 50_000
"""No share is taken to be smaller: what one load has never seen may be common in the next."""

_OF_ONE_HOME: Final = 8
"""Records that may well have one telephone or e-mail address: those of a family, at several agencies."""
_REACHED_AT: Final = frozenset(("phone", "email"))
"""Fields whose values are nearly all rare alike: how rare says nothing. What more records have than a home
keeps is the number of a switchboard, a hostel or a social worker, and tells as little as it is common."""


@dataclass(frozen=True, slots=True)
class TermFrequencies:
    """How often each token of a field was seen, and in how many records the field was there.

    It belongs to the key the tokens were made with, so it is not part of the readable model: it is
    packed, sealed and stored beside the records. Tokens that say nothing are left out: those seen once, and
    numbers and addresses that no more records have than those of a home, which are nearly all.
    """

    version: str
    counts: Mapping[str, Mapping[Token, int]]
    totals: Mapping[str, int]

    def __repr__(self) -> str:
        return f"TermFrequencies({self.version!r}, {dict(self.totals)!r})"

    def share(self, name: str, token: Token, *, average: float) -> float:
        """The estimated share of records with that value; ``average`` is that of an average pair.

        Example:
            >>> TermFrequencies("v1", {}, {}).share("family_name", Token(b"12345678"), average=0.01)
            0.01
            >>> switchboard = Token(b"12345678")
            >>> seen = TermFrequencies("v1", {"phone": {switchboard: 308}}, {"phone": 3_000})
            >>> seen.share("phone", switchboard, average=0.00002)
            0.1
        """
        seen = self.counts.get(name, {}).get(token, 1)
        total = self.totals.get(name, 0)
        if not total:
            return average
        if name in _REACHED_AT:
            return max(average, (seen - _OF_ONE_HOME) / total)
        share = (seen + _PRIOR_RECORDS * average) / (total + _PRIOR_RECORDS)
        return max(share, _RAREST)

    def repeated(self, name: str, encoding: Encoding) -> bool:
        """Whether more than one record had the encoding's value of that field."""
        return encoding.tokens.get(name) in self.counts.get(name, {})

    def pack(self) -> bytes:
        """The same bytes for the same frequencies."""
        fields = sorted((name, self.totals[name], sorted(self.counts[name].items())) for name in self.counts)
        return bytes(msgpack.packb((FORMAT, self.version, fields)))

    @classmethod
    def unpack(cls, packed: bytes, *, version: str) -> TermFrequencies:
        """Inverse of :meth:`pack`, for a model of that version.

        Raises:
            ModelFileError: they were counted for another model, or are damaged.
        """
        try:
            layout, stated, fields = msgpack.unpackb(packed)
            frequencies = cls(
                str(stated),
                {name: {Token(token): count for token, count in counts} for name, _, counts in fields},
                {name: total for name, total, _ in fields},
            )
        except (ValueError, TypeError, msgpack.UnpackException):
            raise ModelFileError("term frequencies cannot be read", fix=_RECOUNT) from None
        if layout != FORMAT or stated != version:
            raise ModelFileError("term frequencies belong to another model", fix=_RECOUNT)
        return frequencies


_RECOUNT: Final = "count them again from the records that are loaded"


def term_frequencies(model: Model, encodings: Iterable[Encoding]) -> TermFrequencies:
    """Count the tokens of the fields for which the model asks.

    Example:
        >>> from mast_resolver.model import read_model
        >>> sorted(term_frequencies(read_model("person"), []).totals)
        ['date_of_birth', 'email', 'family_name', 'given_name', 'phone']
    """
    counts: dict[str, dict[Token, int]] = {name: {} for name in model.frequencies}
    for encoding in encodings:
        for name, seen in counts.items():
            token = encoding.tokens.get(name)
            if token is not None:
                seen[token] = seen.get(token, 0) + 1
    totals = {name: sum(seen.values()) for name, seen in counts.items()}
    least = {name: _OF_ONE_HOME if name in _REACHED_AT else 1 for name in counts}
    common = {
        name: {token: n for token, n in seen.items() if n > least[name]} for name, seen in counts.items()
    }
    return TermFrequencies(model.version, common, totals)


def adjustments(model: Model, frequencies: TermFrequencies | None, encoding: Encoding) -> NDArray[np.int64]:
    """What exact agreement on this very value adds, in millibits, for each field of the model's.

    The classic adjustment: the share of the value takes the place of the average pair's chance to
    agree. Without frequencies it is 0: the average holds.
    """
    added = np.zeros(len(model.frequencies), np.int64)
    if frequencies is None:
        return added
    for at, name in enumerate(model.frequencies):
        token = encoding.tokens.get(name)
        if token is not None:
            average = next(iter(model.comparisons[name].values())).chances[UNRELATED]
            share = frequencies.share(name, token, average=average)
            added[at] = MatchWeight(round(1000 * log2(average / share)))
    return added
