"""A clock that stands still, and ids and keys that are the same again: two runs give the same pictures."""

from __future__ import annotations

import datetime as dt
import itertools
import os
import random
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Final
from uuid import UUID

import pytest

NAME: Final = "MAST_PICTURES"
"""Where pictures are kept; without it they are thrown away, and time goes on."""

STILL: Final = dt.datetime(2026, 11, 2, 9, 30, tzinfo=dt.UTC)
"""A working day after the fixtures end."""


def kept_in() -> Path | None:
    """Where the pictures of this run are kept."""
    return Path(os.environ[NAME]) if os.environ.get(NAME) else None


@contextmanager
def standing_still() -> Iterator[None]:
    """Each look at the clock is a millionth of a second after the one before: what has an order keeps it."""
    looks, drawn, keys = itertools.count(), random.Random(1), random.Random(2)
    clock = SimpleNamespace(now=lambda _: STILL + dt.timedelta(microseconds=next(looks)))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("mast_api.workspace.dt", SimpleNamespace(datetime=clock, UTC=dt.UTC))
        ids = SimpleNamespace(uuid4=lambda: UUID(int=drawn.getrandbits(128), version=4))
        patched.setattr("mast_api.workspace.uuid", ids)
        drawing = SimpleNamespace(token_bytes=keys.randbytes, token_hex=secrets.token_hex)
        patched.setattr("mast_intake.key_file.secrets", drawing)
        yield
