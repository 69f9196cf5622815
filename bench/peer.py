"""The yardstick: `@neo4j/graphql` on graphql-yoga, on the same Neo4j (see `neo4j_graphql/`)."""

from __future__ import annotations

import json
import secrets
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from joserfc import jwt
from joserfc.jwk import OctKey

from bench.processes import run

FOLDER = Path(__file__).parent / "neo4j_graphql"


@dataclass(frozen=True, slots=True)
class Peer:
    """The running service."""

    port: int
    pid: int
    token: str
    versions: str

    def body(self, document: str, address: str) -> str:
        """The question about one address, as JSON."""
        query = (FOLDER / f"{document}.graphql").read_text("utf-8")
        return json.dumps({"query": query, "variables": {"id": address}})

    @property
    def headers(self) -> dict[str, str]:
        """Every request carries them."""
        return {"Authorization": f"Bearer {self.token}"}


@contextmanager
def peer(
    uri: str, user: str, password: str, *, data_classes: Sequence[str], agreements: Sequence[str]
) -> Iterator[Peer]:
    """Install what the lock file names, start the service, and stop it at the end."""
    run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], cwd=FOLDER)
    secret = secrets.token_hex(32)
    child = subprocess.Popen(
        ["node", "server.mjs"],
        cwd=FOLDER,
        env=_environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdin
    assert child.stdout
    order = {"uri": uri, "user": user, "password": password, "database": "neo4j", "secret": secret}
    try:
        child.stdin.write(json.dumps(order) + "\n")
        child.stdin.flush()
        port = json.loads(child.stdout.readline())["port"]
        yield Peer(port, child.pid, _token(secret, data_classes, agreements), _versions())
    finally:
        child.stdin.close()
        child.wait(30)


def _token(secret: str, data_classes: Sequence[str], agreements: Sequence[str]) -> str:
    claims = {
        "sub": "bench",
        "role": "response-officer",
        "purpose": "safeguarding-response",
        "dataClasses": sorted(data_classes),
        "agreements": sorted(agreements),
        "exp": int(time.time()) + 7_200,
    }
    return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(secret), algorithms=["HS256"])


def _versions() -> str:
    pinned = json.loads((FOLDER / "package.json").read_text("utf-8"))["dependencies"]
    return ", ".join(f"{name} {number}" for name, number in sorted(pinned.items()))


def _environment() -> dict[str, str]:
    import os

    return {**os.environ, "NODE_ENV": "production"}
