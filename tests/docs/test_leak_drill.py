"""The leak drill and the list of attacks: every line names tests, and every test that it names is there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "leak-drill.md"
ATTACKS = ROOT / "docs" / "attacks.md"
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")


def lines(page: Path = PAGE) -> list[list[str]]:
    """The cells of each line of the first table."""
    table = page.read_text("utf-8").partition("## What to do")[0]
    rows = [line.strip("|").split(" | ") for line in table.splitlines() if line.startswith("| ")]
    return rows[2:]


def test_every_line_of_the_drill_names_tests_that_are_there() -> None:
    assert len(lines()) > 12
    for row in lines():
        assert len(row) == 4, row
        assert_there(row)


def test_every_attack_names_tests_that_are_there() -> None:
    assert len(lines(ATTACKS)) > 20
    for row in lines(ATTACKS):
        assert len(row) == 2, row
        assert_there(row)


def assert_there(row: list[str]) -> None:
    """The last cell holds nothing but names of tests, each of which there is."""
    named = NAMED.findall(row[-1])
    assert named, f"no test holds up: {row[0]}"
    assert not NAMED.sub("", row[-1]).strip(" |"), row[-1]
    for path, name in named:
        tree = ast.parse((ROOT / path).read_text("utf-8"))
        assert name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}, name


def test_the_drill_takes_no_test_twice_for_one_line() -> None:
    for row in lines():
        named = NAMED.findall(row[-1])
        assert len(set(named)) == len(named)
