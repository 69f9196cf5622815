"""Options and start-up that several subcommands share."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import click

from mast_api.backup import RESTORE_LOCK
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
    """The settings of this call, `--data` put in, and where to write.

    A restore into the data folder that was killed while it put things in place is finished first.

    Raises:
        SettingsError: settings are missing or unreadable.
        DataFolderLockedError: a restore into the data folder is under way.
    """
    settings = Settings.read(os.environ)
    if data is not None:
        settings = replace(settings, data=data)
    terminal = Terminal(as_json=as_json)
    if (settings.data / RESTORE_LOCK).exists():
        _settle(settings, terminal)
    return settings, terminal


def _settle(settings: Settings, terminal: Terminal) -> None:
    # Imported late: hardly any folder was ever restored into.
    from mast_api.backup.audit import noting
    from mast_api.backup.swapping import settle

    if settle(settings.data, noting(settings, "restored")):
        terminal.warn("a restore that had been cut off is finished")
