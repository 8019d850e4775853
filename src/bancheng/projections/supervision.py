"""督办台账: one row a measure that was taken, from 催办 to 问责, and what became of it."""

from datetime import date, datetime
from typing import Annotated, Any

import msgspec
from sqlalchemy import Index

from bancheng.domain.case.state import PREFIX as CASES
from bancheng.domain.complaint import supervised_before as before
from bancheng.domain.complaint.state import PREFIX as TICKETS
from bancheng.domain.events import Recorded
from bancheng.domain.labelled import Labelled
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.supervision import events as supervision
from bancheng.domain.supervision.events import SupervisionColour
from bancheng.domain.time_limits.levels import Rung
from bancheng.domain.time_limits.limit import DueDate
from bancheng.domain.warnings import events as warnings
from bancheng.projections.ledger.declared import Ledger
from bancheng.projections.ledger.fields import (
    BookTerm,
    Position,
    Word,
    asked,
    asked_any,
    key,
    prose,
    sorts,
    unit_code,
    unseen,
)
from bancheng.projections.ledger.table import table_of
from bancheng.projections.machine.rows import Row, Rows
from bancheng.projections.matters import MatterId, MatterNumber, matter
from bancheng.projections.sight import AT_WORK, OTHER_UNITS, OWN_UNIT


class MeasureState(Labelled):
    """督促状态: what a measure waits for, or how it ended."""

    PROPOSED = "proposed", "待签发"
    DECLINED = "declined", "不予督促"
    TAKEN = "taken", "已发"
    WAITING = "waiting", "待反馈"
    ANSWERED = "answered", "已反馈"
    CLOSED = "closed", "已了结"


class MeasureRow(msgspec.Struct, frozen=True, kw_only=True):
    """督促: what was demanded of a unit, on what ground, until when, and what it answered."""

    measure_id: Annotated[str, Word("督促编号"), key]
    matter_id: MatterId
    matter_number: MatterNumber
    rung: Annotated[Rung, Word("督促阶梯"), asked_any]
    unit: Annotated[str | None, Word("被督促单位编码,空为尚未签发"), asked, unit_code]
    proposed_for: Annotated[str | None, Word("拟督促的单位编码", OTHER_UNITS), asked, unit_code]
    order_id: Annotated[str | None, Word("所涉派单编号")]
    measure_ground: Annotated[
        str | None, Word("督促事由代码"), BookTerm("supervision_grounds"), asked
    ]
    basis: Annotated[str | None, Word("督促依据"), prose]
    rule_version: Annotated[str | None, Word("规则库版本"), prose]
    stands_on: Annotated[str | None, Word("所据的预警或时限")]
    colour: Annotated[SupervisionColour | None, Word("督办单颜色"), asked]
    demand_masked: Annotated[str | None, Word("督促要求(已脱敏)")]
    rung_due_at: Annotated[datetime | None, Word("按阶梯应升至此级的时间,空为人工督促")]
    proposed_at: Annotated[datetime | None, Word("拟办时间")]
    listed_at: Annotated[datetime, Word("列入台账时间: 拟办的为拟办时间"), asked, sorts]
    taken_at: Annotated[datetime | None, Word("发出时间"), asked, sorts]
    taken_by_name: Annotated[str | None, Word("发出人姓名"), prose]
    answer_due_at: Annotated[datetime | None, Word("反馈到期时间,此刻起为逾期"), asked, sorts]
    answer_due_date: Annotated[date | None, Word("反馈到期日,当日24时止")]
    extensions: Annotated[int, Word("延期反馈次数")] = 0
    state: Annotated[MeasureState, Word("督促状态"), asked_any]
    answered_at: Annotated[datetime | None, Word("督促反馈时间"), asked]
    answer_masked: Annotated[str | None, Word("反馈内容(已脱敏)")]
    late: Annotated[bool | None, Word("是否逾期反馈,空为未反馈或不要求反馈"), asked]
    overdue: Annotated[int | None, Word("逾期反馈的工作日数,空为旧录未记")]
    closed_at: Annotated[datetime | None, Word("了结时间")]
    ruling_masked: Annotated[str | None, Word("了结意见、不予督促的理由(已脱敏)")]
    position: Annotated[Position, unseen]


measure = table_of(
    MeasureRow,
    "measure_ledger",
    Index("measure_ledger_matter", "matter_id"),
    Index("measure_ledger_taken_at", "taken_at", "measure_id"),
    Index("measure_ledger_listed_at", "listed_at", "measure_id"),
    Index("measure_ledger_answer_due_at", "answer_due_at", "measure_id"),
    Index("measure_ledger_unit", "unit", "listed_at", "measure_id"),
)


def _proposed(rows: Rows, event: supervision.MeasureProposed, recorded: Recorded) -> None:
    at = recorded.envelope.occurred_at
    rows.new(
        measure,
        measure_id=event.measure_id,
        matter_id=recorded.stream_id,
        rung=event.rung,
        proposed_for=event.unit,
        order_id=event.order_id,
        measure_ground=event.ground,
        basis=event.basis,
        rule_version=event.rule_version,
        stands_on=event.stands_on,
        rung_due_at=event.climb.due_at,
        proposed_at=at,
        listed_at=at,
        state=MeasureState.PROPOSED,
        position=recorded.position,
    )


