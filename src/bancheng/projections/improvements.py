"""改进台账: one row an item and cause: how often it came, what was changed, and if it came back."""

from datetime import datetime
from typing import Annotated

import msgspec
from sqlalchemy import Column, Index, MetaData, Table, func, select

from bancheng.domain.events import Recorded
from bancheng.domain.improvement.improvement import (
    PREFIX,
    CauseNoted,
    ImprovementAnalysed,
    ImprovementClosed,
    ImprovementDispatched,
    ImprovementOpened,
    ImprovementStatus,
    ImprovementSubmitted,
    ImprovementVerified,
    status_after,
)
from bancheng.projections.ledger.declared import Ledger
from bancheng.projections.ledger.fields import (
    BookTerm,
    Position,
    Word,
    asked,
    asked_any,
    elsewhere,
    key,
    sorts,
    stream,
    unit_code,
    unseen,
)
from bancheng.projections.ledger.table import table_of
from bancheng.projections.machine.columns import Code, Instant, stream_column
from bancheng.projections.machine.rows import Row, Rows
from bancheng.projections.sight import AT_WORK, OWN_UNIT


class ImprovementRow(msgspec.Struct, frozen=True, kw_only=True):
    """改进事项: a cause that comes again and again at one item, and what is done about it."""

    improvement_id: Annotated[str, Word("改进事项标识"), key, stream]
    version: Annotated[int, Word("版本,办理时可作 expectedVersion")]
    service_item: Annotated[str, Word("事项编码"), asked]
    cause: Annotated[str, Word("原因代码"), BookTerm("causes"), asked]
    status: Annotated[ImprovementStatus, Word("改进状态"), asked_any]
    noted: Annotated[int, Word("该原因出现的次数"), elsewhere]
    tickets: Annotated[tuple[str, ...], Word("涉及的办不成事工单编号")] = ()
    last_noted_at: Annotated[datetime, Word("该原因最近出现的时间"), asked, sorts]
    round: Annotated[int, Word("第几次立项")] = 0
    opened_at: Annotated[datetime | None, Word("改进立项时间"), asked]
    clause: Annotated[str | None, Word("须改进的条款")]
    finding_masked: Annotated[str | None, Word("改进的原因分析(已脱敏)")]
    unit: Annotated[str | None, Word("承担改进的单位编码"), asked, unit_code]
    demand_masked: Annotated[str | None, Word("改进要求(已脱敏)")]
    result_masked: Annotated[str | None, Word("改进结果(已脱敏)")]
    opinion_masked: Annotated[str | None, Word("改进核查意见(已脱敏)")]
    conclusion_masked: Annotated[str | None, Word("改进结论(已脱敏)")]
    improved_at: Annotated[datetime | None, Word("改进关闭时间"), asked]
    came_back: Annotated[int, Word("关闭之后该原因再次出现的次数"), elsewhere]
    position: Annotated[Position, unseen]


improvement = table_of(
    ImprovementRow,
    "improvement_ledger",
    Index("improvement_ledger_item", "service_item", "improvement_id"),
    Index("improvement_ledger_last", "last_noted_at", "improvement_id"),
    Index("improvement_ledger_unit", "unit", "last_noted_at", "improvement_id"),
)
noted_ticket = Table(
    "improvement_ledger_ticket",
    MetaData(),
    stream_column("improvement_id", primary_key=True),
    Column("ticket_id", Code, primary_key=True),
    Column("noted_at", Instant, nullable=False),
    Index("improvement_ledger_ticket_of", "ticket_id", "improvement_id"),
)
_noted = (
    select(func.count())
    .select_from(noted_ticket)
    .where(noted_ticket.c.improvement_id == improvement.c.improvement_id)
)


def _cause_noted(rows: Rows, event: CauseNoted, recorded: Recorded) -> None:
    at = recorded.envelope.occurred_at
    if recorded.version == 1:
        rows.new(
            improvement,
            improvement_id=recorded.stream_id,
            service_item=event.item,
            cause=event.cause,
            status=ImprovementStatus.WATCHED,
            last_noted_at=at,
        )
    row = _touch(rows, recorded)
    row |= {"last_noted_at": at, "tickets": (*row["tickets"], event.ticket_number)}
    named = {"improvement_id": recorded.stream_id, "ticket_id": event.ticket_id}
    rows.new(noted_ticket, **named, noted_at=at)


def _touch(rows: Rows, recorded: Recorded) -> Row:
    row = rows.of(improvement, recorded.stream_id)
    status = status_after(recorded.event, row["status"])
    row |= {"version": recorded.version, "position": recorded.position, "status": status}
    return row


def _opened(rows: Rows, event: ImprovementOpened, recorded: Recorded) -> None:
    row = _touch(rows, recorded)
    row |= {"round": event.round, "opened_at": recorded.envelope.occurred_at}


def _analysed(rows: Rows, event: ImprovementAnalysed, recorded: Recorded) -> None:
    row = _touch(rows, recorded)
    row |= {"clause": event.clause, "finding_masked": rows.masked(event.finding)}


def _dispatched(rows: Rows, event: ImprovementDispatched, recorded: Recorded) -> None:
    row = _touch(rows, recorded)
    row |= {"unit": event.unit, "demand_masked": rows.masked(event.demand)}


def _submitted(rows: Rows, event: ImprovementSubmitted, recorded: Recorded) -> None:
    _touch(rows, recorded)["result_masked"] = rows.masked(event.result)


def _verified(rows: Rows, event: ImprovementVerified, recorded: Recorded) -> None:
    _touch(rows, recorded)["opinion_masked"] = rows.masked(event.opinion)


def _closed(rows: Rows, event: ImprovementClosed, recorded: Recorded) -> None:
    row = _touch(rows, recorded)
    row |= {"improved_at": recorded.envelope.occurred_at}
    row["conclusion_masked"] = rows.masked(event.conclusion)


IMPROVEMENTS = Ledger(
    "improvements",
    "改进台账",
    ImprovementRow,
    improvement,
    told="一个事项的一个原因: 出现几次、如何改进、改进后是否再现",
    version=1,
    follows=("improvement",),
    of=(PREFIX,),
    handles={
        CauseNoted: _cause_noted,
        ImprovementOpened: _opened,
        ImprovementAnalysed: _analysed,
        ImprovementDispatched: _dispatched,
        ImprovementSubmitted: _submitted,
        ImprovementVerified: _verified,
        ImprovementClosed: _closed,
    },
    beside=(noted_ticket,),
    seen_by=AT_WORK,
    rows=OWN_UNIT,
    first="last_noted_at",
    elsewhere={
        "noted": _noted.scalar_subquery(),
        "came_back": _noted.where(
            noted_ticket.c.noted_at > improvement.c.improved_at
        ).scalar_subquery(),
    },
)
IMPROVEMENTS_BY_ID = IMPROVEMENTS.one_by("improvement_id")
