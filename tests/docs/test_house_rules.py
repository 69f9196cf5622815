"""Rules of the house that a reader should be able to rely on."""

from __future__ import annotations

import re
import subprocess
from collections import Counter
from importlib.metadata import distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = (
    "mast_api",
    "mast_console",
    "mast_analytics",
    "mast_graph",
    "mast_intake",
    "mast_resolver",
    "mast_fixtures",
)
MOST_LINES = 400


def tracked(*patterns: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", *patterns],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return [ROOT / line for line in listed.splitlines() if (ROOT / line).is_file()]


def test_no_module_is_over_400_lines() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in tracked("*.py")
        if (lines := len(path.read_text("utf-8").splitlines())) > MOST_LINES
    }
    assert not long


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in tracked("*.py")
        if not path.read_text("utf-8").lstrip().startswith(('"""', 'r"""'))
    ]
    assert not silent


def test_every_path_in_the_architecture_page_exists() -> None:
    page = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    paths = set(re.findall(r"`((?:[a-z_]+/)+[a-z_.*-]*)`", page))
    assert paths, "the page names no path at all"
    assert not [path for path in paths if not list(ROOT.glob(path.rstrip("/")))]


def test_the_architecture_page_is_under_two_screens() -> None:
    assert len((ROOT / "ARCHITECTURE.md").read_text("utf-8").splitlines()) <= 120


def test_every_relative_link_in_the_pages_leads_somewhere() -> None:
    links = [
        (page, target)
        for page in tracked("*.md")
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text("utf-8"))
    ]
    assert not [link for link in links if "://" not in link[1] and not (link[0].parent / link[1]).exists()]


def test_no_other_distribution_claims_our_import_names() -> None:
    owners: Counter[str] = Counter()
    for distribution in distributions():
        if distribution.metadata["Name"] == "mast-tracker":
            continue
        top = {file.parts[0] for file in distribution.files or ()}
        owners.update(name for name in PACKAGES if name in top)
    assert not owners


def test_decisions_have_the_same_five_parts() -> None:
    for page in sorted((ROOT / "docs/adr").glob("*.md")):
        text = page.read_text("utf-8")
        assert text.startswith(f"# {page.name[:4]} "), page.name
        for part in (
            "Status:",
            "## Context",
            "## Decision",
            "## Consequences",
            "## What would change our mind",
        ):
            assert part in text, f"{page.name} lacks {part}"


@pytest.mark.parametrize("word", ["TODO", "FIXME", "XXX"])
def test_nothing_is_left_for_later_without_an_issue(word: str) -> None:
    here = Path(__file__)
    found = [
        str(path.relative_to(ROOT))
        for path in tracked("*.py", "*.cypher", "Makefile", "*.yml", "*.yaml")
        if path != here and re.search(rf"\b{word}\b", path.read_text("utf-8", errors="replace"))
    ]
    assert not found
