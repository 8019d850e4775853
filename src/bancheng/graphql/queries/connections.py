"""Connections: a page of a ledger, its cursors, and its total if somebody asks for it."""

from collections.abc import Callable
from dataclasses import dataclass
from types import GenericAlias
from typing import Any

import strawberry
from sqlalchemy import Connection as Database

from bancheng.graphql.context import Asking, asking_of
from bancheng.graphql.looks import looks
from bancheng.graphql.types.shown import Shown
from bancheng.projections.ledger.windows import Page


@strawberry.type(description="分页信息。")
class PageInfo:
    """Where a page lies."""

    has_next_page: bool = strawberry.field(description="后面是否还有。")
    has_previous_page: bool = strawberry.field(description="前面是否还有。")
    start_cursor: str | None = strawberry.field(description="本页第一条的游标。")
    end_cursor: str | None = strawberry.field(description="本页最后一条的游标。")


@dataclass(frozen=True)
class Connection:
    """分页结果: the GraphQL types of one ledger's pages."""

    type: Any

    def of(self, page: Page[Any], chosen: Any, asking: Asking) -> Any:
        """The answer that shows ``page``."""
        answer = self.type(
            page_info=PageInfo(
                has_next_page=page.has_next,
                has_previous_page=page.has_previous,
                start_cursor=page.cursors[0] if page.cursors else None,
                end_cursor=page.cursors[-1] if page.cursors else None,
            ),
        )
        # No fields: what is not asked for is not counted, and not shown.
        answer.chosen, answer.page, answer.asking = chosen, page, asking
        return answer


def connection_of(node: Any, term: str, count: Callable[[Database, Any], int]) -> Connection:
    """The types for pages of ``node``; ``count`` counts all that a filter lets through."""
    edge: Any = _edge(node, term)

    def edges(root: Any) -> Any:
        page: Page[Any] = root.page
        looks().counted(len(page.rows))
        pairs = zip(page.rows, page.cursors, strict=True)
        return [edge(node=Shown(row, root.asking), cursor=cursor) for row, cursor in pairs]

    async def total(root: Any, info: Any) -> Any:
        return await asking_of(info).read(lambda database: count(database, root.chosen))

    edges.__annotations__ = {"root": Any, "return": GenericAlias(list, (edge,))}
    total.__annotations__ = {"info": strawberry.Info, "root": Any, "return": int}
    body = {
        "__annotations__": {"edges": GenericAlias(list, (edge,)), "page_info": PageInfo},
        "edges": strawberry.field(resolver=edges, description="本页各条。"),
        "page_info": strawberry.field(description="分页信息。"),
        "total_count": strawberry.field(
            resolver=total, description="符合条件的总条数,请求时才计算。"
        ),
    }
    cls = type(f"{node.__name__}Connection", (), body)
    return Connection(strawberry.type(cls, description=f"{term}的一页。"))


def _edge(node: Any, term: str) -> Any:
    body = {
        "__annotations__": {"cursor": str, "node": node},
        "cursor": strawberry.field(description="游标,翻页时原样传回。"),
        "node": strawberry.field(description="内容。"),
    }
    cls = type(f"{node.__name__}Edge", (), body)
    return strawberry.type(cls, description=f"{term}的一条。")
