"""Alerts over HTTP: who may see which, that they say what they rest on, and who took notice."""

from __future__ import annotations

import datetime as dt
from base64 import urlsafe_b64decode
from pathlib import Path
from typing import Any

import pytest
from tests.api.conftest import Serve
from tests.api.triggers.alerts import RESULT, Desk
from tests.town import NOW, Service, Town, ago

from mast_analytics.rule_yaml import SHIPPED
from mast_api.audit.staff import StaffList
from mast_api.schema.alerts import NOT_SHOWN
from mast_api.triggers.keeping import AlertKeeper
from mast_graph.directory import Team, write_directory
from mast_graph.lease import Lease
from mast_graph.store import Store
from mast_graph.trigger_rules import StoredBacktest, put_backtests
from mast_resolver.errors import LeaseHeldError

ALERTS = """query ($state: AlertState, $rule: String = "", $first: Int = 10, $after: String,
  $severity: AlertSeverity) {
  alerts(state: $state, rule: $rule, severity: $severity, first: $first, after: $after) {
    edges { cursor node { id rule title severity owner { id name phone hours } state at aboutIds retractedAt
      says acknowledgedBy disposition undelivered
      contactCount undated { title count agency { name } }
      contacts { type agency { name } team { name phone hours } } } }
    pageInfo { hasNextPage endCursor } notShown } }"""
ONE = """query ($id: ID!) { alert(id: $id) { id severity owner { name phone hours } aboutIds
  contacts { agency { name } team { name phone hours } } acts { by disposition } } }"""
TAKE_NOTICE = """mutation ($id: ID!, $disposition: Disposition) {
  acknowledgeAlert(id: $id, disposition: $disposition) { id acknowledgedBy disposition } }"""
BACKTEST = """{ ruleBacktest { rule alerts inForce warning acknowledged useful wrong
  triedWith overlaps { rule alerts same } workload { teamId alerts perWeek busiestWeek }
  usefulShare { ofThem judged perCent } } }"""
RULES = "{ alertRules { rule title inForce warning } }"
HOME = "14 Mill Lane, Walsall, WS1 1AA"
ANALYST = {"role": "safeguarding-analyst", "purpose": "safeguarding-enquiry"}
OFFICER = {"role": "information-governance-officer", "purpose": "information-governance"}


@pytest.fixture
def desk(town: Town) -> Desk:
    return Desk.of(town)


@pytest.fixture
def brought(desk: Desk) -> Desk:
    """Ann was not brought twice, Bea three times and is in care."""
    for name, days in (("Ann", 60), ("Ann", 40), ("Bea", 30), ("Bea", 20)):
        desk.town.says(
            "nhs",
            name,
            person=f"{name} Lee",
            contact="WAS_NOT_BROUGHT",
            at=ago(days),
            contact_id=f"{name}{days}",
        )
    desk.resolve({"ann": [("nhs", "Ann")], "bea": [("nhs", "Bea")]})
    return desk


@pytest.fixture
def service(brought: Desk, serve: Serve) -> Service:
    assert brought
    return serve()


def ask(
    service: Service, document: str, *, who: dict[str, str] = ANALYST, **variables: Any
) -> dict[str, Any]:
    answer = service.ask(document, **variables, **who).json()
    assert "errors" not in answer, answer
    return dict(answer["data"])


def nodes(answer: dict[str, Any]) -> list[dict[str, Any]]:
    return [edge["node"] for edge in answer["alerts"]["edges"]]


def test_an_alert_says_what_it_rests_on_and_what_it_is_not(service: Service) -> None:
    bea, ann = nodes(ask(service, ALERTS))
    assert (bea["aboutIds"], ann["aboutIds"]) == (["P-bea"], ["P-ann"])
    assert (ann["state"], ann["owner"]["id"], ann["rule"]) == (
        "OPEN",
        "nhs-safeguarding",
        "child-not-brought-twice/3",
    )
    assert ann["says"][1] == ("It rests on 2 contacts: 2 x Child was not brought to an appointment (Nhs)."), (
        "the day of the earlier one is not for them"
    )
    assert [(each["title"], each["agency"]["name"], each["count"]) for each in ann["undated"]] == [
        ("Child was not brought to an appointment", "Nhs", 1)
    ]
    assert "no referral was made" in ann["says"][-1]


