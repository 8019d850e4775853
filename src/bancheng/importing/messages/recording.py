"""批量导入留言: each message becomes a ticket, through the ordinary acts.

A row is one transaction: its acts come in together or not at all. Each act has a key made of
source, message and act, so that a second run stores nothing, and one with a reply that came since
stores the reply.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
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
from bancheng.domain.people import FreeText
from bancheng.domain.personal_fields import PersonalField
from bancheng.domain.personal_text.marks import MarkKind, marked
from bancheng.domain.personal_text.released import ReleasedText
from bancheng.domain.time_limits.imported_terms import CAUSE, COMPLEXITY
from bancheng.importing.batch import Batch
from bancheng.importing.messages.corrections import (
    Difference,
    MessageCorrections,
    changed,
    correction,
    differences,
    differences_of_reply,
    not_corrected,
)
from bancheng.importing.messages.known import KnownMessage
from bancheng.importing.messages.reading import (
    NUMBER,
    RECEIVED,
    REPLIED,
    Message,
    Reply,
    message_in,
)
from bancheng.importing.tables import Row

Act = tuple[Command, Context]
_NO_SUCH_STEP: Final = "由来源系统导入,原系统无此环节记录"


@dataclass(frozen=True, kw_only=True)
class Imported:
    """导入结果: what became of one row. ``position`` is that of the last event of its ticket.

    ``is_new``: its ticket or its reply came in now. ``corrected``: it was told otherwise before.
    ``righted``: its ticket was overdue here, and by the time of its reply it is not. ``error`` says
    why it did not come in, or which columns of it did not.
    """

    line: int
    source_id: str
    is_new: bool = False
    corrected: bool = False
    righted: bool = False
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
    corrections: MessageCorrections = MessageCorrections.REFUSE

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
                yield self._import(message, result)
            except DomainError as error:
                yield replace(result, error=error)

    def _import(self, message: Message, result: Imported) -> Imported:
        if (ticket_id := self._ticket(message.number)) is not None:
            return self._again(message, ticket_id, result)
        try:
            answers = self.engine.tell(lambda: self._story(message))
        except DomainError:
            # Another process may have imported other words of the same message just now.
            if (ticket_id := self._ticket(message.number)) is None:
                raise
            return self._again(message, ticket_id, result)
        is_new = not all(answer.repeated for answer in answers)
        return replace(result, is_new=is_new, position=answers[-1].position)

    def _ticket(self, number: str) -> str | None:
        return self.engine.store.stream_under(self._key(ReportTicket, number))

    def _again(self, message: Message, ticket_id: str, result: Imported) -> Imported:
        """What becomes of a message whose ticket is there already."""
        source = self.batch.source_system
        known = KnownMessage.of(message, ticket_id, source, self.unit, self.engine)
        found = self._differences(known)
        if found and self.corrections is MessageCorrections.REFUSE:
            raise changed(message.number, found)
        answers = self._told(self._acts_on(known, found))
        left = [one for one in found if one.why_not]
        return replace(
            result,
            is_new=known.new_reply is not None and not answers[0].repeated,
            corrected=len(left) < len(found),
            righted=known.was_overdue(self.engine.clock.now()),
            position=answers[-1].position if answers else known.position,
            error=not_corrected(message.number, left) if left else None,
        )

    def _differences(self, known: KnownMessage) -> list[Difference]:
        message, earlier, opened = known.message, known.earlier, self.engine.vault.open
        # By which of the units that had it one after another it is named makes no difference.
        unit = earlier.unit if self.unit in known.in_hand.units else self.unit
        found = list(differences(message, earlier, self.category, unit, opened))
        return found if known.new_reply else [*found, *differences_of_reply(message, earlier)]

    def _acts_on(self, known: KnownMessage, found: list[Difference]) -> Iterator[Act]:
        number, earlier, reply = known.message.number, known.earlier, known.new_reply
        if reply is not None:
            order = known.order.id
            if known.is_unsigned:
                yield self._signing(known.ticket_id, order, known.message, reply)
            result = _result(known.ticket_id, order, reply)
            yield self._nth(earlier.replies, result, number, reply.at)
        if (corrected := correction(known.ticket_id, found)) is not None:
            yield self._nth(earlier.corrections, corrected, number)

    def _signing(self, ticket_id: str, order: str, message: Message, reply: Reply) -> Act:
        # Told as of the reply and no earlier: a unit that did not sign in time stays late by it.
        command = SignInWorkOrder(ticket_id=ticket_id, order_id=order, why=FreeText(_NO_SUCH_STEP))
        key = f"{self._key(SignInWorkOrder, message.number)}/{order}"
        return command, self.batch.context(key, message.number, reply.at)

    def _nth(self, before: int, command: Command, number: str, at: datetime | None = None) -> Act:
        """The act that its source led to ``before`` times already."""
        # Counted, not drawn: of two processes that read the same file one records it.
        key = self._key(type(command), number)
        return command, self.batch.context(f"{key}/{before + 1}" if before else key, number, at)

    def _told(self, acts: Iterable[Act]) -> list[Answer]:
        acts = list(acts)
        try:
            return self.engine.tell(lambda: _story_of(acts)) if acts else []
        except InvalidInput as error:
            # Of all times only that of the reply is one that is told later.
            raise (error.at(REPLIED) if error.field == "occurred_at" else error) from error

    def _story(self, message: Message) -> Story:
        report = self._report(message)
        told = yield report, self._context(report, message, message.received)
        ticket, order = told.answer.stream_id, order_id(told.state.number, 1)
        # The limit runs from the dispatch: put at the message's time, it counts all of the waiting.
        for command in self._handling(ticket, order, message):
            yield command, self._context(command, message, message.received)
        if message.reply is not None:
            result = _result(ticket, order, message.reply)
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

    def _handling(self, ticket: str, order: str, message: Message) -> tuple[Command, ...]:
        """What a ticket needs between message and result; the source has no such steps.

        The unit has read the message there; here it reads what the rules propose of it.
        """
        note = FreeText(_NO_SUCH_STEP)
        return (
            AcceptTicket(ticket_id=ticket, why=note),
            AnalyseCause(
                ticket_id=ticket,
                cause=CAUSE.code,
                complexity=COMPLEXITY.code,
                units=(self.unit,),
                opinion=note,
            ),
            DispatchWorkOrders(
                ticket_id=ticket,
                lead_unit=self.unit,
                instruction=note,
                released=_released(message),
                keeps=tuple(PersonalField),
            ),
            SignInWorkOrder(ticket_id=ticket, order_id=order, why=note),
        )

    def _context(self, command: Command, message: Message, at: datetime) -> Context:
        return self.batch.context(self._key(type(command), message.number), message.number, at)

    def _key(self, act: type[Command], number: str) -> str:
        return f"import/{self.batch.source_system}/{number}/{act.__name__}"


def _story_of(acts: Iterable[Act]) -> Story:
    for act in acts:  # noqa: UP028  the engine sends answers in, which a list's iterator refuses
        yield act


def _released(message: Message) -> ReleasedText:
    """What the rules propose of ``message``: no handler reads thousands of them one by one."""
    name = None if message.reporter is None else message.reporter.name.plain
    own = () if name is None else ((MarkKind.NAME, name),)
    text = f"{message.subject.plain}\n{message.content.plain}"
    return ReleasedText(marked(text, own).text[: ReleasedText.length_max])


def _result(ticket_id: str, order: str, reply: Reply) -> SubmitResult:
    return SubmitResult(
        ticket_id=ticket_id, order_id=order, outcome=Outcome.ANSWERED, result=reply.text
    )


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
