"""The root of all queries."""

import strawberry

from bancheng.graphql.context import asking_of
from bancheng.graphql.types.people import Me, me_of


async def _me(info: strawberry.Info) -> Me:
    return me_of(asking_of(info).known)


@strawberry.type(description="查询。")
class Query:
    """Everything that can be asked."""

    me: Me = strawberry.field(resolver=_me, description="经办人: 当前令牌的持有人。")
