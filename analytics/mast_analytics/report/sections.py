"""Sections of the report, each made of what may be shown: nothing here sees a count that may not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from mast_analytics.costs import Avoided
from mast_analytics.disclosure.curves import Curve, rising
from mast_analytics.disclosure.paths import GOES_ON, Steps
from mast_analytics.disclosure.tables import HIDDEN
from mast_analytics.kinds import STANDS, runs
from mast_analytics.release.exports import ShownKinds
from mast_analytics.release.volumes import Shown, ShownVolumes
from mast_analytics.report.document import Cell, Chart, Kind, Part, Section, Table, summary
from mast_analytics.volumes import BETWEEN, By
from mast_resolver.vocabulary import vocabulary

NO_LIMIT: Final = "no limit"
MOST_BARS: Final = 15
MOST_TIMES: Final = 20
CHANGE: Final = ("Year before", "This year", "Ratio a day", "Lowest", "Highest")
HEADS: Final = {
    By.AGENCY: "Agency",
    By.TYPE: "Type of contact",
    By.AREA: "Area",
    By.SOURCE: "Agency and type",
}
IN_PART: Final = " (in part)"


def demand(found: Sequence[ShownVolumes], cut: Sequence[str] = ()) -> Section:
    """Contacts of this year beside those of the year before, by whatever was counted by.

    ``cut`` says why some years are not held whole.
    """
    return Section(
        title="Contacts, and how they changed",
        says=(
            "Contacts of the last twelve months beside those of the twelve before. A contact counts once, "
            "whomever it touches.",
            "The ratio is of contacts a day. Its interval holds the true one in 95 of 100 such cases; if it "
            "holds 1, no change is shown. Counts vary more from week to week than chance alone would have "
            "them, and the interval allows for that (negative binomial). There is none where one household "
            "or two make most of what is counted.",
            f"Rows that are marked{IN_PART} lack some of their parts, which are not shown: they are too low.",
            *cut,
        ),
        parts=tuple(_volumes(each) for each in found),
        cannot_say=(
            "Whether more happened, or more was recorded: a feed that began, or a rule of recording that "
            "changed, looks like demand. What is recorded late is missing from this year only.",
            "Of twenty rows one has an interval without 1 by chance alone.",
        ),
    )


def _volumes(found: ShownVolumes) -> Part:
    head = HEADS[found.by]
    listed = [_changed(_named(row.name, found.by), row) for row in found.rows]
    rows = (*listed, _changed("all", found.total))
    table = Table(f"Contacts by {head.lower()}", (head, *CHANGE), rows)
    if not found.rows:
        return Part(table)
    return Part(
        table,
        (
            Chart(
                Kind.BARS, f"Contacts by {head.lower()}, two years", summary(table, 2, "contacts this year"),
                "contacts", (1, 2),
            ),
            Chart(
                Kind.INTERVALS, f"Change by {head.lower()}, with 95 % intervals",
                f"{summary(table, 3, 'times as many')} The dashed line is no change.",
                "ratio of contacts a day; 1 is no change", (3, 4, 5), even=1.0,
            ),
        ) if len(rows) <= MOST_BARS + 1 else (),
    )  # fmt: skip


def _changed(name: str, row: Shown) -> tuple[Cell, ...]:
    high = NO_LIMIT if row.high is None else row.high
    return (name + (IN_PART if row.in_part else ""), row.before, row.now, row.ratio, row.low, high)


def _named(name: str, by: By) -> str:
    """Types in the vocabulary's words; agencies and areas as they are known."""
    if by in (By.TYPE, By.SOURCE):
        *agency, kind = name.split(BETWEEN)
        title = vocabulary().contact_type(kind).title
        return ": ".join([*agency, title])
    return name


def ladder(steps: Steps) -> Section:
    """From each level of the ladder to each other."""
    marked, shares = steps.table.marked(), steps.table.per_cent()
    columns = (*steps.columns, "all")
    counts = tuple((name, *marked[place].tolist()) for place, name in enumerate((*steps.rows, "all")))
    # Where nobody stood there is no share to hide.
    stood = [place for place in range(len(steps.rows)) if marked[place, -1] != 0]
    per_cent = tuple((steps.rows[place], *shares[place, :-1].tolist()) for place in stood)
    return Section(
        title="Steps between levels",
        says=(
            "Everybody stands, on each day, at the highest level of what is going on. A row says from which "
            f"level, a column to which one; {GOES_ON} are those who had not left it at the cut-off.",
            "Levels are of what services did, from 0 (open to all) to 6 (the highest).",
        ),
        parts=(
            Part(Table("Steps from level to level", ("From", *columns), counts)),
            Part(Table("Of all who stood at a level, per cent", ("From", *steps.columns), per_cent)),
        ),
        cannot_say=("That one level leads to another: these are the ways that were gone.",),
    )