def test_pages_follow_each_other(service: Service) -> None:
    first = ask(service, ALERTS, first=1)["alerts"]
    assert first["pageInfo"]["hasNextPage"]
    then = ask(service, ALERTS, first=1, after=first["pageInfo"]["endCursor"])["alerts"]
    assert not then["pageInfo"]["hasNextPage"]
    assert [edge["node"]["aboutIds"] for edge in (*first["edges"], *then["edges"])] == [["P-bea"], ["P-ann"]]


def test_one_alert_says_whom_to_ring_and_who_did_what(service: Service, desk: Desk) -> None:
    owner = Team(
        "nhs-safeguarding", "nhs", "Safeguarding nurses", "01922 555 0142", "Monday to Friday 9 to 5"
    )
    ann = nodes(ask(service, ALERTS))[1]
    before = ask(service, ONE, id=ann["id"])["alert"]
    assert before["owner"]["name"] == "nhs-safeguarding", "the directory does not know them"
    assert before["owner"]["phone"], "so the duty desk is rung"
    desk.town.store.write(lambda tx: write_directory(tx, at=NOW, teams=[owner]))
    ask(service, TAKE_NOTICE, id=ann["id"])
    ask(service, TAKE_NOTICE, id=ann["id"], disposition="KNOWN")
    found = ask(service, ONE, id=ann["id"])["alert"]
    assert found["owner"] == {"name": owner.name, "phone": owner.phone, "hours": owner.hours}
    assert {each["team"]["name"] for each in found["contacts"]} == {"nhs duty desk"}
    assert {each["team"]["phone"] for each in found["contacts"]} == {"01922 555 0100"}
    assert [each["disposition"] for each in found["acts"]] == [None, "KNOWN"]
    assert len({each["by"] for each in found["acts"]}) == 1
    assert found["aboutIds"] == ["P-ann"]


@pytest.mark.parametrize("document", [ONE, TAKE_NOTICE], ids=["one alert", "notice of one"])
def test_an_alert_about_ones_own_is_a_look_at_them(
    brought: Desk, serve: Serve, tmp_path: Path, document: str
) -> None:
    staff = StaffList(tmp_path / "staff.sealed", brought.town.keys)
    staff.write({"officer-7": ["P-ann"]})
    served = serve(staff=staff)
    bea, ann = nodes(ask(served, ALERTS))
    asked = """{ accessReview { flags { reason aboutId count } } }"""
    ask(served, document, id=bea["id"])
    assert served.answer(asked, **OFFICER)["flags"] == []
    ask(served, document, id=ann["id"])
    assert served.answer(asked, **OFFICER)["flags"] == [
        {"reason": "OWN_HOUSEHOLD", "aboutId": "P-ann", "count": 1}
    ]


def test_alerts_are_listed_by_how_much_the_pattern_matters(service: Service) -> None:
    (matters,) = {node["severity"] for node in nodes(ask(service, ALERTS))}
    assert len(nodes(ask(service, ALERTS, severity=matters))) == 2
    assert nodes(ask(service, ALERTS, severity="CRITICAL" if matters != "CRITICAL" else "LOW")) == []


def test_alerts_that_were_never_delivered_can_be_asked_for(service: Service, desk: Desk) -> None:
    asked = "{ alerts(undelivered: true) { edges { node { aboutIds undelivered } } } }"
    assert nodes(ask(service, asked)) == []
    desk.town.store.define("MATCH (alert:Alert)-[:ABOUT]->({id: 'P-ann'}) SET alert.dead = true")
    assert nodes(ask(service, asked)) == [{"aboutIds": ["P-ann"], "undelivered": True}]


