"""The webhook of alerts: signed, tried again, and laid aside after many tries; it never names anybody."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
from collections.abc import Callable

import httpx
import pytest
from tests.api.triggers.alerts import Desk
from tests.town import NOW, ago

from mast_api.telling import Officer, tell
from mast_api.triggers.notices import MOST_TRIES, AlertNotices
from mast_graph.alert_reading import undelivered_alerts
from mast_graph.trigger_rules import send_again
from mast_resolver.records import FOREVER

DESK = Officer("https://desk.example/hook", b"s" * 32)


def raise_one(desk: Desk) -> None:
    for days in (40, 20):
        desk.town.says(
            "nhs", "1", person="Ann Lee", contact="WAS_NOT_BROUGHT", at=ago(days), contact_id=f"{days}"
        )
    desk.resolve({"ann": [("nhs", "1")]})


def told(
    desk: Desk, answer: Callable[[httpx.Request], httpx.Response], at: dt.datetime
) -> list[httpx.Request]:
    seen: list[httpx.Request] = []

    def note(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return answer(request)

    async def tell_all() -> None:
        async with httpx.AsyncClient(transport=httpx.MockTransport(note)) as client:
            await tell(client, DESK, AlertNotices(desk.town.store), lambda: at)

    try:
        asyncio.run(tell_all())
    except httpx.HTTPError:
        assert seen
    return seen


def taken(_: httpx.Request) -> httpx.Response:
    return httpx.Response(204)


def refused(_: httpx.Request) -> httpx.Response:
    return httpx.Response(503)


def test_it_is_told_once_signed_and_without_anybody_s_id(desk: Desk) -> None:
    raise_one(desk)
    (request,) = told(desk, taken, NOW)
    said = json.loads(request.content)
    assert said["type"] == "alert.raised"
    assert said["data"]["rule"] == "child-not-brought-twice/3"
    assert set(said["data"]) == {"id", "rule", "severity", "owner"}
    assert b"P-ann" not in request.content
    expected = DESK.headers(request.headers["webhook-id"], request.content, int(NOW.timestamp()))
    assert request.headers["webhook-signature"] == expected["webhook-signature"]
    assert told(desk, taken, NOW + dt.timedelta(days=9)) == []


def test_what_is_taken_back_is_told_too(desk: Desk) -> None:
    raise_one(desk)
    told(desk, taken, NOW)
    desk.town.says("nhs", "1", person="Ann Lee", contact="ED_ATTENDANCE", at=ago(40), contact_id="40")
    desk.work_out()
    (request,) = told(desk, taken, NOW)
    assert json.loads(request.content)["type"] == "alert.retracted"


def test_one_that_stands_again_is_told_again(desk: Desk) -> None:
    raise_one(desk)
    seen = told(desk, taken, NOW)
    for type_ in ("ED_ATTENDANCE", "WAS_NOT_BROUGHT"):
        desk.town.says("nhs", "1", person="Ann Lee", contact=type_, at=ago(40), contact_id="40")
        desk.work_out()
        seen += told(desk, taken, NOW)
    assert [json.loads(each.content)["type"] for each in seen] == [
        "alert.raised",
        "alert.retracted",
        "alert.raised",
    ]
    # Who is told passes over an id that they had.
    assert len({each.headers["webhook-id"] for each in seen}) == 3


def test_it_waits_longer_each_time_and_is_laid_aside_at_last(desk: Desk) -> None:
    raise_one(desk)
    at, waits = NOW, []
    for _ in range(MOST_TRIES):
        assert len(told(desk, refused, at)) == 1
        assert told(desk, taken, at) == []  # not before its time
        row = desk.town.store.read(
            "read.untold_alerts", now=at + dt.timedelta(days=1), limit=9, forever=FOREVER
        )
        if row:
            waits.append(row[0]["tries"])
        at += dt.timedelta(hours=6)
    assert waits == list(range(1, MOST_TRIES))
    assert told(desk, taken, at + dt.timedelta(days=9)) == []


def test_what_was_laid_aside_is_counted_and_sent_again(desk: Desk) -> None:
    raise_one(desk)
    store, at = desk.town.store, NOW
    for _ in range(MOST_TRIES):
        told(desk, refused, at)
        at += dt.timedelta(hours=6)
    assert undelivered_alerts(store) == {"child-not-brought-twice/3": 1}
    assert desk.lease.write(lambda tx, _: send_again(tx, "marac-repeat/2")) == 0
    assert desk.lease.write(lambda tx, _: send_again(tx, "")) == 1
    assert undelivered_alerts(store) == {}
    assert len(told(desk, refused, at)) == 1
    assert len(told(desk, taken, at + dt.timedelta(minutes=1))) == 1, "it waits again as after a first try"


@pytest.mark.parametrize("tries", [1, 3])
def test_it_is_told_after_it_had_been_refused(desk: Desk, tries: int) -> None:
    raise_one(desk)
    for number in range(tries):
        assert len(told(desk, refused, NOW + dt.timedelta(hours=6 * number))) == 1
    assert len(told(desk, taken, NOW + dt.timedelta(hours=6 * tries))) == 1
