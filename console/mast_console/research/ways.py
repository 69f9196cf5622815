"""Which ways paths took, as parts of a page: what came after what, whole ways, agencies, where they stood."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from mast_console.research.curves import percent
from mast_console.research.flows import Flow, flows
from mast_console.research.tables import MARK, Part, Row, Table, listed, state

ENDS: Final = {"(first)": "Nothing before", "(last)": "Nothing later"}
WAYS: Final = {
    "(no change)": "No change",
    "(followed for less)": "Followed for less than a year",
    "(rarer)": "All rarer ones together",
    "(nobody)": "Nobody",
}


def ways(said: Mapping[str, Any], titles: Mapping[str, str]) -> tuple[Part, ...]:
    """All that is told of paths."""
    return (
        _follows(said["arrows"], titles),
        Part(
            "The ways that they took",
            ("In the year after the first contact, steps that repeat told once.",),
            (
                listed(
                    "shapes", "Ways taken in the year after the first contact", "Way", said["shapes"], _way
                ),
            ),
        ),
        Part(
            "How many agencies knew them",
            ("An agency knew somebody if it had any contact that may be counted.",),
            (listed("agencies", "How many agencies had a contact", "Known to", said["agencies"], _agencies),),
        ),
        _standing(said["standing"]),
    )


def _follows(arrows: list[Mapping[str, Any]], titles: Mapping[str, str]) -> Part:
    def named(kind: str) -> str:
        return ENDS.get(kind) or titles.get(kind, kind)

    found = [(named(each["before"]), named(each["after"]), each) for each in arrows]
    rows = tuple(
        Row(
            before, (after, str(each["times"]), MARK if each["perCent"] is None else f"{each['perCent']:.1f}")
        )
        for before, after, each in found
    )
    columns = ("Then", "How often", "Per cent of all times the first was met")
    table = Table("follows", "One kind of contact, and the next of the same path", "First", columns, rows)
    return Part(
        "What came after what",
        (
            "Each row is one kind of contact and the next that was met. What is not listed did not happen, "
            "or happened to so few that it is hidden: the two cannot be told apart."
            if rows
            else "All of this is hidden (*): everything that came after something happened to too few.",
        ),
        (table,) if rows else (),
        flows=flows([Flow(before, after, each["times"]) for before, after, each in found]),
    )


def _standing(standing: list[Mapping[str, Any]]) -> Part:
    says = "Days count from the first contact. Shares are estimated, those included who are followed no more."
    if not standing:
        return Part("Where they stood", (says, "Nobody was followed for long enough to say."), ())
    names = [state(row["name"]) for row in standing[0]["followed"]["rows"]]
    columns = tuple(f"Day {each['day']}" for each in standing)
    followed = tuple(
        Row(
            name,
            tuple(each["followed"]["rows"][place]["figures"][-1]["shown"] for each in standing),
            place == len(names) - 1,
        )
        for place, name in enumerate(names)
    )
    shares = tuple(
        Row(name, tuple(_share(each["share"][place]) for each in standing))
        for place, name in enumerate(names[:-1])
    )
    return Part(
        "Where they stood",
        (says,),
        (
            Table("standing", "How many stood where, of those followed so long", "Level", columns, followed),
            Table("standing-share", "Estimated shares, in per cent", "Level", columns, shares),
        ),
    )


def _share(share: float | None) -> str:
    return MARK if share is None else percent(share)


def _way(name: str) -> str:
    """A way in words.

    Example:
        >>> _way("closed > returned > closed"), _way("(rarer)")
        ('Closed, then returned, then closed', 'All rarer ones together')
    """
    return WAYS.get(name) or state(name.replace(" > ", ", then "))


def _agencies(name: str) -> str:
    """How many agencies.

    Example:
        >>> _agencies("1 known to"), _agencies("3 known to"), _agencies("total")
        ('1 agency', '3 agencies', 'Total')
    """
    number = name.removesuffix(" known to")
    return f"{number} {'agency' if number == '1' else 'agencies'}" if number != name else _way(name)