def test_rules_are_listed_with_those_that_ended(service: Service, desk: Desk) -> None:
    desk.disable("marac-repeat")
    rules = {each["rule"]: each for each in ask(service, RULES)["alertRules"]}
    assert len(rules) == len(list(SHIPPED.glob("*.yaml")))
    assert not rules["marac-repeat/2"]["inForce"]
    assert rules["third-agency/2"] == {
        "rule": "third-agency/2",
        "title": "First contact from a third agency",
        "inForce": True,
        "warning": "",
    }


def test_who_took_notice_first_stays_on_record(service: Service) -> None:
    ann = nodes(ask(service, ALERTS))[1]
    taken = ask(service, TAKE_NOTICE, id=ann["id"])["acknowledgeAlert"]
    again = ask(service, TAKE_NOTICE, id=ann["id"], disposition="USEFUL")["acknowledgeAlert"]
    assert taken["acknowledgedBy"] == again["acknowledgedBy"]
    assert (taken["disposition"], again["disposition"]) == (None, "USEFUL")
    assert [node["aboutIds"] for node in nodes(ask(service, ALERTS, state="OPEN"))] == [["P-bea"]]
    (seen,) = nodes(ask(service, ALERTS, state="ACKNOWLEDGED"))
    assert (seen["state"], seen["disposition"]) == ("ACKNOWLEDGED", "USEFUL")


def test_what_people_said_of_alerts_is_the_precision_of_a_rule(service: Service, desk: Desk) -> None:
    bea, ann = nodes(ask(service, ALERTS))
    ask(service, TAKE_NOTICE, id=ann["id"], disposition="USEFUL")
    ask(service, TAKE_NOTICE, id=bea["id"], disposition="WRONG")
    kept = StoredBacktest("child-not-brought-twice/3", "d", ago(90), NOW, False, NOW, RESULT)
    desk.lease.write(lambda tx, _: put_backtests(tx, [kept]))
    (found,) = ask(service, BACKTEST, who=OFFICER)["ruleBacktest"]
    assert (found["alerts"], found["inForce"], found["acknowledged"]) == (7, True, 2)
    assert found["usefulShare"] == {"ofThem": 1, "judged": 2, "perCent": 50.0}
    assert found["triedWith"] == ["open-elsewhere/2", "third-agency/2"]
    assert found["overlaps"] == [{"rule": "third-agency/2", "alerts": 2, "same": 3}]
    assert found["workload"] == {"teamId": "o", "alerts": 9, "perWeek": 0.7, "busiestWeek": 4}
    assert found["warning"] == ""


def test_what_a_rule_is_worth_counts_what_its_asker_is_shown(service: Service, desk: Desk) -> None:
    """A number of the others would tell of withheld contacts by their kind; who sees none judges the rule."""
    for node in nodes(ask(service, ALERTS)):
        ask(service, TAKE_NOTICE, id=node["id"], disposition="WRONG")
    kept = StoredBacktest("child-not-brought-twice/3", "d", ago(90), NOW, False, NOW, RESULT)
    desk.lease.write(lambda tx, _: put_backtests(tx, [kept]))
    desk.town.store.define(
        "MATCH (contact:Contact {at: datetime($at)}) SET contact.agreement = 'of-others'".replace(
            "$at", repr(ago(60).isoformat())
        )
    )

    def counted(who: dict[str, str]) -> tuple[int, int]:
        (found,) = ask(service, BACKTEST, who=who)["ruleBacktest"]
        return found["acknowledged"], found["wrong"]

    assert len(nodes(ask(service, ALERTS))) == 1
    assert counted(ANALYST) == (1, 1)
    assert counted(OFFICER) == (2, 2)


