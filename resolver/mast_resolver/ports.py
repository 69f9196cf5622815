"""What the resolver needs from others (protocols), and the words that go in and come out of it."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from mast_resolver.records import Encoding, EntityId, MatchWeight, RecordId
from mast_resolver.sources import Sources


class Sealer(Protocol):
    """Authenticated encryption of packed encodings and references; ``mast_intake.keys`` implements it.

    ``context`` is authenticated with the value: the bytes of the record id, so that a sealed value
    moved to another record does not open.
    """

    @property
    def key_version(self) -> int:
        """Version of the key that :meth:`seal` uses."""
        ...

    def seal(self, packed: bytes, *, context: bytes) -> bytes:
        """Encrypt under the current key."""
        ...

    def open(self, sealed: bytes, *, context: bytes) -> bytes:
        """Inverse of :meth:`seal`.

        Raises:
            SealBrokenError: another key, another context, or the bytes were changed.
        """
        ...


class PairScorer(Protocol):
    """Weighs pairs of records; ``mast_resolver.score.ModelScorer`` implements it.

    Weights are pure and symmetric: they depend on the two encodings and the frozen model alone, never
    on what else is stored or in what order it came: what that adds is the job of
    :class:`mast_resolver.context.Context`. ``edge_at <= review_at <= join_at <= fracture_at``.
    """

    @property
    def version(self) -> str:
        """Version of the frozen model."""
        ...

    @property
    def join_at(self) -> MatchWeight:
        """Average weight from which two groups of records are one."""
        ...

    @property
    def review_at(self) -> MatchWeight:
        """Weight from which a person should look at a pair."""
        ...

    @property
    def edge_at(self) -> MatchWeight:
        """Weight from which a pair is kept as evidence."""
        ...

    @property
    def fracture_at(self) -> MatchWeight | None:
        """Weight below which what holds an entity together is in doubt; ``None``: nobody looks at that."""
        ...

    @property
    def sources(self) -> Sources:
        """What is known about the agencies whose records these are."""
        ...

    def source(self, row: int) -> int:
        """The number in :attr:`sources` of the agency whose record is under a row number."""
        ...

    def identity(self, row: int) -> int:
        """The number under a row of which a person has only one, so that two different ones are two
        people (an NHS number); 0 if none is known."""
        ...

    def put(self, row: int, encoding: Encoding) -> None:
        """Keep an encoding under a row number, replacing what was there."""
        ...

    def drop(self, row: int) -> None:
        """Forget a row; its number may come again."""
        ...

    def weights(self, left: NDArray[np.intp], right: NDArray[np.intp]) -> NDArray[np.int64]:
        """Millibits of each pair ``(left[i], right[i])`` of rows."""
        ...

    def called(self, row: int) -> Hashable:
        """A row's given and middle names; the same for all short forms of the given name."""
        ...

    def mistaken(self, left: NDArray[np.intp], right: NDArray[np.intp]) -> Sequence[Mistaken | None]:
        """Of each pair of rows that are not called alike whether they may be two relatives, whatever
        they weigh; pure and symmetric, as weights are."""
        ...


class Mistaken(NamedTuple):
    """Why two records that weigh enough to be one person's may be those of two relatives."""

    void: MatchWeight
    """What of their weight says nothing then; not less than nothing."""
    plain: bool
    """What differs is no slip, by what is known of others."""
    reason: str


class Constraint(StrEnum):
    """What a steward decided about two records."""

    MUST = "must"
    CANNOT = "cannot"


class Decision(StrEnum):
    """What a weight says about a pair on its own."""

    SAME = "same"
    REVIEW = "review"
    DIFFERENT = "different"


@dataclass(frozen=True, slots=True)
class Upsert:
    """The record is new, or its encoding is now this one."""

    id: RecordId
    encoding: Encoding


@dataclass(frozen=True, slots=True)
class Retract:
    """The record is gone. Decisions about it stay, for it may come again."""

    id: RecordId


@dataclass(frozen=True, slots=True)
class Decide:
    """A steward's decision about a pair; ``None`` revokes it, as if it had never been taken."""

    left: RecordId
    right: RecordId
    kind: Constraint | None


Mutation = Upsert | Retract | Decide


@dataclass(frozen=True, slots=True)
class Edge:
    """Evidence between two records, ``left < right``."""

    left: RecordId
    right: RecordId
    weight: MatchWeight
    decision: Decision


class Lane(StrEnum):
    """What a person is asked about two records."""

    APART = "apart"
    """They are of different entities, which may be one."""
    DOUBT = "doubt"
    """They are of one entity, and what holds it together between them is weak."""


@dataclass(frozen=True, slots=True)
class Review:
    """Two records, ``left < right``, that a person should look at.

    ``value`` orders the queue, the greatest first; see :class:`mast_resolver.review.ReviewQueue` and
    :class:`mast_resolver.doubt.Doubts`.
    """

    left: RecordId
    right: RecordId
    value: int
    lane: Lane = Lane.APART


class Cause(StrEnum):
    """Why an entity id is no longer in use."""

    MERGE = "merge"
    SPLIT = "split"
    RETIRED = "retired"
    DECISION = "decision"


@dataclass(frozen=True, slots=True)
class Superseded:
    """An id that is no longer in use and the live ids its records went to (none: all were retracted)."""

    old: EntityId
    successors: tuple[EntityId, ...]
    cause: Cause


@dataclass(frozen=True, slots=True)
class Flip:
    """A blocking key crossed its cap; ``entities`` are those whose members changed because of it.

    ``generic`` is the side it is on now: true when it is over the cap and supports no pair any more.
    """

    rule: str
    generic: bool
    entities: tuple[EntityId, ...]


@dataclass(frozen=True, slots=True)
class Changes:
    """What one call changed, each list in canonical order, to be stored in one transaction."""

    assigned: tuple[tuple[RecordId, EntityId], ...] = ()
    """Records that are new or belong to another entity than before."""
    unassigned: tuple[RecordId, ...] = ()
    """Records that were retracted."""
    created: tuple[EntityId, ...] = ()
    superseded: tuple[Superseded, ...] = ()
    evidence_added: tuple[Edge, ...] = ()
    """Evidence that is new or weighs something else than before."""
    evidence_removed: tuple[tuple[RecordId, RecordId], ...] = ()
    review_added: tuple[Review, ...] = ()
    """Pairs that came into the review queue or changed their place in it."""
    review_removed: tuple[tuple[RecordId, RecordId], ...] = ()
    flips: tuple[Flip, ...] = ()


@dataclass(frozen=True, slots=True)
class LookAlikes:
    """Records that are too much like too many others; none of them is lost, but few find each other."""

    uncompared: int
    """Every blocking key of theirs is generic: they are compared with nobody."""
    cut: int
    """They were clustered in a region so large that it was cut along its weakest evidence."""


@dataclass(frozen=True, slots=True)
class Hits:
    """What a search found, best first; ``more`` when others fit too, or may: not everybody was compared."""

    best: list[Hit]
    more: bool


@dataclass(frozen=True, slots=True)
class Hit:
    """One entity found by a search, through the record of it that fits best."""

    record: RecordId
    entity: EntityId
    weight: MatchWeight
