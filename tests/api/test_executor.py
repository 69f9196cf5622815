"""The compiled pass answers exactly as graphql-core does, what is right and what is wrong."""

from __future__ import annotations

import datetime as dt
from enum import Enum
from types import SimpleNamespace
from typing import Any

import pytest
import strawberry
from graphql import ExecutionResult, execute
from hypothesis import given
from hypothesis import strategies as st
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from mast_api.limits import Document, Limits, read_document
from mast_api.schema import build_schema
from mast_api.schema.executor import PlainExecutor


@strawberry.enum
class Colour(Enum):
    RED = "red"
    BLUE = "blue"


@strawberry.type
class Leaf:
    name: str
    colour: Colour
    size: int | None
    seen_at: dt.datetime | None


@strawberry.type
class Tree:
    id: strawberry.ID
    leaves: list[Leaf]
    rows: list[list[int]]
    best: Leaf | None

    @strawberry.field
    def loud(self) -> str:
        return f"{self.id}!"


def _tree(info: strawberry.Info[Any, None]) -> Any:
    return info.context.tree


@strawberry.type
class Query:
    tree: Tree = strawberry.field(resolver=_tree)


SCHEMA = strawberry.Schema(query=Query)
LEAF = "fragment L on Leaf { name colour other: colour size seenAt }"
DOCUMENTS = (
    "{ tree { id __typename rows leaves { name size } } }",
    "{ tree { leaves { ...L __typename } best { size ...L } } }" + LEAF,
    "{ tree { best { name } ... on Tree { best { colour } } again: id } tree { rows } }",
    "{ tree { loud leaves { ...L } } }" + LEAF,
    "query ($n: Boolean = false) { tree { id leaves @include(if: $n) { name } best { ...L @skip(if: $n) } } }"
    + LEAF,
)
WRONG = st.sampled_from([None, object()])
LEAVES = st.builds(
    Leaf,
    name=st.text() | WRONG,
    colour=st.sampled_from([*Colour, "green"]),
    size=st.integers(-(2**40), 2**40) | st.none(),
    seen_at=st.datetimes() | st.none(),
)
TREES = st.builds(
    Tree,
    id=st.text() | WRONG,
    leaves=st.lists(LEAVES | st.none(), max_size=4) | st.none(),
    rows=st.lists(st.lists(st.integers(0, 9) | WRONG, max_size=3), max_size=3),
    best=LEAVES | st.none(),
)


def run(executor: type, document: Document, tree: Any) -> tuple[Any, list[Any]]:
    """Data and errors; an error is its message with where it was."""
    result = execute(
        SCHEMA._schema,
        document.node,
        context_value=SimpleNamespace(document=document, tree=tree),
        executor_class=executor,
    )
    assert isinstance(result, ExecutionResult)
    return result.data, [(error.message, error.path, error.locations) for error in result.errors or ()]


@given(text=st.sampled_from(DOCUMENTS), tree=TREES)
def test_an_answer_is_what_graphql_core_makes_of_it(text: str, tree: Tree) -> None:
    document = read_document(text, Limits())
    assert run(PlainExecutor, document, tree) == run(StrawberryGraphQLCoreExecutionContext, document, tree)


@pytest.mark.parametrize(
    ("text", "compiled"),
    [
        pytest.param(DOCUMENTS[0], True, id="plain attributes"),
        pytest.param(DOCUMENTS[3], False, id="a field with a resolver"),
        pytest.param(DOCUMENTS[4], False, id="directives, which depend on variables"),
    ],
)
def test_what_is_compiled_is_compiled_once_a_document(text: str, *, compiled: bool) -> None:
    document = Document(read_document(text, Limits()).node)
    for _ in range(2):
        run(PlainExecutor, document, Tree(id=strawberry.ID("1"), leaves=[], rows=[], best=None))
    assert [(kind, write is not None) for (kind, *_), write in document.writers.items()] == [
        ("Tree", compiled)
    ]


def test_every_answer_of_ours_is_compiled() -> None:
    """A field with a resolver or arguments below a root field would cost all answers that ask for it."""
    core = build_schema(introspection=False).core
    roots = (core.query_type, core.mutation_type, core.subscription_type)
    # Asked for by few, and read on their own only then.
    own = {
        "Person.records",
        "AddressMatch.units",
        "BuildingOfFlats.units",
        "Household.path",
        "Person.relations",
        "Person.inferred_relations",
        "Household.inferred_relations",
        "HouseholdNetwork.inferred_relations",
        "HouseholdNetwork.relations",
        "NetworkExtract.relations",
    }
    for name, kind in core.type_map.items():
        if name.startswith("__") or kind in roots or not hasattr(kind, "fields"):
            continue
        for field in kind.fields.values():
            definition = field.extensions["strawberry-definition"]
            asked = f"{name}.{definition.python_name}"
            assert getattr(definition, "is_basic_field", True) or asked in own, asked
            assert not getattr(field, "args", None)
