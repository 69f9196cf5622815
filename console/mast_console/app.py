"""The console's routes, to be mounted into the service that it asks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route, Router
from starlette.types import ASGIApp

from mast_console import (
    address_check,
    alerts,
    assets,
    audit,
    exploring,
    governance,
    network,
    operations,
    people,
    protection,
    review,
    splitting,
)
from mast_console.desk import Desk, View, Visit, page, problem
from mast_console.headers import Headers
from mast_console.live import Live
from mast_console.pages import NAVIGATION, Pages
from mast_console.research import views as research
from mast_console.service import Service
from mast_console.sessions import Sessions
from mast_console.signing_in import SignIn
from mast_console.wiring import PREFIX, Wiring


@dataclass(frozen=True, slots=True)
class PageOf:
    """One page: where it is, what shows it, and the question without which it is not for somebody."""

    path: str
    view: View
    needs: str = ""
    method: str = "GET"


async def _home(visit: Visit) -> Response:
    """The first page that somebody may begin at."""
    for _, path, needs in NAVIGATION:
        if needs in visit.may:
            return RedirectResponse(PREFIX + path, status_code=303)
    return visit.page("nothing_for_you.html")


PAGES: Final = (
    PageOf("/", _home),
    PageOf("/address-check", address_check.ask, "concernsAtAddress"),
    PageOf("/address-check", address_check.check, "concernsAtAddress", "POST"),
    PageOf("/address-check/result", address_check.result, "concernsAtAddress"),
    PageOf("/addresses/{id}", address_check.place, "address"),
    PageOf("/people", people.ask, "searchPeople"),
    PageOf("/people", people.search, "searchPeople", "POST"),
    PageOf("/people/result", people.result, "searchPeople"),
    PageOf("/people/{id}", people.person, "person"),
    PageOf("/people/{id}/records", splitting.records, "splitRecords"),
    PageOf("/people/{id}/records", splitting.split, "splitRecords", "POST"),
    PageOf("/people/{id}/records/take-back", splitting.take_back, "revokeMatchDecision", "POST"),
    PageOf("/households/{id}/network", network.show, "householdNetwork"),
    PageOf("/alerts", alerts.show, "alerts"),
    PageOf("/alerts/{id}", alerts.one, "alert"),
    PageOf("/alerts/{id}/acknowledge", alerts.acknowledge, "acknowledgeAlert", "POST"),
    PageOf("/alerts/{id}/disposition", alerts.judge, "acknowledgeAlert", "POST"),
    PageOf("/audit", audit.show, "auditTrail"),
    PageOf("/audit", audit.search, "auditTrail", "POST"),
    PageOf("/governance", governance.show, "accessReview"),
    PageOf("/governance/glass", governance.review, "reviewBreakGlass", "POST"),
    PageOf("/governance/flags", governance.judge, "judgeAccess", "POST"),
    PageOf("/governance/requests", governance.note, "noteRightsRequest", "POST"),
    PageOf("/governance/requests/state", governance.settle, "settleRightsRequest", "POST"),
    PageOf("/protection", protection.show, "marks"),
    PageOf("/protection/marks", protection.mark, "mark", "POST"),
    PageOf("/protection/marks/{id}", protection.lift, "liftMark", "POST"),
    PageOf("/protection/shields", protection.begin_shield, "shields", "POST"),
    PageOf("/protection/shields/{id}", protection.unshield, "unshield", "POST"),
    PageOf("/shield/{id}", protection.ask_shield, "shield"),
    PageOf("/shield/{id}", protection.shield, "shield", "POST"),
    PageOf("/research", research.show, "researchChoices"),
    PageOf("/research/download", research.download, "researchChoices"),
    PageOf("/operations", operations.show, "feeds"),
    PageOf("/review", review.queue, "reviewQueue"),
    PageOf("/review/keys", review.keys, "reviewQueue", "POST"),
    PageOf("/review/{id}", review.pair, "why"),
    PageOf("/review/{id}", review.decide, "recordMatchDecision", "POST"),
    PageOf("/review/{id}/take-back", review.take_back, "revokeMatchDecision", "POST"),
)
"""Every page of somebody who is signed in."""

EXPLORER: Final = (PageOf("/graphiql", exploring.show), PageOf("/graphiql", exploring.ask, method="POST"))
"""More, where the service is in development and GraphiQL was built."""


class Console:
    """All pages, over the application that they are mounted into."""

    def __init__(self, wiring: Wiring, service: ASGIApp) -> None:
        self._desk = Desk(
            wiring,
            Service(service),
            Pages(),
            sessions=Sessions(wiring.clock, wiring.new_secret, idle=wiring.idle),
            visits=Sessions(wiring.clock, wiring.new_secret, idle=wiring.idle),
        )
        self._live = Live(self._desk, service)

    @property
    def mounted(self) -> Mount:
        """Everything under ``/console``."""
        issuer = self._desk.wiring.openid.issuer if self._desk.wiring.openid else None
        router = Router([*self._routes(), Route("/{anything:path}", self._nowhere)])
        return Mount(PREFIX, router, middleware=[Middleware(Headers, issuer=issuer)])

    async def close(self) -> None:
        """Ask no more."""
        await self._desk.service.close()

    def _routes(self) -> list[BaseRoute]:
        desk, sign_in = self._desk, SignIn(self._desk)
        explores = desk.wiring.exploring and exploring.built()
        return [
            *([Route("/graphiql/{file}", exploring.part)] if explores else []),
            Route("/static/{file}", assets.static),
            Route("/sign-in", sign_in.show),
            Route("/sign-in", sign_in.choose, methods=["POST"]),
            Route("/signed-in", sign_in.back),
            Route("/sign-out", sign_in.out, methods=["POST"]),
            Route("/signed-out", sign_in.gone),
            Route("/session", sign_in.left),
            Route("/session", sign_in.stay, methods=["POST"]),
            Route("/alerts/live", self._live.alerts),
            *(
                Route(each.path, page(desk, each.view, needs=each.needs), methods=[each.method])
                for each in (*PAGES, *(EXPLORER if explores else ()))
            ),
        ]

    async def _nowhere(self, _request: Request) -> Response:
        return problem(self._desk, "not_found", 404)
