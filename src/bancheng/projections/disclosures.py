"""调阅台账: one row an opening of sealed data: who, of which matter, which fields, for what.

The alarm of who supervises: a day of a person on which they opened more than the rule book says is
marked, with all that they opened on it. It is counted when it is asked for, over all matters, so no
opening is missed whose row came a moment later.
"""

from datetime import date, datetime
from typing import Annotated

import msgspec
from sqlalchemy import Index, and_, func, select

from bancheng.domain.assistance.contact import ClientDisclosed
from bancheng.domain.assistance.state import PREFIX as ASSISTANCES
from bancheng.domain.case.contact import ApplicantDisclosed
from bancheng.domain.case.state import PREFIX as CASES
from bancheng.domain.complaint.contact import ReporterDisclosed
from bancheng.domain.complaint.state import PREFIX as TICKETS
from bancheng.domain.disclosure import Disclosure
from bancheng.domain.events import Channel, Recorded
from bancheng.projections.ledger.asking import ask
from bancheng.projections.ledger.declared import Ledger
from bancheng.projections.ledger.fields import (
    BookTerm,
    Position,
    Sorts,
    Word,
    asked,
    elsewhere,
    key,
    prose,
    sorts,
    unit_code,
)
from bancheng.projections.ledger.listing import is_so
from bancheng.projections.ledger.table import table_of
from bancheng.projections.machine.rows import Rows
from bancheng.projections.matters import MatterId, MatterNumber, matter
from bancheng.projections.sight import OVERSEERS


class DisclosureRow(msgspec.Struct, frozen=True, kw_only=True):
    """调阅: sealed data of one matter that somebody opened. No value of them is here."""

    position: Annotated[Position, Word("在整个事件库中的位置"), key, Sorts("recorded", "入库顺序")]
    matter_id: MatterId
    matter_number: MatterNumber
    staff_id: Annotated[str, Word("调阅人工号"), asked]
    staff_name: Annotated[str, Word("调阅人姓名"), prose]
    staff_post: Annotated[str, Word("调阅人岗位"), prose]
    staff_unit: Annotated[str, Word("调阅人单位编码"), asked, unit_code]
    purpose: Annotated[str, Word("调阅用途代码"), BookTerm("disclosures"), asked]
    fields: Annotated[tuple[str, ...], Word("调阅的项目")]
    reason_masked: Annotated[str | None, Word("调阅事由(已脱敏)")]
    opened_at: Annotated[datetime, Word("调阅时间"), asked, sorts]
    day: Annotated[date, Word("计入哪一日"), asked]
    channel: Annotated[Channel, Word("渠道"), asked]
    window: Annotated[str | None, Word("窗口编号"), asked]
    terminal: Annotated[str | None, Word("终端编号"), asked]
    daily_max: Annotated[int | None, Word("规则库的每日次数")]
    that_day: Annotated[int, Word("此人当日共调阅次数"), elsewhere]
    beyond: Annotated[bool, Word("此人当日是否超过规则库的每日次数"), elsewhere]


disclosure = table_of(
    DisclosureRow,
    "disclosure_ledger",
    Index("disclosure_ledger_matter", "matter_id", "position"),
    Index("disclosure_ledger_staff_day", "staff_id", "day"),
    Index("disclosure_ledger_opened_at", "opened_at", "position"),
    Index("disclosure_ledger_unit", "staff_unit", "position"),
)
_each = disclosure.alias("of_that_day")
THAT_DAY = (
    select(func.count())
    .where(_each.c.staff_id == disclosure.c.staff_id, _each.c.day == disclosure.c.day)
    .correlate(disclosure)
    .scalar_subquery()
)
BEYOND = and_(disclosure.c.daily_max.is_not(None), disclosure.c.daily_max < THAT_DAY)


def _disclosed(rows: Rows, event: Disclosure, recorded: Recorded) -> None:
    envelope = recorded.envelope
    actor = envelope.actor
    rows.new(
        disclosure,
        position=recorded.position,
        matter_id=recorded.stream_id,
        staff_id=actor.id,
        staff_name=actor.name,
        staff_post=actor.post,
        staff_unit=actor.unit,
        purpose=event.purpose,
        fields=tuple(one.label for one in event.fields),
        reason_masked=rows.masked(event.reason),
        opened_at=envelope.occurred_at,
        day=event.day,
        channel=envelope.channel,
        window=envelope.window,
        terminal=envelope.terminal,
        daily_max=event.daily_max,
    )


DISCLOSURES = Ledger(
    "disclosures",
    "调阅台账",
    DisclosureRow,
    disclosure,
    told="一次调阅: 谁、为何事、看了哪些项目;没有原文",
    version=2,
    follows=("complaint", "case", "assistance"),
    of=(TICKETS, CASES, ASSISTANCES),
    handles=dict.fromkeys((ReporterDisclosed, ApplicantDisclosed, ClientDisclosed), _disclosed),
    seen_by=OVERSEERS,
    first="recorded",
    source=disclosure.outerjoin(matter, matter.c.matter_id == disclosure.c.matter_id),
    elsewhere={"matter_number": matter.c.number, "that_day": THAT_DAY, "beyond": BEYOND},
    asks=(ask("beyond", bool, "此人当日是否超过规则库的每日次数", is_so(BEYOND, "beyond")),),
)
