"""批量导入留言: each message becomes a ticket, through the ordinary acts.

A row is one transaction: its acts come in together or not at all. Each act has a key made of
source, message and act, so that a second run stores nothing, and one with a reply that came since
stores the reply.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bancheng.app.engine import Context, Engine, Story
from bancheng.app.ports import Answer
from bancheng.domain.commands import Command
from bancheng.domain.complaint.analyse import AnalyseCause
from bancheng.domain.complaint.deadline import SubmitResult
from bancheng.domain.complaint.discover import AcceptTicket, ReportTicket
from bancheng.domain.complaint.dispatch import DispatchWorkOrders, SignInWorkOrder, order_id
from bancheng.domain.complaint.terms import Outcome, TicketCategory
from bancheng.domain.errors import Conflict, DomainError, InvalidInput
from bancheng.domain.events import Channel
from bancheng.domain.people import FreeText
from bancheng.importing.batch import Batch
from bancheng.importing.messages.limits import CAUSE, COMPLEXITY
from bancheng.importing.messages.reading import NUMBER, RECEIVED, REPLIED, Message, message_in
from bancheng.importing.tables import Row


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
    """留言导入: ``unit`` is the code of the unit that answered, or has to.

    The rule book of ``engine`` must be one of `rulebook_of_messages`.
    """

    engine: Engine
    batch: Batch
    unit: str
    category: TicketCategory

    def run(self, rows: Iterable[Row]) -> Iterator[Imported]:
        """Import ``rows``; a bad one is reported and the next one is taken."""
        zone = self.engine.rules.calendar().tzinfo
        seen: dict[str, int] = {}
        for row in rows:
            result = Imported(line=row.line, source_id=row.text(NUMBER))
            try:
                message = message_in(row, zone)
                _check_past(message, self.engine.clock.now())
                _check_once(message.number, row.line, seen)
                answers = self._import(message)
            except DomainError as error:
                yield replace(result, error=error)
            else:
                is_new = not all(answer.repeated for answer in answers)
                yield replace(result, is_new=is_new, position=answers[-1].position)

    def _import(self, message: Message) -> list[Answer]:
        try:
            answers = self.engine.tell(lambda: self._story(message))
        except DomainError as error:
            if error.code == "KEY_REUSED":
                raise _changed(message.number) from error
            if isinstance(error, InvalidInput) and error.field == "occurred_at":
                # That of the message was taken with its first file, and bounds nothing by now.
                raise error.at(REPLIED) from error
            raise
        if any(answer.repeated for answer in answers):
            self._check_times(message, answers)
        return answers

    def _story(self, message: Message) -> Story:
        report = self._report(message)
        told = yield report, self._context(report, message, message.received)
        ticket, order = told.answer.stream_id, order_id(told.state.number, 1)
        # The limit runs from the dispatch: put at the message's time, it counts all of the waiting.
        for command in self._handling(ticket, order):
            yield command, self._context(command, message, message.received)
        if message.reply is not None:
            result = SubmitResult(
                ticket_id=ticket,
                order_id=order,
                outcome=Outcome.ANSWERED,
                result=message.reply.text,
            )
            yield result, self._context(result, message, message.reply.at)

    def _report(self, message: Message) -> ReportTicket:
        return ReportTicket(
            category=self.category,
            channel=Channel.ONLINE,
            subject=message.subject,
            content=message.content,
            reporter=message.reporter,
            source_ref=f"{self.batch.source_system}/{message.number}"[:100],
        )

    def _handling(self, ticket: str, order: str) -> tuple[Command, ...]:
        """What a ticket needs between message and result; the source has no such steps."""
        note = FreeText("由来源系统导入,原系统无此环节记录")
        return (
            AcceptTicket(ticket_id=ticket, why=note),
            AnalyseCause(
                ticket_id=ticket,
                cause=CAUSE.code,
                complexity=COMPLEXITY.code,
                units=(self.unit,),
                opinion=note,
            ),
            DispatchWorkOrders(ticket_id=ticket, lead_unit=self.unit, instruction=note),
            SignInWorkOrder(ticket_id=ticket, order_id=order, why=note),
        )

    def _context(self, command: Command, message: Message, at: datetime) -> Context:
        return self.batch.context(self._key(type(command), message.number), message.number, at)

    def _key(self, act: type[Command], number: str) -> str:
        return f"import/{self.batch.source_system}/{number}/{act.__name__}"

    def _check_times(self, message: Message, answers: Sequence[Answer]) -> None:
        """An answer is found by key and content, so that only the times differ is seen here."""
        known = {
            one.envelope.key: one.envelope.occurred_at
            for one in self.engine.store.load(answers[0].stream_id)
        }
        reply = self._key(SubmitResult, message.number)
        if message.reply is None and reply in known:
            raise _changed(message.number, "答复意见", "此前导入时已有答复,本行没有")
        if known[self._key(ReportTicket, message.number)] != message.received:
            raise _changed(message.number, RECEIVED, "与此前导入的时间不同")
        if message.reply is not None and known[reply] != message.reply.at:
            raise _changed(message.number, REPLIED, "与此前导入的时间不同")


def _check_past(message: Message, now: datetime) -> None:
    reply = message.reply
    column = RECEIVED if message.received > now else REPLIED
    if message.received > now or (reply is not None and reply.at > now):
        raise InvalidInput(
            "TIME_IN_FUTURE", f"{column}晚于现在", field=column, remedy="请核对来源数据"
        )


def _check_once(number: str, line: int, seen: dict[str, int]) -> None:
    if number in seen:
        raise InvalidInput(
            "MESSAGE_LISTED_TWICE",
            f"留言编号「{number[:40]}」在第 {seen[number]} 行已出现",
            field=NUMBER,
            remedy="请只保留一行",
        )
    seen[number] = line


def _changed(number: str, column: str = NUMBER, reason: str = "内容与此前导入的不同") -> Conflict:
    return Conflict(
        "MESSAGE_CHANGED",
        f"留言「{number[:40]}」此前已导入,{reason}",
        field=column,
        remedy="已导入的不会更改: 登记有误的请登记更正;是另一件留言的请换编号",
    )
