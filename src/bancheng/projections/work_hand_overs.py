"""工作交接台账: one row a list by which somebody hands over what they have in hand.

What stands on the list is asked of the ledger of what people have in hand, which shows each reader
what is for them to see.
"""

from datetime import datetime
from typing import Annotated

import msgspec
from sqlalchemy import Column, Index, MetaData, Table, func, select

from bancheng.domain.events import Recorded
from bancheng.domain.hands import its_order
from bancheng.domain.holding.hand_over import (
    PREFIX,
    WorkHandOverProposed,
    WorkHandOverSigned,
    WorkHandOverStatus,
    WorkHandOverWithdrawn,
)
from bancheng.projections.ledger.declared import Ledger
from bancheng.projections.ledger.fields import (
    Position,
    Word,
    asked,
    asked_any,
    elsewhere,
    key,
    prose,
    sorts,
    stream,
    unit_code,
    unseen,
)
from bancheng.projections.ledger.table import table_of
from bancheng.projections.machine.columns import Code, stream_column
from bancheng.projections.machine.rows import Row, Rows
from bancheng.projections.sight import AT_WORK, OWN_UNIT


class WorkHandOverRow(msgspec.Struct, frozen=True, kw_only=True):
    """工作交接: a list of what somebody has in hand, and who signed it."""

    hand_over_id: Annotated[str, Word("工作交接标识"), key, stream]
    version: Annotated[int, Word("版本,办理时可作 expectedVersion")]
    status: Annotated[WorkHandOverStatus, Word("交接状态"), asked_any]
    from_staff: Annotated[str, Word("交出人工号"), asked]
    from_name: Annotated[str, Word("交出人姓名"), prose]
    to_staff: Annotated[str, Word("接手人工号"), asked]
    to_name: Annotated[str, Word("接手人姓名"), prose]
    unit: Annotated[str, Word("双方单位编码"), asked, unit_code]
    reason_masked: Annotated[str | None, Word("交接原因(已脱敏)")]
    listed: Annotated[int, Word("清单件数"), elsewhere]
    unlisted: Annotated[int, Word("未列入清单的件数,须另列清单")] = 0
    proposed_at: Annotated[datetime, Word("交接提出时间"), asked, sorts]
    proposed_by: Annotated[str, Word("交接提出人工号"), asked]
    proposed_by_name: Annotated[str, Word("交接提出人姓名"), prose]
    signed_at: Annotated[datetime | None, Word("接手人签收时间"), asked]
    withdrawn_at: Annotated[datetime | None, Word("撤回时间")]
    position: Annotated[Position, unseen]


hand_over = table_of(
    WorkHandOverRow,
    "work_hand_over_ledger",
    Index("work_hand_over_ledger_proposed_at", "proposed_at", "hand_over_id"),
    Index("work_hand_over_ledger_unit", "unit", "proposed_at", "hand_over_id"),
    Index("work_hand_over_ledger_signed", "from_staff", "status"),
)
# An empty order is the matter itself: a part of a key is never absent.
listed_part = Table(
    "work_hand_over_part",
    MetaData(),
    stream_column("hand_over_id", primary_key=True),
    Column("matter_id", Code, primary_key=True),
    Column("part", Code, primary_key=True),
    Index("work_hand_over_part_matter", "matter_id", "part", "hand_over_id"),
)
# Counted of those that the reader may know of: one more would tell of a ticket that is withheld.
_listed = (
    select(func.count())
    .select_from(listed_part)
    .where(listed_part.c.hand_over_id == hand_over.c.hand_over_id)
    .scalar_subquery()
)


def _proposed(rows: Rows, event: WorkHandOverProposed, recorded: Recorded) -> None:
    envelope = recorded.envelope
    row = rows.new(
        hand_over,
        hand_over_id=recorded.stream_id,
        from_staff=event.from_staff,
        from_name=event.from_name,
        to_staff=event.to_staff,
        to_name=event.to_name,
        unit=event.unit,
        reason_masked=rows.masked(event.reason),
        unlisted=event.unlisted,
        proposed_at=envelope.occurred_at,
        proposed_by=envelope.actor.id,
        proposed_by_name=envelope.actor.name,
    )
    _goes_on(row, recorded, WorkHandOverStatus.PROPOSED)
    for one in event.parts:
        named = {"matter_id": one.matter_id, "part": its_order(one)}
        rows.new(listed_part, hand_over_id=recorded.stream_id, **named)


def _signed(rows: Rows, _: WorkHandOverSigned, recorded: Recorded) -> None:
    row = _goes_on(rows.of(hand_over, recorded.stream_id), recorded, WorkHandOverStatus.SIGNED)
    row["signed_at"] = recorded.envelope.occurred_at


def _withdrawn(rows: Rows, _: WorkHandOverWithdrawn, recorded: Recorded) -> None:
    row = _goes_on(rows.of(hand_over, recorded.stream_id), recorded, WorkHandOverStatus.WITHDRAWN)
    row["withdrawn_at"] = recorded.envelope.occurred_at


def _goes_on(row: Row, recorded: Recorded, status: WorkHandOverStatus) -> Row:
    row |= {"status": status, "version": recorded.version, "position": recorded.position}
    return row


WORK_HAND_OVERS = Ledger(
    "work_hand_overs",
    "工作交接台账",
    WorkHandOverRow,
    hand_over,
    told="一人把在手工作移交另一人的清单",
    version=2,
    follows=("handover",),
    of=(PREFIX,),
    handles={
        WorkHandOverProposed: _proposed,
        WorkHandOverSigned: _signed,
        WorkHandOverWithdrawn: _withdrawn,
    },
    beside=(listed_part,),
    seen_by=AT_WORK,
    rows=OWN_UNIT,
    first="proposed_at",
    elsewhere={"listed": _listed},
)
HAND_OVERS_BY_ID = WORK_HAND_OVERS.one_by("hand_over_id")
