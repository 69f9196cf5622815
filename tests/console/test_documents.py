"""The console's documents: each fits the schema and the limits, and is registered."""

from __future__ import annotations

import pytest

from mast_api.documents import Documents, hashed
from mast_api.limits import Limits, Request, check, operation_type, read_document
from mast_api.mounting import console_documents
from mast_api.schema import build_schema
from mast_console.people import A_PAGE
from mast_console.service import document_id

PAGES = {"first": A_PAGE}


@pytest.mark.parametrize(
    "text", console_documents(), ids=lambda text: text.split("(")[0].split("{")[0].strip()
)
def test_a_document_fits_the_schema_and_the_limits(text: str) -> None:
    schema = build_schema(introspection=False)
    document = read_document(text, Limits())
    assert not schema.faults(document)
    subscribes = operation_type(document, None).value == "subscription"
    check(document, Request(text, PAGES, None), schema.core, Limits(), subscribes=subscribes)


def test_they_are_answered_by_their_hash_where_no_others_are() -> None:
    documents = Documents.read(None, only=True, more=console_documents())
    assert documents.text(None, document_id("address")) in console_documents()
    assert all(hashed(text) in documents.texts for text in console_documents())
