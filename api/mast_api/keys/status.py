"""How the keys stand: of the file, of the graph, and whether the two fit."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from mast_api.keys.in_force import waiting
from mast_graph.key_state import KeyState, Waiting, read_key_state
from mast_graph.store import Store
from mast_intake.key_file import KeyFile
from mast_intake.keys import KeyRing


@dataclass(frozen=True, slots=True)
class KeyStatus:
    """Versions of the file by what they can do, and how far the graph is."""

    file_current: int
    file_versions: tuple[int, ...]
    can_open: tuple[int, ...]
    """Versions whose sealing secret is in the file."""
    begins_anew: tuple[int, ...]
    """Versions with which encodings began, wrapped around nothing."""
    graph_version: int | None
    """None while nothing is loaded."""
    rotating_to: int | None
    phase: str
    changed: int
    begun_at: dt.datetime | None
    ended_at: dt.datetime | None
    waiting: tuple[Waiting, ...]
    """Records to be supplied again since a key was compromised, by feed."""
    fits: bool
    """The graph is, or is being brought, under versions that the file can open."""


def key_status(store: Store, file: KeyFile) -> KeyStatus:
    """How they stand now; nothing is changed."""
    state = read_key_state(store)
    seen = state or KeyState(file.current)
    can_open = tuple(version for version, each in sorted(file.versions.items()) if each.sealing is not None)
    return KeyStatus(
        file.current,
        tuple(sorted(file.versions)),
        can_open,
        tuple(version for version, each in sorted(file.versions.items()) if each.root),
        None if state is None else state.version,
        seen.target,
        seen.phase,
        seen.changed,
        seen.begun_at,
        seen.ended_at,
        tuple(waiting(store, KeyRing.of(file))),
        seen.versions <= set(can_open),
    )
