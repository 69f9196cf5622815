"""Shields and marks: who must not be found, and what must be kept, left alone, left out or doubted.

Every decision is asked twice: a form says what it is about and why, a page what will follow from it, and only
that page's button does it. So there is nothing that a slip of the hand does, with scripts or without.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from starlette.responses import Response

from mast_console import things, words
from mast_console.desk import NO_ERRORS, Visit
from mast_console.review import unfit
from mast_console.service import Refused
from mast_console.wiring import PREFIX

REFUSALS: Final = frozenset({"MAST-221", "MAST-252", "MAST-312"})
"""A decision was not taken, and why can be said: what is named is not there, or somebody else is writing."""

PAGE: Final = "/protection"
MOST_PAGES: Final = 20
"""Pages of a hundred marks among which one is looked for."""

_ID: Final = re.compile(r"P-[0-9a-f]{32}|r[0-9a-f]{32}")
_SHIELDED: Final = re.compile(r"[PA]-[0-9a-f]{32}")
_CURSOR: Final = re.compile(r"[MPA]-[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of mark: its name, what follows from it, what no longer does without it, and its lifting."""

    name: str
    does: str
    lifted: str
    lifts: str


KINDS: Final = {
    "HOLD": Kind(
        "Legal hold",
        "Nobody and no rule deletes it until the hold is lifted.",
        "It may be erased again, and is when its time is over.",
        "the legal hold on",
    ),
    "RESTRICTION": Kind(
        "Restriction",
        "What happened to this person alone is kept, and answered to nobody (UK GDPR article 18). "
        "Answers do not say that something is restricted.",
        "What happened to this person is answered again to those who may see it.",
        "the restriction on",
    ),
    "OBJECTION": Kind(
        "Objection to research",
        "This person is left out of every figure that leaves for research (article 21). "
        "What officers see stays as it is.",
        "This person counts in research again, from the next question on.",
        "the objection to research of",
    ),
    "CONTESTED": Kind(
        "Said to be wrong",
        "Everybody who sees these records is told that somebody says they are wrong, and that it is not "
        "decided yet (article 16).",
        "Nobody is told any longer that these records are said to be wrong.",
        "the mark “said to be wrong” of",
    ),
}


@dataclass(frozen=True, slots=True)
class Act:
    """Something to be decided: what it is called and does, the question that does it, and what it is of."""

    title: str
    does: tuple[str, ...]
    question: str
    about: Mapping[str, object]
    back: str
    button: str
    warns: bool = False
    mark: Mapping[str, Any] | None = None


async def show(visit: Visit) -> Response:
    """Every shield and mark, and the form for one more mark."""
    return await _page(visit)


async def mark(visit: Visit) -> Response:
    """One more mark, on the records of somebody, on one record, or a hold on a class of data."""
    form = visit.form
    kind, id_, held = form.get("kind", ""), form.get("id", "").strip(), form.get("class", "")
    errors = _wrong(form, "reason")
    if kind not in KINDS:
        errors["kind"] = "Choose a kind of mark"
    if held and kind != "HOLD":
        errors["class"] = "Only a legal hold is of a class of data: leave it at “everything”"
    if not id_ and not held:
        errors["id"] = "Give the id of a person or of a record, or hold a class of data"
    if id_ and not _ID.fullmatch(id_):
        errors["id"] = "Give the whole id: P- or r, and 32 characters after it"
    if errors or form.get("step") == "change":
        return await _page(visit, errors)
    whose = _named(id_) if id_ else "everybody"
    act = Act(
        f"{KINDS[kind].name}: {whose}{_only(held)}?",
        (
            KINDS[kind].does,
            "The mark lies on the records of now: one that comes later has to be marked anew.",
        ),
        "mark",
        {"kind": kind, "id": id_ or None, "dataClass": held or None},
        PAGE,
        "Put the mark",
    )
    return await _decide(visit, act, f"{KINDS[kind].name}: recorded.")


async def lift(visit: Visit) -> Response:
    """A mark is no longer; it stays readable."""
    id_ = visit.request.path_params["id"]
    found = await _mark(visit, id_)
    kind = KINDS.get(found["kind"]) if found else None
    act = Act(
        f"Lift {kind.lifts} {_whose(found)}?" if found and kind else "Lift this mark?",
        (*([kind.lifted] if kind else []), "That there was one, and why, stays on record."),
        "mark_lift",
        {"id": id_},
        PAGE,
        "Lift the mark",
        mark=found,
    )
    return await _asked(visit, act, "The mark is lifted.")


async def _mark(visit: Visit, id_: str) -> Mapping[str, Any] | None:
    """A mark as it stands on the list, whichever page of that it is on."""
    after: str | None = None
    for _ in range(MOST_PAGES):
        found = (await visit.ask("marks", after=after))["marks"]
        for each in found["edges"]:
            if each["node"]["id"] == id_:
                node: Mapping[str, Any] = each["node"]
                return node
        after = _more(found) or None
        if after is None:
            break
    return None


def _whose(mark: Mapping[str, Any]) -> str:
    """Whose records a mark is on, and of which class of data.

    Example:
        >>> person = "P-2505be2bba8f4066b8663cb8573322d9"
        >>> _whose({"everybody": False, "personIds": [person], "dataClass": None})
        'person 2505 BE2B'
        >>> _whose({"everybody": True, "personIds": [], "dataClass": "police"})
        'everybody, only police'
    """
    whose = ", ".join(map(_named, mark["personIds"])) or "records of nobody now"
    return ("everybody" if mark["everybody"] else whose) + _only(mark["dataClass"])


def _only(data_class: str | None) -> str:
    """Of which class of data a mark is, if of one."""
    return f", only {words.question(data_class).lower()}" if data_class else ""


