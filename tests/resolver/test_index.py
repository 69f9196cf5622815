"""Blocking: who is compared with whom, and what a key that becomes common changes."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mast_resolver import blocking
from mast_resolver.errors import UnknownNameError
from mast_resolver.index import BlockingIndex
from mast_resolver.records import PERSON_TOKENS, BlockingKey, Kind, Token


def key(value: int, rule: str = "email") -> BlockingKey:
    return BlockingKey(rule, Token(value.to_bytes(8, "big")))


def pairs(index: BlockingIndex, rows: list[int], numbers: tuple[int, ...] = ()) -> list[tuple[int, int]]:
    left, right = index.pairs(rows, numbers)
    return list(zip(left.tolist(), right.tolist(), strict=True))


def test_records_that_share_a_key_are_a_pair_once() -> None:
    index = BlockingIndex(cap=5)
    index.put(7, [key(1), key(2)])
    index.put(3, [key(2), key(1)])
    index.put(5, [key(9)])
    assert pairs(index, [7, 3, 5]) == [(3, 7)]


def test_the_same_token_under_two_rules_is_two_keys() -> None:
    index = BlockingIndex(cap=5)
    index.put(0, [key(1, "email")])
    index.put(1, [key(1, "phone")])
    assert pairs(index, [0, 1]) == []


def test_a_key_over_the_cap_supports_no_pair_and_is_reported() -> None:
    index = BlockingIndex(cap=2)
    for row in range(2):
        index.put(row, [key(1)])
    assert index.settle().generic == ()
    index.put(2, [key(1)])
    flips = index.settle()
    assert [index.rule(number) for number in flips.generic] == ["email"]
    assert (pairs(index, [0, 1, 2]), index.supports(0, 1)) == ([], False)


def test_a_key_back_under_the_cap_is_reported_and_gives_all_its_pairs() -> None:
    index = BlockingIndex(cap=2)
    for row in range(3):
        index.put(row, [key(1)])
    index.settle()
    index.put(1, [])
    flips = index.settle()
    assert pairs(index, [], flips.selective) == [(0, 2)]


def test_a_key_that_crosses_the_cap_and_comes_back_in_one_call_did_not_flip() -> None:
    index = BlockingIndex(cap=1)
    index.put(0, [key(1)])
    index.settle()
    index.put(1, [key(1)])
    index.put(1, [])
    flips = index.settle()
    assert (flips.generic, flips.selective) == ((), ())


def test_a_generic_key_that_everybody_left_at_once_is_forgotten_without_a_flip() -> None:
    index = BlockingIndex(cap=1)
    for row in range(3):
        index.put(row, [key(1)])
    index.settle()
    for row in range(3):
        index.put(row, [])
    assert index.settle().selective == ()
    index.put(4, [key(2)])
    assert index.find([key(1)], at_most=9) == ([], False)
    assert index.find([key(2)], at_most=9) == ([4], False)


def test_a_search_meets_generic_keys_too_but_the_rare_ones_first() -> None:
    index = BlockingIndex(cap=2)
    for row in range(10):
        index.put(row, [key(1)])
    index.put(10, [key(2)])
    found, more = index.find([key(1), key(2), key(3), key(1, "never seen")], at_most=4)
    assert (found[0], len(found), more) == (10, 4, True)
    assert index.find([key(1), key(2)], at_most=11) == ([10, *range(10)], False)


@pytest.mark.parametrize("at_most", [1, 2, 3, 4, 9])
def test_a_search_is_as_if_the_rows_left_out_had_never_been(at_most: int) -> None:
    everybody, without = BlockingIndex(cap=2), BlockingIndex(cap=2)
    hidden = (0, 1, 5)
    # With those who are hidden the first key is the commoner one, without them the rarer.
    keys = {0: [1], 1: [1], 2: [1], 3: [2], 4: [2], 5: [1, 2], 6: [1, 2]}
    for row, numbers in keys.items():
        everybody.put(row, [key(number) for number in numbers])
        without.put(row, [key(number) for number in numbers] if row not in hidden else [])
    asked = [key(1), key(2)]
    assert everybody.find(asked, at_most=at_most, but=hidden) == without.find(asked, at_most=at_most)


def test_two_keys_that_count_only_with_another_count_together_and_one_of_them_never() -> None:
    index = BlockingIndex(cap=3)
    index.put(0, [key(1, "postcode_year"), key(2, "dob_postcode"), key(3)])
    index.put(1, [key(1, "postcode_year"), key(2, "dob_postcode")])
    index.put(2, [key(1, "postcode_year"), key(3)])
    # All at once, each beside what was there, and one of those that were there.
    for rows in ([0, 1, 2], [0], [0, 1], [2, 0]):
        assert pairs(index, rows) == [(0, 1), (0, 2)]
    assert pairs(index, [1]) == [(0, 1)]
    assert (index.supports(0, 1), index.supports(0, 2), index.supports(1, 2)) == (True, True, False)


def test_such_a_key_that_comes_back_under_the_cap_gives_those_that_share_another_one() -> None:
    index = BlockingIndex(cap=2)
    index.put(0, [key(1, "postcode_year"), key(2, "dob_postcode")])
    index.put(1, [key(1, "postcode_year"), key(2, "dob_postcode")])
    index.put(2, [key(1, "postcode_year")])
    assert index.settle().generic
    assert pairs(index, [0, 1, 2]) == []
    index.put(1, [key(2, "dob_postcode")])
    assert pairs(index, [], index.settle().selective) == []
    index.put(2, [])
    index.put(1, [key(1, "postcode_year"), key(2, "dob_postcode")])
    assert pairs(index, [1]) == [(0, 1)]
    index.put(2, [key(1, "postcode_year")])
    index.settle()
    index.put(2, [])
    assert pairs(index, [], index.settle().selective) == [(0, 1)]


ROWS = st.dictionaries(st.integers(0, 9), st.lists(st.integers(0, 4), max_size=4), max_size=10)


OF_VALUE = ("email", "phone", "nid", "postcode_year", "dob_postcode")


@given(before=ROWS, after=ROWS, fresh=st.sets(st.integers(0, 9)), cap=st.integers(1, 4))
def test_pairs_and_flips_are_those_of_the_counts_now(
    before: dict[int, list[int]], after: dict[int, list[int]], fresh: set[int], cap: int
) -> None:
    index = BlockingIndex(cap=cap)
    for row, values in before.items():
        index.put(row, [key(value, OF_VALUE[value]) for value in values])
    index.settle()
    for row in range(10):
        index.put(row, [key(value, OF_VALUE[value]) for value in after.get(row, [])])
    flips = index.settle()
    holders = [
        {value: {r for r, values in each.items() if value in values} for value in range(5)}
        for each in (before, after)
    ]
    generic = [value for value in range(5) if len(holders[0][value]) <= cap < len(holders[1][value])]
    selective = [value for value in range(5) if 0 < len(holders[1][value]) <= cap < len(holders[0][value])]
    assert sorted(map(list, map(index.rows, flips.generic))) == sorted(sorted(holders[1][v]) for v in generic)
    assert sorted(map(list, map(index.rows, flips.selective))) == sorted(
        sorted(holders[1][v]) for v in selective
    )
    shared = {
        pair: [value for value, rows in holders[1].items() if len(rows) <= cap and rows.issuperset(pair)]
        for pair in combinations(range(10), 2)
    }
    supported = {
        pair
        for pair, values in shared.items()
        if len(values) > 1 or any(OF_VALUE[value] not in blocking.SECOND for value in values)
    }
    for pair in combinations(range(10), 2):
        assert index.supports(*pair) == (pair in supported)
    assert pairs(index, list(range(10))) == sorted(supported)
    assert pairs(index, list(fresh)) == sorted(pair for pair in supported if fresh.intersection(pair))
    assert pairs(index, [], flips.selective) == sorted(
        pair for pair in supported if set(shared[pair]).intersection(selective)
    )


def test_blocking_rules_have_unique_names_and_known_ingredients() -> None:
    names = [rule.name for rule in blocking.RULES]
    assert len(names) == len(set(names))
    derived = {"phonetic_given", "phonetic_canonical", "phonetic_family", "name_start", "address_word"}
    for rule in blocking.rules(Kind.PERSON):
        assert set(rule.ingredients) <= derived | set(PERSON_TOKENS)
        assert set(rule.unordered) <= set(rule.ingredients)
        assert {field for field, _ in rule.variants} <= set(rule.ingredients)


def test_an_unknown_blocking_rule_is_named_as_such() -> None:
    assert blocking.rule("email").kind is Kind.PERSON
    with pytest.raises(UnknownNameError, match="MAST-201"):
        blocking.rule("shoe_size")
