"""Exports: what other programs read, and of no person; nothing rare, and nothing to work it out from."""

from __future__ import annotations

import io
from itertools import pairwise

import networkx as nx
import numpy as np
import pyarrow.csv as pc
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lifelines import AalenJohansenFitter
from tests.analytics.disclosure_attack import assert_nothing_small_can_be_worked_out
from tests.analytics.histories import knowns, on
from tests.analytics.predictor_worlds import town

from mast_analytics.disclosure.paths import shown_follows
from mast_analytics.disclosure.policies import POLICIES, policy
from mast_analytics.disclosure.tables import HIDDEN, protect
from mast_analytics.episodes import CutOff, episodes
from mast_analytics.follows import directly_follows
from mast_analytics.history import History
from mast_analytics.incidence import incidence
from mast_analytics.kinds import DIED, STANDS, Kinds, kinds
from mast_analytics.release.exports import (
    EDGES,
    MSTATE,
    NODES,
    SPELL,
    ShownKinds,
    dictionary,
    graphml,
    mstate,
    numbers,
    shown_kinds,
    spell,
    transitions,
)
from mast_analytics.spells import DEAD, spells
from mast_resolver.errors import UsageError
from mast_resolver.known import Known

NOW = CutOff(on(900), on(900))
MANY = Kinds(
    182, 3, {(1, 0, 0): 90, (1, 3, 0): 40, (2, 3, 3): 30, (3, DIED, DIED): 12, (0, 1, 2): 7, (3, 0, 3): 1}, 20
)


@pytest.fixture(scope="module")
def shown() -> ShownKinds:
    return shown_kinds(kinds(spells(episodes(town(2), NOW)), steps=3), policy("nhs"))


@settings(deadline=None)
@given(knowns(), st.integers(1, 4), st.integers(1, 20))
def test_everybody_is_in_one_kind_or_too_short_and_stands_where_their_spells_say(
    what: Known, steps: int, long: int
) -> None:
    found = spells(episodes(History(what), CutOff(on(45), on(60))))
    told = kinds(found, steps=steps, step_days=long)
    people = np.unique(found.subject)
    assert sum(told.people.values()) + told.too_short == len(people)
    by_hand: dict[tuple[int, ...], int] = {}
    for who in people.tolist():
        mine = found.subject == who
        start, stop = (found.start - found.first)[mine], (found.stop - found.first)[mine]
        died = int(stop[-1]) if found.to[mine][-1] == DEAD else 10**9
        if start[0] != 0 or (stop[-1] < steps * long and died >= steps * long):
            continue
        path = []
        for step in range(steps):
            days = range(step * long, (step + 1) * long)
            states = [
                s
                for a, b, s in zip(start, stop, found.state[mine], strict=True)
                if set(days) & set(range(a, b))
            ]
            path.append(DIED if step * long >= died else max([0, 1, 1, 2, 2, 3, 3, 3][s] for s in states))
        by_hand[tuple(path)] = by_hand.get(tuple(path), 0) + 1
    assert told.people == by_hand


def test_mstate_has_each_possible_transition_of_each_spell_and_at_most_one_happened(
    shown: ShownKinds,
) -> None:
    rows = mstate(shown).to_pylist()
    assert tuple(rows[0]) == tuple(each.name for each in MSTATE)
    assert len(shown.people) >= 3
    by_spell: dict[tuple[int, int], list[dict[str, int]]] = {}
    for row in rows:
        by_spell.setdefault((row["id"], row["Tstart"]), []).append(row)
        assert transitions(shown)[row["from"] - 1, row["to"] - 1] == row["trans"]
        assert 0 <= row["Tstart"] < row["Tstop"]
        assert row["time"] == row["Tstop"] - row["Tstart"]
    for of in by_spell.values():
        assert len({row["from"] for row in of}) == 1
        assert {row["to"] for row in of} == {n + 1 for n in range(DIED + 1)} - {of[0]["from"]}
        assert sum(row["status"] for row in of) <= 1
    for id_ in range(1, len(shown.people) + 1):
        mine = [of for (each, _), of in sorted(by_spell.items()) if each == id_]
        for before, then in pairwise(mine):
            assert before[0]["Tstop"] == then[0]["Tstart"]
            (went,) = [row["to"] for row in before if row["status"]]
            assert went == then[0]["from"]


@pytest.mark.parametrize("met", [{0, 1, 2, 3}, {0, 3}, {2}])
def test_transitions_are_numbered_row_by_row_without_a_gap(met: set[int]) -> None:
    people: dict[tuple[int, ...], int] = {(state, DIED): 50 for state in met}
    found = transitions(ShownKinds(policy("nhs"), 182, 2, people, 0, 0))
    assert list(found) == sorted((of, to) for of in met for to in range(DIED + 1) if of != to)
    assert list(found.values()) == list(range(1, 4 * len(met) + 1))


