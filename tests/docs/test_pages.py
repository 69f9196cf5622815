"""Pages that are made from the code, or that quote it, are current."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from mast_api.cli import COMMANDS
from mast_graph.catalogue import page
from mast_intake.rows import FIELDS
from mast_intake.source_yaml import read_source

ROOT = Path(__file__).parents[2]


def test_the_page_of_queries_is_made_from_their_headers() -> None:
    assert (ROOT / "docs/queries.md").read_text("utf-8") == page()


def test_the_example_source_of_the_page_is_one_that_is_read(tmp_path: Path) -> None:
    text = (ROOT / "docs/sources.md").read_text("utf-8")
    example = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)[0]
    path = tmp_path / "example.yaml"
    path.write_text(example, "utf-8")
    assert read_source(path).agency == "walsall-council-children"


def test_the_example_directory_of_the_page_has_the_keys_of_a_shipped_one() -> None:
    text = (ROOT / "docs/sources.md").read_text("utf-8")
    example = yaml.safe_load(re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)[1])
    shipped = yaml.safe_load((ROOT / "fixtures/mast_fixtures/anytown/directory.yaml").read_text("utf-8"))
    assert {key: set(entries[0]) for key, entries in example.items()} == {
        key: set(entries[0]) for key, entries in shipped.items()
    }


def test_the_page_of_sources_names_every_field_of_ours() -> None:
    text = (ROOT / "docs/sources.md").read_text("utf-8")
    assert not [field for field in FIELDS if field not in text]


def test_the_readme_begins_with_its_two_commands_and_names_every_command() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    commands = re.findall(r"^(?:\$ )?(make \w+)", text, re.MULTILINE)
    assert commands[:2] == ["make up", "make test"]
    assert not [name for name in COMMANDS if f"mast {name}" not in text]
