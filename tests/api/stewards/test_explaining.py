"""Why, how and the review queue over HTTP on the real graph: the numbers shown are the numbers stored."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

import pytest
from tests.emptying import empty
from tests.register import ENQUIRY, HOME, SPLIT, Register, decide, refused
from tests.town import Service

from mast_graph.queries import query
from mast_graph.reviewing import FIRST
from mast_graph.store import Login, Store
from mast_resolver.records import FOREVER, RecordId

pytestmark = pytest.mark.graph

PAIR = """
  leftRecordId rightRecordId leftEntityId rightEntityId oneEntity weightMillibits verdict storedMillibits
  comparable joinAtMillibits reviewAtMillibits modelVersion says decision { id decision by says }
  parts { rule level says startMillibits millibits sumMillibits }
"""
WHY = (
    "query ($left: ID!, $right: ID!) { why(left: $left, right: $right) { says superseded { id successorIds } "
    "entities { leftEntityId rightEntityId averageMillibits pairCount reasons says decisions { id } } pair {"
    + PAIR
    + "} } }"
)
HOW = """
query ($id: ID!) {
  how(id: $id) {
    superseded { id successorIds says }
    entities {
      entityId modelVersion
      records { recordId agencyId since says }
      steps { number bond leftRecordIds rightRecordIds averageMillibits says }
      evidence { leftRecordId rightRecordId millibits verdict }
    }
  }
}
"""
QUEUE = (
    "query ($first: Int = 20, $after: String) { reviewQueue(first: $first, after: $after) { "
    "edges { cursor node { value leftAgencyId rightAgencyId pair {" + PAIR + "} } } "
    "pageInfo { hasNextPage hasPreviousPage endCursor } } }"
)
RECORDS = "query ($id: ID!) { person(id: $id) { people { id records { recordId agencyId says } } } }"


def stored(register: Register) -> dict[tuple[str, str], dict[str, Any]]:
    found = register.rows(
        "MATCH (l:PersonRecord)-[e:EVIDENCE]->(r) RETURN l.id AS l, r.id AS r, e.w_millibits AS weight, "
        "e.decision AS decision, e.model_version AS version, e.review AS review"
    )
    return {(row["l"], row["r"]): row for row in found}


def ask_why(service: Service, left: str, right: str) -> Any:
    return service.answer(WHY, left=left, right=right, **ENQUIRY)


def queue(service: Service, **page: Any) -> Any:
    return service.answer(QUEUE, **page, **ENQUIRY)


def queued(service: Service) -> list[set[str]]:
    """The people of each pair in the queue."""
    pairs = [edge["node"]["pair"] for edge in queue(service)["edges"]]
    return [{pair["leftEntityId"], pair["rightEntityId"]} for pair in pairs]


def test_why_gives_the_stored_weight_part_by_part(
    register: Register, family: list[RecordId], service: Service
) -> None:
    edges = stored(register)
    assert len(edges) > 3
    for (left, right), edge in edges.items():
        why = ask_why(service, right, left)
        pair = why["pair"]
        assert (pair["leftRecordId"], pair["rightRecordId"]) == (left, right)
        assert pair["weightMillibits"] == pair["storedMillibits"] == edge["weight"]
        assert sum(part["millibits"] for part in pair["parts"]) == edge["weight"]
        assert pair["parts"][0]["startMillibits"] == 0
        assert pair["parts"][-1]["sumMillibits"] == edge["weight"]
        assert all(one["sumMillibits"] == next_["startMillibits"] for one, next_ in pairwise(pair["parts"]))
        assert all(
            part["sumMillibits"] - part["startMillibits"] == part["millibits"] for part in pair["parts"]
        )
        assert pair["verdict"] == edge["decision"].upper()
        assert pair["modelVersion"] == edge["version"]
        assert pair["oneEntity"] == (register.person(RecordId(left)) == register.person(RecordId(right)))
        assert pair["oneEntity"] == (why["entities"] is None)


def test_why_not_says_what_keeps_two_people_apart(
    register: Register, family: list[RecordId], service: Service
) -> None:
    ann, beatrix = register.person(family[0]), register.person(family[4])
    apart = ask_why(service, ann, beatrix)
    assert apart["entities"]["reasons"] == ["AVERAGE"]
    assert apart["entities"]["pairCount"] == 3
    assert "it takes 2.000 bits" in apart["entities"]["says"][0]
    weights = [
        edge["weight"]
        for pair, edge in stored(register).items()
        if family[4] in pair and edge["review"] is not None
    ]
    assert [apart["pair"]["weightMillibits"]] == weights
    taken = decide(service, family[0], family[1], "DIFFERENT")
    parted = ask_why(service, family[0], family[1])
    assert parted["entities"]["reasons"][0] == "DECISION"
    assert parted["entities"]["decisions"] == [{"id": taken["decisionId"]}]
    assert parted["pair"]["decision"]["id"] == taken["decisionId"]
    assert parted["pair"]["verdict"] == "SAME"
    assert any("officer-7 decided on 2 November 2026" in each for each in parted["pair"]["says"])


def test_who_was_seen_after_a_death_is_kept_apart_and_asked_about_until_it_is_corrected(
    register: Register, service: Service
) -> None:
    woman = ("Annabel Leeson", "1950-05-17")
    dead = register.says("police", "1", *woman, date_of_death="2024-01-10")
    alive = register.says("nhs", "3", *woman, last_seen_alive="2025-03-02")
    register.resolve()
    assert register.person(dead) != register.person(alive)
    why = ask_why(service, dead, alive)
    assert why["entities"]["reasons"] == ["AFTER_DEATH"]
    assert "states a death" in why["entities"]["says"][0]
    assert why["pair"]["verdict"] == "SAME"
    assert queued(service) == [{register.person(dead), register.person(alive)}]
    register.says("police", "1", *woman)  # they did not die
    register.resolve()
    assert register.person(dead) == register.person(alive)
    assert not queued(service)
    register.says("nhs", "3", *woman, date_of_death="2024-06-01")  # who was alive, and is not any more
    register.says("police", "1", *woman, last_seen_alive="2026-01-01")
    register.resolve()
    assert register.person(dead) != register.person(alive)
    decide(service, dead, alive, "SAME")
    assert register.person(dead) == register.person(alive)


def test_why_of_what_is_not_there_is_refused(
    register: Register, family: list[RecordId], service: Service
) -> None:
    unknown = "r" + "0" * 32
    assert refused(service, WHY, left=family[0], right=unknown)[:2] == (404, "MAST-252")
    assert refused(service, WHY, left=family[0], right=family[0])[:2] == (404, "MAST-252")
    assert refused(service, WHY, left="P-nobody", right=register.person(family[0]))[:2] == (404, "MAST-252")
    assert refused(service, WHY, left="Annabel Leeson", right=family[0])[:2] == (400, "MAST-312")
    assert (
        ask_why(service, register.person(family[0]), family[1])["says"] == "They are one person: ask `how`."
    )


def test_why_two_are_one_is_answered_while_evidence_is_half_weighed(
    register: Register, family: list[RecordId], service: Service
) -> None:
    assert register.person(family[0]) == register.person(family[1])
    # As `mast resolve --again` leaves it when it is killed at its beginning; and a service that starts then.
    register.rows("MATCH (model:Model {kind: 'person'}) DELETE model")
    register.rows("MATCH (:PersonRecord)-[e:EVIDENCE]->() DELETE e")
    service.services.live.read()
    why = ask_why(service, family[0], family[1])
    assert (why["says"], why["pair"]["oneEntity"]) == ("They are one person.", True)
    assert why["pair"]["says"][-1].endswith("is not known until all of it is weighed anew.")
    register.resolve()
    assert "were joined at" in ask_why(service, family[0], family[1])["pair"]["says"][-1]


def test_how_is_the_merge_tree(register: Register, family: list[RecordId], service: Service) -> None:
    decide(service, family[3], family[4], "SAME")
    for record in (family[0], family[3]):
        person = register.person(record)
        (tree,) = service.answer(HOW, id=person, **ENQUIRY)["entities"]
        groups = {frozenset([each["recordId"]]) for each in tree["records"]}
        for step in tree["steps"]:
            left, right = frozenset(step["leftRecordIds"]), frozenset(step["rightRecordIds"])
            assert {left, right} <= groups
            groups = groups - {left, right} | {left | right}
        assert groups == {frozenset(each for each in family if register.person(each) == person)}
    assert [step["bond"] for step in tree["steps"]] == ["DECISION"]
    assert {each["says"] for each in tree["records"]} == {"A steward decided that it is this person's."}
    assert {each["agencyId"] for each in tree["records"]} == {"fire", "council-children"}


def test_the_queue_holds_what_is_stored_with_the_same_explanation_as_why(
    register: Register, family: list[RecordId], service: Service
) -> None:
    page = queue(service)
    values = {pair: edge["review"] for pair, edge in stored(register).items() if edge["review"] is not None}
    assert len(values) >= 2
    listed = [edge["node"] for edge in page["edges"]]
    assert {
        (each["pair"]["leftRecordId"], each["pair"]["rightRecordId"]): each["value"] for each in listed
    } == values
    assert [each["value"] for each in listed] == sorted(values.values(), reverse=True)
    for node in listed:
        pair = node["pair"]
        one = register.person(pair["leftRecordId"]) == register.person(pair["rightRecordId"])
        assert pair["verdict"] == ("SAME" if one else "REVIEW")
        assert ask_why(service, pair["leftRecordId"], pair["rightRecordId"])["pair"] == pair


def test_who_is_decided_or_merged_leaves_the_queue_and_comes_back_when_revoked(
    register: Register, family: list[RecordId], service: Service
) -> None:
    ann, beatrix = register.person(family[0]), register.person(family[4])
    assert {ann, beatrix} in queued(service)
    taken = decide(service, family[0], family[4], "DIFFERENT")
    assert {ann, beatrix} not in queued(service)
    decide(service, family[0], family[4], "CLEAR")
    assert {ann, beatrix} in queued(service)
    younger = register.person(family[3])
    assert {ann, younger} in queued(service)
    decide(service, family[0], family[1], "SAME")
    decide(service, family[0], family[2], "SAME")
    decide(service, family[0], family[3], "SAME")
    assert not any({ann, younger} <= each for each in queued(service))
    assert taken["decisionId"].startswith("D-")


def test_the_queue_is_paged(register: Register, family: list[RecordId], service: Service) -> None:
    whole = [edge["cursor"] for edge in queue(service)["edges"]]
    seen: list[str] = []
    after = None
    for _ in whole:
        page = queue(service, first=1, after=after)
        seen += [edge["cursor"] for edge in page["edges"]]
        after = page["pageInfo"]["endCursor"]
        assert page["pageInfo"]["hasNextPage"] == (len(seen) < len(whole))
        assert page["pageInfo"]["hasPreviousPage"] == (len(seen) > 1)
    assert seen == whole
    for cursor in ("Annabel", "1.2.3", "-1." + ".".join(family[:2])):
        assert refused(service, QUEUE, after=cursor)[:2] == (400, "MAST-311")


def test_a_page_of_the_queue_reads_as_many_pairs_as_it_shows(store: Store, neo4j_server: Login) -> None:
    """The plan walks the index in order and stops: a thousand pairs cost no more than a hundred."""
    hits = []
    for count in (100, 1_000):
        empty(store)
        store.define(
            f"UNWIND range(1, {count}) AS n "
            "CREATE (p:Person {id: 'P-' + n}), (q:Person {id: 'P-x' + n}), "
            "(l:PersonRecord {id: 'r' + n})-[:EVIDENCE {review: n}]->(r:PersonRecord {id: 's' + n}), "
            "(l)-[:RESOLVES_TO {recorded_to: datetime('9999-12-31T00:00:00Z')}]->(p), "
            "(r)-[:RESOLVES_TO {recorded_to: datetime('9999-12-31T00:00:00Z')}]->(q)"
        )
        store.define("CALL db.awaitIndexes(60)")
        params = {
            "after_value": FIRST[0],
            "after_left": "",
            "after_right": "",
            "first": 10,
            "lane": "",
            "forever": FOREVER,
        }
        with store._driver.session(database="neo4j") as session:
            result = session.run("PROFILE " + query("read.review_queue").text, params)
            assert [row["value"] for row in result] == list(range(count, count - 10, -1))
            profile = result.consume().profile
        assert profile is not None
        hits.append(total(profile))
        operators = json.dumps(profile, default=str)
        assert "RANGE INDEX (left)-[evidence:EVIDENCE(review)]->(right)" in operators
        assert "evidence.review DESC" in operators
        assert "NodeByLabelScan" not in operators
    assert hits[1] <= hits[0] * 1.2


def total(profile: dict[str, Any]) -> int:
    return int(profile["dbHits"]) + sum(map(total, profile.get("children", ())))


def test_an_old_id_that_was_split_is_never_led_to_one_of_several(
    register: Register, family: list[RecordId], service: Service
) -> None:
    ann, beatrix = register.person(family[0]), register.person(family[4])
    # All three leave each other and the id: it follows the largest share, so it is withdrawn as a whole.
    service.answer(SPLIT, entity=ann, records=family[1:3], together=True, **ENQUIRY)
    decide(service, family[1], family[3], "SAME")
    old = register.rows(
        "MATCH (p:Person)-[:SUPERSEDED_BY]->(n) RETURN p.id AS old, collect(n.id) AS now ORDER BY old"
    )
    for row in old:
        how = service.answer(HOW, id=row["old"], **ENQUIRY)
        live = {each["entityId"] for each in how["entities"]}
        assert set(how["superseded"]["successorIds"]) == live
        assert {register.person(record) for record in family} >= live
        why = ask_why(service, row["old"], beatrix)
        assert why["superseded"][0]["id"] == row["old"]
        assert (why["pair"] is None) == (len(live) > 1)
    assert old


def test_only_stewards_see_which_agency_has_which_record(
    register: Register, family: list[RecordId], service: Service
) -> None:
    person = register.person(family[0])
    (found,) = service.answer(RECORDS, id=person, **ENQUIRY)["people"]
    assert {(each["recordId"], each["agencyId"]) for each in found["records"]} == {
        (family[0], "police"),
        (family[1], "housing"),
        (family[2], "nhs"),
    }
    assert all("it weighs" in each["says"] for each in found["records"])
    officer = {"role": "response-officer", "purpose": "safeguarding-response"}
    assert refused(service, RECORDS, id=person, **officer)[:2] == (403, "MAST-302")
    assert service.ask("query ($id: ID!) { person(id: $id) { people { id } } }", id=person).status_code == 200


@pytest.mark.parametrize("document", [WHY, HOW, QUEUE], ids=["why", "how", "reviewQueue"])
def test_officers_and_researchers_may_not_ask_who_is_who(service: Service, document: str) -> None:
    some = "r" + "1" * 32
    variables = {WHY: {"left": some, "right": some}, HOW: {"id": "P-1"}, QUEUE: {}}[document]
    for role, purpose in (("response-officer", "safeguarding-response"), ("researcher", "research")):
        assert refused(service, document, role=role, purpose=purpose, **variables)[:2] == (403, "MAST-302")


def test_no_name_is_in_any_explanation(register: Register, family: list[RecordId], service: Service) -> None:
    said = json.dumps(
        [
            ask_why(service, family[0], family[4]),
            service.answer(HOW, id=register.person(family[0]), **ENQUIRY),
            queue(service),
        ]
    ).lower()
    assert not [
        word for word in ("annabel", "leeson", "beatrix", "1990", "high street", "ws1") if word in said
    ]
    assert HOME.lower() not in said
