"""A snapshot of which rows cannot be read withdraws nobody for their sake."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.graph_contents import rows

from mast_api.loading import Loaded, load_source
from mast_api.workspace import now
from mast_graph.lease import Lease
from mast_graph.store import Login, Store
from mast_intake.keys import KeyRing
from mast_intake.pseudonymise import Pseudonymiser

pytestmark = pytest.mark.graph

KEYS = KeyRing({1: bytes(range(32))}, current=1)
SOURCE = """
agency: council-children
agreement: mash-2026
mode: snapshot
fields:
  record_id: id
  family_name: family
  contact_type: type
  contact_at: {column: at, format: "%d/%m/%Y"}
ignore: [notes]
"""
HEADER = "id,family,type,at,notes"
ALL = [f"{number},Leeson{number},CHILDREN_REFERRAL,0{number}/02/2024," for number in range(1, 5)]
LIVING = """
MATCH (record:PersonRecord) WHERE record.recorded_to.year = 9999
RETURN record.id AS id, COUNT { (record)-->(c:Contact) WHERE c.recorded_to.year = 9999 } AS contacts
"""


class Feed:
    def __init__(self, store: Store, lease: Lease, login: Login, folder: Path) -> None:
        self.store, self.lease, self.login, self.folder = store, lease, login, folder
        (folder / "cases.yaml").write_text(SOURCE, "utf-8")

    def loads(self, lines: list[str]) -> Loaded:
        path = self.folder / "cases.csv"
        path.write_text("\n".join([HEADER, *lines, ""]), "utf-8")
        return load_source(
            self.store, self.lease, KEYS, self.folder / "cases.yaml", [path], rejects_folder=self.folder
        )

    def living(self) -> dict[str, int]:
        """Contacts of each of the four that is alive."""
        pseudonymiser = Pseudonymiser(KEYS, now)
        found = {row["id"]: row["contacts"] for row in rows(self.login, LIVING)}
        ids = {str(each): pseudonymiser.record_id("council-children", str(each)) for each in range(1, 5)}
        return {name: found[id_] for name, id_ in ids.items() if id_ in found}


@pytest.fixture
def feed(store: Store, neo4j_server: Login, tmp_path: Path) -> Iterator[Feed]:
    with Lease.acquire(store, "test") as lease:
        made = Feed(store, lease, neo4j_server, tmp_path)
        made.loads(ALL)
        assert made.living() == {"1": 1, "2": 1, "3": 1, "4": 1}
        yield made


def test_whose_row_is_rejected_stays_with_what_was_said_of_them_and_whoever_is_missing_goes(
    feed: Feed,
) -> None:
    loaded = feed.loads([ALL[0], "2,Leeson2,CHILDREN_REFERRAL,2024-02-02,", ALL[3]])
    assert (loaded.rows_rejected, loaded.nameless) == (1, 0)
    assert feed.living() == {"1": 1, "2": 1, "4": 1}
    assert loaded.counts.records_retracted == 1


def test_a_format_that_changed_for_all_withdraws_nobody(feed: Feed) -> None:
    loaded = feed.loads(
        [f"{number},Leeson{number},CHILDREN_REFERRAL,2024-02-0{number}," for number in range(1, 5)]
    )
    assert loaded.rows_rejected == 4
    assert feed.living() == {"1": 1, "2": 1, "3": 1, "4": 1}


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("2,Leeson2", id="ragged"),
        pytest.param(",Leeson2,CHILDREN_REFERRAL,02/02/2024,", id="no id"),
        pytest.param('1,Leeson1,CHILDREN_REFERRAL,01/02/2024,"fell\n' + ALL[1], id="a quote left open"),
    ],
)
def test_while_nobody_can_tell_whose_a_row_is_nobody_is_withdrawn(feed: Feed, line: str) -> None:
    loaded = feed.loads([ALL[0], line])
    assert loaded.nameless == 1
    assert feed.living() == {"1": 1, "2": 1, "3": 1, "4": 1}
    assert feed.loads(ALL[:2]).counts.records_retracted == 2, "once it can be read all goes on"
    assert feed.living() == {"1": 1, "2": 1}
