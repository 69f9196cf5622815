"""Tables as they are shown and as they are downloaded: the same cells, and no cell of its own anywhere."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from mast_console import words
from mast_console.research.curves import Chart
from mast_console.research.flows import Flows

MARK: Final = "*"
"""What the service says where it hides a figure."""

NO_SHARE: Final = "\N{EN DASH}"
"""A share of nothing, or of what is hidden: nobody can work it out."""


@dataclass(frozen=True, slots=True)
class Row:
    """The name of a row, and its cells as text; the mark where a figure is hidden."""

    name: str
    cells: tuple[str, ...]
    total: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table; ``id`` tells it from others of its answer, ``head`` is what its rows are called."""

    id: str
    caption: str
    head: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]

    @property
    def hidden(self) -> int:
        """How many figures are hidden.

        Example:
            >>> Table("t", "", "", ("n",), (Row("a", ("*",)), Row("b", ("15",)))).hidden
            1
        """
        return sum(cell == MARK for row in self.rows for cell in row.cells)

    @property
    def figures(self) -> int:
        """How many there are, hidden or not; a cell of words is none."""
        return sum(cell == MARK or cell[:1].isdigit() for row in self.rows for cell in row.cells)

    def has_words(self, column: int) -> bool:
        """Whether a column holds words rather than figures.

        Example:
            >>> table = Table("t", "", "First", ("Then", "Times"), (Row("Contact", ("Referral", "15")),))
            >>> table.has_words(0), table.has_words(1)
            (True, False)
        """
        return any(row.cells[column][:1].isalpha() and row.cells[column] != NO_SHARE for row in self.rows)

    def csv(self, head: Sequence[str]) -> str:
        r"""The table for other programs, after lines that begin with ``#`` and say what it is.

        Example:
            >>> Table("t", "Steps", "From", ("Level 1",), (Row("Level 2", ("*",)),)).csv(["policy: nhs"])
            '# policy: nhs\r\nFrom,Level 1\r\nLevel 2,*\r\n'
        """
        text = io.StringIO()
        for line in head:
            text.write(f"# {' '.join(line.split())}\r\n")
        writer = csv.writer(text)
        writer.writerow([self.head, *self.columns])
        writer.writerows([row.name, *row.cells] for row in self.rows)
        return text.getvalue()


@dataclass(frozen=True, slots=True)
class Part:
    """A heading, what has to be known to read what follows, the tables, and a drawing of the first one."""

    heading: str
    says: tuple[str, ...]
    tables: tuple[Table, ...]
    chart: Chart | None = None
    flows: Flows | None = None


def counts(found: Mapping[str, Any], names: Sequence[str]) -> tuple[Row, ...]:
    """Rows of counts as the service has them, its last one being the total."""
    last = len(found["rows"]) - 1
    return tuple(
        Row(name, tuple(figure["shown"] for figure in row["figures"]), place == last)
        for place, (name, row) in enumerate(zip(names, found["rows"], strict=True))
    )


def shares(found: Mapping[str, Any], names: Sequence[str]) -> tuple[Row, ...]:
    """The same rows as shares of their totals, in per cent; a share of what is hidden is hidden."""
    last = len(found["rows"]) - 1
    return tuple(
        Row(name, tuple(map(_share, row["figures"], row["perCent"])), place == last)
        for place, (name, row) in enumerate(zip(names, found["rows"], strict=True))
    )


def _share(figure: Mapping[str, Any], per_cent: float | None) -> str:
    if per_cent is not None:
        return f"{per_cent:.1f}"
    return MARK if figure["value"] is None else NO_SHARE


STATES: Final = {"(still there)": "Still there at the cut-off"}


def state(name: str) -> str:
    """A place on the ladder, or another group that the service names, as a heading.

    Example:
        >>> state("level 3"), state("(still there)")
        ('Level 3', 'Still there at the cut-off')
    """
    return STATES.get(name) or words.sentence(name)


def listed(
    id_: str, caption: str, head: str, found: Mapping[str, Any], named: Callable[[str], str] = state
) -> Table:
    """A list of groups with how many are in each, and which share of all; its last row is the total."""
    names = [named(row["name"]) for row in found["rows"]]
    rows = tuple(
        Row(row.name, (*row.cells, *share.cells), row.total)
        for row, share in zip(counts(found, names), shares(found, names), strict=True)
    )
    return Table(id_, caption, head, ("How many", "Per cent"), rows)
