"""Cypher, log and JSON injection in every text that the schema takes: nothing runs, nothing is repeated."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest
from tests.api.attacks.conftest import nodes
from tests.api.attacks.walk import Place, callers, places
from tests.api.shields.conftest import PEOPLE, tell_what_may_be_known
from tests.town import Service, Town

pytestmark = pytest.mark.graph

MARK = "zqxjkvbw"
"""Is in no word of ours."""

CYPHER = (
    f"' OR 1=1 RETURN n // {MARK}",
    f'"}}) DETACH DELETE n // {MARK}',
    f"P-1'}}) MATCH (n) SET n.{MARK} = 1 //",
    f"\\u0027}}) MATCH (n) DETACH DELETE n // {MARK}",
    f"`{MARK}`) CALL apoc.load.json('http://127.0.0.1:1/{MARK}') //",
    f"$address}} {MARK} $ids",
    f"LOAD CSV FROM 'file:///etc/passwd' AS {MARK}",
)
LOG = (
    f'{MARK}\n{{"event": "answer", "outcome": "answered"}}',
    f"{MARK}\r\nERROR mast.api forged",
    f"{MARK}\x1b[2J\x1b]0;title\x07",
    f"{MARK} %s %(asctime)s {{0}} {{self.__class__}} ${{jndi:ldap://127.0.0.1/a}}",
    f"{MARK}\u2028\u0085\x00 \ud7ff \ufffe",
    f'"}}], "{MARK}": [{{"',
)


@pytest.fixture
def stored(town: Town, wide: Service) -> list[dict[str, Any]]:
    """The town's graph before anything is tried."""
    tell_what_may_be_known(town)
    town.resolve(PEOPLE)
    wide.services.live.read()
    town._lease.release()
    return nodes(town)


@pytest.mark.parametrize("root", dict.fromkeys(place.root.name for place in places()))
def test_a_text_is_never_more_than_a_text(
    town: Town,
    wide: Service,
    stored: list[dict[str, Any]],
    root: str,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caller = callers(root, may=True)[0]
    caplog.set_level(logging.DEBUG)
    logging.getLogger("httpx").setLevel(logging.WARNING)
    logging.getLogger("neo4j").setLevel(logging.WARNING)  # it logs parameters only below this
    for place in (each for each in places() if each.root.name == root):
        _tried(wide, caller, place)
        assert nodes(town) == stored, place
    path = wide.services.settings.data / "audit.jsonl"
    written = path.read_bytes()
    assert MARK.encode() not in written
    for line in written.splitlines():
        assert json.loads(line)["event"] in ("begun", "intent", "answer", "refused")
    assert MARK not in caplog.text
    printed = capfd.readouterr()
    assert MARK not in printed.out + printed.err


def _tried(wide: Service, caller: dict[str, Any], place: Place) -> None:
    for payload in (*CYPHER, *LOG):
        response = wide.ask(place.root.document, **caller, **place.filled(payload, place.root.absent))
        # Nothing was ever resolved here, so that decisions about people are refused as not yet.
        assert response.status_code < 500 or "MAST-251" in response.text, (place, payload, response.text)
        assert MARK not in response.text, (place, payload)
    body = {"query": place.root.document, "variables": place.filled(f"{MARK} \ud800", place.root.absent)}
    token = wide.token(caller["role"], caller["purpose"])
    response = wide.post(json.dumps(body).encode(), Authorization=f"Bearer {token}")
    assert response.json()["errors"][0]["extensions"]["code"] == "MAST-312", (place, response.text)
    assert (response.status_code, MARK in response.text) == (400, False), place


def test_every_place_of_the_schema_that_takes_a_text_is_tried() -> None:
    """The walk finds texts in lists and in inputs, so that a new one is tried by itself."""
    found = {str(place) for place in places()}
    assert {"searchPeople.aliases.familyName", "concernsAtAddress.parts.lines", "splitRecords.records",
            "auditTrail.subject", "shield.reason", "person.after"} <= found  # fmt: skip
    assert len(found) > 50