def test_who_may_not_see_a_class_is_told_that_there_may_be_more_and_cannot_acknowledge_it(
    service: Service, desk: Desk
) -> None:
    found = nodes(ask(service, ALERTS))
    desk.town.store.define("MATCH (term:AgreementTerm {data_class: 'health'}) DETACH DELETE term")
    never = ask(service, ALERTS, severity="CRITICAL")["alerts"]
    assert never["edges"] == []
    assert "whether or not there are any" in never["notShown"][0]
    (severity,), (rule,) = ({node[name] for node in found} for name in ("severity", "rule"))
    for wanted in ({}, {"first": 1}, {"severity": severity}, {"rule": rule}, {"state": "OPEN", "first": 1}):
        assert ask(service, ALERTS, **wanted)["alerts"] == never, "no filter, page or number tells of one"
    refused = service.ask(TAKE_NOTICE, id=found[0]["id"], **ANALYST).json()
    assert refused["errors"][0]["extensions"]["code"] == "MAST-291"


def test_a_cursor_tells_neither_moment_nor_id(service: Service) -> None:
    page = ask(service, ALERTS, first=1)["alerts"]
    told = urlsafe_b64decode(page["pageInfo"]["endCursor"])
    assert not [each for each in (page["edges"][0]["node"]["id"], "2026") if each.encode() in told]


@pytest.mark.parametrize("role", ["response-officer", "researcher", "steward", "administrator"])
def test_others_may_not_ask(service: Service, role: str) -> None:
    purposes = {
        "response-officer": "safeguarding-response",
        "researcher": "research",
        "administrator": "operation",
    }
    answer = service.ask(ALERTS, role=role, purpose=purposes.get(role, "safeguarding-enquiry")).json()
    assert answer["errors"][0]["extensions"]["code"] == "MAST-302"


def test_an_alert_about_somebody_shielded_is_gone_at_once_and_cannot_be_told(
    service: Service, desk: Desk
) -> None:
    before = [node["id"] for node in nodes(ask(service, ALERTS))]
    desk.town.says(
        "nhs",
        "Ann",
        person="Ann Lee",
        contact="WAS_NOT_BROUGHT",
        at=ago(40),
        contact_id="Ann40",
        shielded="person",
    )
    desk.town.resolve()
    for _ in ("before it is worked out", "and after"):
        assert [node["aboutIds"] for node in nodes(ask(service, ALERTS))] == [["P-bea"]]
        assert ask(service, ALERTS)["alerts"]["notShown"] == [NOT_SHOWN]
        refused = service.ask(TAKE_NOTICE, id=before[1], **ANALYST).json()
        assert refused["errors"][0]["extensions"]["code"] == "MAST-291"
        one, none = (service.ask(ONE, id=id_, **ANALYST).json() for id_ in (before[1], "AL-never"))
        assert one["errors"] == none["errors"], "nothing tells the two apart"
        desk.work_out()


def test_a_household_that_only_somebody_shielded_ties_to_it_is_in_no_alert(desk: Desk, serve: Serve) -> None:
    homes = {"q": HOME, "s": HOME, "r": "9 Mill Lane, Walsall, WS1 1AB"}
    lives = (ago(400), None)
    for who, place in homes.items():
        desk.town.says("housing", who, person=f"{who} Lee", place=place, lives=lives)
    for days in (60, 30, 10):
        for who in ("q", "r"):
            desk.town.says(
                "police",
                who,
                person=f"{who} Lee",
                contact="WELFARE_CHECK",
                at=ago(days),
                contact_id=f"c{days}",
            )
    desk.resolve({who: [("housing", who), ("police", who)] for who in homes})
    service = serve()
    (alert,) = nodes(ask(service, ALERTS))
    assert len(alert["aboutIds"]) == 2
    desk.town.says("housing", "q", person="q Lee", place=HOME, lives=lives, shielded="person")
    desk.town.resolve()
    for _ in ("before it is worked out", "and after"):
        (alert,) = nodes(ask(service, ALERTS))
        assert len(alert["aboutIds"]) == 1
        desk.work_out()
    assert nodes(ask(service, ALERTS, state="RETRACTED")) == []


