"""全程留痕: a line for every event of every stream. Rows are only ever added.

A row keeps the sentence and the reason, because people search them, and nothing else of what the
event says: that stays in the log alone, where `bancheng.projections.story` reads it. Units and
words of the rule book stand in a sentence by their codes (`bancheng.projections.wording.marks`).
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any, Final

import msgspec
from sqlalchemy import Connection, Index

from bancheng.domain.bulk import is_of_many
from bancheng.domain.complaint.meeting import MeetingFollowedUp, MeetingHeld
from bancheng.domain.complaint.supervised_before import (
    SupervisionOrderAnswered,
    SupervisionOrderIssued,
)
from bancheng.domain.events import Channel, Event, Principal, Recorded
from bancheng.domain.office.streams import registered_as
from bancheng.domain.steps import Step
from bancheng.domain.supervision.events import MeasureAnswered, MeasureTaken
from bancheng.domain.warnings.events import (
    ConductCardGiven,
    DutiesPassedOn,
    WarningAnswered,
    WarningRaised,
    WarningRevoked,
)
from bancheng.projections.ledger.asking import ask, words
from bancheng.projections.ledger.declared import Ledger
from bancheng.projections.ledger.fields import (
    Position,
    Sorts,
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
from bancheng.projections.ledger.listing import is_so
from bancheng.projections.ledger.table import table_of
from bancheng.projections.machine.base import TimeBasis
from bancheng.projections.machine.columns import partial_index
from bancheng.projections.machine.rows import Row, Rows
from bancheng.projections.matters import matter
from bancheng.projections.sight import (
    AUDIT_BODY,
    AUDIT_SOURCE,
    AUDITORS,
    OF_UNITS,
    OWN_UNIT_AMONG,
    REASONS,
)
from bancheng.projections.wording.sentences import wording_of
from bancheng.projections.wording.templates import Beside


class AuditEntryRow(msgspec.Struct, frozen=True, kw_only=True):
    """留痕: one event, who, when (both times), from where and why. Personal values are masked.

    ``other_id`` is another ticket that it names: who may not know of that reads no such line.
    """

    position: Annotated[Position, Word("在整个事件库中的位置"), key, Sorts("recorded", "入库顺序")]
    event_id: Annotated[str, Word("事件标识")]
    stream_id: Annotated[
        str, Word("所属办不成事工单、办件、历史办件、单位或人员的标识"), stream, asked
    ]
    matter_number: Annotated[str | None, Word("办不成事工单或办件编号"), asked, elsewhere]
    version: Annotated[int, Word("在所属事项中的序号")]
    topic: Annotated[str, Word("事件主题"), asked_any]
    term: Annotated[str, Word("事件名称;历史办件的环节并注明其名称"), prose]
    step: Annotated[Step | None, Word("环节"), asked_any]
    act: Annotated[str, Word("办理动作,如 AcceptTicket"), asked_any]
    actor_id: Annotated[str, Word("经办人工号"), asked_any]
    actor_name: Annotated[str, Word("经办人姓名"), prose]
    actor_post: Annotated[str, Word("经办人岗位"), prose]
    actor_unit: Annotated[str, Word("经办人单位编码"), asked_any, unit_code]
    acting_for: Annotated[str | None, Word("代谁办理: A岗工号"), asked_any]
    acting_for_name: Annotated[str | None, Word("代谁办理: A岗姓名"), prose]
    unit: Annotated[str | None, Word("所涉单位编码,如派单、督办的承办单位"), asked_any, unit_code]
    channel: Annotated[Channel, Word("渠道"), asked_any]
    window: Annotated[str | None, Word("窗口编号"), asked_any]
    terminal: Annotated[str | None, Word("终端编号"), asked]
    source_system: Annotated[str | None, Word("来源系统", AUDIT_SOURCE), asked]
    source_id: Annotated[str | None, Word("来源系统中的编号", AUDIT_SOURCE), asked]
    batch_id: Annotated[str | None, Word("批次: 导入的批次,或批量办理的标识", AUDIT_SOURCE), asked]
    request_id: Annotated[str, Word("请求编号", AUDIT_BODY), asked]
    occurred_at: Annotated[datetime, Word("发生时间"), asked, sorts]
    recorded_at: Annotated[datetime, Word("入库时间"), asked]
    backdated: Annotated[bool, Word("是否补录"), asked]
    basis: Annotated[str, Word("依据"), prose]
    reason_masked: Annotated[str | None, Word("理由、要求或答复(已脱敏)", REASONS)]
    why_masked: Annotated[str | None, Word("办理说明", AUDIT_BODY)]
    done_there: Annotated[str | None, Word("来源系统的经办部门与经办人"), prose]
    sentence: Annotated[str, unseen, prose]
    other_id: Annotated[str | None, unseen]


class AddresseeRow(msgspec.Struct, frozen=True, kw_only=True):
    """收件单位: which unit has an order, a supervision order or a warning.

    ``waits``: it is asked for an answer that it has not given, and its successor would be.
    """

    subject_id: Annotated[str, key, unseen]
    stream_id: Annotated[str, stream, unseen]
    unit: Annotated[str, unseen]
    waits: Annotated[bool, unseen]


trail = table_of(
    AuditEntryRow,
    "audit_trail",
    Index("audit_trail_stream", "stream_id", "version"),
    Index("audit_trail_actor", "actor_id", "position"),
    Index("audit_trail_actor_unit", "actor_unit", "position"),
    Index("audit_trail_act", "act", "position"),
    Index("audit_trail_occurred_at", "occurred_at", "position"),
    Index("audit_trail_request", "request_id"),
    partial_index("audit_trail_unit", "unit", "position", where="unit IS NOT NULL"),
    partial_index("audit_trail_for", "acting_for", "position", where="acting_for IS NOT NULL"),
    partial_index("audit_trail_source", "source_id", where="source_id IS NOT NULL"),
    partial_index("audit_trail_batch", "batch_id", where="batch_id IS NOT NULL"),
)
_ASKS: Final = (
    MeasureTaken, SupervisionOrderIssued, WarningRaised, ConductCardGiven, MeetingHeld,
)  # fmt: skip
addressee = table_of(AddresseeRow, "audit_addressee", Index("audit_addressee_stream", "stream_id"))


def _recorded(rows: Rows, event: Event, recorded: Recorded) -> None:
    envelope, wording = recorded.envelope, wording_of(type(event))
    actor, reason = envelope.actor, wording.shape.reason
    principal = envelope.acting_for
    unit = _unit_of(rows, event, recorded)
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
        acting_for=None if principal is None else principal.staff_id,
        acting_for_name=None if principal is None else principal.name,
        unit=unit,
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
        reason_masked=None if reason is None else rows.masked(getattr(event, reason)),
        why_masked=rows.masked(envelope.why),
        done_there=event.done_there(),
        other_id=getattr(event, "other_id", None),
        sentence=_for_many(recorded)
        + _for_another(principal)
        + wording.say(event, rows.masked, Beside(unit, registered_as(recorded.stream_id))),
    )


def _for_many(recorded: Recorded) -> str:
    """批量: said before the sentence of what was done for many matters at once."""
    return "批量办理:" if is_of_many(recorded) else ""


def _for_another(principal: Principal | None) -> str:
    """替岗: said before the sentence of what was done in somebody's place."""
    return "" if principal is None else f"代「{principal.name}」({principal.staff_id}):"


