"""Whom a contact touches after a load: whom its rows name, however they were cut, killed and repeated."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from tests import builders
from tests.builders import FEED, at_place, batch, contact, person, place, touches
from tests.emptying import empty
from tests.graph.loads import Ticking
from tests.graph_contents import contents, rows

from mast_graph.batch import Counts
from mast_graph.lease import Lease
from mast_graph.load import Load, Loader
from mast_graph.store import Login, Store
from mast_resolver.records import FOREVER, Batch, Contact, Retraction, Touch

pytestmark = pytest.mark.graph

NAMES = ("ann", "bob", "cat")
PEOPLE = batch(people=[person(name) for name in NAMES], places=[place("mill lane")])
ANN, BOB, CAT = map(touches, NAMES)

VERSIONS = """
MATCH (c:Contact) WHERE c.id = $id
RETURN c.recorded_to = $forever AS current, c.content AS content,
       COLLECT { MATCH (r)-[e]->(c) WITH r.id + e.role AS touch RETURN touch ORDER BY touch } AS touches
ORDER BY c.version
"""


class Town:
    """A loader of files of contacts about three people, and what is stored of them."""

    def __init__(self, store: Store, lease: Lease, server: Login) -> None:
        self.loader = Loader(store, lease, Ticking())
        self._server = server
        self._files = 0

    def begin(self, *, appends: bool = False, file: str = "") -> Load:
        self._files += 1
        load = self.loader.begin(FEED, file or f"file {self._files}", snapshot=not appends)
        assert load is not None
        return load

    def load(self, *batches: Batch, appends: bool = False, file: str = "") -> Counts:
        load = self.begin(appends=appends, file=file)
        counts = sum(self.loader.load_each(load, [PEOPLE, *batches]), Counts())
        self.loader.finish(load, counts)
        return counts

    def versions(self, name: object = "call") -> list[tuple[bool, set[str]]]:
        found = rows(self._server, VERSIONS, id=contact(name).id, forever=FOREVER)
        return [(row["current"], set(row["touches"])) for row in found]

    def touched(self, name: object = "call") -> set[str]:
        """Whom the version in force touches, and in what role."""
        return next((touched for current, touched in self.versions(name) if current), set())

    def everything(self) -> object:
        return contents(self._server)


@pytest.fixture
def town(store: Store, neo4j_server: Login) -> Iterator[Town]:
    with Lease.acquire(store, "tests") as lease:
        yield Town(store, lease, neo4j_server)


def call(*who: Touch, content: object = 1) -> Batch:
    return batch(contacts=[contact("call", *who, content=content)])


def names(*who: Touch) -> set[str]:
    return {touch.record + touch.role for touch in who}


def test_a_corrected_role_leaves_the_contact_and_stays_in_its_earlier_version(town: Town) -> None:
    wrong = [touches("ann", "suspect"), touches("bob", "victim")]
    right = [touches("ann", "victim"), touches("bob", "suspect")]
    town.load(call(*wrong))
    counts = town.load(call(*right))
    assert (counts.contacts_changed, counts.touches_added) == (1, 0)
    assert town.versions() == [(False, names(*wrong)), (True, names(*right))]


def test_who_is_taken_off_a_contact_leaves_it_though_they_stay_in_the_file(town: Town) -> None:
    other = batch(contacts=[contact("other", BOB)])
    town.load(call(ANN, BOB), other)
    town.load(call(ANN), other)
    assert town.versions() == [(False, names(ANN, BOB)), (True, names(ANN))]
    assert town.touched("other") == names(BOB)


def test_further_people_of_the_same_load_come_into_the_version_it_made(town: Town) -> None:
    counts = town.load(call(ANN), call(BOB))
    assert (counts.contacts_new, counts.touches_added) == (1, 1)
    assert town.versions() == [(True, names(ANN, BOB))]


def test_rows_that_differ_unite_their_people_across_batches_too(town: Town) -> None:
    town.load(call(ANN), call(BOB, content=2))
    assert town.touched() == names(ANN, BOB)


def test_the_rows_of_a_contact_in_several_batches_change_nothing_when_they_come_again(town: Town) -> None:
    told = [call(ANN, at_place("mill lane")), call(CAT), call(BOB)]
    town.load(*told)
    before = town.everything()
    for again in (told, told[::-1], [call(ANN, BOB, CAT, at_place("mill lane"))]):
        assert not town.load(*again).wrote
    assert town.everything() == before


def test_an_append_adds_people_to_what_an_earlier_file_said(town: Town) -> None:
    town.load(call(ANN), appends=True)
    town.load(call(BOB), call(CAT, content=2), appends=True)
    assert town.versions()[0] == (False, names(ANN))
    assert town.touched() == names(ANN, BOB, CAT)
    assert not town.load(call(BOB, content=2), appends=True).wrote


def test_a_load_that_was_killed_before_its_end_still_takes_people_off(town: Town) -> None:
    town.load(call(ANN, BOB))
    load = town.begin(file="killed")
    told = [PEOPLE, call(ANN), batch(contacts=[contact("other", CAT)])]
    # All of it is one transaction, and its counts come before what is left for the end.
    next(town.loader.load_each(load, told))
    assert town.touched() == names(ANN, BOB)
    town.load(*told[1:], file="killed")
    assert town.touched() == names(ANN)


def test_who_was_withdrawn_in_the_same_load_is_not_carried_over(town: Town) -> None:
    town.load(call(ANN, BOB, CAT))
    town.load(call(ANN), batch(gone=[builders.retract("ann")]), call(BOB, content=2))
    assert town.touched() == names(BOB)


@pytest.mark.parametrize(
    "gone",
    [
        pytest.param(builders.retract_contact("call"), id="the contact itself"),
        pytest.param(builders.retract("ann"), id="the last who is left"),
    ],
)
def test_a_contact_that_is_withdrawn_with_people_left_to_take_off_stays_withdrawn(
    gone: Retraction, town: Town
) -> None:
    town.load(call(ANN, BOB))
    town.load(call(ANN), batch(gone=[gone]))
    assert town.touched() == set()


def test_a_contact_costs_no_further_question_when_nobody_leaves(town: Town, store: Store) -> None:
    town.load(call(ANN, BOB))
    store.queries_run = 0
    town.load(call(ANN, BOB))
    same = store.queries_run
    store.queries_run = 0
    town.load(call(ANN))
    assert store.queries_run > same
    store.queries_run = 0
    town.load(batch(contacts=[contact("new", ANN)]))
    # The contact, and word of it for those who count.
    assert store.queries_run == same + 2


Row = tuple[int, str, str, int]
ROWS = st.lists(
    st.tuples(
        st.integers(0, 1),  # contact
        st.sampled_from(NAMES),
        st.sampled_from(["victim", "suspect"]),
        st.integers(1, 2),  # content
    ),
    max_size=6,
)


def as_batches(found: Sequence[Row], size: int) -> list[Batch]:
    return [as_batch(found[start : start + size]) for start in range(0, len(found), size)]


def as_batch(found: Sequence[Row]) -> Batch:
    """As the intake makes one: a contact stands in it once, with everybody of its rows."""
    contacts: dict[int, Contact] = {}
    for event, who, role, content in found:
        said = contact(event, touches(who, role), content=content)
        earlier = contacts[event].touches if event in contacts else ()
        contacts[event] = replace(said, touches=tuple(dict.fromkeys((*earlier, *said.touches))))
    return batch(contacts=list(contacts.values()))


def expected(files: Sequence[Sequence[Row]], event: int, *, appends: bool) -> set[str]:
    named: set[str] = set()
    for rows_ in files:
        said = {touches(who, role).record + role for one, who, role, _ in rows_ if one == event}
        named = named | said if appends else said or named
    return named


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(
    files=[[(0, "ann", "victim", 1), (0, "bob", "victim", 1)], [(0, "ann", "victim", 1)]],
    size=1,
    appends=False,
    kills=[1, 2],
)
@given(
    files=st.lists(ROWS, min_size=1, max_size=3),
    size=st.integers(1, 6),
    appends=st.booleans(),
    kills=st.lists(st.integers(1, 6), max_size=2),
)
def test_a_contact_touches_whom_its_rows_name_however_they_are_cut_and_killed(
    files: list[list[Row]],
    size: int,
    appends: bool,
    kills: list[int],
    store: Store,
    neo4j_server: Login,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("mast_graph.load.TOGETHER", 0)
    empty(store)
    with Lease.acquire(store, "tests") as lease:
        town = Town(store, lease, neo4j_server)
        for number, found in enumerate(files):
            batches = as_batches(found, size)
            for stored in kills:
                # A process that died behind some batches: no end of the load was written.
                load = town.begin(appends=appends, file=f"f{number}")
                for _, _ in zip(range(stored), town.loader.load_each(load, [PEOPLE, *batches]), strict=False):
                    pass
            town.load(*batches, appends=appends, file=f"f{number}")
        for event in (0, 1):
            assert town.touched(event) == expected(files, event, appends=appends)
