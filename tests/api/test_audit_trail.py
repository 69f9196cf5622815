"""Who looked at whom, asked over HTTP by an information governance officer, and by nobody else."""

from __future__ import annotations

from typing import Any

import pytest
from tests.api.conftest import Serve
from tests.town import Service, Town

from mast_api.rates import Different

HOME = "14 High Street, Walsall WS1 1AA"
ASK = "query($a: String!) { concernsAtAddress(address: $a) { outcome matches { addressId } } }"
TRAIL = """query($subject: String! = "", $about: ID, $question: String! = "", $agency: String! = "",
    $ofAgency: String! = "", $since: DateTime,
    $until: DateTime, $first: Int! = 20, $after: String) {
  auditTrail(subject: $subject, about: $about, question: $question, agency: $agency, ofAgency: $ofAgency,
    since: $since, until: $until, first: $first, after: $after) {
    edges { cursor node { sequence at event subject role agency purpose questions outcome codes
      sought { kind ids } answeredWith { kind ids } } }
    pageInfo { hasNextPage endCursor } } }"""
REVIEW = (
    "query($since: Date) { accessReview(since: $since) { flags { reason subject day count says aboutId } } }"
)
OFFICER = {"role": "information-governance-officer", "purpose": "information-governance"}


def trail(service: Service, **wanted: Any) -> list[dict[str, Any]]:
    found = service.answer(TRAIL, **wanted, **OFFICER)
    return [edge["node"] for edge in found["edges"]]


def code(response: Any) -> str:
    return str(response.json()["errors"][0]["extensions"]["code"])


@pytest.fixture
def asked(town: Town, service: Service) -> str:
    """An address that somebody asked about; its id."""
    town.says("police", "1", place=HOME, contact="NEIGHBOUR_CONCERN")
    town.resolve()
    (match,) = service.answer(ASK, a=HOME)["matches"]
    return str(match["addressId"])


def test_who_asked_and_what_was_answered_is_read_back(service: Service, asked: str) -> None:
    answer, intent = trail(service, question="concernsAtAddress")
    assert (intent["event"], answer["event"]) == ("intent", "answer")
    for entry in (intent, answer):
        assert (entry["subject"], entry["role"]) == ("officer-7", "response-officer")
        assert (entry["purpose"], entry["questions"]) == ("safeguarding-response", ["concernsAtAddress"])
    assert {"kind": "addresses", "ids": [asked]} in answer["answeredWith"]
    assert answer["outcome"] == "answered"
    # What was typed is there as keyed tokens only.
    assert intent["sought"]
    assert "High" not in str(intent)


def test_who_looked_at_somebody_is_found_by_their_id_and_by_former_ones(
    town: Town, service: Service, asked: str
) -> None:
    assert [each["event"] for each in trail(service, about=asked)[-1:]] == ["answer"]
    town.store.define(
        f"MATCH (old:Address {{id: '{asked}'}}) "
        "CREATE (old)-[:SUPERSEDED_BY]->(:Address {id: 'A-now', recorded_to: old.recorded_to})"
    )
    found = trail(service, about="A-now", question="concernsAtAddress")
    assert [each["event"] for each in found] == ["answer"]


def test_a_partner_is_told_who_of_its_staff_asked_and_who_was_told_what_it_gave(
    town: Town, service: Service, asked: str
) -> None:
    town.says("fire", "2", place="16 High Street, Walsall WS1 1AA", contact="SAFE_AND_WELL_VISIT")
    town.resolve()
    document = {"query": ASK, "variables": {"a": "16 High Street, Walsall WS1 1AA"}}
    role, purpose = "response-officer", "safeguarding-response"
    token = service.issuer.issue(role, purpose, minutes=5, subject="nurse-1", agency="nhs")
    assert service.post(document, Authorization=f"Bearer {token}").status_code == 200
    of_staff = trail(service, agency="nhs")
    assert [(each["subject"], each["agency"]) for each in of_staff] == [("nurse-1", "nhs")] * 2
    (told,) = trail(service, ofAgency="fire")
    assert (told["subject"], told["event"]) == ("nurse-1", "answer")
    (told,) = trail(service, ofAgency="police")
    assert told["subject"] == "officer-7"
    assert trail(service, agency="nhs", ofAgency="police") == trail(service, agency="housing") == []


@pytest.mark.parametrize("subject", ["o'brien@mash.example", "x_nhs.example#EXT#@mash.example", "zoë~2"])
def test_whatever_an_issuer_calls_somebody_is_found(service: Service, asked: str, subject: str) -> None:
    token = service.issuer.issue("response-officer", "safeguarding-response", minutes=5, subject=subject)
    document = {"query": ASK, "variables": {"a": HOME}}
    assert service.post(document, Authorization=f"Bearer {token}").status_code == 200
    assert [each["subject"] for each in trail(service, subject=subject)] == [subject] * 2


def test_reading_the_log_is_in_the_log(service: Service, asked: str) -> None:
    trail(service, about=asked)
    (entry,) = [each for each in trail(service, question="auditTrail") if each["event"] == "intent"][1:]
    assert {"kind": "ids", "ids": [asked]} in entry["sought"]


