"""Broken object and property level authorisation, over every field and every argument that takes an id."""

from __future__ import annotations

import re
from typing import Any

import pytest
from tests.api.attacks.walk import ABSENT, KINDS, WITHIN, Place, Root, callers, places, roots, subscriptions
from tests.api.shields.conftest import HIGH_STREET, PEOPLE, tell_what_may_be_known
from tests.api.triggers.alerts import in_force as rules_in_force
from tests.town import NOW, Service, Town, ago

from mast_api.access import Purpose, Question, Role, in_force
from mast_api.triggers.working_out import work_out
from mast_graph.trigger_rules import put_rule
from mast_resolver.vocabulary import vocabulary

pytestmark = pytest.mark.graph

WITHIN_ONLY = {Question.RELATIONS, Question.INFERRED_RELATIONS, Question.FULL_HISTORY, Question.EVERY_FEED}
"""What is asked within another question, and is no root field."""

THEIR_SHIELDS = {"auditTrail", "unshield", "shields", "breakGlass"}
"""Questions of those who answer for shields, and so know of them, or that look behind one."""

OF_NO_CONTACT = {
    # What was done, said and agreed, for those who answer for it; no class of data is theirs to see.
    "auditTrail", "accessReview", "shields", "marks", "breakGlasses", "releases", "release", "feeds",
    "resolverQueue", "dataQuality", "retention", "transparencyRecord", "agreements", "rightsRequests",
    # By an id that a test of its own has: tests/api/lawful/asking.py.
    "behindGlass",
}  # fmt: skip

OF_NOBODY = {
    "G": "a broken glass shows whoever broke it",
    "E": "a release is of figures",
    "F": "a flag is about whoever asked",
    "M": "a mark is lifted by who answers for shields",
    "Q": "so is a request by right settled",
}
"""Kinds of ids that are of nobody who may be shielded, or that only who knows of shields may send."""

IDS = [place for place in places() if place.is_id]
NOT_IDS = (
    "",
    "P",
    "P-",
    "p-1",
    "P-1 OR 1=1",
    "P-1\n",
    "P-é",
    "r1",
    "D-",
    "X-1",
    "P-" + "9" * 60,
    "*",
    "null",
)


def test_every_root_field_is_a_question_of_the_policy() -> None:
    names = {*(root.name for root in roots()), *subscriptions()}
    assert names == {str(each) for each in Question} - WITHIN_ONLY


def test_what_kind_of_id_an_argument_takes_is_said_of_every_one() -> None:
    assert [str(place) for place in IDS if str(place) not in KINDS] == []


def test_whoever_may_not_ask_a_question_is_refused_and_nothing_is_read(service: Service) -> None:
    """Every role and purpose that is admitted at all, by every root field that it may not ask."""
    store: Any = service.services.store
    tried = 0
    for root in roots():
        for caller in callers(root.name, may=False):
            before = store.queries_run
            response = service.ask(f"{_head(root)} {{ __typename }} }}", **caller, **root.absent)
            assert (response.status_code, _code(response)) == (403, "MAST-302"), (root, caller)
            assert store.queries_run == before, (root, caller)
            tried += 1
    assert tried > 150
    audited = service.audited()
    assert sum(entry["event"] == "refused" for entry in audited) == tried
    assert not any(entry["event"] == "intent" for entry in audited)


def test_whoever_may_ask_a_question_is_let_through_to_it(town: Town, service: Service) -> None:
    """By every role and purpose, whatever comes of it: a table that allows what is refused is no policy."""
    town._lease.release()
    tried = 0
    for root in roots():
        for caller in callers(root.name, may=True):
            response = service.ask(f"{_head(root)} {{ __typename }} }}", **caller, **root.absent)
            assert response.status_code != 403, (root, caller, response.text)
            tried += 1
    assert tried > 80


def test_a_role_that_is_not_admitted_may_ask_nothing(service: Service) -> None:
    policy = in_force()
    for role in (*Role, "root", "", "steward ", "STEWARD"):
        for purpose in ("safeguarding-response", "research", "operation", "everything", "", "*"):
            if role in set(Role) and policy.may_act(role, purpose):
                continue
            response = service.ask("{ __typename }", role=role, purpose=purpose or None)
            assert response.status_code in (401, 403), (role, purpose)


