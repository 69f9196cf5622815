"""Alerts while the service runs: worked out when something changed or a window closed; acknowledged."""

from __future__ import annotations

import datetime as dt
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from typing import Final

from mast_api.lookout import Lookout
from mast_api.triggers.working_out import work_out
from mast_api.writing import leased
from mast_graph.alert_reading import Acknowledged, act_on_alert
from mast_graph.alerts import read_due
from mast_graph.store import Store
from mast_intake.keys import KeyRing
from mast_resolver.errors import GraphUnavailableError, KeyVersionError, LeaseHeldError, SealBrokenError

LOOK_EVERY_S: Final = 5.0
_CURSOR: Final = b"cursor of alerts"


class Alerts:
    """Has it on record who took notice of an alert: that blocks. Seals places in lists of them.

    The moment of an alert may be that of a contact that its caller may only count: no cursor tells it.
    """

    def __init__(
        self, store: Store, keys: KeyRing, *, clock: Callable[[], dt.datetime], new_id: Callable[[], str]
    ) -> None:
        self._store, self._keys, self._clock, self._new_id = store, keys, clock, new_id

    def cursor_of(self, place: str) -> str:
        """A place in a list of alerts, which only this service reads."""
        return urlsafe_b64encode(self._keys.seal(place.encode(), context=_CURSOR)).decode()

    def place_of(self, cursor: str) -> str:
        """Inverse of :meth:`cursor_of`; empty where it is none of ours."""
        try:
            return self._keys.open(urlsafe_b64decode(cursor), context=_CURSOR).decode()
        except (ValueError, SealBrokenError, KeyVersionError):
            return ""

    def acknowledge(self, alert: str, *, by: str, disposition: str | None) -> Acknowledged:
        """Somebody took notice, or says what it was worth; who was first stays on record.

        It needs no lease: a load that runs does not keep anybody from it.

        Raises:
            UnknownAlertError: there is none.
        """
        act = f"AA-{self._new_id()}"
        return act_on_alert(self._store, alert, act=act, by=by, disposition=disposition, at=self._clock())


class AlertKeeper(Lookout):
    """A thread of the service that works alerts out when there is something to: after stewards' decisions,
    and when windows close. Loads work theirs out themselves; while another writer is at work, it waits.

    ``raised`` is called when there is something to tell.
    """

    PASSED_OVER = (GraphUnavailableError, LeaseHeldError)  # the writer will be done

    def __init__(
        self,
        store: Store,
        *,
        clock: Callable[[], dt.datetime],
        raised: Callable[[], None],
        warn: Callable[[str], None],
    ) -> None:
        super().__init__("alerts", about="alerts", every_s=LOOK_EVERY_S, warn=warn, at_once=False)
        self._store, self._clock, self._raised = store, clock, raised

    def look(self) -> int:
        """Work out what is due; how many alerts were raised. Nothing is locked where nothing is due.

        Raises:
            LeaseHeldError: another writer is at work.
        """
        if not read_due(self._store, self._clock()):
            return 0
        with leased(self._store, "mast alerts") as lease:
            raised = work_out(self._store, lease, now=self._clock())
        if raised:
            self._raised()
        return raised
