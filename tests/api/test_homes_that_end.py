"""A home that a snapshot or a delta states no longer has ended, and the household follows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import pytest
from tests.graph_contents import contents, rows

from mast_api import loading
from mast_api.loading import Loaded, load_source
from mast_graph.lease import Lease
from mast_graph.load import Loader
from mast_graph.moments import from_text
from mast_graph.store import Login, Store
from mast_intake.keys import KeyRing
from mast_intake.pseudonymise import Pseudonymiser
from mast_resolver.records import FOREVER, EntityId
from mast_resolver.residence import Stay, spells

pytestmark = pytest.mark.graph

KEYS = KeyRing({1: bytes(range(32))}, current=1)
SOURCE = """
agency: %s
agreement: mash-2026
mode: %s
fields:
  record_id: id
  family_name: family
  address: address
  postcode: postcode
"""
STARTS = '  valid_from: {column: from, format: "%d/%m/%Y"}\n'
ENDS = '  valid_to: {column: to, format: "%d/%m/%Y"}\n'
HIGH, LOW = "1 High Street,WS1 1AA", "2 Low Street,WS1 1AB"
BELIEVED: Final = """
MATCH (:PersonRecord {id: $id})-[stay:LIVES_AT]->(home:AddressRecord)
WHERE stay.recorded_from <= datetime($at) AND stay.recorded_to > datetime($at)
RETURN home.id AS home, toString(stay.valid_from) AS valid_from, toString(stay.seen_at) AS seen_at,
  toString(stay.valid_to) AS valid_to, stay.inferred AS inferred, stay.lapsed IS NOT NULL AS lapsed
"""
Homes = list[tuple[str, str, str]]


class Town:
    """Agencies' files, loaded on days of 2026 at noon, and where they then have the person of record 1."""

    def __init__(
        self, store: Store, lease: Lease, login: Login, folder: Path, patch: pytest.MonkeyPatch
    ) -> None:
        self.store, self.lease, self.login, self.folder = store, lease, login, folder
        self._day = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
        self._files = 0
        self._names: dict[str, str] = {}
        patch.setattr(loading, "now", self._now)

    def _now(self) -> dt.datetime:
        self._day += dt.timedelta(milliseconds=1)
        return self._day

    def loads(
        self,
        day: str,
        *lines: str,
        mode: str = "snapshot",
        fields: str = STARTS,
        feed: str = "persons",
        agency: str = "housing",
    ) -> Loaded:
        self._day = noon(day)
        self._files += 1
        source, path = self.folder / f"{feed}.yaml", self.folder / f"{self._files}.csv"
        delta = "operation: op\n" if mode == "delta" else ""
        source.write_text(SOURCE % (agency, mode) + fields + delta, "utf-8")
        header = "id,family,address,postcode"
        header += ",from" * ("from" in fields) + ",to" * ("{column: to" in fields) + ",op" * (mode == "delta")
        # A delta that says the same is not loaded again: a row about somebody else makes each another file.
        other = f"n{self._files},Lee" + "," * (header.count(",") - 1 - (mode == "delta"))
        other += ",add" if mode == "delta" else ""
        path.write_text("\n".join([header, *lines, other, ""]), "utf-8")
        return self.again(path, feed=feed)

    def again(self, path: Path | None = None, *, feed: str = "persons") -> Loaded:
        path = path or self.folder / f"{self._files}.csv"
        source = self.folder / f"{feed}.yaml"
        return load_source(self.store, self.lease, KEYS, source, [path], rejects_folder=self.folder)

    def lived(self, at: str = "2026-12-31", *, agency: str = "housing") -> Homes:
        """The first word of each home that record 1 had, as known on a day, with the days of its spell."""
        pseudonymiser = Pseudonymiser(KEYS, self._now)
        person = pseudonymiser.record_id(agency, "1")
        found = rows(self.login, BELIEVED, id=person, at=noon(at).isoformat())
        stays = [
            Stay(
                EntityId(row["home"]),
                from_text(row["valid_from"]),
                from_text(row["seen_at"]),
                from_text(row["valid_to"]),
                row["inferred"],
                row["lapsed"],
            )
            for row in found
        ]
        return [
            (self._called(spell.address), day_of(spell.start), day_of(spell.end)) for spell in spells(stays)
        ]

    def _called(self, home: str) -> str:
        return self._names.setdefault(home, "ABCD"[len(self._names)])


def day_of(moment: dt.datetime) -> str:
    return (moment if moment == FOREVER else moment.astimezone(ZoneInfo("Europe/London"))).date().isoformat()


def noon(day: str) -> dt.datetime:
    return dt.datetime.fromisoformat(day).replace(hour=12, tzinfo=dt.UTC)


@pytest.fixture
def town(
    store: Store, neo4j_server: Login, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Town]:
    with Lease.acquire(store, "test") as lease:
        yield Town(store, lease, neo4j_server, tmp_path, monkeypatch)


