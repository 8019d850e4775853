"""The sections about cases: by unit and item, what citizens thought of them, who did the work."""

from typing import Any

from bancheng.projections.periodicals.pages import TOO_MANY, Grid, Ground, Section, said
from bancheng.projections.periodicals.tickets import TOP
from bancheng.projections.reports.case_rates import CASE_RATES
from bancheng.projections.reports.rating_rates import RATING_COUNTS, RATING_RATES
from bancheng.projections.reports.workload import WORKLOAD

_OF_CASES = (
    "submitted", "carried", "accepted", "finished", "finishing", "early", "late", "working_days",
)  # fmt: skip
_HEADINGS = (
    "新增", "结转", "受理", "办结", "办结率", "提前办结率", "超期办结率", "平均办结用时(工作日)",
)  # fmt: skip
_OF_WORK = ("submitted", "received", "accepted", "decided", "delivered", "extended")


def cases(ground: Ground) -> Section:
    """Cases by unit, and the items that most was asked of."""
    by_unit = tuple(
        (ground.unit(one.unit), *_figures(one, _OF_CASES))
        for one in ground.read(CASE_RATES, ["unit"])
    )
    return Section(
        title="办件情况",
        grids=(
            Grid(headings=("单位", *_HEADINGS), rows=by_unit),
            _items(ground),
        ),
    )


def _items(ground: Ground) -> Grid:
    headings, groups = ("事项", *_HEADINGS), ground.groups(CASE_RATES, "item")
    if groups is None:
        return Grid(headings=headings, rows=(), note=TOO_MANY)
    items = [one for one in groups if one.submitted]
    ranked = sorted(items, key=lambda one: -one.submitted)[:TOP]
    rows = tuple((one.item_name, *_figures(one, _OF_CASES)) for one in ranked)
    note = f"共 {len(items)} 项事项有新增,列前 {TOP} 项。" if len(items) > TOP else ""
    return Grid(headings=headings, rows=rows, note=note)


def ratings(ground: Ground) -> Section:
    """What citizens gave of their own, by unit; and all ratings by where they came from."""
    names = ("good", "voluntary", "rectified")
    rates = tuple(
        (ground.unit(one.unit), *_figures(one, names))
        for one in ground.read(RATING_RATES, ["unit"])
    )
    counts = tuple(
        (one.origin.label, str(one.ratings), str(one.excluded))
        for one in ground.read(RATING_COUNTS, ["origin"])
    )
    return Section(
        title="好差评",
        grids=(
            Grid(headings=("单位", "好评率", "主动评价率", "差评整改率"), rows=rates),
            Grid(headings=("评价来源", "评价数", "其中剔除的"), rows=counts),
        ),
    )


def workload(ground: Ground) -> Section:
    """Acts at each window, and those beyond office hours."""
    title = "窗口工作量与延时服务"
    if not ground.reaches(WORKLOAD):
        return Section(title=title, sentences=(f"期间超过 {WORKLOAD.days_max} 天,不统计。",))
    rows = tuple(
        (one.window or "无窗口", *_figures(one, _OF_WORK))
        for one in ground.read(WORKLOAD, ["window"])
    )
    headings = ("窗口", "登记", "收件", "受理", "办结", "送达", "其中延时服务")
    return Section(title=title, grids=(Grid(headings=headings, rows=rows),))


def _figures(row: Any, names: tuple[str, ...]) -> list[str]:
    return [said(getattr(row, name)) for name in names]
