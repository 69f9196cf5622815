"""Whether an action that a claim names is on record: somebody's acknowledgement of an alert."""

from __future__ import annotations

import datetime as dt
import re
from typing import Final

from mast_graph.alert_reading import acted_on
from mast_graph.store import Store

ALERT: Final = re.compile(r"alert ([\w./-]{1,200})")
"""How a claim names an action: the only thing that people put their name to, with a moment that the service
gave and nobody can change. An entry of the audit log tells that somebody asked, not that they did anything.
"""


def logged(store: Store, reference: str) -> dt.datetime | None:
    """When the action of that reference was logged; ``None`` where it is in no log.

    Raises:
        GraphUnavailableError: no answer, or none in time.
    """
    found = ALERT.fullmatch(reference)
    return acted_on(store, found[1]) if found else None
