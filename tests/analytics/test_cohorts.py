"""Whom a figure is of, and that a digest of a path is another as soon as the path is."""

from __future__ import annotations

import pytest
from hypothesis import given
from tests.analytics.histories import NOON, contact, known, knowns, on

from mast_analytics.cohorts import Selection, of_subjects, paths, selected
from mast_analytics.episodes import CutOff, Episodes, episodes
from mast_analytics.history import History
from mast_resolver.known import Known

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
        return paths(found), {who: sorted(said, key=str) for who, said in rows.items()}

    (ours, our_rows), (theirs, their_rows) = told(left), told(right)
    for who in ours.keys() & theirs.keys():
        assert (ours[who] == theirs[who]) is (our_rows[who] == their_rows[who])
