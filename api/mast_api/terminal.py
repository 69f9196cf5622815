"""What the `mast` command writes: progress and messages to standard error, the answer to standard output."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final, Protocol

import click
from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Table
from rich.text import Text

BETWEEN: Final = 2
"""Signs between two columns of a table."""

_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""What a window obeys, or does not show: control signs, and signs of format and of direction."""


class Step(Protocol):
    """One piece of long work that tells how far it is."""

    def advance(self, done: int, total: int | None = None) -> None:
        """So many units are done, of so many in all where that is known."""


class Terminal:
    """Standard output for the answer (a table, or one JSON document), standard error for the rest."""

    def __init__(self, *, as_json: bool) -> None:
        self.as_json = as_json
        self.out = Console(highlight=False)
        self.err = Console(stderr=True, highlight=False)

    def say(self, message: str, *, whole: bool = False) -> None:
        """A line about what is going on, ``whole`` where it is to be copied; silent for scripts."""
        if not self.as_json:
            self.err.print(plain(message), soft_wrap=whole)

    def warn(self, message: str) -> None:
        """Something the operator should know, scripts included."""
        self.err.print(Text.assemble(("warning:", "yellow"), " ", plain(message)))

    @contextmanager
    def step(self, what: str) -> Iterator[Step]:
        """A spinner and a bar on a terminal, nothing for scripts; the line stays when the step is done."""
        columns = (
            SpinnerColumn(finished_text="[green]done[/green]"),
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
        )
        with Progress(*columns, console=self.err, disable=self.as_json) as progress:
            task = progress.add_task(plain(what).plain, total=None)
            yield _ProgressStep(progress, task)
            finished = progress.tasks[0]
            progress.update(task, total=finished.completed or 1, completed=finished.completed or 1)

    def table(self, title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """A readable table on standard output, in which no word is cut.

        Where not even the longest words of its columns have room side by side every row is a list.
        """
        # Spaces at the front of a line count as part of its first word, which would be cut for them.
        rows = [
            ["\n".join(line.strip() for line in plain(cell).plain.splitlines()) for cell in row]
            for row in rows
        ]
        widths = _widths([columns, *rows], self.out.width - BETWEEN * (len(columns) - 1))
        if widths is None:
            self._list(title, columns, rows)
            return
        several = any("\n" in cell for row in rows for cell in row)
        table = Table(
            title=plain(title, style="bold"),
            title_justify="left",
            box=box.SIMPLE_HEAD,
            show_edge=False,
            padding=(0, BETWEEN - 1, 0, 0),
            pad_edge=False,
            leading=int(several),
        )
        for column, width in zip(columns, widths, strict=True):
            table.add_column(column, width=width)
        for row in rows:
            table.add_row(*map(Text, row))
        self.out.print(table)

    def _list(self, title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        self.out.print(plain(title, style="bold"))
        for row in rows:
            for number, (column, cell) in enumerate(zip(columns, row, strict=True)):
                lead = "- " if not number else "  "
                self.out.print(Text(f"{lead}{column}: {', '.join(cell.splitlines())}"), soft_wrap=True)

    def answer(self, document: Mapping[str, Any]) -> None:
        """The one JSON document of a command, for scripts."""
        if self.as_json:
            click.echo(json.dumps(document, indent=2, default=str))


def plain(message: str, *, style: str = "") -> Text:
    """A text that may come from anybody, as it is shown: markup does not count, control signs are named.

    Example:
        >>> plain("[red]\x1b[2Jgone").plain
        '[red]\\\\x1b[2Jgone'
    """
    return Text("".join(map(_named_if_unseen, message)), style=style)


def _named_if_unseen(sign: str) -> str:
    seen = sign in "\n\t" or unicodedata.category(sign) not in _UNSEEN
    return sign if seen else sign.encode("unicode_escape").decode()


class _ProgressStep:
    def __init__(self, progress: Progress, task: Any) -> None:
        self._progress = progress
        self._task = task

    def advance(self, done: int, total: int | None = None) -> None:
        self._progress.update(self._task, completed=done, total=total)


def _widths(rows: Sequence[Sequence[str]], room: int) -> list[int] | None:
    """How wide each column is to be: its longest word at least, and as even as may be; None without room.

    Example:
        >>> _widths([("agency", "when"), ("Calder Valley Police", "today")], 20), _widths([("agency",)], 5)
        ([15, 5], None)
    """
    lines = [
        [line for cell in column for line in cell.splitlines() or [""]] for column in zip(*rows, strict=True)
    ]
    widths = [max(cell_len(word) for line in column for word in line.split() or [""]) for column in lines]
    wanted = [max(map(cell_len, column)) for column in lines]
    left = room - sum(widths)
    if left < 0:
        return None
    while left and (short := [at for at, width in enumerate(widths) if width < wanted[at]]):
        widths[min(short, key=widths.__getitem__)] += 1
        left -= 1
    return widths