Files = Sequence[tuple[str, Sequence[str]]]
NEVER = "9999-12-31"
OLD = ("A", "2020-01-01")
CASES = [
    pytest.param(
        STARTS,
        [("2026-04-01", [f"1,Lee,{HIGH},01/01/2020"]), ("2026-04-08", [f"1,Lee,{LOW},20/03/2026"])],
        [(*OLD, "2026-03-20"), ("B", "2026-03-20", NEVER)],
        id="a move registered late",
    ),
    pytest.param(
        STARTS,
        [
            ("2026-04-01", [f"1,Lee,{HIGH},01/01/2020"]),
            ("2026-04-08", [f"1,Lee,{LOW},20/03/2026"]),
            ("2026-06-08", [f"1,Lee,{LOW},20/03/2026"]),
        ],
        [(*OLD, "2026-03-20"), ("B", "2026-03-20", NEVER)],
        id="and said again",
    ),
    pytest.param(
        STARTS,
        [("2026-04-01", [f"1,Lee,{HIGH},01/01/2020"]), ("2026-04-08", [f"1,Lee,{LOW},20/05/2026"])],
        [(*OLD, "2026-05-20"), ("B", "2026-05-20", NEVER)],
        id="a move to come",
    ),
    pytest.param(
        STARTS,
        [("2026-04-01", [f"1,Lee,{HIGH},01/01/2020"]), ("2026-04-08", [f"1,Lee,{LOW},01/01/2019"])],
        [("B", "2019-01-01", NEVER), (*OLD, "2026-04-08")],
        id="another home since before",
    ),
    pytest.param(
        STARTS,
        [("2026-04-01", [f"1,Lee,{HIGH},01/01/2020"]), ("2026-04-08", [f"1,Lee,{LOW},01/01/2020"])],
        [("B", "2020-01-01", NEVER)],
        id="the address corrected",
    ),
    pytest.param(
        STARTS,
        [
            ("2026-04-01", [f"1,Lee,{HIGH},01/01/2020"]),
            ("2026-04-08", ["1,Lee,NFA,,"]),
            ("2026-06-08", ["1,Lee,,,"]),
        ],
        [(*OLD, "2026-04-08")],
        id="no home any more",
    ),
    pytest.param(
        STARTS,
        [("2026-04-01", [f"1,Lee,{HIGH},01/01/2020"]), ("2026-04-08", ["1,Lee,NFA,,05/04/2026"])],
        [(*OLD, "2026-04-05")],
        id="no home since a day",
    ),
    pytest.param(
        STARTS,
        [
            ("2026-04-01", [f"1,Lee,{HIGH},01/01/2020"]),
            ("2026-04-08", ["1,Lee,,,"]),
            ("2026-04-15", [f"1,Lee,{HIGH},01/01/2020"]),
        ],
        [(*OLD, NEVER)],
        id="missing for a week",
    ),
    pytest.param(
        "",
        [("2026-04-01", [f"1,Lee,{HIGH}"]), ("2026-04-08", ["1,Lee,,"])],
        [("A", "2026-04-01", "2026-04-08")],
        id="no start: no home any more",
    ),
    pytest.param(
        "",
        [
            ("2026-04-01", [f"1,Lee,{HIGH}"]),
            ("2026-04-08", [f"1,Lee,{LOW}"]),
            ("2026-04-15", [f"1,Lee,{HIGH}"]),
        ],
        [("A", "2026-04-01", NEVER), ("B", "2026-04-08", "2026-04-15")],
        id="no start: a wrong address for a week",
    ),
    pytest.param(
        STARTS,
        [
            ("2026-04-01", [f"1,Lee,{HIGH},01/01/2020"]),
            ("2026-04-08", [f"1,Lee,{LOW},20/03/2026"]),
            ("2026-04-15", [f"1,Lee,{HIGH},01/01/2020"]),
        ],
        [(*OLD, NEVER), ("B", "2026-03-20", "2026-04-15")],
        id="a wrong address for a week",
    ),
    pytest.param(
        STARTS + ENDS,
        [
            ("2026-04-01", [f"1,Lee,{HIGH},01/01/2020,"]),
            ("2026-04-08", [f"1,Lee,{HIGH},01/01/2020,31/04/2026"]),
        ],
        [(*OLD, "2026-04-08")],
        id="an end that is no day",
    ),
]


@pytest.mark.parametrize("mode", ["snapshot", "delta"])
@pytest.mark.parametrize(("fields", "files", "expected"), CASES)
def test_what_a_feed_states_no_longer_has_ended(
    town: Town, fields: str, files: Files, expected: Homes, mode: str
) -> None:
    before: list[Homes] = []
    for day, lines in files:
        op = ",change" if mode == "delta" else ""
        town.loads(day, *(line + op for line in lines), mode=mode, fields=fields)
        before.append(town.lived())
    assert before[-1] == expected
    # What was known before each of the later loads is known still.
    then = [town.lived(day) for day, _ in files]
    assert then[1:] == before[:-1]
    assert not then[0]
    stored = contents(town.login)
    assert town.again().unchanged
    assert contents(town.login) == stored


