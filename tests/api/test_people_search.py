"""People search over the real graph, resolver and model: typos, aliases, swaps, approximate ages."""

from __future__ import annotations

import datetime as dt
import gc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from mast_api.live import LiveResolver
from mast_api.loading import load_source
from mast_api.people_search import PeopleSearch
from mast_api.resolving import resolve_pending
from mast_graph.lease import Lease
from mast_graph.shields import Hidden
from mast_graph.store import Store
from mast_intake.keys import KeyRing
from mast_intake.pseudonymise import Pseudonymiser
from mast_intake.search import PersonQuery
from mast_resolver.errors import GraphUnavailableError
from mast_resolver.model import read_model

pytestmark = pytest.mark.graph

SOURCE = """
agency: town-schools
agreement: mash-2026
format: csv
fields:
  record_id: id
  given_name: first
  family_name: last
  date_of_birth: {column: born, format: "%Y-%m-%d"}
  address: address
"""
FILE = """id,first,last,born,address
900001,William,Ashdown,1984-05-17,"3 Mill Lane, Calderwick JX1 4AB"
900002,Catherine,Ashdown,1986-02-03,"3 Mill Lane, Calderwick JX1 4AB"
900003,Priyanka,Chaudhry,2011-09-21,"8 Canal Street, Calderwick JX1 4AD"
900004,Tomasz,Wojcik,1991-12-30,"12 Canal Street, Calderwick JX1 4AD"
"""
KEYS = KeyRing({1: bytes(range(32))}, current=1)


@pytest.fixture
def live(store: Store, tmp_path: Path) -> Iterator[LiveResolver]:
    (tmp_path / "pupils.yaml").write_text(SOURCE, "utf-8")
    (tmp_path / "pupils.csv").write_text(FILE, "utf-8")
    with Lease.acquire(store, "test") as lease:
        files = [tmp_path / "pupils.csv"]
        load_source(store, lease, KEYS, tmp_path / "pupils.yaml", files, rejects_folder=tmp_path)
        resolve_pending(store, lease, KEYS, tmp_path)
    yield LiveResolver(store, KEYS, read_model("person"), warn=pytest.fail)
    gc.unfreeze()


@pytest.fixture
def search(live: LiveResolver) -> PeopleSearch:
    return PeopleSearch(live)


def ask(search: PeopleSearch, query: PersonQuery) -> list[tuple[str, ...]]:
    look_up = Pseudonymiser(KEYS, lambda: dt.datetime(2026, 11, 1, tzinfo=dt.UTC))
    return [found.agrees for found in search.search(look_up.person_query(query), 10).found]


@pytest.mark.parametrize(
    "query",
    [
        pytest.param(PersonQuery("William", "Ashdown", date_of_birth=dt.date(1984, 5, 17)), id="as written"),
        pytest.param(PersonQuery("Bill", "Ashdown", date_of_birth=dt.date(1984, 5, 17)), id="a nickname"),
        pytest.param(PersonQuery("Wiliam", "Ashdon", date_of_birth=dt.date(1984, 5, 17)), id="typing errors"),
        pytest.param(
            PersonQuery("Ashdown", "William", date_of_birth=dt.date(1984, 5, 17)), id="swapped names"
        ),
        pytest.param(PersonQuery("William", "Ashdown", age=43), id="about his age"),
        pytest.param(PersonQuery("William", "Ashdown", born="1984"), id="his year"),
        pytest.param(PersonQuery("William", "Ashdown", born="1984-05"), id="his month"),
        pytest.param(PersonQuery("William", "Ashdown", born="1984-05-01/1984-06-10"), id="around his day"),
    ],
)
def test_a_person_is_found_with_reasons(live: LiveResolver, search: PeopleSearch, query: PersonQuery) -> None:
    live.read()
    found = ask(search, query)
    assert found
    assert found[0], "nothing is said to agree"


def test_more_fit_than_are_listed_only_if_they_may_be_known(live: LiveResolver, search: PeopleSearch) -> None:
    live.read()
    look_up = Pseudonymiser(KEYS, lambda: dt.datetime(2026, 11, 1, tzinfo=dt.UTC))
    asked = look_up.person_query(PersonQuery(family_name="Ashdown", address="3 Mill Lane, JX1 4AB"))
    both = search.search(asked, 2)
    assert (len(both.found), both.more) == (2, False)
    first = search.search(asked, 1)
    assert first.found[0] in both.found
    assert (len(first.found), first.more) == (1, True)
    for shielded, shown in ((both.found[0], both.found[1]), (both.found[1], both.found[0])):
        with live.using() as held:
            held.hidden = Hidden(frozenset({shielded.person}))
        alone = search.search(asked, 1)
        assert ([each.person for each in alone.found], alone.more) == ([shown.person], False)


def test_somebody_else_is_not_offered(live: LiveResolver, search: PeopleSearch) -> None:
    live.read()
    assert not ask(search, PersonQuery("Oluwaseun", "Fitzgerald", date_of_birth=dt.date(1950, 1, 2)))


def test_before_the_people_are_read_a_search_says_so(search: PeopleSearch) -> None:
    assert not search.ready
    with pytest.raises(GraphUnavailableError):
        ask(search, PersonQuery("William", "Ashdown", age=43))


def test_the_collector_passes_over_what_was_read(live: LiveResolver) -> None:
    live.read()
    assert gc.get_freeze_count() > 0


def test_people_are_said_to_be_read_once(store: Store, live: LiveResolver) -> None:
    said: list[str] = []

    @contextmanager
    def step(what: str) -> Iterator[None]:
        said.append(what)
        yield

    shown = LiveResolver(store, KEYS, read_model("person"), warn=pytest.fail, step=step)
    shown.catch_up()
    shown.discard()
    shown.catch_up()
    assert shown.ready
    assert said == ["Reading people; nobody is searched for before"]
