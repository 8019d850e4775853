"""帮办台账: one row a client whom the hall helps, how far that is, and what came of it."""

from datetime import datetime
from typing import Annotated, Final

import msgspec
from sqlalchemy import Index, func, select

from bancheng.domain.assistance.contact import ClientDisclosed
from bancheng.domain.assistance.course import (
    AssistanceEnded,
    AssistanceProgressed,
    AssistanceRated,
)
from bancheng.domain.assistance.mandate import (
    AssistanceMandated,
    Client,
    ClientCorrected,
    ContactChanged,
)
from bancheng.domain.assistance.state import PREFIX
from bancheng.domain.assistance.terms import (
    AssistanceKind,
    AssistanceOutcome,
    AssistanceStage,
    AssistanceStatus,
)
from bancheng.domain.events import Event, Recorded
from bancheng.domain.notices.events import NoticeFailed, NoticeResendOrdered, NoticeSent
from bancheng.domain.people import SpecialGroup
from bancheng.domain.privacy.events import (
    PersonalDataErased,
    ProcessingRestricted,
    RestrictionLifted,
)
from bancheng.domain.processing import DataState
from bancheng.domain.rating_levels import RatingLevel
from bancheng.projections.gatherings import STANDS, gathering
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
    unseen,
)
from bancheng.projections.ledger.table import table_of
from bancheng.projections.machine.base import Handler
from bancheng.projections.machine.rows import Row, Rows
from bancheng.projections.sight import WIDE

_PARTS: Final = ("name", "phone", "id_number", "address")


class AssistanceRow(msgspec.Struct, frozen=True, kw_only=True):
    """帮办: a client whom the hall helps through all that they have to get done."""

    assistance_id: Annotated[str, Word("帮办标识"), key, stream]
    version: Annotated[int, Word("版本,办理时可作 expectedVersion")]
    number: Annotated[str, Word("帮办编号"), asked, sorts]
    kind: Annotated[AssistanceKind, Word("帮办类别"), asked_any]
    status: Annotated[AssistanceStatus, Word("帮办状态"), asked_any]
    client_name_masked: Annotated[str | None, Word("委托人姓名(已脱敏)")]
    client_phone_masked: Annotated[str | None, Word("委托人电话(已脱敏)")]
    client_id_number_masked: Annotated[str | None, Word("委托人证件号码(已脱敏)")]
    client_address_masked: Annotated[str | None, Word("委托人地址(已脱敏)")]
    special_group: Annotated[SpecialGroup | None, Word("特殊群体"), asked_any]
    subject_masked: Annotated[str | None, Word("委托事项(已脱敏)")]
    wanted_masked: Annotated[str | None, Word("要办成什么(已脱敏)")]
    contact: Annotated[str, Word("帮办员工号"), asked]
    contact_name: Annotated[str, Word("帮办员姓名"), prose]
    contact_changes: Annotated[int, Word("更换帮办员次数")] = 0
    mandated_at: Annotated[datetime, Word("接受委托时间"), asked, sorts]
    progress_count: Annotated[int, Word("进展记录次数")] = 0
    stage: Annotated[AssistanceStage | None, Word("最近的进展"), asked_any]
    note_masked: Annotated[str | None, Word("最近的进展记录(已脱敏)")]
    progressed_at: Annotated[datetime | None, Word("最近的进展时间"), asked]
    gathered: Annotated[int, Word("归集的办件与办不成事工单数"), elsewhere]
    outcome: Annotated[AssistanceOutcome | None, Word("帮办结果"), asked_any]
    reason_masked: Annotated[str | None, Word("未办成、撤回的原因(已脱敏)")]
    ended_at: Annotated[datetime | None, Word("帮办办结时间"), asked]
    rating: Annotated[RatingLevel | None, Word("委托人评价"), asked_any]
    comment_masked: Annotated[str | None, Word("评价内容(已脱敏)")]
    rated_at: Annotated[datetime | None, Word("评价时间")]
    data_state: Annotated[DataState, Word("个人信息状态"), asked] = DataState.KEPT
    position: Annotated[Position, unseen]


