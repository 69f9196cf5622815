"""How many agencies know somebody, and figures at two thresholds of linkage."""

from __future__ import annotations

import pytest
from tests.analytics.histories import contact, known, on

from mast_analytics.episodes import CutOff, Episodes, episodes
from mast_analytics.history import History
from mast_analytics.reaching import reaching
from mast_analytics.spread import agencies_known, band
from mast_resolver.errors import UsageError
from mast_resolver.known import Known, KnownContact, KnownEntity

CUT = CutOff(on(100), on(100))
CONTACTS = (
    contact("1", 0, "ED_ATTENDANCE", record="r1"),
    contact("2", 5, "CHILDREN_REFERRAL", record="r1"),
    contact("3", 6, "CHILDREN_REFERRAL", record="r1"),
    contact("4", 20, "SECTION_47_ENQUIRY", record="r2"),
)


def drawn(contacts: tuple[KnownContact, ...], people: dict[str, str], cut_off: CutOff = CUT) -> Episodes:
    entities = tuple(KnownEntity(record, person, on(-1)) for record, person in people.items())
    return episodes(History(Known(contacts, entities)), cut_off)


def test_an_agency_counts_once_and_from_a_day_on() -> None:
    found = episodes(known(*CONTACTS), CUT)
    assert agencies_known(found) == {1: 1, 2: 1}
    assert agencies_known(found, since=on(3).toordinal()) == {1: 2}


def test_who_is_taken_for_whom_moves_the_share_that_escalates() -> None:
    def share(found: Episodes) -> float | None:
        return reaching(found, 4).incidence.at(50, "reached").value

    strict = drawn(CONTACTS, {"r1": "P-1", "r2": "P-2"})
    loose = drawn(CONTACTS, {"r1": "P-1", "r2": "P-1"})
    told = band({"strict": strict, "loose": loose}, share)
    assert told.figures == {"strict": 0.0, "loose": 1.0}
    assert told.ends == (0.0, 1.0)


def test_a_band_needs_two_ends_at_one_cut_off() -> None:
    one = drawn(CONTACTS, {"r1": "P-1"})
    with pytest.raises(UsageError, match="two ends"):
        band({"strict": one}, lambda _found: 0.0)
    other = drawn(CONTACTS, {"r1": "P-1"}, CutOff(on(90), on(100)))
    with pytest.raises(UsageError, match="cut-offs differ"):
        band({"strict": one, "loose": other}, lambda _found: 0.0)
