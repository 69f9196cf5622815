"""Bad input is normal input: one clear message with a code and a fix, the right exit code, nothing lost."""

from __future__ import annotations

import csv
import socket
from pathlib import Path

import pytest
from tests.end_to_end.command import Mast, Ran, assert_one_message, environment, run

from mast_graph.frequencies import count_records
from mast_graph.store import Login, Store
from mast_resolver.records import Kind

SOURCE = """
agency: town-fire
agreement: mash-2026
format: csv
mode: append
fields:
  record_id: id
  given_name: first
  family_name: last
  date_of_birth: {column: born, format: "%d/%m/%Y"}
  address: address
  contact_type: {constant: SAFE_AND_WELL_VISIT}
  contact_at: {column: seen, format: "%d/%m/%Y"}
"""
HEADER = "id,first,last,born,address,seen\n"
ROW = '17,Ann,Marlowe,06/08/1983,"14 High Street, Calderwick",01/10/2026\n'
OTHER = ROW.replace("Ann", "Bert").replace("1983", "1951").replace("14 High Street", "99 Low Road")


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "visits.yaml"
    path.write_text(SOURCE, "utf-8")
    return path


def data_file(folder: Path, content: str | bytes) -> Path:
    path = folder / "visits.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def assert_clear(ran: Ran, *, code: str, exit_code: int) -> None:
    """One message, and none of the file's values."""
    assert_one_message(ran, code=code, exit_code=exit_code)
    for value in ("Marlowe", "Ann", "06/08/1983", "14 High"):
        assert value not in ran.err + ran.out


def people(store: Store) -> int:
    return count_records(store).of(Kind.PERSON)


@pytest.mark.graph
@pytest.mark.parametrize(
    ("text", "code", "exit_code"),
    [
        pytest.param("agency: [unclosed", "MAST-101", 2, id="malformed YAML"),
        pytest.param(
            SOURCE.replace("given_name", "givven_name"), "MAST-101", 2, id="a field that is not ours"
        ),
        pytest.param(SOURCE.replace("first", "forename"), "MAST-102", 2, id="a column the file lacks"),
        pytest.param(SOURCE.replace("  address: address\n", ""), "MAST-102", 2, id="a column not mapped"),
    ],
)
def test_a_wrong_source_is_refused_and_nothing_is_loaded(
    mast: Mast, store: Store, tmp_path: Path, text: str, code: str, exit_code: int
) -> None:
    source = tmp_path / "visits.yaml"
    source.write_text(text, "utf-8")
    assert_clear(mast("load", source, data_file(tmp_path, HEADER + ROW)), code=code, exit_code=exit_code)
    assert people(store) == 0


@pytest.mark.graph
@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="an empty file"),
        pytest.param((HEADER + ROW).encode("utf-16"), id="another encoding"),
        pytest.param(
            HEADER.encode() + b"18,\xff\xfe,X,06/08/1983,1 A St,01/10/2026\n", id="bytes that are no text"
        ),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_by_name(
    mast: Mast, source: Path, tmp_path: Path, content: bytes
) -> None:
    assert_clear(mast("load", source, data_file(tmp_path, content)), code="MAST-103", exit_code=1)


@pytest.mark.graph
def test_rows_that_cannot_be_read_are_rejected_by_line_and_the_rest_load(
    mast: Mast, store: Store, source: Path, tmp_path: Path
) -> None:
    rows = (
        ROW
        + ROW.replace("17,", ",").replace("Ann", "No-id")
        + ROW.replace("17,", "18,").replace("01/10/2026", "31/02/2026")
        + ROW.replace("17,", "19,").replace("06/08/1983", "31/02/1983")
    )
    ran = mast("load", source, data_file(tmp_path, HEADER + rows), "--json")
    assert ran.code == 1
    loaded = ran.json["loaded"][0]
    assert (loaded["rows"], loaded["rows_rejected"], loaded["fields_set_aside"]) == (2, 2, 1)
    with Path(loaded["rejects_file"]).open(encoding="utf-8", newline="") as file:
        report = {(row["line"], row["field"], row["outcome"]) for row in csv.DictReader(file)}
    assert report == {
        ("3", "record_id", "row"),
        ("4", "contact_at", "row"),
        ("5", "date_of_birth", "field"),
    }
    assert "31/02" not in Path(loaded["rejects_file"]).read_text("utf-8")
    assert people(store) == 2


@pytest.mark.graph
def test_a_line_of_50_megabytes_is_rejected_and_the_others_load(
    mast: Mast, store: Store, source: Path, tmp_path: Path
) -> None:
    endless = ROW.replace("17,", "18,").replace("Ann", "x" * 50_000_000)
    ran = mast("load", source, data_file(tmp_path, HEADER + endless + ROW), "--json")
    assert ran.code == 1
    assert (ran.json["loaded"][0]["rows"], ran.json["loaded"][0]["rows_rejected"]) == (1, 1)
    assert people(store) == 1