def test_other_programs_find_in_the_rows_what_is_in_the_paths() -> None:
    told = shown_kinds(MANY, policy("acro"))
    rows = mstate(told).to_pandas()
    weights = dict(zip(told.people, told.people.values(), strict=True))
    # How many ever reached levels 4 to 6 from below, by the rows and by the paths.
    reached = rows[(rows["to"] == 4) & (rows["status"] == 1)].drop_duplicates("id")["weight"].sum()
    assert reached == sum(n for kind, n in weights.items() if 3 in kind[1:] and kind[0] != 3)
    # Time to the first of levels 4 to 6 by a library that reads weights, and by our own of so many people.
    first = rows[rows["from"] != 4].groupby("id").agg(stop=("Tstop", "max"), weight=("weight", "first"))
    event = first.index.map(
        lambda i: int(((rows["id"] == i) & (rows["to"] == 4) & (rows["status"] == 1)).any())
    )
    by_hand = AalenJohansenFitter(calculate_variance=False, jitter_level=0, seed=1)
    stop, happened, weight = first["stop"].to_numpy(), np.asarray(event), first["weight"].to_numpy()
    theirs = by_hand.fit(np.repeat(stop, weight), np.repeat(happened, weight), event_of_interest=1)
    ours = incidence(np.repeat(stop, weight), np.repeat(happened, weight), ["up"])
    assert float(theirs.cumulative_density_.iloc[-1, 0]) == pytest.approx(ours.happened[0, -1], abs=1e-9)


def test_spells_of_tramineR_are_whole_steps_that_follow_one_another(shown: ShownKinds) -> None:  # noqa: N802
    rows = spell(shown).to_pylist()
    assert tuple(rows[0]) == tuple(each.name for each in SPELL)
    assert {row["state"] for row in rows} <= set(STANDS)
    for id_, kind in enumerate(shown.people, start=1):
        mine = [row for row in rows if row["id"] == id_]
        told = [row["state"] for row in mine for _ in range(row["begin"], row["end"] + 1)]
        assert told == [STANDS[each] for each in kind]
        assert mine[0]["begin"] == 1
        assert mine[-1]["end"] == shown.steps
        assert all(a["end"] + 1 == b["begin"] and a["state"] != b["state"] for a, b in pairwise(mine))


def test_csv_and_parquet_hold_the_same_and_parquet_its_own_dictionary(shown: ShownKinds) -> None:
    for table, fields in ((mstate(shown), MSTATE), (spell(shown), SPELL)):
        text, binary = io.BytesIO(), io.BytesIO()
        pc.write_csv(table, text)
        pq.write_table(table, binary)
        text.seek(0)
        read = pq.read_table(binary)
        assert pc.read_csv(text).to_pylist() == read.to_pylist() == table.to_pylist()
        for each in fields:
            assert read.schema.field(each.name).metadata[b"description"].decode() == each.says


@pytest.mark.parametrize("name", POLICIES)
def test_no_row_is_of_few_and_what_is_left_out_gives_nobody_away(name: str) -> None:
    rules = policy(name)
    told = shown_kinds(MANY, rules)
    assert all(MANY.people[kind] > rules.threshold for kind in told.people)
    assert {row["weight"] for row in spell(told).to_pylist()} <= set(told.people.values())
    rare = sum(count for count in MANY.people.values() if count <= rules.threshold)
    counts = np.array([*(c for c in MANY.people.values() if c > rules.threshold), rare, MANY.too_short])
    assert_nothing_small_can_be_worked_out(protect(counts, rules), counts)
    lonely = shown_kinds(Kinds(182, 1, {(1,): 50, (2,): 3}, 40), rules)
    assert (2,) not in lonely.people
    assert lonely.left_out == HIDDEN


def test_of_nobody_there_are_files_without_rows() -> None:
    none = shown_kinds(Kinds(182, 2, {}, 0), policy("nhs"))
    assert mstate(none).num_rows == spell(none).num_rows == 0
    assert mstate(none).column_names == [each.name for each in MSTATE]
    with pytest.raises(UsageError):
        kinds(spells(episodes(History(Known()), NOW)), steps=0)


@pytest.mark.parametrize("name", POLICIES)
def test_graphml_says_what_the_table_says_and_no_more(name: str) -> None:
    steps = shown_follows(directly_follows(episodes(town(2), NOW)), policy(name))
    graph = nx.read_graphml(io.BytesIO(graphml(steps)))
    marked = steps.table.marked()
    for row, before in enumerate(steps.rows):
        for column, after in enumerate(steps.columns):
            said = marked[row, column]
            assert graph.has_edge(before, after) == (said == HIDDEN or said > 0)
            if graph.has_edge(before, after):
                assert graph.edges[before, after].get("times") == (None if said == HIDDEN else said)
                assert graph.edges[before, after]["shown"] == (said != HIDDEN)
    assert {key for _, each in graph.nodes(data=True) for key in each} <= {each.name for each in NODES}
    assert {key for *_, each in graph.edges(data=True) for key in each} <= {each.name for each in EDGES}


def test_every_field_of_every_file_is_in_the_dictionary(shown: ShownKinds) -> None:
    said = dictionary({"paths.csv": MSTATE, "follows.graphml": (*NODES, *EDGES)}, about=numbers(shown))
    assert [each["path"] for each in said["resources"]] == ["paths.csv", "follows.graphml"]
    for each in said["resources"]:
        assert all(field["description"] for field in each["schema"]["fields"])
    assert said["states"]["5"] == "died"
    for row in mstate(shown).to_pylist():
        assert said["transitions"][str(row["trans"])] == [row["from"], row["to"]]
