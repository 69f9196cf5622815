"""The `mast` command: one subcommand per file under `commands/`, loaded when it is asked for."""

from __future__ import annotations

import secrets
import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.metadata import version
from typing import Final

import click

from mast_api.memory import keep_out_of_dumps
from mast_resolver.errors import MastError, UsageError

COMMANDS: Final = {
    "up": "start everything on the fixtures and answer the case-study question",
    "load": "load agency files through a source YAML, then resolve what changed",
    "load-gazetteer": "load an area's list of properties, by which addresses are told apart",
    "load-areas": "load the look-up from postcodes to coarse areas, for research",
    "agreements": "list, apply, review and end the agreements that data is shared under",
    "feeds": "load signed deliveries from a drop folder, and say which feeds are late",
    "resolve": "resolve what is pending into people, addresses and households",
    "serve": "serve the GraphQL API",
    "clusters": "write who is who as CSV, for evaluation; needs the keys",
    "export": "write the network as GraphML or JSON, for analysts",
    "evaluate": "compare clusters with a truth file",
    "train": "learn a model from what is loaded",
    "verify": "check the graph, the audit chain and that no clear text is stored",
    "backup": "write everything but the keys to a sealed folder, while the service runs",
    "restore": "put a backup in place of what the data folder holds",
    "decide-again": "decide again what people had decided since a backup that was restored",
    "fixtures": "generate a UK borough and the feeds of its eight agencies",
    "audit": "sign checkpoints of the audit log, and renew its key",
    "staff": "keep who of the staff is who, for the access review",
    "agency": "let an agency leave with all its data, or come back",
    "erase": "delete a person by the identity that they present, and keep them out",
    "subject-access": "report what is held about a person, by the identity that they present",
    "quality": "report contacts that cannot be as they were recorded, by agency",
    "research": "figures of groups under disclosure control: ask, release, write files, evaluate",
    "report": "write a page on demand and paths that can be published",
    "rules": "test, backtest and put in force the rules that raise alerts",
    "retention": "delete what agreements let nobody keep any longer",
    "token": "issue a short-lived development token",
    "notices": "write what the public is told: transparency record, data items, agreements",
    "documents": "register the documents that a service in production answers",
    "agency-key": "register the public keys by which agencies open their own references",
    "open-reference": "open a reference that was sealed to your agency",
    "keys": "make, rotate and retire pseudonymisation keys",
}


class _Lazy(click.Group):
    """Imports a subcommand only when it is used, so that `mast --help` is quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        command = import_module(f"mast_api.commands.{cmd_name.replace('-', '_')}").command
        if not isinstance(command, click.Command):  # pragma: no cover - a programming error
            raise TypeError(cmd_name)
        command.short_help = COMMANDS[cmd_name]
        return command


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(version("mast-tracker"), prog_name="mast")
def group() -> None:
    """Which agencies already know this person, household or address."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command; the exit code is 0 done, 1 failed, 2 the call is wrong.

    Every failure is one message with a code and a fix on standard error. An unexpected error is
    masked, since its text may quote a value; set MAST_DEBUG=1 on a machine without real data to see it.
    """
    keep_out_of_dumps()
    try:
        code = group.main(args=arguments, standalone_mode=False)
    except click.exceptions.Abort:
        sys.exit(130)
    except click.ClickException as problem:
        problem.show()
        sys.exit(problem.exit_code)
    except MastError as problem:
        click.echo(str(problem), err=True)
        sys.exit(2 if isinstance(problem, UsageError) else 1)
    except BrokenPipeError:
        sys.exit(1)
    except Exception as problem:
        sys.exit(_masked(problem))
    sys.exit(code if isinstance(code, int) else 0)


def _masked(problem: Exception) -> int:
    import os
    import traceback

    if os.environ.get("MAST_DEBUG") == "1":
        traceback.print_exception(problem)
        return 1
    where = traceback.extract_tb(problem.__traceback__)[-1]
    click.echo(
        f"MAST-000: unexpected {type(problem).__name__} in {where.name}, line {where.lineno}"
        f" (reference {secrets.token_hex(4)})\n"
        "  fix: run it again with MAST_DEBUG=1 where no real data is loaded, and report what it prints",
        err=True,
    )
    return 1
