"""Registered documents: in production nothing else is answered, and our own programs' always are."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from graphql import OperationType
from tests.api.conftest import Serve

from mast_api.case_study import DOCUMENT
from mast_api.commands.documents import command
from mast_api.documents import PREFIX, Documents, all_shipped, hashed, registry
from mast_api.limits import Limits, Request, check, operation_type, read_document
from mast_api.projecting import AROUND, EXTRACT
from mast_api.schema import build_schema
from mast_api.settings import Settings
from mast_resolver.errors import SettingsError, UnknownDocumentError

ASK = "{ __typename }"
ID = PREFIX + hashed(ASK)


def code(response: Any) -> str:
    return str(response.json()["errors"][0]["extensions"]["code"])


@pytest.mark.parametrize("text", all_shipped())
def test_what_we_ship_can_be_asked(text: str) -> None:
    schema = build_schema(introspection=False)
    document = read_document(text, Limits())
    subscribes = operation_type(document, None) is OperationType.SUBSCRIPTION
    check(document, Request(text, {}, None), schema.core, Limits(), subscribes=subscribes)
    assert schema.faults(document) == []


def test_our_own_programs_ask_what_is_shipped() -> None:
    documents = Documents.read(None, only=True)
    for text in (DOCUMENT, EXTRACT, AROUND):
        assert documents.text(text, None) == text


def test_only_registered_documents_are_answered_where_that_is_set(serve: Serve) -> None:
    service = serve(documents=Documents.of([ASK], only=True))
    assert service.post({"query": ASK}).status_code == 200
    assert service.post({"documentId": ID}).json() == {"data": {"__typename": "Query"}}
    before = len(service.audited())
    for body in (
        {"query": "{ __typename  }"},
        {"query": ASK + "\n"},
        {"query": ASK + " # harmless"},
        {"query": "{ another: __typename }"},
        {"documentId": "sha256:" + "0" * 64},
        {"documentId": hashed(ASK)},
        {"documentId": "sha512:" + hashed(ASK)},
        {"documentId": ID, "query": "{ another: __typename }"},
        {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": hashed("{ a: __typename }")}},
         "query": "{ a: __typename }"},
    ):  # fmt: skip
        refused = service.post(body)
        assert (refused.status_code, code(refused)) == (403, "MAST-313"), body
    added = service.audited()[before:]
    assert [entry["codes"] for entry in added] == [["MAST-313"]] * 9
    assert service.post({"query": "{ another: __typename }"}).status_code == 403, (
        "nothing was registered by it"
    )


def test_in_development_every_document_is_answered_and_an_id_must_be_known(serve: Serve) -> None:
    service = serve(documents=Documents.of([ASK], only=False))
    assert service.post({"query": "{ another: __typename }"}).status_code == 200
    assert service.post({"documentId": ID}).status_code == 200
    assert code(service.post({"documentId": "sha256:" + "0" * 64})) == "MAST-313"
    assert code(service.post({"documentId": 7})) == "MAST-312"


def test_limits_hold_for_registered_documents_too(serve: Serve) -> None:
    costly = "{ " + " ".join(f"a{n}: __typename" for n in range(200)) + " }"
    service = serve(documents=Documents.of([costly], only=True))
    assert code(service.post({"documentId": PREFIX + hashed(costly)})) == "MAST-310"


@pytest.mark.parametrize(
    ("environ", "strict"),
    [
        ({}, False),
        ({"MAST_TOKEN_ISSUER": "https://id.example"}, True),
        ({"MAST_TOKEN_KEYS_FILE": "keys.json"}, True),
        ({"MAST_TOKEN_ISSUER": "https://id.example", "MAST_DOCUMENTS_ONLY": "0", "MAST_RATE_PER_MINUTE": "0",
          "MAST_DIFFERENT_PER_HOUR": "0"}, False),
        ({"MAST_DOCUMENTS_ONLY": "1", "MAST_RATE_PER_MINUTE": "5", "MAST_DIFFERENT_PER_HOUR": "5"}, True),
    ],
)  # fmt: skip
def test_production_is_strict_unless_it_is_told_otherwise(environ: dict[str, str], *, strict: bool) -> None:
    settings = Settings.read(environ)
    assert settings.registered_only is strict
    assert bool(settings.most_requests) is strict
    assert bool(settings.most_different) is strict


def test_a_file_of_documents_is_read_and_held_against_its_hashes(tmp_path: Path) -> None:
    path = tmp_path / "documents.json"
    path.write_text(registry([ASK]))
    documents = Documents.read(path, only=True)
    assert documents.text(None, ID) == ASK
    assert documents.text(DOCUMENT, None) == DOCUMENT
    with pytest.raises(UnknownDocumentError):
        documents.text("{ a }", None)
    for content in ("", "[]", '{"a": 1}', json.dumps({hashed(ASK): ASK + " "}), "[" * 100_000):
        path.write_text(content)
        with pytest.raises(SettingsError, match="MAST-002"):
            Documents.read(path, only=True)
    with pytest.raises(SettingsError):
        Documents.read(tmp_path / "none.json", only=True)


def test_the_command_registers_what_can_be_asked_and_nothing_else(tmp_path: Path) -> None:
    good, bad, out = tmp_path / "good.graphql", tmp_path / "bad.graphql", tmp_path / "documents.json"
    good.write_text("query Q($id: ID!) { person(id: $id) { asOf } }")
    ran = CliRunner().invoke(command, [str(good), "--out", str(out), "--json", "--data", str(tmp_path)])
    assert ran.exit_code == 0, ran.output
    named = PREFIX + hashed(good.read_text())
    assert json.loads(ran.stdout) == {named: "good.graphql"}
    assert Documents.read(out, only=True).text(None, named) == good.read_text()
    out.unlink()
    for text in (
        "{ persn }",
        "{ a(",
        "{ " + "__typename " * 60 + "}",
        "query A { __typename } query B { __typename }",
    ):
        bad.write_text(text)
        ran = CliRunner().invoke(command, [str(good), str(bad), "--out", str(out), "--data", str(tmp_path)])
        assert "bad.graphql cannot be registered" in str(ran.exception), text
        assert not out.exists()
