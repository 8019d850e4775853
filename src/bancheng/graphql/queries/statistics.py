"""Statistics of cases: what ratings come to, and how much work was done by whom."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Annotated, Any

import strawberry
from strawberry import UNSET

from bancheng.app.inputs import to_command
from bancheng.graphql import permissions
from bancheng.graphql.context import Asking, asking_of
from bancheng.graphql.enums import enum_of
from bancheng.graphql.inputs import data_of, filter_of
from bancheng.graphql.permissions import bound_unit
from bancheng.graphql.types.shown import Shown, relation
from bancheng.graphql.types.statistics import RatingRates, WorkloadGroup
from bancheng.projections.rating_rates import RateScope, rating_rates
from bancheng.projections.windows import Period
from bancheng.projections.workloads import WorkloadBy, WorkloadScope, workload

_PERIOD = {"first_day": "起始日期", "last_day": "截止日期,含当日"}
_RATE_WORDS = _PERIOD | {"unit": "承办单位编码", "item_code": "事项实施编码"}
_WORKLOAD_WORDS = _PERIOD | {
    "unit": "承办单位编码",
    "window": "窗口编号",
    "actor_unit": "经办人单位编码",
    "post": "经办人岗位",
    "actor_id": "经办人工号",
}


def _scope(asking: Asking, cls: type[Period], filled: Any, bound_by: str) -> Any:
    """The scope that was filled in, kept to the own unit of who is bound to one."""
    unit = bound_unit(asking.known)
    given: Mapping[str, Any] = data_of(filled)
    data = {name: value for name, value in given.items() if value is not None}
    return to_command(cls, data if unit is None else data | {bound_by: unit})


async def _rating_rates(info: Any, scope: Any) -> Any:
    asking = asking_of(info)
    permissions.RATING_RATES.require(asking.known)
    chosen = _scope(asking, RateScope, scope, "unit")
    calendar = await asking.calendar()
    read: Callable[..., Any] = partial(rating_rates, scope=chosen, calendar=calendar)
    return Shown(await asking.services.read(read), asking)


async def _workload(info: Any, scope: Any, by: Any = UNSET) -> Any:
    asking = asking_of(info)
    permissions.WORKLOAD.require(asking.known)
    chosen = _scope(asking, WorkloadScope, scope, "actor_unit")
    codes = set(data_of(by or []))
    dimensions = [one for one in WorkloadBy if one in codes]
    calendar = await asking.calendar()
    read: Callable[..., Any] = partial(workload, scope=chosen, by=dimensions, calendar=calendar)
    return [Shown(row, asking) for row in await asking.services.read(read)]


def _told(annotation: Any, text: str) -> Any:
    return Annotated[annotation, strawberry.argument(description=text)]


_rating_rates.__annotations__ = {
    "info": strawberry.Info,
    "scope": _told(filter_of(RateScope, _RATE_WORDS), "期间与范围。"),
}
_workload.__annotations__ = {
    "info": strawberry.Info,
    "scope": _told(filter_of(WorkloadScope, _WORKLOAD_WORDS), "期间与范围。"),
    "by": _told(list[enum_of(WorkloadBy)] | None, "统计口径,可多选;不填为合计。"),  # type: ignore[misc]
}
RATING_RATES = relation(
    _rating_rates,
    RatingRates,
    f"评价统计: 各率只计群众主动评价;单位人员只见本单位的。{permissions.RATING_RATES.told}",
)
WORKLOAD = relation(
    _workload,
    list[WorkloadGroup],
    f"工作量: 按日、单位、窗口或岗位统计;单位人员只见本单位的。{permissions.WORKLOAD.told}",
)
