"""The page of a question and its answer, and the answer's tables as files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from starlette.responses import Response

from mast_console import dates, words
from mast_console.desk import NO_ERRORS, Visit
from mast_console.research.answers import Answer, answer
from mast_console.research.asking import KINDS, LEVELS, UNITS, Asked, Kind, field_of
from mast_console.service import Refused

BAD_REQUEST: Final = "MAST-312"
NO_ANSWERS: Final = frozenset({"MAST-350", "MAST-351", "MAST-352", "MAST-354", "MAST-355"})
"""The ledger of what was released keeps an answer back: the page says what that means, and what to do."""


async def show(visit: Visit) -> Response:
    """The form, and what answers it."""
    asked = Asked.of(visit.request.query_params)
    choices = (await visit.ask("research_choices"))["researchChoices"]
    if not asked.said:
        return _page(visit, choices, asked)
    if visit.request.query_params.multi_items() != list(asked.said.items()):
        return visit.go(f"/research?{asked.query}")  # one address for one question
    errors, kind = asked.errors(), asked.kind
    if errors or kind is None:
        return _page(visit, choices, asked, errors=errors)
    if kind.needs not in visit.may:
        return visit.page("not_for_you.html", 403)
    try:
        return _page(visit, choices, asked, answer=await _ask(visit, asked, kind, _titles(choices)))
    except Refused as refused:
        if refused.code == BAD_REQUEST:
            return _page(visit, choices, asked, errors={field_of(refused.fact): refused.says})
        if refused.code not in NO_ANSWERS:
            raise
        return _page(visit, choices, asked, refused=refused)


async def download(visit: Visit) -> Response:
    """One table of an answer. The same question is asked again: it counts as the same, and is recorded."""
    asked, wanted = Asked.of(visit.request.query_params), visit.request.query_params.get("table", "")
    page, kind = visit.go(f"/research?{asked.query}"), asked.kind
    if kind is None or asked.errors() or kind.needs not in visit.may:
        return page  # where it says why
    choices = (await visit.ask("research_choices"))["researchChoices"]
    titles = _titles(choices)
    try:
        found = await _ask(visit, asked, kind, titles)
    except Refused as refused:
        if refused.code in NO_ANSWERS or refused.code == BAD_REQUEST:
            return page
        raise
    table = next((each for each in found.tables if each.id == wanted), None)
    if table is None:
        return page
    name = f"mast-{asked.said['question']}-{table.id}-{dates.moment(found.basis['asOf']):%Y-%m-%d}.csv"
    return Response(
        table.csv(found.head(table, chosen(asked, titles))),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def chosen(asked: Asked, titles: Mapping[str, str]) -> dict[str, str]:
    """By what the cohort was chosen, in words: nothing where it is everybody.

    Example:
        >>> chosen(Asked({"known_to": "council-children", "from": "2026-01-01"}), {})
        {'Known to': 'Council children', 'First known from': '1 January 2026'}
    """
    said = asked.said
    found = {
        "Known to": words.agency(said.get("known_to", "")),
        "First contact with": words.agency(said.get("first_agency", "")),
        "First contact of the type": titles.get(said.get("first_type", ""), ""),
        "First known from": _in_words(said.get("from", "")),
        "First known before": _in_words(said.get("before", "")),
    }
    return {name: value for name, value in found.items() if value}


async def _ask(visit: Visit, asked: Asked, kind: Kind, titles: Mapping[str, str]) -> Answer:
    today = visit.desk.wiring.clock().astimezone(dates.HERE).date()
    return answer(kind, await visit.ask(kind.document, **asked.variables(today)), titles)


def _titles(choices: Mapping[str, Any]) -> dict[str, str]:
    """What types of contact are called."""
    return {each["name"]: words.title(each["title"]) for each in choices["types"]}


def _page(
    visit: Visit,
    choices: Mapping[str, Any],
    asked: Asked,
    *,
    answer: Answer | None = None,
    refused: Refused | None = None,
    errors: Mapping[str, str] = NO_ERRORS,
) -> Response:
    said = asked.said
    return visit.page(
        "research.html",
        refused.status if refused else 200,
        errors=errors,
        choices=choices,
        kinds={name: kind for name, kind in KINDS.items() if kind.needs in visit.may},
        units=UNITS,
        levels=LEVELS,
        said=said,
        typed={name: _as_typed(said.get(name, "")) for name in ("from", "before", "known_at")},
        cut_offs=_cut_offs(choices["asOf"], said.get("as_of", "")),
        answer=answer,
        chosen=chosen(asked, _titles(choices)),
        fixed=asked.at(answer.basis["knownAt"]).query if answer else "",
        refused=refused,
    )


def _cut_offs(offered: Sequence[str], said: str) -> list[str]:
    """Those that are offered, and an older one if the address says it."""
    return [*offered] if said in offered or dates.typed_day(said) is None else [*offered, said]


def _in_words(day: str) -> str:
    """A day in words; nothing for what is none."""
    return dates.day(day) if dates.typed_day(day) else ""


def _as_typed(day: str) -> str:
    """A day as people write it; anything else as it is.

    Example:
        >>> _as_typed("2026-11-02"), _as_typed("someday")
        ('2/11/2026', 'someday')
    """
    return dates.as_typed(dates.typed_day(day)) or day
