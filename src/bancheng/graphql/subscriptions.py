"""Subscriptions: warnings, pushed when they are raised or change."""

from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass
from typing import Annotated, Any, Final

import msgspec
import strawberry
from strawberry import UNSET

from bancheng.domain.complaint.withheld import is_withheld
from bancheng.domain.errors import Conflict, InvalidInput
from bancheng.domain.time_limits.levels import WarningLevel
from bancheng.graphql.context import Asking, asking_of
from bancheng.graphql.enums import enum_of
from bancheng.graphql.inputs import data_of
from bancheng.graphql.limits import PUSH_QUEUE_MAX, PUSHES_MISSED_MAX
from bancheng.graphql.pushes import News, Subscriber, news_of
from bancheng.graphql.queries.filter_values import Look, check_filled, check_values
from bancheng.graphql.types.nodes import node_of
from bancheng.graphql.types.shown import Shown
from bancheng.projections.sight import PUSHES, bound_unit
from bancheng.projections.warnings import WARNINGS, warnings_behind

_LEVEL: Any = enum_of(WarningLevel)
_POSITION_MAX: Final = 2**63 - 1
_POSITION_DIGITS_MAX: Final = 19


class _Scope(msgspec.Struct, frozen=True):
    unit: str | None


@dataclass(frozen=True)
class _Wanted:
    """What a subscriber asked for, kept to what they may see at the instant of the push."""

    asking: Asking
    unit: str | None
    levels: frozenset[str]

    def __call__(self, news: News) -> bool:
        actor, row = self.asking.known, news.row
        unit = bound_unit(actor) or self.unit
        fits = unit in (None, row.unit) and (not self.levels or row.level.value in self.levels)
        hidden = news.about is not None and is_withheld(news.about, actor, news.successors)
        return fits and not hidden and PUSHES.shows(actor)


Unit = Annotated[
    str | None, strawberry.argument(description="责任单位编码;单位承办人只收到本单位的预警。")
]
Levels = Annotated[
    list[_LEVEL] | None, strawberry.argument(description="预警级别,符合其一即可;不填为全部。")
]
After = Annotated[
    str | None,
    strawberry.argument(
        description=f"先补收此位置(position)之后的变动,最多 {PUSHES_MISSED_MAX} 条;不填则从现在起。"
    ),
]


async def _warnings(
    info: strawberry.Info, unit: Unit = UNSET, levels: Levels = UNSET, after: After = UNSET
) -> Any:
    asking = asking_of(info)
    PUSHES.require(asking.known)
    asked = {"unit": unit, "levels": data_of(levels)}
    check_filled({name: one for name, one in asked.items() if one not in (UNSET, None)})
    scope = _Scope(unit=unit or None)
    await asking.services.read_by_rules(lambda *look: check_values(Look(*look), scope))
    wanted = _Wanted(asking, scope.unit, frozenset(data_of(levels or [])))
    return _pushed(asking, wanted, _position_of(after) if after else None)


async def _pushed(
    asking: Asking, wants: Callable[[News], bool], after: int | None
) -> AsyncGenerator[Any, None]:
    def slow() -> None:
        if asking.let_go is not None:
            asking.let_go(_too_slow())

    subscriber = Subscriber(wants, slow)
    async with asking.services.pushes.joined(subscriber):
        seen = 0
        for news in await _missed(asking, after):
            seen = news.row.position
            if wants(news):
                yield Shown(news.row, asking.anew())
        while True:
            row = await subscriber.next()
            if row.position > seen:
                yield Shown(row, asking.anew())


async def _missed(asking: Asking, after: int | None) -> list[News]:
    if after is None:
        return []
    most = PUSHES_MISSED_MAX
    found: list[News] = await asking.services.read(
        lambda database: news_of(database, warnings_behind(database, after, most + 1))
    )
    if len(found) > most:
        raise InvalidInput(
            "PUSHES_MISSED",
            f"此位置之后的变动已超过 {most} 条,不能补收",
            field="after",
            remedy="请用 warnings 查询补看,再不带 after 订阅",
        )
    return found


def _position_of(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= _POSITION_DIGITS_MAX):
        raise _not_a_position()
    position = int(text)
    if position > _POSITION_MAX:
        raise _not_a_position()
    return position


def _not_a_position() -> InvalidInput:
    return InvalidInput(
        "POSITION_INVALID", "after 应为预警的 position", field="after", remedy="请原样传回 position"
    )


def _too_slow() -> Conflict:
    return Conflict(
        "SUBSCRIBER_SLOW",
        f"待收预警超过 {PUSH_QUEUE_MAX} 条,已断开",
        remedy="请重新连接,用 after 补收,并及时读取",
    )


_warnings.__annotations__["return"] = AsyncGenerator[node_of(WARNINGS), None]  # type: ignore[misc]
_DESCRIPTION = (
    f"预警推送: 发牌、反馈、申诉、裁定时各推一次。经 WebSocket(graphql-transport-ws)。{PUSHES.told}"
)
Subscription: Any = strawberry.type(
    type(
        "Subscription",
        (),
        {"warnings": strawberry.subscription(resolver=_warnings, description=_DESCRIPTION)},
    ),
    description="订阅。",
)