def test_refusals_are_read_back_with_their_code(service: Service) -> None:
    service.ask("{ auditTrail { edges { cursor } } }")
    (entry,) = trail(service, subject="officer-7")[1:2]
    assert (entry["outcome"], entry["codes"]) == ("refused", ["MAST-302"])


def test_pages_go_on_behind_the_last_entry(service: Service, asked: str) -> None:
    first = service.answer(TRAIL, subject="officer-7", first=1, **OFFICER)
    assert first["pageInfo"]["hasNextPage"]
    rest = service.answer(TRAIL, subject="officer-7", after=first["pageInfo"]["endCursor"], **OFFICER)
    numbers = [edge["node"]["sequence"] for edge in rest["edges"]]
    assert numbers == sorted(numbers, reverse=True)
    assert numbers[0] < first["edges"][0]["node"]["sequence"]


@pytest.mark.parametrize(
    ("wanted", "refused"),
    [
        ({"question": "nonsense"}, "MAST-312"),
        ({"about": "Ann Smith"}, "MAST-312"),
        ({"subject": "x" * 201}, "MAST-312"),
        ({"agency": "St Mary's"}, "MAST-312"),
        ({"ofAgency": "St Mary's"}, "MAST-312"),
        ({"first": 0}, "MAST-311"),
        ({"after": "rubbish"}, "MAST-311"),
        ({"after": "-1"}, "MAST-311"),
    ],
)
def test_a_wrong_call_is_refused(service: Service, wanted: dict[str, Any], refused: str) -> None:
    assert code(service.ask(TRAIL, **wanted, **OFFICER)) == refused


def test_a_page_is_of_a_hundred_entries_at_most(service: Service) -> None:
    query = "query($n: Int!) { auditTrail(first: $n) { edges { cursor } } }"
    assert service.ask(query, n=100, **OFFICER).status_code == 200
    assert code(service.ask(query, n=101, **OFFICER)) == "MAST-311"


@pytest.mark.parametrize("query", [TRAIL, REVIEW])
@pytest.mark.parametrize(
    ("role", "purpose"),
    [
        ("response-officer", "safeguarding-response"),
        ("safeguarding-analyst", "safeguarding-enquiry"),
        ("steward", "safeguarding-enquiry"),
        ("administrator", "operation"),
    ],
)
def test_nobody_else_reads_the_log(service: Service, query: str, role: str, purpose: str) -> None:
    assert code(service.ask(query, role=role, purpose=purpose)) == "MAST-302"


def test_the_same_place_again_and_again_comes_up_for_review(service: Service, asked: str) -> None:
    assert service.answer(REVIEW, **OFFICER)["flags"] == []
    for _ in range(3):
        service.answer(ASK, a=HOME)
    (flag,) = service.answer(REVIEW, **OFFICER)["flags"]
    assert (flag["reason"], flag["subject"], flag["aboutId"]) == ("SAME_AGAIN", "officer-7", asked)
    assert flag["count"] == 4


@pytest.mark.parametrize(
    "query",
    [
        "query($a: String!) { concernsAtAddress(address: $a) { matches { units { addressId } } } }",
        """query($a: String!) { asked: concernsAtAddress(address: $a) { outcome }
           other: concernsAtAddress(address: "99 Nowhere Road, Walsall WS9 9ZZ") { outcome } }""",
        """query($a: String!) { concernsAtAddress(address: $a) { outcome }
           searchPeople(familyName: "Nobody", dateOfBirth: "1970-01-02") { outcome } }""",
    ],
)
def test_how_a_question_is_put_keeps_nothing_from_the_review(
    town: Town, service: Service, asked: str, query: str
) -> None:
    town.says("fire", "2", place=f"Flat 2, {HOME}", contact="SAFE_AND_WELL_VISIT")
    town.resolve()
    for _ in range(3):
        response = service.ask(query, a=HOME)
        assert response.status_code == 200, response.text
    (flag,) = service.answer(REVIEW, **OFFICER)["flags"]
    assert (flag["reason"], flag["aboutId"], flag["count"]) == ("SAME_AGAIN", asked, 4)


SEARCH = """query($given: String!) { searchPeople(givenName: $given, familyName: "Okafor",
    dateOfBirth: "1988-02-03") { outcome } }"""


@pytest.mark.parametrize(
    ("ask", "asked"),
    [
        pytest.param(ASK, {"a": "Haven Refuge, 3 Park Road, Walsall WS5 5EE"}, id="a refuge"),
        pytest.param(SEARCH, {"given": "Deirdre"}, id="who is in it"),
    ],
)
def test_who_asks_again_and_again_for_what_may_not_be_seen_comes_up_as_if_it_were_not_there(
    town: Town, service: Service, ask: str, asked: dict[str, str]
) -> None:
    flags = []
    for _ in ("nobody is there", "they are shielded"):
        for _ in range(4):
            assert service.answer(ask, **asked)["outcome"] == "NONE"
        flags.append(service.answer(REVIEW, **OFFICER)["flags"])
        town.says(
            "housing", "dee", person="Deirdre Okafor", place="Haven Refuge, 3 Park Road, Walsall WS5 5EE"
        )
        town.resolve()
    (absent,), (shielded,) = flags
    assert (absent["reason"], absent["count"], absent["aboutId"]) == ("SAME_AGAIN", 4, None)
    assert shielded == {**absent, "count": 8, "says": absent["says"].replace(" 4 ", " 8 ")}


