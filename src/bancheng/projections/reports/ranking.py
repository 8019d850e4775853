"""统计排序: groups of a report by one of their figures: the worst unit, who did most."""

from collections.abc import Iterable
from typing import Any, Final

from bancheng.domain.labelled import Labelled
from bancheng.projections.ledger.fields import Word
from bancheng.projections.reports.figures import Average, Rate
from bancheng.projections.reports.report import Report

_MADE: Final[dict[str, type[Labelled]]] = {}


def figures_of(report: Report) -> type[Labelled]:
    """统计排序: the figures by which the groups of ``report`` can be ordered."""
    if report.name not in _MADE:
        members = {one.name.upper(): (one.name, Word(one.word).heading) for one in report.measures}
        name = f"{report.name.title().replace('_', '')}Sort"
        made: Any = Labelled(name, members)  # type: ignore[arg-type]
        made.__doc__ = f"{report.term}排序: by which figure groups are ordered."
        _MADE[report.name] = made
    return _MADE[report.name]


def ranked(groups: Iterable[Any], figure: str, *, descending: bool) -> list[Any]:
    """``groups`` by their ``figure``, a rate by its hundredths, an average by its mean.

    One of nothing stands last. Equal ones stay in the order in which they came.
    """
    sized = [(_size(getattr(one, figure)), one) for one in groups]
    known = [pair for pair in sized if pair[0] is not None]
    known.sort(key=lambda pair: pair[0], reverse=descending)
    return [one for _, one in known] + [one for size, one in sized if size is None]


def _size(figure: int | Rate | Average) -> Any:
    match figure:
        case Rate():
            return figure.percent
        case Average():
            return figure.mean
    return figure
