"""`mast report`: a page on demand and paths that a council can publish."""

from __future__ import annotations

import datetime as dt
from functools import partial
from pathlib import Path

import click

from mast_api.commands.options import AS_OF, BY, POLICY, PROPOSE, common, say_proposed, start_release

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command(name="report")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="HTML file to write.")
@PROPOSE
@click.option("--title", default="Demand and paths", show_default=True)
@AS_OF
@POLICY
@click.option("--level", type=click.IntRange(1, 6), default=4, show_default=True, help="Level to be reached.")
@click.option("--unit-costs", type=FILE, help="YAML of published unit costs (docs/costs.md).")
@click.option("--claims", type=FILE, help="YAML of what is claimed to have been avoided (docs/costs.md).")
@click.option(
    "--linkage/--no-linkage",
    default=True,
    show_default=True,
    help="Draw people at stricter and looser thresholds too, and show how far that moves figures.",
)
@BY
@common
def command(
    out: Path | None,
    title: str,
    as_of: dt.datetime | None,
    policy: str | None,
    level: int,
    unit_costs: Path | None,
    claims: Path | None,
    by: str,
    data: Path | None,
    *,
    linkage: bool,
    propose: bool,
    as_json: bool,
) -> None:
    """Write a report as one self-contained, accessible HTML page, all of it under one disclosure policy.

    Contacts by agency, type and area beside the year before; steps, times and kinds of path; evaluations of
    predictors that speak of that day; costs avoided, if anything may be claimed. It says what is not
    shown, and is remembered as a release before it is written. With --propose it waits in the graph for
    somebody else to approve it (mast research decide), and mast research release writes it then.
    """
    from mast_analytics.claims import read_claims, weighed
    from mast_analytics.report.page import page
    from mast_analytics.report.whole import Given, report_of
    from mast_analytics.unit_costs import SHIPPED, read_unit_costs
    from mast_api.research.counting import counting
    from mast_api.research.logged import logged
    from mast_api.research.publishing import propose_files
    from mast_graph.files import write_private

    settings, terminal = start_release(data, as_json=as_json, out=out, propose=propose)
    prices = read_unit_costs(unit_costs or SHIPPED)
    claimed = [] if claims is None else read_claims(claims)
    with counting(settings, terminal, policy=policy, as_of=as_of) as of:
        areas = of.areas()
        speaking, silent = of.registered()
        with terminal.step("Drawing people again"):
            drawn = of.drawn() if linkage else {}
        with terminal.step("Counting"):
            report = report_of(
                of.history,
                Given(
                    title=title,
                    cut_off=of.cut_off,
                    policy=of.policy,
                    level=level,
                    areas=areas.codes,
                    entries=speaking,
                    silent=silent,
                    weighed=weighed(
                        of.history,
                        of.cut_off,
                        claimed,
                        prices,
                        of.policy,
                        logged=partial(logged, of.store),
                    ),
                    uncovered=of.uncovered,
                    drawn=drawn,
                ),
            )
        said = {"claims": len(claimed), "level": level}
        if out is None:
            files = {"report.html": page(report)}
            waits = propose_files(of, "research-report", files, by=by, said=said, areas=areas)
            say_proposed(terminal, {"id": waits.id, "digest": waits.digest, "policy": waits.policy})
            return
        of.remember("research-report", by=by, said=said, areas=areas)
    write_private(out.absolute(), page(report))
    hidden = sum(section.hidden for section in report.sections)
    terminal.answer(
        {
            "out": str(out),
            "policy": of.policy.name,
            "sections": [section.title for section in report.sections],
            "not_shown": hidden,
        }
    )
    terminal.say(f"{len(report.sections)} sections in {out}; {hidden:,} figures are not shown")
