"""Breaking the glass: a look behind a shield for a reason, on record first, told at once, over in an hour."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Final

from mast_api.access import Caller
from mast_api.stewarding import check_reason
from mast_graph.glass import Glass, aim_glass, put_glass, review_glass
from mast_graph.store import Store
from mast_intake.keys import KeyRing
from mast_resolver.errors import BadRequestError, GlassError

MOST_MINUTES: Final = 60
LEAST_REASON: Final = 15
"""Characters: "urgent" is not a reason that can be reviewed."""


class BreakingGlass:
    """Lets somebody look behind a shield, and has reviews on record. Blocking.

    ``tell`` wakes whoever tells the responsible officer; it must not wait for them. Without it nobody would
    be told, and no glass is broken.
    """

    def __init__(
        self,
        store: Store,
        keys: KeyRing,
        *,
        clock: Callable[[], dt.datetime],
        new_id: Callable[[], str],
        tell: Callable[[], None] | None,
    ) -> None:
        self._store, self._keys = store, keys
        self._clock, self._new_id, self._tell = clock, new_id, tell

    def smash(self, caller: Caller, *, reason: str, minutes: int) -> Glass:
        """A broken glass for ``minutes``, on record; the officer is being told.

        It needs no lease: a load that runs does not keep anybody from looking.

        Raises:
            GlassError: nobody would be told.
            BadRequestError: the reason says too little, or it would last over an hour.
        """
        if self._tell is None:
            raise GlassError(
                "no officer would be told, so no glass can be broken here",
                fix="ring the duty desk; whoever runs the service sets MAST_OFFICER_URL",
            )
        check_reason(reason)
        if len(reason.strip()) < LEAST_REASON:
            raise BadRequestError(
                "the reason is too short to be reviewed",
                fix=f"say in at least {LEAST_REASON} characters why it cannot wait",
            )
        if not 1 <= minutes <= MOST_MINUTES:
            raise BadRequestError(
                "a broken glass lasts from 1 to 60 minutes", fix="give minutes from 1 to 60, or leave it out"
            )
        id_, at = f"G-{self._new_id()}", self._clock()
        glass = Glass(
            id_,
            caller.subject,
            caller.role,
            caller.purpose.value,
            caller.agency,
            at,
            at + dt.timedelta(minutes=minutes),
        )
        put_glass(self._store, glass, self._keys.seal_reason(reason, decision=id_))
        self._tell()
        return glass

    def aim(self, glass: Glass, targets: Sequence[str]) -> None:
        """Have it on record what it shows, before that is shown."""
        aim_glass(self._store, glass.id, targets)

    def review(self, glass: Glass, *, by: str, justified: bool, finding: str) -> dt.datetime:
        """Have it on record what an officer found; nobody reviews what they broke themselves.

        Raises:
            BadRequestError: it is their own, or the finding says nothing, or is too long.
            GlassError: it does not wait.
        """
        if glass.by == by:
            raise BadRequestError("you broke this glass yourself", fix="have a colleague review it")
        check_reason(finding)
        at = self._clock()
        sealed = self._keys.seal_reason(finding, decision=f"{glass.id}/finding")
        review_glass(self._store, glass.id, by=by, justified=justified, finding=sealed, at=at)
        return at

    def reason_of(self, glass: str, sealed: bytes) -> str:
        """Why it was broken, opened; nothing once that is gone."""
        return self._keys.open_reason(sealed, decision=glass) if sealed else ""

    def finding_of(self, glass: str, sealed: bytes) -> str:
        """What a review found, opened."""
        return self._keys.open_reason(sealed, decision=f"{glass}/finding") if sealed else ""


def usable(glass: Glass, caller: Caller, now: dt.datetime) -> None:
    """Refuse a glass that is not the caller's, or is over.

    Raises:
        GlassError: it is not theirs, which reads as if there were none, or it is over.
    """
    if (glass.by, glass.role, glass.purpose) != (caller.subject, caller.role, caller.purpose.value):
        raise GlassError("there is no broken glass of this id", fix="take the id that breakGlass gave you")
    if now >= glass.until:
        raise GlassError("the time of this broken glass is over", fix="break it again, with a reason")
