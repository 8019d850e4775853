"""批量导入留言: old messages with their replies become tickets, through the ordinary acts.

A row is one transaction: its acts come in together or not at all. Each act has a key made of
source, message and act, so that a second run stores nothing.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from bancheng.app.engine import Context, Engine, Story
from bancheng.app.ports import Answer
from bancheng.domain.commands import Command
from bancheng.domain.complaint.analyse import AnalyseCause
from bancheng.domain.complaint.deadline import SubmitResult
from bancheng.domain.complaint.discover import AcceptTicket, ReportTicket
from bancheng.domain.complaint.dispatch import DispatchWorkOrders, SignInWorkOrder, order_id
from bancheng.domain.complaint.terms import Outcome, TicketCategory
from bancheng.domain.errors import DomainError, InvalidInput
from bancheng.domain.events import Channel
from bancheng.domain.people import FreeText, PersonName, Reporter, Title
from bancheng.domain.time_limits.rulebook import LimitRule, RuleBook, Term, amended
from bancheng.domain.time_limits.terms import Limit, LimitUnit
from bancheng.importing.batch import Batch
from bancheng.importing.tables import NUMBERING, Cells, Column, Row, TableForm, nothing_in
from bancheng.importing.times import Told, of_cell, told

_HALL_TIME: Final = frozenset({"北京时间", "年月日时分秒", "年月日", "日期"})
COLUMNS: Final = (
    Column("留言编号", identifies=True),
    Column("留言用户"),
    Column("留言主题"),
    Column("留言时间", remarks=_HALL_TIME),
    Column("留言详情"),
    Column("答复意见"),
    Column("答复时间", remarks=_HALL_TIME),
)
FORM: Final = TableForm((*COLUMNS, NUMBERING))
# A CSV made of a spreadsheet may mark so what was a date cell there. Both files must lead to the
# same command: under a known number another one is refused.
_REAL_DATE_MARK = "#datetime-cell"
# The other system tells neither cause nor complexity, and a ticket has both.
_CAUSE: Final = Term(code="imported", label="历史数据导入,原系统未作原因分析")
_COMPLEXITY: Final = Term(code="imported", label="历史数据导入")
_BASIS: Final = "历史数据按导入时给定的时限计算"


@dataclass(frozen=True, kw_only=True)
class Imported:
    """导入结果: what became of one row. ``position``: its last event's; ``error``: why not."""

    line: int
    source_id: str
    is_new: bool = False
    position: int = 0
    error: DomainError | None = None


@dataclass(frozen=True, kw_only=True)
class MessageImport:
    """留言导入: ``unit`` is the code of the unit that answered.

    The rule book of ``engine`` must be one of `rulebook_of_messages`.
    """

    engine: Engine
    batch: Batch
    unit: str
    category: TicketCategory

    def run(self, rows: Iterable[Row]) -> Iterator[Imported]:
        """Import ``rows``; a bad one is reported and the next one is taken."""
        for row in rows:
            line, source_id = row.line, row.text("留言编号")
            try:
                if row.error is not None:
                    raise row.error
                answers = self._import(source_id, row.cells)
                yield Imported(
                    line=line,
                    source_id=source_id,
                    is_new=not all(answer.repeated for answer in answers),
                    position=answers[-1].position,
                )
            except DomainError as error:
                yield Imported(line=line, source_id=source_id, error=error)

    def _import(self, source_id: str, cells: Cells) -> list[Answer]:
        if not source_id:
            raise nothing_in("留言编号", "留言编号", "编号")
        received, replied = self._time(cells, "留言时间"), self._time(cells, "答复时间")
        report = _report(cells, self.category, self.batch.source_system, source_id)
        reply = FreeText.checked(str(cells.get("答复意见") or ""), "答复意见")
        if replied < received:
            raise InvalidInput(
                "REPLY_BEFORE_MESSAGE",
                "答复时间早于留言时间",
                field="答复时间",
                remedy="请核对来源数据",
            )
        return self.engine.tell(lambda: self._story(source_id, report, reply, (received, replied)))

    def _story(
        self,
        source_id: str,
        report: ReportTicket,
        reply: FreeText,
        times: tuple[datetime, datetime],
    ) -> Story:
        received, replied = times
        told = yield report, self._context(report, source_id, received)
        ticket, order = told.answer.stream_id, order_id(told.state.number, 1)
        # The limit runs from the dispatch: put at the message's time, it counts all of the waiting.
        for command in self._handling(ticket, order):
            yield command, self._context(command, source_id, received)
        result = SubmitResult(
            ticket_id=ticket, order_id=order, outcome=Outcome.ANSWERED, result=reply
        )
        yield result, self._context(result, source_id, replied)

    def _handling(self, ticket: str, order: str) -> tuple[Command, ...]:
        """What a ticket needs between message and result; the source has no such steps."""
        note = FreeText("由来源系统导入,原系统无此环节记录")
        return (
            AcceptTicket(ticket_id=ticket, why=note),
            AnalyseCause(
                ticket_id=ticket,
                cause=_CAUSE.code,
                complexity=_COMPLEXITY.code,
                units=(self.unit,),
                opinion=note,
            ),
            DispatchWorkOrders(ticket_id=ticket, lead_unit=self.unit, instruction=note),
            SignInWorkOrder(ticket_id=ticket, order_id=order, why=note),
        )

    def _context(self, command: Command, source_id: str, at: datetime) -> Context:
        key = f"import/{self.batch.source_system}/{source_id}/{type(command).__name__}"
        return self.batch.context(key, source_id, at)

    def _time(self, cells: Cells, column: str) -> datetime:
        value = cells.get(column) or ""
        time = of_cell(value) if isinstance(value, datetime) else _parsed(value, column)
        zone = self.engine.rules.calendar().tzinfo
        return time.checked(column).at.replace(tzinfo=zone).astimezone(UTC)


def rulebook_of_messages(book: RuleBook, working_days: int) -> RuleBook:
    """``book`` with a limit of its own for what is imported; its version and basis say so."""
    limit = Limit(
        id="resolve_imported",
        amount=working_days,
        unit=LimitUnit.WORKING_DAYS,
        label=f"导入时给定: {working_days}个工作日",
        basis=_BASIS,
    )
    return amended(
        book,
        version=f"导入-{working_days}个工作日",
        basis=_BASIS,
        causes=(_CAUSE,),
        complexities=(_COMPLEXITY,),
        limits=(LimitRule(purpose="resolve", complexity=_COMPLEXITY.code, limit=limit),),
    )


def _parsed(text: str, column: str) -> Told:
    found = told(text.removesuffix(_REAL_DATE_MARK))
    if found is None:
        raise InvalidInput(
            "TIME_MALFORMED",
            f"{column}「{text[:40]}」不是时间",
            field=column,
            remedy="请写成 2026/1/31 9:30:00",
        )
    return found


def _report(cells: Cells, category: TicketCategory, source: str, source_id: str) -> ReportTicket:
    user = str(cells.get("留言用户") or "")
    return ReportTicket(
        category=category,
        channel=Channel.ONLINE,
        subject=Title.checked(str(cells.get("留言主题") or ""), "留言主题"),
        content=FreeText.checked(str(cells.get("留言详情") or ""), "留言详情"),
        reporter=Reporter(name=PersonName.checked(user, "留言用户")) if user else None,
        source_ref=f"{source}/{source_id}"[:100],
    )
