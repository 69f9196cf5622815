"""What the `mast` command writes: progress and messages to standard error, the answer to standard output."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

import click
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
            self.err.print(message, soft_wrap=whole)

    def warn(self, message: str) -> None:
        """Something the operator should know, scripts included."""
        self.err.print(f"[yellow]warning:[/yellow] {message}")

    @contextmanager
    def step(self, what: str) -> Iterator[Step]:
        """A spinner and a bar on a terminal, nothing for scripts; the line stays when the step is done."""
        columns = (
            SpinnerColumn(finished_text="[green]done[/green]"),
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
        )
        with Progress(*columns, console=self.err, disable=self.as_json) as progress:
            task = progress.add_task(what, total=None)
            yield _ProgressStep(progress, task)
            finished = progress.tasks[0]
            progress.update(task, total=finished.completed or 1, completed=finished.completed or 1)

    def table(self, title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """A readable table on standard output."""
        table = Table(title=title, title_justify="left", title_style="bold")
        for column in columns:
            table.add_column(column, overflow="fold")
        for row in rows:
            table.add_row(*row)
        self.out.print(table)

    def answer(self, document: Mapping[str, Any]) -> None:
        """The one JSON document of a command, for scripts."""
        if self.as_json:
            click.echo(json.dumps(document, indent=2, default=str))


class _ProgressStep:
    def __init__(self, progress: Progress, task: Any) -> None:
        self._progress = progress
        self._task = task

    def advance(self, done: int, total: int | None = None) -> None:
        self._progress.update(self._task, completed=done, total=total)
