"""One request at the console: who is there, what they may do, and the page that they get."""

from __future__ import annotations

import logging
import secrets
import traceback
from collections.abc import Awaitable, Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from http import HTTPStatus
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from mast_console import cookies
from mast_console.pages import Pages
from mast_console.service import NO_SUCH_ID, NOT_ALLOWED, NOT_AUTHENTICATED, Refused, Service
from mast_console.sessions import Session, Sessions
from mast_console.wiring import PREFIX, Wiring

log = logging.getLogger("mast.console")

MOST_FORM_BYTES: Final = 16_384
MOST_FIELDS: Final = 120
MOST_KEPT: Final = 4_000
"""Characters of a form that are kept through signing in: more than any form takes but one of many records."""

TOO_LONG_TO_KEEP: Final = "What you sent was too long to be kept, and was not recorded: go back to copy it."
LONGEST_PATH: Final = 1_000
NO_ERRORS: Final[Mapping[str, str]] = MappingProxyType({})


@dataclass(slots=True)
class Desk:
    """What every page uses, built once."""

    wiring: Wiring
    service: Service
    pages: Pages
    sessions: Sessions
    visits: Sessions
    """Browsers that are not signed in: apart, so that a flood of them signs nobody out."""


@dataclass(slots=True)
class Visit:
    """One request of somebody who is signed in."""

    desk: Desk
    request: Request
    session: Session
    form: Mapping[str, str] = field(default_factory=dict)
    agencies: dict[str, str] = field(default_factory=dict)
    """What agencies are called, as far as an answer said so."""

    @property
    def may(self) -> frozenset[str]:
        """The questions whose pages are drawn for them."""
        return self.desk.wiring.may_ask(self.session.role, self.session.purpose)

    async def ask(self, document: str, **variables: object) -> dict[str, Any]:
        """Ask the service; raises Refused as :meth:`mast_console.service.Service.ask`."""
        answer = await self.desk.service.ask(self.session, document, **variables)
        self.agencies |= {each["id"]: each["name"] for each in answer.get("agencies", ())}
        return answer

    def page(
        self, template: str, status: int = 200, *, errors: Mapping[str, str] = NO_ERRORS, **content: object
    ) -> Response:
        """A page, with what every page of somebody signed in shows; ``errors`` of its form by field."""
        kept, self.session.kept = self.session.kept, {}
        notes, self.session.notes = self.session.notes, []
        html = self.desk.pages.render(
            template,
            signed=self.session,
            may=self.may,
            kept=kept,
            notes=notes,
            now=self.desk.wiring.clock().isoformat(),
            errors=errors,
            idle_s=int(self.desk.wiring.idle.total_seconds()),
            agency_names=self.agencies,
            **content,
        )
        return HTMLResponse(html, status_code=422 if errors else status)

    def go(self, path: str) -> Response:
        """On to another page of the console, asked for by GET."""
        return RedirectResponse(PREFIX + path, status_code=303)


View = Callable[[Visit], Awaitable[Response]]
Endpoint = Callable[[Request], Awaitable[Response]]


def page(desk: Desk, view: View, *, needs: str = "") -> Endpoint:
    """A page for those who are signed in and may ask the question that it rests on."""

    async def endpoint(request: Request) -> Response:
        cookie = cookies.session(request)
        whose = desk.sessions.whose(cookie)
        session = desk.sessions.open(cookie)
        form = await read_form(request)
        if session is None or session.ends <= desk.wiring.clock().timestamp():
            desk.sessions.end(cookie)
            return to_sign_in(desk, request, form, whose=whose, idled=session is None)
        if request.method == "POST" and not same_form(request, session, form):
            return problem(desk, "not_from_here", 403, session)
        opened = deepcopy(session)
        visit = Visit(desk, request, session, form)
        if needs and needs not in visit.may:
            return visit.page("not_for_you.html", 403)
        try:
            response = await view(visit)
        except Refused as refused:
            response = _refused(visit, cookie, refused)
        except Exception as fault:
            response = _unexpected(visit, fault)
        desk.sessions.save(cookie, session, opened)
        return response

    return endpoint


