"""What roles, purposes and parts of an answer are called on a page."""

from __future__ import annotations

import re
from typing import Final

from mast_console import dates

_RECORD: Final = re.compile(r"\br[0-9a-f]{32}\b")

ROLES: Final = {
    "response-officer": "Response officer",
    "safeguarding-practitioner": "Safeguarding practitioner",
    "safeguarding-analyst": "Safeguarding analyst",
    "steward": "Record steward",
    "researcher": "Researcher",
    "information-governance-officer": "Information governance officer",
    "feed": "Feed",
    "administrator": "Administrator",
}

PURPOSES: Final = {
    "safeguarding-response": "Safeguarding response",
    "safeguarding-enquiry": "Safeguarding enquiry",
    "child-protection-enquiry": "Child protection enquiry",
    "research": "Research",
    "information-governance": "Information governance",
    "operation": "Running the service",
}

PARTS: Final = {
    "PLACE": "This address",
    "RESIDENT": "Lives here",
    "RESIDENT_ELSEWHERE": "Before they lived here",
    "FORMER_RESIDENT": "Used to live here",
    "PERSON": "This person",
}

RULES: Final = {
    "prior": "Where it starts",
    "sources": "The two agencies",
    "given_name": "Given name",
    "middle_name": "Middle name",
    "family_name": "Family name",
    "date_of_birth": "Date of birth",
    "sex_given_alike": "Sex",
    "sex_given_unlike": "Sex",
    "nhs_number": "NHS number",
    "national_id": "National number",
    "place": "Home",
    "family": "Somebody near them",
    "context": "Other records",
}
"""What each row of a comparison of two records is about."""

REASONS: Final = {
    "manifest-unreadable": "what it says of itself cannot be read",
    "unknown-feed": "nobody expects such a feed",
    "wrong-agency": "the feed is another agency's",
    "bad-signature": "the signature is not the agency's",
    "from-the-future": "it says that it was sent later than now",
    "replayed": "it came before",
    "out-of-order": "numbers before it never came",
    "path-escape": "it names a file outside its folder",
    "file-missing": "a file that it names is missing",
    "unlisted-file": "it holds a file that it does not name",
    "wrong-size": "a file is not as long as it says",
    "wrong-hash": "a file is not the one that was signed",
    "wrong-row-count": "a file has not the rows that it says",
    "unusable": "a file cannot be used",
    "agency-left": "the agency has left: nothing of it may be loaded",
    "shrunk": "it has far fewer rows than the one before",
}
"""Why a delivery was not loaded."""

ACTS: Final = {
    "subject-access-asked": "what is held about a person was asked for, at their request",
    "subject-access-answered": "what is held about a person was reported, at their request",
    "purge-begun": "a deletion was begun",
    "purged": "records were deleted",
    "purge-finished": "a deletion was finished",
    "erasure-lifted": "an erasure was lifted",
    "agency-rejoined": "an agency came back",
    "rule-enabled": "a rule was enabled",
    "rule-disabled": "a rule was disabled",
    "alerts-sent-again": "alerts were sent again",
    "staff-set": "a list of staff was put in force",
    "clusters-written": "who is who was written to a file",
    "faults-told": "faults of data were written to a file for an agency",
    "audit-exported": "the audit log was written to a file",
    "research-report": "a report of figures was made",
    "research-export": "files of figures were made",
    "research-network": "a network was made for research",
    "research-evaluation": "predictors were evaluated",
    "research-ledger-accepted": "figures were allowed again after a restore",
    "rights-request-settled": "a request by right was settled",
    "decided-again": "a decision was taken again after a restore",
}
"""What commands have on record, which is no question of the service."""


