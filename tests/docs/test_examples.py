"""Every example in a docstring of ours runs, and comes to what it says."""

from __future__ import annotations

import doctest
import io
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest
from tests.docs.test_house_rules import PACKAGES


def with_examples() -> list[str]:
    found = []
    for package in PACKAGES:
        spec = find_spec(package)
        assert spec is not None
        assert spec.submodule_search_locations
        folder = Path(spec.submodule_search_locations[0])
        for path in sorted(folder.rglob("*.py")):
            if ">>> " in path.read_text("utf-8"):
                parts = path.relative_to(folder).with_suffix("").parts
                found.append(".".join((package, *(part for part in parts if part != "__init__"))))
    return found


@pytest.mark.parametrize("name", with_examples())
def test_examples_run(name: str) -> None:
    module = import_module(name)
    said = io.StringIO()
    runner = doctest.DocTestRunner()
    for example in doctest.DocTestFinder(exclude_empty=True).find(module, name):
        runner.run(example, out=said.write)
    assert runner.tries
    assert not runner.failures, said.getvalue()
