"""The audit log for others: its lines as they were written, so that whoever gets them can check them too."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from mast_api.audit.chain import parsed
from mast_api.audit.segments import SEAL, opened
from mast_api.audit.trail import moment


def exported(
    path: Path, *, since: dt.datetime | None = None, until: dt.datetime | None = None
) -> Iterator[bytes]:
    """Every line that a seal vouches for, or one behind it, the oldest first; between two moments only.

    What the service is just writing waits for its seal, and for the next export.

    Raises:
        AuditUnavailableError: the log changes faster than it is read, or an entry says no moment.

    Example:
        >>> list(exported(Path("no-such-folder/audit.jsonl")))
        []
    """
    with ExitStack() as stack:
        for file in opened(path, stack):
            group: list[bytes] = []
            for line in file:
                group.append(line)
                if SEAL in line:
                    yield from (each for each in group if _within(each, since, until))
                    group.clear()


def _within(line: bytes, since: dt.datetime | None, until: dt.datetime | None) -> bool:
    entry = parsed(line)
    if entry is None:
        # What a crash left: the entry behind it says so, and the two are read together.
        return True
    return (since is None or moment(entry) >= since) and (until is None or moment(entry) < until)
