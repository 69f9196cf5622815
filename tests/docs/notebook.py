"""Runs a notebook without Jupyter: its code cells in turn, in one namespace, and what each of them prints.

`python -m tests.docs.notebook docs/paths.ipynb` writes what they print into it.
"""

from __future__ import annotations

import contextlib
import io
import json
import sys
from pathlib import Path
from typing import Any

FORMAT = (4, 5)


def read(path: Path) -> dict[str, Any]:
    """The notebook as its JSON has it."""
    found = json.loads(path.read_text("utf-8"))
    assert (found["nbformat"], found["nbformat_minor"]) == FORMAT
    assert isinstance(found, dict)
    return found


def run(notebook: dict[str, Any]) -> list[str]:
    """What each code cell prints; an error in one is an error here."""
    namespace: dict[str, Any] = {"__name__": "__notebook__"}
    printed = []
    for cell in code_cells(notebook):
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            exec(compile("".join(cell["source"]), cell["id"], "exec"), namespace)  # noqa: S102 - our own file
        printed.append(said.getvalue())
    return printed


def code_cells(notebook: dict[str, Any]) -> list[dict[str, Any]]:
    """Those that are run."""
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def kept(cell: dict[str, Any]) -> str:
    """What the file says that a cell prints."""
    return "".join(text for output in cell["outputs"] for text in output["text"])


def _write(path: Path) -> None:
    notebook = read(path)
    for place, (cell, text) in enumerate(zip(code_cells(notebook), run(notebook), strict=True), start=1):
        cell["execution_count"] = place
        stream = {"output_type": "stream", "name": "stdout", "text": text.splitlines(keepends=True)}
        cell["outputs"] = [stream] if text else []
    path.write_text(json.dumps(notebook, indent=1, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    _write(Path(sys.argv[1]))
