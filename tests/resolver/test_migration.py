"""The report of who matches whom differently, from two labellings of the same records."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.resolver.conftest import Person

from mast_resolver.migration import Fate, Migration, Went, migration
from mast_resolver.model import read_model
from mast_resolver.records import EntityId, RecordId
from mast_resolver.resolver import Resolver, Upsert
from mast_resolver.score import ModelScorer

LABELS = st.dictionaries(
    st.integers(0, 12).map(lambda number: RecordId(f"r{number:02}")),
    st.tuples(st.integers(0, 4), st.integers(0, 4)),
    max_size=13,
)


def compared(before: str, after: str) -> Migration:
    """``"aab"``: two records of a, one of b; the first record is police's, the others fire's."""
    was, now = (
        {RecordId(f"r{at}"): EntityId(entity) for at, entity in enumerate(labels) if entity != "-"}
        for labels in (before, after)
    )
    agencies = {record: "police" if record == "r0" else "fire" for record in was}
    return migration(was, now, agencies=agencies, look=lambda *_: ((), False))


@pytest.mark.parametrize(
    ("before", "after", "fates", "moved"),
    [
        pytest.param("aab", "aab", {Fate.UNCHANGED: 2}, 0, id="nothing"),
        pytest.param("aab", "aaa", {Fate.MERGED: 2}, 1, id="two become one"),
        pytest.param("aab", "acb", {Fate.SPLIT: 1, Fate.UNCHANGED: 1}, 1, id="one becomes two"),
        pytest.param("aab", "abb", {Fate.REGROUPED: 1, Fate.MERGED: 1}, 1, id="a part goes to another"),
        pytest.param("aab", "aa-", {Fate.UNCHANGED: 1}, 0, id="who is gone does not count"),
        pytest.param("aa-", "aab", {Fate.UNCHANGED: 1}, 0, id="who is new does not count"),
        pytest.param("aab", "ccb", {Fate.UNCHANGED: 2}, 2, id="another id alone is no other person"),
    ],
)
def test_what_became_of_entities(before: str, after: str, fates: dict[Fate, int], moved: int) -> None:
    found = compared(before, after)
    assert {fate: count for fate, count in found.entities.items() if count} == fates
    assert found.moved == moved


def test_where_records_went_and_whose_they_were() -> None:
    found = compared("aabb", "acbb")
    assert found.went == (
        Went(EntityId("a"), EntityId("a"), 1, Fate.SPLIT),
        Went(EntityId("a"), EntityId("c"), 1, Fate.SPLIT),
    )
    police, fire = found.agencies["police"], found.agencies["fire"]
    assert (police.records, police.moved, police.entities[Fate.SPLIT]) == (1, 0, 1)
    assert (fire.records, fire.moved, fire.entities[Fate.SPLIT], fire.entities[Fate.UNCHANGED]) == (
        3,
        1,
        1,
        1,
    )
    assert [(each.pairs, each.levels) for each in found.parted] == [(1, ())]
    assert not found.joined


@given(labels=LABELS)
def test_counts_add_up_whatever_changed(labels: dict[RecordId, tuple[int, int]]) -> None:
    was = {record: EntityId(f"P-{old}") for record, (old, _) in labels.items()}
    now = {record: EntityId(f"P-{new}") for record, (_, new) in labels.items()}
    found = migration(was, now, agencies=dict.fromkeys(labels, "fire"), look=lambda *_: ((), False))
    assert sum(found.entities.values()) == found.before == len(set(was.values()))
    assert found.after == len(set(now.values()))
    went = Counter[EntityId]()
    for each in found.went:
        went[each.old] += each.records
    sizes = Counter(was.values())
    assert all(went[entity] == sizes[entity] for entity in went)
    parted = sum(one != other for one, other in _pairs(was, now))
    joined = sum(one != other for one, other in _pairs(now, was))
    assert (sum(each.pairs for each in found.parted), sum(each.pairs for each in found.joined)) == (
        parted,
        joined,
    )
    assert found.changes_nothing == (parted == joined == 0)


def _pairs(
    together: dict[RecordId, EntityId], other: dict[RecordId, EntityId]
) -> list[tuple[EntityId, EntityId]]:
    """For pairs that the one has together, what the other says of both."""
    records = sorted(together)
    return [
        (other[one], other[two])
        for at, one in enumerate(records)
        for two in records[at + 1 :]
        if together[one] == together[two]
    ]


def test_patterns_say_what_agrees_and_no_value(person: Person) -> None:
    scorer = ModelScorer(read_model("person"))
    numbers = iter(range(9))
    resolver = Resolver(scorer, new_id=lambda: EntityId(f"P-{next(numbers)}"))
    home = {"address": "14 high street", "postcode": "WS1 1AA"}
    one, other = RecordId("r1"), RecordId("r2")
    resolver.apply(
        [Upsert(each, person("ann", "leeson", birth="1983-08-06", **home)) for each in (one, other)]
    )
    before = {one: EntityId("P-7"), other: EntityId("P-8")}
    found = migration(
        before,
        resolver.entities(),
        agencies=dict.fromkeys(before, "fire"),
        look=resolver.explainer(scorer.explain).parts,
    )
    (pattern,) = found.joined
    assert dict(pattern.levels)["family_name"] == "exact"
    assert (pattern.pairs, pattern.blocked) == (1, 1)
    assert pattern.bits > 10
    for value in ("ann", "leeson", "1983", "high"):
        assert value not in repr(found)
