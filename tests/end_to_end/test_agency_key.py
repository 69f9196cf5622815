"""The agency's side and the service's side of a sealed reference, as commands."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.end_to_end.command import Mast, assert_one_message, environment, run

from mast_api.workspace import now
from mast_graph.directory import Agency, write_directory
from mast_graph.store import Store
from mast_intake.agency_sealing import key_id, read_public, sealed_to_agency


@pytest.fixture
def keys(tmp_path: Path) -> tuple[Path, Path]:
    """A private key as an agency makes it, and the public half that it gives away."""
    private, public = tmp_path / "private.pem", tmp_path / "public.pem"
    made = run("agency-key", "create", private, env=environment(None, tmp_path / "data"))
    assert made.code == 0, made.err
    public.write_text(made.out)
    return private, public


def test_an_agency_opens_what_was_sealed_to_it(keys: tuple[Path, Path], tmp_path: Path) -> None:
    private, public = keys
    purpose = "safeguarding-enquiry"
    sealed = [
        sealed_to_agency(each, agency="fire", purpose=purpose, public=read_public(public))
        for each in ("case 17", "F/9")
    ]
    env = environment(None, tmp_path / "data")
    assert run("open-reference", "--key", private, *sealed, env=env).out.splitlines() == ["case 17", "F/9"]
    told = run("open-reference", "--key", private, "--json", sealed[0], env=env)
    assert told.json == {"opened": [{"agency": "fire", "purpose": purpose, "reference": "case 17"}]}
    # Nothing of ours is needed there: no data folder was made.
    assert not (tmp_path / "data").exists()


def test_what_cannot_be_opened_is_said_without_quoting_it(keys: tuple[Path, Path], tmp_path: Path) -> None:
    private, _ = keys
    ran = run(
        "open-reference", "--key", private, "mast-reference.AAAA", env=environment(None, tmp_path / "data")
    )
    assert_one_message(ran, code="MAST-112", exit_code=1)
    assert "AAAA" not in ran.err


@pytest.mark.graph
def test_a_public_key_is_registered_for_an_agency_that_is_known(
    mast: Mast, store: Store, keys: tuple[Path, Path]
) -> None:
    _, public = keys
    assert_one_message(mast("agency-key", "add", "fire", public), code="MAST-201", exit_code=1)
    fire = Agency(id="fire", name="Fire service", kind="fire")
    store.write(lambda tx: write_directory(tx, at=now(), agencies=[fire]))
    for _ in range(2):  # the same key again changes nothing
        ran = mast("agency-key", "add", "fire", public, "--json")
        assert ran.code == 0, ran.err
    (listed,) = json.loads(mast("agency-key", "list", "--json").out)["keys"]
    assert (listed["agency"], listed["key"], listed["ended_at"]) == (
        "fire",
        key_id(read_public(public)),
        None,
    )
