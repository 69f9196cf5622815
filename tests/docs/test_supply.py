"""The bill of materials: current, complete, and nothing in it that we must not import."""

from __future__ import annotations

import importlib.util
import json
import subprocess
from copy import deepcopy
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def supply() -> ModuleType:
    spec = importlib.util.spec_from_file_location("supply", ROOT / ".ci/supply.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def said() -> dict[str, Any]:
    found = json.loads((ROOT / "docs/sbom.cdx.json").read_text("utf-8"))
    assert isinstance(found, dict)
    return found


def without(said: dict[str, Any], name: str) -> dict[str, Any]:
    return said | {"components": [each for each in said["components"] if each["name"] != name]}


def licensed(said: dict[str, Any], name: str, words: str) -> dict[str, Any]:
    changed = deepcopy(said)
    next(each for each in changed["components"] if each["name"] == name)["licenses"] = [
        {"license": {"name": words}}
    ]
    return changed


def test_the_bill_is_current_and_without_fault(supply: ModuleType, said: dict[str, Any]) -> None:
    assert supply.bill() == said
    assert list(supply.faults(said)) == []


def test_every_part_has_a_version_a_name_for_package_tools_and_a_licence(said: dict[str, Any]) -> None:
    for each in said["components"]:
        assert each["version"]
        assert each["purl"].startswith("pkg:pypi/")
        assert each["licenses"][0]["license"]["name"]


def test_what_is_left_out_of_the_bill_is_missed(supply: ModuleType, said: dict[str, Any]) -> None:
    assert list(supply.faults(without(said, "httpcore"))) == ["httpcore is needed, but not in the bill"]
    assert "duckdb is imported, but not in the bill" in list(supply.faults(without(said, "duckdb")))


@pytest.mark.parametrize(
    "words",
    ["GPL-3.0-only", "AGPL-3.0", "GNU Affero General Public License v3", "GPL-2.0-or-later WITH x",
     "GNU General Public License v2 (GPLv2)", "SSPL-1.0", ""],
)  # fmt: skip
def test_a_licence_that_binds_our_users_is_a_fault(
    supply: ModuleType, said: dict[str, Any], words: str
) -> None:
    assert len(list(supply.faults(licensed(said, "click", words)))) == 1
    assert list(supply.faults(licensed(said, "click", "LGPL-2.1 OR MIT"))) == []


def test_a_part_that_we_bear_is_still_there(supply: ModuleType, said: dict[str, Any]) -> None:
    assert supply.BORNE.keys() <= {each["name"] for each in said["components"]}


@pytest.mark.parametrize(
    ("code", "fault"),
    [pytest.param(0, False, id="none"), pytest.param(1, True, id="some")],
)
def test_a_known_fault_of_a_part_is_told(
    supply: ModuleType, monkeypatch: pytest.MonkeyPatch, code: int, *, fault: bool
) -> None:
    done = subprocess.CompletedProcess((), code, "click 8.5.1 has a fault", "")
    monkeypatch.setattr(supply.subprocess, "run", lambda *_, **__: done)
    assert bool(supply.audit()) is fault


def test_advisories_that_cannot_be_reached_are_said_to_be_so_and_nothing_fails(
    supply: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def unreachable() -> str:
        raise ConnectionError

    monkeypatch.setattr(supply, "audit", unreachable)
    assert supply.main([]) == 0
    assert "NOT RUN" in capsys.readouterr().out
