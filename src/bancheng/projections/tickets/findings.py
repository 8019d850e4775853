"""办不成事工单校验台账: one row a finding of the logic checks in the course of a ticket."""

from datetime import datetime
from typing import Annotated

import msgspec
from sqlalchemy import Index

from bancheng.domain.complaint.checks import TicketCheckFailed
from bancheng.domain.complaint.state import PREFIX
from bancheng.domain.events import Recorded
from bancheng.domain.time_limits.logic_checks import CheckRule
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
from bancheng.projections.ledger.table import table_of
from bancheng.projections.machine.rows import Rows
from bancheng.projections.sight import WIDE
from bancheng.projections.tickets.row import ticket


class TicketFindingRow(msgspec.Struct, frozen=True, kw_only=True):
    """办不成事工单校验结果: what in the course of a ticket contradicts which rule."""

    finding_key: Annotated[str, key, unseen]
    ticket_id: Annotated[
        str, Word("办不成事工单标识"), stream, asked, Leads("ticket", "所属办不成事工单。")
    ]
    ticket_number: Annotated[str | None, Word("办不成事工单编号"), elsewhere]
    finding_id: Annotated[str, Word("异常编号")]
    rule: Annotated[CheckRule, Word("校验规则"), asked_any]
    rule_version: Annotated[str, Word("规则库版本"), prose]
    basis: Annotated[str, Word("依据"), prose]
    detail: Annotated[str, Word("情况"), prose]
    found_at: Annotated[datetime, Word("发现时间"), asked, sorts]
    position: Annotated[Position, unseen]


finding = table_of(
    TicketFindingRow,
    "ticket_finding_ledger",
    Index("ticket_finding_ledger_ticket", "ticket_id"),
    Index("ticket_finding_ledger_found_at", "found_at", "finding_key"),
)


def _found(rows: Rows, event: TicketCheckFailed, recorded: Recorded) -> None:
    rows.new(
        finding,
        finding_key=f"{recorded.stream_id}/{event.finding_id}",
        ticket_id=recorded.stream_id,
        finding_id=event.finding_id,
        rule=event.rule,
        rule_version=event.rule_version,
        basis=event.basis,
        detail=event.detail,
        found_at=recorded.envelope.recorded_at,
        position=recorded.position,
    )


TICKET_FINDINGS = Ledger(
    "ticket_findings",
    "办不成事工单校验台账",
    TicketFindingRow,
    finding,
    told="办不成事工单办理过程与一项校验规则不符",
    version=1,
    follows=("complaint",),
    of=(PREFIX,),
    handles={TicketCheckFailed: _found},
    seen_by=WIDE,
    first="found_at",
    source=finding.outerjoin(ticket, ticket.c.ticket_id == finding.c.ticket_id),
    elsewhere={"ticket_number": ticket.c.number},
    under="ticket",
)
