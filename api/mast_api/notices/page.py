"""A notice as Markdown: a title, a day, and sections of text or tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any


def markdown(notice: Mapping[str, Any]) -> str:
    """The page of a notice.

    Example:
        >>> section = {"title": "Parties", "columns": ["id"], "rows": [["police"]]}
        >>> print(markdown({"title": "Register", "day": "2026-11-02", "says": "", "sections": [section]}))
        # Register
        <BLANKLINE>
        As at 2026-11-02.
        <BLANKLINE>
        ## Parties
        <BLANKLINE>
        | id |
        | --- |
        | police |
        <BLANKLINE>
    """
    parts = [f"# {notice['title']}", f"As at {notice['day']}. {notice['says']}".strip()]
    for section in notice["sections"]:
        parts.append(f"## {section['title']}")
        if section.get("says"):
            parts.append(section["says"])
        if section.get("rows"):
            parts.append("\n".join(_table(section)))
    return "\n\n".join(parts) + "\n"


def _table(section: Mapping[str, Any]) -> Iterator[str]:
    yield _row(section["columns"])
    yield _row(["---"] * len(section["columns"]))
    for row in section["rows"]:
        yield _row(row)


def _row(cells: Any) -> str:
    # A cell is one line, and a stroke in it would begin another.
    plain = (" ".join(str(cell).split()).replace("|", "\\|") for cell in cells)
    return "| " + " | ".join(plain) + " |"
