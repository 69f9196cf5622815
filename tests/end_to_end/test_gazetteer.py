"""`mast load-gazetteer` and `mast load-areas` as a person runs them, on a real graph."""

from __future__ import annotations

import csv
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from tests.end_to_end.command import Mast, assert_one_message, environment
from tests.end_to_end.test_bad_input import SOURCE

from mast_graph.store import Login, Store
from mast_resolver.records import GAZETTEER

pytestmark = pytest.mark.graph

HEADER = "UPRN,Address,Postcode,Parent_UPRN\n"
FLATS = "".join(f'10007{flat},"Flat {flat}, 14 High Street, Calderwick",WS1 1AA,100070\n' for flat in (1, 2))
EDITION = f'{HEADER}100070,"14 High Street, Calderwick",WS1 1AA,\n{FLATS}'
VISIT = (
    'id,first,last,born,address,seen\n17,Ann,Marlowe,06/08/1983,"2/14 High Street, Calderwick",01/10/2026\n'
)


def file(folder: Path, content: str, name: str = "town.csv") -> Path:
    path = folder / name
    path.write_text(content, encoding="utf-8")
    return path


def records(store: Store, agency: str) -> list[Any]:
    """Live address records of an agency: their codes and their address."""
    with store._driver.session(database="neo4j") as session:
        found = session.run(
            "MATCH (r:AddressRecord {agency: $agency}) WHERE r.recorded_to.year = 9999 "
            "OPTIONAL MATCH (r)-[now:RESOLVES_TO]->(a) WHERE now.recorded_to.year = 9999 "
            "MATCH (r)-[:VERSION]->(v {id: r.version}) "
            "RETURN r.id AS id, v.lsoa AS lsoa, v.ward AS ward, a.id AS address ORDER BY id",
            agency=agency,
        )
        return list(found)


def test_an_edition_is_loaded_once_and_a_newer_one_corrects_it(
    mast: Mast, store: Store, tmp_path: Path
) -> None:
    source = file(tmp_path, SOURCE, "visits.yaml")
    assert mast("load", source, file(tmp_path, VISIT, "visits.csv")).code == 0
    first = mast("load-gazetteer", file(tmp_path, EDITION), "--json")
    assert first.code == 0, first.err
    assert first.json["loaded"]["layouts"] == ["plain"]
    assert first.json["loaded"]["counts"]["records_new"] == 3
    assert {row["kind"]: row["records"] for row in first.json["resolved"]}["address"] == 3
    (visit,) = records(store, "town-fire")
    assert visit["address"] in {each["address"] for each in records(store, GAZETTEER)}

    again = mast("load-gazetteer", file(tmp_path, EDITION), "--json").json["loaded"]
    assert (again["unchanged"], again["rows"]) == (True, 0)
    newer = EDITION.replace("100071,", "100073,").replace("Flat 1,", "Flat 3,")
    counts = mast("load-gazetteer", file(tmp_path, newer), "--json").json["loaded"]["counts"]
    assert (counts["records_new"], counts["records_retracted"], counts["records_changed"]) == (1, 1, 0)
    assert len(records(store, GAZETTEER)) == 3
    # The edition of before may come again: it is not the latest any more.
    assert (
        mast("load-gazetteer", file(tmp_path, EDITION), "--json").json["loaded"]["counts"]["records_returned"]
        == 1
    )

    out = tmp_path / "who.csv"
    assert mast("clusters", "--kind", "address", "--out", out).code == 0
    with out.open(encoding="utf-8") as rows:
        assert {row["agency"] for row in csv.DictReader(rows)} == {"town-fire"}
    assert mast("verify", "--json").code == 0


def test_records_under_an_old_and_a_new_postcode_are_of_one_address(
    mast: Mast, store: Store, tmp_path: Path
) -> None:
    """The postcode of the street was changed, and a house that was number 12 is number 14 now."""
    source = file(tmp_path, SOURCE.replace("contact_at", "postcode: code\n  contact_at"), "visits.yaml")
    visits = "id,first,last,born,address,code,seen\n" + "".join(
        f'{id_},{first},Marlowe,{born},"{address}",{code},01/10/2026\n'
        for id_, first, born, address, code in (
            (1, "Ann", "06/08/1983", "14 High Street, Calderwick", "WS1 1AA"),
            (2, "Bert", "06/08/1951", "14 High Street, Calderwick", "WV13 9ZZ"),
            (3, "Cleo", "01/02/1960", "14 Workhouse Lane, Calderwick", "WV13 9ZZ"),
            (4, "Dan", "03/04/1970", "12 High Street, Calderwick", "WS1 1AA"),
        )
    )
    assert mast("load", source, file(tmp_path, visits, "visits.csv")).code == 0

    header = "uprn,address,postcode,logical_status\n"
    now = '14,"14 High Street, Calderwick",WS1 1AA,1\n12,"12 High Street, Calderwick",WS1 1AA,1\n'
    former = "".join(
        f'14,"{line}, Calderwick",{code},8\n'
        for line, code in (
            ("14 High Street", "WV13 9ZZ"),
            ("14 Workhouse Lane", "WV13 9ZZ"),
            ("12 High Street", "WS1 1AA"),
        )
    )
    assert mast("load-gazetteer", file(tmp_path, header + now)).code == 0
    assert len({each["address"] for each in records(store, "town-fire")}) == 4
    loaded = mast("load-gazetteer", file(tmp_path, header + now + former), "--json").json["loaded"]
    # What number 14 was called once number 12 is called now: that is nobody's former name.
    assert (loaded["passed_over"], loaded["rows_rejected"]) == (1, 0)
    assert len(records(store, "gazetteer")) == 4
    ours = {each["address"] for each in records(store, "town-fire")}
    assert len(ours) == 2


