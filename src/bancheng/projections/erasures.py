"""删除申请台账: one row a request that a person's data be erased. It names matters and nobody."""

from datetime import date, datetime
from typing import Annotated, Any, Final, NamedTuple

import msgspec
from sqlalchemy import (
    Column,
    Connection,
    Index,
    MetaData,
    Select,
    Table,
    bindparam,
    select,
)

from bancheng.domain.events import Recorded
from bancheng.domain.privacy.erasure import PREFIX
from bancheng.domain.privacy.events import (
    ErasureApproved,
    ErasureCarriedOut,
    ErasureRefused,
    ErasureRequested,
    ErasureRestricted,
    ErasureWithdrawn,
)
from bancheng.domain.privacy.terms import ErasureStatus
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
    stream,
    unseen,
)
from bancheng.projections.ledger.table import table_of
from bancheng.projections.machine.columns import Code, stream_column
from bancheng.projections.machine.rows import Row, Rows
from bancheng.projections.sight import DESKS


class ErasureRow(msgspec.Struct, frozen=True, kw_only=True):
    """删除申请: a person's wish that their data be erased, and what came of it."""

    erasure_id: Annotated[str, Word("删除申请标识"), key, stream]
    version: Annotated[int, Word("版本,办理时可作 expectedVersion")]
    status: Annotated[ErasureStatus, Word("状态"), asked_any]
    erasure_ground: Annotated[str, Word("删除缘由代码"), BookTerm("erasures"), asked]
    matters: Annotated[tuple[str, ...], Word("所列案件的标识")]
    requested_at: Annotated[datetime, Word("申请时间"), asked, sorts]
    requested_by: Annotated[str, Word("提出人工号"), asked]
    requested_by_name: Annotated[str, Word("提出人姓名"), prose]
    ruled_at: Annotated[datetime | None, Word("审批时间")]
    ruled_by: Annotated[str | None, Word("审批人工号"), asked]
    ruled_by_name: Annotated[str | None, Word("审批人姓名"), prose]
    reason_masked: Annotated[str | None, Word("不予批准或撤回的理由(已脱敏)")]
    erase_from: Annotated[date, Word("可以删除之日,此前只存储"), asked, sorts]
    ended_at: Annotated[datetime | None, Word("不予批准、撤回或删除的时间")]
    position: Annotated[Position, unseen]


erasure = table_of(
    ErasureRow,
    "erasure_ledger",
    Index("erasure_ledger_requested_at", "requested_at", "erasure_id"),
    Index("erasure_ledger_erase_from", "erase_from", "erasure_id"),
)


erasure_matter = Table(
    "erasure_ledger_matter",
    MetaData(),
    stream_column("erasure_id", primary_key=True),
    Column("matter_id", Code, primary_key=True),
    Index("erasure_ledger_matter_matter", "matter_id", "erasure_id"),
)


def _requested(rows: Rows, event: ErasureRequested, recorded: Recorded) -> None:
    envelope = recorded.envelope
    row = rows.new(
        erasure,
        erasure_id=recorded.stream_id,
        status=ErasureStatus.REQUESTED,
        erasure_ground=event.ground,
        matters=event.matters,
        requested_at=envelope.occurred_at,
        requested_by=envelope.actor.id,
        requested_by_name=envelope.actor.name,
        erase_from=event.erase_from,
    )
    row |= {"version": recorded.version, "position": recorded.position}
    for one in event.matters:
        rows.new(erasure_matter, erasure_id=recorded.stream_id, matter_id=one)


def _goes_on(rows: Rows, recorded: Recorded, status: ErasureStatus) -> Row:
    row = rows.of(erasure, recorded.stream_id)
    row |= {"status": status, "version": recorded.version, "position": recorded.position}
    return row


def _ruled(row: Row, recorded: Recorded) -> None:
    envelope = recorded.envelope
    row["ruled_at"] = envelope.occurred_at
    row["ruled_by"] = envelope.actor.id
    row["ruled_by_name"] = envelope.actor.name


def _approved(rows: Rows, event: ErasureApproved, recorded: Recorded) -> None:
    row = _goes_on(rows, recorded, ErasureStatus.APPROVED)
    row["erase_from"] = event.erase_from
    _ruled(row, recorded)


def _restricted(rows: Rows, event: ErasureRestricted, recorded: Recorded) -> None:
    row = _goes_on(rows, recorded, ErasureStatus.RESTRICTED)
    row["erase_from"] = event.erase_from


def _refused(rows: Rows, event: ErasureRefused, recorded: Recorded) -> None:
    row = _goes_on(rows, recorded, ErasureStatus.REFUSED)
    _ruled(row, recorded)
    _ended(row, recorded)
    row["reason_masked"] = rows.masked(event.reason)


def _withdrawn(rows: Rows, event: ErasureWithdrawn, recorded: Recorded) -> None:
    row = _goes_on(rows, recorded, ErasureStatus.WITHDRAWN)
    _ended(row, recorded)
    row["reason_masked"] = rows.masked(event.reason)


def _carried_out(rows: Rows, _: ErasureCarriedOut, recorded: Recorded) -> None:
    _ended(_goes_on(rows, recorded, ErasureStatus.CARRIED_OUT), recorded)


def _ended(row: Row, recorded: Recorded) -> None:
    row["ended_at"] = recorded.envelope.occurred_at


ERASURES = Ledger(
    "erasures",
    "删除申请台账",
    ErasureRow,
    erasure,
    told="一件删除个人信息的申请;只有案件标识,没有个人信息",
    version=4,
    follows=("privacy",),
    of=(PREFIX,),
    handles={
        ErasureRequested: _requested,
        ErasureApproved: _approved,
        ErasureRestricted: _restricted,
        ErasureRefused: _refused,
        ErasureWithdrawn: _withdrawn,
        ErasureCarriedOut: _carried_out,
    },
    beside=(erasure_matter,),
    seen_by=DESKS,
    first="requested_at",
)
ERASURES_BY_ID = ERASURES.one_by("erasure_id")

_DUE: Final = (
    select(erasure.c.erasure_id, erasure.c.matters, erasure.c.erase_from)
    .where(
        erasure.c.status == ErasureStatus.RESTRICTED,
        erasure.c.erase_from <= bindparam("today"),
    )
    .order_by(erasure.c.erase_from, erasure.c.erasure_id)
    .limit(bindparam("most"))
)


_APPROVED: Final = (
    select(erasure.c.erasure_id, erasure.c.matters, erasure.c.erase_from)
    .where(
        erasure.c.status == ErasureStatus.APPROVED,
        erasure.c.erasure_id > bindparam("behind"),
    )
    .order_by(erasure.c.erasure_id)
    .limit(bindparam("most"))
)


class Due(NamedTuple):
    """到期: a request of which something is to be done, the matters that it names, and its day."""

    erasure_id: str
    matters: tuple[str, ...]
    erase_from: date


def due_erasures(connection: Connection, today: date, most: int) -> list[Due]:
    """The requests that may be carried out by ``today``, those that wait longest first."""
    return _read(connection, _DUE, today=today, most=most)


def approved_erasures(connection: Connection, behind: str, most: int) -> list[Due]:
    """The requests behind that id whose matters are to be restricted, in the order of their ids."""
    return _read(connection, _APPROVED, behind=behind, most=most)


def _read(connection: Connection, query: Select[Any], **asked: object) -> list[Due]:
    found = connection.execute(query, asked)
    return [Due(row.erasure_id, tuple(row.matters), row.erase_from) for row in found]
