"""A researcher asks for contact volumes at every end of a month, by agency and type and by area, and solves.

Two windows of a year that are a month apart share eleven months; this year of one question is the year before
of another, a year on; a list by area has the total of the list by agency and type, and wider areas are sums
of areas. All of it is one linear system: its unknowns are contacts by period, agency and type, and area.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from itertools import product
from math import inf

import numpy as np
import pytest
from scipy.sparse import csr_array, vstack
from tests.analytics.disclosure_attack import interval
from tests.analytics.histories import contact, known, lives, on
from tests.analytics.test_disclosure_jointly import ends

from mast_analytics.civil import evening, months_after
from mast_analytics.disclosure.ledger import Ledger
from mast_analytics.disclosure.policies import Bools, Ints, Policy, policy
from mast_analytics.disclosure.tables import HIDDEN
from mast_analytics.episodes import CutOff
from mast_analytics.history import History
from mast_analytics.release.volumes import ShownVolumes, shown_volumes
from mast_analytics.volumes import By, contacts_of, two_years, volumes
from mast_resolver.research_errors import CohortTooCloseError

pytestmark = pytest.mark.slow

TYPES = ("CHILDREN_REFERRAL", "CHILDREN_CONTACT", "ED_ATTENDANCE", "WAS_NOT_BROUGHT")
SOURCES = ("council_children / CHILDREN_REFERRAL", "council_children / CHILDREN_CONTACT",
           "nhs / ED_ATTENDANCE", "nhs / WAS_NOT_BROUGHT")  # fmt: skip
AREAS = ("E1", "E2", "E3", "E4")
WARDS = (("E1", "E2"), ("E3", "E4"))
LAST = dt.date(2027, 1, 31)
PEOPLE = 400


@dataclass
class Year:
    """Contacts as they were: day, source, area and whose, one row each."""

    history: History
    rows: Ints


def town(seed: int) -> Year:
    """Everybody in one area for good; contacts over three years, of some kinds and in some areas fewer."""
    draw = np.random.default_rng(seed)
    area = draw.choice(len(AREAS), PEOPLE, p=(0.5, 0.3, 0.15, 0.05))
    said, rows = [], []
    for who in range(PEOPLE):
        for number in range(int(draw.integers(1, 5))):
            day, kind = int(draw.integers(0, 1_060)), int(draw.choice(len(TYPES), p=(0.5, 0.3, 0.15, 0.05)))
            closed = day + 5 if TYPES[kind] == "CHILDREN_REFERRAL" else None
            said.append(contact(f"{who} {number}", day, TYPES[kind], record=f"r{who}", closed=closed))
            rows.append((on(day).date().toordinal(), kind, int(area[who]), who))
    homes = tuple(lives(f"P-{who}", f"A-{who}") for who in range(PEOPLE))
    return Year(known(*said, homes=homes), np.array(rows))


def places(year: Year) -> dict[str, str]:
    """The area of each home."""
    return {f"at A-{who}": AREAS[area] for _, _, area, who in year.rows.tolist()}


def cut_offs() -> list[CutOff]:
    days = [months_after(LAST.replace(day=1), back + 1) - dt.timedelta(days=1) for back in range(-13, 1)]
    return [CutOff(evening(day), on(5_000)) for day in days]


@dataclass
class Months:
    """What all answers say of contacts by period, source and area."""

    rules: Policy
    bounds: list[int]
    truth: Ints
    lines: list[csr_array] = field(default_factory=list)
    lows: list[float] = field(default_factory=list)
    highs: list[float] = field(default_factory=list)
    answers: int = 0

    @classmethod
    def of(cls, year: Year, rules: Policy) -> Months:
        """Whatever the ledger admits is asked for."""
        spans = [two_years(year.history, cut)[0] for cut in cut_offs()]
        bounds = sorted({day for span in spans for day in span})
        period = np.searchsorted(bounds, year.rows[:, 0], "right") - 1
        truth = np.zeros((len(bounds) - 1, len(SOURCES), len(AREAS)), np.int64)
        seen = (period >= 0) & (period < len(truth))
        np.add.at(truth, (period[seen], year.rows[seen, 1], year.rows[seen, 2]), 1)
        made, ledger, of = cls(rules, bounds, truth), Ledger(b"a key of the research store"), places(year)
        for cut, span in zip(cut_offs(), spans, strict=True):
            cohorts = {
                "contacts": contacts_of(year.history, cut),
                "areas": contacts_of(year.history, cut, of),
            }
            try:
                ledger.admit(cohorts, rules)
            except CohortTooCloseError:
                continue
            made.answers += 1
            made._learn(span, shown_volumes(volumes(year.history, cut, By.SOURCE), rules), SOURCES, axis=1)
            by_area = volumes(year.history, cut, By.AREA, areas=of)
            made._learn(span, shown_volumes(by_area, rules), AREAS, axis=2)
        return made

    def _learn(
        self, span: tuple[int, int, int], shown: ShownVolumes, names: tuple[str, ...], *, axis: int
    ) -> None:
        rows = {row.name: (row.before, row.now) for row in shown.rows}
        assert rows.keys() <= set(names)
        for year in (0, 1):
            where = [
                slice(self.bounds.index(span[year]), self.bounds.index(span[year + 1])),
                slice(None),
                slice(None),
            ]
            whole = [(shown.total.before, shown.total.now)[year], *(said[year] for said in rows.values())]
            least = 0 if all(each == HIDDEN for each in whole) else self.rules.floor
            for place, name in enumerate((*names, "all")):
                line = np.zeros_like(self.truth)
                one = list(where)
                if name != "all":
                    one[axis] = slice(place, place + 1)
                line[tuple(one)] = 1
                # What is in no row is of nobody in either year, as everybody knows.
                said = whole[0] if name == "all" else rows.get(name, (0, 0))[year]
                low, high = (least, inf) if isinstance(said, str) else interval(self.rules, said)
                if name != "all" and name not in rows:
                    low, high = 0, 0
                self.lines.append(csr_array(line.reshape(1, -1)))
                self.lows.append(low)
                self.highs.append(high)

    def small(self, year: Year) -> list[tuple[int, Ints]]:
        """Counts of few people in any run of periods, of any source, or in any area or ward."""
        found = []
        inside = [set(AREAS), *({each} for each in AREAS), *map(set, WARDS)]
        day, kind, area, who = year.rows.T
        for first, last in product(range(len(self.bounds)), repeat=2):
            if first >= last:
                continue
            when = (day >= self.bounds[first]) & (day < self.bounds[last])
            for source, some in product((None, *range(len(SOURCES))), inside):
                at = np.isin(area, [place for place, name in enumerate(AREAS) if name in some])
                if source is not None and len(some) < len(AREAS):
                    continue  # no table has both, so that bounds of them are wide
                rows: Bools = when & at & (True if source is None else kind == source)
                if 0 < len(np.unique(who[rows])) <= self.rules.threshold:
                    line = np.zeros_like(self.truth)
                    of = slice(None) if source is None else slice(source, source + 1)
                    for place, name in enumerate(AREAS):
                        if name in some:
                            line[first:last, of, place] = 1
                    found.append((int(rows.sum()), line.ravel()))
        return found

    def ranges(self, year: Year, many: int) -> list[tuple[int, int, float]]:
        """Of so many small counts what they are, and the least and the most that they can be."""
        facts, lows, highs = vstack(self.lines).tocsr(), np.array(self.lows), np.array(self.highs)
        true = facts @ self.truth.ravel()
        assert ((lows <= true) & (true <= highs)).all(), "the attacker was told nothing that is not so"
        finite = np.isfinite(highs)
        above, limits = vstack([facts[finite], -facts]).tocsr(), np.concatenate([highs[finite], -lows])
        small = self.small(year)
        draw = np.random.default_rng(0).permutation(len(small))[:many]
        return [(small[each][0], *ends(above, limits, small[each][1])) for each in draw]


@pytest.mark.parametrize("name", ["nhs", "acro"])
def test_of_all_months_together_no_few_can_be_told_to_be_few(name: str) -> None:
    rules, year = policy(name).of_cohorts, town(1)
    months = Months.of(year, rules)
    assert months.answers >= 10
    found = months.ranges(year, 60)
    assert len(found) == 60
    for count, least, most in found:
        assert least <= count <= most
        assert most > rules.threshold, (count, least, most)


def test_of_exact_figures_the_same_attack_tells_some_few_to_be_few() -> None:
    rules, year = policy("acro"), town(1)
    assert any(most <= rules.threshold for _, _, most in Months.of(year, rules).ranges(year, 120))
