"""Whom a figure is of, and that a digest of a path is another as soon as the path is."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import example, given
from tests.analytics.histories import NOON, contact, known, knowns, lives, named, on

from mast_analytics.cohorts import HORIZONS, Selection, of_subjects, paths, selected
from mast_analytics.episodes import CutOff, Episodes, episodes
from mast_analytics.event import GroupBy
from mast_analytics.follows import directly_follows
from mast_analytics.history import History
from mast_analytics.household_types import counted
from mast_analytics.shapes import shapes
from mast_analytics.spells import spells
from mast_analytics.spread import agencies_known
from mast_analytics.transitions import transitions
from mast_resolver.known import Known, KnownEntity

CUT_OFF = CutOff(on(100), on(100))


def three() -> Episodes:
    return episodes(
        known(
            contact("a", 0, "ED_ATTENDANCE", record="r1"),
            contact("b", 9, "CHILD_IN_NEED", record="r1"),
            contact("c", 5, "CHILDREN_REFERRAL", record="r2"),
            contact("d", 50, "ED_ATTENDANCE", record="r3"),
        ),
        CUT_OFF,
    )


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        (Selection(), "123"),
        (Selection(first_from=NOON.toordinal() + 5), "23"),
        (Selection(first_before=NOON.toordinal() + 5), "1"),
        (Selection(first_type="ED_ATTENDANCE"), "13"),
        (Selection(first_type="CHILD_IN_NEED"), ""),
        (Selection(first_agency="council_children"), "2"),
        (Selection(known_to="council_children"), "12"),
        (Selection(known_to="fire"), ""),
        (Selection(first_type="ED_ATTENDANCE", known_to="council_children"), "1"),
    ],
)
def test_people_are_chosen_by_how_they_were_first_known(selection: Selection, expected: str) -> None:
    assert "".join(sorted(each[2:] for each in paths(selected(three(), selection)))) == expected


def test_whoever_is_chosen_is_chosen_with_all_that_is_theirs() -> None:
    everybody = three()
    some = selected(everybody, Selection(known_to="council_children"))
    assert paths(some).items() <= paths(everybody).items()
    assert len(of_subjects(everybody, some.subject).subject) == len(some.subject) == 3


@given(knowns(), knowns())
def test_digests_of_paths_differ_exactly_where_paths_do(left: Known, right: Known) -> None:
    def told(what: Known) -> tuple[dict[str, bytes], dict[str, list[tuple[object, ...]]]]:
        found = episodes(History(what), CUT_OFF)
        names, types = found.history.names.all, found.history.types.all
        rows: dict[str, list[tuple[object, ...]]] = {}
        for row, who in enumerate(found.subject.tolist()):
            end = 0 if found.open[row] else int(found.end[row])
            said = (types[found.type[row]], int(found.start[row]), end, found.died.get(who))
            rows.setdefault(names[who], []).append(said)
        for each in found.treated:
            if each.subject in rows:
                rows[each.subject].append((each.rule, each.contact))
        return paths(found), {who: sorted(said, key=str) for who, said in rows.items()}

    (ours, our_rows), (theirs, their_rows) = told(left), told(right)
    for who in ours.keys() & theirs.keys():
        assert (ours[who] == theirs[who]) is (our_rows[who] == their_rows[who])


def shown(found: Episodes) -> tuple[object, ...]:
    """What figures show of somebody, how long they were followed apart."""
    broken = {(each.rule, each.contact) for each in found.treated}
    runs = spells(found)
    steps, way = transitions(runs), shapes(runs)
    stood = [
        int(runs.state[(runs.start - runs.first < day) & (day <= runs.stop - runs.first)].sum())
        for day in HORIZONS
    ]
    return (steps.counts.tolist(), way.subjects, way.too_short, agencies_known(found), stood,
            directly_follows(found), counted(found), broken)  # fmt: skip


DAYS = (0, 1, 15, 27, 28, 29, 30, 31, 60, 100, 365, 366, 400)
HAPPENED = [CutOff(on(day), on(999)) for day in DAYS]
HOME = tuple(lives(f"P-{one}", "A-1", -50, 900) for one in (1, 2))
MET_AT_SCHOOL = Known(
    (
        contact("a", 0, "ED_ATTENDANCE", recorded=(1, None)),
        contact("b", -200, record="r2", closed=-190, recorded=(20, None)),
    ),
    named((), HOME),
    HOME,
)
"""A child in a household was met long before they lived there, which is learnt later."""
CLOSED_TOO_EARLY = Known(
    (
        contact("a", 0, "CHILD_IN_NEED", closed=28, recorded=(1, 20)),
        contact("a", 0, "CHILD_IN_NEED", closed=-1, recorded=(20, None)),
    ),
    (KnownEntity("r1", "P-1", on(-999)),),
)
"""Closed after four weeks; and then said to have been closed before, which counts for as long."""
LEARNT = [CutOff(on(400), on(day)) for day in range(0, 51, 5)]


@pytest.mark.parametrize("by", [GroupBy.PERSON, GroupBy.HOUSEHOLD])
@pytest.mark.parametrize("cut_offs", [HAPPENED, LEARNT], ids=["as it happened", "as it was learnt"])
@given(what=knowns())
@example(what=MET_AT_SCHOOL)
@example(what=CLOSED_TOO_EARLY)
def test_a_digest_is_another_as_soon_as_a_figure_is(cut_offs: list[CutOff], by: GroupBy, what: Known) -> None:
    """Of two cut-offs: else the ledger would take them for one, and figures would show who moved."""
    history = History(what)
    found = [episodes(history, each, by=by) for each in cut_offs]
    for left, right in pairwise(found):
        ours, theirs = paths(left), paths(right)
        assert cut_offs is LEARNT or ours.keys() <= theirs.keys()
        for who in ours.keys() & theirs.keys():
            before, after = (
                shown(of_subjects(each, np.array([each.names.index(who)]))) for each in (left, right)
            )
            assert before == after or ours[who] != theirs[who]


def test_of_people_within_a_hold_those_to_whom_nothing_happened_have_the_digest_they_had() -> None:
    history = known(*(contact(f"c{one}", one, "ED_ATTENDANCE", record=f"r{one}") for one in range(60)))
    before, after = (paths(episodes(history, CutOff(on(day), on(999)))) for day in (66, 67))
    others = {who for who in before if before[who] != after[who]}
    assert others == {"P-38", "P-39"}, "one is 30 days on, of one the hold is over"


def test_a_household_of_another_type_has_another_digest() -> None:
    """A child who was met at school long before, as is learnt later: nothing came to the household."""
    history = known(
        contact("a", 0, "WELFARE_CHECK", record="r1", recorded=(1, None)),
        contact("s", -200, "SCHOOL_CONCERN", record="r2", recorded=(60, None)),
        homes=HOME,
    )
    before, after = (episodes(history, CutOff(on(100), on(day)), by=GroupBy.HOUSEHOLD) for day in (59, 60))
    assert counted(before) != counted(after)
    assert paths(before)["H-of-A-1-0"] != paths(after)["H-of-A-1-0"]


def test_what_was_not_counted_as_recorded_is_in_the_digest_and_of_the_cohort_alone() -> None:
    history = known(
        contact("a", 0, "ED_ATTENDANCE", record="r1"),
        contact("b", 0, "ED_ATTENDANCE", record="r2"),
        *(contact(f"{one}", 5, closed=1, record=f"r{one}", recorded=(10 + one, None)) for one in (1, 2)),
    )
    none, one, both = (episodes(history, CutOff(on(50), on(day))) for day in (10, 11, 12))
    assert paths(none).keys() == paths(both).keys()
    assert [len(each.treated) for each in (none, one, both)] == [0, 1, 2]
    ours, theirs = paths(one), paths(both)
    assert {who for who in ours if ours[who] != theirs[who]} == {"P-2"}
    first = of_subjects(both, both.history.names.find(["P-1"]))
    assert [each.subject for each in first.treated] == ["P-1"], "a figure of a cohort is of nobody else"
    assert selected(both, Selection(known_to="fire")).treated == ()
    fault_alone = replace(both, treated=())
    assert paths(fault_alone)["P-1"] != theirs["P-1"], "a fault is another figure, with the same path"
