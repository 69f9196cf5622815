"""Pages of what was known, columns side by side: what a history is read from, object by object never."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from mast_resolver.known import Known, KnownContact, KnownEntity, KnownHome

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
    """Whose records were, from when until when on the recorded clock."""

    records: Sequence[str]
    entities: Sequence[str]
    recorded_from: Sequence[float]
    recorded_to: Sequence[float]

    @classmethod
    def of(cls, entities: Sequence[KnownEntity]) -> EntityPage:
        """Of what is objects."""
        return cls(
            records=[each.record for each in entities],
            entities=[each.entity for each in entities],
            recorded_from=[each.recorded_from.timestamp() for each in entities],
            recorded_to=[each.recorded_to.timestamp() for each in entities],
        )


@dataclass(frozen=True, slots=True)
class HomePage:
    """Who lived in which household where, from when until when; hostels are left out."""

    people: Sequence[str]
    addresses: Sequence[str]
    households: Sequence[str]
    starts: Sequence[float]
    ends: Sequence[float]

    @classmethod
    def of(cls, homes: Iterable[KnownHome]) -> HomePage:
        """Of what is objects."""
        kept = [home for home in homes if not home.communal]
        return cls(
            people=[home.person for home in kept],
            addresses=[home.address for home in kept],
            households=[home.household for home in kept],
            starts=[home.start.timestamp() for home in kept],
            ends=[home.end.timestamp() for home in kept],
        )


@dataclass(frozen=True, slots=True)
class Pages:
    """All that a history is made of."""

    contacts: Iterable[ContactPage]
    entities: Iterable[EntityPage]
    homes: Iterable[HomePage]

    @classmethod
    def of(cls, known: Known) -> Pages:
        """Of what is objects.

        Example:
            >>> [len(page.ids) for page in Pages.of(Known()).contacts]
            [0]
        """
        return cls(
            [ContactPage.of(known.contacts)], [EntityPage.of(known.entities)], [HomePage.of(known.homes)]
        )
