"""One session in several tabs: what one of them keeps is not lost by what another does meanwhile."""

from __future__ import annotations

import asyncio
import datetime as dt
import secrets
from typing import Any

import pytest
from tests.console.borough import TYPED, Served
from tests.console.caller import Caller, csrf_of

from mast_console.service import Service
from mast_console.sessions import Session, Sessions

OTHER = "1 canal street, jx1 4ab"


def test_two_requests_at_once_each_keep_what_they_changed_and_nothing_else() -> None:
    sessions = Sessions(
        lambda: dt.datetime.now(dt.UTC), lambda: secrets.token_bytes(32), idle=dt.timedelta(minutes=30)
    )
    cookie = sessions.begin(Session("c", typed={"A-0": {}}, decided=[{"pair": "0"}], notes=["read by one"]))
    one, opened_one = sessions.open(cookie), sessions.open(cookie)
    two, opened_two = sessions.open(cookie), sessions.open(cookie)
    assert one
    assert two
    one.typed["A-1"] = {"line": "one"}
    one.decided.insert(0, {"pair": "1"})
    one.notes = []
    two.typed["A-2"] = {"line": "two"}
    two.decided.insert(0, {"pair": "2"})
    two.sought = {"about": "P-1"}
    two.notes.append("said by two")
    sessions.save(cookie, one, opened_one)
    sessions.save(cookie, two, opened_two)
    kept = sessions.open(cookie)
    assert kept
    assert kept.typed.keys() == {"A-0", "A-1", "A-2"}
    assert {each["pair"] for each in kept.decided} == {"0", "1", "2"}
    assert kept.sought == {"about": "P-1"}
    assert kept.notes == ["said by two"]
    sessions.end(cookie)
    sessions.save(cookie, one, opened_one)
    assert sessions.open(cookie) is None, "one that was ended meanwhile stays ended"


@pytest.mark.graph
def test_a_check_in_another_tab_takes_nothing_from_this_one(
    town: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While one tab waits for the service another is answered: both say what was typed in them."""
    with Caller.signed_in(town, "response-officer") as officer:
        csrf, asked = csrf_of(officer.get("/address-check")), Service.ask
        second: list[Any] = []

        def other_tab() -> Any:
            cookies = {"mast-session": officer.client.cookies["mast-session"]}
            with Caller(town) as tab:
                tab.client.cookies.update(cookies)
                return tab.post("/address-check", {"csrf": csrf, "address": OTHER})

        async def slowly(service: Service, session: Session, name: str, **variables: object) -> Any:
            answer = await asked(service, session, name, **variables)
            if variables.get("address") == TYPED:
                second.append(await asyncio.to_thread(other_tab))
            return answer

        monkeypatch.setattr(Service, "ask", slowly)
        first = officer.post("/address-check", {"csrf": csrf, "address": TYPED})
        monkeypatch.undo()
        assert first.status_code == second[0].status_code == 303
        assert TYPED in officer.client.get(first.headers["location"]).text
        assert OTHER in officer.client.get(second[0].headers["location"]).text
