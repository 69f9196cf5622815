"""Changing demand as it may be shown: counts that are covered, changes made of those and a coarse spread.

What an agency has is the sum of its types. So tables by agency and by type, each covered by itself, may give
away together what neither shows. Only the finest one is covered; wider ones are sums of what it shows.
The list by area shares the total of each year with it and no more: that tells nothing of either.

A year that is not held whole is not shown. Those who read "year before" over a count take it for one.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

import numpy as np

from mast_analytics.civil import day_in_words, last_month_end, months_after
from mast_analytics.clusters import Varies, rounded_up
from mast_analytics.disclosure.policies import Ints, Policy
from mast_analytics.disclosure.tables import HIDDEN, protect
from mast_analytics.history import Bools
from mast_analytics.volumes import BETWEEN, By, Volumes, limits
from mast_resolver.errors import UsageError

SAFE: Final = (By.AREA, By.SOURCE)
NOT_WHOLE: Final = "not held whole"
"""Stands where a figure would be of a part of a year only."""
_MARKED: Final = -2
"""The same among counts, where what is hidden is below nought too."""
TWO_YEARS: Final = 24


@dataclass(frozen=True, slots=True)
class Shown:
    """One row: counts of the year before and of this one, or a mark, and by what factor that is more.

    ``high`` may be without a limit (``None``). ``in_part`` says that parts of it are hidden, so that the
    figures are too low.
    """

    name: str
    before: int | str
    now: int | str
    ratio: float | str
    low: float | str
    high: float | str | None
    in_part: bool = False


@dataclass(frozen=True, slots=True)
class ShownVolumes:
    """Rows by name and one of all, under a policy; ``hidden`` counts are not shown, of ``cells``."""

    by: By
    policy: Policy
    rows: tuple[Shown, ...]
    total: Shown
    hidden: int
    cells: int


def shown_volumes(
    found: Volumes, policy: Policy, *, wider: By | None = None, level: float = 0.95
) -> ShownVolumes:
    """Counts by name and year, small by the people behind them.

    By agency or by type alone they are asked of volumes by both, with ``wider``. A change is worked out from
    the two figures that are shown, with half of what they are rounded to on either side, and from the
    dispersion, rounded up in steps that grow. Its limits tell that step, and the step how unevenly contacts
    lie over households. So they are not shown where one household or two make most of either year, or of
    what varies: the step would tell about how many contacts are theirs. The dispersion of a wider row is of
    all that is of it: a household with contacts of many types is one household.

    Raises:
        UsageError: volumes by agency or type alone, or ``wider`` of other volumes than by both.

    Example:
        >>> import datetime as dt
        >>> from mast_analytics.disclosure.policies import policy
        >>> from mast_analytics.volumes import change
        >>> even, year = (np.full(52, 2), np.full(52, 3)), (dt.date(2025, 1, 1), dt.date(2025, 12, 31))
        >>> of = [change(n, (104, 156), (80, 90), even, (364, 364)) for n in ("A / x", "A / y", "B / x")]
        >>> both = Volumes(By.SOURCE, year, year, tuple(of), of[0])
        >>> shown = shown_volumes(both, policy("nhs"), wider=By.AGENCY)
        >>> [(row.name, row.now, row.ratio) for row in shown.rows]
        [('A', 310, 1.48), ('B', 155, 1.48)]
    """
    if found.by not in SAFE or (wider is not None and (found.by, wider) not in WIDER):
        raise UsageError(
            "tables by agency and by type would tell of each other",
            fix="count by both, and say which is wider",
        )
    per_day = (found.before[1] - found.before[0]) / (found.now[1] - found.now[0])
    rows = _Rows(policy, per_day, level)
    if not found.changes:
        mark = HIDDEN if all(found.total.whole) else NOT_WHOLE
        return ShownVolumes(wider or found.by, policy, (), Shown("all", mark, mark, mark, mark, mark), 0, 0)
    counts = np.array([(each.before, each.now) for each in found.changes], np.int64)
    behind = [(each.people_before, each.people_now) for each in (*found.changes, found.total)]
    people = np.array(behind, np.int64)
    # Sums over both years are not shown, so that each year is a list of its own and needs less to cover it.
    years = [protect(counts[:, year], policy, people=people[:, year]) for year in (0, 1)]
    whole = np.array([each.whole for each in (*found.changes, found.total)])
    values = np.where(whole, np.column_stack([each.values for each in years]), _MARKED)
    names = [each.name for each in found.changes]
    varies = [Varies(each.dispersion, each.dominated) for each in found.changes]
    shown = values[:-1]
    if wider is None:
        listed = [rows.row(*each) for each in zip(names, shown, varies, strict=True)]
    else:
        part = WIDER[found.by, wider]
        groups = [name.split(BETWEEN)[part] for name in names]
        whole_of = [found.wider.get((wider, group), Varies(1.0)) for group in groups]
        listed = rows.summed(groups, shown, [Varies.of(*each) for each in zip(varies, whole_of, strict=True)])
    return ShownVolumes(
        by=wider or found.by,
        policy=policy,
        rows=tuple(listed),
        total=rows.row("all", values[-1], Varies(found.total.dispersion, found.total.dominated)),
        hidden=int((shown < 0).sum()),
        cells=shown.size,
    )


def not_whole(found: Volumes, now: dt.datetime) -> tuple[str, ...]:
    """Why counts and changes are not held whole, and as of which day they are; nothing where all are.

    ``now`` is when it is asked: a day of which it is not over may not be asked of.

    Example:
        >>> from mast_analytics.volumes import change
        >>> year, even = (dt.date(2023, 7, 1), dt.date(2024, 7, 1)), np.full(52, 2)
        >>> total = change("all", (1, 1), (1, 1), (even, even), (366, 365))
        >>> found = Volumes(By.TYPE, year, year, (), total, (("police (police)", dt.date(2023, 12, 1)),))
        >>> for line in not_whole(found, dt.datetime(2026, 11, 27, tzinfo=dt.UTC)):
        ...     print(line)
        Agreements let contacts be counted from 1 December 2023 on of police (police); both years are held whole as of 30 November 2025 or later.
        A year that began before is not held whole: it is not shown, nor are changes since. All together, and areas, are only shown where every agency's contacts are held whole.
    """  # noqa: E501
    if not found.cut:
        return ()
    days = sorted({day for _, day in found.cut})
    of = [(day, ", ".join(name for name, since in found.cut if since == day)) for day in days]
    return (
        *(
            f"Agreements let contacts be counted from {day_in_words(day)} on of {names}; {_as_of(day, now)}."
            for day, names in of
        ),
        "A year that began before is not held whole: it is not shown, nor are changes since. All together, "
        "and areas, are only shown where every agency's contacts are held whole.",
    )


def _as_of(day: dt.date, now: dt.datetime) -> str:
    first = months_after(day, TWO_YEARS) - dt.timedelta(days=1)
    if first <= last_month_end(now):
        return f"both years are held whole as of {day_in_words(first)} or later"
    # With each month that ends contacts of another one may not be counted any more: it is never later.
    return f"as of no day are both years held whole, which takes more than {TWO_YEARS} months"


WIDER: Final = {(By.SOURCE, By.AGENCY): 0, (By.SOURCE, By.TYPE): 1}
"""Which part of a name is that of the wider group."""


@dataclass(frozen=True, slots=True)
class _Rows:
    policy: Policy
    per_day: float
    level: float

    def row(self, name: str, shown: Ints, varies: Varies, *, in_part: bool = False, parts: int = 1) -> Shown:
        marks = {-1: HIDDEN, _MARKED: NOT_WHOLE}
        marked = [marks.get(each, each) for each in shown.tolist()]
        if (shown < 0).any() or not shown[0]:
            mark = NOT_WHOLE if NOT_WHOLE in marked else HIDDEN
            return Shown(name, marked[0], marked[1], mark, mark, mark, in_part)
        before, now = (float(each) for each in shown)
        ratio = round(now / before * self.per_day, 2)
        if varies.dominated:
            return Shown(name, int(before), int(now), ratio, HIDDEN, HIDDEN, in_part)
        spread = rounded_up(varies.spread)
        half = parts * self.policy.base / 2 if self.policy.base > 1 else 0.0
        low, _ = limits(before + half, max(now - half, 0.0), self.per_day, spread, self.level)
        _, high = limits(max(before - half, 0.0), now + half, self.per_day, spread, self.level)
        return Shown(
            name=name,
            before=int(before),
            now=int(now),
            ratio=ratio,
            low=round(low or 0.0, 2),
            high=None if high is None else round(high, 2),
            in_part=in_part,
        )

    def summed(self, groups: list[str], shown: Ints, varies: list[Varies]) -> list[Shown]:
        listed = []
        for group in sorted(set(groups)):
            mine = np.array([each == group for each in groups])
            # A part of which one year is hidden is in neither: else the years would be of different parts.
            whole = mine & (shown >= 0).all(axis=1)
            if not whole.any():
                listed.append(self._of_this_year(group, mine, shown))
                continue
            most = Varies.of(*(each for each, kept in zip(varies, whole, strict=True) if kept))
            listed.append(
                self.row(group, shown[whole].sum(axis=0), most, in_part=bool((mine & ~whole).any()),
                         parts=int(whole.sum()))
            )  # fmt: skip
        return listed

    def _of_this_year(self, group: str, mine: Bools, shown: Ints) -> Shown:
        """Of parts of which no year before is shown, those of which this one is alone held whole."""
        cut = mine & (shown[:, 0] == _MARKED)
        told = cut & (shown[:, 1] >= 0)
        now = shown[told, 1].sum() if told.any() else max(shown[cut, 1], default=-1)
        before = _MARKED if cut.any() else -1
        in_part = bool(told.any() and (mine & ~told).any())
        return self.row(group, np.array([before, now]), Varies(1.0), in_part=in_part)
