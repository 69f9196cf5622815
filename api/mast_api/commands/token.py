"""`mast token`: a short-lived token of the local development issuer."""

from __future__ import annotations

from pathlib import Path

import click

from mast_api.access import Role, admit
from mast_api.commands.options import common, login_name, start
from mast_api.workspace import development_issuer


@click.command(name="token")
@click.option("--role", required=True, help=f"One of {', '.join(sorted(Role))}.")
@click.option("--purpose", required=True, help="What the questions are for; the role must allow it.")
@click.option("--minutes", type=click.IntRange(1, 60), default=15, show_default=True)
@click.option("--subject", default=None, help="Who asks; default: your login name.")
@click.option(
    "--agency", default=None, help="Whose they are: agreements that it is no party to cover nothing."
)
@common
def command(
    role: str,
    purpose: str,
    minutes: int,
    subject: str | None,
    agency: str | None,
    data: Path | None,
    *,
    as_json: bool,
) -> None:
    """Issue a token for trying the service on this machine; real users come through your OIDC issuer.

    The first one makes the development issuer's key: from then on services on this data folder trust it,
    unless another issuer is set, or MAST_DEVELOPMENT_ISSUER is 0.
    """
    settings, terminal = start(data, as_json=as_json)
    who = subject or login_name()
    admit(who, role, "-", claimed=purpose, header=None)
    token = development_issuer(settings).issue(role, purpose, minutes=minutes, subject=who, agency=agency)
    terminal.answer({"token": token, "role": role, "purpose": purpose, "minutes": minutes})
    if not as_json:
        click.echo(token)
