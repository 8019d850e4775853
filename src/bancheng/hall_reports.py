"""周期报告文件: a periodical report of the hall as a file, with what the access log has of it."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

import msgspec
from sqlalchemy import Connection

from bancheng.app.accesses import matters_among
from bancheng.domain.accesses import Access, AccessKind, Visitor
from bancheng.domain.people import Role
from bancheng.domain.time_limits.calendar import Calendar
from bancheng.infra.paper_docx import docx_of
from bancheng.projections.periodicals.composing import composed
from bancheng.projections.reports.span import PeriodKind
from bancheng.projections.sight import SUPERVISION, View
from bancheng.projections.wording.marks import Names

PERIODICALS: Final = View("周期报告", SUPERVISION | {Role.DUTY_LEADER, Role.GOVERNMENT_HEAD})


@dataclass(frozen=True)
class ReportFile:
    """周期报告文件: its bytes, how many limits and which matters it names."""

    title: str
    content: bytes
    matters: Sequence[str]

    @property
    def digest(self) -> str:
        """校验值: SHA-256, as hexadecimal digits."""
        return hashlib.sha256(self.content).hexdigest()

    def accesses(self, visitor: Visitor, what: str, asked: str) -> tuple[Access, ...]:
        """What the access log is to have of it, before its first byte goes out."""
        whole = msgspec.json.encode({"sha256": self.digest, "bytes": len(self.content)}).decode()
        named = tuple(matters_among(self.matters))
        return (
            Access(kind=AccessKind.EXPORT_BEGUN, visitor=visitor, what=what, asked=asked),
            Access(kind=AccessKind.EXPORTED, visitor=visitor, what=what, matters=named,
                   count=len(named)),
            Access(kind=AccessKind.EXPORT_DONE, visitor=visitor, what=what, asked=whole,
                   count=len(named)),
        )  # fmt: skip


def report_file(
    connection: Connection,
    calendar: Calendar,
    names: Names,
    kind: PeriodKind,
    of: date,
    *,
    hall: str,
    now: datetime,
    remarks: Sequence[str] = (),
) -> ReportFile:
    """The report of ``kind`` over the period in which ``of`` is; errors as of `composed`."""
    report = composed(
        connection, calendar, names, kind, of,
        hall=hall, now=now, remarks=remarks,
    )  # fmt: skip
    return ReportFile(report.title, docx_of(report), report.matters)
