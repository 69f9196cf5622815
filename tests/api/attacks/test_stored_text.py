"""Texts that were stored, by feeds, directories, agreements, rules, reasons and names of users, and are read.

What was taken as a text stays one: nothing in it runs, and no log has it but as a text within one line.
"""

from __future__ import annotations

import json
import logging
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest
from tests.api.attacks.test_injection import CYPHER, LOG, MARK
from tests.api.attacks.walk import Place, callers, places, roots
from tests.api.triggers.alerts import NOT_SEEN
from tests.everything import asking_everything
from tests.graph_contents import rows
from tests.register import BORN, DECIDE, HOME, Register
from tests.town import AGENCIES, AGREEMENT, NOW, Service, Town, ago

from mast_analytics.rule_yaml import parse_rule
from mast_graph.agreements import write_agreement
from mast_graph.directory import Agency, Team, write_directory
from mast_graph.lease import Lease
from mast_graph.store import Login, Store
from mast_graph.trigger_rules import RuleInForce, put_rule

pytestmark = pytest.mark.graph

HTML: Final = f"<script>{MARK}</script><img src=x onerror={MARK}>"
MARKUP: Final = f"[/bold] [red]{MARK}[/nothing]"
EVERY: Final = (*CYPHER, *LOG, HTML, MARKUP)
WHOLE: Final = " ".join(each.replace("\x00", "") for each in (CYPHER[2], LOG[0], LOG[2], HTML))
"""Of several kinds, at most 500 characters."""
SUBJECT: Final = f"o'f\n{MARK}\x1b[2J<b>"
MOST: Final = 200
READ_BACK: Final = {
    "how",
    "why",
    "shields",
    "marks",
    "agreements",
    "auditTrail",
    "breakGlasses",
    "alertRules",
}
"""Questions whose answers have some of it, as it was written."""


@pytest.fixture
def register(store: Store, neo4j_server: Login, tmp_path: Path, town: Town) -> Register:
    """Three records of one person and one of another; every agency, agreement and rule has payloads."""
    town._lease.release()
    register = Register(store, neo4j_server, tmp_path, clock=lambda: NOW)
    for number, text in enumerate(EVERY):
        plain = text.replace("\x00", "")
        register.says("police", f"{number} {plain}", f"Anna{number} {plain}", BORN, place=f"{plain}, {HOME}",
                      contact="WELFARE_CHECK", contact_id=plain, at=ago(number + 1))  # fmt: skip
    for number in range(2):
        register.says("fire", str(number), "Annabel Leeson", BORN, lives=(ago(90), None))
    register.says("nhs", "other", "Tomasz Wojcik", "1961-12-30", contact="ED_ATTENDANCE")
    register.resolve()
    agreed = replace(AGREEMENT, name=WHOLE[:MOST])
    store.write(lambda tx: write_agreement(tx, agreed, at=NOW))
    store.write(
        lambda tx: write_directory(
            tx,
            at=NOW,
            agencies=[Agency(each, WHOLE, WHOLE, f"{each}-duty") for each in AGENCIES],
            teams=[Team(f"{each}-duty", each, WHOLE, WHOLE, WHOLE) for each in AGENCIES],
            agreements=[],
        )
    )
    text = NOT_SEEN.replace("title: Not seen again", f"title: {json.dumps(HTML)}")
    rule = parse_rule("rule.yaml", text.encode())
    stored = RuleInForce(rule.ref, rule.digest, text, ago(900), SUBJECT, NOW)
    with Lease.acquire(store, "tests") as lease:
        lease.write(lambda tx, _: put_rule(tx, rule.id, stored))
    return register


