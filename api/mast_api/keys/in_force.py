"""Whether the keys of this process are those of the graph; asked before every write, and once a second."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from mast_graph.key_state import KeyState, Waiting, key_state, read_key_state, read_waiting
from mast_graph.read import Reader
from mast_graph.store import Store
from mast_intake.keys import KeyRing
from mast_resolver.errors import KeysChangedError, KeysRotatingError

LOOK_EVERY_S: Final = 1.0
"""No answer is begun on a look at the graph's key version that is older than this."""


def check_writer(store: Store, keys: KeyRing) -> None:
    """Refuse to write what would not be like what is stored. To be asked with the lease held.

    Raises:
        KeysRotatingError: a rotation was left unfinished.
        KeysChangedError: the graph is under another version than the keys.
    """
    state = read_key_state(store)
    if state is None:
        return
    if state.target is not None:
        raise KeysRotatingError(
            f"the rotation to key version {state.target} is not finished",
            fix="run mast keys rotate again: it goes on where it stopped",
        )
    if state.version != keys.current:
        raise KeysChangedError(
            f"the graph is under key version {state.version}, the key file under {keys.current}",
            fix="use the key file of the rotation",
        )


def waiting(store: Store, keys: KeyRing) -> list[Waiting]:
    """Records that were not supplied again since encodings began anew, by feed; none where they never did."""
    return [] if keys.root == keys.versions[0] else read_waiting(store, keys.root)


def check_supplied(store: Store, keys: KeyRing) -> None:
    """Refuse what needs every record in one line: those that wait are like nobody's.

    Raises:
        KeysRotatingError: records wait to be supplied again.
    """
    left = waiting(store, keys)
    if left:
        records = sum(each.people + each.addresses for each in left)
        raise KeysRotatingError(
            f"{records:,} records of {len(left)} feeds wait to be supplied again since a key was compromised",
            fix="load every file of those feeds again (mast load --no-resolve); see mast keys status",
        )


class KeyWatch:
    """Lets a service answer while it holds every version that the graph may be under.

    Looks at most once a second, so a rotation waits that long before it changes anything.
    """

    def __init__(
        self, store: Reader, keys: KeyRing, *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._store = store
        self._held = frozenset(keys.opening)
        self._monotonic = monotonic
        self._looked: float | None = None
        self._state: KeyState | None = None

    async def check(self) -> None:
        """Raises:
        KeysChangedError: the graph is, or is being brought, under a version that is not held.
        """
        now = self._monotonic()
        if self._looked is None or now - self._looked >= LOOK_EVERY_S:
            self._state = key_state(await self._store.read("read.key_state"))
            self._looked = now  # when the question was sent, not when it was answered
        if self._state is not None and not self._state.versions <= self._held:
            raise KeysChangedError(
                "the keys were rotated since the service was started",
                fix="give the service the new key file, and start it again",
            )
