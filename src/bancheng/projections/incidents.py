"""突发事件台账: one row an incident: when it was found, and reported up, and what was done."""

from datetime import datetime
from typing import Annotated, Any

import msgspec
from sqlalchemy import ColumnElement, Index, and_, or_

from bancheng.domain.events import Event, Recorded
from bancheng.domain.incidents.incident import (
    PREFIX,
    IncidentEnded,
    IncidentMeasureNoted,
    IncidentRegistered,
    IncidentReported,
    IncidentReviewed,
)
from bancheng.domain.incidents.terms import IncidentKind, IncidentStatus
from bancheng.domain.notices.events import NoticeFailed, NoticeResendOrdered, NoticeSent
from bancheng.domain.privacy.events import (
    PersonalDataErased,
    ProcessingRestricted,
    RestrictionLifted,
)
from bancheng.domain.processing import DataState
from bancheng.projections.ledger.asking import holds_now
from bancheng.projections.ledger.declared import Ledger
from bancheng.projections.ledger.fields import (
    Position,
    Word,
    asked,
    asked_any,
    key,
    prose,
    sorts,
    stream,
    unit_code,
    unseen,
)
from bancheng.projections.ledger.table import table_of
from bancheng.projections.machine.base import Handler
from bancheng.projections.machine.rows import Row, Rows
from bancheng.projections.sight import WIDE


class IncidentRow(msgspec.Struct, frozen=True, kw_only=True):
    """突发事件: what happened in the hall, and what became of it."""

    incident_id: Annotated[str, Word("突发事件标识"), key, stream]
    version: Annotated[int, Word("版本,办理时可作 expectedVersion")]
    number: Annotated[str, Word("突发事件编号"), asked, sorts]
    kind: Annotated[IncidentKind, Word("突发事件类别"), asked_any]
    status: Annotated[IncidentStatus, Word("突发事件状态"), asked_any]
    facts_masked: Annotated[str | None, Word("事件经过(已脱敏)")]
    found_at: Annotated[datetime, Word("发现时间"), asked, sorts]
    registered_at: Annotated[datetime, Word("突发事件登记时间")]
    registered_by: Annotated[str, Word("突发事件登记人工号"), asked]
    registered_by_name: Annotated[str, Word("突发事件登记人姓名"), prose]
    unit: Annotated[str, Word("突发事件登记人单位编码"), asked, unit_code]
    report_due_at: Annotated[datetime | None, Word("上报期限,此刻起为迟报")]
    incident_reported_at: Annotated[datetime | None, Word("上报时间"), asked]
    organ: Annotated[str | None, Word("上报对象"), prose]
    report_on_time: Annotated[bool | None, Word("是否按时上报"), asked]
    report_late_minutes: Annotated[int | None, Word("迟报分钟数"), sorts]
    measures_noted: Annotated[int, Word("处置措施记录次数")] = 0
    measure_masked: Annotated[str | None, Word("最近的处置措施(已脱敏)")]
    measured_at: Annotated[datetime | None, Word("最近的处置时间")]
    ended_at: Annotated[datetime | None, Word("突发事件结束时间"), asked]
    result_masked: Annotated[str | None, Word("处置结果(已脱敏)")]
    reviewed_at: Annotated[datetime | None, Word("复盘时间"), asked]
    finding_masked: Annotated[str | None, Word("原因分析(已脱敏)")]
    lesson_masked: Annotated[str | None, Word("改进措施(已脱敏)")]
    data_state: Annotated[DataState, Word("个人信息状态"), asked] = DataState.KEPT
    position: Annotated[Position, unseen]


incident = table_of(
    IncidentRow,
    "incident_ledger",
    Index("incident_ledger_number", "number", "incident_id"),
    Index("incident_ledger_found_at", "found_at", "incident_id"),
    Index("incident_ledger_late", "report_late_minutes", "incident_id"),
)