@pytest.mark.parametrize("place", IDS, ids=str)
def test_what_is_no_id_is_refused(wide: Service, place: Place) -> None:
    for caller in callers(place.root.name, may=True)[:1]:
        for value in NOT_IDS:
            sent = place.filled(value, place.root.absent)
            response = wide.ask(place.root.document, **caller, **sent)
            assert response.status_code == 400, (value, response.text)
            assert _code(response) in ("MAST-311", "MAST-312")
            assert not value[4:] or value[4:] not in response.text


@pytest.mark.parametrize("place", [each for each in IDS if each.root.name not in THEIR_SHIELDS], ids=str)
def test_the_id_of_who_is_shielded_answers_as_one_that_nothing_has(
    town: Town, wide: Service, hidden: dict[str, list[str]], place: Place
) -> None:
    """By every role that may ask, beside ids of others who may be found, and of any other kind as well."""
    others = place.root.absent | _visible(town, place)
    kinds = {each for each in KINDS[str(place)] if each not in OF_NOBODY} | {"P", "A"}
    assert kinds <= hidden.keys()
    for caller in callers(place.root.name, may=True):
        if Question.UNSHIELD in in_force().questions(caller["role"], caller["purpose"]):
            continue  # who answers for shields knows of them
        for kind in sorted(kinds):
            document = place.root.document_for(caller)
            nobody = _told(wide.ask(document, **caller, **place.filled(ABSENT[kind], others)))
            assert nobody[0] < 500, "a service that cannot answer tells nobody apart"
            for id_ in hidden[kind][:3]:
                answer = wide.ask(document, **caller, **place.filled(id_, others))
                assert _told(answer, id_, ABSENT[kind]) == nobody, (caller, id_)


@pytest.mark.usefixtures("wide")
def test_every_kind_of_id_that_may_be_of_who_is_shielded_is_tried(hidden: dict[str, list[str]]) -> None:
    assert {kind for kinds in KINDS.values() for kind in kinds} == {*hidden, *OF_NOBODY}
    assert all(hidden.values())
    for place in IDS:
        if KINDS[str(place)] in ("M", "Q"):
            for caller in callers(place.root.name, may=True):
                assert Question.UNSHIELD in in_force().questions(caller["role"], caller["purpose"])


def test_an_id_of_another_kind_finds_nothing(town: Town, wide: Service) -> None:
    tell_what_may_be_known(town)
    town.resolve(PEOPLE)
    wide.services.live.read()
    home = town.address(HIGH_STREET)
    for place in IDS:
        if place.root.kind == "mutation" or "after" in place.argument:
            continue
        for caller in callers(place.root.name, may=True)[:1]:
            for id_ in {"P-ann", home} - {each for each in ("P-ann", home) if each[0] in KINDS[str(place)]}:
                response = wide.ask(place.root.document, **caller, **place.filled(id_, place.root.absent))
                found = response.text if response.status_code == 200 else ""
                assert not re.search(r'"P-(ben|cara)"|DOMESTIC|MISSING', found), (place, id_)


KEPT_FROM = {
    "CAMHS_REFERRAL": "nhs",
    "SEXUAL_HEALTH_CONTACT": "nhs",
    "SAFEGUARDING_CONCERN": "council-children",
}
"""A contact of each kind of class, by who may see it, and an agency that has it."""


def test_for_every_class_one_is_tried_that_the_same_roles_may_see() -> None:
    may: dict[str, frozenset[tuple[str, str]]] = {
        class_: frozenset(
            (role, purpose)
            for role in Role
            for purpose in Purpose
            if class_ in in_force().data_classes(role, purpose)
        )
        for class_ in vocabulary().data_classes
    }
    assert {may[vocabulary().contact_type(each).data_class] for each in KEPT_FROM} == set(may.values())


