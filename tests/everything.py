"""Questions for everything that the schema lets them ask for: what is added to it is asked for too."""

from __future__ import annotations

from collections.abc import Container

from graphql import (
    GraphQLArgument,
    GraphQLObjectType,
    GraphQLSchema,
    Undefined,
    ast_from_value,
    get_named_type,
    print_ast,
)

from mast_api.schema import build_schema


def asking_everything(field: str, *, kind: str = "query", without: Container[str] = ()) -> str:
    """A document that asks one root field for all there is, its arguments as variables.

    ``without`` names fields that the caller may not ask for.
    """
    schema = build_schema(introspection=False).core
    root = {
        "query": schema.query_type,
        "mutation": schema.mutation_type,
        "subscription": schema.subscription_type,
    }[kind]
    assert root is not None
    arguments = root.fields[field].args
    declared = ", ".join(
        f"${name}: {argument.type}{_default(argument)}" for name, argument in arguments.items()
    )
    passed = ", ".join(f"{name}: ${name}" for name in arguments)
    head = f"{kind} ({declared}) {{ {field}({passed})" if arguments else f"{kind} {{ {field}"
    return f"{head} {_whole(schema, root.fields[field].type, without)} }}"


def _default(argument: GraphQLArgument) -> str:
    said = None if argument.default_value is Undefined else argument.default_value
    value = None if said is None else ast_from_value(said, argument.type)
    return "" if value is None else f" = {print_ast(value)}"


def _whole(schema: GraphQLSchema, type_: object, without: Container[str]) -> str:
    named = get_named_type(type_)  # type: ignore[call-overload]
    if not isinstance(named, GraphQLObjectType):
        return ""
    fields = (
        f"{name} {_whole(schema, each.type, without)}".strip()
        for name, each in named.fields.items()
        if name not in without
    )
    return "{ " + " ".join(fields) + " }"
