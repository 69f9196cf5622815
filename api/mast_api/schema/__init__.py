"""The GraphQL schema: ``build_schema`` for the service, ``schema_text`` for ``docs/schema.graphql``."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import strawberry
from graphql import GraphQLError
from strawberry.extensions import DisableIntrospection, SchemaExtension, ValidationCache
from strawberry.schema.config import StrawberryConfig
from strawberry.types.execution import ExecutionContext

from mast_api.asking import Asking
from mast_api.schema.query import Query

__all__ = ["Schema", "build_schema", "schema_text"]


class Schema(strawberry.Schema):
    """Strawberry's schema without its error log: that would write messages, and they may quote values."""

    def process_errors(
        self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None
    ) -> None:
        """Leave it to ``mast_api.errors``."""


class ParsedDocument(SchemaExtension):
    """Uses the document that the limits were checked on, which is parsed once for all requests."""

    def on_parse(self) -> Iterator[None]:
        """Set the document before strawberry would parse."""
        asking: Asking = self.execution_context.context
        self.execution_context.graphql_document = asking.document
        yield


def build_schema(*, introspection: bool) -> Schema:
    """The schema; whether it can be asked about itself is a setting for development."""
    extensions: list[type[SchemaExtension] | Callable[[], SchemaExtension]] = [ParsedDocument]
    if not introspection:
        extensions.append(DisableIntrospection)
    # Last, so that it validates with all rules. Sizes are limited before (mast_api.limits) and not by a rule
    # made anew for each request, which would never hit this cache.
    extensions.append(lambda: ValidationCache(maxsize=256))
    return Schema(
        query=Query,
        extensions=extensions,
        config=StrawberryConfig(disable_field_suggestions=not introspection),
    )


def schema_text() -> str:
    """The schema as ``docs/schema.graphql`` has it."""
    return build_schema(introspection=True).as_str() + "\n"
