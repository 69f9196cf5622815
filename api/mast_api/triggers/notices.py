"""Notices of alerts for the webhook: which rule, whose work, how grave; never whom it is about."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from typing import Final

from mast_api.telling import Notice
from mast_graph.alert_reading import UntoldAlert, tell_of_alert, untold_alerts
from mast_graph.store import Store

MOST_TRIES: Final = 12
"""With the waits between them about a day and a half; then it is laid aside, and `alerts` says so."""
FIRST_WAIT: Final = dt.timedelta(seconds=30)
LONGEST_WAIT: Final = dt.timedelta(hours=6)


class AlertNotices:
    """Alerts that were raised or taken back, until the webhook took them."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def untold(self, limit: int, now: dt.datetime) -> Iterator[Notice]:
        """Those whose time it is."""
        for alert in untold_alerts(self._store, limit, now=now):
            yield _AlertNotice(self._store, alert)


class _AlertNotice:
    def __init__(self, store: Store, alert: UntoldAlert) -> None:
        self._store, self._alert = store, alert
        self.id = f"{alert.id}.{alert.turn}"  # raised again is told again: receivers pass over what they had
        self.body = json.dumps(
            {
                "type": "alert.retracted" if alert.taken_back else "alert.raised",
                "timestamp": alert.at.isoformat(),
                "data": {
                    "id": alert.id,
                    "rule": alert.rule,
                    "severity": alert.severity,
                    "owner": alert.owner,
                },
            }
        ).encode()

    def told(self, at: dt.datetime) -> None:
        tell_of_alert(self._store, self._alert, told=True, dead=False, try_at=None, at=at)

    def failed(self, at: dt.datetime) -> None:
        tries = self._alert.tries + 1
        wait = min(FIRST_WAIT * 2 ** (tries - 1), LONGEST_WAIT)
        tell_of_alert(self._store, self._alert, told=False, dead=tries >= MOST_TRIES, try_at=at + wait, at=at)
