"""docker-compose.yml and Dockerfile: checked as far as that goes without a container engine."""

from __future__ import annotations

import json
import os
import re
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from mast_api.cli import COMMANDS
from mast_intake.keys import KeyRing

ROOT = Path(__file__).parents[2]
DATABASE_USER = 7474
"""Of the Neo4j image."""


def make_secrets(folder: Path, **user: Any) -> subprocess.CompletedProcess[str]:
    script = (ROOT / "docs/deploy/make-secrets.sh").read_text("utf-8")
    return subprocess.run(
        ["sh", "-c", script, "make-secrets.sh", str(folder)],
        check=False,
        capture_output=True,
        text=True,
        cwd="/",
        **user,
    )


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


def test_no_secret_asks_for_an_owner_or_rights_that_compose_ignores(compose: dict[str, Any]) -> None:
    # What comes from a file is mounted as it is; the schema allows `uid`, and the service could not read it.
    for name, service in compose["services"].items():
        assert all(isinstance(secret, str) for secret in service["secrets"]), name


def test_every_secret_that_is_mounted_is_one_that_the_script_writes(compose: dict[str, Any]) -> None:
    script = (ROOT / "docs/deploy/make-secrets.sh").read_text("utf-8")
    written = set(re.findall(r"\| put (\S+) \$", script))
    assert {Path(secret["file"]).name for secret in compose["secrets"].values()} == written


def test_without_root_the_script_says_so_and_writes_nothing(tmp_path: Path) -> None:
    nobody = {"user": 65534, "group": 65534, "extra_groups": []} if os.geteuid() == 0 else {}
    ran = make_secrets(tmp_path / "secrets", **nobody)
    assert ran.returncode == 1
    assert "  fix: run this as root" in ran.stderr
    assert not list(tmp_path.iterdir())


@pytest.fixture
def secrets() -> Iterator[Path]:
    """What the script writes where everybody may pass, as they pass through the mounts of a container."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o711)
        ran = make_secrets(Path(folder) / "secrets")
        assert ran.returncode == 0, ran.stderr
        yield Path(folder) / "secrets"


@contextmanager
def acting_as(user: int) -> Iterator[None]:
    """With the rights of another user, as a process in its container has them."""
    os.seteuid(user)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.mark.skipif(os.geteuid() != 0, reason="files can be given to other users by root only")
def test_each_user_in_the_containers_can_read_its_own_secrets_and_no_others(secrets: Path) -> None:
    user = int(re.findall(r"useradd --uid (\d+)", (ROOT / "Dockerfile").read_text("utf-8"))[0])
    with acting_as(user):
        ring = KeyRing.read(secrets / "mast_key.json")
        password = (secrets / "neo4j_password").read_text("utf-8").strip()
        with pytest.raises(PermissionError):
            (secrets / "neo4j_auth").read_bytes()
    assert (ring.current, ring.root) == (1, 1)
    with acting_as(DATABASE_USER):
        assert (secrets / "neo4j_auth").read_text("utf-8").strip() == f"neo4j/{password}"
    assert len(password) >= 32
    assert {stat.S_IMODE(path.stat().st_mode) for path in secrets.iterdir()} == {0o400}
    # The image looks at owner and rights itself, and ends if the file is not its user's.
    assert (secrets / "neo4j_auth").stat().st_uid == DATABASE_USER


@pytest.mark.skipif(os.geteuid() != 0, reason="files can be given to other users by root only")
def test_the_script_draws_a_key_anew_and_overwrites_none(secrets: Path) -> None:
    before = {path.name: path.read_bytes() for path in secrets.iterdir()}
    ran = make_secrets(secrets)
    assert ran.returncode == 1
    assert "there already" in ran.stderr
    assert {path.name: path.read_bytes() for path in secrets.iterdir()} == before
    drawn = re.findall(r'"([A-Za-z0-9+/]{43}=)"', before["mast_key.json"].decode())
    assert len(set(drawn)) == 3


def test_what_the_page_runs_in_containers_are_commands_of_ours(compose: dict[str, Any]) -> None:
    page = (ROOT / "docs/deploy.md").read_text("utf-8")
    ran = re.findall(r"^\$ docker compose (?:run .* service|exec service mast) (\S+)", page, re.MULTILINE)
    assert set(ran) == {"load", "token"}
    assert set(ran) <= set(COMMANDS)
    assert 'ENTRYPOINT ["mast"]' in (ROOT / "Dockerfile").read_text("utf-8")
    assert "entrypoint" not in compose["services"]["service"]