def test_of_many_of_one_kind_a_practitioner_sees_the_latest_and_how_many_there_are(service: Service) -> None:
    who = {"role": "safeguarding-practitioner", "purpose": "safeguarding-enquiry"}
    for alert in nodes(ask(service, ALERTS, who=who)):
        assert [each["type"] for each in alert["contacts"]] == ["WAS_NOT_BROUGHT"]
        assert "It rests on 2 contacts" in alert["says"][1]
        assert alert["contactCount"] == 2


def test_what_person_does_not_show_no_alert_shows_but_where_it_is_agreed(
    service: Service, desk: Desk
) -> None:
    """The latest is that of the person, not of an alert that is older than it."""
    who = {"role": "safeguarding-practitioner", "purpose": "safeguarding-enquiry"}
    old = nodes(ask(service, ALERTS, who=who))[1]
    assert (old["aboutIds"], len(old["contacts"]), old["at"]) == (["P-ann"], 1, ago(40).isoformat())
    desk.town.says("nhs", "Ann", person="Ann Lee", contact="WAS_NOT_BROUGHT", at=ago(2), contact_id="Ann2")
    desk.resolve({"ann": [("nhs", "Ann")]})
    for caller in (who, ANALYST):
        (now,) = [node for node in nodes(ask(service, ALERTS, who=caller)) if node["id"] == old["id"]]
        assert (now["contacts"], now["at"], now["contactCount"]) == ([], None, 2)
        assert [each["count"] for each in now["undated"]] == [2]
        assert now["says"][1].startswith("It rests on 2 contacts: "), "no day of either is told"
    desk.town.store.define("MATCH (term:AgreementTerm {data_class: 'health'}) SET term.view = 'full'")
    (now,) = [node for node in nodes(ask(service, ALERTS, who=ANALYST)) if node["id"] == old["id"]]
    assert (len(now["contacts"]), now["at"], now["undated"]) == (2, ago(40).isoformat(), [])
    assert " from 3 September 2026 to 23 September 2026: " in now["says"][1]


def test_a_later_contact_that_may_not_be_seen_changes_no_alert(service: Service, desk: Desk) -> None:
    before = nodes(ask(service, ALERTS))
    desk.town.says(
        "nhs",
        "Ann",
        person="Ann Lee",
        contact="WAS_NOT_BROUGHT",
        at=ago(2),
        contact_id="Ann2",
        agreement="of-others",
    )
    desk.town.resolve({"ann": [("nhs", "Ann")]})
    assert nodes(ask(service, ALERTS)) == before


def test_a_rule_in_force_that_raised_nothing_is_said_to_be_in_force(service: Service, desk: Desk) -> None:
    kept = StoredBacktest("marac-repeat/2", "d", ago(90), NOW, False, NOW, RESULT)
    desk.lease.write(lambda tx, _: put_backtests(tx, [kept]))
    (found,) = ask(service, BACKTEST)["ruleBacktest"]
    assert found["inForce"]


def test_the_service_works_out_what_the_clock_brings(store: Store) -> None:
    with Lease.acquire(store, "tests") as lease:
        desk = Desk(Town(store, lease), lease)
        desk.enable("not-seen-again", since=ago(900))
        desk.town.says("nhs", "1", person="Ann Lee", contact="WAS_NOT_BROUGHT", at=ago(3), contact_id="m")
        desk.resolve({"ann": [("nhs", "1")]})
        moment = [NOW]
        keeper = AlertKeeper(store, clock=lambda: moment[0], raised=lambda: None, warn=pytest.fail)
        assert keeper.look() == 0
        moment[0] = NOW + dt.timedelta(days=12)
        with pytest.raises(LeaseHeldError):
            keeper.look()
    assert keeper.look() == 1
    assert desk.standing() == {("not-seen-again/1", "stands", frozenset({"P-ann"}))}
