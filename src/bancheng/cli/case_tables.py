"""Ledgers of cases as people read them in a terminal. Times are those of the hall."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from rich.table import Table

from bancheng.cli.tables import Hall, level, new_table, verdict
from bancheng.domain.deadlines import DeadlineState
from bancheng.domain.time_limits.levels import WarningLevel
from bancheng.projections.cases import CaseRow
from bancheng.projections.deadlines import DeadlineRow
from bancheng.projections.rating_ledger import RatingRow
from bancheng.projections.tickets import TicketRow


def case_table(rows: Iterable[CaseRow], hall: Hall, *, title: str) -> Table:
    """办件台账."""
    table = new_table(
        title,
        "编号", "事项", "类型", "来源", "窗口", "申请人", "单位", "状态", "提交", "期限", "结论",
    )  # fmt: skip
    for row in rows:
        table.add_row(
            row.number,
            row.item_name,
            row.kind.label,
            row.source.label if row.source else "",
            row.window or "",
            row.applicant_name_masked,
            hall.unit(row.unit),
            row.status.label + ("(视为受理)" if row.deemed else ""),
            hall.day(row.submitted_at),
            str(row.promised_due_date or row.statutory_due_date or ""),
            verdict(row),
        )
    return table


def children_table(
    rows: Iterable[CaseRow],
    limits: Mapping[str, Sequence[DeadlineRow]],
    now: datetime,
    hall: Hall,
    *,
    title: str,
) -> Table:
    """一件事子件: who handles which part, how far it is, and where somebody is late."""
    table = new_table(title, "子件", "事项", "单位", "环节", "状态", "期限", "办结", "结论", "迟在")
    for row in rows:
        table.add_row(
            row.number,
            row.item_name,
            hall.unit(row.unit),
            row.step.label,
            row.status.label,
            str(row.promised_due_date or row.statutory_due_date or ""),
            hall.minute(row.decided_at) if row.decided_at else "",
            verdict(row),
            "、".join(_late(one, now, hall) for one in limits.get(row.case_id, ())
                     if is_late(one, now)),
        )  # fmt: skip
    return table


def is_late(row: DeadlineRow, now: datetime) -> bool:
    """Whether the limit ran out before what it waited for."""
    return row.state is DeadlineState.LATE or row.level(now) is WarningLevel.RED


def rating_table(
    rows: Iterable[tuple[RatingRow, TicketRow | None]], hall: Hall, *, title: str
) -> Table:
    """差评: what was rated badly, what was done about it, and the ticket that came of it."""
    table = new_table(title, "编号", "事项", "单位", "等级", "来源", "评价", "状态", "办不成事工单")
    for rating, ticket in rows:
        table.add_row(
            rating.rating_id,
            rating.item_name,
            hall.unit(rating.unit),
            rating.level.label,
            rating.origin.label + ("(实名)" if rating.named else ""),
            hall.day(rating.rated_at),
            rating.state.label,
            f"{ticket.number} {ticket.status.label}" if ticket else "",
        )
    return table


def _late(row: DeadlineRow, now: datetime, hall: Hall) -> str:
    reached = row.level(now)
    state = level(reached) if reached else row.state.label
    return f"{hall.unit(row.unit)}{row.kind.label}({row.due_date} 止) {state}"
