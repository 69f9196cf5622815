"""`mast serve`: the GraphQL API, until Ctrl-C or SIGTERM."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from mast_api.commands.options import common, start


@click.command(name="serve")
@click.option("--host", default=None, help="Address to listen on (MAST_HOST; default 127.0.0.1).")
@click.option("--port", type=click.IntRange(0, 65_535), default=None, help="Port; 0 takes any free one.")
@click.option(
    "--documents",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Documents to answer besides our own programs' (MAST_DOCUMENTS_FILE; mast documents writes it).",
)
@common
def command(
    host: str | None, port: int | None, documents: Path | None, data: Path | None, *, as_json: bool
) -> None:
    """Serve what is loaded: /graphql, the console at /console/, /health and /ready.

    On SIGTERM running requests are finished.

    Tokens come from the issuer that is set (MAST_TOKEN_ISSUER); with none, every token is refused until
    `mast token` or `mast up` has enabled the development issuer of the data folder. With an issuer only
    registered documents are answered, and no more of them than a person at work needs.
    """
    from mast_api.service import listening, server, url
    from mast_api.workspace import graph, key_ring
    from mast_api.writing import open_store
    from mast_graph.schema import apply_schema

    settings, terminal = start(data, as_json=as_json)
    settings = replace(
        settings,
        host=settings.host if host is None else host,
        port=settings.port if port is None else port,
        documents_file=settings.documents_file if documents is None else documents,
    )
    keys = key_ring(settings, terminal)
    with listening(settings) as taken, graph(settings, terminal) as address:
        with open_store(address) as store:
            apply_schema(store)
        with server(settings, address, keys, warn=terminal.warn, step=terminal.step) as running:
            terminal.say(
                f"Serving at {url(taken)}/graphql, the console at {url(taken)}/console/; Ctrl-C stops"
            )
            terminal.answer({"url": url(taken)})
            running.run(sockets=[taken])
