"""Pages of what was known, columns side by side: what a history is read from, object by object never."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from mast_resolver.known import Known, KnownContact, KnownEntity, KnownStay

NEVER: Final = math.inf


@dataclass(frozen=True, slots=True)
class ContactPage:
    """Versions of contacts. Moments are seconds since 1970; ``NEVER`` of what has no end.

    ``touches`` are records and roles by turns.
    """

    ids: Sequence[str]
    types: Sequence[str]
    agencies: Sequence[str]
    data_classes: Sequence[str]
    agreements: Sequence[str]
    severities: Sequence[int]
    categories: Sequence[str]
    open: Sequence[bool]
    at: Sequence[float]
    closed: Sequence[float]
    recorded_from: Sequence[float]
    recorded_to: Sequence[float]
    touches: Sequence[Sequence[str]]

    @classmethod
    def of(cls, contacts: Sequence[KnownContact]) -> ContactPage:
        """Of contacts that are objects."""
        return cls(
            ids=[each.id for each in contacts],
            types=[each.type for each in contacts],
            agencies=[each.agency for each in contacts],
            data_classes=[each.data_class for each in contacts],
            agreements=[each.agreement for each in contacts],
            severities=[each.severity for each in contacts],
            categories=[each.category or "" for each in contacts],
            open=[each.open for each in contacts],
            at=[each.at.timestamp() for each in contacts],
            closed=[NEVER if each.closed_at is None else each.closed_at.timestamp() for each in contacts],
            recorded_from=[each.recorded_from.timestamp() for each in contacts],
            recorded_to=[each.recorded_to.timestamp() for each in contacts],
            touches=[[said for pair in each.touches for said in pair] for each in contacts],
        )


@dataclass(frozen=True, slots=True)
class EntityPage:
    """Whose records were, from when until when on the recorded clock.

    ``communal`` are address records that called it a hostel, a prison ... in that time.
    """

    records: Sequence[str]
    entities: Sequence[str]
    recorded_from: Sequence[float]
    recorded_to: Sequence[float]
    communal: Sequence[bool]

    @classmethod
    def of(cls, entities: Sequence[KnownEntity]) -> EntityPage:
        """Of what is objects."""
        return cls(
            records=[each.record for each in entities],
            entities=[each.entity for each in entities],
            recorded_from=[each.recorded_from.timestamp() for each in entities],
            recorded_to=[each.recorded_to.timestamp() for each in entities],
            communal=[each.communal for each in entities],
        )


@dataclass(frozen=True, slots=True)
class StayPage:
    """Where records of people were said to live, from when until when on both clocks.

    ``seen`` is when that was said last, as known in that time.
    """

    records: Sequence[str]
    places: Sequence[str]
    starts: Sequence[float]
    ends: Sequence[float]
    seen: Sequence[float]
    recorded_from: Sequence[float]
    recorded_to: Sequence[float]
    inferred: Sequence[bool]
    lapsed: Sequence[bool]

    @classmethod
    def of(cls, stays: Sequence[KnownStay]) -> StayPage:
        """Of what is objects."""
        return cls(
            records=[each.record for each in stays],
            places=[each.place for each in stays],
            starts=[each.start.timestamp() for each in stays],
            ends=[each.end.timestamp() for each in stays],
            seen=[each.seen.timestamp() for each in stays],
            recorded_from=[each.recorded_from.timestamp() for each in stays],
            recorded_to=[each.recorded_to.timestamp() for each in stays],
            inferred=[each.inferred for each in stays],
            lapsed=[each.lapsed for each in stays],
        )


@dataclass(frozen=True, slots=True)
class Pages:
    """All that a history is made of."""

    contacts: Iterable[ContactPage]
    entities: Iterable[EntityPage]
    stays: Iterable[StayPage]

    @classmethod
    def of(cls, known: Known) -> Pages:
        """Of what is objects.

        Example:
            >>> [len(page.ids) for page in Pages.of(Known()).contacts]
            [0]
        """
        return cls(
            [ContactPage.of(known.contacts)], [EntityPage.of(known.entities)], [StayPage.of(known.stays)]
        )