REFUGE = "Haven Refuge, 3 Park Road, Walsall WS5 5EE"


@pytest.mark.parametrize(
    ("ask", "asked"),
    [
        pytest.param(
            ASK,
            [{"a": each} for each in (
                REFUGE,
                "Haven Refuge, 3 Park Rd, WS5 5EE",
                "HAVEN REFUGE 3 Park Road Walsall West Midlands ws55ee",
                "haven refuge,3, park road,, WS5 5EE",
            )],
            id="a refuge",
        ),
        pytest.param(
            """query($given: String!, $family: String!, $born: Date, $phone: String! = "") {
              searchPeople(givenName: $given, familyName: $family, dateOfBirth: $born, phone: $phone) {
                outcome } }""",
            [
                {"given": "Deirdre", "family": "Okafor"},
                {"given": "OKAFOR", "family": "deirdre"},
                {"given": "Deirdre", "family": "Okafor", "born": "1988-02-03"},
                {"given": "Deirdre", "family": "Okafor", "phone": "01922 555 0142"},
            ],
            id="who is in it",
        ),
    ],
)  # fmt: skip
def test_one_place_or_name_in_many_spellings_comes_up_for_review_as_one(
    town: Town, service: Service, ask: str, asked: list[dict[str, str]]
) -> None:
    town.says("housing", "dee", person="Deirdre Okafor", place=REFUGE)
    town.resolve()
    for each in asked:
        assert service.answer(ask, **each)["outcome"] == "NONE"
    (flag,) = service.answer(REVIEW, **OFFICER)["flags"]
    assert (flag["reason"], flag["count"], flag["aboutId"]) == ("SAME_AGAIN", 4, None)


def test_a_place_in_many_spellings_is_one_of_those_that_may_be_looked_for_in_an_hour(serve: Serve) -> None:
    served = serve(different=Different(1))
    for spelling in ("3 Park Road, Walsall WS5 5EE", "3 Park Rd, WS5 5EE", "3, PARK ROAD WS5 5EE"):
        assert served.answer(ASK, a=spelling)["outcome"] == "NONE"
    assert code(served.ask(ASK, a="5 Park Road, Walsall WS5 5EE")) == "MAST-330"


WAITS = """query($judged: Boolean! = false) { accessReview(judged: $judged) {
    flags { id count judged { finding by } } } }"""
JUDGE = """mutation($id: ID!, $finding: FlagFinding!) {
    judgeAccess(id: $id, finding: $finding) { count judged { finding by } } }"""


def test_a_flag_that_was_looked_into_waits_no_more_until_there_is_more_of_the_same(
    service: Service, asked: str
) -> None:
    def officer(document: str, subject: str = "dpo-1", **variables: Any) -> Any:
        token = service.issuer.issue(*OFFICER.values(), minutes=5, subject=subject)
        return service.post({"query": document, "variables": variables}, Authorization=f"Bearer {token}")

    for _ in range(3):
        service.answer(ASK, a=HOME)
    (flag,) = service.answer(WAITS, **OFFICER)["flags"]
    assert flag["judged"] is None
    for refused in (
        officer(JUDGE, id="AF-" + "0" * 24, finding="EXPLAINED"),
        officer(JUDGE, subject="officer-7", id=flag["id"], finding="EXPLAINED"),
    ):
        assert code(refused) == "MAST-312"
    assert len(service.answer(WAITS, **OFFICER)["flags"]) == 1
    said = officer(JUDGE, id=flag["id"], finding="TAKEN_UP").json()["data"]["judgeAccess"]
    assert said == {"count": 4, "judged": {"finding": "TAKEN_UP", "by": "dpo-1"}}
    assert service.answer(WAITS, **OFFICER)["flags"] == []
    (kept,) = service.answer(WAITS, judged=True, **OFFICER)["flags"]
    assert (kept["id"], kept["judged"]["by"]) == (flag["id"], "dpo-1")
    service.answer(ASK, a=HOME)
    (again,) = service.answer(WAITS, **OFFICER)["flags"]
    assert (again["id"], again["count"], again["judged"]) == (flag["id"], 5, None)


def test_other_searches_that_find_nobody_are_not_one(service: Service) -> None:
    for given in ("Anna", "Berta", "Carla", "Dora"):
        service.answer(SEARCH, given=given)
    assert service.answer(REVIEW, **OFFICER)["flags"] == []


def test_a_review_looks_back_a_quarter_at_most(service: Service) -> None:
    assert code(service.ask(REVIEW, since="2020-01-01", **OFFICER)) == "MAST-312"
