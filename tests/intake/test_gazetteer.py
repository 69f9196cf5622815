"""Gazetteers as they are published: layouts, what stands, what is refused, and never a value in a reject."""

from __future__ import annotations

import csv
import io
from dataclasses import fields
from pathlib import Path

import pytest

from mast_intake.address import parse
from mast_intake.address.structured import Parts, parse_parts
from mast_intake.gazetteer.properties import Told, read_properties
from mast_intake.gazetteer.property import Property
from mast_intake.gazetteer.records import GazetteerEncoder
from mast_intake.keys import KeyRing
from mast_intake.pseudonymise import Pseudonymiser
from mast_intake.rejects import Reject, Rejects
from mast_intake.search import AddressQuery
from mast_resolver.errors import UnknownLayoutError, UnreadableFileError

CORE = (
    "UPRN,PARENT_UPRN,UDPRN,USRN,TOID,CLASSIFICATION_CODE,EASTING,NORTHING,LATITUDE,LONGITUDE,RPC,"
    "LAST_UPDATE_DATE,SINGLE_LINE_ADDRESS,PO_BOX,ORGANISATION,SUB_BUILDING,BUILDING_NAME,BUILDING_NUMBER,"
    "STREET_NAME,LOCALITY,TOWN_NAME,POST_TOWN,ISLAND,POSTCODE,DELIVERY_POINT_SUFFIX,GSS_CODE,CHANGE_CODE"
)
PLUS = (
    "UPRN,UDPRN,CHANGE_TYPE,STATE,CLASS,PARENT_UPRN,RM_ORGANISATION_NAME,SUB_BUILDING_NAME,BUILDING_NAME,"
    "BUILDING_NUMBER,SAO_START_NUMBER,SAO_START_SUFFIX,SAO_END_NUMBER,SAO_END_SUFFIX,SAO_TEXT,"
    "PAO_START_NUMBER,PAO_START_SUFFIX,PAO_END_NUMBER,PAO_END_SUFFIX,PAO_TEXT,STREET_DESCRIPTION,THOROUGHFARE,"
    "DEPENDENT_THOROUGHFARE,DEPENDENT_LOCALITY,LOCALITY,TOWN_NAME,POST_TOWN,POSTCODE,POSTCODE_LOCATOR"
)
LPI = (
    "UPRN,LPI_KEY,LANGUAGE,LOGICAL_STATUS,SAO_START_NUMBER,SAO_START_SUFFIX,SAO_END_NUMBER,SAO_END_SUFFIX,"
    "SAO_TEXT,PAO_START_NUMBER,PAO_START_SUFFIX,PAO_END_NUMBER,PAO_END_SUFFIX,PAO_TEXT,STREET_DESCRIPTION,"
    "LOCALITY,TOWN_NAME,POSTCODE_LOCATOR,PARENT_UPRN"
)
PLAIN = "uprn,address,postcode,parent_uprn"
FLAT = '100072,"Flat 2, 14 High Street, Walsall",WS1 1AA,100070'


def row(header: str, **said: str) -> str:
    """A row of that header."""
    text = io.StringIO()
    csv.DictWriter(text, header.split(","), restval="").writerow(said)
    return text.getvalue().rstrip("\r\n")


def read(
    folder: Path, *lines: str, encoding: str = "utf-8", data: bytes | None = None
) -> tuple[list[Property], Rejects, Told]:
    path = folder / "town.csv"
    path.write_bytes(data if data is not None else "\n".join(lines).encode())
    rejects, told = Rejects(), Told()
    return list(read_properties([path], rejects, told, encoding=encoding)), rejects, told


def rules(rejects: Rejects) -> list[tuple[int, str, str]]:
    return [(each.line, each.field, each.rule.value) for each in rejects.first]


NUMBERS = {"PAO_START_NUMBER": "14", "STREET_DESCRIPTION": "HIGH STREET", "TOWN_NAME": "WALSALL"}


