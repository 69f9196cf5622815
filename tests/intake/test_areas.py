"""Coarse areas: the published look-ups, what is kept of them, and what an address record gets."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from mast_intake.gazetteer.areas import Areas, AreasTold, read_areas
from mast_intake.keys import KeyRing
from mast_intake.pseudonymise import Pseudonymiser
from mast_intake.rejects import Rejects
from mast_intake.rows import SourceRow
from mast_intake.source import FileFormat, Source
from mast_resolver.errors import SealBrokenError, UnknownLayoutError, UnreadableFileError

ONSPD = "pcd,pcd2,pcds,dointr,doterm,oscty,ced,oslaua,osward,parish,lsoa11,msoa11,lsoa21,msoa21"
NEWER = "pcd7,pcd8,pcds,dointr,doterm,lad25cd,wd25cd,lsoa01cd,lsoa11cd,lsoa21cd"
ROW = "WS1 1AA,WS1  1AA,WS1 1AA,198001,,E10,E58,E08000030,E05001234,E04,E01000011,E02,E01000021,E02"


def read(folder: Path, text: str) -> tuple[dict[str, tuple[str, ...]], Rejects, AreasTold]:
    path = folder / "areas.csv"
    path.write_text(text, encoding="utf-8")
    rejects, told = Rejects(), AreasTold()
    return dict(read_areas(path, rejects, told)), rejects, told


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f"{ONSPD}\n{ROW}", id="ONSPD"),
        pytest.param(
            f"{NEWER}\nWS11AA,WS1 1AA,WS1 1AA,198001,,E08000030,E05001234,E01000001,E01000011,E01000021",
            id="ONSPD of 2025",
        ),
        pytest.param("Postcode,LSOA,Ward\nws1 1aa,E01000021,E05001234", id="plain"),
    ],
)
def test_the_published_layouts_are_read_and_the_newest_boundaries_count(tmp_path: Path, text: str) -> None:
    found, rejects, _ = read(tmp_path, text)
    assert found == {"WS11AA": ("E01000021", "E05001234")}
    assert not rejects.counts


def test_rows_that_cannot_be_are_rejected_by_line_and_rule(tmp_path: Path) -> None:
    found, rejects, told = read(
        tmp_path,
        "pcds,lsoa21,ward\nWS1 1AA,E01000021,\nnowhere,E01000021,\nWS1 1AB,somewhere,\n"
        "IM1 1AA,L99999999,M99999999\nBT1 1AA,95GG01S1,N08000101\n",
    )
    assert found == {"WS11AA": ("E01000021", ""), "BT11AA": ("95GG01S1", "N08000101")}
    assert [(each.line, each.field, each.rule.value) for each in rejects.first] == [
        (3, "postcode", "postcode_invalid"),
        (4, "lsoa", "area_code_invalid"),
    ]
    assert (told.rows, told.postcodes) == (5, 2)


@pytest.mark.parametrize(
    ("text", "fact"),
    [("area,lsoa21\nx,y", "no column of postcodes"), ("pcds,oa21\nx,y", "no column of areas")],
)
def test_a_header_without_what_is_needed_is_refused(tmp_path: Path, text: str, fact: str) -> None:
    with pytest.raises(UnknownLayoutError) as caught:
        read(tmp_path, text)
    assert fact in caught.value.fact


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError):
        read(tmp_path, "")


def test_what_is_kept_is_sealed_for_its_owner_and_opens_under_its_key_only(
    tmp_path: Path, ring: KeyRing
) -> None:
    areas = Areas.made({"WS11AA": ("E01000021", "E05001234"), "WS11AB": ("E01000022", "")}.items(), ring)
    path = tmp_path / "areas.sealed"
    areas.write(path, ring)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert b"E01000021" not in path.read_bytes()
    again = Areas.read(path, ring)
    assert again is not None
    assert len(again) == 2
    with pytest.raises(SealBrokenError):
        Areas.read(path, KeyRing({1: bytes(range(1, 33))}, current=1))
    assert Areas.read(tmp_path / "none", ring) is None


@pytest.mark.parametrize(
    ("address", "codes"),
    [
        ("14 High Street, Walsall WS1 1AA", {"lsoa": "E01000021", "ward": "E05001234"}),
        ("14 High Street, Walsall WS1 1AB", {"lsoa": "E01000022"}),
        ("14 High Street, Walsall WS9 9ZZ", {}),
        ("14 High Street, Walsall", {}),
    ],
)
def test_an_address_gets_the_codes_of_its_postcode_and_no_more(
    ring: KeyRing, pseudonymiser: Pseudonymiser, address: str, codes: dict[str, str]
) -> None:
    table = {"WS11AA": ("E01000021", "E05001234"), "WS11AB": ("E01000022", "")}
    with_areas = Pseudonymiser(ring, pseudonymiser._clock, areas=Areas.made(table.items(), ring))
    source = Source("visits", "fire", "mash-2026", FileFormat.CSV, ())
    rows = [SourceRow("visits.csv", 2, "1", {"address": address})]
    ((plain,), (coded,)) = (next(each.batches(source, rows)).records for each in (pseudonymiser, with_areas))
    assert dict(coded.lookup) == {**plain.lookup, **codes}
    assert coded.content == plain.content