def _unit_of(rows: Rows, event: Any, recorded: Recorded) -> str | None:
    """The unit that the event is about or goes to; what it has from now on is written down."""
    shape = wording_of(type(event)).shape
    if shape.of is not None:
        had = _had(rows, getattr(event, shape.of))
        return None if had is None else str(had["unit"])
    if shape.unit is None:
        return None
    unit: str | None = getattr(event, shape.unit)
    if shape.opens is not None and unit is not None:
        subject = getattr(event, shape.opens)
        waits = type(event) in _ASKS
        rows.new(
            addressee, subject_id=subject, stream_id=recorded.stream_id, unit=unit, waits=waits
        )
    return unit


def _had(rows: Rows, subject: str) -> Row | None:
    try:
        return rows.of(addressee, subject)
    except KeyError:
        return None


def _answered(rows: Rows, event: Any, recorded: Recorded) -> None:
    _recorded(rows, event, recorded)
    subject = getattr(event, wording_of(type(event)).shape.of or "")
    if (had := _had(rows, subject)) is not None:
        had["waits"] = False


def _passed_on(rows: Rows, event: DutiesPassedOn, recorded: Recorded) -> None:
    # Not what has a limit alone: a mere reminder has none, and may be appealed against as well.
    for had in rows.all_of(addressee, recorded.stream_id):
        if had["unit"] == event.unit and had["waits"]:
            had["unit"] = event.successor
    _recorded(rows, event, recorded)


TRAIL = Ledger(
    "audit_trail",
    "全程留痕",
    AuditEntryRow,
    trail,
    told="一个已记录的事件,只增不改;个人信息已脱敏",
    version=18,
    follows=(),
    of=(),
    handles={
        DutiesPassedOn: _passed_on,
        **dict.fromkeys(
            (
                MeasureAnswered,
                SupervisionOrderAnswered,
                MeetingFollowedUp,
                WarningAnswered,
                WarningRevoked,
            ),
            _answered,
        ),
    },
    every=_recorded,
    added_by={TimeBasis.RECORDED: "position", TimeBasis.OCCURRED: "occurred_at"},
    seen_by=AUDITORS | OF_UNITS,
    rows=OWN_UNIT_AMONG,
    beside=(addressee,),
    first="recorded",
    descending=False,
    source=trail.outerjoin(matter, matter.c.matter_id == trail.c.stream_id),
    elsewhere={"matter_number": matter.c.number},
    asks=[
        ask(
            "for_another",
            bool,
            "是否代他人办理",
            is_so(trail.c.acting_for.is_not(None), "for_another"),
        ),
        words(
            "经过、理由、办理说明或经办人姓名中的词",
            trail.c.sentence,
            trail.c.reason_masked,
            trail.c.why_masked,
            trail.c.actor_name,
            seen_by=AUDIT_BODY,
        ),
    ],
)
TRAILS = TRAIL.several_by("stream_id", "version")


def timeline(connection: Connection, stream_id: str) -> list[AuditEntryRow]:
    """The whole trail of one matter, in its order."""
    return TRAILS(connection, [stream_id]).get(stream_id, [])


def where(entry: AuditEntryRow) -> str:
    """办理地点: by which way, at which window and terminal, as far as that was told."""

    def parts() -> Iterator[str]:
        at_window = entry.channel is Channel.WINDOW and entry.window
        yield f"窗口 {entry.window}" if at_window else entry.channel.label
        if entry.window and not at_window:
            yield f"窗口 {entry.window}"
        if entry.terminal:
            yield f"终端 {entry.terminal}"

    return ",".join(parts())
