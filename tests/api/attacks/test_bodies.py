"""Overload: bodies, batches, aliases, depth, fragments, directives and repeats, refused at little cost."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from graphql import get_introspection_query
from tests.town import Service

pytestmark = pytest.mark.graph

SMALL = {"query": "{ __typename }"}
FIELDS = " ".join(f"a{n}: __typename" for n in range(14))
PERSON = 'person(id: "P-1", first: 99) { people { contacts { edges { cursor } } } }'


def code(response: Any) -> str:
    return str(response.json()["errors"][0]["extensions"]["code"])


def of(query: str, **more: object) -> bytes:
    return json.dumps({"query": query, **more}).encode()


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        pytest.param(b"{", "MAST-312", id="no JSON"),
        pytest.param(b"[" * 200_00 + b"]" * 200_00, "MAST-312", id="JSON nested 20,000 deep"),
        pytest.param(b'{"query": ' + b"[" * 30_000, "MAST-312", id="JSON nested and cut"),
        pytest.param(b'[{"query": "{ __typename }"}]', "MAST-312", id="a batch"),
        pytest.param(b'"text"', "MAST-312", id="no object"),
        pytest.param(b'{"query": 7}', "MAST-312", id="a query that is a number"),
        pytest.param(b'{"query": "{ __typename }", "variables": []}', "MAST-312", id="variables in a list"),
        pytest.param(b'{"query": "{ a("}', "MAST-312", id="no GraphQL"),
        pytest.param(b'{"query": "query A { __typename } query B { __typename }"}', "MAST-312", id="two"),
        pytest.param(b'{"query": "mutation { shield }"}', "MAST-312", id="a mutation"),
        pytest.param(b'{"query": "subscription { alertRaised }"}', "MAST-312", id="a subscription"),
        pytest.param(b'{"query": "{ concernsAtAddress }"}', "MAST-312", id="what the schema does not allow"),
        pytest.param(b"x" * 70_000, "MAST-312", id="too long a body"),
        pytest.param(json.dumps({"query": "{" + " " * 20_000 + "a}"}).encode(), "MAST-310", id="too long"),
        pytest.param(json.dumps({"query": "{" + "a " * 2_000 + "}"}).encode(), "MAST-310", id="many tokens"),
        pytest.param(json.dumps({"query": "{" + "a{" * 12 + "b" + "}" * 13}).encode(), "MAST-310", id="deep"),
        pytest.param(
            json.dumps({"query": "{" + " ".join(f"x{n}: __typename" for n in range(200)) + "}"}).encode(),
            "MAST-310",
            id="200 aliases",
        ),
        pytest.param(
            json.dumps({"query": "{" + "__typename " * 250 + "}"}).encode(), "MAST-310", id="a field repeated"
        ),
        pytest.param(
            json.dumps(
                {
                    "query": "{ ...f0 } "
                    + " ".join(f"fragment f{n} on Query {{ ...f{n + 1} ...f{n + 1} }}" for n in range(40))
                    + " fragment f40 on Query { a: __typename b: __typename }"
                }
            ).encode(),
            "MAST-310",
            id="fragments that double 40 times",
        ),
        pytest.param(
            b'{"query": "{ ...f } fragment f on Query { ...f }"}', "MAST-312", id="a fragment in itself"
        ),
        pytest.param(
            json.dumps(
                {
                    "query": "{"
                    + " ".join(
                        f'q{n}: person(id: "P-1", first: 99) {{people {{contacts {{ edges {{ cursor }}}}}}}}'
                        for n in range(9)
                    )
                    + "}"
                }
            ).encode(),
            "MAST-310",
            id="nine questions at once",
        ),
        pytest.param(
            of("{ ...f ...g } " + "".join(f"fragment {n} on Query {{ {FIELDS} }} " for n in "fg")),
            "MAST-310",
            id="aliases in two fragments",
        ),
        pytest.param(
            of("{ ... on Query { ... on Query {" + FIELDS + "} a: __typename b: __typename } }"),
            "MAST-310",
            id="aliases in fragments without a name",
        ),
        pytest.param(
            of(
                "{ ...f0 } "
                + " ".join(
                    f'fragment f{n} on Query {{ person(id: "P-1") {{ people {{ ...g{n} }} }} }} '
                    f"fragment g{n} on Person {{ contacts {{ edges {{ node {{ agency {{ ...h }} }} }} }} }}"
                    for n in range(1)
                )
                + " fragment h on Agency { a { b { c { d { e { f } } } } } }"
            ),
            "MAST-310",
            id="depth put together of fragments",
        ),
        pytest.param(
            of(
                "{ "
                + " ".join(f"...f{n}" for n in range(9))
                + " } "
                + " ".join(f"fragment f{n} on Query {{ q{n}: {PERSON} }}" for n in range(9))
            ),
            "MAST-310",
            id="nine questions in nine fragments",
        ),
        pytest.param(
            of(
                "{ ...a } fragment a on Query { ...b } fragment b on Query { ...c } "
                "fragment c on Query { ...a }"
            ),
            "MAST-312",
            id="fragments in a circle",
        ),
        pytest.param(
            of(
                '{ person(id: "P-1") { ...a } } fragment a on PersonAnswer { asOf people { ...b } } '
                "fragment b on Person { id homes { ...c } } fragment c on Home { ...c }"
            ),
            "MAST-312",
            id="a circle far down",
        ),
        pytest.param(
            of(
                "{ ...f0 } "
                + " ".join(f"fragment f{n} on Query {{ ...f{n + 1} }}" for n in range(250))
                + " fragment f250 on Query { __typename }"
            ),
            "MAST-310",
            id="fragments 250 deep",
        ),
        pytest.param(
            of("{ __typename " + "@include(if: true) " * 700 + "}"), "MAST-310", id="700 directives"
        ),
        pytest.param(
            of("{ __typename " + "@include(if: true) " * 100 + "}"), "MAST-312", id="100 directives"
        ),
        pytest.param(
            of("{ __typename " + "".join(f"@d{n} " for n in range(200)) + "}"),
            "MAST-312",
            id="directives there are not",
        ),
        pytest.param(
            of("{ " + "__typename @skip(if: false) " * 60 + "}"),
            "MAST-310",
            id="a field repeated, with directives",
        ),
        pytest.param(
            of('{ person(id: "P-1") { ' + "asOf " * 60 + "} }"), "MAST-310", id="a field repeated below"
        ),
        pytest.param(
            of("{ " + "...f " * 400 + "} fragment f on Query { __typename }"),
            "MAST-310",
            id="a fragment 400 times",
        ),
        pytest.param(
            of("query ($v: [[[[[String]]]]]) { __typename }", variables={"v": "a"}),
            "MAST-312",
            id="a variable that is not used",
        ),
        pytest.param(
            of("query (" + " ".join(f"$v{n}: Int" for n in range(450)) + ") { __typename }"),
            "MAST-310",
            id="450 variables",
        ),
        pytest.param(
            of('{ address(id: "' + "A" * 9_000 + '") { superseded { id } } }'),
            "MAST-312",
            id="an id of 9,000 letters",
        ),
        pytest.param(of('{ address(id: "A-\ud800") { superseded { id } } }'), "MAST-312", id="half a sign"),
        pytest.param(of(SMALL["query"], operationName="\udfff"), "MAST-312", id="half a sign for a name"),
        pytest.param(of(SMALL["query"], variables={"\ud800": 1}), "MAST-312", id="a variable by half a sign"),
        pytest.param(
            of(SMALL["query"], variables={"a": [{"b": "\ud800"}]}), "MAST-312", id="one deep within"
        ),
        pytest.param(
            b'{"query": "{ __typename }", "variables": {"a": "\xed\xa0\x80"}}', "MAST-312", id="raw"
        ),
        pytest.param(of("", documentId="\ud800"), "MAST-312", id="half a sign for a document"),
        pytest.param(of(SMALL["query"], operationName="None"), "MAST-312", id="an operation there is not"),
        pytest.param(
            of("query A { __typename } mutation B { __typename }"),
            "MAST-312",
            id="a question and a decision without a name",
        ),
        pytest.param(
            of("query A { __typename } query A { __typename }", operationName="A"),
            "MAST-312",
            id="two operations of one name",
        ),
        pytest.param(
            of(
                'mutation { a: shield(id: "P-1", reason: "") { says } '
                'b: shield(id: "P-2", reason: "") { says } }'
            ),
            "MAST-312",
            id="two decisions at once",
        ),
        pytest.param(
            of(
                'mutation { ...m } fragment m on Mutation { a: shield(id: "P-1", reason: "") { says } '
                'b: shield(id: "P-2", reason: "") { says } }'
            ),
            "MAST-312",
            id="two decisions in a fragment",
        ),
        pytest.param(
            b'{"query": "{ __typename }", "query": "{ __typename } " ' + b"[" * 60_000,
            "MAST-312",
            id="no end",
        ),
        pytest.param(b'\xff\xfe{"query": 1}', "MAST-312", id="no letters"),
        pytest.param(
            b'{"query": "{ __typename }", "variables": {"n": ' + b"9" * 5_000 + b"}}",
            "MAST-312",
            id="a number of 5,000 digits",
        ),
        pytest.param(
            json.dumps({"query": get_introspection_query()}).encode(), "MAST-310", id="the schema asked about"
        ),
        pytest.param(
            of('{ __type(name: "Person") { fields { name } } }'), "MAST-312", id="a type asked about"
        ),
        pytest.param(
            of("{ ...f } fragment f on Query { x: __schema { queryType { name } } }"),
            "MAST-312",
            id="the schema asked about in a fragment",
        ),
        pytest.param(b'{"query": "{ __schema { types { name } } }"}', "MAST-312", id="a part of the schema"),
    ],
)
def test_what_is_no_fair_request_is_refused_quickly(service: Service, body: bytes, wanted: str) -> None:
    service.post(SMALL)
    begin = time.process_time()
    response = service.post(body)
    took = time.process_time() - begin
    assert (response.status_code, code(response)) == (400, wanted)
    assert took < 1, "of the processor, asking included"


def test_no_name_is_suggested_for_one_that_is_misspelt(service: Service) -> None:
    for query in ("{ persn { asOf } }", '{ person(id: "P-1") { asOff } }', '{ person(idd: "P-1") { asOf } }'):
        response = service.post({"query": query})
        assert (response.status_code, code(response)) == (400, "MAST-312")
        assert not any(word in response.text.lower() for word in ("mean", "asof", "person"))


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b'{"query": "' + b" " * 20_000_000 + b'"}', id="20 MB"),
        pytest.param(b"[" * 200_000 + b"]" * 200_000, id="200,000 deep"),
    ],
)
def test_a_body_over_the_limit_is_refused_whatever_is_in_it(service: Service, body: bytes) -> None:
    response = service.post(body)
    assert (response.status_code, code(response)) == (400, "MAST-312")
    assert service.post(SMALL).status_code == 200


def test_a_body_in_pieces_is_refused_as_soon_as_it_is_over_the_limit(service: Service) -> None:
    sent = 0

    def pieces() -> Any:
        nonlocal sent
        for _ in range(2_000):
            sent += 10_000
            yield b" " * 10_000

    headers = {"Authorization": f"Bearer {service.token()}", "Content-Type": "application/json"}
    response = service._client.post(f"{service.url}/graphql", content=pieces(), headers=headers)
    assert (response.status_code, code(response)) == (400, "MAST-312")


def test_every_refusal_of_a_known_caller_is_on_record(service: Service) -> None:
    for body in (b"{", of("{ a("), of("{ __typename " + "@include(if: true) " * 700 + "}")):
        service.post(body)
    answers = [entry for entry in service.audited() if entry["event"] == "answer"]
    assert [(each["outcome"], len(each["codes"])) for each in answers] == [("refused", 1)] * 3
