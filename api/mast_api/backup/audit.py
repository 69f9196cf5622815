"""The audit log and a restore: nothing that was noted is lost, and the restore itself is noted."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from mast_api.audit.keys import SealKeys
from mast_api.audit.log import AuditLog
from mast_api.audit.segments import lines_of, segments
from mast_api.backup.contents import AUDIT_KEYS
from mast_api.settings import Settings
from mast_api.workspace import AUDIT, AUDIT_KEY, audit_log, new_id, now
from mast_resolver.errors import KeyMissingError

TAKEN: Final = "taken from the backup"


def noting(settings: Settings, event: str) -> Callable[[Mapping[str, Any]], None]:
    """Notes an event of a restore in the audit log of the data folder.

    Raises:
        AuditUnavailableError: it cannot be written: then nothing may be restored.
    """

    def note(said: Mapping[str, Any]) -> None:
        _append(audit_log(settings), event, said)

    return note


def is_earlier(earlier: Path, later: Path) -> bool:
    """Whether one log is how the other began: the same lines, and no more."""
    lines = lines_of(segments(later))
    return all(line == next(lines, None) for line in lines_of(segments(earlier)))


def settle_log(settings: Settings, scratch: Path, entry: Mapping[str, Any], kept: str) -> str:
    """Decide about the log of the backup, which lies in ``scratch``; what was done with it.

    The present log stays, for it holds what was asked since. Only where it is an earlier state of the
    backup's, or there is none, the backup's takes its place - if the key that sealed it is there. ``entry``
    is noted in the log that will be in force: without that nothing is restored.

    Raises:
        AuditUnavailableError: it cannot be noted.
    """
    data = settings.data
    present, restored = segments(data / AUDIT), segments(scratch / AUDIT)
    if (
        restored
        and (not present or is_earlier(data / AUDIT, scratch / AUDIT))
        and _goes_on(settings, scratch, entry)
    ):
        _remove(scratch, AUDIT_KEYS)
        return TAKEN
    noting(settings, "restoring")(entry)
    if not restored or is_earlier(scratch / AUDIT, data / AUDIT):
        for path in restored:
            path.unlink()
        _remove(scratch, AUDIT_KEYS)
        return "kept"
    (scratch / kept).mkdir(mode=0o700)
    for path in (*restored, scratch / AUDIT_KEYS):
        path.rename(scratch / kept / path.name)
    return f"kept; the backup's is another one, and lies in {kept}"


def _goes_on(settings: Settings, scratch: Path, entry: Mapping[str, Any]) -> bool:
    """Note the entry in the log of the backup, if the key that sealed it is there."""
    key = settings.audit_key_file or settings.data / AUDIT_KEY
    if not key.exists():
        return False
    try:
        _append(AuditLog(scratch / AUDIT, SealKeys.open(key), clock=now, new_id=new_id), "restoring", entry)
    except KeyMissingError:
        return False
    return True


def _append(log: AuditLog, event: str, said: Mapping[str, Any]) -> None:
    with log:
        asyncio.run(log.append({"event": event, **said}))


def _remove(scratch: Path, name: str) -> None:
    (scratch / name).unlink(missing_ok=True)
