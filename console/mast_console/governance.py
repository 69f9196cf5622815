"""What a governance officer has to see to: glasses, use that stands out, requests, and what is in force."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from starlette.responses import Response

from mast_console import dates
from mast_console.desk import NO_ERRORS, Visit
from mast_console.service import Refused

REFUSALS: Final = frozenset({"MAST-221", "MAST-254", "MAST-312"})
MOST_FINDING: Final = 500
_PERSON: Final = re.compile(r"P-[0-9a-f]{32}")
JUDGEMENTS: Final = {"yes": True, "no": False}
FINDINGS: Final = {"EXPLAINED": "It is explained", "TAKEN_UP": "It is taken up, outside of this service"}
RIGHTS: Final = {
    "ACCESS": "Access (article 15)",
    "ERASURE": "Erasure (17)",
    "RECTIFICATION": "Rectification (16)",
    "RESTRICTION": "Restriction (18)",
    "OBJECTION": "Objection (21)",
}
STATES: Final = {
    "OPEN": "Still to be answered",
    "EXTENDED": "Two months longer, as the person was told",
    "GRANTED": "Granted",
    "REFUSED": "Refused, as the person was told",
    "WITHDRAWN": "Withdrawn",
}


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
    said = {"id": id_, "justified": JUDGEMENTS.get(form.get("justified", "")), "finding": finding}
    done = "Your review is recorded: it waits no longer."
    return await _said(visit, errors, "review_glass", said, "finding", done)


async def judge(visit: Visit) -> Response:
    """What looking into use that stands out came to; it waits no longer, unless there is more of it."""
    flag, finding = visit.form.get("flag", ""), visit.form.get("came", "")
    errors = {} if finding in FINDINGS else {"came": "Choose what looking into it came to"}
    said = {"id": flag, "finding": finding}
    return await _said(visit, errors, "judge_access", said, "came", "Recorded: that use waits no longer.")


async def note(visit: Visit) -> Response:
    """Somebody asked for something by right: from the day on which it came in its time runs."""
    form = visit.form
    kind, person = form.get("right", ""), form.get("person", "").strip()
    received = dates.typed_day(form.get("received", "").strip())
    errors = {}
    if kind not in RIGHTS:
        errors["right"] = "Choose what was asked for"
    if received is None:
        errors["received"] = "Give the day on which it came in, such as 2/11/2026"
    if person and not _PERSON.fullmatch(person):
        errors["person"] = "Give the whole id: P- and 32 characters after it"
    day = received.date().isoformat() if received else ""
    said = {"kind": kind, "received": day, "id": person or None}
    return await _said(visit, errors, "rights_note", said, "received", "The request is noted.")


async def settle(visit: Visit) -> Response:
    """How far a request is."""
    request, state = visit.form.get("request", ""), visit.form.get("state", "")
    errors = {} if state in STATES else {"state": "Choose how far it is"}
    said = {"id": request, "state": state}
    return await _said(visit, errors, "rights_settle", said, "state", "Recorded: how far the request is.")


async def _said(
    visit: Visit, errors: dict[str, str], document: str, said: Mapping[str, object], field: str, done: str
) -> Response:
    """Have it recorded; what the service refuses stands beside a field of the form."""
    if not errors:
        try:
            await visit.ask(document, **said)
        except Refused as refused:
            if refused.code not in REFUSALS:
                raise
            errors = {field: refused.says}
        else:
            visit.session.notes.append(done)
            return visit.go("/governance")
    return await _page(visit, errors)


async def _page(visit: Visit, errors: Mapping[str, str] = NO_ERRORS) -> Response:
    found = await visit.ask("governance")
    glasses = found["breakGlasses"]
    told = await visit.ask("transparency") if "transparencyRecord" in visit.may else None
    asked = await visit.ask("rights_requests") if "rightsRequests" in visit.may else None
    typed = visit.form or visit.session.kept
    return visit.page(
        "governance.html",
        glasses=[each["node"] for each in glasses["edges"]],
        more_glasses=glasses["pageInfo"]["hasNextPage"],
        flags=found["accessReview"]["flags"],
        not_shown=found["accessReview"]["notShown"],
        agreements=found["agreements"],
        rules=found["ruleBacktest"],
        record=told["transparencyRecord"] if told else None,
        requests=asked["rightsRequests"] if asked else None,
        findings=FINDINGS,
        rights=RIGHTS,
        states=STATES,
        errors=errors,
        typed=typed,
        of=next((typed[each] for each in ("glass", "flag", "request") if each in typed), ""),
    )