@pytest.mark.parametrize(
    ("header", "said", "layout"),
    [
        pytest.param(
            CORE,
            {
                "SUB_BUILDING": "FLAT 2",
                "BUILDING_NUMBER": "14",
                "STREET_NAME": "HIGH STREET",
                "POST_TOWN": "WALSALL",
                "ORGANISATION": "ANN'S",
                "POSTCODE": "WS1 1AA",
            },
            "core",
            id="AddressBase Core",
        ),
        pytest.param(
            PLUS, {**NUMBERS, "SAO_TEXT": "FLAT 2", "POSTCODE": "WS1 1AA"}, "bs7666", id="AddressBase Plus"
        ),
        pytest.param(
            PLUS,
            {
                "SUB_BUILDING_NAME": "FLAT 2",
                "BUILDING_NUMBER": "14",
                "THOROUGHFARE": "HIGH STREET",
                "POST_TOWN": "WALSALL",
                "POSTCODE": "WS1 1AA",
            },
            "bs7666",
            id="AddressBase Plus, as delivered",
        ),
        pytest.param(
            LPI, {**NUMBERS, "SAO_START_NUMBER": "2", "POSTCODE_LOCATOR": "WS1 1AA"}, "bs7666", id="BS 7666"
        ),
        pytest.param(
            LPI.lower(),
            {
                "pao_start_number": "14",
                "street_description": "High Street",
                "town_name": "Walsall",
                "sao_text": "Flat 2",
                "postcode_locator": "ws11aa",
                "logical_status": "1",
            },
            "bs7666",
            id="small letters",
        ),
    ],
)
def test_every_layout_says_the_same_place(
    tmp_path: Path, header: str, said: dict[str, str], layout: str
) -> None:
    number, parent = ("uprn", "parent_uprn") if header.islower() else ("UPRN", "PARENT_UPRN")
    (found,), rejects, told = read(
        tmp_path, header, row(header, **said, **{number: "000100072", parent: "100070"})
    )
    place = found.place
    assert (place.unit, place.number, place.street, place.town, place.full_postcode) == (
        "2",
        "14",
        "high street",
        "walsall",
        "WS11AA",
    )
    assert (found.uprn, found.parent, told.layouts) == ("100072", "100070", [layout])
    assert not rejects.counts


def test_a_property_is_found_by_what_people_type(
    tmp_path: Path, ring: KeyRing, pseudonymiser: Pseudonymiser
) -> None:
    (found,), _, _ = read(tmp_path, PLAIN, FLAT)
    stored = GazetteerEncoder(ring).record(found).lookup
    for typed, stage in (
        ("flat 2 14 high st walsall", "street_place"),
        ("2/14 High Street WS1 1AA", "place"),
        ("Flat 2, 14, WS1 1AA", "postcode_place"),
    ):
        assert pseudonymiser.address_query(AddressQuery(line=typed)).tokens[stage] == stored[stage]
    by_number = pseudonymiser.address_query(AddressQuery(uprn="100072"))
    assert by_number.tokens["uprn"] == stored["uprn"]
    assert stored["parent_uprn"] == pseudonymiser.address_query(AddressQuery(uprn="100070")).tokens["uprn"]


def test_flats_of_two_blocks_of_one_number_are_two_properties() -> None:
    one, other = (
        parse_parts(Parts("FLAT 3", f"BLOCK {block} MILL COURT", "14", "MILL LANE", "", "WALSALL"), "WS11AA")
        for block in "AB"
    )
    assert (one.unit, other.unit) == ("3 blocka", "3 blockb")
    assert one.unit == parse("Flat 3, Block A, Mill Court, 14 Mill Lane, Walsall", "WS11AA").unit


def test_clear_parts_are_a_house_however_their_line_reads() -> None:
    place = parse_parts(Parts("", "NEAR HOUSE", "14", "MILL LANE", "", "WALSALL"), "WS11AA")
    assert (place.kind.value, place.number, place.street) == ("dwelling", "14", "mill lane")
    refuge = parse_parts(Parts("", "HAVEN REFUGE NEAR", "14", "MILL LANE", "", "WALSALL"), "WS11AA")
    assert refuge.kind.value == "refuge"


