"""Options and start-up that several subcommands share."""

from __future__ import annotations

import getpass
import importlib.util
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from mast_api.audit.subjects import is_subject
from mast_api.backup import RESTORE_LOCK
from mast_api.settings import Settings
from mast_api.terminal import Terminal
from mast_resolver.errors import UsageError

if TYPE_CHECKING:
    from mast_api.ports import Found

Command = TypeVar("Command", bound=Callable[..., Any])

DATA = click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder of the managed Neo4j, keys and audit log (MAST_DATA; default .mast).",
)
DAY = click.DateTime(["%Y-%m-%d"])
AS_OF = click.option(
    "--as-of",
    type=DAY,
    help="Last day that counts, a month's last; default: that of the last month that is over.",
)
POLICY = click.option("--policy", help="Disclosure policy; default: MAST_DISCLOSURE_POLICY.")
BY = click.option(
    "--by",
    required=True,
    callback=lambda context, option, value: subject(context, option, value),
    help="Who does this: the subject of their token. It is kept in the audit log.",
)
BY_LOGIN = click.option(
    "--by",
    default=lambda: login_name(),
    show_default="your login name",
    callback=lambda context, option, value: subject(context, option, value),
    help="Who does this: it is kept in the audit log.",
)
"""For commands that other programs call without it: whoever runs them is still named."""
PROPOSE = click.option("--propose", is_flag=True, help="Write nothing: have somebody else approve it first.")
IDENTITY = click.option(
    "--identity",
    required=True,
    type=click.Path(dir_okay=False, allow_dash=True, path_type=Path),
    help="JSON of the identity presented: - for standard input, or a file that only its owner may read.",
)
REQUEST = click.option(
    "--request",
    help="Id of the request by right that this answers (rightsRequests): settled once it is done.",
)
JSON = click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")


def common(command: Command) -> Command:
    """Add ``--data`` and ``--json``."""
    return DATA(JSON(command))


def start_release(
    data: Path | None, *, as_json: bool, out: Path | None, propose: bool
) -> tuple[Settings, Terminal]:
    """As :func:`start`, for a command that writes figures of research or has them approved first.

    Raises:
        click.UsageError: it is to write and to propose at once, or neither.
        UsageError: nobody else approved what is to be written, where two people release.
    """
    if (out is None) == (not propose):
        raise click.UsageError("say --out to write it, or --propose to have it approved, and not both")
    settings, terminal = start(data, as_json=as_json)
    if settings.released_by_two and not propose:
        raise UsageError(
            "here nobody writes figures of research alone (MAST_TWO_PERSON_RELEASE)",
            fix="take --propose, have it approved (mast research decide), then mast research release ID",
        )
    return settings, terminal


def say_proposed(terminal: Terminal, told: Mapping[str, object]) -> None:
    """What waits for somebody else, and by which digest it is approved."""
    terminal.answer(told)
    terminal.say(f"{told['id']} waits for somebody else to approve {told['digest']}", whole=True)


def show_candidates(terminal: Terminal, found: Sequence[Found]) -> None:
    """Who may be meant by an identity: ids and why, no value."""
    terminal.answer({"candidates": [asdict(each) for each in found]})
    if not terminal.as_json:
        rows = [
            (each.person, f"{each.weight / 1000:.1f}", " ".join(each.agrees), " ".join(each.differs))
            for each in found
        ]
        terminal.table("Who may be meant", ("person", "bits", "speaks for it", "speaks against"), rows)
        terminal.say("Nothing was done. Repeat it with --confirm and the id of the one who is meant")


def subject(_context: click.Context, _option: click.Parameter, value: str) -> str:
    """A subject as options take it."""
    if not is_subject(value):
        # It goes into the audit log: what is no subject might be a name.
        raise click.BadParameter("give the `sub` of their token, such as officer-7")
    return value


def subject_if_given(context: click.Context, option: click.Parameter, value: str | None) -> str | None:
    """A subject, for an option that not every use of a command needs."""
    return None if value is None else subject(context, option, value)


def login_name() -> str:
    """Who runs this on the machine: a name, or the number of a user of none, or of one that no log takes.

    Example:
        >>> login_name() != ""
        True
    """
    try:
        name = getpass.getuser()
    except (KeyError, OSError):
        name = ""
    return name if is_subject(name) else f"uid-{os.getuid()}"


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
