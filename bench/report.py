"""Tables on the terminal, and the page that keeps them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

HEADER = """# Results

Written by `make bench`, `python -m bench.accuracy` or `python -m bench.addresses` (see `bench/`).
Figures are reported, never asserted: other work on the machine shows in them.
"""
SECTION = re.compile(r"<!-- section: (?P<name>\w+) -->\n(?P<text>.*?)<!-- end -->", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Figures:
    """One table: what was measured, and under which conditions."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    conditions: Sequence[str] = ()

    def show(self, console: Console) -> None:
        """Print it."""
        table = Table(title=self.title, title_justify="left", title_style="bold")
        for position, column in enumerate(self.columns):
            table.add_column(column, justify="left" if position == 0 else "right", overflow="fold")
        for row in self.rows:
            table.add_row(*row)
        console.print(table)
        for line in self.conditions:
            console.print(f"  {line}", style="dim", highlight=False)

    def markdown(self) -> str:
        """The same for the page."""
        lines = [
            f"### {self.title}",
            "",
            _line(self.columns),
            _line(["---", *["---:"] * (len(self.columns) - 1)]),
        ]
        lines += [_line(row) for row in self.rows]
        lines += ["", *[f"- {line}" for line in self.conditions]]
        return "\n".join(lines).rstrip() + "\n"


@dataclass(frozen=True, slots=True)
class Measured:
    """One section of the page."""

    name: str
    title: str
    conditions: str
    tables: Sequence[Figures]
    people: int | None = None
    """How many it was measured with, where that is not for whoever measures to say."""

    def markdown(self) -> str:
        """The section's text."""
        tables = "\n".join(table.markdown() for table in self.tables)
        return f"## {self.title}\n\n{self.conditions}\n\n{tables}"


def write_page(path: Path, order: Sequence[str], measured: Iterable[Measured]) -> None:
    """Put the sections into the page; those not measured this time stay as they were."""
    found = SECTION.finditer(path.read_text("utf-8")) if path.exists() else ()
    texts = {section["name"]: section["text"] for section in found}
    texts |= {section.name: section.markdown() for section in measured}
    page = [f"<!-- section: {name} -->\n{texts[name]}<!-- end -->\n" for name in order if name in texts]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([HEADER, *page]), "utf-8")


def number(value: float, digits: int = 0) -> str:
    """A number with its thousands told apart.

    Example:
        >>> number(12345.6), number(1.25, 1)
        ('12,346', '1.2')
    """
    return f"{value:,.{digits}f}"


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"
