"""The worked notebook does what it shows: each cell is run, and prints what the file says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.docs.notebook import code_cells, kept, read, run

NOTEBOOK = Path(__file__).parents[2] / "docs" / "paths.ipynb"


@pytest.fixture(scope="module")
def printed() -> list[str]:
    return run(read(NOTEBOOK))


def test_every_cell_prints_what_the_notebook_shows(printed: list[str]) -> None:
    cells = code_cells(read(NOTEBOOK))
    assert len(cells) >= 8
    for cell, text in zip(cells, printed, strict=True):
        again = f"python -m tests.docs.notebook {NOTEBOOK.name}"
        assert text == kept(cell), f"cell {cell['id']}: run {again} and read what changed"


def test_it_finds_the_rates_of_the_world_that_it_makes(printed: list[str]) -> None:
    told = re.findall(r"true ([0-9.]+), found ([0-9.]+) \(([0-9.]+) to ([0-9.]+)\)", "".join(printed))
    assert len(told) >= 3
    for truth, found, low, high in told:
        assert float(low) <= float(truth) <= float(high), (truth, found)


def test_it_is_a_notebook_that_programs_accept() -> None:
    found = read(NOTEBOOK)
    ids = [cell["id"] for cell in found["cells"]]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-z-]{1,64}", each) for each in ids)
    for cell in found["cells"]:
        wanted = {"cell_type", "id", "metadata", "source"}
        if cell["cell_type"] == "code":
            wanted |= {"execution_count", "outputs"}
        assert set(cell) == wanted
    assert found["metadata"]["kernelspec"]["language"] == "python"
