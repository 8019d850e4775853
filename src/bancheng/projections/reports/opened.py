"""A figure opened: which rows of which ledger it counts, as the filters that list them."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any, get_origin

import msgspec

from bancheng.domain.labelled import Labelled
from bancheng.projections.ledger.declared import Ledger
from bancheng.projections.ledger.fields import Word, unseen
from bancheng.projections.reports.declared import (
    Asked,
    Averaged,
    Dimension,
    Figure,
    Measure,
    Population,
    Quotient,
    Total,
)
from bancheng.projections.reports.span import Span


class Part(Labelled):
    """所计部分: which part of a figure the listed rows are."""

    COUNTED = "counted", "计数"
    NUMERATOR = "numerator", "分子"
    DENOMINATOR = "denominator", "分母"


class FigureRows(msgspec.Struct, frozen=True, kw_only=True):
    """指标明细: the rows of ``ledger`` that a part of a figure counts, as ``asked`` lists them."""

    figure: Annotated[str, Word("指标,本统计的字段名")]
    figure_label: Annotated[str, Word("指标名称")]
    part: Annotated[Part, Word("所计部分")]
    ledger: Annotated[str, Word("台账,查询名")]
    asked: Annotated[dict[str, Any], unseen]


class Group(msgspec.Struct, frozen=True):
    """统计分组: the days, and what the rows of one group have of each dimension."""

    span: Span
    values: Mapping[Dimension, Any]


def rows_of(
    figures: Iterable[Figure], group: Group, ledgers: Mapping[str, Ledger[Any]]
) -> Iterator[FigureRows]:
    """The rows behind each part of each figure, as far as a ledger lists them.

    It lists none where a dimension is none of its filters, nor where the group has no value of it:
    a filter that is left empty asks for nothing.
    """
    by_name = {one.name: one for one in figures}
    for one in by_name.values():
        label = Word(one.word).heading
        for part, measure, opens in _parts(one, by_name):
            ledger = measure.population.ledger
            if ledger is None:
                continue
            asked = _asked(measure.population, opens, group, ledgers[ledger])
            if asked is not None:
                yield FigureRows(
                    figure=one.name, figure_label=label, part=part, ledger=ledger, asked=asked
                )


def _parts(
    figure: Figure, by_name: Mapping[str, Figure]
) -> Iterator[tuple[Part, Measure | Averaged, Asked]]:
    match figure:
        case Quotient():
            for part, name in ((Part.NUMERATOR, figure.counts), (Part.DENOMINATOR, figure.over)):
                yield from ((part, *found[1:]) for found in _parts(by_name[name], by_name))
        case Total():
            yield from (part for name in figure.counts for part in _parts(by_name[name], by_name))
        case Measure() if figure.of is not None and not figure.sums:
            yield Part.NUMERATOR, figure, {**figure.opens_of, **figure.opens}
            yield Part.DENOMINATOR, figure, figure.opens_of
        case Measure() | Averaged():
            yield Part.COUNTED, figure, figure.opens


def _asked(
    population: Population, opens: Asked, group: Group, ledger: Ledger[Any]
) -> dict[str, Any] | None:
    kinds = {one.name: one.kind for one in ledger.asks}
    asked = {**population.opens, **population.within.asked(group.span), **opens}
    for dimension, value in group.values.items():
        name = dimension.filter or dimension.name
        if dimension.beside:
            continue
        if value is None:
            return None
        if name in kinds:
            asked[name] = [value] if get_origin(kinds[name]) is tuple else value
        elif f"{name}_from" in kinds:  # a day, from and to which is asked
            asked |= {f"{name}_from": value, f"{name}_to": value}
        else:
            return None
    return asked
