"""Changes to who matches whom: what another model made of the same records, in counts and patterns."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from mast_resolver.mistakes import Look, Pattern, disagreed, patterns
from mast_resolver.records import EntityId, RecordId

Entities = Mapping[RecordId, EntityId]


class Fate(StrEnum):
    """What became of an entity when everything was weighed anew."""

    UNCHANGED = "unchanged"
    MERGED = "merged"
    """All its records are in one entity, with records of others."""
    SPLIT = "split"
    """Its records are in several entities, none of which has records of others."""
    REGROUPED = "regrouped"
    """Its records are in several entities, some of which have records of others."""


@dataclass(frozen=True, slots=True)
class Went:
    """So many records of an entity of before belong to that one now."""

    old: EntityId
    new: EntityId
    records: int
    fate: Fate


@dataclass(frozen=True, slots=True)
class AgencyChanges:
    """What changed for one agency: its records, those of them with another entity id, and how many
    entities of before it had records in, by what became of them."""

    records: int
    moved: int
    entities: Mapping[Fate, int]


@dataclass(frozen=True, slots=True)
class Migration:
    """The report. Only records count that were there before and still are."""

    records: int
    moved: int
    """Records that have another entity id than before."""
    before: int
    """Entities there were."""
    after: int
    """Entities there are now."""
    entities: Mapping[Fate, int]
    """Entities of before, by what became of them."""
    agencies: Mapping[str, AgencyChanges]
    joined: Sequence[Pattern]
    """Pairs of records that became one entity, by the levels that their fields reach."""
    parted: Sequence[Pattern]
    """Pairs of records that are no longer one entity."""
    went: Sequence[Went]
    """Where the records of every entity that changed went."""

    @property
    def changes_nothing(self) -> bool:
        """Whether everybody is who they were."""
        return not self.went


def migration(
    before: Entities, after: Entities, *, agencies: Mapping[RecordId, str], look: Look
) -> Migration:
    """Compare who was who with who is who; ``look`` says what speaks for and against a pair now.

    Example:
        >>> one, other = RecordId("r1"), RecordId("r2")
        >>> was = {one: EntityId("P-1"), other: EntityId("P-2")}
        >>> now = {one: EntityId("P-1"), other: EntityId("P-1")}
        >>> found = migration(was, now, agencies=dict.fromkeys(was, "police"), look=lambda *_: ((), True))
        >>> found.entities[Fate.MERGED], found.moved, found.joined[0].pairs
        (2, 1, 1)
    """
    was = {record: entity for record, entity in before.items() if record in after}
    now = {record: after[record] for record in was}
    shares = _shares(was, now)
    fates = _fates(shares)
    changed = {entity for entity, fate in fates.items() if fate is not Fate.UNCHANGED}
    concerned = sorted(record for record, entity in was.items() if entity in changed)
    old = {record: was[record] for record in concerned}
    new = {record: now[record] for record in concerned}
    return Migration(
        records=len(was),
        moved=sum(now[record] != entity for record, entity in was.items()),
        before=len(fates),
        after=len(set(now.values())),
        entities=_counted(fates.values()),
        agencies=_by_agency(was, now, fates, agencies),
        joined=patterns(disagreed(new, old), look),
        parted=patterns(disagreed(old, new), look),
        went=tuple(
            Went(entity, each, count, fates[entity])
            for entity in sorted(changed)
            for each, count in sorted(shares[entity].items())
        ),
    )


def _shares(was: Entities, now: Entities) -> dict[EntityId, Counter[EntityId]]:
    """How many records of each entity of before are in which one now."""
    shares: dict[EntityId, Counter[EntityId]] = defaultdict(Counter)
    for record, entity in was.items():
        shares[entity][now[record]] += 1
    return shares


def _fates(shares: Mapping[EntityId, Mapping[EntityId, int]]) -> dict[EntityId, Fate]:
    sources = Counter(entity for parts in shares.values() for entity in parts)
    fates = {}
    for entity, parts in shares.items():
        alone = all(sources[each] == 1 for each in parts)
        if len(parts) == 1:
            fates[entity] = Fate.UNCHANGED if alone else Fate.MERGED
        else:
            fates[entity] = Fate.SPLIT if alone else Fate.REGROUPED
    return fates


def _by_agency(
    was: Entities, now: Entities, fates: Mapping[EntityId, Fate], agencies: Mapping[RecordId, str]
) -> dict[str, AgencyChanges]:
    records: Counter[str] = Counter()
    moved: Counter[str] = Counter()
    entities: dict[str, set[EntityId]] = defaultdict(set)
    for record, entity in was.items():
        agency = agencies[record]
        records[agency] += 1
        moved[agency] += now[record] != entity
        entities[agency].add(entity)
    return {
        agency: AgencyChanges(
            records[agency], moved[agency], _counted(fates[entity] for entity in entities[agency])
        )
        for agency in sorted(records)
    }


def _counted(fates: Iterable[Fate]) -> dict[Fate, int]:
    counts = Counter(fates)
    return {fate: counts[fate] for fate in Fate}
