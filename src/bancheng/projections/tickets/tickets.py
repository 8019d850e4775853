"""办不成事工单台账: one row a ticket, as the hall's ledger has it, and what is asked of it."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, or_

from bancheng.domain.complaint.state import PREFIX
from bancheng.domain.complaint.terms import Status
from bancheng.projections.deadlines.board import any_is_late, limit, running_at
from bancheng.projections.ledger.asking import Ask, ask, full_text, holds_now, open_then
from bancheng.projections.ledger.declared import Ledger
from bancheng.projections.ledger.listing import equals, is_so
from bancheng.projections.ledger.windows import LevelAt
from bancheng.projections.sight import AT_WORK, ORIGINAL, OTHER_UNITS, Rows
from bancheng.projections.tickets.fold import HANDLES
from bancheng.projections.tickets.merges import OF_MERGES
from bancheng.projections.tickets.row import TicketRow, ticket, ticket_unit
from bancheng.projections.tickets.steps import ROWS
from bancheng.projections.tickets.texts import TICKET_TEXTS

_involves = exists().where(
    ticket_unit.c.ticket_id == ticket.c.ticket_id, equals(ticket_unit.c.unit, "involved_unit")
)
_is_running = ticket.c.due_at.is_not(None) & ticket.c.last_on_time.is_(None)
IS_OVER = ticket.c.closed_at.is_not(None)
IS_MERGED = ticket.c.status == Status.MERGED
IS_REPEAT = ticket.c.repeats.is_not(None)
IS_BARE_REPEAT = ticket.c.new_facts.is_(False)
IS_ONCE = and_(ticket.c.reworks == 0, ticket.c.reopenings == 0)


def is_open_at(moment: ColumnElement[datetime]) -> ColumnElement[bool]:
    """Whether it was reported before ``moment``, and not over then."""
    over = ticket.c.closed_at
    return and_(ticket.c.reported_at < moment, or_(over.is_(None), over >= moment))


TICKETS = Ledger(
    "tickets",
    "办不成事工单台账",
    TicketRow,
    ticket,
    told="台账中的一件;个人信息已脱敏",
    version=20,
    follows=("complaint", "supervision", "warning", "deadline", "privacy", "recusal", "holding"),
    of=(PREFIX,),
    handles={**HANDLES, **OF_MERGES},
    every=ROWS.touched,
    beside=(ticket_unit,),
    seen_by=AT_WORK,
    rows=Rows("involved_unit", lambda row, unit: unit in row.units),
    first="reported_at",
    asks=(
        ask("involved_unit", str, "有过派单或督办单的单位编码", _involves),
        ask("running", bool, "主办期限是否计时中", is_so(_is_running, "running"),
            seen_by=OTHER_UNITS),
        open_then("open_at", "在该时刻在办: 其时已登记,尚未结束", is_open_at),
        ask("over", bool, "是否已结束: 销号、不予受理、分流、撤回、终止或并入他件",
            is_so(IS_OVER, "over")),
        ask("repeated", bool, "是否重复反映", is_so(IS_REPEAT, "repeated"),
            seen_by=OTHER_UNITS),
        ask("bare_repeat", bool, "是否没有新事实的重复反映", is_so(IS_BARE_REPEAT, "bare_repeat")),
        ask("merged", bool, "是否已并入他件", is_so(IS_MERGED, "merged")),
        ask("once", bool, "是否未经重办、重启", is_so(IS_ONCE, "once"), seen_by=OTHER_UNITS),
        Ask("level", LevelAt, "此刻的预警级别",
            {name: exists().where(at)
             for name, at in running_at(limit.c.matter_id == ticket.c.ticket_id).items()},
            OTHER_UNITS),
        holds_now("late", "任一时限是否曾届满未结,含此刻已届满的",
                  any_is_late(limit.c.matter_id == ticket.c.ticket_id), seen_by=OTHER_UNITS),
        full_text("编号、标题、反映内容或补充反映中的文字;以空格分开的须都有",
                  ticket.c.ticket_id, TICKET_TEXTS, seen_by=ORIGINAL),
    ),
)  # fmt: skip

TICKETS_BY_ID = TICKETS.one_by("ticket_id")
TICKETS_BY_NUMBER = TICKETS.one_by("number")
TICKETS_OF_CASES = TICKETS.several_by("case_id", "number")