@pytest.mark.graph
def test_a_record_id_twice_with_different_people_keeps_the_first_and_rejects_the_second(
    mast: Mast, store: Store, tmp_path: Path
) -> None:
    source = tmp_path / "people.yaml"
    text = SOURCE.replace("  contact_type: {constant: SAFE_AND_WELL_VISIT}\n", "")
    source.write_text(
        text.replace('  contact_at: {column: seen, format: "%d/%m/%Y"}\n', "ignore: [seen]\n"), "utf-8"
    )
    ran = mast("load", source, data_file(tmp_path, HEADER + ROW + OTHER), "--json")
    assert ran.code == 1
    assert ran.json["loaded"][0]["rows_rejected"] == 1
    assert people(store) == 1


@pytest.mark.graph
def test_a_record_id_twice_on_one_day_leaves_no_event_at_the_other_familys_door(
    mast: Mast, store: Store, source: Path, tmp_path: Path
) -> None:
    ran = mast("load", source, data_file(tmp_path, HEADER + ROW + OTHER), "--json")
    assert ran.code == 1
    assert ran.json["loaded"][0]["rows_rejected"] == 1
    held = count_records(store)
    assert (held.of(Kind.PERSON), held.of(Kind.ADDRESS)) == (1, 1)
    assert ran.json["loaded"][0]["counts"]["contacts_new"] == 1


@pytest.mark.graph
def test_equal_record_ids_of_two_agencies_stay_two_records(mast: Mast, store: Store, tmp_path: Path) -> None:
    for agency in ("town-fire", "town-police"):
        source = tmp_path / f"{agency}.yaml"
        source.write_text(SOURCE.replace("town-fire", agency), "utf-8")
        assert mast("load", source, data_file(tmp_path, HEADER + ROW)).code == 0
    assert people(store) == 2


@pytest.mark.graph
def test_the_same_file_again_changes_nothing(mast: Mast, source: Path, tmp_path: Path) -> None:
    file = data_file(tmp_path, HEADER + ROW)
    assert mast("load", source, file, "--json").json["loaded"][0]["counts"]["records_new"] == 2
    again = mast("load", source, file, "--json").json
    assert again["loaded"][0]["unchanged"]
    assert sum(each["records"] for each in again["resolved"]) == 0


@pytest.mark.graph
def test_a_row_that_left_a_snapshot_is_retracted(mast: Mast, store: Store, tmp_path: Path) -> None:
    source = tmp_path / "visits.yaml"
    source.write_text(SOURCE.replace("append", "snapshot"), "utf-8")
    two = ROW + ROW.replace("17,", "18,").replace("Ann", "Bert")
    mast("load", source, data_file(tmp_path, HEADER + two))
    assert people(store) == 2
    ran = mast("load", source, data_file(tmp_path, HEADER + ROW), "--json").json["loaded"][0]["counts"]
    assert (ran["records_retracted"], ran["contacts_retracted"]) == (1, 1)
    assert people(store) == 1


@pytest.mark.graph
def test_a_wrong_password_is_said_in_one_line(
    source: Path, tmp_path: Path, neo4j_server: Login, data: Path
) -> None:
    env = environment(neo4j_server, data) | {"MAST_NEO4J_PASSWORD": "not-the-password"}
    ran = run("load", source, data_file(tmp_path, HEADER + ROW), env=env)
    assert_clear(ran, code="MAST-211", exit_code=1)
    assert "not-the-password" not in ran.err


def test_a_key_file_that_others_can_read_is_refused(source: Path, tmp_path: Path, data: Path) -> None:
    key = tmp_path / "key.json"
    env = environment(None, data)
    assert run("keys", "create", key, env=env).code == 0
    key.chmod(0o644)
    ran = run("load", source, data_file(tmp_path, HEADER + ROW), env=env | {"MAST_KEY_FILE": str(key)})
    assert_clear(ran, code="MAST-110", exit_code=2)


def test_a_key_file_that_is_not_there_is_a_usage_error(source: Path, tmp_path: Path, data: Path) -> None:
    env = environment(None, data) | {"MAST_KEY_FILE": str(tmp_path / "none.json")}
    ran = run("load", source, data_file(tmp_path, HEADER + ROW), env=env)
    assert_clear(ran, code="MAST-110", exit_code=2)


def test_a_taken_port_is_said_before_anything_is_started(data: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ran = run("up", "--exit", "--port", str(port), env=environment(None, data))
    assert_clear(ran, code="MAST-232", exit_code=1)
    assert not (data / "neo4j").exists()


def test_all_wrong_settings_are_said_at_once(data: Path) -> None:
    env = environment(None, data) | {"MAST_QUERY_TIMEOUT_S": "soon", "MAST_PORT": "high"}
    ran = run("serve", env=env)
    assert_clear(ran, code="MAST-002", exit_code=2)
    assert "MAST_QUERY_TIMEOUT_S" in ran.err
    assert "MAST_PORT" in ran.err
    assert "soon" not in ran.err


def test_an_unknown_option_is_a_usage_error(data: Path) -> None:
    assert run("load", "--hurry", env=environment(None, data)).code == 2


@pytest.mark.parametrize(
    "name",
    [
        "up",
        "load",
        "resolve",
        "serve",
        "clusters",
        "train",
        "verify",
        "fixtures",
        "token",
        "keys",
        "evaluate",
    ],
)
def test_every_command_explains_itself(name: str, data: Path) -> None:
    ran = run(name, "--help", env=environment(None, data))
    assert ran.code == 0
    assert ran.out.startswith("Usage: ")
