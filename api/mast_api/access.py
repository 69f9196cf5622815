"""Who may ask what, for which purpose, about which classes of data. Default deny; the policy is data.

A later issue replaces the table by Cedar policies; the two functions stay.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from mast_resolver.errors import NotAllowedError, PurposeMissingError

PRACTICE: Final = frozenset(
    {"children", "adults", "education", "fire", "health", "housing", "justice", "police"}
)
"""Data classes a practitioner at the door may be told of; health is that of a safeguarding flag or a missed
appointment, not of mental or sexual health or substance misuse."""


class Purpose(StrEnum):
    """Why a question is asked; an agreement lists the purposes it covers."""

    RESPONSE = "safeguarding-response"
    ENQUIRY = "safeguarding-enquiry"
    RESEARCH = "research"
    GOVERNANCE = "information-governance"


class Question(StrEnum):
    """What may be asked, and what may be decided: the root fields of the schema."""

    CONCERNS_AT_ADDRESS = "concernsAtAddress"
    SEARCH_PEOPLE = "searchPeople"
    PERSON = "person"
    ADDRESS = "address"
    HOUSEHOLD = "household"
    HOUSEHOLD_NETWORK = "householdNetwork"
    ADDRESS_HISTORY = "addressHistory"
    CO_RESIDENTS = "coResidents"
    PATHS_BETWEEN = "pathsBetween"
    NETWORK_EXTRACT = "networkExtract"
    WHY = "why"
    HOW = "how"
    REVIEW_QUEUE = "reviewQueue"
    RECORD_MATCH_DECISION = "recordMatchDecision"
    REVOKE_MATCH_DECISION = "revokeMatchDecision"
    SPLIT_RECORDS = "splitRecords"
    SHIELD = "shield"
    UNSHIELD = "unshield"
    SHIELDS = "shields"


STEWARDING: Final = frozenset(
    {
        Question.WHY,
        Question.HOW,
        Question.REVIEW_QUEUE,
        Question.RECORD_MATCH_DECISION,
        Question.REVOKE_MATCH_DECISION,
        Question.SPLIT_RECORDS,
    }
)
"""Who is who, record by record."""

ENQUIRY_ONLY: Final = STEWARDING | {Question.ADDRESS_HISTORY, Question.NETWORK_EXTRACT}
"""At the door nobody needs to know which agency holds a record that may not be shown, nor everybody."""


GOVERNING: Final = frozenset({Question.UNSHIELD, Question.SHIELDS})
"""Who must not be found, and who may be again. Whoever meets somebody in danger may shield them at once; to
know of shields and to take one away is for those who answer for them."""


@dataclass(frozen=True, slots=True)
class Role:
    """What one role may do."""

    purposes: frozenset[Purpose]
    questions: frozenset[Question]
    data_classes: frozenset[str]


ROLES: Final[Mapping[str, Role]] = {
    "response-officer": Role(
        purposes=frozenset({Purpose.RESPONSE}),
        questions=frozenset(
            {
                Question.CONCERNS_AT_ADDRESS,
                Question.SEARCH_PEOPLE,
                Question.PERSON,
                Question.ADDRESS,
                Question.HOUSEHOLD,
            }
        ),
        data_classes=PRACTICE,
    ),
    "safeguarding-analyst": Role(
        purposes=frozenset({Purpose.RESPONSE, Purpose.ENQUIRY}),
        questions=frozenset(Question) - GOVERNING,
        data_classes=PRACTICE | {"mental_health"},
    ),
    # Sees nobody's contacts.
    "information-governance-officer": Role(
        purposes=frozenset({Purpose.GOVERNANCE}),
        questions=GOVERNING | {Question.SHIELD},
        data_classes=frozenset(),
    ),
    # Research reads aggregates only, and those are not asked here.
    "researcher": Role(
        purposes=frozenset({Purpose.RESEARCH}), questions=frozenset(), data_classes=frozenset()
    ),
}


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, in which role, for which purpose: every line of it is in the audit log."""

    subject: str
    role: str
    purpose: Purpose
    token_id: str

    @property
    def data_classes(self) -> frozenset[str]:
        """The classes of data that the role may see at all; the agreements narrow them further."""
        return ROLES[self.role].data_classes


def admit(subject: str, role: str, token_id: str, *, claimed: str | None, header: str | None) -> Caller:
    """The caller of a request, if the role exists and may act for the purpose named.

    The purpose comes from the token or, where it names none, from the ``X-Purpose`` header.

    Raises:
        PurposeMissingError: neither names a purpose, or they name different ones.
        NotAllowedError: no such role, or the role may not act for that purpose.
    """
    may = ", ".join(sorted(ROLES[role].purposes)) if role in ROLES else "none"
    if claimed and header and claimed != header:
        raise PurposeMissingError(
            "the token and the X-Purpose header name different purposes", fix="leave the header out"
        )
    purpose = claimed or header
    if not purpose:
        raise PurposeMissingError("the request names no purpose", fix=f"send X-Purpose; yours: {may}")
    if role not in ROLES:
        raise NotAllowedError("the token's role is not known here", fix="roles: " + ", ".join(sorted(ROLES)))
    if purpose not in ROLES[role].purposes:
        raise NotAllowedError("this role may not act for the purpose named", fix=f"it may for: {may}")
    return Caller(subject, role, Purpose(purpose), token_id)


def may(caller: Caller, question: Question) -> bool:
    """Whether the caller's role may ask the question at all."""
    return question in ROLES[caller.role].questions


def permit(caller: Caller, question: Question) -> None:
    """Let the caller ask the question.

    Raises:
        NotAllowedError: the role may not ask it, or not for the caller's purpose.

    Example:
        >>> officer = Caller("officer-7", "response-officer", Purpose.RESPONSE, "t1")
        >>> permit(officer, Question.HOUSEHOLD_NETWORK)
        Traceback (most recent call last):
        mast_resolver.errors.NotAllowedError: MAST-302: a response-officer may not ask householdNetwork
          fix: it may ask: address, concernsAtAddress, household, person, searchPeople
    """
    questions = ROLES[caller.role].questions
    if question not in questions:
        raise NotAllowedError(
            f"a {caller.role} may not ask {question}",
            fix="it may ask: " + (", ".join(sorted(questions)) or "nothing here"),
        )
    if question in ENQUIRY_ONLY and caller.purpose is not Purpose.ENQUIRY:
        raise NotAllowedError(
            f"{question} is not for the purpose named", fix=f"ask for the purpose {Purpose.ENQUIRY}"
        )
