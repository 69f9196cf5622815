"""The register of agreements: who shares what with whom, for which purposes, under which law."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, Final

from mast_graph.agreement import Agreement, View
from mast_resolver.days import morning

VIEWS: Final = {
    View.LATEST: "the latest contact of each agency and type, how many there were, and every open episode",
    View.FULL: "every contact",
}


def agreement_register(*, day: dt.date, agreements: Sequence[Agreement]) -> dict[str, Any]:
    """The register of these agreements, in the order of their ids.

    Example:
        >>> from mast_graph.agreement import Term
        >>> mash = Agreement("mash", "MASH", ("police", "fire"), ("research",), (Term("police", "s115"),))
        >>> agreement_register(day=dt.date(2026, 11, 2), agreements=[mash])["sections"][0]["rows"][0]
        ['parties', 'fire, police']
    """
    return {
        "title": "Register of data sharing agreements",
        "day": day.isoformat(),
        "says": f"{len(agreements)} in all. Nothing is shown that none in force covers.",
        "sections": [
            {"title": f"{each.name} ({each.id})", "columns": ["what", "as agreed"], "rows": _rows(each, day)}
            for each in sorted(agreements, key=lambda each: each.id)
        ],
    }


def _rows(agreement: Agreement, day: dt.date) -> list[list[str]]:
    serves = agreement.serves(morning(day))
    told = [
        ["parties", ", ".join(sorted(agreement.parties))],
        ["purposes", ", ".join(sorted(agreement.purposes))],
        ["version", str(agreement.version)],
        ["owner", agreement.owner],
        ["in force from", _day(agreement.starts)],
        ["in force until", _day(agreement.ends)],
        ["to be reviewed by", _day(agreement.review_by)],
        ["in force on this day", "yes" if serves else "no"],
    ]
    told += [
        [
            f"data class {term.data_class}",
            f"gateway: {term.gateway or 'not stated'}; shown for {term.months} months: {VIEWS[term.view]}; "
            f"kept for {term.retention_months} months",
        ]
        for term in sorted(agreement.terms, key=lambda term: term.data_class)
    ]
    return [row for row in told if row[1]]


def _day(day: dt.date | None) -> str:
    return day.isoformat() if day else ""
