"""Which area each place was in when figures by area were released: one set of bounds after another.

A newer look-up from postcodes to areas draws the same town otherwise. Its areas may all have other codes,
while a few people only are in another one: of two tables by area the difference is theirs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from mast_analytics.disclosure.registers import DIGEST_BYTES, Content

Codes = Mapping[str, str]
"""Of places by id the code of the area that each is in; '' where it is in none."""


@dataclass(frozen=True, slots=True)
class Areas:
    """Places with their areas, as a release has them, and how it looks under areas of before.

    ``close`` says whether areas of both, put together in any way, differ by at most so many people and by
    some; ``content`` who would be remembered if those of before were still in force.
    """

    codes: Codes
    close: Callable[[Codes, int], bool]
    content: Callable[[Codes], Content]


class Editions:
    """The areas of places by keyed digests: of each release only what is new, or all where one is another.

    Example:
        >>> kept = Editions(lambda place: place.encode().ljust(16))
        >>> entry = kept.news({"a": "E01", "b": "E02"})
        >>> kept.follow(*entry)
        >>> kept.news({"a": "E01"}), list(kept.others({"a": "E03", "c": "E03"}))
        (None, [{'a': 'E01'}])
    """

    def __init__(self, digest: Callable[[str], bytes]) -> None:
        self._digest = digest
        self._place: dict[bytes, int] = {}
        self._editions: list[dict[int, str]] = []

    def others(self, codes: Codes) -> Iterator[dict[str, str]]:
        """Of each edition that has a place elsewhere: the areas that places were in."""
        digests = {place: self._digest(place) for place in codes}
        for edition in self._editions:
            then = {
                place: edition[number]
                for place, digest in digests.items()
                if (number := self._place.get(digest, -1)) in edition
            }
            if any(codes[place] != code for place, code in then.items()):
                yield then

    def news(self, codes: Codes) -> tuple[bytes, bytes, bytes] | None:
        """What is to be stored: digests of new places, bits over all, and areas; nothing if all is known."""
        place, last = dict(self._place), self._editions[-1] if self._editions else {}
        given = {place.setdefault(self._digest(each), len(place)): code for each, code in codes.items()}
        if all(last.get(number, code) == code for number, code in given.items()):
            given = {number: code for number, code in given.items() if number not in last}
        if not given:
            return None
        names = sorted(set(given.values()))
        number_of = {name: number for number, name in enumerate(names)}
        bits = np.zeros(-(-len(place) // 64) * 64, np.uint8)
        bits[list(given)] = 1
        numbers = np.array([number_of[given[each]] for each in sorted(given)], "<u4")
        return (
            b"".join(list(place)[len(self._place) :]),
            np.packbits(bits, bitorder="little").tobytes(),
            "\n".join(names).encode() + b"\0" + numbers.tobytes(),
        )

    def follow(self, digests: bytes, bits: bytes, areas: bytes) -> None:
        """Take in what was stored: what says otherwise than the last edition begins another."""
        for digest in cut(digests):
            self._place[digest] = len(self._place)
        places = np.flatnonzero(np.unpackbits(np.frombuffer(bits, np.uint8), bitorder="little"))
        names, _, numbers = areas.partition(b"\0")
        code = names.decode().split("\n")
        of = [code[number] for number in np.frombuffer(numbers, "<u4").tolist()]
        given = dict(zip(places.tolist(), of, strict=True))
        last = self._editions[-1] if self._editions else None
        if last is None or any(last.get(number, said) != said for number, said in given.items()):
            self._editions.append(given)
        else:
            last.update(given)


def cut(digests: bytes) -> Iterable[bytes]:
    """Digests that were stored in one piece, one by one."""
    return [digests[start : start + DIGEST_BYTES] for start in range(0, len(digests), DIGEST_BYTES)]