def _registered(rows: Rows, event: IncidentRegistered, recorded: Recorded) -> None:
    envelope = recorded.envelope
    row = rows.new(
        incident,
        incident_id=recorded.stream_id,
        number=event.number,
        kind=event.kind,
        status=IncidentStatus.OPEN,
        facts_masked=rows.masked(event.facts),
        found_at=event.found_at,
        registered_at=envelope.occurred_at,
        registered_by=envelope.actor.id,
        registered_by_name=envelope.actor.name,
        unit=envelope.actor.unit,
        report_due_at=event.report_due and event.report_due.due_at,
    )
    _moved(row, recorded)


def _moved(row: Row, recorded: Recorded) -> Row:
    row |= {"version": recorded.version, "position": recorded.position}
    return row


def _touch(rows: Rows, recorded: Recorded) -> Row:
    return _moved(rows.of(incident, recorded.stream_id), recorded)


def _reported(rows: Rows, event: IncidentReported, recorded: Recorded) -> None:
    row, verdict = _touch(rows, recorded), event.verdict
    row |= {"incident_reported_at": recorded.envelope.occurred_at, "organ": event.organ}
    if verdict is not None:
        row["report_on_time"] = verdict.on_time
        row["report_late_minutes"] = 0 if verdict.on_time else verdict.overdue_minutes


def _noted(rows: Rows, event: IncidentMeasureNoted, recorded: Recorded) -> None:
    row = _touch(rows, recorded)
    row["measure_masked"] = rows.masked(event.measure)
    row["measured_at"] = recorded.envelope.occurred_at
    row["measures_noted"] += 1


def _ended(rows: Rows, event: IncidentEnded, recorded: Recorded) -> None:
    row = _touch(rows, recorded)
    row |= {"status": IncidentStatus.ENDED, "ended_at": recorded.envelope.occurred_at}
    row["result_masked"] = rows.masked(event.result)


def _reviewed(rows: Rows, event: IncidentReviewed, recorded: Recorded) -> None:
    row = _touch(rows, recorded)
    row["reviewed_at"] = recorded.envelope.occurred_at
    row |= {
        "finding_masked": rows.masked(event.finding),
        "lesson_masked": rows.masked(event.lesson),
    }


def _touched(rows: Rows, _: Event, recorded: Recorded) -> None:
    _touch(rows, recorded)


def _kept_as(state: DataState) -> Handler:
    def kept(rows: Rows, _: Event, recorded: Recorded) -> None:
        _touch(rows, recorded)["data_state"] = state

    return kept


def is_late(now: ColumnElement[datetime]) -> ColumnElement[Any]:
    """Whether it was reported up too late, or is not yet by ``now`` and should have been."""
    waits = and_(incident.c.incident_reported_at.is_(None), incident.c.report_due_at <= now)
    return or_(incident.c.report_on_time.is_(False), waits)


INCIDENTS = Ledger(
    "incidents",
    "突发事件台账",
    IncidentRow,
    incident,
    told="一件突发事件: 何时发现、何时上报、是否迟报、如何处置、有何改进",
    version=1,
    follows=("incident", "privacy", "notice"),
    of=(PREFIX,),
    handles={
        IncidentRegistered: _registered,
        IncidentReported: _reported,
        IncidentMeasureNoted: _noted,
        IncidentEnded: _ended,
        IncidentReviewed: _reviewed,
        ProcessingRestricted: _kept_as(DataState.RESTRICTED),
        RestrictionLifted: _kept_as(DataState.KEPT),
        PersonalDataErased: _kept_as(DataState.ERASED),
        **dict.fromkeys((NoticeSent, NoticeFailed, NoticeResendOrdered), _touched),
    },
    seen_by=WIDE,
    first="found_at",
    asks=(holds_now("report_late", "此刻是否迟报: 已迟报,或逾期仍未上报", is_late),),
)
INCIDENTS_BY_ID = INCIDENTS.one_by("incident_id")
