"""Rotation of the keys: a job in pages behind the writer's lease, which goes on where it was stopped."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from mast_api.audit.staff import STAFF, StaffList
from mast_api.keys.in_force import LOOK_EVERY_S, check_supplied, check_writer
from mast_api.keys.rewriting import Rewriter
from mast_api.workspace import AREAS, now
from mast_graph.key_state import PHASES, KeyState, put_key_state, put_keyed, read_key_state, read_keyed
from mast_graph.lease import Lease
from mast_graph.store import Store, Transaction
from mast_intake.gazetteer.areas import Areas
from mast_intake.key_file import KeyFile, Secrets
from mast_intake.keys import KeyRing
from mast_resolver.errors import KeyMissingError, KeysChangedError

PAGE: Final = 500
"""Records in one transaction: a quarter of a second, which a question may have to wait."""

NOTICE_S: Final = 3 * LOOK_EVERY_S
"""Between the word that a rotation begins and its first change: by then every service has looked."""


@dataclass(frozen=True, slots=True)
class Rotated:
    """What a rotation did, in this run."""

    version: int
    changed: int
    resumed: bool


def with_next_version(file: KeyFile) -> KeyFile:
    """The key file with one more version, drawn by chance, that is not in force yet."""
    return replace(file, versions={**file.versions, max(file.versions) + 1: Secrets.drawn()})


def rotate(
    store: Store,
    lease: Lease,
    path: Path,
    data: Path,
    *,
    on_progress: Callable[[int], None] = lambda _changed: None,
    pause: Callable[[float], None] = time.sleep,
) -> Rotated:
    """Bring everything stored under the newest key version, drawn now unless it was added before.

    Ids, links, evidence, decisions and shields are not touched. What was committed stays when this is
    interrupted; the next run goes on from there, under the same version.

    Raises:
        KeysChangedError: the graph is under a version that the key file does not hold.
        KeysRotatingError: records wait to be supplied again since a key was compromised.
        SealBrokenError, KeyVersionError: something stored was sealed under a key that is not held.
        LeaseLostError: another writer took over.
    """
    file = KeyFile.read(path)
    state = read_key_state(store) or KeyState(file.current)
    resumed = state.target is not None
    check_supplied(store, KeyRing.of(file))
    if not resumed:
        if max(file.versions) <= state.version:
            file = with_next_version(file)
            # On disk before anything is sealed under it.
            file.replace(path)
        state = KeyState(state.version, max(file.versions), PHASES[0], begun_at=now())
    target = state.target or 0
    if not state.versions <= set(KeyRing.of(file).opening):
        raise KeysChangedError(
            f"the graph goes from key version {state.version} to {target}, which the key file does not hold",
            fix="use the key file with which the rotation was begun",
        )
    if not resumed:
        lease.write(lambda tx, _: put_key_state(tx, state))
        pause(NOTICE_S)
    if file.current != target:
        file = replace(file, current=target)
        file.replace(path)
    before = state.changed
    done = _sweep(store, lease, KeyRing.of(file), data, state, on_progress)
    return Rotated(target, done.changed - before, resumed)


@dataclass(frozen=True, slots=True)
class Retired:
    """What was put away."""

    versions: tuple[int, ...]
    in_one: tuple[int, ...]
    """Of these the sealing secret is the encoding secret, which has to stay: they are of a file of before."""


def retire(store: Store, lease: Lease, path: Path, data: Path, away: Path) -> Retired:
    """Put the sealing secrets of all versions but the one in force into a file of their own.

    First everything is looked at once more: what a service sealed under an older version since the rotation
    is sealed anew. The old encoding secrets stay, for newer versions are wrapped around them (ADR 0026).

    Raises:
        KeysRotatingError, KeysChangedError: the graph is not under the key file's version.
        KeyMissingError: ``away`` exists already, or cannot be written; nothing was put away.
    """
    file = KeyFile.read(path)
    check_writer(store, KeyRing.of(file))
    check_supplied(store, KeyRing.of(file))
    older = [version for version in file.versions if version != file.current]
    keys = KeyRing.of(file)
    gone = [version for version in older if keys.root_of(version) != keys.root]
    old = {version: file.versions[version] for version in older if file.versions[version].sealing is not None}
    if not old and not gone:
        return Retired((), ())
    _sweep(
        store,
        lease,
        keys,
        data,
        KeyState(file.current, file.current, PHASES[0], begun_at=now()),
        lambda _changed: None,
    )
    file.create(away)
    left = {version: replace(each, sealing=None) for version, each in old.items()}
    kept = {version: each for version, each in {**file.versions, **left}.items() if version not in gone}
    replace(file, versions=kept).replace(path)
    in_one = tuple(version for version, each in sorted(old.items()) if each.sealing == each.encoding)
    return Retired(tuple(sorted({*old, *gone})), tuple(each for each in in_one if each not in gone))


def _sweep(
    store: Store,
    lease: Lease,
    keys: KeyRing,
    data: Path,
    state: KeyState,
    on_progress: Callable[[int], None],
) -> KeyState:
    """Everything from where the state is to the end, and the word that it is done."""
    reached = _Job(store, lease, keys, on_progress).run(state)
    _seal_areas(data / AREAS, keys)
    _seal_staff(data / STAFF, keys)
    done = KeyState(keys.current, changed=reached.changed, begun_at=reached.begun_at, ended_at=now())
    lease.write(lambda tx, _: put_key_state(tx, done))
    return done


class _Job:
    """The pages of every phase, each with the word how far it came, in one transaction."""

    def __init__(self, store: Store, lease: Lease, keys: KeyRing, on_progress: Callable[[int], None]) -> None:
        self._store, self._lease = store, lease
        self._rewriter = Rewriter(keys)
        self._on_progress = on_progress

    def run(self, state: KeyState) -> KeyState:
        for phase in PHASES[PHASES.index(state.phase) :]:
            if phase != state.phase:
                state = replace(state, phase=phase, after="")
            while page := read_keyed(self._store, phase, after=state.after, limit=PAGE):
                rows = self._rewriter.rewritten(phase, page)
                state = replace(state, after=page[-1]["id"], changed=state.changed + len(rows))
                self._put(rows, state)
                self._on_progress(state.changed)
        return state

    def _put(self, rows: list[dict[str, object]], state: KeyState) -> None:
        def work(tx: Transaction, _tick: int) -> None:
            put_keyed(tx, state.phase, rows, version=state.target or 0)
            put_key_state(tx, state)

        self._lease.write(work)


def _seal_areas(path: Path, keys: KeyRing) -> None:
    """The look-up of coarse areas lies beside the graph; writing it again is all there is to go on with."""
    areas = Areas.read(path, keys)
    if areas is not None:
        areas.write(path, keys)


def _seal_staff(path: Path, keys: KeyRing) -> None:
    """So does the list of who of the staff is who; one that cannot be opened has to be given again anyway."""
    listed = StaffList(path, keys)
    with suppress(KeyMissingError):
        if people := listed.read():
            listed.write(people)
