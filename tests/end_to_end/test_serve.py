"""`mast serve` and `mast token`: who is let in on a new data folder, and who never is."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from tests.end_to_end.command import Mast, assert_one_message, environment, run

from mast_graph.store import Login, Store

ROLE = ("--role", "response-officer", "--purpose", "safeguarding-response")


@contextmanager
def serving(env: dict[str, str], errors: Path) -> Iterator[str]:
    """A `mast serve` of its own; what it warned of is in ``errors`` afterwards."""
    with errors.open("w") as said:
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "mast_api", "serve", "--port", "0", "--json"],
            env=env,
            stdout=subprocess.PIPE,
            stderr=said,
            text=True,
        )
        assert process.stdout is not None
        try:
            told = ""
            for line in process.stdout:
                told += line
                if line == "}\n":
                    break
            yield json.loads(told)["url"]
        finally:
            process.terminate()
            process.stdout.close()
            # Running requests are finished, and then the signal does what signals do.
            assert process.wait(60) in (0, -signal.SIGTERM)


def asked(url: str, token: str) -> httpx.Response:
    return httpx.post(
        f"{url}/graphql",
        json={"query": "{ __typename }"},
        headers={"Authorization": f"Bearer {token}"},
        trust_env=False,
    )


@pytest.mark.graph
def test_a_token_of_the_command_is_good_whether_made_before_or_after_the_start(
    store: Store, neo4j_server: Login, data: Path, tmp_path: Path
) -> None:
    env = environment(neo4j_server, data)
    elsewhere = run("token", *ROLE, env=environment(None, tmp_path / "elsewhere")).out.strip()
    with serving(env, tmp_path / "errors.txt") as url:
        refused = asked(url, elsewhere)
        assert refused.status_code == 401
        assert "mast token enables it" in refused.text
        made = run("token", *ROLE, env=env)
        assert asked(url, made.out.strip()).json() == {"data": {"__typename": "Query"}}
        assert asked(url, elsewhere).status_code == 401
    assert "every token is refused" in " ".join((tmp_path / "errors.txt").read_text().split())
    with serving(env, tmp_path / "errors.txt") as url:
        assert asked(url, made.out.strip()).status_code == 200
    assert "are trusted; never with real data" in " ".join((tmp_path / "errors.txt").read_text().split())


@pytest.mark.graph
def test_beside_another_issuer_no_token_is_made_and_without_any_none_is_served(mast: Mast) -> None:
    off = mast("serve", "--port", "0", MAST_DEVELOPMENT_ISSUER="0")
    assert_one_message(off, code="MAST-002", exit_code=2)
    ran = mast("token", *ROLE, MAST_TOKEN_ISSUER="https://id.example")
    assert_one_message(ran, code="MAST-002", exit_code=2)
    assert "another issuer is set" in ran.err
