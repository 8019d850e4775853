"""关联台账: one row a tie of two tickets, from when on and until when.

It is of both: who may not know of one of them sees no row (`bancheng.projections.withheld`).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

import msgspec
from sqlalchemy import Connection, Index, or_

from bancheng.domain.complaint.merging import MergeUndone, TicketMerged
from bancheng.domain.complaint.repeating import RepeatRegistered
from bancheng.domain.complaint.state import PREFIX
from bancheng.domain.complaint.ties import TicketLinked, TicketUnlinked, TieKind
from bancheng.domain.events import Recorded
from bancheng.projections.ledger.asking import ask
from bancheng.projections.ledger.declared import VALUES, Ledger, Several
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
from bancheng.projections.ledger.listing import among, equals, is_so
from bancheng.projections.ledger.table import table_of
from bancheng.projections.machine.columns import partial_index
from bancheng.projections.machine.rows import Row, Rows
from bancheng.projections.sight import WIDE
from bancheng.projections.tickets.row import ticket


class TieRow(msgspec.Struct, frozen=True, kw_only=True):
    """关联: that a ticket is or was tied to another one, as what, and why."""

    tie_id: Annotated[str, Word("关联标识"), key]
    ticket_id: Annotated[
        str, Word("登记关联的办不成事工单标识"), stream, asked,
        Leads("ticket", "登记关联的办不成事工单。"),
    ]  # fmt: skip
    ticket_number: Annotated[str | None, Word("登记关联的办不成事工单编号"), elsewhere]
    other_id: Annotated[str, Word("另一件办不成事工单标识"), asked]
    other_number: Annotated[str, Word("另一件办不成事工单编号"), prose]
    kind: Annotated[TieKind, Word("关联种类: 登记的一件是另一件的什么"), asked_any]
    reason_masked: Annotated[str | None, Word("关联理由(已脱敏)")]
    tied_at: Annotated[datetime, Word("关联时间"), asked, sorts]
    tied_by: Annotated[str, Word("登记人工号"), asked]
    tied_by_name: Annotated[str, Word("登记人姓名"), prose]
    ended_at: Annotated[datetime | None, Word("关联解除时间"), asked]
    ending_reason_masked: Annotated[str | None, Word("关联解除理由(已脱敏)")]
    position: Annotated[Position, unseen]


tie = table_of(
    TieRow,
    "ticket_tie_ledger",
    Index("ticket_tie_ledger_ticket", "ticket_id"),
    Index("ticket_tie_ledger_other", "other_id"),
    Index("ticket_tie_ledger_tied_at", "tied_at", "tie_id"),
    partial_index("ticket_tie_ledger_open", "kind", "other_id", where="ended_at IS NULL"),
)
_IS_OF = or_(equals(tie.c.ticket_id, "of"), equals(tie.c.other_id, "of"))


def _linked(rows: Rows, event: TicketLinked, recorded: Recorded) -> None:
    _tied(rows, event.kind, event, recorded)


def _merged(rows: Rows, event: TicketMerged, recorded: Recorded) -> None:
    _tied(rows, TieKind.MERGED, event, recorded)


def _repeated(rows: Rows, event: RepeatRegistered, recorded: Recorded) -> None:
    _tied(rows, TieKind.REPEATS, event, recorded)


def _tied(rows: Rows, kind: TieKind, event: Any, recorded: Recorded) -> None:
    envelope = recorded.envelope
    rows.new(
        tie,
        tie_id=f"{recorded.stream_id}/{recorded.version}",
        ticket_id=recorded.stream_id,
        other_id=event.other_id,
        other_number=event.other_number,
        kind=kind,
        reason_masked=rows.masked(event.reason),
        tied_at=envelope.occurred_at,
        tied_by=envelope.actor.id,
        tied_by_name=envelope.actor.name,
        position=recorded.position,
    )


def _unlinked(rows: Rows, event: TicketUnlinked, recorded: Recorded) -> None:
    for row in rows.all_of(tie, recorded.stream_id):
        if row["other_id"] == event.other_id and row["kind"] is event.kind:
            _ended(rows, row, event, recorded)


def _merge_undone(rows: Rows, event: MergeUndone, recorded: Recorded) -> None:
    for row in rows.all_of(tie, recorded.stream_id):
        if row["kind"] is TieKind.MERGED:
            _ended(rows, row, event, recorded)


def _ended(rows: Rows, row: Row, event: Any, recorded: Recorded) -> None:
    if row["ended_at"] is None:
        row |= {
            "ended_at": recorded.envelope.occurred_at,
            "ending_reason_masked": rows.masked(event.reason),
            "position": recorded.position,
        }


TIES = Ledger(
    "ticket_ties",
    "关联台账",
    TieRow,
    tie,
    told="两件办不成事工单之间的一项关联",
    version=1,
    follows=("complaint",),
    of=(PREFIX,),
    handles={
        TicketLinked: _linked,
        TicketUnlinked: _unlinked,
        TicketMerged: _merged,
        RepeatRegistered: _repeated,
        MergeUndone: _merge_undone,
    },
    seen_by=WIDE,
    first="tied_at",
    source=tie.outerjoin(ticket, ticket.c.ticket_id == tie.c.ticket_id),
    elsewhere={"ticket_number": ticket.c.number},
    asks=(
        ask("of", str, "其中任一件的办不成事工单标识", _IS_OF),
        ask("open", bool, "是否仍有关联: 尚未解除", is_so(tie.c.ended_at.is_(None), "open")),
    ),
)


@dataclass(frozen=True, eq=False)
class OfBoth(Several[TieRow]):
    """两端查询: the ties of each ticket, whichever of the two it is, the oldest first."""

    def __call__(self, connection: Connection, values: Iterable[str]) -> dict[str, list[TieRow]]:
        wanted = frozenset(values)
        found: dict[str, list[TieRow]] = {}
        for one in connection.execute(self.select, {VALUES: list(wanted)}):
            row = self.ledger.read(one)
            for end in {row.ticket_id, row.other_id} & wanted:
                found.setdefault(end, []).append(row)
        return found


TIES_OF_TICKETS = OfBoth(
    TIES,
    "ticket_id",
    TIES.select()
    .where(or_(among(tie.c.ticket_id, VALUES), among(tie.c.other_id, VALUES)))
    .order_by(tie.c.tied_at, tie.c.tie_id),
)
