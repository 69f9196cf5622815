"""Asking the service as a person in a role would: one that runs, or one that is started for the time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import click

from mast_api.commands.options import login_name
from mast_api.remote import is_here
from mast_api.settings import Settings
from mast_api.terminal import Terminal
from mast_resolver.errors import UsageError

TOKEN_MINUTES = 60
Command = TypeVar("Command", bound=Callable[..., Any])
Ask = Callable[[str, Mapping[str, Any]], Mapping[str, Any]]

URL = click.option("--url", default=None, help="A service that runs, such as http://127.0.0.1:8000.")
TOKEN_FILE = click.option(
    "--token-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A token of your issuer; default: one of the local development issuer, for you in this role.",
)


def of_a_service(command: Command) -> Command:
    """Add ``--url`` and ``--token-file``."""
    return URL(TOKEN_FILE(command))


def check_token(url: str | None, token_file: Path | None) -> None:
    """Refuse to send a token of this machine elsewhere.

    Raises:
        UsageError: there is no other.
    """
    if url is not None and token_file is None and not is_here(url):
        raise UsageError("a token of this machine is no good elsewhere", fix="give --token-file")


def token(settings: Settings, file: Path | None, role: str, purpose: str) -> str:
    """The token of a file, else one of the development issuer, for the user of this machine."""
    from mast_api.access import admit
    from mast_api.workspace import development_issuer

    if file is not None:
        return file.read_text("utf-8").strip()
    who = login_name()
    admit(who, role, "-", claimed=purpose, header=None)
    return development_issuer(settings).issue(role, purpose, minutes=TOKEN_MINUTES, subject=who)


@contextmanager
def asking(settings: Settings, terminal: Terminal, url: str | None, bearer: str) -> Iterator[Ask]:
    """What asks a service; without an address one is started, and stopped at the end."""
    from mast_api import client
    from mast_api.service import in_background, listening, server
    from mast_api.service import url as url_of
    from mast_api.workspace import graph, key_ring

    def ask(document: str, variables: Mapping[str, Any]) -> Mapping[str, Any]:
        return client.ask(base, bearer, document, variables)

    if url is not None:
        if not url.startswith(("http://", "https://")):
            raise UsageError("--url is no address of a service", fix="write it as http://127.0.0.1:8000")
        base = url.rstrip("/").removesuffix("/graphql")
        yield ask
        return
    keys = key_ring(settings, terminal)
    with (
        listening(replace(settings, host="127.0.0.1", port=0)) as taken,
        graph(settings, terminal) as address,
        server(settings, address, keys, warn=terminal.warn, lasting=False) as serving,
        in_background(serving, taken),
    ):
        base = url_of(taken)
        client.wait_until(base, "database")
        yield ask
