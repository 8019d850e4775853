"""Ledgers of cases as people read them in a terminal. Times are those of the hall."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from rich.table import Table

from bancheng.cli.tables import Hall, ledger, standing, verdict
from bancheng.domain.deadlines import DeadlineState
from bancheng.domain.time_limits.levels import WarningLevel
from bancheng.projections.cases import CaseRow
from bancheng.projections.deadlines import DeadlineRow
from bancheng.projections.rating_ledger import RatingRow
from bancheng.projections.tickets import TicketRow


def case_table(rows: Iterable[CaseRow], hall: Hall, *, title: str) -> Table:
    """办件台账."""
    return ledger(title, rows, {
        "编号": lambda row: row.number,
        "事项": lambda row: row.item_name,
        "类型": lambda row: row.kind.label,
        "来源": lambda row: row.source.label if row.source else "",
        "窗口": lambda row: row.window,
        "申请人": lambda row: row.applicant_name_masked,
        "单位": lambda row: hall.unit(row.unit),
        "状态": lambda row: row.status.label + ("(视为受理)" if row.deemed else ""),
        "提交": lambda row: hall.day(row.submitted_at),
        "期限": _due,
        "结论": verdict,
    })  # fmt: skip


def children_table(
    rows: Iterable[CaseRow],
    limits: Mapping[str, Sequence[DeadlineRow]],
    now: datetime,
    hall: Hall,
    *,
    title: str,
) -> Table:
    """一件事子件: who handles which part, how far it is, and where somebody is late."""

    def late(row: CaseRow) -> str:
        found = (one for one in limits.get(row.case_id, ()) if is_late(one, now))
        return "、".join(
            f"{hall.unit(one.unit)}{one.kind.label}({one.due_date} 止) {standing(one, now)}"
            for one in found
        )

    return ledger(title, rows, {
        "子件": lambda row: row.number,
        "事项": lambda row: row.item_name,
        "单位": lambda row: hall.unit(row.unit),
        "环节": lambda row: row.step.label,
        "状态": lambda row: row.status.label,
        "期限": _due,
        "办结": lambda row: hall.minute(row.decided_at) if row.decided_at else "",
        "结论": verdict,
        "迟在": late,
    })  # fmt: skip


def is_late(row: DeadlineRow, now: datetime) -> bool:
    """Whether the limit ran out before what it waited for."""
    return row.state is DeadlineState.LATE or row.level(now) is WarningLevel.RED


def rating_table(
    rows: Iterable[tuple[RatingRow, TicketRow | None]], hall: Hall, *, title: str
) -> Table:
    """差评: what was rated badly, what was done about it, and the ticket that came of it."""
    return ledger(title, rows, {
        "编号": lambda row: row[0].rating_id,
        "事项": lambda row: row[0].item_name,
        "单位": lambda row: hall.unit(row[0].unit),
        "等级": lambda row: row[0].level.label,
        "来源": lambda row: row[0].origin.label + ("(实名)" if row[0].named else ""),
        "评价": lambda row: hall.day(row[0].rated_at),
        "状态": lambda row: row[0].state.label,
        "办不成事工单": lambda row: f"{row[1].number} {row[1].status.label}" if row[1] else "",
    })  # fmt: skip


def _due(row: CaseRow) -> str:
    return str(row.promised_due_date or row.statutory_due_date or "")
