"""GraphiQL: questions written by hand, in development only, asked by the way that every page asks by.

`make console-graphiql` builds it into a folder that is neither in the repository nor in a wheel.
"""

from __future__ import annotations

import json
import secrets
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from mast_console.assets import KINDS
from mast_console.desk import Visit

PARTS: Final = ("graphiql.js", "graphiql.css")

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
)
"""Of this page alone: it writes markup by script (so no trusted types), and styles of menus under a nonce."""


@lru_cache(maxsize=1)
def built() -> bool:
    """Whether it is there to be served."""
    return all(_file(name).is_file() for name in PARTS)


async def show(visit: Visit) -> Response:
    """The page; its scripts ask :func:`ask`."""
    nonce = secrets.token_urlsafe(16)
    response = visit.page("graphiql.html", nonce=nonce)
    response.headers["Content-Security-Policy"] = POLICY.format(nonce=nonce)
    return response


async def ask(visit: Visit) -> Response:
    """One question, asked as whoever is signed in; what the service says, as it says it."""
    try:
        asked = json.loads(visit.form.get("asked", ""))
    except ValueError:
        asked = None
    if not isinstance(asked, dict):
        return JSONResponse({"errors": [{"message": "send a question"}]}, status_code=400)
    body = {name: asked[name] for name in ("query", "variables", "operationName") if asked.get(name)}
    status, answer = await visit.desk.service.relay(visit.session, body)
    return Response(answer, status_code=status, media_type="application/json")


async def part(request: Request) -> Response:
    """Its script or its style sheet."""
    name = request.path_params["file"]
    if name not in PARTS:
        raise HTTPException(404)
    return Response(_file(name).read_bytes(), media_type=KINDS[name.rpartition(".")[2]])


def _file(name: str) -> Traversable:
    return files("mast_console").joinpath("graphiql", name)
