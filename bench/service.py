"""Our service, started as anybody would: `mast serve`."""

from __future__ import annotations

import json
import os
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from bench.bench import Bench
from bench.processes import mast, run

TOLD: Final = (Path(__file__).parent / "told.graphql").read_text("utf-8")
BY_LINE: Final = f"""query ConcernsAtAddress($address: String!) {{
  concernsAtAddress(address: $address, first: 20) {{ ...Told }}
}}
{TOLD}"""
BY_ID: Final = f"""query Address($id: ID!) {{
  address(id: $id, first: 20) {{ superseded {{ successorIds }} concerns {{ ...Told }} }}
}}
{TOLD}"""
ROLE, PURPOSE = "response-officer", "safeguarding-response"
ANALYST: Final = ("safeguarding-analyst", "safeguarding-enquiry")
"""Who may ask every question about people and places."""
READY_WITHIN_S = 300.0


@dataclass(frozen=True, slots=True)
class Service:
    """The running service; audit and authentication are on, as they always are."""

    port: int
    pid: int
    token: str
    ready_after_s: float

    @property
    def headers(self) -> dict[str, str]:
        """Every request carries them."""
        return {"Authorization": f"Bearer {self.token}", "X-Purpose": PURPOSE}

    def body(self, line: str) -> str:
        """The question about one address as it was typed, as JSON."""
        return json.dumps({"query": BY_LINE, "variables": {"address": line}})

    def body_by_id(self, address: str) -> str:
        """The same question about an address whose id is known, as JSON."""
        return json.dumps({"query": BY_ID, "variables": {"id": address}})


@contextmanager
def service(
    bench: Bench, *, serve: Sequence[str] | None = None, more: Mapping[str, str] | None = None
) -> Iterator[Service]:
    """Start it on the bench's graph, wait until it is ready, and stop it at the end.

    ``serve`` is another command line than that of `mast serve`; ``more`` are settings beside the run's.
    """
    begun = time.perf_counter()
    command = [*(serve or mast("serve")), "--port", "0", "--json", "--data", str(bench.data)]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, **(more or {})})
    assert child.stdout
    try:
        told = ""
        while not told.rstrip().endswith("}"):
            line = child.stdout.readline()
            if not line:
                raise RuntimeError("mast serve ended before it was ready")
            told += line
        url = json.loads(told)["url"]
        _wait(url)
        yield Service(
            urlsplit(url).port or 0, child.pid, token(bench, ROLE, PURPOSE), time.perf_counter() - begun
        )
    finally:
        child.terminate()
        child.wait(60)


def token(bench: Bench, role: str, purpose: str) -> str:
    """A token of the development issuer, for as long as there is one."""
    arguments = ("--role", role, "--purpose", purpose, "--minutes", "60", "--json", "--data", bench.data)
    issued: str = json.loads(run(mast("token", *arguments)).output)["token"]
    return issued


def headers_of(bench: Bench, role: str, purpose: str) -> dict[str, str]:
    """What every request of somebody carries."""
    return {"Authorization": f"Bearer {token(bench, role, purpose)}", "X-Purpose": purpose}


def _wait(url: str) -> None:
    deadline = time.monotonic() + READY_WITHIN_S
    while True:
        try:
            with urllib.request.urlopen(f"{url}/ready", timeout=5) as answer:  # noqa: S310 - our own
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            if time.monotonic() > deadline:
                raise
        time.sleep(0.2)