ASKED: Final = {
    "concernsAtAddress": "Checked an address",
    "searchPeople": "Searched for a person",
    "person": "Opened a person",
    "address": "Opened an address",
    "household": "Opened a household",
    "householdNetwork": "Opened a household\N{RIGHT SINGLE QUOTATION MARK}s network",
    "addressHistory": "Asked who has lived at an address",
    "coResidents": "Asked who has lived with a person",
    "why": "Asked why two records are or are not one person",
    "how": "Asked how a person\N{RIGHT SINGLE QUOTATION MARK}s records were put together",
    "reviewQueue": "Looked at pairs that may be one person",
    "recordMatchDecision": "Decided whether two records are one person",
    "revokeMatchDecision": "Took a decision about records back",
    "splitRecords": "Split records off a person",
    "shield": "Put a shield",
    "unshield": "Took a shield away",
    "shields": "Listed shields",
    "mark": "Put a mark",
    "liftMark": "Lifted a mark",
    "marks": "Listed marks",
    "auditTrail": "Searched who looked",
    "accessReview": "Looked for unusual use",
    "judgeAccess": "Said what unusual use came to",
    "agencies": "Asked what agencies are called",
    "agreements": "Listed agreements",
    "breakGlass": "Looked behind a shield in an emergency",
    "behindGlass": "Looked behind a shield in an emergency",
    "breakGlasses": "Listed emergency looks",
    "reviewBreakGlass": "Reviewed an emergency look",
    "relations": "Asked who is related to a person",
    "inferredRelations": "Asked who is likely to share a home",
    "fullHistory": "Opened a full history",
    "feeds": "Listed feeds",
    "alerts": "Listed alerts",
    "alert": "Opened an alert",
    "alertRules": "Listed rules of alerts",
    "alertRaised": "Was told of new alerts",
    "acknowledgeAlert": "Took notice of an alert",
    "ruleBacktest": "Asked what rules came to",
    "escalationPaths": "Counted paths, for research",
    "transitionMatrix": "Counted moves from level to level, for research",
    "timeToEvent": "Counted times, for research",
    "researchChoices": "Opened the page for research",
    "transparencyRecord": "Opened the transparency record",
    "rightsRequests": "Listed requests by right",
    "noteRightsRequest": "Noted a request by right",
    "settleRightsRequest": "Said how far a request by right is",
}
"""What somebody did by asking a question; of others its name is said in words."""

MODELS: Final = {"person": "people", "address": "addresses", "household": "households"}
RELATED: Final = {
    "Cared for by them": "is cared for by the carer",
    "Partner or spouse": "is the partner or spouse",
    "Brother or sister, half and step too": "is a brother or sister (half and step too)",
    "Another relative, or which one is not said": "is a relative (which one is not said)",
}
"""How one is related to another, where the name of that is no noun in the singular."""

_REASON: Final = re.compile(rf"\b(?:{'|'.join(REASONS)})\b")


def role(id_: str) -> str:
    """A role in words.

    Example:
        >>> role("steward"), role("night-watch")
        ('Record steward', 'Night watch')
    """
    return ROLES.get(id_) or _plain(id_)


def purpose(id_: str) -> str:
    """A purpose in words."""
    return PURPOSES.get(id_) or _plain(id_)


def part(id_: str) -> str:
    """A part of an answer about a place in words."""
    return PARTS.get(id_) or _plain(id_)


def rule(id_: str) -> str:
    """What a row of a comparison of two records is about.

    Example:
        >>> rule("place"), rule("shoe_size")
        ('Home', 'Shoe size')
    """
    return RULES.get(id_) or _plain(id_)


def reason(id_: str) -> str:
    """Why a delivery was not loaded.

    Example:
        >>> reason("replayed"), reason("")
        ('it came before', '')
    """
    return REASONS.get(id_) or _plain(id_).lower()


def act(id_: str) -> str:
    """What a command did.

    Example:
        >>> act("rule-enabled"), act("moon-painted")
        ('a rule was enabled', 'moon painted')
    """
    return ACTS.get(id_) or _plain(id_).lower()


def question(id_: str) -> str:
    """A question of the service, or a kind of id, in words.

    Example:
        >>> question("concernsAtAddress"), question("people")
        ('Concerns at address', 'People')
    """
    spaced = "".join(f" {each.lower()}" if each.isupper() else each for each in id_.replace("_", " "))
    return sentence(spaced.strip())


def policy(id_: str) -> str:
    """A disclosure policy as it is written.

    Example:
        >>> policy("nhs"), policy("opensafely"), policy("acro")
        ('NHS', 'OpenSAFELY', 'Acro')
    """
    return {"nhs": "NHS", "opensafely": "OpenSAFELY"}.get(id_) or _plain(id_)


