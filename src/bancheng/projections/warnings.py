"""预警台账: one row a warning (牌), for time or conduct, as the supervision office keeps it."""

from datetime import datetime
from typing import Annotated, Any

import msgspec
from sqlalchemy import Connection, Index, bindparam

from bancheng.domain.case.state import PREFIX as CASES
from bancheng.domain.complaint.state import PREFIX as TICKETS
from bancheng.domain.events import Recorded
from bancheng.domain.labelled import Labelled
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.steps import Step
from bancheng.domain.time_limits.conduct import Conduct
from bancheng.domain.time_limits.levels import Rung, WarningLevel
from bancheng.domain.warnings import events as warnings
from bancheng.projections.ledger.declared import Ledger
from bancheng.projections.ledger.fields import (
    Position,
    Word,
    asked,
    asked_any,
    key,
    prose,
    sorts,
    unit_code,
)
from bancheng.projections.ledger.table import table_of
from bancheng.projections.machine.rows import Row, Rows
from bancheng.projections.matters import MatterId, MatterNumber, matter
from bancheng.projections.sight import AT_WORK, OWN_UNIT


class WarningState(Labelled):
    """预警状态: what a warning waits for, or how it ended."""

    RAISED = "raised", "已发"
    ANSWERED = "answered", "已反馈"
    APPEALED = "appealed", "申诉中"
    UPHELD = "upheld", "申诉驳回"
    REVOKED = "revoked", "已撤销"


class WarningRow(msgspec.Struct, frozen=True, kw_only=True):
    """预警: one warning, what it rests on and what came of it."""

    warning_id: Annotated[str, Word("预警编号"), key]
    matter_id: MatterId
    matter_number: MatterNumber
    kind: Annotated[LimitKind | None, Word("时限种类,行为牌没有"), asked_any]
    subject: Annotated[str | None, Word("时限所属的办不成事工单、派单或督办单,行为牌没有")]
    cycle: Annotated[int | None, Word("第几轮(重新定期、重办加一),行为牌没有")]
    conduct: Annotated[Conduct | None, Word("违规行为,时限预警没有"), asked_any]
    facts_masked: Annotated[str | None, Word("违规事实(已脱敏)")]
    finding_id: Annotated[str | None, Word("所据的校验异常编号")]
    level: Annotated[WarningLevel, Word("预警级别"), asked_any]
    unit: Annotated[str | None, Word("责任单位编码,空为本厅"), asked, unit_code]
    post: Annotated[str, Word("责任岗位"), prose]
    held_by: Annotated[
        str | None, Word("责任人工号: 发牌时的承办人,空为其时无人承办,行为牌没有"), asked
    ]
    late_step: Annotated[Step, Word("滞后或违规的环节")]
    planned_at: Annotated[datetime | None, Word("应发时间,行为牌没有")]
    raised_at: Annotated[datetime, Word("发牌时间"), asked, sorts]
    late: Annotated[bool, Word("是否迟发"), asked]
    due_at: Annotated[datetime | None, Word("时限的到期时间,行为牌没有")]
    ground: Annotated[str, Word("发牌依据"), prose]
    rule_version: Annotated[str, Word("规则库版本"), prose]
    notify_at: Annotated[datetime, Word("预警通知时间(非办公时间顺延到开门时)")]
    feedback_due_at: Annotated[datetime | None, Word("反馈期限")]
    rung: Annotated[Rung | None, Word("督促阶梯")]
    state: Annotated[WarningState, Word("预警状态"), asked_any]
    answered_at: Annotated[datetime | None, Word("预警反馈时间")]
    answer_masked: Annotated[str | None, Word("反馈内容(已脱敏)")]
    appealed_at: Annotated[datetime | None, Word("申诉时间")]
    appeal_ground_masked: Annotated[str | None, Word("申诉理由(已脱敏)")]
    ruled_at: Annotated[datetime | None, Word("裁定时间")]
    ruling_masked: Annotated[str | None, Word("裁定意见(已脱敏)")]
    position: Annotated[Position, Word("最近变动在整个事件库中的位置,重新订阅时可作 after")]


warning = table_of(
    WarningRow,
    "warning_ledger",
    Index("warning_ledger_matter", "matter_id"),
    Index("warning_ledger_position", "position"),
    Index("warning_ledger_raised_at", "raised_at", "warning_id"),
    Index("warning_ledger_unit", "unit", "raised_at", "warning_id"),
)


def _raised(rows: Rows, event: warnings.WarningRaised, recorded: Recorded) -> None:
    _new(
        rows,
        event,
        recorded,
        kind=event.kind,
        subject=event.subject,
        cycle=event.cycle,
        late_step=event.late_step,
        planned_at=event.planned_at,
        late=event.late,
        due_at=event.due_at,
        rung=event.rung,
        held_by=event.held_by,
    )


