"""访问日志: its rows as they are kept and read. No projection fills them: a look is no event.

They lie beside the log of events: on SQLite in a file of their own, which every reading connection
of the hall has attached, on PostgreSQL in the same database.
"""

from datetime import datetime
from typing import Annotated

import msgspec
from sqlalchemy import Column, Index, Table

from bancheng.domain.accesses import AccessKind
from bancheng.projections.ledger.fields import (
    BookTerm,
    Position,
    Sorts,
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
from bancheng.projections.machine.columns import Code
from bancheng.projections.machine.columns import Position as PositionColumn


class AccessRow(msgspec.Struct, frozen=True, kw_only=True):
    """访问记录: who looked at what, or tried to, when and whence; no value that was shown."""

    position: Annotated[Position, Word("在访问日志中的序号"), key, Sorts("recorded", "记录顺序")]
    accessed_at: Annotated[datetime, Word("访问时间"), asked, sorts]
    kind: Annotated[AccessKind, Word("访问种类"), asked_any]
    staff_id: Annotated[str | None, Word("访问人工号"), asked]
    staff_name: Annotated[str | None, Word("访问人姓名"), prose]
    staff_post: Annotated[str | None, Word("访问人岗位"), prose]
    staff_unit: Annotated[str | None, Word("访问人单位编码"), asked, unit_code]
    credential_id: Annotated[str | None, Word("会话或令牌标识"), asked]
    address: Annotated[str | None, Word("来源地址"), asked]
    window: Annotated[str | None, Word("窗口编号"), asked]
    terminal: Annotated[str | None, Word("终端编号"), asked]
    request_id: Annotated[str | None, Word("请求编号"), asked]
    what: Annotated[str, Word("访问内容,如查询或动作的名称"), asked]
    asked_for: Annotated[str | None, Word("所填条件(已脱敏)"), prose]
    count: Annotated[int | None, Word("本页条数")]
    purpose: Annotated[str | None, Word("用途代码"), BookTerm("disclosures"), asked]
    event_position: Annotated[str | None, Word("所指事件在整个事件库中的位置")]
    refused: Annotated[str | None, Word("拒绝代码,如有"), asked]
    # What is deleted after its time leaves its digest in the chain: nobody shall guess it.
    salt: Annotated[str, unseen]


access_log = table_of(
    AccessRow,
    "access_log",
    Index("access_log_at", "accessed_at", "position"),
    Index("access_log_staff", "staff_id", "accessed_at"),
)
access_matter = Table(
    "access_matter",
    access_log.metadata,
    Column("matter_id", Code, primary_key=True),
    Column("position", PositionColumn, primary_key=True, autoincrement=False),
    Index("access_matter_position", "position"),
)
