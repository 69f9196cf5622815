"""Ids that stay, and lineage for those that go."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.plain_resolver import numbered_ids

from mast_resolver.identity import Identities, assign
from mast_resolver.ports import Cause
from mast_resolver.records import EntityId, RecordId


def given_to(
    old: dict[str, str], clusters: list[str], decided: AbstractSet[RecordId] = frozenset()
) -> Identities:
    """Records are single letters, entities and clusters are words of them."""
    return assign(
        {EntityId(entity): set(map(RecordId, records)) for entity, records in old.items()},
        [[RecordId(record) for record in cluster] for cluster in clusters],
        new_id=numbered_ids(100),
        decided=decided,
    )


NEW = "P-000100"


@pytest.mark.parametrize(
    ("old", "clusters", "ids"),
    [
        pytest.param({}, ["ab"], [NEW], id="somebody new gets a new id"),
        pytest.param({"P-1": "ab"}, ["abc"], ["P-1"], id="who gains a record keeps the id"),
        pytest.param({"P-1": "abc"}, ["ab", "c"], ["P-1", NEW], id="the larger part keeps the id"),
        pytest.param(
            {"P-1": "abcd"}, ["ac", "bd"], ["P-1", NEW], id="of equal parts the smallest record decides"
        ),
        pytest.param({"P-1": "a", "P-2": "bc"}, ["abc"], ["P-2"], id="the entity with more records stays"),
        pytest.param(
            {"P-2": "ab", "P-1": "cd"}, ["abcd"], ["P-1"], id="of equal entities the smallest id stays"
        ),
        pytest.param(
            {"P-1": "abcde", "P-2": "fghijklm"},
            ["ab", "cdefghijklm"],
            [NEW, "P-2"],
            id="an id never moves to a smaller share of its records",
        ),
    ],
)
def test_ids_follow_records(old: dict[str, str], clusters: list[str], ids: list[str]) -> None:
    assert list(given_to(old, clusters).ids) == ids


@pytest.mark.parametrize(
    ("old", "clusters", "decided", "lineage"),
    [
        pytest.param({"P-1": "a", "P-2": "bc"}, ["abc"], "", ("P-1", ("P-2",), Cause.MERGE), id="merged"),
        pytest.param(
            {"P-1": "abcde", "P-2": "fghijklm"},
            ["ab", "cdefghijklm"],
            "",
            ("P-1", (NEW, "P-2"), Cause.SPLIT),
            id="split over two others",
        ),
        pytest.param({"P-1": "a"}, [], "", ("P-1", (), Cause.RETIRED), id="all records retracted"),
        pytest.param(
            {"P-1": "a", "P-2": "bc"}, ["abc"], "b", ("P-1", ("P-2",), Cause.DECISION), id="by a steward"
        ),
    ],
)
def test_a_vanished_id_says_where_its_records_went(
    old: dict[str, str], clusters: list[str], decided: str, lineage: tuple[str, tuple[str, ...], Cause]
) -> None:
    (superseded,) = given_to(old, clusters, set(map(RecordId, decided))).superseded
    assert (superseded.old, superseded.successors, superseded.cause) == lineage


LABELS = st.lists(st.integers(0, 4), min_size=8, max_size=8)


@given(before=LABELS, after=st.lists(st.integers(0, 4) | st.none(), min_size=8, max_size=8))
def test_every_old_id_lives_on_or_has_all_its_successors(before: list[int], after: list[int | None]) -> None:
    records = [RecordId(letter) for letter in "abcdefgh"]
    old = {
        EntityId(f"P-{label}"): {r for r, each in zip(records, before, strict=True) if each == label}
        for label in set(before)
    }
    labels = sorted({label for label in after if label is not None}, key=after.index)
    clusters = [[r for r, each in zip(records, after, strict=True) if each == label] for label in labels]
    result = assign(old, clusters, new_id=numbered_ids(100))
    assert len(set(result.ids)) == len(clusters)
    assert set(result.created) == set(result.ids) - set(old)
    assert {each.old for each in result.superseded} == set(old) - set(result.ids)
    for each in result.superseded:
        went = {i for i, c in zip(result.ids, clusters, strict=True) if not old[each.old].isdisjoint(c)}
        assert set(each.successors) == went
    for entity, cluster in zip(result.ids, clusters, strict=True):
        if set(cluster) in old.values():
            assert old[entity] == set(cluster)
