"""Who may see which class of contact: every role and purpose, every class, every field that shows contacts.

Of each class there are contacts of its own agency, type and moments, so that a trace of it in an answer, be
it a name, a number's agency or a tie, tells the class.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any, Final

import pytest
from graphql import GraphQLEnumType, GraphQLObjectType, get_named_type
from tests.api.attacks.walk import WITHIN, Root, callers, roots, subscriptions
from tests.api.shields.conftest import HIGH_STREET
from tests.everything import asking_everything
from tests.graph_contents import rows
from tests.town import AGENCIES, AGREEMENT, NOW, Service, Town, ago

from mast_analytics.rule_yaml import parse_rule
from mast_api.access import in_force
from mast_api.schema import build_schema
from mast_api.triggers.working_out import work_out
from mast_graph.agreements import write_agreement
from mast_graph.directory import Agency, Team, write_directory
from mast_graph.store import Login
from mast_graph.trigger_rules import RuleInForce, put_rule
from mast_resolver.vocabulary import vocabulary

pytestmark = pytest.mark.graph

KINDS: Final = {
    "adults": "SAFEGUARDING_CONCERN", "children": "CHILDREN_REFERRAL", "education": "SCHOOL_CONCERN",
    "fire": "FIRE_INCIDENT", "health": "ED_ATTENDANCE", "housing": "ASB_CASE",
    "justice": "PROBATION_SUPERVISION", "mental_health": "CAMHS_REFERRAL", "police": "WELFARE_CHECK",
    "sensitive_health": "SEXUAL_HEALTH_CONTACT",
}  # fmt: skip
"""A type of each class."""

SHOWING: Final = {
    "concernsAtAddress", "address", "person", "household", "searchPeople", "householdNetwork",
    "networkExtract", "pathsBetween", "agencyReferences", "alert", "alerts", "breakGlass", "behindGlass",
}  # fmt: skip
"""Root fields that show contacts, or what follows from them."""
OF_FIGURES: Final = {
    "contactVolumes", "escalationPaths", "timeToEvent", "transitionMatrix", "predictorEvaluations",
    "researchChoices", "ruleBacktest", "release", "releases", "proposeRelease", "decideRelease",
}  # fmt: skip
"""They have figures, and none of few people: tests/api/research, tests/api/triggers/test_trials.py."""
OF_WHO_SENT: Final = {
    "agencies", "feeds", "dataQuality", "how", "why", "agreements", "auditTrail", "addressHistory",
    "breakGlasses", "shields",
}  # fmt: skip
"""What an agency is, sends, keeps, says or agreed to; no contact is shown."""

RULE: Final = """\
id: {name}
version: 1
title: A rule
description: Two of a kind.
severity: medium
owner: mash
gateway: Children Act 2004 section 11
review_by: 2027-06-30
select:
  one: {{type: {type}}}
correlation:
  type: event_count
  rules: [one]
  group_by: person
  timespan: 12 months
  condition: {{gte: 2}}
outcome: {{type: CHILDREN_REFERRAL, within: 30 days}}
tests:
  - name: two
    events: [{{id: a, type: {type}, at: 2026-01-01 10:00}}, {{id: b, type: {type}, at: 2026-01-02 10:00}}]
    alerts: [[a, b]]
  - name: one
    events: [{{id: a, type: {type}, at: 2026-01-01 10:00}}]
    alerts: []
