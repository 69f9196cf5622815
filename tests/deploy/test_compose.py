"""docker-compose.yml and Dockerfile: checked as far as that goes without a container engine."""

from __future__ import annotations

import json
import os
import re
import stat
import subprocess
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    loaded = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
    assert isinstance(loaded, dict)
    return loaded


def compose_schema() -> dict[str, Any]:
    loaded = json.loads((ROOT / "tests/schemas/compose-spec.json").read_text("utf-8"))
    assert isinstance(loaded, dict)
    return loaded


def test_the_file_follows_the_compose_specification(compose: dict[str, Any]) -> None:
    jsonschema.Draft202012Validator(compose_schema()).validate(compose)


def test_the_schema_would_notice_a_misspelt_key(compose: dict[str, Any]) -> None:
    compose = {**compose, "services": {"neo4j": {"imagee": "neo4j"}}}
    assert list(jsonschema.Draft202012Validator(compose_schema()).iter_errors(compose))


def test_every_image_names_an_exact_version(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        assert re.search(r":\d+\.\d+\.\d+", service["image"]), name
        assert "latest" not in service["image"], name


def test_only_the_service_is_published_and_only_on_loopback(compose: dict[str, Any]) -> None:
    published = {
        name: service["ports"] for name, service in compose["services"].items() if "ports" in service
    }
    assert published == {"service": ["127.0.0.1:8000:8000"]}


def test_every_service_has_a_health_check(compose: dict[str, Any]) -> None:
    assert all("healthcheck" in service for service in compose["services"].values())


def test_secrets_come_from_files_and_never_stand_in_the_file(compose: dict[str, Any]) -> None:
    assert all(set(secret) == {"file"} for secret in compose["secrets"].values())
    for service in compose["services"].values():
        for name, value in service["environment"].items():
            if re.search("PASSWORD|AUTH|KEY", name):
                assert str(value).startswith("/run/secrets/"), name


def test_the_image_runs_as_another_user_than_root() -> None:
    last_stage = (ROOT / "Dockerfile").read_text("utf-8").rsplit("\nFROM ", 1)[1]
    assert re.search(r"^USER mast$", last_stage, re.MULTILINE)


def test_everything_the_image_copies_exists() -> None:
    for line in (ROOT / "Dockerfile").read_text("utf-8").splitlines():
        if line.startswith("COPY ") and "--from" not in line:
            *sources, _ = line.split()[1:]
            assert all((ROOT / source).exists() for source in sources), line


def test_the_secrets_script_makes_files_only_their_owner_can_read(tmp_path: Path) -> None:
    script = ROOT / "docs/deploy/make-secrets.sh"
    subprocess.run(["sh", str(script), str(tmp_path)], check=True, env=os.environ, capture_output=True)
    files = {path.name: path for path in tmp_path.iterdir()}
    assert set(files) == {"neo4j_auth", "neo4j_password"}
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in files.values())
    password = files["neo4j_password"].read_text("ascii").strip()
    assert files["neo4j_auth"].read_text("ascii").strip() == f"neo4j/{password}"
    assert len(password) >= 32
