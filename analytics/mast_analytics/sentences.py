"""What an alert rests on, in sentences: what, when, by whom, and what it does not say."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from mast_analytics.civil import day_in_words
from mast_resolver.days import LONDON
from mast_resolver.vocabulary import vocabulary

CAUTION: Final = (
    "It is a notice to look, made by a rule from what agencies recorded; it proves nothing about anybody, "
    "and no referral was made."
)


@dataclass(frozen=True, slots=True)
class Rested:
    """A contact that an alert rests on; without its moment where it may only be counted."""

    type: str
    agency: str
    at: dt.datetime | None


def sentences(
    title: str, description: str, rule: str, group_by: str, contacts: Sequence[Rested]
) -> list[str]:
    """In the order in which somebody wants to know.

    Example:
        >>> at = dt.datetime(2026, 5, 1, 12, tzinfo=dt.UTC)
        >>> sentences("Two checks", "Two in a week.", "two-checks/1", "person",
        ...           [Rested("WELFARE_CHECK", "police", at), Rested("WELFARE_CHECK", "police", at)])[1]
        'It rests on 2 contacts on 1 May 2026: 2 x Welfare check (police).'
        >>> sentences("Two checks", "Two in a week.", "two-checks/1", "person",
        ...           [Rested("WELFARE_CHECK", "police", None), Rested("WELFARE_CHECK", "police", at)])[1]
        'It rests on 2 contacts: 2 x Welfare check (police).'
    """
    counted = Counter((vocabulary().contact_type(each.type).title, each.agency) for each in contacts)
    listed = "; ".join(
        f"{f'{count} x ' if count > 1 else ''}{title} ({agency})"
        for (title, agency), count in counted.items()
    )
    many = f"{len(contacts)} contacts" if len(contacts) > 1 else "1 contact"
    return [
        f"{title}: {description}",
        f"It rests on {many}{_when([each.at for each in contacts])}: {listed}.",
        f"They were counted by {group_by}, under {_version(title, rule)}.",
        CAUTION,
    ]


def _version(title: str, rule: str) -> str:
    """A rule by its title, for people.

    Example:
        >>> _version("Open elsewhere", "open-elsewhere/2")
        'version 2 of the rule “Open elsewhere”'
    """
    return f"version {rule.rpartition('/')[2]} of the rule “{title}”"


def _when(moments: Sequence[dt.datetime | None]) -> str:
    """From when to when; nothing where one may not be told: either end might be its day."""
    days = [each.astimezone(LONDON) for each in moments if each is not None]
    if len(days) < len(moments):
        return ""
    first, last = (day_in_words(day) for day in (min(days), max(days)))
    return f" on {first}" if first == last else f" from {first} to {last}"
