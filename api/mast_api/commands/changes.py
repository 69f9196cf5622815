"""How commands show "changes to who matches whom"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from mast_api.terminal import Terminal

_PATTERNS: Final = 10
_FATES: Final = ("unchanged", "merged", "split", "regrouped")


def show_plan(terminal: Terminal, plans: Sequence[Any]) -> None:
    """What the next run would do."""
    if terminal.as_json:
        return
    for each in plans:
        if each.migration is None:
            terminal.say(
                f"{each.kind.value}: nothing would be weighed anew; {each.pending:,} records are pending"
            )
        else:
            show_migration(terminal, each.migration)
            if each.pending:
                terminal.say(
                    f"{each.kind.value}: {each.pending:,} records are pending and come on top of this"
                )


def show_migration(terminal: Terminal, told: Mapping[str, Any]) -> None:
    """The report of one kind: how many, which agencies', and by which patterns of agreement."""
    if terminal.as_json:
        return
    terminal.table(
        f"Changes to who matches whom: {told['kind']}, model {told['model']}",
        ("records", "with another id", "entities before", "after", *_FATES),
        [_cells(told, "records", "records_moved", "entities_before", "entities_after")],
    )
    if "ids" in told:
        terminal.say(f"Ids, old and new: {told['ids']}", whole=True)
    if not any(told["entities"][fate] for fate in _FATES[1:]):
        return
    terminal.table(
        "By agency: entities that have records of it",
        ("agency", "records", "with another id", *_FATES),
        [(agency, *_cells(each, "records", "records_moved")) for agency, each in told["agencies"].items()],
    )
    for title, name in (("Pairs of records that joined", "joined"), ("Pairs that parted", "parted")):
        _show_patterns(terminal, title, told[name])


def _cells(told: Mapping[str, Any], *counts: str) -> tuple[str, ...]:
    numbers = [*(told[name] for name in counts), *(told["entities"][fate] for fate in _FATES)]
    return tuple(f"{number:,}" for number in numbers)


def _show_patterns(terminal: Terminal, title: str, told: Mapping[str, Any]) -> None:
    rows = [
        (
            f"{each['pairs']:,}",
            f"{each['bits']:+.1f}",
            ", ".join(f"{field} {level}" for field, level in each["levels"].items()) or "nothing to compare",
        )
        for each in told["patterns"][:_PATTERNS]
    ]
    if rows:
        more = "at least " if told["more_pairs_not_looked_at"] else ""
        title = f"{title}: {more}{told['pairs']:,}, by what agrees"
        terminal.table(title, ("pairs", "mean bits", "pattern"), rows)
