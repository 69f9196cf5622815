"""The GraphQL schema: ``build_schema`` for the service, ``schema_text`` for ``docs/schema.graphql``."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import strawberry
from graphql import GraphQLError
from graphql.validation import ASTValidationRule
from strawberry.extensions import DisableIntrospection, SchemaExtension
from strawberry.schema.config import StrawberryConfig
from strawberry.schema.schema import validate_document
from strawberry.types.execution import ExecutionContext

from mast_api.asking import Asking
from mast_api.limits import Document
from mast_api.schema.query import Query

__all__ = ["Schema", "build_schema", "schema_text"]


class Schema(strawberry.Schema):
    """Strawberry's schema without its error log: that would write messages, and they may quote values."""

    def process_errors(
        self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None
    ) -> None:
        """Leave it to ``mast_api.errors``."""


class CheckedDocument(SchemaExtension):
    """Parses and validates a text once for all requests.

    Strawberry's own ParserCache and ValidationCache do the same, but look up by hashing the whole syntax
    tree: half a millisecond a request.
    """

    def on_parse(self) -> Iterator[None]:
        """Take the document that the limits were checked on."""
        self.execution_context.graphql_document = self._document.node
        yield

    def on_validate(self) -> Iterator[None]:
        """Take what validation said of it the first time."""
        context = self.execution_context
        context.pre_execution_errors = faults(context.schema, self._document, context.validation_rules)
        yield

    @property
    def _document(self) -> Document:
        asking: Asking = self.execution_context.context
        assert asking.document is not None  # noqa: S101 - the endpoint sets it before it executes
        return asking.document


@lru_cache(maxsize=256)
def faults(
    schema: strawberry.Schema, document: Document, rules: tuple[type[ASTValidationRule], ...]
) -> list[GraphQLError]:
    """What validation says of a document."""
    return validate_document(schema._schema, document.node, rules)  # noqa: SLF001 - as strawberry's own cache


def build_schema(*, introspection: bool) -> Schema:
    """The schema; whether it can be asked about itself is a setting for development."""
    extensions: list[type[SchemaExtension]] = [] if introspection else [DisableIntrospection]
    return Schema(
        query=Query,
        # Sizes are limited before (mast_api.limits) and not by a rule made anew for each request: with such
        # rules nothing that was validated would ever be found again.
        extensions=[*extensions, CheckedDocument],
        config=StrawberryConfig(disable_field_suggestions=not introspection),
    )


def schema_text() -> str:
    """The schema as ``docs/schema.graphql`` has it."""
    return build_schema(introspection=True).as_str() + "\n"
