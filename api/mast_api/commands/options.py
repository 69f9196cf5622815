"""Options and start-up that several subcommands share."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import click

from mast_api.settings import Settings
from mast_api.terminal import Terminal
from mast_resolver.errors import UsageError

Command = TypeVar("Command", bound=Callable[..., Any])

DATA = click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder of the managed Neo4j, keys and audit log (MAST_DATA; default .mast).",
)
JSON = click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")


def common(command: Command) -> Command:
    """Add ``--data`` and ``--json``."""
    return DATA(JSON(command))


def needs_train_extra(what: str) -> None:
    """Refuse ``what`` where Splink and DuckDB are not installed.

    Raises:
        UsageError: they are not.
    """
    if any(importlib.util.find_spec(each) is None for each in ("splink", "duckdb")):
        raise UsageError(
            f"{what} needs Splink and DuckDB, which are not installed",
            fix="install the extra: pip install 'mast-tracker[train]'",
        )


def start(data: Path | None, *, as_json: bool) -> tuple[Settings, Terminal]:
    """The settings of this call, `--data` put in, and where to write."""
    settings = Settings.read(os.environ)
    if data is not None:
        settings = replace(settings, data=data)
    return settings, Terminal(as_json=as_json)
