"""Figures leave for publication when two people say so: who proposes, and somebody else who approves."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from mast_api.stewarding import check_reason
from mast_graph.research_releases import Decided, Proposed, decide_release, digest_of, put_release
from mast_graph.store import Store
from mast_intake.keys import KeyRing
from mast_resolver.errors import KeyVersionError, SealBrokenError
from mast_resolver.research_errors import LedgerChangedError


def decision_about(id_: str, digest: str, *, approved: bool) -> str:
    """What a finding is sealed for: these figures, and whether they may be published.

    Example:
        >>> decision_about("RE-1", "44136fa3", approved=True)
        'RE-1/approved/44136fa3'
    """
    return f"{id_}/{'approved' if approved else 'refused'}/{digest}"


def _plain(value: object) -> str:
    """Moments and names of choices, as JSON has no others."""
    return value.isoformat() if isinstance(value, dt.datetime) else str(getattr(value, "value", value))


class Releasing:
    """Keeps what is proposed as it is: who approves, approves these figures and no others. Blocking."""

    def __init__(
        self,
        store: Store,
        keys: KeyRing,
        *,
        clock: Callable[[], dt.datetime],
        new_id: Callable[[], str],
    ) -> None:
        self._store, self._keys = store, keys
        self._clock, self._new_id = clock, new_id

    def propose(
        self, question: str, asked: Sequence[str], policy: str, answer: Mapping[str, Any], *, by: str
    ) -> Proposed:
        """Put an answer forward for publication; it waits."""
        content = json.dumps(answer, sort_keys=True, ensure_ascii=False, default=_plain)
        proposed = Proposed(
            id=f"RE-{self._new_id()}",
            question=question,
            asked=tuple(asked),
            policy=policy,
            content=content,
            digest=digest_of(content),
            proposed_by=by,
            proposed_at=self._clock(),
        )
        put_release(self._store, proposed)
        return proposed

    def decide(self, id_: str, *, digest: str, by: str, approved: bool, finding: str) -> dt.datetime:
        """Approve or refuse what somebody else proposed; when that was.

        Raises:
            ReleaseError: none of this id waits with these figures, or it is their own.
            BadRequestError: nothing is said of why.
        """
        check_reason(finding)
        decided = decision_about(id_, digest, approved=approved)
        at, sealed = self._clock(), self._keys.seal_reason(finding, decision=decided)
        decide_release(self._store, id_, digest=digest, by=by, approved=approved, finding=sealed, at=at)
        return at

    def finding_of(self, found: Decided) -> str:
        """Why it was approved or refused, opened; nothing while it waits.

        Raises:
            LedgerChangedError: nobody decided so about these figures under a key that is held here.
        """
        if found.approved is None:
            return ""
        said = found.proposed
        decided = decision_about(said.id, said.digest, approved=found.approved)
        try:
            return self._keys.open_reason(found.finding, decision=decided)
        except (SealBrokenError, KeyVersionError):
            raise LedgerChangedError(
                "what was decided about this release is not as it was decided",
                fix="publish nothing of it: propose it anew, and see who can write to the graph",
            ) from None
