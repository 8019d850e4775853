"""The sections about tickets: what they were about, how units did, what is overdue."""

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from typing import Any, Final

from sqlalchemy import select

from bancheng.domain.deadlines import DeadlineState
from bancheng.domain.limit_kinds import LimitKind
from bancheng.projections.deadlines.board import OURS, DeadlineRow
from bancheng.projections.deadlines.deadlines import DEADLINES
from bancheng.projections.items import catalogue
from bancheng.projections.ledger.windows import HoldsAt, Window
from bancheng.projections.periodicals.pages import NONE, TOO_MANY, Grid, Ground, Section, said
from bancheng.projections.reports.call_back_rates import CALL_BACK_RATES
from bancheng.projections.reports.figures import SMALL_BELOW, Rate, rounded
from bancheng.projections.reports.on_time_rates import ON_TIME_RATES
from bancheng.projections.reports.report import Report
from bancheng.projections.reports.ticket_rates import TICKET_RATES
from bancheng.projections.reports.work_order_rates import WORK_ORDER_RATES
from bancheng.projections.wording.marks import end_mark, filled

TOP: Final = 10
LISTED_MAX: Final = 200


def demands(ground: Ground) -> Section:
    """Tickets by what they are, where they came in, why, and about which items."""
    return Section(
        title="诉求情况",
        grids=(
            _by(ground, "category", "类别", lambda one: one.category.label),
            _by(ground, "channel", "来源渠道", lambda one: one.channel.label),
            _by(ground, "cause", "原因", lambda one: _cause(ground, one.cause)),
            _by(ground, "service_item", "事项", lambda one: _item(ground, one.service_item), TOP),
        ),
    )


def _item(ground: Ground, code: str | None) -> str:
    if code is None:
        return "未填"
    named = select(catalogue.c.name).where(catalogue.c.code == code, catalogue.c.current)
    return ground.connection.scalar(named) or code


def _cause(ground: Ground, code: str | None) -> str:
    return "未分析" if code is None else ground.names.term("causes", code)


def _by(
    ground: Ground, by: str, heading: str, name: Callable[[Any], str], most: int | None = None
) -> Grid:
    headings = (heading, "新增", "占比", "结束")
    groups = ground.groups(TICKET_RATES, by)
    if groups is None:
        return Grid(headings=headings, rows=(), note=TOO_MANY)
    there = [one for one in groups if one.reported or one.closed]
    total = sum(one.reported for one in there)
    ranked = sorted(there, key=lambda one: (-one.reported, -one.closed))[:most]
    rows = tuple(
        (name(one), str(one.reported), _share(one.reported, total), str(one.closed))
        for one in ranked
    )
    note = "" if most is None or len(there) <= most else f"共 {len(there)} 项,列前 {most} 项。"
    return Grid(headings=headings, rows=rows, note=note)


def _share(counted: int, total: int) -> str:
    return f"{rounded(Fraction(100 * counted, total)):.2f}%" if total else NONE


def units(ground: Ground) -> Section:
    """How each unit did; what is of few is not ranked."""
    found = {
        "kept": _by_unit(ground, ON_TIME_RATES, kind=LimitKind.RESOLVE),
        "orders": _by_unit(ground, WORK_ORDER_RATES),
        "called": _by_unit(ground, CALL_BACK_RATES),
    }
    codes = sorted({code for one in found.values() for code in one if code is not None})
    codes.sort(key=lambda code: _rank(found["kept"].get(code)))
    ranks = sorted(_rank(found["kept"].get(code)) for code in codes)
    rows = tuple(_unit(ground, code, found, ranks) for code in codes)
    headings = (
        "名次", "单位", "派单数", "按时办结率", "届满未结", "退单率", "重办率", "催办率", "满意率",
    )  # fmt: skip
    note = f"按按时办结率由高到低;应办结不足 {SMALL_BELOW} 件的不排名。"
    return Section(title="各单位办理情况", grids=(Grid(headings=headings, rows=rows, note=note),))


def _by_unit(ground: Ground, report: Report, **scope: Any) -> dict[str | None, Any]:
    return {one.unit: one for one in ground.read(report, ["unit"], scope=scope)}


def _rank(kept: Any) -> tuple[bool, float]:
    rate: Rate | None = None if kept is None else kept.on_time
    ranked = rate is not None and not rate.is_small
    return (not ranked, -(rate.percent or 0) if rate is not None else 0)


def _unit(ground: Ground, code: str, found: Any, ranks: list[Any]) -> tuple[str, ...]:
    """The row of a unit; units of one rate share the place of the first of them."""
    kept, orders, called = (found[name].get(code) for name in ("kept", "orders", "called"))
    is_ranked = kept is not None and not kept.on_time.is_small
    return (
        str(1 + ranks.index(_rank(kept))) if is_ranked else NONE,
        ground.unit(code),
        *_figures(orders, "dispatched"),
        *_figures(kept, "on_time", "late"),
        *_figures(orders, "returned", "reworked", "urged"),
        *_figures(called, "satisfied"),
    )


def _figures(row: Any, *names: str) -> Iterator[str]:
    for name in names:
        yield NONE if row is None else said(getattr(row, name))


def overdue(ground: Ground) -> tuple[Section, Sequence[DeadlineRow]]:
    """What ran out undone in the period, whatever became of it since; and the rows that are named.

    Each is listed, up to a bound that the section names.
    """
    (whole,) = ground.read(ON_TIME_RATES)
    since, until = whole.group.span.edges
    chosen = DEADLINES.filter(
        kinds=OURS, counted_from=since, counted_before=until,
        late=HoldsAt(holds=True, now=ground.now),
    )  # fmt: skip
    window = Window(sort=DEADLINES.first_sort, first=LISTED_MAX)
    listed = DEADLINES.page(ground.connection, chosen, window).rows
    rows = tuple(
        (
            one.matter_number or NONE, one.kind.label, ground.unit(one.unit),
            filled(end_mark(one.due_at), ground.names),
            "仍未办结" if one.state is DeadlineState.RUNNING else one.state.label,
        )
        for one in listed
    )  # fmt: skip
    sentence = f"期间届满未结的时限共 {whole.late} 项,其中此刻仍未办结的 {whole.still_owed} 项。"
    note = f"列前 {LISTED_MAX} 项,其余见限时看板。" if whole.late > LISTED_MAX else ""
    grid = Grid(headings=("编号", "时限", "责任单位", "期限", "现状"), rows=rows, note=note)
    return Section(title="逾期清单", sentences=(sentence,), grids=(grid,)), listed
