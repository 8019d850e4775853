"""归档台账: one row a case that has ended and has a file: what waits for the archive, what is in.

What was voided never was a case of the hall, and has no file.
"""

from datetime import datetime
from typing import Annotated

from sqlalchemy import Index

from bancheng.domain.case.forward import CaseForwarded
from bancheng.domain.case.refuse import AcceptanceRefused
from bancheng.domain.case.supervise import (
    CaseArchived,
    CaseDeemedWithdrawn,
    CaseTerminated,
    CaseWithdrawn,
)
from bancheng.domain.case.terms import CaseOutcome, CaseStatus
from bancheng.domain.case.theme import ClosedWithTheme
from bancheng.domain.case.verify import ResultDelivered
from bancheng.domain.events import Event, Recorded
from bancheng.projections.cases.part import OfCase, by, of_case
from bancheng.projections.cases.row import case
from bancheng.projections.ledger.asking import ask
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
from bancheng.projections.machine.rows import Rows


class ArchiveRow(OfCase, frozen=True, kw_only=True):
    """归档: how a case ended, and when and under which number its file went into the archive."""

    case_id: Annotated[str, Word("办件标识"), key, stream, asked, Leads("case", "所属办件。")]
    ended_as: Annotated[CaseStatus, Word("归档前的办件状态"), asked_any]
    outcome: Annotated[CaseOutcome | None, Word("办理结论"), elsewhere, asked]
    document_no: Annotated[str | None, Word("决定文书编号,上报、转报的为其文号"), elsewhere, prose]
    ended_at: Annotated[datetime, Word("结束办理的时间: 送达、上报或提前结束之时"), asked, sorts]
    archive_no: Annotated[str | None, Word("档号;待归档的为空"), asked]
    archived_at: Annotated[datetime | None, Word("归档时间"), asked, sorts]
    archived_by: Annotated[str | None, Word("归档人工号"), asked]
    archived_by_name: Annotated[str | None, Word("归档人姓名"), prose]
    archived_unit: Annotated[str | None, Word("归档人单位编码")]
    position: Annotated[Position, unseen]


archive = table_of(
    ArchiveRow,
    "archive_ledger",
    Index("archive_ledger_ended_at", "ended_at", "case_id"),
    Index("archive_ledger_archived_at", "archived_at", "case_id"),
    Index("archive_ledger_archive_no", "archive_no"),
)
_ENDS: dict[type[Event], CaseStatus] = {
    ResultDelivered: CaseStatus.DELIVERED,
    ClosedWithTheme: CaseStatus.DELIVERED,
    CaseForwarded: CaseStatus.FORWARDED,
    AcceptanceRefused: CaseStatus.REFUSED,
    CaseWithdrawn: CaseStatus.WITHDRAWN,
    CaseDeemedWithdrawn: CaseStatus.WITHDRAWN,
    CaseTerminated: CaseStatus.TERMINATED,
}


def _ended(rows: Rows, event: Event, recorded: Recorded) -> None:
    rows.new(
        archive,
        case_id=recorded.stream_id,
        ended_as=_ENDS[type(event)],
        ended_at=recorded.envelope.occurred_at,
        position=recorded.position,
    )


def _archived(rows: Rows, event: CaseArchived, recorded: Recorded) -> None:
    row = rows.of(archive, recorded.stream_id)
    row |= {
        "archive_no": event.archive_no,
        "archived_at": recorded.envelope.occurred_at,
        **by("archived", recorded.envelope),
        "position": recorded.position,
    }


ARCHIVES = of_case(
    "archives",
    "归档台账",
    ArchiveRow,
    archive,
    told="一件已办结的办件的归档,待归档的也在内",
    version=1,
    handles={**dict.fromkeys(_ENDS, _ended), CaseArchived: _archived},
    first="ended_at",
    elsewhere={"outcome": case.c.outcome, "document_no": case.c.document_no},
    asks=(
        ask("archived", bool, "是否已归档", is_so(archive.c.archived_at.is_not(None), "archived")),
    ),
    under=None,
)
