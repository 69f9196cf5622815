"""Mass enumeration: whoever goes through people one by one is stopped, on record, and in the review."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from tests.api.conftest import Serve
from tests.api.shields.conftest import WIDE
from tests.town import NOW, Service

from mast_api.audit.habits import DIFFERENT_IN_AN_HOUR
from mast_api.rates import Different, Rate
from mast_resolver.errors import TooManyRequestsError

pytestmark = pytest.mark.graph

PERSON = "query ($id: ID!) { person(id: $id) { asOf } }"
SEARCH = "query ($name: String!) { searchPeople(givenName: $name, familyName: $name) { outcome } }"
GOVERNANCE: dict[str, Any] = {"role": "information-governance-officer", "purpose": "information-governance"}


def refused(response: Any) -> str:
    """How many seconds to wait."""
    assert (response.status_code, response.json()["errors"][0]["extensions"]["code"]) == (429, "MAST-330")
    assert response.json()["data"] is None
    return str(response.headers["Retry-After"])


def test_no_more_requests_a_minute_than_are_allowed(serve: Serve) -> None:
    service = serve(rate=Rate(3))
    for _ in range(3):
        assert service.ask("{ __typename }").status_code == 200
    assert refused(service.ask("{ __typename }")) == "20"
    # Another purpose is another bucket: at the door and at the desk are two jobs.
    other = service.ask("{ __typename }", role="safeguarding-practitioner", purpose="safeguarding-enquiry")
    assert other.status_code == 200
    last = service.audited()[-2]
    assert (last["event"], last["outcome"], last["codes"]) == ("answer", "refused", ["MAST-330"])


@pytest.mark.parametrize("purposes", [["x"] * 6, [f"x{n}" for n in range(6)]], ids=["one", "ever another"])
def test_no_token_fills_the_log_with_requests_that_are_refused(serve: Serve, purposes: list[str]) -> None:
    service = serve(rate=Rate(3))
    bare = f"Bearer {service.token('safeguarding-practitioner', None)}"
    found = [
        service.post({"query": "{ __typename }"}, Authorization=bare, **{"X-Purpose": purpose})
        for purpose in purposes
    ]
    assert [each.status_code for each in found] == [403] * 3 + [429] * 3
    assert refused(found[-1]) == "20"
    assert [each["event"] for each in service.audited()].count("not-admitted") == 3
    assert service.ask("{ __typename }").status_code == 200, "who asks for what they may is not kept waiting"


def test_a_request_over_the_rate_reads_nothing_and_is_not_even_parsed(serve: Serve) -> None:
    service = serve(rate=Rate(1))
    service.ask("{ __typename }")
    store: Any = service.services.store
    before = store.queries_run
    assert refused(service.ask(PERSON, id="P-1"))
    assert refused(service.post(b"rubbish"))
    assert store.queries_run == before


def test_many_names_in_one_document_count_one_by_one(serve: Serve) -> None:
    service = serve(different=Different(4), limits=WIDE)
    many = " ".join(f'p{n}: person(id: "P-{n}") {{ asOf }}' for n in range(6))
    assert refused(service.ask(f"{{ {many} }}"))


@pytest.mark.parametrize(
    ("ask", "name"), [pytest.param(PERSON, "id", id="by id"), pytest.param(SEARCH, "name", id="by name")]
)
def test_no_more_different_people_an_hour_than_are_allowed(serve: Serve, ask: str, name: str) -> None:
    service = serve(different=Different(4))
    store: Any = service.services.store
    names = ["Anna", "Berta", "Carla", "Dora"] if name == "name" else [f"P-{n}" for n in range(4)]
    for each in names:
        assert service.ask(ask, **{name: each}).status_code == 200
    before = store.queries_run
    assert refused(service.ask(ask, **{name: "Emma" if name == "name" else "P-9"})) == "3600"
    assert store.queries_run == before
    # Whom they know they may ask for again, as often as it takes.
    assert service.ask(ask, **{name: names[0]}).status_code == 200
    (entry,) = [each for each in service.audited() if each["event"] == "refused"]
    assert entry["sought"]


def test_who_is_not_there_counts_as_who_is(serve: Serve) -> None:
    """Otherwise the limit would tell them apart; and whoever guesses mostly misses."""
    service = serve(different=Different(2))
    for number in range(2):
        assert service.ask(PERSON, id=f"P-absent-{number}").status_code == 200
    assert refused(service.ask(PERSON, id="P-absent-2"))


def test_who_went_through_many_is_in_the_review_also_where_nothing_stopped_them(service: Service) -> None:
    for number in range(DIFFERENT_IN_AN_HOUR + 1):
        assert service.ask(PERSON, id=f"P-{number}").status_code == 200
    review = service.answer("{ accessReview { flags { reason subject count says } } }", **GOVERNANCE)
    found = {flag["reason"]: flag for flag in review["flags"]}
    assert found["MANY_DIFFERENT"]["count"] == DIFFERENT_IN_AN_HOUR + 1
    assert found["MANY_DIFFERENT"]["subject"] == "officer-7"


def test_time_gives_requests_back_and_forgets_the_different() -> None:
    rate, different = Rate(60), Different(2)
    for _ in range(60):
        rate.take("officer", "response", NOW)
    with pytest.raises(TooManyRequestsError):
        rate.take("officer", "response", NOW)
    rate.take("officer", "response", NOW + dt.timedelta(seconds=1))
    with pytest.raises(TooManyRequestsError):
        rate.take("officer", "response", NOW + dt.timedelta(seconds=1))
    different.look("officer", ["P-1"], NOW)
    different.look("officer", ["P-2"], NOW + dt.timedelta(minutes=30))
    with pytest.raises(TooManyRequestsError, match="in 60 seconds"):
        different.look("officer", ["P-3"], NOW + dt.timedelta(minutes=59))
    different.look("officer", ["P-3"], NOW + dt.timedelta(minutes=60))
    with pytest.raises(TooManyRequestsError):
        different.look("officer", ["P-4"], NOW + dt.timedelta(minutes=61))


def test_a_clock_that_is_set_back_gives_nothing_away() -> None:
    rate = Rate(2)
    for _ in range(2):
        rate.take("officer", "response", NOW)
    with pytest.raises(TooManyRequestsError):
        rate.take("officer", "response", NOW - dt.timedelta(hours=1))
