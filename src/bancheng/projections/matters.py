"""案号簿: under which official number each matter is known, for ledgers of tickets and cases."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated

import msgspec
from sqlalchemy import Column, Connection, Index, MetaData, Table, select

from bancheng.domain.assistance.mandate import AssistanceMandated
from bancheng.domain.assistance.state import PREFIX as ASSISTANCES
from bancheng.domain.case.discover import CaseSubmitted
from bancheng.domain.case.state import PREFIX as CASES
from bancheng.domain.case.theme import ChildOpened
from bancheng.domain.complaint.discover import TicketReported
from bancheng.domain.complaint.state import PREFIX as TICKETS
from bancheng.domain.events import Recorded
from bancheng.domain.incidents.incident import PREFIX as INCIDENTS
from bancheng.domain.incidents.incident import IncidentRegistered
from bancheng.domain.labelled import Labelled
from bancheng.projections.ledger.fields import Leads, Word, asked, elsewhere, stream
from bancheng.projections.ledger.listing import among, equals
from bancheng.projections.machine.base import Projection
from bancheng.projections.machine.columns import Code, stream_column
from bancheng.projections.machine.rows import Rows

# What a row of a ledger of both says it is of.
MatterId = Annotated[
    str,
    Word("办不成事工单或办件标识"),
    stream,
    asked,
    Leads("matter", "所属办不成事工单或办件。"),
]
MatterNumber = Annotated[str | None, Word("办不成事工单或办件编号"), elsewhere]


class FoundMatter(msgspec.Struct, frozen=True, kw_only=True):
    """查得案件: a ticket or case that was found by a person, and when it came in."""

    matter_id: str
    number: str
    began_at: datetime


class FoundSort(Labelled):
    """查得案件排序: by what matters that were found can be ordered."""

    BEGAN_AT = "began_at", "登记或提交时间"


matter = Table(
    "matter_register",
    MetaData(),
    stream_column("matter_id", primary_key=True),
    Column("number", Code, nullable=False),
    Index("matter_register_number", "number"),
)

_BY_NUMBER = select(matter.c.matter_id).where(equals(matter.c.number))
_NUMBER = select(matter.c.number).where(equals(matter.c.matter_id))
_NUMBERS = select(matter.c.matter_id, matter.c.number).where(among(matter.c.matter_id, "ids"))


def matter_by_number(connection: Connection, number: str) -> str | None:
    """The matter of that official number."""
    return connection.scalar(_BY_NUMBER, {"number": number})


def number_of(connection: Connection, matter_id: str) -> str | None:
    """The official number of that matter."""
    return connection.scalar(_NUMBER, {"matter_id": matter_id})


def numbers_of(connection: Connection, matter_ids: Iterable[str]) -> dict[str, str]:
    """The official numbers of these matters."""
    found = connection.execute(_NUMBERS, {"ids": list(matter_ids)})
    return {one.matter_id: one.number for one in found}


def _opened(
    rows: Rows,
    event: TicketReported | CaseSubmitted | ChildOpened | AssistanceMandated | IncidentRegistered,
    recorded: Recorded,
) -> None:
    rows.new(matter, matter_id=recorded.stream_id, number=event.number)


PROJECTION = Projection(
    name="matter_register",
    version=4,
    tables=(matter,),
    handles=dict.fromkeys(
        (TicketReported, CaseSubmitted, ChildOpened, AssistanceMandated, IncidentRegistered),
        _opened,
    ),
    follows=("complaint", "case", "assistance", "incident"),
    of=(TICKETS, CASES, ASSISTANCES, INCIDENTS),
    by_first=True,
)
