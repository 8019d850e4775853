"""答复台账: one row an answer to a reporter, or one that was published where nobody can be told.

What a call-back told stands in 回访台账, an inquiry's direct answer in 咨询台账.
"""

from datetime import datetime
from typing import Annotated, Any

import msgspec
from sqlalchemy import Index

from bancheng.domain.complaint.answer import AnswerPublished, ReporterAnswered
from bancheng.domain.complaint.merging import MergedAnswered, MergeUndone
from bancheng.domain.complaint.state import PREFIX
from bancheng.domain.complaint.supervise import TicketReopened
from bancheng.domain.complaint.terms import AnswerWay, TicketCategory
from bancheng.domain.complaint.verify import ReworkOrdered
from bancheng.domain.events import Recorded
from bancheng.projections.ledger.asking import ask
from bancheng.projections.ledger.declared import Ledger
from bancheng.projections.ledger.fields import (
    Leads,
    Position,
    Word,
    asked,
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
from bancheng.projections.machine.rows import Rows
from bancheng.projections.sight import ORIGINAL, WIDE
from bancheng.projections.tickets.row import ticket


class AnswerRow(msgspec.Struct, frozen=True, kw_only=True):
    """答复: how a reporter was told what became of their matter, and in what words.

    What it has of the ticket is as the ticket is now, and empty for a moment if that is behind.
    """

    answer_id: Annotated[str, Word("答复标识"), key]
    ticket_id: Annotated[
        str, Word("办不成事工单标识"), stream, asked, Leads("ticket", "所答复的办不成事工单。")
    ]
    ticket_number: Annotated[str | None, Word("办不成事工单编号"), elsewhere]
    category: Annotated[TicketCategory | None, Word("类别"), elsewhere, asked]
    lead_unit: Annotated[str | None, Word("主办单位编码"), elsewhere, asked]
    way: Annotated[AnswerWay | None, Word("答复方式;公开答复的为空"), asked]
    place: Annotated[str | None, Word("公开的位置;直接答复的为空")]
    record_no: Annotated[str | None, Word("答复凭据编号")]
    answer_masked: Annotated[str, Word("答复内容(已脱敏)", ORIGINAL)]
    answered_at: Annotated[datetime, Word("答复时间"), asked, sorts]
    answered_by: Annotated[str, Word("答复人工号"), asked]
    answered_by_name: Annotated[str, Word("答复人姓名"), prose]
    answered_by_unit: Annotated[str, Word("答复人所在单位编码"), asked, unit_code]
    stands: Annotated[bool, Word("是否有效: 其后重办的,须另行答复"), asked] = True
    position: Annotated[Position, unseen]


answer = table_of(
    AnswerRow, "answer_ledger", Index("answer_ledger_answered_at", "answered_at", "answer_id")
)


def _answered(rows: Rows, event: ReporterAnswered, recorded: Recorded) -> None:
    _new(rows, event, recorded, way=event.way, record_no=event.record_no)


def _published(rows: Rows, event: AnswerPublished, recorded: Recorded) -> None:
    _new(rows, event, recorded, place=event.place)


def _new(
    rows: Rows, event: ReporterAnswered | AnswerPublished, recorded: Recorded, **how: Any
) -> None:
    envelope = recorded.envelope
    rows.new(
        answer,
        answer_id=f"{recorded.stream_id}/{recorded.version}",
        ticket_id=recorded.stream_id,
        answer_masked=rows.masked(event.answer),
        answered_at=envelope.occurred_at,
        answered_by=envelope.actor.id,
        answered_by_name=envelope.actor.name,
        answered_by_unit=envelope.actor.unit,
        position=recorded.position,
        **how,
    )


def _set_aside(rows: Rows, _: object, recorded: Recorded) -> None:
    for row in rows.all_of(answer, recorded.stream_id):
        if row["stands"]:
            row |= {"stands": False, "position": recorded.position}


ANSWERS = Ledger(
    "answers",
    "答复台账",
    AnswerRow,
    answer,
    told="一次对反映人的答复,或匿名、联系不上时的公开答复;回访告知的见回访台账",
    version=1,
    follows=("complaint",),
    of=(PREFIX,),
    handles={
        ReporterAnswered: _answered,
        AnswerPublished: _published,
        ReworkOrdered: _set_aside,
        TicketReopened: _set_aside,
        MergeUndone: _set_aside,
        MergedAnswered: _set_aside,
    },
    seen_by=WIDE,
    first="answered_at",
    source=answer.outerjoin(ticket, ticket.c.ticket_id == answer.c.ticket_id),
    elsewhere={
        "ticket_number": ticket.c.number,
        "category": ticket.c.category,
        "lead_unit": ticket.c.lead_unit,
    },
    asks=(ask("published", bool, "是否公开答复", is_so(answer.c.place.is_not(None), "published")),),
)
