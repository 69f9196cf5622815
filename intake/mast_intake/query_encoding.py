"""What was typed, under every key version that something stored may be of."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

from mast_intake.address_lookup import AddressLookup
from mast_intake.encode import Encoder
from mast_intake.keys import KeyRing
from mast_intake.persons import PersonEncoder
from mast_intake.places import PlaceEncoder
from mast_intake.search import (
    AddressQuery,
    PersonQuery,
    encode_address_query,
    encode_person_query,
)
from mast_resolver.records import Encoding


class QueryEncoder:
    """Encodes for the current version of a ring, and for the one before.

    While keys are rotated the stored tokens are of either. Encodings in memory are wrapped up to the current
    version, so people are asked for under the one before only if that is of another line.
    """

    def __init__(
        self, keys: KeyRing, clock: Callable[[], dt.datetime], persons: PersonEncoder, places: PlaceEncoder
    ) -> None:
        self._clock = clock
        self._persons, self._places = [persons], [places]
        before = keys.before
        if before is not None:
            encoder = Encoder(before)
            self._places.append(PlaceEncoder(encoder))
            if before.root != keys.root:
                self._persons.append(PersonEncoder(encoder))

    def __repr__(self) -> str:
        return "QueryEncoder(...)"

    def person(self, query: PersonQuery) -> list[Encoding]:
        """Every reading of what was typed about a person.

        Raises:
            SearchTooBroadError: less than the minimum that a search needs.
        """
        today = self._clock().date()
        return [
            encoding
            for encoder in self._persons
            for encoding in encode_person_query(encoder, query, today=today)
        ]

    def address(self, query: AddressQuery) -> AddressLookup:
        """Tokens to look an address up by.

        Raises:
            AddressTooBroadError: it names no single place.
        """
        now, *before = (encode_address_query(encoder, query) for encoder in self._places)
        return replace(now, before=before[0]) if before else now
