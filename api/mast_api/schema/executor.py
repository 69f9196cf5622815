"""Runs a checked document: graphql-core for what is asked, and one compiled pass for the answer it gets.

Below a root field everything is a plain attribute of a type in ``types``. graphql-core asks again at each of
an answer's hundreds of fields what its type is, who resolves it and whether that must be awaited: most of the
processor time of an answer. Here that is found out once a document.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import suppress
from inspect import isawaitable
from typing import Any, Final, cast

from graphql import (
    DirectiveNode,
    DocumentNode,
    ExecutionResult,
    GraphQLEnumType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    Visitor,
    execute,
    is_leaf_type,
    is_specified_scalar_type,
    subscribe,
    visit,
)
from graphql.execution.collect_fields import FieldDetails
from graphql.pyutils import Path, Undefined
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext
from strawberry.types.field import StrawberryField

from mast_api.asking import Asking
from mast_api.limits import Document

Write = Callable[[Any], Any]
"""From a value to what JSON holds of it; raises whatever it likes when the value does not fit its type."""

Details = list[FieldDetails]

_DEFINITION: Final = "strawberry-definition"


async def run(
    schema: GraphQLSchema,
    document: Document,
    asking: Asking,
    variables: Mapping[str, object],
    name: str | None,
) -> ExecutionResult:
    """Run one operation of a document that was validated."""
    result = execute(
        schema,
        document.node,
        context_value=asking,
        variable_values=dict(variables),
        operation_name=name,
        executor_class=PlainExecutor,
    )
    return result if isinstance(result, ExecutionResult) else await result


async def subscribed(
    schema: GraphQLSchema,
    document: Document,
    asking: Asking,
    variables: Mapping[str, object],
    name: str | None,
) -> AsyncGenerator[ExecutionResult, None] | ExecutionResult:
    """Begin a subscription of a document that was validated; its faults, where it cannot begin."""
    result = subscribe(
        schema,
        document.node,
        context_value=asking,
        variable_values=dict(variables),
        operation_name=name,
        executor_class=PlainExecutor,
    )
    begun = await result if isawaitable(result) else result
    return cast("AsyncGenerator[ExecutionResult, None] | ExecutionResult", begun)


class PlainExecutor(StrawberryGraphQLCoreExecutionContext):
    """graphql-core's executor, but objects of nothing but plain attributes are written in one pass.

    What does not fit that (a directive, a field with a resolver or arguments) and what fails on the way is
    done by graphql-core, which then says what is wrong and where; nothing is read twice for it.
    """

    def complete_object_value(
        self,
        return_type: GraphQLObjectType,
        field_details_list: Details,
        info: Any,
        path: Path,
        result: Any,
        position_context: Any,
    ) -> Any:
        """Complete an object, by the compiled pass where there is one."""
        write = self._writer(return_type, field_details_list)
        if write is not None:
            with suppress(Exception):
                return write(result)
        return super().complete_object_value(
            return_type, field_details_list, info, path, result, position_context
        )

    def _writer(self, kind: GraphQLObjectType, details: Details) -> Write | None:
        document = self.context_value.document
        # Nodes live as long as the document that remembers them here, so their identity names them.
        key = (kind.name, *(id(each.node) for each in details))
        if key not in document.writers:
            document.writers[key] = None if _has_directives(document.node) else self._object(kind, details)
        write: Write | None = document.writers[key]
        return write

    def _object(self, kind: GraphQLObjectType, details: Details) -> Write | None:
        if kind.is_type_of is not None:
            return None
        fields: list[tuple[str, str, Write]] = []
        for name, selected in self.collect_subfields(kind, details).grouped_field_set.items():
            if selected[0].node.name.value == "__typename":
                fields.append((name, "__class__", _always(kind.name)))
                continue
            field = kind.fields[selected[0].node.name.value]
            definition = field.extensions.get(_DEFINITION)
            if field.args or not isinstance(definition, StrawberryField) or not definition.is_basic_field:
                return None
            write = self._value(field.type, selected)
            if write is None:
                return None
            fields.append((name, definition.python_name, write))
        return lambda value: {name: write(getattr(value, attribute)) for name, attribute, write in fields}

    def _value(self, kind: Any, details: Details) -> Write | None:
        if not isinstance(kind, GraphQLNonNull):
            inner = self._not_null(kind, details)
            return inner and (lambda value: None if value is None else inner(value))
        return self._not_null(kind.of_type, details)

    def _not_null(self, kind: Any, details: Details) -> Write | None:
        if isinstance(kind, GraphQLList):
            item = self._value(kind.of_type, details)
            return item and (lambda value: [item(each) for each in value])
        if isinstance(kind, GraphQLObjectType):
            return self._object(kind, details)
        return _leaf(kind) if is_leaf_type(kind) else None


def _leaf(kind: Any) -> Write:
    """Writes a scalar or an enum; nothing is what no such value may become."""
    if isinstance(kind, GraphQLEnumType):
        members: Any = kind.wrapped_cls  # type: ignore[attr-defined]  # strawberry's enums have their class
        return {member: kind.coerce_output_value(member) for member in members}.__getitem__
    coerce: Write = kind.coerce_output_value
    if is_specified_scalar_type(kind):  # these never make nothing of something
        return coerce

    def write(value: Any) -> Any:
        coerced = coerce(value)
        if coerced is None or coerced is Undefined:
            raise TypeError("the value has no such form")
        return coerced

    return write


def _always(text: str) -> Write:
    return lambda _: text


class _Directives(Visitor):
    """Whether a document has any directive: with one, what is selected may depend on the variables."""

    found = False

    def enter_directive(self, _node: DirectiveNode, *_: object) -> None:
        self.found = True


def _has_directives(document: DocumentNode) -> bool:
    directives = _Directives()
    visit(document, directives)
    return directives.found
