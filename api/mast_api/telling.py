"""Telling the responsible officer of broken glasses: a signed webhook, until it was taken."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import logging
import stat
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import httpx

from mast_api.remote import check_address
from mast_graph.glass import Glass, tell_of_glasses, untold_glasses
from mast_graph.store import Store
from mast_resolver.errors import KeyMissingError, MastError

log = logging.getLogger("mast.api")

TRY_AGAIN_S: Final = 30.0
ANSWER_WITHIN_S: Final = 5.0
MOST_AT_ONCE: Final = 50
LEAST_SECRET: Final = 32


class Officer:
    """Where notices go, and the secret they are signed with, after the Standard Webhooks specification.

    https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md, symmetric
    signatures. A notice says who broke which glass when, not what was looked at nor why.

    Example:
        >>> headers = Officer("https://gov.example/hook", b"0" * 32).headers("G-1", b"{}", 1_800_000_000)
        >>> headers["webhook-id"], headers["webhook-signature"][:3]
        ('G-1', 'v1,')
    """

    def __init__(self, url: str, secret: bytes) -> None:
        check_address(url)
        self.url = url
        self._secret = secret

    @classmethod
    def read(cls, url: str, secret_file: Path | None) -> Officer:
        """With the secret of a file that only its owner can read.

        Raises:
            SettingsError: the address is not https.
            KeyMissingError: there is no such file, others can read it, or it is too short.
        """
        fix = f"MAST_OFFICER_SECRET_FILE: at least {LEAST_SECRET} bytes, chmod 600"
        try:
            if secret_file is None or stat.S_IMODE(secret_file.stat().st_mode) & 0o077:
                raise KeyMissingError("the officer's secret is not set, or can be read by others", fix=fix)
            secret = secret_file.read_bytes().strip()
        except OSError:
            raise KeyMissingError("the officer's secret cannot be read", fix=fix) from None
        if len(secret) < LEAST_SECRET:
            raise KeyMissingError("the officer's secret is too short", fix=fix)
        return cls(url, secret)

    def headers(self, id_: str, body: bytes, at: int) -> dict[str, str]:
        """Of one notice; ``at`` in seconds since 1970."""
        signed = hmac.digest(self._secret, f"{id_}.{at}.".encode() + body, hashlib.sha256)
        return {
            "content-type": "application/json",
            "webhook-id": id_,
            "webhook-timestamp": str(at),
            "webhook-signature": "v1," + base64.b64encode(signed).decode(),
        }


class Telling:
    """A thread that tells of what is on record and was not told, at once when woken, until it is taken.

    What was told and could not be noted is told again with the same id: receivers pass over what they had.
    """

    def __init__(self, store: Store, officer: Officer | None, *, clock: Callable[[], datetime]) -> None:
        self._store, self._officer, self._clock = store, officer, clock
        self._wake, self._stopping = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, args=(officer,), name="mast-telling", daemon=True)

    def __enter__(self) -> Self:
        if self._officer:
            self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopping.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join(timeout=2 * ANSWER_WITHIN_S)

    def wake(self) -> None:
        """There is something to tell."""
        self._wake.set()

    def _run(self, officer: Officer) -> None:
        with httpx.Client(timeout=ANSWER_WITHIN_S, follow_redirects=False) as client:
            while not self._stopping.is_set():
                self._wake.clear()
                try:
                    self._tell(client, officer)
                except (MastError, httpx.HTTPError) as fault:
                    log.warning("a broken glass could not be told of: %s", type(fault).__name__)
                self._wake.wait(TRY_AGAIN_S)

    def _tell(self, client: httpx.Client, officer: Officer) -> None:
        for glass in untold_glasses(self._store, MOST_AT_ONCE):
            body, at = _notice(glass), self._clock()
            headers = officer.headers(glass.id, body, int(at.timestamp()))
            client.post(officer.url, content=body, headers=headers).raise_for_status()
            tell_of_glasses(self._store, [glass.id], at=at)


def _notice(glass: Glass) -> bytes:
    return json.dumps(
        {
            "type": "glass.broken",
            "timestamp": glass.at.isoformat(),
            "data": {
                "id": glass.id,
                "by": glass.by,
                "role": glass.role,
                "purpose": glass.purpose,
                "agency": glass.agency,
                "until": glass.until.isoformat(),
            },
        }
    ).encode()