@pytest.mark.parametrize(
    ("header", "fact", "fix"),
    [
        pytest.param("id,name,age", "no column UPRN", "AddressBase Core", id="another file altogether"),
        pytest.param("UPRN,NAME", "of no layout", "uprn,address,postcode", id="a number, no address"),
        pytest.param(
            "UPRN,X_COORDINATE,Y_COORDINATE,LATITUDE,LONGITUDE",
            "Open UPRN",
            "with addresses",
            id="OS Open UPRN",
        ),
        pytest.param(
            LPI.replace("STREET_DESCRIPTION,", ""), "no street", "record 15", id="LPI without streets"
        ),
        pytest.param('100072,"Flat 2, 14 High Street",WS1 1AA', "no column UPRN", "give one", id="no header"),
    ],
)
def test_a_header_that_is_not_known_is_refused_with_what_to_give(
    tmp_path: Path, header: str, fact: str, fix: str
) -> None:
    with pytest.raises(UnknownLayoutError) as caught:
        read(tmp_path, header, FLAT)
    assert fact in caught.value.fact
    assert fix in caught.value.fix
    assert "High" not in str(caught.value)


@pytest.mark.parametrize(
    ("data", "fact"),
    [
        pytest.param(b"", "holds no rows", id="empty"),
        pytest.param(f"{PLAIN}\n".encode(), "holds no rows", id="a header alone"),
        pytest.param(f"{PLAIN}\n{FLAT} Caf\u00e9".encode("cp1252"), "not utf-8", id="another encoding"),
        pytest.param(f"{PLAIN}\n{FLAT}".encode("utf-16"), "not utf-8", id="UTF-16"),
        pytest.param(
            f"{CORE}\n{row(CORE, UPRN='1', CHANGE_CODE='D')}".encode(), "changes only", id="changes only"
        ),
    ],
)
def test_a_file_that_cannot_be_an_edition_is_refused(tmp_path: Path, data: bytes, fact: str) -> None:
    with pytest.raises(UnreadableFileError) as caught:
        read(tmp_path, data=data)
    assert fact in caught.value.fact


def test_a_byte_order_mark_and_a_declared_encoding_are_read(tmp_path: Path) -> None:
    marked, _, _ = read(tmp_path, data=f"\ufeff{PLAIN}\n{FLAT}".encode())
    western, _, _ = read(
        tmp_path, data=f"{PLAIN}\n100072,14 Caf\u00e9 Street,WS1 1AA,".encode("cp1252"), encoding="cp1252"
    )
    assert [each.uprn for each in (*marked, *western)] == ["100072", "100072"]
    assert western[0].place.street == "cafe street"


def test_rows_that_a_stray_quote_swallowed_are_told_from_an_address_of_several_lines(tmp_path: Path) -> None:
    lost, rejects, _ = read(
        tmp_path, PLAIN, '100071,"14 High Street\n100073,16 High Street,WS1 1AA,"\n', FLAT
    )
    assert [each.uprn for each in lost] == ["100072"]
    assert [each.rule.value for each in rejects.first] == ["quote_unbalanced"]
    lines = '100071,"14 High Street\nCaldmore, Walsall, Staffs, England",WS1 1AA,'
    found, rejects, _ = read(tmp_path, PLAIN, lines, FLAT)
    assert [each.uprn for each in found] == ["100071", "100072"]
    assert not rejects.counts