def to_sign_in(
    desk: Desk, request: Request, form: Mapping[str, str], *, whose: str, idled: bool = False
) -> Response:
    """Off to sign in, and afterwards back here; what was typed is kept meanwhile, and not sent.

    ``whose`` is the secret of the forms of the session that ended, and ``idled`` that it opens no longer:
    then somebody else may sit there by now.
    """
    then = request.url.path.removeprefix(request.scope.get("root_path", "") or PREFIX)
    kept = {name: value for name, value in form.items() if name != "csrf"}
    lost = from_here(request) and sum(map(len, kept.values())) > MOST_KEPT
    if lost or not from_here(request) or not form.get("csrf"):
        kept = {}  # another site's is not what somebody typed, and only a page of ours says whose it is
    if request.method == "POST":
        then = kept.get("page", then)
    elif request.url.query:
        then += f"?{request.url.query}"
    said = [TOO_LONG_TO_KEEP] if lost else []
    then = then if _ours(then) else "/"
    visit = new_visit(desk, request, idled=idled)
    visit.then, visit.kept, visit.notes = then, kept, said
    visit.whose = form.get("csrf", "") or whose or visit.whose
    response = RedirectResponse(f"{PREFIX}/sign-in", status_code=303)
    cookies.set_visit(request, response, desk.visits.begin(visit), lax=desk.wiring.openid is not None)
    if cookies.session(
        request
    ):  # a request from another site comes without it, and must not sign anybody out
        cookies.clear_session(request, response)
    return response


def new_visit(desk: Desk, request: Request, *, idled: bool = False) -> Session:
    """Somebody about to sign in, at a browser of which it may be known that somebody else was there.

    They are to say ``again`` to the issuer who they are, once a session ended at that browser without its
    token: by signing out, or by lying there unused. That outlives each page that is looked at meanwhile.
    """
    cookie = cookies.visit(request)
    before = desk.visits.open(cookie)
    gone = bool(cookie) if before is None else "again" in before.openid
    again = gone or (idled and bool(cookies.session(request)))
    return Session(
        csrf=secrets.token_urlsafe(24),
        then="/",
        openid={"again": "yes"} if again else {},
        whose=before.whose if before else "",
    )


def same_form(request: Request, session: Session, form: Mapping[str, str]) -> bool:
    """Whether a form was drawn for this session, and sent from a page of ours."""
    return from_here(request) and secrets.compare_digest(form.get("csrf", "").encode(), session.csrf.encode())


def from_here(request: Request) -> bool:
    """Whether a page of ours, or somebody by hand, sent the request: no other site had it sent."""
    return request.headers.get("sec-fetch-site", "same-origin") in ("same-origin", "none")


async def read_form(request: Request) -> Mapping[str, str]:
    """The fields of a form as it was sent; nothing of one that is too long, or of another kind."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if request.method != "POST" or kind != "application/x-www-form-urlencoded":
        return {}
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_FORM_BYTES:
            return {}
    try:
        return dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS))
    except ValueError:
        return {}


def problem(
    desk: Desk, what: str, status: int, session: Session | None = None, **content: object
) -> Response:
    """A page that says what went wrong, and what to do."""
    may = desk.wiring.may_ask(session.role, session.purpose) if session else frozenset()
    html = desk.pages.render(
        "problem.html",
        signed=session,
        may=may,
        what=what,
        idle_s=int(desk.wiring.idle.total_seconds()),
        **content,
    )
    return HTMLResponse(html, status_code=status)


def _refused(visit: Visit, cookie: str, refused: Refused) -> Response:
    if refused.code == NOT_AUTHENTICATED:
        visit.desk.sessions.end(cookie)
        return to_sign_in(visit.desk, visit.request, visit.form, whose=visit.session.csrf)
    if refused.code in NOT_ALLOWED:
        return visit.page("not_for_you.html", 403)
    what = "not_found" if refused.code in NO_SUCH_ID else "no_answer"
    what = "too_many" if refused.code == "MAST-330" else what
    status = HTTPStatus.NOT_FOUND if what == "not_found" else refused.status
    response = problem(visit.desk, what, status, visit.session, refused=refused)
    if refused.retry_after_s:
        response.headers["Retry-After"] = refused.retry_after_s
    return response


def _unexpected(visit: Visit, fault: Exception) -> Response:
    """A fault of ours: the log has its kind and where it was, never its words, which may quote a value."""
    reference = secrets.token_hex(8)
    places = [f"{frame.filename}:{frame.lineno}" for frame in traceback.extract_tb(fault.__traceback__)]
    log.error("%s %s at %s", reference, type(fault).__name__, " > ".join(places[-8:]))
    refused = Refused(500, "MAST-000", "something unexpected happened", "ask again", reference)
    return problem(visit.desk, "no_answer", 500, visit.session, refused=refused)


def _ours(path: str) -> bool:
    """Whether it can only be a path of the console."""
    return (
        path.startswith("/") and not path.startswith("//") and "\\" not in path and len(path) < LONGEST_PATH
    )
