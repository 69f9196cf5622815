"""What browsers load: built of what is locked, and as it was built."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import pytest

from mast_console.assets import manifest

CONSOLE = Path(__file__).parents[2] / "console"
STATIC = CONSOLE / "mast_console" / "static"
AGAIN = "make console-assets"


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_every_file_is_as_it_was_built_and_no_other_is_served() -> None:
    built = {each["file"]: each["sha256"] for each in manifest()["files"].values()}
    assert {path.name: sha256(path) for path in STATIC.iterdir() if path.name != "built.json"} == built


def test_they_were_built_of_the_sources_as_they_are() -> None:
    sources = manifest()["sources"]
    there = {f"src/{path.name}" for path in (CONSOLE / "src").iterdir()} | {"build.mjs", "package.json"}
    assert sources.keys() == there, AGAIN
    assert {path: sha256(CONSOLE / path) for path in sources} == sources, AGAIN


def test_they_were_built_of_the_versions_that_are_locked_and_asked_for() -> None:
    lock = json.loads((CONSOLE / "package-lock.json").read_text("utf-8"))["packages"]
    asked = json.loads((CONSOLE / "package.json").read_text("utf-8"))
    wanted = asked["dependencies"] | asked["devDependencies"]
    assert manifest()["versions"] == wanted, AGAIN
    assert {name: lock[f"node_modules/{name}"]["version"] for name in wanted} == wanted
    assert all("integrity" in each for path, each in lock.items() if path)


def test_what_is_built_in_is_named_with_its_licence() -> None:
    lock = json.loads((CONSOLE / "package-lock.json").read_text("utf-8"))["packages"]
    asked = json.loads((CONSOLE / "package.json").read_text("utf-8"))["dependencies"]
    notice = (CONSOLE.parent / "NOTICE").read_text("utf-8")
    for name in asked:
        assert lock[f"node_modules/{name}"]["license"] in {"MIT", "ISC"}
        assert name in notice


@pytest.mark.parametrize("path", sorted(STATIC.glob("*.css")), ids=lambda path: path.name.split("-")[0])
def test_a_style_sheet_loads_nothing_and_has_neither_crown_nor_its_typeface(path: Path) -> None:
    text = path.read_text("utf-8")
    assert not re.findall(r"@import|@font-face|GDS Transport|crown|crest", text)
    assert not [
        each for each in re.findall(r"url\(([^)]*)\)", text) if not each.startswith("/console/static/")
    ]


def test_no_template_has_script_or_style_in_it() -> None:
    for path in (CONSOLE / "mast_console" / "templates").glob("*.html"):
        text = path.read_text("utf-8")
        assert not re.findall(
            r"<style|\sstyle=|\son[a-z]+=|javascript:|<script(?! type=\"module\" src=)", text
        )
        assert "|safe" not in text.replace(" ", ""), path.name
