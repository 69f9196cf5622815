"""Who may ask what, for which purpose, about which classes of data. Default deny.

The policy itself is Cedar files, ``policies/``; as a table it is docs/policy.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from mast_api.policy import Policy, statements
from mast_resolver.errors import NotAllowedError, PurposeMissingError
from mast_resolver.vocabulary import vocabulary


class Role(StrEnum):
    """Whom somebody acts as; a token names one."""

    RESPONSE_OFFICER = "response-officer"
    PRACTITIONER = "safeguarding-practitioner"
    ANALYST = "safeguarding-analyst"
    STEWARD = "steward"
    RESEARCHER = "researcher"
    GOVERNANCE_OFFICER = "information-governance-officer"
    FEED = "feed"
    ADMINISTRATOR = "administrator"


class Purpose(StrEnum):
    """Why a question is asked; an agreement lists the purposes it covers."""

    RESPONSE = "safeguarding-response"
    ENQUIRY = "safeguarding-enquiry"
    CHILD_PROTECTION = "child-protection-enquiry"
    RESEARCH = "research"
    GOVERNANCE = "information-governance"
    OPERATION = "operation"


class Question(StrEnum):
    """What may be asked and decided: root fields of the schema, and what is asked within one of them.

    Within one are both kinds of relations, `fullHistory` and `everyFeed`.
    """

    CONCERNS_AT_ADDRESS = "concernsAtAddress"
    SEARCH_PEOPLE = "searchPeople"
    PERSON = "person"
    ADDRESS = "address"
    HOUSEHOLD = "household"
    HOUSEHOLD_NETWORK = "householdNetwork"
    ADDRESS_HISTORY = "addressHistory"
    CO_RESIDENTS = "coResidents"
    WHY = "why"
    HOW = "how"
    REVIEW_QUEUE = "reviewQueue"
    RECORD_MATCH_DECISION = "recordMatchDecision"
    REVOKE_MATCH_DECISION = "revokeMatchDecision"
    SPLIT_RECORDS = "splitRecords"
    SHIELD = "shield"
    UNSHIELD = "unshield"
    SHIELDS = "shields"
    MARK = "mark"
    LIFT_MARK = "liftMark"
    MARKS = "marks"
    AUDIT_TRAIL = "auditTrail"
    ACCESS_REVIEW = "accessReview"
    JUDGE_ACCESS = "judgeAccess"
    AGENCIES = "agencies"
    AGREEMENTS = "agreements"
    BREAK_GLASS = "breakGlass"
    BEHIND_GLASS = "behindGlass"
    BREAK_GLASSES = "breakGlasses"
    REVIEW_BREAK_GLASS = "reviewBreakGlass"
    RELATIONS = "relations"
    INFERRED_RELATIONS = "inferredRelations"
    FULL_HISTORY = "fullHistory"
    PATHS_BETWEEN = "pathsBetween"
    NETWORK_EXTRACT = "networkExtract"
    AGENCY_REFERENCES = "agencyReferences"
    FEEDS = "feeds"
    EVERY_FEED = "everyFeed"
    RESOLVER_QUEUE = "resolverQueue"
    DATA_QUALITY = "dataQuality"
    RETENTION = "retention"
    GLASS_BROKEN = "glassBroken"
    FEED_RECEIVED = "feedReceived"
    ALERTS = "alerts"
    ALERT = "alert"
    ALERT_RULES = "alertRules"
    ALERT_RAISED = "alertRaised"
    ACKNOWLEDGE_ALERT = "acknowledgeAlert"
    RULE_BACKTEST = "ruleBacktest"
    ESCALATION_PATHS = "escalationPaths"
    TRANSITION_MATRIX = "transitionMatrix"
    TIME_TO_EVENT = "timeToEvent"
    CONTACT_VOLUMES = "contactVolumes"
    PREDICTOR_EVALUATIONS = "predictorEvaluations"
    RESEARCH_CHOICES = "researchChoices"
    RELEASES = "releases"
    RELEASE = "release"
    PROPOSE_RELEASE = "proposeRelease"
    DECIDE_RELEASE = "decideRelease"
    TRANSPARENCY_RECORD = "transparencyRecord"
    RIGHTS_REQUESTS = "rightsRequests"
    NOTE_RIGHTS_REQUEST = "noteRightsRequest"
    SETTLE_RIGHTS_REQUEST = "settleRightsRequest"


@lru_cache(maxsize=1)
def in_force() -> Policy:
    """The policy in force, worked out once: hundredths of a second.

    Raises:
        PolicyError: the policy files are not ones that we can stand by.
    """
    return Policy.of(
        statements().values(),
        roles=list(Role),
        purposes=list(Purpose),
        questions=list(Question),
        data_classes=vocabulary().data_classes,
    )


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, in which role, for which purpose: every line of it is in the audit log."""

    subject: str
    role: str
    purpose: Purpose
    token_id: str
    agency: str = ""
    """Whose they are; an agreement that this agency is no party to covers nothing for them."""

    @property
    def data_classes(self) -> frozenset[str]:
        """The classes of data that may be seen at all; the agreements narrow them further."""
        return in_force().data_classes(self.role, self.purpose)


def admit(
    subject: str, role: str, token_id: str, *, claimed: str | None, header: str | None, agency: str = ""
) -> Caller:
    """The caller of a request, if the role exists and may act for the purpose named.

    The purpose comes from the token or, where it names none, from the ``X-Purpose`` header.

    Raises:
        PurposeMissingError: neither names a purpose, or they name different ones.
        NotAllowedError: no such role, or the role may not act for that purpose.
    """
    if claimed and header and claimed != header:
        raise PurposeMissingError(
            "the token and the X-Purpose header name different purposes", fix="leave the header out"
        )
    purpose = claimed or header
    if not purpose:
        raise PurposeMissingError("the request names no purpose", fix=f"send X-Purpose; yours: {_may(role)}")
    if role not in set(Role):
        raise NotAllowedError("the token's role is not known here", fix="roles: " + ", ".join(sorted(Role)))
    if not in_force().may_act(role, purpose):
        raise NotAllowedError("this role may not act for the purpose named", fix=f"it may for: {_may(role)}")
    return Caller(subject, role, Purpose(purpose), token_id, agency)


def _may(role: str) -> str:
    return ", ".join(each for each in sorted(Purpose) if in_force().may_act(role, each)) or "none"


def may(caller: Caller, question: Question) -> bool:
    """Whether the caller may ask the question for the purpose they act for."""
    return in_force().may_ask(caller.role, caller.purpose, question)


def permit(caller: Caller, question: Question) -> None:
    """Let the caller ask the question.

    Raises:
        NotAllowedError: the role may not ask it, or not for the caller's purpose.

    Example:
        >>> permit(Caller("police", "feed", Purpose.OPERATION, "t1"), Question.HOUSEHOLD_NETWORK)
        Traceback (most recent call last):
        mast_resolver.errors.NotAllowedError: MAST-302: a feed may not ask householdNetwork
          fix: it may ask: feedReceived, feeds
    """
    if may(caller, question):
        return
    others = [each for each in sorted(Purpose) if in_force().may_ask(caller.role, each, question)]
    if others:
        raise NotAllowedError(
            f"{question} is not for the purpose named", fix=f"ask for the purpose {' or '.join(others)}"
        )
    questions = sorted(in_force().questions(caller.role, caller.purpose))
    article = "an" if caller.role[0] in "aeiou" else "a"
    raise NotAllowedError(
        f"{article} {caller.role} may not ask {question}",
        fix="it may ask: " + (", ".join(questions) or "nothing here"),
    )
