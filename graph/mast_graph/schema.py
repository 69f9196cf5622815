"""Applies ``cypher/schema/*.cypher`` in the order of their names; applying twice changes nothing."""

from __future__ import annotations

import re
from pathlib import Path

from mast_graph.queries import cypher_folder
from mast_graph.store import Store
from mast_resolver.errors import QueryFileError


def statements(folder: Path | None = None) -> list[str]:
    """Every statement of the schema, in order.

    Raises:
        QueryFileError: a statement would fail when applied twice.
    """
    found = []
    for path in sorted((folder or cypher_folder() / "schema").glob("*.cypher")):
        code = re.sub(r"//[^\n]*", "", path.read_text(encoding="utf-8"))
        for statement in filter(None, (part.strip() for part in code.split(";"))):
            if "IF NOT EXISTS" not in statement:
                raise QueryFileError(
                    f"schema file {path.name} has a statement without IF NOT EXISTS", fix="add IF NOT EXISTS"
                )
            found.append(statement)
    return found


def apply_schema(store: Store) -> None:
    """Make every constraint and index that is not there yet, and wait until all can be used.

    What an earlier version let serve that must not is ended: nobody is answered before that is done.
    """
    for statement in statements():
        store.define(statement)
    store.read("read.await_indexes", seconds=20)
    if found := [row["id"] for row in store.read("read.terms_without_basis")]:
        store.write(lambda tx: tx.run("write.end_terms", ids=found))
