"""The schema: its roots, its extensions, and the one place where errors are made presentable."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any, TypeVar

import strawberry
from graphql import GraphQLError, located_error
from strawberry.schema.config import StrawberryConfig
from strawberry.types import ExecutionResult
from strawberry.types.execution import PreExecutionError

from bancheng.domain.accesses import AccessKind
from bancheng.graphql.context import Asking
from bancheng.graphql.errors import presented
from bancheng.graphql.gate import Bounds, Witness, gate, parser_cache
from bancheng.graphql.looks import Looks, begun
from bancheng.graphql.mutations import Mutation
from bancheng.graphql.queries.root import Query
from bancheng.graphql.subscriptions import Subscription
from bancheng.graphql.types.shown import read_field

T = TypeVar("T", bound=Any)


class Schema(strawberry.Schema):
    """Strawberry's schema, whose errors are ours."""

    def process_errors(self, errors: list[GraphQLError], execution_context: Any = None) -> None:
        """Strawberry would log the text of each error here, with its statement and values."""

    async def execute(self, *args: Any, **kwargs: Any) -> ExecutionResult:
        """Run an operation. Every way to an error ends here, also those around the extensions."""
        asking: Asking = kwargs["context_value"]
        looks = begun(asking.visitor)
        try:
            result = await super().execute(*args, **kwargs)
        finally:
            await asking.end()
        return await _witnessed(result, asking, looks)

    async def stream(self, *args: Any, **kwargs: Any) -> Any:
        """Run an operation that answers again and again; each answer is made presentable."""
        return _each_presentable(await super().stream(*args, **kwargs), kwargs["context_value"])


async def _each_presentable(results: Any, asking: Asking) -> AsyncGenerator[Any, None]:
    looks = begun(asking.visitor)
    try:
        async with aclosing(results):
            async for result in results:
                yield await _witnessed(result, asking, looks)
    except Exception as error:  # noqa: BLE001  what an extension refuses or breaks
        coded = error if isinstance(error, GraphQLError) else located_error(error)
        yield _presentable(PreExecutionError(data=None, errors=[coded]), asking)


async def _witnessed(result: T, asking: Asking, looks: Looks) -> T:
    """``result``, once the access log has what it shows and refuses."""
    shown_as = AccessKind.PUSHED if asking.listens else AccessKind.VIEWED
    await asking.services.witness(*looks.taken(result.errors or (), shown_as))
    return _presentable(result, asking)


def _presentable(result: T, asking: Asking) -> T:
    if result.errors:
        result.errors = presented(result.errors, asking.request_id)
    return result


schema = Schema(
    query=Query,
    mutation=Mutation,
    subscription=Subscription,
    extensions=[Bounds, parser_cache, gate, Witness],
    config=StrawberryConfig(default_resolver=read_field),
)


def schema_text() -> str:
    """The schema, as it is committed line by line (schema.graphql)."""
    return schema.as_str()
