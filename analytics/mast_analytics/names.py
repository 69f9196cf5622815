"""Numbers for names: columns hold numbers."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray


class Names:
    """Numbers for names, in the order in which they were first met.

    Example:
        >>> names = Names()
        >>> names.number("P-1"), names.number("P-2"), names.number("P-1"), names.all
        (0, 1, 0, ['P-1', 'P-2'])
    """

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def number(self, name: str) -> int:
        """Of a name: a new one if it is new."""
        return self._numbers.setdefault(name, len(self._numbers))

    def only(self, kept: NDArray[np.bool_]) -> Names:
        """The same numbers, of some names; nobody can be told by the others.

        Example:
            >>> names = Names()
            >>> names.number("P-1"), names.number("P-2"), names.only(np.array([False, True])).all
            (0, 1, ['(gone 0)', 'P-2'])
        """
        some = Names()
        shown = zip(self.all, kept.tolist(), strict=True)
        some._numbers = {
            name if stays else f"(gone {number})": number for number, (name, stays) in enumerate(shown)
        }
        return some

    @property
    def all(self) -> list[str]:
        """By number."""
        return list(self._numbers)

    def find(self, names: Iterable[str]) -> NDArray[np.int64]:
        """Numbers of those that are known."""
        return np.array(sorted(self._numbers[name] for name in names if name in self._numbers), np.int64)
