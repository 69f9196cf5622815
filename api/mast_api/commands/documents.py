"""`mast documents`: register the documents that a service in production answers."""

from __future__ import annotations

from pathlib import Path

import click

from mast_api.commands.options import common, start

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
OUT = click.Path(dir_okay=False, path_type=Path)


@click.command(name="documents")
@click.argument("files", type=FILE, nargs=-1)
@click.option("--out", type=OUT, help="Where to write the file for MAST_DOCUMENTS_FILE.")
@common
def command(files: tuple[Path, ...], out: Path | None, data: Path | None, *, as_json: bool) -> None:
    """Check GraphQL FILES against the schema and its limits, and write them with the ids to ask them by.

    With MAST_DOCUMENTS_FILE set to it a service answers them besides those of our own programs; where tokens
    come from an issuer it answers no others. Without FILES the ids of our own are listed.
    """
    from graphql import OperationType

    from mast_api.documents import PREFIX, all_shipped, hashed, registry
    from mast_api.limits import Limits, Request, check, operation_type, read_document
    from mast_api.schema import build_schema
    from mast_resolver.errors import BadRequestError, MastError, UsageError

    _, terminal = start(data, as_json=as_json)
    schema = build_schema(introspection=False)
    texts = {path.name: path.read_text("utf-8") for path in files}
    for name, text in texts.items():
        try:
            document = read_document(text, Limits())
            subscribes = operation_type(document, None) is OperationType.SUBSCRIPTION
            check(document, Request(text, {}, None), schema.core, Limits(), subscribes=subscribes)
            if schema.faults(document):
                raise BadRequestError("it does not fit the schema", fix="see docs/schema.graphql")
        except MastError as fault:
            raise UsageError(f"{name} cannot be registered: {fault.fact}", fix=fault.fix) from None
    if out is not None:
        if not texts:
            raise UsageError("there is nothing to write", fix="give the documents as files")
        out.write_text(registry(texts.values()), "utf-8")
    listed = {PREFIX + hashed(text): name for name, text in texts.items()} or {
        PREFIX + hashed(text): "our own" for text in all_shipped()
    }
    terminal.answer(listed)
    if not as_json:
        terminal.table("Documents", ("documentId", "of"), list(listed.items()))
