"""Networks of any size for the console to draw: the answer of `householdNetwork`, generated.

The service itself answers with some five hundred things at most, so how long two thousand take cannot be
asked of it. The console here is the real one; only what it asks is not the service.
"""

from __future__ import annotations

import datetime as dt
import random
import secrets
import socket
import threading
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

import orjson
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mast_api.access import Purpose, in_force
from mast_console.app import Console
from mast_console.wiring import Wiring

ROLE: Final = ("safeguarding-analyst", Purpose.ENQUIRY.value)
NOW: Final = dt.datetime(2026, 9, 1, 9, tzinfo=dt.UTC)
AGENCIES: Final = 8
A_HOME: Final = 2
"""People of a household beside the household and its address: a quarter of all things are households."""

MOVES: Final = 0.25
"""Share of people who lived in another household before, by which the network hangs together."""

KNOWN: Final = 0.6
"""Share of people whom an agency had a contact with."""


def network(things: int, seed: int = 1) -> dict[str, Any]:
    """An answer about so many people, households, addresses and agencies.

    Example:
        >>> answer = network(500)
        >>> len(answer["people"]) + 2 * len(answer["households"]) + AGENCIES
        500
    """
    draw = random.Random(seed)
    homes = (things - AGENCIES) // (A_HOME + 2)
    people = [_id("P", each) for each in range(things - AGENCIES - 2 * homes)]
    members: list[list[dict[str, Any]]] = [[] for _ in range(homes)]
    for at, person in enumerate(people):
        own = at % homes
        members[own].append(_member(person, "2024-03-01T00:00:00+00:00", None))
        if own and draw.random() < MOVES:
            before = "2021-05-01T00:00:00+00:00", "2024-03-01T00:00:00+00:00"
            members[draw.randrange(own)].append(_member(person, *before))
    return {
        "asOf": NOW.isoformat(),
        "superseded": None,
        "caution": {
            "text": "Generated.",
            "ring": {"name": "Desk", "phone": "01632 960100", "hours": "always"},
        },
        "withheld": [],
        "notShown": [],
        "households": [
            {"step": at, "household": {"id": _id("H", at), "addressIds": [_id("A", at)], "members": found}}
            for at, found in enumerate(members)
        ],
        "people": [{"personId": each} for each in people],
        "contacts": [_contact(draw, each) for each in people if draw.random() < KNOWN],
        "relations": {"listed": [], "notShown": []},
    }


@contextmanager
def console_over(answers: Mapping[str, dict[str, Any]]) -> Iterator[str]:
    """The console over these networks, by the id of the household in the middle: where it is served."""

    async def graphql(request: Request) -> Response:
        asked = orjson.loads(await request.body())["variables"]
        data = {"householdNetwork": answers[asked["id"]]} if "id" in asked else {"__typename": "Query"}
        return Response(orjson.dumps({"data": data}), media_type="application/json")

    wiring = Wiring(
        clock=lambda: dt.datetime.now(dt.UTC),
        new_secret=lambda: secrets.token_bytes(32),
        may_ask=lambda role, purpose: in_force().questions(role, purpose),
        roles={ROLE[0]: [ROLE[1]]},
        development=_Anybody(),
    )
    console = Console(wiring, Starlette(routes=[Route("/graphql", graphql, methods=["POST"])]))
    with socket.create_server(("127.0.0.1", 0)) as taken:
        app = Starlette(routes=[console.mounted])
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off"))
        serving = threading.Thread(target=server.run, kwargs={"sockets": [taken]})
        serving.start()
        while not server.started:
            time.sleep(0.01)
        try:
            yield f"http://127.0.0.1:{taken.getsockname()[1]}"
        finally:
            server.should_exit = True
            serving.join(30)


class _Anybody:
    """Signs in whoever comes: nothing is asked of the service that would look at a token."""

    def enabled(self) -> bool:
        return True

    def issue(self, role: str, purpose: str) -> str:
        end = int(dt.datetime.now(dt.UTC).timestamp()) + 3_600
        claims = orjson.dumps({"role": role, "purpose": purpose, "sub": "bench", "exp": end})
        return f"e30.{urlsafe_b64encode(claims).rstrip(b'=').decode()}."


def _id(kind: str, number: int) -> str:
    return f"{kind}-{number * 2_654_435_761 % 2**32:08x}{number:024x}"


def _member(person: str, begin: str, end: str | None) -> dict[str, Any]:
    return {
        "personId": person,
        "present": end is None,
        "spells": [{"begin": begin, "end": end, "inferred": False}],
    }


def _contact(draw: random.Random, person: str) -> dict[str, Any]:
    agency, days = draw.randrange(AGENCIES), draw.randrange(365)
    return {
        "personIds": [person],
        "addressIds": [],
        "contact": {
            "at": (NOW - dt.timedelta(days=days)).isoformat(),
            "closedAt": None,
            "title": "Safeguarding concern",
            "status": "OPEN" if days < 30 else "CLOSED",
            "agency": {"id": f"agency-{agency}", "name": f"Agency {agency}"},
        },
    }
