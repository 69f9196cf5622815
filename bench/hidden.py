"""What is asked about who is shielded, beside the same about what is not there."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

AROUND: Final = """
UNWIND $addresses AS id
MATCH (:Address {id: id})<-[:HOUSEHOLD_AT]-(h:Household)<-[stay:MEMBER_OF]-(p:Person)
WHERE stay.to > datetime() AND h.recorded_to > datetime() AND p.shielded IS NULL
MATCH (p)<-[is:RESOLVES_TO]-(r:PersonRecord)
WHERE is.recorded_to > datetime()
WITH id, h, p, min(r.id) AS record ORDER BY p.id
WITH id, collect({household: h.id, person: p.id, record: record})[0] AS one
RETURN id AS address, one.household AS household, one.person AS person, one.record AS record
ORDER BY address
"""
"""Of each address somebody who lives there now, a record of theirs, and their household."""

SHIELDED: Final = "MATCH (p:Person) WHERE p.id IN $people AND p.shielded RETURN collect(p.id) AS people"

ALERTS: Final = """
UNWIND $people AS person
MATCH (p:Person {id: person.id})<-[:RESOLVES_TO]-(:PersonRecord)-->(c:Contact)
WITH p, person.alert AS id, collect(DISTINCT c)[..3] AS grounds
CREATE (alert:Alert {id: id, rule: 'bench/1', title: 'Of the bench', description: 'None', severity: 'low',
  owner: 'none', gateway: 'none', group_by: 'person', at: datetime(), raised_at: datetime()})
CREATE (alert)-[:ABOUT {recorded_from: datetime(), recorded_to: datetime('9999-12-31T00:00:00Z')}]->(p)
FOREACH (c IN grounds | CREATE (c)-[:GROUNDS]->(alert))
RETURN count(*) AS made
"""
"""An alert about each of some people: whoever asks for it has its id from before they were shielded."""

NO_ALERTS: Final = "MATCH (alert:Alert {rule: 'bench/1'}) DETACH DELETE alert"

BY_ID: Final = {
    "address": "query ($address: ID!) { address(id: $address) { concerns { outcome caution { text } } } }",
    "person": "query ($person: ID!) { person(id: $person) { people { id homes { addressId } } } }",
    "household": "query ($household: ID!) { household(id: $household) { households { members { id } } } }",
    "addressHistory": "query ($address: ID!) { addressHistory(id: $address) { addressIds personCount } }",
    "householdNetwork": """query ($household: ID!) {
      householdNetwork(id: $household) { people { personId } contactCount } }""",
    "coResidents": "query ($person: ID!) { coResidents(person: $person) { homes { householdId } } }",
    "pathsBetween": """query ($person: ID!, $seen: ID!) {
      pathsBetween(left: $seen, right: $person) { length } }""",
    "networkExtract": "query ($after: ID!) { networkExtract(first: 1, after: $after) { hasNextPage } }",
    "how": "query ($person: ID!) { how(id: $person) { entities { records { recordId } } } }",
    "how, a place": "query ($address: ID!) { how(id: $address) { entities { records { recordId } } } }",
    "why": "query ($person: ID!, $seen: ID!) { why(left: $person, right: $seen) { says } }",
    "why, records": """query ($record: ID!, $seenRecord: ID!) {
      why(left: $record, right: $seenRecord) { says } }""",
    "agencyReferences": "query ($person: ID!) { agencyReferences(id: $person) { references { agencyId } } }",
    "agencyReferences, a record": """query ($record: ID!) {
      agencyReferences(id: $record) { references { agencyId } } }""",
    "alert": "query ($alert: ID!) { alert(id: $alert) { title } }",
    "acknowledgeAlert": "mutation ($alert: ID!) { acknowledgeAlert(id: $alert) { id } }",
    "shield": 'mutation ($person: ID!) { shield(id: $person, reason: "the bench") { shieldId } }',
    "splitRecords": """mutation ($person: ID!, $record: ID!) {
      splitRecords(entity: $person, records: [$record], reason: "the bench") { decisionId } }""",
    "revokeMatchDecision": """mutation ($decision: ID!) {
      revokeMatchDecision(decision: $decision, reason: "the bench") { decisionId } }""",
    **{
        f"recordMatchDecision, {decision}": f"""mutation ($record: ID!, $seenRecord: ID!) {{
          recordMatchDecision(left: $record, right: $seenRecord, decision: {decision}, reason: "the bench") {{
            decisionId }} }}"""
        for decision in ("SAME", "DIFFERENT", "CLEAR")
    },
}
"""By name; of the variables those that begin with `seen` are of somebody who may be seen."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One question: bodies about what is shielded, about what is not there, and again about what is not."""

    name: str
    shielded: list[str]
    absent: list[str]
    absent_too: list[str]


def by_id(around: Sequence[Mapping[str, str]], seen: Mapping[str, str]) -> Iterator[Asked]:
    """Every question that takes an id, about some places and who lives there.

    ``seen`` is a person and a record of theirs who may be seen.
    """
    for name, document in BY_ID.items():
        wanted = set(re.findall(r"\$(\w+):", document))

        def bodies(as_: str, document: str = document, wanted: set[str] = wanted) -> list[str]:
            told = ({**_variables(ids, as_), **seen} for ids in around)
            return [
                json.dumps({"query": document, "variables": {each: ids[each] for each in wanted}})
                for ids in told
            ]

        yield Asked(name, bodies(""), bodies("0"), bodies("1"))


def _variables(ids: Mapping[str, str], as_: str) -> dict[str, str]:
    # A page goes on after any id: what is not there is right behind the one that is shielded.
    return {each: absent(id_, as_) for each, id_ in ids.items()} | {"after": ids["household"] + as_}


def absent(id_: str, as_: str) -> str:
    """An id as long that nobody has, or the id itself.

    Example:
        >>> absent("P-12af", "0"), absent("r12af", "1"), absent("AL-7", "")
        ('P-0000', 'r1111', 'AL-7')
    """
    kind = re.match(r"[A-Z]+-|r", id_)
    begins = kind.end() if kind else 0
    return id_ if not as_ else id_[:begins] + as_ * (len(id_) - begins)
