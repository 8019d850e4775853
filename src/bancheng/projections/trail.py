"""全程留痕: a line for every event of every stream. Rows are only ever added.

What an event says in full stays in the log alone, where `details` reads it.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

import msgspec
from sqlalchemy import Connection, Index

from bancheng.domain.events import Channel, Event, Recorded
from bancheng.domain.people import Personal
from bancheng.domain.steps import Step
from bancheng.projections.ledger.declared import Ledger
from bancheng.projections.ledger.fields import (
    Position,
    Sorts,
    Word,
    asked,
    elsewhere,
    key,
    prose,
    sorts,
    stream,
    unit_code,
)
from bancheng.projections.ledger.table import table_of
from bancheng.projections.machine.batches import Batches
from bancheng.projections.machine.columns import partial_index
from bancheng.projections.machine.rows import Rows
from bancheng.projections.matters import matter
from bancheng.projections.sight import AUDIT_BODY, AUDITORS


class AuditEntryRow(msgspec.Struct, frozen=True, kw_only=True):
    """留痕: one event, who, when (both times), from where and why. Personal values are masked."""

    position: Annotated[Position, Word("在整个事件库中的位置"), key, Sorts("recorded", "入库顺序")]
    event_id: Annotated[str, Word("事件标识")]
    stream_id: Annotated[
        str, Word("所属办不成事工单、办件、历史办件、单位或人员的标识"), stream, asked
    ]
    matter_number: Annotated[str | None, Word("办不成事工单或办件编号"), asked, elsewhere]
    version: Annotated[int, Word("在所属事项中的序号")]
    topic: Annotated[str, Word("事件主题"), asked]
    term: Annotated[str, Word("事件名称;历史办件的环节并注明其名称"), prose]
    step: Annotated[Step | None, Word("环节"), asked]
    act: Annotated[str, Word("办理动作,如 AcceptTicket"), asked]
    actor_id: Annotated[str, Word("经办人工号"), asked]
    actor_name: Annotated[str, Word("经办人姓名"), prose]
    actor_post: Annotated[str, Word("经办人岗位"), prose]
    actor_unit: Annotated[str, Word("经办人单位编码"), asked, unit_code]
    channel: Annotated[Channel, Word("渠道"), asked]
    window: Annotated[str | None, Word("窗口编号"), asked]
    terminal: Annotated[str | None, Word("终端编号"), asked]
    source_system: Annotated[str | None, Word("来源系统"), asked]
    source_id: Annotated[str | None, Word("来源系统中的编号"), asked]
    batch_id: Annotated[str | None, Word("导入批次"), asked]
    request_id: Annotated[str, Word("请求编号", AUDIT_BODY), asked]
    occurred_at: Annotated[datetime, Word("发生时间"), asked, sorts]
    recorded_at: Annotated[datetime, Word("入库时间"), asked]
    backdated: Annotated[bool, Word("是否补录"), asked]
    basis: Annotated[str, Word("依据"), prose]
    why_masked: Annotated[str | None, Word("办理说明", AUDIT_BODY)]
    done_there: Annotated[str | None, Word("来源系统的经办部门与经办人"), prose]


trail = table_of(
    AuditEntryRow,
    "audit_trail",
    Index("audit_trail_stream", "stream_id", "version"),
    Index("audit_trail_actor", "actor_id", "position"),
    Index("audit_trail_unit", "actor_unit", "position"),
    Index("audit_trail_act", "act", "position"),
    Index("audit_trail_occurred_at", "occurred_at", "position"),
    Index("audit_trail_request", "request_id"),
    partial_index("audit_trail_source", "source_id", where="source_id IS NOT NULL"),
    partial_index("audit_trail_batch", "batch_id", where="batch_id IS NOT NULL"),
)


def _recorded(rows: Rows, event: Event, recorded: Recorded) -> None:
    envelope = recorded.envelope
    actor = envelope.actor
    rows.new(
        trail,
        position=recorded.position,
        event_id=envelope.event_id,
        stream_id=recorded.stream_id,
        version=recorded.version,
        topic=event.topic,
        term=event.title(),
        step=event.within(),
        act=envelope.act,
        actor_id=actor.id,
        actor_name=actor.name,
        actor_post=actor.post,
        actor_unit=actor.unit,
        channel=envelope.channel,
        window=envelope.window,
        terminal=envelope.terminal,
        source_system=envelope.source_system,
        source_id=envelope.source_id,
        batch_id=envelope.batch_id,
        request_id=envelope.request_id,
        occurred_at=envelope.occurred_at,
        recorded_at=envelope.recorded_at,
        backdated=envelope.backdated,
        basis=envelope.basis,
        why_masked=rows.masked(envelope.why),
        done_there=event.done_there(),
    )


TRAIL = Ledger(
    "audit_trail",
    "全程留痕",
    AuditEntryRow,
    trail,
    told="一个已记录的事件,只增不改;个人信息已脱敏",
    version=5,
    follows=(),
    of=(),
    every=_recorded,
    seen_by=AUDITORS,
    first="recorded",
    descending=False,
    source=trail.outerjoin(matter, matter.c.matter_id == trail.c.stream_id),
    elsewhere={"matter_number": matter.c.number},
)
TRAILS = TRAIL.several_by("stream_id", "version")


def timeline(connection: Connection, stream_id: str) -> list[AuditEntryRow]:
    """The whole trail of one matter, in its order."""
    return TRAILS(connection, [stream_id]).get(stream_id, [])


def details(batches: Batches, positions: Sequence[int]) -> dict[int, Any]:
    """What the events at ``positions`` say, field by field, read from the log itself.

    Personal values are masked, those whose key was destroyed read 「已销毁」.
    """
    batch = batches.at(positions)

    def masked(value: Any) -> str | None:
        if isinstance(value, Personal):
            return batch.masked(value)
        raise TypeError(f"a {type(value).__name__} in an event")

    return {
        recorded.position: msgspec.to_builtins(recorded.event, enc_hook=masked)
        for recorded in batch.events
    }