def _declined(rows: Rows, event: supervision.MeasureDeclined, recorded: Recorded) -> None:
    row = _touch(rows, event.measure_id, recorded)
    row["state"] = MeasureState.DECLINED
    row["closed_at"] = recorded.envelope.occurred_at
    row["ruling_masked"] = rows.masked(event.reason)


def _taken(rows: Rows, event: supervision.MeasureTaken, recorded: Recorded) -> None:
    _open(
        rows,
        recorded,
        event.answer_due,
        measure_id=event.measure_id,
        rung=event.rung,
        unit=event.unit,
        order_id=event.order_id,
        measure_ground=event.ground,
        basis=event.basis,
        rule_version=event.rule_version,
        stands_on=event.stands_on,
        colour=event.colour,
        demand_masked=rows.masked(event.demand),
        rung_due_at=event.climb and event.climb.due_at,
    )


def _taken_before(rows: Rows, event: before.SupervisionOrderIssued, recorded: Recorded) -> None:
    _open(
        rows,
        recorded,
        event.feedback_due,
        measure_id=event.supervision_order_id,
        rung=Rung.SUPERVISE,
        unit=event.unit,
        colour=event.colour,
        demand_masked=rows.masked(event.demand),
    )


def _open(rows: Rows, recorded: Recorded, due: DueDate | None, **values: Any) -> None:
    at = recorded.envelope.occurred_at
    try:
        row = rows.of(measure, values["measure_id"])  # it was proposed
    except KeyError:
        row = rows.new(
            measure, matter_id=recorded.stream_id, listed_at=at, measure_id=values["measure_id"]
        )
    row |= {
        **values,
        "taken_at": at,
        "taken_by_name": recorded.envelope.actor.name,
        "state": MeasureState.TAKEN if due is None else MeasureState.WAITING,
        "position": recorded.position,
    }
    if due is not None:
        _until(row, due)


def _until(row: Row, due: DueDate) -> None:
    row |= {"answer_due_at": due.due_at, "answer_due_date": due.due_date}


def _answered(rows: Rows, event: supervision.MeasureAnswered, recorded: Recorded) -> None:
    row = _touch(rows, event.measure_id, recorded)
    verdict = event.verdict
    row |= {"late": not verdict.on_time, "overdue": verdict.overdue}
    _answer(rows, row, event.answer, recorded)


def _answered_before(
    rows: Rows, event: before.SupervisionOrderAnswered, recorded: Recorded
) -> None:
    row = _touch(rows, event.supervision_order_id, recorded)
    row["late"] = recorded.envelope.occurred_at >= row["answer_due_at"]
    _answer(rows, row, event.answer, recorded)


def _answer(rows: Rows, row: Row, answer: Any, recorded: Recorded) -> None:
    row["state"] = MeasureState.ANSWERED
    row["answered_at"] = recorded.envelope.occurred_at
    row["answer_masked"] = rows.masked(answer)


def _extended(rows: Rows, event: supervision.AnswerExtended, recorded: Recorded) -> None:
    row = _touch(rows, event.measure_id, recorded)
    row["extensions"] += 1
    _until(row, event.due)


def _closed(rows: Rows, event: supervision.MeasureClosed, recorded: Recorded) -> None:
    row = _touch(rows, event.measure_id, recorded)
    row["state"] = MeasureState.CLOSED
    row["closed_at"] = recorded.envelope.occurred_at
    row["ruling_masked"] = rows.masked(event.ruling)


def _replanned(rows: Rows, event: warnings.DueDateReplanned, recorded: Recorded) -> None:
    if event.kind is LimitKind.FEEDBACK:
        _until(_touch(rows, event.subject, recorded), event.due)


def _passed_on(rows: Rows, event: warnings.DutiesPassedOn, recorded: Recorded) -> None:
    for row in rows.all_of(measure, recorded.stream_id):
        if row["state"] is MeasureState.PROPOSED and row["proposed_for"] == event.unit:
            row |= {"proposed_for": event.successor, "position": recorded.position}
    for one in event.limits:
        if one.kind is LimitKind.FEEDBACK:
            row = _touch(rows, one.subject, recorded)
            row["unit"] = event.successor
            _until(row, one.due)


def _touch(rows: Rows, measure_id: str, recorded: Recorded) -> Row:
    row = rows.of(measure, measure_id)
    row["position"] = recorded.position
    return row


MEASURES = Ledger(
    "measures",
    "督办台账",
    MeasureRow,
    measure,
    told="对一个单位的一次催办、督办、提示、通报、约谈或问责移送",
    version=2,
    follows=("supervision", "complaint", "deadline"),
    of=(TICKETS, CASES),
    handles={
        supervision.MeasureProposed: _proposed,
        supervision.MeasureDeclined: _declined,
        supervision.MeasureTaken: _taken,
        supervision.MeasureAnswered: _answered,
        supervision.AnswerExtended: _extended,
        supervision.MeasureClosed: _closed,
        before.SupervisionOrderIssued: _taken_before,
        before.SupervisionOrderAnswered: _answered_before,
        warnings.DueDateReplanned: _replanned,
        warnings.DutiesPassedOn: _passed_on,
    },
    seen_by=AT_WORK,
    rows=OWN_UNIT,
    first="listed_at",
    source=measure.outerjoin(matter, matter.c.matter_id == measure.c.matter_id),
    elsewhere={"matter_number": matter.c.number},
)
MEASURES_OF_MATTERS = MEASURES.several_by("matter_id", "listed_at")
