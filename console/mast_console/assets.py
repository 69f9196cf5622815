"""Style sheets, scripts and icons: built once from locked versions, served from here and nowhere else."""

from __future__ import annotations

from base64 import b64encode
from functools import lru_cache
from hashlib import sha256
from importlib.resources import files
from typing import Any, Final

import orjson
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from mast_console.wiring import PREFIX

KINDS: Final = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
}

FOR_EVER: Final = "public, max-age=31536000, immutable"
"""A file's name holds the hash of its content."""


@lru_cache(maxsize=1)
def manifest() -> dict[str, Any]:
    """What was built, of what: ``console/build.mjs`` writes it."""
    found: dict[str, Any] = orjson.loads(files("mast_console").joinpath("static", "built.json").read_bytes())
    return found


def url(name: str) -> str:
    """Where a file of a name is served."""
    return f"{PREFIX}/static/{manifest()['files'][name]['file']}"


def held(name: str) -> str:
    """A style sheet or script as an element of a page that holds it itself, as the policy lets it by hash."""
    text = _read(manifest()["files"][name]["file"])[0].decode()
    if name.endswith(".css"):
        return f"<style>{text}</style>"
    return f'<script type="module">{text}</script>'


def hash_source(name: str) -> str:
    """By what a policy lets a page hold this file itself (CSP level 3)."""
    content, _ = _read(manifest()["files"][name]["file"])
    return f"'sha256-{b64encode(sha256(content).digest()).decode()}'"


async def static(request: Request) -> Response:
    """One file; only those that were built are found, so that no path leads out of the folder."""
    wanted = request.path_params["file"]
    if wanted not in {each["file"] for each in manifest()["files"].values()}:
        raise HTTPException(404)
    content, packed = _read(wanted)
    headers = {"Cache-Control": FOR_EVER, "Vary": "Accept-Encoding"}
    if "gzip" in request.headers.get("accept-encoding", ""):
        headers["Content-Encoding"] = "gzip"
        content = packed
    return Response(content, headers=headers, media_type=KINDS[wanted.rpartition(".")[2]])


@lru_cache(maxsize=32)
def _read(name: str) -> tuple[bytes, bytes]:
    import gzip

    content = files("mast_console").joinpath("static", name).read_bytes()
    return content, gzip.compress(content, mtime=0)
