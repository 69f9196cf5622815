"""Digests of rows of columns, the same at each reading: numbers of names are not."""

from __future__ import annotations

from hashlib import blake2b
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mast_analytics.names import Names

Hashes = NDArray[np.uint64]
SALT: Final = np.uint64(0x9E3779B97F4A7C15)
_MIX: Final = (np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))


def mixed(hashes: Hashes, values: Hashes) -> Hashes:
    """Each hash with a value stirred in: the finishing step of SplitMix64 (Steele, Lea and Flood 2014)."""
    stirred = hashes * _MIX[0] + values + SALT
    stirred = (stirred ^ (stirred >> np.uint64(30))) * _MIX[0]
    stirred = (stirred ^ (stirred >> np.uint64(27))) * _MIX[1]
    return stirred ^ (stirred >> np.uint64(31))


def hashed(names: Names) -> Hashes:
    """Hashes of names: their numbers are another at each reading."""
    return np.array([hash_of(name) for name in names.all] or [0], np.uint64)


def hash_of(name: str) -> int:
    """Of one name, up to 64 bits.

    Example:
        >>> hash_of("P-1") == hash_of("P-1") != hash_of("P-2")
        True
    """
    return int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), "little")
