"""`mast export`: projections for analysts, asked of the service as a person in a role would."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import click

from mast_api.commands.asking_service import asking, check_token, of_a_service, token
from mast_api.commands.options import common, start
from mast_api.network_fields import network_dictionary
from mast_api.projecting import Format, Projection, around, text, whole
from mast_api.settings import Settings
from mast_api.terminal import Terminal
from mast_graph.files import write_private
from mast_resolver.errors import UsageError

RESEARCH = "research"


@click.group(name="export")
def command() -> None:
    """Write a projection for analysts."""


@command.command(name="network")
@click.option("--format", "form", type=click.Choice([each.value for each in Format]), default="graphml")
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="File; default: standard output."
)
@click.option("--household", default=None, help="Only what is around this household (H-...).")
@click.option("--depth", type=click.IntRange(1, 4), default=2, show_default=True, help="Steps around it.")
@click.option("--role", default="safeguarding-analyst", show_default=True, help="Who asks.")
@click.option("--purpose", default="safeguarding-enquiry", show_default=True, help="What for.")
@click.option(
    "--release", default=None, help="For research: AGREEMENT/NAME, under pseudonyms of that release alone."
)
@of_a_service
@common
def network(
    form: str,
    out: Path | None,
    household: str | None,
    depth: int,
    role: str,
    purpose: str,
    release: str | None,
    url: str | None,
    token_file: Path | None,
    data: Path | None,
    *,
    as_json: bool,
) -> None:
    """People, households, addresses and agencies under their graph ids only, as GraphML or JSON.

    Everything is asked of the service, page by page, and stands in its audit log; what the role or the
    purpose may not see is not in it. The file is readable by its owner only, as is the data dictionary beside
    it (NAME.datapackage.json). Without --url a service is
    started for the time.

    What leaves for research is given a --release: ids are then pseudonyms that no other release has, nor the
    service, and that only the key file leads back from. Dates and who is tied to whom stay as they are.
    Whoever objects to research is left out.
    """
    settings, terminal = start(data, as_json=as_json)
    if release is not None and household is not None:
        raise UsageError("what is around one household is no release", fix="leave --household out")
    renaming = _renaming(settings, terminal, release, purpose)
    if out is not None and not out.absolute().parent.is_dir():
        raise UsageError("the folder of --out does not exist", fix="make it first")
    if out is None and as_json:
        raise UsageError("--json and the network would both go to standard output", fix="add --out FILE")
    check_token(url, token_file)
    with asking(settings, terminal, url, token(settings, token_file, role, purpose)) as ask:
        with terminal.step("Asking for the network") as step:
            projection = (
                around(ask, household, depth)
                if household
                else whole(ask, step.advance, for_research=release is not None)
            )
        content = text(renaming(projection), Format(form))
    if out is None:
        sys.stdout.buffer.write(content)
    else:
        write_private(out.absolute(), content)
        beside = out.absolute().with_name(f"{out.stem}.datapackage.json")
        write_private(beside, network_dictionary(out.name, not_shown=_not_shown(projection)))
    _tell(terminal, projection, out, form)


def _renaming(
    settings: Settings, terminal: Terminal, release: str | None, purpose: str
) -> Callable[[Projection], Projection]:
    from mast_api.keys.research import ResearchIds
    from mast_api.workspace import key_ring

    if release is not None:
        return ResearchIds(key_ring(settings, terminal), release).renamed
    if purpose == RESEARCH:
        raise UsageError("research is never given the ids of the service", fix="add --release AGREEMENT/NAME")
    return lambda projection: projection


def _not_shown(projection: Projection) -> list[str]:
    return [f"{count:,} {what}" if count else what for what, count in sorted(projection.not_shown.items())]


def _tell(terminal: Terminal, projection: Projection, out: Path | None, form: str) -> None:
    nodes, edges = projection.graph.number_of_nodes(), projection.graph.number_of_edges()
    said = _not_shown(projection)
    terminal.answer({"out": str(out), "format": form, "nodes": nodes, "edges": edges, "not_shown": said})
    terminal.say(f"{nodes:,} nodes and {edges:,} edges" + (f" in {out}" if out else ""))
    for each in said:
        terminal.say(f"not shown: {each}")
