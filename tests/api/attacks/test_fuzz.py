"""The whole schema fuzzed, over HTTP, on the real graph: no 5xx, no clear text, every request on record."""

from __future__ import annotations

import io
import json
import logging
from typing import Any

import pytest
import schemathesis
from graphql import (
    GraphQLNamedType,
    GraphQLSchema,
    StringValueNode,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    get_named_type,
    parse,
    print_ast,
    visit,
)
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st
from hypothesis_graphql import queries
from schemathesis.core.result import Ok
from tests.api.attacks.walk import ABSENT, EDGES, callers, subscriptions
from tests.api.shields.conftest import HIGH_STREET, PEOPLE, REFUGE, tell_what_may_be_known, tell_what_may_not
from tests.api.subscribing.subscriber import Subscriber
from tests.fresh import SEED, say_how_to_repeat
from tests.town import Service, Town

from mast_api.resolving import resolve_pending
from mast_api.schema import build_schema, schema_text

pytestmark = pytest.mark.graph

EXAMPLES = 12
"""Documents of each root field: 250 or so in all, some ten seconds."""

CLEAR = ("Ann Leeson", "Deirdre", "Okafor", "Petrov", HIGH_STREET, REFUGE, "Haven Refuge", "1990-05-17")
DECISIONS = {f"Mutation.{name}" for name in ("recordMatchDecision", "revokeMatchDecision", "splitRecords")}
OPERATIONS = {
    found.ok().label: found.ok()
    for found in schemathesis.graphql.from_file(io.StringIO(schema_text())).get_all_operations()
    if isinstance(found, Ok)
}


class _Filled(Visitor):
    """Some of the ids of a document exchanged for real ones, texts for what people type, odd dates."""

    def __init__(self, types: TypeInfo, data: st.DataObject, ids: list[str]) -> None:
        super().__init__()
        self._types, self._data, self._ids = types, data, ids

    def enter_string_value(self, node: StringValueNode, *_: object) -> StringValueNode | None:
        wanted = self._types.get_input_type()
        named: GraphQLNamedType | None = get_named_type(wanted) if wanted else None
        pools = {"ID": self._ids, "String": list(CLEAR), **{kind: list(each) for kind, each in EDGES.items()}}
        pool = pools.get(named.name if named else "")
        if pool is None or not self._data.draw(st.booleans()):
            return None
        return StringValueNode(value=self._data.draw(st.sampled_from(pool)), block=False)


@pytest.fixture
def ids(town: Town, wide: Service, request: pytest.FixtureRequest) -> list[str]:
    """Ids of everything there is, and of what is not.

    For a steward's decision the real resolver says who is who, which takes longer: with no model in force
    every decision is told to wait.
    """
    tell_what_may_be_known(town)
    tell_what_may_not(town)
    if request.node.callspec.params["label"] in DECISIONS:
        resolve_pending(town.store, town._lease, town.keys, wide.services.settings.data)
    else:
        town.resolve(PEOPLE)
    wide.services.live.read()
    town._lease.release()
    rows = town.store.read("read.check_nodes", skip=0, limit=1_000)
    kinds = {"Person", "Address", "Household"}
    found = {str(row["properties"]["id"]) for row in rows if kinds & set(row["labels"])}
    records = [town.record(*each) for each in (*PEOPLE["ann"], *PEOPLE["ben"], *PEOPLE["dee"])]
    return [*sorted(found), *records, *ABSENT.values()]


def test_every_root_field_is_fuzzed() -> None:
    core = build_schema(introspection=False).core
    assert core.query_type is not None
    assert core.mutation_type is not None
    wanted = {f"Query.{name}" for name in core.query_type.fields}
    assert set(OPERATIONS) == wanted | {f"Mutation.{name}" for name in core.mutation_type.fields}


@pytest.mark.parametrize("label", sorted(OPERATIONS))
def test_whatever_is_asked_is_answered_or_refused_and_on_record(
    wide: Service, ids: list[str], label: str, caplog: pytest.LogCaptureFixture
) -> None:
    operation, core = OPERATIONS[label], build_schema(introspection=False).core
    allowed = callers(label.partition(".")[2], may=True)
    caplog.set_level(logging.INFO)
    logging.getLogger("httpx").setLevel(logging.WARNING)
    asked: list[str] = []

    say_how_to_repeat()

    @seed(SEED)
    @settings(
        max_examples=EXAMPLES,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(), caller=st.sampled_from(allowed), data=st.data())
    def fuzzed(case: Any, caller: dict[str, Any], data: st.DataObject) -> None:
        types = TypeInfo(core)
        node = visit(parse(str(case.body)), TypeInfoVisitor(types, _Filled(types, data, ids)))
        response = wide.ask(print_ast(node), **caller)
        assert response.status_code < 500, (print_ast(node), response.text)
        assert response.json().keys() == ({"data"} if response.status_code == 200 else {"data", "errors"})
        assert not [text for text in CLEAR if text in response.text], print_ast(node)
        asked.append(response.headers["X-Request-Id"])

    fuzzed()
    written = wide.audited()
    answered = [entry["request"] for entry in written if entry["event"] == "answer"]
    assert answered == asked
    assert len(asked) >= EXAMPLES
    on_record = json.dumps(written) + caplog.text
    assert not [text for text in CLEAR if text in on_record]


@pytest.mark.parametrize("label", subscriptions())
def test_whatever_is_subscribed_to_stands_or_is_refused_and_is_on_record(
    wide: Service, ids: list[str], label: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Over a real socket; hypothesis writes questions only, so the subscriptions are asked of it as such."""
    core = build_schema(introspection=False).core
    documents = queries(GraphQLSchema(query=core.subscription_type), fields=[label])
    tokens = [wide.token(**caller) for caller in callers(label, may=True)]
    caplog.set_level(logging.INFO)
    heard: list[dict[str, Any]] = []

    say_how_to_repeat()

    @seed(SEED)
    @settings(max_examples=EXAMPLES, database=None, deadline=None, suppress_health_check=list(HealthCheck))
    @given(document=documents, token=st.sampled_from(tokens), id_=st.sampled_from(["1", *CLEAR, *ids]))
    def fuzzed(document: object, token: str, id_: str) -> None:
        with Subscriber(wide, token=token).known().subscribes(f"subscription {document}", id_=id_) as one:
            told = list(one._before)
        assert {each["type"] for each in told} <= {"next", "error"}, (document, told)
        assert "MAST-000" not in json.dumps(told), (document, told)
        assert not [text for text in CLEAR if text in json.dumps([each["payload"] for each in told])]
        heard.append({"stands": not told or told[0]["type"] == "next"})

    fuzzed()
    written = wide.audited()
    stand = sum(each["stands"] for each in heard)
    intents = [entry for entry in written if entry["event"] == "intent" and entry["question"] == label]
    assert stand > 0
    assert len(intents) >= stand
    assert not [text for text in CLEAR if text in json.dumps(written) + caplog.text]
