"""People: found by what is known of them; each with what agencies know, when, and why it is one person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

from starlette.responses import Response

from mast_console import dates
from mast_console.address_check import COUNTRIES, HOME
from mast_console.concerns import Connection, every_open, going_on
from mast_console.desk import Visit
from mast_console.service import Refused

TOO_BROAD: Final = "MAST-121"
UNREADABLE: Final = "MAST-122"
FIELD_OF: Final = {
    "given name": "given",
    "family name": "family",
    "NHS number": "nhs",
    "postcode": "postcode",
    "date of birth": "day",
}
"""The field of the form of which the service says that it is none."""

EARLIEST_YEAR: Final = 1900
A_PAGE: Final = 20
FIELDS: Final = ("given", "family", "day", "month", "year", "postcode", "country", "nhs")


async def ask(visit: Visit) -> Response:
    """The empty form, or the one that was sent when the session had ended."""
    return _form(visit, visit.session.kept, {})


async def search(visit: Visit) -> Response:
    """Look for a person; what was typed stays in the sealed session."""
    typed = {name: visit.form.get(name, "").strip()[:100] for name in FIELDS}
    if typed["country"] not in COUNTRIES:
        typed["country"] = HOME
    try:
        born = _day(typed, dates.today(visit.desk.wiring.clock()))
    except ValueError:
        said = f"Date of birth must be a real date from {EARLIEST_YEAR} to today, such as 27 3 2016"
        return _form(visit, typed, {"day": said})
    if not any(text for name, text in typed.items() if name != "country"):
        return _form(visit, typed, {"given": "Say something about the person: a name and a date of birth"})
    try:
        answer = await visit.ask(
            "search_people",
            givenName=typed["given"],
            familyName=typed["family"],
            dateOfBirth=born.isoformat() if born else None,
            postcode=typed["postcode"],
            nhsNumber=typed["nhs"],
            country=typed["country"],
        )
    except Refused as refused:
        if refused.code not in (TOO_BROAD, UNREADABLE):
            raise
        return _form(visit, typed, {_field(refused): refused.says})
    visit.session.found = {"typed": typed, "answer": answer["searchPeople"]}
    return visit.go("/people/result")


async def result(visit: Visit) -> Response:
    """Who may be the one: several are listed, none is chosen."""
    if not visit.session.found:
        return visit.go("/people")
    return visit.page("people_result.html", **visit.session.found, countries=COUNTRIES)


async def person(visit: Visit) -> Response:
    """One person, as far as the caller may see."""
    id_, after = visit.request.path_params["id"], visit.request.query_params.get("after")
    related = {"relations", "inferredRelations"} <= visit.may
    answer = (await visit.ask("person", id=id_, first=A_PAGE, after=after, related=related))["person"]
    if not answer["people"]:
        return visit.page("person_unknown.html", 404, answer=answer)
    if len(answer["people"]) > 1:
        return visit.page("person_several.html", answer=answer)
    one = answer["people"][0]
    how = await _how(visit, one["id"]) if "how" in visit.may else None

    async def only_open(after: str | None) -> Connection | None:
        people = (await visit.ask("person_open", id=one["id"], after=after))["person"]["people"]
        return people[0]["contacts"] if people else None

    opened = await every_open(one["agencies"], one["contacts"], only_open)
    return visit.page(
        "person.html",
        answer=answer,
        person=one,
        opened=opened,
        more_open=max(0, going_on(one["agencies"]) - len(opened)),
        how=how,
        later=after is not None,
        homes=_homes(one),
    )


async def _how(visit: Visit, id_: str) -> Mapping[str, Any] | None:
    found = (await visit.ask("how", id=id_))["how"]["entities"]
    return found[0] if found else None


def _homes(one: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Present homes first, then by when they were left, the latest first."""
    return sorted(
        one["homes"],
        key=lambda home: (home["present"], max((each["begin"] for each in home["spells"]), default="")),
        reverse=True,
    )


def _day(typed: Mapping[str, str], today: dt.date) -> dt.date | None:
    """The date of birth, if any of it was typed; its year in four figures, for nobody was born in 16.

    Raises:
        ValueError: it is no day on which somebody who is searched for can have been born.
    """
    parts = [typed["year"], typed["month"], typed["day"]]
    if not any(parts):
        return None
    if not all(part.isdecimal() and len(part) <= 4 for part in parts):
        raise ValueError
    born = dt.date(*map(int, parts))
    if born.year < EARLIEST_YEAR or born > today:
        raise ValueError
    return born


def _field(refused: Refused) -> str:
    """Beside which field it is said what is wrong; the first, where it is about none alone."""
    return next((field for named, field in FIELD_OF.items() if named in refused.fact), "given")


def _form(visit: Visit, typed: Mapping[str, str], errors: Mapping[str, str]) -> Response:
    filled = {name: typed.get(name, HOME if name == "country" else "") for name in FIELDS}
    return visit.page("people.html", typed=filled, errors=errors, countries=COUNTRIES)
