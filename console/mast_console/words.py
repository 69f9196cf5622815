"""What roles, purposes and parts of an answer are called on a page."""

from __future__ import annotations

import re
from typing import Final

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
    "audit-exported": "the audit log was written to a file",
    "research-report": "a report of figures was made",
    "research-export": "files of figures were made",
    "research-evaluation": "predictors were evaluated",
    "research-ledger-accepted": "figures were allowed again after a restore",
    "rights-request-settled": "a request by right was settled",
    "decided-again": "a decision was taken again after a restore",
}
"""What commands have on record, which is no question of the service."""


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


def _plain(id_: str) -> str:
    return id_.replace("-", " ").replace("_", " ").capitalize()
