"""What a report is made of, whoever draws it: sections of sentences, tables, and charts of those tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from mast_analytics.disclosure.tables import HIDDEN

Cell = str | int | float
MINUS: Final = "\N{MINUS SIGN}"


class Kind(StrEnum):
    """How a chart shows its table."""

    BARS = "bars"
    """Bars side by side: a row for each label, a column for each kind of bar."""
    INTERVALS = "intervals"
    """A mark and its interval for each label: columns are the figure, its low and its high end."""
    STEPS = "steps"
    """Lines that step: the first column is where, the others are how high each line is from there on."""


@dataclass(frozen=True, slots=True)
class Table:
    """Cells by row; the first of each row is its header. The mark stands where a figure is hidden."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]

    @property
    def hidden(self) -> int:
        """How many cells have the mark."""
        return sum(cell == HIDDEN for row in self.rows for cell in row[1:])


@dataclass(frozen=True, slots=True)
class Chart:
    """Some columns of a table, drawn; ``says`` is what it shows, for those who do not see it.

    ``even`` is the value that means no difference, if there is one.
    """

    kind: Kind
    title: str
    says: str
    unit: str
    columns: tuple[int, ...]
    even: float | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A table and the charts that are drawn of it."""

    table: Table
    charts: tuple[Chart, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, what is to be known before one looks, the tables, and what they cannot say."""

    title: str
    says: tuple[str, ...]
    parts: tuple[Part, ...]
    cannot_say: tuple[str, ...] = ()

    @property
    def hidden(self) -> int:
        """How many figures are not shown."""
        return sum(part.table.hidden for part in self.parts)


@dataclass(frozen=True, slots=True)
class Report:
    """A title, facts about the whole (name and value), and sections."""

    title: str
    facts: tuple[tuple[str, str], ...]
    says: tuple[str, ...]
    sections: tuple[Section, ...]


def number(cell: Cell) -> str:
    r"""As a reader writes it: thousands parted, no more decimals than there are, a real minus.

    Example:
        >>> number(12345), ascii(number(-0.5)), number("*"), number(2.0)
        ('12,345', "'\\u22120.5'", '*', '2')
    """
    if isinstance(cell, str):
        return cell
    text = f"{cell:,.2f}".rstrip("0").rstrip(".") if isinstance(cell, float) else f"{cell:,}"
    return text.replace("-", MINUS)


def summary(table: Table, column: int, unit: str) -> str:
    """The least and the most of a column in a sentence, and how many of it are hidden.

    Example:
        >>> summary(Table("x", ("a", "n"), (("one", 3), ("two", 9), ("three", "*"))), 1, "contacts")
        'Of 3 rows the highest is two with 9 contacts and the lowest one with 3; 1 is not shown.'
    """
    told = [(row[column], row[0]) for row in table.rows if not isinstance(row[column], str)]
    left_out = len(table.rows) - len(told)
    hidden = f"; {left_out} {'is' if left_out == 1 else 'are'} not shown" if left_out else ""
    if not told:
        return f"None of {len(table.rows)} rows is shown."
    (most, top), (least, bottom) = max(told, key=_first), min(told, key=_first)
    return (
        f"Of {len(table.rows)} rows the highest is {top} with {number(most)} {unit} "
        f"and the lowest {bottom} with {number(least)}{hidden}."
    )


def _first(pair: tuple[Cell, Cell]) -> float:
    return float(pair[0])


def suppressed(sections: Sequence[Section]) -> Table:
    """How many figures are hidden, section by section."""
    rows = tuple(
        (each.title, each.hidden, sum(len(row) - 1 for part in each.parts for row in part.table.rows))
        for each in sections
    )
    return Table("Figures that are not shown, by section", ("Section", "Not shown", "Of all"), rows)
