"""分析原因: why the matter is stuck and who must solve it; or that no work order is needed."""

from typing import Annotated

from msgspec import Meta

from bancheng.domain.commands import Desk, UnitRef, check_term
from bancheng.domain.complaint.state import Ticket, TicketCommand
from bancheng.domain.complaint.terms import Status, TicketCategory
from bancheng.domain.errors import NotAllowed, WrongStep, together
from bancheng.domain.events import Event, topic
from bancheng.domain.guards import Attempt, guarded
from bancheng.domain.people import FreeText
from bancheng.domain.steps import Step
from bancheng.domain.time_limits.limit import DueDate


@topic("complaint.cause-analysed", step=Step.ANALYSE)
class CauseAnalysed(Event, frozen=True, kw_only=True):
    """原因分析: cause, complexity and responsible units, by the rule book of that day.

    ``dispatch_due`` is when the orders must be out; a corrected analysis does not move it.
    """

    cause: str
    complexity: str
    units: tuple[str, ...]
    opinion: FreeText
    rule_version: str
    dispatch_due: DueDate | None = None


@topic("complaint.inquiry-answered", step=Step.ANALYSE)
class InquiryAnswered(Event, frozen=True, kw_only=True):
    """答复咨询: the inquiry was answered directly; no work order was needed."""

    answer: FreeText
    strike_off_due: DueDate | None = None


@topic("complaint.praise-passed-on", step=Step.ANALYSE)
class PraisePassedOn(Event, frozen=True, kw_only=True):
    """转达表扬: the praise reached the unit it is for."""

    unit: str
    strike_off_due: DueDate | None = None


class AnalyseCause(TicketCommand, frozen=True, kw_only=True):
    """分析原因: record cause, complexity and responsible units; may be repeated until dispatch."""

    cause: Annotated[str, Meta(max_length=40, description="原因代码,见规则库")]
    complexity: Annotated[str, Meta(max_length=40, description="复杂程度代码,见规则库")]
    units: Annotated[
        tuple[UnitRef, ...], Meta(min_length=1, max_length=20, description="责任单位编码,主责在前")
    ]
    opinion: Annotated[FreeText, Meta(description="分析意见")]


class AnswerInquiry(TicketCommand, frozen=True, kw_only=True):
    """答复咨询: answer an inquiry directly."""

    answer: Annotated[FreeText, Meta(description="答复内容")]


class PassOnPraise(TicketCommand, frozen=True, kw_only=True):
    """转达表扬: tell the praised unit."""

    unit: Annotated[UnitRef, Meta(description="被表扬单位编码")]


def may_analyse(ticket: Ticket, attempt: Attempt) -> None:
    """An analysis may be corrected until orders go out, whose dates follow from it."""
    ticket.require(attempt.act, Status.ACCEPTED, Status.ANALYSED)


def may_answer_inquiry(ticket: Ticket, attempt: Attempt) -> None:
    """Only an inquiry needs no more than an answer; who heard it first gives it at once.

    ``WrongStep`` ``CATEGORY_MISMATCH``; ``NotAllowed`` ``NOT_FIRST_CONTACT``.
    """
    ticket.require(attempt.act, Status.REPORTED, Status.ACCEPTED, Status.ANALYSED)
    first = attempt.desk.actor.id == ticket.first_contact_owner
    if ticket.status is Status.REPORTED and not first:
        raise NotAllowed(
            "NOT_FIRST_CONTACT",
            "尚未受理的咨询只由首问责任人直接答复",
            remedy="请先受理,或请首问责任人答复",
        )
    _require_category(ticket, TicketCategory.INQUIRY, "只有咨询可以直接答复")


def may_pass_on_praise(ticket: Ticket, attempt: Attempt) -> None:
    """Only praise leaves nothing to solve."""
    may_analyse(ticket, attempt)
    _require_category(ticket, TicketCategory.PRAISE, "只有表扬可以转达")


@guarded(may_analyse)
def analyse(ticket: Ticket, command: AnalyseCause, desk: Desk) -> list[Event]:
    book = desk.rulebook
    # In their order: the unit that is named first answers for the matter.
    _, _, units = together(
        lambda: check_term(book.causes, command.cause, "cause", "原因"),
        lambda: check_term(book.complexities, command.complexity, "complexity", "复杂程度"),
        lambda: desk.check_units(command.units, "units"),
    )
    return [
        CauseAnalysed(
            cause=command.cause,
            complexity=command.complexity,
            units=units,
            opinion=desk.sealed(command.opinion),
            rule_version=desk.rulebook.version,
            dispatch_due=desk.due_for(
                "dispatch", category=ticket.category, complexity=command.complexity
            ),
        )
    ]


@guarded(may_answer_inquiry)
def answer_inquiry(_: Ticket, command: AnswerInquiry, desk: Desk) -> list[Event]:
    answer = desk.sealed(command.answer)
    return [InquiryAnswered(answer=answer, strike_off_due=desk.due_for("strike_off"))]


@guarded(may_pass_on_praise)
def pass_on_praise(_: Ticket, command: PassOnPraise, desk: Desk) -> list[Event]:
    unit = desk.check_unit(command.unit, "unit")
    return [PraisePassedOn(unit=unit, strike_off_due=desk.due_for("strike_off"))]


def _require_category(ticket: Ticket, category: TicketCategory, rule: str) -> None:
    if ticket.category is not category:
        raise WrongStep(
            "CATEGORY_MISMATCH",
            f"{rule},本件类别不符",
            remedy="请分析原因后派发工单",
        )