def test_rows_that_name_no_property_are_rejected_by_line_and_rule_and_the_rest_is_read(
    tmp_path: Path,
) -> None:
    found, rejects, told = read(
        tmp_path,
        PLAIN,
        FLAT,
        'n/k,"Flat 3, 14 High Street, Walsall",WS1 1AA,',
        "100074,Walsall,,",
        f"100075,{'x' * 10_000},WS1 1AA,",
        "100076,<script>alert(1)</script>,WS1 1AA,",
        '100072,"Flat 2, 41 High Street, Walsall",WS1 1AA,',
        '100077,"16 High Street, Walsall",QQQ,12345678901234',
        FLAT,
        '100079,"Annexe, High Street, Walsall",WS1 1AA,100077',
        "100078,\u202e14 \u0645\u062f\u0631\u0633\u0629 Street \U0001f600,WS1 1AA,",
    )
    # What is no address, but is at a postcode, is a property of that odd name: kept as tokens, like all.
    assert [each.uprn for each in found] == ["100072", "100077", "100079", "100078"]
    assert rules(rejects) == [
        (3, "uprn", "uprn_invalid"),
        (4, "address", "names_no_place"),
        (5, "address", "value_too_long"),
        (6, "address", "names_no_place"),
        (7, "uprn", "duplicate_uprn"),
        (8, "postcode", "postcode_invalid"),
        (8, "parent_uprn", "uprn_invalid"),
    ]
    assert told.rows == 10
    said = " ".join(str(getattr(each, name.name)) for each in rejects.first for name in fields(Reject))
    for value in ("High", "Walsall", "QQQ", "script", "n/k", "12345678901234"):
        assert value not in said


def test_historic_rows_and_streets_are_passed_over_and_other_names_belong_to_their_property(
    tmp_path: Path, ring: KeyRing
) -> None:
    def lpi(uprn: str, status: str, **said: str) -> str:
        return row(LPI, UPRN=uprn, LOGICAL_STATUS=status, **{**NUMBERS, **said})

    found, rejects, told = read(
        tmp_path,
        LPI,
        lpi("1", "1"),
        lpi("1", "3", PAO_START_NUMBER="", PAO_TEXT="ROSE COTTAGE"),
        lpi("1", "1", LANGUAGE="CYM", STREET_DESCRIPTION="HEOL FAWR"),
        lpi("2", "8", PAO_START_NUMBER="16"),
        lpi("3", "9", PAO_START_NUMBER="18"),
        lpi("4", "1", PAO_START_NUMBER="", PAO_TEXT="STREET RECORD"),
    )
    assert [(each.uprn, each.also) for each in found] == [("1", False), ("1", True), ("1", True)]
    assert told.passed_over == 2
    assert rules(rejects) == [(6, "logical_status", "status_unknown")]
    records = [GazetteerEncoder(ring).record(each) for each in found]
    assert len({record.id for record in records}) == 3
    assert len({record.lookup["uprn"] for record in records}) == 1


def test_nothing_of_a_property_is_in_its_record_or_repr(tmp_path: Path, ring: KeyRing) -> None:
    (found,), _, _ = read(tmp_path, PLAIN, FLAT)
    record = GazetteerEncoder(ring).record(found)
    for value in ("100072", "100070", "High", "high", "WS1"):
        assert value not in repr(found)
        assert value.encode() not in record.sealed + record.reference
        assert value not in f"{record.id} {record.content} {record.lookup}"


def test_a_refuge_of_the_list_is_shielded_as_it_is_where_an_agency_names_it(
    tmp_path: Path, ring: KeyRing
) -> None:
    found, _, _ = read(tmp_path, PLAIN, FLAT, '100080,"Haven Refuge, 3 Park Road, Walsall",WS5 5EE,')
    encoder = GazetteerEncoder(ring)
    records = [record for batch in encoder.batches(found) for record in batch.records]
    assert [record.shielded for record in records] == [False, True]


def test_a_new_parent_is_a_new_version(ring: KeyRing) -> None:
    encoder, place = GazetteerEncoder(ring), parse("Flat 2, 14 High Street, Walsall", "WS11AA")
    contents = {encoder.record(Property("100072", place, parent)).content for parent in ("", "1", "2")}
    assert len(contents) == 3
