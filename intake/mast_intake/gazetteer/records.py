"""Properties to batches of reference records: pseudonymised like everything else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from mast_intake.address.kinds import PlaceKind
from mast_intake.encode import BETWEEN, Encoder
from mast_intake.gazetteer.areas import Areas
from mast_intake.gazetteer.property import Property
from mast_intake.keys import KeyRing
from mast_intake.places import PlaceEncoder
from mast_intake.sealing import record_id, sealed_record
from mast_resolver.records import GAZETTEER, Batch, Kind, Record

FEED: Final = f"{GAZETTEER}/properties"
"""There is one: a newer edition replaces the one before."""


class GazetteerEncoder:
    """Encodes properties as address records of the reserved agency.

    Example:
        >>> from mast_intake.address import parse
        >>> encoder = GazetteerEncoder(KeyRing({1: bytes(32)}, current=1))
        >>> home = Property("100071", parse("Flat 2, 14 High St, Walsall", "WS11AA"), parent="100070")
        >>> record = encoder.record(home)
        >>> record.agency, "parent_uprn" in record.lookup
        ('gazetteer', True)
    """

    def __init__(self, keys: KeyRing, *, areas: Areas | None = None) -> None:
        self._keys = keys
        self._areas = areas
        self._places = PlaceEncoder(Encoder(keys))

    def record(self, each: Property) -> Record:
        """One record a property, and one more for each other name or reading of it."""
        encoding = self._places.encode(each.place, uprn=each.uprn, parent=each.parent, source=GAZETTEER)
        reading = (each.place.written, each.place.street) if each.also else ()
        named = (GAZETTEER, each.uprn, *reading)
        areas = self._areas.of(encoding) if self._areas is not None else {}
        record = sealed_record(
            self._keys,
            encoding,
            id_=record_id(self._keys, Kind.ADDRESS, BETWEEN.join(named)),
            agency=GAZETTEER,
            feed=FEED,
            reference=each.uprn,
            lookup=self._places.stored(encoding) | areas,
        )
        # A list of properties names refuges like any other place, and they must not be found by it either.
        return replace(record, shielded=each.place.kind is PlaceKind.REFUGE)

    def batches(self, properties: Iterable[Property], *, size: int = 1000) -> Iterator[Batch]:
        """``size`` properties at a time, in the order of the file."""
        records: dict[str, Record] = {}
        for each in properties:
            record = self.record(each)
            records[record.id] = record
            if len(records) == size:
                yield Batch(records=tuple(records.values()))
                records = {}
        if records:
            yield Batch(records=tuple(records.values()))
