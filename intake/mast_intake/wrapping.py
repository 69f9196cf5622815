"""Wrapping: what was encoded under an older key, under a newer one, without the value (ADR 0026)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mast_intake.mac import Mac
from mast_resolver.frequencies import TermFrequencies
from mast_resolver.records import BLOOM_BYTES, TOKEN_BYTES, BlockingKey, Encoding, Token

_BITS: Final = BLOOM_BYTES * 8


class Wrap:
    """One step from a key version to the next: equal stays equal, alike stays just as alike.

    Tokens go through an HMAC under the newer key. Of Bloom fields, whose likeness counts, the places of the
    bits are exchanged, in an order that only the newer key gives.

    Example:
        >>> wrap = Wrap(bytes(32), bytes(32))
        >>> wrap.token(Token(b"12345678")) == wrap.token(Token(b"12345678")) != b"12345678"
        True
        >>> sum(byte.bit_count() for byte in wrap.bloom(b"\\x07" + bytes(127)))
        3
        >>> wrap
        Wrap(...)
    """

    __slots__ = ("_mac", "_order", "places")

    def __init__(self, token_key: bytes, bloom_key: bytes) -> None:
        self._mac = Mac(token_key)
        by_digest = Mac(bloom_key).digest
        self.places: tuple[int, ...] = tuple(
            sorted(range(_BITS), key=lambda place: by_digest(place.to_bytes(2, "big")))
        )
        """Where the bit of each place goes."""
        self._order: NDArray[np.intp] = np.array(self.places, np.intp)

    def __repr__(self) -> str:
        return "Wrap(...)"

    def token(self, token: bytes) -> Token:
        """The token under the newer key."""
        return Token(self._mac.digest(token)[:TOKEN_BYTES])

    def bloom(self, bloom: bytes) -> bytes:
        """The Bloom field under the newer key."""
        bits = np.unpackbits(np.frombuffer(bloom, np.uint8), bitorder="little")
        moved = np.empty_like(bits)
        moved[self._order] = bits
        return np.packbits(moved, bitorder="little").tobytes()


def wrapped_token(token: bytes, wraps: Sequence[Wrap]) -> Token:
    """A token through each step."""
    for wrap in wraps:
        token = wrap.token(token)
    return Token(token)


def wrapped_hex(token: str, wraps: Sequence[Wrap]) -> str:
    """The same of a token in hexadecimal, as it is stored to be looked up by."""
    return wrapped_token(bytes.fromhex(token), wraps).hex()


def wrapped(encoding: Encoding, wraps: Sequence[Wrap]) -> Encoding:
    """An encoding through each step."""
    if not wraps:
        return encoding
    keys = [BlockingKey(key.rule, wrapped_token(key.token, wraps)) for key in encoding.keys]
    blooms = dict(encoding.blooms)
    for wrap in wraps:
        blooms = {name: wrap.bloom(bloom) for name, bloom in blooms.items()}
    return replace(
        encoding,
        tokens={name: wrapped_token(token, wraps) for name, token in encoding.tokens.items()},
        blooms=blooms,
        keys=tuple(sorted(keys)),  # as they stand in a packed one
    )


def wrapped_frequencies(frequencies: TermFrequencies, wraps: Sequence[Wrap]) -> TermFrequencies:
    """Counts of tokens through each step."""
    counts = {
        name: {wrapped_token(token, wraps): count for token, count in seen.items()}
        for name, seen in frequencies.counts.items()
    }
    return TermFrequencies(frequencies.version, counts, frequencies.totals)