assistance = table_of(
    AssistanceRow,
    "assistance_ledger",
    Index("assistance_ledger_number", "number", "assistance_id"),
    Index("assistance_ledger_mandated_at", "mandated_at", "assistance_id"),
    Index("assistance_ledger_contact", "contact", "status", "assistance_id"),
)
# Counted of those that the reader may know of: one more would tell of a ticket that is withheld.
_gathered = (
    select(func.count())
    .select_from(gathering)
    .where(gathering.c.assistance_id == assistance.c.assistance_id, STANDS)
    .scalar_subquery()
)


def _mandated(rows: Rows, event: AssistanceMandated, recorded: Recorded) -> None:
    row = rows.new(
        assistance,
        assistance_id=recorded.stream_id,
        number=event.number,
        kind=event.kind,
        status=AssistanceStatus.OPEN,
        special_group=event.special_group,
        subject_masked=rows.masked(event.subject),
        wanted_masked=rows.masked(event.wanted),
        contact=event.staff_id,
        contact_name=event.name,
        mandated_at=recorded.envelope.occurred_at,
    )
    _tells(rows, row, event.client)
    _moved(row, recorded)


def _tells(rows: Rows, row: Row, client: Client) -> None:
    row |= {f"client_{name}_masked": rows.masked(getattr(client, name)) for name in _PARTS}


def _moved(row: Row, recorded: Recorded) -> Row:
    row |= {"version": recorded.version, "position": recorded.position}
    return row


def _touch(rows: Rows, recorded: Recorded) -> Row:
    return _moved(rows.of(assistance, recorded.stream_id), recorded)


def _corrected(rows: Rows, event: ClientCorrected, recorded: Recorded) -> None:
    _tells(rows, _touch(rows, recorded), event.client)


def _changed(rows: Rows, event: ContactChanged, recorded: Recorded) -> None:
    row = _touch(rows, recorded)
    row |= {"contact": event.staff_id, "contact_name": event.name}
    row["contact_changes"] += 1


def _progressed(rows: Rows, event: AssistanceProgressed, recorded: Recorded) -> None:
    row = _touch(rows, recorded)
    row |= {"stage": event.stage, "note_masked": rows.masked(event.note)}
    row["progressed_at"] = recorded.envelope.occurred_at
    row["progress_count"] += 1


def _ended(rows: Rows, event: AssistanceEnded, recorded: Recorded) -> None:
    row = _touch(rows, recorded)
    row |= {"status": AssistanceStatus.ENDED, "outcome": event.outcome}
    row |= {
        "reason_masked": rows.masked(event.reason),
        "ended_at": recorded.envelope.occurred_at,
    }


def _rated(rows: Rows, event: AssistanceRated, recorded: Recorded) -> None:
    row = _touch(rows, recorded)
    row |= {"rating": event.level, "comment_masked": rows.masked(event.comment)}
    row["rated_at"] = recorded.envelope.occurred_at


def _touched(rows: Rows, _: Event, recorded: Recorded) -> None:
    _touch(rows, recorded)


def _kept_as(state: DataState) -> Handler:
    def kept(rows: Rows, _: Event, recorded: Recorded) -> None:
        _touch(rows, recorded)["data_state"] = state

    return kept


ASSISTANCES = Ledger(
    "assistances",
    "帮办台账",
    AssistanceRow,
    assistance,
    told="一件委托: 谁委托、要办成什么、谁帮办、进展与结果;个人信息已脱敏",
    version=1,
    follows=("assistance", "privacy", "notice"),
    of=(PREFIX,),
    handles={
        AssistanceMandated: _mandated,
        ContactChanged: _changed,
        ClientCorrected: _corrected,
        AssistanceProgressed: _progressed,
        AssistanceEnded: _ended,
        AssistanceRated: _rated,
        ProcessingRestricted: _kept_as(DataState.RESTRICTED),
        RestrictionLifted: _kept_as(DataState.KEPT),
        PersonalDataErased: _kept_as(DataState.ERASED),
        **dict.fromkeys((ClientDisclosed, NoticeSent, NoticeFailed, NoticeResendOrdered), _touched),
    },
    seen_by=WIDE,
    first="mandated_at",
    elsewhere={"gathered": _gathered},
)
ASSISTANCES_BY_ID = ASSISTANCES.one_by("assistance_id")
