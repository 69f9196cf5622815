"""A request by right that a command answers: looked up before anything is done, settled once it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from mast_api.rights.proving import note_first, take_over_if_free
from mast_api.rights.requests import KEPT, Register, Request, Right, State
from mast_api.settings import Settings
from mast_api.workspace import AUDIT
from mast_graph.proofs import read_proofs
from mast_graph.store import Store
from mast_graph.subject_access import former_ids_of
from mast_resolver.errors import UsageError

FIX = "take one that waits from rightsRequests"
MOST_PROOFS = 10_000


@dataclass(frozen=True, slots=True)
class Settling:
    """The request that a command is told to answer; none, if it is told of none."""

    request: Request | None = None

    @classmethod
    def of(cls, store: Store, settings: Settings, id_: str | None, right: Right) -> Settling:
        """Look it up.

        Raises:
            UsageError: there is none of that id, it was for something else, or it is settled.
        """
        if id_ is None:
            return cls()
        take_over_if_free(store, settings)
        request = Register().look(settings.data / AUDIT).get(id_)
        if request is None:
            raise UsageError("there is no such request", fix=FIX)
        if request.right is not right:
            raise UsageError("what was asked for is something else", fix=FIX)
        # The service may not have taken over yet what a command did a moment ago.
        if not request.waits or any(text.startswith(f"{id_}/") for text in _not_in_the_log(store)):
            raise UsageError(
                "that request is settled", fix="settleRightsRequest opens it again, or note another"
            )
        return cls(request)

    def check(self, store: Store, person: str) -> None:
        """See that it is theirs who was confirmed, where it was noted whose it is.

        Raises:
            UsageError: it is not.
        """
        if self.request and self.request.person not in ("", *former_ids_of(store, [person])):
            raise UsageError("that request is somebody else's", fix="see whose it is in rightsRequests")

    @property
    def settled(self) -> dict[str, list[str]]:
        """What the entry of the log says by which it is settled: that it was granted."""
        return {KEPT: [replace(self.request, state=State.GRANTED).as_kept]} if self.request else {}

    def settle(self, store: Store, settings: Settings, *, by: str) -> None:
        """Have it on record by itself.

        Raises:
            LeaseHeldError: the service holds the log, and another writer is at work.
        """
        if self.request:
            note_first(store, settings, "rights-request-settled", by, {"ids": self.settled})


def _not_in_the_log(store: Store) -> Sequence[str]:
    entries = [proof.entry for proof in read_proofs(store, MOST_PROOFS)]
    return [text for entry in entries for text in entry.get("ids", {}).get(KEPT, ())]
