"""回避台账: one row a recusal: of whom, from which matter, on what ground, and how it was decided.

Who asked and what waits for its decision is asked of its state; who does nothing on a matter is
whose recusal is ordered.
"""

from datetime import datetime
from typing import Annotated

import msgspec
from sqlalchemy import Index

from bancheng.domain.case.state import PREFIX as CASES
from bancheng.domain.complaint.state import PREFIX as TICKETS
from bancheng.domain.events import Recorded
from bancheng.domain.impartiality import RecusalGround
from bancheng.domain.labelled import Labelled
from bancheng.domain.people import Role
from bancheng.domain.recusal import (
    RecusalDenied,
    RecusalEvent,
    RecusalLifted,
    RecusalOrdered,
    RecusalRequested,
)
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
    unseen,
)
from bancheng.projections.ledger.table import table_of
from bancheng.projections.machine.rows import Row, Rows
from bancheng.projections.matters import MatterId, MatterNumber, matter
from bancheng.projections.sight import AUDITORS, OF_UNITS, OVERSEERS, OWN_UNIT, View

# What somebody has to do with the people of a matter is their private affair.
GROUNDS = View("回避理由", OVERSEERS | {Role.UNIT_HEAD})


class RecusalState(Labelled):
    """回避状态词: what a recusal waits for, or how it ended."""

    REQUESTED = "requested", "待决定"
    ORDERED = "ordered", "已决定回避"
    DENIED = "denied", "不予回避"
    LIFTED = "lifted", "已解除"


class RecusalRow(msgspec.Struct, frozen=True, kw_only=True):
    """回避: that somebody is to do nothing on one matter, asked, decided or over."""

    recusal_id: Annotated[str, Word("回避标识"), key]
    matter_id: MatterId
    matter_number: MatterNumber
    staff_id: Annotated[str, Word("须回避人员工号"), asked]
    unit: Annotated[str, Word("须回避人员单位编码"), asked, unit_code]
    ground: Annotated[RecusalGround, Word("回避情形"), asked_any]
    state: Annotated[RecusalState, Word("回避状态"), asked_any]
    by_party: Annotated[bool | None, Word("是否反映人或申请人要求;未经申请决定的为空"), asked]
    requested_at: Annotated[datetime | None, Word("申请时间"), asked]
    requested_by: Annotated[str | None, Word("申请或登记人工号"), asked]
    reason_masked: Annotated[str | None, Word("申请或决定的理由(已脱敏)", GROUNDS)]
    ruled_at: Annotated[datetime | None, Word("审查决定时间"), asked]
    ruled_by: Annotated[str | None, Word("审查决定人工号"), asked]
    ruled_by_name: Annotated[str | None, Word("审查决定人姓名"), prose]
    ruling_masked: Annotated[str | None, Word("不予回避或解除的理由(已脱敏)", GROUNDS)]
    lifted_at: Annotated[datetime | None, Word("解除时间")]
    began_at: Annotated[datetime, Word("提起时间: 申请之时,未经申请的为决定之时"), sorts]
    position: Annotated[Position, unseen]


recusal = table_of(
    RecusalRow,
    "recusal_ledger",
    Index("recusal_ledger_matter", "matter_id"),
    Index("recusal_ledger_began_at", "began_at", "recusal_id"),
    Index("recusal_ledger_staff", "staff_id", "began_at", "recusal_id"),
    Index("recusal_ledger_unit", "unit", "began_at", "recusal_id"),
)


def _begun(rows: Rows, event: RecusalRequested | RecusalOrdered, recorded: Recorded) -> Row:
    return rows.new(
        recusal,
        recusal_id=f"{recorded.stream_id}/{recorded.version}",
        matter_id=recorded.stream_id,
        staff_id=event.staff_id,
        unit=event.unit,
        ground=event.ground,
        state=RecusalState.REQUESTED,
        reason_masked=rows.masked(event.reason),
        began_at=recorded.envelope.occurred_at,
        position=recorded.position,
    )


def _requested(rows: Rows, event: RecusalRequested, recorded: Recorded) -> None:
    row, envelope = _begun(rows, event, recorded), recorded.envelope
    row |= {
        "by_party": event.by_party,
        "requested_at": envelope.occurred_at,
        "requested_by": envelope.actor.id,
    }


def _ordered(rows: Rows, event: RecusalOrdered, recorded: Recorded) -> None:
    row = _standing(rows, event, recorded, RecusalState.REQUESTED)
    row = _begun(rows, event, recorded) if row is None else row
    # Who moved since the request is of another unit now: its people see the row.
    row |= {"unit": event.unit, "ground": event.ground, "reason_masked": rows.masked(event.reason)}
    _ruled(row, recorded, RecusalState.ORDERED)


def _denied(rows: Rows, event: RecusalDenied, recorded: Recorded) -> None:
    row = _standing(rows, event, recorded, RecusalState.REQUESTED)
    assert row is not None, "it was asked for"
    _ruled(row, recorded, RecusalState.DENIED)
    row["ruling_masked"] = rows.masked(event.reason)


def _lifted(rows: Rows, event: RecusalLifted, recorded: Recorded) -> None:
    row = _standing(rows, event, recorded, RecusalState.ORDERED)
    assert row is not None, "it was ordered"
    row |= {
        "state": RecusalState.LIFTED,
        "lifted_at": recorded.envelope.occurred_at,
        "ruling_masked": rows.masked(event.reason),
        "position": recorded.position,
    }


def _standing(
    rows: Rows, event: RecusalEvent, recorded: Recorded, state: RecusalState
) -> Row | None:
    found = rows.all_of(recusal, recorded.stream_id)
    mine = (one for one in found if one["staff_id"] == event.staff_id and one["state"] is state)
    return next(mine, None)


def _ruled(row: Row, recorded: Recorded, state: RecusalState) -> None:
    envelope = recorded.envelope
    row |= {
        "state": state,
        "ruled_at": envelope.occurred_at,
        "ruled_by": envelope.actor.id,
        "ruled_by_name": envelope.actor.name,
        "position": recorded.position,
    }


RECUSALS = Ledger(
    "recusals",
    "回避台账",
    RecusalRow,
    recusal,
    told="一人在一件办不成事工单或办件中的回避",
    version=2,
    follows=("recusal",),
    of=(TICKETS, CASES),
    handles={
        RecusalRequested: _requested,
        RecusalOrdered: _ordered,
        RecusalDenied: _denied,
        RecusalLifted: _lifted,
    },
    seen_by=AUDITORS | OF_UNITS,
    rows=OWN_UNIT,
    first="began_at",
    source=recusal.outerjoin(matter, matter.c.matter_id == recusal.c.matter_id),
    elsewhere={"matter_number": matter.c.number},
)
