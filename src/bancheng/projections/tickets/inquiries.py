"""咨询台账: one row an inquiry (咨询), what was answered to it directly, by whom, and until when.

An inquiry that needs a work order is answered by its result, which stands in the ledger of those.
A report that turned out to be none, or only then to be one, shows the category that it has now.
"""

from datetime import datetime
from typing import Annotated

import msgspec
from sqlalchemy import Index

from bancheng.domain.complaint.analyse import InquiryAnswered
from bancheng.domain.complaint.correct import TicketCorrected
from bancheng.domain.complaint.discover import TicketAccepted, TicketReported
from bancheng.domain.complaint.state import PREFIX
from bancheng.domain.complaint.terms import Status, TicketCategory
from bancheng.domain.events import Channel, Recorded
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.time_limits.limit import DueDate
from bancheng.domain.warnings.events import DueDateReplanned
from bancheng.projections.ledger.asking import ask, search
from bancheng.projections.ledger.declared import Ledger
from bancheng.projections.ledger.fields import (
    Leads,
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
from bancheng.projections.ledger.listing import is_so
from bancheng.projections.ledger.table import table_of
from bancheng.projections.machine.rows import Row, Rows
from bancheng.projections.sight import ORIGINAL, WIDE
from bancheng.projections.tickets.row import ticket


class InquiryRow(msgspec.Struct, frozen=True, kw_only=True):
    """咨询: what somebody asked at the hall, and what they were answered.

    What it has of the ticket is as the ticket is now, and empty for a moment if that is behind.
    """

    ticket_id: Annotated[
        str, Word("办不成事工单标识"), key, stream, asked, Leads("ticket", "所属办不成事工单。")
    ]
    ticket_number: Annotated[str | None, Word("办不成事工单编号"), elsewhere]
    category: Annotated[
        TicketCategory | None, Word("现类别;更正后可能不再是咨询"), elsewhere, asked
    ]
    channel: Annotated[Channel | None, Word("来源渠道"), elsewhere, asked]
    service_item: Annotated[str | None, Word("事项编码"), elsewhere, asked]
    subject_masked: Annotated[str | None, Word("标题(已脱敏)", ORIGINAL), elsewhere]
    content_masked: Annotated[str | None, Word("咨询内容(已脱敏)", ORIGINAL), elsewhere]
    status: Annotated[Status | None, Word("状态"), elsewhere, asked_any]
    inquired_at: Annotated[datetime, Word("登记为咨询的时间"), asked, sorts]
    accepted_at: Annotated[
        datetime | None, Word("受理时间;首问责任人未经受理即答复的为空"), elsewhere
    ]
    answer_due_at: Annotated[
        datetime | None, Word("直接答复的期限,此刻起为逾期;没有期限的为空"), asked
    ]
    answered_at: Annotated[datetime | None, Word("最近一次直接答复的时间"), asked, sorts]
    answered_by: Annotated[str | None, Word("答复人工号"), asked]
    answered_by_name: Annotated[str | None, Word("答复人姓名"), prose]
    answer_masked: Annotated[str | None, Word("答复内容(已脱敏)", ORIGINAL)]
    answers: Annotated[int, Word("直接答复次数,重启后再答的也算")] = 0
    position: Annotated[Position, unseen]


inquiry = table_of(
    InquiryRow,
    "inquiry_ledger",
    Index("inquiry_ledger_inquired_at", "inquired_at", "ticket_id"),
    Index("inquiry_ledger_answered_at", "answered_at", "ticket_id"),
)


def _reported(rows: Rows, event: TicketReported, recorded: Recorded) -> None:
    if event.category is TicketCategory.INQUIRY:
        _begun(rows, recorded)


def _corrected(rows: Rows, event: TicketCorrected, recorded: Recorded) -> None:
    if event.category is TicketCategory.INQUIRY and _known(rows, recorded) is None:
        _begun(rows, recorded)


def _accepted(rows: Rows, event: TicketAccepted, recorded: Recorded) -> None:
    if event.answer_inquiry_due is not None:
        _until(rows, event.answer_inquiry_due, recorded)


def _replanned(rows: Rows, event: DueDateReplanned, recorded: Recorded) -> None:
    if event.kind is LimitKind.ANSWER_INQUIRY:
        _until(rows, event.due, recorded)


def _until(rows: Rows, due: DueDate, recorded: Recorded) -> None:
    row = _known(rows, recorded)
    if row is not None:
        row |= {"answer_due_at": due.due_at, "position": recorded.position}


def _answered(rows: Rows, event: InquiryAnswered, recorded: Recorded) -> None:
    row, envelope = rows.of(inquiry, recorded.stream_id), recorded.envelope
    row |= {
        "answered_at": envelope.occurred_at,
        "answered_by": envelope.actor.id,
        "answered_by_name": envelope.actor.name,
        "answer_masked": rows.masked(event.answer),
        "answers": row["answers"] + 1,
        "position": recorded.position,
    }


def _begun(rows: Rows, recorded: Recorded) -> None:
    rows.new(
        inquiry,
        ticket_id=recorded.stream_id,
        inquired_at=recorded.envelope.occurred_at,
        position=recorded.position,
    )


def _known(rows: Rows, recorded: Recorded) -> Row | None:
    return next(iter(rows.all_of(inquiry, recorded.stream_id)), None)


INQUIRIES = Ledger(
    "inquiries",
    "咨询台账",
    InquiryRow,
    inquiry,
    told="一件咨询及对它的直接答复;派发的以派单结果答复",
    version=1,
    follows=("complaint", "deadline"),
    of=(PREFIX,),
    handles={
        TicketReported: _reported,
        TicketCorrected: _corrected,
        TicketAccepted: _accepted,
        DueDateReplanned: _replanned,
        InquiryAnswered: _answered,
    },
    seen_by=WIDE,
    first="inquired_at",
    source=inquiry.outerjoin(ticket, ticket.c.ticket_id == inquiry.c.ticket_id),
    elsewhere={
        "ticket_number": ticket.c.number,
        **{
            name: ticket.c[name]
            for name in (
                "category", "channel", "service_item", "subject_masked", "content_masked",
                "status", "accepted_at",
            )
        },
    },
    asks=(
        ask(
            "answered", bool, "是否已直接答复",
            is_so(inquiry.c.answered_at.is_not(None), "answered"),
        ),
        search("编号、标题、内容或答复中的文字", ticket.c.number, ticket.c.subject_masked,
               ticket.c.content_masked, inquiry.c.answer_masked, seen_by=ORIGINAL),
    ),
)  # fmt: skip
