"""A key that others may know: encodings begin anew, and agencies supply their records again (ADR 0026)."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from mast_api.keys.in_force import waiting
from mast_api.keys.rotation import NOTICE_S, rotate
from mast_api.workspace import now
from mast_graph.key_state import KeyState, Waiting, put_key_state
from mast_graph.lease import Lease
from mast_graph.store import Store
from mast_intake.key_file import KeyFile, Secrets
from mast_intake.keys import KeyRing


def begin_anew(
    store: Store,
    lease: Lease,
    path: Path,
    data: Path,
    *,
    on_progress: Callable[[int], None] = lambda _changed: None,
    pause: Callable[[float], None] = time.sleep,
) -> list[Waiting]:
    """Take what is stored out of reach of the known key at once, and let encodings begin under a new root.

    First a rotation: nothing stored opens or can be tested by the key that is known. Then a version that is
    wrapped around nothing: what is loaded from now on is encoded under it, and found by the agencies' own
    references, so ids and links stay. Returns who waits to be supplied again. A run that was stopped is
    completed by the next one.

    Raises:
        KeysRotatingError: records wait already, of the time before.
        KeysChangedError: the graph is under a version that the key file does not hold.
    """
    file = KeyFile.read(path)
    newest = max(file.versions)
    if not _begun(file):
        rotate(store, lease, path, data, on_progress=on_progress, pause=pause)
        file = KeyFile.read(path)
        newest = max(file.versions) + 1
        file = replace(file, versions={**file.versions, newest: Secrets.drawn(root=True)})
        file.replace(path)
    # Services that lack the new root are told before anything is loaded under it.
    begun = KeyState(newest, begun_at=now(), ended_at=now())
    lease.write(lambda tx, _: put_key_state(tx, begun))
    replace(file, current=newest).replace(path)
    pause(NOTICE_S)
    return waiting(store, KeyRing.read(path))


def _begun(file: KeyFile) -> bool:
    """Whether a run was stopped after it had drawn the new root, and before it was in force."""
    newest = max(file.versions)
    return file.versions[newest].root and file.current < newest
