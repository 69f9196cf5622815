"""What officers found of use that stood out: in the log itself, which nobody can change, by whom and when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from mast_api.audit.chain import Entry
from mast_api.audit.habits import Flag
from mast_api.audit.trail import moment

JUDGED: Final = "judged"
"""Among what an answer holds: flags, each with how often it was by then, and what was found."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """That somebody looked into a flag."""

    finding: str
    by: str
    at: dt.datetime
    count: int

    def stands_for(self, flag: Flag) -> bool:
        """Whether there was no more of it since."""
        return self.count >= flag.count


def judgement(flag: Flag, finding: str) -> str:
    """As the log has it.

    Example:
        >>> from mast_api.audit.habits import Habit
        >>> judgement(Flag(Habit.VOLUME, "pc-1", dt.date(2026, 11, 2), 40, ""), "explained")[27:]
        '/40/explained'
    """
    return f"{flag.id}/{flag.count}/{finding}"


def judgements(entries: Iterable[Entry]) -> dict[str, Judgement]:
    """The latest of each flag, by its id."""
    found: dict[str, Judgement] = {}
    for entry in entries:
        ids = entry.get("ids") if entry.get("event") == "answer" else None
        for text in ids.get(JUDGED, ()) if isinstance(ids, dict) else ():
            flag, count, finding = str(text).split("/")
            made = Judgement(finding, str(entry.get("subject", "")), moment(entry), int(count))
            if flag not in found or found[flag].at < made.at:
                found[flag] = made
    return found
