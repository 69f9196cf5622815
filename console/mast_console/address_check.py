"""The address check: one line as people type it, and what is known of the one place that it means.

The line is sent by POST, never stands in an address of a page, and is kept only in the sealed session: the
service itself has no address in clear, so without it a page could not say which one it answers for.
"""

from __future__ import annotations

from typing import Any, Final

from starlette.responses import Response

from mast_console.concerns import Answer, Connection, every_open
from mast_console.desk import Visit
from mast_console.service import Refused

TOO_BROAD: Final = "MAST-120"
A_PAGE: Final = 50
MOST_TYPED: Final = 20
MOST_CHARACTERS: Final = 200
HOME: Final = "GB"
COUNTRIES: Final = {HOME: "United Kingdom", "US": "United States"}
SURE: Final = frozenset({"UPRN", "PLACE", "WRITTEN"})
"""Stages at which all that was typed agrees with what was found."""


async def ask(visit: Visit) -> Response:
    """The empty form, or the one that was sent when the session had ended."""
    return _form(visit, visit.session.kept.get("address", ""), visit.session.kept.get("country", HOME))


async def check(visit: Visit) -> Response:
    """Look for what was typed: on to the place, or to the places that may be meant."""
    typed = " ".join(visit.form.get("address", "").split())[:MOST_CHARACTERS]
    country = visit.form.get("country", HOME)
    if country not in COUNTRIES:
        country = HOME
    if not typed:
        return _form(visit, typed, country, "Type an address, such as 14 Canal Street, JX1 4AB")
    try:
        answer = await visit.ask("address_check", address=typed, country=country)
    except Refused as refused:
        if refused.code != TOO_BROAD:
            raise
        return _form(visit, typed, country, refused.says)
    found = answer["concernsAtAddress"]
    for match in found["matches"]:
        _remember(visit, match["addressId"], typed, match)
    if found["outcome"] == "ONE":
        return visit.go(f"/addresses/{found['matches'][0]['addressId']}")
    for building in found["buildings"]:
        for unit in building["units"]:
            _remember(visit, unit["addressId"], typed, {"stage": "FLAT", "says": building["says"]})
    for offered in found["didYouMean"]:
        _remember(visit, offered["addressId"], typed, {"stage": "OFFERED", "says": ""})
    visit.session.looked = {"typed": typed, "country": country, "found": found}
    return visit.go("/address-check/result")


async def result(visit: Visit) -> Response:
    """No single place: those that may be meant, or that there is none, and what that does not mean."""
    looked = visit.session.looked
    if not looked:
        return visit.go("/address-check")
    return visit.page("address_result.html", **looked, countries=COUNTRIES)


async def place(visit: Visit) -> Response:
    """What is known of one place, on one screen of a telephone."""
    id_, after = visit.request.path_params["id"], visit.request.query_params.get("after") or None
    answer = (await visit.ask("address", id=id_, first=A_PAGE, after=after))["address"]
    concerns = answer["concerns"]
    if not concerns["matches"]:
        return visit.page("address_unknown.html", 404, answer=answer)
    if concerns["outcome"] == "SEVERAL":
        return visit.page("address_several.html", answer=answer)

    async def only_open(after: str | None) -> Connection:
        found: Connection = (await visit.ask("address_open", id=id_, after=after))["address"]["concerns"][
            "contacts"
        ]
        return found

    counted = [*concerns["agenciesNow"], *concerns["agenciesBefore"]]
    typed = visit.session.typed.get(id_, {})
    return visit.page(
        "address.html",
        id=id_,
        typed=typed,
        sure=typed.get("stage", "") in SURE,
        answer=Answer(concerns, await every_open(counted, concerns["contacts"], only_open)),
        later=after is not None,
        superseded=answer["superseded"],
    )


def _remember(visit: Visit, id_: str, typed: str, match: dict[str, Any]) -> None:
    """What was typed, by the place that it led to; the latest few."""
    remembered = visit.session.typed
    remembered.pop(id_, None)
    remembered[id_] = {"line": typed, "stage": match["stage"], "says": match["says"]}
    while len(remembered) > MOST_TYPED:
        del remembered[next(iter(remembered))]


def _form(visit: Visit, typed: str, country: str, error: str = "") -> Response:
    return visit.page(
        "address_check.html",
        typed=typed,
        country=country,
        countries=COUNTRIES,
        errors={"address": error} if error else {},
    )
