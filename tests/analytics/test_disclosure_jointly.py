"""A researcher takes every table of every cohort that they may have, and solves for small counts in all.

Each table is covered by itself (test_disclosure_tables.py), and no two cohorts differ by few people
(test_disclosure_ledger.py). But two cohorts that contain one another have two tables, whose difference is the
table of whoever is in the one only: by agency, by days, by cut-off. What is small there is nobody's cell.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product
from math import ceil, floor, inf

import numpy as np
import pytest
from scipy.optimize import linprog
from scipy.sparse import csr_array, vstack
from tests.analytics.disclosure_attack import interval
from tests.analytics.histories import contact, known, on

from mast_analytics.cohorts import Selection, paths, selected
from mast_analytics.disclosure.ledger import Ledger
from mast_analytics.disclosure.paths import shown_transitions
from mast_analytics.disclosure.policies import Ints, Policy, policy
from mast_analytics.disclosure.tables import Table
from mast_analytics.episodes import CutOff, Episodes, episodes
from mast_analytics.history import History
from mast_analytics.spells import spells
from mast_analytics.transitions import transitions
from mast_resolver.research_errors import CohortTooCloseError

CUT_OFFS = (700, 1_000)
DAYS = (150, 300, 450)
AGENCIES = ("council_children", "nhs")
FIRST_DAY = on(0).date().toordinal()
Atom = tuple[int, str, bool]
"""Between which days the first contact was, whose it was, and whether the other agency knows them too."""
ATOMS: list[Atom] = list(product(range(len(DAYS) + 1), AGENCIES, (False, True)))


def town(seed: int, people: int = 240) -> History:
    """Everybody has a first contact, with either agency; some are known to both, and some go up."""
    draw = np.random.default_rng(seed)
    said = []
    for person in range(people):
        record, first, child = f"r{person}", int(draw.integers(0, 600)), draw.random() < 0.5
        both = draw.random() < 0.4
        for day, referred in ((first, child), (first + int(draw.integers(5, 80)), not child)):
            if day == first or both:
                type_ = "CHILDREN_REFERRAL" if referred else "ED_ATTENDANCE"
                closed = day + 5 if referred else None
                said.append(contact(f"{person} {type_}", day, type_, record=record, closed=closed))
        if (child or both) and draw.random() < 0.5:
            began = first + int(draw.integers(90, 200))
            ended = began + int(draw.integers(20, 150)) if draw.random() < 0.6 else None
            said.append(contact(f"{person} plan", began, "CHILD_IN_NEED", record=record, closed=ended))
        if (child or both) and draw.random() < 0.25:
            began = first + int(draw.integers(100, 250))
            said.append(
                contact(f"{person} 47", began, "SECTION_47_ENQUIRY", record=record, closed=first + 300)
            )
    return known(*said)


def cohorts() -> Iterator[tuple[Selection, list[bool]]]:
    """Every choice of days, of the first agency or of one that knows them; and which atoms are in it."""
    bounds = [(0, len(DAYS)), *((0, each) for each in range(len(DAYS))),
              *((each + 1, len(DAYS)) for each in range(len(DAYS)))]  # fmt: skip
    for (low, high), first, knows in product(bounds, (None, *AGENCIES), (None, *AGENCIES)):
        if first is None or knows is None:
            yield (
                Selection(
                    first_from=FIRST_DAY + DAYS[low - 1] if low else None,
                    first_before=FIRST_DAY + DAYS[high] if high < len(DAYS) else None,
                    first_agency=first,
                    known_to=knows,
                ),
                [low <= span <= high and first in (None, at) and (both or knows in (None, at))
                 for span, at, both in ATOMS],
            )  # fmt: skip


def steps(cohort: Episodes) -> Ints:
    found = transitions(spells(cohort))
    return np.column_stack([found.counts, found.censored])


@dataclass
class Joint:
    """What all tables say of how many of each atom took each step by each cut-off."""

    rules: Policy
    truth: Ints
    """By cut-off, atom, and cell."""
    lines: list[csr_array] = field(default_factory=list)
    lows: list[float] = field(default_factory=list)
    highs: list[float] = field(default_factory=list)

    @classmethod
    def of(cls, history: History, rules: Policy) -> Joint:
        """Whatever the ledger admits is asked for."""
        ledger, by_cut_off = Ledger(b"a key of the research store"), []
        everybody = [episodes(history, CutOff(on(day), on(day))) for day in CUT_OFFS]
        for all_ in everybody:
            none = np.zeros_like(steps(all_))
            by_cut_off.append([_truth(all_, atom, none) for atom in ATOMS])
        joint = cls(rules, np.array(by_cut_off))
        for number, all_ in enumerate(everybody):
            for choice, atoms in cohorts():
                cohort = selected(all_, choice)
                try:
                    ledger.admit({"cohort": paths(cohort)}, rules)
                except CohortTooCloseError:
                    continue
                joint._learn(number, atoms, shown_transitions(transitions(spells(cohort)), rules).table)
        return joint

    def _learn(self, cut_off: int, atoms: list[bool], table: Table) -> None:
        size, least = self.truth.shape[2:], 0 if table.hidden.all() else self.rules.floor
        for place in product(*(range(each + 1) for each in size)):
            where = tuple(slice(None) if at == end else at for at, end in zip(place, size, strict=True))
            line = np.zeros_like(self.truth)
            line[(cut_off, np.array(atoms), *where)] = 1
            self.lines.append(csr_array(line.reshape(1, -1)))
            if place[0] == place[1] < size[0]:
                low, high = 0.0, 0.0  # nobody goes from a state to the same
            elif table.hidden[place]:
                low, high = least, inf
            else:
                low, high = interval(self.rules, int(table.values[place]))
            self.lows.append(low)
            self.highs.append(high)

    def small(self) -> list[tuple[int, Ints]]:
        """Counts of 1 to the threshold, of any group that cohorts leave over, and what they are sums of."""
        found = []
        spans = range(len(DAYS) + 1)
        for cut_off, low, high, at, both in product(
            range(len(CUT_OFFS)), spans, spans, (None, *AGENCIES), (None, False, True)
        ):
            group = [low <= s <= high and at in (None, a) and both in (None, b) for s, a, b in ATOMS]
            counts = self.truth[cut_off, group].sum(axis=0)
            for cell in np.argwhere((counts > 0) & (counts <= self.rules.threshold)):
                line = np.zeros_like(self.truth)
                line[(cut_off, np.array(group), *cell)] = 1
                found.append((int(counts[tuple(cell)]), line.ravel()))
        return found

    def ranges(self, many: int) -> list[tuple[int, int, float]]:
        """Of so many small counts what they are, and the least and the most that they can be."""
        facts, lows, highs = vstack(self.lines).tocsr(), np.array(self.lows), np.array(self.highs)
        true = facts @ self.truth.ravel()
        assert ((lows <= true) & (true <= highs)).all(), "the attacker was told nothing that is not so"
        told = np.ones(self.truth.size, np.bool_)
        for nought in np.flatnonzero(highs == 0):
            told[facts[[nought]].indices] = False
        above = vstack([facts[np.isfinite(highs)], -facts]).tocsr()[:, told]
        limits = np.concatenate([highs[np.isfinite(highs)], -lows])
        says = np.diff(above.indptr) > 0
        small = self.small()
        draw = np.random.default_rng(0).permutation(len(small))[:many]
        return [(small[each][0], *ends(above[says], limits[says], small[each][1][told])) for each in draw]


def _truth(everybody: Episodes, atom: Atom, none: Ints) -> Ints:
    span, first, both = atom
    cohort = selected(
        everybody,
        Selection(
            first_from=FIRST_DAY + DAYS[span - 1] if span else None,
            first_before=FIRST_DAY + DAYS[span] if span < len(DAYS) else None,
            first_agency=first,
        ),
    )
    (other,) = set(AGENCIES) - {first}
    known_to_both = selected(cohort, Selection(known_to=other))
    theirs = steps(known_to_both) if len(known_to_both.subject) else none
    return theirs if both else steps(cohort) - theirs


def ends(above: csr_array, limits: Ints, line: Ints) -> tuple[int, float]:
    """The least and the most that such a sum can be, as a whole number."""
    found = [
        linprog(sign * line, A_ub=above, b_ub=limits, bounds=(0, None), method="highs") for sign in (1, -1)
    ]
    least, most = (
        sign * each.fun if each.status == 0 else inf for sign, each in zip((1, -1), found, strict=True)
    )
    return ceil(least - 1e-6), floor(most + 1e-6) if most < inf else inf


@pytest.mark.parametrize(("name", "many"), [("nhs", 25), ("acro", 8)])
def test_all_tables_together_leave_a_small_count_as_wide_as_half_of_what_is_rounded_to(
    name: str, many: int
) -> None:
    rules = policy(name).of_cohorts
    found = Joint.of(town(1), rules).ranges(many)
    assert len(found) == many
    for count, least, most in found:
        assert least <= count <= most
        assert most - least + 1 >= rules.base // 2, (count, least, most)


@pytest.mark.parametrize(("name", "many", "width"), [("nhs", 25, 0), ("acro", 8, 0)])
def test_the_same_attack_on_figures_that_are_less_coarse_finds_small_counts(
    name: str, many: int, width: int
) -> None:
    """Exact ones where nothing is rounded; where it is to less than the threshold, nearly."""
    found = Joint.of(town(1), policy(name)).ranges(many)
    assert min(most - least for _, least, most in found) <= width
