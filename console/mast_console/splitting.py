"""A wrong merge taken apart: which records of a person are somebody else's, and what became of it.

Everything stands on one page of the person: their records, what was decided about them, and whose the other
records are by now. So what was split can be looked at later, sent on, and taken back by anybody who may.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from starlette.responses import Response

from mast_console import words
from mast_console.desk import NO_ERRORS, Visit
from mast_console.review import MOST_REASON, REFUSALS, unfit
from mast_console.service import Refused

TICKED: Final = "record-"
"""Each record has a field of its own: a form keeps one value a name."""

TOO_MANY_PAIRS: Final = "MAST-312"
GONE: Final = "MAST-252"
MOST_SPLIT: Final = 50


@dataclass(slots=True)
class Act:
    """What somebody decided at once about records of a person, as far as it stands.

    ``own`` are the person's records that it names, each with its agency; ``apart`` those that they are kept
    apart from and ``tied`` those that they are kept one with, each with whose they are by now.
    """

    said: Mapping[str, Any]
    own: dict[str, str] = field(default_factory=dict)
    apart: dict[str, str | None] = field(default_factory=dict)
    tied: dict[str, str | None] = field(default_factory=dict)


async def records(visit: Visit) -> Response:
    """The records of a person, and what was decided about them."""
    return await _show(visit)


async def split(visit: Visit) -> Response:
    """Asked once more before it is done; "change" leads back, and nothing that was chosen is lost."""
    form, id_ = visit.form, visit.request.path_params["id"]
    if form.get("step") == "change":
        return await _show(visit, typed=form)
    how = await _how(visit)
    one = next((each for each in how["entities"] if each["entityId"] == id_), None)
    if one is None:
        return visit.go(f"/people/{id_}/records")
    off, rest = _parted(one, form)
    errors = _wrong(off, rest, form.get("reason", "").strip())
    if errors:
        return _page(visit, how, typed=form, errors=errors)
    if form.get("step") != "do":
        return visit.page("split.html", id=id_, off=off, rest=rest, typed=form)
    return await _split(visit, id_, off)


async def take_back(visit: Visit) -> Response:
    """The decision, all of it, is as if it had never been taken."""
    id_, decision = visit.request.path_params["id"], visit.form.get("standing", "")
    reason, name = visit.form.get("reason", "").strip(), f"reason-{decision}"
    if not reason or len(reason) > MOST_REASON:
        said = f"Say why you take it back, in at most {MOST_REASON} characters"
        return await _show(visit, typed=visit.form, errors={name: said})
    try:
        done = await visit.ask("review_take_back", decision=decision, reason=reason)
    except Refused as refused:
        if refused.code not in REFUSALS:
            raise
        return await _show(visit, typed=visit.form, errors={name: _plainly(refused)})
    visit.session.notes.append(f"Taken back. {done['revokeMatchDecision']['says']}")
    return visit.go(f"/people/{id_}/records")


def acts_of(one: Mapping[str, Any]) -> list[Act]:
    """What stands about a person's records, act by act, the latest first.

    Example:
        >>> said = {"id": "D-1", "at": "2026-05-03", "decision": "DIFFERENT", "leftRecordId": "r1",
        ...         "rightRecordId": "r2", "leftEntityId": "P-1", "rightEntityId": "P-2"}
        >>> (act,) = acts_of({"records": [{"recordId": "r2", "agencyId": "police"}], "decisions": [said]})
        >>> act.own, act.apart, act.tied
        ({'r2': 'police'}, {'r1': 'P-1'}, {})
    """
    own = {each["recordId"]: each["agencyId"] for each in one["records"]}
    acts: dict[str, Act] = {}
    for said in one["decisions"]:
        act = acts.setdefault(said["id"], Act(said))
        for record, person in _sides(said):
            if record in own:
                act.own[record] = own[record]
            elif said["decision"] == "DIFFERENT":
                act.apart[record] = person
            else:
                act.tied[record] = person
    return sorted(acts.values(), key=lambda act: str(act.said["at"]), reverse=True)


def _sides(said: Mapping[str, Any]) -> Iterator[tuple[str, str | None]]:
    for side in ("left", "right"):
        yield said[f"{side}RecordId"], said[f"{side}EntityId"]


async def _split(visit: Visit, id_: str, off: Sequence[Mapping[str, Any]]) -> Response:
    leaving = [each["recordId"] for each in off]
    together = len(off) > 1 and visit.form.get("together") == "yes"
    try:
        done = (
            await visit.ask(
                "split",
                entity=id_,
                records=leaving,
                reason=visit.form["reason"].strip(),
                together=together,
            )
        )["splitRecords"]
    except Refused as refused:
        if refused.code not in REFUSALS | {TOO_MANY_PAIRS}:
            raise
        return await _show(visit, typed=visit.form, errors={"records": _plainly(refused)})
    stayed = next(
        (
            each["entityId"]
            for each in done["records"]
            if each["recordId"] not in leaving and each["entityId"]
        ),
        id_,
    )
    visit.session.notes.append(f"{words.count(len(off), 'record')} split off. {done['says']}")
    return visit.go(f"/people/{stayed}/records")


async def _show(
    visit: Visit, *, typed: Mapping[str, str] = NO_ERRORS, errors: Mapping[str, str] = NO_ERRORS
) -> Response:
    return _page(visit, await _how(visit), typed=typed, errors=errors)


async def _how(visit: Visit) -> Mapping[str, Any]:
    """Everything that is known of how a person was put together."""
    found: Mapping[str, Any] = (await visit.ask("records", id=visit.request.path_params["id"]))["how"]
    return found


def _page(
    visit: Visit, how: Mapping[str, Any], *, typed: Mapping[str, str], errors: Mapping[str, str]
) -> Response:
    id_ = visit.request.path_params["id"]
    if len(how["entities"]) != 1:
        return visit.page("records_elsewhere.html", 200 if how["entities"] else 404, id=id_, how=how)
    one, kept = how["entities"][0], visit.session.kept
    return visit.page(
        "records.html",
        id=one["entityId"],
        superseded=how["superseded"],
        person=one,
        acts=acts_of(one),
        typed=typed or (kept if kept.get("page") == f"/people/{id_}/records" else {}),
        errors=errors,
    )


def _parted(
    one: Mapping[str, Any], form: Mapping[str, str]
) -> tuple[list[Mapping[str, Any]], list[Mapping[str, Any]]]:
    """The records that are ticked, and the others."""
    off = [each for each in one["records"] if TICKED + each["recordId"] in form]
    return off, [each for each in one["records"] if each not in off]


def _wrong(off: Iterable[object], rest: Iterable[object], reason: str) -> dict[str, str]:
    """What is missing or too much, by the field that it is about."""
    ticked, errors = len(list(off)), {}
    if not ticked:
        errors["records"] = "Tick the records that are of somebody else"
    elif not list(rest):
        errors["records"] = "Leave at least one record: if all are of one other person, nothing is wrong"
    elif ticked > MOST_SPLIT:
        errors["records"] = f"Tick at most {MOST_SPLIT} at a time"
    if said := unfit(reason):
        errors["reason"] = said
    return errors


def _plainly(refused: Refused) -> str:
    """Why it was not done, in words for whoever reads a page."""
    if refused.code == "MAST-250":
        return f"Not done: {refused.fact}. Take that decision back first; it stands below"
    if refused.code == GONE:
        return "Not done: somebody decided about these records meanwhile. Look at them again"
    return f"Not done: {refused.fact}. {words.sentence(refused.fix)}"