def test_of_two_tenancies_the_one_that_leaves_the_snapshot_has_ended(town: Town) -> None:
    low = f"1,Lee,{LOW},01/01/2023"
    town.loads("2026-04-01", f"1,Lee,{HIGH},01/01/2020", low)
    assert [end for _, _, end in town.lived()] == [NEVER, NEVER]
    town.loads("2026-06-08", low)
    assert town.lived() == [(*OLD, "2026-06-08"), ("B", "2023-01-01", NEVER)]


def test_an_append_and_another_agency_end_nothing(town: Town) -> None:
    for agency in ("fire", "housing"):
        town.loads("2026-04-01", f"1,Lee,{HIGH},01/01/2020", agency=agency)
    # Fire's row goes: of housing, which has a record of the same name, nothing does.
    town.loads("2026-04-08", "1,Lee,,,", agency="fire")
    assert [end for _, _, end in town.lived(agency="fire")] == ["2026-04-08"]
    town.loads("2026-04-15", f"1,Lee,{LOW},20/03/2026", feed="visits", mode="append")
    assert [end for _, _, end in town.lived()] == [NEVER, NEVER]


def test_a_record_that_another_feed_speaks_of_loses_the_home_all_the_same(town: Town) -> None:
    town.loads("2026-04-01", f"1,Lee,{HIGH},01/01/2020")
    town.loads("2026-04-02", "1,Leigh,,,", feed="visits", mode="append")  # whose the record is from now on
    town.loads("2026-04-08")
    assert [end for _, _, end in town.lived()] == ["2026-04-08"]


def test_where_a_home_cannot_be_read_none_has_ended(town: Town) -> None:
    for mode, op in (("snapshot", ""), ("delta", ",change")):
        town.loads("2026-04-01", f"1,Lee,{HIGH},01/01/2020{op}", mode=mode)
        loaded = town.loads("2026-04-08", f"1,Lee,{'1 High Street ' * 60},,{op}", mode=mode)
        assert loaded.fields_set_aside == 1
        assert [end for _, _, end in town.lived()] == [NEVER]


def test_a_record_that_is_withdrawn_and_returns_lives_where_it_did(town: Town) -> None:
    town.loads("2026-04-01", f"1,Lee,{HIGH},01/01/2020")
    town.loads("2026-04-08")
    assert town.lived() == []
    town.loads("2026-04-15", f"1,Lee,{HIGH},01/01/2020")
    assert town.lived() == [(*OLD, NEVER)]
    assert town.lived("2026-04-05") == [(*OLD, NEVER)], "as it was known"


def test_a_stay_of_before_feeds_were_kept_is_of_the_feed_whose_the_record_is(town: Town) -> None:
    town.loads("2026-04-01", f"1,Lee,{HIGH},01/01/2020")
    rows(town.login, "MATCH ()-[stay:LIVES_AT]->() REMOVE stay.feed")
    town.loads("2026-04-08", f"1,Lee,{LOW},20/03/2026")
    assert town.lived() == [(*OLD, "2026-03-20"), ("B", "2026-03-20", NEVER)]


def test_a_load_that_died_before_it_ended_anything_is_completed(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    town.loads("2026-04-01", f"1,Lee,{HIGH},01/01/2020")
    with monkeypatch.context() as patch:
        patch.setattr(Loader, "_write_unsaid", died)
        with pytest.raises(KeyboardInterrupt):
            town.loads("2026-04-08", f"1,Lee,{LOW},20/03/2026")
    assert [end for _, _, end in town.lived()] == [NEVER, NEVER]
    assert not town.again().unchanged
    assert town.lived() == [(*OLD, "2026-03-20"), ("B", "2026-03-20", NEVER)]
    assert town.again().unchanged


def died(*_: object) -> None:
    raise KeyboardInterrupt


def test_whose_home_has_ended_is_resolved_again_and_the_rest_is_not(town: Town) -> None:
    others = [f"{number},Lee{number},{number} High Street,WS1 1AA,01/01/2020" for number in (2, 3)]
    town.loads("2026-04-01", f"1,Lee,{HIGH},01/01/2020", *others)
    rows(town.login, "MATCH (r:PersonRecord) REMOVE r.pending")
    town.loads("2026-04-08", "1,Lee,,,", *others)
    pending = (
        "MATCH (r:PersonRecord)-[:LIVES_AT]->() WHERE r.pending IS NOT NULL RETURN count(DISTINCT r) AS many"
    )
    assert rows(town.login, pending) == [{"many": 1}]


def test_whose_home_at_a_refuge_is_stated_no_longer_is_not_found_for_that(town: Town) -> None:
    town.loads("2026-04-01", "1,Lee,Women's Refuge 14 Elm Road,WS1 1AA,01/01/2020")
    shielded = "MATCH (r:PersonRecord)-[:LIVES_AT]->() RETURN DISTINCT r.shielded AS shielded"
    for line in ("1,Lee,,,", f"1,Lee,{LOW},20/05/2026"):
        town.loads("2026-06-08", line)
        assert rows(town.login, shielded) == [{"shielded": True}]
