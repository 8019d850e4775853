"""重复反映: somebody reports again what was answered (北京接诉即办条例 11).

With new facts or reasons the ticket is handled anew, and says of which one it is a repeat. Without
them its reporter is told again what came of it, and nothing is handled a second time.
"""

from typing import Annotated, ClassVar

from msgspec import Meta

from bancheng.domain.commands import Desk
from bancheng.domain.complaint.accused import is_pressed
from bancheng.domain.complaint.state import Ticket, TicketCommand
from bancheng.domain.complaint.terms import Status
from bancheng.domain.complaint.ties import OtherTicket, TieEvent, other_ticket
from bancheng.domain.errors import InvalidInput, NotAllowed, WrongStep, together
from bancheng.domain.events import Event, topic
from bancheng.domain.guards import Attempt, guarded
from bancheng.domain.matter_files import ReportFile
from bancheng.domain.people import FreeText
from bancheng.domain.steps import Step


@topic("complaint.repeat-registered", step=Step.DISCOVER)
class RepeatRegistered(TieEvent, frozen=True, kw_only=True):
    """重复反映: the ticket reports again what was answered in an earlier one.

    Without ``new_facts`` it ends with that: ``explanation`` is what its reporter was told.
    """

    new_facts: bool
    reason: FreeText
    explanation: FreeText | None = None


class RegisterRepeat(TicketCommand, frozen=True, kw_only=True):
    """重复反映: decide that a ticket reports again what was answered, with new facts or without."""

    earlier_id: OtherTicket
    new_facts: Annotated[bool, Meta(description="是否有新的事实或理由;有的重新办理")]
    reason: Annotated[FreeText, Meta(description="认定重复反映、有无新事实的依据")]
    explanation: Annotated[
        FreeText | None, Meta(description="告知反映人的原办理结果;没有新事实的必填")
    ] = None
    asks_successors: ClassVar[bool] = True

    def matters_named(self, _: object) -> tuple[str, ...]:
        return (self.earlier_id,)


def may_register(ticket: Ticket, attempt: Attempt) -> None:
    """Before anything is sent to a unit, once, and by nobody whom the matter presses.

    ``WrongStep`` ``REPEAT_REGISTERED``. ``NotAllowed`` ``REPEAT_BY_PARTY`` for who worked on it,
    and for the accused unit but its handlers: who lets it call them agrees to no more.
    """
    ticket.require(attempt.act, Status.REPORTED, Status.ACCEPTED, Status.ANALYSED)
    if ticket.repeats is not None:
        raise WrongStep(
            "REPEAT_REGISTERED",
            "本件已登记为重复反映",
            remedy="请核对关联台账;有误的,请更正后重新登记",
        )
    desk, actor = attempt.desk, attempt.desk.actor
    if actor.id in ticket.resolvers or is_pressed(ticket, desk):
        raise NotAllowed(
            "REPEAT_BY_PARTY",
            "承办过本件的人员、被反映单位的人员不能将本件登记为重复反映",
            remedy="请由其他人员核实后登记",
        )


@guarded(may_register)
def register_repeat(ticket: Ticket, command: RegisterRepeat, desk: Desk) -> list[Event]:
    earlier = other_ticket(command, desk, "earlier_id")
    assert earlier.report is not None, "the file of a ticket has its report"
    report = earlier.report
    together(lambda: _check_answered(ticket, report), lambda: _check_explained(command))
    return [
        RepeatRegistered(
            other_id=command.earlier_id,
            other_number=earlier.number,
            new_facts=command.new_facts,
            reason=desk.sealed(command.reason),
            explanation=command.explanation and desk.sealed(command.explanation),
        )
    ]


def _check_answered(ticket: Ticket, report: ReportFile) -> None:
    assert ticket.reported_at is not None, "it was reported"
    if not report.is_answered or report.reported_at > ticket.reported_at:
        raise InvalidInput(
            "EARLIER_UNANSWERED",
            "该件不是此前已经答复或办结的",
            field="earlier_id",
            remedy="正在办理的,请将本件并入该件",
        )


def _check_explained(command: RegisterRepeat) -> None:
    if not command.new_facts and command.explanation is None:
        raise InvalidInput(
            "EXPLANATION_MISSING",
            "没有新事实的,须将原办理结果告知反映人",
            field="explanation",
            remedy="请填写告知反映人的内容",
        )
