"""Reports as queries: a period and a scope, and by what the figures are grouped."""

from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any

import strawberry
from sqlalchemy import Connection
from strawberry import UNSET

from bancheng.app.inputs import to_question
from bancheng.domain.time_limits.rulebook import RuleBook
from bancheng.graphql.context import Asking, asking_of
from bancheng.graphql.enums import enum_of
from bancheng.graphql.inputs import data_of, filter_of
from bancheng.graphql.queries.filter_values import Look, check_filled, check_values
from bancheng.graphql.types.shown import WITH_THE_ROW, Shown, relation, shown_type
from bancheng.projections.reports.ranking import figures_of, ranked
from bancheng.projections.reports.report import Rate, Report
from bancheng.projections.sight import bound_unit

_PERIOD = {"first_day": "起始日期", "last_day": "截止日期,含当日"}


def _percent(root: Any) -> Any:
    return root.row.percent


_PERCENT = relation(
    _percent, float | None, "百分数,两位小数;分母为零则为空。", seen_by=WITH_THE_ROW
)
# Fields of reports find the type by its row.
shown_type(
    Rate, "Rate", "比率: 分子与分母均可按所述筛选条件在台账中逐件列出。", {"percent": _PERCENT}
)


def report_field(report: Report) -> Any:
    """The query of ``report``."""
    row = _type_of(report)

    async def groups(
        info: Any,
        scope: Any,
        by: Any = UNSET,
        order_by: Any = UNSET,
        descending: Any = UNSET,
    ) -> Any:
        asking = asking_of(info)
        report.view.require(asking.known)
        chosen, wanted = _scope(report, asking, scope), set(data_of(by or []))
        calendar = await asking.calendar()

        def read(database: Connection, book: RuleBook) -> Any:
            check_values(Look(database, book), chosen)
            return report.read(database, chosen, calendar, wanted, now=asking.now)

        rows = await asking.services.read_by_rules(read)
        if order_by:
            rows = ranked(rows, data_of(order_by), descending=descending in (UNSET, None, True))
        return [Shown(one, asking) for one in rows]

    async def all_in_one(info: Any, scope: Any) -> Any:
        return (await groups(info, scope))[0]

    resolve: Any = groups if report.is_grouped else all_in_one
    resolve.__annotations__ = _arguments(report) | {
        "return": list[row] if report.is_grouped else row  # type: ignore[valid-type]
    }
    own = "单位人员只见本单位的。"
    text = f"{report.term}: {report.told};{own}{report.view.told}"
    return strawberry.field(resolver=resolve, description=text)


@cache
def _type_of(report: Report) -> Any:
    for _, held in report.within.values():
        _type_of(held)
    return shown_type(report.row, report.row_name, f"{report.term}: {report.told}。")


def _scope(report: Report, asking: Asking, filled: Any) -> Any:
    """The scope that was filled in, kept to the own unit of who is bound to one."""
    unit = bound_unit(asking.known)
    given: Mapping[str, Any] = data_of(filled)
    data = {name: value for name, value in given.items() if value is not None}
    check_filled(data)
    return to_question(report.scope, data if unit is None else data | {report.bound_by: unit})


@cache
def _arguments(report: Report) -> dict[str, Any]:
    words = _PERIOD | {one.name: one.word for one in report.dimensions}
    found = {
        "info": strawberry.Info,
        "scope": _told(filter_of(report.scope, words), "期间与范围。"),
    }
    if report.is_grouped:
        by: Any = enum_of(report.by)
        found["by"] = _told(list[by] | None, "统计口径,可多选;不填为合计。")
        figures: Any = enum_of(figures_of(report))
        found["order_by"] = _told(figures | None, "按哪项指标排序;不填按统计口径排列。")
        found["descending"] = _told(bool | None, "与 orderBy 同用: 是否倒序,默认倒序。")
    return found


def _told(annotation: Any, text: str) -> Any:
    return Annotated[annotation, strawberry.argument(description=text)]
