"""The GraphQL schema: ``build_schema`` for the service, ``schema_text`` for ``docs/schema.graphql``."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from functools import lru_cache
from typing import Final

import strawberry
from graphql import (
    ASTValidationRule,
    ExecutionResult,
    GraphQLError,
    GraphQLSchema,
    NoSchemaIntrospectionCustomRule,
    specified_rules,
)
from strawberry.schema.schema import validate_document

from mast_api.asking import Asking
from mast_api.limits import Document
from mast_api.schema import executor
from mast_api.schema.query import Query
from mast_api.schema.stewards import Mutation
from mast_api.schema.subscription import Subscription
from mast_api.subscribing.watching import Watching

MOST_FAULTS: Final = 10

__all__ = ["Schema", "build_schema", "schema_text"]


class Schema:
    """What may be asked, and how: strawberry's types, run by ``executor``.

    Strawberry's own ``execute`` parses and validates each time, and its error log would write messages, which
    may quote values.
    """

    def __init__(self, *, introspection: bool) -> None:
        self._strawberry = strawberry.Schema(query=Query, mutation=Mutation, subscription=Subscription)
        hidden = () if introspection else (NoSchemaIntrospectionCustomRule,)
        self._rules: tuple[type[ASTValidationRule], ...] = (*specified_rules, *hidden)

    @property
    def core(self) -> GraphQLSchema:
        """The schema as graphql-core has it."""
        return self._strawberry._schema  # noqa: SLF001 - strawberry does not offer it

    def faults(self, document: Document) -> list[GraphQLError]:
        """What validation says of a document; nothing when it is one that can be run."""
        return faults(self.core, document, self._rules)

    async def execute(
        self, document: Document, asking: Asking, variables: Mapping[str, object], name: str | None
    ) -> ExecutionResult:
        """Run one operation of a document; ``name`` says which, where it has several.

        Never raises: what fails is an error of the result, so that the audit log is told of it.
        """
        try:
            if errors := self.faults(document):
                return ExecutionResult(None, errors)
            return await executor.run(self.core, document, asking, variables, name)
        except Exception as error:
            return ExecutionResult(None, [GraphQLError("the operation failed", original_error=error)])

    async def subscribe(
        self, document: Document, watching: Watching, variables: Mapping[str, object], name: str | None
    ) -> AsyncGenerator[ExecutionResult, None]:
        """Run one subscription of a document: an answer for each event, the last one with what ended it.

        Raises whatever its source does: the rights that an event asks for, and what could not be read.
        """
        if errors := self.faults(document):
            yield ExecutionResult(None, errors)
            return
        events = await executor.subscribed(self.core, document, watching, variables, name)
        if isinstance(events, ExecutionResult):
            yield events
            return
        async with aclosing(events):
            async for result in events:
                yield result

    def __str__(self) -> str:
        return self._strawberry.as_str()


@lru_cache(maxsize=256)
def faults(
    schema: GraphQLSchema, document: Document, rules: tuple[type[ASTValidationRule], ...]
) -> list[GraphQLError]:
    """What validation says of a document, found out once; its size is limited before (mast_api.limits).

    The first faults only: graphql-core ends a long list with an error of its own, which is no fault of ours.
    """
    return validate_document(schema, document.node, rules)[:MOST_FAULTS]


def build_schema(*, introspection: bool) -> Schema:
    """The schema; whether it can be asked about itself is a setting for development."""
    return Schema(introspection=introspection)


def schema_text() -> str:
    """The schema as ``docs/schema.graphql`` has it."""
    return f"{build_schema(introspection=True)}\n"