def reasons(text: str) -> str:
    """A sentence of the service with the reason for a refusal in words.

    Example:
        >>> reasons("number 3 is held back (shrunk): look at it")
        'number 3 is held back (it has far fewer rows than the one before): look at it'
    """
    return _REASON.sub(lambda found: REASONS.get(found[0], found[0]), text)


def model(version: str) -> str:
    """A model by what it decides and the day it is of.

    Example:
        >>> model("person-2026-11-28"), model("trained-here")
        ('Model of people, 28 November 2026', 'Trained here')
    """
    kind, _, day = version.partition("-")
    try:
        of = dates.day(day)
    except ValueError:
        return _plain(version)
    return f"Model of {MODELS.get(kind, kind)}, {of}"


def related(says: str, whom: str = "") -> str:
    """How one is related to another, from the other's name for them; ``whom`` is the other, if none follows.

    Example:
        >>> related("Step-child, as the council states."), related("Parent, as it says.", "this person")
        ('is the step-child, as the council states, of', 'is the parent of this person, as it says')
        >>> related("Another relative, or which one is not said, as it says.")
        'is a relative (which one is not said), as it says, of'
    """
    kind, _, who = says.rstrip(".").rpartition(", as ")
    what = RELATED.get(kind) or f"is the {kind[:1].lower()}{kind[1:]}"
    return f"{what} of {whom}, as {who}" if whom else f"{what}, as {who}, of"


def agency(id_: str) -> str:
    """An agency where the service names it by its id alone.

    Example:
        >>> agency("calderwick-police")
        'Calderwick police'
    """
    return _plain(id_)


def short(id_: str) -> str:
    """An id short enough to be read out over a telephone, and the same on every page.

    Example:
        >>> short("P-2505be2bba8f4066b8663cb8573322d9"), short("r56b386fc8bdfead5f160fc0d0e999f09")
        ('2505 BE2B', '56B3 86FC')
    """
    bare = (id_.partition("-")[2].replace("-", "") or id_.removeprefix("r")).upper()
    return f"{bare[:4]} {bare[4:8]}".strip()


def records(text: str) -> str:
    """A sentence with the ids of records as short as those of people.

    Example:
        >>> records("It weighs 3 bits beside r56b386fc8bdfead5f160fc0d0e999f09.")
        'It weighs 3 bits beside record 56B3 86FC.'
    """
    return _RECORD.sub(lambda found: f"record {short(found[0])}", text)


def beside(text: str) -> str:
    """The record that a sentence names another beside; none where it names none.

    Example:
        >>> beside("It weighs 3 bits beside r56b386fc8bdfead5f160fc0d0e999f09."), beside("It is alone.")
        ('r56b386fc8bdfead5f160fc0d0e999f09', '')
    """
    found = _RECORD.search(text)
    return found[0] if found else ""


def count(number: int, one: str, many: str = "") -> str:
    """A number with its noun.

    Example:
        >>> count(1, "person", "people"), count(3, "open episode")
        ('1 person', '3 open episodes')
    """
    return f"{number} {one if number == 1 else many or one + 's'}"


def title(text: str) -> str:
    """What a kind of contact is called, without the scale that the vocabulary notes behind it.

    Example:
        >>> title("Domestic abuse incident (DASH standard 3; high 5)"), title("Safe and well (home) visit")
        ('Domestic abuse incident', 'Safe and well (home) visit')
    """
    return text.rpartition(" (")[0] if text.endswith(")") and " (" in text else text


def sentence(text: str) -> str:
    """What the service says of an error, as the beginning of a sentence.

    Example:
        >>> sentence("a steward may not ask this")
        'A steward may not ask this'
    """
    return text[:1].upper() + text[1:]


def asked(id_: str) -> str:
    """What somebody did who asked a question of the service.

    Example:
        >>> asked("concernsAtAddress"), asked("moonPhase")
        ('Checked an address', 'Moon phase')
    """
    return ASKED.get(id_) or question(id_)


def _plain(id_: str) -> str:
    return id_.replace("-", " ").replace("_", " ").capitalize()
