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
from bancheng.graphql.types.figure import SHOWN_ROWS
from bancheng.graphql.types.shown import WITH_THE_ROW, Shown, relation, shown_type
from bancheng.projections.registry import LISTED
from bancheng.projections.reports.opened import rows_of
from bancheng.projections.reports.ranking import figures_of, ranked
from bancheng.projections.reports.report import Report
from bancheng.projections.reports.span import Against, PeriodKind
from bancheng.projections.sight import bound_unit

_PERIOD = {"first_day": "起始日期", "last_day": "截止日期,含当日"}
_LEDGERS = {one.name: one for one in LISTED}


def report_field(report: Report) -> Any:
    """The query of ``report``."""

    async def groups(
        info: Any,
        scope: Any,
        *,
        by: Any = UNSET,
        every: Any = UNSET,
        against: Any = UNSET,
        order_by: Any = UNSET,
        descending: Any = UNSET,
    ) -> Any:
        asking = asking_of(info)
        report.view.require(asking.known)
        chosen, periods = _scope(report, asking, scope), _periods(_filled(every), _filled(against))
        calendar = await asking.calendar()

        def read(database: Connection, book: RuleBook) -> Any:
            check_values(Look(database, book), chosen)
            groups = _filled(by) or []
            return report.read(database, chosen, calendar, groups, now=asking.now, **periods)

        rows = await asking.read_by_rules(read)
        if figure := _filled(order_by):
            rows = ranked(rows, figure, descending=_filled(descending) is not False)
        return [Shown(one, asking) for one in rows]

    resolve: Any = groups
    resolve.__annotations__ = _arguments(report) | {
        "return": list[_type_of(report)]  # type: ignore[misc]
    }
    own = "单位人员只见本单位的。"
    text = f"{report.term}: {report.told};{own}{report.view.told}"
    return strawberry.field(resolver=resolve, description=text)


@cache
def _type_of(report: Report) -> Any:
    def rows(root: Any) -> Any:
        return root.all_beside(rows_of(report.measures, root.row.group, _LEDGERS))

    told = "各指标所计的记录: 以所给筛选条件可在台账中逐件列出;没有台账或分组为空的不列。"
    opened = relation(rows, list[SHOWN_ROWS], told, seen_by=WITH_THE_ROW)
    text = f"{report.term}: {report.told}。"
    return shown_type(report.row, report.row_name, text, {"figure_rows": opened})


def _filled(argument: Any) -> Any:
    """What was filled in, if anything was."""
    return None if argument is UNSET else data_of(argument)


def _periods(every: Any, against: Any) -> dict[str, Any]:
    """By which periods figures are asked for, and of which days instead."""
    return {
        "every": None if every is None else PeriodKind(every),  # type: ignore[call-arg]
        "against": None if against is None else Against(against),  # type: ignore[call-arg]
    }


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
    by: Any = enum_of(report.by)
    every: Any = enum_of(PeriodKind)
    against: Any = enum_of(Against)
    figures: Any = enum_of(figures_of(report))
    return found | {
        "by": _told(list[by] | None, "统计口径,可多选;不填为合计。"),
        "every": _told(every | None, "逐期统计,首末两期可不满一期;不填为整个期间。"),
        "against": _told(against | None, "改统计上期或上年同期,供与所填期间比较。"),
        "order_by": _told(figures | None, "按哪项指标排序;不填按统计口径排列。"),
        "descending": _told(bool | None, "与 orderBy 同用: 是否倒序,默认倒序。"),
    }


def _told(annotation: Any, text: str) -> Any:
    return Annotated[annotation, strawberry.argument(description=text)]
