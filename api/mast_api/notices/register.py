"""The register of agreements: who shares what with whom, for which purposes, under which law."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, Final

TOLD: Final = {
    "parties": "Parties",
    "purposes": "Purposes",
    "data_classes": "Classes of data",
    "gateways": "Legal gateways",
    "view": "What is shown",
    "months": "Months that are shown",
    "retention_months": "Months that are kept",
    "owner": "Owner",
    "version": "Version",
    "starts": "In force from",
    "ends": "In force until",
    "review_by": "To be reviewed by",
}
VIEWS: Final = {
    "latest": "the latest contact of each agency and type, how many there were, and every open episode",
    "full": "every contact",
}


def agreement_register(*, day: dt.date, agreements: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The register of these agreements, in the order of their ids.

    Example:
        >>> said = agreement_register(day=dt.date(2026, 11, 2), agreements=[
        ...     {"id": "mash", "name": "MASH", "parties": ["police", "fire"], "view": "latest"}])
        >>> said["sections"][0]["rows"][0]
        ['Parties', 'fire, police']
    """
    return {
        "title": "Register of data sharing agreements",
        "day": day.isoformat(),
        "says": f"{len(agreements)} in all. Nothing is shown that none of them covers.",
        "sections": [
            {
                "title": f"{each.get('name') or each['id']} ({each['id']})",
                "columns": ["what", "as agreed"],
                "rows": _rows(each),
            }
            for each in sorted(agreements, key=lambda each: str(each["id"]))
        ],
    }


def _rows(agreement: Mapping[str, Any]) -> list[list[str]]:
    known = [[title, _text(name, agreement[name])] for name, title in TOLD.items() if _said(agreement, name)]
    others = sorted(set(agreement) - set(TOLD) - {"id", "name"})
    more = [
        [name.replace("_", " "), _text(name, agreement[name])] for name in others if _said(agreement, name)
    ]
    return known + more


def _said(agreement: Mapping[str, Any], name: str) -> bool:
    return agreement.get(name) not in (None, "", [])


def _text(name: str, value: Any) -> str:
    if isinstance(value, list | tuple):
        # Lists that stand side by side (a class and its terms) keep their order, names need none.
        texts = [str(each) for each in value]
        return ", ".join(sorted(texts) if name in ("parties", "purposes") else texts)
    return VIEWS.get(str(value), str(value)) if name == "view" else str(value)
