"""`mast export`: projections, asked of the service as a person would; for research, released by two."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import click

from mast_api.access import Purpose
from mast_api.commands.asking_service import asking, check_token, of_a_service, token
from mast_api.commands.options import (
    POLICY,
    PROPOSE,
    common,
    say_proposed,
    start,
    start_release,
    subject_if_given,
)
from mast_api.network_fields import network_dictionary
from mast_api.projecting import Format, Projection, around, text, whole
from mast_api.terminal import Terminal
from mast_graph.files import write_private
from mast_resolver.errors import UsageError

QUESTION: Final = "research-network"
COVERED: Final = "parts of a shape that too few others have"


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
@PROPOSE
@POLICY
@click.option("--by", callback=subject_if_given, help="Who does this, with --release: kept in the audit log.")
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
    policy: str | None,
    by: str | None,
    url: str | None,
    token_file: Path | None,
    data: Path | None,
    *,
    propose: bool,
    as_json: bool,
) -> None:
    """People, households, addresses and agencies under their graph ids only, as GraphML or JSON.

    Everything is asked of the service, page by page, and stands in its audit log; what the role or the
    purpose may not see is not in it. The file is readable by its owner only, as is the data dictionary beside
    it (NAME.datapackage.json). Without --url a service is
    started for the time.

    For research there is --release (docs/exports.md): only people of whom AGREEMENT shares something for
    research now, who lives with whom by all that is known, without dates and numbers, and of each part that
    hangs together only where more others look the same than the disclosure policy's threshold. Ids are then
    pseudonyms that no other release has, nor the service. It is remembered and on record like every release,
    and where two people release it waits for the other one.
    """
    options = {"--policy": policy, "--by": by, "--propose": propose or None}
    if release is not None:
        of = _Release(data, release, by, out, household, url, policy, as_json=as_json, propose=propose)
        of.write(form, role, purpose, token_file)
        return
    if given := [name for name, value in options.items() if value is not None]:
        raise UsageError(f"only a release takes {', '.join(given)}", fix="add --release AGREEMENT/NAME")
    if purpose == Purpose.RESEARCH:
        raise UsageError("research is never given the ids of the service", fix="add --release AGREEMENT/NAME")
    settings, terminal = start(data, as_json=as_json)
    _check_place(out, as_json=as_json)
    check_token(url, token_file)
    with asking(settings, terminal, url, token(settings, token_file, role, purpose)) as ask:
        with terminal.step("Asking for the network") as step:
            projection = around(ask, household, depth) if household else whole(ask, step.advance)
        content = text(projection, Format(form))
    if out is None:
        sys.stdout.buffer.write(content)
    else:
        for path, each in _files(out, content, projection).items():
            write_private(path, each)
    _tell(terminal, projection, out, form)


def _check_place(out: Path | None, *, as_json: bool) -> None:
    if out is not None and not out.absolute().parent.is_dir():
        raise UsageError("the folder of --out does not exist", fix="make it first")
    if out is None and as_json:
        raise UsageError("--json and the network would both go to standard output", fix="add --out FILE")


def _files(out: Path, content: bytes, projection: Projection) -> dict[Path, bytes]:
    path = out.absolute()
    beside = path.with_name(f"{path.stem}.datapackage.json")
    return {path: content, beside: network_dictionary(path.name, not_shown=_not_shown(projection))}


@dataclass(frozen=True, slots=True)
class _Release:
    """A network for research: covered, remembered and on record before it leaves, or waiting for another."""

    data: Path | None
    release: str
    by: str | None
    out: Path | None
    household: str | None
    url: str | None
    policy: str | None
    as_json: bool
    propose: bool

    def write(self, form: str, role: str, purpose: str, token_file: Path | None) -> None:
        """Ask for it, cover it, and write it or propose it.

        Raises:
            UsageError: it cannot be asked for so, or nobody else approved it where two people release.
            NotAllowedError: the role or purpose may not ask, or the agreement does not serve research.
            CohortTooCloseError: it is too near to what was released.
        """
        from mast_analytics.release.networks import shown_network
        from mast_api.keys.research import ResearchIds
        from mast_api.research.counting import counting
        from mast_api.research.publishing import propose_files
        from mast_api.workspace import key_ring

        by = self._checked()
        settings, terminal = start_release(
            self.data, as_json=self.as_json, out=self.out, propose=self.propose
        )
        ids = ResearchIds(key_ring(settings, terminal), self.release)
        with (
            asking(settings, terminal, None, token(settings, token_file, role, purpose)) as ask,
            terminal.step("Asking for the network") as step,
        ):
            found = whole(ask, step.advance, under=ids.agreement)
        with counting(settings, terminal, policy=self.policy, as_of=None) as of:
            shown = shown_network(found.graph, of.policy)
            covered = Projection()
            covered.graph, covered.not_shown = shown.graph, dict.fromkeys([*found.not_shown, COVERED], 0)
            content = text(ids.renamed(covered), Format(form))
            out = self.out or Path(f"network.{form}")
            files = _files(out, content, covered)
            said = {"release": self.release, "files": len(files)}
            if self.propose:
                named = {path.name: each for path, each in files.items()}
                waits = propose_files(of, QUESTION, named, by=by, said=said, shapes=shown.shape_of)
                say_proposed(terminal, {"id": waits.id, "digest": waits.digest, "policy": waits.policy})
                return
            of.remember(QUESTION, by=by, said=said, shapes=shown.shape_of)
        for path, each in files.items():
            write_private(path, each)
        _tell(terminal, covered, self.out, form)

    def _checked(self) -> str:
        if self.household is not None:
            raise UsageError("what is around one household is no release", fix="leave --household out")
        if self.url is not None:
            raise UsageError("a release is remembered where the graph is", fix="leave --url out")
        if self.by is None:
            raise UsageError("nobody says who releases it", fix="add --by, the subject of your token")
        if self.out is not None:
            _check_place(self.out, as_json=self.as_json)
        return self.by


def _not_shown(projection: Projection) -> list[str]:
    return [f"{count:,} {what}" if count else what for what, count in sorted(projection.not_shown.items())]


def _tell(terminal: Terminal, projection: Projection, out: Path | None, form: str) -> None:
    nodes, edges = projection.graph.number_of_nodes(), projection.graph.number_of_edges()
    said = _not_shown(projection)
    terminal.answer({"out": str(out), "format": form, "nodes": nodes, "edges": edges, "not_shown": said})
    terminal.say(f"{nodes:,} nodes and {edges:,} edges" + (f" in {out}" if out else ""))
    for each in said:
        terminal.say(f"not shown: {each}")
