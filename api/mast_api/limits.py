"""What a GraphQL document may cost: measured on its syntax tree before anything is validated or run."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    VariableNode,
    get_named_type,
    parse,
)

from mast_resolver.errors import BadRequestError, QueryTooCostlyError

LIST_GUESS: Final = 10
"""Items that a list without a page size is taken to have."""

FIRST_DEFAULT: Final = 20
FIRST_MOST: Final = 100


@dataclass(frozen=True, slots=True)
class Limits:
    """The most of everything. A root field costs ``root`` besides its fields, since it costs a query."""

    body_bytes: int = 65_536
    document_characters: int = 16_384
    tokens: int = 1_500
    selections: int = 300
    repeats: int = 20
    depth: int = 10
    aliases: int = 15
    root: int = 2_500
    cost: int = 20_000


@dataclass(frozen=True, slots=True)
class Request:
    """One operation to run: of a document, or of one that is registered under an id."""

    query: str | None
    variables: Mapping[str, object]
    operation_name: str | None
    document_id: str | None = None


@dataclass(frozen=True, eq=False)
class Document:
    """A parsed document. One object a text, compared by identity: syntax trees are slow to hash.

    ``writers`` is what ``schema.executor`` has compiled for it, by type and nodes.
    """

    node: DocumentNode
    writers: dict[tuple[str | int, ...], Callable[[Any], Any] | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Size:
    """What a selection set amounts to, fragments expanded."""

    depth: int = 0
    aliases: int = 0
    cost: int = 0

    def __add__(self, other: Size) -> Size:
        return Size(max(self.depth, other.depth), self.aliases + other.aliases, self.cost + other.cost)


def read_request(body: bytes) -> Request:
    """The one operation that a JSON body asks for.

    Raises:
        BadRequestError: not JSON, nested too deeply, a batch, or of the wrong shape.

    Example:
        >>> read_request(b'{"query": "{ person }"}').operation_name is None
        True
    """
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        raise BadRequestError("the body is not readable JSON", fix="send one JSON object") from None
    return request_of(content)


def request_of(content: object) -> Request:
    """The same of what was JSON.

    Raises:
        BadRequestError: a batch, or of the wrong shape.
    """
    if isinstance(content, list):
        raise BadRequestError("batches are not answered", fix="send one operation a request")
    if not isinstance(content, dict):
        raise BadRequestError("the body is not a JSON object", fix='send {"query": ..., "variables": ...}')
    query, variables = content.get("query"), content.get("variables")
    name, document_id = content.get("operationName"), content.get("documentId")
    if not isinstance(query, str | None) or (not (query or "").strip() and not document_id):
        raise BadRequestError("the body has no query", fix='send {"query": ..., "variables": ...}')
    if not isinstance(variables, dict | None) or not isinstance(name, str | None):
        raise BadRequestError(
            "variables is not an object, or operationName is not a text", fix="correct or leave them out"
        )
    if not isinstance(document_id, str | None):
        raise BadRequestError("documentId is not a text", fix="correct or leave it out")
    if not _is_text(query, variables, name, document_id):
        raise BadRequestError(
            "a text of the request holds half of a sign (a lone surrogate), or is nested too deeply",
            fix="send well-formed Unicode",
        )
    return Request(query, variables or {}, name, document_id)


def _is_text(*said: object) -> bool:
    """Whether all of it can be encoded: what follows takes it for granted, and its errors would quote it."""
    try:
        json.dumps(said, ensure_ascii=False).encode()
    except (UnicodeEncodeError, RecursionError):
        return False
    return True


def read_document(text: str, limits: Limits) -> Document:
    """Parse a document that is not too long; the same text gives the same object, so caches below hit.

    Raises:
        QueryTooCostlyError: too many characters or tokens.
        BadRequestError: it is no GraphQL; where is said, what stands there is not.
    """
    if len(text) > limits.document_characters:
        raise _too_costly(f"it has over {limits.document_characters} characters")
    return _parse(text, limits.tokens)


def check(
    document: Document, request: Request, schema: GraphQLSchema, limits: Limits, *, subscribes: bool = False
) -> None:
    """Refuse a document that is over a limit, or does not say which query to run.

    Raises:
        QueryTooCostlyError: it is over one.
        BadRequestError: which operation to run is not clear, it is a subscription where none is answered or
            none where only they are (``subscribes``), or it decides several things at once.
    """
    # 100.0 is a whole number to GraphQL as well: what is a number but not plainly one counts as a full page.
    pages = tuple(
        sorted(
            (name, value if type(value) is int else FIRST_MOST)
            for name, value in request.variables.items()
            if isinstance(value, int | float)
        )
    )
    if (operation_type(document, request.operation_name) is OperationType.SUBSCRIPTION) is not subscribes:
        if subscribes:
            raise BadRequestError("only subscriptions are answered here", fix="send all else by POST")
        raise BadRequestError("subscriptions are not answered here", fix="subscribe over a WebSocket")
    _check(document, request.operation_name, pages, schema, limits)


def operation_type(document: Document, name: str | None) -> OperationType:
    """Whether the operation of that name asks, decides or subscribes.

    Raises:
        BadRequestError: which operation is meant is not clear.
    """
    return _operation(document.node, name).operation


@lru_cache(maxsize=1024)
def _check(
    document: Document,
    name: str | None,
    pages: tuple[tuple[str, int], ...],
    schema: GraphQLSchema,
    limits: Limits,
) -> None:
    """Remembers what passed: the numbers among the variables are all that a size depends on besides."""
    operation = _operation(document.node, name)
    if operation.operation is OperationType.MUTATION and not _single(operation):
        # Of two, the first would stand though the second was refused, and the caller see neither.
        raise BadRequestError("a mutation decides one thing", fix="send one field a request")
    _check_shape(document.node, limits)
    size = _Measure(document.node, schema, dict(pages), limits).operation(operation)
    for what, found, most in (
        ("levels", size.depth, limits.depth),
        ("aliases", size.aliases, limits.aliases),
        ("points of cost", size.cost, limits.cost),
    ):
        if found > most:
            raise _too_costly(f"it has {min(found, 10**9)} {what}, of {most}")


class _Measure:
    """Sizes of selection sets; each fragment is measured once, so spreads that double cost nothing."""

    def __init__(
        self,
        document: DocumentNode,
        schema: GraphQLSchema,
        variables: Mapping[str, int],
        limits: Limits,
    ) -> None:
        self._schema = schema
        self._variables = dict(variables)
        self._limits = limits
        self._fragments = {
            node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)
        }
        self._measured: dict[tuple[str, int], Size | None] = {}

    def operation(self, node: OperationDefinitionNode) -> Size:
        defaults = {
            each.variable.name.value: int(each.default_value.value[:6])
            for each in node.variable_definitions or ()
            if isinstance(each.default_value, IntValueNode)
        }
        self._variables = defaults | self._variables
        kind = self._schema.get_root_type(node.operation)
        return self._selections(node.selection_set, kind, FIRST_DEFAULT, root=True)

    def _selections(
        self, selections: SelectionSetNode, kind: GraphQLObjectType | None, first: int, *, root: bool = False
    ) -> Size:
        total = Size()
        for node in selections.selections:
            if isinstance(node, FieldNode):
                total += self._field(node, kind, first, root=root)
            elif isinstance(node, InlineFragmentNode):
                total += self._selections(node.selection_set, kind, first, root=root)
            elif isinstance(node, FragmentSpreadNode):
                total += self._fragment(node.name.value, first, root=root)
        return total

    def _field(self, node: FieldNode, kind: GraphQLObjectType | None, first: int, *, root: bool) -> Size:
        field = kind.fields.get(node.name.value) if kind else None
        if root:
            first = self._first(node)
        inner, times = Size(), 1
        if node.selection_set is not None:
            named = get_named_type(field.type) if field else None
            inner = self._selections(
                node.selection_set, named if isinstance(named, GraphQLObjectType) else None, first
            )
        kind_of = field.type.of_type if field and isinstance(field.type, GraphQLNonNull) else None
        if node.name.value == "edges":
            times = first
        elif isinstance(kind_of, GraphQLList):
            times = LIST_GUESS
        return Size(
            inner.depth + 1,
            inner.aliases + (node.alias is not None),
            (inner.cost + 1) * times + (self._limits.root if root else 0),
        )

    def _fragment(self, name: str, first: int, *, root: bool) -> Size:
        node = self._fragments.get(name)
        if node is None:
            return Size()
        if (name, first) not in self._measured:
            self._measured[name, first] = None  # a fragment inside itself: validation refuses it later
            kind = self._schema.get_type(node.type_condition.name.value)
            self._measured[name, first] = self._selections(
                node.selection_set, kind if isinstance(kind, GraphQLObjectType) else None, first, root=root
            )
        return self._measured[name, first] or Size()

    def _first(self, node: FieldNode) -> int:
        for argument in node.arguments or ():
            if argument.name.value == "first":
                value: int | None = None
                if isinstance(argument.value, IntValueNode):
                    # Over-long digits are a page over the limit whatever they say.
                    value = int(argument.value.value[:6])
                elif isinstance(argument.value, VariableNode):
                    value = self._variables.get(argument.value.name.value, FIRST_MOST)
                return FIRST_MOST if value is None else max(1, min(value, FIRST_MOST))
        return FIRST_DEFAULT


def _operation(document: DocumentNode, name: str | None) -> OperationDefinitionNode:
    operations = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
    if name is not None:
        operations = [node for node in operations if node.name is not None and node.name.value == name]
    if len(operations) != 1:
        raise BadRequestError(
            "which operation to run is not clear", fix="send one operation, or name one in operationName"
        )
    return operations[0]


def _single(operation: OperationDefinitionNode) -> bool:
    selections = operation.selection_set.selections
    return len(selections) == 1 and isinstance(selections[0], FieldNode)


def _check_shape(document: DocumentNode, limits: Limits) -> None:
    """Count selections as written: validation compares equally named ones pair by pair."""
    total = 0
    waiting = [node.selection_set for node in document.definitions if hasattr(node, "selection_set")]
    while waiting:
        selections = waiting.pop().selections
        total += len(selections)
        names = [node.alias or node.name for node in selections if isinstance(node, FieldNode)]
        if len(names) - len({name.value for name in names}) > limits.repeats:
            raise _too_costly(f"it repeats a field over {limits.repeats} times")
        waiting += [node.selection_set for node in selections if getattr(node, "selection_set", None)]
    if total > limits.selections:
        raise _too_costly(f"it selects {total} fields, of {limits.selections}")


@lru_cache(maxsize=256)
def _parse(text: str, tokens: int) -> Document:
    try:
        return Document(parse(text, max_tokens=tokens))
    except RecursionError:
        raise _too_costly("it is nested too deeply") from None
    except GraphQLError as error:
        if "token limit" in error.message or "tokens" in error.message.lower():
            raise _too_costly(f"it has over {tokens} tokens") from None
        where = error.locations[0] if error.locations else None
        place = f"line {where.line}, column {where.column}" if where else "an unknown place"
        raise BadRequestError(f"the document is no GraphQL at {place}", fix="correct it there") from None


def _too_costly(why: str) -> QueryTooCostlyError:
    return QueryTooCostlyError(
        f"the document is too costly: {why}", fix="ask for less, or in several requests"
    )
