"""The bill of materials: current, complete, and nothing in it that we must not import."""

from __future__ import annotations

import importlib.util
import json
import socket
import threading
from collections.abc import Iterator
from copy import deepcopy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar

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


class Advisories(BaseHTTPRequestHandler):
    """An advisory service that speaks OSV's language, and knows of a fault of one part."""

    part = "starlette"
    asked: ClassVar[set[str]] = set()

    def do_POST(self) -> None:
        queries = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["queries"]
        names = [each["package"]["name"] for each in queries]
        self.asked.update(names)
        known = {"vulns": [{"id": "TEST-1", "modified": "2026-11-01T00:00:00Z"}]}
        self._answer({"results": [known if name == self.part else {} for name in names]})

    def do_GET(self) -> None:
        package = {"ecosystem": "PyPI", "name": self.part}
        everywhere = {"type": "ECOSYSTEM", "events": [{"introduced": "0"}]}
        self._answer(
            {
                "id": "TEST-1",
                "modified": "2026-11-01T00:00:00Z",
                "summary": "It lets anybody in",
                "affected": [{"package": package, "ranges": [everywhere]}],
            }
        )

    def _answer(self, said: object) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(said).encode())

    def log_message(self, *_: object) -> None:
        """Not beside the tests' own output."""


@pytest.fixture
def service(supply: ModuleType, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The advisories are asked of it from now on."""
    monkeypatch.setattr(Advisories, "asked", set())
    with ThreadingHTTPServer(("127.0.0.1", 0), Advisories) as server:
        threading.Thread(target=server.serve_forever).start()
        monkeypatch.setenv(supply.ADVISORIES, f"http://127.0.0.1:{server.server_port}")
        yield
        server.shutdown()


@pytest.mark.usefixtures("service")
def test_a_known_fault_of_a_part_fails_the_check_and_is_named(
    supply: ModuleType, said: dict[str, Any], capfd: pytest.CaptureFixture[str]
) -> None:
    assert supply.main([]) == 1
    printed = capfd.readouterr()
    assert "dependency audit: see below" in printed.out
    assert "It lets anybody in" in printed.err
    assert "starlette" in printed.err
    # What is only needed elsewhere is asked for as well.
    assert Advisories.asked >= {each["name"] for each in said["components"]} - {supply.OURS}


@pytest.mark.usefixtures("service")
def test_where_no_part_has_a_known_fault_that_is_said(
    supply: ModuleType, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(Advisories, "part", "nothing of ours")
    assert supply.main([]) == 0
    assert "dependency audit: no known fault" in capfd.readouterr().out


def test_advisories_that_cannot_be_reached_are_said_to_be_so_and_nothing_fails(
    supply: ModuleType, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        port = nobody.getsockname()[1]
    monkeypatch.setenv(supply.ADVISORIES, f"http://127.0.0.1:{port}")
    assert supply.main([]) == 0
    assert "NOT RUN" in capfd.readouterr().out