async def unshield(visit: Visit) -> Response:
    """Somebody or some place may be found again."""
    id_ = visit.request.path_params["id"]
    act = Act(
        f"May {_named(id_)} be found again?",
        (
            "Whoever may ask is answered about them again, and told where they live.",
            "It holds whatever agencies say of the records of now. A shield around them stays: of who lives "
            "at a shielded address, or of a flat in a shielded building.",
            "If somebody asked for the shield because they fled, speak to whoever asked before you go on.",
        ),
        "unshield",
        {"id": id_},
        PAGE,
        "Take the shield away",
        warns=True,
    )
    return await _asked(visit, act, "The shield is taken away.")


async def begin_shield(visit: Visit) -> Response:
    """Whom or what: for who is told of it by a letter, and sees nobody's page."""
    id_ = visit.form.get("whom", "").strip()
    if not _SHIELDED.fullmatch(id_):
        return await _page(visit, {"whom": "Give the whole id: P- or A-, and 32 characters after it"})
    return visit.go(f"/shield/{id_}")


async def ask_shield(visit: Visit) -> Response:
    """Why somebody or some place must not be found."""
    return _shield_form(visit)


async def shield(visit: Visit) -> Response:
    """Somebody or some place must not be found."""
    id_, errors = visit.request.path_params["id"], _wrong(visit.form, "reason")
    if errors or visit.form.get("step") == "change" or not _SHIELDED.fullmatch(id_):
        return _shield_form(visit, errors)
    act = Act(
        f"Shield {_named(id_)}?",
        (
            "From then on every answer is as if there were none: to you too.",
            "Who lives with them, or at the address, cannot be found by it either.",
            "In an emergency it can be looked behind, with a reason; that is told at once and reviewed.",
            "Only an information governance officer can take it away.",
        ),
        "shield",
        {"id": id_},
        PAGE if "shields" in visit.may else "/",
        "Shield",
        warns=True,
    )
    return await _decide(visit, act, f"{words.sentence(_named(id_))} is shielded.")


async def _asked(visit: Visit, act: Act, done: str) -> Response:
    """The same from a form in a list: what is wrong with it stands beside that form."""
    errors = _wrong(visit.form, f"reason-{visit.request.path_params['id']}")
    if errors or visit.form.get("step") == "change":
        return await _page(visit, errors)
    return await _decide(visit, act, done)


async def _decide(visit: Visit, act: Act, done: str) -> Response:
    """Asked once more, then done; why it was not is said on the page that asks."""
    form, refused_as = visit.form, ""
    if form.get("step") == "do":
        try:
            said = await visit.ask(act.question, **act.about, reason=form["reason"].strip())
        except Refused as refused:
            if refused.code not in REFUSALS:
                raise
            refused_as = f"Not done: {refused.fact}. {words.sentence(refused.fix)}"
        else:
            more = next(iter(said.values())).get("says", "")
            visit.session.notes.append(f"{done} {more}".strip())
            return visit.go(act.back)
    kept = {name: value for name, value in form.items() if name not in ("csrf", "step")}
    errors = {"confirm": refused_as} if refused_as else NO_ERRORS
    path = visit.request.url.path.removeprefix(visit.request.scope.get("root_path", "") or PREFIX)
    return visit.page("confirm.html", act=act, fields=kept, path=path, errors=errors)


def _shield_form(visit: Visit, errors: Mapping[str, str] = NO_ERRORS) -> Response:
    id_ = visit.request.path_params["id"]
    if not _SHIELDED.fullmatch(id_):
        raise Refused(404, "MAST-312", "there is no such person or address", "begin at their page")
    kept = visit.session.kept
    typed = visit.form or (kept if kept.get("page") == f"/shield/{id_}" else {})
    return visit.page("shield.html", id=id_, name=_named(id_), typed=typed, errors=errors)


async def _page(visit: Visit, errors: Mapping[str, str] = NO_ERRORS) -> Response:
    query, kept = visit.request.query_params, visit.session.kept
    found = await visit.ask(
        "protection",
        afterMark=_place(query.get("marks", "")),
        afterShield=_place(query.get("shields", "")),
    )
    marks = [each["node"] for each in found["marks"]["edges"]]
    return visit.page(
        "protection.html",
        shields=[each["node"] for each in found["shields"]["edges"]],
        more_shields=_more(found["shields"]),
        standing=[each for each in marks if not each["liftedAt"]],
        lifted=[each for each in marks if each["liftedAt"]],
        more_marks=_more(found["marks"]),
        begun=not query,
        kinds=KINDS,
        classes=sorted({term["dataClass"] for each in found["agreements"] for term in each["terms"]}),
        typed=visit.form or (kept if kept.get("page") == PAGE else {}),
        errors=errors,
    )


def _wrong(form: Mapping[str, str], name: str) -> dict[str, str]:
    said = unfit(form.get("reason", "").strip())
    return {name: said} if said else {}


def _named(id_: str) -> str:
    """What a person, an address or a record is called in a sentence.

    Example:
        >>> _named("P-2505be2bba8f4066b8663cb8573322d9"), _named("r56b386fc8bdfead5f160fc0d0e999f09")
        ('person 2505 BE2B', 'record 56B3 86FC')
    """
    if id_.startswith("r"):
        return f"record {words.short(id_)}"
    name = things.of(id_).name
    return name[:1].lower() + name[1:]


def _place(cursor: str) -> str | None:
    """A place in a list; its beginning, where it is none of the service's."""
    return cursor if _CURSOR.fullmatch(cursor) else None


def _more(found: Mapping[str, Any]) -> str:
    """Where the rest of a list begins; empty where this is all."""
    page = found["pageInfo"]
    return str(page["endCursor"]) if page["hasNextPage"] else ""