@pytest.mark.parametrize(("contact", "agency"), KEPT_FROM.items())
def test_no_answer_count_order_or_cursor_depends_on_a_contact_its_caller_may_not_see(
    town: Town, wide: Service, contact: str, agency: str
) -> None:
    """Every question that reads, by everybody who may ask it, before and after such a contact is there."""
    tell_what_may_be_known(town)
    for rule, stored in rules_in_force(since=ago(2_000)):
        town._lease.write(lambda tx, _, r=rule, s=stored: put_rule(tx, r, s))  # type: ignore[misc]
    for day in (3, 2, 1):
        town.says("police", "ann", person="Ann Leeson", contact="WELFARE_CHECK", at=ago(day))
    for name in ("ann", "ben"):
        town.says(agency, name, person=f"{name.title()} Leeson", date_of_birth="1990-05-17")
    # Of two agencies something is known of her: what is hidden makes a third, of which a rule tells.
    town.says("housing", "ann-asb", person="Ann Leeson", contact="ASB_CASE", at=ago(25))
    known = {name: [*records, (agency, name)] for name, records in PEOPLE.items() if name in ("ann", "ben")}
    known["ann"].append(("housing", "ann-asb"))
    town.resolve(PEOPLE | known)
    wide.services.live.read()
    stood = _alerts(town)
    before = _everything(town, wide, stood)
    moments = ((0.5, None), (20, None), (400, None), (900, 600))
    for number, (days, closed) in enumerate(moments):
        for name in ("ann", "ben"):
            town.says(
                agency,
                name,
                person=f"{name.title()} Leeson",
                date_of_birth="1990-05-17",
                contact=contact,
                contact_id=f"hidden-{number}",
                at=ago(days),
                closed=ago(closed) if closed else None,
            )
    town.resolve(PEOPLE | known)
    wide.services.live.read()
    after = _everything(town, wide, stood)
    class_ = vocabulary().contact_type(contact).data_class
    assert {field.split()[0] for _, _, field in before} | OF_NO_CONTACT == {
        root.name for root in roots() if root.kind == "query"
    }
    told = set()
    for asked, answer in before.items():
        if class_ in in_force().data_classes(asked[0], asked[1]):
            told |= {asked} if answer != after[asked] else set()
        else:
            assert after[asked] == answer, asked
    assert told or class_ == "sensitive_health"
    assert len(before) > 30
    _nobody_is_told_of(_alerts(town) - stood, town, wide, class_)


def _alerts(town: Town) -> set[str]:
    """The alerts that there are now."""
    work_out(town.store, town._lease, now=NOW)
    # As if no webhook had taken them: they are asked for by that too.
    town.store.define("MATCH (alert:Alert) SET alert.dead = true")
    return {str(each["id"]) for each in town.store.read("read.every_alert")}


def _nobody_is_told_of(raised: set[str], town: Town, service: Service, class_: str) -> None:
    """Of alerts that rest on a contact by who may not see it: nor may they take notice of one."""
    assert raised
    town._lease.release()
    by_name = {root.name: root for root in roots()}
    for field in ("alert", "acknowledgeAlert"):
        for caller in callers(field, may=True):
            if class_ in in_force().data_classes(caller["role"], caller["purpose"]):
                continue
            document = by_name[field].document_for(caller)
            nobody = _told(service.ask(document, **caller, id=ABSENT["L"]))
            assert nobody[0] == 404
            for each in sorted(raised):
                assert _told(service.ask(document, **caller, id=each)) == nobody, (field, caller)


