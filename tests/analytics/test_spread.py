"""How many agencies know somebody."""

from __future__ import annotations

from tests.analytics.histories import contact, known, on

from mast_analytics.episodes import CutOff, episodes
from mast_analytics.spread import agencies_known


def test_an_agency_counts_once_and_from_a_day_on() -> None:
    contacts = (
        contact("1", 0, "ED_ATTENDANCE", record="r1"),
        contact("2", 5, "CHILDREN_REFERRAL", record="r1"),
        contact("3", 6, "CHILDREN_REFERRAL", record="r1"),
        contact("4", 20, "SECTION_47_ENQUIRY", record="r2"),
    )
    found = episodes(known(*contacts), CutOff(on(100), on(100)))
    assert agencies_known(found) == {1: 1, 2: 1}
    assert agencies_known(found, since=on(3).toordinal()) == {1: 2}
