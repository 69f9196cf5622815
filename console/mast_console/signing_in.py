"""Signing in and out. A session begins with a token that the service itself has taken."""

from __future__ import annotations

import gzip
import secrets
from base64 import urlsafe_b64decode
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from mast_console import cookies
from mast_console.desk import Desk, from_here, new_visit, problem, read_form, same_form
from mast_console.openid import OpenId, SignInFailed
from mast_console.service import NOT_ALLOWED, Refused
from mast_console.sessions import Session, form_secret, is_form_of
from mast_console.wiring import PREFIX


class SignIn:
    """The pages before and after a session."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._openid = OpenId(desk.wiring.openid) if desk.wiring.openid else None

    async def show(self, request: Request) -> Response:
        """Choose why one is here, and sign in."""
        cookie = cookies.visit(request)
        visit = self._desk.visits.open(cookie)
        if visit is None:
            idled = self._desk.sessions.open(cookies.session(request), touch=False) is None
            visit = new_visit(self._desk, request, idled=idled)
            response = self._form(request, visit)
            cookies.set_visit(request, response, self._desk.visits.begin(visit), lax=self._lax)
            return response
        return self._form(request, visit)

    async def choose(self, request: Request) -> Response:
        """A role and a purpose were chosen: signed in, or off to the issuer."""
        cookie = cookies.visit(request)
        visit, form = self._desk.visits.open(cookie), await read_form(request)
        if visit is None or not same_form(request, visit, form):
            return RedirectResponse(f"{PREFIX}/sign-in", status_code=303)
        purpose, role = form.get("purpose", ""), form.get("role", "")
        if not purpose:
            return self._form(request, visit, missing="purpose", role=role)
        if self._openid is not None:
            try:
                again = "again" in visit.openid
                leads_to, visit.openid = await self._openid.begin(purpose, again=again)
            except SignInFailed:
                return problem(self._desk, "sign_in_failed", 502)
            self._desk.visits.save(cookie, visit)
            return RedirectResponse(leads_to, status_code=303)
        development = self._desk.wiring.development
        if development is None or not self._local(request):
            return self._form(request, visit)
        if not role:
            return self._form(request, visit, missing="role", purpose=purpose)
        return await self._begin(request, visit, development.issue(role, purpose), purpose)

    async def back(self, request: Request) -> Response:
        """Back from the issuer, with a code that is exchanged for a token."""
        cookie = cookies.visit(request)
        visit = self._desk.visits.open(cookie)
        if self._openid is None or visit is None or "state" not in visit.openid:
            return RedirectResponse(f"{PREFIX}/sign-in", status_code=303)
        begun, visit.openid = visit.openid, {name: "yes" for name in ("again",) if name in visit.openid}
        self._desk.visits.save(cookie, visit)
        try:
            token, id_token = await self._openid.finish(str(request.url), begun)
        except SignInFailed:
            return problem(self._desk, "sign_in_failed", 502)
        return await self._begin(request, visit, token, begun["purpose"], id_token)

    async def left(self, request: Request) -> Response:
        """In how many seconds the session ends if nothing happens; to ask does not keep it from ending."""
        return self._left(cookies.session(request))

    async def stay(self, request: Request) -> Response:
        """Whoever reads for long is still there, and says so."""
        cookie = cookies.session(request)
        session, form = self._desk.sessions.open(cookie, touch=False), await read_form(request)
        if session is not None and same_form(request, session, form):
            self._desk.sessions.open(cookie)
        return self._left(cookie)

    def _left(self, cookie: str) -> Response:
        return JSONResponse({"idle": max(0, int(self._desk.sessions.left(cookie).total_seconds()))})

    async def out(self, request: Request) -> Response:
        """Signed out: the session is forgotten here, whatever the browser keeps."""
        cookie = cookies.session(request)
        session = self._desk.sessions.open(cookie)
        form = await read_form(request)
        if not from_here(request) or (session is not None and not same_form(request, session, form)):
            # Another site's form comes without the cookie, and would have the browser forget it all the same.
            return problem(self._desk, "not_from_here", 403, session)
        self._desk.sessions.end(cookie)
        leads_to = f"{PREFIX}/signed-out"
        if self._openid is not None and session is not None:
            leads_to = await self._openid.end(session.openid.get("id_token", "")) or leads_to
        response = RedirectResponse(leads_to, status_code=303)
        cookies.clear_session(request, response)
        if self._openid is None:
            cookies.clear_visit(request, response)
        else:
            # Whoever is next at this browser is asked who they are, whatever the issuer remembers of it.
            after = Session(csrf=secrets.token_urlsafe(24), then="/", openid={"again": "yes"})
            cookies.set_visit(request, response, self._desk.visits.begin(after), lax=self._lax)
        response.headers["Clear-Site-Data"] = '"cache", "storage"'
        return response

    async def gone(self, _request: Request) -> Response:
        """Says that one is signed out."""
        return HTMLResponse(self._desk.pages.render("signed_out.html", issuer=self._openid is not None))

    async def _begin(
        self, request: Request, visit: Session, token: str, purpose: str, id_token: str = ""
    ) -> Response:
        """A session for a token, if the service takes it for that purpose."""
        claims = _claims(token)
        wiring = self._desk.wiring
        subject, role = _one(claims, wiring.subject_claim), _one(claims, wiring.role_claim)
        try:
            await self._desk.service.ask_with(token, purpose, "signed_in", {})
        except Refused as refused:
            if refused.code not in NOT_ALLOWED:
                return problem(self._desk, "no_answer", refused.status, refused=refused)
            return self._form(request, visit, refused=refused, role=role)
        # What one person typed, and where they were, is nobody else's who signs in next at their browser.
        theirs = not visit.whose or is_form_of(visit.whose, subject)
        session = Session(
            csrf=form_secret(subject),
            token=token,
            subject=subject,
            role=role,
            purpose=purpose,
            ends=int(claims["exp"]),
            kept=visit.kept if theirs else {},
            openid={"id_token": id_token} if id_token else {},
        )
        # A cookie of before signing in never becomes one of after: nobody can have set it for somebody else.
        response = RedirectResponse(f"{PREFIX}{(theirs and visit.then) or '/'}", status_code=303)
        cookies.set_session(request, response, self._desk.sessions.begin(session), lax=self._lax)
        self._desk.sessions.end(cookies.session(request))
        self._desk.visits.end(cookies.visit(request))
        cookies.clear_visit(request, response)
        return response

    def _form(self, request: Request, visit: Session, **content: Any) -> Response:
        wiring = self._desk.wiring
        purposes = list(dict.fromkeys(each for all_of in wiring.roles.values() for each in all_of))
        development = wiring.development is not None and wiring.development.enabled()
        html = self._desk.pages.render(
            "sign_in.html",
            visit=visit,
            way="openid" if self._openid else "development" if development else "none",
            local=self._local(request),
            roles=wiring.roles,
            purposes=purposes,
            **{"missing": "", "role": "", "purpose": "", "refused": None} | content,
        )
        return _packed(request, HTMLResponse(html, status_code=422 if content else 200))

    @property
    def _lax(self) -> bool:
        return self._openid is not None

    @staticmethod
    def _local(request: Request) -> bool:
        """Whether the browser is on this very machine and came by no proxy: anybody may choose any role."""
        client = request.client.host if request.client else ""
        return cookies.here(request) and client in ("127.0.0.1", "::1")


def _packed(request: Request, response: Response) -> Response:
    """The page that holds its style sheet; no other is packed.

    Nothing is on it that somebody else wrote, so that its length tells nothing of its secret (BREACH).
    """
    response.headers["Vary"] = "Accept-Encoding"
    if "gzip" in request.headers.get("accept-encoding", ""):
        response.body = gzip.compress(bytes(response.body), compresslevel=6, mtime=0)
        response.headers["Content-Encoding"] = "gzip"
        response.headers["Content-Length"] = str(len(response.body))
    return response


def _claims(token: str) -> dict[str, Any]:
    """What a token says. It is believed only once the service has taken it, which checks its signature."""
    try:
        body = token.split(".")[1]
        found = orjson.loads(urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    except (IndexError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _one(claims: dict[str, Any], name: str) -> str:
    """A claim as one text, as the service reads it: of a list its only one."""
    found = claims.get(name, "")
    return str(found[0] if isinstance(found, list) and len(found) == 1 else found)
