"""Telling people of broken glasses and of alerts: signed webhooks, until they were taken."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import logging
import stat
import threading
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Final, Protocol, Self

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
ILL_AFTER: Final = 2
"""Notices in a row that were not taken, without being refused."""


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
    def read(cls, url: str, secret_file: Path | None, *, name: str = "MAST_OFFICER") -> Officer:
        """With the secret of a file that only its owner can read.

        Raises:
            SettingsError: the address is not https.
            KeyMissingError: there is no such file, others can read it, or it is too short.
        """
        fix = f"{name}_SECRET_FILE: at least {LEAST_SECRET} bytes, chmod 600"
        try:
            if secret_file is None or stat.S_IMODE(secret_file.stat().st_mode) & 0o077:
                raise KeyMissingError("the secret of a webhook is not set, or can be read by others", fix=fix)
            secret = secret_file.read_bytes().strip()
        except OSError:
            raise KeyMissingError("the secret of a webhook cannot be read", fix=fix) from None
        if len(secret) < LEAST_SECRET:
            raise KeyMissingError("the secret of a webhook is too short", fix=fix)
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


class Notice(Protocol):
    """Something to tell. Receivers pass over an ``id`` that they had."""

    @property
    def id(self) -> str:
        """Stable."""
        ...

    @property
    def body(self) -> bytes:
        """JSON; no clear value."""
        ...

    def told(self, at: datetime) -> None:
        """Have it on record that it was taken."""
        ...

    def failed(self, at: datetime) -> None:
        """Have it on record that it was not."""
        ...


class Notices(Protocol):
    """What there is to tell of, on record until it was taken."""

    def untold(self, limit: int, now: datetime) -> Iterable[Notice]:
        """The oldest whose time it is."""
        ...


class Telling:
    """A thread that tells one receiver of what is on record, at once when woken, until it is taken.

    What was told and could not be noted is told again with the same id: receivers pass over what they had.
    Each receiver has its own, for one that is slow or ill must keep no other waiting. Without an ``officer``
    nobody is told.
    """

    def __init__(self, officer: Officer | None, notices: Notices, *, clock: Callable[[], datetime]) -> None:
        self._officer, self._notices, self._clock = officer, notices, clock
        self._wake, self._stopping = threading.Event(), threading.Event()
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        if self._officer is not None:
            client = httpx.AsyncClient(timeout=ANSWER_WITHIN_S, follow_redirects=False)
            told_to = client, self._officer
            self._thread = threading.Thread(target=self._run, args=told_to, name="mast-telling", daemon=True)
            self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopping.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join(timeout=2 * ANSWER_WITHIN_S)

    def wake(self) -> None:
        """There is something to tell."""
        self._wake.set()

    def _run(self, client: httpx.AsyncClient, officer: Officer) -> None:
        with asyncio.Runner() as runner:
            while not self._stopping.is_set():
                self._wake.clear()
                try:
                    runner.run(tell(client, officer, self._notices, self._clock))
                except Exception as fault:  # whatever it was, nobody else would tell of what comes
                    # Its message is left out: one that nobody expected may quote a value.
                    log.warning("a notice could not be told of: %s", _named(fault))
                self._wake.wait(TRY_AGAIN_S)
            runner.run(client.aclose())


async def tell(
    client: httpx.AsyncClient, officer: Officer, notices: Notices, clock: Callable[[], datetime]
) -> None:
    """Tell of all whose time it is. One that is refused keeps no later one back.

    Where two in a row are not taken for another reason, the receiver is ill, and the rest waits.

    Raises:
        httpx.HTTPError: some were not taken; that is on record.
    """
    faults: list[httpx.HTTPError] = []
    ill = 0
    for notice in notices.untold(MOST_AT_ONCE, clock()):
        headers = officer.headers(notice.id, notice.body, int(clock().timestamp()))
        try:
            await _post(client, officer.url, notice.body, headers)
        except httpx.HTTPError as fault:
            notice.failed(clock())
            faults.append(fault)
            ill = 0 if _refused(fault) else ill + 1
            if ill == ILL_AFTER:
                break
        else:
            ill = 0
            notice.told(clock())
    if faults:
        raise faults[0]


async def _post(client: httpx.AsyncClient, url: str, body: bytes, headers: Mapping[str, str]) -> None:
    """Have one taken: its status says so, and what else is answered is not read, for it might never end.

    The limits of the client are for each read, so that an answer that drips in would keep within them.
    """
    try:
        async with (
            asyncio.timeout(ANSWER_WITHIN_S),
            client.stream("POST", url, content=body, headers=headers) as answer,
        ):
            answer.raise_for_status()
    except TimeoutError:
        raise httpx.ReadTimeout("there was no answer in time") from None


def _named(fault: Exception) -> str:
    return f"{fault.code} {type(fault).__name__}" if isinstance(fault, MastError) else type(fault).__name__


def _refused(fault: httpx.HTTPError) -> bool:
    """Whether the receiver took issue with the notice itself."""
    return isinstance(fault, httpx.HTTPStatusError) and fault.response.is_client_error


class GlassNotices:
    """Broken glasses of which the officer was not told; never given up."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def untold(self, limit: int, now: datetime) -> Iterable[Notice]:  # noqa: ARG002 - as Notices has it
        """The oldest."""
        return [_GlassNotice(self._store, glass) for glass in untold_glasses(self._store, limit)]


class _GlassNotice:
    def __init__(self, store: Store, glass: Glass) -> None:
        self._store = store
        self.id, self.body = glass.id, _body(glass)

    def told(self, at: datetime) -> None:
        tell_of_glasses(self._store, [self.id], at=at)

    def failed(self, at: datetime) -> None:
        """It is tried again as long as it takes."""


def _body(glass: Glass) -> bytes:
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
