"""How the figures of a report are asked of the database: one statement a population."""

from collections.abc import Sequence
from typing import Any, Final

import msgspec
from sqlalchemy import ColumnElement, Label, Select, func, select

from bancheng.projections.reports.declared import (
    Averaged,
    Dimension,
    Expression,
    Measure,
    Population,
)
from bancheng.projections.reports.span import Span

GROUPS_MAX: Final = 2000
WHOLE: Final = "__whole"
ROWS: Final = "__rows"
TIMES: Final = "__times"


class Scope(msgspec.Struct, frozen=True):
    """统计问题: of which days, what of each dimension, grouped by which dimensions."""

    span: Span
    chosen: Sequence[tuple[Dimension, Any]]
    groups: Sequence[Dimension]


def counted(population: Population, measures: Sequence[Measure], scope: Scope) -> Select[Any]:
    """How many rows of each group fulfil each of ``measures``, or what they add up to."""
    flags = [at(one.counts, scope.span).label(one.name) for one in measures]
    flags += [one.of.label(one.name + WHOLE) for one in measures if one.of is not None]
    each = _each(population, flags, scope)
    summed = {name for one in measures if one.sums for name in (one.name, one.name + WHOLE)}
    sums = [
        (
            func.coalesce(func.sum(each.c[one.name]), 0)
            if one.name in summed
            else func.count().filter(each.c[one.name])
        ).label(one.name)
        for one in flags
    ]
    return _grouped(each, scope, func.count().label(ROWS), *sums).limit(GROUPS_MAX + 1)


def amounts(averaged: Averaged, scope: Scope) -> Select[Any]:
    """How often each amount occurs in each group."""
    amount = averaged.amount.label(averaged.name)
    each = _each(averaged.population, [amount], scope, averaged.counts)
    found = each.c[averaged.name]
    return _grouped(each, scope, found, func.count().label(TIMES)).group_by(found)


def at(expression: Expression, span: Span) -> ColumnElement[Any]:
    """The expression for a question about ``span``."""
    return expression if isinstance(expression, ColumnElement) else expression(span)


def _each(
    population: Population,
    flags: Sequence[Label[Any]],
    scope: Scope,
    *conditions: ColumnElement[bool],
) -> Any:
    """Row by row, to be grouped outside.

    Databases do not see that an expression with parameters stands in the list and in the grouping
    alike.
    """
    span = scope.span
    return (
        select(*(at(one.column, span).label(one.name) for one in scope.groups), *flags)
        .select_from(population.source)
        .where(
            population.within.condition(span),
            at(population.always, span),
            *(at(one.column, span) == value for one, value in scope.chosen),
            *conditions,
        )
        .subquery()
    )


def _grouped(each: Any, scope: Scope, *figures: ColumnElement[Any]) -> Select[Any]:
    """One row for each value of what is grouped by; what stands beside one has one of its names."""
    keys = [each.c[one.name] for one in scope.groups if not one.beside]
    beside = [func.max(each.c[one.name]).label(one.name) for one in scope.groups if one.beside]
    ordered = (_ordered(each.c[one.name], one) for one in scope.groups if not one.beside)
    return select(*keys, *beside, *figures).group_by(*keys).order_by(*ordered)


def _ordered(column: ColumnElement[Any], by: Dimension) -> ColumnElement[Any]:
    return column.desc().nulls_last() if by.descending else column.asc().nulls_first()
