"""Contacts as rules look at them: when, what, by whom, and whom or where they touch."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class GroupBy(StrEnum):
    """What a rule counts by."""

    PERSON = "person"
    HOUSEHOLD = "household"
    ADDRESS = "address"


Terms = tuple[str, str, str]
"""An agreement, a class of data, and the agency that shares it."""


@dataclass(frozen=True, slots=True)
class Event:
    """One version of one contact, as it is believed at some moment.

    ``groups`` are those that it touches, of each kind, with the role played in each: people by what was
    recorded, households and addresses by where those people lived at that moment, or as the place itself.
    """

    id: str
    type: str
    at: dt.datetime
    agency: str
    agency_kind: str = ""
    data_class: str = ""
    agreement: str = ""
    severity: int = 0
    category: str | None = None
    team: str | None = None
    closed_at: dt.datetime | None = None
    open: bool = False
    """An episode that has not ended; one that has is closed at ``closed_at``."""
    episode: bool = False
    groups: Mapping[GroupBy, Mapping[str, frozenset[str]]] = field(default_factory=dict)

    @property
    def terms(self) -> Terms:
        """What decides who may see it: under which agreement whose data of which class it is."""
        return self.agreement, self.data_class, self.agency

    def still_open(self, at: dt.datetime) -> bool:
        """Whether it is an episode that was going on at a moment after it began."""
        if not self.episode:
            return False
        return self.open if self.closed_at is None else self.closed_at > at


def plain(category: str) -> str:
    """A category as categories are compared, for each agency writes them its own way.

    Example:
        >>> plain("Self neglect") == plain("SELF-NEGLECT") == plain("self_neglect")
        True
    """
    return "_".join(category.casefold().replace("-", " ").replace("_", " ").split())
