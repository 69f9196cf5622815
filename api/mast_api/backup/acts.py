"""What people decided in the graph since a moment, as the audit log has it: shields, marks, who is who."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from mast_api.access import Question
from mast_api.audit.chain import Entry
from mast_api.audit.trail import questions
from mast_resolver.errors import GraphOutcomeUnknownError

SHIELDING: Final = frozenset({Question.SHIELD, Question.UNSHIELD})
MARKING: Final = frozenset({Question.MARK, Question.LIFT_MARK})
WHO_IS_WHO: Final = frozenset(
    {Question.RECORD_MATCH_DECISION, Question.REVOKE_MATCH_DECISION, Question.SPLIT_RECORDS}
)
_ALL: Final = {each.value: each for each in SHIELDING | MARKING | WHO_IS_WHO}
_STORED: Final = ("shields", "marks", "decisions")


@dataclass(frozen=True, slots=True)
class Act:
    """One decision: who took it, what was asked for, and on which records it came to lie.

    ``id`` is that of the decision or of the mark; empty where nobody knows whether it was stored.
    """

    request: str
    question: Question
    by: str
    at: str
    sought: Mapping[str, Any]
    id: str = ""
    records: frozenset[str] = frozenset()


@dataclass(slots=True)
class Acts:
    """Takes entries of the log in their order. A mutation decides one thing, so a request is an act."""

    decided: list[Act] = field(default_factory=list)
    """In the order in which they were answered."""
    _asked: dict[str, Act] = field(default_factory=dict)

    @staticmethod
    def needs(entry: Entry) -> bool:
        """Whether an entry is one of a decision."""
        return entry.get("event") in ("intent", "answer") and any(each in _ALL for each in questions(entry))

    def take(self, entry: Entry) -> None:
        """Add the next entry."""
        request, event = str(entry.get("request", "")), entry.get("event")
        if event == "intent" and (question := _ALL.get(str(entry.get("question")))):
            by, at = str(entry.get("subject", "")), str(entry["at"])
            self._asked[request] = Act(request, question, by, at, entry.get("sought") or {})
        elif event == "answer" and any(each in _ALL for each in questions(entry)):
            self._answered(entry, self._asked.pop(request, None))

    def unanswered(self) -> list[Act]:
        """Those of whose answer nothing is on record: the service was killed meanwhile."""
        return list(self._asked.values())

    def _answered(self, entry: Entry, asked: Act | None) -> None:
        if asked is None:
            return
        ids: Mapping[str, Any] = entry.get("ids") or {}
        stored = [each for name in _STORED for each in ids.get(name, ())]
        if stored:
            self.decided.append(
                replace(asked, id=str(stored[0]), records=frozenset(map(str, ids.get("records", ()))))
            )
        elif GraphOutcomeUnknownError.code in entry.get("codes", ()):
            self.decided.append(asked)
