"""Answers of figures as tables for a terminal: what is suppressed is a mark there too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

Shown = tuple[str, Sequence[str], Sequence[tuple[str, ...]]]
"""Title, columns and rows."""

NOT_WHOLE: Final = "not held whole"
TITLES: Final = {
    "steps": "From level to level",
    "shapes": "Ways taken in the year after the first contact",
    "agencies": "How many agencies had a contact",
    "householdTypes": "Households by who is known to have lived there at the first contact",
    "starts": "Who was followed",
    "lookBack": "Referrals within twelve months of the last one",
}


def tables(answer: Mapping[str, Any]) -> Iterator[Shown]:
    """Every table of an answer to one of the questions of research.

    Example:
        >>> row = {"name": "up", "figures": [{"value": None, "shown": "*"}], "perCent": [None]}
        >>> answer = {"shapes": {"columns": ["person"], "rows": [row]}}
        >>> next(tables(answer))
        ('Ways taken in the year after the first contact', ('', 'person', '%'), [('up', '*', '*')])
    """
    for name, title in TITLES.items():
        if answer.get(name):
            yield _table(title, answer[name])
    if answer.get("arrows"):
        rows: list[tuple[str, ...]] = [
            (each["before"], each["after"], str(each["times"]), _share(each["perCent"]))
            for each in answer["arrows"]
        ]
        yield "What was met next", ("before", "after", "times", "%"), rows
    for each in answer.get("standing", ()):
        title, columns, followed = _table(f"Where they stood after {each['day']} days", each["followed"])
        shares = [*(_share(None if share is None else 100 * share) for share in each["share"]), ""]
        yield title, (*columns[:-1], "estimated %"), [
            (*row[:-1], share) for row, share in zip(followed, shares, strict=True)
        ]  # fmt: skip
    for curve in answer.get("curves", ()):
        points = [
            (str(each["day"]), str(each["followed"]), str(each["events"]), f"{100 * each['share']:.0f}")
            for each in curve["points"]
        ]
        title = f"{curve['cause']}: too few to show" if curve["withheld"] else curve["cause"]
        yield title, ("by day", "followed", "events since", "% so far"), points


def changes(answer: Mapping[str, Any]) -> Shown:
    """Volumes as one table, the total last.

    Example:
        >>> told = {"name": "all", "before": {"shown": "40"}, "now": {"shown": "*"}, "inPart": False,
        ...         "ratio": None, "low": None, "high": None}
        >>> changes({"by": "TYPE", "changes": [], "total": told})[2]
        [('all', '40', '*', '*', '*', '*')]
    """
    rows: list[tuple[str, ...]] = [
        (
            each["name"] + (" (in part)" if each["inPart"] else ""),
            each["before"]["shown"],
            each["now"]["shown"],
            *_change(each),
        )
        for each in (*answer["changes"], answer["total"])
    ]
    return "Contacts, and how they changed", ("", "year before", "this year", "ratio", "low", "high"), rows


def _change(of: Mapping[str, Any]) -> tuple[str, ...]:
    """Ratio and limits; blank where it would be of years that are not both whole."""
    if of["ratio"] is None:
        return ("" if NOT_WHOLE in (of["before"]["shown"], of["now"]["shown"]) else "*",) * 3
    high = "no limit" if of["high"] is None else f"{of['high']:.2f}"
    return f"{of['ratio']:.2f}", f"{of['low']:.2f}", high


def capacities(answer: Mapping[str, Any]) -> Iterator[Shown]:
    """What a list would have found by each model of an evaluation, beside chance."""
    entry = answer["evaluation"]
    for model in entry["models"] if entry else ():
        found = model["capacity"]
        title = f"{entry['name']}, version {entry['version']}: {model['model']}"
        rows: list[tuple[str, ...]] = [] if found is None else [
            ("precision", *_ends(found["precision"]), _ends(found["baseRate"])[0]),
            ("recall", *_ends(found["recall"]), f"{found['byChance']:.2f}"),
        ]  # fmt: skip
        yield title, ("", "on the list", "low", "high", "by chance"), rows


def _ends(figure: Mapping[str, float | None]) -> tuple[str, ...]:
    told = (figure["value"], figure["low"], figure["high"])
    return tuple("*" if each is None else f"{each:.2f}" for each in told)


def _table(title: str, table: Mapping[str, Any]) -> Shown:
    """With shares beside the counts where there is one column of them."""
    single = len(table["columns"]) == 1
    return (
        title,
        ("", *table["columns"], *(["%"] if single else [])),
        [
            (
                row["name"],
                *(each["shown"] for each in row["figures"]),
                *([_share(row["perCent"][0])] if single else []),
            )
            for row in table["rows"]
        ],
    )


def _share(per_cent: float | None) -> str:
    return "*" if per_cent is None else f"{per_cent:.0f}"