def test_what_was_stored_is_read_back_as_a_text_by_everybody_who_may_ask(
    wide: Service,
    register: Register,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    for name in ("httpx", "neo4j"):
        logging.getLogger(name).setLevel(logging.WARNING)
    wide.services.live.read()
    people = register.rows(
        "MATCH (p:Person)<-[:RESOLVES_TO]-(r:PersonRecord) "
        "RETURN r.id AS id, p.id AS person, r.agency AS agency ORDER BY agency, person"
    )
    (anns, *_), (toms,), (hers, *_) = (
        [each for each in people if each["agency"] == agency] for agency in ("fire", "nhs", "police")
    )
    _decided(wide, anns, toms, hers)
    before = counted(register)
    ids = {"P": anns["person"], "r": anns["id"], "A": _address(register), "H": _household(register)}
    told = Counter[str]()
    for root in roots():
        if root.kind != "query":
            continue
        for caller in callers(root.name, may=True):
            for asked in _asked_of(root.name, root.absent, ids, toms):
                answer = wide.ask(root.document_for(caller), **caller, **asked)
                assert answer.status_code < 500, (root, caller, answer.text)
                told[root.name] += MARK in json.dumps(answer.json().get("data"))
    assert {name for name, many in told.items() if many} >= READ_BACK
    for place in (each for each in places() if each.root.kind == "query" and not each.is_id):
        _tried_with_what_is_there(wide, place, ids)
    assert counted(register) == before
    assert not rows(register.server, "MATCH (n) WHERE $mark IN keys(n) RETURN n", mark=MARK)
    _logs_are_whole(wide, caplog, capfd)


def _decided(wide: Service, anns: dict[str, Any], toms: dict[str, Any], hers: dict[str, Any]) -> None:
    """Everything that takes a reason, by users who are called as payloads are."""
    analyst = ("safeguarding-analyst", "safeguarding-enquiry")
    officer = ("information-governance-officer", "information-governance")

    def says(who: tuple[str, str], document: str, **variables: Any) -> Any:
        token = wide.issuer.issue(*who, minutes=15, subject=SUBJECT + who[0])
        response = wide.post({"query": document, "variables": variables}, Authorization=f"Bearer {token}")
        assert response.status_code == 200, response.text
        (value,) = response.json()["data"].values()
        return value

    def everything(field: str, who: tuple[str, str], **variables: Any) -> Any:
        return says(who, asking_everything(field, kind="mutation"), **variables)

    decision = {"left": anns["id"], "right": toms["id"], "decision": "DIFFERENT"}
    for text in EVERY:
        says(analyst, DECIDE, **decision, reason=text.replace("\ufffe", ""))
    says(analyst, DECIDE, **decision, reason=WHOLE)
    everything("mark", officer, id=hers["person"], kind="OBJECTION", reason=WHOLE)
    everything("breakGlass", analyst, target={"id": hers["person"]}, reason=WHOLE)
    everything("shield", officer, id=hers["person"], reason=WHOLE)


def _asked_of(
    name: str, absent: dict[str, Any], ids: dict[str, str], toms: dict[str, Any]
) -> list[dict[str, Any]]:
    """What is asked of a root field: about what is there, and about what is not."""
    there: dict[str, dict[str, Any]] = {
        "concernsAtAddress": {"address": HOME},
        "searchPeople": {"givenName": "Annabel", "familyName": "Leeson"},
        "person": {"id": ids["P"]}, "address": {"id": ids["A"]}, "household": {"id": ids["H"]},
        "addressHistory": {"id": ids["A"]}, "householdNetwork": {"id": ids["H"]}, "how": {"id": ids["P"]},
        "why": {"left": ids["r"], "right": toms["id"]}, "coResidents": {"person": ids["P"]},
        "pathsBetween": {"left": ids["P"], "right": toms["person"]}, "agencyReferences": {"id": ids["r"]},
        "auditTrail": {"question": "mark"},
    }  # fmt: skip
    return [absent | there.get(name, {}), absent] if name in there else [absent]


def _tried_with_what_is_there(wide: Service, place: Place, ids: dict[str, str]) -> None:
    """A payload in every text, beside ids of what there is."""
    known = {"id": ids["P"], "person": ids["P"], "left": ids["P"], "right": ids["P"], "about": ids["P"]}
    if place.root.name in ("address", "addressHistory"):
        known |= {"id": ids["A"]}
    if place.root.name in ("household", "householdNetwork"):
        known |= {"id": ids["H"]}
    others = place.root.absent | {name: id_ for name, id_ in known.items() if name in place.root.field.args}
    caller = callers(place.root.name, may=True)[0]
    for payload in (WHOLE, SUBJECT):  # each by itself, beside what is not there: test_injection
        answer = wide.ask(place.root.document_for(caller), **caller, **place.filled(payload, others))
        assert answer.status_code < 500, (place, payload, answer.text)


def counted(register: Register) -> dict[str, int]:
    """How many nodes and edges of each kind there are, but for what research notes of its own answers."""
    found = register.rows("MATCH (n) RETURN labels(n)[0] AS kind, count(*) AS many")
    found += register.rows("MATCH ()-[e]->() RETURN type(e) AS kind, count(*) AS many")
    noted = ("Lease", "ResearchCohort", "ResearchLedger")
    return {each["kind"]: each["many"] for each in found if each["kind"] not in noted}


def _address(register: Register) -> str:
    return str(register.rows("MATCH (h:Household)-[:HOUSEHOLD_AT]->(a) RETURN a.id AS id")[0]["id"])


def _household(register: Register) -> str:
    return str(register.rows("MATCH (h:Household) RETURN h.id AS id")[0]["id"])


def _logs_are_whole(
    wide: Service, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """One entry a line, each of ours; of what was stored only the name of who asked, as a text within one."""
    written = (wide.services.settings.data / "audit.jsonl").read_bytes()
    entries = [json.loads(line) for line in written.splitlines()]
    assert {each["event"] for each in entries} <= {"begun", "intent", "answer", "refused", "act"}
    assert b"\x1b" not in written
    for each in entries:
        each.pop("subject", None)
        assert MARK not in json.dumps(each), each
    assert MARK not in caplog.text
    printed = capfd.readouterr()
    assert MARK not in printed.out + printed.err
