"""An answer: its parts, and what has to be said of all of it, on the page and in every file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mast_console import dates, words
from mast_console.research.asking import Kind, counted
from mast_console.research.parts import PARTS
from mast_console.research.tables import Part, Table


@dataclass(frozen=True, slots=True)
class Answer:
    """All that answers one question."""

    kind: Kind
    basis: Mapping[str, Any]
    parts: tuple[Part, ...]

    @property
    def tables(self) -> tuple[Table, ...]:
        """Every table on the page."""
        return tuple(table for part in self.parts for table in part.tables)

    @property
    def hidden(self) -> int:
        """How many figures are hidden."""
        return sum(table.hidden for table in self.tables)

    @property
    def figures(self) -> int:
        """How many there are altogether."""
        return sum(table.figures for table in self.tables)

    @property
    def counted(self) -> str:
        """Of how many it is, in words."""
        subjects, policy = self.basis["subjects"], self.basis["policy"]
        many = counted(self.basis["by"])
        if subjects["value"] is None:
            return f"{policy['threshold']} {many} or fewer: how many is hidden"
        about = "about " if policy["base"] > 1 else ""
        return f"{about}{subjects['value']:,} {many}"

    @property
    def rule(self) -> str:
        """The disclosure policy in words.

        Example:
            >>> policy = {"name": "nhs", "threshold": 7, "base": 5}
            >>> Answer(None, {"policy": policy}, ()).rule
            'NHS: 7 and fewer are hidden, others are rounded to multiples of 5'
        """
        policy = self.basis["policy"]
        rounded = f", others are rounded to multiples of {policy['base']}" if policy["base"] > 1 else ""
        return f"{words.policy(policy['name'])}: {policy['threshold']} and fewer are hidden{rounded}"

    @property
    def legend(self) -> str:
        """What the mark means."""
        return (
            f"* hidden: fewer than {self.basis['policy']['threshold'] + 1}, or a figure from which such a "
            "number could be worked out. It is not nought, and it is not missing."
        )

    def head(self, table: Table, chosen: Mapping[str, str]) -> list[str]:
        """What a file says before its table."""
        basis = self.basis
        return [
            f"MAST Tracker. {self.kind.says}: {table.caption}",
            f"Counted: {self.counted}",
            *(f"{name}: {said}" for name, said in chosen.items()),
            f"As things stood at the end of: {dates.day(basis['asOf'])}",
            f"As it was on record at: {basis['knownAt']}",
            f"A contact that is no episode holds its level for: {basis['holdingDays']} days",
            f"Disclosure policy: {self.rule} ({basis['policy']['source']})",
            self.legend,
            f"Hidden in this table: {table.hidden} of {words.count(table.figures, 'figure')}",
            *basis["says"],
            *(each["says"] for each in basis["withheld"]),
            "For research. Before it is published two people have to release it.",
        ]


def answer(kind: Kind, found: Mapping[str, Any], titles: Mapping[str, str]) -> Answer:
    """What answers a question, for the page; ``titles`` are what types of contact are called."""
    said = found[kind.needs]
    return Answer(kind, said["basis"], PARTS[kind.needs](said, titles))
