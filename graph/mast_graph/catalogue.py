"""The page that lists every named query, made from the headers: `python -m mast_graph.catalogue`."""

from __future__ import annotations

from mast_graph.queries import NamedQuery, names, query

HEAD = """# Queries

Every statement that is ever sent to the graph, from the headers of the files under `cypher/`. Made by
`python -m mast_graph.catalogue > docs/queries.md`; a test sees that it is current.
"""


def page() -> str:
    """The whole page as Markdown."""
    return "\n".join([HEAD, *(_entry(query(name)) for name in names())])


def _entry(named: NamedQuery) -> str:
    lines = [f"## {named.name}", "", named.description, ""]
    lines += [
        f"- parameter `${name}`: {_said(field.type, field.meaning)}" for name, field in named.params.items()
    ]
    lines += [
        f"- column `{name}`: {_said(field.type, field.meaning)}" for name, field in named.columns.items()
    ]
    return "\n".join(lines).rstrip() + "\n"


def _said(kind: object, meaning: str) -> str:
    return f"{kind}, {meaning}" if meaning else str(kind)


if __name__ == "__main__":
    print(page(), end="")  # noqa: T201 - the page is the output