"""


def agency(class_: str) -> str:
    return f"of-{class_.replace('_', '-')}"


def at(class_: str, number: int) -> dt.datetime:
    """When the contacts of a class were: no two at one moment."""
    return ago(20 + 20 * number).replace(minute=sorted(KINDS).index(class_), second=number)


@dataclass(frozen=True)
class House:
    """Ids of a house and its household, and of each class that of its alert and of its contacts."""

    address: str
    home: str
    alerts: dict[str, str]
    contacts: dict[str, list[str]]

    def traces(self, told: str, *, of_contacts: bool = False) -> set[str]:
        """Classes of which there is a trace in an answer: of contacts, and, if not only so, of agencies."""
        found = set()
        for class_, type_ in KINDS.items():
            marks = [at(class_, number).isoformat()[:19] for number in (1, 2)]
            marks += [f'"{type_}"', *self.contacts[class_]]
            if not of_contacts:
                marks += [f'"{agency(class_)}', vocabulary().contact_type(type_).title]
            if any(mark in told for mark in marks):
                found.add(class_)
        return found


@pytest.fixture
def house(town: Town, wide: Service, neo4j_server: Login) -> House:
    """A house in which of each class something happened: to two people, at the place, to one in hiding."""
    agreed = replace(
        AGREEMENT,
        id="classes-2026",
        parties=(*AGENCIES, *map(agency, KINDS)),
        purposes=(*AGREEMENT.purposes, "child-protection-enquiry", "research"),
    )
    town.store.write(lambda tx: write_agreement(tx, agreed, at=NOW))
    town.store.write(_directory)
    for number, class_ in enumerate(sorted(KINDS)):
        _of_class(town, class_, number)
    lives: dict[str, Any] = {"place": HIGH_STREET, "lives": (ago(900), None)}
    town.says("housing", "ann", person="Ann Leeson", **lives)
    town.says("housing", "ben", person="Benedict Hall", **lives)
    town.says("housing", "eve", person="Evelyn Abara", shielded="person", **lives)
    names = ("ann", "ben", "eve")
    town.resolve({name: [("housing", name), *((agency(each), name) for each in KINDS)] for name in names})
    work_out(town.store, town._lease, now=NOW)
    town._lease.release()
    wide.services.live.read()
    found = rows(
        neo4j_server,
        """
        MATCH (home:Household)
        RETURN home.id AS home,
          COLLECT { MATCH (alert:Alert) RETURN [alert.rule, alert.id] ORDER BY alert.rule } AS alerts,
          COLLECT { MATCH (c:Contact) RETURN DISTINCT [c.data_class, c.id] } AS contacts
        """,
    )[0]
    contacts = {class_: [id_ for of, id_ in found["contacts"] if of == class_] for class_ in KINDS}
    alerts = {sorted(KINDS)[int(rule[5:-2])]: id_ for rule, id_ in found["alerts"]}
    return House(town.address(HIGH_STREET), found["home"], alerts, contacts)


def _of_class(town: Town, class_: str, number: int) -> None:
    text = RULE.format(name=f"rule-{number}", type=KINDS[class_])
    rule = parse_rule("rule.yaml", text.encode())
    stored = RuleInForce(rule.ref, rule.digest, text, ago(900), "officer-1", NOW)
    town._lease.write(lambda tx, _: put_rule(tx, rule.id, stored))
    for each in (1, 2):
        happened: dict[str, Any] = {
            "contact": KINDS[class_],
            "at": at(class_, each),
            "agreement": "classes-2026",
        }
        for name in ("Ann Leeson", "Benedict Hall", "Evelyn Abara"):
            # Ann and Ben are in it both; what happened to Eve is hers alone.
            id_ = f"{class_}-{each}" + ("-hers" if name.startswith("E") else "")
            town.says(agency(class_), name[:3].lower(), person=name, contact_id=id_, **happened)
        town.says(agency(class_), "place", place=HIGH_STREET, contact_id=f"{class_}-{each}", **happened)


def _directory(tx: Any) -> None:
    known = [*AGENCIES, *map(agency, KINDS)]
    write_directory(
        tx,
        at=NOW,
        agencies=[Agency(each, each, "kind", f"{each}-duty") for each in known],
        teams=[Team(f"{each}-duty", each, "duty desk", "01922 1", "9 to 5") for each in known]
        + [Team("mash", "council-children", "MASH", "01922 555 0199", "9 to 5")],
        agreements=[],
    )


def asked_of(house: House) -> dict[str, list[dict[str, Any]]]:
    """What is asked of each root field that shows contacts."""
    alerts = [{"id": id_} for id_ in house.alerts.values()]
    more = {"first": 100, "since": ago(800).isoformat()}
    return {
        "concernsAtAddress": [{"address": HIGH_STREET, **more}],
        "address": [{"id": house.address, **more}],
        "person": [{"id": "P-ann", **more}],
        "household": [{"id": house.home, **more}],
        "searchPeople": [{"givenName": "Ann", "familyName": "Leeson"}],
        "householdNetwork": [{"id": house.home, "depth": 4}],
        "networkExtract": [{}],
        "pathsBetween": [{"left": "P-ann", "right": "P-ben"}],
        "agencyReferences": [{"id": "P-ann"}],
        "alert": alerts,
        "alerts": [{"first": 100}],
        "breakGlass": [{"target": {"id": "P-eve"}, "reason": "somebody's life hangs on it"}],
    }


def test_of_every_class_there_is_a_contact() -> None:
    assert set(KINDS) == set(vocabulary().data_classes)
    assert all(vocabulary().contact_type(type_).data_class == class_ for class_, type_ in KINDS.items())


def test_whoever_asks_sees_those_classes_of_contact_that_they_may_and_no_trace_of_another(
    wide: Service, house: House
) -> None:
    asked = asked_of(house)
    assert {*asked, "behindGlass"} == SHOWING
    tried = 0
    for root in roots():
        for caller in callers(root.name, may=True) if root.name in asked else ():
            may = set(in_force().data_classes(caller["role"], caller["purpose"]))
            # Of records the agencies are told, whatever contacts they have: that is a question of its own.
            document = asking_everything(root.name, kind=root.kind, without=WITHIN)
            answers = [wide.ask(document, **caller, **each) for each in asked[root.name]]
            told = "".join(each.text for each in answers)
            assert house.traces(told) == may, (root, caller)
            tried += 1
            if root.name == "breakGlass":
                glass = answers[0].json()["data"]["breakGlass"]["id"]
                behind = wide.ask(asking_everything("behindGlass"), **caller, id=glass)
                assert house.traces(behind.text) == may, caller
            if (with_records := root.document_for(caller)) != document:
                answer = wide.ask(with_records, **caller, **asked[root.name][0])
                assert house.traces(answer.text, of_contacts=True) <= may, (root, caller)
    assert tried > 40


def test_whoever_takes_notice_of_an_alert_may_see_the_class_that_it_rests_on(
    wide: Service, house: House
) -> None:
    document = asking_everything("acknowledgeAlert", kind="mutation")
    for caller in callers("acknowledgeAlert", may=True):
        may = set(in_force().data_classes(caller["role"], caller["purpose"]))
        done = {class_: wide.ask(document, **caller, id=id_) for class_, id_ in house.alerts.items()}
        assert {class_ for class_, answer in done.items() if answer.status_code == 200} == may
        assert {done[class_].json()["errors"][0]["extensions"]["code"] for class_ in set(KINDS) - may} == {
            "MAST-291"
        }


def test_whatever_else_is_asked_shows_no_contact(wide: Service, house: House) -> None:
    about = {"person": "P-ann", "left": "P-ann", "right": "P-ben", "about": "P-ann"}
    for root in roots():
        if root.name in SHOWING or root.kind == "mutation":
            continue
        known = {"id": house.address} if root.name == "addressHistory" else about
        asked = root.absent | {name: value for name, value in known.items() if name in root.field.args}
        for caller in callers(root.name, may=True):
            answer = wide.ask(root.document_for(caller), **caller, **asked)
            may = in_force().data_classes(caller["role"], caller["purpose"])
            seen = may if root.name in OF_FIGURES else frozenset[str]()
            found = house.traces(answer.text, of_contacts=root.name in OF_FIGURES | OF_WHO_SENT)
            assert found <= seen, (root, caller)


def test_every_field_that_can_show_a_contact_is_tried() -> None:
    """By the schema: whatever leads to a type or a value that is named for contacts, or to agencies."""
    core = build_schema(introspection=False).core
    assert core.subscription_type is not None
    leading = {root.name for root in roots() if _leads_to_contacts(root)}
    assert leading - OF_FIGURES - OF_WHO_SENT == SHOWING
    told = {
        name
        for name in subscriptions()
        if _leads_to_contacts(Root(name, "subscription", core.subscription_type.fields[name]))
    }
    # Alerts are tried by everybody who may subscribe to them in tests/api/triggers/test_raised.py; the others
    # tell which agency sent a file, and which one's officer broke a glass.
    assert told == {"alertRaised", "feedReceived", "glassBroken"}


def _leads_to_contacts(root: Root) -> bool:
    waiting, seen = [get_named_type(root.field.type)], set[str]()
    while waiting:
        type_ = waiting.pop()
        if isinstance(type_, GraphQLEnumType) and "CONTACT" in type_.values:
            return True
        if not isinstance(type_, GraphQLObjectType) or type_.name in seen:
            continue
        seen.add(type_.name)
        if "Contact" in type_.name or any("ontact" in name or "agenc" in name for name in type_.fields):
            return True
        waiting += [get_named_type(each.type) for each in type_.fields.values()]
    return False
