"""What a source, a row or an address says must not be found reaches the records; unreadable counts too."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from pathlib import Path

import pytest

from mast_intake.keys import KeyRing
from mast_intake.pseudonymise import Pseudonymiser
from mast_intake.reading import read_rows
from mast_intake.rejects import Outcome, Rejects, Rule
from mast_intake.source_yaml import read_source
from mast_resolver.errors import SourceFileError
from mast_resolver.records import Batch, Kind

SOURCE = """
agency: council
agreement: mash-2026
%s
fields:
  record_id: id
  given_name: given
  family_name: family
  address: home
  shielded: hide
"""
NOBODY, BOTH = (False, False), (True, True)


def batches(folder: Path, lines: Iterable[str], more: str = "") -> tuple[list[Batch], Rejects]:
    (folder / "cases.yaml").write_text(SOURCE % more, "utf-8")
    (folder / "cases.csv").write_text("\n".join(["id,given,family,home,hide", *lines]), "utf-8")
    source, rejects = read_source(folder / "cases.yaml"), Rejects()
    pseudonymiser = Pseudonymiser(
        KeyRing({1: bytes(32)}, current=1), lambda: dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
    )
    rows = read_rows(source, [folder / "cases.csv"], rejects)
    return list(pseudonymiser.batches(source, rows)), rejects


def shields(batch: Batch) -> tuple[bool, bool]:
    """Of the one person and the one address."""
    (person,) = [each.shielded for each in batch.records if each.kind is Kind.PERSON]
    (address,) = [each.shielded for each in batch.records if each.kind is Kind.ADDRESS]
    return person, address


@pytest.mark.parametrize(
    ("more", "home", "said", "expected"),
    [
        pytest.param("", "14 High Street", "", NOBODY, id="nothing said"),
        pytest.param("", "14 High Street", "No", NOBODY, id="no"),
        pytest.param("", "14 High Street", "n/a", NOBODY, id="missing"),
        pytest.param("", "14 High Street", "person", (True, False), id="the person"),
        pytest.param("", "14 High Street", "Address", (False, True), id="the address"),
        pytest.param("", "14 High Street", "Y", BOTH, id="yes"),
        pytest.param("", "14 High Street", "ask Jo", BOTH, id="what cannot be read"),
        pytest.param("shielded: true", "14 High Street", "no", BOTH, id="the whole feed"),
        pytest.param("", "Haven Refuge, 3 Mill Lane", "", BOTH, id="a refuge"),
        pytest.param("", "The Safe House, 3 Mill Lane", "", BOTH, id="a safe house"),
        pytest.param("", "Women's Aid, 3 Mill Lane", "", BOTH, id="who runs it"),
        pytest.param("", "The Refuges, 3 Mill Lane", "", BOTH, id="several"),
        pytest.param("", "Women's Refuge Building, 3 Mill Lane", "", BOTH, id="the building of one"),
        pytest.param("", "Safe accommodation, 3 Mill Lane", "", BOTH, id="as the law calls it"),
        pytest.param("", "c/o Women's Aid, 3 Mill Lane", "", BOTH, id="in its care"),
        pytest.param("", "Haven Refuge, 3 Mill Lane, WS2 2BB", "", BOTH, id="one of two postcodes"),
        pytest.param("", "Haven Refuge, Dublin, Ireland", "", BOTH, id="abroad"),
        pytest.param("", "Refuge Cottage, Mill Lane", "", NOBODY, id="a name"),
        pytest.param("", "Haven Hostel, 3 Mill Lane", "", NOBODY, id="a hostel"),
    ],
)
def test_who_is_shielded(
    tmp_path: Path, more: str, home: str, said: str, expected: tuple[bool, bool]
) -> None:
    (batch,), rejects = batches(tmp_path, [f'1,Ann,Lee,"{home}, Walsall WS1 1AA",{said}'], more)
    assert shields(batch) == expected
    assert (rejects.counts.get((Outcome.FIELD, "shielded", Rule.SHIELD_UNKNOWN)) == 1) == (said == "ask Jo")


@pytest.mark.parametrize(
    ("home", "expected"),
    [
        pytest.param("Haven Refuge, 3 Main St, Anytown WA", BOTH, id="a refuge"),
        pytest.param("Safe House, 3 Main St, Anytown", BOTH, id="a safe house"),
        pytest.param("Domestic Violence Shelter, 3 Main St, Anytown", BOTH, id="as it is called there"),
        pytest.param("Women's Shelter 3 Main St Anytown WA", BOTH, id="without commas"),
        pytest.param("12 Refuge Ave, Anytown, WA", NOBODY, id="a street"),
        pytest.param("Homeless Shelter, 3 Main St, Anytown", NOBODY, id="a hostel"),
    ],
)
def test_a_refuge_is_shielded_in_the_united_states_too(
    tmp_path: Path, home: str, expected: tuple[bool, bool]
) -> None:
    (batch,), _ = batches(tmp_path, [f'1,Ann,Lee,"{home}",'], "country: US")
    assert shields(batch) == expected


def addresses(batch: Batch) -> list[tuple[str, bool]]:
    return [(each.id, each.shielded) for each in batch.records if each.kind is Kind.ADDRESS]


def test_rows_that_shield_somebody_write_of_a_place_apart_from_all_others(tmp_path: Path) -> None:
    lines = [f"{number},Ann,Lee{number},14 High Street WS1 1AA,{said}" for number, said in enumerate("nyn")]
    (batch,), _ = batches(tmp_path, lines)
    (common, open_), (apart, shielded) = addresses(batch)
    assert (open_, shielded) == (False, True)
    assert common != apart
    at = [each.address for each in batch.residences]
    assert at == [common, apart, common]
    people = [each.shielded for each in batch.records if each.kind is Kind.PERSON]
    assert people == [False, True, False]
    # What other rows say is, id for id, what they say where that row is not.
    (without,), _ = batches(tmp_path, [lines[0], lines[2]])
    assert addresses(without) == [(common, False)]


def test_of_rows_that_write_apart_one_that_shields_no_address_takes_no_shield_away(tmp_path: Path) -> None:
    said = ("address", "person", "person")
    lines = [f"{number},Ann,Lee{number},14 High Street WS1 1AA,{each}" for number, each in enumerate(said)]
    (batch,), _ = batches(tmp_path, lines)
    ((_, shielded),) = addresses(batch)
    assert shielded


def test_a_shield_alone_makes_no_other_content(tmp_path: Path) -> None:
    contents = [
        [
            (each.id if each.kind is Kind.PERSON else "", each.content)
            for each in batches(tmp_path, [f"1,Ann,Lee,14 High Street WS1 1AA,{said}"])[0][0].records
        ]
        for said in ("no", "yes")
    ]
    assert contents[0] == contents[1]


@pytest.mark.parametrize("wrong", ["shielded: perhaps", "shielded: [true]"])
def test_a_source_that_says_it_unclearly_is_refused(tmp_path: Path, wrong: str) -> None:
    with pytest.raises(SourceFileError, match="shielded"):
        batches(tmp_path, [], wrong)
