"""The worked notebooks do what they show: each cell is run, and prints what the file says."""

from __future__ import annotations

import re
import sys
from functools import cache
from pathlib import Path

import pytest
from tests.docs.notebook import code_cells, kept, read, run

DOCS = Path(__file__).parents[2] / "docs"
PATHS, NETWORK = DOCS / "paths.ipynb", DOCS / "network.ipynb"
NOTEBOOKS = pytest.mark.parametrize("notebook", [PATHS, NETWORK], ids=lambda path: path.stem)
NAMED = ("NETWORK_FILE", "NETWORK_NEO4J")


@cache
def printed(notebook: Path) -> list[str]:
    """What the cells print, with no file or server of anybody's named."""
    with pytest.MonkeyPatch.context() as patched:
        for name in NAMED:
            patched.delenv(name, raising=False)
        return run(read(notebook))


@NOTEBOOKS
def test_every_cell_prints_what_the_notebook_shows(notebook: Path) -> None:
    cells = code_cells(read(notebook))
    assert len(cells) >= 5
    for cell, text in zip(cells, printed(notebook), strict=True):
        again = f"python -m tests.docs.notebook docs/{notebook.name}"
        assert text == kept(cell), f"cell {cell['id']}: run {again} and read what changed"


def test_it_finds_the_rates_of_the_world_that_it_makes() -> None:
    told = re.findall(r"true ([0-9.]+), found ([0-9.]+) \(([0-9.]+) to ([0-9.]+)\)", "".join(printed(PATHS)))
    assert len(told) >= 3
    for truth, found, low, high in told:
        assert float(low) <= float(truth) <= float(high), (truth, found)


def test_the_network_is_read_without_the_optional_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if py2neo were not there: only who names a Neo4j of their own needs it."""
    monkeypatch.setitem(sys.modules, "py2neo", None)
    for name in NAMED:
        monkeypatch.delenv(name, raising=False)
    *_, last = run(read(NETWORK))
    assert last == "no Neo4j is named\n"
    monkeypatch.setenv("NETWORK_NEO4J", "bolt://127.0.0.1:1")
    with pytest.raises(ImportError, match="py2neo"):
        run(read(NETWORK))


@NOTEBOOKS
def test_it_is_a_notebook_that_programs_accept(notebook: Path) -> None:
    found = read(notebook)
    ids = [cell["id"] for cell in found["cells"]]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-z-]{1,64}", each) for each in ids)
    for cell in found["cells"]:
        wanted = {"cell_type", "id", "metadata", "source"}
        if cell["cell_type"] == "code":
            wanted |= {"execution_count", "outputs"}
        assert set(cell) == wanted
    assert found["metadata"]["kernelspec"]["language"] == "python"