def _everything(town: Town, service: Service, alerts: set[str]) -> dict[tuple[str, str, str], Any]:
    """All questions that read, by role, purpose and question, about those whom the contact is about."""
    _alerts(town)
    home = town.address(HIGH_STREET)
    households = sorted(each["householdId"] for each in _homes(service))
    asked: list[tuple[str, dict[str, Any]]] = [
        (field, {"first": first, "since": ago(1_500).isoformat(), "onlyOpen": only_open, **which})
        for first, only_open in ((1, False), (20, False), (20, True))
        for field, which in (
            ("concernsAtAddress", {"address": HIGH_STREET}),
            ("address", {"id": home}),
            ("person", {"id": "P-ann"}),
            ("household", {"id": households[0]}),
        )
    ]
    asked += [
        ("searchPeople", {"givenName": "Ann", "familyName": "Leeson", "dateOfBirth": "1990-05-17"}),
        ("householdNetwork", {"id": households[0], "depth": 4}),
        ("coResidents", {"person": "P-ann"}),
        ("addressHistory", {"id": home}),
        ("pathsBetween", {"left": "P-ann", "right": "P-ben"}),
        ("networkExtract", {}),
        ("how", {"id": "P-ann"}),
        ("why", {"left": "P-ann", "right": "P-ben"}),
        ("reviewQueue", {}),
        ("agencyReferences", {"id": "P-ann"}),
        ("agencies", {}),
        ("alertRules", {}),
        ("ruleBacktest", {}),
        ("researchChoices", {}),
        ("escalationPaths", {}),
        ("transitionMatrix", {}),
        ("timeToEvent", {"event": "REACHED_LEVEL"}),
        ("contactVolumes", {"by": "AGENCY"}),
        ("predictorEvaluations", {}),
    ]
    # Filters, pages of one, and moments that are turned back.
    filters: tuple[dict[str, Any], ...] = (
        {},
        {"state": "OPEN"},
        {"severity": "HIGH"},
        {"rule": "third-agency/2"},
        {"undelivered": True},
    )
    asked += [("alerts", {"first": first, **which}) for first in (1, 20) for which in filters]
    assert alerts
    asked += [("alert", {"id": each}) for each in sorted(alerts)]
    asked += [
        (field, {**which, "asOf": ago(days).isoformat()})
        for days in (10, 450)
        for field, which in (
            ("householdNetwork", {"id": households[0], "depth": 4}),
            ("pathsBetween", {"left": "P-ann", "right": "P-ben"}),
            ("networkExtract", {}),
            ("coResidents", {"person": "P-ann"}),
            ("addressHistory", {"id": home}),
        )
    ]
    by_name = {root.name: root for root in roots()}
    answers = {}
    for field, variables in asked:
        for caller in callers(field, may=True):
            response = service.ask(by_name[field].document_for(caller), **caller, **variables)
            # Of few people research says nothing: that is an answer too.
            refused = response.status_code != 200 and _code(response)
            assert refused in (False, "MAST-350") or (field, refused) == ("alert", "MAST-291"), response.text
            # A cursor of alerts is sealed anew each time (tests/api/triggers/test_alerts.py).
            told = re.sub(r'"knownAt":"[^"]*"|"(cursor|startCursor|endCursor)":"AA[^"]*"', "", response.text)
            answers[caller["role"], caller["purpose"], f"{field} {variables}"] = told
    return answers


def _homes(service: Service) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = service.answer(
        'query { person(id: "P-ann") { people { homes { householdId } } } }'
    )["people"][0]["homes"]
    return found


def _visible(town: Town, place: Place) -> dict[str, Any]:
    """The other ids of the question: of people who may be found, so that only this one is in question."""
    others = {"left": "P-ann", "right": "P-ann", "person": "P-ann", "records": [town.record("police", "ann")]}
    if place.root.name == "recordMatchDecision":
        others |= {"left": town.record("police", "ann"), "right": town.record("police", "ann")}
    return {
        name: value
        for name, value in others.items()
        if name in place.root.field.args and name != place.argument
    }


def _head(root: Root) -> str:
    """A document's head, up to what is selected of the one field."""
    passed = ", ".join(f"{name}: ${name}" for name in root.absent)
    declared = ", ".join(f"${name}: {root.field.args[name].type}" for name in root.absent)
    return (
        f"{root.kind} {f'({declared})' if declared else ''} {{ {root.name}{f'({passed})' if passed else ''}"
    )


def _code(response: Any) -> str:
    return str(response.json()["errors"][0]["extensions"]["code"])


def _told(response: Any, id_: str = "", absent: str = "") -> tuple[int, str]:
    """Status and answer, with the moment left out, and one absent id in the place of the other."""
    text = re.sub(r'"(asOf|knownAt)":"[^"]*"', "", response.text)
    return response.status_code, text.replace(id_, absent) if id_ else text


def test_a_field_that_is_a_question_of_its_own_is_refused_within_another(town: Town, wide: Service) -> None:
    tell_what_may_be_known(town)
    town.resolve(PEOPLE)
    wide.services.live.read()
    tried = 0
    for caller in callers("person", may=True):
        for field, question in WITHIN.items():
            selected = "recordId" if field == "records" else "says"
            ask = f'{{ person(id: "P-ann") {{ people {{ id {field} {{ {selected} }} }} }} }}'
            response = wide.ask(ask, **caller)
            if question in in_force().questions(caller["role"], caller["purpose"]):
                assert response.status_code == 200, response.text
            else:
                assert (response.status_code, _code(response)) == (403, "MAST-302")
                assert response.json()["data"] is None
                tried += 1
    assert tried > 4
