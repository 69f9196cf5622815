"""Keyed tokens and Bloom fields: the only functions that turn a clear value into something storable."""

from __future__ import annotations

import struct
from collections.abc import Callable
from functools import cache, lru_cache
from itertools import pairwise
from typing import Final, Protocol

from mast_intake.keys import KeyRing
from mast_intake.wrapping import wrapped_token
from mast_resolver.records import BLOOM_BYTES, TOKEN_BYTES, Token

EDITION: Final = 4
"""Of what is encoded, and how: raised whenever a record would come out otherwise, so that files that were
loaded before are loaded again."""

BLOOM_BITS: Final = BLOOM_BYTES * 8
BLOOM_HASHES: Final = 16
"""Positions a gram sets. Sixteen leave a filter of eight bigrams one eighth full: the Dice of two
unrelated names stays under .15, and one wrong letter of seven keeps it above .7."""
FEWER_HASHES: Final = {"address": 4, "area": 8}
"""An address has five times the bigrams of a name: sixteen positions each would fill half of the filter,
and any two addresses would look alike."""

BETWEEN: Final = "\x1f"
"""Stands between the parts of a composite value: it is in no canonical text."""


def bigrams(text: str) -> tuple[str, ...]:
    """Padded pairs of neighbouring letters, whichever of the two comes first, each once.

    Two letters exchanged leave as much of them as one wrong letter does (docs/adr/0070).

    Example:
        >>> bigrams("brian"), bigrams("brain")
        (('^b', 'br', 'ir', 'ai', 'an', '$n'), ('^b', 'br', 'ar', 'ai', 'in', '$n'))
    """
    return tuple(dict.fromkeys(_pairs(text)))


def digit_grams(text: str) -> tuple[str, ...]:
    """The same pairs, each with its position: what a date or a number is compared by.

    Example:
        >>> digit_grams("19")
        ('01^', '119', '2$9')
    """
    return tuple(f"{position}{pair}" for position, pair in enumerate(_pairs(text)))


def _pairs(text: str) -> list[str]:
    # Either end has a sign of its own, or Leon would be Noel.
    padded = f"^{text}$"
    return [one + other if one <= other else other + one for one, other in pairwise(padded)]


_FEW: Final = frozenset(
    (
        "given_name",
        "given_initial",
        "which",
        "middle_initial",
        "birth_year",
        "birth_month_day",
        "sex",
        "outward",
        "unit",
        "floor",
        "number",
        "street",
        "street_type",
        "name_type",
    )
)
"""Salts that have few values. A token of any other is made faster than it is found: a big cache is cold."""


class Bloom(Protocol):
    """Makes the Bloom fields of one salt."""

    def __call__(self, value: str, within: str = "", /) -> bytes:
        """Fields of one ``within`` are as alike as their values; those of two have nothing in common."""


class Encoder:
    """Tokens and Bloom fields under one key ring; what comes again and again is kept in bounded caches.

    Example:
        >>> encoder = Encoder(KeyRing({1: bytes(32)}, current=1))
        >>> encoder.token("sex", "female").hex()
        'd16c31ecf3e11e0d'
        >>> sum(byte.bit_count() for byte in encoder.bloom("family_name", "li"))
        46
    """

    def __init__(self, keys: KeyRing) -> None:
        self._keys = keys
        self._wraps = keys.wraps()
        self.token_of = cache(self._token_of)
        self.bloom_of = cache(self._bloom_of)
        self._gram = lru_cache(maxsize=30_000)(self._gram_mask)

    def __repr__(self) -> str:
        return f"Encoder({self._keys!r})"

    def token(self, salt: str, value: str) -> Token:
        """The token of one value; where many have the same salt, ask once for its :attr:`token_of`."""
        return self.token_of(salt)(value)

    def bloom(self, salt: str, value: str, within: str = "") -> bytes:
        """The Bloom field of one value; where many have the same salt, see :attr:`bloom_of`."""
        return self.bloom_of(salt)(value, within)

    def _token_of(self, salt: str) -> Callable[[str], Token]:
        """The function that makes the tokens of one salt."""
        digest = self._keys.mac(f"token:{salt}").digest
        wraps = self._wraps

        def token(value: str) -> Token:
            made = Token(digest(value.encode())[:TOKEN_BYTES])
            return wrapped_token(made, wraps) if wraps else made

        return lru_cache(maxsize=10_000)(token) if salt in _FEW else token

    def _bloom_of(self, salt: str) -> Bloom:
        """The function that makes the Bloom fields of one salt."""
        grams = digit_grams if salt in _POSITIONAL else bigrams

        @lru_cache(maxsize=20_000)
        def mask(word: str, within: str) -> int:
            bits = 0
            for gram in grams(word):
                bits |= self._gram(salt, f"{within}{BETWEEN}{gram}" if within else gram)
            return bits

        @lru_cache(maxsize=20_000)
        def bloom(value: str, within: str = "", /) -> bytes:
            bits = 0
            # By word, so that their order does not matter; all but addresses are one word.
            for word in value.split():
                bits |= mask(word, within)
            return bits.to_bytes(BLOOM_BYTES, "little")

        return bloom

    def _gram_mask(self, salt: str, gram: str) -> int:
        """The bits of one gram: positions of ten bits, cut from the 32 bytes of its HMAC.

        Not by double hashing: its positions are an arithmetic progression, which shows without any key.
        """
        digest = self._keys.mac(f"bloom:{salt}").digest(gram.encode())
        mask = 0
        for position in _POSITIONS(digest)[: FEWER_HASHES.get(salt, BLOOM_HASHES)]:
            place = position % BLOOM_BITS
            for wrap in self._wraps:
                place = wrap.places[place]
            mask |= 1 << place
        return mask


_POSITIONS: Final = struct.Struct(f">{BLOOM_HASHES}H").unpack
_POSITIONAL: Final = frozenset(("date_of_birth", "national_id"))
