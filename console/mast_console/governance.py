"""What a governance officer has to see to: broken glasses, use that stands out, and what is in force."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from starlette.responses import Response

from mast_console.desk import NO_ERRORS, Visit
from mast_console.service import Refused

REFUSALS: Final = frozenset({"MAST-221", "MAST-254", "MAST-312"})
MOST_FINDING: Final = 500
JUDGEMENTS: Final = {"yes": True, "no": False}


async def show(visit: Visit) -> Response:
    """Everything that waits, and what is in force."""
    return await _page(visit)


async def review(visit: Visit) -> Response:
    """What the review of a broken glass found; it waits no longer."""
    form = visit.form
    id_, finding = form.get("glass", ""), form.get("finding", "").strip()
    errors = {}
    if form.get("justified", "") not in JUDGEMENTS:
        errors["justified"] = "Choose whether it had to be done"
    if not finding or len(finding) > MOST_FINDING:
        errors["finding"] = f"Say what you found, in at most {MOST_FINDING} characters"
    if not errors:
        justified = JUDGEMENTS[form["justified"]]
        try:
            await visit.ask("review_glass", id=id_, justified=justified, finding=finding)
        except Refused as refused:
            if refused.code not in REFUSALS:
                raise
            errors["finding"] = refused.says
        else:
            visit.session.notes.append("Your review is recorded: it waits no longer.")
            return visit.go("/governance")
    return await _page(visit, errors)


async def _page(visit: Visit, errors: Mapping[str, str] = NO_ERRORS) -> Response:
    found = await visit.ask("governance")
    glasses = found["breakGlasses"]
    told = await visit.ask("transparency") if "transparencyRecord" in visit.may else None
    return visit.page(
        "governance.html",
        glasses=[each["node"] for each in glasses["edges"]],
        more_glasses=glasses["pageInfo"]["hasNextPage"],
        flags=found["accessReview"]["flags"],
        not_shown=found["accessReview"]["notShown"],
        agreements=found["agreements"],
        rules=found["ruleBacktest"],
        record=told["transparencyRecord"] if told else None,
        errors=errors,
        typed=visit.form or visit.session.kept,
    )
