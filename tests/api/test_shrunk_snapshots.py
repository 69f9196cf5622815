"""A snapshot that would withdraw most of its feed is refused before anything of it is loaded."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from tests.town import Town

from mast_api.loading import Loaded, load_source
from mast_api.shrinking import FEW
from mast_resolver.errors import SnapshotShrunkError
from mast_resolver.records import FOREVER

pytestmark = pytest.mark.graph

Load = Callable[..., Loaded]

PEOPLE = """agency: housing
agreement: mash-2026
mode: snapshot
fields: {record_id: id, given_name: g, family_name: f}
"""
FIRES = """agency: fire
agreement: mash-2026
mode: snapshot
fields:
  record_id: id
  address: at
  contact_type: {constant: FIRE_INCIDENT}
  contact_at: {column: day, format: "%d/%m/%Y"}
"""


def tenants(numbers: Iterable[int]) -> str:
    return "id,g,f\n" + "".join(f"{number},Ann,Lee{chr(97 + number % 26)}\n" for number in numbers)


def fires(numbers: Iterable[int]) -> str:
    return "id,at,day\n" + "".join(f"{n},{n} Mill Lane Walsall WS2 2BB,01/07/2026\n" for n in numbers)


@pytest.fixture
def load(town: Town, tmp_path: Path) -> Load:
    def load(source: str, rows: str, *, allow_shrink: bool = False) -> Loaded:
        (tmp_path / "feed.yaml").write_text(source, "utf-8")
        (tmp_path / "feed.csv").write_text(rows, "utf-8")
        return load_source(
            town.store,
            town._lease,
            town.keys,
            tmp_path / "feed.yaml",
            [tmp_path / "feed.csv"],
            rejects_folder=tmp_path,
            allow_shrink=allow_shrink,
        )

    return load


def records(town: Town) -> int:
    return sum(town.store.read("read.state_record_count", forever=FOREVER)[0]["persons"])


def test_a_snapshot_without_most_of_its_feed_changes_nothing_until_it_is_said_to_be_meant(
    town: Town, load: Load
) -> None:
    load(PEOPLE, tenants(range(60)))
    with pytest.raises(
        SnapshotShrunkError, match=r"(?s)of the 60 records of .* lacks 31.*--allow-shrink"
    ) as refused:
        load(PEOPLE, tenants(range(31, 62)))
    assert "Lee" not in str(refused.value)
    assert records(town) == 60
    assert load(PEOPLE, tenants(range(31, 62)), allow_shrink=True).counts.records_retracted == 31
    assert records(town) == 31
    assert load(PEOPLE, tenants(range(31, 62))).unchanged


def test_as_many_rows_of_others_are_no_better(town: Town, load: Load) -> None:
    load(PEOPLE, tenants(range(60)))
    with pytest.raises(SnapshotShrunkError, match="lacks 60"):
        load(PEOPLE, tenants(range(100, 160)))
    assert records(town) == 60


def test_half_of_a_feed_and_a_few_of_a_short_one_may_go(load: Load) -> None:
    load(PEOPLE, tenants(range(60)))
    assert load(PEOPLE, tenants(range(30, 60))).counts.records_retracted == 30
    load(PEOPLE, tenants(range(FEW + 1, FEW + 11)), allow_shrink=True)
    assert load(PEOPLE, tenants([FEW + 1])).counts.records_retracted == 9


def test_a_feed_of_places_and_events_is_held_against_the_rows_of_the_last_one(load: Load) -> None:
    load(FIRES, fires(range(50)))
    with pytest.raises(SnapshotShrunkError, match="of the 50 rows"):
        load(FIRES, fires(range(10)))
    assert load(FIRES, fires(range(10)), allow_shrink=True).counts.contacts_retracted == 40
    load(FIRES, fires(range(12)))
