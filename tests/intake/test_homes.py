"""Where a row says that its person lives: one night, ends that cannot be used, and what a delta replaces."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from mast_intake.rejects import Rejects
from mast_intake.rows import SourceRow
from mast_resolver.records import FOREVER, Batch, EntityId, Move
from mast_resolver.residence import Stay, settled

Encode = Callable[..., list[Batch]]
Rows = Callable[..., tuple[list[SourceRow], Rejects]]

SOURCE = """
agency: housing
agreement: mash-2026
mode: snapshot
fields:
  record_id: id
  family_name: name
  address: address
  valid_from: {column: from, format: ["%d/%m/%Y %H:%M", "%d/%m/%Y"]}
  valid_to: {column: to, format: ["%d/%m/%Y %H:%M", "%d/%m/%Y"]}
  contact_type: {column: type, values: {V: SAFE_AND_WELL_VISIT}}
  contact_at: {column: at, format: "%d/%m/%Y"}
"""
DELTA = SOURCE.replace("snapshot", "delta") + "operation: op\n"
HEADER = "id,name,address,from,to,type,at"
HIGH = "1,Lee,1 High Street Walsall"


def utc(year: int, month: int, day: int, hour: int = 0, second: int = 0) -> dt.datetime:
    return dt.datetime(year, month, day, hour, 0, second, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("dates", "end"),
    [
        pytest.param("01/01/2020,01/01/2020", utc(2020, 1, 2), id="one night"),
        pytest.param("01/07/2020,01/07/2020", utc(2020, 7, 1, 23), id="one night in summer, local time"),
        pytest.param("01/01/2020 15:00,01/01/2020", utc(2020, 1, 2), id="the hour is said of the start only"),
        pytest.param("01/01/2020,03/01/2020", utc(2020, 1, 3), id="the day of leaving"),
        pytest.param("01/01/2020,", FOREVER, id="no end"),
        pytest.param("01/01/2020,ongoing", FOREVER, id="what is no date at all"),
    ],
)
def test_an_end_on_the_day_of_the_start_is_that_day(batches: Encode, dates: str, end: dt.datetime) -> None:
    (batch,) = batches(SOURCE, f"{HEADER}\n{HIGH},{dates},,\n")
    (home,) = batch.residences
    assert home.valid_to == end
    assert home.valid_from < home.valid_to
    assert home.feed == "housing/people"


@pytest.mark.parametrize(
    ("dates", "rule"),
    [
        pytest.param("01/01/2020,31/04/2020", "date_unreadable", id="a day that does not exist"),
        pytest.param("01/01/2020,31/12/2019", "interval_reversed", id="before the start"),
        pytest.param(",31/04/2020", "date_unreadable", id="no start either"),
    ],
)
def test_an_end_that_cannot_be_used_ends_with_the_last_sighting_or_all_is_void(
    batches: Encode, rows: Rows, dates: str, rule: str
) -> None:
    _, rejects = rows(SOURCE, f"{HEADER}\n{HIGH},{dates},,\n")
    assert [(each.field, each.rule.value) for each in rejects.first] == [("valid_to", rule)]
    (void,) = batches(SOURCE, f"{HEADER}\n{HIGH},{dates},,\n")
    assert (len(void.records), void.residences) == (2, ())
    (seen,) = batches(SOURCE, f"{HEADER}\n{HIGH},{dates},V,05/02/2020\n")
    assert seen.residences[0].valid_to == utc(2020, 2, 5, second=1)
    if not dates.startswith(","):
        (before,) = batches(SOURCE, f"{HEADER}\n{HIGH},{dates},V,05/02/2019\n")
        assert before.residences == ()


def moves(found: list[Batch]) -> list[Move]:
    assert not any(batch.residences and batch.moves for batch in found)
    return [move for batch in found for move in batch.moves]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        pytest.param(f"{HIGH},01/01/2020,,,", (True, None, False), id="a home"),
        pytest.param("1,Lee,,,,,", (False, None, False), id="none"),
        pytest.param("1,Lee,,01/01/2020,,,", (False, utc(2020, 1, 1), False), id="none since"),
        pytest.param(f"{HIGH},01/01/2020,,V,05/02/2020", (True, None, True), id="an event, with a start"),
        pytest.param(f"{HIGH},,,V,05/02/2020", None, id="an event without"),
        pytest.param("1,Lee,,,,V,05/02/2020", None, id="an event without an address"),
        pytest.param(f"1,Lee,{'1 High Street ' * 60},,,,", None, id="an address that cannot be read"),
    ],
)
def test_a_row_of_a_delta_says_all_of_its_homes(
    batches: Encode, line: str, said: tuple[bool, dt.datetime | None, bool] | None
) -> None:
    found = moves(batches(DELTA, f"{HEADER},op\n{line},add\n"))
    assert [(move.home is not None, move.since, move.earlier) for move in found] == ([said] if said else [])


def test_a_delta_that_has_no_addresses_says_nothing_of_homes(batches: Encode) -> None:
    source = DELTA.replace("  address: address\n", "") + "ignore: [address]\n"
    assert moves(batches(source, f"{HEADER},op\n{HIGH},01/01/2020,,,,add\n")) == []


def test_one_that_lapsed_ends_when_somebody_moved_before() -> None:
    high = Stay(EntityId("A-1"), utc(2020, 1, 1), utc(2021, 1, 1), utc(2026, 4, 8), lapsed=True)
    low = Stay(EntityId("A-2"), utc(2023, 1, 1), utc(2026, 4, 8))
    other = Stay(EntityId("A-1"), utc(2019, 1, 1), utc(2026, 3, 1))
    assert settled([high, low])[high].end == utc(2023, 1, 1)
    assert settled([high])[high].end == utc(2026, 4, 8)
    assert settled([high])[high].end_inferred
    assert settled([high, other])[other].end == FOREVER, "a lapse is no word on where anybody lives"
