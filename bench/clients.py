"""The load generator, a process of its own: `python -m bench.clients < plan.json`.

All services under comparison are asked in turns within one run: a block of questions to the one, the same
block to the other, the order changing every round. Every client has one kept-alive connection to each.
"""

from __future__ import annotations

import asyncio
import gc
import json
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import cycle
from typing import Any

from bench.wire import Connection, post


@dataclass
class Service:
    """One of the services asked, and what it answered."""

    name: str
    port: int
    requests: Sequence[bytes]
    seconds: list[float] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    busy_s: float = 0.0
    refused: int = 0
    first_refusal: str = ""

    def report(self) -> dict[str, Any]:
        """What goes back to the bench."""
        return {
            "name": self.name,
            "seconds": self.seconds,
            "sizes": self.sizes,
            "busy_s": self.busy_s,
            "refused": self.refused,
            "first_refusal": self.first_refusal,
        }


async def ask(service: Service, connection: Connection, requests: Iterator[bytes], *, counted: bool) -> None:
    """One client: the next question as soon as the last one is answered."""
    for request in requests:
        answer = await connection.ask(request)
        # Both services name errors in a list of that name, and leave it out when there are none.
        if answer.status != 200 or b'"errors":[' in answer.body[:400] or b'"errors": [' in answer.body[:400]:
            service.refused += 1
            service.first_refusal = service.first_refusal or answer.body[:400].decode(errors="replace")
        elif counted:
            service.seconds.append(answer.seconds)
            service.sizes.append(len(answer.body))


async def block(service: Service, clients: list[Connection], requests: list[bytes], *, counted: bool) -> None:
    """All clients share one queue of questions until it is empty."""
    queue = iter(requests)
    begun = time.perf_counter()
    await asyncio.gather(*(ask(service, client, queue, counted=counted) for client in clients))
    if counted:
        service.busy_s += time.perf_counter() - begun


async def run(plan: dict[str, Any]) -> dict[str, Any]:
    """Warm up, then ask in turns."""
    services = [
        Service(
            each["name"],
            each["port"],
            [post("/graphql", body.encode(), each["headers"]) for body in each["bodies"]],
        )
        for each in plan["services"]
    ]
    connections = {
        service.name: [await Connection.open(service.port) for _ in range(plan["clients"])]
        for service in services
    }
    endless = {service.name: cycle(service.requests) for service in services}
    gc.disable()
    begun, cpu = time.perf_counter(), time.process_time()
    for turn in range(-plan["warm_up"], plan["rounds"]):
        for service in services if turn % 2 else reversed(services):
            requests = [next(endless[service.name]) for _ in range(plan["block"])]
            await block(service, connections[service.name], requests, counted=turn >= 0)
    spent = {"wall_s": time.perf_counter() - begun, "cpu_s": time.process_time() - cpu}
    for clients in connections.values():
        for client in clients:
            client.close()
    return {"services": [service.report() for service in services], **spent}


def main() -> None:
    """Read the plan, run it, write what was measured."""
    plan = json.load(sys.stdin)
    print(json.dumps(asyncio.run(run(plan))))


if __name__ == "__main__":
    main()
