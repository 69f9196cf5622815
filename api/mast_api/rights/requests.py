"""Requests by right: what somebody asked for, since when, until when, and how far it is.

They stand in the audit log and nowhere else, as whoever noted them said it: nobody can change when one came
in. The latest that the log says of a request holds.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from threading import Lock
from typing import Final

from mast_analytics.civil import months_after
from mast_api.audit.chain import Entry
from mast_api.audit.segments import entries_backwards
from mast_api.audit.trail import moment

KEPT: Final = "rights_requests"
"""Among what an answer holds: a request as it is from then on."""

_SAY_SO: Final = frozenset({"answer", "purge-finished", "rights-request-settled"})
"""Events after which a request is as they say: of the service, and of commands that answered one."""

_TOLD_BY: Final = [[f'"{KEPT}"'.encode()]]


class Right(StrEnum):
    """What was asked for."""

    ACCESS = "access"
    ERASURE = "erasure"
    RECTIFICATION = "rectification"
    RESTRICTION = "restriction"
    OBJECTION = "objection"


class State(StrEnum):
    """How far it is."""

    OPEN = "open"
    EXTENDED = "extended"
    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


WAITS: Final = frozenset({State.OPEN, State.EXTENDED})
MONTHS: Final = {State.EXTENDED: 3}
"""From the day on which it came in; one, where nothing else is said (UK GDPR 12(3))."""


@dataclass(frozen=True, slots=True)
class Request:
    """A request, and who said last how far it is, and when; ``person`` where it is known whose."""

    id: str
    right: Right
    received: dt.date
    by: str
    at: dt.datetime
    state: State = State.OPEN
    person: str = ""

    @property
    def due(self) -> dt.date:
        """The last day on which it may be answered."""
        return months_after(self.received, MONTHS.get(self.state, 1))

    @property
    def waits(self) -> bool:
        """Whether it is still to be answered."""
        return self.state in WAITS

    @property
    def as_kept(self) -> str:
        """As the log has it; by whom and when it says itself.

        Example:
            >>> day = dt.datetime(2026, 11, 2, tzinfo=dt.UTC)
            >>> Request("Q-1", Right.ERASURE, day.date(), "dpo-1", day, person="P-1").as_kept
            'Q-1/erasure/2026-11-02/open/P-1'
        """
        return f"{self.id}/{self.right}/{self.received}/{self.state}/{self.person}"


@dataclass(slots=True)
class Register:
    """Every request of a log: read once as a whole, then only as far as it grew."""

    _kept: dict[str, Request] = field(default_factory=dict)
    _upto: int = 0
    _lock: Lock = field(default_factory=Lock)

    def look(self, path: Path) -> Mapping[str, Request]:
        """All of them by their ids, also those that wait no longer. Blocking.

        Raises:
            AuditUnavailableError: the log cannot be read.
        """
        with self._lock:
            newest = next(entries_backwards(path), None)
            upto = newest["sequence"] if newest else 0
            if upto < self._upto:
                self._kept, self._upto = {}, 0  # another log than before
            found: dict[str, Request] = {}
            # What each line says is slow to read: the first time by the few that can be meant.
            for entry in entries_backwards(path, told_by=() if self._upto else _TOLD_BY):
                if entry["sequence"] <= self._upto:
                    break
                for each in _said(entry):
                    found.setdefault(each.id, each)
            self._kept, self._upto = self._kept | found, upto
            return self._kept


def _said(entry: Entry) -> list[Request]:
    ids = entry.get("ids") if entry.get("event") in _SAY_SO else None
    return [_read(str(text), entry) for text in ids.get(KEPT, ())] if isinstance(ids, dict) else []


def _read(text: str, entry: Entry) -> Request:
    id_, right, received, state, person = text.split("/")
    by, day = str(entry.get("subject", "")), dt.date.fromisoformat(received)
    return Request(id_, Right(right), day, by, moment(entry), State(state), person)