def _carded(rows: Rows, event: warnings.ConductCardGiven, recorded: Recorded) -> None:
    _new(
        rows,
        event,
        recorded,
        conduct=event.conduct,
        facts_masked=rows.masked(event.facts),
        finding_id=event.finding_id,
        late_step=event.in_step,
        late=False,
    )


def _new(
    rows: Rows,
    event: warnings.WarningRaised | warnings.ConductCardGiven,
    recorded: Recorded,
    **own: Any,
) -> None:
    rows.new(
        warning,
        warning_id=event.warning_id,
        matter_id=recorded.stream_id,
        level=event.level,
        unit=event.unit,
        post=event.post,
        raised_at=recorded.envelope.occurred_at,
        ground=event.ground,
        rule_version=event.rule_version,
        notify_at=event.notify_at,
        feedback_due_at=event.feedback_due and event.feedback_due.due_at,
        state=WarningState.RAISED,
        position=recorded.position,
        **own,
    )


def _answered(rows: Rows, event: warnings.WarningAnswered, recorded: Recorded) -> None:
    row = rows.of(warning, event.warning_id)
    # An appeal that nobody ruled upon is still waited for, also by whoever lists what waits.
    waits = row["state"] is WarningState.APPEALED
    state = WarningState.APPEALED if waits else WarningState.ANSWERED
    row = _to(rows, event.warning_id, recorded, state)
    row["answered_at"] = recorded.envelope.occurred_at
    row["answer_masked"] = rows.masked(event.answer)


def _appealed(rows: Rows, event: warnings.WarningAppealed, recorded: Recorded) -> None:
    row = _to(rows, event.warning_id, recorded, WarningState.APPEALED)
    row["appealed_at"] = recorded.envelope.occurred_at
    row["appeal_ground_masked"] = rows.masked(event.ground)


def _upheld(rows: Rows, event: warnings.WarningAppealRejected, recorded: Recorded) -> None:
    row = _to(rows, event.warning_id, recorded, WarningState.UPHELD)
    row["ruled_at"] = recorded.envelope.occurred_at
    row["ruling_masked"] = rows.masked(event.ruling)


def _revoked(rows: Rows, event: warnings.WarningRevoked, recorded: Recorded) -> None:
    row = _to(rows, event.warning_id, recorded, WarningState.REVOKED)
    row["ruled_at"] = recorded.envelope.occurred_at
    row["ruling_masked"] = rows.masked(event.ruling)


def _passed_on(rows: Rows, event: warnings.DutiesPassedOn, recorded: Recorded) -> None:
    dues = {one.subject: one.due for one in event.limits if one.kind is LimitKind.CARD_FEEDBACK}
    for row in rows.all_of(warning, recorded.stream_id):
        is_over = row["answered_at"] is not None or row["state"] is WarningState.REVOKED
        if row["unit"] == event.unit and not is_over:
            row |= {"unit": event.successor, "position": recorded.position}
            if (due := dues.get(row["warning_id"])) is not None:
                row["feedback_due_at"] = due.due_at


def _to(rows: Rows, warning_id: str, recorded: Recorded, state: WarningState) -> Row:
    row = rows.of(warning, warning_id)
    row["state"] = state
    row["position"] = recorded.position
    return row


WARNINGS = Ledger(
    "warnings",
    "预警台账",
    WarningRow,
    warning,
    told="因一项时限到达一个级别,或因一个违规行为,发出的一张牌",
    version=4,
    follows=("warning", "deadline"),
    of=(TICKETS, CASES),
    handles={
        warnings.WarningRaised: _raised,
        warnings.ConductCardGiven: _carded,
        warnings.WarningAnswered: _answered,
        warnings.WarningAppealed: _appealed,
        warnings.WarningAppealRejected: _upheld,
        warnings.WarningRevoked: _revoked,
        warnings.DutiesPassedOn: _passed_on,
    },
    seen_by=AT_WORK,
    rows=OWN_UNIT,
    first="raised_at",
    source=warning.outerjoin(matter, matter.c.matter_id == warning.c.matter_id),
    elsewhere={"matter_number": matter.c.number},
)
WARNINGS_OF_MATTERS = WARNINGS.several_by("matter_id", "raised_at")
_BEHIND = (
    WARNINGS.select()
    .where(warning.c.position > bindparam("position"))
    .order_by(warning.c.position)
    .limit(bindparam("limit"))
)


def warnings_behind(connection: Connection, position: int, limit: int) -> list[WarningRow]:
    """At most ``limit`` warnings that came or changed behind ``position``, for subscribers."""
    found = connection.execute(_BEHIND, {"position": position, "limit": limit})
    return [WARNINGS.read(row) for row in found]
