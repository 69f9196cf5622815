"""What roles, purposes and parts of an answer are called on a page."""

from __future__ import annotations

import re
from typing import Final

_RECORD: Final = re.compile(r"\br([0-9a-f]{4})([0-9a-f]{4})[0-9a-f]{24}\b")

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


def short(id_: str) -> str:
    """An id short enough to be read out over a telephone, and the same on every page.

    Example:
        >>> short("P-2505be2bba8f4066b8663cb8573322d9")
        '2505 BE2B'
    """
    bare = id_.partition("-")[2].replace("-", "").upper() or id_.upper()
    return f"{bare[:4]} {bare[4:8]}".strip()


def records(text: str) -> str:
    """A sentence with the ids of records as short as those of people.

    Example:
        >>> records("It weighs 3 bits beside r56b386fc8bdfead5f160fc0d0e999f09.")
        'It weighs 3 bits beside record 56B3 86FC.'
    """
    return _RECORD.sub(lambda found: f"record {found[1].upper()} {found[2].upper()}", text)


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
