"""回访台账: what it has of a call, and its tables. What each event does: `call_backs`."""

from datetime import datetime
from typing import Annotated

import msgspec
from sqlalchemy import Column, Index, MetaData, Table

from bancheng.domain.calls import CallResult
from bancheng.domain.complaint.terms import Satisfaction
from bancheng.domain.events import Channel
from bancheng.domain.labelled import Labelled
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
from bancheng.projections.machine.columns import Code, Instant, stream_column
from bancheng.projections.matters import MatterId, MatterNumber
from bancheng.projections.sight import CALLER, ORIGINAL


class CallBackKind(Labelled):
    """回访种类: about what somebody was called."""

    RESULT = "result", "结果回访"
    RATING = "rating", "差评联系"


class CallBackRow(msgspec.Struct, frozen=True, kw_only=True):
    """回访: one call, whether it reached anybody, and what they said of the result or the rating.

    ``unit`` is the one whose work the call was about, as it stood then. ``due_at`` is until when
    the call was owed; whether that was kept stands with the limits (`deadlines`).
    """

    call_back_id: Annotated[str, Word("回访标识"), key]
    kind: Annotated[CallBackKind, Word("回访种类"), asked]
    matter_id: MatterId
    matter_number: MatterNumber
    rating_id: Annotated[str | None, Word("评价编号;结果回访的为空"), asked]
    unit: Annotated[
        str | None, Word("承办单位编码: 派单的为主办单位;当场办结的为空"), asked, unit_code
    ]
    attempt: Annotated[int, Word("第几次回访;重办后接着数"), asked]
    called_at: Annotated[datetime, Word("回访时间"), asked, sorts]
    caller_id: Annotated[str, Word("回访人工号", CALLER), asked]
    caller_name: Annotated[str, Word("回访人姓名", CALLER), prose]
    channel: Annotated[Channel, Word("渠道", CALLER), asked]
    call: Annotated[CallResult, Word("通话结果"), asked_any]
    solved: Annotated[bool | None, Word("反映人认为是否解决;未接通的为空"), asked]
    satisfaction: Annotated[Satisfaction | None, Word("满意度;未接通的为空"), asked_any]
    comment_masked: Annotated[str | None, Word("反映人意见或未接通的情况(已脱敏)", ORIGINAL)]
    justified: Annotated[bool | None, Word("差评是否属实合理;结果回访的为空"), asked]
    finding_masked: Annotated[str | None, Word("差评核实情况(已脱敏)")]
    due_at: Annotated[datetime | None, Word("回访期限,此刻起为逾期;没有期限或已接通过的为空")]
    position: Annotated[Position, unseen]


call_back = table_of(
    CallBackRow,
    "call_back_ledger",
    Index("call_back_ledger_matter", "matter_id"),
    Index("call_back_ledger_called_at", "called_at", "call_back_id"),
    Index("call_back_ledger_unit", "unit", "called_at", "call_back_id"),
)
# Whose work a ticket or a rating is about, and until when somebody has to be called about it.
owed = Table(
    "call_back_ledger_owed",
    MetaData(),
    Column("subject", Code, primary_key=True),
    stream_column("matter_id"),
    Column("unit", Code),
    Column("due_at", Instant),
    Index("call_back_ledger_owed_matter", "matter_id"),
)
