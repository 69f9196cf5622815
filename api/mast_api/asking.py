"""One request while it is answered: who asks, what is looked for, and what was found, for the audit log."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from mast_api.access import Caller, Question, permit
from mast_api.audit.trail import looked_for, search_key
from mast_api.limits import Document
from mast_api.ports import Services
from mast_api.research.on_record import LEDGER
from mast_resolver.days import LONDON
from mast_resolver.errors import NotAllowedError, TooManyRequestsError

_ONLY_READ: Final = frozenset(
    (
        Question.CONCERNS_AT_ADDRESS,
        Question.SEARCH_PEOPLE,
        Question.PERSON,
        Question.ADDRESS,
        Question.HOUSEHOLD,
        Question.HOUSEHOLD_NETWORK,
        Question.ADDRESS_HISTORY,
        Question.CO_RESIDENTS,
        Question.WHY,
        Question.HOW,
        Question.RELATIONS,
        Question.INFERRED_RELATIONS,
        Question.FULL_HISTORY,
        Question.PATHS_BETWEEN,
        Question.AGENCIES,
        Question.ALERTS,
        Question.ALERT,
    )
)
"""Questions at a door or a desk, which write nothing anywhere: others remember of whom figures were."""


@dataclass(slots=True)
class Asking:
    """The context of a GraphQL operation."""

    services: Services
    caller: Caller
    request_id: str
    now: datetime
    document: Document | None = None
    asked: list[str] = field(default_factory=list)
    answered: dict[str, set[str]] = field(default_factory=dict)
    outcomes: list[dict[str, object]] = field(default_factory=list)
    ledger: int | None = None
    """How many cohorts were remembered when figures were released: what a restore sets back is seen by it."""
    alone: Callable[[], bool] = lambda: False
    """Whether no other request is in hand just now."""
    tells_at_end: bool = False
    """Whether nothing is told before :meth:`note_answer`, and nothing decided."""
    begun: int | None = None

    @property
    def today(self) -> date:
        """The day that it is where people ask."""
        return self.now.astimezone(LONDON).date()

    async def intend(self, question: Question, sought: Mapping[str, object]) -> None:
        """Let the caller ask, and have it on record that they do, before anything is read.

        It is on disk before anything is changed, or told: with the answer's entry, where something is only
        read.

        ``sought`` says what for, in ids and keyed tokens.

        Raises:
            NotAllowedError: the role may not ask this.
            TooManyRequestsError: it is one more person or place than the caller may look for in an hour.
            AuditUnavailableError: it cannot be written.
        """
        self.asked.append(question.value)
        try:
            permit(self.caller, question)
            things = looked_for(question.value, sought)
            self.services.different.look(self.caller.subject, things, self.now)
        except (NotAllowedError, TooManyRequestsError):
            await self.note("refused", {"question": question.value, "sought": sought})
            raise
        intent = self._entry("intent", {"question": question.value, "sought": sought})
        if not self.tells_at_end or question not in _ONLY_READ:
            await self._append(intent)
            return
        begun = await self.services.audit.begin(intent)
        self.begun = begun if self.begun is None else min(self.begun, begun)

    def answer_with(self, kind: str, ids: Iterable[str]) -> None:
        """Remember ids that the answer holds."""
        self.answered.setdefault(kind, set()).update(ids)

    def found(
        self, question: Question, ids: Iterable[str], sought: Mapping[str, object] | None = None
    ) -> None:
        """Remember what a search came to: whom or what it found, whatever else the answer tells of them.

        One that came to none, or to several, is known again by all that was ``sought``: whoever is shielded
        answers as if not there, and who asks for them again and again is to be seen all the same.
        """
        came_to = sorted(ids)
        outcome: dict[str, object] = {"question": question.value, "ids": came_to}
        if len(came_to) != 1 and (key := search_key(question.value, sought)):
            outcome["search"] = key
        self.outcomes.append(outcome)

    def remembered(self, cohorts: int) -> None:
        """How many cohorts were remembered when figures were released: the most, where that was often."""
        self.ledger = max(self.ledger or 0, cohorts)

    async def note_answer(self, codes: list[str]) -> None:
        """Have it on disk what the answer holds, before a byte of it leaves.

        Raises:
            AuditUnavailableError: it cannot be written.
        """
        ids = {} if codes else {kind: sorted(found) for kind, found in sorted(self.answered.items())}
        said: dict[str, object] = {"outcome": "refused" if codes else "answered", "codes": codes, "ids": ids}
        if self.outcomes and not codes:
            said["found"] = self.outcomes
        ledger = {} if self.ledger is None else {LEDGER: self.ledger}
        await self.note("answer", {"questions": self.asked, **said, **ledger})

    async def note(self, event: str, more: Mapping[str, object]) -> None:
        """Append an entry about this request."""
        await self._append(self._entry(event, more))

    async def _append(self, entry: Mapping[str, object]) -> None:
        await self.services.audit.append(entry, alone=self.alone(), after=self.begun)

    def _entry(self, event: str, more: Mapping[str, object]) -> Mapping[str, object]:
        return {
            "event": event,
            "request": self.request_id,
            "subject": self.caller.subject,
            "role": self.caller.role,
            "purpose": self.caller.purpose.value,
            "token": self.caller.token_id,
            **({"agency": self.caller.agency} if self.caller.agency else {}),
            **more,
        }
