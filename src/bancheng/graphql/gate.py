"""The gate every operation passes: who asks, how much, and only then is it validated and run."""

import re
from collections.abc import Iterator
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    OperationType,
    get_operation_ast,
)
from graphql.language import OperationDefinitionNode, SelectionSetNode
from strawberry.extensions import ParserCache, SchemaExtension, ValidationCache

from bancheng.graphql.context import Asking
from bancheng.graphql.errors import told
from bancheng.graphql.limits import (
    ALIASES_MAX,
    COMMENTS_MAX,
    QUERY_LENGTH_MAX,
    TOKENS_MAX,
    measured,
    refusals,
    refused,
)
from bancheng.graphql.looks import looks
from bancheng.graphql.rating_by_code import only_rates

CACHED_MAX = 256
UNAUTHORIZED = 401
# As it is, or as a text may write it; behind a backslash that is one itself it is none.
_NUL = re.compile(r"\x00|(?<!\\)(?:\\\\)*\\u(?:0000|\{0+\})")


class Bounds(SchemaExtension):
    """Bounds the text before anything reads it."""

    def on_operation(self) -> Iterator[None]:
        query = self.execution_context.query or ""
        if len(query) > QUERY_LENGTH_MAX:
            raise refused(
                "QUERY_TOO_LONG", f"查询共 {len(query)} 字,超过上限 {QUERY_LENGTH_MAX} 字"
            )
        if _NUL.search(query) or _holds_nul(self.execution_context.variables):
            raise refused("TEXT_HAS_NUL", "查询与变量不得含有空字符(NUL)", "请删去该字符后重试")
        options = self.execution_context.parse_options
        options.update(max_lexical_tokens=TOKENS_MAX, max_comments=COMMENTS_MAX)  # type: ignore[call-arg]
        yield


class Gate(ValidationCache):
    """Refuses who is not known and what is too much, before validation has to read it all."""

    def on_validate(self) -> Iterator[None]:
        errors = self._refusals()
        if errors:
            self.execution_context.pre_execution_errors = errors
            yield
        else:
            yield from super().on_validate()

    def _refusals(self) -> list[GraphQLError]:
        context = self.execution_context
        document = context.graphql_document
        if document is None:
            return []
        asking: Asking = context.context
        if asking.actor is None and not (only_introspects(document) or only_rates(document)):
            return [_unknown(asking)]
        # As it was given: the library takes the first operation where none is named.
        given = context._provided_operation_name  # noqa: SLF001
        if (unnamed := _unnamed(document, given)) is not None:
            return [unnamed]
        misplaced = _misplaced(document, context.operation_name, listens=asking.listens)
        if misplaced is not None:
            return [misplaced]
        # Whom we do not know may read the schema once, not thirty times over in one request.
        aliases_max = 0 if asking.actor is None else ALIASES_MAX
        try:
            size = measured(document, context.operation_name, context.variables)
            return list(refusals(size, aliases_max))
        except RecursionError:
            return [refused("QUERY_TOO_DEEP", "查询嵌套过深")]


class Witness(SchemaExtension):
    """Tells the looks of the operation by which queries and acts it goes."""

    def on_execute(self) -> Iterator[None]:
        context = self.execution_context
        assert context.graphql_document is not None
        looks().roots = roots_of(context.graphql_document, context.operation_name)
        yield


def _holds_nul(value: Any) -> bool:
    """Whether a text within ``value`` has the one character that PostgreSQL keeps in none."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            if "\0" in one:
                return True
        elif isinstance(one, dict):
            waiting += [*one.keys(), *one.values()]
        elif isinstance(one, list):
            waiting += one
    return False


def _unnamed(document: DocumentNode, name: str | None) -> GraphQLError | None:
    """Of several operations a client says which, by its own name; none is guessed."""
    if get_operation_ast(document, name) is not None:
        return None
    said = "没有这个名称的操作" if name else "请求含有多个操作,须以 operationName 指明其一"
    return refused("OPERATION_AMBIGUOUS", said, "请核对 operationName")


def roots_of(document: DocumentNode, operation_name: str | None) -> dict[str, str]:
    """The query, act or subscription behind each name that the answer has."""
    fragments = {
        node.name.value: node
        for node in document.definitions
        if isinstance(node, FragmentDefinitionNode)
    }
    operation = get_operation_ast(document, operation_name)
    found: dict[str, str] = {}
    waiting = [] if operation is None else [operation.selection_set]
    while waiting:
        for node in waiting.pop().selections:
            if isinstance(node, FieldNode):
                found[(node.alias or node.name).value] = node.name.value
            elif isinstance(node, FragmentSpreadNode):
                waiting.append(fragments[node.name.value].selection_set)
            elif isinstance(node, InlineFragmentNode):
                waiting.append(node.selection_set)
    return found


def parser_cache() -> ParserCache:
    return ParserCache(maxsize=CACHED_MAX)


def gate() -> Gate:
    return Gate(maxsize=CACHED_MAX)


def only_introspects(document: DocumentNode) -> bool:
    """Whether the document asks for nothing but the schema itself. Fragments count wholly."""
    roots = [
        node.selection_set
        for node in document.definitions
        if isinstance(node, OperationDefinitionNode)
    ]
    fragments = [
        node
        for node in document.definitions
        if isinstance(node, FragmentDefinitionNode) and node.type_condition.name.value[:2] != "__"
    ]
    return not fragments and all(map(_introspects, roots))


def _introspects(selections: SelectionSetNode) -> bool:
    return all(
        isinstance(node, FieldNode) and node.name.value.startswith("__")
        for node in selections.selections
    )


def _misplaced(
    document: DocumentNode, operation_name: str | None, *, listens: bool
) -> GraphQLError | None:
    """Connections are for subscriptions and requests for all else."""
    operation = get_operation_ast(document, operation_name)
    if operation is None or (operation.operation is OperationType.SUBSCRIPTION) == listens:
        return None
    if listens:
        return refused("SUBSCRIPTION_ONLY", "此连接只用于订阅", "查询与办理请用 POST /graphql")
    return refused(
        "SUBSCRIPTION_NEEDS_SOCKET",
        "订阅须经 WebSocket",
        "请以 graphql-transport-ws 子协议连接 /graphql",
    )


def _unknown(asking: Asking) -> GraphQLError:
    if asking.response is not None:
        asking.response.status_code = UNAUTHORIZED
        asking.response.headers["WWW-Authenticate"] = "Bearer"
    refusal = asking.why_unknown
    return GraphQLError(refusal.message, extensions=told(refusal))
