"""Values whose commonness is kept though nobody who has them is left: dropped from the frequencies."""

from __future__ import annotations

from dataclasses import replace

from mast_api.opening import frequencies_context
from mast_api.workspace import now
from mast_graph.frequencies import put_frequencies, read_frequencies
from mast_graph.lease import Lease
from mast_graph.store import Store
from mast_intake.keys import KeyRing
from mast_resolver.frequencies import TermFrequencies
from mast_resolver.records import Encoding, Kind, Token


class Carriers:
    """How many records still have each value that the term frequencies in force name.

    Dropping a value that no record has changes no weight between records that are there: evidence stands.
    """

    def __init__(self, store: Store, keys: KeyRing, kind: Kind) -> None:
        self._store, self._keys, self._kind = store, keys, kind
        self._stored = read_frequencies(store, kind)
        self._frequencies: TermFrequencies | None = None
        self._count: dict[str, dict[Token, int]] = {}
        if self._stored is not None:
            packed = keys.open(self._stored.sealed, context=frequencies_context(kind))
            self._frequencies = TermFrequencies.unpack(packed, version=self._stored.version)
            self._count = {name: dict.fromkeys(seen, 0) for name, seen in self._frequencies.counts.items()}

    def come(self, encoding: Encoding) -> Encoding:
        """A record is there."""
        return self._add(encoding, 1)

    def leave(self, encoding: Encoding) -> Encoding:
        """One is gone."""
        return self._add(encoding, -1)

    def forget(self, lease: Lease) -> int:
        """Drop the values that nobody has; how many there were. The others keep their counts and version."""
        if self._stored is None or self._frequencies is None:
            return 0
        gone = {name: {token for token, n in seen.items() if n <= 0} for name, seen in self._count.items()}
        total = sum(map(len, gone.values()))
        if total:
            counts = {
                name: {token: n for token, n in seen.items() if token not in gone[name]}
                for name, seen in self._frequencies.counts.items()
            }
            packed = replace(self._frequencies, counts=counts).pack()
            sealed = self._keys.seal(packed, context=frequencies_context(self._kind))
            put_frequencies(lease, self._kind, replace(self._stored, sealed=sealed), at=now())
        return total

    def _add(self, encoding: Encoding, number: int) -> Encoding:
        for name, seen in self._count.items():
            token = encoding.tokens.get(name)
            if token in seen:
                seen[token] += number
        return encoding
