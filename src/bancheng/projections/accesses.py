"""访问日志: its rows as they are kept and read. No projection fills them: a look is no event.

They lie beside the log of events: on SQLite in a file of their own, which every reading connection
of the hall has attached, on PostgreSQL in the same database.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Final, NamedTuple

import msgspec
from sqlalchemy import Column, Connection, Index, Table, func, select

from bancheng.domain.accesses import AccessKind
from bancheng.projections.ledger.asking import ask
from bancheng.projections.ledger.declared import Ledger
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
from bancheng.projections.ledger.listing import among, equals, is_so
from bancheng.projections.ledger.table import table_of
from bancheng.projections.machine.columns import Code
from bancheng.projections.machine.columns import Position as PositionColumn
from bancheng.projections.matters import matter
from bancheng.projections.sight import ACCESSES as SEEN_MATTERS
from bancheng.projections.sight import ACCESSES_OF_OFFICE, OVERSEERS


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
    purpose: Annotated[str | None, Word("用途代码"), BookTerm("purposes"), asked]
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
    sqlite_with_rowid=False,
)

_OF_MATTERS = select(access_matter.c.position).where(among(access_matter.c.matter_id, "matter_ids"))
_WAS_REFUSED = access_log.c.refused.is_not(None)
ACCESSES = Ledger(
    "accesses",
    "访问日志",
    AccessRow,
    access_log,
    told="一次访问: 谁在何时从何处看了什么,或想看而被拒;没有看到的内容",
    version=1,
    follows=(),
    of=(),
    seen_by=OVERSEERS | ACCESSES_OF_OFFICE.roles,
    part=ACCESSES_OF_OFFICE,
    first="recorded",
    asks=(
        ask(
            "matter_ids",
            tuple[str, ...],
            "所看的办不成事工单、办件或历史办件的标识,符合其一即可",
            access_log.c.position.in_(_OF_MATTERS),
            seen_by=SEEN_MATTERS,
        ),
        ask("was_refused", bool, "是否被拒", is_so(_WAS_REFUSED, "was_refused")),
    ),
)

LATEST_MAX: Final = 50
_nth = (
    select(
        access_matter.c.matter_id,
        access_matter.c.position,
        func.row_number()
        .over(partition_by=access_matter.c.matter_id, order_by=access_matter.c.position.desc())
        .label("nth"),
    )
    .where(among(access_matter.c.matter_id, "matter_ids"))
    .subquery()
)
_LATEST = (
    select(_nth.c.matter_id.label("of_matter"), access_log)
    .join(access_log, access_log.c.position == _nth.c.position)
    .where(_nth.c.nth <= LATEST_MAX)
    .order_by(_nth.c.position.desc())
)
_MATTERS = (
    select(access_matter.c.position, access_matter.c.matter_id, matter.c.number)
    .outerjoin(matter, matter.c.matter_id == access_matter.c.matter_id)
    .where(among(access_matter.c.position, "positions"))
    .order_by(access_matter.c.matter_id)
)
_OF_EVENT = select(access_log.c.position).where(
    equals(access_log.c.staff_id), equals(access_log.c.event_position)
)


class SeenMatter(NamedTuple):
    """所看事项: a matter that a record is about, and its number if it has one."""

    matter_id: str
    number: str | None


def latest_of(connection: Connection, matter_ids: Iterable[str]) -> dict[str, list[AccessRow]]:
    """The latest `LATEST_MAX` records of each matter, the newest first."""
    found: dict[str, list[AccessRow]] = {}
    for row in connection.execute(_LATEST, {"matter_ids": list(matter_ids)}):
        values = dict(row._mapping)  # noqa: SLF001  its public name
        found.setdefault(values.pop("of_matter"), []).append(AccessRow(**values))
    return found


def matters_of(connection: Connection, positions: Iterable[int]) -> dict[int, list[SeenMatter]]:
    """The matters that each of these records is about."""
    found: dict[int, list[SeenMatter]] = {}
    for position, matter_id, number in connection.execute(_MATTERS, {"positions": list(positions)}):
        found.setdefault(position, []).append(SeenMatter(matter_id, number))
    return found


def tells_of(connection: Connection, staff_id: str, event_position: int) -> bool:
    """Whether there is a record of what somebody did, which is the event at that position."""
    asked = {"staff_id": staff_id, "event_position": str(event_position)}
    return connection.execute(_OF_EVENT.limit(1), asked).first() is not None
