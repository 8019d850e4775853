"""归集台账: one row a time that a ticket or a case was made part of what somebody is helped with.

It follows the matters, so from whom a ticket is withheld it is withheld here too, also where it is
only counted.
"""

from datetime import datetime
from typing import Annotated

import msgspec
from sqlalchemy import Index

from bancheng.domain.case.state import PREFIX as CASES
from bancheng.domain.complaint.state import PREFIX as TICKETS
from bancheng.domain.events import Recorded
from bancheng.domain.gathering import MatterGathered, MatterReleased
from bancheng.projections.ledger.asking import ask
from bancheng.projections.ledger.declared import Ledger
from bancheng.projections.ledger.fields import Position, Word, asked, key, prose, sorts, unseen
from bancheng.projections.ledger.listing import is_so
from bancheng.projections.ledger.table import table_of
from bancheng.projections.machine.rows import Rows
from bancheng.projections.matters import MatterId, MatterNumber, matter
from bancheng.projections.sight import WIDE


class GatheringRow(msgspec.Struct, frozen=True, kw_only=True):
    """归集: that a matter is, or was taken to be, part of what a client is helped with."""

    gathering_id: Annotated[str, Word("归集标识"), key]
    assistance_id: Annotated[str, Word("帮办标识"), asked]
    assistance_number: Annotated[str, Word("帮办编号"), prose]
    matter_id: MatterId
    matter_number: MatterNumber
    gathered_at: Annotated[datetime, Word("归集时间"), asked, sorts]
    gathered_by: Annotated[str, Word("归集人工号"), asked]
    gathered_by_name: Annotated[str, Word("归集人姓名"), prose]
    released_at: Annotated[datetime | None, Word("移出时间")]
    position: Annotated[Position, unseen]


gathering = table_of(
    GatheringRow,
    "gathering_ledger",
    Index("gathering_ledger_assistance", "assistance_id", "gathered_at", "gathering_id"),
    Index("gathering_ledger_matter", "matter_id"),
    Index("gathering_ledger_gathered_at", "gathered_at", "gathering_id"),
)
STANDS = gathering.c.released_at.is_(None)


def _gathered(rows: Rows, event: MatterGathered, recorded: Recorded) -> None:
    envelope = recorded.envelope
    rows.new(
        gathering,
        gathering_id=f"{recorded.stream_id}/{recorded.version}",
        assistance_id=event.assistance_id,
        assistance_number=event.assistance_number,
        matter_id=recorded.stream_id,
        gathered_at=envelope.occurred_at,
        gathered_by=envelope.actor.id,
        gathered_by_name=envelope.actor.name,
        position=recorded.position,
    )


def _released(rows: Rows, event: MatterReleased, recorded: Recorded) -> None:
    for row in rows.all_of(gathering, recorded.stream_id):
        if row["assistance_id"] == event.assistance_id and row["released_at"] is None:
            row |= {"released_at": recorded.envelope.occurred_at, "position": recorded.position}


GATHERINGS = Ledger(
    "gatherings",
    "归集台账",
    GatheringRow,
    gathering,
    told="一件办不成事工单或办件归集到一件帮办",
    version=1,
    follows=("gathering",),
    of=(TICKETS, CASES),
    handles={MatterGathered: _gathered, MatterReleased: _released},
    seen_by=WIDE,
    first="gathered_at",
    source=gathering.outerjoin(matter, matter.c.matter_id == gathering.c.matter_id),
    elsewhere={"matter_number": matter.c.number},
    asks=(ask("stands", bool, "是否仍归集在内: 没有移出", is_so(STANDS, "stands")),),
)
GATHERINGS_OF = GATHERINGS.several_by("assistance_id", "gathered_at")
