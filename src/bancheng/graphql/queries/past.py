"""asOf: the hall as it was at a moment."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

import strawberry

from bancheng.graphql.context import asking_of, root_key_of
from bancheng.graphql.enums import enum_of
from bancheng.graphql.past import ask_of_the_past
from bancheng.graphql.types.shown import WITH_THE_ROW, relation
from bancheng.projections.machine.base import TimeBasis

_BASIS: Any = enum_of(TimeBasis)
BASES = {one.value: one for one in TimeBasis}
BY_RECORDED: Any = _BASIS.RECORDED
At = Annotated[datetime, strawberry.argument(description="时刻,不晚于现在;该时刻的事件计入。")]
By = Annotated[
    _BASIS,
    strawberry.argument(
        description="按哪一时间: 入库时间为当时本厅已知的;"
        "发生时间为按今日所知当时的实情,补录计入其发生时。"
    ),
]


def past_field(queries: Mapping[str, Any]) -> Any:
    """The query that asks ``queries`` of a moment."""
    body = {
        "__annotations__": {"at": datetime, "by": _BASIS},
        "at": strawberry.field(description="时刻。"),
        "by": strawberry.field(description="按哪一时间。"),
        **queries,
    }
    told = "往日: 大厅在某一时刻的样子。能看什么按现在的身份,灯号与剩余时限按该时刻判定。"
    cls: Any = strawberry.type(type("AsOf", (), body), name="AsOf", description=told)

    async def as_of(info: strawberry.Info, at: At, by: By = BY_RECORDED) -> Any:
        ask_of_the_past(asking_of(info), root_key_of(info), at, BASES[by.value])
        return cls(at=at, by=by)

    text = (
        "往日: 大厅在某一时刻的样子,其下各级均为该时刻的。"
        "已脱敏、已销毁的信息在往日也看不到;词句按现行规则库。"
    )
    return relation(as_of, cls, text, seen_by=WITH_THE_ROW)  # each query asks who may
