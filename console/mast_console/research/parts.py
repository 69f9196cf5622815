"""From what the service answers to the parts of a page: sentences, tables, and drawings of those tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from mast_console.research.asking import counted
from mast_console.research.tables import Part, Table, counts, shares, state
from mast_console.research.times import times
from mast_console.research.ways import ways

Said = Mapping[str, Any]


def transitions(said: Said, _titles: Mapping[str, str]) -> tuple[Part, ...]:
    """Steps from each level to each other, and shares of each row."""
    steps = said["steps"]
    columns = tuple(map(state, steps["columns"]))
    names = [state(row["name"]) for row in steps["rows"]]
    many, way = counted(said["basis"]["by"]), "from the level of the row to that of the column"
    return (
        Part(
            "How often, from which level to which",
            (
                f"Each row is where {many} were, each column where they went next, or that they were "
                "still there at the cut-off. One who went twice is counted twice.",
                "The level is the highest of what was open. That one came after the other does not say why. "
                "Of a row of nothing there is no share: a dash stands there.",
            ),
            (
                Table("steps", f"How often, {way}", "From", columns, counts(steps, names)),
                Table(
                    "shares",
                    f"Per cent of the total of the row, {way}",
                    "From",
                    columns,
                    shares(steps, names),
                ),
            ),
        ),
    )


PARTS: Final[Mapping[str, Callable[[Said, Mapping[str, str]], tuple[Part, ...]]]] = {
    "transitionMatrix": transitions,
    "timeToEvent": times,
    "escalationPaths": ways,
}
"""What is made of each question's answer; the second argument is what types of contact are called."""
