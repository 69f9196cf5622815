"""Former names in a gazetteer: a changed postcode, a renamed street; never the name of a neighbour."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

import pytest
from tests.intake.test_gazetteer import read, rules

from mast_intake.gazetteer.records import GazetteerEncoder
from mast_intake.keys import KeyRing

HEADER = "uprn,address,postcode,logical_status"
NOW = '14,"14 High Street, Walsall",WS1 1AA,1'
NEXT_DOOR = '16,"16 High Street, Walsall",WS1 1AA,1'


def told_of(folder: Path, *rows: str) -> tuple[list[tuple[str, str, bool]], int, list[tuple[int, str, str]]]:
    """Number, postcode and whether it is another name, of all that is used; what is passed over; rejects."""
    found, rejects, told = read(folder, HEADER, *rows)
    used = sorted((each.uprn, each.place.postcode, each.also) for each in found)
    return used, told.passed_over, rules(rejects)


@pytest.mark.parametrize(
    "former",
    [
        pytest.param('14,"14 High Street, Walsall",WS1 9ZZ,8', id="another postcode"),
        pytest.param('14,"14 Workhouse Lane, Walsall",WS1 9ZZ,8', id="another street"),
        pytest.param('14,"Rose Cottage, High Street, Walsall",WS1 9ZZ,8', id="a name"),
        pytest.param('14,"12 High Street, Walsall",WS1 9ZZ,8', id="another number"),
    ],
)
def test_a_former_name_is_another_name_of_its_property_in_any_order(tmp_path: Path, former: str) -> None:
    for rows in permutations((NOW, former, NEXT_DOOR)):
        used, passed_over, rejected = told_of(tmp_path, *rows)
        assert used == [("14", "WS11AA", False), ("14", "WS19ZZ", True), ("16", "WS11AA", False)]
        assert (passed_over, rejected) == (0, [])


def test_the_name_of_a_house_is_not_that_of_the_flat_which_kept_its_number(tmp_path: Path) -> None:
    house = '17,"18 High Street, Walsall",WS1 1AA,8'
    flats = [f'{each},"Flat {each - 16}, 18 High Street, Walsall",WS1 1AA,1' for each in (17, 18)]
    for rows in permutations((house, *flats)):
        used, passed_over, rejected = told_of(tmp_path, *rows)
        assert used == [("17", "WS11AA", False), ("18", "WS11AA", False)]
        assert (passed_over, rejected) == (1, [])


@pytest.mark.parametrize(
    "former",
    [
        pytest.param(['14,"16 High Street, Walsall",WS1 1AA,8'], id="the neighbour has it now"),
        pytest.param(
            ['14,"16 High Street, Walsall",WS1 9ZZ,8'], id="the neighbour has it but for the postcode"
        ),
        pytest.param(['14,"16 Low Road, Walsall",WS1 1AA,8'], id="the neighbour has its number and postcode"),
        pytest.param(['99,"99 High Street, Walsall",WS1 1AA,8'], id="its property is no more"),
        pytest.param([f'{each},"1 Mill Lane, Walsall",WS1 9ZZ,8' for each in (14, 16)], id="two had it"),
        pytest.param(['14,"High Street, Walsall",,8'], id="it names no place"),
        pytest.param(['none,"14 High Street, Walsall",WS1 9ZZ,8'], id="its number is none"),
    ],
)
def test_what_may_be_anybody_elses_is_passed_over_in_any_order(tmp_path: Path, former: list[str]) -> None:
    for rows in permutations((NOW, NEXT_DOOR, *former)):
        used, passed_over, rejected = told_of(tmp_path, *rows)
        assert used == [("14", "WS11AA", False), ("16", "WS11AA", False)]
        assert (passed_over, rejected) == (len(former), [])


def test_of_two_rows_that_stand_one_is_another_name_where_only_postcode_or_street_differ(
    tmp_path: Path,
) -> None:
    for second in ('14,"14 High Street, Walsall",WS1 9ZZ,', '14,"14 Workhouse Lane, Walsall",WS1 1AA,'):
        used, _, rejected = told_of(tmp_path, NOW, second)
        assert ([(uprn, also) for uprn, _, also in used], rejected) == ([("14", False), ("14", True)], [])


@pytest.mark.parametrize(
    "second",
    [
        pytest.param('14,"15 High Street, Walsall",WS1 1AA,', id="another house"),
        pytest.param('14,"Flat 1, 14 High Street, Walsall",WS1 1AA,', id="a flat of it"),
        pytest.param('14,"14 High Street, Dudley",DY1 1AA,', id="another town"),
        pytest.param('14,"14 Low Road, Walsall",WS1 9ZZ,', id="street and postcode"),
    ],
)
def test_two_rows_that_stand_are_no_one_property_by_a_mistaken_number(tmp_path: Path, second: str) -> None:
    used, _, rejected = told_of(tmp_path, NOW, second)
    assert [uprn for uprn, _, _ in used] == ["14"]
    assert rejected == [(3, "uprn", "duplicate_uprn")]


def test_a_second_name_that_a_neighbour_has_is_refused(tmp_path: Path) -> None:
    second, other = '14,"14 Workhouse Lane, Walsall",WS1 1AA,', '17,"14 Workhouse Lane, Walsall",WS1 2BB,1'
    used, _, rejected = told_of(tmp_path, NOW, second, other)
    assert [(uprn, also) for uprn, _, also in used] == [("14", False), ("17", False)]
    assert rejected == [(3, "uprn", "duplicate_uprn")]


def test_each_former_name_is_a_record_of_its_own_with_one_number(tmp_path: Path, ring: KeyRing) -> None:
    former = [f'14,"14 High Street, Walsall",WS1 {each}ZZ,8' for each in range(3)]
    found, _, _ = read(tmp_path, HEADER, NOW, *former)
    records = [GazetteerEncoder(ring).record(each) for each in found]
    assert len({record.id for record in records}) == 4
    assert len({record.lookup["uprn"] for record in records}) == 1