def test_a_row_that_is_refused_is_told_by_line_and_rule_and_never_by_value(
    mast: Mast, store: Store, tmp_path: Path
) -> None:
    odd = 'n/k,"9 Oak Road, Calderwick",WS1 1AA,\n'
    ran = mast("load-gazetteer", file(tmp_path, EDITION + odd), "--json")
    assert ran.code == 1
    report = Path(ran.json["loaded"]["rejects_file"]).read_text("utf-8")
    assert "town.csv,5,uprn,uprn_invalid,row" in report
    for value in ("Oak", "n/k"):
        assert value not in report + ran.out + ran.err
    assert len(records(store, GAZETTEER)) == 3
    # An edition of nothing but such rows withdraws nothing.
    nothing = mast("load-gazetteer", file(tmp_path, HEADER + odd))
    assert_one_message(nothing, code="MAST-103", exit_code=1)
    assert len(records(store, GAZETTEER)) == 3


@pytest.mark.parametrize(
    ("content", "code"),
    [
        pytest.param(b"id,name\n1,Ann Marlowe\n", "MAST-104", id="another header"),
        pytest.param(b"", "MAST-103", id="empty"),
        pytest.param(EDITION.encode("utf-16"), "MAST-103", id="another encoding"),
    ],
)
def test_a_file_that_is_no_gazetteer_is_refused_and_nothing_is_loaded(
    mast: Mast, store: Store, tmp_path: Path, content: bytes, code: str
) -> None:
    path = tmp_path / "town.csv"
    path.write_bytes(content)
    ran = mast("load-gazetteer", path)
    assert_one_message(ran, code=code, exit_code=2 if code == "MAST-104" else 1)
    assert "Marlowe" not in ran.err
    assert records(store, GAZETTEER) == []


def test_an_agency_cannot_call_itself_the_gazetteer(mast: Mast, tmp_path: Path) -> None:
    source = file(tmp_path, SOURCE.replace("town-fire", GAZETTEER), "visits.yaml")
    ran = mast("load", source, file(tmp_path, VISIT, "visits.csv"))
    assert_one_message(ran, code="MAST-101", exit_code=2)
    assert "load-gazetteer" in ran.err


def test_a_load_that_was_killed_is_completed_by_the_same_command(
    mast: Mast, store: Store, neo4j_server: Login, data: Path, tmp_path: Path
) -> None:
    houses = "".join(f'{at},"{at} Long Road, Calderwick",WS1 1AA,\n' for at in range(1, 6_001))
    path = file(tmp_path, HEADER + houses)
    command = [sys.executable, "-P", "-m", "mast_api", "load-gazetteer", str(path), "--no-resolve"]
    killed = subprocess.Popen(command, env=environment(neo4j_server, data), stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 120
    while not records(store, GAZETTEER) and time.monotonic() < deadline:
        time.sleep(0.02)
    os.kill(killed.pid, signal.SIGKILL)
    killed.wait()
    stored = len(records(store, GAZETTEER))
    assert 0 < stored < 6_000
    time.sleep(1)
    ran = mast("load-gazetteer", path, "--no-resolve", "--json")
    deadline = time.monotonic() + 120
    while ran.code and "MAST-221" in ran.err and time.monotonic() < deadline:  # the dead one's lease runs out
        time.sleep(2)
        ran = mast("load-gazetteer", path, "--no-resolve", "--json")
    assert ran.code == 0, ran.err
    assert len(records(store, GAZETTEER)) == 6_000
    assert ran.json["loaded"]["counts"]["records_retracted"] == 0


AREAS = "pcds,lsoa21cd,wd25cd\nWS1 1AA,E01000021,E05001234\n"


def test_areas_are_put_on_what_is_there_and_on_what_comes_and_a_newer_look_up_replaces_them(
    mast: Mast, store: Store, data: Path, tmp_path: Path
) -> None:
    source = file(tmp_path, SOURCE, "visits.yaml")
    mast("load", source, file(tmp_path, VISIT.replace("Calderwick", "Calderwick WS1 1AA"), "visits.csv"))
    assert [(each["lsoa"], each["ward"]) for each in records(store, "town-fire")] == [(None, None)]
    first = mast("load-areas", file(tmp_path, AREAS, "areas.csv"), "--json")
    assert first.code == 0, first.err
    assert (first.json["postcodes"], first.json["addresses"], first.json["addresses_changed"]) == (1, 1, 1)
    mast("load-gazetteer", file(tmp_path, EDITION))
    for agency in ("town-fire", GAZETTEER):
        assert {(each["lsoa"], each["ward"]) for each in records(store, agency)} == {
            ("E01000021", "E05001234")
        }

    newer = mast("load-areas", file(tmp_path, AREAS.replace("21,", "22,"), "areas.csv"), "--json")
    assert newer.json["addresses_changed"] == 4
    assert {each["lsoa"] for each in records(store, GAZETTEER)} == {"E01000022"}
    assert mast("load-areas", tmp_path / "areas.csv", "--json").json["addresses_changed"] == 0
    refused = mast("load-areas", file(tmp_path, "pcds,oa21\nWS1 1AA,E0", "other.csv"))
    assert_one_message(refused, code="MAST-104", exit_code=2)
    removed = mast("load-areas", "--remove", "--json")
    assert removed.json["addresses_changed"] == 4
    assert not list(data.glob("areas*"))
    assert {each["ward"] for each in records(store, GAZETTEER)} == {None}
    assert mast("verify", "--source", source, tmp_path / "visits.csv").code == 0