def reaching(curve: Curve, level: int) -> Section:
    """The share that reached a level by days since the first contact."""
    names = {"reached": f"reached level {level}", "died": "died before"}
    shares = rising(curve)
    columns = ("Days", *(names.get(each, each) for each in curve.causes), "Followed just before")
    rows = tuple(
        (int(day), *(round(float(share), 3) for share in shares[:, place]), int(curve.at_risk[place]))
        for place, day in _some(curve.times.tolist())
    )
    table = Table(f"Share that reached level {level}, by days since the first contact", columns, rows)
    many = len(curve.causes)
    chart = Chart(
        Kind.STEPS, f"Share that reached level {level}", summary(table, 1, "as a share") if many else "",
        "days since the first contact", tuple(range(1, many + 1)),
    )  # fmt: skip
    return Section(
        title=f"Time to level {level}",
        says=(
            "Who died before cannot reach the level any more and is counted as such, not as somebody who may "
            "yet (Aalen-Johansen). Nothing is said between the days of the table.",
            "Shares are rounded, by more the fewer are followed. As a share never falls, each is held to "
            "what the figures before and after it allow.",
            *(f"Not shown, for too few: {names.get(each, each)}." for each in curve.withheld),
        ),
        parts=(Part(table, (chart,) if rows and many else ()),),
        cannot_say=("Anything about those who were lost sight of for a reason that has to do with it.",),
    )


def _some(times: list[float]) -> list[tuple[int, float]]:
    """Times with their places, not more than a reader wants to read: each so many, and the last one."""
    apart = -(-len(times) // MOST_TIMES) or 1
    return [pair for pair in enumerate(times) if (len(times) - 1 - pair[0]) % apart == 0]


def paths(found: ShownKinds) -> Section:
    """Kinds of path, the commonest first."""
    steps = tuple(f"Half-year {step}" for step in range(1, found.steps + 1))
    rows = tuple(
        (", then ".join(_words(kind)), count)
        for kind, count in sorted(found.people.items(), key=lambda item: (-item[1], item[0]))
    )
    table = Table("People by kind of path", ("Highest in each half-year", "People"), rows)
    chart = Chart(Kind.BARS, "People by kind of path", summary(table, 1, "people"), "people", (1,))
    others = (("other kinds, each of few people", found.left_out), ("followed for less", found.too_short))
    return Section(
        title="Kinds of path",
        says=(f"Where people stood in each of the first {len(steps)} half-years after their first contact.",),
        parts=(
            Part(table, (chart,) if 0 < len(rows) <= MOST_BARS else ()),
            Part(Table("People whose path is not in that table", ("Why", "People"), others)),
        ),
        cannot_say=("What is rare. The highest levels are.",),
    )


def _words(kind: tuple[int, ...]) -> list[str]:
    """Stands in turn, each run of one said once with its length."""
    return [
        STANDS[stand] + (f" ({end - begin + 1})" if end > begin else "") for stand, begin, end in runs(kind)
    ]


def savings(found: Sequence[tuple[str, Avoided]]) -> Section:
    """What is claimed to have been avoided, with everything that it rests on; mostly that nothing is."""
    rows = tuple(_pounds(name, of) for name, of in found)
    sentences = [f"{name}: {sentence}" for name, of in found for sentence in of.says]
    return Section(
        title="Costs avoided",
        says=(
            "A sum needs an action that was logged, a counterfactual in words and counts, and a published "
            "unit cost. Where one is missing nothing is claimed.",
            *(sentences or ["Nothing is claimed: nobody entered anything."]),
        ),
        parts=(
            Part(Table("Pounds avoided", ("What", "Pounds", "Lowest", "Highest", "Prices of"), rows)),
        ) if rows else (),
        cannot_say=("That the action was the cause, or that the money is there to be spent otherwise.",),
    )  # fmt: skip


def _pounds(name: str, of: Avoided) -> tuple[Cell, ...]:
    figures = (round(each) for each in (of.pounds.value, of.pounds.low, of.pounds.high))
    return (name, *figures, str(of.price_year or "none"))


def shown(cells: Sequence[Cell | None]) -> tuple[Cell, ...]:
    """With the mark where there is nothing to show.

    Example:
        >>> shown(["a", None, 3])
        ('a', '*', 3)
    """
    return tuple(HIDDEN if cell is None else cell for cell in cells)
