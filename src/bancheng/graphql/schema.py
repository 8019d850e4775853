"""The schema: its roots, its extensions, and the one place where errors are made presentable."""

from typing import Any

import strawberry
from graphql import GraphQLError
from strawberry.schema.config import StrawberryConfig
from strawberry.types import ExecutionResult

from bancheng.graphql.context import Asking
from bancheng.graphql.errors import presented
from bancheng.graphql.gate import Bounds, gate, parser_cache
from bancheng.graphql.mutations import Mutation
from bancheng.graphql.queries.root import Query
from bancheng.graphql.types.shown import read_field


class Schema(strawberry.Schema):
    """Strawberry's schema, whose errors are ours."""

    def process_errors(self, errors: list[GraphQLError], execution_context: Any = None) -> None:
        """Strawberry would log the text of each error here, with its statement and values."""

    async def execute(self, *args: Any, **kwargs: Any) -> ExecutionResult:
        """Run an operation. Every way to an error ends here, also those around the extensions."""
        result = await super().execute(*args, **kwargs)
        if result.errors:
            asking: Asking = kwargs["context_value"]
            result.errors = presented(result.errors, asking.request_id)
        return result


schema = Schema(
    query=Query,
    mutation=Mutation,
    extensions=[Bounds, parser_cache, gate],
    config=StrawberryConfig(default_resolver=read_field),
)


def schema_text() -> str:
    """The schema, as it is committed line by line (schema.graphql)."""
    return schema.as_str()
